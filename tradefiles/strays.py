"""Rows whose flow or economies a question cannot tell: what is damaged is refused, a name that is not known is named."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from beltroad import spellings
from tradefiles import layouts
from tradefiles.faults import Misfit

SHOWN = 12  # names that a message lists
BLANKS = " \t\n\r\v\f"  # what `layouts.derive` takes away
KNOWN_FLOWS = {form for forms in layouts.FLOWS.values() for form in forms}


class Pair(NamedTuple):
    """Rows that are alike in these."""

    side: str
    exporter: str | None
    importer: str | None
    rows: int


def blank_ends(column: Any) -> Any:
    """Return whether cells are empty, or begin or end with a blank; to trim every cell would take longer than to read the file."""
    return column.is_null() | (column < "!") | column.str.ends_with(" ")


def odd(column: Any) -> Any:
    """Return whether cells may be no code: where no exporter is asked for, nothing else leads to an importer that is not known."""
    return blank_ends(column) | (column.str.len_chars() > 3)


def among(column: Any, spelt: Collection[str]) -> Any:
    """Return whether cells are one of a dozen spellings: DuckDB compares one by one in half the time of a list."""
    first, *others = sorted(spelt)
    found = column == first
    for one in others:
        found = found | (column == one)
    return found


def damaged(name: str | None) -> bool:
    """Is this no name of an economy: nothing, or with signs that nobody types?"""
    text = (name or "").strip()
    return text not in spellings.spellings() and (text in layouts.MISSING or not text.isprintable())


def known(name: str | None) -> bool:
    """Is this what files call an economy, an area or a group?"""
    return name in spellings.spellings() or name in spellings.WORLD


def padded(pairs: Iterable[Pair]) -> bool:
    """Is one of the names known once the blanks around it are taken away?"""
    names = {name for pair in pairs for name in (pair.exporter, pair.importer) if name}
    return any(not known(name) and known(name.strip(BLANKS)) for name in names)


def concerning(
    pairs: Iterable[Pair], importer: Collection[str], exporter: Collection[str] | None = None
) -> list[Pair]:
    """Return the pairs that may be trade of an exporter (any, if None) with an importer: each is either it, or not known."""

    def may(name: str | None, asked: Collection[str] | None) -> bool:
        return asked is None or name in asked or not known(name)

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
    """Raise `Misfit` if a pair has no known flow, or one of its economies is damaged."""
    for pair in pairs:
        names = pair.exporter, pair.importer
        if not pair.side:
            expected = "expected a flow such as Import or Export"
            raise Misfit(expected, "flow", lambda cell: cell.strip() not in KNOWN_FLOWS, names)
        for role, name in zip(("exporter", "importer"), names, strict=True):
            if damaged(name):
                raise Misfit(f"expected the name or the code of an {role}", "economy", damaged, names)


def named(pairs: Iterable[Pair]) -> list[str]:
    """Return a note that names the economies that are not known, those with most rows first; none if all are known."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        for name in {pair.exporter, pair.importer}:
            if name and not known(name):
                counts[name] += pair.rows
    first = sorted(counts, key=lambda name: (-counts[name], name))
    shown = [f"{name} ({counts[name]:,} row{'s' if counts[name] != 1 else ''})" for name in first[:SHOWN]]
    more = f" and {len(first) - SHOWN} more" if len(first) > SHOWN else ""
    return (
        [f"Left out, being of economies by names that are not known: {', '.join(shown)}{more}."]
        if shown
        else []
    )
