"""Opening a reader's files: folders, gzip, zip, Excel, Stata, Parquet; each table of trade becomes what an engine can scan."""

import codecs
import csv
import glob
import gzip
import io
import json
import os
import re
import shutil
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from bookpress.edition import files
from tradefiles import FileError, layouts
from tradefiles.layouts import Layout, Unrecognised

HEAD = 1 << 16  # bytes in which a header is looked for
SPARE = "_spare"
# A table of figures packs to a tenth or so. What unpacks to more than this many times its size is made to fill a disk.
MOST_TIMES, HARMLESS = 100, 100 << 20
MOST_CELLS = 10_000_000  # of a sheet, from its first to its last: all are held in memory
# Of all files together: an engine plans every column of every shape; for 600 shapes DuckDB takes minutes and 3 GB.
MOST_SHAPES, MOST_COLUMNS = 32, 5_000
# A copy: its manifest, the names of its parts.
MANIFEST = "beltroad-copy.json"
PART = "beltroad-{}.parquet"
VERSION = 4  # of copies; raised when older ones can no longer be read
CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
# The metadata of Parquet begin with its version and the list of columns, here one of more than 14, and its length.
COLUMNS = re.compile(rb"\x15.\x19\xfc([\x80-\xff]*[\0-\x7f])", re.DOTALL)
# What a file is, by its first bytes.
FORMATS = {b"PAR1": "parquet", b"PK": "zip", b"\xd0\xcf\x11\xe0": "excel", b"<stata_d": "stata"}
ENCODINGS = {"utf-16": "UTF-16", "cp1252": "Windows-1252"}
END = (
    4_000_000  # bytes at the end of a text that are looked at first; DuckDB drops a last line that is longer
)


@dataclass(frozen=True)
class Source:
    """One table that an engine can scan."""

    name: str
    """As the reader knows it; a table within a zip or workbook after a colon."""
    path: Path
    form: str
    """``text``, ``parquet`` or ``copy``."""
    names: tuple[str, ...] = ()
    layout: Layout = layouts.COPY
    delimiter: str = ","
    spare: bool = False
    """Rows end with a delimiter more than the header."""
    gzip: bool = False
    constants: tuple[tuple[str, str | bool], ...] = ()
    """What a copy has the same in every row, and therefore in its manifest."""
    unit: str = "line"
    """What the reader calls a row."""
    numbers: Sequence[int] = ()
    """The number of each row, where it is neither its line nor its place among the rows."""
    notes: tuple[str, ...] = ()
    """What was repaired to read it."""

    def place(self, row: int, line: int) -> str:
        """Return where a row is, as the reader sees it: rows count from 0, lines of the text that was read from 1."""
        number = self.numbers[row] if self.numbers else line if self.unit == "line" else row + 1
        return f"{self.name}, {self.unit} {number}"

    def shape(self) -> tuple[object, ...]:
        """Return what must agree for files to be scanned as one."""
        return self.form, self.names, self.delimiter, self.spare, self.gzip, self.constants

    def columns(self) -> dict[str, bool]:
        """Return the columns of a text as they follow each other, and whether they hold values."""
        filled = self.layout.filled(self.names)
        values = {name for role in ("value", "cif", "fob") for name in filled.get(role, [])}
        return {name: name in values for name in [*self.names, *([SPARE] if self.spare else [])]}


