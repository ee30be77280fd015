"""The files that services read in the repository of a book: written where one is missing, never over what is there.

GitHub builds and publishes the book by a workflow, Binder and Codespaces start it in a container, Zenodo describes a release by
``.zenodo.json``. All install from the book's lock.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from bookpress.edition import book, citation
from bookpress.publish.release import launch

FILES = Path(__file__).with_name("services")
PLACES = {
    "book.yml": launch.WORKFLOW,
    "Dockerfile": f"{launch.BINDER}/Dockerfile",
    "Dockerfile.dockerignore": f"{launch.BINDER}/Dockerfile.dockerignore",
    "devcontainer.json": f"{launch.CONTAINER}/devcontainer.json",
}
ZENODO = ".zenodo.json"
# What CITATION.cff says too. The rest an author may say otherwise.
SAME = ("title", "version", "publication_date", "creators", "license", "keywords", "description")


def write(root: Path) -> Iterator[str]:
    """Write the files that are missing, and yield a line on each file; a BookError says that ``.zenodo.json`` is no JSON.

    A repository that is known to be elsewhere than on GitHub gets those of Binder alone.
    """
    settings = book.configuration(root)
    repository = book.repository(settings)
    if folder := (settings.get("repository") or {}).get("path_to_book"):
        yield f"nothing written: services look at the top of a repository, and the book lies in its folder {folder}"
        return
    for name, place in PLACES.items():
        content, path = (FILES / name).read_bytes(), root / place
        if not path.exists() and repository and not book.on_github(repository) and launch.BINDER not in place:
            continue
        yield _put(path, content, place)
    described = f"{json.dumps(zenodo(), indent=2, ensure_ascii=False)}\n".encode()
    yield _put(root / ZENODO, described, ZENODO)


def _put(path: Path, content: bytes, place: str) -> str:
    """Write a file that is missing; return what was done."""
    if not path.exists():
        book.write(path, content)
        return f"{place}: written; commit it"
    return (
        f"{place}: as this command writes it"
        if path.read_bytes() == content
        else f"{place}: kept, it is yours"
    )


def zenodo() -> dict[str, Any]:
    """Return what CITATION.cff says in the fields that Zenodo documents (developers.zenodo.org, deposit metadata).

    Zenodo reads CITATION.cff only where there is no ``.zenodo.json``, and a release fails if a list of licences is in it. Here it
    takes one licence, in the lower case of its vocabulary; the note names all.
    """
    about = citation.edition()
    licences = licence_ids()
    rights = f"Licences: {', '.join(licences)}. The data keep the rights of their sources, which data/README.md states."
    found = {
        "upload_type": about.get("type", "software"),
        "title": about["title"],
        "creators": [_creator(author) for author in citation.authors()],
        "description": escape(about["abstract"].strip(), quote=False),
        "version": about["version"],
        "publication_date": about["date-released"],
        "access_right": "open",
        "license": licences[0].lower(),
        "keywords": about.get("keywords", []),
        "notes": rights if len(licences) > 1 else "",
    }
    return {name: value for name, value in found.items() if value}


def licence_ids() -> list[str]:
    """Return the SPDX identifiers of the licences of code and text, each once."""
    return list(dict.fromkeys(licence.id for licence in citation.rights()))


def _creator(author: citation.Author) -> dict[str, str]:
    found = {"name": author.filed, "affiliation": author.affiliation, "orcid": author.number}
    return {key: value for key, value in found.items() if value}


def disagreements(root: Path, version: str) -> list[str]:
    """Return where ``.zenodo.json`` says other than CITATION.cff and a version, each with the line to write; none if it is missing.

    A BookError says where it is no JSON.
    """
    try:
        found = json.loads((root / ZENODO).read_bytes())
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise book.BookError(f"{ZENODO}: found {error}, expected JSON") from None
    if not isinstance(found, dict):
        raise book.BookError(f"{ZENODO}: found {type(found).__name__}, expected an object in braces")
    own = {**zenodo(), "version": version}
    return [
        f'"{name}": {json.dumps(own.get(name), ensure_ascii=False)},'
        for name in SAME
        if _said(found.get(name)) != _said(own.get(name))
    ]


def _said(value: Any) -> Any:
    """Return what is compared of a field: of people their names, as their other details may be fuller."""
    people = isinstance(value, list) and all(isinstance(one, dict) for one in value)
    return [one.get("name") for one in value] if people else value
