"""Table 1 from large trade files, against pandas: whole processes with their imports, on files made from a seed.

The files have BACI's shape: year, exporter, importer, product, value, quantity, 0.6 % of the rows China's imports.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import psutil

from bookpress import tables
from lab.twice import ROOT

SEED = 20_180_101
ROWS = 10_000_000
BLOCK = 1_000_000
SHARE = 0.006  # of the rows that are China's imports: that of BACI
YEARS = (2016, 2017, 2018)
CHINA, AUSTRALIA = 156, 36

# What pandas would do: read, keep, sum by year and product. In blocks it holds one of them at a time.
PLAIN = """
import json, sys, pandas as pd
types = {"i": "int32", "j": "int32", "k": "str", "v": "float64", "t": "int32"}
read = pd.read_csv(sys.argv[1], dtype=types, usecols=list(types), chunksize=int(sys.argv[2]) or None)
blocks = [read] if sys.argv[2] == "0" else read
kept = pd.concat([block[block["j"].eq(156) & block["i"].eq(36)] for block in blocks])
sums = (kept.groupby("t")["v"].sum() * 1000).round(2)
print(json.dumps({str(year): total for year, total in sums.items()}))
"""
# The least that the engine costs: the same question without a line of ours.
BARE = """
import duckdb, json, sys
columns = ", ".join(f"'{name}': 'VARCHAR'" for name in "tijkvq")
scan = f"read_csv('{sys.argv[1]}', columns={{{columns}}}, auto_detect=false, header=true, buffer_size=4000000)"
wanted = "SELECT t, k, sum(CAST(v AS DOUBLE) * 1000) FROM " + scan + " WHERE j = '156' AND i = '36' GROUP BY t, k"
engine = duckdb.connect(config={"memory_limit": "400MB", "preserve_insertion_order": False})
engine.execute("SET enable_progress_bar = false")
rows = engine.execute(wanted).fetchall()
print(json.dumps({year: round(sum(v for t, _, v in rows if t == year), 2) for year in sorted({row[0] for row in rows})}))
"""
# The question alone, asked of a copy in a process that has imported everything.
ALONE = """
import json, sys, time
from pathlib import Path
from tradefiles import asking
from tradefiles.flows import Wanted
with asking.opened([Path(sys.argv[1])]) as files:
    files.flow("AUS", "CHN", Wanted(years=(2016, 2018)))
    start = time.perf_counter()
    flow = files.flow("AUS", "CHN", Wanted(years=(2016, 2018)))
    took = time.perf_counter() - start
