"""What moved between two editions, and why: every table, figure and verdict of one held against the other.

Exported files are compared by the numbers in them, stored outputs as they are printed (see `bookpress.verify.differences`); a
number that is the same within a relative 1e-6, or a drawing that is, has not moved whatever its bytes are.
"""

import csv
import io
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bookpress.verify import causes, differences
from bookpress.verify.archives import opened
from bookpress.verify.editions import Edition, Exhibit

ALIKE = 0.6  # captions that share this much may be of one exhibit, if nothing else tells
UNEXPLAINED = (
    "same tables, code and packages: a file or stored output was edited, or the processor is another"
)
SHARED = "because of, for all that moved, one or more of:"
UNKNOWN = "nothing that both editions tell of it differs"
CAUSES = ["table", "chapter", "package", "lock", "edition", "code"]  # what tells most comes first
KINDS = ["renumbered", "new", "gone", "moved"]

Pair = tuple[Exhibit | None, Exhibit | None]


@dataclass(frozen=True)
class Change:
    """How one exhibit differs."""

    kind: str
    """``"unchanged"``, ``"same numbers, other bytes"`` or one of `KINDS`."""
    title: str
    lines: list[str]
    why: list[str]


def compare(
    old: Path, new: Path, *, every: bool = False, figures: Path | None = None, style: str = "text"
) -> tuple[list[str], bool]:
    """Say what differs between two editions.

    Parameters
    ----------
    old, new : Path
        Each a built book, a zip of it, a crate, a checkout or a wheel.
    every : bool
        Whether exhibits that are unchanged are named, too.
    figures : Path, optional
        Folder for pages that show a figure before and after.
    style : str
        ``"text"`` or ``"markdown"``.

    Returns
    -------
    tuple
        The lines of the report, and whether nothing moved.

    Raises
    ------
    BookError
        If one is no edition or cannot be read.
    """
    with opened(old) as before, opened(new) as after:
        changes = []
        for a, b in pairs(list(before.exhibits.values()), list(after.exhibits.values())):
            change = changed(before, a, after, b)
            changes.append(change)
            if figures and change.kind == "moved" and a and b and a.drawing != b.drawing:
                _show(figures / f"{b.id}.html", a.drawing, b.drawing)
        verdicts = moved_verdicts(before.verdicts, after.verdicts)
        lines = [f"Compared {_named(before)} with {_named(after)}", ""]
        shared = common([change.why for change in changes if change.kind == "moved"])
        for change in changes:
            if every or change.kind in KINDS:
                lines += _printed(change, shared, style)
        lines += _list(SHARED, shared, style)
        lines += _list("verdicts", verdicts, style)
        lines.append(_sum(changes, verdicts, before, after))
    return lines, not verdicts and not any(change.kind in KINDS for change in changes)


def pairs(old: list[Exhibit], new: list[Exhibit]) -> Iterator[Pair]:
    """Yield what is the same exhibit in both, in the order of the new edition, then what is gone.

    Numbers move when an exhibit comes between, so a number alone says little: the same number and caption come
    first, then the same caption, the same cell of the same chapter, the same values, and last the same number
    if the columns or most of the caption agree.
    """
    rules: list[Callable[[Exhibit], Hashable]] = [
        lambda e: (e.id, e.caption),
        lambda e: (e.kind, e.caption),
        lambda e: (e.kind, e.chapter, e.cell) if e.cell else None,
        lambda e: (e.kind, str(e.values or e.printed)) if e.values or e.printed else None,
    ]
    known: dict[str, Exhibit] = {}
    for rule in rules:
        used = {was.id for was in known.values()}
        left = [(e, rule(e)) for e in old if e.id not in used]
        free = [(e, rule(e)) for e in new if e.id not in known]
        for one, key in free:
            same = [e for e, other in left if other == key and key is not None]
            if len(same) == 1 and sum(other == key for _, other in free) == 1:
                known[one.id] = same[0]
    used = {was.id for was in known.values()}
    by_id = {e.id: e for e in old if e.id not in used}
    known |= {
        e.id: by_id[e.id] for e in new if e.id not in known and e.id in by_id and _alike(by_id[e.id], e)
    }
    for one in new:
        yield known.get(one.id), one
    used = {was.id for was in known.values()}
    yield from ((was, None) for was in old if was.id not in used)


