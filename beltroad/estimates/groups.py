"""Estimates for groups of economies, which are treated as draws from what could have been.

The bootstrap is seeded, so that every run gives the same. Where fewer than thirty economies decide, the estimate must also
stand whichever of them is left out.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
import pandas as pd
from scipy import stats

from beltroad.economies import CHINA
from bookpress import tables
from bookpress.claims import grid
from bookpress.claims.verdicts import Finding

DRAWS, SEED = 999, 20130907
FEW = 30
Claim = Literal["above", "below"]
STATISTICS: dict[str, Callable[..., Any]] = {"median": np.median, "mean": np.mean}


class Claimed(TypedDict, total=False):
    """What a claim says of an estimate: fields of `bookpress.claims.verdicts.Finding`."""

    claimed: Claim
    bar: float
    unit: str


@cache
def span(axis: str, choice: str) -> tuple[int, int]:
    """Return the first and last year of a baseline or window, such as ``span("window", "2013–18")``."""
    spans = tables.read("choices").query("axis == @axis").set_index("choice")[["first_year", "last_year"]]
    first, last = grid.chosen(axis, choice, dict(zip(spans.index, spans.to_numpy(), strict=True)))
    return int(first), int(last)


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
    a, b = _values(on), _values(off)
    middle = grid.chosen("statistic", statistic, STATISTICS)
    n = f"{len(a)} against {len(b)} economies"
    return _estimate(lambda a, b: middle(a, axis=-1) - middle(b, axis=-1), [a, b], n, **claimed)


def centre(values: pd.Series, statistic: str = "median", **claimed: Unpack[Claimed]) -> Finding:
    """Estimate the median or mean of one group, with a bootstrap interval as in `difference`."""
    a, middle = _values(values), grid.chosen("statistic", statistic, STATISTICS)
    return _estimate(lambda a: middle(a, axis=-1), [a], f"{len(a)} economies", **claimed)


def correlation(x: pd.Series, y: pd.Series, **claimed: Unpack[Claimed]) -> Finding:
    """Estimate the rank correlation of two figures of the same economies, with a bootstrap interval of pairs."""
    pairs = pd.concat([x, y], axis=1, join="inner").dropna().to_numpy(dtype=float)

    def ranked(pairs: Any) -> Any:
        ranks = stats.rankdata(pairs, axis=-2)
        ranks = ranks - ranks.mean(axis=-2, keepdims=True)
        spread = np.sqrt((ranks**2).sum(axis=-2)).prod(axis=-1)
        return (ranks[..., 0] * ranks[..., 1]).sum(axis=-1) / np.where(spread > 0, spread, np.nan)

    claimed.setdefault("unit", "rank correlation")
    return _estimate(ranked, [pairs], f"{len(pairs)} economies", least=5, **claimed)


def share(holds: pd.Series, *, bar: float = 50, claimed: Claim = "above", what: str = "economies") -> Finding:
    """Estimate in how many of a group, in %, something holds, with the exact binomial (Clopper-Pearson) interval.

    Parameters
    ----------
    holds : Series of bool
        One entry an economy; missing ones are left out.
    bar : float
        In %; 50 stands for “most”.
    """
    known = holds.dropna().astype(bool)
    if known.empty:
        return _unknown(f"no {what}")
    interval = stats.binomtest(int(known.sum()), len(known)).proportion_ci(0.95, method="exact")
    n = f"{known.sum()} of {len(known)} {what}"
    ends = 100 * float(interval.low), 100 * float(interval.high)
    return Finding(100 * float(known.mean()), *ends, bar=bar, claimed=claimed, unit="%", n=n)


def counted(holds: pd.Series, among: set[str], *, bar: float = 50, claimed: Claim = "above") -> Finding:
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
    how = "range with the missing either way"
    return Finding(100 * float(known.mean()), *ends, bar=bar, claimed=claimed, unit="%", n=n, interval=how)


def placebo(figures: pd.Series, economy: str = "CHN", **claimed: Unpack[Claimed]) -> Finding:
    """Estimate how far one economy lies above the median of all others.

    The interval is what would be seen if one of the others took its place: its figure less the 97.5th and 2.5th
    percentile of theirs. It is the comparison for what only one economy, such as China, has done.

    Parameters
    ----------
    figures : Series
        One figure an economy, by ISO3 code, that economy among them.
    """
    known = figures.dropna()
    if economy not in known.index or len(known) < FEW:
        return _unknown(f"{len(known)} economies")
    rest, own = known[~known.index.isin({economy, *CHINA})], float(known[economy])
    low, middle, high = rest.quantile([0.025, 0.5, 0.975])
    n, how = f"{economy} against {len(rest)} others", "range over 95% of the others"
    return Finding(own - middle, own - high, own - low, n=n, interval=how, **claimed)


def coefficient(fit: Any, name: str, **claimed: Unpack[Claimed]) -> Finding:
    """Return a coefficient of a fitted statsmodels regression with its 95% interval."""
    low, high = fit.conf_int().loc[name]
    n = f"{int(fit.nobs)} economies"
    return Finding(float(fit.params[name]), float(low), float(high), n=n, **claimed)


def _values(series: pd.Series) -> Any:
    return series.dropna().to_numpy(dtype=float)


def _unknown(n: str) -> Finding:
    return Finding(np.nan, np.nan, np.nan, n=n)


def _estimate(
    statistic: Callable[..., Any], samples: list[Any], n: str, least: int = 3, **claimed: Unpack[Claimed]
) -> Finding:
    """Estimate a statistic of samples: with samples drawn anew, and where few decide with each economy left out."""
    if min(map(len, samples)) < least:
        return _unknown(n)
    drawn = [
        sample[np.random.default_rng(SEED + number).integers(0, len(sample), (DRAWS, len(sample)))]
        for number, sample in enumerate(samples)
    ]
    low, high = np.nanpercentile(statistic(*drawn), [2.5, 97.5])
    without = None
    if min(map(len, samples)) < FEW:
        left = [
            float(statistic(*samples[:at], np.delete(sample, one, axis=0), *samples[at + 1 :]))
            for at, sample in enumerate(samples)
            for one in range(len(sample))
        ]
        without = (min(left), max(left))
    estimate = float(statistic(*samples))
    return Finding(estimate, float(low), float(high), n=n, without_one=without, **claimed)
