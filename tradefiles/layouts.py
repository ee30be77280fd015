"""The layouts that trade files come in, recognised by their columns, and how each becomes one set of columns.

Sources: the download pages and manuals of UN Comtrade (legacy portal and present API), of WITS (advanced query) and of
BACI (Gaulier and Zignago 2010). Names of columns are compared by their letters and digits alone.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

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


def derive(frame: Any, layout: Layout, names: Sequence[str], padded: bool = False) -> Any:
    """Return a lazy frame of `COLUMNS` without those that are the `same` in every row, and `VALUE`.

    The frame of a file holds text, but for values that are numbers in the file already. With `padded`, blanks around economies
    are taken away, which doubles the time.
    """
    import narwhals as nw

    filled, fixed = layout.filled(names), same(layout, names)
    types = frame.collect_schema()

    def role(name: str) -> Any:
        columns = [nw.col(column) for column in filled[name]]
        if name in ("value", "cif", "fob"):
            # Numbers are text until rows are chosen: most are never needed, and parsing takes the time.
            texts = [types[column] == nw.String for column in filled[name]]
            columns = [_number(one) if text else one for one, text in zip(columns, texts, strict=True)]
            columns = [column.cast(nw.Float64) for column in columns]
        elif name in ("period", "flow") or (padded and name in ("reporter", "partner")):
            columns = [column.str.strip_chars() for column in columns]
        if name not in ("value", "cif", "fob") and len(columns) > 1:
            columns = [_said(column) for column in columns]  # a cell of blanks says nothing
        return columns[0] if len(columns) == 1 else nw.coalesce(*columns)

    kept = ["code", "classification", "level"]
    derived: dict[str, Any] = {name: role(name) for name in kept if name in filled}
    derived |= {"year": _year(role("year")), "exporter": role("reporter"), "importer": role("partner")}
    if "side" not in fixed:
        side, basis = nw.lit(""), nw.lit("FOB")
        for name, known in FLOWS.items():
            side = nw.when(role("flow").is_in(known)).then(nw.lit(name)).otherwise(side)
        bought = side.is_in(BOUGHT)
        basis = nw.when(bought).then(nw.lit("CIF")).otherwise(basis)
        if {"cif", "fob"} <= set(filled):
            # Some economies value imports on departure: then the primary value is the FOB one.
            other_cif = role("cif").is_null() | (role("cif") != role("value"))
            on_departure = (role("fob") == role("value")) & other_cif & (role("value") > 0)
            basis = nw.when(on_departure).then(nw.lit("FOB")).otherwise(basis)
        derived |= {"side": side, "basis": basis}
        derived["exporter"] = nw.when(bought).then(role("partner")).otherwise(role("reporter"))
        derived["importer"] = nw.when(bought).then(role("reporter")).otherwise(role("partner"))
    if "part" not in fixed:
        derived["part"] = nw.lit(False)
        for name in sorted(filled.keys() & BREAKDOWNS):
            derived["part"] = derived["part"] | ~(role(name).is_in([*WHOLE, *MISSING]) | role(name).is_null())
    if "kind" not in fixed:
        kind = role("frequency") if "frequency" in filled else nw.lit("A")
        if "period" in filled:
            month = (role("period").str.len_chars() > 4) & ~role("period").str.ends_with(".0")
            kind = nw.when(month).then(nw.lit("M")).otherwise(kind)
        if "month" in filled:
            known = role("month").is_in([*NO_MONTH, *MISSING]) | role("month").is_null()
            kind = nw.when(known).then(kind).otherwise(nw.lit("M"))
        if "type" in filled:
            kind = nw.when(role("type").is_in(["S"])).then(nw.lit("S")).otherwise(kind)
        derived["kind"] = kind
    value = role("value") * layout.unit if layout.unit != 1 else role("value")
    return frame.select(**{name: derived[name] for name in COLUMNS if name in derived}, **{VALUE: value})


def _said(column: Any) -> Any:
    """Return a column of text with nulls where programs write that there is nothing."""
    import narwhals as nw

    return nw.when(~column.is_in(MISSING)).then(column)


def _number(column: Any) -> Any:
    """Return what a column of text says as numbers; 1_000, which DuckDB alone reads as one, makes it fail as other engines do."""
    import narwhals as nw

    said = _said(column)
    none = nw.concat_str(said, nw.lit(" is no number"))
    return nw.when(said.str.contains("_", literal=True)).then(none).otherwise(said)


def _year(column: Any) -> Any:
    """Return the years in a column of text; anything but four digits, perhaps with ``.0``, makes an engine fail."""
    import narwhals as nw

    text = column.str.strip_chars()
    decimal = (text.str.len_chars() == 6) & text.str.ends_with(".0")
    four = nw.when(decimal).then(text.str.slice(0, 4)).otherwise(text)
    # DuckDB reads 0x1F as a number.
    year = nw.when(four.str.contains("^[0-9]{4}$")).then(four).otherwise(nw.lit("no year"))
    # Nearly all are four digits without a blank at either end: to strip them, too, takes longer than to read the file.
    plain = (column.str.len_chars() == 4) & (column >= "1") & (column.str.slice(3, 1) >= "0")
    return nw.when(plain).then(column).otherwise(year).cast(nw.Int32)
