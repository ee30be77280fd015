"""The command line of the engine: build, refresh, rerun, verify and pack a book, begin another, upgrade the engine of one."""

import sys
from collections.abc import Sequence

from bookpress import __version__
from bookpress.cli import audit, command, completion, new, notebooks, publishing, upgrade


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    parser, commands = command.parser("bookpress", __doc__ or "", __version__)
    for family in (publishing, notebooks, audit, new, upgrade):
        family.add(commands)
    completion.add(commands, parser, "bookpress")
    return command.carry_out(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
