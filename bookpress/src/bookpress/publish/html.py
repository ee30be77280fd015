"""Build the book into a new folder; it replaces the last good one only when it is whole.

A chapter whose inputs are what they were is not run again (see `bookpress.run.results`), and when nothing at all
changed nothing is built. The chapters that must run start at once, while Sphinx is still being imported.
"""

import atexit
import ctypes
import gc
import json
import os
import re
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bookpress.edition import book, catalogue, citation, files, identifiers, inputs, texts
from bookpress.edition.catalogue import say
from bookpress.run import results

if TYPE_CHECKING:
    from bs4 import Tag

# What a page of the book has for a screen, a network or a script alone; and the code that it folds.
SCREEN = (
    "script, style, link, header.bar, nav, footer, form, input, button, a.skip, .headerlink, .exhibit-files, "
    "details.hide:not(.shown), .shown > summary"
)

# Bytes that must be free beside a second book: what Sphinx adds, and the results of chapters.
LEAST = 20_000_000


def build(root: Path) -> int:
    """Build the book of a folder into its ``_build/html``; return the exit status."""
    where = root / "_build"
    with book.locked(root):
        if (where / "old").exists() and not (where / "html").exists():
            (where / "old").rename(where / "html")  # killed while it was replaced
        shutil.rmtree(where / "new", ignore_errors=True)
        before = state(root)
        if is_current(root, before):
            print(f"Nothing changed; the book is {address(root)}")
            return 0
        _expect_room(where)
        if status := sphinx(root, where / "new" / "html"):
            print("book: not built; _build/html is the last good one, if there was any", file=sys.stderr)
            return status
        publish(where)
        # Recorded as of before the build: what was edited meanwhile counts as changed.
        book.write(where / "book.json", json.dumps({**before, "book": _digest(where / "html")}))
    print(f"The book is {address(root)}")
    return 0


def is_current(root: Path, now: dict[str, str] | None = None) -> bool:
    """Return whether the built book is of the sources, packages and Python that are here, whose state `now` may be known."""
    return bool((now or state(root)) == _recorded(root))


def _expect_room(where: Path) -> None:
    """Refuse to begin where the disk has no room for a second book: Sphinx would warn of every file, and go on."""
    needed = LEAST + sum(path.stat().st_size for path in files.below(where / "html"))
    if (free := shutil.disk_usage(where).free) < needed:
        raise book.BookError(
            f"_build: found {free / 1e6:.0f} MB free, expected {needed / 1e6:.0f} MB or more"
        )


def address(root: Path) -> str:
    """Return the address under which a browser opens the built book."""
    return (root / "_build" / "html" / "index.html").resolve().as_uri()


def sphinx(root: Path, out: Path, builder: str = "html") -> int:
    """Let Jupyter Book build a book into a folder, beside the chapters that must run; return the exit status, 0 or 2.

    Every warning is an error: a broken reference, a failing cell or a missing citation stops the build.
    """
    # Sphinx makes much and throws away little: looking for garbage in it took a fifth of a build.
    gc.set_threshold(200_000, 20, 100)
    atexit.register(gc.freeze)
    # What is wrong in the settings and in CITATION.cff is said in a line, before a chapter runs.
    book.configuration(root)
    if (root / "CITATION.cff").is_file():
        citation.short_title(root)
    if said := catalogue.complaint(root):
        print(said, flush=True)
    for path in book.unlisted(root):
        print(f"{path}: left out, for {book.CONTENTS} does not list it", flush=True)
    with ExitStack() as stack:
        chapters = book.chapters(root)
        if any(texts.of(path) for path in chapters):
            from bookpress.run import stored

            stored.expect_of_texts(chapters, root)
        if results.stale(chapters, root):
            from bookpress.run import runner

            work = runner.up_to_date(chapters, root, lambda line: print(line, flush=True))
            stack.enter_context(runner.Running(work))
        from jupyter_book import sphinx as jupyter_book
        from sphinx.builders.html import StandaloneHTMLBuilder
        from sphinx.builders.singlehtml import SingleFileHTMLBuilder
        from sphinx.cmd.build import handle_exception
        from sphinx.errors import SphinxError
        from sphinx.util import console

        def told(app: object, options: object, error: BaseException, stream: TextIO) -> None:
            if isinstance(_cause(error), SphinxError):
                handle_exception(app, options, error, stream)  # type: ignore[arg-type]

        # Of all else Sphinx would write a trace into a file, and ask for a report.
        jupyter_book.handle_exception = told
        if not console.color_terminal():
            console.nocolor()
        # As `jupyter-book build` does it, but nothing says that the book is in this folder: it does not stay there.
        StandaloneHTMLBuilder.epilog = SingleFileHTMLBuilder.epilog = ""
        config, contents = root / "_config.yml", (root / book.CONTENTS).as_posix()
        settings = {"external_toc_path": contents, "latex_individualpages": False, "nitpicky": True}
        ours = {"use_external_toc": True, "noconfig": True, "warningiserror": True, "keep_going": True}
        # Of what Sphinx says in passing, most names folders that are gone at the end; `bookpress.pages` says how far it is.
        ours["quiet"] = True
        status = jupyter_book.build_sphinx(
            root, out, path_config=config, confoverrides=settings, builder=builder, **ours
        )
    if isinstance(status, int):
        return 2 if status else 0
    if isinstance(_cause(status), SphinxError):
        return 2  # it has been printed
    raise _cause(status)


