"""The one door to the tables in data/: opened by name, checked against checksum and schema."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress.edition import book, inputs

if TYPE_CHECKING:
    import pandas as pd  # the builder of pages describes tables and reads none

PACKAGE = "datapackage.json"
opened: set[str] = set()  # names of the tables that this process has read

Resource = dict[str, Any]
Schema = dict[str, Any]
Field = dict[str, Any]


class DataError(book.BookError):
    """A table, its description or a name asked for is not what was recorded; the message says where."""


class Description(Mapping[str, Resource]):
    """What is recorded of every table, by name. An entry that is looked up counts as read, a listing as all."""

    def __init__(self, resources: list[Resource], path: str) -> None:
        self._resources = {resource["name"]: resource for resource in resources}
        self._whole, self._path = {"resources": resources}, path

    def __getitem__(self, name: str) -> Resource:
        if self._path:
            inputs.seen[f"{self._path}#{name}"] = inputs.digest(inputs.entries(self._whole, name))
        return self._resources[name]

    def __iter__(self) -> Iterator[str]:
        if self._path:
            inputs.seen[self._path] = inputs.state(book.root(), self._path)
        return iter(self._resources)

    def __len__(self) -> int:
        return len(self._resources)


def describe(folder: Path | None = None) -> Description:
    """Return the recorded description of every table, by table name.

    Parameters
    ----------
    folder : Path, optional
        Folder that holds ``datapackage.json`` (Frictionless Data Package); the book's ``data/`` if not given.

    Raises
    ------
    DataError
        If the description is missing or is not JSON.
    """
    return _describe(folder or book.root() / "data", of_the_book=folder is None)


@lru_cache
def _describe(folder: Path, of_the_book: bool) -> Description:
    path = folder / PACKAGE
    try:
        with inputs.quiet():  # what is looked up in it is noted, entry by entry
            package = json.loads(path.read_text(encoding="utf-8"))
        return Description(package["resources"], f"data/{PACKAGE}" if of_the_book else "")
    except FileNotFoundError:
        raise DataError(f"{_shown(path)}: not found, expected the description of the tables") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{_shown(path)}: found {error!r}, expected a JSON data package") from None


def read(name: str, folder: Path | None = None) -> "pd.DataFrame":
    """Read a table by name.

    A table whose bytes have the recorded sha256 was validated when it was recorded, so it is only
    parsed. Any other table is read cell by cell to say what is wrong with it.

    Parameters
    ----------
    name : str
        Name of a table in ``data/datapackage.json``, for example ``"wdi"``.
    folder : Path, optional
        As for `describe`.

    Returns
    -------
    DataFrame
        One row an observation, columns and units as in ``data/README.md``. Codes are text, dates
        ``datetime64``, integers with gaps ``Int64``, booleans with gaps ``boolean``.

    Raises
    ------
    DataError
        If the name is unknown or the file is missing, truncated, re-encoded, mis-typed or changed.
    """
    content, schema = _checked(name, folder)
    return _parse(content, schema)


def rows(name: str, folder: Path | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as text, checked as by `read`, for code that does without pandas.

    Parameters
    ----------
    name, folder
        As for `read`.

    Yields
    ------
    dict of str to str
        The cells of a row as they are written, by column; '' for a missing value.

    Raises
    ------
    DataError
        As `read` does, before the first row.
    """
    content, _ = _checked(name, folder)
    yield from csv.DictReader(io.StringIO(content.decode(), newline=""))


def _checked(name: str, folder: Path | None) -> tuple[bytes, Schema]:
    """Return the bytes of a table, which are those that were recorded, and its schema."""
    tables = describe(folder)
    if name not in tables:
        raise DataError(f"no table {name!r}; expected one of: {', '.join(sorted(tables))}")
    resource = tables[name]
    path = (folder or book.root() / "data") / resource["path"]
    try:
        content = path.read_bytes()
    except OSError:
        raise DataError(f"{_shown(path)}: not found, expected table {name!r}") from None
    found, expected = book.sha256(content), resource["hash"].removeprefix("sha256:")
    if found != expected:
        for fault in faults(content, resource["schema"]):
            raise DataError(f"{_shown(path)}, {fault}")
        raise DataError(
            f"{_shown(path)}: every cell fits the schema, but the content is not what was recorded: "
            f"found sha256 {found[:12]}… ({len(content):,} bytes), expected {expected[:12]}… "
            f"({resource['bytes']:,} bytes). If the change is meant, record it with `make data`"
        )
    opened.add(name)
    return content, resource["schema"]


