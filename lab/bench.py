"""Builds, tests and set-up against the stock tools, in pairs on the same chapters; and the times in the README."""

import shutil
import sys
from argparse import Namespace
from pathlib import Path

from lab import large_files, readme, stock
from lab.copies import BUILD, Run, add_comment, copy, run
from lab.ratios import in_turns, show


def bench(options: Namespace) -> int:
    """Measure builds, tests, set-up and large trade files against the stock tools, and print ratios.

    Both sides of a pair run one after the other, and take turns in being first; the median of the ratios is printed.
    Times depend on the machine and on what else it does; the ratios less so. No test depends on them. Those of the README's
    commands are written into it, unless this is a trial.
    """
    heading = "a trial: goals are for large files, three pairs" if options.quick else "medians of three pairs"
    print(f"{heading:52} {'ours':>10} {'against':>10}  ratio", flush=True)
    measured = [name for name in PARTS if name != "readme" or not options.quick]
    for part in [options.part] if options.part else measured:
        PARTS[part](options.folder / part, 1 if options.quick else 3)
    return 0


def builds(folder: Path, count: int) -> None:
    ours, theirs = copy(folder / "ours"), stock.prepare(folder / "stock", runs=True)

    def cold() -> Run:
        shutil.rmtree(ours / "_build", ignore_errors=True)
        return run(BUILD, ours)

    pairs = in_turns(count, cold, lambda: run([*stock.JUPYTER_BOOK, "--all", "."], theirs))
    show("cold build : stock jupyter-book build --all", pairs, 0.43)
    again, one = [], []
    for number in range(count):  # not in turns: a cold build must come first
        whole = cold()
        again.append((run(BUILD, ours), whole))
        add_comment(min((ours / "chapters").glob("*.ipynb")), number)
        one.append((run(BUILD, ours), whole))
    show("rebuild, nothing changed : cold build", again, 0.05)
    show("rebuild, one chapter changed : cold build", one, 0.4)


def tests(folder: Path, count: int) -> None:
    copy(folder)
    notebooks, pytest = ["index.ipynb", "chapters"], [sys.executable, "-m", "pytest"]
    # Without the engine's plugin, which would lend the other side its kernels.
    plain = [*pytest, "-o", "addopts=", "--noconftest", "--nbval", "--nbval-current-env", *notebooks]
    pairs = in_turns(count, lambda: run([*pytest, *notebooks], folder), lambda: run(plain, folder))
    show("notebook tests : serial pytest --nbval", pairs, 0.42)


def set_up(folder: Path, count: int) -> None:
    copy(folder)

    def ready() -> Run:
        shutil.rmtree(folder / ".venv", ignore_errors=True)
        return run(["make", ".venv/ready", f"PYTHON={sys.executable}"], folder)

    def pip() -> Run:
        shutil.rmtree(folder / "pip", ignore_errors=True)
        install = f"'{sys.executable}' -m venv pip && pip/bin/python -m pip install -q -r requirements.txt"
        return run(["sh", "-c", install], folder)

    show("set-up : plain pip", in_turns(count, ready, pip), 0.15)


PARTS = {
    "builds": builds,
    "tests": tests,
    "set-up": set_up,
    "files": large_files.measure,
    "readme": readme.times,
}
