"""One wheel that holds a whole edition: its packages, its tables, its chapters and their stored outputs.

Installed anywhere, `bookpress.edition.book.root` finds the edition inside the engine, so that a chapter runs in any folder and an exhibit
can be verified without a checkout. The same edition gives the same bytes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from bookpress.edition import book, citation, files

# What a chapter needs beside the packages, the tables, and the folders of the chapters.
NAMED = {book.CONTENTS, book.LOCK, book.PROJECT, "_config.yml", "CITATION.cff"}
LICENCE = "LICENSE"
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def write(root: Path, folder: Path) -> Path | None:
    """Write the wheel of an edition into a folder; return its path, or None for a book that describes no package.

    A BookError has the last line of setuptools, if it cannot make it.
    """
    if not book.packages(root):
        return None
    with tempfile.TemporaryDirectory() as scratch:
        tree, made = Path(scratch, "tree"), Path(scratch, "wheel")
        made.mkdir()
        gather(root, tree)
        released = datetime.fromisoformat(f"{citation.edition()['date-released']}T00:00Z")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        kept |= {"SOURCE_DATE_EPOCH": f"{released.timestamp():.0f}", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", BUILD, str(made)]
        # setuptools gives the entries of the wheel the rights that the umask leaves.
        done = subprocess.run(command, cwd=tree, env=kept, umask=0o022, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["setuptools said nothing"]
            raise book.BookError(f"{book.PROJECT}: no wheel could be made: {said[-1]}")
        (wheel,) = made.glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(wheel, folder / wheel.name))


def gather(root: Path, tree: Path) -> None:
    """Copy an edition into a folder as the wheel lays it out: its packages, the book inside the engine."""
    engine = book.ENGINE.name
    for name in {name.partition(".")[0] for name in book.packages(root)} | {engine}:
        home = book.ENGINE if name == engine else root / name
        for path in files.below(home):
            _copy(path, tree / name / path.relative_to(home))
    inner = tree / engine / book.INSTALLED.name
    shutil.rmtree(inner, ignore_errors=True)
    chapters = book.chapters(root)
    folders = {path.parent for path in chapters} - {root} | {root / "data"}
    for path in files.of_edition(root, untracked=True):
        if path in chapters or (path.name in NAMED and path.parent == root) or folders & {*path.parents}:
            _copy(path, inner / path.relative_to(root))
    _copy(root / book.PROJECT, tree / book.PROJECT)
    if (root / LICENCE).exists():
        _copy(root / LICENCE, tree / LICENCE)


def _copy(source: Path, target: Path) -> None:
    """Copy a file's bytes; its rights and its date are those of no machine."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    target.chmod(0o644)
