"""Where a text file is at fault: line, column, what was found, what was expected. Read row by row, once there is a fault."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from tradefiles import FileError
from tradefiles.opening import Source, decoded, unpacked

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
# What is often met where a number should be, and what to say of it.
NO_NUMBER = {
    r"\s*=.*": ", not a formula; save the sheet as values",
    r"\s*-?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?\s*": ", without thousands separators",
    r"\s*-?[\d.]*,\d*\s*": ", not a decimal comma",
}


class Misfit(FileError):
    """A cell that is at fault: the role of its column as in `tradefiles.layouts`, and a test that knows it; see `place`."""

    def __init__(self, message: str, role: str, test: Callable[[str], bool]) -> None:
        super().__init__(message)
        self.role, self.test = role, test


def negative(cell: str) -> bool:
    """Is this a value below zero?"""
    return bool(NUMBER.fullmatch(cell)) and float(cell) < 0


def unbounded(cell: str) -> bool:
    """Is this what programs write for no number, or for one without bound?"""
    return not blank(cell) and not NUMBER.fullmatch(cell)


def blank(cell: str) -> bool:
    """Is this no value?"""
    return not cell.strip()


def refuse(sources: Sequence[Source], by_line: bool = False) -> None:
    """Raise what is wrong with the shape of text files or with a year or value in them; return if nothing is.

    The message names line and column. With `by_line` a line break within a cell is a fault, too.
    """
    for source in sources:
        kinds = source.kinds().items() if source.form == "text" else ()
        for line, cells in _rows(source):
            where = f"{source.name}, line {line}"
            if len(cells) != len(kinds):
                rest = "; is the file cut off, or a comma within a cell?"
                raise FileError(f"{where}: found {len(cells)} cells, expected {len(source.names)}{rest}")
            for (column, kind), cell in zip(kinds, cells, strict=True):
                expected = ""
                if kind == "year" and not re.fullmatch(r"\s*\d{4}\s*", cell):
                    expected = "a year such as 2017"
                if kind == "value" and unbounded(cell):
                    what = next((say for known, say in NO_NUMBER.items() if re.fullmatch(known, cell)), "")
                    expected = f"a plain number with a decimal point{what}"
                found = repr(cell)
                if by_line and "\n" in cell:
                    found, expected = "a line break within a cell", "one line a row; leave --engine spark out"
                if expected:
                    raise FileError(f"{where}, column {column}: found {found}, expected {expected}")


def place(
    sources: Sequence[Source],
    misfit: Misfit,
    economies: Collection[str],
    years: tuple[int, int] | None = None,
) -> str:
    """Return where a cell first is at fault, as the beginning of a message; of files that are no text only the name.

    Rows count that name two of the economies, in any spelling given, and a year of the span.
    """
    for source in sources:
        filled = source.layout.filled(source.names)
        index = {role: [source.names.index(name) for name in names] for role, names in filled.items()}
        for line, cells in _rows(source):
            if misfit.role not in index or len(cells) < len(source.names):
                continue
            year, sides = cells[index["year"][0]].strip(), [*index["reporter"], *index["partner"]]
            if sum(cells[column] in economies for column in sides) < 2:
                continue
            if years and not (year.isdigit() and years[0] <= int(year) <= years[1]):
                continue
            columns = index[misfit.role]
            cell = next((cells[column] for column in columns if cells[column]), "")
            if misfit.test(cell):
                return f"{source.name}, line {line}, column {source.names[columns[0]]}: found {cell!r}"
    return f"{', '.join(source.name for source in sources[:3])}: found one"


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text file, but for its header and blank ones, with the line that each begins on."""
    if source.form != "text":
        return
    with unpacked(source.path, source.name) as stream:
        reader = csv.reader(decoded(stream, source.name), delimiter=source.delimiter, strict=True)
        begins = 1
        try:
            for cells in reader:
                if begins > 1 and cells:
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            raise FileError(f"{source.name}, line {begins}: {error}; is a quotation mark missing?") from None
