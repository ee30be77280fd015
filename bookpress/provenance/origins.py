"""What an exported exhibit was made from: written into the file, read back, compared with this checkout."""

import csv
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from IPython import get_ipython

from bookpress import tables
from bookpress.edition import book, citation, inputs

PACKAGES = ["matplotlib", "pandas"]  # what draws and what computes; the lock has the rest
STYLE = "bookpress/edition.mplstyle"
SIDECAR = ".csv-metadata.json"
MARK = "bookpress"  # every keyword of ours starts with a word of its own
LICENCE = "CC BY 4.0"  # of figures and tables; the data keep the rights of their sources
DPI = 300  # of an exported PNG
HOME = book.ENGINE.parent  # of this package, and of the book's own where both are installed

About = dict[str, Any]  # what is told of an exhibit: id, label, caption, …


class ProvenanceError(book.BookError):
    """A file is no exhibit of the edition, or cannot be read as one."""


def source_note(about: About) -> str:
    """Return an exhibit's source line as HTML: who made its tables; folded under it, every citation with its rights."""
    described = tables.describe()
    named: dict[str, None] = {}
    for name in about["sources"]:
        # A copy in a repository (owner/name) is where a table was found, not who made it.
        makers = [
            made["title"]
            for made in described[name]["sources"]
            if not re.fullmatch(r"\S+/\S+", made["title"])
        ]
        named |= dict.fromkeys(makers if len(makers) < 3 else [described[name]["title"]])
    line = "; ".join(named)
    return (
        f'<details class="fold exhibit-note"><summary>Source: {escape(line)}; own computation</summary>\n'
        f"<p>{escape(about['note'])}</p></details>"
    )


def folder() -> Path | None:
    """Return where exhibits are exported: BOOKPRESS_EXHIBITS, or _build/exhibits in the book; None if that is ''.

    A notebook of an installed edition exports to ``exhibits`` in its own folder, if it may write there.
    """
    where = os.environ.get("BOOKPRESS_EXHIBITS")
    if where is not None:
        return Path(where) if where else None
    if book.root() != book.INSTALLED:
        return book.root() / "_build" / "exhibits"
    return Path.cwd() / "exhibits" if os.access(Path.cwd(), os.W_OK) else None


def current(exhibit: str, opened: Iterable[str]) -> dict[str, str]:
    """Return what an exhibit made now, in this kernel, is made from.

    Parameters
    ----------
    exhibit : str
        Its address in the book, for example ``"figure-s1"``.
    opened : iterable of str
        Names of the tables that were opened for it.

    Returns
    -------
    dict
        ``exhibit``, ``chapter`` (sha256 of the cells run so far), ``edition`` (version), ``cite`` and by
        prefix ``table …``, ``code …``, ``lock`` (sha256) and ``package …`` (version).
    """
    shell = get_ipython()
    cells = shell.user_ns.get("In", [])[1:] if shell else []
    names = [
        "edition",
        "cite",
        *(f"table {name}" for name in sorted(opened)),
        *(f"code {name}" for name in sorted({*modules(), STYLE})),
        "lock",
        *(f"package {name}" for name in PACKAGES),
    ]
    chapter = book.sha256("\n".join(cells).encode())
    return {"exhibit": exhibit, "chapter": chapter} | surroundings(names)


