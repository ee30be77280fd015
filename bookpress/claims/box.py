"""How a verdict is shown in a chapter: a short box on the page, and all of it as plain text, which nbval compares."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from IPython.display import display

from bookpress.claims import columns, ledger, verdicts

Row = dict[Hashable, Any]  # of the ledger, as pandas gives it


def show(
    row: Row,
    main: Mapping[str, verdicts.Finding | bool],
    cells: pd.DataFrame | None,
    evidence: str,
    sources: Sequence[str],
    address: str,
) -> None:
    """Display a verdict; what was computed goes with it, for the claim's own page.

    Parameters
    ----------
    row : dict
        The ledger's row.
    main : mapping
        What each test finds under the main choices; empty for a claim that is not tested here.
    cells : DataFrame or None
        What the tests say under every combination of choices, see `bookpress.claims.grid.run`.
    evidence, sources
        As in `bookpress.claims.decide`.
    address : str
        Of the claim's page, from the chapter.
    """
    written = {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}
    found: ledger.Found = {
        "id": row["id"],
        "tests": [{"name": name, **_said(result)} for name, result in main.items()],
        "choices": _agreement(row["verdict"], cells, list(main)) if cells is not None else [],
        "evidence": evidence,
        "sources": list(sources),
    }
    lines = [f"{name}: {text}" for name, texts in ledger.parts(written, found).items() for text in texts]
    plain = "\n".join([f"{row['verdict'].upper()} {row['id']}", *lines])
    html = ledger.box(written, found, address)
    display({"text/html": html, "text/plain": plain}, raw=True, metadata={"claim": found})


def row_anchor(claim_id: str) -> str:
    """Return the id of a claim's row in the table of the grid."""
    return "grid-" + claim_id.replace(".", "-")


def said(found: verdicts.Finding | bool) -> str:
    """Say what a test finds and what that says of the claim."""
    return ledger.said(_said(found))


def _said(found: verdicts.Finding | bool) -> dict[str, str]:
    outcome = verdicts.outcome(found)
    shown = isinstance(found, verdicts.Finding) and outcome != "not computed"
    return {"found": str(found) if shown else "", "outcome": outcome}


def _agreement(verdict: str, cells: pd.DataFrame, tests: Sequence[str]) -> list[str]:
    """Say how many choices give the verdict of the main ones, what the others give, and what each test says in them."""
    if len(cells) == 1:
        return ["no choice enters: 1 of 1"]
    main, axes = cells["verdict"].iloc[0], [name for name in cells.columns if name not in columns.RESULTS]
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
