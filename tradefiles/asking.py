"""A question put to a reader's files: opened, asked by an engine, answered or refused in words a person can use."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain
from operator import and_, or_
from pathlib import Path
from typing import Any

from beltroad import spellings
from bookpress.edition import scratch
from tradefiles import FileError, engines, faults, layouts, opening, strays
from tradefiles.engines.scanning import CHECKED
from tradefiles.flows import Flow, Row, Wanted, flow
from tradefiles.opening import Source
from tradefiles.strays import SHOWN

Spellings = Collection[str]
Years = tuple[int, int] | None
STRAY = ["year", "side", "exporter", "importer"]  # what is asked of rows that may be at fault


@contextmanager
def opened(
    paths: Sequence[Path], start: Callable[[Path], engines.Engine] = engines.DuckDB, links: bool = True
) -> Iterator["Files"]:
    """Open a reader's files and folders with an engine; what had to be unpacked is removed at the end.

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
    with scratch.Folder() as name:
        sources, left = opening.find(paths, Path(name), links)
        with closing(start(Path(name))) as engine:
            files = Files(engine, sources, left, Path(name))
            files.scan()
            yield files


@dataclass
class Files:
    """A reader's files, open to questions."""

    engine: engines.Engine
    sources: list[Source]
    left: list[str]
    """Files of folders that hold no trade, by name."""
    scratch: Path
    trade: Any = None
    unknown: list[str] = field(default_factory=list)
    """Notes on economies that are not known."""

    def scan(self) -> None:
        """Make the lazy frame of all trade."""
        try:
            self.trade = engines.trade(self.engine, self.sources)
        except engines.Failure as failure:
            raise self._refused(failure) from None

    @property
    def notes(self) -> list[str]:
        """Return what was repaired to read the files or left out, and which hold no trade."""
        said = [*dict.fromkeys(note for source in self.sources for note in source.notes), *self.unknown]
        return [*said, f"Left, holding no trade: {', '.join(self.left)}."] if self.left else said

    def mend(self, failure: engines.Failure, economies: Spellings = (), years: Years = None) -> None:
        """Read anew, as Windows-1252, the texts that are not UTF-8, so that what failed can be done again.

        Raises `FileError`, which names the place at fault, if all are.
        """
        mended = False
        for number, one in enumerate(self.sources):
            if one.form == "text" and not opening.is_utf8(one.path, one.name):
                path = opening.recoded(one.path, one.name, self.scratch, "cp1252")
                note = f"{one.name}: read as Windows-1252, not being UTF-8."
                self.sources[number] = replace(one, path=path, gzip=False, notes=(*one.notes, note))
                mended = True
        if not mended:
            raise self._refused(failure, economies, years) from None
        self.scan()

    def _refused(self, failure: engines.Failure, economies: Spellings = (), years: Years = None) -> FileError:
        """Return the failure of an engine in words that name file and place."""
        for whom in ([economies] if economies else []) + [()]:
            faults.refuse(self.sources, whom, years, self.engine.by_line)
        names = ", ".join(source.name for source in self.sources[:3])
        return FileError(f"{names}: {self.engine.name} says: {failure}")

    def rows(
        self, question: Callable[[Any], Any], economies: Spellings = (), years: Years = None
    ) -> Iterator[tuple[Any, ...]]:
        """Carry out a question, asked of the lazy frame of all trade; a place at fault is sought among some economies'."""
        begun = False
        try:
            for row in self.engine.rows(question(self.trade)):
                begun = True
                yield row
        except engines.Failure as failure:
            if begun:
                raise self._refused(failure, economies, years) from None
            self.mend(failure, economies, years)
            yield from self.rows(question, economies, years)

    def answer(
        self, importer: Spellings, exporter: Spellings | None = None, years: Years = None
    ) -> Iterator[Row]:
        """Yield the rows that `ask` asks for.

        Before them come strays: damage among them is refused, blanks around names are taken away and the files read anew,
        and names that are not known are noted. Raises `FileError` with the place of what is refused.
        """
        both = {*importer, *exporter} if exporter else ()
        rows = self.rows(lambda trade: ask(trade, importer, exporter, years), both, years)
        found = []
        for asked, *cells in rows:
            if asked:
                rows = chain([(asked, *cells)], rows)
                break
            row = Row._make(cells)
            found.append(strays.Pair(row.side, row.exporter, row.importer, row.rows))
        found = strays.concerning(found, importer, exporter)
        if strays.padded(found) and self.trim():
            yield from self.answer(importer, exporter, years)
            return
        self.check(found, years)
        self.unknown = strays.named(found)
        for _, *cells in rows:
            yield Row._make(cells)

    def trim(self) -> bool:
        """Read anew, without the blanks around economies, so that what was asked can be asked again; False if that was done."""
        if all(source.padded for source in self.sources if source.form != "copy"):
            return False
        self.sources = [replace(source, padded=True) for source in self.sources]
        self.scan()
        return True

    def check(self, pairs: Iterable[strays.Pair], years: Years = None) -> None:
        """Refuse rows without a known flow or with a damaged economy; the message says where the first one is."""
        try:
            strays.refuse(pairs)
        except faults.Misfit as misfit:
            where = faults.place(self.sources, misfit, (), years)
            raise FileError(f"{where}, {misfit}") from None

    def flow(self, exporter: str, importer: str, wanted: Wanted) -> Flow:
        """Return the flow of one exporter to one importer, named as a person does; `EconomyError` if either is unknown.

        Raises `FileError` if there is none or its rows may not be added, with the line of the cell at fault if there is one.
        """
        exporter, importer = spellings.iso3(exporter), spellings.iso3(importer)
        here, there = spellings.aliases(exporter), spellings.aliases(importer)
        found = list(self.answer(there, here, wanted.years))
        if not found:
            raise FileError(self._absent([(exporter, here), (importer, there)], wanted.years))
        try:
            return flow(found, exporter, importer, wanted)
        except faults.Misfit as misfit:
            where = faults.place(self.sources, misfit, here | there, wanted.years)
            raise FileError(f"{where} ({misfit})") from None

    def _absent(self, asked: Sequence[tuple[str, Spellings]], years: Years) -> str:
        """Say what the files hold instead of the flow that was asked for."""
        names = ["exporter", "importer", "side", "year"]
        held = list(self.rows(lambda trade: trade.select(*names).unique()))
        if not held:
            return f"{self.sources[0].name}: found a header and no rows, expected trade"
        (exporter, here), (importer, there) = asked
        whom = f"{exporter} to {importer}"
        if mine := sorted({row[3] for row in held if row[0] in here and row[1] in there}):
            span = f"{years[0]}-{years[1]}" if years else "any year"
            return f"{whom}: found figures of {', '.join(map(str, mine))}, expected {span}; see --years"
        lacking = [
            f"no {name} {code}"
            for name, (code, known), found in zip(names, asked, zip(*held, strict=True), strict=False)
            if not set(found).intersection(known)
        ]
        flows = []
        for side in sorted({row[2] for row in held}):
            whose, whom_to = ({row[place] for row in held if row[2] == side} for place in (0, 1))
            flows.append(f"{_names(whose)} to {_names(whom_to)} ({side or 'no known flow'})")
        what = " and ".join(lacking) or f"no trade of {exporter} with {importer}"
        worlds = all(spellings.WORLD.intersection(row[:2]) for row in held)
        only = "only aggregates, the World as partner; " if worlds else ""
        return f"{whom}: found {only}{what}; the files hold: {', '.join(flows)}"