def _cause(error: BaseException) -> BaseException:
    """Return what stopped Sphinx: the error of a person or of the system inside its own, if there is one."""
    inner = getattr(error, "orig_exc", None)  # of an extension's error
    return inner if isinstance(inner, OSError | MemoryError | book.BookError) else error


def without_screen(part: "Tag") -> None:
    """Make part of a page fit for paper and reading systems: nothing needs a script, folds are open, an id comes once."""
    for unused in [*part.select(SCREEN), *part(lambda node: "-" in node.name)]:  # custom elements too
        unused.decompose()
    for name in ("loading", "decoding", "tabindex", "style", "download"):
        for node in part.select(f"[{name}]"):
            del node[name]
    for label in part.select("label.sd-tab-label"):  # what it turned is open
        label.name, label.attrs = "p", {"class": label["class"]}
    for fold in part.select("details.shown"):
        fold.unwrap()
    for fold in part("details"):
        fold["open"] = "open"
    seen = set()
    for node in part.select("[id]"):  # "The data" is a heading of every chapter
        if node["id"] in seen:
            del node["id"]
        else:
            seen.add(node["id"])


def state(root: Path) -> dict[str, str]:
    """Return digests of all that a book is built from, and of the book that is there."""
    return {
        "sources": _digest(root),
        # Pages name the edition by its identifier, which covers hidden files, and depends on what git tracks.
        "edition": inputs.digest(identifiers.listing(root)),
        "setting": inputs.digest(results.setting()),
        "book": _digest(root / "_build" / "html"),
    }


def publish(where: Path) -> None:
    """Put the new book where the last good one was; there is never less than one of them on disk."""
    html, new, old = where / "html", where / "new" / "html", where / "old"
    # Serves Sphinx's builds in place only, and differs between versions of Python.
    (new / ".buildinfo").unlink(missing_ok=True)
    (
        new / ".nojekyll"
    ).touch()  # without it GitHub leaves out folders such as `_static` of a branch that it publishes
    shutil.rmtree(old, ignore_errors=True)
    if not html.exists():
        new.rename(html)
    elif not exchanged(new, html):
        try:
            html.rename(old)
            new.rename(html)
        finally:  # interrupted between the two
            if not html.exists():
                old.rename(html)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(where / "new")


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, which nothing can interrupt; return whether that could be done (on Linux)."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    here, swap = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <stdio.h>
    return rename is not None and bool(rename(here, os.fsencode(one), here, os.fsencode(other), swap) == 0)


def _recorded(root: Path) -> Any:
    try:
        return json.loads((root / "_build" / "book.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _digest(folder: Path) -> str:
    return inputs.digest(files.digests(folder))


def indexed(part: "Tag") -> dict[str, list[tuple[str, str]]]:
    """Return what indexes list of a part of the book, by the heading of the index: ids, and what stands there in short.

    Captions are cut where they begin to explain; a claim comes with its verdict.
    """

    def words(node: "Tag") -> str:
        return " ".join(node.get_text().split())

    kinds = {say("Table"): say("Tables"), say("Figure"): say("Figures")}
    listed: dict[str, list[tuple[str, str]]] = {name: [] for name in (*kinds.values(), say("Claims"))}
    for caption in part.select("table caption, figure figcaption"):
        label, _, said = words(caption.p or caption).partition(". ")
        titles = caption.select(".figure-title")
        short = words(titles[0]) if titles else re.split(r"[:;(：；（。]|\. |, from ", said)[0].strip(" ,.")
        owner = caption.find_parent(["figure", "table", "div"], id=True)
        if owner and (kind := kinds.get(label.partition(" ")[0])):
            listed[kind].append((str(owner["id"]), f"{label}. {short}"))
    for box in part.select(".verdict[id]"):
        verdict, claim = (words(box.select(place)[0]) for place in (".verdict-head strong", ".verdict-claim"))
        listed[say("Claims")].append((str(box["id"]), f"{claim.rstrip('.')} ({verdict.lower()})"))
    return {heading: entries for heading, entries in listed.items() if entries}
