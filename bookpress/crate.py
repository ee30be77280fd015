"""Gather the whole edition for an archive: book, chapters, data and code, described as an RO-Crate."""

import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from rocrate.model.person import Person
from rocrate.rocrate import ROCrate

from bookpress import book, citation, identifiers, tables

# What belongs into an archive, by what it is; the first pattern that a path fits decides.
KINDS = {
    "code": ["bookpress/*", "*.py", "Makefile", "pyproject.toml"],
    "data": ["data/*"],
    "chapters": ["*.ipynb", "*.bib"],
    "edition": ["*.md", "LICENSE", "CITATION.cff", "_config.yml", "_toc.yml", "requirements*"],
}


def crate(root: Path, html: Path) -> ROCrate:
    """Return the description of the edition, every file with its sha256.

    Parameters
    ----------
    root : Path
        The checkout.
    html : Path
        The built book; its exhibits become files of the crate of their own.
    """
    about = citation.edition()
    made = ROCrate()
    made.name = about["title"]
    made.description = about["abstract"]
    made.license = "https://creativecommons.org/licenses/by/4.0/"
    # The library writes the time of the call; the edition has a date of release.
    made.root_dataset["datePublished"] = about["date-released"]
    made.root_dataset["version"] = about["version"]
    made.root_dataset["identifier"] = identifiers.directory(
        root
    )  # of the edition, without the book made from it
    made.root_dataset["author"] = [
        made.add(Person(made, f"#{name}", properties={"@type": "Organization", "name": name}))
        for name in citation.authors()
    ]
    for path in book.files(root):
        place = path.relative_to(root).as_posix()
        if kind := next((k for k, patterns in KINDS.items() if any(fnmatch(place, p) for p in patterns)), ""):
            add(made, path, place, {"keywords": kind})
    for resource in tables.describe(root / "data").values():
        table = made.dereference(f"data/{resource['path']}")
        table["name"], table["description"] = resource["title"], resource["description"]
        table["citation"], table["license"] = resource["citation"], resource["licenses"][0]["title"]
    for path in sorted(p for p in html.rglob("*") if p.is_file()):
        part = path.relative_to(html)
        kind = "exhibits" if part.parts[0] in ("figures", "tables", "exhibits") else "book"
        add(made, path, f"book/{part.as_posix()}", {"keywords": kind})
    return made


def add(made: ROCrate, path: Path, place: str, properties: dict[str, Any]) -> None:
    """Add a file with its checksum and identifier to a crate, at a place in it."""
    content = path.read_bytes()
    told = {"name": place, "sha256": book.sha256(content), "identifier": identifiers.content(content)}
    made.add_file(path, place, properties=properties | told)


def write(root: Path) -> str:
    """Write the crate of a book and of what was built into ``_build/crate``; return a line that says so.

    Raises
    ------
    BookError
        If no book has been built.
    """
    made, target = crate(root, book.built(root)), root / "_build" / "crate"
    new = target.with_name("crate.new")
    shutil.rmtree(new, ignore_errors=True)
    made.write(new)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return f"{len(made.data_entities)} files in {target.relative_to(root)}, with ro-crate-metadata.json"
