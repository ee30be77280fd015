"""Why a result moved: what differs in the tables, cells, packages and code that it was made from.

Every cause is a line that begins with its kind.
"""

import ast
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bookpress import provenance
from bookpress.edition import book, files
from bookpress.run import ipynb, results
from bookpress.verify import differences

MOST = 8  # lines shown of one output or of one kind of cause
KINDS = ["table", "chapter", "package", "lock", "edition", "code", "file"]  # what explains most comes first


def few(lines: list[str], most: int = MOST) -> list[str]:
    """Return the first lines, and how many more there are."""
    return lines[:most] + ([f"… and {len(lines) - most} more"] if len(lines) > most else [])


def grouped(lines: list[str], most: int = MOST) -> list[str]:
    """Return causes by kind, a few of each."""
    groups: dict[str, list[str]] = {kind: [] for kind in [*KINDS, ""]}
    for line in lines:
        groups[next(kind for kind in groups if line.startswith(kind))].append(line)
    return [line for group in groups.values() for line in few(group, most)]


def between(
    old: Mapping[str, str],
    new: Mapping[str, str],
    details: Callable[[str], list[str] | None] = lambda name: None,
) -> list[str]:
    """Return what differs between two records of what an exhibit was made from, in words.

    Records hold sha256 or version by name; "absent" is what is not there. `details` returns how the two files of a
    name differ; None if they are not at hand.
    """
    lines = []
    for name in {**old, **new}:
        was, now = old.get(name, "absent"), new.get(name, "absent")
        # A lock may have one version for each Python.
        if {*was.split(" or ")} & {*now.split(" or ")}:
            continue
        if "absent" in (was, now):
            lines.append(f"{name} is {'new' if was == 'absent' else 'gone'}")
        elif name.startswith(("package", "edition")):
            lines.append(f"{name} {was} → {now}")
        else:
            found = details(name)
            lines += [f"{name} changed"] if found is None else found
    return list(dict.fromkeys(lines))


def of_record(record: Mapping[str, str]) -> list[str]:
    """Return what an exported file was made from that is different in this book, in words.

    The chapter's own cells are not compared: they have to be run for that.
    """
    was = {name: digest for name, digest in record.items() if name not in ("exhibit", "chapter")}
    return between(was, provenance.surroundings([*was]))


def of_file(name: str, old: str, new: str) -> list[str]:
    """Return how two texts of a file differ, given its kind and path; empty if only the comments of a module do."""
    lines = []
    if name.startswith("table"):
        before, after = (list(csv.reader(io.StringIO(text))) for text in (old, new))
        cells = differences.moved_cells(before, after, differences.exactly)
        lines = [f"{name}, {line}" for line in few(cells)]
    elif name.startswith("lock"):
        lines = between(packages(old), packages(new))
    elif name.endswith(".py"):
        with suppress(
            SyntaxError, ValueError, RecursionError, MemoryError
        ):  # of code that is none, or is too deep
            parts = changed_parts(old, new)
            return [f"{name}: {', '.join(few(parts))}"] if parts else []
    return lines or [f"{name} changed"]


def of_cells(old: Mapping[str, str], new: Mapping[str, str], what: str = "code") -> list[str]:
    """Return which cells of a chapter differ, given their code, or what else they hold, by id."""
    cells = [
        f"{cell} (new)" if cell not in old else f"{cell} (gone)" if cell not in new else cell
        for cell in {**old, **new}
        if old.get(cell) != new.get(cell)
    ]
    if not cells and [*old] != [*new]:
        return ["chapter: the order of its cells"]
    return [f"chapter: the {what} of cell {', '.join(few(cells))}"] if cells else []


def of_chapter(path: Path, result: results.Result, root: Path, since: str) -> Iterator[str]:
    """Yield what a chapter came from that differs from a commit, and packages that differ from the lock."""
    name = path.relative_to(root).as_posix()
    was = committed(root, name, since)
    if was is None:
        yield f"chapter: {name} is not in {since}"
    else:
        yield from of_cells(code(json.loads(was)), code(ipynb.read(path)))
    for place in result.inputs:
        if not (root / place).is_file():  # a folder, or an entry of a description
            continue
        now, was = (root / place).read_text("utf-8", "replace"), committed(root, place, since)
        kind = {".csv": "table", ".py": "code"}.get(Path(place).suffix, "file")
        if was is None:
            yield f"{kind} {place} is not in {since}"
        elif was != now.rstrip("\n"):
            yield from of_file("lock" if place == book.LOCK else f"{kind} {place}", was, now)
    yield from versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))


def committed(root: Path, name: str, since: str) -> str | None:
    """Return a file as it was at a commit, without the last line's end, or None if it was not there."""
    found = files.git(root, "show", f"{since}:./{name}")
    return None if found is None else found.decode("utf-8", "replace")


def code(notebook: ipynb.Notebook) -> dict[str, str]:
    """Return the code of a notebook's cells by their ids."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {cell.get("id", str(number)): "".join(cell["source"]) for number, cell in enumerate(cells)}


def changed_parts(old: str, new: str) -> list[str]:
    """Return the functions, classes and other top-level statements that differ between two modules."""

    def parts(text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in ast.parse(text).body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # the module's docstring
            if isinstance(node, ast.Import | ast.ImportFrom):
                label = "imports"
            elif hasattr(node, "name"):
                label = f"{'class' if isinstance(node, ast.ClassDef) else 'function'} {node.name}"
            else:
                targets = getattr(node, "targets", None) or [getattr(node, "target", node)]
                label = f"name {ast.unparse(targets[0])}".splitlines()[0][:60]
            found[label] = found.get(label, "") + ast.dump(node)
        return found

    before, after = parts(old), parts(new)
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def packages(lock: str) -> dict[str, str]:
    """Return the versions in a lock by ``"package name"``; some packages have one for each Python.

    Examples
    --------
    >>> packages("pandas==3.0\\n./vendor/bookpress-1.0-py3-none-any.whl\\n")
    {'package pandas': '3.0', 'package bookpress': '1.0'}
    """
    found: dict[str, list[str]] = {}
    named = r"^(?:\./\S*/)?([A-Za-z0-9._-]+?)(?:==([^\s;\\]+)|-([^\s-]+)-\S+\.whl)"
    for name, pinned, packed in re.findall(named, lock, flags=re.M):
        version = pinned or packed
        found.setdefault(_package(name), []).append(version)
    return {name: " or ".join(versions) for name, versions in found.items()}


def versions(setting: Mapping[str, str], lock: str) -> list[str]:
    """Return which installed packages have another version than a lock, those that compute and draw first."""
    installed, locked = {_package(name): version for name, version in setting.items()}, packages(lock)
    first = [f"package {name}" for name in provenance.PACKAGES]
    return [
        f"{name} {installed[name]} is installed, the lock has {locked[name]}"
        for name in sorted(locked, key=lambda name: (name not in first, name))
        if name in installed and installed[name] not in locked[name].split(" or ")
    ]


def _package(name: str) -> str:
    return f"package {re.sub(r'[-_.]+', '-', name).lower()}"
