"""What one economy sold another by the rows of an answer: one side, one classification, one level, nothing twice."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from math import fsum, isfinite
from typing import NamedTuple

from tradefiles import FileError, classifications, faults, layouts
from tradefiles.faults import Misfit

TOTALS = {"TOTAL", "ALL", "TOT"}
NEAR = 0.005  # parts and stated total are called the same within this share; rounding to thousands moves less
ROUNDING = 1e-4  # the share of a code that its parts may lack because they are rounded
UNKNOWN = 0.1  # a larger share in codes that a classification does not have means that it is another one
KINDS = {"S": "trade in services", "M": "monthly figures"}


class Row(NamedTuple):
    """One row of an answer; see `tradefiles.asking.ask`."""

    layout: str
    year: int
    side: str
    basis: str
    exporter: str
    importer: str
    classification: str
    level: str
    code: str
    part: bool
    kind: str
    value: float
    """US dollars."""
    rows: int
    """Rows of the files behind it, then their least and largest value, and how many have no value."""
    least: float
    most: float
    blank: int

    @property
    def digits(self) -> int:
        """Return how many digits the code should have; 0 for the total of all goods."""
        return _digits(self.layout, self.level, self.code)


@lru_cache(1 << 16)  # asked for several times of each row, and the same year after year
def _digits(layout: str, level: str, code: str) -> int:
    if not code or code.upper() in TOTALS or level == "0":
        return 0
    if (level or "").strip().isdigit():
        return int(level)
    return layouts.BY_NAME[layout].digits or len(code.strip())


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

    @property
    def hidden(self) -> dict[str, float]:
        """Return the codes of goods that are not specified, with their values."""
        return {
            code: value
            for code, value in self.codes.items()
            if classifications.unspecified(self.classification, code)
        }

    @property
    def coarse(self) -> dict[str, float]:
        """Return the codes of fewer digits than the finest, with what only they say."""
        return {code: value for code, value in self.codes.items() if len(code) < self.digits}

    @property
    def level(self) -> str:
        """Return classification and digits in words."""
        digits = f"{self.digits} digit{'s' if self.digits > 1 else ''}"
        return f"{classifications.named(self.classification)} at {digits}"


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
    partial: bool = False
    """May it be a part of the trade only?"""


@dataclass(frozen=True)
class Wanted:
    """How rows are to be read where files leave a choice."""

    side: str = ""
    classification: str = ""
    years: tuple[int, int] | None = None
    partial: bool = False
    """Answer for a part of the trade, too."""


def flow(rows: Iterable[Row], exporter: str, importer: str, wanted: Wanted) -> Flow:
    """Return the flow that the rows of one exporter and one importer hold.

    Raises `FileError` if rows may not be added: two sides, two classifications, doubles, values below zero, and so on.
    """
    kept, whom = list(rows), f"{exporter} to {importer}"
    notes: list[str] = []
    for row in kept:
        if row.kind not in ("A", None):
            what = KINDS.get(row.kind, f"figures of kind {row.kind!r}")
            raise FileError(f"{row.layout}: found {what}, expected annual trade in goods")
    for row in kept:
        where = f"{whom}, {row.year}, code {row.code}"
        if row.blank:
            raise Misfit(f"{where}: found no value, expected a plain number", "value", faults.blank)
        if row.least < 0:
            found = f"found {row.least:,.0f} US$, expected no value below zero"
            raise Misfit(f"{where}: {found}", "value", faults.negative)
        if not isfinite(row.value):
            raise Misfit(f"{where}: found {row.value}, expected a plain number", "value", faults.unbounded)
    kept = _one_side(kept, whom, wanted.side, notes)
    if parts := sum(row.rows for row in kept if row.part):
        kept = [row for row in kept if not row.part]
        by = "by second partner, customs or transport"
        if not kept:
            raise FileError(f"{whom}: found only break-downs {by}, expected whole flows")
        notes.append(f"left out, being parts of other rows ({by}): {parts:,} rows")
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in kept:
        by_year[row.year].append(row)
    years = {
        year: _year(by_year[year], f"{whom}, {year}", wanted.classification, notes)
        for year in sorted(by_year)
    }
    if wanted.years:
        first, last = wanted.years
        if missing := [str(year) for year in range(first, last + 1) if year not in years]:
            found = f"no figures of {', '.join(missing)}, expected every year of {first}-{last}"
            raise FileError(f"{whom}: found {found}; found {', '.join(map(str, years)) or 'none'}")
    named = sorted({row.layout for row in kept})
    said = list(dict.fromkeys(notes))
    return Flow(exporter, importer, kept[0].side, kept[0].basis, named, years, said, wanted.partial)


def _one_side(rows: list[Row], whom: str, wanted: str, notes: list[str]) -> list[Row]:
    kept = [row for row in rows if row.side in layouts.SIDES]
    if others := sorted({row.side for row in rows} - set(layouts.SIDES)):
        notes.append(f"left out, being parts of whole flows: {', '.join(f'{side}s' for side in others)}")
    if not kept:
        found = " and ".join(sorted({row.side for row in rows}))
        raise FileError(f"{whom}: found only {found}s, expected whole flows")
    sides = sorted({row.side for row in kept})
    if wanted:
        kept = [row for row in kept if row.side == wanted]
        if not kept:
            raise FileError(f"{whom}: found the side {' and '.join(sides)}, expected {wanted}")
    elif len(sides) > 1:
        why = "imports (CIF) and exports (FOB) do not mix in one share: choose one with --side"
        raise FileError(f"{whom}: found both sides, {' and '.join(sides)}; {why}")
    bases = sorted({row.basis for row in kept})
    if len(bases) > 1:
        raise FileError(f"{whom}: found values {' and '.join(bases)} on one side, expected one valuation")
    return kept


def _year(rows: Sequence[Row], where: str, wanted: str, notes: list[str]) -> Year:
    """Return one year of one side."""
    stated = None
    if totals := sorted({round(row.value / row.rows, 2) for row in rows if not row.digits}):
        if len(totals) > 1:
            found = " and ".join(f"{total:,.0f}" for total in totals)
            raise FileError(f"{where}: found two totals, {found} US$; expected one vintage of the figures")
        stated = totals[0]
    goods = [row for row in rows if row.digits]
    if not goods:
        raise FileError(f"{where}: found only the total of all goods, expected figures by product")
    classification, goods = _one_classification(goods, where, wanted)
    if classification in ("", "HS"):
        classification = _edition(goods, where, notes)
    codes, digits = _codes(classification, goods, stated, where, notes)
    total = fsum(codes.values())
    if stated is not None and abs(total - stated) > NEAR * max(stated, 1):
        share = f"{100 * total / stated if stated else 0:.1f}%"
        notes.append(f"{where}: the parts sum to {total:,.0f} US$, the file states {stated:,.0f} ({share})")
    return Year(classification, digits, codes, stated)


def _one_classification(goods: Sequence[Row], where: str, wanted: str) -> tuple[str, list[Row]]:
    """Return the classification of a year and its rows."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in goods:
        groups[row.classification or ""].append(row)
    found = ", ".join(sorted(groups))
    if wanted:
        vague = [name for name in groups if name in ("", "HS")]
        if wanted not in groups and not vague:
            raise FileError(f"{where}: found {found}, expected the classification {wanted}")
        return wanted, groups[wanted if wanted in groups else vague[0]]
    if len(groups) > 1:
        why = "which count the same trade twice: choose one with --classification"
        raise FileError(f"{where}: found the classifications {found} in one year, {why}")
    if found not in ("", "HS", *classifications.SITC, *classifications.HS):
        expected = "SITC (S1 to S4) or HS (H0 to H6)"
        raise FileError(f"{where}: found the classification {found!r}, expected {expected}")
    return found, groups[found]


