"""A copy of trade files in Parquet, importer by importer, so that the next question takes less time.

It appears whole or not at all: it is written beside its place, its manifest last, and then renamed.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from tradefiles import FileError, engines, strays
from tradefiles.asking import Files
from tradefiles.opening import MANIFEST, PART, VERSION


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
    assert isinstance(files.engine, engines.DuckDB), "Spark gives the files that it writes names of its own"
    part, old = (folder.with_name(f".{folder.name}.{os.getpid()}.{end}") for end in ("part", "old"))
    try:
        part.mkdir(parents=True)
        try:
            rows, same = _written(files, part)
        except engines.Failure as failure:
            files.mend(failure)
            rows, same = _written(files, part)
        pairs = [strays.Pair(*row) for name in same for row in files.engine.pairs(part / name, same[name])]
        if strays.padded(pairs) and files.trim():
            rows, same = _written(files, part)
            pairs = [
                strays.Pair(*row) for name in same for row in files.engine.pairs(part / name, same[name])
            ]
        files.check(pairs)
        files.unknown = strays.named(pairs)
        if not rows:
            raise FileError(f"{files.sources[0].name}: found a header and no rows, expected trade")
        manifest = {
            "format": VERSION,
            "from": [{"name": Path(one.name).name, "layout": one.layout.name} for one in files.sources],
            "rows": rows,
            "notes": [*files.unknown],
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


def _written(files: Files, part: Path) -> tuple[int, dict[str, dict[str, str | bool]]]:
    """Write the parts of a copy; return the number of rows, and what is the same in every row of each part."""
    assert isinstance(files.engine, engines.DuckDB)
    rows, same = 0, {}
    for number, (frame, constants, _) in enumerate(engines.parts(files.engine, files.sources), 1):
        name = PART.format(number)
        rows, same[name] = rows + files.engine.write(frame, part / name), constants
    return rows, same
