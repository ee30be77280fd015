"""Builds, tests and set-up against the stock tools, in pairs on the same chapters."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lab import large_files, stock
from lab.copies import BUILD, Run, copy, run
from lab.ratios import in_turns, seconds, show

PARTS = ["builds", "tests", "set-up", "files"]


def bench(folder: Path, quick: bool, part: str | None, pairs: int) -> int:
    """Measure builds, tests, set-up and large trade files against the stock tools, and print ratios.

    Both sides of a pair run one after the other, and take turns in being first; the median of the ratios is printed.
    Times depend on the machine and on what else it does; the ratios less so. No test depends on them.
    """
    count = 1 if quick else pairs
    print(f"{f'medians of {count}':52} {'ours':>10} {'against':>10}  ratio")
    measure: dict[str, Callable[[], None]] = {
        "builds": lambda: builds(folder, count),
        "tests": lambda: tests(copy(folder / "tests"), count),
        "set-up": lambda: set_up(copy(folder / "set-up"), count),
        "files": lambda: large_files.measure(folder, count, 1_000_000 if quick else 10_000_000),
    }
    for name in [part] if part else PARTS:
        measure[name]()
    return 0


def builds(folder: Path, count: int) -> None:
    ours, theirs = copy(folder / "ours"), stock.prepare(folder / "stock", runs=True)

    def cold() -> Run:
        shutil.rmtree(ours / "_build", ignore_errors=True)
        return run(BUILD, ours)

    def changed() -> Run:
        touch(sorted((ours / "chapters").glob("*.ipynb"))[0])
        return run(BUILD, ours)

    found = in_turns(count, cold, lambda: run([*stock.JUPYTER_BOOK, "--all", "."], theirs))
    show("cold build : stock jupyter-book build --all", *map(seconds, found), 0.43)
    # Unlike the others not in turns: a cold build must come first.
    rows = [(cold(), run(BUILD, ours), changed()) for _ in range(count)]
    whole, again, one = ([row[place].seconds for row in rows] for place in range(3))
    show("rebuild, nothing changed : cold build", again, whole, 0.05)
    show("rebuild, one chapter changed : cold build", one, whole, 0.4)


def touch(path: Path) -> None:
    """Add a comment to the code of a chapter, so that it must run again."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    cell["source"] = ["".join(cell["source"]) + f"\n# {time.monotonic_ns()}"]
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def tests(folder: Path, count: int) -> None:
    notebooks, pytest = ["index.ipynb", "chapters"], [sys.executable, "-m", "pytest"]
    # Without the engine's plugin, which would lend the other side its kernels.
    plain = [*pytest, "-o", "addopts=", "--noconftest", "--nbval", "--nbval-current-env", *notebooks]
    found = in_turns(count, lambda: run([*pytest, *notebooks], folder), lambda: run(plain, folder))
    show("notebook tests : serial pytest --nbval", *map(seconds, found), 0.42)


def set_up(folder: Path, count: int) -> None:
    def ready() -> Run:
        shutil.rmtree(folder / ".venv", ignore_errors=True)
        return run(["make", ".venv/ready", f"PYTHON={sys.executable}"], folder)

    def pip() -> Run:
        shutil.rmtree(folder / "pip", ignore_errors=True)
        install = f"'{sys.executable}' -m venv pip && pip/bin/python -m pip install -q -r requirements.txt"
        return run(["sh", "-c", install], folder)

    show("set-up : plain pip", *map(seconds, in_turns(count, ready, pip)), 0.15)
