"""One row of an answer, and what is said of a cell that is at fault."""

from typing import NamedTuple

from tradefiles import FileError, layouts

TOTALS = {"TOTAL", "ALL", "TOT"}


class Row(NamedTuple):
    """One row of an answer; see `tradefiles.question.ask`."""

    layout: str
    year: int
    side: str
    basis: str
    exporter: str
    importer: str
    classification: str
    level: str
    code: str
    part: bool
    kind: str
    value: float
    rows: int
    least: float
    most: float
    blank: int


Coded = tuple[int, Row]
"""A row and how many digits its code should have, see `digits_of`."""


class Misfit(FileError):
    """A cell that is at fault; who knows the files can say where it is."""

    def __init__(self, message: str, role: str, cell: str) -> None:
        super().__init__(message)
        self.role, self.cell = role, cell


def digits_of(row: Row) -> int:
    """Return how many digits a row's code should have; 0 for the total of all goods."""
    if not row.code or row.code.upper() in TOTALS or row.level == "0":
        return 0
    if (row.level or "").strip().isdigit():
        return int(row.level)
    if layouts.BY_NAME[row.layout].digits:
        return layouts.BY_NAME[row.layout].digits
    return len(row.code.strip())
