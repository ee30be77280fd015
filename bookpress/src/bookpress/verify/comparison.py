"""What moved between two editions, and why: their tables, figures and verdicts, compared one by one.

Exported files are compared by the numbers in them, stored outputs as they are printed, see `bookpress.verify.differences`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from bookpress.verify import causes, differences, editions, notebooks
from bookpress.verify.editions import Edition, Exhibit

ALIKE = 0.6  # captions that share this much may be of one exhibit, if nothing else says so
BECAUSE = "because of one or more of:"
UNEXPLAINED = "same tables, code and packages: a file was edited, or the processor is another"
UNKNOWN = "nothing that both editions say of it differs"
SHOWN = ["renumbered", "new", "gone", "moved"]  # kinds of change that are listed


class Change(NamedTuple):
    """How one exhibit differs: its kind is "unchanged", "unchanged in other bytes" or one of `SHOWN`."""

    kind: str
    title: str
    lines: Sequence[str] = ()
    why: Sequence[str] = ()


def compare(old: Path, new: Path, figures: Path | None = None) -> tuple[list[str], bool]:
    """Return a report in Markdown on what differs between two editions, and whether nothing moved.

    Each is the folder of a built book or of a checkout; `figures` is one for pages that show a figure before and after.
    A BookError says that one is no edition or cannot be read.
    """
    before, after = editions.read(old), editions.read(new)
    changes = []
    for a, b in pairs(before.exhibits, after.exhibits):
        changes.append(changed(before, a, after, b))
        if figures and a and b and changes[-1].kind == "moved" and a.drawing != b.drawing:
            notebooks.show(figures / f"{b.id}.html", a.drawing, b.drawing)
    moved = [change for change in changes if change.kind in SHOWN]
    was, now = before.verdicts, after.verdicts
    judged = [claim for claim in {**now, **was} if was and now and was.get(claim) != now.get(claim)]
    verdicts = [f"claim {claim}: {was.get(claim, 'new')} → {now.get(claim, 'gone')}" for claim in judged]
    whys = [change.why for change in moved if change.why]
    common = [line for line in whys[0] if all(line in why for why in whys)] if len(whys) > 1 else []
    lines = []
    for change in moved:
        own = causes.grouped([line for line in change.why if line not in common])
        told = [*change.lines, *([BECAUSE, *(f"  {line}" for line in own)] if own else [])]
        lines += [f"{change.kind}: {change.title}", *(f"  {line}" for line in told)]
    if common:
        lines += [f"all that moved, {BECAUSE}", *(f"  {line}" for line in causes.grouped(common))]
    if verdicts:
        lines += ["verdicts", *(f"  {line}" for line in verdicts)]
    listed = [re.sub(r"^( *)", r"\1- ", line) for line in lines]
    head = f"Compared {_named(before)} with {_named(after)}"
    return [head, "", *listed, *([""] if listed else []), _sum(changes, verdicts, before, after)], not lines


def pairs(old: list[Exhibit], new: list[Exhibit]) -> Iterator[tuple[Exhibit | None, Exhibit | None]]:
    """Yield what is the same exhibit in both, in the order of the new edition, then what is gone.

    An exhibit that comes between moves the numbers of others, so a number alone says little. The rules are tried in
    order; a pair counts if it is the only one.
    """
    rules: list[Callable[[Exhibit, Exhibit], bool]] = [
        lambda a, b: (a.id, a.caption) == (b.id, b.caption),
        lambda a, b: a.caption == b.caption,
        lambda a, b: bool(a.cell) and (a.chapter, a.cell) == (b.chapter, b.cell),
        lambda a, b: a.values == b.values != [] or a.printed == b.printed != [],
        lambda a, b: a.id == b.id and _alike(a, b),
    ]
    left, found = list(old), {}
    for same in rules:
        for one in new:
            fits = [was for was in left if one.id not in found and was.kind == one.kind and same(was, one)]
            if len(fits) == 1:
                found[one.id] = fits[0]
                left.remove(fits[0])
    yield from ((found.get(one.id), one) for one in new)
    yield from ((was, None) for was in left)


def _alike(old: Exhibit, new: Exhibit) -> bool:
    """Return whether the columns or most of the captions of two exhibits agree."""
    heads = [(a[0], b[0]) for a, b in ((old.values, new.values), (old.printed, new.printed)) if a and b]
    ratio = SequenceMatcher(None, old.caption.split(), new.caption.split(), autojunk=False).ratio()
    return any(a == b for a, b in heads) or ratio >= ALIKE


def changed(before: Edition, a: Exhibit | None, after: Edition, b: Exhibit | None) -> Change:
    """Return how an exhibit of one edition differs from that of the other."""
    if not a or not b:
        return Change("gone", a.title) if a else Change("new", b.title if b else "")
    title = b.title if a.id == b.id else f"{b.label} (was {a.label}): {b.caption}"
    if lines := moved(a, b):
        return Change("moved", title, lines, why(before, a, after, b))
    other_bytes = a.files and b.files and a.files != b.files
    kind = "renumbered" if a.id != b.id else "unchanged in other bytes" if other_bytes else "unchanged"
    return Change(kind, title)


def moved(old: Exhibit, new: Exhibit) -> list[str]:
    """Return what moved in an exhibit, in words; empty if nothing did."""
    exact = bool(old.values and new.values)
    was, now = (side.values if exact else side.printed for side in (old, new))
    numbers = differences.moved_cells(was, now)
    if not numbers:
        cells = differences.moved_cells(old.printed, new.printed, differences.exactly)
        numbers = [f"printed differently: {line}" for line in cells]
    lines = [f"caption: {said}" for said in differences.moved_text(old.caption, new.caption)]
    lines += causes.few(numbers)
    if old.drawing and new.drawing and not numbers:
        words = [f"text alternative: {said}" for said in differences.moved_text(old.alt, new.alt)]
        # Marks with other numbers stand before those in another place.
        marks = sorted(differences.moved_marks(old.drawing, new.drawing), key=lambda mark: "→" not in mark)
        lines += ["drawn differently, with the same values:"] if marks and exact and not words else []
        lines += causes.few([*words, *marks])
    lines += [f"source line: {said}" for said in causes.few(differences.moved_text(old.note, new.note))]
    # Where the records differ, or a last digit of a value does, that explains other bytes.
    if not lines and old.record == new.record and old.values == new.values:
        both = sorted(old.files.keys() & new.files.keys())
        lines = [f"{name}: other bytes" for name in both if old.files[name] != new.files[name]]
    return lines


def why(before: Edition, a: Exhibit, after: Edition, b: Exhibit) -> list[str]:
    """Return what an exhibit was made from that is not the same in both editions, in words."""

    def details(name: str) -> list[str] | None:
        if name == "chapter":
            return causes.of_cells(a.code, b.code) if a.code and b.code else None
        old, new = before.text(name), after.text(name)
        return None if old is None or new is None else causes.of_file(name, old, new)

    both = (a.record.keys() & b.record.keys()) - {"exhibit", "cite"}
    # A built book records every module that was loaded, a checkout what its files tell.
    left_out = (a.record.keys() ^ b.record.keys()) if before.is_checkout != after.is_checkout else set()
    left_out |= {"exhibit", "cite"}
    was, now = ({n: told for n, told in one.record.items() if n not in left_out} for one in (a, b))
    return causes.between(was, now, details) or [UNEXPLAINED if both else UNKNOWN]


def _named(edition: Edition) -> str:
    version = next((e.record["edition"] for e in edition.exhibits if "edition" in e.record), "not stated")
    return f"{edition.folder} (edition {version}, {_count(len(edition.exhibits), 'exhibit')})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _sum(changes: list[Change], verdicts: list[str], before: Edition, after: Edition) -> str:
    kinds = [change.kind for change in changes]
    same, others = kinds.count("unchanged"), kinds.count("unchanged in other bytes")
    parts = [f"{same + others} unchanged" + (f" ({others} of them in other bytes)" if others else "")]
    parts += [f"{kinds.count(kind)} {kind}" for kind in SHOWN if kind in kinds]
    told = "verdicts not compared, as not both editions have any that can be read"
    if before.verdicts and after.verdicts:
        claims = _count(len({**before.verdicts, **after.verdicts}), "claim")
        told = f"{_count(len(verdicts), 'verdict')} of {claims} moved"
    return f"{_count(len(changes), 'exhibit')}: {', '.join(parts)}; {told}"