def ask(trade: Any, importer: Spellings, exporter: Spellings | None = None, years: Years = None) -> Any:
    """Return the sums of trade by everything that tells whether values may be added: the columns of `tradefiles.flows.Row`.

    Importer and exporter are every spelling of each; None asks for all exporters. There is one row a code, so that doubles
    and levels show; those of an exporter stand together. The first column says whether a row was asked for. Strays come first:
    other trade of the two economies and whatever has no known flow or blanks around an economy, without codes and values. They
    are found in the same reading, because a second one would double the time; those of a copy were looked for when it was made.
    """
    import narwhals as nw

    whose = {"importer": importer} | ({"exporter": exporter} if exporter is not None else {})
    named = [strays.among(nw.col(role), spelt) for role, spelt in whose.items()]
    flow = nw.col("side") != ""
    every = reduce(and_, [*named, flow])
    # Of a row with both names amiss, one is enough to find it.
    odd = strays.blank_ends(nw.col("importer")) if exporter is not None else strays.odd(nw.col("importer"))
    some = reduce(or_, [*named, odd, ~flow])
    kept = (nw.col(CHECKED) & every) | (~nw.col(CHECKED) & some)
    if years is not None:
        kept = kept & (nw.col("year") >= years[0]) & (nw.col("year") <= years[1])
    told = [name for name in [*layouts.COLUMNS, layouts.VALUE] if name not in STRAY]
    rows = trade.filter(kept).with_columns(
        nw.when(every).then(nw.lit(True)).otherwise(nw.lit(False)).alias("asked")
    )
    rows = rows.with_columns(nw.when(nw.col("asked")).then(nw.col(name)).alias(name) for name in told)
    value = nw.col(layouts.VALUE)
    sums = rows.group_by("asked", *layouts.COLUMNS)
    # An engine gives rows in any order; what is said of them must not depend on it.
    return sums.agg(
        value.sum().alias("value"),
        nw.len().alias("rows"),
        value.min().alias("least"),
        value.max().alias("most"),
        (nw.len() - value.count()).alias("blank"),
    ).sort("asked", "exporter", "year", "side", "classification", "code", "level", "value")


def _names(found: Iterable[str | None]) -> str:
    """Return names of economies as a message shows them: ISO3 where known, a dozen at most."""
    known = (spellings.economy(one) or ("World" if one in spellings.WORLD else str(one)) for one in found)
    names = sorted(set(known))
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
