"""The rooms: which may import which, how many modules each has, and what its face names."""

import ast
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from bookpress.edition import book, files
from bookpress.run import ipynb
from shared import ROOT

# Every room may import itself and the rooms before it. A module belongs to the longest name here that it begins with.
ENGINE = [
    "edition",
    "translation",
    "tables",
    "provenance",
    "run",
    "exhibits",
    "claims",
    "verify",
    "publish",
    "content",
    "pages",
    "search",
    "cli",
]
ORDER = [*(f"bookpress.{name}" for name in ENGINE), "bookpress", "beltroad", "tradefiles"]
ORDER += ["beltroad.cli", "beltroad.__main__", "recording", "live", "lab"]
NEVER = {
    "recording": ("beltroad", "tradefiles"),
    "live": ("beltroad", "tradefiles", "recording"),
    "lab": ("recording",),
}  # earlier in the order, and yet not for them
READS_TRADE = "recording.merchandise.baci"  # reads a reader's files as `--from` does
ROOMS = ["bookpress", "beltroad", "tradefiles", "recording", "live", "lab"]
MODULES, ENTRIES = 8, 13  # at most so many modules in a sub-package; modules and sub-packages in a room


def modules(room: str) -> dict[str, Path]:
    """Return the modules of a room by name, packages included."""
    found = {}
    home = book.ENGINE if room == book.ENGINE.name else ROOT / room
    for path in files.below(home):
        if path.suffix == ".py" and not {"template", "jupyter", "installed"} & set(path.parts):
            parts = path.relative_to(home.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULE = {name: path for room in ROOMS for name, path in modules(room).items()}
PACKAGES = [name for name, path in MODULE.items() if path.name == "__init__.py"]


def imports(source: str) -> set[tuple[str, str]]:
    """Return every module of the project that a program imports, wherever it does, and the name taken from it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written from the top, so that they can be read here"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add((inner, "") if inner in MODULE else (node.module, alias.name))
    return {(module, name) for module, name in found if module.partition(".")[0] in ROOMS}


def package(module: str) -> str:
    """Return the package that a module lies in; a package lies in itself."""
    return module if module in PACKAGES else module.rpartition(".")[0]


def room(module: str) -> str:
    """Return the entry of `ORDER` that a module belongs to."""
    return max((name for name in ORDER if f"{module}.".startswith(f"{name}.")), key=len)


@cache
def taken(name: str) -> set[tuple[str, str]]:
    return imports(MODULE[name].read_text(encoding="utf-8"))


def face(name: str) -> tuple[set[str] | None, set[str]]:
    """Return what the `__all__` of a package names, None if it has none, and what the package imports or defines."""
    named, bound = None, set()
    for node in ast.parse(MODULE[name].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            bound |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            if "__all__" in bound and named is None:
                named = set(ast.literal_eval(node.value))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return named, bound


@pytest.mark.parametrize("top", ROOMS)
def test_imports_run_one_way(top):
    faults = [
        f"{name} imports {module}"
        for name in modules(top)
        for module, _ in taken(name)
        if ORDER.index(room(module)) > ORDER.index(room(name))
        or (module.partition(".")[0] in NEVER.get(room(name), ()) and name != READS_TRADE)
    ]
    assert not faults, f"\n{chr(10).join(sorted(faults))}\nexpected this order: {' < '.join(ORDER)}"


def test_every_part_of_the_engine_has_its_place_in_the_order():
    assert {name for name in PACKAGES if name.count(".") == 1 and name.startswith("bookpress.")} <= set(ORDER)


@pytest.mark.parametrize("top", ROOMS)
def test_sub_packages_do_not_import_in_circles(top):
    arrows = defaultdict(set)
    for name in modules(top):
        if (mine := package(name)) != top:
            arrows[mine] |= {
                other for module, _ in taken(name) if (other := package(module)) not in (mine, *ROOMS)
            }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        pytest.fail(f"found a circle: {' imports '.join(reversed(error.args[1]))}")


@pytest.mark.parametrize("top", ROOMS)
def test_faces_name_what_others_take(top):
    """From another package only its modules are imported, or what its `__all__` names."""
    faults = []
    for name in [name for name in PACKAGES if name.startswith(f"{top}.")]:
        named, bound = face(name)
        if named is None:
            faults.append(f"{name} has no __all__")
        else:
            bound |= {module.rpartition(".")[2] for module in MODULE if module.rpartition(".")[0] == name}
            faults += [f"{name}: __all__ names {one}, which is not there" for one in named - bound]
    for name in modules(top):
        for module, one in taken(name):
            if one.startswith("_") and one != "__version__":
                faults.append(f"{name} imports {one} of {module}, which is private")
            elif (
                one
                and module in PACKAGES
                and module != package(name)
                and one not in (face(module)[0] or {one})
            ):
                faults.append(f"{name} imports {one} of {module}, whose __all__ does not name it")
    assert not faults, "\n" + "\n".join(sorted(faults))


@pytest.mark.parametrize("top", ROOMS)
def test_a_room_can_be_seen_at_a_glance(top):
    sizes = {name: 0 for name in PACKAGES if name.partition(".")[0] == top}
    for name in modules(top):
        parent, _, last = name.rpartition(".")
        if parent and not last.startswith("__"):
            sizes[parent] += 1
    most = {name: ENTRIES if name in ROOMS else MODULES for name in sizes if not name.endswith(".cli")}
    faults = [
        f"{name}: found {sizes[name]}, expected {limit} at most"
        for name, limit in most.items()
        if sizes[name] > limit
    ]
    assert not faults, "\n".join(faults)


def test_chapters_import_the_subject_and_the_engine_only():
    for path in book.chapters(ROOT):
        for source in ipynb.code(ipynb.read(path)):
            assert not {module.partition(".")[0] for module, _ in imports(source)} & {
                "recording",
                "live",
                "lab",
            }, path.name
