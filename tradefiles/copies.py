"""A copy of trade files in Parquet, importer by importer, so that the next question takes less time.

It appears whole or not at all: it is written beside its place, its manifest last, and then renamed.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from tradefiles import FileError
from tradefiles.asking import Files
from tradefiles.engines import DuckDB
from tradefiles.folders import FORMAT, MANIFEST


def free(folder: Path, force: bool) -> None:
    """Refuse a place where a copy must not be made.

    Raises
    ------
    FileError
        If something is there that is not a copy, or a copy that is not to be replaced.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MANIFEST).is_file():
        raise FileError(f"{folder}: found something that is no copy, expected a new or empty folder")
    if not force:
        raise FileError(f"{folder}: found a copy there, expected a new folder; --force replaces it")


def make(files: Files, folder: Path, force: bool = False) -> dict[str, Any]:
    """Write a copy of all trade in files; return its manifest.

    Parameters
    ----------
    files : Files
        As `tradefiles.asking.opened` gives them, with DuckDB.
    folder : Path
        Where the copy will be.
    force : bool
        Replace a copy that is there; it stays until the new one is whole.

    Raises
    ------
    FileError
        As `free`, and if a file cannot be read; nothing is left behind then.
    """
    free(folder, force)
    assert isinstance(files.engine, DuckDB)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        part.mkdir(parents=True)
        same = files.write(part)
        if not (rows := files.engine.count([part / name for name in same])):
            raise FileError(f"{files.sources[0].name}: found a header and no rows, expected trade")
        manifest = {
            "format": FORMAT,
            "from": [
                {"name": Path(source.name).name, "layout": source.layout.name} for source in files.sources
            ],
            "rows": rows,
            "files": {
                name: {"bytes": (part / name).stat().st_size, "same": constants}
                for name, constants in same.items()
            },
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
