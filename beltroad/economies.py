"""Which economies are compared: the lists of partners along the route, those off it, and when each signed."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Literal, TypeVar

import pandas as pd

from bookpress import tables
from bookpress.claims import grid

Frame = TypeVar("Frame", pd.Series, pd.DataFrame)

HALFWAY = 2016  # signers by the end of this year have been exposed for two years of 2013–18 or more

# What is not a partner: China itself, and the separate customs territories that its own statistics set apart.
CHINA = {"CHN", "HKG", "MAC", "TWN"}


@cache
def country_lists(signed_by: int = 2018) -> dict[str, set[str]]:
    """Return every list of partners along the route, as ISO3 codes; the first is the main one.

    Parameters
    ----------
    signed_by : int
        Last year in which a memorandum makes an economy a signer. The four signers whose date the source does not
        know count from 2018 on, the last year of the paper, and not before.

    Returns
    -------
    dict
        ``"64 partners"``, those of the published lists of the route, and ``"signers"``. The published lists differ in three
        partners of which no estimate hangs: its interval already allows for another one.
    """
    route = tables.read("route-economies")
    signed = signature_year()
    known = set(signed[signed <= signed_by].index)
    undated = set(signed[signed.isna()].index) if signed_by >= 2018 else set()
    return {
        "64 partners": set(route.loc[route["variant_1"], "iso3"]),
        "signers": known | undated,
    }


@cache
def signature_year() -> pd.Series:
    """Return the year in which each signer signed its memorandum, by ISO3 code; missing where undated."""
    signers = tables.read("signers").set_index("iso3")
    year: pd.Series = signers["mou_date"].dt.year
    return year


def partners(listed: str) -> set[str]:
    """Return the partners on a list at the end of 2018."""
    return grid.chosen("listed", listed, country_lists())


def exposed(listed: str) -> set[str]:
    """Return the partners that a change from 2013 to 2018 can be tested with: signers only if they signed in time."""
    return grid.chosen("listed", listed, country_lists(HALFWAY))


def others(listed: str, others: str = "neither") -> set[str]:
    """Return the economies that a list is compared with.

    Parameters
    ----------
    listed : str
        A key of `country_lists`.
    others : str
        ``"neither"``: on none of the lists and no signer by the end of 2018. ``"all others"``: whoever is not on
        this list, signers included.
    """
    off = {"neither": on_any_list().union(*country_lists().values()), "all others": partners(listed)}
    return set(_economies()) - CHINA - grid.chosen("others", others, off)


def every() -> set[str]:
    """Return all economies but China, as ISO3 codes: those of table ``economies``, and signers that it does not have."""
    return (set(_economies()) | set(signature_year().index)) - CHINA


def among(figures: Frame, codes: Collection[str]) -> Frame:
    """Return the rows of some economies, by ISO3 code; a code without a row is left out."""
    return figures[figures.index.isin(codes)]


def compared() -> dict[str, set[str]]:
    """Return the groups that tables show side by side, by name: two lists of partners, and two kinds of others."""
    return {
        "64 partners": exposed("64 partners"),
        "signers by 2016": exposed("signers"),
        "on no list": others("64 partners", "neither"),
        "all but the 64": others("64 partners", "all others"),
    }


def asked(listed: str, rule: str) -> set[str]:
    """Return the partners on a list at the end of 2018 that a sample rule keeps; see `partners` and `sample`."""
    return set(sample(rule)(pd.DataFrame(index=sorted(partners(listed)))).index)


def sample(rule: str) -> Callable[[Frame], Frame]:
    """Return what keeps the rows, by ISO3 code, that a sample rule keeps.

    Parameters
    ----------
    rule : str
        ``"all"``: every economy with figures. ``"over a million"``: those with a million people or more in 2018.
    """
    least = grid.chosen("sample", rule, {"all": 0, "over a million": 1_000_000})
    people = _population()
    kept = people.index[people >= least]
    return lambda frame: frame[frame.index.isin(kept)] if least else frame


# A chapter asks for these under every combination of choices, hundreds of times; each table is read once.
@cache
def _economies() -> frozenset[str]:
    return frozenset(tables.read("economies")["iso3"])


@cache
def on_any_list() -> frozenset[str]:
    """Return who is on any published list of the route: also a doubtful member is no clean comparison."""
    route = tables.read("route-economies")
    return frozenset(route.loc[route["variant_1"] | route["variant_2"], "iso3"])


@cache
def _population() -> pd.Series:
    people: pd.Series = tables.read("wdi").query("year == 2018").set_index("iso3")["population"]
    return people


@cache
def _bloc() -> pd.Series:
    bloc: pd.Series = tables.read("tariff-blocs").set_index("iso3")["bloc"]
    return bloc


def blocs_once(frame: Frame) -> Frame:
    """Return figures with one row for each customs union, the median of its members, since they share one tariff.

    Rows are economies by ISO3 code; a bloc's row has its name. Economies outside any bloc stay as they are.
    """
    bloc = _bloc().reindex(frame.index)
    once: Frame = frame.groupby(bloc.fillna(pd.Series(frame.index, frame.index))).median()
    return once


def blocs_apart(on: pd.Series, off: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return two groups of economies with each customs union counted once, and left out if it is on both sides."""
    bloc = _bloc()
    split = set(bloc.reindex(on.index).dropna()) & set(bloc.reindex(off.index).dropna())
    members = set(bloc.index[bloc.isin(split)])
    return blocs_once(on[~on.index.isin(members)]), blocs_once(off[~off.index.isin(members)])