def _alike(old: Exhibit, new: Exhibit) -> bool:
    heads = [(a[0], b[0]) for a, b in ((old.values, new.values), (old.printed, new.printed)) if a and b]
    ratio = SequenceMatcher(None, old.caption.split(), new.caption.split(), autojunk=False).ratio()
    return any(a == b for a, b in heads) or ratio >= ALIKE


def changed(before: Edition, a: Exhibit | None, after: Edition, b: Exhibit | None) -> Change:
    """Return how an exhibit of one edition differs from that of the other."""
    if not a or not b:
        one = a or b
        assert one
        return Change("gone" if a else "new", f"{one.label}: {one.caption}", [], [])
    lines = moved(a, b)
    title = b.label if a.id == b.id else f"{b.label} (was {a.label})"
    if lines:
        return Change("moved", f"{title}: {b.caption}", lines, why(before, a, after, b))
    if a.id != b.id:
        return Change("renumbered", f"{title}: {b.caption}", [], [])
    kind = "unchanged" if a.files == b.files else "same numbers, other bytes"
    return Change(kind if a.files and b.files else "unchanged", f"{title}: {b.caption}", [], [])


def moved(old: Exhibit, new: Exhibit) -> list[str]:
    """Return what moved in an exhibit, in words; empty if nothing did."""
    lines = [f"caption: {said}" for said in differences.moved_text(old.caption, new.caption)]
    exact = bool(old.values and new.values)
    sides = (old.values, new.values) if exact else (old.printed, new.printed)
    numbers = differences.moved_cells(*sides) if all(sides) else []
    if not numbers and old.printed != new.printed and old.printed and new.printed:
        numbers = [
            f"printed differently: {line}"
            for line in differences.moved_cells(old.printed, new.printed, differences.exactly)
        ]
    lines += causes.few(numbers)
    if old.drawing and new.drawing and not numbers:
        marks = differences.moved_marks(old.drawing, new.drawing)
        words = [f"text alternative: {said}" for said in differences.moved_text(old.alt, new.alt)]
        if marks and exact and not words:
            lines.append("drawn differently, with the same values:")
        lines += causes.few(
            [*words, *sorted(marks, key=lambda mark: "→" not in mark)]
        )  # numbers before places
    lines += [f"source line: {said}" for said in causes.few(differences.moved_text(old.note, new.note))]
    # Where the records differ, or a last digit of a value does, that explains other bytes.
    if not lines and old.record == new.record and old.values == new.values:
        both = old.files.keys() & new.files.keys()
        lines = [f"{name}: other bytes" for name in sorted(both) if old.files[name] != new.files[name]]
    return lines


def why(before: Edition, a: Exhibit, after: Edition, b: Exhibit) -> list[str]:
    """Return what an exhibit was made from that is not the same in both editions, in words."""
    sides = before.names(a), after.names(b)
    recorded = [names for names, exhibit in zip(sides, (a, b), strict=True) if exhibit.record]
    names = dict.fromkeys(name for side in recorded or sides for name in side)
    known = False
    lines = []
    for name in sorted(names, key=lambda name: CAUSES.index(name.partition(" ")[0])):
        was, now = before.value(a, name), after.value(b, name)
        if was is None or now is None:
            continue
        known = True
        # A lock may have one version for each Python.
        if not {*was.split(" or ")} & {*now.split(" or ")}:
            lines += _told(name, was, now, before, a, after, b)
    return list(dict.fromkeys(lines)) or [UNEXPLAINED if known else UNKNOWN]


