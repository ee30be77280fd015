"""Reading an edition from a folder: a built book or a checkout. Nothing of it is run.

What an edition names (chapters, tables, code) is looked up inside its folder only, and read as a stranger's.
"""

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import yaml

from bookpress import provenance, tables
from bookpress.claims import ledger, verdicts
from bookpress.edition import book
from bookpress.run import ipynb
from bookpress.verify import causes, differences, notebooks
from bookpress.verify.differences import Grid

EXPECTED = "the folder of a built book (_build/html) or of a checkout (with _toc.yml)"
SETTINGS = 100_000  # bytes of a file in YAML, which takes long to read


@dataclass(frozen=True)
class Exhibit:
    """A table or figure: the exported files of a built book, or a stored output of a checkout."""

    id: str
    caption: str
    note: str  # the source line
    record: dict[str, str]  # what it was made from; of a checkout, what its files say of that
    printed: Grid = field(default_factory=list)  # a table as it is printed
    drawing: str = ""  # a figure as SVG
    alt: str = ""
    # Only in a built book: the numbers of the CSV file, the sha256 of every exported file by name.
    values: Grid = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    # Only in a checkout: the notebook and the cell that show it, the code of the chapter up to that cell.
    chapter: str = ""
    cell: str = ""
    code: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.id.partition("-")[0]

    @property
    def label(self) -> str:
        return self.id.replace("-", " ", 1).title()

    @property
    def title(self) -> str:
        return f"{self.label}: {self.caption}"


@dataclass(frozen=True)
class Edition:
    """What can be read of an edition."""

    folder: Path
    is_checkout: bool
    exhibits: list[Exhibit]  # the paper's own, the cover's, the edition's
    verdicts: dict[str, str]  # by claim; empty if none can be read

    def text(self, name: str) -> str | None:
        """Return the text of a table, module or lock by its name in a record; None if it is not at hand."""
        path = _file(self.folder, name) if self.is_checkout else None
        return _text(path) if path else None


def read(folder: Path) -> Edition:
    """Read an edition from a built book or a checkout; a crate is a checkout, with the built book in ``book/``.

    A BookError says that it is neither or cannot be read; the message begins with the path.
    """
    if not folder.is_dir():
        found = "found a file; unpack a zip or wheel first" if folder.exists() else "not found"
        raise book.BookError(f"{folder}: {found}; expected {EXPECTED}")
    is_checkout = (folder / book.CONTENTS).is_file()
    try:
        for place in (book.CONTENTS, "CITATION.cff"):
            if is_checkout and (path := _inside(folder, place)):
                _checked_yaml(path)
        exhibits = sorted(_stored(folder) if is_checkout else _exported(folder), key=_number)
        judged = _ledger(folder) if is_checkout else _claim_pages(folder)
    except (
        Exception
    ) as error:  # our own editions hold nothing that raises, but a foreign one may hold anything
        known = isinstance(error, book.BookError | OSError)
        message = str(error) if known else f"found {error!r:.200} where an exhibit or a verdict was read"
        message = message.replace(f"{folder}/", "").removeprefix(f"{folder}: ")
        raise book.BookError(f"{folder}: {message}") from None
    if not exhibits:
        held = ", ".join(causes.few(sorted(path.name for path in folder.iterdir()))) or "an empty folder"
        stored = "no exhibit in the stored outputs of its chapters"
        raise book.BookError(f"{folder}: found {stored if is_checkout else held}, expected {EXPECTED}")
    return Edition(folder, is_checkout, exhibits, judged)


def _inside(folder: Path, place: str) -> Path | None:
    """Return a file of an edition by its path, or None if it is not there or lies elsewhere."""
    path = (folder / place).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def _text(path: Path) -> str:
    return provenance.content(path).decode("utf-8", "replace")


def _checked_yaml(path: Path) -> Any:
    """Return what YAML holds; a BookError says that it is too long, or repeats parts, which can fill any memory."""
    text = provenance.content(path, SETTINGS).decode("utf-8")
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise book.BookError(f"{path}: found a part that repeats another, expected each written out")
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise book.BookError(f"{path}: {' '.join(str(error).split())}") from None


def _file(checkout: Path, name: str) -> Path | None:
    """Return the file of a table, module or lock by its name in a record, or None if there is none."""
    kind, _, what = name.partition(" ")
    if kind == "table":
        described = tables.describe(checkout / "data") if _inside(checkout, f"data/{tables.PACKAGE}") else {}
        what = f"data/{described[what]['path']}" if what in described else ""
    return _inside(checkout, book.LOCK) if kind == "lock" else _module(checkout, what)


def _module(checkout: Path, place: str) -> Path | None:
    """Return a file of an edition, or of the engine's sources in its folder; None if there is none: it may lie in a wheel."""
    return _inside(checkout, place) or _inside(checkout, f"{book.ENGINE.name}/src/{place}")


def _stored(checkout: Path) -> Iterator[Exhibit]:
    """Yield the exhibits of stored outputs."""
    for path in book.chapters(checkout):
        chapter = path.relative_to(checkout).as_posix()
        if not _inside(checkout, chapter):
            raise book.BookError(f"{book.CONTENTS}: found {chapter}, expected chapters of the edition")
        notebook = notebooks.read(path)
        code, modules = causes.code(notebook), _modules(checkout, notebook)
        for about, cell, output in ipynb.exhibits(notebook["cells"]):
            data = {kind: differences.joined(text) for kind, text in output.get("data", {}).items()}
            shown = {id: code[id] for id in [*code][: [*code].index(cell["id"]) + 1]}
            names = [*(f"table {name}" for name in about["sources"]), *(f"code {name}" for name in modules)]
            yield Exhibit(
                id=about["id"],
                caption=about["title"].partition(". ")[2],
                note=about["note"],
                record=_record(checkout, shown, names),
                printed=_html_grid(data.get("text/html", "")),
                drawing=data.get("image/svg+xml", ""),
                alt=about.get("alt", ""),
                chapter=chapter,
                cell=cell["id"],
                code=shown,
            )


