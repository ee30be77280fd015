"""Build the book into a new folder; it replaces the last good one only when it is whole.

A chapter whose inputs are what they were is not run again (see `_ext/fresh.py`), and when nothing at all
changed nothing is built.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD, NEW = ROOT / "_build", ROOT / "_build" / "new"


def files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder in order, but for hidden and generated folders."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name == ".github"
            or not name.startswith((".", "_build", "__pycache__", "node_modules"))
        )
        yield from (Path(path, name) for name in sorted(names))


def digest(folder: Path) -> str:
    """Return a digest of the names and the bytes of all files below a folder."""
    found = hashlib.sha256()
    for path in files(folder):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def state() -> dict[str, str]:
    """Return digests of all that a book is built from, and of the book that is there."""
    packages = sorted(
        path.name for site in sys.path for path in Path(site).glob("*.dist-info")
    )
    return {
        "sources": digest(ROOT),
        "setting": json.dumps([sys.version, *packages]),
        "book": digest(BUILD / "html"),
    }


def recorded() -> dict[str, str] | None:
    """Return the state after the last good build, or None."""
    try:
        return json.loads((BUILD / "book.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def publish() -> None:
    """Put the new book where the last good one was; there is never less than one of them on disk."""
    # Serves Sphinx's builds in place only, and differs between versions of Python.
    (NEW / "_build" / "html" / ".buildinfo").unlink(missing_ok=True)
    old = BUILD / "old"
    shutil.rmtree(old, ignore_errors=True)
    if (BUILD / "html").exists():
        (BUILD / "html").rename(old)
    (NEW / "_build" / "html").rename(BUILD / "html")
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(NEW)


def main() -> int:
    if (BUILD / "old").exists() and not (BUILD / "html").exists():
        (BUILD / "old").rename(BUILD / "html")  # killed while it was replaced
    shutil.rmtree(NEW, ignore_errors=True)
    where = (BUILD / "html" / "index.html").relative_to(ROOT)
    before = state()
    if before == recorded():
        print(f"Nothing changed; the book is in {where}")
        return 0
    # Every warning is an error: a broken reference, a failing cell or a missing citation stops the build.
    command = [sys.executable, "_ext/ahead.py", "build", ".", "--path-output", NEW]
    status = subprocess.run([*command, "-W", "-n", "--keep-going"], cwd=ROOT).returncode
    if status:
        print(
            "book: not built; _build/html is the last good one, if there was any",
            file=sys.stderr,
        )
        return status
    publish()
    # Recorded as of before the build: what was edited meanwhile counts as changed.
    after = {**before, "book": digest(BUILD / "html")}
    (BUILD / "book.json").write_text(json.dumps(after), encoding="utf-8")
    print(f"The book is in {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
