"""The claim ledger: what the paper says, how it is tested, and a verdict that a chapter must reproduce."""

import ast
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from bookpress import book, boxes, grid, results, tables, verdicts
from bookpress.boxes import Row

TABLE = "claims"  # the ledger's name among the tables


class ClaimError(book.BookError):
    """The ledger and the chapters disagree; the message names the ledger row."""


def ledger_file() -> str:
    """Return the ledger's file as messages name it."""
    return f"data/{tables.describe()[TABLE]['path']}"


def decide(
    claim_id: str, tests: Mapping[str, grid.Test], *, sources: Sequence[str], evidence: str = ""
) -> None:
    """Judge a claim where the chapter computes it, and show claim, verdict, tests and how much hangs on choices.

    Parameters
    ----------
    claim_id : str
        The ``id`` of a row of the ledger.
    tests : mapping of str to test
        What is asked, each a `verdicts.Finding`, a bool, or a function that returns one. The parameters of a
        function are axes of the table of choices: it is called with every combination of them, see `grid.run`.
    sources : sequence of str
        Names of the tables used.
    evidence : str
        What else was computed and a reader should know, in a sentence or two.

    Raises
    ------
    ClaimError
        If the ledger does not know the id, says that other choices matter, or records another verdict, or another
        number of choices that agree, than the ones computed.
    GridError
        If a test depends on an axis that does not exist, or a cell is not the recorded one.
    """
    row = _row(claim_id)
    where = f"{ledger_file()}, row {row['line']}, claim {claim_id}"
    if not tests:
        raise ClaimError(f"{where}: found no test, expected at least one")
    named, varying = split(row["varies"]), grid.varying(tests)
    if set(named) != set(varying):
        raise ClaimError(
            f"{where}, column varies: found {'; '.join(named) or 'nothing'!r}, but the tests depend on "
            f"{'; '.join(varying) or 'nothing'!r}"
        )
    cells, main = grid.run(tests)
    verdict, agree = verdicts.settle(cells["verdict"].tolist())
    if folder := grid.judging():
        grid.write(folder, claim_id, verdict, agree, cells)
    else:
        given = {"verdict": verdict, "main": cells["verdict"].iloc[0], "agree": agree, "cells": len(cells)}
        for column, computed in given.items():
            if pd.isna(row[column]) or row[column] != computed:
                said = "; ".join(f"{name}: {boxes.said(found)}" for name, found in main.items())
                raise ClaimError(
                    f"{where}, column {column}: recorded {row[column]!r}, computed {computed!r} ({said}). "
                    "Run `make verdicts` when you have understood why"
                )
        grid.compare(claim_id, cells)
    boxes.show(row, main, cells, evidence, sources)


def explain(*claim_ids: str, evidence: str = "", sources: Sequence[str] = ()) -> None:
    """Show claims that are not tested here, with what a test would need.

    Parameters
    ----------
    *claim_ids : str
        ``id`` of rows of the ledger.
    evidence : str
        What can be computed beside the claim, if anything.
    sources : sequence of str
        Names of the tables used for it.

    Raises
    ------
    ClaimError
        If the ledger does not know an id or records a verdict.
    """
    for claim_id in claim_ids:
        row = _row(claim_id)
        if row["verdict"] != verdicts.UNTESTED:
            raise ClaimError(
                f"{ledger_file()}, row {row['line']}, claim {claim_id}: recorded verdict "
                f"{row['verdict']!r}, but the chapter explains it as {verdicts.UNTESTED}"
            )
        boxes.show(row, {}, None, evidence, sources)


def announce(section: str) -> None:
    """Show the claims of a section, folded, each with its place and what would count for and against it."""
    rows = tables.read(TABLE).query("section == @section").to_dict("records")
    if not rows:
        raise ClaimError(f"{ledger_file()}: no claim of section {section!r}")
    items = "".join(
        f'<dt><a href="#{boxes.anchor(row["id"])}">{escape(row["id"])}</a></dt>'
        f"<dd>{escape(row['claim'])} <span class='claim-test'>{escape(_test(row))}</span></dd>\n"
        for row in rows
    )
    plain = "\n".join(f"{row['id']} ({row['kind']}): {row['claim']} {_test(row)}" for row in rows)
    head = f"{_counted(len(rows), 'claim')} of this section, and what would count for and against each"
    html = (
        f'<details class="claims-list"><summary>{head}</summary>\n<dl class="claims">\n{items}</dl></details>'
    )
    display({"text/html": html, "text/plain": plain}, raw=True)


def address(claim_id: str) -> str:
    """Return where a claim is decided, as a link from a chapter."""
    section = _row(claim_id)["section"]
    root = book.root()
    home = book.home(section, root)
    page = f"{home.stem}.html" if home != book.chapters(root)[0] else "../index.html"
    return f"{page}#{boxes.anchor(claim_id)}"


