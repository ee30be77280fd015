"""The files of an exhibit: how each format is written with the record of what it was made from, and how that is read."""

import csv
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.edition import book
from bookpress.provenance.origins import About

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LICENCE = "CC BY 4.0"  # of figures and tables; the data keep the rights of their sources
DPI = 300  # of an exported PNG
MARK = "bookpress"  # every keyword of ours starts with a word of its own
SIDECAR = ".csv-metadata.json"  # beside a CSV file: its description (CSV on the Web), with the record


class ProvenanceError(book.BookError):
    """A file is no exhibit of the edition, or cannot be read as one."""


@dataclass(frozen=True)
class Exhibit:
    """A table or a figure, as it is exported."""

    about: About
    values: "pd.DataFrame"  # the numbers, under printed headings
    text: str  # the drawing as SVG, or the table as Markdown
    figure: "Figure | None" = None


def _write_svg(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    items = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in words)
    subject = f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject></cc:Work>"
    path.write_text(exhibit.text.replace("</cc:Work>", subject, 1), encoding="utf-8")


def _read_svg(path: Path) -> list[str]:
    items = ElementTree.parse(path).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
    return [node.text or "" for node in items]


def _write_pdf(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    assert exhibit.figure
    about = {"Title": exhibit.about["title"], "Subject": exhibit.about["alt"], "Keywords": "; ".join(words)}
    # No date and no program version: the file depends on the figure alone.
    exhibit.figure.savefig(path, metadata={"Creator": None, "Producer": None, "CreationDate": None} | about)


def _read_pdf(path: Path) -> list[str]:
    content = path.read_bytes()
    if not content.startswith(b"%PDF") or not content.rstrip().endswith(b"%%EOF"):
        raise ValueError("no whole PDF document")
    from pypdf import PdfReader

    about = PdfReader(path).metadata
    return _split(str(about.get("/Keywords", "")) if about else "")


def _write_png(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    assert exhibit.figure
    about = {"Title": exhibit.about["title"], "Description": exhibit.about["alt"]}
    about |= {"Source": exhibit.about["note"], "Copyright": LICENCE, "Keywords": "; ".join(words)}
    exhibit.figure.savefig(path, dpi=DPI, metadata={**about, "Software": None})


def _read_png(path: Path) -> list[str]:
    from PIL import Image

    with Image.open(path) as image:
        image.load()  # a truncated file fails here
        return _split(str(image.info.get("Keywords", "")))


def _split(text: str) -> list[str]:
    """Return the keywords of a field that holds them all; each begins with the same word."""
    return re.split(f"; (?={re.escape(text.partition(' ')[0])} )", text)


def _write_csv(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    named = [name or "row" for name in exhibit.values.index.names]
    exhibit.values.to_csv(path, index_label=named, float_format="%.10g", lineterminator="\n")
    description = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dc:identifier": exhibit.about["id"],
        "dc:title": exhibit.about["title"],
        "dc:source": exhibit.about["note"],
        "dc:rights": LICENCE,
        "dc:subject": words,
        "tableSchema": {"columns": [{"titles": name} for name in [*named, *exhibit.values.columns]]},
    }
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    path.with_suffix(SIDECAR).write_text(text, encoding="utf-8")


def _read_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        if not next(csv.reader(file), None):
            raise ValueError("empty file")
    if not (sidecar := path.with_suffix(SIDECAR)).exists():
        raise ProvenanceError(f"{sidecar}: not found, expected the record of {path.name}")
    return _read_sidecar(sidecar)


def _read_sidecar(path: Path) -> list[str]:
    words: list[str] = json.loads(path.read_text(encoding="utf-8"))["dc:subject"]
    return words


def _write_markdown(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    about, marks = exhibit.about, "".join(f"<!-- {word} -->\n" for word in words)
    text = f"{about['title']}\n\n{exhibit.text}\n\n{about['note']} {LICENCE}.\n\n{marks}"
    path.write_text(text, encoding="utf-8")


def _read_markdown(path: Path) -> list[str]:
    return re.findall(r"^<!-- (\w+ .*=.*) -->$", path.read_text(encoding="utf-8"), flags=re.M)


# By ending: the name that a reader sees, and how the keywords that hold the record are written and read.
FORMATS: dict[str, tuple[str, Callable[[Path, Exhibit, list[str]], None], Callable[[Path], list[str]]]] = {
    ".svg": ("SVG", _write_svg, _read_svg),
    ".pdf": ("PDF", _write_pdf, _read_pdf),
    ".png": (f"PNG, {DPI} dpi", _write_png, _read_png),
    ".csv": ("CSV", _write_csv, _read_csv),
    ".md": ("Markdown", _write_markdown, _read_markdown),
}
READERS = {ending: form[2] for ending, form in FORMATS.items()} | {SIDECAR: _read_sidecar}


def files(exhibit: str) -> dict[str, str]:
    """Return the files of an exhibit, as paths from the root of the book, with the names of their formats."""
    kind = exhibit.partition("-")[0]
    endings = {"figure": (".svg", ".pdf", ".png", ".csv"), "table": (".csv", ".md")}  # the main file first
    return {f"{kind}s/{exhibit}{ending}": FORMATS[ending][0] for ending in endings[kind]}


def ending(path: Path) -> str:
    """Return what follows an exhibit's id in a file name."""
    return SIDECAR if path.name.endswith(SIDECAR) else path.suffix


def folder() -> Path | None:
    """Return where exhibits are exported: BOOKPRESS_EXHIBITS, or _build/exhibits in the book; None if that is ''.

    A notebook of an installed edition exports to ``exhibits`` in its own folder, if it may write there.
    """
    where = os.environ.get(book.EXHIBITS)
    if where is not None:
        return Path(where) if where else None
    if book.root() != book.INSTALLED:
        return book.root() / "_build" / "exhibits"
    return Path.cwd() / "exhibits" if os.access(Path.cwd(), os.W_OK) else None


def write(folder: Path, exhibit: Exhibit, record: Mapping[str, str]) -> None:
    """Write the files of an exhibit, each with the record of what it was made from."""
    words = [f"{MARK} {name}={value}" for name, value in record.items()]
    for path in files(exhibit.about["id"]):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        FORMATS[Path(path).suffix][1](folder / path, exhibit, words)


def read(path: Path) -> dict[str, str]:
    """Return the record inside an exported exhibit, or of a CSV file beside it.

    Raises
    ------
    ProvenanceError
        If the file is missing, truncated, of another kind or without a record.
    """
    kind = ending(path)
    if kind not in READERS:
        raise ProvenanceError(f"{path}: found {kind or 'no ending'}, expected one of {' '.join(READERS)}")
    try:
        words = READERS[kind](path)
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
