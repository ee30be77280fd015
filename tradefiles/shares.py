"""Sector shares of a flow, how far they are from the printed numbers, and what the book's own records say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt

from beltroad import table1
from bookpress import tables
from tradefiles import FileError, sectors
from tradefiles.flows import Flow, Year
from tradefiles.levels import UNKNOWN
from tradefiles.sectors import UNMAPPED

COARSE = 0.01  # the share that codes too coarse for a definition may have; it is shown as not mapped
FACTOR = 1000  # between US dollars and thousand US dollars


@dataclass(frozen=True)
class Shares:
    """Table 1 of a flow: values in US dollars by sector and year."""

    flow: Flow
    definition: str
    values: Mapping[int, Mapping[str, float]]
    """Year, then sector; `UNMAPPED` only where something is not."""

    def rows(self) -> dict[str, dict[int, float]]:
        """Return sectors, each with its share by year in % of all goods; `UNMAPPED` last, where there is any."""
        names = [
            *table1.SECTORS,
            *([UNMAPPED] if any(UNMAPPED in one for one in self.values.values()) else []),
        ]
        totals = {year: fsum(one.values()) for year, one in self.values.items()}
        return {
            name: {year: 100 * one.get(name, 0) / totals[year] for year, one in self.values.items()}
            for name in names
        }


def shares(flow: Flow, definition: str) -> Shares:
    """Return the sector shares of a flow.

    Raises
    ------
    FileError
        If the level of the codes is too coarse for the definition, or the codes are not of their classification.
    ValueError
        If there is no such definition.
    """
    table1.codes(definition)
    values = {}
    for year, of_year in flow.years.items():
        where = f"{flow.exporter} to {flow.importer}, {year}"
        if not of_year.total:
            raise FileError(f"{where}: found values that sum to nothing, expected trade")
        found = summed(of_year, definition)
        if found.get("", 0) > COARSE * of_year.total:
            raise FileError(f"{where}: {_coarse(of_year, definition)}")
        if found.get(UNMAPPED, 0) > UNKNOWN * of_year.total:
            raise FileError(
                f"{where}: found {100 * found[UNMAPPED] / of_year.total:.0f}% of the value in codes that "
                f"{sectors.named(of_year.classification)} does not have, such as {_unmapped(of_year, definition)[0]}; "
                "expected its codes"
            )
        if rest := found.pop("", 0) + found.pop(UNMAPPED, 0):
            found[UNMAPPED] = rest
        values[year] = found
    return Shares(flow, definition, values)


def summed(year: Year, definition: str) -> dict[str, float]:
    """Return value by sector; ``""`` is what the level of the codes leaves undecided."""
    parts: dict[str, list[float]] = {}
    for code, value in year.codes.items():
        parts.setdefault(sectors.sector(year.classification, code, definition), []).append(value)
    return {name: fsum(values) for name, values in parts.items()}


def lost(shares: Shares) -> list[str]:
    """Return a line for each year in which codes could not be mapped: how many, how much, the largest."""
    lines = []
    for year, one in shares.values.items():
        if one.get(UNMAPPED):
            codes = _unmapped(shares.flow.years[year], shares.definition)
            share = 100 * one[UNMAPPED] / fsum(one.values())
            lines.append(
                f"{year}: {len(codes)} codes not mapped, {share:.2f}% of the value ({', '.join(codes[:3])}"
                f"{', …' if len(codes) > 3 else ''})"
            )
    return lines


def _unmapped(year: Year, definition: str) -> list[str]:
    """Return the codes without a sector, largest value first."""
    codes = [
        code for code in year.codes if sectors.sector(year.classification, code, definition) in ("", UNMAPPED)
    ]
    return sorted(codes, key=lambda code: (-year.codes[code], code))


def _coarse(year: Year, definition: str) -> str:
    """Say which definitions the level of a year allows."""
    undecided = {name: summed(year, name).get("", 0) / year.total for name in table1.DEFINITIONS}
    allowed = [name for name, share in undecided.items() if share <= COARSE]
    level = f"{sectors.named(year.classification)} at {year.digits} digit{'s' if year.digits > 1 else ''}"
    return (
        f"found {level}, too coarse for the definition {definition!r}: {100 * undecided[definition]:.0f}% of the value is in codes "
        f"whose parts belong to several sectors; expected a finer level, or one of the definitions that it allows: "
        f"{', '.join(allowed) or 'none'}"
    )


@cache
def printed() -> dict[tuple[str, int], float]:
    """Return the six printed numbers, in %, by category and year."""
    return {
        (row["category"], int(row["year"])): float(row["share_pct"]) for row in tables.rows("paper-table1")
    }


def distance(shares: Shares) -> tuple[float, float] | None:
    """Return the root mean square and the largest difference to the six numbers, in points; None if a year is missing."""
    rows = shares.rows()
    if any(year not in shares.values for _, year in printed()):
        return None
    differences = [rows[category][year] - share for (category, year), share in printed().items()]
    return sqrt(fsum(d * d for d in differences) / len(differences)), max(map(abs, differences))


@cache
def _recorded(side: str) -> dict[tuple[str, int], float]:
    """Return the totals that the book has of exports to China on one side, by exporter and year, in US dollars."""
    if side == "exporter":
        sold = (row for row in tables.rows("totals-with-china") if row["flow"] == "export")
        return {(row["reporter_iso3"], int(row["year"])): float(row["value_usd"]) for row in sold}
    found: dict[tuple[str, int], float] = {}
    for row in tables.rows("china-by-division"):
        if row["flow"] == "import":
            key = row["partner_iso3"], int(row["year"])
            found[key] = found.get(key, 0) + float(row["value_usd"])
    return found


def recorded(exporter: str, side: str, year: int) -> float | None:
    """Return what the book's own data say an economy sold China in all, in US dollars, if they say it."""
    return _recorded(side).get((exporter, year))


def check_unit(flow: Flow) -> None:
    """Refuse a flow whose totals are about a thousand times off the recorded ones.

    Raises
    ------
    FileError
        Saying both totals.
    """
    if flow.importer != "CHN":
        return
    for year, of_year in flow.years.items():
        total = recorded(flow.exporter, "exporter", year)
        if total and FACTOR**-0.5 < of_year.total / total < FACTOR**0.5:
            continue  # the larger table of the two need not be opened
        total = recorded(flow.exporter, "importer", year) or total
        if not total:
            continue
        times = of_year.total / total
        if FACTOR / 4 < times < FACTOR * 4 or FACTOR / 4 < 1 / times < FACTOR * 4:
            unit = "thousand US$" if flow.layouts[0] in ("BACI", "WITS, advanced query") else "US$"
            raise FileError(
                f"{flow.exporter} to {flow.importer}, {year}: found {of_year.total:,.0f} US$ in all, expected about {total:,.0f}; "
                f"are the values in {unit}, as those of {flow.layouts[0]} are?"
            )


def mirror(flow: Flow) -> float | None:
    """Return how many times what the exporter says it sold the importer says it bought, over the years both report.

    The other side is the book's own record of totals with China; see `beltroad.table1.MIRROR`.
    """
    if flow.importer != "CHN" or flow.side == "reconciled":
        return None
    other = "exporter" if flow.side == "importer" else "importer"
    pairs = [
        (of_year.total, total)
        for year, of_year in flow.years.items()
        if (total := recorded(flow.exporter, other, year))
    ]
    if not pairs:
        return None
    here, there = fsum(a for a, _ in pairs), fsum(b for _, b in pairs)
    return here / there if flow.side == "importer" else there / here
