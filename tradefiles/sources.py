"""Opening a reader's files: folders, many files, gzip, zip, Excel, Stata, Parquet; each becomes what an engine can scan."""

import csv
import gzip
import io
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from tradefiles import FileError, layouts
from tradefiles.layouts import Layout

HEAD = 1 << 16  # bytes in which a header is looked for
BLOCK = 1 << 20
# A table of figures packs to a tenth or so. What unpacks to more than this many times its size is meant to fill a disk.
MOST_TIMES, HARMLESS = 100, 100 << 20


@dataclass(frozen=True)
class Source:
    """One table that an engine can scan."""

    name: str
    """As the reader knows it; a table within a zip or workbook after a colon."""
    path: Path
    form: str
    """``text``, ``parquet`` or ``copy``."""
    names: tuple[str, ...] = ()
    delimiter: str = ","
    spare: bool = False
    """Rows end with a delimiter more than the header."""
    layout: Layout = layouts.COPY
    gzip: bool = False
    constants: tuple[tuple[str, str | bool], ...] = ()
    """What a copy has the same in every row, and therefore in its manifest."""

    def shape(self) -> tuple[object, ...]:
        """Return what must agree for files to be scanned as one."""
        return self.form, self.names, self.delimiter, self.spare, self.gzip, self.constants


class Unrecognised(FileError):
    """A file that is whole but of no known layout."""


