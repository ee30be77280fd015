"""Measure builds, tests and set-up against the stock tools, in pairs on the same chapters, and print ratios.

python -m lab.bench [--part NAME] [--quick] [--pairs N]

Every pair runs both sides one after the other, in turns first; what is printed is the median of the ratios.
Times depend on the machine and on what else it does; the ratios less so. No test depends on them.
--part measures one part: builds, tests, set-up, groupings, files or growth; --quick runs one pair of each, of smaller files, no calibration and no growth.
The searches of groupings have no stock tool to compare with: they are timed once, against seconds. Exit status: 0 measured, 2 a command failed.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from bookpress.cli.new import new
from lab.files import ROWS, files
from lab.twice import ROOT, copy

PARTS = ["builds", "tests", "set-up", "groupings", "files", "growth"]
BIN = Path(sys.executable).parent
PLAIN = "[bookpress.pages.gallery, bookpress.pages.metadata, bookpress.pages.look]"


def timed(command: Sequence, folder: Path, **settings: str) -> float:
    """Run a command and return its seconds; end the program if it fails."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"} | settings
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        print(f"{done.stdout[-2000:]}{done.stderr[-2000:]}\nbench: {command} failed", file=sys.stderr)  # fmt: skip
        sys.exit(2)
    return seconds


def stock(folder: Path) -> Path:
    """Turn a copy into one that Jupyter Book runs by itself: the same book without the edition's runner."""
    config = folder / "_config.yml"
    text = config.read_text(encoding="utf-8")
    for ours, theirs in (
        ('execute_notebooks: "off"', "execute_notebooks: force"),
        ("[bookpress.pages]", PLAIN),
    ):
        assert ours in text
        text = text.replace(ours, theirs)
    config.write_text(text, encoding="utf-8")
    return folder


def touch(folder: Path) -> None:
    """Change the code of one chapter, to nothing that shows."""
    path = sorted((folder / "chapters").glob("*.ipynb"))[0]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    cell["source"] = ["".join(cell["source"]) + f"\n# {time.monotonic_ns()}"]
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def pairs(count: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float, float]:
    """Return the medians of our seconds, of theirs and of the ratios of pairs run in turns."""
    rows = []
    for number in range(count):
        first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
        one, two = first(), second()
        rows.append((one, two) if number % 2 == 0 else (two, one))
    return (median(a for a, _ in rows), median(b for _, b in rows), median(a / b for a, b in rows))


def show(name: str, figures: tuple[float, float, float], goal: float) -> None:
    ours, theirs, ratio = figures
    met = "met" if ratio <= goal else "missed"
    print(f"{name:52} {ours:7.1f} s {theirs:7.1f} s {ratio:6.2f} (goal {goal}: {met})", flush=True)  # fmt: skip


def builds(folder: Path, count: int) -> None:
    ours, theirs = copy(folder / "ours"), stock(copy(folder / "stock"))
    book = [sys.executable, "-m", "bookpress", "build"]

    def cold() -> float:
        shutil.rmtree(ours / "_build", ignore_errors=True)
        return timed(book, ours)

    def changed() -> float:
        touch(ours)
        return timed(book, ours)

    def plain() -> float:
        return timed([BIN / "jupyter-book", "build", "--all", "."], theirs)

    show("cold build : stock jupyter-book build --all", pairs(count, cold, plain), 0.36)
    cold()
    # Unlike the others not in turns: a cold build must come first.
    rows = [(timed(book, ours), changed(), cold()) for _ in range(count)]
    for column, (name, goal) in enumerate({"nothing changed": 0.05, "one chapter changed": 0.33}.items()):
        figures = [median(row[column] for row in rows), median(row[2] for row in rows)]
        ratio = median(row[column] / row[2] for row in rows)
        show(f"rebuild, {name} : cold build", (*figures, ratio), goal)


def tests(folder: Path, count: int) -> None:
    copy(folder)
    notebooks = ["index.ipynb", "chapters"]
    pytest = [sys.executable, "-m", "pytest"]
    # Without the engine's plugin, which would lend the other side its kernels.
    plain = [*pytest, "-o", "addopts=", "--noconftest", "--nbval", "--nbval-current-env", *notebooks]
    figures = pairs(count, lambda: timed([*pytest, *notebooks], folder), lambda: timed(plain, folder))
    show("notebook tests : serial pytest --nbval", figures, 0.4)


