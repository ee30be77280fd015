"""A copy of trade files in Parquet, importer by importer, so that the next question takes less time.

It appears whole or not at all: it is written beside its place, its manifest last, and then renamed.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tradefiles import FileError, layouts, strays
from tradefiles.asking import Files
from tradefiles.engine import DuckDB, Failure
from tradefiles.layouts import text
from tradefiles.opening import MANIFEST, PART, VERSION, Source


def check_place(folder: Path, force: bool) -> None:
    """Refuse a place where something is that is no copy, or a copy that is not to be replaced."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MANIFEST).is_file():
        raise FileError(f"{folder}: found something that is no copy, expected a new or empty folder")
    if not force:
        raise FileError(f"{folder}: found a copy there, expected a new folder; --force replaces it")


def make(files: Files, folder: Path) -> dict[str, Any]:
    """Write a copy of all trade in files that DuckDB has opened; return its manifest.

    A copy that is there stays until the new one is whole. Nothing is left behind if a file cannot be read or has no rows.
    """
    part, old = (folder.with_name(f".{folder.name}.{os.getpid()}.{end}") for end in ("part", "old"))
    try:
        part.mkdir(parents=True)
        try:
            rows, same = _written(files, part)
        except Failure as failure:
            files.mend(failure)
            rows, same = _written(files, part)
        pairs = list(
            _pairs(
                files.engine,
                [Source(name, part / name, "copy", constants=tuple(of.items())) for name, of in same.items()],
            )
        )
        files.check(pairs)
        files.said = strays.named(pairs)
        if not rows:
            raise FileError(f"{files.sources[0].name}: found a header and no rows, expected trade")
        manifest = {
            "format": VERSION,
            "from": [{"name": Path(one.name).name, "layout": one.layout.name} for one in files.sources],
            "rows": rows,
            "notes": files.said,
            "files": {n: {"bytes": (part / n).stat().st_size, "same": of} for n, of in same.items()},
        }
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        if folder.exists():
            os.replace(folder, old)
        os.replace(part, folder)
        return manifest
    finally:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)


def _written(files: Files, folder: Path) -> tuple[int, dict[str, dict[str, str | bool]]]:
    """Write the parts of a copy; return the number of rows, and what is the same in every row of each part."""
    rows, same = 0, {}
    for number, part in enumerate(files.parts, 1):
        name = PART.format(number)
        rows, same[name] = rows + files.engine.write(part, folder / name), dict(part.same)
    return rows, same


def _pairs(engine: DuckDB, sources: Sequence[Source]) -> Iterator[strays.Pair]:
    """Yield what was written by flow and economies; and those rows apart whose year is not four digits."""
    every = " UNION ALL ".join(
        part.select(["side", "exporter", "importer", "year"]) for part in engine.parts(sources)
    )
    for year, *_ in [*engine.rows(f"SELECT DISTINCT year FROM ({every}) ORDER BY year")]:
        if layouts.year(year) is None:
            where = f"WHERE year = {text(year)} ORDER BY ALL LIMIT 1"
            [(side, *both)] = engine.rows(f"SELECT side, exporter, importer FROM ({every}) {where}")
            yield strays.Pair(side, both[0], both[1], 1, year)
    every = f"SELECT side, exporter, importer, count(*) FROM ({every}) GROUP BY ALL ORDER BY ALL"
    yield from (strays.Pair(*row) for row in engine.rows(every))