def _record(checkout: Path, code: dict[str, str], names: list[str]) -> dict[str, str]:
    """Return what an exhibit of a checkout is made from, as far as the files tell."""
    files = {name: file for name in [*names, "lock"] if (file := _file(checkout, name))}
    record = {name: book.sha256(provenance.content(file)) for name, file in files.items()}
    record["chapter"] = book.sha256("\n".join(code.values()).encode())
    if about := _inside(checkout, "CITATION.cff"):
        record["edition"] = str(_checked_yaml(about)["version"])
    locked = causes.packages(_text(files["lock"])) if "lock" in files else {}
    drawing = [f"package {name}" for name in provenance.PACKAGES]
    return record | {name: version for name, version in locked.items() if name in drawing}


def _modules(checkout: Path, notebook: ipynb.Notebook) -> list[str]:
    """Return the modules of a checkout that a chapter imports, and those that they import."""
    found: dict[str, None] = {}
    todo = list(ipynb.imports("\n".join(ipynb.code(notebook))))
    while todo:
        stem = todo.pop().replace(".", "/")
        for place in (f"{stem}.py", f"{stem}/__init__.py"):
            if place not in found and (path := _module(checkout, place)):
                found[place] = None
                todo += ipynb.imports(_text(path))
    return sorted(found)


def _html_grid(html: str) -> Grid:
    """Return the cells of a stored table as they are printed."""
    rows = lxml.html.fromstring(html).iter("tr") if html.strip() else []
    cells = [["".join(map(str, cell.itertext())) for cell in row.iter("th", "td")] for row in rows]
    return [[" ".join(cell.split()) for cell in row] for row in cells]


def _exported(html: Path) -> Iterator[Exhibit]:
    """Yield the exhibits of exported files."""
    exported: dict[str, dict[str, Path]] = {}
    for path in sorted(path for kind in ("figures", "tables") for path in (html / kind).glob("[!.]*")):
        id, of = path.name.partition(".")[0], provenance.read(path)["exhibit"]
        if of != id:
            raise book.BookError(f"{path}: found the record of {of!r}, expected that of {id!r}")
        exported.setdefault(id, {})[provenance.ending(path)] = path
    for id, files in exported.items():
        for ending in (".csv", provenance.SIDECAR, ".svg" if id.startswith("figure") else ".md"):
            if ending not in files:
                missing = next(iter(files.values())).with_name(f"{id}{ending}")
                raise book.BookError(f"{missing}: not found, expected every file of {id}")
        whole = {ending: provenance.content(path) for ending, path in files.items()}
        text = {
            ending: whole[ending].decode("utf-8") for ending in (".csv", ".md", ".svg") if ending in whole
        }
        about, svg = provenance.from_json(whole[provenance.SIDECAR]), text.get(".svg", "")
        drawn = ElementTree.fromstring(svg or "<svg/>")
        yield Exhibit(
            id=id,
            caption=str(about.get("dc:title", "")).partition(". ")[2],
            note=str(about.get("dc:source", "")),
            record=provenance.read(files[provenance.SIDECAR]),
            printed=_markdown_grid(text.get(".md", "")),
            drawing=svg,
            alt=drawn.findtext(".//{http://purl.org/dc/elements/1.1/}description") or "",
            values=list(csv.reader(io.StringIO(text[".csv"]))),
            files={files[ending].name: book.sha256(content) for ending, content in whole.items()},
        )


def _number(exhibit: Exhibit) -> tuple[str, list[int], str, str]:
    """Return where an exhibit stands: the paper's own come first, then the cover's, then those of the edition."""
    parts = re.fullmatch(r"(figure|table)-([a-z]*)-?(.+)", exhibit.id)
    if not parts or not provenance.EXHIBIT.fullmatch(exhibit.id):
        raise book.BookError(f"found an exhibit {exhibit.id!r}, expected table-… or figure-…")
    kind, series, number = parts.groups()
    return series, [int(digits) for digits in re.findall(r"\d+", number)], number, kind


def _markdown_grid(text: str) -> Grid:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[" ".join(cell.split()) for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return cells[:1] + cells[2:]  # without the rule below the head


def _ledger(checkout: Path) -> dict[str, str]:
    """Return the verdicts of a checkout's ledger."""
    path = _file(checkout, f"table {ledger.TABLE}")
    rows = csv.DictReader(io.StringIO(_text(path))) if path else []
    return {row["id"]: row["verdict"] for row in rows if row.get("id") and row.get("verdict")}


def _claim_pages(html: Path) -> dict[str, str]:
    """Return the verdicts that the claim pages of a built book tell machines, as codes where this engine knows them."""
    found, codes = {}, {word: code for code, word in verdicts.WORDS.items()}
    for path in sorted((html / ledger.FOLDER).glob("*.html")):
        for text in _text(path).split('<script type="application/ld+json">')[1:]:
            about = provenance.from_json(text.partition("</script>")[0].encode())
            if about.get("@type") == "ClaimReview":
                word = str(about["reviewRating"]["alternateName"]).lower()
                found[str(about["itemReviewed"]["name"])] = codes.get(word, word)
    return found
