"""Where a text file is at fault: line, column, what was found, what was expected. Read row by row, once something is."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from tradefiles import FileError
from tradefiles.engines import columns_of
from tradefiles.sources import Source, unpacked

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
YEAR = re.compile(r"\s*\d{4}\s*")
Row = Mapping[str, str]


def rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a text file with the line that each begins on.

    Raises
    ------
    FileError
        If the text is not UTF-8, a quotation mark is never closed, or the file is damaged.
    """
    with unpacked(source.path, source.name) as stream:

        def lines() -> Iterator[str]:
            for number, line in enumerate(stream, 1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    byte = line[error.start]
                    found = f"found byte 0x{byte:02x}, expected UTF-8 text (is it Latin-1?)"
                    raise FileError(f"{source.name}, line {number}: {found}") from None

        reader = csv.reader(lines(), delimiter=source.delimiter, strict=True)
        begins = 1
        try:
            for cells in reader:
                yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            raise FileError(f"{source.name}, line {begins}: {error}; is a quotation mark missing?") from None


def refuse(source: Source, by_line: bool = False) -> None:
    """Raise what is wrong with the shape of a text file or with a year or value in it; return if nothing is.

    Parameters
    ----------
    source : Source
        A text file; of others nothing is known.
    by_line : bool
        Is a line break within a cell a fault too?

    Raises
    ------
    FileError
        Naming line and column.
    """
    if source.form != "text":
        return
    kinds = list(columns_of(source).items())
    names = list(source.names)
    for line, cells in rows(source):
        if line == 1 or not cells:
            continue
        where = f"{source.name}, line {line}"
        if len(cells) != len(kinds):
            rest = "; is the file cut off, or a comma within a cell?"
            raise FileError(f"{where}: found {len(cells)} cells, expected {len(names)}{rest}")
        for (column, kind), cell in zip(kinds, cells, strict=True):
            if by_line and "\n" in cell:
                expected = "expected one line a row; leave --engine spark out"
                raise FileError(f"{where}, column {column}: found a line break within a cell, {expected}")
            if kind == "year" and not YEAR.fullmatch(cell):
                raise FileError(f"{where}, column {column}: found {cell!r}, expected a year such as 2017")
            if kind == "value" and cell.strip() and not NUMBER.fullmatch(cell):
                raise FileError(f"{where}, column {column}: found {cell!r}, expected {_number(cell)}")


def place(
    sources: Sequence[Source],
    role: str,
    test: Callable[[str], bool],
    economies: Collection[str],
    years: tuple[int, int] | None = None,
) -> str:
    """Return where a cell of one role first passes a test, among rows of some economies, as a message begins.

    Parameters
    ----------
    sources : sequence of Source
        Text files are read row by row; of others only the name is known.
    role : str
        As in `tradefiles.layouts`.
    test : callable
        Is it this cell?
    economies : collection of str
        Every spelling of the economies whose trade is asked for; empty for all.
    years : tuple of int, optional
        First and last year.
    """
    for source in sources:
        filled = source.layout.filled(source.names)
        columns = [source.names.index(name) for name in filled.get(role, [])]
        if source.form != "text" or not columns:
            continue
        sides = [
            source.names.index(name) for side in ("reporter", "partner") for name in filled.get(side, [])
        ]
        year = source.names.index(filled["year"][0])
        for line, cells in rows(source):
            if line == 1 or len(cells) < len(source.names):
                continue
            if economies and sum(cells[column] in economies for column in sides) < 2:
                continue
            if years and not (cells[year].strip().isdigit() and years[0] <= int(cells[year]) <= years[1]):
                continue
            cell = next((cells[column] for column in columns if cells[column]), "")
            if test(cell):
                return f"{source.name}, line {line}, column {source.names[columns[0]]}: found {cell!r}"
    return f"{', '.join(source.name for source in sources[:3])}: found one"


def negative(cell: str) -> bool:
    """Is this a value below zero?"""
    return bool(NUMBER.fullmatch(cell)) and float(cell) < 0


def unbounded(cell: str) -> bool:
    """Is this what programs write for no number or one without bound?"""
    return not blank(cell) and not NUMBER.fullmatch(cell)


def blank(cell: str) -> bool:
    """Is this no value?"""
    return not cell.strip()


def _number(cell: str) -> str:
    """Say what a value should have been."""
    plain = "a plain number with a decimal point"
    if cell.strip().startswith("="):
        return f"{plain}, not a formula; save the sheet as values"
    if re.fullmatch(r"\s*-?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?\s*", cell):
        return f"{plain}, without thousands separators"
    if re.fullmatch(r"\s*-?[\d.]*,\d*\s*", cell):
        return f"{plain}, not a decimal comma"
    return plain
