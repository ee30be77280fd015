"""Scratch folders: temporary ones that go with their process; what a killed process left, the next one removes."""

import os
import shutil
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX, MARK = "bookpress-", ".scratch"


class Folder:
    """A temporary folder, locked while its process lives, that goes with this object or at the end of a ``with`` block.

    To make one removes those whose process was killed; not on Windows, which has no lock of this kind.
    """

    def __init__(self) -> None:
        self.name, lock = _make()
        self._remove = weakref.finalize(self, _remove, self.name, lock)

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *error: object) -> None:
        self._remove()


@contextmanager
def own() -> Iterator[None]:
    """Let the temporary files of this process, and of those that it starts, lie in one scratch folder.

    Libraries make some too, as Python's fork server does. Where no folder can be made, whoever needs one says so.
    """
    try:
        name, lock = _make()
    except OSError:
        yield
        return
    known = os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = name
    try:
        yield
    finally:
        tempfile.tempdir = None
        del os.environ["TMPDIR"]
        os.environ |= {} if known is None else {"TMPDIR": known}
        if util := sys.modules.get("multiprocessing.util"):
            # It removes a folder in ours when Python ends, and complains if that is gone: ours goes after it.
            util.Finalize(None, _remove, args=(name, lock), exitpriority=-1000)
        else:
            _remove(name, lock)


def _make() -> tuple[str, int]:
    """Make a folder; return its path and the descriptor that locks it, -1 where files cannot be locked."""
    _sweep()
    while True:
        name = tempfile.mkdtemp(prefix=PREFIX)
        mark = Path(name, MARK)
        try:
            mark.touch()
            lock = _locked(mark)
        except FileNotFoundError:  # see below
            continue
        except OSError:
            shutil.rmtree(name, ignore_errors=True)
            raise
        if lock is not None:
            if lock >= 0:
                os.set_inheritable(lock, True)  # for the program that this process may become
            return name, lock
        # Another process takes the folder for left, in the instant before it is locked, and removes it.


def _remove(name: str, lock: int) -> None:
    """Remove a folder and free its lock."""
    for _ in range(20):  # a thread or a kernel that ends may still be at work in it
        shutil.rmtree(name, ignore_errors=True)
        if not os.path.isdir(name):
            break
        time.sleep(0.05)
    else:  # for the next process to remove
        with suppress(OSError):
            Path(name, MARK).touch()
    if lock >= 0:
        os.close(lock)


def _sweep() -> None:
    """Remove this user's scratch folders that no process holds."""
    if sys.platform == "win32":
        return
    for mark in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{MARK}"):
        with suppress(OSError):
            if mark.lstat().st_uid == os.geteuid() and (lock := _locked(mark)) not in (None, -1):
                _remove(str(mark.parent), lock)


def _locked(mark: Path) -> int | None:
    """Return a descriptor that locks a file; None if another has locked or removed it, -1 where files cannot be locked."""
    if sys.platform == "win32":
        return -1
    descriptor = os.open(mark, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if mark.exists():
            return descriptor
        found = None
    except BlockingIOError:
        found = None
    except OSError:
        found = -1
    os.close(descriptor)
    return found
