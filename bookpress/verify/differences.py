"""What moved between two outputs of a cell, in words: numbers with their difference, marks of figures.

A number counts as the same within a relative 1e-6, the place of a mark in a figure within 0.05% of its axis.
"""

import difflib
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import cycle
from typing import Any

NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
TOLERANCE = 1e-6
SHARE = 0.05  # of the length of an axis, in percent
COMMENT: Any = ET.Comment  # the tag of comments, a function where types promise text
SVG, USED = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"


def value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def moved_text(old: str, new: str) -> list[str]:
    """Return what differs between two texts, numbers with their difference; empty within the tolerance."""
    if NUMBER.sub("#", old).split() == NUMBER.sub("#", new).split():
        pairs = zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)
        return [
            f"{a} → {b} (difference {value(b) - value(a):+.6g})"
            for a, b in pairs
            if not math.isclose(value(a), value(b), rel_tol=TOLERANCE)
        ]
    before, after = old.split(), new.split()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines = []
    for kind, a, b, c, d in matcher.get_opcodes():
        was, now = f"“{' '.join(before[a:b])}”", f"“{' '.join(after[c:d])}”"
        told = {"replace": f"{was} → {now}", "delete": f"{was} gone", "insert": f"{now} new"}  # fmt: skip
        lines += [told[kind]] if kind != "equal" else []
    return lines


def marks(svg: str) -> dict[str, list[tuple[str, str]]]:
    """Return what a figure draws by mark: the ids of the groups that hold it.

    Marks inside axes have their place in percent of these, so that a layout that shifts is no other number.
    Of text the words are returned, not the outlines of their letters, of a legend words and styles.
    """
    found: dict[str, list[tuple[str, str]]] = {}

    def walk(node: ET.Element, name: str, frame: list[float], placed: bool) -> None:
        if node.tag is COMMENT:  # Matplotlib writes every text as one
            found.setdefault(name, []).append(("text", (node.text or "").strip()))
            return
        part = node.get("id", "") if node.tag == f"{SVG}g" else ""
        if part:
            name = f"{name} {part}".strip()
        if part.startswith("axes"):
            frame = _frame(node)
        lettering = part.startswith("text")
        placed = placed and not part.startswith("legend")
        if placed and frame and (drawn := node.get("d", shapes.get(node.get(USED, "")))):
            at = float(node.get("x", 0)), float(node.get("y", 0))
            found.setdefault(name, []).append(("d", _percent(drawn, at, frame)))
        if style := node.get("style"):
            found.setdefault(name, []).append(("style", style))
        for child in node:
            if child.tag not in (f"{SVG}metadata", f"{SVG}defs") and (not lettering or child.tag is COMMENT):
                walk(child, name, frame, placed)

    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    figure = ET.fromstring(svg, parser)
    shapes = {f"#{path.get('id')}": path.get("d") for path in figure.iter(f"{SVG}path")}
    walk(figure, "", [], True)
    return found


def _frame(axes: ET.Element) -> list[float]:
    """Return left, bottom, width and height of axes, from their background."""
    numbers = [float(n) for n in NUMBER.findall(next(axes.iter(f"{SVG}path")).attrib["d"])]
    x, y = numbers[0::2], numbers[1::2]
    sides = max(x) - min(x), min(y) - max(y)
    return [min(x), max(y), *sides] if all(sides) else []  # axes that are switched off have no background


def _percent(drawn: str, at: tuple[float, float], frame: list[float]) -> str:
    """Return a path that is drawn at a place in percent of the axes."""
    sides = cycle((0, 1))

    def share(found: re.Match[str]) -> str:
        side = next(sides)
        told = 100 * (float(found[0]) + at[side] - frame[side]) / frame[side + 2]
        return f"{told:.4f}"

    return NUMBER.sub(share, drawn)


