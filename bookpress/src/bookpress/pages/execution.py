"""Give Sphinx the results of the chapters instead of their stored outputs, and run those that must run.

Jupyter Book's own modes run one notebook after the other, and reuse a result even if its tables have changed.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from bookpress.content import places
from bookpress.edition import book, texts
from bookpress.run import ipynb, results, runner

DIGESTS = "chapter_digests"  # of what the pages show: kept with Sphinx's environment, as an attribute
CELL, LABELLED = "cell_id", "cell_has_label"  # the metadata of a cell on its way to Sphinx
_held: WeakKeyDictionary[Sphinx, dict[Path, results.Result]] = WeakKeyDictionary()  # of each build


class NotRun(SphinxError):
    """Chapters failed; the message names chapter, cell and error of each."""

    category = "Chapters not run"


def chapters(app: Sphinx) -> Iterator[tuple[str, Path]]:
    """Yield every notebook of the book with its document name."""
    for name in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(name))
        if path.suffix == ".ipynb":
            yield name, path


def result(app: Sphinx, path: Path) -> results.Result:
    """Return what a chapter gave in this build."""
    return _held[app][path]


def refresh(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Run what must run; return the documents whose results are not those on their page."""
    log = logging.getLogger(__name__)
    root, say = Path(app.srcdir), log.info
    try:
        if running := runner.Running.current.get():
            running.result()
            say = log.debug
        # Looked at again even so: what was edited meanwhile runs again.
        paths = [path for _, path in chapters(app)]
        with book.locked(root):
            _held[app] = runner.finish(runner.up_to_date(paths, root, say))
    except book.BookError as error:
        raise NotRun(str(error)) from None
    digests = {name: _held[app][path].digest for name, path in chapters(app)}
    shown = getattr(env, DIGESTS, {})
    setattr(env, DIGESTS, digests)
    return [name for name in digests if shown.get(name) != digests[name]]


def gathered(cells: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cells in which each result has all the code behind it: cells that show nothing join the next one of code.

    Text between two cells parts them. Whether the code is folded is what the tags of the cell with the result say; its
    metadata names it by its id, since cells no longer have their place. A label is for authors, and not shown.
    """
    kept: list[dict[str, Any]] = []
    for cell in cells:
        cell = {**cell, "metadata": {**cell["metadata"], CELL: cell["id"]}}
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            cell["metadata"][LABELLED] = bool(ipynb.LABEL.search(source))
            cell["source"] = ipynb.OPTIONS.sub("", source)
        last = kept[-1] if kept else None
        if last and last["cell_type"] == cell["cell_type"] == "code" and not last["outputs"]:
            code = "\n\n".join("".join(one["source"]).rstrip("\n") for one in (kept.pop(), cell))
            kept.append({**cell, "source": code})
        else:
            kept.append(cell)
    return kept


def show_results(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the results into a notebook that Sphinx is about to read."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        notebook = results.merge(ipynb.read(path), _held[app][path])
        cells = gathered(notebook["cells"])
        places.note(app, docname, [ipynb.where(path, cell, Path(app.srcdir)) for cell in cells])
        source[0] = json.dumps({**notebook, "cells": cells})


def read_notebooks(app: Sphinx, config: Config) -> None:
    """Let Sphinx read the notebooks that texts are made into, not the texts, and run none of them."""
    root = Path(app.srcdir)
    sources = [texts.of(path) for path in book.chapters(root)]
    config["exclude_patterns"] = config["exclude_patterns"] + [
        one.relative_to(root).as_posix() for one in sources if one
    ]
    config["nb_execution_mode"] = "off"


def say(app: Sphinx, what: str) -> None:
    """Say what comes next; between two such lines the longest pause is some ten seconds."""
    print(f"{what} {len(app.env.found_docs)} pages", flush=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", read_notebooks, priority=900)
    app.connect("env-get-outdated", refresh)
    app.connect("env-before-read-docs", lambda app, env, names: say(app, "Reading"))
    app.connect("env-updated", lambda app, env: say(app, "Writing"))
    app.connect("source-read", show_results)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