print(json.dumps({"seconds": took}))
"""


def make(path: Path, rows: int, seed: int = SEED, australia: bool = True) -> Path:
    """Write a file of BACI's shape.

    Parameters
    ----------
    path : Path
        A ``.csv``.
    rows : int
        Rows beside the header.
    seed : int
        The same seed gives the same bytes.
    australia : bool
        Does it hold what Australia sells China: every product once a year, as in BACI?
    """
    draw = np.random.default_rng(seed)
    with_edition = (
        row for row in tables.rows("hs-sitc") if row["first_edition"] <= "H4" <= row["last_edition"]
    )
    names = np.array(sorted(row["hs_code"].lstrip("0") for row in with_edition), dtype=object)
    economies = np.array([code for code in range(4, 895, 4) if code not in (CHINA, AUSTRALIA)])
    mine = [(year, name) for year in YEARS for name in names] if australia else []
    connection = duckdb.connect(config={"threads": 1})
    with path.open("w", encoding="utf-8") as stream:
        stream.write("t,i,j,k,v,q\n")
    part = path.with_suffix(".part")
    for start in range(0, rows, BLOCK):
        count = min(BLOCK, rows - start)
        columns = {
            "t": draw.choice(YEARS, count),
            "i": draw.choice(economies, count),
            "j": np.where(draw.random(count) < SHARE, CHINA, draw.choice(economies, count)),
            "k": names[draw.integers(0, len(names), count)],
            "v": draw.lognormal(3, 3, count).round(3),
            "q": draw.lognormal(2, 3, count).round(3),
        }
        # Spread over the whole file, as rows of a year and an exporter are not, which is the harder case.
        here = mine[start // BLOCK :: max(rows // BLOCK, 1)][:count]
        for place, (year, name) in zip(draw.permutation(count), here, strict=False):
            columns["t"][place], columns["k"][place] = year, name
            columns["i"][place], columns["j"][place] = AUSTRALIA, CHINA
        connection.register("block", columns)
        # Values as BACI prints them, quantities padded with blanks.
        padded = ["format('{:.3f}', v) AS v", "lpad(format('{:.3f}', q), 10, ' ') AS q"]
        listed = f"SELECT t, i, j, k, {', '.join(padded)} FROM block"
        connection.execute(f"COPY ({listed}) TO '{part}' (FORMAT csv, HEADER false)")
        with path.open("ab") as stream, part.open("rb") as written:
            shutil.copyfileobj(written, stream, 1 << 20)
    part.unlink()
    return path


def run(command: list[object]) -> tuple[float, int, str]:
    """Run a process; return its seconds, the most memory that it held (bytes), and what it printed."""
    # Bytecode is kept, as it is where packages are installed: neither side is to compile what it imports.
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    start, most = time.perf_counter(), 0
    process = psutil.Popen([sys.executable, *map(str, command)], env=env, stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        try:
            most = max(most, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.01)
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        print(f"bench: {command} failed", file=sys.stderr)
        sys.exit(2)
    return seconds, most, printed


def ask(*files: Path) -> list[object]:
    """Return the command that recomputes Table 1."""
    return ["-m", "beltroad", "table1", "--exporter", "AUS", "--format", "json", "--from", *files]


def against(
    name: str,
    ours: list[object],
    theirs: list[object],
    count: int,
    goals: tuple[float | None, float | None] = (None, None),
) -> None:
    """Run two processes in turns; print the medians of their ratios in time and memory, and whether they agree."""
    rows = []
    for number in range(count):
        first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
        one, two = run(first), run(second)
        rows.append((one, two) if number % 2 == 0 else (two, one))
    for a, b in rows:
        told = json.loads(a[2]) if a[2].startswith("{") else {}
        if told and told.get("totals", told) != json.loads(b[2]):
            print(f"bench: {name}: the answers differ", file=sys.stderr)
            sys.exit(2)
    for what, place, unit, goal in (("s", 0, 1, goals[0]), ("MB", 1, 1e6, goals[1])):
        ratio = median(a[place] / b[place] for a, b in rows)
        here, there = (median(row[side][place] for row in rows) / unit for side in (0, 1))
        told = "" if goal is None else f" (goal {goal}: {'met' if ratio <= goal else 'missed'})"
        print(f"{name:52} {here:7.1f} {what:2} {there:7.1f} {what:2} {ratio:6.2f}{told}", flush=True)


def files(folder: Path, count: int, rows: int = ROWS) -> None:
    """Print what Table 1 costs from files of 10 million rows against pandas, and of 1, 10 and 100 million."""
    os.environ.setdefault("BOOKPRESS_BOOK", str(ROOT))
    raw = make(folder / "10.csv", rows)
    packed = folder / "10.csv.gz"
    with raw.open("rb") as stream, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(stream, target, 1 << 20)
    chunks, plain = ["-c", PLAIN, raw, 500_000], ["-c", PLAIN, raw, 0]
    against("Table 1, raw : pandas in chunks", ask(raw), chunks, count, (0.38, 1.0))
    against("the engine alone, raw : pandas in chunks", ["-c", BARE, raw], chunks, count)
    against("Table 1, raw : plain pandas", ask(raw), plain, count, (0.3, 0.2))
    against(
        "Table 1, gzip : pandas in chunks", ask(packed), ["-c", PLAIN, packed, 500_000], count, (0.55, None)
    )
    copy = folder / "copy"
    importing = ["-m", "beltroad", "import", raw, "--to", copy, *(["--force"] if copy.exists() else [])]
    run(importing)
    against("import : pandas in chunks", [*importing, "--force"], chunks, count, (1.5, None))
    against("Table 1, copy : pandas in chunks", ask(copy), chunks, count, (0.1, None))
    alone = [json.loads(run(["-c", ALONE, copy])[2])["seconds"] / run(chunks)[0] for _ in range(count)]
    told = "met" if median(alone) <= 0.04 else "missed"
    print(
        f"{'Table 1, copy, the question alone : pandas in chunks':52} {median(alone):28.3f} (goal 0.04: {told})",
        flush=True,
    )
    more = [make(folder / f"{number}0.csv", rows, SEED + number, australia=False) for number in range(2, 11)]
    small = make(folder / "1.csv", rows // 10)
    for number, named in ((rows // 10, [small]), (rows, [raw]), (10 * rows, [raw, *more])):
        seconds, most, _ = run(ask(*named))
        print(f"{number:13,} rows: {seconds:5.1f} s, {most / 1e6:.0f} MB at the peak", flush=True)
