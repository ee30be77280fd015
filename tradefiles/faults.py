"""Where a text file is at fault: line, column, what was found, what was expected. Read row by row, once there is a fault."""

import csv
import glob
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from tradefiles import FileError
from tradefiles.layouts import MISSING
from tradefiles.opening import Source, unpacked

Years = tuple[int, int] | None
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
# What is often met where a number should be, and what to say of it.
NO_NUMBER = {
    r"\s*=.*": ", not a formula; save the sheet as values",
    r"\s*-?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?\s*": ", without thousands separators",
    r"\s*-?[\d.]*,\d*\s*": ", not a decimal comma",
}


class Misfit(FileError):
    """A cell that is at fault: the role of its column as in `tradefiles.layouts`, and a test that knows it; see `place`.

    The role ``economy`` is that of the reporter or of the partner. A pair is the two economies of its row, in either order.
    """

    def __init__(
        self, message: str, role: str, test: Callable[[str], bool], pair: Iterable[str | None] = ()
    ) -> None:
        super().__init__(message)
        self.roles = ["reporter", "partner"] if role == "economy" else [role]
        self.test, self.pair = test, sorted(_name(name or "") for name in pair)


def negative(cell: str) -> bool:
    """Is this a value below zero?"""
    return bool(NUMBER.fullmatch(cell)) and float(cell) < 0


def unbounded(cell: str) -> bool:
    """Is this what programs write for no number, or for one without bound?"""
    return not blank(cell) and not NUMBER.fullmatch(cell)


def blank(cell: str) -> bool:
    """Is this no value?"""
    return cell.strip() in MISSING


def refuse(sources: Sequence[Source], economies: Collection[str] = (), years: Years = None) -> None:
    """Raise what is wrong with the shape of text files or with a value in them; return if nothing is.

    The message names the place. Of values those count whose row names one of the economies on each side and a year of the
    span, if economies are given.
    """
    for source in sources:
        if source.form != "text":
            continue
        columns, index = source.columns(), _index(source)
        for where, cells in _rows(source):
            if len(cells) != len(columns):
                rest = "; is the file cut off, or a comma within a cell?"
                raise FileError(f"{where}: found {len(cells)} cells, expected {len(source.names)}{rest}")
            asked = not economies or _asked(index, cells, economies, years)
            for (column, is_value), cell in zip(columns.items(), cells, strict=True):
                if is_value and asked and unbounded(cell):
                    what = next((say for known, say in NO_NUMBER.items() if re.fullmatch(known, cell)), "")
                    expected = f"a plain number with a decimal point{what}"
                    raise FileError(f"{where}, column {column}: found {cell!r}, expected {expected}")


def place(sources: Sequence[Source], misfit: Misfit, economies: Collection[str], years: Years = None) -> str:
    """Return where a cell first is at fault, as the beginning of a message; of copies only the name.

    Rows count that have the pair of economies or, without one, name one of the economies, in any spelling given, on each side;
    and a year of the span.
    """
    for source in sources:
        index = _index(source)
        for where, cells in _rows(source):
            if len(cells) < len(source.names) or not _asked(index, cells, economies, years, misfit.pair):
                continue
            for column in (_first(index[role], cells) for role in misfit.roles if role in index):
                if misfit.test(cells[column]):
                    return f"{where}, column {source.names[column]}: found {cells[column]!r}"
    return f"{', '.join(source.name for source in sources[:3])}: found one"


def _index(source: Source) -> dict[str, list[int]]:
    """Return the places of the columns that fill each role."""
    filled = source.layout.filled(source.names)
    return {role: [source.names.index(name) for name in names] for role, names in filled.items()}


def _name(cell: str) -> str:
    """Return a name without what stands for nothing."""
    return "" if blank(cell) else cell.strip()


def _first(columns: Sequence[int], cells: Sequence[str]) -> int:
    """Return the first column of a role that says something."""
    return next((column for column in columns if not blank(cells[column])), columns[0])


def _asked(
    index: dict[str, list[int]],
    cells: Sequence[str],
    economies: Collection[str],
    years: Years,
    pair: Sequence[str] = (),
) -> bool:
    """Does a row name a pair, or one of the economies on each side, and a year of the span?"""
    year = cells[index["year"][0]].strip()[:4]
    sides = index["reporter"], index["partner"]
    if pair:
        if sorted(_name(cells[_first(columns, cells)]) for columns in sides) != pair:
            return False
    elif not all(any(cells[column].strip() in economies for column in columns) for columns in sides):
        return False
    return not years or (year.isdigit() and years[0] <= int(year) <= years[1])


def _rows(source: Source) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of a file, but for a text's header and blank ones, with their places as a message names them.

    Those of a copy have none.
    """
    if source.form == "copy":
        return
    if source.form == "parquet":
        yield from _parquet(source)
        return
    with unpacked(source.path, source.name) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        reader = csv.reader(_text_only(lines, source.name), delimiter=source.delimiter, strict=True)
        begins, row = 1, -1
        try:
            for cells in reader:
                if row >= 0 and cells:
                    yield source.place(row, begins), cells
                row += bool(cells)
                begins = reader.line_num + 1
        except csv.Error as error:
            raise FileError(f"{source.place(row, begins)}: {error}; is a quotation mark missing?") from None


def _parquet(source: Source) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of a Parquet file as text."""
    import duckdb

    with duckdb.connect() as connection:
        name = glob.escape(str(source.path.absolute()))
        cursor = connection.execute("FROM read_parquet(?, hive_partitioning = false)", [name])
        rows = chain.from_iterable(iter(lambda: cursor.fetchmany(10_000), []))
        for row, cells in enumerate(rows, 1):
            yield f"{source.name}, row {row}", ["" if cell is None else str(cell) for cell in cells]


def _text_only(lines: Iterable[str], name: str) -> Iterator[str]:
    """Yield lines; refuse one with NUL bytes, which stand where a download was never written."""
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise FileError(
                f"{name}, line {number}: found NUL bytes, expected text; was the download cut short?"
            )
        yield line
