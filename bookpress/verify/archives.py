"""Reading an edition from what others hold: a built book, a zip of it, a crate, a checkout or a wheel.

An archive is read into a folder of its own that is gone afterwards, and only if all its names stay in it.
"""

import csv
import io
import json
import re
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

import lxml.etree
import lxml.html

from bookpress import provenance, tables
from bookpress.claims import ledger
from bookpress.edition import book
from bookpress.run import ipynb
from bookpress.verify import differences
from bookpress.verify.editions import Edition, Exhibit, Grid, inside

EXPECTED = (
    "an edition: the folder of a built book (_build/html), a zip of it, a crate, a checkout with _toc.yml or a "
    "wheel with bookpress/edition"
)
INSTALLED = "bookpress/installed"  # where a wheel has its checkout
LARGEST = 2_000_000_000  # bytes that an archive may unpack to; an edition has about a hundredth
EXHIBIT = re.compile(r"(figure|table)-([sc]?)([1-9]\d*)")
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
# Not what our own editions hold, but a foreign one may hold anything.
BROKEN = (ValueError, KeyError, TypeError, AttributeError, OSError, SyntaxError, lxml.etree.LxmlError)


@contextmanager
def opened(path: Path) -> Iterator[Edition]:
    """Read an edition; what an archive was read into is removed afterwards.

    Parameters
    ----------
    path : Path
        A built book, a zip of it, a crate, a checkout or a wheel.

    Raises
    ------
    BookError
        If it is none of these or cannot be read; the message begins with the path.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = path
        if not path.is_dir():
            folder = Path(scratch)
            _unpack(path, folder)
        try:
            edition = _read(folder, str(path))
        except BROKEN as error:
            said = isinstance(error, book.BookError | OSError)
            told = str(error) if said else f"found {error!r} where an exhibit or a verdict was read"
            told = told.replace(f"{folder}/", "").removeprefix(f"{path}: ")
            raise book.BookError(f"{path}: {told}") from None
        yield edition


def _unpack(path: Path, folder: Path) -> None:
    """Write the members of an archive into a folder, or raise if one would lie elsewhere."""
    if not path.exists():
        raise book.BookError(f"{path}: not found, expected {EXPECTED}")
    with path.open("rb") as file:
        is_zip = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    if not is_zip:
        raise book.BookError(f"{path}: found a file that is no zip archive, expected {EXPECTED}")
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            size = sum(member.file_size for member in members)
            if size > LARGEST:
                raise book.BookError(
                    f"{path}: found {size} bytes packed in it, expected {LARGEST} at the most"
                )
            for member in members:
                parts = PurePosixPath(member.filename).parts
                if ".." in parts or re.match(r"/|.*[\\:]", member.filename) or not parts:
                    raise book.BookError(
                        f"{path}: found a member {member.filename!r}, expected paths that stay in the archive"
                    )
            for member in members:
                target = folder / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(member))
    except UNREADABLE as error:
        told = str(error).replace(f"{folder}/", "") or type(error).__name__
        raise book.BookError(
            f"{path}: found a zip archive that is truncated or damaged ({told}), expected {EXPECTED}"
        ) from None


def _read(folder: Path, name: str) -> Edition:
    tops = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX")))
    outer = [folder, folder / tops[0]] if len(tops) == 1 else [folder]  # a zip has all in one folder
    for home in outer:
        places = (home, home / INSTALLED)
        checkout = next((place for place in places if (place / book.CONTENTS).is_file()), None)
        html = next((place for place in (home, home / "book") if _exports(place)), None)
        if checkout or html:
            break
    else:
        held = ", ".join(tops[:8]) + (", …" if len(tops) > 8 else "")
        raise book.BookError(f"found {held or 'nothing in it'}, expected {EXPECTED}")
    shown = _stored(checkout) if checkout else {}
    if html:
        for id, exported in _exported(html).items():
            told = shown.get(id)
            where = {"chapter": told.chapter, "cell": told.cell, "sources": told.sources} if told else {}
            shown[id] = replace(exported, **where)  # type: ignore[arg-type]
    if not shown:
        raise book.BookError(f"found no exhibit in the stored outputs of its chapters, expected {EXPECTED}")
    return Edition(name, shown, checkout, _verdicts(checkout) if checkout else _pages(html))


def _exports(html: Path) -> list[Path]:
    return sorted(path for kind in ("figures", "tables") for path in (html / kind).glob("[!.]*"))


def _stored(checkout: Path) -> dict[str, Exhibit]:
    """Return the exhibits of stored outputs."""
    found = {}
    for path in book.chapters(checkout):
        chapter = path.relative_to(checkout).as_posix()
        if not inside(checkout, chapter):
            raise book.BookError(f"{book.CONTENTS}: found {chapter}, expected chapters of the edition")
        for about, cell, output in ipynb.exhibits(ipynb.read(path)["cells"]):
            data = {kind: differences.joined(text) for kind, text in output.get("data", {}).items()}
            if not EXHIBIT.fullmatch(about["id"]):
                raise book.BookError(
                    f"{chapter}: found an exhibit {about['id']!r}, expected table-… or figure-…"
                )
            if drawing := data.get("image/svg+xml", ""):
                ElementTree.fromstring(drawing)
            found[about["id"]] = Exhibit(
                id=about["id"],
                caption=about["caption"],
                note=about["note"],
                alt=about.get("alt", ""),
                drawing=drawing,
                printed=_html_grid(data.get("text/html", "")),
                sources=tuple(about["sources"]),
                chapter=chapter,
                cell=cell.get("id", ""),
            )
    return found


def _exported(html: Path) -> dict[str, Exhibit]:
    """Return the exhibits of exported files, in the order of the built pages."""
    groups: dict[str, list[Path]] = {}
    for path in _exports(html):
        id = path.name.partition(".")[0]
        record = provenance.read(path)
        if record["exhibit"] != id or not EXHIBIT.fullmatch(id):
            raise book.BookError(
                f"{path}: found the record of {record['exhibit']!r}, expected that of {id!r}"
            )
        groups.setdefault(id, []).append(path)
    order = {id: place for place, id in enumerate(_order(html))}
    ids = sorted(groups, key=lambda id: (order.get(id, len(order)), _number(id)))
    return {id: _one(id, groups[id]) for id in ids}


def _one(id: str, paths: list[Path]) -> Exhibit:
    """Return an exhibit out of its files."""
    files = {provenance.ending(path): path for path in paths}
    needed = [".csv", provenance.SIDECAR, ".svg" if id.startswith("figure") else ".md"]
    for ending in needed:
        if ending not in files:
            raise book.BookError(f"{paths[0].parent / (id + ending)}: not found, expected every file of {id}")
    about = json.loads(files[provenance.SIDECAR].read_text(encoding="utf-8"))
    drawing = files[".svg"].read_text(encoding="utf-8") if ".svg" in files else ""
    return Exhibit(
        id=id,
        caption=str(about.get("dc:title", "")).partition(". ")[2],
        note=str(about.get("dc:source", "")),
        alt=_description(drawing) if drawing else "",
        drawing=drawing,
        values=list(csv.reader(io.StringIO(files[".csv"].read_text(encoding="utf-8")))),
        printed=_markdown_grid(files[".md"].read_text(encoding="utf-8")) if ".md" in files else [],
        record=provenance.read(files[provenance.SIDECAR]),
        files={path.name: book.sha256(path.read_bytes()) for path in paths},
    )


def _description(svg: str) -> str:
    found = ElementTree.fromstring(svg).find(".//{http://purl.org/dc/elements/1.1/}description")
    return (found.text or "") if found is not None else ""


def _order(html: Path) -> list[str]:
    """Return the ids of exhibits as the pages of a built book show them, chapter by chapter."""
    start = html / "index.html"
    if not start.is_file():
        return []
    first = start.read_text(encoding="utf-8", errors="replace")
    linked = dict.fromkeys(re.findall(r'class="reference internal" href="([\w./-]+\.html)', first))
    pages = [first] + [
        path.read_text(encoding="utf-8", errors="replace")
        for name in linked
        if (path := inside(html, name)) and not name.startswith("exhibits/")
    ]
    cited = r'exhibits/([\w-]+)\.html" aria-label="Cite'
    return list(dict.fromkeys(id for page in pages for id in re.findall(cited, page)))


def _number(id: str) -> tuple[str, int, str]:
    kind, series, number = EXHIBIT.fullmatch(id).groups()  # type: ignore[union-attr]
    return series, int(number), kind


def _html_grid(html: str) -> Grid:
    """Return the cells of a stored table as they are printed."""
    if not html.strip():
        return []
    rows = lxml.html.fromstring(html).iter("tr")
    return [
        [" ".join("".join(map(str, cell.itertext())).split()) for cell in row.iter("th", "td")]
        for row in rows
    ]


def _markdown_grid(text: str) -> Grid:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[" ".join(cell.split()) for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return cells[:1] + cells[2:]  # without the rule below the head


def _verdicts(checkout: Path) -> dict[str, str]:
    """Return the verdicts of a checkout's ledger."""
    if not inside(checkout, f"data/{tables.PACKAGE}"):
        return {}
    entry = tables.describe(checkout / "data").get(ledger.TABLE)
    path = inside(checkout, f"data/{entry['path']}") if entry else None
    if not path:
        return {}
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8", "replace")))
    return {row["id"]: row["verdict"] for row in rows if row.get("id") and row.get("verdict")}


def _pages(html: Path | None) -> dict[str, str]:
    """Return the verdicts that the claim pages of a built book tell machines."""
    found = {}
    for path in sorted((html / ledger.FOLDER).glob("*.html")) if html else []:
        for text in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', path.read_text("utf-8", "replace")
        ):
            about = json.loads(text)
            if about.get("@type") == "ClaimReview":
                rated = about["reviewRating"]["alternateName"]
                found[about["itemReviewed"]["name"]] = rated.lower()
    return found
