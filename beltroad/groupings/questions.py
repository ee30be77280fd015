"""What can be asked of all groupings of goods, and ever better answers: six numbers, or as many as a reader has."""

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from beltroad import groupings, table1
from beltroad.groupings import AS_PRINTED, NOT_PROVED, PROVED, Answer, Limits, Program, proofs
from beltroad.table1 import ROWS
from bookpress import tables
from bookpress.edition import book

READINGS = [*proofs.FLOWS, "destination"]
EXACT = 1e-3  # points; a limit may leave more, but then another machine may find more
SLICES = (0.5, 8.0)  # seconds: a first answer soon, then ever longer, so that little is done twice


@dataclass(frozen=True, eq=False)
class Question:
    """Which goods are grouped, and what they are compared with."""

    exporter: str
    reading: str
    level: str
    published: pd.DataFrame
    """Rows `ROWS`, columns years, in %."""
    start: str | None = None
    """The definition that moves are counted from; None for no such question."""
    within: float = 5.0
    """Points that the fewest moves must come within."""
    values: pd.DataFrame | None = None
    """Trade from a reader's files, with columns ``year``, ``sitc_division`` and ``value_usd``; None for the book's own."""

    @property
    def span(self) -> str:
        """Return the first and last year, such as ``2016-2018``."""
        return f"{self.published.columns[0]}-{self.published.columns[-1]}"

    @property
    def target_pct(self) -> str:
        """Return the numbers that goods are compared with, year by year."""
        return " ".join(f"{value:.2f}" for value in self.published.T.to_numpy().ravel())

    def shares(self) -> pd.DataFrame:
        """Return the shares of every code: rows codes, columns years, in %."""
        if self.values is not None:
            return groupings.by_code(self.values, self.level)
        years = self.published.columns
        return proofs.goods(self.exporter, self.reading, self.level, (int(years[0]), int(years[-1])))


def target(text: str, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return the table that a reader gives: for each year the share of agriculture, then of manufactures, in %.

    Percentages are separated by commas; the paper's table if there are none. Without years there are as many as pairs, the
    last of them 2018. Raises `ValueError` if the numbers are no percentages, do not come in pairs, are more than everything or
    do not fit the years.
    """
    if not text:
        printed = table1.printed()
        if years and years != table1.YEARS:
            raise ValueError(f"--years: found {years[0]}-{years[1]}, expected --target with numbers for them")
        return printed
    values = [_percentage(part.strip()) for part in text.split(",")]
    if len(values) % 2:
        raise ValueError(f"--target: found {len(values)} numbers, expected two for each year")
    count = len(values) // 2
    first, last = years or (table1.YEARS[1] - count + 1, table1.YEARS[1])
    if last - first + 1 != count:
        raise ValueError(
            f"--target: found numbers for {count} years, expected {last - first + 1} ({first}-{last})"
        )
    table = pd.DataFrame([values[::2], values[1::2]], pd.Index(ROWS, name="category"), range(first, last + 1))
    for year, total in table.sum().items():
        if total > 100 + AS_PRINTED:
            raise ValueError(f"--target: found {total:.2f} as the sum of {year}, expected 100 at most")
    return table


def _percentage(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0 <= float(text) <= 100:
        raise ValueError(f"--target: found {text!r}, expected percentages such as 35.11, from 0 to 100")
    return float(text)


def question(
    exporter: str,
    published: pd.DataFrame,
    reading: str = "composition",
    level: str | None = None,
    start: str | None = None,
    within: float | None = None,
    files: bool = False,
) -> Question:
    """Return a question about an exporter in the book's data or, with `files`, in a reader's; see `Question`.

    Raises `ValueError` if something is unknown, does not fit the rest or asks for years without data.
    """
    if not files:
        exporter = table1.code_of(exporter, table1.MAIN, "nearest")
    elif reading != "composition":
        why = "another flow has another exporter and importer"
        raise ValueError(f"--reading {reading}: found --from, expected the reading composition; {why}")
    _one_of("reading", reading, READINGS)
    moves = start is not None or within is not None
    first, last = int(published.columns[0]), int(published.columns[-1])
    if reading == "destination":
        if moves or level:
            why = "the sources give sixteen groups of goods"
            raise ValueError(f"--reading destination: expected neither --level nor moves; {why}")
        span, level = table1.YEARS, "group"
    else:
        level = level or "division"
        _one_of("level", level, list(groupings.DIGITS))
        known = tables.read("china-by-division")["year"]
        span = (first, last) if files else (int(known.min()), int(known.max()))
    if not span[0] <= first <= last <= span[1]:
        raise ValueError(f"years: found {first}-{last}, expected a span within {span[0]}-{span[1]}")
    if not moves:
        return Question(exporter, reading, level, published)
    start = start or definitions(level)[0]
    _one_of("definition", start, definitions(level))
    within = 5.0 if within is None else within
    if not 0 <= within < math.inf:
        raise ValueError(f"--within: found {within:g}, expected points, 0 or more")
    return Question(exporter, reading, level, published, start, within)


def definitions(level: str) -> list[str]:
    """Return the definitions that moves can be counted from: only one leaves sections whole."""
    return list(table1.DEFINITIONS) if level == "division" else ["sections"]


def _one_of(what: str, found: str, known: list[str]) -> None:
    if found not in known:
        raise ValueError(f"no {what} {found!r}; expected one of: {', '.join(known)}{book.hint(found, known)}")


def answers(asked: Question, moves: bool = False, seconds: float | None = None) -> Iterator[Answer]:
    """Yield ever better answers to a question, the last of them proved unless time, in seconds, ran out.

    With `moves` the fewest moves are asked for instead of the nearest. Raises `SolverError` if the solver is missing.
    """
    if asked.reading == "destination":
        from beltroad.groupings import destination

        reached, sets = destination.nearest(asked.exporter, asked.published)
        grouping = pd.Series({group: name for name, groups in sets.items() for group in groups})
        yield Answer(PROVED, reached, grouping, reached)
        return
    shares = asked.shares()
    start = groupings.of_definition(shares.index, asked.start or definitions(asked.level)[0])
    if asked.level == "section":
        yield groupings.search(shares, asked.published, start, asked.within if moves else None)
        return
    program, end = Program(shares, asked.published, start), time.monotonic() + (seconds or math.inf)
    best, slice_ = Answer(NOT_PROVED, 0.0), SLICES[0]
    while best.status == NOT_PROVED or (not moves and best.difference > max(best.bound, AS_PRINTED) + EXACT):
        if (left := end - time.monotonic()) <= 0:
            return
        limits = Limits(seconds=min(slice_, left))
        found = program.fewest_moves(asked.within, limits) if moves else program.nearest(limits=limits)
        best = _better(best, found, moves)
        yield best
        slice_ = max(SLICES[1], 2 * slice_)
    if best.moves is not None and moves:  # of those with as few moves, one that none is nearer than
        near = program.nearest(moves=best.moves, limits=Limits(seconds=max(end - time.monotonic(), 0.01)))
        if near.grouping is not None and near.difference <= best.difference:
            yield replace(near, status=PROVED, bound=best.bound)


def _better(old: Answer, new: Answer, moves: bool) -> Answer:
    """Return the better of two answers with the better of their bounds."""
    was, now = (
        math.inf if one.grouping is None else (one.moves or 0) if moves else one.difference
        for one in (old, new)
    )
    best = new if new.status != NOT_PROVED or now < was else old
    return replace(best, bound=max(old.bound, new.bound))
