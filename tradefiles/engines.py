"""What carries out a question: DuckDB, embedded, unless Spark is asked for. Both get the same expressions, narwhals'."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from bookpress.edition import interrupts
from tradefiles import FileError, layouts, progress
from tradefiles.sources import Source

MEMORY = "400MB"
BUFFER = (
    4_000_000  # bytes of text read at a time, a thread; the engine's own 32 MB costs memory and saves no time
)
BATCH = 50_000  # rows of an answer at a time
SPARE = "_spare"


class Failure(Exception):
    """The engine could not read the files; what it says is for a person who knows the engine."""


class Engine(Protocol):
    """What an engine does; all else is the same whoever carries out a question."""

    name: str
    by_line: bool
    """Does it take every line for a row, whatever quotation marks say?"""
    errors: tuple[type[Exception], ...]
    """What it raises if it cannot read a file."""

    def __enter__(self) -> Self:
        """Return itself, started."""

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it."""

    def scan(self, sources: Sequence[Source]) -> Any:
        """Return a lazy frame of files of one shape: year and values as `layouts.derive` expects them, all else text."""

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question; yield its rows.

        Raises
        ------
        Failure
            If a file cannot be read.
        """


class DuckDB:
    """The embedded engine.

    Parameters
    ----------
    scratch : Path
        Where it may put what memory does not hold.
    memory : str
        The most that it takes, such as ``"400MB"``.
    """

    name = "duckdb"
    by_line = False

    def __init__(self, scratch: Path, memory: str = MEMORY) -> None:
        import duckdb

        try:
            self.connection = duckdb.connect(
                config={
                    "memory_limit": memory,
                    "temp_directory": str(scratch / "spill"),
                    "preserve_insertion_order": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                }
            )
        except duckdb.Error as error:
            raise FileError(f"memory: {first(error)}; expected an amount such as 400MB or 2GB") from None
        self.errors: tuple[type[Exception], ...] = (duckdb.Error,)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def scan(self, sources: Sequence[Source]) -> Any:
        """Return a lazy frame of files of one shape."""
        import narwhals as nw

        one = sources[0]
        paths = [str(source.path) for source in sources]
        if one.form == "copy":
            return nw.from_native(self.connection.read_parquet(paths))
        if one.form == "parquet":
            return typed(nw.from_native(self.connection.read_parquet(paths)), one)
        kinds = {"year": "INTEGER", "value": "VARCHAR", "text": "VARCHAR"}
        columns = {name: kinds[kind] for name, kind in columns_of(one).items()}
        relation = self.connection.read_csv(
            paths,
            columns=columns,
            auto_detect=False,
            header=True,
            delimiter=one.delimiter,
            quotechar='"',
            escapechar='"',
            compression="gzip" if one.gzip else "none",
            buffer_size=BUFFER,
            strict_mode=True,
        )
        return nw.from_native(relation)

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question; yield its rows."""
        with self._watched():
            relation = frame.to_native()
            cursor = self.connection.execute(relation.sql_query())
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def write(self, frame: Any, path: Path) -> None:
        """Write rows as a Parquet file, importer by importer: a question reads the few row groups of its own."""
        with self._watched():
            frame.sort("importer").to_native().write_parquet(str(path), row_group_size=61_440)

    def count(self, paths: Sequence[Path]) -> int:
        """Return the rows of Parquet files."""
        names = [[str(path) for path in paths]]
        counts = self.connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", names).fetchall()
        return sum(int(row[0]) for row in counts)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        done = threading.Event()
        try:
            with progress.shown("reading", self._share, done):
                yield
        except (RuntimeError, self.errors[0]) as error:
            if interrupts.requested():  # an interrupted query says so in its own way
                raise KeyboardInterrupt from error
            raise Failure(first(error)) from error
        finally:
            done.set()

    def _share(self) -> float:
        return float(self.connection.query_progress())


def columns_of(source: Source) -> dict[str, str]:
    """Return what each column of a file is read as: ``year`` (integer), ``value`` (number) or ``text``."""
    filled = source.layout.filled(source.names)
    kinds = {name: "text" for name in source.names} | ({SPARE: "text"} if source.spare else {})
    kinds |= {name: "year" for name in filled["year"]}
    return kinds | {name: "value" for role in ("value", "cif", "fob") for name in filled.get(role, [])}


def parts(engine: Engine, sources: Sequence[Source]) -> list[tuple[Any, dict[str, str | bool]]]:
    """Return the trade of files, those of one shape together.

    Returns
    -------
    list of tuple
        A lazy frame of `layouts.COLUMNS` and `layouts.VALUE`, without the columns that are the same in every row; and these.

    Raises
    ------
    Failure
        If a copy has other columns than it says.
    """
    shapes: dict[tuple[object, ...], list[Source]] = {}
    for source in sources:
        shapes.setdefault(source.shape(), []).append(source)
    found = []
    for alike in shapes.values():
        frame, one = engine.scan(alike), alike[0]
        names = frame.collect_schema().names()
        if one.form == "copy":
            same = dict(one.constants)
            if sorted([*names, *same]) != sorted([*layouts.COLUMNS, layouts.VALUE]):
                raise Failure(
                    f"found the columns {', '.join([*names, *same])}, expected those of a copy; import again"
                )
            found.append((frame, same))
        else:
            found.append((layouts.derive(frame, one.layout, names), layouts.same(one.layout, names)))
    return found


def trade(engine: Engine, sources: Sequence[Source]) -> Any:
    """Return the trade of all files as one lazy frame of `layouts.COLUMNS` and `layouts.VALUE`."""
    import narwhals as nw

    frames = [
        frame.with_columns(**{name: nw.lit(value) for name, value in same.items()}).select(
            *layouts.COLUMNS, layouts.VALUE
        )
        for frame, same in parts(engine, sources)
    ]
    return frames[0] if len(frames) == 1 else nw.concat(frames, how="vertical")


def failures(engine: Engine) -> tuple[type[Exception], ...]:
    """Return what an engine raises if it cannot read a file."""
    return (Failure, *engine.errors)


def typed(
    frame: Any,
    source: Source,
    named: Callable[[str], str] = str,
    kinds: Sequence[str] = ("year", "value", "text"),
) -> Any:
    """Return a frame with columns of some kinds cast to what `columns_of` says; `named` gives their names in the frame."""
    import narwhals as nw

    types = {"year": nw.Int32(), "value": nw.Float64(), "text": nw.String()}
    columns = [(nw.col(named(name)), kind) for name, kind in columns_of(source).items()]
    return frame.select(*(column.cast(types[kind]) if kind in kinds else column for column, kind in columns))


def first(error: BaseException) -> str:
    """Return the first line of what an engine says."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
