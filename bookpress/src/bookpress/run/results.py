"""What a chapter gave when it last ran, all that it came from, and whether that still holds.

A result holds only while the code of the chapter, every file of the book that it read (see `inputs`), the lock, the
installed packages and Python are the same.
"""

import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bookpress.edition import book, catalogue, files, inputs, texts
from bookpress.run import ipynb

STORE = Path("_build", ".results")


@dataclass
class Result:
    """What a run of a chapter gave, and all that it came from."""

    code: list[str]  # sources of the code cells
    inputs: dict[str, str]  # digest of every file it read, by name; see `inputs.state`
    setting: dict[str, str]  # version of Python and of every installed package
    outputs: list[dict[str, Any]]  # `outputs` and `execution_count` of every code cell
    language: dict[str, Any]  # what the kernel says of its language
    exports: dict[str, str]  # sha256 of every file that its exhibits were exported to

    @property
    def digest(self) -> str:
        """A digest of what a reader sees of it."""
        return inputs.digest(self.outputs)


@cache
def setting() -> dict[str, str]:
    """Return the version of Python, of every installed package and of what runs the chapters."""
    names = {folder.stem for site in sys.path for folder in Path(site).glob("*.dist-info")}
    packages = dict(sorted(name.rpartition("-")[::2] for name in names))
    # What runs the chapters decides what a result is. Of an engine outside the book everything counts: it is not noted
    # when a chapter reads it.
    folders = ["run", "edition"] if inputs.is_part(book.ENGINE, book.root()) else [""]
    paths = (path for folder in folders for path in files.below(book.ENGINE / folder))
    ours = b"".join(path.read_bytes() for path in paths if path.suffix in (".py", ".mplstyle", ".po"))
    runner = book.sha256(ours)[:12]
    named = catalogue.language(book.root())  # of the words in what chapters show
    own = {} if named == "en" else {"language": named}
    return {"python": sys.version.split()[0], "runner": runner, **own, **packages}


def changes(result: Result | None, path: Path, root: Path) -> list[str]:
    """Return what a result came from that is not as it was, in words; empty if the result still holds."""
    code = ipynb.code(ipynb.read(path))  # says so if it is no notebook
    if result is None:
        return ["it has not run before"]
    was, now = result.setting, setting()
    others = [name for name in sorted({*now, *was}) if now.get(name) != was.get(name)]
    return [
        *(["the chapter's code"] if code != result.code else []),
        *(f"{name} {was.get(name, 'none')} → {now.get(name, 'none')}" for name in others),
        *(["its exported files"] if files.digests(exports(path, root)) != result.exports else []),
        *(name for name, digest in result.inputs.items() if inputs.state(root, name) != digest),
    ]


def exports(path: Path, root: Path) -> Path:
    """Return the folder that holds the exhibits of a chapter's last run."""
    return _stored(path, root).with_suffix(".exhibits")


def forget(path: Path, root: Path) -> None:
    """Forget the last result of a chapter, so that it runs again."""
    _stored(path, root).unlink(missing_ok=True)


def recall(path: Path, root: Path) -> Result | None:
    """Return the last result of a chapter, or None if there is none that can be read."""
    try:
        return Result(**json.loads(_stored(path, root).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def keep(result: Result, folder: Path, path: Path, root: Path) -> None:
    """Store a result, and the folder of exhibits that it came with, whole or not at all."""
    exports(path, root).parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(exports(path, root), ignore_errors=True)
    folder.rename(exports(path, root))
    book.write(_stored(path, root), json.dumps(asdict(result)))


def stale(paths: Iterable[Path], root: Path) -> dict[Path, list[str]]:
    """Return the chapters that must run, with what changed since they last did."""
    found = {path: changes(recall(path, root), path, root) for path in paths}
    return {path: why for path, why in found.items() if why}


def edited(root: Path) -> list[Path]:
    """Return the chapters that differ from the last commit or read a table that does; if none does, those of that commit.

    If the last commit concerns no chapter either, or there is no git: those that read a table which changed since they ran, or
    the chapter that was written last. A change of the packages or of the lock concerns all chapters, and none more than
    another: it does not count here.
    """
    every = book.chapters(root)
    now = _names(root, "diff", "--name-only", "HEAD") | _names(
        root, "ls-files", "--others", "--exclude-standard"
    )
    last = [one.inputs for path in every if (one := recall(path, root))]
    since = {name for read in last for name, digest in read.items() if inputs.state(root, name) != digest}
    for changed in (now, _names(root, "show", "--name-only", "--format=", "HEAD"), since):
        if found := [path for path in every if _concerns(changed, path, root)]:
            return found
    return sorted(filter(Path.is_file, every), key=lambda path: path.stat().st_mtime)[-1:]


def _concerns(changed: set[str], path: Path, root: Path) -> bool:
    last = recall(path, root)
    read = {name for name in (last.inputs if last else ()) if name != book.LOCK and not name.endswith(".py")}
    own = {one.relative_to(root).as_posix() for one in (path, texts.of(path)) if one}
    return not changed.isdisjoint({*own, *read})


def _names(root: Path, *command: str) -> set[str]:
    """Return the names that git lists; none without git."""
    listed = files.git(root, *command, "-z") if files.tracked(root) else None
    return {
        name.decode("utf-8", "surrogateescape").strip("\n") for name in (listed or b"").split(b"\0") if name
    }


def merge(notebook: ipynb.Notebook, result: Result) -> ipynb.Notebook:
    """Return a notebook with the outputs of a result, cell by cell."""
    outputs = iter(result.outputs)
    cells = [{**cell, **next(outputs)} if cell["cell_type"] == "code" else cell for cell in notebook["cells"]]
    metadata = {**notebook["metadata"], "language_info": result.language}
    return {**notebook, "cells": cells, "metadata": metadata}


def _stored(path: Path, root: Path) -> Path:
    return (root / STORE / path.relative_to(root)).with_suffix(".json")
