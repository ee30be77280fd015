"""The ledger as text, without pandas: its rows, the address of each claim's page, what an earlier edition said.

Kernels judge claims with it (`bookpress.claims`) and the builder of pages shows them (`bookpress.pages.claims`).
"""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bookpress import tables
from bookpress.claims import verdicts
from bookpress.edition import book

TABLE = "claims"  # the ledger's name among the tables
CELLS = "grid"  # every claim under every combination of choices
FORMER = "former-verdicts"  # what earlier editions said; a book need not have it
FOLDER = "claims"  # where the pages of claims lie in the built book; its index lists all

Row = Mapping[str, str]
Found = dict[str, Any]
"""What a chapter computed of a claim: ``id``, ``tests`` (``name``, ``found``, ``outcome``), ``choices``, ``evidence``, ``sources``."""


class ClaimError(book.BookError):
    """The ledger and the chapters disagree; the message names the ledger row."""


def file(table: str = TABLE) -> str:
    """Return the ledger's file, or that of another table, as messages name it."""
    return f"data/{tables.describe()[table]['path']}"


def exists() -> bool:
    """Return whether the book has a ledger."""
    return (book.root() / "data" / tables.PACKAGE).is_file() and TABLE in tables.describe()


def rows() -> dict[str, dict[str, str]]:
    """Return the ledger's rows by claim, every cell as it is written, and as ``line`` its line in the file."""
    return {row["id"]: {**row, "line": str(line)} for line, row in enumerate(tables.rows(TABLE), start=2)}


def former() -> list[dict[str, str]]:
    """Return what earlier editions said, oldest first, and as ``line`` each row's line in its file."""
    if FORMER not in tables.describe():
        return []
    found = [{**row, "line": str(line)} for line, row in enumerate(tables.rows(FORMER), start=2)]
    known = rows()
    for row in found:
        if row["became"] and row["became"] not in known:
            raise ClaimError(
                f"{file(FORMER)}, row {row['line']}, column became: found {row['became']!r}, expected a claim of {file()}"
            )
    return found


def former_pages() -> dict[str, list[dict[str, str]]]:
    """Return the rows of claims that an earlier edition had and this one has not, by their id then."""
    gone: dict[str, list[dict[str, str]]] = {}
    known = rows()
    for row in former():
        if row["claim"] not in known:
            gone.setdefault(row["claim"], []).append(row)
    return gone


def page(claim_id: str) -> str:
    """Return where a claim's page lies in the built book, without ending.

    Examples
    --------
    >>> page("2.1-pattern")
    'claims/2-1-pattern'
    """
    return f"{FOLDER}/{claim_id.replace('.', '-')}"


def anchor(claim_id: str) -> str:
    """Return the id of the box where a chapter decides a claim."""
    return "claim-" + claim_id.replace(".", "-")


def split(cell: str) -> list[str]:
    """Return the parts of a cell that are separated by semicolons.

    Examples
    --------
    >>> split("listed; window")
    ['listed', 'window']
    """
    return [part.strip() for part in cell.split(";") if part.strip()]


def home(row: Row, root: Path) -> str:
    """Return the document name of the chapter that decides a claim."""
    return book.home(row["section"], root).relative_to(root).with_suffix("").as_posix()


def hover(row: Row) -> str:
    """Return the line that a link to a claim shows when it is pointed at."""
    return f"{row['verdict'].capitalize()}: {row['claim']}"


def signed(verdict: str) -> str:
    """Return a verdict in words with its sign, as HTML; the sign is not read aloud."""
    sign = f'<span aria-hidden="true">{verdicts.SIGNS[verdict]}</span> '
    return f'<span class="verdict-word verdict-{verdict.replace(" ", "-")}">{sign}{verdict}</span>'


def parts(row: Row, found: Found) -> dict[str, list[str]]:
    """Return all that is said of a claim, by name, as paragraphs of plain text; what is empty is left out."""
    tested = bool(found["tests"])
    every = {
        "Claim": [row["claim"]],
        "Kind": [f"{row['kind']}; {row['place']}"],
        "For it": [row["supports"]],
        "Against it": [row["contradicts"]],
        "Tests": [f"{test['name']}: {said(test)}" for test in found["tests"]],
        "Choices": found["choices"],
        "Departs": [row["departs"]],
        "Evidence": [found["evidence"]],
        "Reason" if tested else "It would need": [row["reason"]],
        "Data": [", ".join(found["sources"])],
    }
    return {name: kept for name, texts in every.items() if (kept := [text for text in texts if text])}


WORDS = {"for": "speaks for the claim", "against": "speaks against it", "unclear": "cannot tell"}


def said(test: Mapping[str, str]) -> str:
    """Say what a test found and what that says of the claim."""
    detail = f"{test['found']}: " if test["found"] else ""
    return detail + WORDS.get(test["outcome"], test["outcome"])


def box(row: Row, found: Found, address: str) -> str:
    """Return a verdict as a chapter shows it on a screen: verdict, claim, reason, and the way to its page."""
    verdict, claim_id = row["verdict"], row["id"]
    sign = verdicts.SIGNS[verdict]
    tests, cells = len(found["tests"]), row["cells"] or "1"
    how = f"How it was judged: {counted(tests, 'test')}, {counted(int(cells), 'choice')}"
    title = "The tests with their values, other choices, exhibits, history and citation of this claim"
    return (
        f'<div class="verdict verdict-{verdict.replace(" ", "-")}" id="{anchor(claim_id)}" role="group" '
        f'aria-label="Verdict on claim {claim_id}: {verdict}">\n'
        f'<p class="verdict-head"><span aria-hidden="true">{sign}</span> '
        f"<strong>{verdict.capitalize()}</strong> <code>{claim_id}</code></p>\n"
        f'<p class="verdict-claim">{escape(row["claim"])}</p>\n'
        f'<p class="verdict-why">{"" if tests else "It would need: "}{escape(row["reason"])}\n'
        f'<a class="verdict-more" href="{escape(address)}" title="{title}">{how if tests else "More on this claim"}'
        f'<span class="unseen"> (claim {claim_id})</span></a></p>\n</div>'
    )


def details(row: Row, found: Found) -> str:
    """Return all that is said of a claim as HTML, for paper and e-books, which have no pages of claims."""
    items = "".join(
        f"<dt>{name}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts) + "\n"
        for name, texts in parts(row, found).items()
        if name not in ("Claim", "Reason", "It would need")  # the box has these
    )
    return f'<dl class="verdict-details">\n{items}</dl>'


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 claim``, ``2 claims``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def grouped(claims: Sequence[Row]) -> dict[str, list[Row]]:
    """Return claims by verdict, in the order of verdicts, without empty ones."""
    groups = {verdict: [row for row in claims if row["verdict"] == verdict] for verdict in verdicts.VERDICTS}
    return {verdict: group for verdict, group in groups.items() if group}
