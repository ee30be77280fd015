"""The command line: recompute Table 1 for any exporter, search all groupings of goods, read the claims, verify an exhibit."""

import sys
from collections.abc import Sequence

from beltroad import __version__
from beltroad.cli import exporters, searching
from bookpress.cli import audit, command, completion
from bookpress.edition import book
from tradefiles import fetch


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    parser, commands = command.parser("beltroad", __doc__ or "", __version__)
    for family in (exporters, searching, fetch, audit):
        family.add(commands)
    completion.add(commands, parser, "beltroad")
    with book.using(book.of_module(__file__)):  # the data are this edition's, wherever the command is called
        return command.carry_out(parser, arguments, also=ValueError)


if __name__ == "__main__":
    sys.exit(main())