def modules() -> list[str]:
    """Return the modules of the book and of this package that are loaded, as paths from where they lie."""
    loaded = (getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    files = [
        os.path.join(_real(os.path.dirname(f)), os.path.basename(f)) for f in loaded if f.endswith(".py")
    ]
    found = []
    for home, own in [(book.root(), "."), *((HOME, name) for name in _apart())]:
        start = f"{(home / own).resolve()}{os.sep}"
        places = [Path(file).relative_to(home.resolve()) for file in files if file.startswith(start)]
        found += [place.as_posix() for place in places if place.parts[0] not in inputs.FOREIGN]
    return found


@cache
def _apart() -> list[str]:
    """Return the packages that may lie outside the book: the engine, and all its own once it is installed."""
    own = book.packages(book.root()) if book.root() == book.INSTALLED else []
    return sorted({book.ENGINE.name, *(name.partition(".")[0] for name in own)})


@cache
def _real(folder: str) -> str:
    return os.path.realpath(folder)


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
        if kind == "table":
            described = tables.describe().get(what)
            what = f"data/{described['path']}" if described else what
        path = book.root() / (book.LOCK if kind == "lock" else what)
        if not path.is_file():
            path = HOME / what  # a module that is installed elsewhere
        return book.sha256(path.read_bytes()) if path.is_file() else "absent"

    return {name: value(name) for name in names}


def keywords(record: Mapping[str, str]) -> list[str]:
    """Return a record as keywords, the one field that SVG, PDF, PNG and CSVW share."""
    return [f"{MARK} {name}={value}" for name, value in record.items()]


def moved(recorded: Mapping[str, str]) -> list[str]:
    """Return in plain words what a file was made from that is different in this checkout.

    The chapter's own cells are not compared: they have to be run for that.
    """
    names = [name for name in recorded if name not in ("exhibit", "chapter")]
    now = surroundings(names)
    return [
        f"{name} ({recorded[name][:12]} then, {now[name][:12]} now)"
        for name in names
        if recorded[name] != now[name]
    ]


def ending(path: Path) -> str:
    """Return what follows an exhibit's id in a file name."""
    return SIDECAR if path.name.endswith(SIDECAR) else path.suffix


def read(path: Path) -> dict[str, str]:
    """Return the record inside an exported exhibit.

    Parameters
    ----------
    path : Path
        An ``.svg``, ``.pdf``, ``.png``, ``.md`` or ``.csv`` file; a CSV file has its record beside
        it in ``….csv-metadata.json``.

    Raises
    ------
    ProvenanceError
        If the file is missing, truncated, of another kind or without a record.
    """
    readers: dict[str, Callable[[Path], list[str]]] = {
        ".svg": _read_svg,
        ".pdf": _read_pdf,
        ".png": _read_png,
        ".csv": _read_csv,
        ".md": _read_markdown,
        SIDECAR: _read_sidecar,
    }
    kind = ending(path)
    if kind not in readers:
        raise ProvenanceError(f"{path}: found {kind or 'no ending'}, expected one of {' '.join(readers)}")
    try:
        words = readers[kind](path)
    except FileNotFoundError as error:
        raise ProvenanceError(f"{path}: {error.strerror}") from None
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ProvenanceError(f"{path}: truncated or not {kind[1:]}: {error}") from None
    # The first word says who wrote a keyword; earlier editions wrote another one.
    found = [word.strip().partition(" ")[2] for word in words]
    record = dict(word.split("=", 1) for word in found if "=" in word)
    if "exhibit" not in record:
        raise ProvenanceError(f"{path}: no provenance found, expected a file exported by this edition")
    return record


def _read_svg(path: Path) -> list[str]:
    tree = ElementTree.parse(path)
    return [node.text or "" for node in tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")]


def _read_pdf(path: Path) -> list[str]:
    content = path.read_bytes()
    if not content.startswith(b"%PDF") or not content.rstrip().endswith(b"%%EOF"):
        raise ValueError("no whole PDF document")
    from pypdf import PdfReader

    about = PdfReader(path).metadata
    return _split(str(about.get("/Keywords", "")) if about else "")


def _read_png(path: Path) -> list[str]:
    from PIL import Image

    with Image.open(path) as image:
        image.load()  # a truncated file fails here
        return _split(str(image.info.get("Keywords", "")))


def _split(text: str) -> list[str]:
    """Return the keywords of a field that holds them all; each begins with the same word."""
    return re.split(f"; (?={re.escape(text.partition(' ')[0])} )", text)


def _read_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        if not next(csv.reader(file), None):
            raise ValueError("empty file")
    sidecar = path.with_suffix(SIDECAR)
    if not sidecar.exists():
        raise ProvenanceError(f"{sidecar}: not found, expected the record of {path.name}")
    return _read_sidecar(sidecar)


def _read_sidecar(path: Path) -> list[str]:
    words: list[str] = json.loads(path.read_text(encoding="utf-8"))["dc:subject"]
    return words


def _read_markdown(path: Path) -> list[str]:
    return re.findall(r"^<!-- (\w+ .*=.*) -->$", path.read_text(encoding="utf-8"), flags=re.M)
