"""Groupings of goods: every code to agriculture, to manufactures or to neither, and how far that is from published shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from beltroad import table1
from beltroad.table1 import ROWS

CLASSES = ["neither", *ROWS]
DIGITS = {"section": 1, "division": 2}
PROVED, NOT_PROVED, NONE = "proved", "not proved", "none exists"
AS_PRINTED = 0.005  # points; shares that differ by less are equal in two decimals

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]  # positions in CLASSES


@dataclass(frozen=True)
class Answer:
    """What is known of the best grouping."""

    status: str
    """`PROVED`: none is better, to what the paper prints. `NOT_PROVED`: a limit came first. `NONE`: there is none."""
    bound: float
    """The least that any grouping can reach: points, or moves."""
    grouping: pd.Series | None = None
    """Class by code; None if none was found."""
    difference: float = np.inf
    """Its largest difference to the published shares in points, computed anew from the grouping."""
    moves: int | None = None
    """How many codes it puts elsewhere than the definition that the program started from."""


def by_code(rows: pd.DataFrame, level: str = "division") -> pd.DataFrame:
    """Return the share of every code in one partner's trade, in % of its total: rows codes, columns years.

    Rows are one partner's and one flow's, as `beltroad.table1.rows` has them; the level is a key of `DIGITS`. A value without
    a division counts under the first of those that it may belong to, or under 93, special transactions; `doubt` says how much
    that can matter.
    """
    if level not in DIGITS:
        raise ValueError(f"no level {level!r}; expected one of: {', '.join(DIGITS)}")
    division = rows["sitc_division"]
    if "also_divisions" in rows:
        division = division.where(division.ne(""), rows["also_divisions"].str[:2]).replace("", "93")
    coded = rows.assign(code=division.str[: DIGITS[level]])
    return table1.shares(coded.groupby(["code", "year"])["value_usd"].sum().unstack(fill_value=0))


def doubt(rows: pd.DataFrame) -> float:
    """Return how much of a year's trade may belong to another division, at most over the years, in %.

    The difference of no grouping can be further off than that, in points.
    """
    if "also_divisions" not in rows:
        return 0.0
    known = rows["also_divisions"].eq("") & rows["sitc_division"].ne("")
    doubtful = rows["value_usd"].mask(known, 0).groupby(rows["year"]).sum()
    return float((100 * doubtful / rows.groupby("year")["value_usd"].sum()).max())


def of_definition(codes: pd.Index, definition: str) -> pd.Series:
    """Return the class of every code under one of `beltroad.table1.DEFINITIONS`; a section counts whole.

    Examples
    --------
    >>> of_definition(pd.Index(["04", "68", "7"]), "wto").to_dict()
    {'04': 'agriculture', '68': 'neither', '7': 'manufactures'}
    """
    sector = [table1.sector_of(code.ljust(2, "0"), definition) for code in codes]
    return pd.Series([name if name in ROWS else "neither" for name in sector], codes, name=definition)


def grouped(shares: pd.DataFrame, grouping: pd.Series) -> pd.DataFrame:
    """Return the shares of the `ROWS` classes under a grouping (class by code): rows classes, columns years, in %."""
    return shares.groupby(grouping.reindex(shares.index)).sum().reindex(ROWS, fill_value=0.0)


def difference(shares: pd.DataFrame, grouping: pd.Series, published: pd.DataFrame) -> float:
    """Return the largest difference between a grouping's shares and published ones, in percentage points."""
    return float(table1.distance(grouped(shares, grouping), published)["largest"])


@cache
def every(codes: int) -> Codes:
    """Return every way to put so many codes into `CLASSES`: a row each, positions in `CLASSES`.

    Examples
    --------
    >>> every(10).shape
    (59049, 10)
    """
    return np.indices((len(CLASSES),) * codes, dtype=np.int8).reshape(codes, -1).T


def differences(shares: pd.DataFrame, published: pd.DataFrame) -> Floats:
    """Return the largest difference of every grouping of the codes to published shares, in the order of `every`, in points.

    Of codes there may be a dozen at most: there are three to that power. All shares are in %, columns are years.
    """
    choices, years = every(len(shares)), published.columns
    largest = np.zeros(len(choices))
    for position, name in enumerate(CLASSES[1:], start=1):
        reached = (choices == position).astype(float) @ shares[years].to_numpy()
        largest = np.maximum(largest, np.abs(reached - published.loc[name].to_numpy()).max(axis=1))
    return largest


def search(
    shares: pd.DataFrame, published: pd.DataFrame, start: pd.Series, within: float | None = None
) -> Answer:
    """Return the best of all groupings by trying every one, always the same one: what is equal is taken in the order of `every`.

    Without `within` it is the nearest of all and of those, to what can be told apart, the one with the fewest codes moved from
    `start` (class by code). With it, in points, it is the one with the fewest moved to come so near, and of those the nearest.
    """
    choices = every(len(shares))
    found = differences(shares, published).round(9)  # sums may differ in a last bit
    moves = (choices != [CLASSES.index(name) for name in start.reindex(shares.index)]).sum(axis=1)
    if within is None:
        best = np.lexsort((moves, found))[0]
        bound = float(found[best])
    elif (found > within).all():
        return Answer(NONE, np.inf)
    else:
        best = np.lexsort((found, np.where(found <= within, moves, len(start) + 1)))[0]
        bound = float(moves[best])
    return Answer(PROVED, bound, named(shares.index, choices[best]), float(found[best]), int(moves[best]))


def named(codes: pd.Index, positions: Iterable[int]) -> pd.Series:
    """Return a grouping as class by code from positions in `CLASSES`."""
    return pd.Series([CLASSES[position] for position in positions], codes, name="class")


def moved(grouping: pd.Series, start: pd.Series) -> pd.Series:
    """Return the codes that a grouping puts into another class than `start` does, with their new class."""
    return grouping[grouping.ne(start.reindex(grouping.index))]


def changes(published: pd.DataFrame) -> pd.DataFrame:
    """Return the change of every share from year to year, in points: what is left of a table without its levels."""
    return published.diff(axis=1).iloc[:, 1:]


def in_words(grouping: pd.Series, names: Mapping[str, str]) -> str:
    """Return a grouping as a person says it, class by class, codes by name.

    Examples
    --------
    >>> in_words(pd.Series({"0": "agriculture", "7": "neither"}), {"0": "food", "7": "machinery"})
    'agriculture: food; neither: machinery'
    """
    said = {name: ", ".join(names[code] for code in grouping.index[grouping.eq(name)]) for name in CLASSES}
    return "; ".join(f"{name}: {said[name]}" for name in [*ROWS, "neither"] if said[name])
