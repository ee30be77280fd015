"""How to cite the edition and its exhibits, in every format, from one place: CITATION.cff.

What is cited is named by version, year and the identifier of its files; by an address and a DOI as well once there are any.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bookpress.edition import book
from bookpress.edition.catalogue import say

DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")  # as the schema of CITATION.cff has it
# Of what is cited, its type in CSL, in BibTeX and in RIS: the edition is a book, all else a part of it.
KINDS = {
    "edition": ("book", "book", "BOOK"),
    "figure": ("figure", "incollection", "FIGURE"),
    "part": ("chapter", "incollection", "CHAP"),
}
ENDINGS = {"BibTeX": ".bib", "RIS": ".ris", "CSL-JSON": ".csl.json"}  # of the files of a citation
ORCID = re.compile(r"https://orcid\.org/(\d{4}-){3}\d{3}[\dX]")
EASTERN = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af]"
)  # letters of names that are written without a blank, the family's first
CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)(?:-([A-Z]+))?")


@dataclass(frozen=True)
class Author:
    """Who made the edition: a person has a family name, an organisation has none."""

    name: str  # as a title page has it
    family: str = ""
    given: str = ""
    orcid: str = ""  # the whole address
    affiliation: str = ""

    @property
    def filed(self) -> str:
        """The name as a list has it: 'Family, Given' of a person."""
        return f"{self.family}, {self.given}" if self.family and self.given else self.name

    @property
    def cited(self) -> str:
        """The name as a reference has it: a Chinese one is not turned round, and has no comma."""
        return self.name if EASTERN.search(self.name) else self.filed

    @property
    def number(self) -> str:
        """The ORCID without the address that it is part of."""
        return self.orcid.rpartition("/")[2]


class Licence(NamedTuple):
    """A licence: its SPDX identifier, what readers call it, and where it is told."""

    id: str
    name: str
    url: str


class Rights(NamedTuple):
    """The licences of the edition's code, and of its text, tables and figures. Data keep the rights of their sources."""

    code: Licence
    text: Licence


def edition() -> dict[str, Any]:
    """Return the fields of CITATION.cff."""
    return read(book.root())


def read(root: Path) -> dict[str, Any]:
    """Return the fields of a book's CITATION.cff; a BookError names the field that is missing or is none."""
    return _read(root / "CITATION.cff")


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
    _authors(about["authors"], path.name)
    _rights(about.get("license"), path.name)
    return about


def authors() -> list[Author]:
    """Return the edition's authors in their order."""
    return _authors(edition()["authors"])


def _authors(given: Any, file: str = "CITATION.cff") -> list[Author]:
    """Return the authors that a file names; a BookError says which of them is none."""
    if not isinstance(given, list) or not given:
        raise book.BookError(f"{file}, authors: found {given!r}, expected a list of authors")
    return [_author(one, f"{file}, author {number}") for number, one in enumerate(given, 1)]


def _author(fields: Any, where: str) -> Author:
    said = {key: str(value).strip() for key, value in fields.items()} if isinstance(fields, dict) else {}
    parts = ("name-particle", "family-names", "name-suffix")
    family, given = " ".join(said[part] for part in parts if said.get(part)), said.get("given-names", "")
    joined = f"{family}{given}" if EASTERN.search(f"{family}{given}") else f"{given} {family}".strip()
    name = said.get("name") or joined
    if not name:
        raise book.BookError(f"{where}: found {fields!r}, expected family-names and given-names, or name")
    if orcid := said.get("orcid", ""):
        expected = "expected one such as https://orcid.org/0000-0002-1825-0097"
        if not ORCID.fullmatch(orcid):
            raise book.BookError(f"{where} ({name}), orcid: found {orcid!r}, {expected}")
        if _check_digit(orcid) != orcid[-1]:
            wrong = f"{orcid!r}, whose last digit does not fit the others"
            raise book.BookError(f"{where} ({name}), orcid: found {wrong}, expected it as orcid.org shows it")
    person = ("", "") if said.get("name") else (family, given)
    return Author(name, *person, orcid, said.get("affiliation", ""))


def _check_digit(orcid: str) -> str:
    """Return the last digit that follows from the others of an ORCID (ISO 7064, MOD 11-2).

    Examples
    --------
    >>> _check_digit("https://orcid.org/0000-0002-1825-0097"), _check_digit("https://orcid.org/0000-0002-9079-593X")
    ('7', 'X')
    """
    total = 0
    for digit in re.sub(r"\D", "", orcid)[:15]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def rights() -> Rights:
    """Return the licences of the edition: field ``license`` has that of the code, then that of the text, or one for both."""
    return _rights(edition().get("license"))


def rights_line(html: bool = False) -> str:
    """Return the licences of the edition in a sentence, as HTML if asked for."""
    code, text = rights()
    named = f'<a href="{text.url}">{text.name}</a>' if html else text.name
    said = "Text and figures under {0}, code under the {1} licence; data keep the rights of their sources."
    return say(said, named, code.name)


def _rights(given: Any, file: str = "CITATION.cff") -> Rights:
    named = given if isinstance(given, list) else [given]
    expected = "expected SPDX identifiers: of the code, then of the text, such as [MIT, CC-BY-4.0]"
    if given is None or not 1 <= len(named) <= 2:
        found = "none" if given is None else repr(given)
        raise book.BookError(f"{file}, license: found {found}, {expected}")
    for one in named:
        if not isinstance(one, str) or _known(one) != one:
            near = f"{expected}; see https://spdx.org/licenses"
            near = f"expected {_known(one)!r}" if isinstance(one, str) and _known(one) else near
            raise book.BookError(f"{file}, license: found {one!r}, {near}")
    code, text = _licence(named[0]), _licence(named[-1])
    if code.id.startswith("CC-") and not text.id.startswith("CC"):
        raise book.BookError(f"{file}, license: found {', '.join(named)}, {expected}")
    return Rights(code, text)


