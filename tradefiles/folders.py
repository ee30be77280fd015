"""Which files a reader means: those named, those of a folder that hold trade, or a copy, and nothing twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookpress.edition import files
from tradefiles import FileError
from tradefiles.sources import Source, Unrecognised, opened

MANIFEST = "beltroad-copy.json"
PART = "beltroad-{}.parquet"
FORMAT = 2  # of copies; raised when older ones can no longer be read


@dataclass
class Found:
    """What the files of a reader hold."""

    sources: list[Source]
    left: list[str]
    """Files of a folder that hold no trade, by name."""


def find(paths: Sequence[Path], scratch: Path, links: bool = True) -> Found:
    """Open files and folders.

    Parameters
    ----------
    paths : sequence of Path
        Files are refused if they hold no trade; files of a folder that hold none are left, and named.
    scratch : Path
        Folder for what must be unpacked first.
    links : bool
        Follow symbolic links out of a folder.

    Raises
    ------
    FileError
        If a file cannot be read as any of the layouts, or nothing is found; the message names file and place.
    """
    sources: list[Source] = []
    left: list[str] = []
    for path in paths:
        if not path.is_dir():
            if not (tables := list(opened(path, path.as_posix(), scratch))):
                raise FileError(
                    f"{path}: found a table of codes, expected trade; name the trade files beside it"
                )
            sources += tables
            continue
        if (path / MANIFEST).is_file():
            sources += _copy(path)
            continue
        if any(path.glob(PART.format("*"))):
            raise FileError(
                f"{path}: found part of a copy without its {MANIFEST}, expected a whole one; import again"
            )
        before, refused = len(sources), ""
        for file in files.below(path):
            if not links and not file.resolve().is_relative_to(path.resolve()):
                raise FileError(
                    f"{file}: found a symbolic link out of the folder, expected files within {path}"
                )
            try:
                tables = list(opened(file, file.as_posix(), scratch))
            except Unrecognised as error:
                tables, refused = [], refused or str(error)
            if not tables:
                left.append(file.as_posix())
            sources += tables
        if len(sources) == before:
            raise FileError(f"{path}: found no trade file in this folder{f' ({refused})' if refused else ''}")
    if not sources:
        raise FileError("found no file, expected trade files or a folder of them")
    return Found(_once(sources), left)


def _copy(folder: Path) -> list[Source]:
    """Return the files of a copy.

    Raises
    ------
    FileError
        Naming the part, if one is missing or has changed in size.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        form = manifest["format"]
        files = [
            (name, int(told["bytes"]), tuple(told["same"].items()))
            for name, told in (manifest["files"].items() if form == FORMAT else ())
        ]
        # A part lies in the copy, and what is the same in all its rows is a word or a yes.
        if any(
            Path(name).name != name or any(type(value) not in (str, bool) for _, value in same)
            for name, _, same in files
        ):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(
            f"{folder / MANIFEST}: found no manifest of a copy, expected one; import again"
        ) from None
    if form != FORMAT:
        raise FileError(f"{folder / MANIFEST}: found format {form}, expected {FORMAT}; import again")
    sources = []
    for name, size, constants in files:
        path = folder / name
        found = path.stat().st_size if path.is_file() else None
        if found != size:
            what = "no such file" if found is None else f"{found:,} bytes"
            raise FileError(f"{path}: found {what}, expected {size:,} bytes; import again")
        sources.append(Source(folder.as_posix(), path, "copy", constants=constants))
    return sources


def _once(sources: list[Source]) -> list[Source]:
    """Refuse the same file under two names: its trade would count twice."""
    seen: dict[str, str] = {}
    for source in sources:
        real = f"{source.path.resolve()}"
        if real in seen:
            raise FileError(f"{source.name}: found the same file as {seen[real]}, expected every file once")
        seen[real] = source.name
    return sources