def find(paths: Sequence[Path], scratch: Path, links: bool = True) -> tuple[list[Source], list[str]]:
    """Open files and folders; return their tables of trade, and the names of those in folders that hold none.

    What must be unpacked first goes into the scratch folder. Without `links`, a symbolic link out of a folder is refused.
    Raises `FileError` if a file that is named cannot be read as any of the layouts or is given twice, or nothing is found.
    """
    sources: list[Source] = []
    left: list[str] = []
    seen: dict[Path, str] = {}  # the trade of a file under two names would count twice
    for path in paths:
        if copy := _copy(path):
            sources += copy
            continue
        found, refused = 0, ""
        for file in files.below(path) if path.is_dir() else [path]:
            if path.is_dir() and not links and not file.resolve().is_relative_to(path.resolve()):
                raise FileError(
                    f"{file}: found a symbolic link out of the folder, expected files within {path}"
                )
            name = file.as_posix()
            tables, reason = (
                _if_trade(file, name, scratch) if path.is_dir() else (list(opened(file, name, scratch)), "")
            )
            if not tables and not path.is_dir():
                raise FileError(f"{path}: found a table of codes, expected trade; name the trade files, too")
            if tables and (real := file.resolve()) in seen:
                raise FileError(f"{name}: found the same file as {seen[real]}, expected every file once")
            elif tables:
                seen[real] = name
            left += [] if tables else [name]
            sources, found, refused = [*sources, *tables], found + len(tables), refused or reason
        if not found:
            raise FileError(f"{path}: found no trade file in this folder{refused and f' ({refused})'}")
    if not sources:
        raise FileError("found no file, expected trade files or a folder of them")
    shapes = {source.shape(): len(source.names) for source in sources}
    if len(shapes) > MOST_SHAPES:
        many = f"files of {len(shapes):,} shapes (columns in another place or number, packed or not)"
        raise FileError(f"{paths[0]}: found {many}, expected at most {MOST_SHAPES}; name fewer at a time")
    _check_columns(sum(shapes.values()), f"{paths[0]}")
    return sources, left


def _check_columns(count: int, name: str) -> None:
    """Refuse more columns than an engine plans within seconds."""
    if count > MOST_COLUMNS:
        raise FileError(f"{name}: found {count:,} columns, expected at most {MOST_COLUMNS:,}")


def _copy(folder: Path) -> list[Source]:
    """Return the parts of a copy; none for a folder that is no copy. One that is not whole is refused."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        if any(folder.glob(PART.format("*"))):
            raise FileError(
                f"{folder}: found part of a copy without its {MANIFEST}, expected all; import again"
            )
        return []
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        form = content["format"]
        named = content["files"] if form == VERSION else {}
        notes = tuple(map(str, content["notes"])) if form == VERSION else ()
        described = [(name, int(one["bytes"]), tuple(one["same"].items())) for name, one in named.items()]
        constants = [value for *_, same in described for _, value in same]
        # A part lies in the copy, and what is the same in all its rows is text or true or false.
        if any(Path(name).name != name for name in named) or not {*map(type, constants)} <= {str, bool}:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(f"{manifest}: found no manifest of a copy, expected one; import again") from None
    if form != VERSION:
        raise FileError(f"{manifest}: found format {form}, expected {VERSION}; import again")
    for name, size, _ in described:
        path = folder / name
        found = f"{path.stat().st_size:,} bytes" if path.is_file() else "no such file"
        if found != f"{size:,} bytes":
            raise FileError(f"{path}: found {found}, expected {size:,} bytes; import again")
    return [
        Source(folder.as_posix(), folder / name, "copy", constants=same, notes=notes)
        for name, _, same in described
    ]


def opened(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Yield the tables of trade in a file; its first bytes tell what it is."""
    kept = path.stat()
    if not stat.S_ISREG(kept.st_mode):
        raise FileError(f"{name}: found a pipe or device, expected a file")
    if not kept.st_size:  # one that the system makes up, as below /proc, is never read
        raise Unrecognised(f"{name}: found an empty file, expected a header and rows")
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    with unpacked(path, name) as stream:
        start = stream.read(8)
    if not start:
        raise Unrecognised(f"{name}: found an empty file, expected a header and rows")
    form = next((form for known, form in FORMATS.items() if start.startswith(known)), "text")
    # Stata's releases 4 to 12 begin with the number of the format and of the byte order.
    if form == "stata" or (start[:1].isalpha() and start[1:2] in (b"\1", b"\2")):
        yield from _stata(path, name, scratch, packed)
    elif packed or form == "text":
        yield from _text(path, name, scratch, packed)
    elif form == "parquet":
        yield from _parquet(path, name)
    elif form == "excel" or _is_workbook(path):
        yield from _excel(path, name, scratch)
    else:
        yield from _zip(path, name, scratch)


