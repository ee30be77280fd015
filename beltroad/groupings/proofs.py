"""The proofs that are too slow for a chapter: solved anew and compared with data/derived/, or recorded there.

Checksums of the programs are recorded with them, so that a chapter can tell when they are out of date. Programs give up after a number of nodes, never of seconds: every machine gets the same answer.
"""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from beltroad import groupings, table1
from beltroad.groupings import AS_PRINTED, PROVED, Limits, Program
from beltroad.table1 import ROWS, printed
from bookpress import tables
from bookpress.edition import book

FLOWS = {"composition": "import", "reverse": "export"}  # as China reports them
RECONCILED = "reconciled"  # what an exporter sells to China where only BACI is at hand
STARTS = ["wto", "unctad", "isic"]
WITHIN = [5.0, 2.0, 1.0]
TARGETS, SEED = 200, 2016
LIMITS = Limits(nodes=20_000)
Row = dict[str, Any]
CLOSE = 0.05  # points from the optimum at which more moves gain nothing that shows


@cache
def exporters() -> list[str]:
    """Return the exporters whose trade both ways is at hand by SITC, as ISO3 codes."""
    return [code for code, table in table1.exporters().items() if table == table1.MAIN]


@cache
def readings() -> dict[str, list[str]]:
    """Return the readings in which the nearest grouping of each exporter is proved, by ISO3 code."""
    asked = {table1.MAIN: [*FLOWS], table1.EVERY: [RECONCILED]}
    return {code: asked[table] for code, table in table1.exporters().items() if table in asked}


@cache
def goods(
    exporter: str,
    reading: str = "composition",
    level: str = "division",
    years: tuple[int, int] = table1.YEARS,
) -> pd.DataFrame:
    """Return the shares of every code in the trade that a reading is about, as `groupings.by_code` does.

    The readings ``"composition"`` and `RECONCILED` are about what the exporter sells to China, ``"reverse"`` about what it buys.
    """
    return groupings.by_code(table1.rows(exporter, years, FLOWS.get(reading, "import")), level)


def program(exporter: str, reading: str = "composition", start: str = "wto") -> Program:
    """Return all groupings of divisions of an exporter, compared with Table 1, with moves counted from a definition."""
    codes = goods(exporter, reading)
    return Program(codes, printed(), groupings.of_definition(codes.index, start))


def nearest(exporter: str) -> list[Row]:
    """Return the nearest grouping of divisions in each of its `readings`: rows of table ``nearest-groupings``."""
    rows = []
    for reading in readings()[exporter]:
        answer = program(exporter, reading).nearest(limits=LIMITS)
        assert answer.grouping is not None
        grouping = answer.grouping.sort_index()
        classes: Row = {name: " ".join(grouping.index[grouping.eq(name)]) for name in ROWS}
        known = {"difference_pts": answer.difference, "bound_pts": answer.bound, "status": answer.status}
        rows.append({"exporter_iso3": exporter, "reading": reading, **known, **classes})
    return rows


def moves(exporter: str) -> list[Row]:
    """Return a nearest grouping for every number of divisions moved: rows of table ``grouping-moves``.

    It ends at the first number that comes within the last of `WITHIN`, or as close as any grouping does.
    """
    rows: list[Row] = []
    best = program(exporter).nearest(limits=LIMITS).difference
    for start in STARTS:
        of_start, reached, count = program(exporter, start=start), np.inf, 0
        while reached > max(WITHIN[-1], best + CLOSE):
            answer = of_start.nearest(moves=count, limits=LIMITS)
            if answer.grouping is None or answer.status != PROVED or of_start.start is None:
                raise book.BookError(f"{exporter}, {start}, {count} moves: found no proof, expected one")
            reached = answer.difference
            to = groupings.moved(answer.grouping, of_start.start).sort_index()
            text = " ".join(f"{code}:{name}" for code, name in to.items())
            what = {"exporter_iso3": exporter, "definition": start, "moves": count}
            rows.append({**what, "difference_pts": reached, "moved": text})
            count += 1
    return rows


def drawn(count: int = TARGETS) -> list[pd.DataFrame]:
    """Return random tables of the kind of Table 1, the same at every call.

    The shares of the first year are equally likely anywhere where both are positive and leave a rest; they change from year to
    year by normal draws that are as large, on average, as the changes of the printed rows. Draws that leave that
    room are drawn again.
    """
    random, like = np.random.default_rng(SEED), printed()
    step = np.sqrt((groupings.changes(like) ** 2).mean(axis=1)).to_numpy()[:, None]
    found: list[pd.DataFrame] = []
    while len(found) < count:
        first = random.dirichlet(np.ones(3))[:2, None] * 100
        rest = random.normal(0, step, (2, like.shape[1] - 1))
        values = np.hstack([first, first + np.cumsum(rest, axis=1)])
        if values.min() > 0 and values.sum(axis=0).max() < 100:
            found.append(pd.DataFrame(values.round(2), like.index, like.columns))
    return found


def true(exporter: str) -> list[pd.DataFrame]:
    """Return the true tables of every other exporter under every definition, rounded as the paper rounds."""
    others = [other for other in exporters() if other != exporter]
    return [_rounded(other, definition) for definition in table1.DEFINITIONS for other in others]


@cache
def _rounded(exporter: str, definition: str) -> pd.DataFrame:
    return table1.recompute(exporter, definition).share.loc[ROWS].round(2)


