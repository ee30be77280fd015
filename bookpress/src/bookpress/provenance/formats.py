"""The files of an exhibit: how each format is written with the record of what it was made from, and how that is read."""

import io
import json
import os
import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.edition import book, citation
from bookpress.provenance import seals
from bookpress.provenance.origins import About
from bookpress.provenance.strangers import ProvenanceError, content, from_json

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

DPI = 300  # of an exported PNG
MARK = "bookpress"  # every keyword of ours starts with a word of its own
SIDECAR = ".csv-metadata.json"  # beside a CSV file: its description (CSV on the Web), with the record
# What programs write into a picture that they save.
PROGRAMS = {
    b"inkscape:version": "Inkscape",
    b"Adobe Illustrator": "Adobe Illustrator",
    b"Ghostscript": "Ghostscript",
}
PROGRAMS |= {b"Adobe Photoshop": "Adobe Photoshop", b"Quartz PDFContext": "macOS Preview"}
VALUES = "values"  # in the record beside a CSV file: its sha256
LONGEST = 10_000  # words of a record
EXHIBIT = re.compile(r"(figure|table)-([a-z]+-?)?[1-9]\d*(-[1-9]\d*)*[a-z]?")
# What a record may name. No part of a path begins with a dot, so that none leads out of the book.
NAME = re.compile(
    r"exhibit|chapter|edition|cite|lock|values|content|table [a-z0-9][a-z0-9._-]*|package \w[\w.-]*"
    r"|code (\w[\w-]*/)*\w[\w-]*\.(py|mplstyle)"
)


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


class _Items:
    """The texts of a drawing's lists; no tree is built, however deep it is."""

    item = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.item:
            self.texts.append([])
            self.inside = True

    def data(self, text: str) -> None:
        if self.inside:
            self.texts[-1].append(text)

    def end(self, tag: str) -> None:
        self.inside = self.inside and tag != self.item

    def close(self) -> list[str]:
        return ["".join(parts) for parts in self.texts]


def _read_svg(content: bytes) -> list[str]:
    parser: ElementTree.XMLParser[list[str]] = ElementTree.XMLParser(target=_Items())
    parser.feed(content)
    return parser.close()


