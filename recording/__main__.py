"""Record the tables in data/: what they are, their checksums, the codebook.

The book never runs this. A maintainer does, after editing a table under data/paper/ (no sources needed), or with
the folder of source files when one of them changed; every derived table is then computed anew.
"""

import argparse
import sys
from pathlib import Path

from bookpress import book, command
from bookpress.records import record
from recording import PACKAGE


def run(options: argparse.Namespace) -> int:
    print("\n".join(record(PACKAGE, book.root() / "data", options.sources)))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    parser = argparse.ArgumentParser(prog="python -m recording", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--sources", type=Path, metavar="FOLDER", help="compute every derived table from its sources"
    )
    parser.set_defaults(run=run)
    return command.carry_out(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
