"""Copies of the sources, commands that run in them, and how two folders differ."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from bookpress.edition import book, files
from bookpress.run import ipynb

ROOT = Path(__file__).resolve().parents[1]
ENGINE = Path("bookpress", "src")  # where the engine's package lies
BUILD = [sys.executable, "-m", "bookpress", "build"]


class Failure(book.BookError):
    """A command that must succeed has failed; the message ends with what it printed."""


class Run(NamedTuple):
    """What a command took and printed."""

    seconds: float
    memory: int
    """The most that the process itself held, in bytes."""
    printed: str


def copy(target: Path, others: str = "rX") -> Path:
    """Copy the sources as they stand, committed or not, without what was built; `others` may do so much with them."""
    for path in files.of_edition(ROOT, untracked=True):
        place = target / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    run(["chmod", "-R", f"go={others}", target])
    return target


def path(folder: Path) -> str:
    """Return where Python finds the packages of a copy, and its engine."""
    return os.pathsep.join(map(str, [folder, folder / ENGINE]))


def run(command: Sequence[str | Path], folder: Path = ROOT, umask: int = 0o022, **settings: str) -> Run:
    """Run a command in a folder, with the folder's own packages and further environment variables.

    Raises
    ------
    Failure
        If its status is not 0.
    """
    # Bytecode is kept, as it is where packages are installed: no side of a comparison compiles what it imports.
    env = os.environ | {"PYTHONPATH": path(folder), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    words, most, start = [*map(str, command)], 0, time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = psutil.Popen(words, cwd=folder, env=env | settings, umask=umask, stdout=out, stderr=err)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                most = max(most, process.memory_info().rss)
            time.sleep(0.01)
        seconds = time.perf_counter() - start
        printed, said = (file.seek(0) or file.read() for file in (out, err))
    if process.returncode:
        raise Failure(f"{' '.join(words)} failed in {folder.name}:\n{printed[-4000:]}{said[-4000:]}")
    return Run(seconds, most, printed)


def add_comment(path: Path, number: int) -> None:
    """Add a comment to the code of a chapter, so that it must run again."""
    notebook = ipynb.read(path)
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["source"].append(f"\n# {number}")
    path.write_text(json.dumps(notebook), encoding="utf-8")


def differences(one: Path, two: Path) -> Iterator[str]:
    """Yield a line for every file that is not the same in both folders."""
    names = {path.relative_to(f).as_posix() for f in (one, two) for path in f.rglob("*") if path.is_file()}
    for name in sorted(names):
        if missing := [f.name for f in (one, two) if not (f / name).exists()]:
            yield f"{name}: not in {missing[0]}"
            continue
        old, new = (one / name).read_bytes(), (two / name).read_bytes()
        if old != new:
            at = len(os.path.commonprefix([old, new]))  # noqa: RUF071
            near = slice(max(0, at - 20), at + 60)
            line = old.count(b"\n", 0, at) + 1
            yield f"{name}: line {line}: {old[near]!r} and {new[near]!r}"
