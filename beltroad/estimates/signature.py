"""What happened around the signature of a memorandum, against economies that had not signed yet.

The estimator is that of Callaway and Sant'Anna (2021) without covariates: each year's signers are compared, from the
year before they signed, with those who had not signed by the year looked at. A two-way fixed-effects regression would
use earlier signers as the comparison of later ones. It is an association: who signs when is not drawn by lot.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd

from beltroad.economies import CHINA
from beltroad.estimates.groups import DRAWS, SEED, Claimed
from bookpress.claims.verdicts import Finding

Draws = np.ndarray[Any, np.dtype[np.float64]]

LAST = 2018  # the last year of the paper; signers of later years are only compared with, until they sign


class Effect(NamedTuple):
    """The difference between signers and the others in one year from signature."""

    year: int
    draws: Draws
    """The estimate, then what it is with the economies drawn anew."""
    signers: int
    comparison: int
    """How many economies are behind it."""


def event_study(outcome: pd.DataFrame, signed: pd.Series, leads: int = 3, lags: int = 2) -> pd.DataFrame:
    """Estimate the outcome's path around signature, relative to the year before it.

    Parameters
    ----------
    outcome : DataFrame
        Rows economies by ISO3 code, columns years in sequence; missing where unknown.
    signed : Series
        Year of signature by ISO3 code. Economies it does not name never signed; those without a year, and China, are left out.
    leads, lags : int
        Years before and after signature. The year before signature is zero by construction.

    Returns
    -------
    DataFrame
        Rows years from signature; columns ``estimate``, ``low``, ``high`` (95%, economies drawn anew), ``signers`` and
        ``comparison``, the number of economies behind the estimate.
    """
    rows = {
        effect.year: [*_interval(effect.draws), effect.signers, effect.comparison]
        for effect in _effects(outcome, signed, leads, lags)
    }
    columns = ["estimate", "low", "high", "signers", "comparison"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("years from signature")


def after_signature(
    outcome: pd.DataFrame, signed: pd.Series, lags: int = 2, **claimed: Unpack[Claimed]
) -> Finding:
    """Estimate the average over the year of signature and the `lags` years after it; see `event_study`."""
    found = list(_effects(outcome, signed, 0, lags))
    if not found:
        return Finding(np.nan, np.nan, np.nan, n="no signers with figures")
    signers, comparison = max((effect.signers, effect.comparison) for effect in found)
    n = f"{signers} signers against {comparison} not yet signed"
    return Finding(*_interval(np.mean([effect.draws for effect in found], axis=0)), n=n, **claimed)


def _effects(outcome: pd.DataFrame, signed: pd.Series, leads: int, lags: int) -> Iterator[Effect]:
    out = {*signed[signed.isna()].index, *CHINA}
    outcome = outcome[~outcome.index.isin(out)].sort_index()
    year = signed.reindex(outcome.index).fillna(np.inf).to_numpy(dtype=float)
    figures, years = outcome.to_numpy(dtype=float), list(outcome.columns)
    count = len(figures)
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), DRAWS)
    weights: Draws = np.vstack([np.ones(count), drawn]).astype(float)  # the first row is the sample itself
    for event in [event for event in range(-leads, lags + 1) if event != -1]:
        top, bottom = np.zeros(len(weights)), np.zeros(len(weights))
        signers, comparison = 0, set()
        for cohort in sorted(set(year[year <= LAST])):
            if cohort - 1 not in years or cohort + event not in years:
                continue
            change = figures[:, years.index(cohort + event)] - figures[:, years.index(cohort - 1)]
            seen = np.isfinite(change)
            mine, rest = seen & (year == cohort), seen & (year > max(cohort, cohort + event))
            if mine.any() and rest.any():
                size = weights[:, mine].sum(axis=1)
                effect = _mean(weights, change, mine) - _mean(weights, change, rest)
                top += np.where(size > 0, size * np.nan_to_num(effect), 0)
                bottom += size
                signers += int(mine.sum())
                comparison |= set(np.flatnonzero(rest))
        if signers:
            yield Effect(event, top / bottom, signers, len(comparison))


def _mean(weights: Draws, change: Any, chosen: Any) -> Draws:
    """Return the weighted mean of the chosen rows in every draw."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Draws = (weights[:, chosen] @ change[chosen]) / weights[:, chosen].sum(axis=1)
    return mean


def _interval(draws: Draws) -> tuple[float, float, float]:
    """Return the estimate and the ends of its interval."""
    low, high = np.nanpercentile(draws[1:], [2.5, 97.5])
    return float(draws[0]), float(low), float(high)
