"""Where a book is, its chapters and settings, and how commands write its files."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "1.0.1"  # of the engine
CONTENTS = "_toc.yml"
LOCK = "requirements.txt"
PROJECT = "pyproject.toml"
TESTED = "tested"  # in _build: the identifier of the edition of which all tests passed last
ENGINE = Path(__file__).parents[1]  # the package `bookpress`
VENDOR = (
    "vendor"  # folder of a book that holds the engine; the engine's own has what goes there beside the wheel
)
# The book that a wheel brings lies in this folder of a package, which an entry point of this group names, see
# `bookpress.publish.wheel`.
INSTALLED, EDITIONS = "installed", "bookpress.editions"
# The environment variables of the engine, all of them.
BOOK = "BOOKPRESS_BOOK"  # the book's folder, or the name of an installed edition
EXHIBITS = "BOOKPRESS_EXHIBITS"  # the folder that exhibits are exported to; empty: they are not exported


class BookError(ValueError):
    """Something that a person must mend; the message says where, what was found and what was expected."""


def hint(found: str, known: Iterable[str]) -> str:
    """Return what stands behind a message about a word that is not known: the nearest that is, if any is near.

    Examples
    --------
    >>> hint("tabel1", ["table1", "figure1"]), hint("WTO", ["wto"]), hint("x", ["wto"])
    ('; did you mean table1?', '; did you mean wto?', '')
    """
    from difflib import get_close_matches  # only who mistypes waits for it

    words = {word.casefold(): word for word in known}
    near = get_close_matches(found.casefold(), words, n=1)
    return f"; did you mean {words[near[0]]}?" if near else ""


def root() -> Path:
    """Return the folder of the book: BOOKPRESS_BOOK, the nearest one with contents from here up, or the installed one.

    A BookError says that there is none, or that several are installed.
    """
    if named := os.environ.get(BOOK):
        if Path(named).is_dir():
            return Path(named).resolve()
        if named in editions():
            return editions()[named]
        expected = " or ".join(["the folder of a book", *sorted(editions())])
        raise BookError(f"{BOOK}: found {named!r}, expected {expected}")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONTENTS).is_file():
            return folder
    names = sorted(editions())
    if len(names) > 1:
        raise BookError(
            f"found the editions {' and '.join(names)}, expected one: name it, as in {BOOK}={names[0]}"
        )
    if names:
        return editions()[names[0]]
    raise BookError(f"{here.name or here}: found no {CONTENTS} here or above, expected to be inside a book")


@cache
def editions() -> dict[str, Path]:
    """Return the folders of the editions that wheels have installed beside this Python, by name."""
    from importlib.metadata import entry_points  # who is inside a book does without

    found = {}
    for one in entry_points(group=EDITIONS):
        folder = Path(str(one.dist.locate_file(f"{one.value}/{INSTALLED}"))) if one.dist else Path()
        if (folder / CONTENTS).is_file():
            found[one.name] = folder
    return found


def is_installed(root: Path) -> bool:
    """Return whether the folder of a book is one that a wheel has installed: it is only read."""
    return root.name == INSTALLED and (root.parent / "__init__.py").is_file()


def checkout() -> Path:
    """Return the folder of the book, for commands that write into it; a BookError says that it is only read."""
    if is_installed(found := root()):
        raise BookError("found only the installed edition, which is read-only; expected to be inside a book")
    return found


def of_module(module: str) -> Path:
    """Return the book that a module (its ``__file__``) came with: the checkout that holds its package, or the installed one."""
    package = Path(module).resolve().parent
    return package.parent if (package.parent / CONTENTS).is_file() else package / INSTALLED


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Let `root` return a folder, unless BOOKPRESS_BOOK names one; leave the environment as it was."""
    known = os.environ.get(BOOK)
    os.environ[BOOK] = known or str(folder)
    try:
        yield
    finally:
        if known is None:
            del os.environ[BOOK]


def project(root: Path) -> dict[str, Any]:
    """Return what ``pyproject.toml`` of a book says; {} without one. A BookError says why it cannot be read."""
    import tomllib

    try:
        return tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BookError(f"{PROJECT}: found {error!r}, expected TOML") from None


def packages(root: Path) -> list[str]:
    """Return the names of a book's own packages; none if it has none."""
    try:
        found = project(root)["tool"]["setuptools"]["packages"]["find"]["include"]
        return [name.removesuffix("*") for name in found]
    except KeyError:
        return []
    except (TypeError, AttributeError) as error:
        expected = "tool.setuptools.packages.find.include"
        raise BookError(f"{PROJECT}: found {error!r}, expected {expected}") from None


def pinned(wheel: Path) -> str:
    """Return the lines of a lock for the engine's wheel, which lies in the folder `VENDOR` of the book."""
    return f"./{VENDOR}/{wheel.name} \\\n    --hash=sha256:{sha256(wheel.read_bytes())}\n"


