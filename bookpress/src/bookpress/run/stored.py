"""The one form in which notebooks are stored, whether `make refresh` writes them or an editor does, and its checks.

`before_saving` runs inside an editor's server. It imports nothing of that, so that its tests need none.
"""

import ast
import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from bookpress.edition import book, texts
from bookpress.run import ipynb
from bookpress.run.ipynb import Notebook

# What a kernel adds to a notebook and no reader needs; it differs between machines.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What a page heeds of a cell's metadata, and raw cells need; the rest is how an editor showed it: times, folds, trust.
KEPT = {"tags", "mystnb", "raw_mimetype", "format"}
UNSEEN = ("execution", "trusted")  # what an editor notes of a cell and shows nobody
SEAL = "content"  # in what a downloaded notebook says of its edition
COLUMNS = "88"  # code on a page is narrower than in a module
KINDS = {"text/plain", "text/html", "text/markdown", "image/svg+xml"}  # what nbval compares, of what we show


def text(notebook: Notebook) -> str:
    """Return the text of a notebook's file; nbformat's ValidationError says that it is none."""
    whole = nbformat.from_dict(mended(notebook))
    nbformat.validate(whole)
    return f"{nbformat.writes(whole)}\n"


def mended(notebook: Notebook) -> Notebook:
    """Return a notebook in the form in which it is stored; what is given stays as it was.

    Metadata are those that are the same everywhere. A code cell that was run has its place as its execution count, as
    after a run from top to bottom; one that was not has none, and the checks of the book say so.
    """
    whole: Notebook = rejoin_lines(nbformat.from_dict(notebook))  # which copies
    count = 0
    for cell in whole["cells"]:
        given = cell.get("metadata", {})
        cell["metadata"] = {name: value for name, value in given.items() if name in KEPT and value}
        if not cell.get("attachments"):
            cell.pop("attachments", None)
        if cell["cell_type"] == "code":
            count += 1
            for output in cell.get("outputs", []):
                output.pop("transient", None)  # a message's, for the screen alone
            for part in (cell, *cell.get("outputs", [])):
                if part.get("execution_count") is not None:
                    part["execution_count"] = count
    about = whole["metadata"].items()
    own = {
        name: value for name, value in about if (name == "mystnb" and value) or {name: value} == texts.PAIR
    }
    return {**whole, "metadata": copy.deepcopy(METADATA) | own}


def seal(notebook: Notebook) -> str:
    """Return the sha256 of all that a person sees of a notebook, and of what it says of its edition but for its seal.

    How an editor breaks lines, and what it notes for itself, does not count.
    """
    whole = rejoin_lines(nbformat.from_dict(notebook))  # which copies
    for cell in whole["cells"]:
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name not in UNSEEN}
    about = {name: value for name, value in whole["metadata"].items() if name not in METADATA}
    about[ipynb.MARK] = {name: value for name, value in about[ipynb.MARK].items() if name != SEAL}
    return book.sha256(json.dumps([about, whole["cells"]], sort_keys=True).encode())


def formatted(notebook: Notebook, root: Path) -> Notebook:
    """Return a notebook with its code formatted by the ruff beside this Python; as it was if there is none.

    Code that is not whole yet stays as it was too: a half-written cell must be saved.
    """
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.is_file():
        return notebook
    # A name in the book, so that its settings hold; what is excluded by its ending is formatted when it is named.
    options = ["--quiet", "--line-length", COLUMNS, "--stdin-filename", str(root / "chapter.ipynb")]
    given = nbformat.writes(nbformat.from_dict(notebook)).encode()
    done = subprocess.run([str(ruff), "format", *options, "-"], cwd=root, input=given, capture_output=True)
    if done.returncode or not done.stdout:
        return notebook
    sources = [cell["source"] for cell in rejoin_lines(nbformat.from_dict(json.loads(done.stdout)))["cells"]]
    cells = [{**cell, "source": source} for cell, source in zip(notebook["cells"], sources, strict=True)]
    return {**notebook, "cells": cells}


def before_saving(
    *,
    model: dict[str, Any],
    path: str,
    contents_manager: Any,
    tidy: Callable[[Notebook, Path], Notebook] = formatted,
    **kwargs: Any,
) -> None:
    """Put a chapter that an editor is about to save into the form in which it is stored: a pre-save hook of Jupyter.

    Only the ``content`` of `model` is replaced. `path` is from the server's folder, the manager's ``root_dir``.
    """
    root = Path(contents_manager.root_dir)
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict) or content.get("nbformat") != 4:
        return
    try:
        if (chapter := root / path.strip("/")) not in book.chapters(root):
            return
    except book.BookError as error:
        contents_manager.log.warning("%s is saved as it is: %s", path, error)
        return
    if source := texts.of(chapter):
        from tornado.web import HTTPError  # of all errors, Jupyter heeds this one

        said = f"{path} is made of {source.name}: edit that, then run `make refresh CHAPTER={Path(path).with_suffix('.md')}`"
        raise HTTPError(409, said, reason=said)
    model["content"] = tidy(mended(content), root)
    # The server takes this flag for its private list of what may be shown, and never writes it.
    for cell, given in zip(model["content"]["cells"], content["cells"], strict=True):
        if cell["cell_type"] == "code" and given["metadata"].get("trusted"):
            cell["metadata"]["trusted"] = True


def expect_of_texts(paths: Iterable[Path], root: Path) -> None:
    """Refuse, in a line for each, chapters written as text whose stored notebook is not what the text says."""
    lines = []
    for path in paths:
        if source := texts.of(path):
            name, held = (
                source.relative_to(root).as_posix(),
                path.is_file() and path.read_text(encoding="utf-8"),
            )
            if held != text(ipynb.read(path)):
                found = f"not what {path.name} beside it was made of" if held else f"no {path.name} beside it"
                lines.append(f"{name}: found {found}; run `make refresh CHAPTER={name}`")
    if lines:
        raise book.BookError("\n".join(lines))


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a stored notebook: cells not run in order, outputs missing or not compared."""
    cells = [cell for cell in ipynb.read(path)["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in cells]
    if counts != list(range(1, len(counts) + 1)):
        yield f"{path.name}: found execution counts {counts}, expected 1 to {len(counts)}; run `make refresh`"
    for cell in cells:
        where, source = ipynb.where(path, cell), "".join(cell["source"])
        last = [node.value for node in ipynb.parsed(source).body[-1:] if isinstance(node, ast.Expr)]
        calls = re.search(r"\b(claims\.(announce|decide|explain)|exhibits\.\w+)\(", source)
        if (calls or any(not isinstance(node, ast.Call) for node in last)) and not cell["outputs"]:
            yield f"{where}: found no output, expected one; run `make refresh`"
        if "NBVAL" in source:
            yield f"{where}: found a comment that turns checking off"
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                yield f"{where}: found an error, expected none"
            elif others := sorted(set(output.get("data", {})) - KINDS):
                yield f"{where}: found {', '.join(others)}, which nbval does not compare"


def numbering(paths: list[Path], kind: str) -> list[str]:
    """Return the numbers of all exhibits of a kind, "Table" or "Figure", in reading order."""
    shown = (about for path in paths for about, _, _ in ipynb.exhibits(ipynb.read(path)["cells"]))
    return [about["label"].split()[-1] for about in shown if about["id"].startswith(f"{kind.lower()}-")]
