"""The claim ledger: what the paper says, how it is tested, and a verdict that a chapter must reproduce."""

import ast
import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from bookpress import tables
from bookpress.claims import box, grid, ledger, verdicts
from bookpress.claims.box import Row
from bookpress.claims.ledger import TABLE as TABLE
from bookpress.claims.ledger import ClaimError as ClaimError
from bookpress.claims.ledger import file as ledger_file
from bookpress.edition import book
from bookpress.run import ipynb

CHAPTERS = "chapters"  # where a page lies that is made outside its book
page_folder = ""  # where this page lies, from the root of the book; another page than a chapter says so


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
    found = grid.findings(main)
    if folder := grid.judging():
        grid.write(folder, claim_id, verdict, agree, cells, found)
    else:
        given = {"verdict": verdict, "main": cells["verdict"].iloc[0], "agree": agree, "cells": len(cells)}
        for column, computed in given.items():
            if pd.isna(row[column]) or row[column] != computed:
                said = "; ".join(f"{name}: {box.said(result)}" for name, result in main.items())
                raise ClaimError(
                    f"{where}, column {column}: recorded {row[column]!r}, computed {computed!r} ({said}). "
                    "Run `make verdicts` when you have understood why"
                )
        grid.compare(claim_id, cells, found)
    box.show(row, main, cells, evidence, sources, address(claim_id))


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
        box.show(row, {}, None, evidence, sources, address(claim_id))


def announce(section: str) -> None:
    """Show the claims of a section in few lines: by verdict, each a link to its page."""
    rows = [row for row in ledger.rows().values() if row["section"] == section]
    if not rows:
        raise ClaimError(f"{ledger_file()}: no claim of section {section!r}")
    items = ""
    for verdict, group in ledger.grouped(rows).items():
        named = "".join(f"<dd>{link(row['id'], _short(row['id']), verdict=False)}</dd>" for row in group)
        items += f"<div><dt>{ledger.signed(verdict)}</dt>{named}</div>\n"
    head = f"{ledger.counted(len(rows), 'claim')} of this section, by verdict"
    html = f'<div class="claims-list"><p>{head}:</p>\n<dl>\n{items}</dl></div>'
    plain = "\n".join([f"{head}:", *(f"{row['id']}: {row['verdict']}" for row in rows)])
    display({"text/html": html, "text/plain": plain}, raw=True)


def address(claim_id: str) -> str:
    """Return the address of a claim's page from the page that asks.

    Raises
    ------
    ClaimError
        If the ledger does not know the id.
    """
    _row(claim_id)
    here, root = Path.cwd().resolve(), book.root().resolve()
    if page_folder or not here.is_relative_to(root):
        here = root / (page_folder or CHAPTERS)
    return os.path.relpath(root / f"{ledger.page(claim_id)}.html", here).replace(os.sep, "/")


def link(claim_id: str, text: str = "", *, verdict: bool = True) -> str:
    """Return a link to a claim's page, as HTML for computed Markdown; pointed at, it says verdict and claim.

    Parameters
    ----------
    claim_id : str
        The ``id`` of a row of the ledger.
    text : str
        What a reader sees; the id if not given.
    verdict : bool
        Whether the link says the verdict to those who cannot point at it; not needed where the text around it does.

    Raises
    ------
    ClaimError
        If the ledger does not know the id.
    """
    row = _row(claim_id)
    aloud = f"<span class='unseen'> (claim, {row['verdict']})</span>" if verdict else ""
    title = escape(f"{row['verdict'].capitalize()}: {row['claim']}")
    return (
        f"<a class='claim' href='{address(claim_id)}' title='{title}'>{escape(text or claim_id)}{aloud}</a>"
    )


def _short(claim_id: str) -> str:
    """Return a claim's short name as words."""
    return claim_id.partition("-")[2].replace("-", " ")