def set_up(folder: Path, count: int) -> None:
    copy(folder)

    def ready() -> float:
        shutil.rmtree(folder / ".venv", ignore_errors=True)
        return timed(["make", ".venv/ready", f"PYTHON={sys.executable}"], folder)

    def pip() -> float:
        shutil.rmtree(folder / "pip", ignore_errors=True)
        install = ["pip/bin/python", "-m", "pip", "install", "-q", "-r"]
        return timed([sys.executable, "-m", "venv", "pip"], folder) + timed(
            [*install, "requirements.txt"], folder
        )

    show("set-up : plain pip", pairs(count, ready, pip), 0.15)


def searches(folder: Path, count: int, quick: bool) -> None:
    """Print what the searches of groupings cost, once each."""
    command = [sys.executable, "-m", "lab.searches", *(["--quick"] if quick else [])]
    if subprocess.run(command, cwd=ROOT).returncode:
        print("bench: the searches of groupings failed", file=sys.stderr)
        sys.exit(2)


def grown(folder: Path, chapters: int) -> Path:
    """Write a synthetic book: the template's chapter again and again, each with exhibits of its own."""
    new(folder, f"A book of {chapters} chapters")
    chapter = (folder / "chapters/1-periods.ipynb").read_text(encoding="utf-8")
    # Only the first one decides the claim: a ledger holds each claim once.
    others = json.loads(chapter)
    others["cells"] = [c for c in others["cells"] if c["id"] not in ("announce", "harmony")]
    text = json.dumps(others)
    lines = ["format: jb-book", "root: index", "chapters:", "  - file: chapters/1-periods"]
    for number in range(1, chapters - 1):
        mine = text.replace('\\"1\\"', f'\\"S{number}\\"')
        (folder / f"chapters/s{number}.ipynb").write_text(mine, encoding="utf-8")
        lines.append(f"  - file: chapters/s{number}")
    (folder / "_toc.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def peak(command: Sequence, folder: Path) -> tuple[float, int]:
    """Run a command; return its seconds and the most memory that it and all it started held at once, in bytes."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    start, most = time.perf_counter(), 0
    with tempfile.TemporaryFile() as output:
        process = psutil.Popen(command, cwd=folder, env=env, stdout=output, stderr=output)
        while process.poll() is None:
            held = 0
            for one in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    held += one.memory_full_info().pss  # what forked kernels share counts once
            most = max(most, held)
            time.sleep(0.2)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{output.read()[-2000:].decode()}\nbench: {command} failed")
    return time.perf_counter() - start, most


def growth(folder: Path, count: int) -> None:
    """Print what synthetic books of 10, 40 and 160 chapters cost, once each."""
    build = [sys.executable, "-m", "bookpress", "build"]
    for number in (10, 40, 160):
        made = grown(folder / str(number), number)
        cold, most = peak(build, made)
        (made / "_build/book.json").unlink()
        again, _ = peak(build, made)
        print(
            f"{number:3} chapters: cold {cold:5.1f} s, {cold / number:.2f} s each; pages alone {again:5.1f} s, "
            f"{again / number:.2f} s each; {most / 1e6:.0f} MB at the peak",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one pair, no calibration, no growth")
    parser.add_argument("--part", choices=PARTS, help="measure only this")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of each (default 3)")
    options = parser.parse_args()
    if options.pairs < 1:
        parser.error(f"--pairs: found {options.pairs}, expected 1 or more")
    count = 1 if options.quick else options.pairs
    parts = [options.part] if options.part else PARTS[:-1] if options.quick else PARTS
    measure = {
        "builds": builds,
        "tests": tests,
        "set-up": set_up,
        "groupings": partial(searches, quick=options.quick),
        "files": lambda folder, count: files(folder, count, 1_000_000 if options.quick else ROWS),
        "growth": growth,
    }
    print(f"{f'medians of {count}':52} {'ours':>9} {'against':>9}  ratio")
    for part in parts:
        with tempfile.TemporaryDirectory() as name:
            measure[part](Path(name), count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
