"""Apache Spark as the second engine: on this machine or on a cluster, with the expressions that DuckDB gets.

It differs from DuckDB in how files are scanned and rows fetched, in nothing else. Spark reads text line by line, drops what
it cannot read, recognises gzip by a file's name and skips names that begin with ``_``; all of that is prevented here.
"""

import os
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tradefiles import FileError, layouts
from tradefiles.engines.scanning import first_line, texts, watched
from tradefiles.opening import SPARE, Source

LOCAL = re.compile(r"local(\[([1-9]\d*|\*)\])?")
MASTER = re.compile(rf"{LOCAL.pattern}|spark://[^\s/]+:\d+|yarn")
MISSING = "--engine spark: found no {}; `make spark` sets up .venv/spark, whose Python has it, and Java 17 or newer must be there"
# Names that Spark takes for something else: hidden ones, patterns, and packings that it recognises by the end of a name.
MISREAD = re.compile(r"/[_.][^/]*$|[\[\]{}*?\\^,]|\.(bz2|deflate|gzip|lz4|snappy|zst|_COPYING_)$")
# What only Java takes for a number: a letter for its type, or base 16.
JAVA = r"[0-9.][dDfF]\s*$|[xX]"
SETTINGS = {
    "spark.app.name": "beltroad",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",  # an answer is small; of Spark's own 200, nearly all would be empty
    "spark.sql.ansi.enabled": "true",  # a cell that is no number is an error, not a blank
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}


class Spark:
    """Apache Spark, started for one question and ended after it; what memory does not hold, and its log, go to a scratch folder.

    The master is ``local[2]``, ``spark://host:port`` or ``yarn``; workers must see the files under the same paths. Raises
    `FileError` if the master is none or is not reached, or pyspark or Java is not there.
    """

    name = "spark"
    by_line = True

    def __init__(self, scratch: Path, master: str = "local[*]") -> None:
        if not MASTER.fullmatch(master):
            raise FileError(f"--master: found {master!r}, expected local[2], spark://host:port or yarn")
        home = os.environ.get("JAVA_HOME")
        if not shutil.which("java", path=f"{home}/bin" if home else None):
            raise FileError(MISSING.format("Java"))
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")  # not used here
        try:
            from py4j.protocol import Py4JError
            from pyspark import SparkConf, SparkContext
            from pyspark.errors import PySparkException
            from pyspark.java_gateway import launch_gateway
            from pyspark.logger import PySparkLogger
            from pyspark.sql import SparkSession
        except ImportError:
            raise FileError(MISSING.format("pyspark")) from None
        self.errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, RuntimeError)
        self.local = bool(LOCAL.fullmatch(master))
        self.scratch, self.links = scratch, 0
        PySparkLogger.getLogger("DataFrameQueryContextLogger").disabled = True
        settings = SETTINGS | {
            "spark.master": master,
            "spark.local.dir": str(scratch / "spill"),
            "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        }
        if self.local:  # workers elsewhere must be able to call back
            settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        conf, log = SparkConf().setAll(list(settings.items())), scratch / "spark.log"
        self.gateway: Any = None
        self.context: Any = None
        try:
            with log.open("wb") as stream:
                streams = {"stdout": stream, "stderr": stream, "cwd": str(scratch), "start_new_session": True}
                self.gateway = launch_gateway(conf, streams)
            self.context = SparkContext(conf=conf, gateway=self.gateway)
            self.context.setLogLevel("OFF")
            self.session: Any = SparkSession(self.context)
        except BaseException as error:
            self.close()
            if not isinstance(error, self.errors):
                raise
            lines = log.read_text("utf-8", "replace").splitlines()
            said = [line.strip() for line in lines if "ERROR" in line or "Exception" in line]
            reason = (said or [first_line(error)])[0]
            raise FileError(f"--master {master}: Spark did not start: {reason}") from None

    def close(self) -> None:
        """Stop Spark; its Java ends even if it no longer answers, as after an interruption."""
        if self.gateway is None:
            return
        from pyspark import SparkContext

        try:
            with suppress(*self.errors, OSError):
                if self.context is not None:
                    self.context.stop()
                self.gateway.shutdown()
        finally:
            # Otherwise pyspark keeps this Java, and no other Spark can start in this process.
            SparkContext._gateway = SparkContext._jvm = None
            self.gateway.proc.stdin.close()
            self.gateway.proc.terminate()
            self.gateway.proc.wait()

    def scan(self, sources: Sequence[Source]) -> Any:
        """Return a lazy frame of files of one shape; its columns are named by `tradefiles.layouts.key`."""
        import narwhals as nw

        one, paths = sources[0], [self._address(source) for source in sources]
        if one.form == "copy":
            return nw.from_native(self.session.read.parquet(*paths))
        if one.form == "parquet":
            frame = self.session.read.parquet(*paths)
            # A dot in the name of a column means a part of it to Spark.
            return texts(nw.from_native(frame.toDF(*map(_column, frame.columns))), one, _column)
        # Without pruning it counts the cells of every row.
        frame = self.session.read.option("columnPruning", False).csv(
            paths,
            schema=", ".join(f"`{_column(name)}` STRING" for name in one.kinds()),
            sep=one.delimiter,
            header=True,
            quote='"',
            escape='"',
            mode="FAILFAST",
            unescapedQuoteHandling="RAISE_ERROR",
        )
        from pyspark.sql import functions as F

        wrong = F.raise_error(F.lit("found a cell that is no number"))
        for name in (_column(name) for name, kind in one.kinds().items() if kind == "value"):
            frame = frame.withColumn(name, F.when(F.col(name).rlike(JAVA), wrong).otherwise(F.col(name)))
        return nw.from_native(frame)

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question; yield its rows."""
        with watched(self.errors, self._share):
            rows = frame.to_native().collect()  # partition by partition it takes minutes
        yield from map(tuple, rows)

    def _share(self) -> float:
        tracker = self.context.statusTracker()
        stages = [one for stage in tracker.getActiveStageIds() if (one := tracker.getStageInfo(stage))]
        every = sum(stage.numTasks for stage in stages)
        return 100 * sum(stage.numCompletedTasks for stage in stages) / every if every else -1

    def _address(self, source: Source) -> str:
        """Return the address of a file under a name from which Spark recognises what the file is."""
        path = source.path.resolve()
        if self.local:
            self.links += 1
            link = self.scratch.resolve() / f"spark-{self.links}{'.gz' if source.gzip else ''}"
            link.symlink_to(path)
            return f"file://{link}"
        if path.is_relative_to(self.scratch.resolve()):
            found = "found a file that was unpacked here, where Spark's workers do not see it"
            raise FileError(f"{source.name}: {found}; expected CSV, plain or gzip, Parquet or a copy")
        if MISREAD.search(str(path)) or (source.form == "text" and source.gzip != (path.suffix == ".gz")):
            expected = "letters, digits and an end such as .csv, or .csv.gz where it is packed"
            raise FileError(
                f"{source.name}: found a name that Spark reads as something else; expected {expected}"
            )
        return f"file://{path}"


def _column(name: str) -> str:
    return name if name == SPARE else layouts.key(name) or "_"
