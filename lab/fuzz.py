"""Changed trade files, put to Table 1 and the ranking: no trace, no hang, and no other answer unless the output says why.

Where the changes of a file keep its meaning, the answer must stay. Where they change it, the answer must be what pandas computes
from the changed table; after damage the answer must stay. Then a refusal in one line will do as well, or a note that the
untouched file does not get. What is right is computed here, by no code of `tradefiles`.
Without hypothesis: one to three named changes need no shrinking, and a hang must be met in a process that can be ended.
"""

import contextlib
import csv
import faulthandler
import gzip
import io
import json
import math
import multiprocessing
import os
import random
import re
import resource
import shutil
import struct
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd

from beltroad import correspondence, table1
from beltroad.__main__ import main
from bookpress import tables
from lab import changes
from lab.changes import CHANGED, CHANGES, COLUMNS, KEPT, OPEN, made, plain

SECONDS, MEMORY = 120, 1 << 30  # the most that one file may take
TRACE, LOST, LARGE, LONG = (
    "a trace",
    "no answer in time, or a crash",
    "too much memory",
    "a refusal of several lines",
)
ASIDE, REFUSED, UNSAID = (
    "words beside the answer",
    "a refusal of what means the same",
    "another answer, unsaid",
)
FINDINGS = [TRACE, LOST, LARGE, LONG, ASIDE, REFUSED, UNSAID]
EXPORTERS = {"AUS": "Australia", "DEU": "Germany"}
SPELT = {form: code for code, number in made.NUMBERS.items() for form in (code, number, f"{number}.0")}
SPELT |= {name: code for code, name in EXPORTERS.items()} | {"China": "CHN"}
DIVISIONS = {row["code"]: row["code"] for row in tables.rows("sitc") if len(row["code"]) == 2}
UNITS = {"WITS": 1000, "BACI": 1000}
QUESTIONS = [["table1", "--exporter", "AUS"]] * 4 + [["rank"]]
IMPORTS = {"1", "1.0", "5", "5.0", "m", "import", "imports"}
OTHERS = {"2", "2.0", "3", "4", "6", "x", "export", "exports", "rx", "rm", "dx", "fm"}  # other known flows
FIGURES = re.compile(r"Read as |\d{4}: \d+ codes? sums? to|\d{4}: \S+% of the .* check both|The two sides")
Table = tuple[list[str], list[list[str]]]
Answer = dict[str, dict[str, float]]
"""Exporter to its trade in US dollars: by year and sector, by year, in all."""


class Asked(NamedTuple):
    """What a question printed."""

    status: int
    printed: str
    said: str
    trace: str = ""


class Result(NamedTuple):
    """What came of one file: one of `FINDINGS`, or how all is well."""

    number: int
    came: str
    words: str = ""


def fuzz(options: Namespace) -> int:
    """Put changed trade files to Table 1 and the ranking, and look for traces, hangs and silent other answers.

    Returns 1 if anything was found.
    """
    numbers = range(options.count) if options.only is None else [options.only]
    began, came = time.monotonic(), Counter[str]()
    for done, result in enumerate(results(options.seed, numbers, options.keep), 1):
        came[result.came] += 1
        if result.came in FINDINGS or options.only is not None:
            print(f"seed {options.seed}, file {result.number}: {result.came}: {result.words}", flush=True)
        if done % 100 == 0 and done < len(numbers):
            print(f"{done:,} of {len(numbers):,} files", file=sys.stderr, flush=True)
    found = sum(came[kind] for kind in FINDINGS)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in came.most_common())
    print(f"fuzz: {len(numbers):,} files, {found} findings: {counts}; {time.monotonic() - began:.0f} s")
    return int(bool(found))


def results(seed: int, numbers: Sequence[int], keep: Path | None) -> Iterator[Result]:
    """Yield what comes of files, in the order in which processes are done with them; one that ends gets a successor."""
    left, busy, workers = iter(numbers), {}, []

    def give(worker: Connection) -> None:
        number = next(left, None)
        worker.send(number)
        if number is not None:
            busy[worker] = number

    def begin() -> None:
        here, there = multiprocessing.Pipe()
        workers.append(multiprocessing.Process(target=work, args=(there, seed, keep), daemon=True))
        workers[-1].start()
        there.close()
        give(here)

    for _ in range(min(os.cpu_count() or 1, len(numbers))):
        begin()
    while busy:
        for worker in wait(list(busy)):
            number = busy.pop(worker)
            try:
                yield worker.recv()
                give(worker)
            except EOFError:
                yield Result(number, LOST, f"no answer in {SECONDS} s, or the process ended; see above")
                begin()
    for process in workers:
        process.join()