def _told(
    name: str, was: str, now: str, before: Edition, a: Exhibit, after: Edition, b: Exhibit
) -> list[str]:
    """Return the lines on one thing that an exhibit was made from and that differs."""
    kind, _, what = name.partition(" ")
    if kind in ("package", "edition"):
        return [f"{name} {was} → {now}"]
    if kind == "chapter":
        old, new = before.cells(a), after.cells(b)
        cells = [cell for cell in {**old, **new} if old.get(cell) != new.get(cell)] if old and new else []
        named = f": {', '.join(causes.few(cells))}" if cells else ""
        return [f"the chapter's own cells{named}"]
    if "absent" in (was, now):
        return [f"{name} {'was not used before' if was == 'absent' else 'is not used any more'}"]
    texts = before.text(before.file(name)), after.text(after.file(name))
    short = f"{name} ({was[:12]} → {now[:12]})"
    if texts[0] is None or texts[1] is None:
        return [short]
    if kind == "table":
        was_rows, now_rows = (list(csv.reader(io.StringIO(text))) for text in texts)
        lines = (
            differences.moved_cells(was_rows, now_rows, differences.exactly) if was_rows and now_rows else []
        )
        return [f"{name}, {line}" for line in causes.few(lines)] or [short]
    if kind == "code" and what.endswith(".py"):
        try:
            parts = causes.changed_functions(texts[0], texts[1])
        except SyntaxError:
            return [short]
        return [f"{name}: {', '.join(causes.few(parts))}"] if parts else []
    if kind == "lock":
        old_lock, new_lock = causes.locked(texts[0]), causes.locked(texts[1])
        lines = [
            f"package {one} {old_lock.get(one, 'absent')} → {new_lock.get(one, 'absent')}"
            for one in sorted({*old_lock, *new_lock})
            if old_lock.get(one) != new_lock.get(one)
        ]
        return lines or [short]
    return [short]


def moved_verdicts(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Return the claims whose verdict is another, or that only one edition has; nothing where one has no ledger."""
    if not old or not new:
        return []
    lines = []
    for claim in {**new, **old}:
        was, now = old.get(claim), new.get(claim)
        if was != now:
            lines.append(f"claim {claim}: {was or 'new'} → {now or 'gone'}")
    return lines


def _show(page: Path, was: str, now: str) -> None:
    from bookpress.verify import notebooks

    sides = [{"data": {"image/svg+xml": svg}} for svg in (was, now)]
    notebooks.show(page, *sides)


def _named(edition: Edition) -> str:
    return f"{edition.name} (edition {edition.version or 'not stated'}, {_count(len(edition.exhibits), 'exhibit')})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def common(whys: list[list[str]]) -> list[str]:
    """Return the causes that all of at least two exhibits have; they are told once."""
    told = whys[0] if len(whys) > 1 else []
    return [line for line in told if line not in (UNEXPLAINED, UNKNOWN) and all(line in why for why in whys)]


def _printed(change: Change, shared: list[str], style: str) -> list[str]:
    own = [line for line in change.why if line not in shared]
    because = [line for kind in CAUSES for line in causes.few([o for o in own if _kind(o) == kind])]
    told = list(change.lines)
    if because:
        told += ["because of, one or more of:", *(f"  {line}" for line in because)]
    return _list(f"{change.kind}: {change.title}", told, style, empty=True)


def _kind(line: str) -> str:
    first = line.split(" ", 1)[0]
    return first if first in CAUSES else "chapter"


def _list(head: str, lines: list[str], style: str, empty: bool = False) -> list[str]:
    if not lines and not empty:
        return []
    if style == "markdown":
        items = [f"{' ' * (len(line) - len(line.lstrip()))}- {line.lstrip()}" for line in lines]
        return [f"### {head}", "", *items, *([""] if items else [])]
    return [head, *(f"  {line}" for line in lines)]


def _sum(changes: list[Change], verdicts: list[str], before: Edition, after: Edition) -> str:
    same = [change.kind for change in changes if change.kind not in KINDS]
    parts = [f"{len(same)} unchanged"]
    if others := len(same) - same.count("unchanged"):
        parts[0] += f" ({others} of them in other bytes)"
    kinds = [change.kind for change in changes]
    parts += [f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds]
    if before.verdicts and after.verdicts:
        told = f"{_count(len(verdicts), 'verdict')} of {_count(len({**before.verdicts, **after.verdicts}), 'claim')} moved"
    else:
        told = "verdicts not compared, as not both have any that can be read"
    return f"{_count(len(changes), 'exhibit')}: {', '.join(parts)}; {told}"
