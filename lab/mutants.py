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
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bookpress.edition import book, files
from lab.copies import ROOT, Failure, copy, run

PACKAGE = "data/datapackage.json"
# What a reader of a chapter or of an exported file sees the work of.
CODE = [
    "beltroad",
    *(f"bookpress/{name}" for name in ("tables", "claims", "exhibits", "provenance", "verify")),
]
DATA_TESTS = ["tests/bookpress/test_tables.py", "tests/recording"]
PAIRS = ("< >=", "> <=", "== !=", "+ -", "* /", "and or", "True False", '"above" "below"', '"for" "against"')
PAIRS += ('"variant_1" "variant_2"', '"mean" "median"', '"baseline" "window"')
SWAPS = {old: new for pair in map(str.split, PAIRS) for old, new in (pair, pair[::-1])}
LATE = re.compile(r"Timeout|timed out|establish IOPub")
OPTIONS = "--nbval --nbval-current-env --nbval-cell-timeout=120 -p no:cacheprovider -p no:xdist -x -q --doctest-modules"
PYTEST = [sys.executable, "-m", "pytest", "-o", f"addopts={OPTIONS}"]


@dataclass(frozen=True)
class Mutant:
    """One change: what it is, the new contents of files, and the tests that can see it, the cheapest first."""

    kind: str
    change: str
    files: dict[str, str]
    tests: list[list[str]]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def notebooks() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in book.chapters(ROOT)]


