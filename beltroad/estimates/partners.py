"""What the partners of a list did, and by how much more than the economies that they are compared with.

Figures have a row for each economy, by ISO3 code; those of several years have a column for each year.
"""

from typing import Unpack

import pandas as pd

from beltroad import economies
from beltroad.estimates.groups import Claimed, centre, difference, span
from bookpress.claims.verdicts import Finding


def of_partners(
    figures: pd.Series, listed: str, statistic: str, sample: str = "all", **claimed: Unpack[Claimed]
) -> Finding:
    """Estimate the median or mean of the partners of a list; see `centre` and `beltroad.economies.exposed`."""
    kept = economies.sample(sample)(figures)
    return centre(economies.among(kept, economies.exposed(listed)), statistic, **claimed)


def beyond_others(
    figures: pd.Series,
    listed: str,
    others: str,
    statistic: str,
    sample: str = "all",
    **claimed: Unpack[Claimed],
) -> Finding:
    """Estimate how far the partners of a list lie above the economies they are compared with; see `difference`."""
    kept = economies.sample(sample)(figures)
    on, off = economies.exposed(listed), economies.others(listed, others)
    return difference(economies.among(kept, on), economies.among(kept, off), statistic, **claimed)


def yearly_change(figures: pd.DataFrame, axis: str, choice: str, since: int = 0) -> pd.Series:
    """Return the change a year from the first to the last year of a span; missing where one of them is.

    Where a record begins in the middle of a span, `since` is its first year, and the span is cut to it.
    """
    first, last = span(axis, choice)
    first = max(first, since)
    ends = figures.reindex(columns=[first, last])
    change: pd.Series = (ends[last] - ends[first]) / (last - first)
    return change


def average_change(figures: pd.DataFrame, baseline: str, window: str) -> pd.Series:
    """Return the average over the window less the average over the baseline, of economies that have both."""
    (a, b), (c, d) = span("baseline", baseline), span("window", window)
    before = figures.loc[:, a + 1 : b].mean(axis=1)
    change: pd.Series = (figures.loc[:, c + 1 : d].mean(axis=1) - before).dropna()
    return change
