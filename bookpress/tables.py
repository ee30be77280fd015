"""The one door to the tables in data/: opened by name, checked against checksum and schema."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "data"
opened: set[str] = set()  # names of the tables that this process has opened


class DataError(ValueError):
    """A table, its description or a name asked for is not what was recorded; the message says where."""


@lru_cache
def describe(folder: Path = FOLDER) -> dict[str, dict]:
    """Return the recorded description of every table, by table name.

    Parameters
    ----------
    folder : Path
        Folder that holds ``datapackage.json`` (Frictionless Data Package).

    Raises
    ------
    DataError
        If the description is missing or is not JSON.
    """
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        return {resource["name"]: resource for resource in package["resources"]}
    except FileNotFoundError:
        raise DataError(
            f"{_shown(path)}: not found, expected the description of the tables"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{_shown(path)}: found {error!r}, expected a JSON data package"
        ) from None


def table(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Open a table by name.

    A table whose bytes have the recorded sha256 was validated when it was recorded, so it is only
    parsed. Any other table is read cell by cell to say what is wrong with it.

    Parameters
    ----------
    name : str
        Name of a table in ``data/datapackage.json``, for example ``"china-by-division"``.

    Returns
    -------
    DataFrame
        One row an observation, columns and units as in ``data/README.md``. Codes are text, dates
        ``datetime64``, integers with gaps ``Int64``.

    Raises
    ------
    DataError
        If the name is unknown or the file is missing, truncated, re-encoded, mis-typed or changed.

    Examples
    --------
    >>> table("paper-table1").head(2)
          category  year  share_pct
    0  agriculture  2016      35.11
    1  agriculture  2017      34.56
    """
    tables = describe(folder)
    if name not in tables:
        raise DataError(
            f"no table {name!r}; expected one of: {', '.join(sorted(tables))}"
        )
    resource = tables[name]
    path = folder / resource["path"]
    try:
        content = path.read_bytes()
    except OSError:
        raise DataError(f"{_shown(path)}: not found, expected table {name!r}") from None
    found, expected = (
        hashlib.sha256(content).hexdigest(),
        resource["hash"].removeprefix("sha256:"),
    )
    if found != expected:
        for fault in faults(content, resource["schema"]):
            raise DataError(f"{_shown(path)}, {fault}")
        raise DataError(
            f"{_shown(path)}: every cell fits the schema, but the content is not what was recorded: "
            f"found sha256 {found[:12]}… ({len(content):,} bytes), expected {expected[:12]}… "
            f"({resource['bytes']:,} bytes). If the change is meant, record it with `make data`"
        )
    opened.add(name)
    return _parse(content, resource["schema"])


def faults(content: bytes, schema: dict) -> Iterator[str]:
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
    keys: dict[tuple, int] = {}
    key_columns = [names.index(column) for column in schema["primaryKey"]]
    for cells in rows:
        where = f"row {rows.line_num}"
        if len(cells) != len(names):
            yield f"{where}: found {len(cells)} cells, expected {len(names)}"
            continue
        for field, cell in zip(schema["fields"], cells, strict=True):
            expected = _misfit(cell, field)
            if expected:
                yield f"{where}, column {field['name']}: found {cell!r}, expected {expected}"
        key = tuple(cells[i] for i in key_columns)
        if key in keys:
            yield (
                f"{where}, column {'+'.join(schema['primaryKey'])}: found {'+'.join(key)!r} "
                f"again after row {keys[key]}, expected a unique key"
            )
        keys[key] = rows.line_num
    if not text.endswith("\n"):
        yield f"row {rows.line_num}: found no line end, expected the whole row (is the file truncated?)"


def _number(cell: str, convert: type) -> float:
    """Read a plain number: no spaces, no underscores, no 'nan' or 'inf', all of which Python accepts."""
    if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell):
        raise ValueError(cell)
    return convert(cell)


_READ = {
    "string": str,
    "integer": lambda cell: _number(cell, int),
    "number": lambda cell: _number(cell, float),
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def _misfit(cell: str, field: dict) -> str:
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


def _parse(content: bytes, schema: dict) -> pd.DataFrame:
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    for field in schema["fields"]:
        column = frame[field["name"]]
        if field["type"] in ("integer", "number"):
            column = pd.to_numeric(column)  # an empty cell becomes NaN
            if field["type"] == "integer" and column.hasnans:
                column = column.astype("Int64")
        elif field["type"] == "boolean":
            column = column.eq("true")
        elif field["type"] == "date":
            column = pd.to_datetime(column.replace("", None), format="%Y-%m-%d")
        frame[field["name"]] = column
    return frame


def country_lists(signed_by: str = "2018-12-31") -> dict[str, set[str]]:
    """Return the two lists of Belt and Road economies that every result is run on, as ISO3 codes.

    China, which the source of the memoranda lists too, is not its own partner and is left out.

    Parameters
    ----------
    signed_by : str
        Day by which a memorandum must have been signed. The four signers whose date the source does
        not know count as signers; chapter 2.3 shows what changes without them.

    Returns
    -------
    dict
        ``"first list"``: the economies of the 2015-era list. ``"signers"``: signers by the day.
    """
    economies, signers = table("economies"), table("signers")
    signed = signers["mou_date"].isna() | (signers["mou_date"] <= signed_by)
    return {
        "first list": set(economies.loc[economies["first_list"], "iso3"]),
        "signers": set(signers.loc[signed, "iso3"]) - {"CHN"},
    }


def _shown(path: Path) -> str:
    """Return a path as the reader knows it: from data/ down."""
    return (
        "/".join(path.parts[path.parts.index(FOLDER.name) :])
        if FOLDER.name in path.parts
        else path.name
    )
