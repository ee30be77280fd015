"""What the tests share: small notebooks and a small book made for a test, and programs that run in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from bookpress.edition import book


def read_notebook(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def write_notebook(path: Path, cells: list[str]) -> Path:
    """Write a notebook with a title and the given code cells, ``cell-0``, ``cell-1`` and so on."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title", id="title")])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(root: Path, *command: str) -> subprocess.CompletedProcess:
    """Run this Python in a book, with the environment at hand, the book's own packages and the engine under test."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOOKPRESS")}
    env |= {"PYTHONPATH": os.pathsep.join([str(root), str(book.ENGINE.parent)])}
    return subprocess.run([sys.executable, *command], cwd=root, env=env, capture_output=True, text=True)


@pytest.fixture(scope="session")
def second_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book made from the template, built and archived, once for all workers, in a folder whose name needs escapes.

    Who changes it takes a copy.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    root = folder / "second" / "a böok"
    with FileLock(folder / "second.lock"):
        if not root.exists():
            for place, *command in (
                (folder, "new", str(root), "--title", "A paper of a test"),
                (root, "build"),
                (root, "crate"),
            ):
                done = run(place, "-m", "bookpress", *command)
                assert done.returncode == 0, done.stdout + done.stderr
    return root
