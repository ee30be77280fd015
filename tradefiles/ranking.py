"""Every exporter in a reader's files by distance to the six printed numbers, with what speaks against each place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import fsum

from beltroad import table1
from tradefiles import FileError, economies, shares
from tradefiles.asking import Files
from tradefiles.flows import Flow, Wanted, flow
from tradefiles.rows import Row
from tradefiles.sectors import UNMAPPED

YEARS = (2016, 2018)  # those of the printed table


@dataclass(frozen=True)
class Place:
    """One exporter's distance to the printed numbers, in percentage points."""

    exporter: str
    rmse: float
    largest: float
    total: float
    """US dollars, over the years of the table."""
    mapped: float
    """Share of it in codes that have a sector, %."""
    mirror: float | None
    """Importer's figure over the exporter's own, by the book's record of totals."""
    side: str
    basis: str

    @property
    def apart(self) -> bool:
        """Do the two sides report so differently that the exporter is not given a place?"""
        return self.mirror is not None and not table1.MIRROR[0] <= self.mirror <= table1.MIRROR[1]


@dataclass
class Ranking:
    """All places, nearest first, and why others have none."""

    places: list[Place]
    left: dict[str, str]
    """Reason by exporter."""
    world: float | None
    """What the exporters sell in % of what the file states for the World, where it does."""


def rank(files: Files, importer: str, definition: str, wanted: Wanted) -> Ranking:
    """Rank every exporter in files by distance to the printed numbers.

    Parameters
    ----------
    files : Files
        As `tradefiles.asking.opened` gives them.
    importer : str
        ISO3 code.
    definition : str
        A key of `beltroad.table1.DEFINITIONS`.
    wanted : Wanted
        Side and classification where files leave a choice; its years are not used.

    Raises
    ------
    FileError
        If no exporter can be ranked, or places would mix two sides of trade.
    """
    table1.codes(definition)
    wanted = Wanted(wanted.side, wanted.classification, YEARS)
    places: list[Place] = []
    found: dict[str, str] = {}
    left: dict[str, str] = {}
    world: list[float] = []
    for name, rows in _exporters(files, importer):
        code = economies.economy(name)
        if not code:
            if name in economies.WORLD and (total := _total(rows, importer, wanted)):
                world.append(total)
            continue
        if code in found:
            raise FileError(
                f"{code}: found two spellings, {found[code]} and {name}, in one question; ask files of one layout at a time"
            )
        found[code] = name
        if code == importer:
            left[code] = "returned goods, not trade with a partner"
            continue
        try:
            one = flow(rows, code, importer, wanted)
            shares.check_unit(one)
            places.append(_place(one, definition))
        except FileError as error:
            left[code] = str(error)
    if not places:
        reason = next(iter(left.values()), f"found no exporter to {importer}")
        raise FileError(f"{importer}: no exporter can be ranked; {reason}")
    if len(sides := sorted({(place.side, place.basis) for place in places})) > 1:
        told = " and ".join(f"{side} ({basis})" for side, basis in sides)
        raise FileError(f"{importer}: found exporters on several sides, {told}; choose one with --side")
    places.sort(key=lambda place: (place.apart, place.rmse, place.exporter))
    covered = 100 * fsum(place.total for place in places) / world[0] if len(world) == 1 else None
    return Ranking(places, left, covered)


def _exporters(files: Files, importer: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield every exporter as the files spell it, with its rows, one at a time: those of all need not be held."""
    rows = files.answer(importer, None, YEARS)
    for name, of_exporter in groupby(rows, key=lambda row: row.exporter or ""):
        yield name, list(of_exporter)


def _total(rows: list[Row], importer: str, wanted: Wanted) -> float | None:
    """Return what the World sells, or None if its rows cannot be added."""
    try:
        return fsum(year.total for year in flow(rows, "World", importer, wanted).years.values())
    except FileError:
        return None


def _place(flow: Flow, definition: str) -> Place:
    found = shares.shares(flow, definition)
    distance = shares.distance(found)
    assert distance is not None, "every year of the table was asked for"
    total = fsum(year.total for year in flow.years.values())
    unmapped = fsum(one.get(UNMAPPED, 0) for one in found.values.values())
    mapped = 100 * (1 - unmapped / total)
    return Place(flow.exporter, *distance, total, mapped, shares.mirror(flow), flow.side, flow.basis)
