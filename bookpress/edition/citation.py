"""How to cite the edition and its exhibits, in every format, from one place: CITATION.cff.

What is cited is named by the edition's version and year and by the identifier of its files (see `bookpress.edition.identifiers`), which
anyone can recompute; by an address and a DOI as well once there are any.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bookpress.edition import book

NAMED = {
    "": "the edition: all files that git tracks"
}  # what an identifier is of; a folder is named by itself
DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")  # as the schema of CITATION.cff has it


def edition() -> dict[str, Any]:
    """Return the fields of CITATION.cff."""
    return _read(book.root() / "CITATION.cff")


@lru_cache
def _read(path: Path) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts = {name: str(fields[name]) for name in ("title", "version", "date-released", "abstract")}
        about = {**fields, **texts, "authors": fields["authors"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise book.BookError(f"{path.name}: found {error!r}, expected title, authors and so on") from None
    if not DOI.fullmatch(str(about.get("doi", "10.1234/any"))):
        raise book.BookError(f"{path.name}, doi: found {about['doi']!r}, expected one such as 10.1234/any")
    return about


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


def cite(key: str, title: str, identifier: str, address: str = "") -> dict[str, str]:
    """Return the citation of an exhibit, a claim or the edition itself, by format.

    Parameters
    ----------
    key : str
        Citation key and last part of the address, for example ``"figure-s1"``.
    title : str
        What is cited: ``"Figure S1. Caption."``; empty for the edition itself.
    identifier : str
        Of the files of the edition, ``"swh:1:dir:…"``.
    address : str
        Full address of its page; empty while the book has none.

    Returns
    -------
    dict
        ``"Text"``, ``"BibTeX"``, ``"RIS"`` and ``"CSL-JSON"``.
    """
    about = edition()
    version, released = f"version {about['version']}", about["date-released"][:4]
    doi = str(about.get("doi", ""))
    name = title or about["title"]
    within = about["title"] if title else ""
    places = [identifier, doi and f"https://doi.org/{doi}", address]
    told = f"In: {within}, {version}" if within else version[0].upper() + version[1:]
    csl = {
        "id": key,
        "type": "figure" if key.startswith("figure") else "document",
        "title": name,
        "container-title": within,
        "version": about["version"],
        "author": [{"literal": name} for name in authors()],
        "issued": {"date-parts": [[int(released)]]},
        "DOI": doi,
        "URL": address,
        "note": f"SWHID: {identifier}",
    }
    bibtex = {
        "author": "{" + "} and {".join(authors()) + "}",
        "title": "{" + _escaped(name) + "}",
        "howpublished": _escaped(told),
        "year": released,
        "doi": doi,
        "url": address,
        "swhid": identifier,
        "note": f"SWHID: {identifier}",  # plain styles print neither doi nor swhid, but every note
    }
    ris = [
        ("TY", "FIGURE" if key.startswith("figure") else "GEN"),
        *(("AU", name) for name in authors()),
        ("TI", name),
        ("T2", within),
        ("ET", about["version"]),
        ("PY", released),
        ("DO", doi),
        ("UR", address),
        ("AN", identifier),
        ("N1", f"SWHID: {identifier}"),
        ("ID", key),
    ]
    return {
        "Text": f"{'; '.join(authors())} ({released}). {name.rstrip('.')}. {told}; {'; '.join(filter(None, places))}.",
        "BibTeX": f"@misc{{{key},\n"
        + "".join(f"  {field} = {{{value}}},\n" for field, value in bibtex.items() if value)
        + "}",
        "RIS": "".join(f"{tag}  - {value}\n" for tag, value in ris if value) + "ER  - ",
        "CSL-JSON": json.dumps([{f: v for f, v in csl.items() if v}], indent=2, ensure_ascii=False),
    }


def _escaped(text: str) -> str:
    return re.sub(r"([%&#_$])", r"\\\1", text)


def finished(identifiers: Mapping[str, str], address: str = "") -> str:
    """Return CITATION.cff with the identifiers that cannot stand in it as long as it is part of what they identify.

    Parameters
    ----------
    identifiers : mapping
        Those of the edition, under ``""``, and of its folders.
    address : str
        Where the book is published; empty while it is nowhere.
    """
    about = edition()
    known = about.get("identifiers", [])
    added = [
        {"type": "swh", "value": value, "description": NAMED.get(name, f"the folder {name} of the edition")}
        for name, value in identifiers.items()
    ]
    at = {"url": address} if address else {}
    whole = at | about | {"identifiers": known + added}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)
