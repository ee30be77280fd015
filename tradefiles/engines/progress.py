"""How far long work has come, on one line of standard error; nothing where that is no terminal."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER, EVERY = 1.0, 0.2  # seconds until a line is shown, and between its changes
WIDTH = 30


@contextmanager
def shown(what: str, share: Callable[[], float], done: threading.Event) -> Iterator[None]:
    """Show a bar while the body runs: the work in a word, and how much is done, in % (below 0 if unknown); sets `done`."""
    if not sys.stderr.isatty():
        yield
        return
    watcher = threading.Thread(target=_watch, args=(what, share, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def bar(what: str, share: float) -> str:
    """Return one line, such as ``reading [###############...............]  50 %``."""
    known = min(max(share, 0), 100)
    full = round(WIDTH * known / 100)
    return f"{what} [{'#' * full}{'.' * (WIDTH - full)}] {known:3.0f} %"


def _watch(what: str, share: Callable[[], float], done: threading.Event) -> None:
    if done.wait(AFTER):
        return
    while not done.wait(EVERY):
        print(f"\r{bar(what, share())}", end="", file=sys.stderr, flush=True)
    print(f"\r{' ' * len(bar(what, 0))}\r", end="", file=sys.stderr, flush=True)
