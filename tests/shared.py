"""What the tests share: the book's folder, its stored chapters, small notebooks made for a test."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat

from bookpress.edition import book
from bookpress.publish import beside

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = book.chapters(ROOT)


def read_notebook(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def downloaded(chapter: Path, path: Path) -> Path:
    """Write a chapter as a reader downloads it, with its stored outputs."""
    cells = [cell for cell in read_notebook(chapter)["cells"] if cell["cell_type"] == "code"]
    outputs = [{"outputs": cell["outputs"], "execution_count": cell["execution_count"]} for cell in cells]
    result = SimpleNamespace(outputs=outputs, language={"name": "python"})
    path.write_text(beside.notebook(chapter, ROOT, result, "paper-1-py3-none-any.whl"), encoding="utf-8")
    return path


def write_notebook(path: Path, cells: list[str]) -> Path:
    """Write a notebook with a title and the given code cells, ``cell-0``, ``cell-1`` and so on."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title", id="title")])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def export(caption: str = "A line.", factor: float = 1) -> None:
    """Show a figure and a table, which are exported to where ``BOOKPRESS_EXHIBITS`` says."""
    from matplotlib import pyplot as plt

    from bookpress import exhibits, tables

    values = tables.read("paper-table1").set_index(["category", "year"]) * factor
    fig, ax = plt.subplots()
    ax.plot(values["share_pct"].tolist(), color="#4477aa")
    sources = ["paper-table1"]
    said = {
        "title": "It falls",
        "subtitle": "Shares, %, 2016–2018",
        "caption": caption,
        "alt": "It falls; 35.11.",
    }
    exhibits.figure(fig, "S1", values=values, sources=sources, **said)
    exhibits.table(values, "1", caption="Shares <&>.", sources=sources, decimals=2)


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(root: Path, *command: str) -> subprocess.CompletedProcess:
    """Run Python in a book, with the environment at hand and the book's own copy of the engine."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOOKPRESS")}
    env |= {"PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, *command], cwd=root, env=env, capture_output=True, text=True)
