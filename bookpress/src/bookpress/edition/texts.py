"""Chapters written as text: `x.md`, in MyST Markdown with code cells, is the source; `x.ipynb` beside it holds its outputs.

All else reads the notebook, as nbval, JupyterLab and a reader's own tools do. `bookpress.run.ipynb.read` puts both together.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from bookpress.edition import book

PAIR = {"jupytext": {"formats": "ipynb,md:myst"}}  # what jupytext notes in a notebook that a text belongs to
HEAD = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", flags=re.S)
KERNEL = "expected `kernelspec: {name: python3}` in the front matter above"


def of(notebook: Path) -> Path | None:
    """Return the text that a chapter's notebook is made of; None if the notebook is the source."""
    text = notebook.with_suffix(".md")
    return text if text.is_file() else None


def named(path: Path) -> Path:
    """Return the notebook of the chapter that a person names, by its notebook or by its text."""
    path = path.resolve()
    return path.with_suffix(".ipynb") if path.suffix == ".md" else path


def is_chapter(text: Path) -> bool:
    """Return whether a Markdown file is a chapter with code and not a page: whether its front matter names a kernel.

    A BookError says that it has code and names none, or that a notebook has its name and is not made of it.
    """
    head, content = _front_matter(text), _content(text)
    beside = text.with_suffix(".ipynb")
    held = beside.read_text(encoding="utf-8", errors="replace") if beside.is_file() else ""
    if "kernelspec" in head:
        made = re.search(r'"formats": *"[^"]*\bmd:myst\b', held)  # of `PAIR`, whoever wrote it
        fault = f"found beside {text.name}, and not made of it" if held and not made else ""
    elif "{code-cell}" in content and (
        line := next((line for cell, line in _cells(text) if cell["cell_type"] == "code"), 0)
    ):
        write = f"`jupyter-book myst init {text.name} --kernel python3` writes it"
        raise book.BookError(f"{text.name}, line {line}: found {{code-cell}}, {KERNEL}; {write}")
    else:
        fault = f"found beside {text.name}, which has no code" if held else ""
    if fault:
        raise book.BookError(f"{beside.name}: {fault}; expected one file for a chapter, rename or remove one")
    return "kernelspec" in head


def notebook(text: Path) -> dict[str, Any]:
    """Return the notebook that a text describes, without outputs; a BookError says what is wrong with the text.

    A cell has the `id` that its options give, or its place as one.
    """
    cells = []
    seen: set[str] = set()
    for number, (cell, line) in enumerate(_cells(text), start=1):
        metadata = dict(cell["metadata"])
        name = str(metadata.pop("id", f"cell-{number}"))
        fault = "`load`, expected the code itself" if "load" in metadata else ""
        fault = f"a second cell with the id {name}" if name in seen else fault
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
            fault = f"the id {name!r}, expected letters without accents, digits, - and _"
        if fault:
            raise book.BookError(f"{text.name}, line {line}: found {fault}")
        seen.add(name)
        cells.append({**cell, "metadata": metadata, "id": name})
    head = _front_matter(text)
    own = {"mystnb": head["mystnb"]} if head.get("mystnb") else {}
    about = {"kernelspec": _kernel(head, text), **own, **PAIR}
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def lines(text: Path) -> list[int]:
    """Return the line of each cell of a text: of its first line of prose, or of the fence around its code."""
    return [line for _, line in _cells(text)]


def _cells(text: Path) -> list[tuple[dict[str, Any], int]]:
    """Return the cells of a text, each with its line."""
    # jupytext wants more of a front matter than a book needs: it gets empty lines.
    body = HEAD.sub(lambda head: "\n" * head[0].count("\n"), _content(text))
    read, source = _parsed(text.name, body), body.splitlines()
    found = []
    for cell, start in zip(read["cells"], read["metadata"]["source_map"], strict=True):
        while cell["cell_type"] == "markdown" and not source[start].strip():
            start += 1
        found.append((cell, start + (cell["cell_type"] == "markdown")))
    return found


def _kernel(head: dict[str, Any], text: Path) -> dict[str, str]:
    """Return the description of the kernel that a front matter names; one called after Python is Python's."""
    try:
        name = str(head["kernelspec"]["name"])
        shown = str(head["kernelspec"].get("display_name", name))
    except (KeyError, TypeError):
        raise book.BookError(f"{text.name}: found no name of a kernel, {KERNEL}") from None
    language = head["kernelspec"].get("language") or (
        "python" if "python" in f"{name} {shown}".lower() else name
    )
    return {"display_name": shown, "language": str(language), "name": name}


def _content(text: Path) -> str:
    try:
        return text.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise book.BookError(
            f"{text.name}: found {error.reason} at byte {error.start}, expected UTF-8"
        ) from None


def _front_matter(text: Path) -> dict[str, Any]:
    import yaml

    found = HEAD.match(_content(text))
    try:
        head = yaml.safe_load(found[1]) if found else {}
    except yaml.YAMLError as error:
        raise book.BookError(f"{text.name}: front matter: {' '.join(str(error).split())}") from None
    return head if isinstance(head, dict) else {}


@lru_cache
def _parsed(name: str, body: str) -> dict[str, Any]:
    """Return the cells of a text as jupytext reads it, and where they begin."""
    import yaml
    from jupytext import myst  # takes a moment to import, and few books need it
    from nbformat import ValidationError

    try:
        return dict(myst.myst_to_notebook(body, add_source_map=True))
    except ValidationError as error:
        where = ".".join(map(str, error.path))
        raise book.BookError(
            f"{name}: found a cell with {where} {error.instance!r}: {error.message}"
        ) from None
    except (myst.MystMetadataParsingError, yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
        raise book.BookError(f"{name}: {' '.join(str(error).split())}") from None
