"""The rule and the words of verdicts: what one test finds, what several say together, and over all choices."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Verdict:
    """How a verdict is shown, on every page and in every figure."""

    word: str
    sign: str  # stands beside the word, so that no verdict is told by colour alone
    colour: str  # on white, in figures and on pages: the style sheet has both as --verdict
    dark: str  # on a dark page


# The one place for the words: data and code have the codes, pages, figures and stored outputs the words.
VERDICTS = {
    "supported": Verdict("supported", "✓", "#2f6690", "#8ab8de"),
    "contradicted": Verdict("contradicted", "✗", "#b3364a", "#f08a9b"),
    "mixed": Verdict("mixed", "≈", "#7a6000", "#d9c15c"),
    "inconclusive": Verdict("inconclusive", "–", "#4f5d57", "#a9c1b6"),
    "not tested here": Verdict("not tested here", "?", "#5f6368", "#b5bac1"),
}
UNTESTED = "not tested here"
JUDGED = [
    *(code for code in VERDICTS if code != UNTESTED),
    "not computed",
]  # what a combination of choices can give
WORDS = {code: verdict.word for code, verdict in VERDICTS.items()} | {"not computed": "not computed"}

Outcome = Literal["for", "against", "unclear", "not computed"]
# What the outcome of a test says of the claim, in words.
OUTCOMES: dict[Outcome, str] = {
    "for": "speaks for the claim",
    "against": "speaks against it",
    "unclear": "cannot tell",
    "not computed": "not computed",
}
ENOUGH = (2, 3)  # the share of the choices that must agree before a claim is called supported or contradicted


@dataclass(frozen=True)
class Finding:
    """What one test finds: an estimate with its interval, compared with a bar.

    A test that has nothing to estimate, such as whether two dates are equal, is a plain ``bool`` instead.
    """

    estimate: float
    low: float  # lower end of the interval; the estimate itself where the figure is known exactly
    high: float
    bar: float = 0.0  # the value that the estimate is compared with
    claimed: Literal["above", "below"] = "above"  # on which side of the bar the claim puts it
    unit: str = ""
    n: str = ""  # how many economies, years or cases it rests on
    without_one: tuple[float, float] | None = None  # smallest and largest estimate with one case left out
    interval: str = "95% interval"  # what low and high are

    def __post_init__(self) -> None:
        if self.claimed not in ("above", "below"):
            raise ValueError(f"claimed: found {self.claimed!r}, expected 'above' or 'below'")

    @property
    def outcome(self) -> Outcome:
        """``"for"`` or ``"against"`` where the whole interval says so, ``"unclear"`` where it does not."""
        ends = (self.estimate, self.low, self.high, *(self.without_one or ()))
        if any(math.isnan(end) for end in ends):
            return "not computed"
        above, below = min(ends) > self.bar, max(ends) < self.bar
        if not above and not below:
            return "unclear"
        return "for" if above == (self.claimed == "above") else "against"

    def __str__(self) -> str:
        """Say it in words: estimate, unit, interval, bar, number."""
        if self.outcome == "not computed":
            return f"not computed{f' ({self.n})' if self.n else ''}"
        exact = self.low == self.estimate == self.high
        words = number(self.estimate) + (f" {self.unit}" if self.unit else "")
        if not exact:
            words += f", {self.interval} {number(self.low)} to {number(self.high)}"
        words += f"; claimed: {self.claimed} {number(self.bar)}"
        if self.without_one:
            low, high = map(number, self.without_one)
            words += f"; leaving one out: {low} to {high}"
        return words + (f"; {self.n}" if self.n else "")


NOT_COMPUTED = Finding(math.nan, math.nan, math.nan)


def number(value: float) -> str:
    """Print a number with the digits that carry it.

    Examples
    --------
    >>> number(1985.4), number(37.28), number(2.134), number(-0.0491), number(0.0)
    ('1,985', '37.3', '2.13', '−0.049', '0')
    """
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 1000 else 0
    return f"{value:,.{min(places, 3)}f}".replace("-", "−")


def outcome(found: Any) -> Outcome:
    """Return what a test's result says of the claim."""
    if isinstance(found, Finding):
        return found.outcome
    if not isinstance(found, bool) and str(getattr(found, "dtype", "")) != "bool":  # NumPy has its own
        raise TypeError(f"a test found {found!r}, expected a Finding or a bool")
    return "for" if found else "against"


def judge(outcomes: Iterable[Outcome]) -> str:
    """Return the verdict of several tests together, under one combination of choices.

    All for the claim: ``"supported"``; all against it: ``"contradicted"``; some clearly for and some clearly
    against: ``"mixed"``; anything else: ``"inconclusive"``.
    """
    said = set(outcomes)
    if said == {"for"}:
        return "supported"
    if said == {"against"}:
        return "contradicted"
    return "mixed" if {"for", "against"} <= said else "inconclusive"


def settle(cells: Sequence[str]) -> tuple[str, int]:
    """Return the verdict over all choices, and how many of them agree with the main one, which comes first.

    A cell that could not be computed agrees with nothing. What fewer than two thirds of the choices agree on is
    not called supported or contradicted, but inconclusive.
    """
    main, agree = cells[0], list(cells).count(cells[0])
    firm = main in ("supported", "contradicted") and agree * ENOUGH[1] >= len(cells) * ENOUGH[0]
    return (main if firm or main == "mixed" else "inconclusive"), agree
