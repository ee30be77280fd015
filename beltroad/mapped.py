"""Table 1 for exporters whose figures are classified by the Harmonized System: shares, and how far doubts move them."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from beltroad import groupings, trade
from bookpress import tables

# Who reports what each exporter sells to China, by table. China's imports (CIF) may be ranked with those of the ten
# exporters of table china-by-division; what an exporter reports itself (FOB) may not.
TABLES = {
    "AGO": "china-by-division-mapped",
    "BRA": "china-by-division-mapped",
    "KAZ": "kazakhstan-by-division-mapped",
}
SIDES = {
    "china-by-division-mapped": "as China reports its imports (CIF)",
    "kazakhstan-by-division-mapped": "as Kazakhstan reports its exports (FOB)",
}
UNCLASSIFIED = "unclassified"


class Bounded(NamedTuple):
    """Shares in %, and the least and most that they can be, given what is in doubt."""

    share: pd.DataFrame
    """Rows `beltroad.trade.SECTORS` and what cannot be said to lie in one, columns years; sums to 100."""
    low: pd.DataFrame
    """Rows `beltroad.trade.SECTORS`: were all that is in doubt to lie in another sector."""
    high: pd.DataFrame
    """The same, were all of it to lie in this sector that may."""


def table1(exporter: str, definition: str = "wto", years: tuple[int, int] = (2016, 2018)) -> Bounded:
    """Return the sector shares of an exporter's goods exports to China, with bounds.

    Parameters
    ----------
    exporter : str
        A key of `TABLES`.
    definition : str
        A key of `beltroad.trade.DEFINITIONS`.
    years : tuple of int
        First and last year, within 2016 to 2018.

    Returns
    -------
    Bounded
        In % of all goods; `SIDES` says who reports them. Source: the table that `TABLES` names.

    Raises
    ------
    ValueError
        If the exporter, the definition or a year is not in the data.

    Examples
    --------
    >>> table1("AGO", years=(2018, 2018)).share.round(1)[2018].tolist()
    [0.1, 99.8, 0.0, 0.0, 0.0]
    """
    return bounds(_rows(exporter, years), definition)


def codes(
    exporter: str, level: str = "division", years: tuple[int, int] = (2016, 2018)
) -> tuple[pd.DataFrame, float]:
    """Return the shares of every SITC code in an exporter's goods exports to China, and how much of them is in doubt.

    Parameters
    ----------
    exporter : str
        A key of `TABLES`.
    level : str
        A key of `beltroad.groupings.DIGITS`.
    years : tuple of int
        First and last year, within 2016 to 2018.

    Returns
    -------
    DataFrame
        As `beltroad.groupings.shares` gives them. What has no division is put under the first that it may belong to.
    float
        The most, over the years, that may belong to another division, in % of all goods. No grouping's distance from
        a table can be further off than that.

    Raises
    ------
    ValueError
        As `table1`.
    """
    rows = _rows(exporter, years)
    doubtful = rows[rows["also_divisions"].ne("")].groupby("year")["value_usd"].sum()
    total = rows.groupby("year")["value_usd"].sum()
    first = rows["sitc_division"].where(rows["sitc_division"].ne(""), rows["also_divisions"].str[:2])
    doubt = (100 * doubtful / total).max()
    return groupings.shares(rows.assign(sitc_division=first), level), 0.0 if pd.isna(doubt) else float(doubt)


def _rows(exporter: str, years: tuple[int, int]) -> pd.DataFrame:
    if exporter not in TABLES:
        raise ValueError(f"no exporter {exporter!r}; expected one of: {', '.join(TABLES)}")
    table = tables.read(TABLES[exporter])
    first, last = table["year"].min(), table["year"].max()
    if not first <= years[0] <= years[1] <= last:
        raise ValueError(f"years: found {years[0]}-{years[1]}, expected a span within {first}-{last}")
    return table[table["exporter_iso3"].eq(exporter) & table["year"].between(*years)]


def bounds(values: pd.DataFrame, definition: str = "wto") -> Bounded:
    """Return the sector shares of one exporter's trade, and how far what is in doubt can move them.

    Parameters
    ----------
    values : DataFrame
        Columns ``exporter_iso3``, ``year``, ``sitc_division`` ('' where none can be chosen), ``also_divisions``
        (further divisions that the value may belong to, separated by blanks) and ``value_usd``; one exporter and
        one side. A row with neither may belong anywhere.
    definition : str
        A key of `beltroad.trade.DEFINITIONS`.

    Returns
    -------
    Bounded
        In % of the exporter's total in each year. Values that stay within a sector whichever division they
        belong to are in no doubt.

    Raises
    ------
    ValueError
        If there are several exporters, the definition is unknown or a division is not two digits.
    """
    if values["exporter_iso3"].nunique() > 1:
        raise ValueError(
            f"bounds: found {', '.join(sorted(set(values['exporter_iso3'])))}, expected one exporter"
        )
    pairs = zip(values["sitc_division"], values["also_divisions"], strict=True)
    possible = [_sectors(own, also, definition) for own, also in pairs]
    total = values.groupby("year")["value_usd"].sum()

    def shares(chosen: list[bool]) -> pd.Series:
        value = values[np.array(chosen, dtype=bool)].groupby("year")["value_usd"].sum()
        return 100 * value.reindex(total.index, fill_value=0) / total

    of = [
        next(iter(may)) if len(may) == 1 else own
        for own, may in zip(_own(values["sitc_division"], definition), possible, strict=True)
    ]
    share = {name: shares([own == name for own in of]) for name in (*trade.SECTORS, UNCLASSIFIED)}
    low = {name: shares([may == {name} for may in possible]) for name in trade.SECTORS}
    high = {name: shares([name in may for may in possible]) for name in trade.SECTORS}
    return Bounded(*(pd.DataFrame(rows).T.rename_axis("sector") for rows in (share, low, high)))


def distance(bounded: Bounded, published: pd.DataFrame) -> pd.Series:
    """Return the largest difference from published shares, and between what it must lie, in percentage points.

    Parameters
    ----------
    bounded : Bounded
        See `bounds`.
    published : DataFrame
        Rows sectors, columns years, in %.

    Returns
    -------
    Series
        ``largest``: as `beltroad.trade.distance` has it; ``least`` and ``most``: bounds that hold wherever the
        values in doubt belong.
    """
    low, high = (frame.loc[published.index, published.columns].to_numpy() for frame in bounded[1:])
    paper = published.to_numpy()
    least = np.maximum(0, np.maximum(low - paper, paper - high)).max()
    most = np.maximum(np.abs(paper - low), np.abs(paper - high)).max()
    return pd.Series(
        {"largest": trade.distance(bounded.share, published)["largest"], "least": least, "most": most}
    )


def _own(division: pd.Series, definition: str) -> list[str]:
    """Return the sector of each division, or that it has none."""
    known = trade.sector(division[division.ne("")], definition)
    return known.reindex(division.index, fill_value=UNCLASSIFIED).tolist()


def _sectors(own: str, also: str, definition: str) -> set[str]:
    """Return every sector that a value may belong to."""
    every = [*([own] if own else []), *also.split()]
    return set(trade.sector(pd.Series(every, dtype=str), definition)) if every else set(trade.SECTORS)
