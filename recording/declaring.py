"""How a table that is one source CSV is declared; the declaration is enough to read the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables import DataError, Field
from bookpress.tables.records import Table
from recording import readers

TRUTH = {"1": "true", "yes": "true", "0": "false", "no": "false"}


def from_csv(
    name: str,
    path: str,
    file: str,
    fields: list[Field],
    *,
    decimals: int = 6,
    mend: Callable[[pd.DataFrame, Path], pd.DataFrame] | None = None,
    files: tuple[str, ...] = (),
    **about: Any,
) -> Table:
    """Declare a table with a row for each economy, for each year, or for each economy and year.

    Parameters
    ----------
    name, path : str
        The table and its file, from ``data/`` down.
    file : str
        The source file, from the folder of source files down.
    fields : list of Field
        The columns, see `recording.columns.columns`; those named ``iso3`` and ``year`` are the key. Later years than the
        last that ``year`` allows are left out.
    decimals : int
        Figures that are not whole are rounded to these.
    mend : callable, optional
        Gets what was read and the folder of source files, and returns what is recorded.
    files : tuple of str
        Source files that `mend` reads.
    **about
        The other fields of `bookpress.tables.records.Table`. Every code must be one of table ``economies``, unless
        ``references`` says otherwise.
    """

    def derive(sources: Path) -> pd.DataFrame:
        frame = read(sources / file, fields, decimals)
        if mend:
            return mend(frame, sources)
        for field in fields:
            if (one := field["name"]) not in frame:
                heading = field.get("heading", one)
                expected = "the heading of its column; write `name = heading` where they differ"
                raise DataError(f"{file}: found no heading {heading!r}, expected for {one} {expected}")
        return frame

    plain = [{k: v for k, v in field.items() if k != "heading"} for field in fields]
    key = [field["name"] for field in fields if field["name"] in ("iso3", "year")]
    about = {"references": {"iso3": "economies.iso3"} if "iso3" in key else {}} | about
    return Table(name, path, fields=plain, key=key, derive=derive, files=[file, *files], **about)


def read(path: Path, fields: list[Field], decimals: int) -> pd.DataFrame:
    """Read columns by their types; `NA` is no figure, and what is neither true nor false is empty."""
    frame, found = readers.csv(path), {}
    for field in fields:
        name, kind = field["name"], field["type"]
        if (heading := field.get("heading", name)) not in frame:
            continue  # `mend` gives it; else recording stops
        found[name] = frame[heading]
        if kind == "boolean":
            found[name] = frame[heading].map(TRUTH)
        elif kind in ("integer", "number"):
            numbers = pd.to_numeric(frame[heading].replace("NA", ""))
            found[name] = numbers.round().astype("Int64") if kind == "integer" else numbers.round(decimals)
    table = pd.DataFrame(found)
    for field in fields:
        if field["name"] == "year":
            table = table[table["year"].le(field["constraints"]["maximum"])]
    return table
