"""The other reading of Table 1: which share of an exporter's goods of each kind goes to China, and what its sources leave open.

China reports what it buys by SITC division (CIF), the exporter what it sells to the world by groups of HS chapters (FOB). Most
divisions lie in one group; what the others can move is bounded by giving all of a division to either side.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from beltroad import table1
from beltroad.groupings.exhaustive import Floats
from beltroad.table1 import ROWS
from bookpress import tables

FREIGHT = 1.1  # freight and insurance rarely add more than a tenth to what goods cost on board

# The nearest to what trade statistics call agriculture and manufactures that whole groups allow; minerals and fuels are neither.
USUAL = {
    "agriculture": ["Animal", "Vegetable", "Food Products"],
    "manufactures": [
        *["Chemicals", "Plastic or Rubber", "Hides and Skins", "Wood", "Textiles and Clothing", "Footwear"],
        *["Stone and Glass", "Metals", "Mach and Elec", "Transportation", "Miscellaneous"],
    ],
}


@dataclass(frozen=True)
class Shares:
    """The share that goes to China of every set of product groups: rows sets, columns years, in % of exports to the world."""

    groups: list[str]
    """Set number s holds the groups whose bit is set in s."""
    years: list[int]
    main: Floats
    """Every division in the group that most of its goods belong to."""
    low: Floats
    """Only divisions that lie in the set with all their groups, less freight."""
    high: Floats
    """All divisions that any group of the set touches."""

    def gaps(self, target: pd.Series, bounds: bool = False) -> Floats:
        """Return how far each set is from a target by year, at most, in points; with bounds, how far it is at least."""
        years, wanted = [self.years.index(year) for year in target.index], target.to_numpy()
        main, low, high = (shares[:, years] for shares in (self.main, self.low, self.high))
        off = np.maximum(low - wanted, wanted - high) if bounds else np.abs(main - wanted)
        largest: Floats = np.where(np.isnan(off), np.inf, np.maximum(off, 0)).max(axis=1)
        return largest


@cache
def shares(exporter: str) -> Shares:
    """Return what share of an exporter's goods goes to China, 2016–2018, for every set of the sixteen product groups."""
    exports = tables.read("exports-by-group").query("iso3 == @exporter")
    exports = 1e6 * exports.pivot(index="product_group", columns="year", values="exports_musd").fillna(0.0)
    trade = table1.rows(exporter)
    bought = trade.pivot_table(index="sitc_division", columns="year", values="value_usd", fill_value=0)
    bought = bought[exports.columns]
    groups = tables.read("division-groups")
    of_group = groups.pivot(index="sitc_division", columns="product_group", values="main")
    of_group = of_group[exports.index].loc[of_group.index.intersection(bought.index)]
    bought = bought.loc[of_group.index]  # a division without a group is in no set
    bits = 1 << np.arange(len(exports))
    touched, main = of_group.notna().to_numpy() @ bits, of_group.eq(True).to_numpy() @ bits
    world, wholly = _sums(bits, exports), _sums(touched, bought)
    with np.errstate(invalid="ignore", divide="ignore"):  # the empty set has no exports and no share
        return Shares(
            list(exports.index),
            [int(year) for year in exports.columns],
            main=100 * _sums(main, bought) / world,
            low=100 * wholly / FREIGHT / world,
            high=100 * (wholly[-1] - wholly[::-1]) / world,  # all but what lies wholly outside
        )


def _sums(sets: npt.NDArray[np.int64], values: pd.DataFrame) -> Floats:
    """Return for every set (bit g stands for group g) the sum of the rows whose own set lies in it: rows sets."""
    count = int(sets.max()).bit_length()
    totals = np.zeros((1 << count, values.shape[1]))
    np.add.at(totals, sets, values.to_numpy())
    totals = totals.reshape((2,) * count + (-1,))
    for axis in range(count):  # a set with a group holds what the same set without it holds
        without, with_ = np.moveaxis(totals, axis, 0)
        with_ += without
    return totals.reshape(1 << count, -1)


def nearest(
    exporter: str, published: pd.DataFrame, bounds: bool = False
) -> tuple[float, dict[str, list[str]]]:
    """Return the smallest largest difference that two disjoint sets of product groups have to published shares, in points.

    No pair of sets is nearer. The second value has the product groups of each of `ROWS`. With `bounds` a set is as near as
    its bounds allow, not as its main divisions are.
    """
    known = shares(exporter)
    gaps = [known.gaps(published.T[name], bounds) for name in ROWS]
    first, second = (np.argsort(gap, kind="stable") for gap in gaps)
    best, pair = np.inf, (0, 0)
    for one in first:
        if gaps[0][one] >= best:
            break
        apart = second[(second & one) == 0]
        reached = max(gaps[0][one], gaps[1][apart[0]])
        if reached < best:
            best, pair = float(reached), (int(one), int(apart[0]))
    members = ([group for at, group in enumerate(known.groups) if chosen >> at & 1] for chosen in pair)
    return best, dict(zip(ROWS, members, strict=True))


def usual(exporter: str, published: pd.DataFrame, bounds: bool = False) -> float:
    """Return the largest difference of the `USUAL` groups to published shares, in points; see `nearest`."""
    known = shares(exporter)
    sets = {name: sum(1 << known.groups.index(group) for group in USUAL[name]) for name in ROWS}
    return float(max(known.gaps(published.T[name], bounds)[chosen] for name, chosen in sets.items()))