def found(claim_id: str, test: int, outcome: verdicts.Outcome) -> Row:
    """Return what a test of a claim found under the main choices, for a sentence outside the claim's own chapter.

    Parameters
    ----------
    claim_id : str
        A claim that the ledger tests.
    test : int
        Its number within the claim.
    outcome : str
        What the words of the sentence rest on.

    Returns
    -------
    dict
        The row of table ``tests``: ``estimate``, ``low``, ``high``, ``unit`` and the others.

    Raises
    ------
    ClaimError
        If there is no such test, or it found something else, so that the sentence would be wrong.
    """
    _row(claim_id)
    rows = tables.read(grid.TESTS)
    at = rows.index[rows["claim"].eq(claim_id) & rows["test"].eq(test)]
    where = f"data/{tables.describe()[grid.TESTS]['path']}"
    if not len(at):
        raise ClaimError(f"{where}: found no test {test} of claim {claim_id}")
    row: Row = rows.loc[at[0]].to_dict()
    if row["outcome"] != outcome:
        raise ClaimError(
            f"{where}, row {at[0] + 2}, claim {claim_id}, column outcome: found {row['outcome']!r}, but a sentence says "
            f"{outcome!r}; write it anew"
        )
    return row


def counts(by: str = "section") -> pd.DataFrame:
    """Return the number of claims by section or kind (rows, in the order that the table declares) and verdict."""
    claimed, fields = tables.read(TABLE), tables.describe()[TABLE]["schema"]["fields"]
    order = next(field["constraints"]["enum"] for field in fields if field["name"] == by)
    table = pd.crosstab(claimed[by], claimed["verdict"])
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
        If a claim is shown nowhere, twice, under an unknown id, or outside its section, or its exhibits are not cells there.
    """
    every = tables.read(TABLE)
    rows = {
        claim_id: f"{ledger_file()}, row {line}, claim {claim_id}"
        for line, claim_id in enumerate(every["id"], start=2)
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
    for claim_id, section in zip(every["id"], every["section"], strict=True):
        if claim_id not in chapters:
            raise ClaimError(f"{rows[claim_id]}: shown in no chapter")
        if section != claim_id.partition("-")[0]:
            raise ClaimError(f"{rows[claim_id]}: found section {section!r}")
    for claim_id, named in zip(every["id"], every["exhibits"], strict=True):
        cells = [cell["id"] for cell in ipynb.read(root / chapters[claim_id])["cells"]]
        if strange := [name for name in split(named) if name not in cells]:
            raise ClaimError(
                f"{rows[claim_id]}, column exhibits: found {strange[0]!r}, expected a cell of {chapters[claim_id]}"
            )
    known = set(every.loc[every["cells"].notna(), "id"])
    for table, what in ((grid.CELLS, "no cell of it in the grid"), (grid.TESTS, "no test of it recorded")):
        if table not in tables.describe():
            continue
        recorded = tables.read(table)["claim"]
        if extra := recorded.index[~recorded.isin(known)].tolist():
            raise ClaimError(
                f"data/{tables.describe()[table]['path']}, row {extra[0] + 2}, column claim: found "
                f"{recorded[extra[0]]!r}, expected a claim that the ledger tests; run `make verdicts`"
            )
        if missing := sorted(known - set(recorded)):
            raise ClaimError(f"{rows[missing[0]]}: found {what}; run `make verdicts`")
    axes = grid.axes()
    for claim_id, varies in zip(every["id"], every["varies"], strict=True):
        if unknown := [axis for axis in split(varies) if axis not in axes]:
            raise ClaimError(
                f"{rows[claim_id]}, column varies: found {unknown[0]!r}, expected one of: {', '.join(axes)}"
            )
    return every.assign(chapter=every["id"].map(chapters))


def _shown_in(path: Path) -> list[str]:
    """Return the claim ids that a notebook decides or explains, in order."""
    shown: list[str] = []
    for cell in ipynb.read(path)["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(ipynb.parsed("".join(cell["source"]))):
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
    return ledger.split(varies) if pd.notna(varies) else []