def dumped(notebook: dict) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def altered(content: str, span: re.Match, chance: random.Random, group: int = 1) -> tuple[str, str]:
    """Return a text with one digit of a part changed, or one letter where it has no digit; and what was changed."""
    part, start = span[group], span.start(group)
    places = [i for i, c in enumerate(part) if c.isdigit()] or [i for i, c in enumerate(part) if c.isalpha()]
    at = chance.choice(places)
    pool = "0123456789" if part[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    new = part[:at] + chance.choice([c for c in pool if c != part[at].lower()]) + part[at + 1 :]
    near = slice(max(0, at - 15), at + 15)
    return content[:start] + new + content[start + len(part) :], f"{part[near]!r} → {new[near]!r}"


def swapped(source: str, chance: random.Random) -> tuple[str, str] | None:
    """Return source with one constant or operator changed, and the change; None if there is none."""
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


def readers(file: str) -> Iterator[list[str]]:
    """Yield the chapters whose last run read a file; every chapter where that is not known."""
    for name in notebooks():
        stored = (ROOT / "_build/.results" / name).with_suffix(".json")
        if not stored.exists() or file in json.loads(stored.read_text())["inputs"]:
            yield [name]


def recorded(file: str, content: str) -> dict[str, str]:
    """Return a changed table with its description, as if it had been recorded so."""
    package = json.loads(text(PACKAGE))
    table = next(one for one in package["resources"] if f"data/{one['path']}" == file)
    table["hash"], table["bytes"] = f"sha256:{book.sha256(content.encode())}", len(content.encode())
    return {file: content, PACKAGE: json.dumps(package, indent=2, ensure_ascii=False) + "\n"}


def cell(kind: str, only: str, chance: random.Random, number: int) -> Mutant:
    """A cell of a table, each table in turn; with the table recorded anew, unless the kind is a plain cell."""
    tables = [one["path"] for one in json.loads(text(PACKAGE))["resources"] if one["path"].startswith(only)]
    file = f"data/{tables[number % len(tables)]}"
    lines = text(file).split("\n")
    row = chance.randrange(1, len(lines) - 1)
    span = chance.choice([m for m in re.finditer(r"[^,\"]+", lines[row]) if re.search(r"\w", m[0])])
    lines[row], change = altered(lines[row], span, chance, 0)
    content, told = "\n".join(lines), f"{file}, row {row + 1}: {change}"
    if kind == "cell":
        return Mutant(kind, told, {file: content}, [DATA_TESTS])
    return Mutant(kind, told, recorded(file, content), [DATA_TESTS, *readers(file)])


def main_choice(chance: random.Random, number: int) -> Mutant:
    """Another choice of an axis becomes the main one, as if the table had been recorded so."""
    file = "data/paper/choices.csv"
    lines = text(file).split("\n")
    axes = sorted({line.split(",")[0] for line in lines[1:] if line})
    axis = axes[number % len(axes)]
    rows = [i for i, line in enumerate(lines) if line.startswith(f"{axis},")]
    old = next(i for i in rows if ",true," in lines[i])
    new = chance.choice([i for i in rows if i != old])
    lines[old] = lines[old].replace(",true,", ",false,", 1)
    lines[new] = lines[new].replace(",false,", ",true,", 1)
    tests = [DATA_TESTS, *readers(file)]
    return Mutant(
        "main choice", f"{axis}: {lines[new].split(',')[1]}", recorded(file, "\n".join(lines)), tests
    )


def stored(kind: str, mime: str, wanted: str, part: str, chance: random.Random, number: int) -> Mutant:
    """A digit or a letter of one kind of stored output that a reader sees."""
    places = []
    for name in notebooks():
        for at, one in enumerate(json.loads(text(name))["cells"]):
            for out, output in enumerate(one.get("outputs", [])):
                if re.search(wanted, "".join(output["data"].get(mime, ""))):
                    places.append((name, at, out))
    name, at, out = chance.choice(places)
    notebook = json.loads(text(name))
    data = notebook["cells"][at]["outputs"][out]["data"]
    shown = "".join(data[mime])
    span = chance.choice([m for m in re.finditer(part, shown) if re.search(r"[0-9A-Za-z]", m[1])])
    data[mime], change = altered(shown, span, chance)
    told = f"{name}, cell {notebook['cells'][at]['id']}: {change}"
    return Mutant(kind, told, {name: dumped(notebook)}, [[name]])


def code(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of the code behind the chapters."""
    names = [path.relative_to(ROOT).as_posix() for folder in CODE for path in files.below(ROOT / folder)]
    names = [name for name in names if name.endswith(".py") and not name.endswith("__init__.py")]
    while not (done := swapped(text(name := chance.choice(names)), chance)):
        pass
    tests = [[name], tests_of(name), *([one] for one in reversed(notebooks()))]
    return Mutant("code", f"{name}, {done[1]}", {name: done[0]}, [one for one in tests if one])


def tests_of(name: str) -> list[str]:
    """Return the test files that name a module and its package; where none names the module, those of the package."""
    *package, module = name.removesuffix(".py").split("/")
    found = [path.relative_to(ROOT).as_posix() for path in files.below(ROOT / "tests")]
    words = {one: set(re.findall(r"\w+", text(one))) for one in found if re.search(r"/test_\w+\.py$", one)}
    near = [one for one in words if words[one] >= set(package)]
    return [one for one in near if module in words[one]] or near


def line(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of a chapter, each chapter in turn; of one without any, its first code cell goes."""
    name = notebooks()[number % len(notebooks())]
    notebook = json.loads(text(name))
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    for one in chance.sample(cells, len(cells)):
        if done := swapped("".join(one["source"]), chance):
            break
    else:
        one, done = cells[0], ("", "emptied")
    one["source"] = done[0]
    return Mutant("chapter", f"{name}, cell {one['id']}, {done[1]}", {name: dumped(notebook)}, [[name]])


def matched(
    kind: str, file: str, pattern: str, tests: list[str], chance: random.Random, number: int
) -> Mutant:
    """A digit of a part of a file."""
    content = text(file)
    span = chance.choice([*re.finditer(pattern, content, flags=re.M)])
    new, change = altered(content, span, chance)
    return Mutant(kind, f"{span[0][:40]}: {change}", {file: new}, [tests])


MAKERS: list[Callable[[random.Random, int], Mutant]] = [
    partial(cell, "cell", ""),
    partial(cell, "recorded cell", ""),
    partial(cell, "published number", "paper/table1"),
    main_choice,
    partial(stored, "stored text", "text/plain", r"^(?!Figure|Table)", r"(?s)(.+)"),
    partial(stored, "stored table", "text/html", r"<table", r">([^<>]+)<"),
    partial(stored, "stored figure", "image/svg+xml", r"<svg", r' d="([^"]+)"'),
    partial(stored, "stored verdict", "text/html", r'class="verdict', r">([^<>]+)<"),
    *(code, line),
    partial(matched, "lock", "requirements.txt", r"^[\w.-]+==([\d.]+)(?= \\$)", ["tests/test_lock.py"]),
    partial(matched, "checksum", PACKAGE, r'"hash": "sha256:([0-9a-f]{64})"', DATA_TESTS),
]


def mutant(number: int, seed: int) -> Mutant:
    """Return the mutant of a number: kinds take turns, the rest is drawn from the seed."""
    maker = MAKERS[number % len(MAKERS)]
    return maker(random.Random(f"{seed}-{number}"), number // len(MAKERS))


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


def passes(tests: list[str], folder: Path) -> bool:
    """Run tests; if they fail by a timeout, run them once more, because the machine may have been busy."""
    for again in (True, False):
        try:
            run([*PYTEST, *tests], folder, PYTHONDONTWRITEBYTECODE="1")
        except Failure as failure:
            if again and LATE.search(str(failure)):
                continue
            return "no tests ran" in str(failure)  # a module without examples
        return True
    return False


def mutants(folder: Path, sample: int, seed: int) -> int:
    """Change one thing at a time in copies of the sources, and see whether a test notices.

    Only tests that can see a change are run on it. Returns 1 if a change survived that a reader could see.
    """
    every = [mutant(number, seed) for number in range(sample)]
    workers = os.cpu_count() or 1

    def work(worker: int) -> list[Mutant]:
        place, mine, survived = copy(folder / str(worker)), every[worker::workers], []
        for tests in dict.fromkeys(tuple(tests) for one in mine for tests in one.tests):
            if not passes([*tests], place):
                raise Failure(f"tests fail before anything is changed: {' '.join(tests)}")
        for one in mine:
            alive = survives(one, place)
            print(f"{'SURVIVED' if alive else 'caught'}: {one.kind}: {one.change}", flush=True)
            survived += [one] * alive
        return survived

    with ThreadPoolExecutor(workers) as pool:
        survived = [one for found in pool.map(work, range(workers)) for one in found]
    made, alive = (Counter(one.kind for one in kinds) for kinds in (every, survived))
    print(*(f"{kind:18} {made[kind]:4} made {alive[kind]:4} survived" for kind in sorted(made)), sep="\n")
    # A recorded cell is caught by every chapter that reads it; where none moves, a reader sees no change.
    return int(any(one.kind != "recorded cell" for one in survived))