def counts(by: str = "section") -> pd.DataFrame:
    """Return the number of claims by section or kind (rows, in the order that the table declares) and verdict."""
    ledger, fields = tables.read(TABLE), tables.describe()[TABLE]["schema"]["fields"]
    order = next(field["constraints"]["enum"] for field in fields if field["name"] == by)
    table = pd.crosstab(ledger[by], ledger["verdict"])
    return table.reindex(index=order, columns=verdicts.VERDICTS, fill_value=0)


def audit(root: Path) -> pd.DataFrame:
    """Check that the chapters decide what the ledger holds: every claim once, in its own section.

    Parameters
    ----------
    root : Path
        The book's folder. A section without a chapter of its own (the abstract) is the cover's.

    Returns
    -------
    DataFrame
        The ledger with the column ``chapter``.

    Raises
    ------
    ClaimError
        If a claim is shown nowhere, twice, under an unknown id, or outside its section.
    """
    ledger = tables.read(TABLE)
    rows = {
        claim_id: f"{ledger_file()}, row {line}, claim {claim_id}"
        for line, claim_id in enumerate(ledger["id"], start=2)
    }
    paths = book.chapters(root)
    chapters: dict[str, str] = {}
    for path in paths:
        chapter = path.relative_to(root).as_posix()
        for claim_id in _shown_in(path):
            if claim_id not in rows:
                raise ClaimError(f"{chapter}: claim {claim_id!r} is not in {ledger_file()}")
            if claim_id in chapters:
                raise ClaimError(f"{rows[claim_id]}: shown twice, in {chapters[claim_id]} and {chapter}")
            section = claim_id.partition("-")[0]
            if path != book.home(section, root):
                raise ClaimError(
                    f"{rows[claim_id]}: shown in {chapter}, expected the chapter of section {section}"
                )
            chapters[claim_id] = chapter
    for claim_id, section in zip(ledger["id"], ledger["section"], strict=True):
        if claim_id not in chapters:
            raise ClaimError(f"{rows[claim_id]}: shown in no chapter")
        if section != claim_id.partition("-")[0]:
            raise ClaimError(f"{rows[claim_id]}: found section {section!r}")
    if grid.CELLS in tables.describe():
        known = set(ledger.loc[ledger["cells"].notna(), "id"])
        recorded = tables.read(grid.CELLS)["claim"]
        if strange := recorded.index[~recorded.isin(known)].tolist():
            raise ClaimError(
                f"data/{tables.describe()[grid.CELLS]['path']}, row {strange[0] + 2}, column claim: found "
                f"{recorded[strange[0]]!r}, expected a claim that the ledger tests; run `make verdicts`"
            )
        if missing := sorted(known - set(recorded)):
            raise ClaimError(f"{rows[missing[0]]}: found no cell of it in the grid; run `make verdicts`")
    every = grid.axes()
    for claim_id, varies in zip(ledger["id"], ledger["varies"], strict=True):
        if unknown := [axis for axis in split(varies) if axis not in every]:
            raise ClaimError(
                f"{rows[claim_id]}, column varies: found {unknown[0]!r}, expected one of: {', '.join(every)}"
            )
    return ledger.assign(chapter=ledger["id"].map(chapters))


def _shown_in(path: Path) -> list[str]:
    """Return the claim ids that a notebook decides or explains, in order."""
    shown: list[str] = []
    for cell in results.read(path)["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(results.parsed("".join(cell["source"]))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called in ("claims.decide", "claims.explain"):
                for argument in node.args if called == "claims.explain" else node.args[:1]:
                    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                        raise ClaimError(
                            f"{path.name}, cell {cell['id']}: found {ast.unparse(node)[:60]}…, "
                            "expected the claim id itself, so that the audit can read it"
                        )
                    shown.append(argument.value)
    return shown


def _row(claim_id: str) -> Row:
    """Return a ledger row and, as ``line``, its line in the file."""
    rows = tables.read(TABLE).to_dict("records")
    for line, row in enumerate(rows, start=2):
        if row["id"] == claim_id:
            return row | {"line": line}
    section = claim_id.partition("-")[0]
    near = ", ".join(row["id"] for row in rows if row["section"] == section)
    raise ClaimError(
        f"{ledger_file()}: no claim {claim_id!r}; expected one of: {near or 'no claim of this section'}"
    )


def split(varies: Any) -> list[str]:
    """Return the axes that a ledger row names, separated by semicolons."""
    return [part.strip() for part in str(varies).split(";") if part.strip()] if pd.notna(varies) else []


def _test(row: Row) -> str:
    return f"For it: {row['supports']} Against it: {row['contradicts']}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
