"""The mutants: one small change at a time, to data, stored outputs, code or lock, drawn from a seed.

Not made: other hashes in the lock, which set-up itself refuses, and versions that apply to another Python or
system only, which the tests see there.
"""

import io
import json
import random
import re
import tokenize
from dataclasses import dataclass
from hashlib import sha256

from bookpress.edition import book
from lab.twice import ROOT

PACKAGE = "data/datapackage.json"
# What a reader of a chapter or of an exported file sees the work of.
CODE = [
    *(
        f"beltroad/{name}.py"
        for name in ("table1", "economies", "estimates/groups", "estimates/signature", "colours")
    ),
    "beltroad/__main__.py",
    *(f"bookpress/{name}.py" for name in ("tables", "claims", "verdicts", "grid", "exhibits", "printing")),
    "bookpress/provenance/origins.py",
    *(f"bookpress/{name}.py" for name in ("verification", "citation", "command")),
]
CODE_TESTS = [
    ["beltroad", "--doctest-modules"],
    ["bookpress", "--doctest-modules", "--ignore=bookpress/template"],
    ["tests/beltroad", "tests/bookpress/test_claims.py", "tests/bookpress/test_grid.py"],
    [
        "tests/bookpress/test_exhibits.py",
        "tests/bookpress/test_tables.py",
        "tests/recording",
        "tests/test_readme.py",
    ],
    ["tests/bookpress/test_provenance.py", "tests/bookpress/test_citation.py"],
]
DATA_TESTS = ["tests/bookpress/test_tables.py", "tests/recording"]
SWAPS = {
    **{"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="},
    **{"+": "-", "-": "+", "*": "/", "/": "*", "and": "or", "or": "and"},
    **{"True": "False", "False": "True"},
    **{'"above"': '"below"', '"below"': '"above"'},
    **{
        '"variant_1"': '"variant_2"',
        '"variant_2"': '"variant_1"',
        '"mean"': '"median"',
        '"median"': '"mean"',
    },
    **{'"baseline"': '"window"', '"window"': '"baseline"', '"for"': '"against"', '"against"': '"for"'},
}


@dataclass(frozen=True)
class Mutant:
    """One change: new contents of files, told in a line, with the tests that can see it in order of cost."""

    kind: str
    told: str
    files: dict[str, str]
    tests: list[list[str]]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def notebooks() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in book.chapters(ROOT)]


def another(character: str, chance: random.Random) -> str:
    """Return another digit for a digit, another letter for a letter."""
    pool = "0123456789" if character.isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return chance.choice([c for c in pool if c != character.lower()])


def altered(part: str, chance: random.Random) -> str:
    """Return text with one digit changed, or one letter where there is no digit."""
    places = [i for i, c in enumerate(part) if c.isdigit()] or [i for i, c in enumerate(part) if c.isalpha()]  # fmt: skip
    at = chance.choice(places)
    return part[:at] + another(part[at], chance) + part[at + 1 :]


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
        line = lines[row - 1]
        lines[row - 1] = line[:column] + new + line[token.end[1] :]
        try:
            compile("".join(lines), "mutant", "exec")
        except SyntaxError:
            continue
        return "".join(lines), f"line {row}: {token.string} → {new}"
    return None


def readers(file: str) -> list[str]:
    """Return the chapters whose last run read a file; every chapter where that is not known."""
    found = []
    for name in notebooks():
        stored = (ROOT / "_build/.results" / name).with_suffix(".json")
        if not stored.exists() or file in json.loads(stored.read_text())["inputs"]:
            found.append(name)
    return found


def cell(chance: random.Random, number: int, record: bool = False, only: str = "") -> Mutant:  # fmt: skip
    """A cell of a table, each table in turn, with or without recording the table anew."""
    package = json.loads(text(PACKAGE))
    tables = [r for r in package["resources"] if r["path"].startswith(only)]
    table = tables[number % len(tables)]
    file = f"data/{table['path']}"
    lines = text(file).split("\n")
    row = chance.randrange(1, len(lines) - 1)
    spans = [m for m in re.finditer(r"[^,\"]+", lines[row]) if re.search(r"\w", m[0])]
    span = chance.choice(spans)
    new = altered(span[0], chance)
    lines[row] = lines[row][: span.start()] + new + lines[row][span.end() :]
    files = {file: "\n".join(lines)}
    tests = [DATA_TESTS]
    if record:
        content = files[file].encode()
        table["hash"] = f"sha256:{sha256(content).hexdigest()}"
        table["bytes"] = len(content)
        files[PACKAGE] = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
        tests += [[name] for name in readers(file)]
    kind = "published number" if only else "recorded cell" if record else "cell"
    return Mutant(kind, f"{file}, row {row + 1}: {span[0][:40]} → {new[:40]}", files, tests)  # fmt: skip


def recorded_cell(chance: random.Random, number: int) -> Mutant:
    return cell(chance, number, record=True)


def published_number(chance: random.Random, number: int) -> Mutant:
    return cell(chance, number, record=True, only="paper/table1")


