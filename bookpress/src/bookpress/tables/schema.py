"""What the columns of a table may hold, and what in a file is different."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

Field = dict[str, Any]
Schema = dict[str, Any]

NUMBER = r"-?\d+(\.\d+)?(e[+-]?\d+)?"  # neither spaces nor underscores nor 'nan', which Python accepts
# By type: what a message calls a value, how it is written, how Python reads it.
TYPES: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "string": ("text", ".*", str),
    "integer": ("a whole number", NUMBER, int),
    "number": ("a number", NUMBER, float),
    "date": ("a date such as 2018-12-31", r"\d{4}-\d\d-\d\d", date.fromisoformat),
    "boolean": ("true or false", "true|false", str),
}


def column(name: str, type_: str, description: str, **constraints: Any) -> Field:
    """Return the description of a column: its heading, a type, its meaning with unit.

    A type is ``"string"``, ``"integer"``, ``"number"``, ``"boolean"`` or ``"date"``, the constraints are ``required``,
    ``unique``, ``minimum``, ``maximum``, ``enum`` and ``pattern`` as in a Table Schema.
    """
    entry: Field = {"name": name, "type": type_, "description": description}
    entry |= {"format": "default"} if type_ == "date" else {}
    return entry | ({"constraints": constraints} if constraints else {})


def faults(content: bytes, schema: Schema) -> Iterator[str]:
    """Yield what is wrong with the bytes of a table by its Table Schema: row (line of the file), column, found, expected."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        yield f"row {row}: found byte 0x{content[error.start]:02x}, expected UTF-8 text"
        return
    lines = csv.reader(io.StringIO(text, newline=""))
    fields = {field["name"]: field for field in schema["fields"]}
    header = next(lines, [])
    if header != list(fields):
        yield f"row 1: found columns {', '.join(header) or 'none'}; expected {', '.join(fields)}"
        return
    unique = [(name,) for name, field in fields.items() if field.get("constraints", {}).get("unique")]
    keys = dict.fromkeys([tuple(schema["primaryKey"]), *unique])
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}  # the row in which each key came first
    try:
        for cells in lines:
            where = f"row {lines.line_num}"
            if len(cells) != len(fields):
                yield f"{where}: found {len(cells)} cells, expected {len(fields)}"
                continue
            found = dict(zip(fields, cells, strict=True))
            for name, cell in found.items():
                if expected := _misfit(cell, fields[name]):
                    yield f"{where}, column {name}: found {cell!r}, expected {expected}"
            for columns in keys:
                key = tuple(found[name] for name in columns)
                if (columns, key) in first:
                    again = f"again after row {first[columns, key]}, expected a unique key"
                    yield f"{where}, column {'+'.join(columns)}: found {'+'.join(key)!r} {again}"
                first[columns, key] = lines.line_num
    except csv.Error as error:
        yield f"row {lines.line_num}: found {error}, expected cells (is a quotation mark missing?)"
    if not text.endswith("\n"):
        yield f"row {lines.line_num}: found no line end, expected the whole row (is the file truncated?)"


def _misfit(cell: str, field: Field) -> str:
    """Return what a cell should have been, or '' if it fits its field."""
    rule = field.get("constraints", {})
    called, written, convert = TYPES[field["type"]]
    if not cell:
        return called if rule.get("required") else ""
    try:
        value = convert(cell) if re.fullmatch(written, cell, re.DOTALL) else None
    except ValueError:
        value = None
    if value is None:
        return called
    if "enum" in rule and cell not in rule["enum"]:
        return f"one of {', '.join(rule['enum'])}"
    if "pattern" in rule and not re.fullmatch(rule["pattern"], cell):
        return f"text like {rule['pattern']}"
    if "minimum" in rule and value < rule["minimum"]:
        return f"at least {rule['minimum']}"
    if "maximum" in rule and value > rule["maximum"]:
        return f"at most {rule['maximum']}"
    return ""
