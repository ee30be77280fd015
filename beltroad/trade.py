"""The arithmetic of trade statistics: sectors, shares, concentration, distance. Pure functions."""

import numpy as np
import pandas as pd

SECTORS = ["agriculture", "fuels and mining", "manufactures", "other"]

# Each definition lists, sector by sector, the SITC Rev. 4 codes that belong to it; the longest code that
# a division starts with decides, so "28" overrides "2". What no code covers is "other".
DEFINITIONS = {
    # World Trade Organization, agricultural products, fuels and mining products, manufactures.
    "wto": {
        "agriculture": ["0", "1", "2", "4"],
        "fuels and mining": ["27", "28", "3", "68"],
        "manufactures": ["5", "6", "7", "8"],
    },
    # UNCTAD product groups: all food items (0 + 1 + 22 + 4) stand for agriculture; agricultural raw
    # materials (2 less 22, 27 and 28) are left to "other".
    "unctad": {
        "agriculture": ["0", "1", "22", "4"],
        "fuels and mining": ["27", "28", "3", "68"],
        "manufactures": ["5", "6", "7", "8"],
    },
    # Whole one-digit sections, as a reader without two-digit figures would have to group them.
    "sections": {
        "agriculture": ["0", "1", "2", "4"],
        "fuels and mining": ["3"],
        "manufactures": ["5", "6", "7", "8"],
    },
}


def sector(division: pd.Series, definition: str = "wto") -> pd.Series:
    """Return the sector of each SITC Rev. 4 division.

    Parameters
    ----------
    division : Series of str
        Two-digit divisions, leading zeros kept.
    definition : str
        A key of `DEFINITIONS`: ``"wto"``, ``"unctad"`` or ``"sections"``.

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
    if definition not in DEFINITIONS:
        raise ValueError(f"no definition {definition!r}; expected one of: {', '.join(DEFINITIONS)}")
    wrong = division[~division.str.fullmatch(r"\d\d")]
    if len(wrong):
        raise ValueError(f"SITC division: found {wrong.iloc[0]!r}, expected two digits such as '01'")
    code_sector = {code: name for name, codes in DEFINITIONS[definition].items() for code in codes}
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