def work(to: Connection, seed: int, keep: Path | None) -> None:
    """Try the files whose numbers come in; end the process if one takes too long."""
    while (number := to.recv()) is not None:
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        before = _peak()
        result = tried(seed, number, keep)
        faulthandler.cancel_dump_traceback_later()
        if (after := _peak()) > max(before, MEMORY):
            result = Result(number, LARGE, f"{after:,} bytes; {result.words}")
        to.send(result)


def _peak() -> int:
    """Return the most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def tried(seed: int, number: int, keep: Path | None = None) -> Result:
    """Make one file, change it, ask for it, and judge the answer."""
    chance = random.Random(f"{seed} {number}")
    file = changes.base(chance)
    question, names = chance.choice(QUESTIONS), changes.drawn(chance)
    right, meaning = [computed(file.names, file.rows, file.layout)], KEPT
    for name in names:
        meaning, change = CHANGES[name]
        change(file, chance)
        if meaning == CHANGED:
            right = [computed(file.names, file.rows, file.layout)]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = file.write(Path(folder))
        asked = ask(question, path)
        if meaning == OPEN:
            right += [computed(file.names, file.rows, file.layout)]
            right += [computed(*table, file.layout) for table in reread(path.read_bytes(), file.form)]
        untouched = changes.base(random.Random(f"{seed} {number}"))
        came = judged(asked, meaning, right, lambda: ask(question, untouched.write(Path(folder))))
        if keep and came in FINDINGS:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep / f"{seed}-{number}-{path.name}")
    words = f"{' '.join(question)} from {file.layout} as {file.form}: {', '.join(names)}"
    return Result(
        number, came, f"{words}\n  {asked.trace or asked.said.strip() or differences(asked, right[0])}"
    )


def ask(question: Sequence[str], path: Path) -> Asked:
    """Ask a question of a file, in this process."""
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        try:
            status, trace = main([*question, "--format", "json", "--from", str(path)]), ""
        except (Exception, SystemExit):
            status, trace = 1, traceback.format_exc()
    return Asked(status, printed.getvalue(), said.getvalue(), trace)


def judged(asked: Asked, meaning: int, right: Sequence[Answer], untouched: Callable[[], Asked]) -> str:
    """Return which of `FINDINGS` an answer is, or how it is as it should be."""
    if asked.trace or asked.status not in (0, 2):
        return TRACE
    if asked.status == 2:
        if asked.printed or asked.said.count("\n") != 1 or not asked.said.startswith("beltroad: "):
            return LONG
        return REFUSED if meaning == KEPT else "refused"
    if asked.said:
        return ASIDE
    found = answered(asked.printed)
    ranked = "totals" not in json.loads(asked.printed)
    lacking = {exporter for known in right for exporter in known} - found.keys() if ranked else set()
    if not lacking and all(
        any(agree(one, known.get(exporter)) for known in right) for exporter, one in found.items()
    ):
        return "right"
    return "said" if meaning != KEPT and notes(asked) - notes(untouched()) else UNSAID


def answered(printed: str) -> Answer:
    """Return what Table 1 or a ranking in JSON says, in US dollars."""
    content = json.loads(printed)
    if "totals" not in content:
        return {
            code: {"all": row["million US$"] * 1e6}
            for code, row in content["table"].items()
            if code in EXPORTERS
        }
    totals = content["totals"]
    shares = {
        f"{year} {sector}": share / 100 * totals[year]
        for sector, row in content["table"].items()
        for year, share in row.items()
    }
    return {"AUS": totals | shares}


def agree(found: dict[str, float], known: dict[str, float] | None) -> bool:
    """Are these the same dollars? Shares are printed with six decimals."""
    near = 1e-8 * max(found.values()) + 1
    return known is not None and all(
        name in known and math.isclose(value, known[name], rel_tol=1e-9, abs_tol=near)
        for name, value in found.items()
    )


def differences(asked: Asked, right: Answer) -> str:
    """Return what an answer says otherwise than the right one."""
    found = [
        f"{exporter} {name}: {value:,.0f} for {right.get(exporter, {}).get(name, math.nan):,.0f} US$"
        for exporter, one in answered(asked.printed).items()
        for name, value in one.items()
        if not agree({name: value}, right.get(exporter))
    ]
    return "; ".join([*found, *sorted(notes(asked))])


def notes(asked: Asked) -> set[str]:
    """Return what an output says of its file, without numbers, but for the figures that every answer has."""
    said = json.loads(asked.printed)["notes"] if asked.status == 0 else []
    return {re.sub(r"[\d.,]+", "0", note) for note in said if not FIGURES.match(note)}


def computed(names: Sequence[str], rows: Sequence[Sequence[str]], layout: str) -> Answer:
    """Return what a table says of each exporter; nothing of one where that is not clear."""
    keys = [plain(name) for name in names]
    places = {
        role: [keys.index(plain(name)) for name in known if plain(name) in keys]
        for role, known in COLUMNS[layout].items()
    }
    needed = [place for role in places if role != "spare" for place in places[role]]
    clear = all(places[role] for role in places if role != "spare") and all(
        keys.count(keys[place]) == 1 for place in needed
    )
    if not rows or not clear or any(len(row) != len(names) for row in rows):
        return {}
    data = pd.DataFrame({role: [first(row, of) for row in rows] for role, of in places.items() if of})
    flow = data["flow"].str.lower() if "flow" in data else pd.Series("m", data.index)
    data = data[~flow.isin(OTHERS) & data["importer"].map(SPELT).eq("CHN")]
    data = data.assign(
        exporter=data["exporter"].map(SPELT), year=pd.to_numeric(data["year"], errors="coerce")
    )
    data["value"] = pd.to_numeric(data["value"], errors="coerce") * UNITS.get(layout, 1)
    length = data["code"].str.len()
    if layout == "BACI":
        data["code"] = data["code"].str.zfill(6)
    else:
        data = data[length.ne(1) & data["code"].ne("TOTAL")]
    data["sector"] = data["code"].map(sectors(layout == "BACI"))
    data = data[data["year"].isna() | data["year"].between(*table1.YEARS)]
    clear = data["sector"].notna() & data["year"].notna() & data["value"].between(0, 1e300)
    clear &= flow[data.index].isin(IMPORTS) & ~data.duplicated(["exporter", "year", "code"], keep=False)
    found = {}
    for exporter, of in data.groupby("exporter"):
        if exporter in EXPORTERS and clear[of.index].all() and of["year"].nunique() == 3:
            found[exporter] = sums(of)
    return found


def sums(trade: pd.DataFrame) -> dict[str, float]:
    """Return dollars in all, by year, and by year and sector."""
    parts = trade.groupby(["year", "sector"])["value"].sum()
    found = {"all": float(parts.sum())} | {
        f"{year:.0f}": total for year, total in parts.groupby("year").sum().items()
    }
    years = range(table1.YEARS[0], table1.YEARS[1] + 1)
    return found | {
        f"{year} {name}": parts.get((year, name), 0.0) for year in years for name in table1.SECTORS
    }


def first(row: Sequence[str], places: Sequence[int]) -> str | None:
    """Return the first cell in some places of a row that says something."""
    return next((cell for place in places if (cell := row[place].strip()) not in ("", "NA", "nan")), None)


@cache
def sectors(harmonized: bool) -> dict[str, str]:
    """Return the sector of every code: of HS 2012 at six digits, else of SITC at two."""
    # What is not specified is in chapter 99.
    divisions = correspondence.divisions("H4") | {"999999": "93"} if harmonized else DIVISIONS
    return {code: table1.sector_of(division) for code, division in divisions.items()}


def reread(content: bytes, form: str) -> list[Table]:
    """Return the table that is in damaged bytes, if there is one without doubt: text with all its lines, Parquet or Stata."""
    try:
        if form == "parquet":
            with tempfile.NamedTemporaryFile() as file:
                file.write(content)
                file.flush()
                frame = duckdb.read_parquet(file.name).df()
            return [([*frame], frame.map(str).values.tolist())]
        if form == "dta":
            frame = pd.read_stata(io.BytesIO(content))
            return [([*frame], frame.map(str).values.tolist())]
        if form == "csv.gz":
            content = gzip.decompress(content)
        if form == "zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read(archive.namelist()[0])
        if b"\0" in content or not content.endswith((b"\r", b"\n")):
            return []
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
        head = text.partition("\n")[0]
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t", key=head.count), strict=True)
        names, *cells = (row for row in rows if row)
        return [(names, cells)]
    except (
        ValueError,
        OSError,
        struct.error,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        csv.Error,
        duckdb.Error,
        KeyError,
        IndexError,
    ):
        return []
