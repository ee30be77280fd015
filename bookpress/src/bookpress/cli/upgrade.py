"""Replace the engine of a book by a newer one: tried in a copy first, and what it moves is said."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book, files, scratch
from bookpress.run import interrupts


def add(commands: command.Commands) -> None:
    """Add the command."""
    made = command.add(commands, upgrade)
    own = "a newer bookpress-….whl; none: the engine that runs here"
    made.add_argument("wheel", nargs="?", type=Path, metavar="WHEEL", help=own)


@dataclass(frozen=True)
class Engine:
    """A wheel of the engine, and what a book keeps of it in its folder `book.VENDOR`."""

    wheel: Path
    version: str
    files: dict[str, bytes]  # by name: those that the wheel brings, and the wheel itself


def upgrade(options: argparse.Namespace) -> int:
    """Replace the engine in vendor/ by a newer one, and say what moves with it."""
    from packaging.version import Version

    from bookpress.publish import wheel
    from bookpress.verify import comparison

    root = book.checkout()
    with book.locked(root), scratch.Folder() as place:
        new = engine(options.wheel or wheel.engine(Path(place, "engine")))
        old = vendored(root)
        if Version(new.version) < Version(old.version):
            raise book.BookError(f"{new.wheel.name}: found an older engine, expected {old.version} or newer")
        if new.files == old.files:
            print(f"{book.VENDOR}: engine {old.version} is the same; nothing to do")
            return 0
        was, pins = (
            path.read_text(encoding="utf-8") for path in (root / book.LOCK, root / book.VENDOR / book.LOCK)
        )
        lock = relocked(was, pins, new)
        trial = Path(place, "trial")
        for path in files.of_edition(root, untracked=True):
            (trial / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, trial / path.relative_to(root))
        replace(trial, old, new, lock)
        print(f"Trying engine {new.version} in a copy: set-up, verdicts, all chapters ...", flush=True)
        for target in (".venv/ready", "verdicts"):
            make(trial, target)
        lines, same = comparison.compare(root, trial)
        replace(root, old, new, lock)
    print(f"{book.VENDOR}: engine {old.version} → {new.version}; `make book` and `make test` set it up")
    print("\n".join(map(command.plain, [line for line in lines[1:] if line])))
    return 0 if same else 1


def engine(path: Path) -> Engine:
    """Return the engine that a wheel holds; a BookError says that the file is no such wheel."""
    inner, expected = f"{book.ENGINE.name}/{book.VENDOR}/", f"a wheel of the engine, {book.ENGINE.name}-….whl"
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            brought = {
                name.removeprefix(inner): packed.read(name) for name in names if name.startswith(inner)
            }
        described = f"{book.ENGINE.name}-([0-9][^-/]*)\\.dist-info/METADATA"
        version = next(found[1] for name in names if (found := re.fullmatch(described, name)))
    except (zipfile.BadZipFile, StopIteration):
        raise book.BookError(f"{path}: found another file, expected {expected}") from None
    if path.name != (name := f"{book.ENGINE.name}-{version}-py3-none-any.whl") or book.LOCK not in brought:
        raise book.BookError(f"{path}: found another name or content, expected {name}, {expected}")
    brought[book.LOCK] += book.pinned(path).encode()
    return Engine(path, version, {**brought, name: path.read_bytes()})


def vendored(root: Path) -> Engine:
    """Return the engine that a book keeps; a BookError names each of its files that was edited, or says that there is none."""
    kept = [*(root / book.VENDOR).glob(f"{book.ENGINE.name}-*.whl")]
    if len(kept) != 1:
        expected = f"the wheel of the engine, as `{book.ENGINE.name} new` puts it there"
        raise book.BookError(f"{book.VENDOR}: found {len(kept)} wheels, expected {expected}")
    found = engine(kept[0])
    edited = [name for name, content in found.files.items() if _bytes(root / book.VENDOR / name) != content]
    if book.pinned(found.wheel) not in (root / book.LOCK).read_text(encoding="utf-8"):
        edited.append(found.wheel.name)
    if edited:
        named = ", ".join(f"{book.VENDOR}/{name}" for name in edited)
        raise book.BookError(
            f"found edited: {named}; expected the engine's files as engine {found.version} brings them"
        )
    return found


def relocked(lock: str, pins: str, new: Engine) -> str:
    """Return the lock of a book with the pins of another engine.

    A book that locks the engine's packages alone gets the new pins as they are. One that adds packages keeps all others
    that it has locked, since those that it added may need them.
    """
    now = new.files[book.LOCK].decode()
    was, other = dict(_blocks(lock)), dict(_blocks(pins))
    if was.keys() <= other.keys():
        return now
    return "".join(text for _, text in sorted({**was, **dict(_blocks(now))}.items()))


def _blocks(lock: str) -> Iterator[tuple[str, str]]:
    """Yield the packages of a lock, each with its lines: one block for all its versions; comments are left out."""
    found: dict[str, str] = {}
    for block in re.findall(r"^[^\s#].*\n(?:[ \t].*\n)*", lock, flags=re.M):
        name = re.sub(r"[-_.]+", "-", re.split(r"[=\s]", block.removeprefix(f"./{book.VENDOR}/"))[0]).lower()
        name = book.ENGINE.name if block.startswith("./") else name
        found[name] = found.get(name, "") + re.sub(r"^\s*#.*\n", "", block, flags=re.M)
    yield from found.items()


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def replace(root: Path, old: Engine, new: Engine, lock: str) -> None:
    """Put another engine into a book's folder: both are whole, or the old one is."""
    vendor, made, gone = (root / f"{book.VENDOR}{ending}" for ending in ("", ".new", ".old"))
    for left in (made, gone):
        shutil.rmtree(left, ignore_errors=True)
    try:
        shutil.copytree(vendor, made)
        for name in old.files.keys() - new.files.keys():
            (made / name).unlink()
        for name, content in new.files.items():
            (made / name).write_bytes(content)
        with interrupts.deferred():
            vendor.rename(gone)
            try:
                made.rename(vendor)
                book.write(root / book.LOCK, lock)
            except OSError:
                with suppress(OSError):
                    vendor.rename(made)
                gone.rename(vendor)
                raise
    finally:
        for left in (made, gone):
            shutil.rmtree(left, ignore_errors=True)


def make(root: Path, target: str) -> None:
    """Let make bring about a target in a copy of a book; a BookError has its last line if it cannot."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "BOOKPRESS"))
    }
    base = Path(sys.base_prefix, "bin", "python3")
    command = ["make", target, *([f"PYTHON={base}"] if base.is_file() else [])]
    done = subprocess.run(command, cwd=root, env=kept, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if not line.startswith("make")]
        last = f"{said[-1] if said else 'it said nothing'}; nothing was changed"
        raise book.BookError(f"the new engine does not run this book: `make {target}` failed: {last}")
