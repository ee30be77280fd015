"""Two sides of a comparison, run in turns, and the ratio between them."""

from collections.abc import Callable
from statistics import median

from lab.copies import Run

Pairs = list[tuple[Run, Run]]


def in_turns(count: int, ours: Callable[[], Run], theirs: Callable[[], Run]) -> Pairs:
    """Run both sides `count` times; each is the first in every other pair."""
    return [(theirs(), ours())[::-1] if number % 2 else (ours(), theirs()) for number in range(count)]


def show(name: str, pairs: Pairs, goal: float, memory: bool = False) -> None:
    """Print the medians of both sides and of the ratios, in time or in memory, and whether the ratio meets its goal."""
    sizes = [[one.memory / 1e6 if memory else one.seconds for one in pair] for pair in pairs]
    ours, theirs, ratio = (median(of) for of in zip(*((a, b, a / b) for a, b in sizes), strict=True))
    unit, said = "MB" if memory else "s", "met" if ratio <= goal else "missed"
    print(
        f"{name:52} {ours:7.1f} {unit:2} {theirs:7.1f} {unit:2} {ratio:6.2f} (goal {goal}: {said})",
        flush=True,
    )
