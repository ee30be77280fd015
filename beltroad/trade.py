"""The arithmetic of trade statistics: sectors, shares, concentration, distance. Pure functions."""

import numpy as np
import pandas as pd

from beltroad.definitions import DEFINITIONS, MIRROR, SECTORS, known

__all__ = ["DEFINITIONS", "MIRROR", "SECTORS"]


def sector(division: pd.Series, definition: str = "wto") -> pd.Series:
    """Return the sector of each SITC Rev. 4 division.

    Parameters
    ----------
    division : Series of str
        Two-digit divisions, leading zeros kept.
    definition : str
        A key of `DEFINITIONS`: ``"wto"``, ``"unctad"``, ``"sections"`` or ``"isic"``.

    Returns
    -------
    Series of str
        One of `SECTORS`, aligned with `division`.

    Raises
    ------
    ValueError
        If the definition is unknown or a division is not two digits.

    Examples
    --------
    >>> sector(pd.Series(["01", "28", "68", "97"])).tolist()
    ['agriculture', 'fuels and mining', 'fuels and mining', 'other']
    """
    code_sector = known(definition)
    wrong = division[~division.str.fullmatch(r"\d\d")]
    if len(wrong):
        raise ValueError(f"SITC division: found {wrong.iloc[0]!r}, expected two digits such as '01'")
    return division.map(lambda code: code_sector.get(code, code_sector.get(code[0], "other")))


def sector_shares(trade: pd.DataFrame, definition: str = "wto") -> pd.DataFrame:
    """Return the sector shares of each partner's trade in each year.

    Parameters
    ----------
    trade : DataFrame
        Columns ``partner_iso3``, ``year``, ``sitc_division``, ``value_usd``; one flow only, because
        imports (CIF) and exports (FOB) must not share a denominator.
    definition : str
        A key of `DEFINITIONS`.

    Returns
    -------
    DataFrame
        Rows (partner_iso3, sector), columns years, values in % of the partner's total; sums to 100.

    Raises
    ------
    ValueError
        If two flows are mixed or the definition is unknown.
    """
    if "flow" in trade and trade["flow"].nunique() > 1:
        raise ValueError(
            "sector_shares: found imports and exports, expected one flow (CIF and FOB do not mix)"
        )
    labelled = trade.assign(sector=sector(trade["sitc_division"], definition))
    value = labelled.pivot_table(
        index=["partner_iso3", "sector"], columns="year", values="value_usd", aggfunc="sum", fill_value=0
    )
    every = pd.MultiIndex.from_product([value.index.unique(0), SECTORS], names=value.index.names)
    value = value.reindex(every, fill_value=0)
    return 100 * value / value.groupby("partner_iso3").transform("sum")


def distance(shares: pd.DataFrame, published: pd.DataFrame) -> pd.Series:
    """Return how far recomputed shares are from published ones, in percentage points.

    Parameters
    ----------
    shares, published : DataFrame
        Same rows (sectors) and columns (years), in %; `shares` may have more of both.

    Returns
    -------
    Series
        ``largest``: the largest absolute difference; ``rmse``: the root mean square difference.

    Raises
    ------
    KeyError
        If a published row or year was not recomputed.
    """
    difference = (shares.loc[published.index, published.columns] - published).to_numpy()
    return pd.Series({"largest": np.abs(difference).max(), "rmse": np.sqrt(np.mean(difference**2))})


def mirror_ratio(imports: pd.DataFrame, exports: pd.DataFrame) -> pd.Series:
    """Return how many times what its partners say they sold an economy says it bought.

    Parameters
    ----------
    imports : DataFrame
        What the economy reports as imports (CIF): rows partners, columns years.
    exports : DataFrame
        What the partners report as exports to it (FOB), in the same unit.

    Returns
    -------
    Series
        By partner, over the years that both sides report; see `MIRROR`.

    Examples
    --------
    >>> bought = pd.DataFrame({2017: [12.0, 5.0], 2018: [10.0, 7.0]}, index=["AAA", "BBB"])
    >>> sold = pd.DataFrame({2017: [10.0, np.nan], 2018: [10.0, 70.0]}, index=["AAA", "BBB"])
    >>> mirror_ratio(bought, sold).to_dict()
    {'AAA': 1.1, 'BBB': 0.1}
    """
    exports = exports.reindex_like(imports)
    return imports.where(exports.notna()).sum(axis=1) / exports.where(imports.notna()).sum(axis=1)


def hhi(shares: pd.Series) -> float:
    """Return the Herfindahl-Hirschman index of shares in %: 1/n for n equal partners, 1 for a single one.

    Raises
    ------
    ValueError
        If the shares do not sum to 100 % (to 0.1 percentage points).
    """
    if abs(shares.sum() - 100) > 0.1:
        raise ValueError(f"hhi: found shares that sum to {shares.sum():.2f}, expected 100%")
    return float(((shares / 100) ** 2).sum())


def annual_growth(first: float, last: float, years: int) -> float:
    """Return the average growth from `first` to `last` over `years` years, in % a year."""
    growth: float = (last / first) ** (1 / years)
    return 100 * (growth - 1)
