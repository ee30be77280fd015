"""The command line of a book's recording code, ``python -m recording``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bookpress.claims import ledger
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
        data = book.checkout() / "data"
        for table in package.tables:
            # What `make verdicts` fills begins without a row.
            if table.name in (ledger.CELLS, ledger.TESTS) and not (data / table.path).exists():
                book.write(data / table.path, ",".join(field["name"] for field in table.fields) + "\n")
        given = {name: files for name in optional if (files := vars(options)[name])}
        return "\n".join(records.record(package, data, options.sources, given))

    parser.set_defaults(run=run)
    return command.carry_out(parser, arguments)
