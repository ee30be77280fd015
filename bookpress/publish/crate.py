"""Gather the whole edition for an archive: sources, book and what made each exhibit, described as an RO-Crate.

Version 1.1, because Process Run Crate 0.5 stands on it. The metadata hold no date but that of the edition's release: the
same files give the same bytes.
"""

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from rocrate.model.computerlanguage import ComputerLanguage
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from bookpress import provenance, tables
from bookpress.edition import book, citation, files, identifiers
from bookpress.verify import downloads

VERSION = "1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
PYTHON = "https://www.python.org/"
# What a file of the edition is; the first pattern that its path fits decides.
KINDS = {
    "tests": ["tests/*", ".ci/*"],
    "code": ["bookpress/*", "*.py", "*.mk", "Makefile", "pyproject.toml"],
    "data": ["data/*"],
    "chapters": ["*.ipynb", "*.bib"],
    "edition": ["*"],
}
# By ending, not from the system's own list: that differs from machine to machine.
FORMATS = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".whl": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}


def crate(root: Path, html: Path) -> ROCrate:
    """Return the description of an edition, every file with its sha256.

    Parameters
    ----------
    root : Path
        The checkout.
    html : Path
        The built book; all that it holds becomes ``book/``.

    Raises
    ------
    BookError
        If an exhibit of the book was made from other tables, code or packages than those of the checkout.
    """
    made = ROCrate(version=VERSION)
    made.metadata.extra_terms["sha256"] = "http://schema.org/sha256"  # schema.org had none yet in 1.1
    _describe(made)
    made.root_dataset["identifier"] = identifiers.directory(
        root
    )  # of the edition, without what was made from it
    for path in files.of_edition(root):
        place = path.relative_to(root).as_posix()
        kind = next(kind for kind, patterns in KINDS.items() if any(fnmatch(place, p) for p in patterns))
        program = _program(made) if path.suffix == ".ipynb" else {}
        add(made, path, place, {"keywords": kind} | program)
    _describe_tables(made, root)
    for path in sorted(p for p in html.rglob("*") if p.is_file()):
        part = path.relative_to(html)
        kind = "exhibits" if part.parts[0] in ("figures", "tables", "exhibits") else "book"
        add(made, path, f"{files.BOOK}/{part.as_posix()}", {"keywords": kind})
    _tell_what_made_the_exhibits(made, root, html)
    for path in beside(root, html)[0]:
        add(made, path, path.name, {"keywords": "book"})
    return made


def add(made: ROCrate, path: Path, place: str, properties: dict[str, Any]) -> None:
    """Add a file with all that is said of every file, at a place in a crate."""
    content = path.read_bytes()
    about = {
        "name": place,
        "sha256": book.sha256(content),
        "identifier": identifiers.content(content),
        "contentSize": str(len(content)),
        "encodingFormat": encoding(path, content),
    }
    made.add_file(path, place, properties=about | properties)


def encoding(path: Path, content: bytes) -> str:
    """Return the media type of a file, by its ending or else by whether it is text."""
    if path.suffix in FORMATS:
        return FORMATS[path.suffix]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"


def beside(root: Path, html: Path) -> tuple[list[Path], list[str]]:
    """Return the EPUB and PDF that are not older than the book, and a line for each one that is."""
    taken, left = [], []
    for name in ("edition.epub", "edition.pdf"):
        path = root / "_build" / name
        if not path.is_file():
            continue
        if path.stat().st_mtime >= (html / "index.html").stat().st_mtime:
            taken.append(path)
        else:
            left.append(f"left out: _build/{name} is of another book; run `make {path.suffix[1:]}` first")
    return taken, left


def write(root: Path) -> str:
    """Write the crate of a book and of what was built into ``_build/crate``; return lines that say so.

    Raises
    ------
    BookError
        If no book has been built, or it was built from other sources than those at hand.
    """
    html, target = book.built(root), root / "_build" / "crate"
    made = crate(root, html)
    new = target.with_name("crate.new")
    shutil.rmtree(new, ignore_errors=True)
    made.write(new)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    done = f"{len(made.data_entities)} files in {target.relative_to(root)}, with {files.METADATA}"
    return "\n".join([done, *beside(root, html)[1]])


