"""The rule and the words of verdicts: what one test finds, what several say together, and over all choices."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bookpress.edition.catalogue import say


@dataclass(frozen=True)
class Verdict:
    """How a verdict is shown, on every page and in every figure."""

    english: str
    sign: str  # stands beside the word, so that no verdict is told by colour alone
    colour: str  # on white, in figures and on pages: the style sheet has both as --verdict
    dark: str  # on a dark page
    one: str = ""  # how a sentence says it of a number of claims: of one, then of several
    many: str = ""

    @property
    def word(self) -> str:
        """The verdict in the language of the book."""
        return say(self.english)


class Words(Mapping[str, str]):
    """Verdicts in the language of the book, by code, and what a combination says that could not be computed."""

    def __getitem__(self, code: str) -> str:
        return say(code) if code == "not computed" else VERDICTS[code].word

    def __iter__(self) -> Iterator[str]:
        return iter([*VERDICTS, "not computed"])

    def __len__(self) -> int:
        return len(VERDICTS) + 1


# The one place for the words: data and code have the codes, pages, figures and stored outputs the words.
VERDICTS = {
    "supported": Verdict("supported", "✓", "#2f6690", "#8ab8de"),
    "holds": Verdict(
        *("holds, cause not shown", "(✓)", "#1f6f5c", "#86c7b3"),
        one="{0} holds (cause not shown)",
        many="{0} hold (cause not shown)",
    ),
    "contradicted": Verdict("contradicted", "✗", "#b3364a", "#f08a9b"),
    "weak": Verdict(
        *("too weak to tell", "–", "#4f5d57", "#a9c1b6"),
        one="for {0} the figures are too weak",
        many="for {0} the figures are too weak",
    ),
    "small": Verdict(
        *("small at most", "≈", "#7a6000", "#d9c15c"),
        one="{0} is an effect that is small at most",
        many="{0} are effects that are small at most",
    ),
    "not tested here": Verdict("not tested here", "?", "#5f6368", "#b5bac1"),
}
UNTESTED = "not tested here"
OPEN = ("weak", "small")  # what says neither yes nor no
JUDGED = [
    *(code for code in VERDICTS if code != UNTESTED),
    "not computed",
]  # what a combination of choices can give
WORDS = Words()

Outcome = Literal["for", "against", "weak", "small", "not computed"]
# What the outcome of a test says of the claim, in words.
OUTCOMES: dict[Outcome, str] = {
    "for": "supports the claim",
    "against": "contradicts the claim",
    "weak": "is too weak to decide",
    "small": "shows a small effect at most",
    "not computed": "could not be computed",
}
ENOUGH = (2, 3)  # the share of the choices that must agree before a verdict is more than "weak"
Role = Literal["necessary", "supporting"]
# A test is necessary if the claim's own words fail with it, supporting if it asks for a cause or a comparison.
ROLES: tuple[Role, ...] = ("necessary", "supporting")
SAMPLED = "95% interval"  # the only kind of interval that comes from drawing a sample
CLEAR = 4  # an end counts as so many of its drawing errors further out than it is
# An effect that is seen in 80 of 100 samples is (1.96 + 0.84) standard errors away; an interval is 2 * 1.96 wide.
POWER = (1.96 + 0.84) / (2 * 1.96)
Ends = tuple[float, float]


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
    without_one: Ends | None = None  # smallest and largest estimate with one case left out
    interval: str = SAMPLED  # what low and high are, in words that stand before them
    reach: Ends = (-math.inf, math.inf)  # the least and the most that the estimate can be
    matters: float = math.nan  # the distance from the bar from which on an effect would matter
    error: float = 0.0  # the standard error of the ends that comes from drawing
    ratio: bool = False  # whether the estimate says how many times, so that distances are factors
    turns: Ends | None = None  # where the test turns, if that does not follow from the interval; see `beyond`
    word: str = ""  # words of the dictionary that the test applies
    sees: float | None = (
        None  # the smallest effect seen with 80% power, if that does not follow from the interval
    )

    def __post_init__(self) -> None:
        if self.claimed not in ("above", "below"):
            raise ValueError(f"claimed: found {self.claimed!r}, expected 'above' or 'below'")

    @property
    def ends(self) -> Ends:
        """The least and the most that the figure may be: the interval, errors of drawing and each case left out."""
        margin = CLEAR * self.error
        every = (self.estimate, self.low - margin, self.high + margin, *(self.without_one or ()))
        return (math.nan, math.nan) if any(map(math.isnan, every)) else (min(every), max(every))

    @property
    def outcome(self) -> Outcome:
        """``"for"`` or ``"against"`` where the whole interval says so; else ``"small"`` or ``"weak"``.

        It is ``"weak"`` where the interval holds effects that would matter, or where nobody says what would.
        """
        low, high = self.ends
        if math.isnan(low):
            return "not computed"
        if low > self.bar or high < self.bar:
            return "for" if (low > self.bar) == (self.claimed == "above") else "against"
        return "small" if self._away(-self.matters) < low and high < self._away(self.matters) else "weak"

    @property
    def beyond(self) -> Ends:
        """The estimates beyond which the test supports the claim, and contradicts it, with an interval as wide as this."""
        if self.turns:
            return self.turns
        low, high = self.ends
        below, above = (
            (self.bar * self.estimate / high, self.bar * self.estimate / low)
            if self.ratio and low > 0
            else (self.bar - (high - self.estimate), self.bar + (self.estimate - low))
        )
        return (above, below) if self.claimed == "above" else (below, above)

    @property
    def exact(self) -> bool:
        """Whether the figure is known without doubt."""
        return self.low == self.estimate == self.high

    @property
    def detectable(self) -> float:
        """The smallest effect, from the bar, that the test sees with 80% power; nothing where nothing is drawn."""
        if self.sees is not None:
            return self.sees
        low, high = self.ends
        if self.exact or self.interval != SAMPLED:
            return math.nan
        if self.ratio:
            return math.exp(POWER * math.log(high / low)) if low > 0 else math.inf
        return POWER * (high - low)

    def out_of_reach(self) -> str:
        """Say why the test could not have spoken for the claim, whatever the figures; nothing if it could."""
        (least, most), (wanted, _) = self.reach, self.beyond
        above = self.claimed == "above"
        if math.isnan(wanted) or (most > wanted if above else least < wanted):
            return ""
        furthest = number(most if above else least)
        return f"the estimate would have to be {self.claimed} {number(wanted)}, and can be {furthest} at most"

    def __str__(self) -> str:
        """Say it in sentences: estimate, unit, interval, number of cases, and what the claim needs."""
        if self.outcome == "not computed":
            return f"{say('not computed')}{f' ({self.n})' if self.n else ''}"
        ends = say(self.interval), number(self.low), number(self.high)
        about = [] if self.exact else [say("{0} {1} to {2}", *ends)]
        if self.without_one:
            about.append(say("{0} to {1} whichever one is left out", *map(number, self.without_one)))
        about += [self.n] if self.n else []
        bar = self._with_unit(self.bar) if self.unit == "%" else number(self.bar)
        words = self._with_unit(self.estimate) + (f" ({'; '.join(about)})" if about else "")
        needed = (
            "The claim needs more than {0}." if self.claimed == "above" else "The claim needs less than {0}."
        )
        words += f". {say(needed, bar)}"
        if not self.low <= self.bar <= self.high and self.outcome in OPEN and not self.without_one:
            moved = "Another random draw could move the end of the interval across {0}."
            words += f" {say(moved, number(self.bar))}"
        return words

    def taken(self) -> str:
        """Say which estimates would decide, and which effect the test finds; nothing where it is known exactly."""
        if self.outcome == "not computed" or self.exact:
            return ""
        sides = ("above", "below") if self.claimed == "above" else ("below", "above")
        least, most = self.reach
        decided = []
        for word, side, turn in zip(("support the claim", "contradict it"), sides, self.beyond, strict=True):
            possible = turn < most if side == "above" else turn > least
            far = "" if possible else f" {say('(out of reach)')}"
            decided.append(say(f"{side} {{0}} would {word}", number(turn)) + far)
        said = say("An estimate {0}, one {1}.", *decided)
        if math.isinf(self.detectable):
            said += f" {say('The test cannot find an effect of any size.')}"
        elif not math.isnan(self.detectable):
            size = self._size(self.detectable)
            said += f" {say('{0} would be noticed in four cases of five.', size[0].upper() + size[1:])}"
        if not math.isnan(self.matters):
            size = self._size(self.matters)
            said += f" {say('{0} is large enough to matter.', size[0].upper() + size[1:])}"
        return said

    def _away(self, distance: float) -> float:
        """Return the value at a distance from the bar; where distances are factors, a negative one divides."""
        if not self.ratio:
            return self.bar + distance
        return self.bar * distance if distance > 0 else self.bar / -distance

    def _size(self, distance: float) -> str:
        if self.ratio:
            return say("a change by a factor of {0}", number(distance))
        size = self._with_unit(distance)
        return (
            say("an effect of {0} away from {1}", size, number(self.bar))
            if self.bar
            else say("an effect of {0}", size)
        )

    def _with_unit(self, value: float) -> str:
        return f"{number(value)}{'' if self.unit.startswith('%') else ' '}{self.unit}".strip()


NOT_COMPUTED = Finding(math.nan, math.nan, math.nan)


def number(value: float) -> str:
    """Print a number with the digits that carry it.

    Examples
    --------
    >>> number(1985.4), number(37.28), number(2.134), number(-0.0491), number(-0.00154), number(0.0)
    ('1,985', '37.3', '2.13', '−0.049', '−0.0015', '0')
    """
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 1000 else 0
    return f"{value:,.{min(places, 3 if abs(value) >= 0.01 else 4)}f}".replace("-", "−")


def told(counts: Mapping[str, int]) -> str:
    """Say in the words of a sentence how many claims have each verdict.

    Examples
    --------
    >>> told({"supported": 2, "holds": 1, "weak": 3, "small": 0})
    '2 are supported, 1 holds (cause not shown), for 3 the figures are too weak'
    """
    said = []
    for code, number in counts.items():
        shown = VERDICTS[code]
        one, many = shown.one or f"{{0}} is {shown.english}", shown.many or f"{{0}} are {shown.english}"
        said += [say(one if number == 1 else many, number)] if number else []
    return ", ".join(said)


def outcome(found: Any) -> Outcome:
    """Return what a test's result says of the claim."""
    if isinstance(found, Finding):
        return found.outcome
    if not isinstance(found, bool) and str(getattr(found, "dtype", "")) != "bool":  # NumPy has its own
        raise TypeError(f"a test found {found!r}, expected a Finding or a bool")
    return "for" if found else "against"


