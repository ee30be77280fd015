"""Estimates with intervals, as `bookpress.claims.verdicts.Finding`: what a claim about groups of economies is held against.

Economies are treated as draws from what could have been; the bootstrap is seeded, so that every run gives the same.
Where fewer than thirty economies decide, the finding must also stand whichever of them is left out.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from beltroad.economies import CHINA
from bookpress import tables
from bookpress.claims import grid
from bookpress.claims.verdicts import NOT_COMPUTED, Finding

DRAWS, SEED = 999, 20130907
FEW = 30
STATISTICS: dict[str, Callable[..., Any]] = {"median": np.median, "mean": np.mean}
Side = Literal["above", "below"]


@cache
def span(axis: str, choice: str) -> tuple[int, int]:
    """Return the first and last year of a baseline or window, such as ``span("window", "2013–18")``."""
    spans = tables.read("choices").query("axis == @axis").set_index("choice")[["first_year", "last_year"]]
    first, last = grid.chosen(axis, choice, dict(zip(spans.index, spans.to_numpy(), strict=True)))
    return int(first), int(last)


def difference(
    on: pd.Series,
    off: pd.Series,
    statistic: str = "median",
    *,
    claimed: Side = "above",
    bar: float = 0,
    unit: str = "",
) -> Finding:
    """Estimate how far a group lies above another, with a bootstrap interval (percentiles, 95%).

    Parameters
    ----------
    on, off : Series
        One figure an economy; missing ones are left out.
    statistic : str
        A key of `STATISTICS`.
    claimed, bar, unit
        As in `Finding`.

    Returns
    -------
    Finding
        Not computed if a group has fewer than three figures.
    """
    a, b = _values(on), _values(off)
    n = f"{len(a)} against {len(b)} economies"
    if min(len(a), len(b)) < 3:
        return _nothing(n)
    centre = grid.chosen("statistic", statistic, STATISTICS)
    drawn = _draws(a, centre) - _draws(b, centre, SEED + 1)
    without = None
    if min(len(a), len(b)) < FEW:
        left = [*(_without(a, centre) - centre(b)), *(centre(a) - _without(b, centre))]
        without = (min(left), max(left))
    return _finding(centre(a) - centre(b), drawn, bar, claimed, unit, n, without)


def centre(
    values: pd.Series, statistic: str = "median", *, claimed: Side = "above", bar: float = 0, unit: str = ""
) -> Finding:
    """Estimate the median or mean of one group, with a bootstrap interval as in `difference`."""
    a = _values(values)
    n = f"{len(a)} economies"
    if len(a) < 3:
        return _nothing(n)
    middle = grid.chosen("statistic", statistic, STATISTICS)
    without = None
    if len(a) < FEW:
        left = _without(a, middle)
        without = (min(left), max(left))
    return _finding(middle(a), _draws(a, middle), bar, claimed, unit, n, without)


def share(holds: pd.Series, *, bar: float = 50, claimed: Side = "above", what: str = "economies") -> Finding:
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
        return _nothing(f"no {what}")
    test = stats.binomtest(int(known.sum()), len(known))
    interval = test.proportion_ci(confidence_level=0.95, method="exact")
    return Finding(
        100 * float(known.mean()),
        100 * float(interval.low),
        100 * float(interval.high),
        bar=bar,
        claimed=claimed,
        unit="%",
        n=f"{known.sum()} of {len(known)} {what}",
    )


def counted(holds: pd.Series, among: set[str], *, bar: float = 50, claimed: Side = "above") -> Finding:
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
        return _nothing(f"none of {len(among)} economies")
    yes, missing = int(known.sum()), len(among) - len(known)
    return Finding(
        100 * float(known.mean()),
        100 * yes / len(among),
        100 * (yes + missing) / len(among),
        bar=bar,
        claimed=claimed,
        unit="%",
        n=f"{yes} of {len(known)} economies, {missing} without figures",
        interval="range with the missing either way",
    )


def placebo(
    figures: pd.Series, economy: str = "CHN", *, claimed: Side = "above", bar: float = 0, unit: str = ""
) -> Finding:
    """Hold one economy against all others: how far it lies above their median.

    The interval is what would be seen if one of the others took its place: its figure less the 97.5th and 2.5th
    percentile of theirs. It is the comparison for what only one economy, such as China, has done.

    Parameters
    ----------
    figures : Series
        One figure an economy, by ISO3 code, that economy among them.
    """
    known = figures.dropna()
    if economy not in known.index or len(known) < FEW:
        return _nothing(f"{len(known)} economies")
    rest, own = known[~known.index.isin({economy, *CHINA})], float(known[economy])
    low, middle, high = rest.quantile([0.025, 0.5, 0.975])
    return Finding(
        own - middle,
        own - high,
        own - low,
        bar=bar,
        claimed=claimed,
        unit=unit,
        n=f"{economy} against {len(rest)} others",
        interval="range over 95% of the others",
    )


def correlation(x: pd.Series, y: pd.Series, *, claimed: Side = "above") -> Finding:
    """Estimate the rank correlation of two figures of the same economies, with a bootstrap interval of pairs."""
    pair = pd.concat([x, y], axis=1, join="inner").dropna().to_numpy(dtype=float)
    n = f"{len(pair)} economies"
    if len(pair) < 5:
        return _nothing(n)

    def rank(block: Any) -> float:
        return float(stats.spearmanr(block[:, 0], block[:, 1]).statistic)

    rows = np.random.default_rng(SEED).integers(0, len(pair), (DRAWS, len(pair)))
    ranks = stats.rankdata(pair[rows], axis=1)
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=1)).prod(axis=1)
    drawn = (ranks[:, :, 0] * ranks[:, :, 1]).sum(axis=1) / np.where(spread > 0, spread, np.nan)
    without = None
    if len(pair) < FEW:
        left = [rank(np.delete(pair, i, axis=0)) for i in range(len(pair))]
        without = (min(left), max(left))
    return _finding(rank(pair), drawn, 0, claimed, "rank correlation", n, without)


def coefficient(fit: Any, name: str, *, claimed: Side = "above", unit: str = "") -> Finding:
    """Return a coefficient of a fitted statsmodels regression with its 95% interval."""
    low, high = fit.conf_int().loc[name]
    return Finding(
        float(fit.params[name]),
        float(low),
        float(high),
        claimed=claimed,
        unit=unit,
        n=f"{int(fit.nobs)} economies",
    )


def _values(series: pd.Series) -> Any:
    return series.dropna().to_numpy(dtype=float)


def _draws(values: Any, centre: Callable[..., Any], seed: int = SEED) -> Any:
    """Return the statistic of every bootstrap draw."""
    rows = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    return centre(values[rows], axis=1)


def _without(values: Any, centre: Callable[..., Any]) -> Any:
    """Return the statistic with each value left out in turn."""
    return np.array([centre(np.delete(values, i)) for i in range(len(values))])


def _finding(
    estimate: float,
    drawn: Any,
    bar: float,
    claimed: Side,
    unit: str,
    n: str,
    without: tuple[float, float] | None,
) -> Finding:
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    ends = None if without is None else (float(without[0]), float(without[1]))
    return Finding(float(estimate), float(low), float(high), bar, claimed, unit, n, ends)


def _nothing(n: str) -> Finding:
    return replace(NOT_COMPUTED, n=n)
