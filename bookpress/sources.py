"""Which files make up an edition: what git tracks, or, without git, everything but what is generated."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

METADATA = "ro-crate-metadata.json"
CERTIFICATE = "certificate.html"
# Beside the edition's own files in a crate: what was built, and what describes it.
BOOK = "book"
MADE = (BOOK, METADATA, CERTIFICATE, "edition.epub", "edition.pdf")
# Folders that tools make again, whatever they hold.
GENERATED = {
    ".git",
    ".venv",
    "_build",
    "__pycache__",
    "node_modules",
    ".ipynb_checkpoints",
    ".ruff_cache",
    ".mypy_cache",
    ".pytest_cache",
}


def files(root: Path, untracked: bool = False) -> list[Path]:
    """Return the files of an edition in order, hidden ones included.

    A crate is an edition too: what was built lies beside the sources there, and is left out.

    Parameters
    ----------
    root : Path
        The checkout, or a copy of one.
    untracked : bool
        Whether files that git neither tracks nor ignores belong to it too.
    """
    tracked = _tracked(root, ["--cached", "--others", "--exclude-standard"] if untracked else [])
    if tracked:
        return tracked
    built = MADE if (root / METADATA).is_file() else ()
    return [path for path in everything(root) if path.relative_to(root).parts[0] not in built]


def everything(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder in order, but for what tools make again (`GENERATED`)."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in GENERATED and not n.endswith(".egg-info"))
        yield from (file for name in sorted(names) if (file := Path(path, name)).is_file())


def _tracked(root: Path, options: list[str]) -> list[Path]:
    """Return the files that git tracks below a folder; none without git or a repository."""
    try:
        done = subprocess.run(["git", "ls-files", "-z", *options], cwd=root, capture_output=True)
    except FileNotFoundError:
        return []
    names = os.fsdecode(done.stdout).split("\0") if done.returncode == 0 else []
    return sorted(path for name in names if name and (path := root / name).is_file())
