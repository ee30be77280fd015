"""The claim ledger: what the paper says, how it is tested, and a verdict that a chapter must reproduce."""

import ast
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import pandas as pd
from IPython.display import display

from beltroad import data

VERDICTS = ["supported", "mixed", "contradicted", "not testable"]
LEDGER = "data/paper/claims.csv"
CHAPTERS = data.FOLDER.parent / "chapters"
# A sign beside the word, so that no verdict is told by colour alone.
SIGNS = {"supported": "✓", "mixed": "≈", "contradicted": "✗", "not testable": "?"}


class ClaimError(ValueError):
    """The ledger and the chapters disagree; the message names the ledger row."""


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


def decide(
    claim_id: str,
    criteria: Mapping[str, bool],
    *,
    evidence: str,
    sources: Sequence[str],
) -> None:
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
        outcome = "; ".join(
            f"{name}: {'met' if met else 'not met'}" for name, met in criteria.items()
        )
        raise ClaimError(
            f"{LEDGER}, row {row['line']}, claim {claim_id}: recorded verdict {row['verdict']!r}, "
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
                f"{LEDGER}, row {row['line']}, claim {claim_id}: recorded verdict "
                f"{row['verdict']!r}, but the chapter explains it as not testable"
            )
        _show(row, {}, evidence, sources)


def announce(section: str) -> None:
    """Show the claims of a section and what would count for or against each, before anything is computed."""
    rows = data.table("claims").query("section == @section")
    if rows.empty:
        raise ClaimError(f"{LEDGER}: no claim of section {section!r}")
    items = "".join(
        f'<dt><a href="#{_anchor(row.id)}">{escape(row.id)}</a></dt>'
        f"<dd>{escape(row.claim)} <span class='claim-test'>{escape(_test(row))}</span></dd>\n"
        for row in rows.itertuples()
    )
    plain = "\n".join(
        f"{row.id}: {row.claim} {_test(row)}" for row in rows.itertuples()
    )
    display(
        {"text/html": f'<dl class="claims">\n{items}</dl>', "text/plain": plain},
        raw=True,
    )


def address(claim_id: str) -> str:
    """Return where a claim is decided, as a link from a chapter."""
    prefix = _row(claim_id)["section"].replace(".", "-")
    found = [path.stem for path in CHAPTERS.glob(f"{prefix}-*.ipynb")]
    page = f"{found[0]}.html" if found else "../index.html"
    return f"{page}#{_anchor(claim_id)}"


def counts() -> pd.DataFrame:
    """Return the number of claims by section (rows, paper's order) and verdict (columns)."""
    ledger = data.table("claims")
    table = pd.crosstab(ledger["section"], ledger["verdict"])
    return table.reindex(
        index=ledger["section"].unique(), columns=VERDICTS, fill_value=0
    )


def audit(book: Path) -> pd.DataFrame:
    """Check that the chapters decide what the ledger holds: every claim once, in its own section.

    Parameters
    ----------
    book : Path
        Folder with ``index.ipynb`` (the abstract) and ``chapters/``.

    Returns
    -------
    DataFrame
        The ledger with the column ``chapter``.

    Raises
    ------
    ClaimError
        If a claim is shown nowhere, twice, under an unknown id, or outside its section.
    """
    ledger = data.table("claims")
    lines = {row.id: row.Index + 2 for row in ledger.itertuples()}
    chapters: dict[str, str] = {}
    for path in [book / "index.ipynb", *sorted((book / "chapters").glob("*.ipynb"))]:
        chapter = path.relative_to(book).as_posix()
        for claim_id in _shown_in(path):
            if claim_id not in lines:
                raise ClaimError(f"{chapter}: claim {claim_id!r} is not in {LEDGER}")
            where = f"{LEDGER}, row {lines[claim_id]}, claim {claim_id}"
            if claim_id in chapters:
                raise ClaimError(
                    f"{where}: shown twice, in {chapters[claim_id]} and {chapter}"
                )
            section = claim_id.partition("-")[0]
            prefix = section.replace(".", "-") + "-"
            home = (
                chapter == "index.ipynb"
                if section == "abstract"
                else path.name.startswith(prefix)
            )
            if not home:
                raise ClaimError(
                    f"{where}: shown in {chapter}, expected the chapter of section {section}"
                )
            chapters[claim_id] = chapter
    for claim_id, line in lines.items():
        if claim_id not in chapters:
            raise ClaimError(
                f"{LEDGER}, row {line}, claim {claim_id}: shown in no chapter"
            )
    for row in ledger.itertuples():
        if row.section != row.id.partition("-")[0]:
            raise ClaimError(
                f"{LEDGER}, row {row.Index + 2}, claim {row.id}: found section {row.section!r}"
            )
    return ledger.assign(chapter=ledger["id"].map(chapters))


def _shown_in(path: Path) -> list[str]:
    """Return the claim ids that a notebook decides or explains, in order."""
    shown = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "claims.decide",
                "claims.explain",
            ):
                ids = node.args if node.func.attr == "explain" else node.args[:1]
                if not all(isinstance(arg, ast.Constant) for arg in ids):
                    raise ClaimError(
                        f"{path.name}, cell {cell['id']}: found {ast.unparse(node)[:60]}…, "
                        "expected the claim id itself, so that the audit can read it"
                    )
                shown += [arg.value for arg in ids]
    return shown


def _row(claim_id: str) -> dict[str, str | int]:
    """Return a ledger row and, as ``line``, its line in the file."""
    rows = data.table("claims").to_dict("records")
    for line, row in enumerate(rows, start=2):
        if row["id"] == claim_id:
            return row | {"line": line}
    section = claim_id.partition("-")[0]
    near = ", ".join(row["id"] for row in rows if row["section"] == section)
    raise ClaimError(
        f"{LEDGER}: no claim {claim_id!r}; expected one of: {near or 'no claim of this section'}"
    )


def _test(row) -> str:
    return (
        f"Not testable: {row.test}"
        if row.verdict == "not testable"
        else f"Test: {row.test}"
    )


def _anchor(claim_id: str) -> str:
    return "claim-" + claim_id.replace(".", "-")


def _show(
    row: Mapping[str, str | int],
    criteria: Mapping[str, bool],
    evidence: str,
    sources: Sequence[str],
) -> None:
    """Display a verdict as a box, and as plain text for nbval and for a screen reader."""
    verdict = row["verdict"]
    parts = {
        "Claim": [row["claim"]],
        "Criteria": [
            f"{name}: {'met' if met else 'not met'}" for name, met in criteria.items()
        ],
        "Evidence": [evidence] if evidence else [],
        "Reason" if criteria else "Why not": [row["reason"]],
        "Data": [", ".join(sources)] if sources else [],
    }
    items = "".join(
        f"<dt>{name}</dt>"
        + "".join(f"<dd>{escape(text)}</dd>" for text in texts)
        + "\n"
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
