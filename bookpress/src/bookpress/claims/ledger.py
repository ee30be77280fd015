"""The ledger of claims and the dictionary of their words: rows, pages, what an earlier edition said. It imports no pandas."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from bookpress import tables
from bookpress.claims import verdicts
from bookpress.edition import book
from bookpress.run import ipynb

if TYPE_CHECKING:
    import pandas as pd

# Names of tables. A book need not have any but the ledger.
TABLE = "claims"
CELLS = "grid"  # every claim under every combination of choices
TESTS = "tests"  # what each test finds under the main choices
FORMER = "former-verdicts"  # what earlier editions said
SENTENCES = "sentences"  # the map of the paper's text: which sentence makes which claim
REGISTERED = "registered"  # tests that an edition fixed before their figures were read
SHUFFLES = "shuffles"  # specification curves under shuffled lists
WORDS = "words"  # the dictionary: words by which the paper measures, each with one reading and one bar
FOLDER = "claims"  # where the pages of claims lie in the built book; its index lists all

Row = dict[str, str]


class ClaimError(book.BookError):
    """Ledger, choices and chapters disagree; the message names file and row."""


def file(table: str = TABLE) -> str:
    """Return the ledger's file, or that of another table, as messages name it."""
    return f"data/{tables.describe()[table]['path']}"


def exists() -> bool:
    """Return whether the book has a ledger."""
    return (book.root() / "data" / tables.PACKAGE).is_file() and TABLE in tables.describe()


def lines(table: str) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a table, each with its line in the file; none if the book has no such table."""
    if table in tables.describe():
        yield from enumerate(tables.rows(table), start=2)


def rows() -> dict[str, Row]:
    """Return the ledger's rows by claim, every cell as it is written, and as ``line`` its line in the file."""
    return {row["id"]: {**row, "line": str(line)} for line, row in lines(TABLE)}


def row(claim_id: str) -> Row:
    """Return the row of a claim; where there is none, the error lists the claims of its section."""
    every = rows()
    if claim_id not in every:
        section = claim_id.partition("-")[0]
        expected = (
            ", ".join(one for one in every if one.partition("-")[0] == section) or "no claim of this section"
        )
        raise ClaimError(f"{file()}: no claim {claim_id!r}; expected one of: {expected}")
    return every[claim_id]


def where(row: Row) -> str:
    """Return the place of a claim in the ledger, as messages name it."""
    return f"{file()}, row {row['line']}, claim {row['id']}"


def former() -> list[Row]:
    """Return what earlier editions said, oldest first."""
    found, known = dict(lines(FORMER)), rows()
    for line, row in found.items():
        if row["became"] and row["became"] not in known:
            where = f"{file(FORMER)}, row {line}, column became"
            raise ClaimError(f"{where}: found {row['became']!r}, expected a claim of {file()}")
    return list(found.values())


def page(claim_id: str) -> str:
    """Return where a claim's page lies in the built book, without ending: ``claims/2-1-pattern`` for 2.1-pattern."""
    return f"{FOLDER}/{claim_id.replace('.', '-')}"


def anchor(claim_id: str, table: str = "claim") -> str:
    """Return the id of the box where a chapter decides a claim, or of its row in another table: ``grid-2-1-pattern``."""
    return f"{table}-{claim_id.replace('.', '-')}"


def split(cell: str) -> list[str]:
    """Return the parts of a cell that are separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def homes(root: Path) -> dict[str, str]:
    """Return the document name of the chapter that decides or explains each claim."""
    return {
        claim_id: book.document(path, root) for path in book.chapters(root) for claim_id in shown_in(path)
    }


def shown_in(path: Path) -> Iterator[str]:
    """Yield the claim ids that a notebook decides or explains, in order."""
    for cell in ipynb.read(path)["cells"]:
        source = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
        for call in (node for node in ast.walk(ipynb.parsed(source)) if isinstance(node, ast.Call)):
            given = {"claims.decide": call.args[:1], "claims.explain": call.args}
            for argument in given.get(ast.unparse(call.func), []):
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    found = f"{path.name}, cell {cell['id']}: found {ast.unparse(call)[:60]}…"
                    raise ClaimError(f"{found}, expected the claim id itself, so that the audit can read it")
                yield argument.value


def chapters(root: Path) -> dict[str, list[str]]:
    """Return the document names of the chapters of each claim's section; their exhibits may show what it is about."""
    sections = {row["section"] for row in rows().values()}
    found = {one: [book.document(page, root) for page in book.pages(one, root)] for one in sections}
    return {claim_id: found[row["section"]] for claim_id, row in rows().items()}


