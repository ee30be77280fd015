"""A question put to a reader's files: opened, asked by an engine, answered or refused in words a person can use."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from beltroad import spellings
from bookpress.edition import scratch
from tradefiles import FileError, faults, layouts, opening, strays
from tradefiles.engine import MEMORY, DuckDB, Failure, Part
from tradefiles.flows import Flow, Row, Wanted, flow
from tradefiles.layouts import among, text
from tradefiles.opening import Source
from tradefiles.strays import SHOWN

Spellings = Collection[str]
Years = tuple[int, int] | None
STRAY = ["side", "exporter", "importer"]  # what is asked of rows that may be at fault


@contextmanager
def opened(paths: Sequence[Path], memory: str = MEMORY, links: bool = True) -> Iterator["Files"]:
    """Open a reader's files and folders; what had to be unpacked is removed at the end.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    memory : str
        The most that DuckDB takes.
    links : bool
        Follow symbolic links out of a folder.

    Raises
    ------
    FileError
        If a file cannot be read as any of the layouts, or there is none; the message names file and place.
    """
    with scratch.Folder() as name:
        sources, left = opening.find(paths, Path(name), links)
        with closing(DuckDB(Path(name), memory)) as engine:
            files = Files(engine, sources, left, Path(name))
            files.scan()
            yield files


@dataclass
class Files:
    """A reader's files, open to questions."""

    engine: DuckDB
    sources: list[Source]
    left: list[str]
    """Files of folders that hold no trade, by name."""
    scratch: Path
    parts: list[Part] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Notes on economies that are not known, and on years that were written in another way."""

    def scan(self) -> None:
        """Make the parts that are asked."""
        try:
            self.parts = self.engine.parts(self.sources)
        except Failure as failure:
            raise self._refused(failure) from None

    @property
    def notes(self) -> list[str]:
        """Return what was repaired to read the files or left out, and which hold no trade."""
        said = [*dict.fromkeys(note for source in self.sources for note in source.notes), *self.said]
        return [*said, f"Left, holding no trade: {', '.join(self.left)}."] if self.left else said

    def mend(self, failure: Failure, economies: Spellings = (), years: Years = None) -> None:
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

    def _refused(self, failure: Failure, economies: Spellings = (), years: Years = None) -> FileError:
        """Return the failure of DuckDB in words that name file and place."""
        for whom in ([economies] if economies else []) + [()]:
            faults.refuse(self.sources, whom, years)
        names = ", ".join(source.name for source in self.sources[:3])
        return FileError(f"{names}: DuckDB says: {failure}")

    def rows(
        self, question: Callable[[list[Part]], str], economies: Spellings = (), years: Years = None
    ) -> Iterator[tuple[Any, ...]]:
        """Carry out a question, asked of the parts of all trade; a place at fault is sought among some economies'."""
        begun = False
        try:
            for row in self.engine.rows(question(self.parts)):
                begun = True
                yield row
        except Failure as failure:
            if begun:
                raise self._refused(failure, economies, years) from None
            self.mend(failure, economies, years)
            yield from self.rows(question, economies, years)

    def answer(
        self, importer: Spellings, exporter: Spellings | None = None, years: Years = None
    ) -> Iterator[Row]:
        """Yield the rows that `ask` asks for.

        Before them come strays: damage among them is refused, and names that are not known are noted. Raises `FileError` with
        the place of what is refused.
        """
        both = {*importer, *exporter} if exporter else ()
        self.said, odd = [], ""
        rows = self.rows(lambda parts: ask(parts, importer, exporter, years), both, years)
        for asked, of in groupby(rows, key=itemgetter(0)):
            if not asked:
                found = [(Row._make(cells), cells[1]) for _, *cells in of]
                pairs = [
                    strays.Pair(row.side, row.exporter, row.importer, row.rows, year) for row, year in found
                ]
                concerning = strays.concerning(pairs, importer, exporter)
                self.check(concerning, years)
                self.said += strays.named(concerning)
                continue
            for _, layout, written, *cells in of:
                year = layouts.year(written)
                if year and (not years or years[0] <= year <= years[1]):
                    odd = odd or (written if written != str(year) else "")
                    yield Row(layout, year, *cells)
        if odd:
            self.said.append(f"Years were written as {odd!r}, and read as {layouts.year(odd)}.")

    def check(self, pairs: Iterable[strays.Pair], years: Years = None) -> None:
        """Refuse rows without a known flow or year, or with a damaged economy; the message says where the first one is."""
        try:
            strays.refuse(pairs)
        except faults.Misfit as misfit:
            where = faults.place(self.sources, misfit, (), years if misfit.roles != ["year"] else None)
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
        held = list(self.rows(lambda parts: " UNION ".join(part.select(names) for part in parts)))
        if not held:
            return f"{self.sources[0].name}: found a header and no rows, expected trade"
        (exporter, here), (importer, there) = asked
        whom = f"{exporter} to {importer}"
        dated = (layouts.year(row[3]) for row in held if row[0] in here and row[1] in there)
        if mine := sorted({year for year in dated if year}):
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


