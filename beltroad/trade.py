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
    # Manufacturing as industrial statistics have it (ISIC Rev. 4, section C), in which food, wood, oil products and
    # metals are manufactured. A division goes where most of what is traded under it is made.
    "isic": {
        # Live animals, cereals (mostly unmilled), fruit and vegetables (mostly fresh), coffee, tea and cocoa (mostly
        # beans and leaves), oil seeds, textile fibres (mostly cotton and wool), other crude plants: grown or raised.
        "agriculture": ["00", "04", "05", "07", "22", "26", "29"],
        # Crude minerals, ores, coal, petroleum (crude outweighs refined; two digits cannot part them), gas: mined.
        "fuels and mining": ["27", "28", "32", "33", "34"],
        # Meat, dairy, fish (mostly frozen or filleted), sugar, feed, other food: classes 1010 to 1080. Drinks and
        # tobacco: 11 and 12. Raw hides: slaughterhouses, 1010. Rubber (mostly synthetic): 2013. Wood (mostly sawn or
        # chipped): 1610. Pulp: 1701. Fats and oils: 1040. Sections 5 to 8, metals among them. Refined gold: 2420.
        # Electric current (35) is section D, special transactions (93) are nobody's: other.
        "manufactures": [
            *["01", "02", "03", "06", "08", "09", "1", "21", "23", "24", "25", "4"],
            *["5", "6", "7", "8", "97"],
        ],
    },
}

# How far the two sides of a flow may differ before a partner's figures are called apart. CIF against FOB is worth
# about a tenth; goods that pass through a third port make up the rest.
MIRROR = (0.8, 1.25)


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
