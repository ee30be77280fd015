"""The layouts that trade files come in, recognised by their columns, and how each becomes one set of columns.

Sources: the download pages and manuals of UN Comtrade (legacy portal and present API), of WITS (advanced query) and of
BACI (Gaulier and Zignago 2010). Names of columns are compared by their letters and digits alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tradefiles import FileError

IMPORTER, EXPORTER, RECONCILED = "importer", "exporter", "reconciled"
SIDES = {
    IMPORTER: "as the importer reports its imports",
    EXPORTER: "as the exporter reports its exports, re-exports included",
    RECONCILED: "as BACI reconciles both reports",
}

# How files name a flow, and the side that it puts the figures on.
FLOWS = {
    IMPORTER: ["Import", "Imports", "Gross Imp.", "import", "M", "1", "5"],
    EXPORTER: ["Export", "Exports", "Gross Exp.", "export", "X", "2", "6"],
    "re-export": ["Re-Export", "Re-export", "Re-exports", "RX", "3"],
    "re-import": ["Re-Import", "Re-import", "Re-imports", "RM", "4"],
}
# What stands for a whole flow in the columns that break one down.
WHOLE = ["0", "0 ", "W00", "WLD", "C00", "TOTAL", "ALL"]

# The columns that every layout becomes, beside the value.
COLUMNS = ["layout", "year", "side", "basis", "exporter", "importer", "classification"]
COLUMNS += ["level", "code", "part", "kind"]
VALUE = "value_usd"


class Unrecognised(FileError):
    """A file that is whole but of no known layout."""


def key(name: str) -> str:
    """Return a column's name by its letters and digits: ``Trade Value (US$)`` is ``tradevalueus``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


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
_EXTRA = BREAKDOWNS | {"frequency", "type", "cif", "fob", "level", "classification"}

LAYOUTS = [
    Layout(
        "UN Comtrade, legacy portal",
        {
            "year": ["year"],
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

    The last column may have no name, where every row ends with a delimiter; `where` is the place of the header, for
    messages. Raises `Unrecognised` with the columns that the nearest layout has and the file has not.
    """
    keys = [key(name) for name in names]
    layout = next((layout for layout in LAYOUTS if not layout.missing(names)), None)
    if layout is None:
        if any(known <= set(keys) for known in COMPANIONS) and len(set(keys)) <= 6:
            return None
        raise Unrecognised(f"{where}: {_unknown(names)}")
    for number, column in enumerate(names, 1):
        if not column.strip() and number < len(names):
            raise FileError(f"{where}, column {number}: found no name, expected one in every column")
        if keys.index(key(column)) < number - 1:
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
    if "frequency" not in filled:
        found["kind"] = "A"
    return found


def derive(frame: Any, layout: Layout, names: Sequence[str]) -> Any:
    """Return a lazy frame of `COLUMNS` without those that are the `same` in every row, and `VALUE`.

    The frame of a file holds text, but for the year (integer) and values (text or numbers).
    """
    import narwhals as nw

    filled, fixed = layout.filled(names), same(layout, names)

    def role(name: str) -> Any:
        columns = [nw.col(column) for column in filled[name]]
        if name in ("value", "cif", "fob"):
            # Numbers are text until rows are chosen: most are never needed, and parsing takes the time.
            columns = [column.cast(nw.Float64) for column in columns]
        return columns[0] if len(columns) == 1 else nw.coalesce(*columns)

    kept = ["year", "code", "classification", "level"]
    derived: dict[str, Any] = {name: role(name) for name in kept if name in filled}
    derived |= {"exporter": role("reporter"), "importer": role("partner")}
    if "side" not in fixed:
        side, basis = nw.lit(""), nw.lit("FOB")
        for name, known in FLOWS.items():
            side = nw.when(role("flow").is_in(known)).then(nw.lit(name)).otherwise(side)
        bought = side.is_in([IMPORTER, "re-import"])
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
            derived["part"] = derived["part"] | (~role(name).is_in(WHOLE) & ~role(name).is_null())
    if "kind" not in fixed:
        goods = ~role("type").is_in(["S"]) if "type" in filled else nw.lit(True)
        derived["kind"] = nw.when(goods).then(role("frequency")).otherwise(nw.lit("S"))
    value = role("value") * layout.unit if layout.unit != 1 else role("value")
    return frame.select(**{name: derived[name] for name in COLUMNS if name in derived}, **{VALUE: value})
