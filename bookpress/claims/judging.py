"""Record anew what the chapters' tests say: verdicts, how many choices agree, every cell of the grid, every estimate."""

import asyncio
import csv
import io
import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bookpress import claims, tables
from bookpress.claims import grid, verdicts
from bookpress.edition import book
from bookpress.run import results, runner

COMPUTED = ("verdict", "main", "agree", "cells")  # the ledger's columns that are never typed


def judge(paths: Sequence[Path], root: Path, say: runner.Say) -> list[str]:
    """Run chapters and write ledger and grid; return a line for each claim whose verdict moved.

    The description of the tables, with its checksums, is another step: the book's own recording code.

    Raises
    ------
    ChapterError
        If a chapter fails; nothing is written then.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder, exports = Path(scratch, "claims"), Path(scratch, "exhibits")
        folder.mkdir()
        exports.mkdir()
        os.environ["BOOKPRESS_JUDGE"] = str(folder)
        try:

            def done(path: Path, outcome: object) -> None:
                say(f"{path.name}: {outcome if isinstance(outcome, Exception) else 'ran'}")

            async def one(path: Path) -> results.Result:
                (own := exports / path.stem).mkdir()
                return await runner.run(path, root, own)

            runner.whole(asyncio.run(runner.run_all(paths, one, done)))
        finally:
            del os.environ["BOOKPRESS_JUDGE"]
        found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    data, described = root / "data", tables.describe()
    ledger = data / described[claims.TABLE]["path"]
    rows = _rows(ledger)
    moved = []
    for row in rows:
        if row["id"] in found:
            now = found[row["id"]]
            now |= {"rows": now["cells"], "cells": len(now["cells"]), "main": now["cells"][0]["verdict"]}
            old = tuple(row[name] for name in COMPUTED)
            row |= {name: str(now[name]) for name in COMPUTED}
            if (new := tuple(row[name] for name in COMPUTED)) != old:
                moved.append(f"{row['id']}: {' '.join(old).strip()} -> {' '.join(new)}")
    book.write(ledger, _csv(rows, list(rows[0])))
    tested = [row["id"] for row in rows if row["verdict"] != verdicts.UNTESTED]
    cells = {
        claim: [{"cell": number} | cell for number, cell in enumerate(now["rows"], start=1)]
        for claim, now in found.items()
    }
    asked = {claim: now["tests"] for claim, now in found.items()}
    for table, now in ((grid.CELLS, cells), (grid.TESTS, asked)):
        if table in described:
            _record(data / described[table]["path"], described[table], tested, now)
    return moved


def _record(
    path: Path, about: dict[str, Any], tested: list[str], found: dict[str, list[dict[str, Any]]]
) -> None:
    """Write a table of rows by claim: what was found now, and what was recorded of the claims not run."""
    columns = [field["name"] for field in about["schema"]["fields"]]
    recorded: dict[str, list[dict[str, Any]]] = {claim: [] for claim in tested}
    for row in _rows(path):
        if row["claim"] in recorded:  # not of a claim that the ledger has lost, or no longer tests
            recorded[row["claim"]].append(row)
    for claim, rows in found.items():
        recorded[claim] = [{"claim": claim} | row for row in rows]
    book.write(path, _csv(itertools.chain(*recorded.values()), columns))


def _rows(path: Path) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def _csv(rows: Iterable[dict[str, Any]], columns: list[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in columns})
    return text.getvalue()


def _cell(value: object) -> object:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else value
