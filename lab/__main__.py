"""The command line: ``python -m lab bench``, ``mutants``, ``twice``, ``rebuilt``, ``stock``."""

import argparse
import sys
import tempfile
from pathlib import Path

from lab import bench, copies, mutants, rebuilt, stock, twice


def above_zero(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"found {number}, expected 1 or more")
    return number


def main() -> int:
    """Carry out one command; return 0 if all is well, 1 if something was found, 2 if a command failed."""
    parser = argparse.ArgumentParser(prog="python -m lab", description="Measure the project.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, run, help):
        added = commands.add_parser(name, help=help, description=run.__doc__.splitlines()[0])
        added.set_defaults(run=run)
        return added

    benches = command("bench", bench.bench, "compare builds, tests, set-up and trade files with stock tools")
    benches.add_argument("--quick", action="store_true", help="one pair of each, smaller files")
    benches.add_argument("--part", choices=bench.PARTS, help="measure only this")
    benches.add_argument("--pairs", type=above_zero, default=3, help="pairs of each (default 3)")
    changes = command("mutants", mutants.mutants, "change one thing at a time: does a test notice?")
    changes.add_argument("--sample", type=above_zero, default=200, help="how many changes (default 200)")
    changes.add_argument("--seed", type=int, default=1, help="which changes (default 1)")
    builds = command("twice", twice.twice, "build the book in two settings and compare every file")
    builds.add_argument("--python", help="another Python for the second build")
    crates = command("rebuilt", rebuilt.rebuilt, "build and test the book from _build/crate alone")
    crates.add_argument("--build-only", action="store_true", help="leave out the tests")
    command("stock", stock.stock, "build the same chapters in the theme as it comes, into _build/stock")
    options = vars(parser.parse_args())
    run = options.pop("run")
    try:
        with tempfile.TemporaryDirectory() as folder:
            return run(Path(folder), **options)
    except copies.Failure as failure:
        print(f"lab: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
