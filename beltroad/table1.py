"""Table 1 of the paper: six printed shares, and the arithmetic that recomputes them for any exporter.

A share is a label, a sum and a ratio: every SITC division belongs to a sector, values are summed by sector, and each sum is
divided by the exporter's total. How far the result is from the printed numbers is a distance in percentage points.
"""

from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from beltroad import economies, spellings
from bookpress import tables
from bookpress.edition import book

SECTORS = ["agriculture", "fuels and mining", "manufactures", "other"]
UNCLASSIFIED = "unclassified"  # goods whose codes may belong to several sectors
ROWS = ["agriculture", "manufactures"]  # the sectors that the paper prints
YEARS = (2016, 2018)  # the first and the last year that it prints

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

MAIN = "china-by-division"  # the table of exporters that are at hand by SITC; the others are mapped from the Harmonized System
CHINA_REPORTS = "as China reports its imports (CIF)"
MAPPED = ["china-by-division-mapped", "kazakhstan-by-division-mapped"]
EVERY = economies.EVERY
# Every table of exports to China by division, with who reports them. What China reports may be ranked; what an exporter
# reports itself may not be ranked with it. The exporters themselves are whoever the tables hold, each in the first that does.
TABLES = {
    MAIN: CHINA_REPORTS,
    MAPPED[0]: CHINA_REPORTS,
    MAPPED[1]: "as Kazakhstan reports its exports (FOB)",
    EVERY: "as BACI reconciles both reports (FOB)",
}


class Bounded(NamedTuple):
    """Shares in %, and the least and the most that each can be, since some goods may belong to several sectors."""

    share: pd.DataFrame
    """Rows `SECTORS`, and `UNCLASSIFIED` where some goods are; columns years; sums to 100."""
    low: pd.DataFrame
    """Rows `SECTORS`: the shares if all goods in doubt belong to another sector."""
    high: pd.DataFrame
    """Rows `SECTORS`: the shares if all goods that may belong to a sector do."""


def codes(definition: str) -> dict[str, str]:
    """Return the sector of every code that a definition lists; `ValueError` if there is no such definition."""
    if definition not in DEFINITIONS:
        near = book.hint(definition, DEFINITIONS)
        raise ValueError(f"no definition {definition!r}; expected one of: {', '.join(DEFINITIONS)}{near}")
    return {code: name for name, codes in DEFINITIONS[definition].items() for code in codes}


@cache
def sector_of(division: str, definition: str = "wto") -> str:
    """Return the sector of a two-digit SITC Rev. 4 division, one of `SECTORS`; `ValueError` for what is none.

    Examples
    --------
    >>> [sector_of(division) for division in ("01", "28", "68", "97")]
    ['agriculture', 'fuels and mining', 'fuels and mining', 'other']
    """
    if len(division) != 2 or not division.isdecimal():
        raise ValueError(f"SITC division: found {division!r}, expected two digits such as '01'")
    listed = codes(definition)
    return listed.get(division, listed.get(division[0], "other"))


def by_partner(trade: pd.DataFrame, definition: str = "wto") -> pd.DataFrame:
    """Return Table 1 of every partner: the share of each sector in its trade, year by year.

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
    """
    if "flow" in trade and trade["flow"].nunique() > 1:
        raise ValueError("by_partner: found imports and exports, expected one flow (CIF and FOB do not mix)")
    sector = trade["sitc_division"].map(partial(sector_of, definition=definition))
    value = trade.assign(sector=sector).pivot_table(
        index=["partner_iso3", "sector"], columns="year", values="value_usd", aggfunc="sum", fill_value=0
    )
    every = pd.MultiIndex.from_product([value.index.unique(0), SECTORS], names=value.index.names)
    value = value.reindex(every, fill_value=0)
    return 100 * value / value.groupby("partner_iso3").transform("sum")


def shares(values: pd.DataFrame) -> pd.DataFrame:
    """Return the share of every row in its column's sum, in %; rows sectors or codes, columns years."""
    return 100 * values / values.sum()


def bounds(values: pd.DataFrame, definition: str = "wto") -> Bounded:
    """Return Table 1 of one exporter, and how far goods that may belong to several sectors can move each share.

    Parameters
    ----------
    values : DataFrame
        Columns ``year``, ``sitc_division``, ``value_usd`` and, where codes are in doubt, ``also_divisions``: the further
        divisions that a value may belong to, separated by blanks. A row with no division at all may belong anywhere.
        One exporter, one side.
    definition : str
        A key of `DEFINITIONS`.

    Returns
    -------
    Bounded
        In % of the exporter's total in each year.
    """
    sector = partial(sector_of, definition=definition)
    if len(found := sorted(set(values.get("exporter_iso3", [])))) > 1:
        raise ValueError(f"bounds: found {', '.join(found)}, expected one exporter")
    also = values["also_divisions"] if "also_divisions" in values else pd.Series("", values.index)
    may: list[Any] = [
        sorted({sector(one) for one in f"{own} {more}".split()}) or SECTORS
        for own, more in zip(values["sitc_division"], also, strict=True)
    ]
    of = [
        each[0] if len(each) == 1 else sector(own) if own else UNCLASSIFIED
        for own, each in zip(values["sitc_division"], may, strict=True)
    ]
    total = values.groupby("year")["value_usd"].sum()

    def summed(rows: pd.DataFrame, names: list[str] = SECTORS) -> pd.DataFrame:
        by_year = rows.groupby(["sector", "year"])["value_usd"].sum().unstack(fill_value=0)
        return 100 * by_year.reindex(index=names, columns=total.index, fill_value=0) / total

    labelled = values.assign(sector=of)
    return Bounded(
        summed(labelled, [*SECTORS, UNCLASSIFIED] if UNCLASSIFIED in of else SECTORS),
        summed(labelled[[len(each) == 1 for each in may]]),
        summed(values.assign(sector=may).explode("sector")),
    )


