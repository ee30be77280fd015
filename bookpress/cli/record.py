"""The command line of a book's recording code, ``python -m recording``."""

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
    parser.set_defaults(
        run=lambda options: "\n".join(records.record(package, book.checkout() / "data", options.sources))
    )
    return command.carry_out(parser, arguments)