def _edition(rows: Sequence[Row], where: str, notes: list[str]) -> str:
    """Return the edition of HS that has most of a year's value in its codes."""
    values: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.digits in (5, 6):
            values[row.code.strip().zfill(6)] += row.value
    if all(row.digits < 6 for row in rows):
        expected = "expected one; name it with --classification"
        raise FileError(f"{where}: found codes without their classification, {expected}")
    total, year = fsum(values.values()) or 1, rows[0].year
    # Most codes are in every edition: those that are not are fewer to add.
    share = {
        edition: 1 - fsum(values[code] for code in values.keys() - classifications.hs(edition).keys()) / total
        for edition in classifications.editions()
        if classifications.HS[edition] <= year
    }
    if not share or max(share.values()) < 1 - UNKNOWN:
        expected = "expected one; see --classification"
        raise FileError(f"{where}: found codes of no edition of HS that is known, {expected}")
    best = max(share, key=lambda edition: (round(share[edition], 4), edition))
    read = f"read as {classifications.named(best)}, which has {100 * share[best]:.1f}% of the value"
    notes.append(f"{year}: the file names no edition; {read}")
    return best


def _levels(
    classification: str, rows: Sequence[Row], where: str, notes: list[str]
) -> dict[int, dict[str, list[Row]]]:
    """Return the rows of a year by digits and code, coarsest level first; codes that lost their zeros get them back."""
    sitc = classification in classifications.SITC
    levels: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    repaired = ""
    for row in rows:
        code, digits = row.code.strip(), row.digits
        digits += 0 if sitc else digits % 2
        if not code.isalnum() or len(code) > digits:
            expected = f"{digits} digits at this level" if code.isalnum() else "digits"
            found = f"found the product code {row.code!r}, expected {expected}"
            raise Misfit(f"{where}: {found}", "code", row.code.__eq__)
        if len(code) < digits:
            repaired = repaired or f"{code} read as {code.zfill(digits)}"
        levels[digits][code.zfill(digits)].append(row)
    if repaired:
        notes.append(f"codes had lost their leading zeros and were given them again ({repaired})")
    fit = {digits: levels[digits] for digits in sorted(levels) if digits <= (5 if sitc else 6)}
    if not fit:
        expected = "SITC at 1 to 5" if sitc else "HS at 2, 4 or 6"
        raise FileError(f"{where}: found codes of {min(levels)} digits, expected {expected}")
    return fit


