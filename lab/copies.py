"""Copies of the sources, commands that run in them, and how two folders differ."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from bookpress.edition import files

ROOT = Path(__file__).resolve().parents[1]
BUILD = [sys.executable, "-m", "bookpress", "build"]


class Failure(Exception):
    """A command that must succeed has failed; the message ends with what it printed."""


class Run(NamedTuple):
    """What a command took and said."""

    seconds: float
    memory: int
    """The most that the process itself held, in bytes."""
    printed: str


def copy(target: Path, umask: int = 0o022) -> Path:
    """Copy the sources as they stand, committed or not, without what was built; with the modes of that umask."""
    before = os.umask(umask)
    try:
        for path in files.of_edition(ROOT, untracked=True):
            place = target / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
            place.chmod((0o777 if os.access(path, os.X_OK) else 0o666) & ~umask)
    finally:
        os.umask(before)
    return target


def run(command: Sequence, folder: Path = ROOT, umask: int = 0o022, **settings: str) -> Run:
    """Run a command in a folder, with the folder's own packages and further environment variables.

    Raises
    ------
    Failure
        If its status is not 0.
    """
    # Bytecode is kept, as it is where packages are installed: no side of a comparison compiles what it imports.
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
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


def differences(one: Path, two: Path) -> list[str]:
    """Return a line for every file that is not the same in both folders."""
    names = {path.relative_to(f).as_posix() for f in (one, two) for path in f.rglob("*") if path.is_file()}
    return [f"{name}: {where}" for name in sorted(names) if (where := _difference(one / name, two / name))]


def _difference(one: Path, two: Path) -> str:
    for path, which in ((one, "first"), (two, "second")):
        if not path.exists():
            return f"not in the {which} book"
    before, after = one.read_bytes(), two.read_bytes()
    if before == after:
        return ""
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    for number, (old, new) in enumerate(lines, start=1):
        if old != new:
            at = max(0, len(os.path.commonprefix([old, new])) - 20)  # noqa: RUF071
            return f"line {number}: {old[at : at + 80]!r} and {new[at : at + 80]!r}"
    return f"{len(before):,} and {len(after):,} bytes"
