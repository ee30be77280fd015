"""A question put to a reader's files: opened, asked by an engine, answered or refused in words a person can use."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradefiles import FileError, economies, engines, faults, folders, question
from tradefiles.flows import Flow, Wanted, flow
from tradefiles.rows import Misfit, Row
from tradefiles.sources import Source

SHOWN = 12  # names that a message lists


@dataclass
class Files:
    """A reader's files, open to questions."""

    engine: engines.Engine
    sources: list[Source]
    left: list[str]
    trade: Any

    def rows(self, frame: Any) -> Iterator[tuple[Any, ...]]:
        """Carry out a question.

        Raises
        ------
        FileError
            Naming file, line and column, if the engine stumbles over a file.
        """
        with self._told():
            yield from self.engine.rows(frame)

    def write(self, folder: Path) -> dict[str, dict[str, str | bool]]:
        """Write all trade into a folder as Parquet, a file for each shape; errors are those of `rows`.

        Returns
        -------
        dict
            The name of each file, and which columns, the same in all its rows, are not in it.
        """
        assert isinstance(self.engine, engines.DuckDB), (
            "refused before: the files that Spark writes bear chance names"
        )
        written = {}
        with self._told():
            for number, (frame, same) in enumerate(engines.parts(self.engine, self.sources), 1):
                name = folders.PART.format(number)
                self.engine.write(frame, folder / name)
                written[name] = same
        return written

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except engines.Failure as failure:
            for source in self.sources:
                faults.refuse(source, self.engine.by_line)
            names = ", ".join(source.name for source in self.sources[:3])
            raise FileError(f"{names}: {self.engine.name} says: {failure}") from None

    def answer(self, importer: str, exporter: str | None, years: tuple[int, int] | None) -> Iterator[Row]:
        """Yield the rows of one importer, and one exporter if one is named; rows of an exporter stand together."""
        sellers = None if exporter is None else economies.aliases(exporter)
        yield from map(
            Row._make, self.rows(question.ask(self.trade, economies.aliases(importer), sellers, years))
        )

    def flow(self, exporter: str, importer: str, wanted: Wanted) -> Flow:
        """Return the flow of one exporter to one importer.

        Raises
        ------
        FileError
            If there is none, or its rows may not be added; with the line of the cell at fault if one is.
        """
        found = list(self.answer(importer, exporter, wanted.years))
        if not found:
            raise FileError(self._absent(exporter, importer, wanted.years))
        return self.located(found, exporter, importer, wanted)

    def located(self, rows: Iterable[Row], exporter: str, importer: str, wanted: Wanted) -> Flow:
        """Return the flow that rows hold; a fault is named with its line."""
        try:
            return flow(rows, exporter, importer, wanted)
        except Misfit as misfit:
            tests = {
                "negative": faults.negative,
                "blank": faults.blank,
                "unbounded": faults.unbounded,
                "unknown": _no_flow,
            }
            both = economies.aliases(exporter) | economies.aliases(importer)
            test = tests.get(misfit.cell, misfit.cell.__eq__)
            place = faults.place(self.sources, misfit.role, test, both, wanted.years)
            raise FileError(f"{place} ({misfit})") from None

    def _absent(self, exporter: str, importer: str, years: tuple[int, int] | None) -> str:
        """Say what the files hold instead of the flow that was asked for."""
        held = list(self.rows(question.contents(self.trade, ["exporter", "importer", "side", "year"])))
        if not held:
            return f"{self.sources[0].name}: found a header and no rows, expected trade"
        here, there = economies.aliases(exporter), economies.aliases(importer)
        mine = [row for row in held if row[0] in here and row[1] in there]
        if mine:
            found = ", ".join(str(year) for year in sorted({row[3] for row in mine}))
            span = f"{years[0]}-{years[1]}" if years else "any year"
            return f"{exporter} to {importer}: found figures of {found}, expected {span}; see --years"
        lacking = [f"{what} {code}" for what, code, place in (("exporter", exporter, 0), ("importer", importer, 1))
                   if not {row[place] for row in held} & economies.aliases(code)]  # fmt: skip
        flows = ", ".join(
            f"{_names(row[0] for row in held if row[2] == side)} to {_names(row[1] for row in held if row[2] == side)} "
            f"({side or 'no known flow'})"
            for side in sorted({row[2] for row in held})
        )
        what = f"no {' and no '.join(lacking)}" if lacking else f"no trade of {exporter} with {importer}"
        only = ""
        if all(row[0] in economies.WORLD or row[1] in economies.WORLD for row in held):
            only = "only aggregates, the World as partner; "
        return f"{exporter} to {importer}: found {only}{what}; the files hold: {flows}"


@contextmanager
def opened(
    paths: Sequence[Path], start: Callable[[Path], engines.Engine] = engines.DuckDB, links: bool = True
) -> Iterator[Files]:
    """Open a reader's files; what was unpacked for it is removed at the end.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    start : callable
        Starts an engine that may use a scratch folder.
    links : bool
        Follow symbolic links out of a folder.
    """
    with tempfile.TemporaryDirectory(prefix="beltroad-") as name:
        scratch = Path(name)
        found = folders.find(paths, scratch, links)
        with start(scratch) as engine:
            try:
                trade = engines.trade(engine, found.sources)
            except engines.failures(engine) as error:
                for source in found.sources:
                    faults.refuse(source, engine.by_line)
                raise FileError(f"{found.sources[0].name}: {engines.first(error)}") from None
            yield Files(engine, found.sources, found.left, trade)


def _no_flow(cell: str) -> bool:
    from tradefiles.layouts import FLOWS

    return not any(cell in known for known in FLOWS.values())


def _names(spellings: Iterable[str | None]) -> str:
    """Return names of economies as a message shows them: ISO3 where known, a dozen at most."""
    names = sorted(
        {economies.economy(name) or ("World" if name in economies.WORLD else f"{name}") for name in spellings}
    )
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
