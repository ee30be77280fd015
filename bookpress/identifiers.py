"""Identifiers that anyone can recompute, with git alone: SWHIDs (ISO/IEC 18670) of files and of the edition.

To the edition belong the files that git tracks, with their bytes in the work tree. Where git does not track the book, because it
was unpacked from an archive, every file belongs to it that was neither generated nor added by the archive. Both give the
same identifier. What is a repository of its own within the book (a submodule) is no part of it.

Chapters never import this: the library behind it is for those who build, and is loaded when first used.
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress import book

if TYPE_CHECKING:
    from swh.model.from_disk import Content, Directory

PARTS = ("data", "chapters")  # folders that have an identifier of their own, where a book has them
GENERATED = (
    *(".git", ".venv", "_build", "__pycache__", "node_modules", "*.egg-info"),
    *(".ipynb_checkpoints", ".*_cache", ".DS_Store"),
)
CRATE = "ro-crate-metadata.json"
ADDED = ("book", CRATE, "ro-crate-preview.html", "ro-crate-preview_files")  # at the top of an unpacked crate
PLAIN, EXECUTABLE, LINK = 0o100644, 0o100755, 0o120000  # the modes of files in git


def content(source: Path | bytes) -> str:
    """Return the identifier of a file, ``swh:1:cnt:…``; its name and where it lies do not matter.

    Parameters
    ----------
    source : Path or bytes
        The file, or what it holds.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> content(b"")
    'swh:1:cnt:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return str(_content(source if isinstance(source, bytes) else source.read_bytes(), PLAIN).swhid())


def edition(root: Path) -> dict[str, str]:
    """Return the identifiers ``swh:1:dir:…`` of the edition, under ``""``, and of its folders in `PARTS`."""
    top = _tree(root)
    named = {part: top[part.encode()] for part in PARTS if part.encode() in top}
    return {name: str(node.swhid()) for name, node in {"": top, **named}.items()}


def directory(root: Path, below: str = "") -> str:
    """Return the identifier of the edition, or of a folder of it, ``swh:1:dir:…``.

    Parameters
    ----------
    root : Path
        The book's folder.
    below : str
        The folder from there, ``"data/paper"``; empty for the whole.

    Raises
    ------
    BookError
        If the edition has no such folder.
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
    commit = _git(root, "rev-parse", "--verify", "HEAD") if _tracked(root) else None
    if commit is None or _git(root, "status", "--porcelain") != b"":
        return ""
    from swh.model.swhids import CoreSWHID, ObjectType

    return str(CoreSWHID(object_type=ObjectType.REVISION, object_id=bytes.fromhex(commit.decode())))


def listing(root: Path) -> dict[str, tuple[int, str]]:
    """Return mode and sha256 of every file of the edition, by its path from `root`: what its identifier depends on."""
    return {place: (mode, book.sha256(_bytes(root / place))) for place, mode in files(root)}


def files(root: Path) -> Iterator[tuple[str, int]]:
    """Yield the path of every file of the edition from `root`, and its mode as git has it."""
    tracked = _tracked(root)
    trusted = not tracked or _git(root, "config", "--type=bool", "core.fileMode") != b"false"
    for place in tracked or _found(root):
        path = root / place
        if path.is_symlink() or path.is_file():
            # A file system that knows neither links nor executable files leaves them to git's own record.
            yield place, _mode(path) if trusted else tracked[place]


def _tracked(root: Path) -> dict[str, int]:
    """Return the modes of the files that git tracks, by path; none unless the book is the top of a work tree."""
    if _git(root, "rev-parse", "--show-prefix") != b"":
        return {}
    entries = filter(None, (_git(root, "ls-files", "--stage", "-z") or b"").split(b"\0"))
    # Each is "mode object stage<tab>path".
    modes = {os.fsdecode(path): int(told[:6], 8) for told, path in (one.split(b"\t", 1) for one in entries)}
    return modes if book.CONTENTS in modes else {}


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints about a folder, without the line's end; None without git, or where it fails."""
    # A hook of another repository would have git speak of that one.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(["git", *arguments], cwd=root, env=own, capture_output=True)
    except OSError:
        return None
    return None if done.returncode else done.stdout.rstrip(b"\n")


def _found(root: Path) -> Iterator[str]:
    """Yield the path of every file below a folder that was neither generated nor added by a crate."""
    added = ADDED if (root / CRATE).is_file() else ()
    for where, folders, names in os.walk(root):
        here = Path(where)
        mine = [name for name in [*folders, *names] if not any(fnmatch(name, one) for one in GENERATED)]
        mine = [name for name in mine if here != root or name not in added]
        folders[:] = [name for name in folders if name in mine and not (here / name).is_symlink()]
        yield from ((here / name).relative_to(root).as_posix() for name in mine if name not in folders)


def _mode(path: Path) -> int:
    mode = path.lstat().st_mode
    return LINK if stat.S_ISLNK(mode) else EXECUTABLE if mode & stat.S_IXUSR else PLAIN


def _bytes(path: Path) -> bytes:
    """Return what git keeps of a file: its bytes; of a link, where it leads."""
    return os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()


def _tree(root: Path) -> "Directory":
    from swh.model.from_disk import Directory

    top = Directory()
    for place, mode in files(root):
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
