"""Time the searches of groupings, once each, against seconds: no stock tool does the same.

python -m lab.searches [--quick]

--quick leaves out the calibration, which takes minutes.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from beltroad import groupings, table1
from beltroad.groupings import proofs


def sections(exporter: str) -> None:
    """Try every grouping of sections."""
    shares = proofs.goods(exporter, level="section")
    groupings.search(shares, table1.printed(), groupings.of_definition(shares.index, "sections"))


def divisions(exporter: str) -> None:
    """Prove which grouping of divisions is nearest."""
    proofs.program(exporter).nearest(limits=proofs.LIMITS)


def moves(exporter: str) -> None:
    """Prove the fewest moves to within each difference."""
    for within in proofs.WITHIN:
        proofs.program(exporter).fewest_moves(within, proofs.LIMITS)


def timed(what: str, goal: float, run: Callable[[], object]) -> None:
    """Print the seconds that something takes, and whether its goal is met."""
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    met = "met" if seconds <= goal else "missed"
    print(f"{what:48} {seconds:7.2f} s (goal {goal:g} s: {met})", flush=True)


def calibrate() -> None:
    """Meet every other table, on all cores; progress goes to standard error."""
    with ProcessPoolExecutor() as pool:
        for name, _ in zip(proofs.exporters(), pool.map(proofs.targets, proofs.exporters()), strict=True):
            print(f"calibration: {name}", file=sys.stderr, flush=True)


def main(quick: bool) -> None:
    names = proofs.exporters()
    for name in names:  # what is read and imported once is not measured
        proofs.goods(name), proofs.goods(name, level="section")
    proofs.program(names[0]).reaches(50)
    for what, goal, search in (
        ("all groupings of sections, ten exporters", 1, sections),
        ("nearest groupings of divisions, ten exporters", 15, divisions),
        ("fewest moves, thirty programs", 5, moves),
    ):
        timed(what, goal, lambda search=search: [search(name) for name in names])
    if not quick:
        timed("calibration, ten exporters", 600, calibrate)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
