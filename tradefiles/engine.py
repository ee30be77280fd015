"""DuckDB, which carries out a question: it reads files of any size within a limit of memory, and is asked in SQL."""

import glob
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookpress.run import interrupts
from tradefiles import FileError, layouts, opening
from tradefiles.layouts import text
from tradefiles.opening import Source

MEMORY, THREADS = "400MB", 8  # more threads would need more memory: each takes up to 30 MB
BUFFER = (
    2_000_000  # bytes of text that a thread reads at a time; DuckDB's own 32 MB cost memory and save no time
)
BATCH = 50_000  # rows of an answer at a time
GROUP = 61_440  # rows of a copy that are read or skipped together
AFTER, EVERY, WIDTH = 1.0, 0.2, 30  # seconds until a bar is shown and between its changes; its characters


class Failure(Exception):
    """DuckDB could not read the files; what it says is for a person who knows it."""


@dataclass(frozen=True)
class Part:
    """The trade of files of one shape, in SQL."""

    table: str
    """What stands behind FROM."""
    columns: Mapping[str, str]
    """`layouts.COLUMNS` and `layouts.VALUE`, and the expression of each."""
    same: Mapping[str, str | bool]
    """What is the same in every row."""
    importer: str = ""
    """The importer as it is written, null without a known flow; none of a copy, which was checked when it was made."""

    def select(self, names: Iterable[str] = (*layouts.COLUMNS, layouts.VALUE)) -> str:
        """Return columns of it in SQL."""
        return f"SELECT {', '.join(f'{self.columns[name]} AS {name}' for name in names)} FROM {self.table}"


class DuckDB:
    """The engine; it puts what its memory (``"400MB"``) does not hold into a scratch folder."""

    def __init__(self, scratch: Path, memory: str = MEMORY) -> None:
        import duckdb

        settings: dict[str, Any] = {
            "memory_limit": memory,
            "threads": min(os.cpu_count() or 1, THREADS),
            "temp_directory": str(scratch / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # It knows nothing of how many rows a text has: what few are kept is found in the order in which it is asked.
            "disabled_optimizers": "join_order,build_side_probe_side",
            "default_null_order": "nulls_first",
        }
        try:
            self.connection = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise FileError(
                f"memory: {_first_line(error)}; expected an amount such as 400MB or 2GB"
            ) from None
        # After two seconds DuckDB's own bar would stand in the answer, on standard output. In a notebook it needs a package
        # that is not here: there is no bar, and no such setting either.
        with suppress(duckdb.InvalidInputException):
            self.connection.execute("SET enable_progress_bar_print = false")
        self.scratch = scratch
        self.unpacked: dict[Path, Path] = {}

    def close(self) -> None:
        """End it."""
        self.connection.close()

    def parts(self, sources: Sequence[Source]) -> list[Part]:
        """Return the trade of files, those of one shape together; refuse a copy with other columns than its manifest says."""
        shapes: dict[tuple[object, ...], list[Source]] = {}
        for source in sources:
            shapes.setdefault(source.shape(), []).append(source)
        found = []
        for alike in shapes.values():
            one, table = alike[0], self._table(alike)
            types = dict.fromkeys(one.columns(), "VARCHAR")
            if one.form != "text":
                with self._watched():
                    described = self.connection.execute(f"DESCRIBE FROM {table}").fetchall()
                types = {str(name): str(kind) for name, kind, *_ in described}
            same = dict(one.constants) if one.form == "copy" else layouts.same(one.layout, [*types])
            fixed = {name: text(value) for name, value in same.items()}
            if one.form != "copy":
                columns, rough = (layouts.derive(one.layout, types, trim) | fixed for trim in (True, False))
                # Without a flow nobody knows who of the two is the importer.
                flowless = f"CASE WHEN {columns['side']} <> '' THEN {rough['importer']} END"
                importer = rough["importer"] if "side" in same else flowless
                found.append(Part(table, columns, same, importer))
                continue
            if sorted([*types, *fixed]) != sorted([*layouts.COLUMNS, layouts.VALUE]):
                listed = ", ".join([*types, *fixed])
                raise FileError(
                    f"{one.name}: found the columns {listed}, expected those of a copy; import again"
                )
            found.append(Part(table, {name: layouts.column(name) for name in types} | fixed, same))
        return found

    def _table(self, sources: Sequence[Source]) -> str:
        """Return files of one shape as SQL has them behind FROM."""
        # No name that a reader gives is a pattern, an address, or a partition with a column of its own.
        one, paths = sources[0], [glob.escape(str(self._plain(source).absolute())) for source in sources]
        files = f"[{', '.join(map(text, paths))}], hive_partitioning = false"
        if one.form != "text":
            return f"read_parquet({files})"
        columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in one.columns())
        style = (
            f"delim = {text(one.delimiter)}, quote = '\"', escape = '\"', header = true, strict_mode = true"
        )
        reading = f"auto_detect = false, compression = 'none', buffer_size = {BUFFER}"
        return f"read_csv({files}, columns = {{{columns}}}, {style}, {reading})"

    def _plain(self, source: Source) -> Path:
        """Return a file that is not packed.

        DuckDB itself would take a gzip with a wrong sum or length for a whole one, and would leave out a very long last line.
        """
        if source.gzip and source.path not in self.unpacked:
            path = opening.unpacked_whole(source.path, source.name, self.scratch)
            opening.end(path, source.name)
            self.unpacked[source.path] = path
        return self.unpacked.get(source.path, source.path)

    def rows(self, question: str) -> Iterator[tuple[Any, ...]]:
        """Carry out a question and yield its rows; raise `Failure` if a file cannot be read."""
        with self._watched():
            cursor = self.connection.execute(question)
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def write(self, part: Part, path: Path) -> int:
        """Write what varies from row to row as Parquet, importer by importer, so that a question reads few groups.

        Returns the number of rows.
        """
        given = f"{part.select(name for name in part.columns if name not in part.same)} ORDER BY importer"
        to = f"{text(str(path))} (FORMAT parquet, ROW_GROUP_SIZE {GROUP})"
        [(rows,)] = self.rows(f"COPY ({given}) TO {to}")
        return int(rows)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Show on a terminal how much was read, and turn what DuckDB raises into `Failure`.

        If it was interrupted, that is raised instead.
        """
        import duckdb

        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(self.connection.query_progress, done), daemon=True)
        if sys.stderr.isatty():
            watcher.start()
        try:
            yield
        except (duckdb.Error, RuntimeError) as error:
            if interrupts.requested():  # DuckDB reports an interruption as an error of its own
                raise KeyboardInterrupt from error
            raise Failure(_first_line(error)) from error
        finally:
            done.set()
            if watcher.is_alive():
                watcher.join()


def _watch(share: Callable[[], float], done: threading.Event) -> None:
    """Draw a bar on one line until the work is done; the share is in %, below 0 if unknown."""
    if done.wait(AFTER):
        return
    while not done.wait(EVERY):
        known = min(max(share(), 0), 100)
        bar = "#" * round(WIDTH * known / 100)
        print(f"\rreading [{bar:.<{WIDTH}}] {known:3.0f} %", end="", file=sys.stderr, flush=True)
    print(f"\r{' ' * (WIDTH + 16)}\r", end="", file=sys.stderr, flush=True)


def _first_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