def ask(
    parts: Iterable[Part], importer: Spellings, exporter: Spellings | None = None, years: Years = None
) -> str:
    """Return in SQL the sums of trade by all that tells whether values may be added: the columns of `tradefiles.flows.Row`.

    Importer and exporter are every spelling of each; None asks for all exporters. There is one row a code, so that doubles
    and levels show; those of an exporter stand together. The first column says whether a row was asked for. Strays come first:
    rows of which no cell says that they are trade of others, or whose year is none, without codes and values. They are found
    in the same reading, because a second one would double the time; those of a copy were looked for when it was made.
    """
    whose = f"side <> '' AND {among('importer', importer)}"
    whose += f" AND {among('exporter', exporter)}" if exporter is not None else ""
    span = among("year", map(str, range(years[0], years[1] + 1))) if years else "false"
    dated = f"({span} OR regexp_full_match(year, {text(layouts.YEAR)}))"
    # One long text: DuckDB plans a list of thousands in half a second.
    others = f"unnest(string_split({text('|'.join(sorted(strays.names() - {*importer})))}, '|'))"
    found = []
    for part in parts:
        if not part.importer:
            found.append(
                f"SELECT true AS asked, * FROM ({part.select()}) WHERE {whose}{f' AND {span}' if years else ''}"
            )
            continue
        rows = f"{part.select()} {_apart(part.importer, others)}"
        if years:
            other = f"unnest(range(1000, {years[0]}) || range({years[1] + 1}, 10_000))::VARCHAR"
            rows += f" {_apart(part.columns['year'], other)}"
        found.append(f"SELECT coalesce({whose} AND {dated}, false) AS asked, * FROM ({rows})")
    only = {name: f"CASE WHEN asked THEN {name} END" for name in [*layouts.COLUMNS, layouts.VALUE]}
    only |= {name: name for name in STRAY} | {"year": f"CASE WHEN asked OR NOT {dated} THEN year END"}
    told, value = ", ".join(f"{only[name]} AS {name}" for name in layouts.COLUMNS), only[layouts.VALUE]
    # DuckDB gives rows in any order; what is said of them must not depend on it.
    return f"""
        SELECT asked, {told}, sum({value}) AS value, count(*), min({value}), max({value}), count(*) - count({value})
        FROM ({" UNION ALL ".join(found)})
        GROUP BY ALL
        ORDER BY asked, exporter, year, side, importer, classification, code, level, value
    """


def _apart(cell: str, others: str) -> str:
    """Return in SQL that a cell is none of many texts: to look it up takes less time than to compare it with a dozen."""
    return f"ANTI JOIN (SELECT {others} AS other) AS others ON {cell} = others.other"


def _names(found: Iterable[str | None]) -> str:
    """Return names of economies as a message shows them: ISO3 where known, a dozen at most."""
    known = (spellings.economy(one) or ("World" if one in spellings.WORLD else str(one)) for one in found)
    names = sorted(set(known))
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
