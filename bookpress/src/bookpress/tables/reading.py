"""The one way to read the tables in data/: by name, checked against checksum and schema."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress.edition import book, inputs
from bookpress.tables.schema import Schema, faults

if TYPE_CHECKING:
    import pandas as pd  # whoever only describes tables starts without it

PACKAGE = "datapackage.json"
Resource = dict[str, Any]


class DataError(book.BookError):
    """A table, its description or a name is not what was recorded; the message says where."""


class Description(Mapping[str, Resource]):
    """What is recorded of every table, by name. In the book's own, what is looked up or listed is noted as an input."""

    def __init__(self, resources: list[Resource], book: Path | None) -> None:
        self.resources = {resource["name"]: resource for resource in resources}
        self._book = book

    def _note(self, entry: str = "") -> dict[str, Resource]:
        if self._book:
            inputs.note(self._book, f"data/{PACKAGE}{entry}")
        return self.resources

    def __getitem__(self, name: str) -> Resource:
        return self._note(f"#{name}")[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._note())

    def __len__(self) -> int:
        return len(self.resources)


def describe(folder: Path | None = None) -> Description:
    """Return the recorded description of every table, by name: ``datapackage.json`` of a folder, by default ``data/``.

    A book without such a folder has no tables.
    """
    return _describe(folder) if folder else _describe(book.root() / "data", noted=True)


@lru_cache
def _describe(folder: Path, noted: bool = False) -> Description:
    if not folder.exists():
        return Description([], None)
    try:
        with inputs.quiet():  # what is looked up in it is noted, entry by entry
            package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        return Description(package["resources"], folder.parent if noted else None)
    except FileNotFoundError:
        raise DataError(f"data/{PACKAGE}: not found, expected the description of the tables") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"data/{PACKAGE}: found {error!r}, expected a JSON data package") from None


def read(name: str) -> "pd.DataFrame":
    """Read a table of ``data/datapackage.json`` by name, for example ``"wdi"``.

    Returns
    -------
    DataFrame
        One row an observation, columns and units as in ``data/README.md``. Codes are text, dates
        ``datetime64``, integers with gaps ``Int64``, booleans with gaps ``boolean``.

    Raises
    ------
    DataError
        If the name is unknown or the file is missing, truncated, re-encoded, mistyped or changed.
    """
    return _parse(*_checked(name))


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as text (``''`` if missing), checked as by `read`, for code that starts without pandas."""
    content, _ = _checked(name)
    yield from csv.DictReader(io.StringIO(content.decode(), newline=""))


def opened() -> list[str]:
    """Return the names of the tables whose files this process has read."""
    return [name for name, one in describe().resources.items() if f"data/{one['path']}" in inputs.seen]


def _checked(name: str) -> tuple[bytes, Schema]:
    """Return the bytes of a table, which are those that were recorded, and its schema."""
    tables = describe()
    if name not in tables:
        raise DataError(f"no table {name!r}; expected one of: {', '.join(sorted(tables))}")
    resource = tables[name]
    path = f"data/{resource['path']}"
    try:
        content = (book.root() / path).read_bytes()
    except OSError:
        raise DataError(f"{path}: not found, expected table {name!r}") from None
    found, expected = book.sha256(content), resource["hash"].removeprefix("sha256:")
    if found != expected:
        for fault in faults(content, resource["schema"]):
            raise DataError(f"{path}, {fault}")
        moved = f"found sha256 {found[:12]}… ({len(content):,} bytes), expected {expected[:12]}… ({resource['bytes']:,} bytes)"
        raise DataError(
            f"{path}: every cell fits the schema, but the content is not what was recorded: {moved}. "
            "If the change is meant, record it with `make data`"
        )
    inputs.seen[path] = found
    return content, resource["schema"]


def _parse(content: bytes, schema: Schema) -> "pd.DataFrame":
    import pandas as pd

    numbers = [field["name"] for field in schema["fields"] if field["type"] in ("integer", "number")]
    texts = dict.fromkeys((field["name"] for field in schema["fields"] if field["name"] not in numbers), str)
    missing = {name: [""] for name in numbers}  # nothing but an empty cell, and of numbers alone
    frame = pd.read_csv(io.BytesIO(content), dtype=texts, keep_default_na=False, na_values=missing)
    for field in schema["fields"]:
        column = frame[field["name"]]
        if field["type"] == "integer" and column.hasnans:
            column = column.astype("Int64")
        elif field["type"] == "boolean":
            known = column.eq("true")
            column = known.astype("boolean").mask(column.eq("")) if column.eq("").any() else known
        elif field["type"] == "date":
            column = pd.to_datetime(column.replace("", None), format="%Y-%m-%d")
        frame[field["name"]] = column
    return frame
