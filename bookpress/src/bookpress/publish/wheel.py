"""Two wheels: one holds the engine, the other a whole edition: its packages, its tables, its chapters and their stored outputs.

Installed anywhere, an edition lies in the package that has its name, where `bookpress.edition.book.root` finds it: a chapter runs in
any folder, an exhibit can be verified without a checkout, and two editions do not meet. The same files give the same bytes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from bookpress.edition import book, catalogue, citation, files, texts

# What a chapter needs beside the packages, the tables, and the folders of the chapters.
NAMED = {book.CONTENTS, book.LOCK, book.PROJECT, "_config.yml", "CITATION.cff"}
LICENCES = ["LICENSE"]  # if the book's description does not say which
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
SOURCES = book.ENGINE.parents[1]  # of the engine, unless it is installed from a wheel
FIRST = "1980-01-01"  # the date of the engine's files: the first that a wheel can hold


def engine(folder: Path) -> Path:
    """Put the wheel of the engine that runs here into a folder; return its path.

    It is made from the engine's sources, or copied from the book whose set-up installed it; a BookError says that neither is
    at hand, or has the last line of setuptools.
    """
    if book.ENGINE.parent == SOURCES / "src" and (SOURCES / book.PROJECT).is_file():
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch, "tree")
            for path in [*files.below(book.ENGINE), *(path for path in SOURCES.iterdir() if path.is_file())]:
                _copy(path, tree / path.relative_to(SOURCES))
            return _made(tree, folder, FIRST)
    name = f"{book.ENGINE.name}-{book.VERSION}-py3-none-any.whl"
    kept = book.root() / book.VENDOR / name
    if not kept.is_file():
        raise book.BookError(f"found no {book.VENDOR}/{name}, expected to be run from a book's folder")
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(kept, folder / name))


def edition(root: Path, folder: Path) -> Path | None:
    """Write the wheel of an edition into a folder; return its path, or None for a book without a description.

    A BookError says what is wrong with the description, or has the last line of setuptools.
    """
    if not (root / book.PROJECT).is_file():
        return None
    cited = citation.read(root)
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch, "tree")
        gather(root, tree)
        made = _made(tree, Path(scratch), cited["date-released"])
        found, about = made.name.split("-")[1], str(cited["version"])
        if found not in (about, _normal(about)):
            expected = f"expected {about!r} as in CITATION.cff"
            raise book.BookError(f"{book.PROJECT}, version: found {found!r}, {expected}")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(made, folder / made.name))


def _normal(version: str) -> str:
    """Return a version as the name of a wheel has it; '' if Python knows none such."""
    from packaging.version import InvalidVersion, Version  # only who builds a book needs it

    try:
        return str(Version(version))
    except InvalidVersion:
        return ""


def gather(root: Path, tree: Path) -> Path:
    """Copy an edition into a folder as its wheel lays it out; return where the book lies there: in the package of its name."""
    described = _described(root)
    package = re.sub(r"[-_.]+", "_", described["project"]["name"]).lower()
    for name in {name.partition(".")[0] for name in book.packages(root)}:
        for path in files.below(root / name):
            _copy(path, tree / path.relative_to(root))
    inner = tree / package / book.INSTALLED
    documents = book.documents(root)
    folders = {path.parent for path in documents} - {root} | {root / "data"}
    folders |= {root / "locale"} if catalogue.of_book(root) else set()  # words in what chapters show
    made = {texts.of(path) for path in documents if path.suffix == ".ipynb"}  # only jupytext reads these
    for path in files.of_edition(root, untracked=True):
        named = path in documents or (path.name in NAMED and path.parent == root)
        if (named or folders & {*path.parents}) and path not in made:
            _copy(path, inner / path.relative_to(root))
    if not (start := tree / package / "__init__.py").exists():
        start.write_text('"""Holds an edition."""\n', encoding="utf-8")
    for path in (path for one in described["project"]["license-files"] for path in root.glob(one)):
        _copy(path, tree / path.relative_to(root))
    described["project"]["entry-points"] = {
        **described["project"].get("entry-points", {}),
        book.EDITIONS: {described["project"]["name"]: package},
    }
    text = "".join(f"{name} = {_toml(value)}\n" for name, value in described.items())
    (tree / book.PROJECT).write_text(text, encoding="utf-8")
    return inner


def _described(root: Path) -> dict[str, Any]:
    """Return the description of an edition's wheel: the book's own; it needs the engine and the packages of group "book"."""
    from packaging.dependency_groups import resolve_dependency_groups  # only who builds a book needs it

    try:
        described = tomllib.loads((root / book.PROJECT).read_text(encoding="utf-8"))
        project = {"license-files": LICENCES, **described["project"]}
        added = resolve_dependency_groups(described.get("dependency-groups", {"book": []}), "book")
        name, tools = project["name"], described.get("tool", {}).get("setuptools", {})
    except KeyError as error:
        raise book.BookError(f"{book.PROJECT}: found no {error}, expected a [project] with a name") from None
    except (ValueError, TypeError, ExceptionGroup) as error:  # the last holds what is wrong with a group
        said = str(error.exceptions[0] if isinstance(error, ExceptionGroup) else error)
        raise book.BookError(f"{book.PROJECT}: {' '.join(said.split())}") from None
    project["dependencies"] = [f"{book.ENGINE.name}>={book.VERSION}", *added]
    project["dynamic"] = [field for field in project.get("dynamic", []) if field != "dependencies"]
    project.pop("readme", None)
    packages = {"packages": {"find": {"namespaces": False}}, "package-data": {"*": ["**"]}}
    dynamic = {"dynamic": tools["dynamic"]} if "dynamic" in tools else {}
    system = {"requires": ["setuptools"], "build-backend": "setuptools.build_meta"}
    return {
        "build-system": system,
        "project": {**project, "name": name},
        "tool": {"setuptools": packages | dynamic},
    }


def _toml(value: Any) -> str:
    """Return a value as TOML writes it in one line.

    Examples
    --------
    >>> _toml({"a b": ["é", True], "c": {"d": 1}})
    '{"a b" = ["é", true], "c" = {"d" = 1}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _made(tree: Path, folder: Path, date: str) -> Path:
    """Let setuptools make the wheel of a folder; return its path in another one."""
    made = tree.with_name("wheel")
    made.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    released = datetime.fromisoformat(f"{date}T00:00Z")
    kept |= {"SOURCE_DATE_EPOCH": f"{released.timestamp():.0f}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", BUILD, str(made)]
    # setuptools gives the entries of the wheel the rights that the umask leaves.
    done = subprocess.run(command, cwd=tree, env=kept, umask=0o022, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["setuptools said nothing"]
        raise book.BookError(f"{book.PROJECT}: no wheel could be made: {said[-1]}")
    (wheel,) = made.glob("*.whl")
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(wheel, folder / wheel.name))


def _copy(source: Path, target: Path) -> None:
    """Copy a file's bytes; its rights and its date are those of no machine."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    target.chmod(0o644)
