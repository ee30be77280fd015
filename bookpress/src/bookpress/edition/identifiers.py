"""Identifiers that anyone can recompute with git alone: SWHIDs (ISO/IEC 18670) of files and of the edition.

They are the same with git and, in an archive, without it. The library behind them is loaded when first used.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.edition import book, files

if TYPE_CHECKING:
    from swh.model.from_disk import Content, Directory

PARTS = ("data", "chapters")  # folders that have an identifier of their own, where a book has them


def content(source: Path | bytes) -> str:
    """Return the identifier of a file or of what it holds; its name and where it lies do not matter.

    Examples
    --------
    >>> content(b"")
    'swh:1:cnt:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return str(_content(source if isinstance(source, bytes) else source.read_bytes(), files.PLAIN).swhid())


def edition(root: Path) -> dict[str, str]:
    """Return the identifiers ``swh:1:dir:…`` of the edition, under ``""``, and of its folders in `PARTS`."""
    top = _tree(root)
    parts = {part: top[part.encode()] for part in PARTS if part.encode() in top}
    return {name: str(node.swhid()) for name, node in {"": top, **parts}.items()}


def directory(root: Path, below: str = "") -> str:
    """Return the identifier ``swh:1:dir:…`` of the edition, or of a folder of it such as ``"data/paper"``.

    A BookError says that the edition has no such folder.
    """
    from swh.model.from_disk import Directory

    try:
        found = _tree(root)[below.strip("/").encode()]
    except (KeyError, ValueError):  # a file has nothing below it
        found = None
    if not isinstance(found, Directory):
        raise book.BookError(f"{below}: not found, expected a folder that belongs to the edition")
    return str(found.swhid())


def revision(root: Path) -> str:
    """Return the identifier of the commit, ``swh:1:rev:…``; empty without git, or where anything is not committed."""
    commit = files.git(root, "rev-parse", "--verify", "HEAD") if files.tracked(root) else None
    if commit is None or files.git(root, "status", "--porcelain") != b"":
        return ""
    from swh.model.swhids import CoreSWHID, ObjectType

    return str(CoreSWHID(object_type=ObjectType.REVISION, object_id=bytes.fromhex(commit.decode())))


def listing(root: Path) -> dict[str, tuple[int, str]]:
    """Return mode and sha256 of every file of the edition, by its path from `root`: what its identifier depends on."""
    return {place: (mode, book.sha256(_bytes(root / place))) for place, mode in files.modes(root).items()}


def _bytes(path: Path) -> bytes:
    """Return what git keeps of a file: its bytes; of a link, where it leads."""
    return os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()


def _tree(root: Path) -> "Directory":
    from swh.model.from_disk import Directory

    top = Directory()
    for place, mode in files.modes(root).items():
        path = os.fsencode(place)
        for end in (at for at, sign in enumerate(path) if sign == ord("/")):
            if path[:end] not in top:
                top[path[:end]] = Directory()
        top[path] = _content(_bytes(root / place), mode)
    return top


def _content(data: bytes, mode: int) -> "Content":
    from swh.model.from_disk import Content, DentryPerms
    from swh.model.hashutil import MultiHash

    # The library's own constructors compute four checksums, of which one is the identifier.
    return Content({**MultiHash.from_data(data, {"sha1_git"}).digest(), "perms": DentryPerms(mode)})
