"""An edition as others have it: its exhibits and verdicts, and what each exhibit was made from.

What an edition names (chapters, tables, code) is looked up inside that edition only; nothing of it is run.
`bookpress.verify.archives` reads one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bookpress import provenance, tables
from bookpress.edition import book
from bookpress.run import ipynb
from bookpress.verify import causes

Grid = list[list[str]]
"""Rows of cells, the first the head."""


@dataclass(frozen=True)
class Exhibit:
    """A table or figure of an edition, out of its exported files, a stored output, or both."""

    id: str
    caption: str
    note: str
    """The source line."""
    alt: str = ""
    drawing: str = ""
    """A figure as SVG."""
    values: Grid = field(default_factory=list)
    """The numbers of its CSV file; empty if there is only a stored output."""
    printed: Grid = field(default_factory=list)
    """A table as it is printed."""
    record: dict[str, str] = field(default_factory=dict)
    """What it was made from, as its files say; empty if there is only a stored output."""
    files: dict[str, str] = field(default_factory=dict)
    """sha256 of every exported file, by name."""
    sources: tuple[str, ...] = ()
    chapter: str = ""
    """Notebook that shows it, from the edition's folder; '' if that is not known."""
    cell: str = ""

    @property
    def label(self) -> str:
        return self.id.replace("-", " ", 1).title()

    @property
    def kind(self) -> str:
        return self.id.partition("-")[0]


@dataclass(frozen=True)
class Edition:
    """What can be read of an edition."""

    name: str
    exhibits: dict[str, Exhibit]
    """By id, in reading order."""
    checkout: Path | None
    verdicts: dict[str, str]
    """By claim; empty if the edition has none that can be read."""

    @property
    def version(self) -> str:
        recorded = next((e.record["edition"] for e in self.exhibits.values() if "edition" in e.record), "")
        return recorded or self.value(next(iter(self.exhibits.values())), "edition") or ""

    def names(self, exhibit: Exhibit) -> list[str]:
        """Return what an exhibit is made from: the names of its record, or the like from a checkout."""
        if exhibit.record or not self.checkout:
            return [name for name in exhibit.record if name not in ("exhibit", "cite")]
        code = modules(self.checkout, exhibit.chapter)
        named = [f"table {name}" for name in exhibit.sources] + [f"code {name}" for name in code]
        return ["chapter", "edition", *named, "lock", *(f"package {name}" for name in provenance.PACKAGES)]

    def value(self, exhibit: Exhibit, name: str) -> str | None:
        """Return version or sha256 of what an exhibit is made from; None if the edition does not say."""
        if exhibit.record:
            return exhibit.record.get(name, "absent")
        kind, _, what = name.partition(" ")
        if kind == "chapter" and (cells := self.cells(exhibit)):
            return book.sha256("\n".join(cells.values()).encode())
        if kind == "edition" and (about := self.text("CITATION.cff")):
            try:
                return str(yaml.safe_load(about)["version"])
            except (yaml.YAMLError, KeyError, TypeError):
                return None
        if kind == "package" and (lock := self.text(book.LOCK)):
            return causes.locked(lock).get(what, "absent")
        content = self.text(self.file(name))
        if content is None and kind == "code" and self.checkout:  # a wheel's edition has no packages
            return "absent" if inside(self.checkout, what.partition("/")[0]) else None
        return None if content is None else book.sha256(content.encode())

    def file(self, name: str) -> str:
        """Return the file that an entry of a record is about; '' if there is none."""
        kind, _, what = name.partition(" ")
        if kind == "table":
            return f"data/{entry['path']}" if (entry := self.tables().get(what)) else ""
        return {"code": what, "lock": book.LOCK}.get(kind, "")

    def tables(self) -> dict[str, Any]:
        """Return the description of every table by its name; nothing without a checkout."""
        if self.checkout and inside(self.checkout, f"data/{tables.PACKAGE}"):
            return dict(tables.describe(self.checkout / "data"))
        return {}

    def text(self, place: str) -> str | None:
        """Return the text of a file in the checkout, or None if there is none."""
        path = inside(self.checkout, place) if self.checkout and place else None
        return path.read_bytes().decode("utf-8", "replace") if path and path.is_file() else None

    def cells(self, exhibit: Exhibit) -> dict[str, str]:
        """Return the code cells of an exhibit's chapter up to the one that shows it, by id."""
        if not self.checkout or not exhibit.chapter:
            return {}
        found: dict[str, str] = {}
        for cell in ipynb.read(self.checkout / exhibit.chapter)["cells"]:
            if cell["cell_type"] == "code":
                found[cell.get("id", str(len(found)))] = "".join(cell["source"])
            if cell.get("id") == exhibit.cell:
                break
        return found


def inside(folder: Path, place: str) -> Path | None:
    """Return a file or folder of an edition by its path, or None if it is not there or lies elsewhere."""
    path = (folder / place).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.exists() else None


def modules(checkout: Path, chapter: str) -> list[str]:
    """Return the modules of a checkout that a chapter imports, and those that they import."""
    found: dict[str, None] = {}
    todo = list(ipynb.imports("\n".join(ipynb.code(ipynb.read(checkout / chapter)))))
    while todo:
        stem = todo.pop().replace(".", "/")
        for place in (f"{stem}.py", f"{stem}/__init__.py"):
            path = inside(checkout, place)
            if path and place not in found:
                found[place] = None
                todo += ipynb.imports(path.read_text("utf-8", "replace"))
    return sorted(found)
