"""The rooms and their arrows: the subject may use the engine, never the other way; measuring and recording are leaves."""

import ast

import pytest

from bookpress.edition import book, files
from shared import ROOT

# What the code of each room, and the chapters, may import of the book itself.
ALLOWED = {
    "bookpress": {"bookpress"},
    "beltroad": {"beltroad", "tradefiles", "bookpress"},
    "tradefiles": {"tradefiles", "beltroad", "bookpress"},
    "recording": {"recording", "bookpress"},
    "lab": {"lab", "beltroad", "bookpress"},
}
LINES = 320  # a module that has outgrown this wants to be two


def imports(source: str) -> set[str]:
    """Return the first part of every module that a program imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written from the top, so that they can be read here"
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("room", ALLOWED)
def test_arrows_run_one_way(room):
    modules = [
        path for path in files.below(ROOT / room) if path.suffix == ".py" and "template" not in path.parts
    ]
    assert modules
    for path in modules:
        foreign = imports(path.read_text(encoding="utf-8")) & set(ALLOWED) - ALLOWED[room]
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_no_module_has_outgrown_its_room():
    sizes = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for room in ALLOWED
        for path in files.below(ROOT / room)
        if path.suffix == ".py"
    }
    assert not {name: lines for name, lines in sizes.items() if lines > LINES}


def test_chapters_import_the_subject_and_the_engine_only():
    from bookpress.run import ipynb

    for path in book.chapters(ROOT):
        for source in ipynb.code(ipynb.read(path)):
            assert not imports(source) & {"recording", "lab"}, path.name
