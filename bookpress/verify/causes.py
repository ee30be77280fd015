"""Why a chapter's result moved: what it read, compared with a commit, and the packages, compared with the lock."""

import ast
import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bookpress.edition import book
from bookpress.run import ipynb, results
from bookpress.verify import differences

MOST = 8  # lines shown of one output or cause


def committed(root: Path, name: str, since: str) -> str | None:
    """Return a file as it was at a commit, or None if it was not there."""
    done = subprocess.run(["git", "show", f"{since}:./{name}"], cwd=root, capture_output=True)
    return None if done.returncode else done.stdout.decode("utf-8", "replace")


def changed_cells(old: str, new: str, key: list[str]) -> list[str]:
    """Return what differs between two versions of a table: rows by their key, columns, values."""
    before, after = (list(csv.DictReader(io.StringIO(text))) for text in (old, new))
    return differences.changed_rows(before, after, key, differences.exactly)


def changed_functions(old: str, new: str) -> list[str]:
    """Return the functions, classes and other top-level statements that differ between two modules."""

    def parts(text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in ast.parse(text).body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # what a module says of itself
            name = getattr(node, "name", "")
            label = f"{'class' if isinstance(node, ast.ClassDef) else 'function'} {name}"
            if not name:
                targets = getattr(node, "targets", None) or [getattr(node, "target", node)]
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


def causes(path: Path, result: results.Result, root: Path, since: str) -> Iterator[str]:
    """Yield every change in what a chapter came from."""
    name = path.relative_to(root).as_posix()
    was = committed(root, name, since)
    if was is None:
        yield f"notebook: {name} is not in {since}"
    else:
        old, new = (_sources(json.loads(text)) for text in (was, path.read_text(encoding="utf-8")))
        for cell in {**old, **new}:
            if old.get(cell) != new.get(cell):
                yield f"notebook: the code of cell {cell}"
    for read in result.inputs:
        if not read.endswith(("/", "*.py")):
            yield from _changes_of_input(read, root, since)
    yield from versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))


def versions(setting: dict[str, str], lock: str) -> list[str]:
    """Return which packages of a setting have another version than a lock."""
    installed = {_plain(name): version for name, version in setting.items()}
    return [
        f"package: {one} {installed[one]} is installed, the lock has {version}"
        for one, version in locked(lock).items()
        if installed.get(one, version) not in (version, *version.split(" or "))
    ]


def _changes_of_input(read: str, root: Path, since: str) -> Iterator[str]:
    """Yield what changed in one file that a chapter read; ``read`` is its name or that of an entry in it."""
    file = read.partition("#")[0]
    if not (root / file).is_file():
        return
    now, was = (root / file).read_text("utf-8", "replace"), committed(root, file, since)
    if was == now:
        return
    if was is None:
        yield f"input: {file} is not in {since}"
    elif key := _keys(root).get(file):
        yield from (f"input table {file}, {line}" for line in few(changed_cells(was, now, key)))
    elif file.endswith(".py"):
        yield from (f"code: {file}, {line}" for line in changed_functions(was, now))
    elif file == book.LOCK:
        old, new = locked(was), locked(now)
        for one in sorted({*old, *new}):
            if old.get(one) != new.get(one):
                yield f"lock: {one} {old.get(one)} → {new.get(one)}"
    elif "#" not in read:
        yield f"input: {file}"


def few(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return lines[:MOST] + more


def _sources(notebook: ipynb.Notebook) -> dict[str, str]:
    return {c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"}


def _keys(root: Path) -> dict[str, list[str]]:
    """Return the key columns of every table, by its file."""
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    return {f"data/{r['path']}": r["schema"]["primaryKey"] for r in package["resources"]}
