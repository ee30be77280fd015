"""What moved between two outputs of a cell, in words: numbers with their difference, marks of figures.

A number counts as the same within a relative 1e-6, the place of a mark in a figure within 0.05% of its axis.
"""

import difflib
import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import cycle, takewhile
from textwrap import shorten
from typing import Any

NUMBER = re.compile(r"[-−+]?\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[-+]?\d+)?")
COMMENT: Any = ET.Comment  # the tag of comments, a function where types promise text
SVG, USED = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
UNREAD = (ET.ParseError, ValueError, LookupError, RecursionError)  # of a drawing that is none of an edition
Grid = list[list[str]]  # rows of cells, the first the head
LONGEST = 1000  # characters that are quoted of a text
PAIRS = 100_000  # of words that are compared one by one; their number decides how long that takes


def value(text: str) -> float:
    """Return a number that is written with commas or a typographic minus."""
    return float(text.replace(",", "").replace("−", "-"))


def moved_text(old: str, new: str) -> list[str]:
    """Return what differs between two texts, numbers with their difference; empty within the tolerance."""
    if NUMBER.sub("#", old).split() == NUMBER.sub("#", new).split():
        pairs = zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)
        return [
            f"{a} → {b} (difference {value(b) - value(a):+.6g})"
            for a, b in pairs
            if not math.isclose(value(a), value(b), rel_tol=1e-6)
        ]
    before, after = old.split(), new.split()
    for side in (1, -1):  # what both begin and end with
        pairs = zip(before[::side], after[::side], strict=False)
        same = len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])
        before, after = ([*words[::side][same:]][::side] for words in (before, after))
    if len(before) * len(after) > PAIRS:
        return [f"{len(before):,} words → {len(after):,} other words"]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines = []
    for kind, a, b, c, d in matcher.get_opcodes():
        was, now = (f"“{shorten(' '.join(words), LONGEST)}”" for words in (before[a:b], after[c:d]))
        said = {"replace": f"{was} → {now}", "delete": f"{was} gone", "insert": f"{now} new"}
        lines += [said[kind]] if kind in said else []
    return lines


