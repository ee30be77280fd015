"""What happened around the signature of a memorandum, against economies that had not signed yet.

The estimator is that of Callaway and Sant'Anna (2021) without covariates: each year's signers are compared, from the
year before they signed, with those who had not signed by the year looked at. A two-way fixed-effects regression would
use earlier signers as the comparison of later ones. It is an association: who signs when is not drawn by lot.
"""

from collections.abc import Iterator
from typing import NamedTuple, Unpack

import numpy as np
import pandas as pd

from beltroad.economies import CHINA
from beltroad.estimates import draws
from beltroad.estimates.draws import Values
from beltroad.estimates.groups import Claimed, yardstick
from bookpress.claims.verdicts import Finding

LAST = 2018  # the last year of the paper; signers of later years are only compared with, until they sign


class Effect(NamedTuple):
    """The difference between signers and the others in one year from signature."""

    year: int
    drawn: Values
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
        effect.year: [*_interval(effect.drawn)[:3], effect.signers, effect.comparison]
        for effect in effects(outcome, signed, leads, lags)
    }
    columns = ["estimate", "low", "high", "signers", "comparison"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("years from signature")


def after_signature(
    outcome: pd.DataFrame, signed: pd.Series, first: int = 0, last: int = 2, **claimed: Unpack[Claimed]
) -> Finding:
    """Estimate the average over the years from `first` to `last` after signature; see `event_study`."""
    found = [effect for effect in effects(outcome, signed, -first, last) if effect.year >= first]
    if not found:
        return Finding(np.nan, np.nan, np.nan, n="no signers with figures")
    signers, comparison = max((effect.signers, effect.comparison) for effect in found)
    n = f"{signers} signers against {comparison} not yet signed"
    spread = float(np.nanstd(outcome.diff(max(last, 1), axis=1).to_numpy(dtype=float)))
    claimed.setdefault("matters", yardstick("difference") * spread)
    estimate, low, high, error = _interval(np.mean([effect.drawn for effect in found], axis=0))
    return Finding(estimate, low, high, n=n, error=error, **claimed)


def imputed(outcome: pd.DataFrame, signed: pd.Series, first: int = 0, last: int = 2) -> float:
    """Estimate the same average as `after_signature` in another way, as a check: by imputation.

    What signers would have seen is imputed from a constant for each economy and for each year, fitted to all years before
    a signature (Borusyak, Jaravel and Spiess 2024). Not a number if no signer has figures.
    """
    out = {*signed[signed.isna()].index, *CHINA}
    long = outcome[~outcome.index.isin(out)].T.melt(ignore_index=False, var_name="iso3").dropna()
    long = long.rename_axis("year").reset_index()
    event = long["year"] - long["iso3"].map(signed).fillna(np.inf)
    constants = pd.get_dummies(long[["iso3", "year"]].astype(str), dtype=float)
    before = event < 0
    known = constants.columns[constants[before].any()]
    fitted = np.linalg.lstsq(constants.loc[before, known], long.loc[before, "value"])[0]
    # An economy that is seen only after it signed, or a year in which all had signed, has no constant.
    judged = constants.drop(columns=known).sum(axis=1).eq(0) & event.between(first, last)
    judged &= long["iso3"].map(signed) <= LAST
    effect = long.loc[judged, "value"] - constants.loc[judged, known] @ fitted
    return float(effect.groupby(event[judged]).mean().mean())


def effects(outcome: pd.DataFrame, signed: pd.Series, leads: int, lags: int) -> Iterator[Effect]:
    """Yield the effect in every year from `leads` years before signature to `lags` after it; see `event_study`."""
    out = {*signed[signed.isna()].index, *CHINA}
    outcome = outcome[~outcome.index.isin(out)].sort_index()
    year = signed.reindex(outcome.index).fillna(np.inf).to_numpy(dtype=float)
    figures, years = outcome.to_numpy(dtype=float), list(outcome.columns)
    cohorts = sorted(set(year[year <= LAST]))
    events = [event for event in range(-leads, lags + 1) if event != -1]
    compared: dict[int, list[int]] = {event: [] for event in events}
    groups: list[
        Values
    ] = []  # of signers and of those they are compared with, in turn: who is in, and their changes
    signers = dict.fromkeys(events, 0)
    comparison: dict[int, set[int]] = {event: set() for event in events}
    for event in events:
        for cohort in cohorts:
            if cohort - 1 not in years or cohort + event not in years:
                continue
            change = figures[:, years.index(cohort + event)] - figures[:, years.index(cohort - 1)]
            seen = np.isfinite(change)
            mine, rest = seen & (year == cohort), seen & (year > max(cohort, cohort + event))
            if mine.any() and rest.any():
                compared[event].append(len(groups))
                groups += [
                    part for who in (mine, rest) for part in (who.astype(float), np.where(who, change, 0))
                ]
                signers[event] += int(mine.sum())
                comparison[event] |= set(np.flatnonzero(rest))
    if not groups:
        return
    columns, count = np.column_stack(groups), len(figures)
    # The first row is the sample itself.
    sums = np.vstack([columns.sum(axis=0) / count, draws.shares(count, 0) @ columns])
    for event in (event for event in events if compared[event]):
        top = bottom = np.zeros(len(sums))
        for at in compared[event]:
            size, total, others, their_total = sums[:, at : at + 4].T
            with np.errstate(invalid="ignore", divide="ignore"):
                effect = total / size - their_total / others
            top = top + np.where(size > 0, size * np.nan_to_num(effect), 0)
            bottom = bottom + size
        yield Effect(event, top / bottom, signers[event], len(comparison[event]))


def _interval(drawn: Values) -> tuple[float, float, float, float]:
    """Return the estimate, the ends of its interval and their error."""
    return float(drawn[0]), *draws.percentiles(drawn[1:])
