"""Run the chapters and say in words what moved against their stored outputs, and why. Nothing is stored.

python scripts/rerun.py [--since COMMIT] [--figures FOLDER]

Where `make test` asks for the same bytes, this asks for the same numbers: a number counts as the same within
a relative 1e-6, the place of a mark in a figure within 0.05% of its axis. Causes are looked for in what the chapter
read, compared with COMMIT (HEAD if not named) and the installed packages with the lock.
Exit status: 0 every number and text is the same, 1 something moved, 2 a chapter failed or bad input.
"""

import argparse
import ast
import csv
import difflib
import io
import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "_ext"))
import fresh  # noqa: E402

NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
TOLERANCE = 1e-6
SHARE = 0.05  # of the length of an axis, in percent
SVG, USED = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
VERDICTS = [
    "every number and text is as stored",
    "something moved, see above",
    "a chapter failed, see above",
]
MOST = 8  # lines shown of one output or cause


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
        if node.tag is ET.Comment:  # Matplotlib writes every text as one
            found.setdefault(name, []).append(("text", node.text.strip()))
            return
        part = node.get("id", "") if node.tag == f"{SVG}g" else ""
        if part:
            name = f"{name} {part}".strip()
        if part.startswith("axes"):
            frame = _frame(node)
        lettering = part.startswith("text")
        placed = placed and not part.startswith("legend")
        if placed and frame and (drawn := node.get("d", shapes.get(node.get(USED)))):
            at = float(node.get("x", 0)), float(node.get("y", 0))
            found.setdefault(name, []).append(("d", _percent(drawn, at, frame)))
        if style := node.get("style"):
            found.setdefault(name, []).append(("style", style))
        for child in node:
            if child.tag not in (f"{SVG}metadata", f"{SVG}defs") and (
                not lettering or child.tag is ET.Comment
            ):
                walk(child, name, frame, placed)

    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    figure = ET.fromstring(svg, parser)
    shapes = {f"#{path.get('id')}": path.get("d") for path in figure.iter(f"{SVG}path")}
    walk(figure, "", [], True)
    return found


def _frame(axes: ET.Element) -> list[float]:
    """Return left, bottom, width and height of axes, from their background."""
    numbers = [float(n) for n in NUMBER.findall(next(axes.iter(f"{SVG}path")).get("d"))]
    x, y = numbers[0::2], numbers[1::2]
    return [min(x), max(y), max(x) - min(x), min(y) - max(y)]


def _percent(drawn: str, at: tuple[float, float], frame: list[float]) -> str:
    """Return a path that is drawn at a place in percent of the axes."""
    sides = cycle((0, 1))

    def share(found: re.Match) -> str:
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
            [
                " ".join(text for key, text in side[name] if key == kind)
                for side in (before, after)
            ]
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