def chapters(root: Path) -> list[Path]:
    """Return the notebooks of a book in the order of its contents, even those that a text is yet to be made into."""
    return [path for path in documents(root) if path.suffix == ".ipynb"]


def unlisted(root: Path) -> list[str]:
    """Return the names of notebooks and texts that lie beside the chapters of a book, and that its contents do not list."""
    known = {path.with_suffix("") for path in documents(root)}
    beside = (path for folder in {path.parent for path in known} - {root} for path in folder.glob("*"))
    found = [
        path for path in beside if path.suffix in (".ipynb", ".md") and path.with_suffix("") not in known
    ]
    return sorted(path.relative_to(root).as_posix() for path in found)


def documents(root: Path) -> list[Path]:
    """Return the notebooks and the pages without code of a book in the order of its contents.

    A BookError says what is wrong with these.
    """
    import yaml
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml  # kernels start without it

    try:
        names = list(parse_toc_yaml(root / CONTENTS))
    except (OSError, ValueError, MalformedError, yaml.YAMLError) as error:
        raise BookError(f"{CONTENTS}: {' '.join(str(error).split())}") from None
    return [_document(root, re.sub(r"\.(ipynb|md|rst)$", "", name)) for name in names]


def _document(root: Path, name: str) -> Path:
    """Return the file of a chapter or page that the contents name."""
    from bookpress.edition import texts  # which needs this module

    notebook, text = root / f"{name}.ipynb", root / f"{name}.md"
    if text.is_file() and texts.is_chapter(text):
        return notebook
    for path in (notebook, text, root / f"{name}.rst"):
        if path.is_file():
            return path
    raise BookError(f"{CONTENTS}: found {name!r}, expected a notebook {name}.ipynb or a text {name}.md")


def pages(section: str, root: Path) -> list[Path]:
    """Return the chapters of a section of the paper: those of section 2.1 are named ``2-1-….ipynb``; the cover if none is."""
    paths, its = chapters(root), re.compile(rf"{section.replace('.', '-')}-(?!\d+-)")
    return [path for path in paths if its.match(path.stem)] or paths[:1]


def document(chapter: Path, root: Path) -> str:
    """Return the name that Sphinx has for a chapter, such as ``chapters/2-1-pattern``."""
    return chapter.relative_to(root).with_suffix("").as_posix()


def built(book: Path) -> Path:
    """Return the folder of the built book; a BookError says that it has not been built."""
    folder = book / "_build" / "html"
    if not (folder / "index.html").is_file():
        raise BookError("found no book in _build/html; run `make book` first")
    return folder


def first_page(html: Path) -> Path:
    """Return the page of a built book that ``index.html`` is or leads to."""
    text = (html / "index.html").read_text(encoding="utf-8")
    leads = re.search(r'http-equiv="refresh" content="0; url=([^"]+)', text, flags=re.I)
    return html / (leads[1] if leads else "index.html")


def configuration(book: Path) -> dict[str, Any]:
    """Return the settings of a book; a BookError says why they cannot be read."""
    import yaml

    try:
        return dict(yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BookError("_config.yml: not found, expected the settings of the book") from None
    except (OSError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BookError(f"_config.yml: {' '.join(str(error).split())}") from None


def repository(settings: Mapping[str, Any]) -> str:
    """Return the address of the repository without a slash at its end; '' while it has none."""
    told = settings.get("repository") or {}
    if not isinstance(told, Mapping):
        raise BookError(f"_config.yml: repository: found {told!r}, expected `url: …` below it")
    url = address("repository.url", told.get("url"))
    if url and url.count("/") < 4:
        raise BookError(f"_config.yml: repository.url: found {url!r}, expected https://host/owner/name")
    return url


def on_github(url: str) -> bool:
    """Return whether a repository is on GitHub."""
    return url.partition("://")[2].startswith("github.com/")


def base(settings: Mapping[str, Any]) -> str:
    """Return the address of the published book without a slash at its end; '' while it has none."""
    return address("html.baseurl", (settings.get("html") or {}).get("baseurl"))


def address(name: str, value: object) -> str:
    """Return a web address without a slash at its end; '' if there is none."""
    text = str(value or "").strip().rstrip("/").removesuffix(".git")
    if text and not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w.~%+-]+)*", text):
        expected = "expected an address such as https://host/owner/name"
        raise BookError(f"_config.yml: {name}: found {text!r}, {expected}")
    return text


def sha256(content: bytes) -> str:
    """Return the checksum that every record of the book uses, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: what was there stays until the new bytes are on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # a power cut after the new name must not leave an empty file under it
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Let one command at a time build a book or run its chapters; a process that holds the lock may ask for it again."""
    from filelock import FileLock, Timeout

    (root / "_build").mkdir(exist_ok=True)
    lock = FileLock(root / "_build" / ".lock", is_singleton=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        print("Another command is at work in this book; waiting for it to end ...", flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
