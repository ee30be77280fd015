"""Estimates for groups of economies, which are treated as draws from what could have been.

Where fewer than thirty economies decide, the estimate must also stand whichever of them is left out. What would matter is a
small effect by the table of yardsticks, unless a test names another one.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
import pandas as pd
from scipy import stats

from beltroad.economies import CHINA, names
from beltroad.estimates import draws
from beltroad.estimates.draws import Values
from bookpress import tables
from bookpress.claims import grid, verdicts
from bookpress.claims.verdicts import Ends, Finding

FEW = 30
MISSING = "range that missing figures allow"  # what an interval is where a whole list is asked
Claim = Literal["above", "below"]
STATISTICS: dict[str, Callable[..., Any]] = {"median": np.median, "mean": np.mean}
INTERVALS = {"median": draws.of_medians, "mean": draws.of_means}


class Claimed(TypedDict, total=False):
    """What a claim says of an estimate: fields of `bookpress.claims.verdicts.Finding`."""

    claimed: Claim
    bar: float
    unit: str
    reach: Ends
    matters: float
    word: str


@cache
def yardstick(name: str) -> float:
    """Return from which size on an effect would matter, from table ``yardsticks``.

    Raises
    ------
    KeyError
        If the table has no such yardstick; the message lists those that it has.
    """
    sizes = tables.read("yardsticks").set_index("yardstick")["size"]
    if name not in sizes.index:
        raise KeyError(f"found no yardstick {name!r}, expected one of: {', '.join(sizes.index)}")
    return float(sizes[name])


@cache
def span(axis: str, choice: str) -> tuple[int, int]:
    """Return the first and last year of a baseline or window, such as ``span("window", "2013–18")``."""
    spans = tables.read("choices").query("axis == @axis").set_index("choice")[["first_year", "last_year"]]
    first, last = grid.chosen(axis, choice, dict(zip(spans.index, spans.to_numpy(), strict=True)))
    return int(first), int(last)


def exact(value: float, *, n: str = "", **claimed: Unpack[Claimed]) -> Finding:
    """Return a figure that is known without doubt: its interval is the figure itself; `n` says what it rests on."""
    return Finding(float(value), float(value), float(value), n=n, **claimed)


def difference(
    on: pd.Series, off: pd.Series, statistic: str = "median", **claimed: Unpack[Claimed]
) -> Finding:
    """Estimate how far a group lies above another, with a bootstrap interval (percentiles, 95%).

    Parameters
    ----------
    on, off : Series
        One figure an economy; missing ones are left out.
    statistic : str
        A key of `STATISTICS`.
    **claimed
        See `Claimed`.

    Returns
    -------
    Finding
        Not computed if a group has fewer than three figures.
    """
    n = f"{on.count()} against {off.count()} economies"
    claimed.setdefault("matters", yardstick("difference") * pd.concat([on, off]).std())
    return _compared(statistic, [_values(on), _values(off)], n, **claimed)


def centre(values: pd.Series, statistic: str = "median", **claimed: Unpack[Claimed]) -> Finding:
    """Estimate the median or mean of one group, with a bootstrap interval as in `difference`."""
    claimed.setdefault("matters", yardstick("difference") * values.std())
    return _compared(statistic, [_values(values)], f"{values.count()} economies", **claimed)


def correlation(x: pd.Series, y: pd.Series, **claimed: Unpack[Claimed]) -> Finding:
    """Estimate the rank correlation of two figures of the same economies, with the interval of Bonett and Wright (2000)."""
    pairs = pd.concat([x, y], axis=1, join="inner").dropna().to_numpy(dtype=float)
    n = f"{len(pairs)} economies"
    if len(pairs) < 5:
        return _unknown(n)

    def ranked(pairs: Values) -> float:
        return float(stats.spearmanr(*pairs.T).statistic)

    r = ranked(pairs)
    z, error = np.arctanh(r), np.sqrt((1 + r**2 / 2) / (len(pairs) - 3))
    ends = np.tanh([z - 1.96 * error, z + 1.96 * error])
    claimed = {"unit": "rank correlation", "matters": yardstick("correlation"), "reach": (-1, 1)} | claimed
    without = None
    if len(pairs) < FEW:
        left = [ranked(np.delete(pairs, one, axis=0)) for one in range(len(pairs))]
        without = (min(left), max(left))
    return Finding(r, float(ends[0]), float(ends[1]), n=n, without_one=without, **claimed)


def share(
    holds: pd.Series, *, bar: float, claimed: Claim = "above", word: str = "", what: str = "economies"
) -> Finding:
    """Estimate in how many of a group, in %, something holds, with the exact binomial (Clopper-Pearson) interval.

    Parameters
    ----------
    holds : Series of bool
        One entry an economy; missing ones are left out.
    bar : float
        In %.
    """
    known = holds.dropna().astype(bool)
    size = len(known)
    if not size:
        return _unknown(f"no {what}")

    def ends(yes: int) -> Ends:
        interval = stats.binomtest(yes, size).proportion_ci(0.95, method="exact")
        return 100 * float(interval.low), 100 * float(interval.high)

    yes = int(known.sum())
    above = [100 * k / size for k in range(size + 1) if ends(k)[0] > bar]
    below = [100 * k / size for k in range(size + 1) if ends(k)[1] < bar]
    n = f"{yes} of {size} {what}"
    return Finding(
        *(100 * yes / size, *ends(yes)),
        **_of_hundred(bar, claimed, min(above, default=np.inf), max(below, default=-np.inf)),
        n=n,
        word=word,
        sees=_seen(size, bar, claimed, above if claimed == "above" else below),
    )


def counted(
    holds: pd.Series, among: set[str], *, bar: float, claimed: Claim = "above", word: str = ""
) -> Finding:
    """Count in how many of a whole list, in %, something holds; the interval is what its missing members could do.

    For a statement about the list itself, which is asked in full and not drawn from anything.

    Parameters
    ----------
    holds : Series of bool
        By ISO3 code; economies outside the list are left out.
    among : set of str
        The list.
    """
    known = holds[holds.index.isin(among)].dropna().astype(bool)
    if known.empty:
        return _unknown(f"none of {len(among)} economies")
    yes, missing = int(known.sum()), len(among) - len(known)
    n = f"{yes} of {len(known)} economies, {missing} without figures"
    ends = 100 * yes / len(among), 100 * (yes + missing) / len(among)
    # Of those with figures so many must say yes for the whole list, whatever the missing ones would say.
    above = bar * len(among) / len(known)
    below = (bar * len(among) - 100 * missing) / len(known)
    return Finding(
        *(100 * float(known.mean()), *ends),
        **_of_hundred(bar, claimed, above, below),
        n=n,
        word=word,
        interval=MISSING,
    )


def number_of(
    holds: pd.Series, among: set[str], what: str, *, bar: float, claimed: Claim = "above", word: str = ""
) -> Finding:
    """Count of how many of a whole list something holds; the interval is what its missing members could do.

    For “some” and “all”, which one case decides: `what` names those for which it holds, and the bar lies between two counts.
    """
    known = holds[holds.index.isin(among)].dropna().astype(bool)
    yes, missing = int(known.sum()), len(among) - len(known)
    return Finding(
        *(yes, yes, yes + missing),
        bar=bar,
        claimed=claimed,
        unit=what,
        n=f"of {len(known)} economies, {missing} without figures",
        interval=MISSING,
        reach=(0, len(among)),
        turns=(bar, bar - missing) if claimed == "above" else (bar - missing, bar),
        word=word,
    )


def placebo(figures: pd.Series, economy: str = "CHN", **claimed: Unpack[Claimed]) -> Finding:
    """Estimate how far one economy lies above the median of all others.

    The interval is what would be seen if one of the others took its place: its figure less the 97.5th and 2.5th
    percentile of theirs. It is the comparison for what only one economy, such as China, has done.

    Parameters
    ----------
    figures : Series
        One figure an economy, by ISO3 code, that economy among them.
    **claimed
        See `Claimed`; `reach` is what the economy's own figure can be.
    """
    known = figures.dropna()
    if economy not in known.index or len(known) < FEW:
        return _unknown(f"{len(known)} economies")
    rest, own = known[~known.index.isin({economy, *CHINA})], float(known[economy])
    low, rare, middle, common, high = rest.quantile([0.025, 0.2, 0.5, 0.8, 0.975])
    least, most = claimed.get("reach", (-np.inf, np.inf))
    claimed["reach"] = (least - middle, most - middle)
    claimed.setdefault("matters", yardstick("difference") * rest.std())
    # An effect is seen with 80% power if it lifts even an economy as low as one in five beyond nearly all others.
    sees = float(high - rare if claimed.get("claimed", "above") == "above" else common - low)
    return Finding(
        *(own - middle, own - high, own - low),
        n=f"{names()[economy]} against {len(rest)} others",
        interval="range against 95% of the others",
        sees=sees,
        **claimed,
    )


def times(
    before: pd.Series, after: pd.Series, elsewhere: tuple[pd.Series, pd.Series] | None = None
) -> Finding:
    """Estimate how many times its earlier total the total of a group is, with its economies drawn anew.

    Parameters
    ----------
    before, after : Series
        One figure an economy, the same economies in each.
    elsewhere : pair of Series, optional
        The same of another group: the estimate is then how many times as much the first group grew.
    """
    groups = [(before, after), *([elsewhere] if elsewhere else [])]
    estimate, drawn = 1.0, np.ones(draws.DRAWS)
    for number, group in enumerate(groups):
        earlier, later = (one.to_numpy(dtype=float) for one in group)
        weights = draws.shares(len(earlier), number)
        power = -1 if number else 1
        estimate *= (later.sum() / earlier.sum()) ** power
        drawn = drawn * ((weights @ later) / (weights @ earlier)) ** power
    n = " against ".join(str(len(earlier)) for earlier, _ in groups) + " economies"
    low, high, error = draws.percentiles(drawn)
    return Finding(
        estimate,
        low,
        high,
        1,
        unit="times",
        n=n,
        error=error,
        ratio=True,
        matters=yardstick("times"),
        reach=(0, np.inf),
    )


def coefficient(fit: Any, name: str, **claimed: Unpack[Claimed]) -> Finding:
    """Return a coefficient of a fitted statsmodels regression with its 95% interval."""
    low, high = fit.conf_int().loc[name]
    n = f"{int(fit.nobs)} economies"
    spread = pd.DataFrame(fit.model.exog, columns=fit.model.exog_names)[name].std()
    claimed.setdefault("matters", yardstick("correlation") * float(np.std(fit.model.endog, ddof=1) / spread))
    return Finding(float(fit.params[name]), float(low), float(high), n=n, **claimed)


def larger(fit: Any, name: str, other: str, **claimed: Unpack[Claimed]) -> Finding:
    """Estimate how much further from zero one coefficient of a regression is than another, with its 95% interval.

    Both variables are in standard deviations, or the comparison says nothing.
    """
    signs = np.sign(fit.params[[name, other]])
    test = fit.t_test(f"{signs[name]} * {name} - {signs[other]} * {other} = 0")
    ((low, high),) = test.conf_int()
    claimed.setdefault("matters", yardstick("correlation"))
    return Finding(float(test.effect[0]), float(low), float(high), n=f"{int(fit.nobs)} economies", **claimed)


def table(found: Mapping[Any, Finding], name: str) -> pd.DataFrame:
    """Return findings as a table: a row for each key, columns `name`, ``"95% interval, low"`` and ``"high"``."""
    rows = {key: [one.estimate, one.low, one.high] for key, one in found.items()}
    return pd.DataFrame(rows, index=[name, "95% interval, low", "high"]).T


def with_interval(found: Finding) -> str:
    """Return an estimate with its interval in words.

    Examples
    --------
    >>> with_interval(Finding(0.2531, 0.0248, 0.481))
    '0.253 (0.025 to 0.481)'
    """
    said = map(verdicts.number, (found.estimate, found.low, found.high))
    return "{} ({} to {})".format(*said)


def _values(series: pd.Series) -> Values:
    values: Values = series.dropna().to_numpy(dtype=float)
    return values


def _unknown(n: str) -> Finding:
    return Finding(np.nan, np.nan, np.nan, n=n)


class _Share(TypedDict):
    bar: float
    claimed: Claim
    unit: str
    reach: Ends
    matters: float
    turns: Ends


def _of_hundred(bar: float, claimed: Claim, above: float, below: float) -> _Share:
    """Return what a test of a share in % is held against; `above` and `below` are where it turns."""
    # Cohen's measure: shares differ by twice the difference of the arcsines of their roots.
    angle = np.arcsin(np.sqrt(bar / 100)) + yardstick("share") / 2
    turns = (above, below) if claimed == "above" else (below, above)
    return {
        "bar": bar,
        "claimed": claimed,
        "unit": "%",
        "reach": (0 - 1e-9, 100 + 1e-9),  # all and none can be reached
        "matters": float(100 * np.sin(min(angle, np.pi / 2)) ** 2 - bar),
        "turns": turns,
    }


def _seen(size: int, bar: float, claimed: Claim, passing: list[float]) -> float:
    """Return the distance from the bar of a true share that the exact test sees with 80% power."""
    if not passing:
        return np.inf
    true = np.linspace(0, 1, 1001)
    if claimed == "above":
        seen = true[stats.binom.sf(round(min(passing) * size / 100) - 1, size, true) >= 0.8]
        return float(100 * seen.min() - bar) if len(seen) else np.inf
    seen = true[stats.binom.cdf(round(max(passing) * size / 100), size, true) >= 0.8]
    return float(bar - 100 * seen.max()) if len(seen) else np.inf


def _compared(statistic: str, samples: list[Values], n: str, **claimed: Unpack[Claimed]) -> Finding:
    """Estimate a statistic of one sample, or of one less another; where few decide, with each economy left out."""
    if min(map(len, samples)) < 3:
        return _unknown(n)
    middle = grid.chosen("statistic", statistic, STATISTICS)

    def estimate(samples: list[Values]) -> float:
        first, *second = map(middle, samples)
        return float(first - second[0] if second else first)

    low, high, error = INTERVALS[statistic](*samples)
    without = None
    if min(map(len, samples)) < FEW:
        left = [
            estimate([*samples[:at], np.delete(sample, one), *samples[at + 1 :]])
            for at, sample in enumerate(samples)
            for one in range(len(sample))
        ]
        without = (min(left), max(left))
    return Finding(estimate(samples), low, high, n=n, error=error, without_one=without, **claimed)
