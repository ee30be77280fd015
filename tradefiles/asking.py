"""A question put to a reader's files: opened, asked by an engine, answered or refused in words a person can use."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradefiles import FileError, engines, faults, layouts, opening, spellings
from tradefiles.flows import Flow, Row, Wanted, flow
from tradefiles.opening import Source

SHOWN = 12  # names that a message lists
ORDER = ["exporter", "year", "side", "classification", "code", "level", "value"]


@contextmanager
def opened(
    paths: Sequence[Path], start: Callable[[Path], engines.Engine] = engines.DuckDB, links: bool = True
) -> Iterator["Files"]:
    """Open a reader's files; what had to be unpacked is removed at the end.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    start : callable
        Starts an engine that may use a scratch folder.
    links : bool
        Follow symbolic links out of a folder.

    Raises
    ------
    FileError
        If a file cannot be read as any of the layouts, or there is none; the message names file and place.
    """
    with tempfile.TemporaryDirectory(prefix="beltroad-") as name:
        sources, left = opening.find(paths, Path(name), links)
        with start(Path(name)) as engine:
            files = Files(engine, sources, left)
            with files.explained():
                files.trade = engines.trade(engine, sources)
            yield files


@dataclass
class Files:
    """A reader's files, open to questions."""

    engine: engines.Engine
    sources: list[Source]
    left: list[str]
    """Files of folders that hold no trade, by name."""
    trade: Any = None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn the failure of an engine into a message that names file, line and column."""
        try:
            yield
        except engines.Failure as failure:
            faults.refuse(self.sources, self.engine.by_line)
            names = ", ".join(source.name for source in self.sources[:3])
            raise FileError(f"{names}: {self.engine.name} says: {failure}") from None

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question.

        Raises
        ------
        FileError
            Naming file, line and column, if the engine cannot read a file.
        """
        with self.explained():
            yield from self.engine.rows(frame)

    def answer(
        self, importer: str, exporter: str | None = None, years: tuple[int, int] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of one importer, and of one exporter if one is named; rows of an exporter stand together."""
        sellers = None if exporter is None else spellings.aliases(exporter)
        asked = ask(self.trade, spellings.aliases(importer), sellers, years)
        return map(Row._make, self.rows(asked))

    def flow(self, exporter: str, importer: str, wanted: Wanted) -> Flow:
        """Return the flow of one exporter to one importer.

        Raises
        ------
        FileError
            If there is none, or its rows may not be added; with the line of the cell at fault if there is one.
        """
        found = list(self.answer(importer, exporter, wanted.years))
        if not found:
            raise FileError(self._absent(exporter, importer, wanted.years))
        try:
            return flow(found, exporter, importer, wanted)
        except faults.Misfit as misfit:
            both = spellings.aliases(exporter) | spellings.aliases(importer)
            where = faults.place(self.sources, misfit, both, wanted.years)
            raise FileError(f"{where} ({misfit})") from None

    def write(self, folder: Path, name: str) -> tuple[int, dict[str, dict[str, str | bool]]]:
        """Write all trade into a folder as Parquet, a file for each shape; errors are those of `rows`.

        Parameters
        ----------
        folder : Path
            Must be there.
        name : str
            Of the files, with a place for their number.

        Returns
        -------
        int
            How many rows were written.
        dict
            The name of each file, and which columns, the same in all its rows, are not in it.
        """
        assert isinstance(self.engine, engines.DuckDB), (
            "Spark gives the files that it writes names of its own"
        )
        rows, written = 0, {}
        with self.explained():
            for number, (frame, same) in enumerate(engines.parts(self.engine, self.sources), 1):
                rows += self.engine.write(frame, folder / name.format(number))
                written[name.format(number)] = same
        return rows, written

    def _absent(self, exporter: str, importer: str, years: tuple[int, int] | None) -> str:
        """Say what the files hold instead of the flow that was asked for."""
        held = list(self.rows(contents(self.trade, ["exporter", "importer", "side", "year"])))
        if not held:
            return f"{self.sources[0].name}: found a header and no rows, expected trade"
        here, there = spellings.aliases(exporter), spellings.aliases(importer)
        if mine := sorted({row[3] for row in held if row[0] in here and row[1] in there}):
            span = f"{years[0]}-{years[1]}" if years else "any year"
            return f"{exporter} to {importer}: found figures of {', '.join(map(str, mine))}, expected {span}; see --years"
        lacking = [
            f"{what} {code}"
            for what, code, place in (("exporter", exporter, 0), ("importer", importer, 1))
            if not {row[place] for row in held} & spellings.aliases(code)
        ]
        flows = ", ".join(
            f"{_names(row[0] for row in held if row[2] == side)} to {_names(row[1] for row in held if row[2] == side)} "
            f"({side or 'no known flow'})"
            for side in sorted({row[2] for row in held})
        )
        what = f"no {' and no '.join(lacking)}" if lacking else f"no trade of {exporter} with {importer}"
        worlds = all(row[0] in spellings.WORLD or row[1] in spellings.WORLD for row in held)
        only = "only aggregates, the World as partner; " if worlds else ""
        return f"{exporter} to {importer}: found {only}{what}; the files hold: {flows}"


def ask(
    trade: Any,
    importer: Collection[str],
    exporter: Collection[str] | None = None,
    years: tuple[int, int] | None = None,
) -> Any:
    """Return the sums of trade by everything that tells whether values may be added.

    Parameters
    ----------
    trade : narwhals.LazyFrame
        As `tradefiles.layouts.derive` gives it.
    importer, exporter : collection of str
        Every spelling of each; all exporters if None.
    years : tuple of int, optional
        First and last year.

    Returns
    -------
    narwhals.LazyFrame
        The columns of `tradefiles.flows.Row`; one row a code, so that doubles and levels show; those of an exporter
        together, in `ORDER`.
    """
    import narwhals as nw

    kept = nw.col("importer").is_in(sorted(importer))
    if exporter is not None:
        kept = kept & nw.col("exporter").is_in(sorted(exporter))
    if years is not None:
        kept = kept & (nw.col("year") >= years[0]) & (nw.col("year") <= years[1])
    value = nw.col(layouts.VALUE)
    sums = trade.filter(kept).group_by(*layouts.COLUMNS)
    # An engine gives rows in any order; what is said of them must not depend on it.
    return sums.agg(
        value.sum().alias("value"),
        nw.len().alias("rows"),
        value.min().alias("least"),
        value.max().alias("most"),
        (nw.len() - value.count()).alias("blank"),
    ).sort(*ORDER)


def contents(trade: Any, names: Sequence[str]) -> Any:
    """Return what there is in trade, by some of the columns: what a message says when nothing was found."""
    import narwhals as nw

    return trade.select(*names).group_by(*names).agg(nw.len().alias("rows"))


def _names(found: Iterable[str | None]) -> str:
    """Return names of economies as a message shows them: ISO3 where known, a dozen at most."""
    known = {
        name: spellings.economy(name) or ("World" if name in spellings.WORLD else name) for name in found
    }
    names = sorted(set(map(str, known.values())))
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
