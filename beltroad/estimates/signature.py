"""What happened around the signature of a memorandum, against economies that had not signed yet.

The estimator is that of Callaway and Sant'Anna (2021) without covariates: each year's signers are compared, from the
year before they signed, with those who had not signed by the year looked at. A two-way fixed-effects regression would
use earlier signers as the comparison of later ones. It is an association: who signs when is not drawn by lot.
"""

from typing import Any

import numpy as np
import pandas as pd

from beltroad.economies import CHINA
from beltroad.estimates.groups import DRAWS, SEED, Side
from bookpress.claims.verdicts import Finding

Draws = np.ndarray[Any, np.dtype[np.float64]]

LAST = 2018  # the last year of the paper; signers of later years are only compared with, until they sign


def event_study(
    outcome: pd.DataFrame,
    signed: pd.Series,
    leads: int = 3,
    lags: int = 2,
    *,
    average: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Estimate the outcome's path around signature, relative to the year before it.

    Parameters
    ----------
    outcome : DataFrame
        Rows economies by ISO3 code, columns years in sequence; missing where unknown.
    signed : Series
        Year of signature by ISO3 code. Economies it does not name never signed; those without a year, and China, are left out.
    leads, lags : int
        Years before and after signature. The year before signature is zero by construction.
    average : tuple of int, optional
        First and last year of a span: return one row, ``"average"``, the mean of the estimates of those years.

    Returns
    -------
    DataFrame
        Rows years from signature; columns ``estimate``, ``low``, ``high`` (95%, economies drawn anew), ``signers`` and
        ``comparison``, the number of economies behind the estimate.
    """
    out = {*signed[signed.isna()].index, *CHINA}
    outcome = outcome[~outcome.index.isin(out)].sort_index()
    known = signed.reindex(outcome.index)
    year = known.fillna(np.inf).to_numpy(dtype=float)
    figures, years = outcome.to_numpy(dtype=float), list(outcome.columns)
    count = len(figures)
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), DRAWS)
    weights: Draws = np.vstack([np.ones(count), drawn]).astype(float)  # the first row is the sample itself

    rows: dict[object, tuple[int, int]] = {}
    kept: dict[object, Draws] = {}
    for event in range(-leads, lags + 1):
        if event == -1:
            continue
        top, bottom = np.zeros(len(weights)), np.zeros(len(weights))
        signers, comparison = 0, set()
        for cohort in sorted(set(year[year <= LAST])):
            if cohort - 1 not in years or cohort + event not in years:
                continue
            change = figures[:, years.index(cohort + event)] - figures[:, years.index(cohort - 1)]
            seen = np.isfinite(change)
            mine, rest = seen & (year == cohort), seen & (year > max(cohort, cohort + event))
            if not mine.any() or not rest.any():
                continue
            change = np.where(seen, change, 0)
            size = weights[:, mine].sum(axis=1)
            effect = _mean(weights, change, mine) - _mean(weights, change, rest)
            top = top + np.where(size > 0, size * np.nan_to_num(effect), 0)
            bottom = bottom + np.where(size > 0, size, 0)
            signers += int(mine.sum())
            comparison |= set(np.flatnonzero(rest))
        if signers:
            kept[event] = top / bottom
            rows[event] = (signers, len(comparison))
    if average is not None:
        span = [event for event in range(average[0], average[1] + 1) if event in kept]
        if not span:
            return _frame({}, {})
        most = max((rows[event] for event in span), default=(0, 0))
        return _frame({"average": np.mean([kept[event] for event in span], axis=0)}, {"average": most})
    return _frame(kept, rows)


def after_signature(
    outcome: pd.DataFrame, signed: pd.Series, lags: int = 2, *, claimed: Side = "above", unit: str = ""
) -> Finding:
    """Return the average over the year of signature and the `lags` years after it, as a finding."""
    row = event_study(outcome, signed, 0, lags, average=(0, lags))
    if row.empty:
        return Finding(np.nan, np.nan, np.nan, n="no signers with figures")
    found = row.loc["average"].astype(float).to_dict()
    return Finding(
        found["estimate"],
        found["low"],
        found["high"],
        claimed=claimed,
        unit=unit,
        n=f"{found['signers']:.0f} signers against {found['comparison']:.0f} not yet signed",
    )


def _mean(weights: Draws, change: Any, chosen: Any) -> Draws:
    """Return the weighted mean of the chosen rows in every draw."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Draws = (weights[:, chosen] @ change[chosen]) / weights[:, chosen].sum(axis=1)
    return mean


def _frame(kept: dict[object, Draws], rows: dict[object, tuple[int, int]]) -> pd.DataFrame:
    columns = ["estimate", "low", "high", "signers", "comparison"]
    found = {
        event: [draws[0], *np.nanpercentile(draws[1:], [2.5, 97.5]), *rows[event]]
        for event, draws in kept.items()
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("years from signature")
