"""DuckDB, the engine that comes with the edition: it reads files of any size within a limit of memory."""

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tradefiles import FileError, opening
from tradefiles.engines.scanning import MEMORY, first_line, texts, watched
from tradefiles.opening import Source

BUFFER = (
    4_000_000  # bytes of text that a thread reads at a time; DuckDB's own 32 MB cost memory and save no time
)
BATCH = 50_000  # rows of an answer at a time
GROUP = 61_440  # rows of a copy that are read or skipped together


class DuckDB:
    """The embedded engine; it puts what its memory (``"400MB"``) does not hold into a scratch folder."""

    name = "duckdb"
    by_line = False

    def __init__(self, scratch: Path, memory: str = MEMORY) -> None:
        import duckdb

        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": str(scratch / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "disabled_optimizers": "in_clause",  # it makes a join of a dozen spellings, which takes longer than to compare
        }
        try:
            self.connection = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise FileError(f"memory: {first_line(error)}; expected an amount such as 400MB or 2GB") from None
        # After two seconds DuckDB's own bar would stand in the answer, on standard output. In a notebook it needs a package
        # that is not here: there is no bar, and no such setting either.
        with suppress(duckdb.InvalidInputException):
            self.connection.execute("SET enable_progress_bar_print = false")
        self.errors: tuple[type[Exception], ...] = (duckdb.Error, RuntimeError)
        self.scratch = scratch
        self.unpacked: dict[Path, Path] = {}

    def close(self) -> None:
        """End it."""
        self.connection.close()

    def scan(self, sources: Sequence[Source]) -> Any:
        """Return a lazy frame of files of one shape."""
        import narwhals as nw

        # No name that a reader gives is a pattern, an address, or a partition with a column of its own.
        one, paths = sources[0], [glob.escape(str(self._plain(source).absolute())) for source in sources]
        if one.form != "text":
            frame = nw.from_native(self.connection.read_parquet(paths, hive_partitioning=False))
            return frame if one.form == "copy" else texts(frame, one)
        relation = self.connection.read_csv(
            paths,
            columns=dict.fromkeys(one.kinds(), "VARCHAR"),
            hive_partitioning=False,
            auto_detect=False,
            header=True,
            delimiter=one.delimiter,
            quotechar='"',
            escapechar='"',
            compression="none",
            buffer_size=BUFFER,
            strict_mode=True,
        )
        return nw.from_native(relation)

    def _plain(self, source: Source) -> Path:
        """Return a file that is not packed.

        DuckDB itself would take a gzip with a wrong sum or length for a whole one, and would leave out a very long last line.
        """
        if source.gzip and source.path not in self.unpacked:
            path = opening.unpacked_whole(source.path, source.name, self.scratch)
            opening.end(path, source.name)
            self.unpacked[source.path] = path
        return self.unpacked.get(source.path, source.path)

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question; yield its rows."""
        with watched(self.errors, self.connection.query_progress):
            cursor = self.connection.execute(frame.to_native().sql_query())
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def pairs(self, path: Path, same: Mapping[str, str | bool]) -> list[tuple[Any, ...]]:
        """Return flow, exporter, importer and number of rows of what was written and what is the same in all of it."""
        from duckdb import ColumnExpression, ConstantExpression

        columns = [
            ConstantExpression(same[name]).alias(name) if name in same else ColumnExpression(name)
            for name in ("side", "exporter", "importer")
        ]
        with watched(self.errors, self.connection.query_progress):
            table = self.connection.read_parquet(glob.escape(str(path)), hive_partitioning=False).select(
                *columns
            )
            return table.aggregate("side, exporter, importer, count(*)").fetchall()

    def write(self, frame: Any, path: Path) -> int:
        """Write rows as a Parquet file, importer by importer, so that a question reads few groups; return their number."""
        with watched(self.errors, self.connection.query_progress):
            frame.sort("importer").to_native().write_parquet(str(path), row_group_size=GROUP)
            counted = "SELECT num_rows FROM parquet_file_metadata(?)"
            return int(self.connection.execute(counted, [str(path)]).fetchall()[0][0])
