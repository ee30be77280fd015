"""Table 1 from large trade files, against pandas: whole processes with their imports, on files made from a seed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from string import Template

import duckdb
import pycountry

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
        $economies[1 + (hash(n, 'i', $seed) % len($economies))::BIGINT] AS exporter,
        $economies[1 + (hash(n, 'j', $seed) % len($economies))::BIGINT] AS importer
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
    """Write a CSV file, packed if its name ends so; the same seed gives the same rows. Without Australia: other trade."""
    editions = ((row["first_edition"], row["last_edition"], row["hs_code"]) for row in tables.rows("hs-sitc"))
    codes = sorted(code.lstrip("0") for first, last, code in editions if first <= "H4" <= last)
    every = max(rows // (3 * len(codes)), 1) if australia else rows + 1
    others = [
        int(country.numeric) for country in pycountry.countries if country.alpha_3 not in ("AUS", "CHN")
    ]
    given = Template(ROWS).substitute(rows=rows, seed=seed, codes=codes, every=every, economies=others)
    duckdb.execute(f"COPY ({given}) TO '{path}' (FORMAT csv, HEADER)")
    return path


def table1(*files: Path) -> Run:
    """Recompute Table 1 from files."""
    command = ["-m", "beltroad", "table1", "--exporter", "AUS", "--format", "json", "--from", *files]
    return run([sys.executable, *command])


def measure(folder: Path, count: int) -> None:
    """Print what Table 1 costs from a large file against pandas, and from files of up to ten times as many rows.

    One pair is a trial, on a tenth of the rows.
    """
    rows = 10_000_000 if count > 1 else 1_000_000
    folder.mkdir()
    raw, packed = (make(folder / name, rows) for name in ("1.csv", "1.csv.gz"))
    copy = folder / "copy"

    def imported() -> Run:
        return run([sys.executable, "-m", "beltroad", "import", raw, "--to", copy, "--force"])

    def compare(
        name: str, ours: Callable[[], Run], file: Path, block: int, goal: float, memory: float = 0
    ) -> None:
        pairs = in_turns(count, ours, lambda: run([sys.executable, "-c", PLAIN, file, str(block)]))
        for mine, theirs in pairs:
            if ours is not imported and json.loads(mine.printed)["totals"] != json.loads(theirs.printed):
                raise Failure(f"{name}: the answers differ:\n{mine.printed}{theirs.printed}")
        show(name, pairs, goal)
        if memory:
            show(name, pairs, memory, memory=True)

    compare("Table 1, raw : pandas in blocks", lambda: table1(raw), raw, 500_000, 0.5, memory=1.0)
    compare("Table 1, raw : pandas at once", lambda: table1(raw), raw, 0, 0.3, memory=0.2)
    compare("Table 1, gzip : pandas in blocks", lambda: table1(packed), packed, 500_000, 0.5)
    compare("import : pandas in blocks", imported, raw, 500_000, 2.5)
    compare("Table 1, imported : pandas in blocks", lambda: table1(copy), raw, 500_000, 0.15)
    more = [make(folder / f"{seed}.csv", rows, seed, australia=False) for seed in range(2, 11)]
    tenth = make(folder / "0.csv", rows // 10)
    for number, files in ((rows // 10, [tenth]), (rows, [raw]), (10 * rows, [raw, *more])):
        took = table1(*files)
        print(f"{number:13,} rows: {took.seconds:5.1f} s, {took.memory / 1e6:.0f} MB at the peak", flush=True)
