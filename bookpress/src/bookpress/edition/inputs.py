"""What a chapter's result depends on, noted in its kernel while it runs: Python announces each file that it opens (PEP 578).

What lies in the book's folder is noted with its sha256, of the description of tables the entries that were looked up. Not seen:
what other programs or C libraries open, what is only asked about or opened to read and write, and environment variables.
"""

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MISSING = "missing"
# Below the book's folder, but not part of the book.
FOREIGN = (".venv", ".git", "_build")
seen: dict[str, str] = {}  # digest of every input that this process has used, by name; see `state`
_quiet = 0  # more than zero while what is opened is no input of its own


def state(root: Path, name: str) -> str:
    """Return a digest of one input as it is now.

    Its name is the ``path`` of a file, ``path/`` of a folder (its names count), ``path/*.py`` for the modules in it or
    ``path#entry`` for one resource of a data package, each from `root`.
    """
    path, _, entry = name.partition("#")
    try:
        if entry:
            resources = json.loads((root / path).read_bytes())["resources"]
            return digest([resource for resource in resources if resource["name"] == entry])
        if path.endswith("*.py"):
            content = "\n".join(sorted(child.name for child in (root / path).parent.glob("*.py"))).encode()
        elif path.endswith("/"):
            names = (child.name for child in (root / path).iterdir())
            content = "\n".join(sorted(n for n in names if n[0] not in "._")).encode()
        else:
            content = (root / path).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return MISSING
    return hashlib.sha256(content).hexdigest()


def digest(value: Any) -> str:
    """Return a digest of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def watch(root: Path) -> None:
    """Start noting into `seen` what this process opens below a folder."""
    root = root.resolve()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        listed = event in ("os.scandir", "os.listdir")
        if _quiet or not (listed or event == "open"):
            return
        if listed and "importlib" in sys._getframe(1).f_code.co_filename:
            return  # Python's own search for a module
        if name := _inside(root, arguments, folder=listed):
            note(root, name)

    sys.addaudithook(hook)


def note(root: Path, name: str) -> None:
    """Note an input into `seen` as it is now, unless it is there; for its name see `state`."""
    if name not in seen:
        with quiet():
            seen[name] = state(root, name)


@contextmanager
def quiet() -> Iterator[None]:
    """Open files that are noted in another way, or not at all."""
    global _quiet
    _quiet += 1
    try:
        yield
    finally:
        _quiet -= 1


def is_part(path: Path, root: Path) -> bool:
    """Return whether a file or folder lies in a book's folder and is part of the book."""
    return path.is_relative_to(root) and path.relative_to(root).parts[0] not in FOREIGN


def _inside(root: Path, arguments: tuple[Any, ...], folder: bool) -> str:
    """Return the name of an input, or '' for what is written, not a path, or not part of the book."""
    path = os.curdir if folder and arguments[0] is None else arguments[0]
    # The second argument is a mode or None, the third the flags of the system's own call.
    if not folder and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return ""
    if not isinstance(path, str | bytes | Path):
        return ""
    path = Path(os.path.abspath(path.decode() if isinstance(path, bytes) else path))
    if path.suffix == ".pyc":
        with suppress(ValueError):
            path = Path(importlib.util.source_from_cache(str(path)))
    inner = next((p.relative_to(root) for p in (path, path.resolve()) if p.is_relative_to(root)), None)
    if inner is None:
        return ""
    if not inner.parts or inner.parts[0] in FOREIGN:
        return "./" if folder and not inner.parts else ""
    return inner.as_posix() + "/" * folder