def _describe(made: ROCrate) -> None:
    """Say what the edition is, by CITATION.cff, and which profile its description follows."""
    about = citation.edition()
    made.name, made.description = about["title"], about["abstract"]
    made.license = made.add(
        _entity(
            made, CC_BY, "CreativeWork", "CC BY 4.0", "Text, figures, tables and the ledger of claims.", CC_BY
        )
    )
    # The library writes the time of the call; the edition has a date of release.
    made.root_dataset["datePublished"] = about["date-released"]
    made.root_dataset["version"] = about["version"]
    kinds = ["Organization" if person.get("name") else "Person" for person in about["authors"]]
    made.root_dataset["author"] = _single(
        [
            made.add(_entity(made, f"#{_slug(name)}", kind, name))
            for kind, name in zip(kinds, citation.authors(), strict=True)
        ]
    )
    profile = _entity(made, PROFILE, "CreativeWork", "Process Run Crate")
    profile["version"] = PROFILE.rpartition("/")[2]
    made.root_dataset["conformsTo"] = made.add(profile)


def _program(made: ROCrate) -> dict[str, Any]:
    """Return what makes a file of a crate a program in Python."""
    python = made.dereference(PYTHON) or made.add(ComputerLanguage(made, PYTHON, {"name": "Python"}))
    python["url"] = PYTHON
    return {
        "@type": ["File", "SoftwareSourceCode"],
        "programmingLanguage": {"@id": python.id},
        "version": citation.edition()["version"],
    }


def _describe_tables(made: ROCrate, root: Path) -> None:
    """Say of each table what its codebook says: title, source, rights."""
    for resource in tables.describe(root / "data").values():
        table, licence = made.dereference(f"data/{resource['path']}"), resource["licenses"][0]
        if table is None:
            raise book.BookError(
                f"data/{resource['path']}: found in the codebook, expected among the files that git tracks"
            )
        table["name"], table["description"] = resource["title"], resource["description"]
        table["citation"] = resource["citation"]
        words = [licence.get("title"), licence.get("description"), licence.get("path")]
        rights = _entity(made, f"#rights-{_slug(licence['title'])}", "CreativeWork", *words)
        table["license"] = made.dereference(rights.id) or made.add(rights)


def _tell_what_made_the_exhibits(made: ROCrate, root: Path, html: Path) -> None:
    """Add an action for each exhibit: a notebook made its files out of tables, by the record that they carry."""
    actions = []
    for exhibit, chapter in downloads.homes(root).items():
        kind = exhibit.split("-")[0] + "s"
        made_files = sorted(path for path in (html / kind).glob(f"{exhibit}.*"))
        if not made_files:
            raise book.BookError(
                f"_build/html/{kind}: found no {exhibit}, expected its files; run `make book`"
            )
        record = provenance.read(html / kind / f"{exhibit}{provenance.SIDECAR}")
        if causes := provenance.moved(record):
            raise book.BookError(
                f"_build/html/{kind}/{exhibit}.csv: found it made from other than is here, expected the book of these "
                f"sources; run `make book`: {'; '.join(causes)}"
            )
        notebook = made.dereference(chapter.relative_to(root).as_posix())
        notebook["softwareRequirements"] = made.dereference(book.LOCK)
        opened = [name.removeprefix("table ") for name in record if name.startswith("table ")]
        known = tables.describe(root / "data")
        actions.append(
            made.add_action(
                notebook,
                f"#made-{exhibit}",
                object=_single([made.dereference(f"data/{known[name]['path']}") for name in opened]),
                result=_single([made.dereference(f"{files.BOOK}/{kind}/{path.name}") for path in made_files]),
                properties={
                    "name": exhibit.replace("-", " ").title(),
                    "description": f"{notebook['name']} computes {exhibit} from the tables that it had opened by then, with the "
                    f"packages of {book.LOCK}.",
                },
            )
        )
    made.root_dataset["mentions"] = _single(actions)


def _entity(
    made: ROCrate, identifier: str, kind: str, name: str, description: str = "", url: str = ""
) -> ContextEntity:
    """Return something that is told of beside the files."""
    words = {"name": name, "description": description, "url": url}
    return ContextEntity(
        made, identifier, properties={"@type": kind} | {key: word for key, word in words.items() if word}
    )


def _single(values: list[Any]) -> Any:
    """Return the only value of a list, or the list: as RO-Crate 1.1 would have it written."""
    return values[0] if len(values) == 1 else values


def _slug(words: str) -> str:
    """Return words as an id that needs no escapes."""
    return re.sub(r"\W+", "-", words.lower()).strip("-")
