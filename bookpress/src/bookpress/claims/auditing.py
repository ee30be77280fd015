"""Does every claim have its place: decided once, in the chapter of its section, with exhibits that are there."""

from pathlib import Path
from typing import TYPE_CHECKING

from bookpress import tables
from bookpress.claims import ledger
from bookpress.claims.ledger import ClaimError
from bookpress.edition import book
from bookpress.run import ipynb

if TYPE_CHECKING:
    import pandas as pd


def audit(root: Path) -> "pd.DataFrame":
    """Check that the chapters decide what the ledger holds, every claim once, in its own section, with its exhibits.

    A section without a chapter of its own (the abstract) is the cover's. The ledger is returned with a column ``chapter``.
    """
    every = ledger.rows()
    chapters: dict[str, str] = {}
    for path in book.chapters(root):
        chapter = path.relative_to(root).as_posix()
        for claim_id in ledger.shown_in(path):
            if claim_id not in every:
                raise ClaimError(f"{chapter}: claim {claim_id!r} is not in {ledger.file()}")
            row, section = every[claim_id], claim_id.partition("-")[0]
            where = ledger.where(row)
            if claim_id in chapters:
                raise ClaimError(f"{where}: shown twice, in {chapters[claim_id]} and {chapter}")
            if row["section"] != section:
                raise ClaimError(f"{where}: found section {row['section']!r}, expected {section!r}")
            pages = book.pages(section, root)
            if path not in pages:
                raise ClaimError(f"{where}: shown in {chapter}, expected a chapter of section {section}")
            cells = [cell["id"] for page in pages for cell in ipynb.read(page)["cells"]]
            if strange := [one for one in ledger.split(row["exhibits"]) if cells.count(one) != 1]:
                found = f"{where}, column exhibits: found {strange[0]!r}"
                raise ClaimError(f"{found}, expected one cell of the chapters of section {section}")
            chapters[claim_id] = chapter
    for claim_id, row in every.items():
        if claim_id not in chapters:
            raise ClaimError(
                f"{ledger.where(row)}: shown in no chapter; decide or explain it in that of section {row['section']}"
            )
    for table in (ledger.CELLS, ledger.TESTS):
        for line, row in ledger.lines(table):
            if row["claim"] not in every:
                place = f"{ledger.file(table)}, row {line}, column claim"
                expected = f"expected a claim of {ledger.file()}; run `make verdicts`"
                raise ClaimError(f"{place}: found {row['claim']!r}, {expected}")
    _words_applied(every)
    _sentences_mapped(every)
    return tables.read(ledger.TABLE).assign(chapter=list(map(chapters.__getitem__, every)))


def _words_applied(every: dict[str, ledger.Row]) -> None:
    """Check that each word of the dictionary in a claim is applied by one of its tests, or that the ledger says why not."""
    applied: dict[str, set[str]] = {}
    for _, test in ledger.lines(ledger.TESTS):
        applied.setdefault(test["claim"], set()).update(ledger.split(test.get("word", "")))
    for claim_id, row in every.items():
        for word in ledger.used(row["claim"]) if claim_id in applied else []:
            if word not in applied[claim_id] and f"“{word}”" not in row["departs"]:
                expected = f"expected a test with claims.word({word!r}), or “{word}” in column departs with the reason"
                raise ClaimError(f"{ledger.where(row)}, column claim: found {word!r}, {expected}")


def _sentences_mapped(every: dict[str, ledger.Row]) -> None:
    """Check that each sentence leads to claims or says why not, that none is missing, and that every claim is led to."""
    counted: dict[str, int] = {}
    made: set[str] = set()
    for line, row in ledger.lines(ledger.SENTENCES):
        where = f"{ledger.file(ledger.SENTENCES)}, row {line}"
        named, section = ledger.split(row["claims"]), row["section"]
        first = 0 if section not in counted and row["sentence"] == "0" else 1
        expected = counted.get(section, first - 1) + 1
        if row["sentence"] != str(expected):
            raise ClaimError(f"{where}, column sentence: found {row['sentence']!r}, expected {expected}")
        counted[section] = expected
        if strange := [one for one in named if one not in every]:
            raise ClaimError(
                f"{where}, column claims: found {strange[0]!r}, expected a claim of {ledger.file()}"
            )
        if bool(named) == bool(row["no_claim"]):
            found = "claims as well" if named else "neither claims nor a reason"
            raise ClaimError(f"{where}, column no_claim: found {found}, expected one of the two")
        made.update(named)
    for claim_id, row in every.items():
        if counted and claim_id not in made:
            found = f"{ledger.where(row)}: found no sentence that makes it"
            raise ClaimError(f"{found}, expected one in {ledger.file(ledger.SENTENCES)}")