def marks(svg: str) -> dict[str, dict[str, str]]:
    """Return the ``text``, ``style`` and path (``d``) of every mark that a figure draws, by the ids of its groups.

    Paths inside axes are in percent of these axes: a layout that shifts does not change a number. Text gives its
    words, not the outlines of its letters; a legend gives words and styles.
    """
    found: dict[str, dict[str, str]] = {}

    def walk(node: ET.Element, name: str, frame: list[float], placed: bool) -> None:
        def note(kind: str, content: str) -> None:
            found.setdefault(name, {"text": "", "style": "", "d": ""})[kind] += f" {content}"

        if node.tag is COMMENT:  # Matplotlib writes every text as one
            note("text", (node.text or "").strip())
            return
        part = node.get("id", "") if node.tag == f"{SVG}g" else ""
        name = f"{name} {part}".strip()
        if part.startswith("axes"):
            frame = _frame(node)
        placed = placed and not part.startswith("legend")
        if placed and frame and (drawn := node.get("d", shapes.get(node.get(USED, "")))):
            note("d", _percent(drawn, (float(node.get("x", 0)), float(node.get("y", 0))), frame))
        if style := node.get("style"):
            note("style", style)
        for child in node:
            lettering = part.startswith("text") and child.tag is not COMMENT
            if child.tag not in (f"{SVG}metadata", f"{SVG}defs") and not lettering:
                walk(child, name, frame, placed)

    figure = ET.fromstring(svg, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
    shapes = {f"#{path.get('id')}": path.get("d") for path in figure.iter(f"{SVG}path")}
    walk(figure, "", [], True)
    return found


def _frame(axes: ET.Element) -> list[float]:
    """Return left, bottom, width and height of axes, from their background."""
    background = next(axes.iter(f"{SVG}path"), None)
    numbers = [float(n) for n in NUMBER.findall(background.attrib["d"])] if background is not None else []
    x, y = numbers[0::2], numbers[1::2]
    sides = max(x) - min(x), min(y) - max(y)
    return [min(x), max(y), *sides] if all(sides) else []  # axes that are switched off have no background


def _percent(drawn: str, at: tuple[float, float], frame: list[float]) -> str:
    """Return a path that is drawn at a place, in percent of the axes."""
    sides = cycle((0, 1))

    def share(found: re.Match[str]) -> str:
        side = next(sides)
        return f"{100 * (float(found[0]) + at[side] - frame[side]) / frame[side + 2]:.4f}"

    return NUMBER.sub(share, drawn)


def moved_marks(old: str, new: str) -> list[str]:
    """Return the marks of a figure that differ; empty within the tolerance."""
    try:
        before, after = marks(old), marks(new)
    except UNREAD:
        return ["drawn differently, and not both as an edition draws"]
    lines = []
    for name in {**before, **after}:
        if name not in after or name not in before:
            lines.append(f"mark {name} {'gone' if name in before else 'new'}")
            continue
        was, now = before[name], after[name]
        if said := moved_text(was["text"], now["text"]):
            lines.append(f"mark {name}: {', '.join(said)}")
        if was["style"] != now["style"] or NUMBER.sub("#", was["d"]) != NUMBER.sub("#", now["d"]):
            lines.append(f"mark {name}: drawn differently")
            continue
        pairs = zip(NUMBER.findall(was["d"]), NUMBER.findall(now["d"]), strict=True)
        far = max((abs(value(a) - value(b)) for a, b in pairs), default=0)
        if far > 0.05:
            lines.append(f"mark {name}: moved by up to {far:.3g}% of the axis")
    return lines


def shown(output: dict[str, Any]) -> dict[str, Any]:
    """Return all that a person sees of an output."""
    hidden = ("output_type", "execution_count", "transient")
    data = {kind: joined(text) for kind, text in output.get("data", {}).items()}
    other = {name: value for name, value in output.items() if name not in hidden}
    return other | {name: joined(other[name]) for name in ("text",) if name in other} | {"data": data}


def _kinds(output: dict[str, Any]) -> dict[str, str]:
    """Return the texts of an output by kind; what its metadata say of an exhibit has a kind of two words."""
    said = {
        name: value if isinstance(value, dict) else {"": value}
        for name, value in output.get("metadata", {}).items()
    }
    about = {f"{name} {key}": value for name, values in said.items() for key, value in values.items()}
    other = {name: value for name, value in output.items() if name not in ("data", "metadata")}
    return {kind: joined(value) for kind, value in (about | other | output["data"]).items()}


def moved(old: dict[str, Any], new: dict[str, Any]) -> list[str] | None:
    """Return what differs between two outputs of a cell; None for the same bytes, [] for the same numbers."""
    sides = shown(old), shown(new)
    if sides[0] == sides[1]:
        return None
    before, after = map(_kinds, sides)
    lines = []
    kinds = {**before, **after} if before and after else [kind for kind in before or after if " " not in kind]
    for kind in sorted(kinds):
        was, now = before.get(kind, ""), after.get(kind, "")
        if was == now:
            continue
        if not was or not now:
            lines.append(f"{kind} {'gone' if was else 'new'}")
        elif kind == "image/svg+xml":
            lines += moved_marks(was, now)
        elif kind != "text/html" or before.get("text/plain") == after.get("text/plain"):
            # If both texts of a table differ, the plain one says it.
            lines += [f"{kind}: {line}" if " " in kind else line for line in moved_text(was, now)]
    return list(dict.fromkeys(lines))  # a caption stands in several of them


def joined(text: Any) -> str:
    """Return a text that a notebook may store line by line, or anything else as JSON."""
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    return text if isinstance(text, str) else json.dumps(text, sort_keys=True)


def exactly(was: str, now: str) -> str:
    """Say how two cells differ, by a single character or more."""
    return f"{was} → {now}" if was != now else ""


def moved_cells(
    old: Grid, new: Grid, told: Callable[[str, str], str] = lambda was, now: ", ".join(moved_text(was, now))
) -> list[str]:
    """Return what differs between two tables: columns, rows by their headers, values as `told` says it, or ''.

    A file does not say which columns are row headers. They are the fewest from the left that tell all rows apart;
    where none do, a row is named by its number.
    """
    before, after = _head(old), _head(new)
    common = [name for name in before if name in after]
    lines = [f"column {name} gone" for name in before if name not in after]
    lines += [f"column {name} new" for name in after if name not in before]
    if not lines and before != after:
        lines.append("columns in another order")
    rows = [
        [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in grid[1:]]
        for head, grid in ((before, old), (after, new))
    ]

    for width in [*range(1, len(common)), 0]:
        was, now = (
            {" ".join(row[k] for k in common[:width]) or str(n): row for n, row in enumerate(side, 1)}
            for side in rows
        )
        if (len(was), len(now)) == (len(rows[0]), len(rows[1])):
            break
    for name in {**was, **now}:
        if name not in now or name not in was:
            lines.append(f"row {name} {'removed' if name in was else 'added'}")
            continue
        cells = ((column, told(was[name][column], now[name][column])) for column in common)
        lines += [f"row {name}, column {column}: {said}" for column, said in cells if said]
    return lines or (["rows in another order"] if [*was] != [*now] else [])


def _head(grid: Grid) -> list[str]:
    """Return the names of columns, made different from each other."""
    found: list[str] = []
    for name in grid[0] if grid else []:
        name = name or "row"
        found.append(f"{name} ({found.count(name) + 1})" if name in found else name)
    return found
