"""How to cite the edition and its exhibits, in every format, from one place: CITATION.cff.

What is cited is named by version, year and the identifier of its files; by an address and a DOI as well once there are any.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bookpress.edition import book

DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")  # as the schema of CITATION.cff has it
# Of what is cited, its type in CSL, in BibTeX and in RIS: the edition is a book, all else a part of it.
KINDS = {
    "edition": ("book", "book", "BOOK"),
    "figure": ("figure", "incollection", "FIGURE"),
    "part": ("chapter", "incollection", "CHAP"),
}
ENDINGS = {"BibTeX": ".bib", "RIS": ".ris", "CSL-JSON": ".csl.json"}  # of the files of a citation


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
    people = edition()["authors"]
    return [one.get("name") or f"{one['family-names']}, {one['given-names']}" for one in people]


def reference() -> str:
    """Return the edition's reference in one line without brackets, as a keyword can hold it."""
    about = edition()
    return ", ".join([*authors(), about["date-released"][:4], about["title"], f"version {about['version']}"])


def cite(key: str, title: str, identifier: str, address: str = "") -> dict[str, str]:
    """Return the citation of a chapter, an exhibit, a claim or the edition itself: "Text", "BibTeX", "RIS" and "CSL-JSON".

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
    """
    about = edition()
    version, year, doi = f"version {about['version']}", about["date-released"][:4], str(about.get("doi", ""))
    name, within = title or about["title"], about["title"] if title else ""
    part = f"In: {within}, {version}" if within else f"V{version[1:]}"
    kind, entry_type, ris_type = KINDS[
        "edition" if not title else "figure" if key.startswith("figure") else "part"
    ]
    place = f"SWHID {identifier}"  # alone, at the begin of a sentence, styles would print "Swh:1:…", which is none
    csl = {
        "id": key,
        "type": kind,
        "title": name,
        "container-title": within,
        "version": about["version"],
        "author": [_csl_name(author) for author in about["authors"]],
        "issued": {"date-parts": [[int(year)]]},
        "DOI": doi,
        "URL": address,
        # No common style prints a `note`. APA, Chicago, Vancouver and MLA print `archive_location`: where an archive keeps it.
        "archive_location": place,
    }
    bibtex = {
        "author": " and ".join(_bibtex_name(author) for author in about["authors"]),
        "title": f"{{{_escaped(name)}}}",
        "booktitle": f"{{{_escaped(within)}}}" if within else "",
        "year": year,
        "doi": doi,
        "url": address,
        "swhid": identifier,
        "note": f"V{version[1:]}, SWHID: {identifier}",  # plain styles print every note, but neither version nor swhid
    }
    ris = [
        ("TY", ris_type),
        *(("AU", author) for author in authors()),
        *(("TI", name), ("T2", within), ("ET", about["version"]), ("PY", year), ("DO", doi), ("UR", address)),
        *(("AN", place), ("N1", f"SWHID: {identifier}"), ("ID", key)),
    ]
    places = filter(None, [identifier, doi and f"https://doi.org/{doi}", address])
    entry = "".join(f"  {field} = {{{value}}},\n" for field, value in bibtex.items() if value)
    return {
        "Text": f"{'; '.join(authors())} ({year}). {name.rstrip('.')}. {part}; {'; '.join(places)}.",
        "BibTeX": f"@{entry_type}{{{key},\n{entry}}}",
        "RIS": "".join(f"{tag}  - {value}\n" for tag, value in ris if value) + "ER  - ",
        "CSL-JSON": json.dumps([{f: v for f, v in csl.items() if v}], indent=2, ensure_ascii=False),
    }


def downloads(cited: Mapping[str, str]) -> dict[str, str]:
    """Return what the files of a citation hold, by the ending of their names; RIS ends its lines with CR and LF."""
    held = {ending: f"{cited[name]}\n" for name, ending in ENDINGS.items()}
    return held | {ENDINGS["RIS"]: held[ENDINGS["RIS"]].replace("\n", "\r\n")}


def _bibtex_name(author: Mapping[str, str]) -> str:
    """Return a name as BibTeX reads it: brackets keep that of an organisation whole."""
    return (
        f"{{{author['name']}}}" if "name" in author else f"{author['family-names']}, {author['given-names']}"
    )


def _csl_name(author: Mapping[str, str]) -> dict[str, str]:
    if "name" in author:
        return {"literal": author["name"]}
    return {"family": author["family-names"], "given": author["given-names"]}


def _escaped(text: str) -> str:
    return re.sub(r"([%&#_$])", r"\\\1", text)


def finished(identifiers: Mapping[str, str], address: str = "") -> str:
    """Return CITATION.cff with what cannot stand in it as long as it is part of what is identified.

    That is the identifiers of the edition, under ``""``, and of its folders, and the address once the book has one.
    """
    about = edition()
    said = {"": "the edition: all files that git tracks"}
    added = [
        {"type": "swh", "value": value, "description": said.get(name, f"the folder {name} of the edition")}
        for name, value in identifiers.items()
    ]
    whole = {"url": address} if address else {}
    whole |= about | {"identifiers": about.get("identifiers", []) + added}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)
