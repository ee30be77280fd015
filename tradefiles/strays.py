"""Rows whose flow or economies a question cannot tell: what is damaged is refused, a name that is not known is named."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from beltroad import spellings
from tradefiles import layouts
from tradefiles.faults import Misfit

SHOWN = 12  # names that a message lists
KNOWN_FLOWS = {form for forms in layouts.FLOWS.values() for form in forms}


class Pair(NamedTuple):
    """Rows that are alike in these."""

    side: str
    exporter: str | None
    importer: str | None
    rows: int
    year: str | None = None
    """As it is written, where that matters."""


@cache
def names() -> frozenset[str]:
    """Return all that files call an economy, an area or a group."""
    return frozenset(spellings.spellings()) | spellings.WORLD


def damaged(name: str | None) -> bool:
    """Is this no name of an economy: nothing, or with signs that nobody types?"""
    text = (name or "").strip()
    return text not in spellings.spellings() and (text in layouts.MISSING or not text.isprintable())


def concerning(
    pairs: Iterable[Pair], importer: Collection[str], exporter: Collection[str] | None = None
) -> list[Pair]:
    """Return the pairs that may be trade of an exporter (any, if None) with an importer: each is either it, or not known."""

    def may(name: str | None, asked: Collection[str] | None) -> bool:
        return asked is None or name in asked or name not in names()

    def fits(pair: Pair, first: str | None, second: str | None) -> bool:
        return may(first, exporter) and may(second, importer)

    # Without a flow nobody knows who of the two is the exporter.
    return [
        pair
        for pair in pairs
        if fits(pair, pair.exporter, pair.importer)
        or (not pair.side and fits(pair, pair.importer, pair.exporter))
    ]


def refuse(pairs: Iterable[Pair]) -> None:
    """Raise `Misfit` if a pair has no known flow, its year is none, or one of its economies is damaged."""
    for pair in pairs:
        both = pair.exporter, pair.importer
        if pair.year is not None and layouts.year(pair.year) is None:
            month = ", not a month" if re.fullmatch(r"[0-9]{4}-?[0-9]{2}", pair.year) else ""
            raise Misfit(
                f"expected a year such as 2017{month}", "year", lambda cell: layouts.year(cell) is None, both
            )
        if not pair.side:
            expected = "expected a flow such as Import or Export"
            raise Misfit(expected, "flow", lambda cell: cell.strip() not in KNOWN_FLOWS, both)
        for role, name in zip(("exporter", "importer"), both, strict=True):
            if damaged(name):
                raise Misfit(f"expected the name or the code of an {role}", "economy", damaged, both)


def named(pairs: Iterable[Pair]) -> list[str]:
    """Return a note that names the economies that are not known, those with most rows first; none if all are known."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        for name in {pair.exporter, pair.importer}:
            if name and name not in names():
                counts[name] += pair.rows
    first = sorted(counts, key=lambda name: (-counts[name], name))
    shown = [f"{name} ({counts[name]:,} row{'s' if counts[name] != 1 else ''})" for name in first[:SHOWN]]
    more = f" and {len(first) - SHOWN} more" if len(first) > SHOWN else ""
    return (
        [f"Left out, being of economies by names that are not known: {', '.join(shown)}{more}."]
        if shown
        else []
    )