def opened(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Yield the tables of trade in a file; what it is its first bytes say."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise FileError(f"{name}: found an empty file, expected a header and rows")
    if start.startswith(b"PAR1"):
        yield from _parquet(path, name)
    elif start.startswith(b"PK\x03\x04") and _workbook(path):
        yield from _excel(path, name, scratch)
    elif start.startswith(b"PK"):
        yield from _zip(path, name, scratch)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        yield from _excel(path, name, scratch)
    elif _is_stata(start):
        yield from _stata(path, name, scratch)
    elif start.startswith(b"\x1f\x8b"):
        with unpacked(path, name) as stream:
            start = stream.read(8)
        if _is_stata(start):
            target = _room(scratch, path.stem)
            with unpacked(path, name) as stream, target.open("wb") as plain:
                shutil.copyfileobj(stream, plain, BLOCK)
            yield from _stata(target, name, scratch)
        else:
            yield from _text(path, name)
    else:
        yield from _text(path, name)


def _is_stata(start: bytes) -> bool:
    """Releases 4 to 12 begin with the number of the format and of the byte order, later ones with a tag."""
    return start.startswith(b"<stata_d") or (start[:1].isalpha() and start[1:2] in (b"\1", b"\2"))


class unpacked:
    """Open a plain or gzip file for reading bytes; damage becomes a message that names the file."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def __enter__(self) -> IO[bytes]:
        self.stream: IO[bytes] = self.path.open("rb")
        if self.stream.read(2) == b"\x1f\x8b":
            self.stream.close()
            self.stream = cast(IO[bytes], gzip.open(self.path))
        else:
            self.stream.seek(0)
        return self.stream

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.stream.close()
        if isinstance(error, (EOFError, gzip.BadGzipFile, zlib.error)):
            raise FileError(
                f"{self.name}: found a damaged gzip ({error}), expected a whole one; fetch it again"
            )


def header(path: Path, name: str) -> tuple[list[str], str, bool]:
    """Return the columns of a text file, its delimiter, and whether rows end with one delimiter more.

    Raises
    ------
    FileError
        If it is not UTF-8 text separated by commas or tabs.
    """
    with unpacked(path, name) as stream:
        head = stream.read(HEAD)
        whole = len(head) < HEAD or not stream.read(1)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileError(f"{name}, line 1: found UTF-16, expected UTF-8 text; save it as CSV UTF-8")
        raise Unrecognised(f"{name}, line 1: found bytes that are no text, expected a table")
    cut = head if whole else head[: head.rfind(b"\n") + 1]
    try:
        text = cut.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = cut[: error.start].count(b"\n") + 1
        raise FileError(
            f"{name}, line {line}: found byte 0x{cut[error.start]:02x}, expected UTF-8 text (is it Latin-1?)"
        ) from None
    first = text.partition("\n")[0]
    if not first.strip():
        raise FileError(f"{name}, line 1: found a blank line, expected a header")
    delimiter = max(",\t;|", key=first.count)
    if delimiter in ";|" and first.count(delimiter) > 2:
        raise FileError(f"{name}, line 1: found {delimiter!r} between columns, expected commas or tabs")
    delimiter = "\t" if delimiter == "\t" else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names, cells = [cell.strip() for cell in next(rows)], next(rows, [])
    return names, delimiter, len(cells) == len(names) + 1 and not cells[-1]


def _text(path: Path, name: str) -> Iterator[Source]:
    names, delimiter, spare = header(path, name)
    if names and not names[-1]:
        names[-1] = "_"  # the header has the trailing comma too
    layout = layouts.recognise(names)
    if layout is None:
        if layouts.companion(names):
            return
        raise Unrecognised(f"{name}, line 1: {layouts.unknown(names)}")
    layouts.check(name, names)
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    yield Source(name, path, "text", tuple(names), delimiter, spare, layout, packed)


def _parquet(path: Path, name: str) -> Iterator[Source]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            names = connection.read_parquet(str(path)).columns
    except duckdb.Error as error:
        raise FileError(f"{name}: {str(error).splitlines()[0]}; expected a whole Parquet file") from None
    layout = layouts.recognise(names)
    if layout is None:
        raise Unrecognised(f"{name}: {layouts.unknown(names)}")
    layouts.check(name, names)
    yield Source(name, path, "parquet", tuple(names), layout=layout)


def _workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _zip(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Unpack the members of a zip, block by block, and open each."""
    found, refused = 0, ""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            size = sum(one.file_size for one in members)
            if size > HARMLESS and size > MOST_TIMES * path.stat().st_size:
                times = size / path.stat().st_size
                raise FileError(
                    f"{name}: found {size:,} bytes packed {times:,.0f} times, expected at most {MOST_TIMES} times"
                )
            free = shutil.disk_usage(scratch).free
            if size > free:
                raise FileError(
                    f"{name}: found {size:,} bytes to unpack, expected at most the {free:,} free on disk"
                )
            for member in members:
                target = _room(scratch, Path(member.filename).name or "table")
                with archive.open(member) as stream, target.open("wb") as plain:
                    shutil.copyfileobj(stream, plain, BLOCK)
                try:
                    tables = list(opened(target, f"{name}:{member.filename}", scratch))
                except Unrecognised as error:
                    tables, refused = [], refused or str(error)
                found += len(tables)
                yield from tables
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileError(
            f"{name}: found a damaged zip ({error}), expected a whole one; fetch it again"
        ) from None
    except (RuntimeError, NotImplementedError) as error:  # a password, or a way of packing that Python lacks
        raise FileError(f"{name}: found a zip that cannot be unpacked ({error})") from None
    if not found:
        raise Unrecognised(refused or f"{name}: found no trade in this zip, expected a table of trade")


def _excel(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Write the sheets of a workbook that hold trade as CSV, from the row on that is a header."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = {sheet: workbook.get_sheet_by_name(sheet).to_python() for sheet in workbook.sheet_names}
    except (python_calamine.CalamineError, OSError) as error:
        raise FileError(f"{name}: {error}; expected a whole workbook") from None
    refused = ""
    for sheet, rows in sheets.items():
        shown = f"{name}:{sheet}"
        for number, row in enumerate(rows[:20]):
            names = [str(cell).strip() for cell in row]
            if layout := layouts.recognise(names):
                kept = [column for column, cell in enumerate(names) if cell]
                names = [names[column] for column in kept]
                layouts.check(shown, names)
                cells = ([_cell(row[column]) for column in kept] for row in rows[number + 1 :])
                target = _written(_room(scratch, "sheet.csv"), names, (row for row in cells if any(row)))
                yield Source(shown, target, "text", tuple(names), layout=layout)
                break
            if len([one for one in names if one]) > 1 and not refused:
                refused = f"{shown}, row {number + 1}: {layouts.unknown([one for one in names if one])}"
        else:
            continue
        refused = "-"
    if refused != "-":
        raise Unrecognised(refused or f"{name}: found no table in this workbook, expected a header and rows")


def _cell(value: Any) -> str:
    """Return a cell as a file of text has it: whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _stata(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Write a Stata file as CSV, a block of rows at a time."""
    import pandas as pd

    target = _room(scratch, "stata.csv")
    try:
        with pd.read_stata(path, chunksize=100_000, convert_categoricals=True) as reader:
            for number, block in enumerate(reader):
                block.to_csv(target, mode="a", index=False, header=number == 0, lineterminator="\n")
    except (ValueError, OSError, EOFError, KeyError, struct.error) as error:
        raise FileError(f"{name}: {error}; expected a whole Stata file") from None
    for source in _text(target, name):
        yield replace(source, name=name)


def _written(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([names, *rows])
    return path


def _room(scratch: Path, name: str) -> Path:
    """Return a path in the scratch folder that nothing has taken yet."""
    number = len(os.listdir(scratch))
    return scratch / f"{number}-{name}"