def order(column: str) -> list[str]:
    """Return the values of a column in the order that the table declares."""
    fields = tables.describe()[TABLE]["schema"]["fields"]
    values: list[str] = next(field["constraints"]["enum"] for field in fields if field["name"] == column)
    return values


def counts(by: str = "section") -> "pd.DataFrame":
    """Return the number of claims by section or kind (rows, in the order that the table declares) and verdict."""
    counted = tables.read(TABLE).groupby([by, "verdict"]).size().unstack(fill_value=0)
    return counted.reindex(index=order(by), columns=list(verdicts.VERDICTS), fill_value=0)


def told(section: str) -> str:
    """Say how many claims of a section have each verdict, see `verdicts.told`."""
    of_section: dict[str, int] = counts().T.to_dict()[section]
    return verdicts.told(of_section)


def as_registered(edition: str, claim_id: str, found: verdicts.Finding) -> verdicts.Finding:
    """Return what a test found if it is the one that an edition registered: the same bar and the same side.

    Raises
    ------
    ClaimError
        If the edition registered no test of the claim, or another one.
    """
    for line, one in lines(REGISTERED):
        if (one["edition"], one["claim"]) == (edition, claim_id):
            for column in ("claimed", "bar"):
                now = getattr(found, column)
                if one[column] != str(now) and (column == "claimed" or float(one[column]) != now):
                    where = f"{file(REGISTERED)}, row {line}, claim {claim_id}, column {column}"
                    raise ClaimError(f"{where}: found {one[column]!r}, but the test has {now!r}")
            return found
    raise ClaimError(
        f"{file(REGISTERED)}: found no test of claim {claim_id} that edition {edition} registered"
    )


def finding(claim_id: str, verdict: str) -> Row:
    """Return the row of a claim that may be told as a finding elsewhere: it passed the rule, and its verdict is this one.

    Raises
    ------
    ClaimError
        If the claim has another verdict, or one that says neither yes nor no.
    """
    one = row(claim_id)
    if one["verdict"] != verdict or verdict in (*verdicts.OPEN, verdicts.UNTESTED):
        expected = f"expected {verdict!r} and a verdict that is no open question"
        raise ClaimError(
            f"{where(one)}, column verdict: found {one['verdict']!r}, {expected}; write the finding anew"
        )
    return one


def found(claim_id: str, test: int, outcome: verdicts.Outcome) -> dict[str, Any]:
    """Return the row of table ``tests`` (``estimate``, ``low``, ``high``, ``unit`` …) for a sentence in another chapter.

    `test` is the number of a test within the claim. If its outcome is not the one that the sentence rests on, that is
    an error: the sentence would be wrong.
    """
    row(claim_id)
    every = tables.read(TESTS)
    at = every.index[every["claim"].eq(claim_id) & every["test"].eq(test)]
    if not len(at):
        raise ClaimError(f"{file(TESTS)}: found no test {test} of claim {claim_id}")
    one: dict[str, Any] = every.loc[at[0]].to_dict()
    if one["outcome"] != outcome:
        where = f"{file(TESTS)}, row {at[0] + 2}, claim {claim_id}, column outcome: found {one['outcome']!r}"
        raise ClaimError(f"{where}, but a sentence says {outcome!r}; write the sentence anew")
    return one


class Worded(TypedDict):
    """What a test takes from the dictionary: fields of `bookpress.claims.verdicts.Finding`."""

    bar: float
    word: str


def bar(word: str) -> float:
    """Return the bar of a word.

    Raises
    ------
    ClaimError
        If the dictionary does not have the word; the message lists those that it has.
    """
    bars = {row["word"]: row["bar"] for _, row in lines(WORDS)}
    if word not in bars:
        known = ", ".join(bars) or "no word at all"
        raise ClaimError(f"{file(WORDS)}: found no word {word!r}, expected one of: {known}")
    return float(bars[word])


def word(first: str, *others: str) -> Worded:
    """Return the bar of the first word, and the names of all that a test applies."""
    for other in others:
        bar(other)
    return {"bar": bar(first), "word": "; ".join([first, *others])}


def used(text: str) -> list[str]:
    """Return the words of the dictionary that a claim uses; of two that overlap, the longer."""
    found: list[str] = []
    for one in sorted((row["word"] for _, row in lines(WORDS)), key=len, reverse=True):
        text, times = re.subn(rf"\b{re.escape(one)}\b", " ", text, flags=re.IGNORECASE)
        found += [one] * bool(times)
    return found