def judge(necessary: Iterable[Outcome], supporting: Iterable[Outcome] = ()) -> str:
    """Return the verdict of several tests together, under one combination of choices.

    One necessary test against the claim: ``"contradicted"``. Else one that could not be computed, is too weak or leaves a
    small effect at most: that. All for it: ``"supported"`` if every supporting test is for it too, else ``"holds"``.
    """
    needed = set(necessary)
    if "against" in needed:
        return "contradicted"
    for outcome in ("not computed", *OPEN):
        if outcome in needed:
            return outcome
    return "supported" if set(supporting) <= {"for"} else "holds"


def settle(cells: Sequence[str]) -> tuple[str, int]:
    """Return the verdict over all choices, and how many of them bear it out; the main one comes first.

    A verdict is that of the main choices if two thirds of all say the same. One that is called supported by too few, but
    supported or holding by enough, holds. A cell that could not be computed agrees with nothing. Else it is ``"weak"``.
    """
    said = {"supported": ["supported"], "holds": ["supported", "holds"]}
    said |= {code: [code] for code in ("contradicted", "small")}
    for verdict, alike in said.items():
        agree = sum(cell in alike for cell in cells)
        if cells[0] in alike and agree * ENOUGH[1] >= len(cells) * ENOUGH[0]:
            return verdict, agree
    return "weak", cells.count(cells[0])
