"""The same tests under other seeds: no outcome may hang on the draws."""

import csv
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookpress.claims import ledger
from lab.copies import ROOT, copy, run

SEED = Path("beltroad/estimates/draws.py")
PAPER = Path("data/paper")
# What is compared: a table, the columns that name its rows, and the one that may not change.
TABLES = {"tests.csv": (("claim", "test"), "outcome"), "claims.csv": (("id",), "verdict")}
GRID = ("claim", "cell"), "verdict"  # counted only: a cell may lie as near to the bar as the rule allows


def seeds(options: Namespace) -> int:
    """Judge every claim whose tests draw samples under other seeds, and compare outcomes and verdicts.

    Returns 1 if any differs.
    """
    place = copy(options.folder / "book")
    source = (ROOT / SEED).read_text(encoding="utf-8")
    drawn = {test["claim"] for _, test in ledger.lines(ledger.TESTS) if float(test["error"] or 0)}
    homes = ledger.homes(ROOT)
    chapters = sorted({f"{homes[claim]}.ipynb" for claim in drawn})
    found = 0
    for seed in range(1, options.count + 1):
        changed, times = re.subn(r"(DRAWS, SEED = \S+) \d+", rf"\1 {seed}", source)
        assert times == 1, f"{SEED}: found {times} lines that set the seed, expected one"
        (place / SEED).write_text(changed, encoding="utf-8")
        shutil.copytree(ROOT / PAPER, place / PAPER, dirs_exist_ok=True)
        run([sys.executable, "-m", "bookpress", "judge", *chapters], place)
        moved = [line for name, of in TABLES.items() for line in _moved(name, *of, place / PAPER)]
        cells = len(list(_moved("grid.csv", *GRID, place / PAPER)))
        also = f"{cells} cells of the grid"
        print(
            f"seed {seed}: {len(moved)} outcomes and verdicts moved, {also}", *moved, sep="\n  ", flush=True
        )
        found += len(moved)
    print(
        f"seeds: {len(drawn)} claims with draws under {options.count} other seeds, {found} outcomes and verdicts moved"
    )
    return int(bool(found))


def _moved(name: str, key: Sequence[str], column: str, after: Path) -> Iterator[str]:
    """Say which rows of a table have another outcome."""
    old, new = (
        {tuple(row[one] for one in key): row[column] for row in csv.DictReader(file)}
        for folder in (ROOT / PAPER, after)
        for file in [(folder / name).open(encoding="utf-8")]
    )
    for row, outcome in old.items():
        if outcome != new.get(row):
            yield f"{name}, {' '.join(row)}: {outcome} -> {new.get(row, 'none')}"
