"""What an exhibit is made from: named when it is exported, compared later with this checkout."""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from IPython import get_ipython

from bookpress import tables
from bookpress.edition import book, citation, inputs
from bookpress.edition.catalogue import say

PACKAGES = ["matplotlib", "pandas"]  # what draws and what computes; the lock has the rest
STYLE = "bookpress/edition.mplstyle"
HOME = book.ENGINE.parent.resolve()  # of the engine

About = dict[str, Any]  # what is said of an exhibit: id, label, caption, title, note, sources, alt


def source_line(sources: Sequence[str]) -> str:
    """Return the source line of an exhibit: the citation of every table it uses, and its rights."""
    described = tables.describe()
    unknown = [name for name in sources if name not in described]
    if unknown or not sources:
        raise tables.DataError(f"exhibit sources: found {unknown}, expected names of tables in data/")
    used = [described[name] for name in sources]
    cited = dict.fromkeys(f"{one['citation'].rstrip('.')} ({one['licenses'][0]['title']})" for one in used)
    return say("Source: {0}; own computation.", "; ".join(cited))


def source_note(about: About) -> str:
    """Return the source line as HTML: who made the tables; folded under it, every citation with its rights."""
    described = tables.describe()
    named: dict[str, None] = {}
    for name in about["sources"]:
        makers = [made["title"] for made in described[name]["sources"]]
        # A copy in a repository (owner/name) is where a table was found, not who made it.
        makers = [maker for maker in makers if not re.fullmatch(r"\S+/\S+", maker)]
        named |= dict.fromkeys(makers if len(makers) < 3 else [described[name]["title"]])
    short = say("Source: {0}; own computation", escape("; ".join(named)))
    return (
        f'<details class="fold exhibit-note"><summary>{short}</summary>\n'
        f"<p>{escape(about['note'])}</p></details>"
    )


def current(exhibit: str) -> dict[str, str]:
    """Return what an exhibit, such as ``"figure-s1"``, is made from if it is made now, in this kernel.

    That is ``exhibit``, ``chapter`` (sha256 of the cells run so far), ``edition`` (version), ``cite`` and by
    prefix ``table …``, ``code …``, ``lock`` (sha256) and ``package …`` (version).
    """
    shell = get_ipython()
    cells = shell.user_ns.get("In", [])[1:] if shell else []
    names = ["edition", "cite", *(f"table {name}" for name in sorted(tables.opened()))]
    names += [f"code {name}" for name in sorted({*modules(), STYLE})]
    names += ["lock", *(f"package {name}" for name in PACKAGES)]
    return {"exhibit": exhibit, "chapter": book.sha256("\n".join(cells).encode())} | surroundings(names)


def modules() -> set[str]:
    """Return the loaded modules of the book and of the engine, as paths from where they lie."""
    loaded = (getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    return {_place(file, book.root()) for file in loaded if file.endswith(".py")} - {""}


@cache
def _place(file: str, root: Path) -> str:
    """Return the path of a module from the book's folder, or from beside the engine; '' if it belongs to neither."""
    path = Path(os.path.realpath(os.path.dirname(file)), os.path.basename(file))
    for folder, home in _homes(root).items():
        if path.is_relative_to(folder) and path.relative_to(home).parts[0] not in inputs.FOREIGN:
            return path.relative_to(home).as_posix()
    return ""


@cache
def _homes(root: Path) -> dict[Path, Path]:
    """Return the folders whose modules are named, each with the folder that their paths begin at."""
    # The engine first: its modules have the same names where its sources lie in the book's folder.
    homes = {HOME / book.ENGINE.name: HOME, root.resolve(): root.resolve()}
    if book.is_installed(root):
        beside = root.resolve().parents[1]
        homes |= {beside / name.partition(".")[0]: beside for name in book.packages(root)}
    return homes


def surroundings(names: Iterable[str]) -> dict[str, str]:
    """Return what this checkout holds under the given names of a record: sha256 or version."""

    def value(name: str) -> str:
        kind, _, what = name.partition(" ")
        if kind == "edition":
            return str(citation.edition()["version"])
        if kind == "cite":
            return citation.reference()
        if kind == "package":
            try:
                return version(what)
            except PackageNotFoundError:
                return "absent"
        described = tables.describe().get(what) if kind == "table" else None
        places = {
            "table": [book.root() / "data" / described["path"]] if described else [],
            "code": [home / what for home in [book.root(), *_homes(book.root()).values()]],
            "lock": [book.root() / book.LOCK],
        }
        file = next(filter(Path.is_file, places.get(kind, [])), None)
        return book.sha256(file.read_bytes()) if file else "absent"

    return {name: value(name) for name in names}