def without_blocs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return figures of economies that set their own tariff: members of customs unions are left out."""
    return frame[~frame.index.isin(_bloc().index)]


def by_year(table: str, column: str) -> pd.DataFrame:
    """Return one column of a table that has a row for each economy and year: rows ISO3 codes, columns years."""
    wide: pd.DataFrame = tables.read(table).pivot(index="iso3", columns="year", values=column)
    return wide


def average(table: str, column: str, first: int, last: int) -> pd.Series:
    """Return the mean of a column over the years from `first` to `last` that have a figure, by ISO3 code; see `by_year`."""
    mean: pd.Series = by_year(table, column).loc[:, first:last].mean(axis=1)
    return mean


def goods_trade() -> pd.DataFrame:
    """Return exports and imports of goods together, in million US dollars: rows ISO3 codes, columns years."""
    return by_year("wits-economies", "exports_musd") + by_year("wits-economies", "imports_musd")


def trade_with_china() -> pd.DataFrame:
    """Return imports from and exports to China together as each economy reports both, in US dollars: rows ISO3 codes, columns years."""
    both = tables.read("totals-with-china").groupby(["reporter_iso3", "year"])["value_usd"]
    total: pd.DataFrame = both.sum(min_count=2).unstack().dropna(how="all")
    return total[total.index.isin(every())]


def nearness(power: Literal["china", "usa"]) -> pd.DataFrame:
    """Return how much more often economies vote with a power in the United Nations than the median member, in points of 100.

    The agenda changes from year to year, so that only the distance from the median of all members can be compared. Rows
    are ISO3 codes, columns years; who cast fewer than 20 votes with the power in a year has no figure.
    """
    votes = by_year("un-agreement", {"china": "joint_votes", "usa": "joint_votes_usa"}[power])
    agreement = 100 * by_year("un-agreement", f"agreement_{power}").where(votes >= 20)
    return agreement.sub(agreement.median(), axis="columns")


def three_largest(flow: str) -> pd.Series:
    """Return what China's three largest partners take of its exports or imports together, in %, by year.

    The flow is ``"export"`` or ``"import"``. Only the five largest partners of each year are on record.
    """
    table = tables.read("wits-china-partners").query("flow == @flow and partner_iso3 != 'CHN'")
    top: pd.Series = table.groupby("year")["share_pct"].apply(lambda shares: shares.nlargest(3).sum())
    return top


# Where the table's name is unwieldy, or has none.
SHORT = {"HKG": "Hong Kong", "KOR": "South Korea", "RUS": "Russia", "USA": "United States"}
EVERY = "exporters-by-division"  # the table of all exporters, which is there once somebody has recorded the files of BACI
# Territories that only the table of all exporters has, and whose names in ISO 3166-1 say more than a statistic does.
OTHERS = {"MAC": "Macao", "TWN": "Other Asia, not elsewhere specified"}


@cache
def names() -> pd.Series:
    """Return the names of economies by ISO3 code, as table ``economies`` has them; a few shortened."""
    known = tables.read("economies").set_index("iso3")["economy"]
    if EVERY in tables.describe():  # it has territories that no other table has
        import pycountry

        every = pd.Series({country.alpha_3: country.name for country in pycountry.countries} | OTHERS)
        known = pd.concat([known, every.drop(known.index, errors="ignore")])
    short = pd.Series(SHORT)
    named: pd.Series = pd.concat([known.drop(short.index, errors="ignore"), short]).sort_index()
    return named
