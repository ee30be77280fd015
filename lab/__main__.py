"""The command line: measure the project."""

import argparse
import sys
from pathlib import Path

from bookpress import __version__
from bookpress.cli import command
from bookpress.edition import scratch
from lab import bench, fuzz, mutants, readme, rebuilt, seeds, shuffles, stock, twice


def _above_zero(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number above 0")
    return int(text)


def main() -> int:
    """Carry out one command; return 0 if all is well, 1 if something was found, 2 if a command failed."""
    parser, commands = command.parser("lab", __doc__, __version__)
    added = command.add(commands, bench.bench)
    added.add_argument("--quick", action="store_true", help="one pair of each, smaller files")
    added.add_argument("--part", choices=bench.PARTS, help="measure only this")
    added = command.add(commands, mutants.mutants)
    added.add_argument("--sample", type=int, default=200, help="how many changes (default 200)")
    added.add_argument("--seed", type=int, default=1, help="which changes (default 1)")
    added = command.add(commands, fuzz.fuzz)
    added.add_argument("--count", type=_above_zero, default=2000, help="how many files (default 2000)")
    added.add_argument("--seed", type=int, default=0, help="which files (default 0)")
    added.add_argument("--only", type=int, metavar="NUMBER", help="this file alone, and what was said of it")
    added.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where files stay in which something was found"
    )
    added = command.add(commands, twice.twice)
    added.add_argument("--python", help="another Python for the second build")
    command.add(commands, rebuilt.rebuilt)
    added = command.add(commands, seeds.seeds)
    added.add_argument("--count", type=int, default=20, help="how many other seeds (default 20)")
    added = command.add(commands, shuffles.shuffles)
    added.add_argument("--count", type=int, default=1000, help="how many shuffles (default 1000)")
    added.add_argument("--record", action="store_true", help="store what is found; then run `make data`")
    command.add(commands, stock.stock)
    command.add(commands, readme.picture)
    with scratch.Folder() as folder:
        parser.set_defaults(folder=Path(folder))
        return command.carry_out(parser, None)


if __name__ == "__main__":
    sys.exit(main())
