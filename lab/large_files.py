"""Table 1 from large trade files, against pandas: whole processes with their imports, on files made from a seed."""

import gzip
import json
import shutil
import sys
from pathlib import Path
from string import Template

import duckdb

from bookpress import tables
from lab.copies import Failure, Run, run
from lab.ratios import in_turns, show

# What pandas would do: read, keep, sum by year. In blocks it holds one of them at a time.
PLAIN = """
import json, sys, pandas as pd
types = {"i": "int32", "j": "int32", "k": "str", "v": "float64", "t": "int32"}
read = pd.read_csv(sys.argv[1], dtype=types, usecols=list(types), chunksize=int(sys.argv[2]) or None)
blocks = [read] if sys.argv[2] == "0" else read
kept = pd.concat([block[block["j"].eq(156) & block["i"].eq(36)] for block in blocks])
sums = (kept.groupby("t")["v"].sum() * 1000).round(2)
print(json.dumps({str(year): total for year, total in sums.items()}))
"""
# A file of BACI's shape: year, exporter, importer, product, value, quantity; 0.6 % of the rows are China's imports, as in
# BACI. What Australia sells China, every product once a year, is spread over the whole file, which is the harder case.
ROWS = """
WITH drawn AS (
    SELECT n, n // $every AS item, n % $every = $every - 1 AND n // $every < 3 * len($codes) AS mine,
        4 * (40 + hash(n, 'i', $seed) % 184) AS exporter, 4 * (40 + hash(n, 'j', $seed) % 184) AS importer
    FROM range($rows) AS r(n)
)
SELECT
    2016 + CASE WHEN mine THEN item % 3 ELSE hash(n, 't', $seed) % 3 END AS t,
    CASE WHEN mine THEN 36 ELSE exporter END AS i,
    CASE WHEN mine OR hash(n, 'c', $seed) % 1000 < 6 THEN 156 ELSE importer END AS j,
    $codes[1 + (CASE WHEN mine THEN item // 3 ELSE hash(n, 'k', $seed) % len($codes) END)::BIGINT] AS k,
    format('{:.3f}', exp(hash(n, 'v', $seed) % 12000 / 1000 - 3)) AS v,
    lpad(format('{:.3f}', exp(hash(n, 'q', $seed) % 9000 / 1000 - 3)), 10, ' ') AS q
FROM drawn ORDER BY n
"""


def make(path: Path, rows: int, seed: int = 1, australia: bool = True) -> Path:
    """Write a CSV file of so many rows; the same seed gives the same bytes. Without Australia it holds other trade only."""
    editions = ((row["first_edition"], row["last_edition"], row["hs_code"]) for row in tables.rows("hs-sitc"))
    codes = sorted(code.lstrip("0") for first, last, code in editions if first <= "H4" <= last)
    every = max(rows // (3 * len(codes)), 1) if australia else rows + 1
    given = Template(ROWS).substitute(rows=rows, seed=seed, codes=codes, every=every)
    duckdb.execute(f"COPY ({given}) TO '{path}' (FORMAT csv, HEADER)")
    return path


def ask(*files: Path) -> Run:
    """Recompute Table 1 from files."""
    command = ["-m", "beltroad", "table1", "--exporter", "AUS", "--format", "json", "--from", *files]
    return run([sys.executable, *command])


def pandas(file: Path, block: int) -> Run:
    return run([sys.executable, "-c", PLAIN, file, block])


def measure(folder: Path, count: int, rows: int) -> None:
    """Print what Table 1 costs from a file of so many rows against pandas, and from files of up to ten times as many."""
    raw, packed, copy = make(folder / "1.csv", rows), folder / "1.csv.gz", folder / "copy"
    with raw.open("rb") as stream, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(stream, target, 1 << 20)

    def imported() -> Run:
        force = ["--force"] if copy.exists() else []
        return run([sys.executable, "-m", "beltroad", "import", raw, "--to", copy, *force])

    imported()
    # What is asked, what pandas does instead, and the goals in time and memory.
    for name, ours, file, block, goals in (
        ("Table 1, raw : pandas in blocks", lambda: ask(raw), raw, 500_000, (0.38, 1.0)),
        ("Table 1, raw : pandas at once", lambda: ask(raw), raw, 0, (0.3, 0.2)),
        ("Table 1, gzip : pandas in blocks", lambda: ask(packed), packed, 500_000, (0.55, None)),
        ("import : pandas in blocks", imported, raw, 500_000, (1.5, None)),
        ("Table 1, imported : pandas in blocks", lambda: ask(copy), raw, 500_000, (0.1, None)),
    ):
        mine, theirs = in_turns(count, ours, lambda file=file, block=block: pandas(file, block))
        for a, b in zip(mine, theirs, strict=True):
            if ours is not imported and json.loads(a.printed)["totals"] != json.loads(b.printed):
                raise Failure(f"{name}: the answers differ:\n{a.printed}{b.printed}")
        for place, (unit, size) in enumerate((("s", 1), ("MB", 1e6))):
            sides = ([one[place] / size for one in side] for side in (mine, theirs))
            show(name, *sides, goals[place], unit)
    more = [make(folder / f"{seed}.csv", rows, seed, australia=False) for seed in range(2, 11)]
    for number, files in (
        (rows // 10, [make(folder / "0.csv", rows // 10)]),
        (rows, [raw]),
        (10 * rows, [raw, *more]),
    ):
        took = ask(*files)
        print(f"{number:13,} rows: {took.seconds:5.1f} s, {took.memory / 1e6:.0f} MB at the peak", flush=True)