def _codes(
    classification: str, rows: Sequence[Row], stated: float | None, where: str, notes: list[str]
) -> tuple[dict[str, float], int]:
    """Return value by code, each at the finest level that says it, and the digits of the finest level.

    Levels are joined from the coarsest on. Where the finer codes of a code do not sum to it, what is missing stays at the
    coarser one: a value that is stated by chapter alone hides, at six digits, in the codes of goods not specified. Of SITC two
    digits are enough. Raises `FileError` if levels contradict each other, or a code has two values.
    """
    levels = _levels(classification, rows, where, notes)
    _no_lost_zeros(levels, where)
    values: dict[int, dict[str, float]] = {}
    for digits, of_level in levels.items():
        for code, of_code in of_level.items():
            if sum(row.rows for row in of_code) > 1:
                raise FileError(f"{where}, code {code}: {_twice(of_code)}")
        values[digits] = {code: of_code[0].value for code, of_code in of_level.items()}
    digits, *finer = values
    known = values[digits]
    for more in finer:
        said = fsum(known.values())
        if (
            classification in classifications.SITC
            and digits > 1
            and fsum(values[more].values()) <= said * (1 + NEAR)
        ):
            notes.append(
                f"the same trade is in the file at several levels; counted at {digits} digits, not again at {more}"
            )
            continue
        at = f"{where}, {digits} and {more} digits"
        known = _joined(known, values[more], partial(classifications.unspecified, classification), stated, at)
        digits = more
    coarse = {code: value for code, value in known.items() if len(code) < digits}
    total = fsum(known.values())
    if finer and not coarse:
        others = " and ".join(str(level) for level in values if level != digits)
        notes.append(
            f"the same trade is in the file at several levels; counted at {digits} digits, not again at {others}"
        )
    elif coarse and total:
        first = sorted(coarse, key=lambda code: (-coarse[code], code))
        named = f"{', '.join(first[:4])}{', …' if len(first) > 4 else ''}"
        share = 100 * fsum(coarse.values()) / total
        notes.append(
            f"{where}: {share:.2f}% of the value is stated with fewer than {digits} digits only ({named}), counted there"
        )
    return known, digits


