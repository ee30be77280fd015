"""What a chapter's result depends on, noted in its kernel while it runs, so that no dependency is forgotten.

Python announces every file that it opens (PEP 578). What lies in the book's folder is noted with the sha256
it had at that moment: tables, the modules of `beltroad`, style files, other notebooks. Of the description of
the tables only the entries that were looked up are noted; every chapter counts as a reader of
`beltroad.data`. Not seen: files read by a program that the chapter starts or by a C library that opens them
itself, and files outside the book's folder; packages are covered by the lock, see `fresh`.
"""

import hashlib
import importlib.util
import json
import os
import sys
from pathlib import Path

DESCRIPTION = "data/datapackage.json"
# Below the book's folder, but not part of the book.
FOREIGN = (".venv", ".git", "_build")
MISSING = "missing"


def state(root: Path, name: str) -> str:
    """Return a digest of one input as it is now.

    Parameters
    ----------
    root : Path
        The book's folder.
    name : str
        ``"path"`` of a file, ``"path/"`` of a folder (its names count), ``"path/*.py"`` of the modules in it
        or ``"path#entry"`` of one table's description, each relative to `root`.
    """
    path, _, entry = name.partition("#")
    try:
        if entry:
            package = json.loads((root / path).read_bytes())
            content = json.dumps(
                [r for r in package["resources"] if r["name"] == entry]
            ).encode()
        elif path.endswith("*.py"):
            names = (child.name for child in (root / path).parent.glob("*.py"))
            content = "\n".join(sorted(names)).encode()
        elif path.endswith("/"):
            names = (child.name for child in (root / path).iterdir())
            content = "\n".join(sorted(n for n in names if n[0] not in "._")).encode()
        else:
            content = (root / path).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return MISSING
    return hashlib.sha256(content).hexdigest()


def digests(root: Path) -> dict[str, str]:
    """Start noting in this process; return the mapping from input to digest that fills as it runs."""
    root, seen = root.resolve(), {}
    ours = False  # what is opened to take a digest is no input

    def note(name: str) -> None:
        nonlocal ours
        if name and name not in seen:
            before, ours = ours, True
            seen[name] = state(root, name)
            ours = before

    def hook(event: str, arguments: tuple) -> None:
        if not ours and event in ("open", "os.scandir"):
            note(_inside(root, arguments, folder=event == "os.scandir"))

    class Noted(dict):
        """The description of the tables; an entry that is looked up is noted, any other use notes all."""

        def __getitem__(self, name):
            note(f"{DESCRIPTION}#{name}")
            return super().__getitem__(name)

        def get(self, name, default=None):
            note(f"{DESCRIPTION}#{name}")
            return super().get(name, default)

    def noting_all(method: str):
        def call(self, *arguments):
            note(DESCRIPTION)
            return getattr(dict, method)(self, *arguments)

        return call

    for method in (
        *("__iter__", "__reversed__", "__or__", "__ror__", "__eq__", "__repr__"),
        *("copy", "items", "keys", "values", "pop", "popitem"),
    ):
        setattr(Noted, method, noting_all(method))

    sys.addaudithook(hook)
    if (root / "beltroad").is_dir():
        from beltroad import data

        describe = data.describe

        def described(folder: Path = data.FOLDER) -> dict:
            nonlocal ours
            if folder != data.FOLDER:
                return describe(folder)
            ours = True
            try:
                return Noted(describe(folder))
            finally:
                ours = False

        data.describe = described
    return seen


def _inside(root: Path, arguments: tuple, folder: bool) -> str:
    """Return the name of an input, or '' for what is written, not a path, or not part of the book."""
    path = arguments[0]
    # The second argument is a mode or None, the third the flags of the system's own call.
    if not folder and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return ""
    if not isinstance(path, str | bytes | Path):
        return ""
    path = Path(path.decode() if isinstance(path, bytes) else path).absolute()
    if path.suffix == ".pyc" and path.parent.name == "__pycache__":
        path = Path(importlib.util.source_from_cache(str(path)))
    try:
        inner = path.resolve().relative_to(root)
    except (OSError, ValueError):
        return ""
    if not inner.parts or inner.parts[0] in FOREIGN:
        return "./" if folder and not inner.parts else ""
    return inner.as_posix() + "/" * folder
