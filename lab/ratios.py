"""Two sides of a comparison, run in turns, and the ratio between them."""

from collections.abc import Callable
from statistics import median

from lab.copies import Run


def in_turns(count: int, ours: Callable[[], Run], theirs: Callable[[], Run]) -> tuple[list[Run], list[Run]]:
    """Run both sides `count` times; each is the first in every other pair."""
    found: tuple[list[Run], list[Run]] = ([], [])
    for number in range(count):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            found[side].append((ours, theirs)[side]())
    return found


def show(name: str, ours: list[float], theirs: list[float], goal: float | None, unit: str = "s") -> None:
    """Print the medians of both sides and of the ratios, and whether the ratio meets its goal."""
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    said = f"{name:52} {median(ours):7.1f} {unit:2} {median(theirs):7.1f} {unit:2} {ratio:6.2f}"
    print(
        said if goal is None else f"{said} (goal {goal}: {'met' if ratio <= goal else 'missed'})", flush=True
    )


def seconds(runs: list[Run]) -> list[float]:
    return [one.seconds for one in runs]