def _write_pdf(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    assert exhibit.figure
    about = {"Title": exhibit.about["title"], "Subject": exhibit.about["alt"], "Keywords": "; ".join(words)}
    # No date and no program version: the file depends on the figure alone.
    exhibit.figure.savefig(path, metadata={"Creator": None, "Producer": None, "CreationDate": None} | about)


def _read_pdf(content: bytes) -> list[str]:
    if not content.startswith(b"%PDF") or not content.rstrip().endswith(b"%%EOF"):
        raise ValueError("no whole PDF document")
    # As Matplotlib writes it. Whatever else a PDF document may hold, compressed or encrypted, is no record of ours.
    found = re.search(rb"/Keywords \(((?:[^\\()]++|\\.)*+)\)", content, flags=re.S)
    escapes = {b"n": b"\n", b"r": b"\r"}
    text = re.sub(rb"(?s)\\(.)", lambda c: escapes.get(c[1], c[1]), found[1]) if found else b""
    return _split(text.decode("utf-16" if text.startswith(b"\xfe\xff") else "ascii"))


def _write_png(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    assert exhibit.figure
    about = {"Title": exhibit.about["title"], "Description": exhibit.about["alt"]}
    about |= {
        "Source": exhibit.about["note"],
        "Copyright": citation.rights().text.name,
        "Keywords": "; ".join(words),
    }
    exhibit.figure.savefig(path, dpi=DPI, metadata={**about, "Software": None})


def _read_png(content: bytes) -> list[str]:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # By any other format Pillow would start other programs, or read other files.
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
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
        "dc:rights": citation.rights().text.name,
        "dc:subject": [f"{MARK} {VALUES}={book.sha256(path.read_bytes())}", *words],
        "tableSchema": {"columns": [{"titles": name} for name in [*named, *exhibit.values.columns]]},
    }
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    path.with_suffix(SIDECAR).write_text(text, encoding="utf-8")


def _read_sidecar(content: bytes) -> list[str]:
    words = from_json(content).get("dc:subject")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("found no list of texts under dc:subject")
    return words


def _write_markdown(path: Path, exhibit: Exhibit, words: list[str]) -> None:
    about, marks = exhibit.about, "".join(f"<!-- {word} -->\n" for word in words)
    text = f"{about['title']}\n\n{exhibit.text}\n\n{about['note']} {citation.rights().text.name}.\n\n{marks}"
    path.write_text(text, encoding="utf-8")


def _read_markdown(content: bytes) -> list[str]:
    lines = content.decode("utf-8").split("\n")
    return [line[5:-4] for line in lines if line.startswith("<!-- ") and line.endswith(" -->")]


# By ending: the name that a reader sees, and how the keywords that hold the record are written and read. A CSV file has
# no place for them: they are read from the file beside it.
FORMATS: dict[str, tuple[str, Callable[[Path, Exhibit, list[str]], None], Callable[[bytes], list[str]]]] = {
    ".svg": ("SVG", _write_svg, _read_svg),
    ".pdf": ("PDF", _write_pdf, _read_pdf),
    ".png": (f"PNG, {DPI} dpi", _write_png, _read_png),
    ".csv": ("CSV", _write_csv, _read_sidecar),
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
    if not book.is_installed(book.root()):
        return book.root() / "_build" / "exhibits"
    return Path.cwd() / "exhibits" if os.access(Path.cwd(), os.W_OK) else None


def write(folder: Path, exhibit: Exhibit, record: Mapping[str, str]) -> None:
    """Write the files of an exhibit, each with the record of what it was made from, and sealed."""
    words = [f"{MARK} {name}={value}" for name, value in {**record, seals.NAME: seals.BLANK}.items()]
    for path in files(exhibit.about["id"]):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        FORMATS[Path(path).suffix][1](folder / path, exhibit, words)
        holder = parts(folder / path)[-1]
        blank = holder.read_bytes()
        holder.write_bytes(seals.sealed(blank, book.sha256(blank)))


def parts(path: Path) -> list[Path]:
    """Return the files that an exported file consists of: itself, and the description beside a CSV file."""
    return [path, path.with_suffix(SIDECAR)] if path.suffix == ".csv" else [path]


def read(path: Path) -> dict[str, str]:
    """Return the record inside an exported exhibit, or of a CSV file beside it, without its seals.

    Its names are those of `NAME`, its values can be printed.

    Raises
    ------
    ProvenanceError
        If the file is missing, truncated, of another kind or without a record, or its record is none of an edition.
    """
    kind = ending(path)
    if kind not in READERS:
        raise ProvenanceError(f"{path}: found {kind or 'no ending'}, expected one of {' '.join(READERS)}")
    *tables, holder = parts(path)
    if tables and not content(path).strip():
        raise ProvenanceError(f"{path}: truncated or not csv: empty file")
    if tables and not holder.exists():
        raise ProvenanceError(f"{holder}: not found, expected the record of {path.name}")
    found = content(holder)
    try:
        words = READERS[kind](found)
    except Exception as error:  # whatever a parser says of bytes that are not of its kind
        raise ProvenanceError(
            f"{holder}: truncated or not {ending(holder)[1:]}: {str(error)[:200]}"
        ) from None
    return {
        name: value for name, value in _checked(holder, words).items() if name not in (VALUES, seals.NAME)
    }


def saved_by(held: bytes) -> str:
    """Return which known program saved a file last, in brackets; '' if the file does not say so."""
    return next((f" (it was saved by {name})" for mark, name in PROGRAMS.items() if mark in held), "")


def is_whole(path: Path) -> bool | None:
    """Return whether an exported file that can be read is byte by byte what its seal says; None if it has no seal."""
    *tables, holder = parts(path)
    held = content(holder)
    record = _checked(holder, READERS[ending(path)](held))
    if seals.NAME not in record:
        return None
    values = [book.sha256(content(table)) == record.get(VALUES) for table in tables]
    return all(values) and book.sha256(seals.sealed(held, seals.BLANK)) == record.get(seals.NAME)


def _checked(path: Path, words: list[str]) -> dict[str, str]:
    """Return the record that words hold, if all of it is such as an edition writes."""
    # The first word says who wrote a keyword; earlier editions wrote another one.
    named = [word.strip().partition(" ")[2].partition("=") for word in words[: LONGEST + 1]]
    pairs = [(name, value) for name, equals, value in named if equals]
    record = dict(pairs)
    if "exhibit" not in record:
        said = f"{path}: found no record of an edition: none exported it, or a program took the record away"
        raise ProvenanceError(
            f"{said}{saved_by(content(path))}, as some journals' systems do; download it again"
        )
    for name, value in pairs:
        # Spaces that do not break are in French titles, which a citation may hold.
        if not NAME.fullmatch(name) or not re.sub("[\xa0\u202f]", " ", value).isprintable():
            said = f"found the record {name[:80]!r}: {value[:80]!r}, expected a name and a value that an edition writes"
            raise ProvenanceError(f"{path}: {said}")
    if not EXHIBIT.fullmatch(record["exhibit"]):
        raise ProvenanceError(
            f"{path}: found the exhibit {record['exhibit'][:80]!r}, expected one such as figure-1"
        )
    if len(pairs) > len(record) or len(words) > LONGEST:
        raise ProvenanceError(
            f"{path}: found a record of {len(words):,} words, expected {LONGEST:,} at most, none twice"
        )
    return record