def faults(content: bytes, schema: Schema) -> Iterator[str]:
    """Yield what is wrong with the bytes of a table: row (line of the file), column, found, expected."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        yield f"row {row}: found byte 0x{content[error.start]:02x}, expected UTF-8 text"
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    names = [field["name"] for field in schema["fields"]]
    header = next(rows, [])
    if header != names:
        yield f"row 1: found columns {', '.join(header) or 'none'}; expected {', '.join(names)}"
        return
    unique = [(field["name"],) for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    keys = dict.fromkeys([tuple(schema["primaryKey"]), *unique])
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}  # the row in which each key came first
    try:
        for cells in rows:
            where = f"row {rows.line_num}"
            if len(cells) != len(names):
                yield f"{where}: found {len(cells)} cells, expected {len(names)}"
                continue
            for field, cell in zip(schema["fields"], cells, strict=True):
                if expected := _misfit(cell, field):
                    yield f"{where}, column {field['name']}: found {cell!r}, expected {expected}"
            for columns in keys:
                key = tuple(cells[names.index(column)] for column in columns)
                if (columns, key) in first:
                    again = f"again after row {first[columns, key]}, expected a unique key"
                    yield f"{where}, column {'+'.join(columns)}: found {'+'.join(key)!r} {again}"
                first[columns, key] = rows.line_num
    except csv.Error as error:
        yield f"row {rows.line_num}: found {error}, expected cells (is a quotation mark missing?)"
    if not text.endswith("\n"):
        yield f"row {rows.line_num}: found no line end, expected the whole row (is the file truncated?)"


def _number(cell: str, convert: Callable[[str], float]) -> float:
    """Read a plain number: no spaces, no underscores, no 'nan' or 'inf', all of which Python accepts."""
    if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell):
        raise ValueError(cell)
    return convert(cell)


_READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": lambda cell: _number(cell, int),
    "number": lambda cell: _number(cell, float),
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def _misfit(cell: str, field: Field) -> str:
    """Return what a cell should have been, or '' if it fits its field."""
    rule = field.get("constraints", {})
    if not cell:
        return f"a {field['type']}" if rule.get("required") else ""
    try:
        value = _READ[field["type"]](cell)
    except (ValueError, KeyError):
        return f"a {field['type']}"
    if "enum" in rule and cell not in rule["enum"]:
        return f"one of {', '.join(rule['enum'])}"
    if "pattern" in rule and not re.fullmatch(rule["pattern"], cell):
        return f"text like {rule['pattern']}"
    if "minimum" in rule and value < rule["minimum"]:
        return f"at least {rule['minimum']}"
    if "maximum" in rule and value > rule["maximum"]:
        return f"at most {rule['maximum']}"
    return ""


def _parse(content: bytes, schema: Schema) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    for field in schema["fields"]:
        column = frame[field["name"]]
        if field["type"] in ("integer", "number"):
            column = pd.to_numeric(column)  # an empty cell becomes NaN
            if field["type"] == "integer" and column.hasnans:
                column = column.astype("Int64")
        elif field["type"] == "boolean":
            known = column.eq("true")
            column = known.astype("boolean").mask(column.eq("")) if column.eq("").any() else known
        elif field["type"] == "date":
            column = pd.to_datetime(column.replace("", None), format="%Y-%m-%d")
        frame[field["name"]] = column
    return frame


def _shown(path: Path) -> str:
    """Return a path as the reader knows it: from data/ down."""
    return "/".join(path.parts[path.parts.index("data") :]) if "data" in path.parts else path.name
