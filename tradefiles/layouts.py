"""The layouts that trade files come in, recognised by their columns, and how each becomes one set of columns.

Sources: the download pages and manuals of UN Comtrade (legacy portal and present API), of WITS (advanced query) and of
BACI (Gaulier and Zignago 2010). Names of columns are compared by their letters and digits alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import whitespace

from tradefiles import FileError

IMPORTER, EXPORTER, RECONCILED = "importer", "exporter", "reconciled"
SIDES = {
    IMPORTER: "as the importer reports its imports",
    EXPORTER: "as the exporter reports its exports, re-exports included",
    RECONCILED: "as BACI reconciles both reports",
}


def _forms(word: str) -> list[str]:
    """Return the ways in which files write the name of a flow."""
    every = [word, f"{word}s"] if word.isalpha() and len(word) > 3 else [word]
    every += [f"{word}.0"] if word.isdecimal() else []
    return [form for one in every for form in (one, one.lower(), one.upper(), one.title(), one.capitalize())]


# How files name a flow, and the side that it puts the figures on; the last two of each are UN Comtrade's words and code.
_FLOWS = {
    IMPORTER: ["1", "5", "Gross Imp.", "Import", "M"],
    EXPORTER: ["2", "6", "Gross Exp.", "Export", "X"],
    "re-export": ["3", "Re-Export", "RX"],
    "re-import": ["4", "Re-Import", "RM"],
    "domestic export": ["Domestic Export", "DX"],
    "foreign import": ["Foreign Import", "FM"],
    "import for inward processing": ["Import of goods for inward processing", "MIP"],
    "import after outward processing": ["Import of goods after outward processing", "MOP"],
    "export after inward processing": ["Export of goods after inward processing", "XIP"],
    "export for outward processing": ["Export of goods for outward processing", "XOP"],
}
FLOWS = {side: sorted({form for word in words for form in _forms(word)}) for side, words in _FLOWS.items()}
BOUGHT = [side for side in FLOWS if side == IMPORTER or "import" in side]
# What stands for a whole flow in the columns that break one down.
WHOLE = ["0", "0 ", "00", "000", "0.0", "W00", "WLD", "C00", "TOTAL", "ALL"]
# What programs write for a cell without content.
MISSING = ["", "NA", "N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", ".", "..", "#N/A"]
NO_MONTH = ["52", "0", "00", "52.0", "0.0"]  # what UN Comtrade gives as the month of a year

# A year as a cell has it, for Python, DuckDB and browsers.
YEAR = r"[ \t\n\v\f\r]*([0-9]{4})(\.0)?[ \t\n\v\f\r]*"

# The columns that every layout becomes, beside the value.
COLUMNS = ["layout", "year", "side", "basis", "exporter", "importer", "classification"]
COLUMNS += ["level", "code", "part", "kind"]
VALUE = "value_usd"


class Unrecognised(FileError):
    """A file that is whole but of no known layout."""


@lru_cache(1 << 14)  # the files of a folder have the same columns
def key(name: str) -> str:
    """Return a column's name by its letters and digits, of any script: ``Trade Value (US$)`` is ``tradevalueus``."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