def _if_trade(path: Path, name: str, scratch: Path) -> tuple[list[Source], str]:
    """Return the tables of trade in a file, or why it is of no known layout."""
    try:
        return list(opened(path, name, scratch)), ""
    except Unrecognised as error:
        return [], str(error)


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a plain or gzip file for reading bytes; damage becomes a message that names the file."""
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        try:
            yield cast(IO[bytes], gzip.GzipFile(fileobj=plain)) if packed else plain
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise FileError(f"{name}: found a damaged gzip ({error}), expected a whole one") from None


def _text(path: Path, name: str, scratch: Path, packed: bool = False) -> Iterator[Source]:
    with unpacked(path, name) as stream:
        head = stream.read(HEAD)
        whole = len(head) < HEAD or not stream.read(1)
    encoding, notes = _encoding(head if whole else head[: head.rfind(b"\n") + 1]), []
    if b"\0" in head and encoding != "utf-16":
        line = head[: head.index(b"\0")].count(b"\n") + 1
        raise Unrecognised(f"{name}, line {line}: found a NUL byte, which no text has, expected a table")
    if encoding != "utf-8":
        path, packed = recoded(path, name, scratch, encoding), False
        notes.append(f"{name}: read as {ENCODINGS[encoding]}, not being UTF-8.")
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    if not packed:
        notes += end(path, name)
    names, rows, delimiter = _header(head if whole else head[: head.rfind(b"\n") + 1], name)
    if layout := layouts.recognise(names, f"{name}, line 1"):
        _check_columns(len(names), f"{name}, line 1")
        if delimiter in ";|":
            raise FileError(f"{name}, line 1: found {delimiter!r} between columns, expected commas or tabs")
        spare = len(rows[0]) == len(names) + 1 and not rows[0][-1] if rows else False
        needed = {column for columns in layout.filled(names).values() for column in columns}
        # What no role needs may lack a name or have another's.
        named = tuple(column if column in needed else f"_{number}" for number, column in enumerate(names))
        yield Source(name, path, "text", named, layout, delimiter, spare, packed, notes=tuple(notes))


def _encoding(head: bytes) -> str:
    """Return the encoding of a text that begins so."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def recoded(path: Path, name: str, scratch: Path, encoding: str) -> Path:
    """Write a text as UTF-8 into the scratch folder; return its path there."""
    target = _place(scratch, "utf-8.csv")
    with unpacked(path, name) as stream, target.open("w", encoding="utf-8", newline="") as to:
        shutil.copyfileobj(codecs.getreader(encoding)(stream, "replace"), to, 1 << 20)
    return target


def end(path: Path, name: str) -> list[str]:
    """Refuse a text that ends in bytes that were never written; say if its last line has no end."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END))
        last = stream.read()
    if b"\0" in last:
        raise FileError(f"{name}: found NUL bytes at the end, expected text; was the download cut short?")
    if b"\n" not in last and b"\r" not in last and len(last) == END:
        raise FileError(
            f"{name}: found a last line of more than {END:,} bytes, expected rows; is the file damaged?"
        )
    if last.endswith((b"\n", b"\r")):
        return []
    return [f"{name}: the last line has no end; if the file was cut short, its last value is wrong."]


def _header(head: bytes, name: str) -> tuple[list[str], list[list[str]], str]:
    """Return the columns of a text that begins so, its first rows, and its delimiter."""
    text = head.decode("utf-8-sig")
    first = text.partition("\n")[0]
    if not head:
        raise Unrecognised(f"{name}, line 1: found no end of the line in {HEAD:,} bytes, expected a header")
    if not first.strip():
        raise Unrecognised(f"{name}, line 1: found a blank line, expected a header")
    delimiter = max(",\t;|", key=first.count)
    if delimiter in ";|" and first.count(delimiter) < 3:
        delimiter = ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names, *cells = rows
    except csv.Error as error:
        raise Unrecognised(f"{name}, line 1: {error}; expected a header") from None
    return [name.strip() for name in names], cells, delimiter


def is_utf8(path: Path, name: str) -> bool:
    """Read a text and say whether it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with unpacked(path, name) as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _parquet(path: Path, name: str) -> Iterator[Source]:
    import duckdb

    _check_columns(_columns(path), name)
    try:
        with duckdb.connect() as connection:
            table = connection.read_parquet(glob.escape(str(path.absolute())), hive_partitioning=False)
            names = table.columns
    except duckdb.Error as error:
        raise FileError(f"{name}: {str(error).splitlines()[0]}; expected a whole Parquet file") from None
    if layout := layouts.recognise(names, name):
        yield Source(name, path, "parquet", tuple(names), layout)


