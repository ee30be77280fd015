"""How to cite the edition and its exhibits, in every format, from one place: CITATION.cff."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bookpress import book

UNPUBLISHED = "not yet published at a permanent address"


def edition() -> dict[str, Any]:
    """Return the fields of CITATION.cff."""
    return _read(book.root() / "CITATION.cff")


@lru_cache
def _read(path: Path) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts = {name: str(fields[name]) for name in ("title", "version", "date-released", "abstract")}
        return {**fields, **texts, "authors": fields["authors"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise book.BookError(f"{path.name}: found {error!r}, expected title, authors and so on") from None


def authors() -> list[str]:
    """Return the names of the edition's authors, persons as 'Family, Given'."""
    return [
        person.get("name") or f"{person['family-names']}, {person['given-names']}"
        for person in edition()["authors"]
    ]


def reference() -> str:
    """Return the edition's reference in one line without brackets, as a keyword can hold it."""
    about = edition()
    parts = [*authors(), about["date-released"][:4], about["title"], f"version {about['version']}"]
    return ", ".join(parts)


def cite(key: str, title: str, address: str = "") -> dict[str, str]:
    """Return the citation of an exhibit, or of the edition, by format.

    Parameters
    ----------
    key : str
        Citation key and last part of the address, for example ``"figure-s1"``.
    title : str
        What is cited: ``"Figure S1. Caption."``.
    address : str
        Full address of its page; empty while the book has none, and the citation then says so.

    Returns
    -------
    dict
        ``"Text"``, ``"BibTeX"``, ``"RIS"`` and ``"CSL-JSON"``.
    """
    about = edition()
    where = address or UNPUBLISHED
    version = f"version {about['version']}"
    who = "; ".join(authors())
    escaped = re.sub(r"([%&#_$])", r"\\\1", title)
    released = about["date-released"][:4]
    named = [{"literal": name} for name in authors()]
    csl = {
        "id": key,
        "type": "figure" if key.startswith("figure") else "document",
        "title": title,
        "container-title": about["title"],
        "version": about["version"],
        "author": named,
        "issued": {"date-parts": [[int(released)]]},
        **({"URL": address} if address else {"note": UNPUBLISHED}),
    }
    bibtex = {
        "author": "{" + "} and {".join(authors()) + "}",
        "title": "{" + escaped + "}",
        "howpublished": f"In: {about['title']}, {version}",
        "year": released,
        **({"url": address} if address else {"note": UNPUBLISHED}),
    }
    ris = [
        ("TY", "FIGURE" if key.startswith("figure") else "GEN"),
        *(("AU", name) for name in authors()),
        ("TI", title),
        ("T2", about["title"]),
        ("ET", about["version"]),
        ("PY", released),
        ("UR", address) if address else ("N1", UNPUBLISHED),
        ("ID", key),
        ("ER", ""),
    ]
    return {
        "Text": f"{who} ({released}). {title.rstrip('.')}. In: {about['title']}, {version}; {where}.",
        "BibTeX": f"@misc{{{key},\n"
        + "".join(f"  {name} = {{{value}}},\n" for name, value in bibtex.items())
        + "}",
        "RIS": "\n".join(f"{tag}  - {value}" for tag, value in ris),
        "CSL-JSON": json.dumps([csl], indent=2, ensure_ascii=False),
    }
