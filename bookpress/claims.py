"""The claim ledger: what the paper says, how it is tested, and a verdict that a chapter must reproduce."""

import ast
import re
from collections.abc import Hashable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from bookpress import book, results, tables

VERDICTS = ["supported", "mixed", "contradicted", "not testable"]
TABLE = "claims"  # the ledger's name among the tables
# A sign beside the word, so that no verdict is told by colour alone.
SIGNS = {"supported": "✓", "mixed": "≈", "contradicted": "✗", "not testable": "?"}


Row = dict[Hashable, Any]  # as pandas gives it


class ClaimError(book.BookError):
    """The ledger and the chapters disagree; the message names the ledger row."""


def ledger_file() -> str:
    """Return the ledger's file as messages name it."""
    return f"data/{tables.describe()[TABLE]['path']}"


def judge(criteria: Mapping[str, bool]) -> str:
    """Return the verdict that follows from criteria fixed beforehand.

    Every criterion met: ``"supported"``; none met: ``"contradicted"``; some: ``"mixed"``.

    Examples
    --------
    >>> judge({"first list": True, "signers": False})
    'mixed'
    """
    if not criteria:
        raise ClaimError("judge: found no criterion, expected at least one")
    met = [bool(value) for value in criteria.values()]
    return "supported" if all(met) else "mixed" if any(met) else "contradicted"


def decide(claim_id: str, criteria: Mapping[str, bool], *, evidence: str, sources: Sequence[str]) -> None:
    """Judge a claim where the chapter computes it, and show claim, verdict, criteria and evidence.

    Parameters
    ----------
    claim_id : str
        The ``id`` of a row of the ledger.
    criteria : mapping of str to bool
        What was to be met, each with whether it is; see `judge`.
    evidence : str
        The computed numbers in one or two sentences.
    sources : sequence of str
        Names of the tables used.

    Raises
    ------
    ClaimError
        If the ledger does not know the id, records the claim as not testable, or records another
        verdict than the one computed.
    """
    row = _row(claim_id)
    computed = judge(criteria)
    if computed != row["verdict"]:
        outcome = "; ".join(f"{name}: {'met' if met else 'not met'}" for name, met in criteria.items())
        raise ClaimError(
            f"{ledger_file()}, row {row['line']}, claim {claim_id}: recorded verdict {row['verdict']!r}, "
            f"computed {computed!r} ({outcome}). {evidence}"
        )
    _show(row, criteria, evidence, sources)


def explain(*claim_ids: str, evidence: str = "", sources: Sequence[str] = ()) -> None:
    """Show claims that cannot be tested, with the ledger's reason.

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
        If the ledger does not know an id or records another verdict than ``"not testable"``.
    """
    for claim_id in claim_ids:
        row = _row(claim_id)
        if row["verdict"] != "not testable":
            raise ClaimError(
                f"{ledger_file()}, row {row['line']}, claim {claim_id}: recorded verdict "
                f"{row['verdict']!r}, but the chapter explains it as not testable"
            )
        _show(row, {}, evidence, sources)


def announce(section: str) -> None:
    """Show the claims of a section and what would count for or against each, before anything is computed."""
    rows = tables.read(TABLE).query("section == @section").to_dict("records")
    if not rows:
        raise ClaimError(f"{ledger_file()}: no claim of section {section!r}")
    items = "".join(
        f'<dt><a href="#{_anchor(row["id"])}">{escape(row["id"])}</a></dt>'
        f"<dd>{escape(row['claim'])} <span class='claim-test'>{escape(_test(row))}</span></dd>\n"
        for row in rows
    )
    plain = "\n".join(f"{row['id']}: {row['claim']} {_test(row)}" for row in rows)
    display({"text/html": f'<dl class="claims">\n{items}</dl>', "text/plain": plain}, raw=True)


def address(claim_id: str) -> str:
    """Return where a claim is decided, as a link from a chapter."""
    section = _row(claim_id)["section"]
    home = next((path for path in book.chapters(book.root()) if is_home(path, section)), None)
    page = f"{home.stem}.html" if home else "../index.html"
    return f"{page}#{_anchor(claim_id)}"


def is_home(path: Path, section: str) -> bool:
    """Return whether a notebook is the chapter of a section: ``2-1-….ipynb`` is that of section 2.1."""
    return bool(re.match(rf"{section.replace('.', '-')}-(?!\d+-)", path.stem))


def counts() -> pd.DataFrame:
    """Return the number of claims by section (rows, paper's order) and verdict (columns)."""
    ledger = tables.read(TABLE)
    table = pd.crosstab(ledger["section"], ledger["verdict"])
    return table.reindex(index=ledger["section"].unique(), columns=VERDICTS, fill_value=0)


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
            if path not in ([one for one in paths if is_home(one, section)] or paths[:1]):
                raise ClaimError(
                    f"{rows[claim_id]}: shown in {chapter}, expected the chapter of section {section}"
                )
            chapters[claim_id] = chapter
    for claim_id, section in zip(ledger["id"], ledger["section"], strict=True):
        if claim_id not in chapters:
            raise ClaimError(f"{rows[claim_id]}: shown in no chapter")
        if section != claim_id.partition("-")[0]:
            raise ClaimError(f"{rows[claim_id]}: found section {section!r}")
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


def _test(row: Row) -> str:
    return f"Not testable: {row['test']}" if row["verdict"] == "not testable" else f"Test: {row['test']}"


def _anchor(claim_id: str) -> str:
    return "claim-" + claim_id.replace(".", "-")


def _show(row: Row, criteria: Mapping[str, bool], evidence: str, sources: Sequence[str]) -> None:
    """Display a verdict as a box, and as plain text for nbval and for a screen reader."""
    verdict = row["verdict"]
    parts = {
        "Claim": [row["claim"]],
        "Criteria": [f"{name}: {'met' if met else 'not met'}" for name, met in criteria.items()],
        "Evidence": [evidence] if evidence else [],
        "Reason" if criteria else "Why not": [row["reason"]],
        "Data": [", ".join(sources)] if sources else [],
    }
    items = "".join(
        f"<dt>{name}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts) + "\n"
        for name, texts in parts.items()
        if texts
    )
    html = (
        f'<div class="verdict verdict-{verdict.replace(" ", "-")}" id="{_anchor(row["id"])}" role="group" '
        f'aria-label="Verdict on claim {row["id"]}: {verdict}">\n'
        f'<p class="verdict-head"><span aria-hidden="true">{SIGNS[verdict]}</span> '
        f"<strong>{verdict.capitalize()}</strong> <code>{row['id']}</code></p>\n<dl>\n{items}</dl>\n</div>"
    )
    lines = [f"{name}: {text}" for name, texts in parts.items() for text in texts]
    plain = "\n".join([f"{verdict.upper()} {row['id']}", *lines])
    display({"text/html": html, "text/plain": plain}, raw=True)
