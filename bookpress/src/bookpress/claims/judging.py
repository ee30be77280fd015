"""Record what the chapters' tests say: verdicts, how many choices agree, every combination, every estimate."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from bookpress import tables
from bookpress.claims import decisions, ledger
from bookpress.edition import book
from bookpress.run import results, runner


def judge(paths: Sequence[Path], root: Path, say: runner.Say) -> list[str]:
    """Run chapters and write the ledger, the grid and the findings; return a line for each claim whose verdict moved.

    If a chapter fails, nothing is written. The description of the tables is another step: the book's own recording code.
    """
    with tempfile.TemporaryDirectory() as scratch:

        def done(path: Path, outcome: object) -> None:
            say(f"{path.name}: {outcome if isinstance(outcome, Exception) else 'ran'}")

        async def one(path: Path) -> results.Result:
            exhibits = Path(scratch, path.stem, "exhibits")
            exhibits.mkdir(parents=True)
            exhibits.with_name(decisions.FOLDER).mkdir()
            return await runner.run(path, root, exhibits)

        runner.whole(asyncio.run(runner.run_all(paths, one, done)))
        found: dict[str, dict[str, list[ledger.Row]]] = {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in Path(scratch).glob(f"*/{decisions.FOLDER}/*.json")
        }
    data, described = root / "data", tables.describe()
    recorded = {name: data / described[name]["path"] for name in decisions.RECORDED if name in described}
    rows, moved = _rows(recorded[ledger.TABLE]), []
    for row in rows:
        if row["id"] in found:
            (now,) = found[row["id"]][ledger.TABLE]
            old, new = ([one.get(name, "") for name in decisions.COMPUTED] for one in (row, now))
            row |= dict(zip(decisions.COMPUTED, new, strict=True))
            if old != new:
                moved.append(f"{row['id']}: {_line(old)} -> {_line(new)}")
    claims = [row["id"] for row in rows]
    if {*paths} >= {*book.chapters(root)}:
        moved += [f"{claim}: no chapter decides or explains it" for claim in claims if claim not in found]
    for name, path in recorded.items():
        columns = [field["name"] for field in described[name]["schema"]["fields"]]
        if name != ledger.TABLE:
            rows = replaced(_rows(path), {claim: now[name] for claim, now in found.items()}, claims)
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        book.write(path, text.getvalue())
    return moved


def replaced(
    recorded: Iterable[ledger.Row], found: dict[str, list[ledger.Row]], claims: Iterable[str]
) -> list[ledger.Row]:
    """Return the rows of a table, claim by claim: what was found now, and what was recorded of the claims not run."""
    every: dict[str, list[ledger.Row]] = {claim: [] for claim in claims}
    for row in recorded:
        if row["claim"] in every and row["claim"] not in found:  # not of a claim that the ledger has lost
            every[row["claim"]].append(row)
    for claim, now in found.items():
        every[claim] = [{"claim": claim} | row for row in now]
    return [row for rows in every.values() for row in rows]


def _line(cells: Iterable[str]) -> str:
    _, verdict, main, agree, combinations = cells
    if not verdict:
        return "no verdict"
    return (
        f"{verdict} ({main} under the main choices, as in {agree} of {combinations} combinations)"
        if main
        else verdict
    )


def _rows(path: Path) -> list[ledger.Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
