"""What every engine does, and the lazy frame of trade that it makes of files."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from bookpress.run import interrupts
from tradefiles import FileError, layouts
from tradefiles.opening import Source

MEMORY = "400MB"
CHECKED = "checked"  # a column: were flows and economies checked when a copy was made?
AFTER, EVERY, WIDTH = 1.0, 0.2, 30  # seconds until a bar is shown and between its changes; its characters


class Failure(Exception):
    """The engine could not read the files; what it says is for a person who knows the engine."""


class Engine(Protocol):
    """What an engine does; all else is the same for every engine."""

    name: str
    by_line: bool
    """Does it take every line for a row, even within quotation marks?"""
    errors: tuple[type[Exception], ...]
    """What it raises if it cannot read a file."""

    def close(self) -> None:
        """End it."""

    def scan(self, sources: Sequence[Source]) -> Any:
        """Return a lazy frame of files of one shape, as `layouts.derive` expects it."""

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question and yield its rows; raise `Failure` if a file cannot be read."""


@contextmanager
def watched(errors: tuple[type[Exception], ...], share: Callable[[], float]) -> Iterator[None]:
    """Show on a terminal how much an engine has read, in % (below 0 if unknown), and turn its errors into `Failure`.

    If it was interrupted, that is raised instead.
    """
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(share, done), daemon=True)
    if sys.stderr.isatty():
        watcher.start()
    try:
        yield
    except errors as error:
        if interrupts.requested():  # an engine that was interrupted reports that as an error of its own
            raise KeyboardInterrupt from error
        raise Failure(first_line(error)) from error
    finally:
        done.set()
        if watcher.is_alive():
            watcher.join()


def _watch(share: Callable[[], float], done: threading.Event) -> None:
    """Draw a bar on one line until the work is done."""
    if done.wait(AFTER):
        return
    while not done.wait(EVERY):
        known = min(max(share(), 0), 100)
        bar = "#" * round(WIDTH * known / 100)
        print(f"\rreading [{bar:.<{WIDTH}}] {known:3.0f} %", end="", file=sys.stderr, flush=True)
    print(f"\r{' ' * (WIDTH + 16)}\r", end="", file=sys.stderr, flush=True)


def parts(engine: Engine, sources: Sequence[Source]) -> list[tuple[Any, dict[str, str | bool], bool]]:
    """Return the trade of files, those of one shape together; refuse a copy with other columns than its manifest says.

    Each is a lazy frame of `layouts.COLUMNS` and `layouts.VALUE` without what is the same in every row; that; and whether it
    is a copy.
    """
    shapes: dict[tuple[object, ...], list[Source]] = {}
    for source in sources:
        shapes.setdefault(source.shape(), []).append(source)
    found = []
    for alike in shapes.values():
        one = alike[0]
        try:
            frame = engine.scan(alike)
            names = frame.collect_schema().names()
        except engine.errors as error:
            raise Failure(first_line(error)) from error
        if one.form != "copy":
            found.append(
                (layouts.derive(frame, one.layout, names, one.padded), layouts.same(one.layout, names), False)
            )
            continue
        columns = [*names, *dict(one.constants)]
        if sorted(columns) != sorted([*layouts.COLUMNS, layouts.VALUE]):
            listed = ", ".join(columns)
            raise FileError(f"{one.name}: found the columns {listed}, expected those of a copy; import again")
        found.append((frame, dict(one.constants), True))
    return found


def trade(engine: Engine, sources: Sequence[Source]) -> Any:
    """Return the trade of all files as one lazy frame of `layouts.COLUMNS`, `layouts.VALUE` and `CHECKED`; errors as of `parts`."""
    import narwhals as nw

    names, frames = [*layouts.COLUMNS, layouts.VALUE, CHECKED], []
    for frame, same, copied in parts(engine, sources):
        fixed = {**same, CHECKED: copied}
        frames.append(frame.with_columns(**{n: nw.lit(value) for n, value in fixed.items()}).select(*names))
    return frames[0] if len(frames) == 1 else nw.concat(frames, how="vertical")


def texts(frame: Any, source: Source, named: Callable[[str], str] = str) -> Any:
    """Return the columns that `Source.kinds` lists as text, but for values; `named` gives their names in the frame."""
    import narwhals as nw

    columns = [(nw.col(named(name)), kind) for name, kind in source.kinds().items()]
    return frame.select(
        *(column if kind == "value" else column.cast(nw.String()) for column, kind in columns)
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