@cache
def exporters() -> dict[str, str]:
    """Return the table that holds the exports of each exporter to China, by ISO3 code; `TABLES` says who reports them."""
    found: dict[str, str] = {}
    for name in TABLES if widened() else [name for name in TABLES if name != EVERY]:
        for code in sorted(set(_trade(name)["exporter_iso3"])):
            found.setdefault(str(code), name)
    return found


def widened() -> bool:
    """Is there a table of all exporters? `python -m recording --baci FILE...` writes it, from files that the book may not hold."""
    return EVERY in tables.describe()


def code_of(exporter: object, table: str = "", command: str = "table1") -> str:
    """Return the ISO3 code of an exporter with figures in the book, or in one of `TABLES`; a person may name it in any way.

    `EconomyError` says which exporters have figures there, and which command answers for another one.
    """
    held = [code for code, name in exporters().items() if table in ("", name)]
    if exporter in held:
        return str(exporter)
    if (code := spellings.iso3(exporter)) in held:
        return code
    names = ", ".join(economies.names()[sorted(held)])
    answer = f"`beltroad {command} --exporter {code} --from FILE` answers from your own file"
    if command == "table1" and code in exporters():
        answer = f"`beltroad table1 --exporter {code}` answers for it"
    where = f"table {table}" if table else "the book"
    raise spellings.EconomyError(
        f"found {spellings.named(code)}, expected an exporter with figures in {where}: {names}; {answer}"
    )


def rows(exporter: str, years: tuple[int, int] = YEARS, flow: str = "import") -> pd.DataFrame:
    """Return an exporter's trade with China by division, as its table has it; both years of the span count.

    The flow is as China sees it: ``"import"`` for what the exporter sells to China, ``"export"`` for what it buys. Raises
    `ValueError` if a year is not in the data, or as `code_of` does.
    """
    exporter = code_of(exporter)
    table = _trade(exporters()[exporter], flow)
    first, last = table["year"].min(), table["year"].max()
    if not first <= years[0] <= years[1] <= last:
        raise ValueError(f"years: found {years[0]}-{years[1]}, expected a span within {first}-{last}")
    return table[table["exporter_iso3"].eq(exporter) & table["year"].between(*years)]


def recompute(exporter: str, definition: str = "wto", years: tuple[int, int] = YEARS) -> Bounded:
    """Return Table 1 of one exporter in the book's data: `bounds` of its `rows`.

    Examples
    --------
    >>> recompute("AGO", years=(2018, 2018)).share.round(1)[2018].tolist()
    [0.1, 99.8, 0.0, 0.0]
    """
    return bounds(rows(exporter, years), definition)


@cache
def _trade(name: str, flow: str = "import") -> pd.DataFrame:
    table = tables.read(name).rename(columns={"partner_iso3": "exporter_iso3"})
    return table[table["flow"].eq(flow)] if "flow" in table else table


@cache
def printed() -> pd.DataFrame:
    """Return the paper's Table 1: rows `ROWS`, columns years, in %."""
    table = tables.read("paper-table1").pivot(index="category", columns="year", values="share_pct")
    return table.loc[ROWS]


def distance(shares: pd.DataFrame, published: pd.DataFrame | None = None) -> pd.Series:
    """Return how far recomputed shares are from printed ones, in percentage points.

    Parameters
    ----------
    shares : DataFrame
        Rows sectors, columns years, in %: all of the printed table (or `KeyError`), and perhaps more.
    published : DataFrame, optional
        The printed table; without it the paper's (`printed`).

    Returns
    -------
    Series
        ``largest``: the largest absolute difference; ``rmse``: the root mean square difference.
    """
    paper = printed() if published is None else published
    difference = (shares.loc[paper.index, paper.columns] - paper).to_numpy()
    return pd.Series({"largest": np.abs(difference).max(), "rmse": np.sqrt(np.mean(difference**2))})


@cache
def distances(measure: str = "largest") -> pd.DataFrame:
    """Return how far every exporter in the book is from the paper's table under every definition, in percentage points.

    Parameters
    ----------
    measure : str
        ``"largest"`` or ``"rmse"``, see `distance`.

    Returns
    -------
    DataFrame
        Rows exporters (ISO3 codes), columns `DEFINITIONS`.
    """
    return pd.DataFrame(
        {name: {code: distance(_share(code, name))[measure] for code in exporters()} for name in DEFINITIONS}
    ).rename_axis("exporter")


@cache
def _share(exporter: str, definition: str) -> pd.DataFrame:
    return recompute(exporter, definition).share


@cache
def mirrored(years: tuple[int, int] = YEARS) -> pd.DataFrame:
    """Return both records of what each exporter sells to China, for those whose sales China reports by product.

    Returns
    -------
    DataFrame
        Rows exporters (ISO3 codes). Columns ``bought``, what China reports as imports (CIF), and ``sold``, what the exporter
        reports as exports to China (FOB), both in US dollars in the last of the years; ``ratio``, over all of them, see
        `mirror_ratio`.
    """
    bought = {
        code: rows(code, years).groupby("year")["value_usd"].sum()
        for code, table in exporters().items()
        if TABLES[table] == CHINA_REPORTS
    }
    imports = pd.DataFrame(bought).T.rename_axis("exporter")
    sold = tables.read("totals-with-china").query("flow == 'export' and @years[0] <= year <= @years[1]")
    sold = sold.pivot(index="reporter_iso3", columns="year", values="value_usd").reindex(imports.index)
    ratio = mirror_ratio(imports, sold)
    return pd.DataFrame({"bought": imports[years[1]], "sold": sold[years[1]], "ratio": ratio})


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