def targets(exporter: str) -> list[Row]:
    """Return how many other tables are met as closely as Table 1: rows of table ``grouping-targets``."""
    divisions, sections = goods(exporter), goods(exporter, level="section")
    near = {
        "section": float(groupings.differences(sections, printed()).min()),
        "division": max(program(exporter).nearest(limits=LIMITS).difference, AS_PRINTED),
    }
    rows = []
    for kind, tried in {"drawn": drawn(), "true": true(exporter)}.items():
        met: dict[str, list[bool | None]] = {
            "section": [bool(groupings.differences(sections, t).min() <= near["section"]) for t in tried],
            "division": [Program(divisions, t).reaches(near["division"], LIMITS) for t in tried],
        }
        for level, answers in met.items():
            of = {"exporter_iso3": exporter, "level": level, "kind": kind, "targets": len(tried)}
            rows.append({**of, "met": answers.count(True), "undecided": answers.count(None)})
    return rows


def inputs() -> pd.DataFrame:
    """Return the sha256 of everything that the proofs depend on: table ``proof-inputs``.

    What is hashed are the numbers that the solver gets, and not the code that computes them: another name for a function
    changes nothing; another table, definition or constraint does.
    """
    rules = [FLOWS, STARTS, WITHIN, CLOSE, AS_PRINTED, LIMITS.nodes, TARGETS, SEED]
    found = {"rules": json.dumps(rules).encode(), "random tables": _bytes(*drawn())}
    for exporter, asked in readings().items():
        programs = [program(exporter, reading, start) for reading in asked for start in STARTS]
        numbers = [array for one in programs for array in one.numbers()]
        if exporter in exporters():
            numbers += [
                goods(exporter, level="section").to_numpy(),
                *(one.to_numpy() for one in true(exporter)),
            ]
        found[f"programs of {exporter}"] = _bytes(*numbers)
    hashes = {name: book.sha256(content) for name, content in found.items()}
    return pd.DataFrame({"name": list(hashes), "sha256": list(hashes.values())})


def _bytes(*arrays: Any) -> bytes:
    # Adding zero turns minus zero into zero.
    return b"".join((np.asarray(array, dtype="<f8").round(6) + 0.0).tobytes() for array in arrays)


Solver = Callable[[str], list[Row]]
SOLVED: dict[str, Solver] = {
    "nearest-groupings": nearest,
    "grouping-moves": moves,
    "grouping-targets": targets,
}
FILES = {name: f"derived/{name.replace('-', '_')}.csv" for name in [*SOLVED, "proof-inputs"]}


def solve() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the name and the table of every family of proofs, solved anew on all cores; progress goes to standard error."""
    with ProcessPoolExecutor() as pool:
        for name, of in SOLVED.items():
            rows: list[Row] = []
            asked = [*readings()] if of is nearest else exporters()
            for exporter, found in zip(asked, pool.map(of, asked), strict=True):
                rows += found
                print(f"{name}: {exporter}", file=sys.stderr, flush=True)
            yield name, pd.DataFrame(rows).round(6)


def moved(name: str, stored: pd.DataFrame, found: pd.DataFrame) -> Iterator[str]:
    """Yield where a table solved anew differs from the stored one; which of equally near groupings was found is no difference."""
    chance = {*ROWS, "moved"} & set(stored.columns)
    stored, found = stored.drop(columns=chance), found.drop(columns=chance)
    if len(stored) != len(found):
        yield f"{name}: found {len(found)} rows, expected {len(stored)}"
        return
    for old, new in zip(stored.to_dict("records"), found.to_dict("records"), strict=True):
        where = " ".join(map(str, list(old.values())[:3]))
        for column, was in old.items():
            if abs(was - new[column]) > 1e-4 if isinstance(was, float) else was != new[column]:
                yield f"{name}, {where}, {column}: found {new[column]!r}, stored is {was!r}"


def out_of_date() -> list[str]:
    """Return what the stored proofs depend on that has changed since they were solved."""
    stored = tables.read("proof-inputs").set_index("name")["sha256"]
    now = inputs().set_index("name")["sha256"]
    return [name for name in now.index.union(stored.index) if stored.get(name) != now.get(name)]


def of_others() -> str:
    """Say what is proved of the exporters that only BACI has; nothing where the book does not hold them."""
    found = tables.read("nearest-groupings").query("reading == @RECONCILED")["difference_pts"]
    if found.empty:
        return ""
    return (
        f" Of the {len(found)} exporters that only BACI has, {(found <= 5).sum()} can be brought within 5 points by some way of "
        "sorting the goods."
    )


def others() -> pd.DataFrame:
    """Return how near each exporter comes that only BACI has, in points: rows ISO3 codes, nearest first; none without its table."""
    codes = [code for code, table in table1.exporters().items() if table == table1.EVERY]
    proved = tables.read("nearest-groupings").query("reading == @RECONCILED").set_index("exporter_iso3")
    best = "largest difference, best definition"
    columns = {
        best: table1.distances().loc[codes].min(axis=1),
        "by the best grouping of all": proved["difference_pts"].reindex(codes),
        "no grouping is nearer than": proved["bound_pts"].reindex(codes),
    }
    return pd.DataFrame(columns).sort_values(best)


def differences() -> Iterator[str]:
    """Solve every stored program anew; yield where the answers differ from the stored ones, and what is out of date."""
    for name, table in solve():
        yield from moved(name, tables.read(name), table)
    yield from (f"{name}: changed since the proofs were recorded" for name in out_of_date())


def record() -> list[str]:
    """Solve every program and store the answers with the checksums of what they depend on; return the files."""
    folder = book.root() / "data"
    solved = {**dict(solve()), "proof-inputs": inputs()}
    (folder / "derived").mkdir(exist_ok=True)
    for name, table in solved.items():
        book.write(folder / FILES[name], table.to_csv(index=False, lineterminator="\n", float_format="%.10g"))
    return list(FILES.values())