def moved_marks(old: str, new: str) -> list[str]:
    """Return the marks of a figure that differ; empty within the tolerance."""
    before, after = marks(old), marks(new)
    lines = []
    for name in {**before, **after}:
        if name not in after or name not in before:
            lines.append(f"mark {name} {'gone' if name in before else 'new'}")
            continue
        words, styles, (was, now) = (
            [" ".join(text for key, text in side[name] if key == kind) for side in (before, after)]
            for kind in ("text", "style", "d")
        )
        if told := moved_text(*words):
            lines.append(f"mark {name}: {', '.join(told)}")
        if styles[0] != styles[1] or NUMBER.sub("#", was) != NUMBER.sub("#", now):
            lines.append(f"mark {name}: drawn differently")
            continue
        pairs = zip(NUMBER.findall(was), NUMBER.findall(now), strict=True)
        far = max((abs(value(a) - value(b)) for a, b in pairs), default=0)
        if far > SHARE:
            lines.append(f"mark {name}: moved by up to {far:.3g}% of the axis")
    return lines


def moved(old: dict[str, Any], new: dict[str, Any]) -> list[str] | None:
    """Return what differs between two outputs of a cell; None for the same bytes, [] for the same numbers."""
    before, after = (
        {kind: joined(text) for kind, text in side.get("data", side).items()} for side in (old, new)
    )
    if before == after:
        return None
    lines = []
    for kind in sorted({*before, *after}):
        was, now = before.get(kind, ""), after.get(kind, "")
        if was == now:
            continue
        if not was or not now:
            lines.append(f"{kind} {'gone' if was else 'new'}")
        elif kind == "image/svg+xml":
            lines += moved_marks(was, now)
        elif kind == "text/html":
            if "text/plain" not in before or before["text/plain"] == after.get("text/plain"):
                lines += moved_text(was, now)  # else told by the plain text
        else:
            lines += moved_text(was, now)
    return lines


def joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(map(str, text))


def changed_rows(
    old: list[dict[str, str]], new: list[dict[str, str]], key: list[str], told: Callable[[Any, Any], str]
) -> list[str]:
    """Return what differs between two lists of rows; ``told`` says how two cells do, or '' if they do not."""
    before, after = ({tuple(row.get(k) for k in key): row for row in rows} for rows in (old, new))
    lines = []
    for name in {**before, **after}:
        row = "row " + " ".join(map(str, name))
        if name not in after or name not in before:
            lines.append(f"{row} {'removed' if name in before else 'added'}")
            continue
        lines += [
            f"{row}, column {column}: {said}"
            for column in {**before[name], **after[name]}
            if (said := told(before[name].get(column), after[name].get(column)))
        ]
    return lines


def exactly(was: str | None, now: str | None) -> str:
    """Say that two cells differ at all."""
    return f"{was} → {now}" if was != now else ""


def _moved(was: str | None, now: str | None) -> str:
    return ", ".join(moved_text(was or "", now or ""))


def moved_cells(
    old: list[list[str]], new: list[list[str]], told: Callable[[Any, Any], str] = _moved
) -> list[str]:
    """Return what differs between two tables: columns, rows by their headers, values.

    How many columns are row headers is not written in a file: they are the fewest from the left that tell all rows
    apart, and the row's number where none do.
    """
    before, after = _head(old), _head(new)
    common = [name for name in before if name in after]
    lines = [f"column {name} gone" for name in before if name not in after]
    lines += [f"column {name} new" for name in after if name not in before]
    if not lines and before != after:
        lines.append("columns in another order")
    rows = [
        [dict(zip(head, row, strict=False)) for row in grid[1:]]
        for head, grid in ((before, old), (after, new))
    ]
    kept = [[{name: row.get(name, "") for name in common} for row in side] for side in rows]
    for width in range(1, len(common)):
        key = common[:width]
        names = [[tuple(row[k] for k in key) for row in side] for side in kept]
        if all(len(set(side)) == len(side) for side in names):
            break
    else:
        key = ["number"]
        kept = [[{"number": str(n), **row} for n, row in enumerate(side, 1)] for side in kept]
        names = [[], []]
    lines += changed_rows(kept[0], kept[1], key, told)
    if not lines and names[0] != names[1]:
        lines.append("rows in another order")
    return lines


def _head(grid: list[list[str]]) -> list[str]:
    """Return the names of columns, made different from each other."""
    found: list[str] = []
    for name in grid[0]:
        name = name or "row"
        found.append(f"{name} ({found.count(name) + 1})" if name in found else name)
    return found