@dataclass(frozen=True)
class Layout:
    """A layout: which columns may hold what, best first, and what its values are."""

    name: str
    columns: Mapping[str, Sequence[str]]
    """Role to the keys of the columns that may fill it; a later one is read where an earlier one is blank."""
    optional: frozenset[str] = frozenset()
    """Roles that may be missing."""
    unit: float = 1
    """US dollars in one unit of value."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What is the same in every row because the layout says so."""
    digits: int = 0
    """Digits of every code, where the layout has one length only."""

    def missing(self, names: Sequence[str]) -> list[str]:
        """Return the roles that no column fills."""
        return [role for role in self.columns if role not in {*self.optional, *self.filled(names)}]

    def filled(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return the columns, as the file writes them, that fill each role."""
        by_key = {key(name): name for name in names}
        found = {role: [by_key[k] for k in known if k in by_key] for role, known in self.columns.items()}
        return {role: columns for role, columns in found.items() if columns}


BREAKDOWNS = frozenset({"partner2", "customs", "transport"})
"""Roles that break a flow down."""
TIMES = frozenset({"frequency", "period", "month"})
"""Roles that tell a year from a month."""
_EXTRA = BREAKDOWNS | TIMES | {"type", "cif", "fob", "level", "classification"}

LAYOUTS = [
    Layout(
        "UN Comtrade, legacy portal",
        {
            "year": ["year"],
            "period": ["period"],
            "flow": ["tradeflow", "tradeflowcode"],
            "reporter": ["reporteriso", "reportercode", "reporter"],
            "partner": ["partneriso", "partnercode", "partner"],
            "classification": ["classification"],
            "level": ["aggregatelevel"],
            "code": ["commoditycode"],
            "value": ["tradevalueus"],
            "partner2": ["2ndpartnercode", "2ndpartneriso"],
            "customs": ["customsproccode"],
            "transport": ["modeoftransportcode"],
        },
        _EXTRA,
    ),
    Layout(
        "UN Comtrade, present API and bulk files",
        {
            "year": ["refyear", "period"],
            "flow": ["flowcode", "flowdesc"],
            "reporter": ["reporteriso", "reportercode", "reporterdesc"],
            "partner": ["partneriso", "partnercode", "partnerdesc"],
            "classification": ["classificationcode"],
            "level": ["aggrlevel"],
            "code": ["cmdcode"],
            "value": ["primaryvalue"],
            "partner2": ["partner2code"],
            "customs": ["customscode"],
            "transport": ["motcode"],
            "frequency": ["freqcode"],
            "period": ["period"],
            "month": ["refmonth"],
            "type": ["typecode"],
            "cif": ["cifvalue"],
            "fob": ["fobvalue"],
        },
        _EXTRA,
    ),
    Layout(
        "WITS, advanced query",
        {
            "year": ["year"],
            "flow": ["tradeflowname", "tradeflowcode"],
            "reporter": ["reporteriso3", "reportername"],
            "partner": ["partneriso3", "partnername"],
            "classification": ["nomenclature"],
            "code": ["productcode"],
            "value": ["tradevaluein1000usd"],
        },
        _EXTRA,
        unit=1000,
    ),
    Layout(
        "BACI",
        {"year": ["t"], "reporter": ["i"], "partner": ["j"], "code": ["k"], "value": ["v"]},
        unit=1000,
        fixed={"side": RECONCILED, "basis": "FOB", "classification": "HS"},
        digits=6,
    ),
]
BY_NAME = {layout.name: layout for layout in LAYOUTS}
# A copy has its own columns, and names the layout of what it was made from.
COPY = Layout("copy made by `import`", {})

# Tables that come with trade files and hold no trade: codes of countries and of products.
COMPANIONS = [{"countrycode", "countryiso3"}, {"countrycode", "iso3digitalpha"}, {"code", "description"}]


def recognise(names: Sequence[str], where: str) -> Layout | None:
    """Return the layout that a header is of; None for a table of codes that comes with trade files.

    Columns that no role needs may have any name, or none; `where` is the place of the header, for messages. Raises
    `Unrecognised` with the columns that the nearest layout has and the file has not.
    """
    keys = [key(name) for name in names]
    layout = next((layout for layout in LAYOUTS if not layout.missing(names)), None)
    if layout is None:
        if any(known <= set(keys) for known in COMPANIONS) and len(set(keys)) <= 6:
            return None
        raise Unrecognised(f"{where}: {_unknown(names)}")
    needed = {key(name) for columns in layout.filled(names).values() for name in columns}
    for column, of_column in zip(names, keys, strict=True):
        if of_column in needed and keys.count(of_column) > 1:
            raise FileError(f"{where}: found column {column!r} twice, expected every column once")
    return layout


def _unknown(names: Sequence[str]) -> str:
    share = {layout.name: len(layout.filled(names)) / len(layout.columns) for layout in LAYOUTS}
    nearest = BY_NAME[max(share, key=lambda name: share[name])]
    if share[nearest.name] < 0.5:
        known = "; ".join(layout.name for layout in LAYOUTS)
        return f"found columns {', '.join(names[:8]) or 'none'}, expected those of one of: {known}"
    lacking = ", ".join(f"{role} ({' or '.join(nearest.columns[role])})" for role in nearest.missing(names))
    return f"looks like {nearest.name}, but found no column of {lacking}; are columns missing or renamed?"


def same(layout: Layout, names: Sequence[str]) -> dict[str, str | bool]:
    """Return those of `COLUMNS` that are the same in every row of a file with these columns, and what they are.

    Examples
    --------
    >>> same(BY_NAME["BACI"], "tijkvq")["side"]
    'reconciled'
    """
    filled = layout.filled(names)
    blank = {name: "" for name in ("classification", "level") if name not in filled}
    found: dict[str, str | bool] = {"layout": layout.name, **blank, **layout.fixed}
    if not filled.keys() & BREAKDOWNS:
        found["part"] = False
    if not filled.keys() & TIMES:
        found["kind"] = "A"
    return found


def derive(layout: Layout, types: Mapping[str, str], trim: bool = True) -> dict[str, str]:
    """Return `COLUMNS` without those that are the `same` in every row, and `VALUE`, as expressions of SQL.

    `types` are the columns of a file and what DuckDB calls their types. Years stay as they are written; see `year`. Without
    `trim`, economies keep the blanks around them, which takes less time.
    """
    filled, fixed = layout.filled([*types]), same(layout, [*types])

    def role(name: str, trim: bool = False) -> str:
        cells = [column(one) for one in filled[name]]
        plain = [types[one] == "VARCHAR" for one in filled[name]]
        if name in ("value", "cif", "fob"):
            # Numbers are text until rows are chosen: most are never needed, and parsing takes the time.
            [cell], [is_text] = cells, plain
            return f"CAST({_number(cell) if is_text else cell} AS DOUBLE)"
        cells = [
            cell if is_text else f"CAST({cell} AS VARCHAR)"
            for cell, is_text in zip(cells, plain, strict=True)
        ]
        cells = [_trimmed(cell) for cell in cells] if trim else cells
        if len(cells) == 1:
            return cells[0]
        return f"coalesce({', '.join(f'CASE WHEN NOT {among(cell, MISSING)} THEN {cell} END' for cell in cells)})"

    def either(condition: str, one: str, other: str) -> str:
        return f"CASE WHEN {condition} THEN {one} ELSE {other} END"

    kept = ["code", "classification", "level"]
    derived: dict[str, str] = {name: role(name) for name in kept if name in filled}
    derived |= {"year": f"coalesce({role('year')}, '')"}
    derived |= {"exporter": role("reporter", trim), "importer": role("partner", trim)}
    if "side" not in fixed:
        flow = role("flow", trim=True)
        known = [f"WHEN {among(flow, forms)} THEN {text(side)}" for side, forms in FLOWS.items()]
        bought = among(flow, [form for side in BOUGHT for form in FLOWS[side]])
        basis = either(bought, "'CIF'", "'FOB'")
        if {"cif", "fob"} <= set(filled):
            # Some economies value imports on departure: then the primary value is the FOB one.
            value, cif, fob = map(role, ("value", "cif", "fob"))
            basis = either(
                f"{fob} = {value} AND {cif} IS DISTINCT FROM {value} AND {value} > 0", "'FOB'", basis
            )
        derived |= {"side": f"CASE {' '.join(known)} ELSE '' END", "basis": basis}
        derived["exporter"] = either(bought, role("partner", trim), role("reporter", trim))
        derived["importer"] = either(bought, role("reporter", trim), role("partner", trim))
    if "part" not in fixed:
        nothing = [*WHOLE, *MISSING]
        parts = [f"NOT {among(role(name), nothing)}" for name in sorted(filled.keys() & BREAKDOWNS)]
        derived["part"] = f"coalesce({' OR '.join(parts)}, false)"
    if "kind" not in fixed:
        kind = role("frequency") if "frequency" in filled else "'A'"
        if "period" in filled:
            period = role("period", trim=True)
            kind = either(f"length({period}) > 4 AND NOT suffix({period}, '.0')", "'M'", kind)
        if "month" in filled:
            kind = either(f"NOT {among(role('month'), [*NO_MONTH, *MISSING])}", "'M'", kind)
        if "type" in filled:
            kind = either(f"{role('type')} = 'S'", "'S'", kind)
        derived["kind"] = kind
    derived[VALUE] = role("value") + (f" * {layout.unit}" if layout.unit != 1 else "")
    return derived


@lru_cache
def year(written: str | None) -> int | None:
    """Return the year that a cell of text says: four digits, perhaps with ``.0`` or blanks around; None if it says none.

    Examples
    --------
    >>> [year(cell) for cell in ("2017", " 2017.0", "2_17", "2e03", "２０１７")]
    [2017, 2017, None, None, None]
    """
    found = re.fullmatch(YEAR, written or "")
    return int(found[1]) if found else None


def column(name: str) -> str:
    """Return the name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | bool) -> str:
    """Return a text, or true or false, in SQL."""
    return str(value).lower() if isinstance(value, bool) else "'" + value.replace("'", "''") + "'"


def among(expression: str, values: Iterable[str]) -> str:
    """Return in SQL whether an expression is one of some texts."""
    return f"{expression} IN ({', '.join(map(text, values))})"


def _number(cell: str) -> str:
    """Return what a cell of text says as a number, in SQL; 1_000, which DuckDB alone takes for one, makes it fail."""
    wrong = f"WHEN contains({cell}, '_') THEN {cell} || ' is no number'"
    given = f"strlen({cell}) > {max(map(len, MISSING))} OR NOT {among(cell, MISSING)}"  # the length takes less time
    return f"CASE {wrong} WHEN {given} THEN {cell} END"


def _trimmed(cell: str) -> str:
    """Return a text without blanks around it, in SQL; to look whether there are any takes a sixth of the time of `trim`."""
    none = f"ascii({cell}) > 32 AND ascii({cell}[-1]) > 32"
    return f"CASE WHEN {none} THEN {cell} ELSE trim({cell}, {text(whitespace)}) END"