def main_choice(chance: random.Random, number: int) -> Mutant:
    """Another choice of an axis becomes the main one, as if the table had been recorded so."""
    package = json.loads(text(PACKAGE))
    table = next(r for r in package["resources"] if r["name"] == "choices")
    file = f"data/{table['path']}"
    lines = text(file).split("\n")
    axes = sorted({line.split(",")[0] for line in lines[1:] if line})
    axis = axes[number % len(axes)]
    rows = [i for i, line in enumerate(lines) if line.startswith(f"{axis},")]
    old = next(i for i in rows if ",true," in lines[i])
    new = chance.choice([i for i in rows if i != old])
    lines[old] = lines[old].replace(",true,", ",false,", 1)
    lines[new] = lines[new].replace(",false,", ",true,", 1)
    content = "\n".join(lines)
    table["hash"] = f"sha256:{sha256(content.encode()).hexdigest()}"
    table["bytes"] = len(content.encode())
    files = {file: content, PACKAGE: json.dumps(package, indent=2, ensure_ascii=False) + "\n"}
    told = f"main choice of {axis}: {lines[new].split(',')[1]}"
    return Mutant("main choice", told, files, [DATA_TESTS, *([name] for name in readers(file))])


def stored(kind: str, mime: str, wanted: str, part: str):
    """Return the maker of mutants of one kind of stored output: a digit or a letter that a reader sees."""

    def make(chance: random.Random, number: int) -> Mutant:
        places = []
        for name in notebooks():
            notebook = json.loads(text(name))
            for at, one in enumerate(notebook["cells"]):
                for out, output in enumerate(one.get("outputs", [])):
                    shown = "".join(output["data"].get(mime, ""))
                    if re.search(wanted, shown):
                        places.append((name, at, out))
        name, at, out = chance.choice(places)
        notebook = json.loads(text(name))
        data = notebook["cells"][at]["outputs"][out]["data"]
        shown = "".join(data[mime])
        spans = [m for m in re.finditer(part, shown) if re.search(r"[0-9A-Za-z]", m[1])]
        span = chance.choice(spans)
        new = altered(span[1], chance)
        data[mime] = shown[: span.start(1)] + new + shown[span.end(1) :]
        changed = next(i for i, (a, b) in enumerate(zip(span[1], new, strict=True)) if a != b)  # fmt: skip
        near = slice(max(0, changed - 10), changed + 10)
        told = f"{name}, cell {notebook['cells'][at]['id']}: {span[1][near]!r} → {new[near]!r}"  # fmt: skip
        files = {name: json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"}
        return Mutant(kind, told, files, [[name]])

    return make


def code(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of the code behind the chapters."""
    while not (done := swapped(text(name := chance.choice(CODE)), chance)):
        pass
    tests = [*CODE_TESTS, *([one] for one in reversed(notebooks()))]
    return Mutant("code", f"{name}, {done[1]}", {name: done[0]}, tests)


def line(chance: random.Random, number: int) -> Mutant:
    """A constant or an operator of a chapter."""
    name = notebooks()[number % len(notebooks())]
    notebook = json.loads(text(name))
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    chance.shuffle(cells)
    for one in cells:
        done = swapped("".join(one["source"]), chance)
        if done:
            one["source"] = done[0]
            files = {name: json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"}
            return Mutant("chapter", f"{name}, cell {one['id']}, {done[1]}", files, [[name]])  # fmt: skip
    # A chapter without constants: a line is dropped.
    one = cells[0]
    lines = "".join(one["source"]).splitlines(keepends=True)
    told = f"{name}, cell {one['id']}: dropped {lines[-1]!r}"
    one["source"] = "".join(lines[:-1])
    return Mutant("chapter", told, {name: json.dumps(notebook, indent=1) + "\n"}, [[name]])  # fmt: skip


def lock(chance: random.Random, number: int) -> Mutant:
    """A version in the lock."""
    content = text("requirements.txt")
    span = chance.choice(list(re.finditer(r"^([\w.-]+)==([\d.]+)(?= \\$)", content, flags=re.M)))
    new = altered(span[2], chance)
    files = {"requirements.txt": content[: span.start(2)] + new + content[span.end(2) :]}
    return Mutant("lock", f"{span[0]} → {new}", files, [["tests/test_lock.py"]])


def checksum(chance: random.Random, number: int) -> Mutant:
    """A digit of a recorded checksum."""
    content = text(PACKAGE)
    span = chance.choice(list(re.finditer(r'"hash": "sha256:([0-9a-f]{64})"', content)))
    new = altered(span[1], chance)
    files = {PACKAGE: content[: span.start(1)] + new + content[span.end(1) :]}
    return Mutant("checksum", f"{span[1][:12]}… changed", files, [DATA_TESTS])


MAKERS = [
    *(cell, recorded_cell, published_number, main_choice),
    stored("stored text", "text/plain", r"^(?!Figure|Table)", r"(?s)(.+)"),
    stored("stored table", "text/html", r"<table", r">([^<>]+)<"),
    stored("stored figure", "image/svg+xml", r"<svg", r' d="([^"]+)"'),
    stored("stored verdict", "text/html", r'class="verdict', r">([^<>]+)<"),
    *(code, line, lock, checksum),
]


def mutant(number: int, seed: int) -> Mutant:
    """Return the mutant of a number: kinds take turns, the rest is drawn from the seed."""
    maker = MAKERS[number % len(MAKERS)]
    return maker(random.Random(f"{seed}-{number}"), number // len(MAKERS))