def _columns(path: Path) -> int:
    """Return how many columns a Parquet file says that it has, 0 if few or unknown; DuckDB takes minutes to read 100,000."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 8))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(0, size - 8 - length))
        begins = COLUMNS.match(stream.read(16))
    # Seven bits a byte, the last ones first; the list's first entry is the table itself.
    return sum((byte & 127) << 7 * place for place, byte in enumerate(begins[1])) - 1 if begins else 0


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith("xl/workbook.") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _zip(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Unpack the members of a zip, block by block, and open each."""
    found, refused = 0, ""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_room(sum(one.file_size for one in members), path, name, scratch)
            for member in members:
                target = Path(archive.extract(member, _place(scratch, "zip")))
                tables, reason = _if_trade(target, f"{name}:{member.filename}", scratch)
                found, refused = found + len(tables), refused or reason
                yield from tables
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileError(f"{name}: found a damaged zip ({error}), expected a whole one") from None
    except (RuntimeError, NotImplementedError) as error:  # a password, or a way of packing that Python lacks
        raise FileError(f"{name}: found a zip that cannot be unpacked ({error})") from None
    if not found:
        raise Unrecognised(refused or f"{name}: found no trade in this zip, expected a table of trade")


def _check_room(size: int, path: Path, name: str, scratch: Path) -> None:
    """Refuse what would unpack to many times its size, together with what was unpacked before, or to more than is free."""
    before = sum(one.stat().st_size for one in scratch.rglob("*") if one.is_file())
    times, free = size / path.stat().st_size, shutil.disk_usage(scratch).free
    if before + size > max(HARMLESS, MOST_TIMES * path.stat().st_size):
        found = f"{size:,} bytes packed {times:,.0f} times"
        raise FileError(f"{name}: found {found}, expected at most {MOST_TIMES} times")
    if size > free:
        raise FileError(f"{name}: found {size:,} bytes to unpack, expected at most the {free:,} free")


def _check_sheets(path: Path, name: str) -> None:
    """Refuse a workbook with a sheet that would not fit into memory: a cell far away makes all between it and the first one."""
    if not zipfile.is_zipfile(path):
        return  # the older format ends at row 65,536
    with zipfile.ZipFile(path) as archive:
        sheets = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/sheet")]
        for sheet in sheets:
            rows = columns = 0
            if sheet.file_size > HARMLESS * 2:
                found = f"{sheet.file_size:,} bytes in {sheet.filename}"
                raise FileError(f"{name}: found {found}, expected at most {HARMLESS * 2:,}; save it as CSV")
            with archive.open(sheet) as stream:
                end = b""
                while block := stream.read(1 << 20):
                    text, end = end + block, block[-64:]
                    for letters, digits in CELL.findall(text):
                        column = sum(26**place * (sign - 64) for place, sign in enumerate(reversed(letters)))
                        rows, columns = max(rows, int(digits)), max(columns, column)
            if rows * columns > MOST_CELLS:
                found = f"{rows:,} rows of {columns:,} columns in {sheet.filename}"
                expected = (
                    f"at most {MOST_CELLS:,} cells; is there one far from the others? Save the table as CSV"
                )
                raise FileError(f"{name}: found {found}, expected {expected}")