def _known(identifier: str) -> str:
    """Return an SPDX identifier of one licence as the list of SPDX writes it; '' if the list has none such."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        found = str(canonicalize_license_expression(identifier))
    except InvalidLicenseExpression:
        return ""
    return "" if " " in found or found.startswith("LicenseRef-") else found


def _licence(identifier: str) -> Licence:
    """Return what is told of a licence.

    Examples
    --------
    >>> _licence("CC-BY-NC-SA-4.0")[1:]
    ('CC BY-NC-SA 4.0', 'https://creativecommons.org/licenses/by-nc-sa/4.0/')
    """
    home = "https://creativecommons.org"
    if found := CREATIVE_COMMONS.fullmatch(identifier):
        kind, version, where = found.groups("")
        name = " ".join(filter(None, ("CC", kind, version, where)))
        place = "".join(f"{part.lower()}/" for part in (kind, version, where) if part)
        return Licence(identifier, name, f"{home}/licenses/{place}")
    if identifier == "CC0-1.0":
        return Licence(identifier, "CC0 1.0", f"{home}/publicdomain/zero/1.0/")
    return Licence(identifier, identifier, f"https://spdx.org/licenses/{identifier}.html")


def short_title(root: Path) -> str:
    """Return the title at the head of every page: that of CITATION.cff, or its part before a colon if _config.yml says so.

    A BookError says that _config.yml has another one.
    """
    title, named = read(root)["title"], book.configuration(root).get("title")
    if named is None or named == title or title.startswith(f"{named}:"):
        return str(named or title)
    expected = f"expected {title!r} as in CITATION.cff, its part before a colon, or none"
    raise book.BookError(f"_config.yml, title: found {named!r}, {expected}")


def reference() -> str:
    """Return the edition's reference in one line without brackets, as a keyword can hold it."""
    about = edition()
    names = (author.cited for author in authors())
    return ", ".join([*names, about["date-released"][:4], about["title"], f"version {about['version']}"])


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
    about, people = edition(), authors()
    version, year, doi = about["version"], about["date-released"][:4], str(about.get("doi", ""))
    name, within = title or about["title"], about["title"] if title else ""
    part = say("In: {0}, version {1}", within, version) if within else say("Version {0}", version)
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
        "author": [_csl_name(author) for author in people],
        "issued": {"date-parts": [[int(year)]]},
        "DOI": doi,
        "URL": address,
        # No common style prints a `note`. APA, Chicago, Vancouver and MLA print `archive_location`: where an archive keeps it.
        "archive_location": place,
        "note": (told := _told(people)),  # the format has no field for an ORCID
    }
    bibtex = {
        "author": " and ".join(_bibtex_name(author) for author in people),
        # As biblatex has it: a note on an author, by the author's place in the list.
        "author+an:orcid": _noted(author.number for author in people),
        "author+an:affiliation": _noted(author.affiliation for author in people),
        "title": f"{{{_escaped(name)}}}",
        "booktitle": f"{{{_escaped(within)}}}" if within else "",
        "year": year,
        "doi": doi,
        "url": address,
        "swhid": identifier,
        "note": f"{say('Version {0}', version)}, SWHID: {identifier}",  # plain styles print every note, but neither version nor swhid
    }
    ris = [
        ("TY", ris_type),
        *(("AU", author.filed) for author in people),
        *(("AD", author.affiliation) for author in people),
        *(("TI", name), ("T2", within), ("ET", about["version"]), ("PY", year), ("DO", doi), ("UR", address)),
        *(("AN", place), ("N1", f"SWHID: {identifier}"), ("N1", told), ("ID", key)),
    ]
    places = filter(None, [identifier, doi and f"https://doi.org/{doi}", address])
    entry = "".join(f"  {field} = {{{value}}},\n" for field, value in bibtex.items() if value)
    return {
        "Text": f"{'; '.join(author.cited for author in people)} ({year}). {name.rstrip('.')}. {part}; {'; '.join(places)}.",
        "BibTeX": f"@{entry_type}{{{key},\n{entry}}}",
        "RIS": "".join(f"{tag}  - {value}\n" for tag, value in ris if value) + "ER  - ",
        "CSL-JSON": json.dumps([{f: v for f, v in csl.items() if v}], indent=2, ensure_ascii=False),
    }


def downloads(cited: Mapping[str, str]) -> dict[str, str]:
    """Return what the files of a citation hold, by the ending of their names; RIS ends its lines with CR and LF."""
    held = {ending: f"{cited[name]}\n" for name, ending in ENDINGS.items()}
    return held | {ENDINGS["RIS"]: held[ENDINGS["RIS"]].replace("\n", "\r\n")}


def _bibtex_name(author: Author) -> str:
    """Return a name as BibTeX reads it: brackets keep that of an organisation whole."""
    return author.filed if author.given and author.family else f"{{{author.name}}}"


def _csl_name(author: Author) -> dict[str, str]:
    if not (author.given and author.family):
        return {"literal": author.name}
    return {"family": author.family, "given": author.given}


def _noted(notes: Iterable[str]) -> str:
    """Return what biblatex knows of the authors beside their names; '' if there is nothing."""
    return "; ".join(f'{place}="{_escaped(note)}"' for place, note in enumerate(notes, 1) if note)


def _told(people: Iterable[Author]) -> str:
    """Return the authors that have an ORCID with it."""
    return "; ".join(f"{author.name}: {author.orcid}" for author in people if author.orcid)


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
