"""Which files make up an edition: what git tracks, or, without git, everything but what is generated.

Unpacked from an archive, every file belongs to it that was neither generated nor added by the archive; a submodule never does.
"""

import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from bookpress.edition import book

METADATA = "ro-crate-metadata.json"
# Beside the edition's own files in a crate: what was built, and what describes it.
BOOK, EDITORS = "book", "for-editors"
MADE = (
    BOOK,
    EDITORS,
    METADATA,
    "edition.epub",
    "edition.pdf",
    "ro-crate-preview.html",
    "ro-crate-preview_files",
)
# What tools make again, whatever it holds.
GENERATED = (
    *(".git", ".venv", "_build", "__pycache__", "node_modules", "*.egg-info"),
    *(".ipynb_checkpoints", ".*_cache", ".hypothesis", ".DS_Store"),
)
PLAIN, EXECUTABLE, LINK = 0o100644, 0o100755, 0o120000  # the modes of files in git


def of_edition(root: Path, untracked: bool = False) -> list[Path]:
    """Return the files of an edition in order, hidden ones included; if `untracked`, new ones too.

    An archived edition (a crate) is one too: what was built lies beside the sources there, and is left out.
    """
    found = {root / place for place in modes(root)}
    if untracked and tracked(root):
        others = git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""
        found |= {root / os.fsdecode(name) for name in others.split(b"\0") if name}
    return sorted(path for path in found if path.is_file())


def below(folder: Path, as_git: bool = False) -> Iterator[Path]:
    """Yield every file below a folder in order, but for what tools make again (`GENERATED`).

    `as_git` walks as git does: into hidden folders, and not into linked ones, where the link itself is the file.
    Otherwise hidden folders are left out, and linked ones are walked once.
    """
    seen = set()
    for where, folders, names in os.walk(folder, followlinks=not as_git):
        here = Path(where)
        seen.add(os.path.realpath(here))
        inner = [name for name in folders if not _generated(name) and (as_git or name[0] != ".")]
        links = [name for name in inner if as_git and (here / name).is_symlink()]
        followed = {*inner} - {*links}
        folders[:] = sorted(name for name in followed if os.path.realpath(here / name) not in seen)
        for name in sorted([*names, *links]):
            path = here / name
            if not _generated(name) and (path.is_file() or (as_git and path.is_symlink())):
                yield path


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file `below` a folder, by its path from there."""
    return {path.relative_to(folder).as_posix(): book.sha256(path.read_bytes()) for path in below(folder)}


def modes(root: Path) -> dict[str, int]:
    """Return the mode, as git has it, of every file of the edition by its path from `root`."""
    known = tracked(root)
    added = MADE if (root / METADATA).is_file() else ()
    found = (path.relative_to(root) for path in below(root, as_git=True)) if not known else ()
    trusted = not known or git(root, "config", "--type=bool", "core.fileMode") != b"false"
    # A file system that knows neither links nor executable files leaves them to git's own record.
    return {
        place: _mode(path, known) if trusted else known[place]
        for place in known or [path.as_posix() for path in found if path.parts[0] not in added]
        if (path := root / place).is_symlink() or path.is_file()
    }


def _generated(name: str) -> bool:
    return any(fnmatch(name, one) for one in GENERATED)


def tracked(root: Path) -> dict[str, int]:
    """Return the modes of the files that git tracks, by path; none unless the book is the top of a work tree."""
    if git(root, "rev-parse", "--show-prefix") != b"":
        return {}
    entries = filter(None, (git(root, "ls-files", "--stage", "-z") or b"").split(b"\0"))
    # Each is "mode object stage<tab>path".
    modes = {os.fsdecode(path): int(told[:6], 8) for told, path in (one.split(b"\t", 1) for one in entries)}
    return modes if book.CONTENTS in modes else {}


def git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints about a folder, without the line's end; None without git, or where it fails."""
    # A hook of another repository would have git speak of that one.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        # Whose checkout it is does not matter: whoever builds a book runs its code anyway.
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", *arguments], cwd=root, env=own, capture_output=True
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout.rstrip(b"\n")


def _mode(path: Path, known: Mapping[str, int]) -> int:
    """Return a file's mode; where git does not know it, a program is what names its interpreter: archives lose modes."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return LINK
    if known:
        return EXECUTABLE if mode & stat.S_IXUSR else PLAIN
    with path.open("rb") as stream:
        return EXECUTABLE if stream.read(2) == b"#!" else PLAIN
