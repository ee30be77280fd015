"""What one economy sold another by the rows of an answer: one side, one classification, one level, nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isfinite

from tradefiles import FileError, layouts, levels, sectors
from tradefiles.rows import Coded, Misfit, Row, digits_of


@dataclass(frozen=True)
class Year:
    """One year of a flow."""

    classification: str
    digits: int
    codes: Mapping[str, float]
    """Value of each code in US dollars."""
    stated: float | None
    """Total that the file states."""

    @property
    def total(self) -> float:
        """Return the sum of the parts, in US dollars."""
        return fsum(self.codes.values())


@dataclass
class Flow:
    """What one economy sold another, year by year."""

    exporter: str
    importer: str
    side: str
    basis: str
    layouts: list[str]
    years: dict[int, Year] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What was repaired or left out, and what a reader must know."""


@dataclass(frozen=True)
class Wanted:
    """How rows are to be read where files leave a choice."""

    side: str = ""
    classification: str = ""
    years: tuple[int, int] | None = None


def flow(rows: Iterable[Row], exporter: str, importer: str, wanted: Wanted) -> Flow:
    """Return the flow that the rows of one exporter and one importer hold.

    Raises
    ------
    FileError
        If rows may not be added: two sides, two classifications, doubles, values below zero, and so on.
    """
    kept = list(rows)
    whom = f"{exporter} to {importer}"
    _annual(kept)
    _values(kept, whom)
    kept = _one_side(kept, whom, wanted.side)
    notes: list[str] = []
    if parts := sum(row.rows for row in kept if row.part):
        kept = [row for row in kept if not row.part]
        if not kept:
            raise FileError(
                f"{whom}: found only break-downs by second partner, customs procedure or transport, expected whole flows"
            )
        notes.append(
            f"left out, being parts of other rows (by second partner, customs or transport): {parts:,} rows"
        )
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in kept:
        by_year[row.year].append(row)
    found = Flow(
        exporter, importer, kept[0].side, kept[0].basis, sorted({row.layout for row in kept}), notes=notes
    )
    for year, of_year in sorted(by_year.items()):
        found.years[year] = _year(of_year, f"{whom}, {year}", wanted.classification, found)
    found.notes = list(dict.fromkeys(found.notes))
    _span(found, whom, wanted.years)
    return found


def _annual(rows: Sequence[Row]) -> None:
    for row in rows:
        if row.kind not in ("A", None):
            what = {"S": "trade in services", "M": "monthly figures"}.get(
                row.kind, f"figures of kind {row.kind!r}"
            )
            raise FileError(f"{row.layout}: found {what}, expected annual trade in goods")


def _values(rows: Sequence[Row], whom: str) -> None:
    for row in rows:
        if row.blank:
            raise Misfit(
                f"{whom}, {row.year}, code {row.code}: found no value, expected a number", "value", "blank"
            )
        if row.least < 0:
            raise Misfit(
                f"{whom}, {row.year}, code {row.code}: found {row.least:,.0f} US$, expected no value below zero",
                "value",
                "negative",
            )
        if not isfinite(row.value):
            raise Misfit(
                f"{whom}, {row.year}, code {row.code}: found {row.value}, expected a plain number",
                "value",
                "unbounded",
            )


def _one_side(rows: list[Row], whom: str, wanted: str) -> list[Row]:
    if any(not row.side for row in rows):
        raise Misfit(f"{whom}: found rows of no known flow, expected imports or exports", "flow", "unknown")
    kept = [row for row in rows if row.side in layouts.SIDES]
    if not kept:
        raise FileError(
            f"{whom}: found only {' and '.join(sorted({row.side for row in rows}))}s, expected whole flows"
        )
    sides = sorted({row.side for row in kept})
    if wanted:
        kept = [row for row in kept if row.side == wanted]
        if not kept:
            raise FileError(f"{whom}: found the side {' and '.join(sides)}, expected {wanted}")
    elif len(sides) > 1:
        raise FileError(
            f"{whom}: found both sides, {' and '.join(sides)}; imports (CIF) and exports (FOB) do not mix in one share: "
            f"choose one with --side"
        )
    bases = sorted({row.basis for row in kept})
    if len(bases) > 1:
        raise FileError(f"{whom}: found values {' and '.join(bases)} on one side, expected one valuation")
    return kept


def _year(rows: Sequence[Row], where: str, wanted: str, found: Flow) -> Year:
    """Return one year of one side."""
    totals: list[Row] = []
    goods: list[Coded] = []
    for row in rows:
        if digits := digits_of(row):
            goods.append((digits, row))
        else:
            totals.append(row)
    by_class = _classified(goods, where, wanted)
    stated = None
    if totals:
        values = {round(row.value / row.rows, 2) for row in totals}
        if len(values) > 1:
            raise FileError(
                f"{where}: found two totals, {' and '.join(f'{v:,.0f}' for v in sorted(values))} US$; "
                "expected one vintage of the figures"
            )
        stated = values.pop()
    if not by_class:
        raise FileError(f"{where}: found only the total of all goods, expected figures by product")
    classification, detailed = by_class
    if classification in ("", "HS"):
        classification = levels.edition(detailed, where, found.notes)
    codes, digits = levels.level_of(classification, detailed, where, found.notes)
    if stated is not None and abs(fsum(codes.values()) - stated) > levels.NEAR * max(stated, 1):
        found.notes.append(
            f"{where}: the parts sum to {fsum(codes.values()):,.0f} US$, the file states {stated:,.0f} "
            f"({100 * fsum(codes.values()) / stated if stated else 0:.1f}%)"
        )
    return Year(classification, digits, codes, stated)


def _classified(goods: Sequence[Coded], where: str, wanted: str) -> tuple[str, list[Coded]] | None:
    """Return the classification of a year and its rows of goods."""
    groups: dict[str, list[Coded]] = defaultdict(list)
    for digits, row in goods:
        groups[row.classification or ""].append((digits, row))
    if wanted and groups:
        vague = [name for name in groups if name in ("", "HS")]
        if wanted not in groups and vague:
            return wanted, groups[vague[0]]
        if wanted not in groups:
            raise FileError(
                f"{where}: found {', '.join(sorted(groups))}, expected the classification {wanted}"
            )
        return wanted, groups[wanted]
    if len(groups) > 1:
        raise FileError(
            f"{where}: found the classifications {', '.join(sorted(groups))} in one year, which count the same trade twice: "
            "choose one with --classification"
        )
    for name, of_name in groups.items():
        if name not in ("", "HS", *sectors.SITC, *sectors.HS):
            raise FileError(
                f"{where}: found the classification {name!r}, expected SITC (S1 to S4) or HS (H0 to H6)"
            )
        return name, of_name
    return None


def _span(found: Flow, whom: str, years: tuple[int, int] | None) -> None:
    if years and (missing := [year for year in range(years[0], years[1] + 1) if year not in found.years]):
        raise FileError(
            f"{whom}: found no figures of {', '.join(map(str, missing))}, expected every year of {years[0]}-{years[1]}; "
            f"found {', '.join(map(str, found.years)) or 'none'}"
        )