def _excel(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Write the sheets of a workbook that hold trade as CSV, from the row that is a header."""
    import python_calamine

    try:
        _check_sheets(path, name)
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = {sheet: workbook.get_sheet_by_name(sheet).to_python() for sheet in workbook.sheet_names}
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, OSError) as error:
        raise FileError(f"{name}: {error}; expected a whole workbook") from None
    found, refused = False, ""
    for sheet, rows in sheets.items():
        for number, row in enumerate(rows[:20]):
            kept = [column for column, cell in enumerate(row) if str(cell).strip()]
            names = [str(row[column]).strip() for column in kept]
            try:
                layout = layouts.recognise(names, f"{name}:{sheet}, row {number + 1}")
            except Unrecognised as error:
                refused = refused or (str(error) if len(names) > 1 else "")
                continue
            if layout:
                below = {
                    n: [_cell(row[column]) for column in kept]
                    for n, row in enumerate(rows[number + 1 :], number + 2)
                }
                filled = {n: cells for n, cells in below.items() if any(cells)}
                target, found = _place(scratch, "sheet.csv"), True
                with target.open("w", encoding="utf-8", newline="") as stream:
                    csv.writer(stream, lineterminator="\n").writerows([names, *filled.values()])
                [source] = _text(target, f"{name}:{sheet}", scratch)
                yield replace(source, unit="row", numbers=tuple(filled))
            break
    if not found:
        raise Unrecognised(refused or f"{name}: found no table in this workbook, expected a header and rows")


def _cell(value: Any) -> str:
    """Return a cell as a file of text has it: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _stata(path: Path, name: str, scratch: Path, packed: bool) -> Iterator[Source]:
    """Write a Stata file as CSV, a block of rows at a time."""
    import pandas as pd

    if packed:
        path = unpacked_whole(path, name, scratch)
    target, notes = _place(scratch, "stata.csv"), []
    try:
        with (
            warnings.catch_warnings(record=True) as said,
            pd.read_stata(path, chunksize=100_000, compression=cast(Any, None)) as reader,
        ):
            warnings.simplefilter("always")
            for number, block in enumerate(reader):
                # Its numbers are often decimals, also of years and codes.
                whole = [
                    name for name in block.select_dtypes("float") if (block[name].dropna() % 1 == 0).all()
                ]
                block = block.astype(dict.fromkeys(whole, "Int64"))
                block.to_csv(target, mode="a", index=False, header=number == 0, lineterminator="\n")
        if any(issubclass(one.category, UnicodeWarning) for one in said):
            notes.append(f"{name}: some texts were read as Latin-1, not being UTF-8.")
    except (ValueError, OSError, EOFError, KeyError, struct.error, zlib.error) as error:
        raise FileError(f"{name}: {error}; expected a whole Stata file") from None
    for source in _text(target, name, scratch):
        yield replace(source, unit="observation", notes=(*source.notes, *notes))


def unpacked_whole(path: Path, name: str, scratch: Path) -> Path:
    """Unpack a gzip into the scratch folder; refuse one that unpacks to many times its size."""
    target, most = _place(scratch, "unpacked"), max(HARMLESS, MOST_TIMES * path.stat().st_size)
    with unpacked(path, name) as stream, target.open("wb") as to:
        while block := stream.read(1 << 20):
            if to.tell() + len(block) > most:
                raise FileError(
                    f"{name}: found more than {most:,} bytes packed, expected at most {MOST_TIMES} times"
                )
            to.write(block)
    return target


def _place(scratch: Path, name: str) -> Path:
    """Return a path in the scratch folder that nothing has taken yet."""
    return scratch / f"{len(os.listdir(scratch))}-{name}"
