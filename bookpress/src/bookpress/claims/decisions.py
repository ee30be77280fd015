"""What a chapter calls to decide a claim: its tests are run, compared with what is recorded, and shown."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bookpress import tables
from bookpress.claims import box, grid, ledger, verdicts
from bookpress.claims.ledger import ClaimError
from bookpress.edition import book

COMPUTED = ("varies", "verdict", "main", "agree", "cells")  # columns of the ledger that are never typed
# The tables and the column of each that names the claim.
RECORDED = {ledger.TABLE: "id", ledger.CELLS: "claim", ledger.TESTS: "claim"}
FOLDER = "decided"  # beside the exhibits that a run exports: where it records what is decided


def decide(
    claim_id: str,
    necessary: Mapping[str, grid.Test],
    supporting: Mapping[str, grid.Test] | None = None,
    *,
    sources: Sequence[str],
    evidence: str = "",
    shown: str = "",
) -> None:
    """Judge a claim of the ledger where the chapter computes it; show claim, verdict, tests and what other choices say.

    Parameters
    ----------
    necessary, supporting : mapping of str to test
        What is asked: without the necessary ones the claim's own words fail; the supporting ones ask for a cause or a
        comparison. Each is a `verdicts.Finding`, a bool, or a function that returns one. The parameters of a
        function are axes of the table of choices: it is called with every combination of them, see `grid.run`.
    sources : sequence of str
        Names of the tables used.
    evidence : str
        What else was computed and a reader should know, in a sentence or two.
    shown : str
        The test whose estimates under all choices are drawn on the claim's page; the first if none is named.

    Raises
    ------
    ClaimError
        If the ledger does not know the id, a test depends on an axis that does not exist or has a bar out of reach, or
        what comes out is not what is recorded.
    """
    if not necessary:
        where = ledger.where(ledger.row(claim_id))
        raise ClaimError(f"{where}: found no necessary test, expected at least one")
    _judge(claim_id, necessary, supporting or {}, evidence, sources, shown)


def explain(*claim_ids: str, evidence: str = "", sources: Sequence[str] = ()) -> None:
    """Show claims that are not tested here, with what a test would need; `evidence` is what can be computed beside them.

    The ledger must know the ids and record no verdict.
    """
    for claim_id in claim_ids:
        _judge(claim_id, {}, {}, evidence, sources)


def _judge(
    claim_id: str,
    necessary: Mapping[str, grid.Test],
    supporting: Mapping[str, grid.Test],
    evidence: str,
    sources: Sequence[str],
    shown: str = "",
) -> None:
    row = ledger.row(claim_id)
    try:
        cells, main = grid.run(necessary, supporting, shown) if necessary else ([], {})
    except ClaimError as error:
        raise ClaimError(f"{ledger.where(row)}: {error}") from error
    judged: grid.Row = {"verdict": verdicts.UNTESTED}
    if cells:
        different = [cell["verdict"] for cell in cells if not cell["repeats"]]
        verdict, agree = verdicts.settle(different)
        varies = "; ".join(name for name in cells[0] if name not in grid.RESULTS)
        judged = {"varies": varies, "verdict": verdict, "main": cells[0]["verdict"]}
        judged |= {"agree": agree, "cells": len(different)}
    numbered = [{"cell": number} | cell for number, cell in enumerate(cells, start=1)]
    found = [{name: main[name] for name in tests} for tests in (necessary, supporting)]
    tests = grid.findings(*found)
    computed = {
        table: [{name: written(value) for name, value in one.items()} for one in rows]
        for table, rows in zip(RECORDED, ([judged], numbered, tests), strict=True)
    }
    results = box.results(*found)
    if folder := recording():
        book.write(folder / f"{claim_id}.json", json.dumps(computed))
        row |= computed[ledger.TABLE][0]
    else:
        said = "; ".join(map(box.said, results))
        for table in RECORDED:
            if table in tables.describe():
                compare(table, claim_id, computed[table], said)
    box.show(row, results, cells, evidence, sources)


def compare(table: str, claim_id: str, computed: Sequence[ledger.Row], said: str = "") -> None:
    """Compare the rows that a table should have of a claim with the recorded ones; `said` is what its tests say."""
    recorded = [(line, row) for line, row in ledger.lines(table) if row[RECORDED[table]] == claim_id]
    if len(recorded) != len(computed):
        found = f"{ledger.file(table)}, claim {claim_id}: found {len(recorded)} rows"
        raise ClaimError(f"{found}, computed {len(computed)}; run `make verdicts`")
    for (line, then), now in zip(recorded, computed, strict=True):
        for column in COMPUTED if table == ledger.TABLE else list(then)[1:]:
            if not _same(old := then[column], new := now.get(column, "")):
                where = f"{ledger.file(table)}, row {line}, claim {claim_id}, column {column}"
                found = f"found {old!r}, computed {new!r}{f' ({said})' if said else ''}"
                raise ClaimError(f"{where}: {found}; run `make verdicts` when you have understood why")


def written(value: Any) -> str:
    """Return a cell as it is recorded: numbers with six digits, nothing for what is missing."""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return "" if value is None else str(value)


def recording() -> Path | None:
    """Return the folder that verdicts are written to while they are recorded, None at all other times."""
    exhibits = os.environ.get(book.EXHIBITS)
    folder = Path(exhibits).parent / FOLDER if exhibits else None
    return folder if folder and folder.is_dir() else None


def _same(old: str, new: str) -> bool:
    """Return whether a cell is the recorded one; another machine may compute another last digit."""
    try:
        return old == new or math.isclose(float(old), float(new), rel_tol=1e-4, abs_tol=1e-9)
    except ValueError:
        return False
