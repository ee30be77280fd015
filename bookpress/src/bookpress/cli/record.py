"""The command line of a book's recording code, ``python -m recording``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book
from bookpress.tables import records


def main(package: records.Package, arguments: Sequence[str] | None = None) -> int:
    """Record the tables that a package declares; return the exit status, 2 with one message on bad input."""
    parser = command.Parser(prog="python -m recording", description="Record the tables in data/.")
    whole = "compute every derived table from its sources"
    parser.add_argument("--sources", type=Path, metavar="FOLDER", help=whole)
    optional = {table.option: table.title for table in package.tables if table.option}
    for name, title in optional.items():
        parser.add_argument(
            f"--{name}", type=Path, nargs="+", metavar="FILE", help=f"add the table “{title}”"
        )

    def run(options: argparse.Namespace) -> str:
        given = {name: files for name in optional if (files := vars(options)[name])}
        return "\n".join(records.record(package, book.checkout() / "data", options.sources, given))

    parser.set_defaults(run=run)
    return command.carry_out(parser, arguments)