def moved(old: dict, new: dict) -> list[str] | None:
    """Return what differs between two outputs of a cell; None for the same bytes, [] for the same numbers."""
    before, after = (
        {kind: _joined(text) for kind, text in side.get("data", side).items()}
        for side in (old, new)
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
            if "text/plain" not in before or before["text/plain"] == after.get(
                "text/plain"
            ):
                lines += moved_text(was, now)  # else told by the plain text
        else:
            lines += moved_text(was, now)
    return lines


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(map(str, text))


def committed(name: str, since: str) -> str | None:
    """Return a file as it was at a commit, or None if it was not there."""
    done = subprocess.run(
        ["git", "show", f"{since}:{name}"], cwd=ROOT, capture_output=True
    )
    return None if done.returncode else done.stdout.decode("utf-8")


def changed_cells(old: str, new: str, key: list[str]) -> list[str]:
    """Return what differs between two versions of a table: rows by their key, columns, values."""
    tables = []
    for text in (old, new):
        rows = list(csv.DictReader(io.StringIO(text)))
        tables.append({tuple(row.get(k) for k in key): row for row in rows})
    before, after = tables
    lines = []
    for name in {**before, **after}:
        row = "row " + " ".join(map(str, name))
        if name not in after or name not in before:
            lines.append(f"{row} {'removed' if name in before else 'added'}")
            continue
        lines += [
            f"{row}, column {column}: {before[name].get(column)} → {after[name].get(column)}"
            for column in {**before[name], **after[name]}
            if before[name].get(column) != after[name].get(column)
        ]
    return lines


def changed_functions(old: str, new: str) -> list[str]:
    """Return the functions, classes and other top-level statements that differ between two modules."""

    def parts(text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in ast.parse(text).body:
            name = getattr(node, "name", "")
            label = (
                f"{'class' if isinstance(node, ast.ClassDef) else 'function'} {name}"
            )
            if not name:
                targets = getattr(node, "targets", None) or [
                    getattr(node, "target", node)
                ]
                label = f"name {ast.unparse(targets[0])}"[:60]
            found[label] = found.get(label, "") + ast.dump(node)
        return found

    before, after = parts(old), parts(new)
    return [n for n in {**before, **after} if before.get(n) != after.get(n)]


def locked(text: str) -> dict[str, str]:
    """Return the versions of every package in a lock; some have one for each Python."""
    found: dict[str, list[str]] = {}
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, flags=re.M)
    for name, version in pairs:
        found.setdefault(_plain(name), []).append(version)
    return {name: " or ".join(versions) for name, versions in found.items()}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def causes(path: Path, result: fresh.Result, since: str) -> Iterator[str]:
    """Yield every change in what a chapter came from."""
    package = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))
    keys = {
        f"data/{r['path']}": r["schema"]["primaryKey"] for r in package["resources"]
    }
    name = path.relative_to(ROOT).as_posix()
    was = committed(name, since)
    if was is None:
        yield f"notebook: {name} is not in {since}"
    else:
        old = {c["id"]: "".join(c["source"]) for c in json.loads(was)["cells"] if c["cell_type"] == "code"}  # fmt: skip
        new = {c["id"]: "".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"}  # fmt: skip
        for cell in {**old, **new}:
            if old.get(cell) != new.get(cell):
                yield f"notebook: the code of cell {cell}"
    for read in result.inputs:
        file = read.partition("#")[0]
        if read.endswith(("/", "*.py")) or not (ROOT / file).is_file():
            continue
        now, was = (ROOT / file).read_text(encoding="utf-8"), committed(file, since)
        if was == now:
            continue
        if was is None:
            yield f"input: {file} is not in {since}"
        elif file in keys:
            for line in _few(changed_cells(was, now, keys[file])):
                yield f"input table {file}, {line}"
        elif file.endswith(".py"):
            for line in changed_functions(was, now):
                yield f"code: {file}, {line}"
        elif file == fresh.LOCK:
            old, new = locked(was), locked(now)
            for one in sorted({*old, *new}):
                if old.get(one) != new.get(one):
                    yield f"lock: {one} {old.get(one)} → {new.get(one)}"
        elif "#" not in read:
            yield f"input: {file}"
    installed = {_plain(name): version for name, version in fresh.setting().items()}
    lock = locked((ROOT / fresh.LOCK).read_text(encoding="utf-8"))
    for one, version in lock.items():
        if installed.get(one, version) not in (version, *version.split(" or ")):
            yield f"package: {one} {installed[one]} is installed, the lock has {version}"


def _few(lines: list[str]) -> list[str]:
    more = [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return lines[:MOST] + more


def because(path: Path, result: fresh.Result, since: str) -> list[str]:
    """Return the lines on why a chapter moved."""
    why = list(dict.fromkeys(causes(path, result, since)))
    none = [
        f"nothing that it read differs from {since}, and the packages are those of the lock: the stored "
        "output was edited, or Python or the processor is another"
    ]
    return ["  cause, one or more of:", *(f"    {line}" for line in why or none)]


def report(
    path: Path, result: fresh.Result, since: str, figures: Path | None
) -> tuple[list[str], bool]:
    """Return the lines on one chapter and whether anything moved."""
    name = path.relative_to(ROOT).as_posix()
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]  # fmt: skip
    lines, any_moved, only_bytes = [], False, 0
    for cell, fresh_cell in zip(cells, result.outputs, strict=True):
        old, new = cell["outputs"], fresh_cell["outputs"]
        empty = {"data": {}}
        for i in range(max(len(old), len(new))):
            was, now = (side[i] if i < len(side) else empty for side in (old, new))
            told = moved(was, now)
            if told is None:
                continue
            about = (was.get("metadata") or now.get("metadata") or {}).get(
                "beltroad", {}
            )
            label = f", {about['label']}" if about else ""
            if not told:
                only_bytes += 1
                continue
            any_moved = True
            lines.append(f"{name}, cell {cell['id']}{label}:")
            lines += [f"  {line}" for line in _few(told)]
            svg = [_joined(o.get("data", {}).get("image/svg+xml", "")) for o in (was, now)]  # fmt: skip
            if figures and any(svg):
                figures.mkdir(parents=True, exist_ok=True)
                page = figures / f"{path.stem}-{cell['id']}.html"
                page.write_text(
                    "<!doctype html><meta charset=utf-8><title>Before and after</title>"
                    f"<h1>Before</h1>{svg[0]}<h1>After</h1>{svg[1]}",
                    encoding="utf-8",
                )
    if only_bytes:
        lines.append(f"{name}: {only_bytes} output{'s' * (only_bytes > 1)} with the same numbers, but other bytes")  # fmt: skip
    if any_moved or only_bytes:
        lines += because(path, result, since)
    return lines, any_moved


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--since", default="HEAD", help="compare inputs with this commit"
    )
    parser.add_argument(
        "--figures", type=Path, help="folder for figures before and after"
    )
    options = parser.parse_args()
    if committed("README.md", options.since) is None:
        print(f"rerun: found no commit {options.since!r}", file=sys.stderr)
        return 2
    paths = fresh.notebooks(ROOT)
    status = 0
    try:
        fresh.results(paths, ROOT, lambda line: print(line, flush=True))
    except fresh.ChapterError as error:
        print(f"rerun: {error}", file=sys.stderr)
        status = 2
    for path in paths:
        last = fresh.recall(path, ROOT)
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if last is None or fresh.changes(last, notebook, path, ROOT):
            lines = [f"{path.relative_to(ROOT).as_posix()}: failed"]
            lines += because(path, last, options.since) if last else []
        else:
            lines, any_moved = report(path, last, options.since, options.figures)
            status = max(status, int(any_moved))
        if lines:
            print("\n".join(lines))
    print(f"Verdict: {VERDICTS[status]}")
    return status


if __name__ == "__main__":
    sys.exit(main())
