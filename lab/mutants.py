"""Mutants: one small change at a time, to data, stored outputs, code or lock; does a test notice?

Not made: other hashes in the lock, which set-up itself refuses, and versions that apply to another Python or system only,
which the tests see there.
"""

import io
import json
import os
import random
import re
import sys
import tokenize
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bookpress.edition import book, files
from bookpress.run import ipynb, results
from lab.copies import ENGINE, ROOT, Failure, copy, run

PACKAGE = "data/datapackage.json"
# What a reader of a chapter, of an exported file or of Table 1 from a file at hand sees the work of.
CODE = ["beltroad", "tradefiles"]
CODE += [f"{ENGINE}/bookpress/{name}" for name in ("tables", "claims", "exhibits", "provenance", "verify")]
DATA_TESTS = ["tests/bookpress/test_tables.py", "tests/recording"]
PAIRS = ("< >=", "> <=", "== !=", "+ -", "* /", "and or", "True False", '"above" "below"', '"for" "against"')
PAIRS += ('"variant_1" "variant_2"', '"mean" "median"', '"baseline" "window"')
SWAPS = {old: new for pair in map(str.split, PAIRS) for old, new in (pair, pair[::-1])}
LATE = re.compile(r"Timeout|timed out|establish IOPub")
OPTIONS = "--nbval --nbval-current-env --nbval-cell-timeout=120 -p no:cacheprovider -p no:xdist -x -q --doctest-modules"
# Its books have packages of their own, which the path of a copy would hide.
OPTIONS += " --ignore=tests/bookpress/test_runner.py"
PYTEST = [sys.executable, "-m", "pytest", "-o", f"addopts={OPTIONS}"]


class Mutant(NamedTuple):
    """One change: in words, the new contents of files, and the tests that can see it, the cheapest first."""

    change: str
    files: dict[str, str]
    tests: list[list[str]]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dumped(content: dict, indent: int) -> str:
    return json.dumps(content, indent=indent, ensure_ascii=False) + "\n"


def altered(content: str, pattern: str, chance: random.Random) -> tuple[str, str]:
    """Return a text with a digit of one part changed, or a letter if it has no digit; and the change in words.

    The first group of the pattern is such a part.
    """
    parts = [m for m in re.finditer(pattern, content, re.M) if re.search(r"[0-9A-Za-z]", m[1])]
    start, end = chance.choice(parts).span(1)
    digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyz"
    pool = digits if re.search("[0-9]", content[start:end]) else letters
    at = chance.choice([i for i in range(start, end) if content[i].lower() in pool])
    new = content[:at] + chance.choice(pool.replace(content[at].lower(), "")) + content[at + 1 :]
    near = slice(max(start, at - 15), min(end, at + 15))
    return new, f"{content[near]!r} → {new[near]!r}"


def swapped(source: str, chance: random.Random) -> tuple[str, str] | None:
    """Return source with one constant or operator changed, and the change in words; None if there is none."""
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.NUMBER or token.string in SWAPS
    ]
    for token in chance.sample(tokens, len(tokens)):
        new = SWAPS.get(token.string) or f"({token.string} + 1)"
        lines = source.splitlines(keepends=True)
        row, column = token.start
        lines[row - 1] = lines[row - 1][:column] + new + lines[row - 1][token.end[1] :]
        try:
            compile("".join(lines), "mutant", "exec")
        except SyntaxError:
            continue
        return "".join(lines), f"line {row}: {token.string} → {new}"
    return None


def recorded(file: str, content: str, change: str) -> Mutant:
    """Change a table and its description, as if it had been recorded so; chapters that read the table can see it."""
    package = json.loads(text(PACKAGE))
    table = next(one for one in package["resources"] if f"data/{one['path']}" == file)
    table["hash"], table["bytes"] = f"sha256:{book.sha256(content.encode())}", len(content.encode())
    last_runs = {path: results.recall(path, ROOT) for path in book.chapters(ROOT)}
    readers = [[named(path)] for path, last in last_runs.items() if last is None or file in last.inputs]
    return Mutant(change, {file: content, PACKAGE: dumped(package, 2)}, [DATA_TESTS, *readers])


def cell(record: bool, only: str, chance: random.Random, number: int) -> Mutant:
    """A cell of a table, each table in turn."""
    tables = [one["path"] for one in json.loads(text(PACKAGE))["resources"] if one["path"].startswith(only)]
    file = f"data/{tables[number % len(tables)]}"
    lines = text(file).split("\n")
    row = chance.randrange(1, len(lines) - 1)
    lines[row], change = altered(lines[row], r"([^,\"]+)", chance)
    content, change = "\n".join(lines), f"{file}, row {row + 1}: {change}"
    return recorded(file, content, change) if record else Mutant(change, {file: content}, [DATA_TESTS])


def main_choice(chance: random.Random, number: int) -> Mutant:
    """Another choice of an axis, each axis in turn, becomes the main one."""
    file = "data/paper/choices.csv"
    lines = text(file).split("\n")
    main = [line for line in lines if ",true," in line]
    old = main[number % len(main)]
    axis = old.partition(",")[0] + ","
    new = chance.choice([line for line in lines if line.startswith(axis) and ",false," in line])
    swap = {old: old.replace(",true,", ",false,", 1), new: new.replace(",false,", ",true,", 1)}
    return recorded(
        file, "\n".join(swap.get(line, line) for line in lines), f"main: {new.partition(',false')[0]}"
    )


