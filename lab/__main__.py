"""The command line: ``python -m lab bench``, ``mutants``, ``twice``, ``rebuilt``, ``stock``."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from lab import bench, copies, mutants, rebuilt, stock, twice


def above_zero(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"found {number}, expected 1 or more")
    return number


def main() -> int:
    """Carry out one command; return 0 if all is well, 1 if something was found, 2 if a command failed."""
    parser = argparse.ArgumentParser(prog="python -m lab", description="Measure the project.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run: Callable[..., int]) -> argparse.ArgumentParser:
        said = (run.__doc__ or "").splitlines()[0]
        added = commands.add_parser(run.__name__, help=said, description=said)
        added.set_defaults(run=run)
        return added

    added = command(bench.bench)
    added.add_argument("--quick", action="store_true", help="one pair of each, smaller files")
    added.add_argument("--part", choices=bench.PARTS, help="measure only this")
    added.add_argument("--pairs", type=above_zero, default=3, help="pairs of each (default 3)")
    added = command(mutants.mutants)
    added.add_argument("--sample", type=above_zero, default=200, help="how many changes (default 200)")
    added.add_argument("--seed", type=int, default=1, help="which changes (default 1)")
    command(twice.twice).add_argument("--python", help="another Python for the second build")
    command(rebuilt.rebuilt).add_argument("--build-only", action="store_true", help="leave out the tests")
    command(stock.stock)
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
