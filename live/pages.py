"""The button on the pages of chapters: what a page is given of its chapter, and what its policy allows then."""

import json
from pathlib import Path
from typing import Any

from lxml.html import document_fromstring

from bookpress.edition import book
from bookpress.pages import execution
from bookpress.run import ipynb

# WebAssembly is compiled only where a page's policy says so.
POLICY = ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def add(root: Path, html: Path, folder: str) -> int:
    """Let the pages of all chapters of a copy of the book load what is in a folder of it; return how many can be run.

    A BookError says that a page does not have the cells of its notebook, or that the project names a chapter that is none.
    """
    without = book.project(root).get("tool", {}).get("live", {}).get("without", {})
    cells = {
        name: _cells(html / f"{name}.ipynb") for name in (book.document(p, root) for p in book.chapters(root))
    }
    if unknown := sorted(set(without) - set(cells)):
        raise book.BookError(f"{book.PROJECT}, tool.live.without: found {unknown[0]!r}, expected a chapter")
    with_code = [name for name in cells if cells[name]]
    for name in with_code:
        page = html / f"{name}.html"
        text = page.read_text(encoding="utf-8")
        shown = len(document_fromstring(text).cssselect("main .cell"))
        if shown != len(cells[name]) or POLICY[0] not in text:
            expected = f"expected {len(cells[name])} as in the notebook, and a policy with {POLICY[0]!r}"
            raise book.BookError(f"{name}.html: found {shown} pieces of code, {expected}")
        chapter = {"name": name, "cells": cells[name], "without": without.get(name, "")}
        book.write(html / folder / f"{name}.js", f"live.chapter = {json.dumps(chapter)};\n")
        up = f"{'../' * name.count('/')}{folder}"
        loads = [f'<link rel="stylesheet" href="{up}/live.css">']
        loads += [f'<script defer src="{up}/{file}.js"></script>' for file in ("runtime", name, "page")]
        text = text.replace(*POLICY, 1).replace("</head>", "\n".join([*loads, "</head>"]), 1)
        page.write_text(text, encoding="utf-8")
    return len(set(with_code) - set(without))


def _cells(path: Path) -> list[dict[str, Any]]:
    """Return the pieces of code that the page of a notebook shows, each with the results that are stored of it."""
    return [
        {"source": "".join(cell["source"]), "outputs": [_joined(output) for output in cell["outputs"]]}
        for cell in execution.gathered(ipynb.read(path)["cells"])
        if cell["cell_type"] == "code"
    ]


def _joined(output: ipynb.Part) -> dict[str, str]:
    """Return the text of a stored output by its type."""
    if output["output_type"] == "stream":
        return {output["name"]: "".join(output["text"])}
    data = output.get("data", {"error": f"{output.get('ename')}: {output.get('evalue')}"})
    return {
        kind: "".join(content) if isinstance(content, list) else str(content)
        for kind, content in data.items()
    }