def stored(mime: str, wanted: str, part: str, chance: random.Random, number: int) -> Mutant:
    """A digit or a letter of a stored output that a reader sees."""
    notebooks = {path: ipynb.read(path) for path in book.chapters(ROOT)}
    shown = [
        (path, cell["id"], output["data"])
        for path, notebook in notebooks.items()
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if re.search(wanted, "".join(output["data"].get(mime, "")))
    ]
    path, where, data = chance.choice(shown)
    data[mime], change = altered("".join(data[mime]), part, chance)
    change = f"{named(path)}, cell {where}: {change}"
    return Mutant(change, {named(path): dumped(notebooks[path], 1)}, [[named(path)]])


def code(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of the code behind the chapters."""
    modules = [path for folder in CODE for path in files.below(ROOT / folder) if path.suffix == ".py"]
    names = [named(path) for path in modules if path.stem != "__init__"]
    while not (done := swapped(text(name := chance.choice(names)), chance)):
        pass
    # Its examples, the tests that name it, those of its room, the chapters.
    parts = name.removesuffix(".py").split("/")
    room = "bookpress" if name.startswith(f"{ENGINE}/") else parts[0]
    tests = [named(path) for path in files.below(ROOT / "tests") if path.match("test_*.py")]
    near = [one for one in tests if {*parts} <= {*re.findall(r"\w+", text(one))}]
    chapters = [[named(path)] for path in reversed(book.chapters(ROOT))]
    groups = [[name], near, [f"tests/{room}"], *chapters]
    return Mutant(f"{name}, {done[1]}", {name: done[0]}, [group for group in groups if group])


def line(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of a chapter, each chapter in turn; of one without any, its first code cell goes."""
    chapters = book.chapters(ROOT)
    path = chapters[number % len(chapters)]
    notebook = ipynb.read(path)
    cells = [one for one in notebook["cells"] if one["cell_type"] == "code"]
    drawn = ((one, swapped("".join(one["source"]), chance)) for one in chance.sample(cells, len(cells)))
    one, done = next((found for found in drawn if found[1]), (cells[0], ("", "emptied")))
    one["source"] = done[0]
    change = f"{named(path)}, cell {one['id']}, {done[1]}"
    return Mutant(change, {named(path): dumped(notebook, 1)}, [[named(path)]])


def digit(file: str, pattern: str, tests: list[str], chance: random.Random, number: int) -> Mutant:
    """A digit of a part of a file."""
    new, change = altered(text(file), pattern, chance)
    return Mutant(change, {file: new}, [tests])


MAKERS: dict[str, Callable[[random.Random, int], Mutant]] = {
    "cell": partial(cell, False, ""),
    "recorded cell": partial(cell, True, ""),
    "published number": partial(cell, True, "paper/table1"),
    "main choice": main_choice,
    "stored text": partial(stored, "text/plain", r"^(?!Figure|Table)", r"(?s)(.+)"),
    "stored table": partial(stored, "text/html", "<table", r">([^<>]+)<"),
    "stored figure": partial(stored, "image/svg+xml", "<svg", r' d="([^"]+)"'),
    "stored verdict": partial(stored, "text/html", 'class="verdict', r">([^<>]+)<"),
    "code": code,
    "chapter": line,
    "lock": partial(digit, "requirements.txt", r"^[\w.-]+==([\d.]+)(?= \\$)", ["tests/test_lock.py"]),
    "checksum": partial(digit, PACKAGE, r'"hash": "sha256:([0-9a-f]{64})"', DATA_TESTS),
}


def mutant(number: int, seed: int) -> tuple[str, Mutant]:
    """Return the kind and the mutant of a number: kinds take turns, the rest is drawn from the seed."""
    kind = [*MAKERS][number % len(MAKERS)]
    return kind, MAKERS[kind](random.Random(f"{seed}-{number}"), number // len(MAKERS))


def survives(one: Mutant, folder: Path) -> bool:
    """Put a mutant into a copy, run its tests until one fails, and put the copy right again."""
    before = {name: (folder / name).read_bytes() for name in one.files}
    try:
        for name, content in one.files.items():
            (folder / name).write_text(content, encoding="utf-8")
        return all(passes(tests, folder) for tests in one.tests)
    finally:
        for name, content in before.items():
            (folder / name).write_bytes(content)


def passes(tests: list[str], folder: Path, again: bool = True) -> bool:
    """Run tests; if they fail by a timeout, run them once more, because the machine may have been busy."""
    try:
        run([*PYTEST, *tests], folder, PYTHONDONTWRITEBYTECODE="1")
    except Failure as failure:
        if again and LATE.search(str(failure)):
            return passes(tests, folder, again=False)
        return "no tests ran" in str(failure)  # a module without examples
    return True


def mutants(options: Namespace) -> int:
    """Change one thing at a time in copies of the sources, and see whether a test notices.

    Only tests that can see a change are run on it. Returns 1 if a change survived that a reader could see.
    """
    every = [mutant(number, options.seed) for number in range(options.sample)]
    workers = os.cpu_count() or 1

    def work(worker: int) -> list[str]:
        place, mine, survived = copy(options.folder / str(worker)), every[worker::workers], []
        for tests in dict.fromkeys(tuple(tests) for _, one in mine for tests in one.tests):
            if not passes([*tests], place):
                raise Failure(f"tests fail before anything is changed: {' '.join(tests)}")
        for kind, one in mine:
            alive = survives(one, place)
            print(f"{'SURVIVED' if alive else 'caught'}: {kind}: {one.change}", flush=True)
            survived += [kind] * alive
        return survived

    with ThreadPoolExecutor(workers) as pool:
        survived = Counter(kind for found in pool.map(work, range(workers)) for kind in found)
    made = Counter(kind for kind, _ in every)
    print(*(f"{kind:18} {made[kind]:4} made {survived[kind]:4} survived" for kind in made), sep="\n")
    # A recorded cell is caught by every chapter that reads it; where none moves, a reader sees no change.
    return int(any(kind != "recorded cell" for kind in survived))