def _joined(
    known: Mapping[str, float],
    finer: Mapping[str, float],
    hidden: Callable[[str], bool],
    stated: float | None,
    where: str,
) -> dict[str, float]:
    """Return what two levels say together; `hidden` knows the codes of goods not specified."""
    parts: dict[str, dict[str, float]] = {code: {} for code in known}
    apart: dict[str, float] = {}  # finer codes that no coarser one holds
    for code, value in finer.items():
        held = next((code[:length] for length in range(len(code) - 1, 0, -1) if code[:length] in known), "")
        (parts[held] if held else apart)[code] = value
    here, there, beside = (fsum(level.values()) for level in (known, finer, apart))
    within = NEAR * max(here, there)
    rest = {code: value - fsum(parts[code].values()) for code, value in known.items()}
    short = fsum(value for value in rest.values() if value > 0)
    over = {code: -value for code, value in rest.items() if value < 0 and not hidden(code)}
    if fsum(over.values()) > within:
        worst = max(over, key=over.__getitem__)
        found = f"found {fsum(parts[worst].values()):,.0f} US$ in the parts of code {worst}, which has {known[worst]:,.0f}"
        raise FileError(f"{where}: {found}; expected levels that agree: ask for one of them")
    more = {code: -value for code, value in rest.items() if value < 0 and hidden(code)}
    if min(short, beside) > within and (stated is None or abs(here + beside - stated) > within):
        # The same trade may stand under other codes at the finer level, then it would count twice.
        if abs(there - here) > within and (stated is None or abs(here - stated) > within):
            found = f"found {beside:,.0f} US$ in codes that the coarser level does not have, such as {min(apart)}, and lacking {short:,.0f}"
            raise FileError(f"{where}: {found}; expected levels that agree: ask for one of them")
        apart = {}
    if fsum(more.values()) > short + within:
        found = f"found {fsum(more.values()):,.0f} US$ more of goods not specified at the finer level, and lacking {short:,.0f} elsewhere"
        raise FileError(f"{where}: {found}; expected levels that agree: ask for one of them")
    for (
        code,
        value,
    ) in more.items():  # what is not specified only at the finer level is counted where it is specified
        largest = max(parts[code], key=parts[code].__getitem__)
        parts[code][largest] -= value
    kept = {code: value for code, value in rest.items() if value > ROUNDING * known[code]}
    return {**kept, **{code: value for of_code in parts.values() for code, value in of_code.items()}, **apart}


def _no_lost_zeros(levels: Mapping[int, Mapping[str, list[Row]]], where: str) -> None:
    """Refuse codes of fewer digits that are no level of their own: the file states none, and they do not sum to the others."""
    sums = {level: fsum(row.value for rows in levels[level].values() for row in rows) for level in levels}
    for (short, one), (long, other) in itertools.pairwise(sums.items()):
        unsaid = [code for code, rows in levels[short].items() if any(not row.level for row in rows)]
        [first, *_] = levels[short].values()
        fixed = layouts.BY_NAME[first[0].layout].digits
        if unsaid and not fixed and abs(one - other) > NEAR * max(one, other):
            code = unsaid[0]
            found = f"found codes of {short} digits, such as {code!r}, beside codes of {long} that do not sum to the same"
            why = f"did codes lose their leading zeros ({code} for 0{code})?"
            raise Misfit(f"{where}: {found}; {why}", "code", code.__eq__)


def _twice(rows: Sequence[Row]) -> str:
    """Say what is wrong with a code that has several rows."""
    least, most = min(row.least for row in rows), max(row.most for row in rows)
    if least == most:
        found = f"{sum(row.rows for row in rows)} rows with the same value ({least:,.0f} US$)"
        return f"found {found}, expected one; is a file given twice?"
    why = "are there two vintages of the figures, or two customs areas?"
    return f"found several values, {least:,.0f} to {most:,.0f} US$, expected one; {why}"
