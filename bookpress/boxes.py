"""How a verdict is shown: a box on the page, and the same as plain text for nbval and for a screen reader."""

import os
from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from bookpress import book, grid, verdicts

GRID_PAGE = "verdicts"  # the chapter that shows the grid, where a book has one

Row = dict[Hashable, Any]  # of the ledger, as pandas gives it


def show(
    row: Row,
    main: Mapping[str, verdicts.Finding | bool],
    cells: pd.DataFrame | None,
    evidence: str,
    sources: Sequence[str],
) -> None:
    """Display a verdict.

    Parameters
    ----------
    row : dict
        The ledger's row.
    main : mapping
        What each test finds under the main choices; empty for a claim that is not tested here.
    cells : DataFrame or None
        What the tests say under every combination of choices, see `bookpress.grid.run`.
    evidence, sources
        As in `bookpress.claims.decide`.
    """
    verdict = row["verdict"]
    parts = {
        "Claim": [row["claim"]],
        "Kind": [f"{row['kind']}; {row['place']}"],
        "For it": [row["supports"]],
        "Against it": [row["contradicts"]],
        "Tests": [f"{name}: {said(found)}" for name, found in main.items()],
        "Choices": _agreement(verdict, cells, list(main)) if cells is not None else [],
        "Departs": [row["departs"]] if pd.notna(row["departs"]) and row["departs"] else [],
        "Evidence": [evidence] if evidence else [],
        "Reason" if main else "It would need": [row["reason"]],
        "Data": [", ".join(sources)] if sources else [],
    }
    items = "".join(
        f"<dt>{name}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts) + "\n"
        for name, texts in parts.items()
        if texts
    )
    if where := _grid_address(row):
        items = items.replace("<dt>Choices</dt>", f'<dt><a href="{where}">Choices</a></dt>')
    html = (
        f'<div class="verdict verdict-{verdict.replace(" ", "-")}" id="{anchor(row["id"])}" role="group" '
        f'aria-label="Verdict on claim {row["id"]}: {verdict}">\n'
        f'<p class="verdict-head"><span aria-hidden="true">{verdicts.SIGNS[verdict]}</span> '
        f"<strong>{verdict.capitalize()}</strong> <code>{row['id']}</code></p>\n<dl>\n{items}</dl>\n</div>"
    )
    lines = [f"{name}: {text}" for name, texts in parts.items() for text in texts]
    plain = "\n".join([f"{verdict.upper()} {row['id']}", *lines])
    display({"text/html": html, "text/plain": plain}, raw=True)


def anchor(claim_id: str) -> str:
    """Return the id of the box where a claim is decided."""
    return "claim-" + claim_id.replace(".", "-")


def row_anchor(claim_id: str) -> str:
    """Return the id of a claim's row in the table of the grid."""
    return "grid-" + claim_id.replace(".", "-")


def _grid_address(row: Row) -> str:
    """Return where the grid shows a claim, as a link from the chapter that decides it; empty without such a page."""
    root = book.root()
    page = next((path for path in book.chapters(root) if path.stem == GRID_PAGE), None)
    if page is None or not (size := row["cells"]) or pd.isna(size) or size < 2:
        return ""
    way = os.path.relpath(page.with_suffix(".html"), book.home(row["section"], root).parent)
    return f"{way.replace(os.sep, '/')}#{row_anchor(row['id'])}"


def said(found: verdicts.Finding | bool) -> str:
    """Say what a test finds and what that says of the claim."""
    words = {"for": "speaks for the claim", "against": "speaks against it", "unclear": "cannot tell"}
    outcome = verdicts.outcome(found)
    detail = f"{found}: " if isinstance(found, verdicts.Finding) and outcome != "not computed" else ""
    return detail + words.get(outcome, outcome)


def _agreement(verdict: str, cells: pd.DataFrame, tests: Sequence[str]) -> list[str]:
    """Say how many choices give the verdict of the main ones, what the others give, and what each test says in them."""
    if len(cells) == 1:
        return ["no choice enters: 1 of 1"]
    main, axes = cells["verdict"].iloc[0], [name for name in cells.columns if name not in grid.RESULTS]
    lines = [f"{_tally(cells['verdict'], main)} of {len(cells)} combinations of {' × '.join(axes)}"]
    if main != verdict:
        lines[0] += f"; the main choices alone say {main}, but fewer than two thirds do"
    each = cells["outcomes"].str.split("; ", expand=True)
    if len(tests) > 1:
        lines += [f"{name}: {_tally(each[i], each[i].iloc[0])}" for i, name in enumerate(tests)]
    return lines


def _tally(said: pd.Series, first: str) -> str:
    """Count what is said, beginning with what the main choice says."""
    counted = said.value_counts()
    return ", ".join(f"{counted[word]} {word}" for word in [first, *counted.index.drop(first)])
