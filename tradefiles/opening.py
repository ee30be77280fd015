"""Opening a reader's files: folders, gzip, zip, Excel, Stata, Parquet; each table of trade becomes what an engine can scan."""

import csv
import gzip
import io
import json
import os
import shutil
import struct
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
# A copy: its manifest, the names of its parts.
MANIFEST = "beltroad-copy.json"
PART = "beltroad-{}.parquet"
VERSION = 2  # of copies; raised when older ones can no longer be read
# What a file is, by its first bytes.
FORMATS = {b"PAR1": "parquet", b"PK": "zip", b"\xd0\xcf\x11\xe0": "excel", b"<stata_d": "stata"}
ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


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

    def shape(self) -> tuple[object, ...]:
        """Return what must agree for files to be scanned as one."""
        return self.form, self.names, self.delimiter, self.spare, self.gzip, self.constants

    def kinds(self) -> dict[str, str]:
        """Return what each column is read as: ``year`` (integer), ``value`` (number) or ``text``."""
        filled = self.layout.filled(self.names)
        kinds = dict.fromkeys([*self.names, *([SPARE] if self.spare else [])], "text")
        kinds |= dict.fromkeys(filled["year"], "year")
        return kinds | {name: "value" for role in ("value", "cif", "fob") for name in filled.get(role, [])}


def find(paths: Sequence[Path], scratch: Path, links: bool = True) -> tuple[list[Source], list[str]]:
    """Open files and folders; return their tables of trade, and the names of those in folders that hold none.

    What must be unpacked first goes into the scratch folder. Without `links`, a symbolic link out of a folder is refused.
    Raises `FileError` if a file that is named cannot be read as any of the layouts or is given twice, or nothing is found.
    """
    sources: list[Source] = []
    left: list[str] = []
    for path in paths:
        if not path.is_dir():
            if not (tables := list(opened(path, path.as_posix(), scratch))):
                raise FileError(f"{path}: found a table of codes, expected trade; name the trade files, too")
        elif not (tables := _copy(path)):
            refused = ""
            for file in files.below(path):
                if not links and not file.resolve().is_relative_to(path.resolve()):
                    expected = f"expected files within {path}"
                    raise FileError(f"{file}: found a symbolic link out of the folder, {expected}")
                found, reason = _if_trade(file, file.as_posix(), scratch)
                tables, refused = [*tables, *found], refused or reason
                left += [] if found else [file.as_posix()]
            if not tables:
                raise FileError(f"{path}: found no trade file in this folder{refused and f' ({refused})'}")
        sources += tables
    if not sources:
        raise FileError("found no file, expected trade files or a folder of them")
    seen: dict[Path, str] = {}
    for source in sources:  # the trade of a file under two names would count twice
        if (real := source.path.resolve()) in seen:
            raise FileError(f"{source.name}: found the same file as {seen[real]}, expected every file once")
        seen[real] = source.name
    return sources, left


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
    return [Source(folder.as_posix(), folder / name, "copy", constants=same) for name, _, same in described]


def opened(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Yield the tables of trade in a file; its first bytes tell what it is."""
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    with unpacked(path, name) as stream:
        start = stream.read(8)
    if not start:
        raise FileError(f"{name}: found an empty file, expected a header and rows")
    form = next((form for known, form in FORMATS.items() if start.startswith(known)), "text")
    # Stata's releases 4 to 12 begin with the number of the format and of the byte order.
    if form == "stata" or (start[:1].isalpha() and start[1:2] in (b"\1", b"\2")):
        yield from _stata(path, name, scratch, packed)
    elif packed or form == "text":
        yield from _text(path, name, packed)
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


def _text(path: Path, name: str, packed: bool = False) -> Iterator[Source]:
    names, delimiter, spare = _header(path, name)
    if layout := layouts.recognise(names, f"{name}, line 1"):
        names[-1] = names[-1] or "_"  # the header ends with a delimiter, too
        yield Source(name, path, "text", tuple(names), layout, delimiter, spare, packed)


def _header(path: Path, name: str) -> tuple[list[str], str, bool]:
    """Return the columns of a text file, its delimiter, and whether rows end with one delimiter more."""
    with unpacked(path, name) as stream:
        head = stream.read(HEAD)
        whole = len(head) < HEAD or not stream.read(1)
    if head[:2] in ENCODINGS:
        found = ENCODINGS[head[:2]]
        raise FileError(f"{name}, line 1: found {found}, expected UTF-8 text; save it as CSV UTF-8")
    if b"\0" in head:
        raise Unrecognised(f"{name}, line 1: found bytes that are no text, expected a table")
    cut = head if whole else head[: head.rfind(b"\n") + 1]
    text = "".join(decoded(io.BytesIO(cut), name))
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


def decoded(stream: IO[bytes], name: str) -> Iterator[str]:
    """Yield the lines of a text file; one that is not UTF-8 is refused with its number."""
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            found = f"found byte 0x{line[error.start]:02x}, expected UTF-8 text (is it Latin-1?)"
            raise FileError(f"{name}, line {number}: {found}") from None


def _parquet(path: Path, name: str) -> Iterator[Source]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            names = connection.read_parquet(str(path)).columns
    except duckdb.Error as error:
        raise FileError(f"{name}: {str(error).splitlines()[0]}; expected a whole Parquet file") from None
    if layout := layouts.recognise(names, name):
        yield Source(name, path, "parquet", tuple(names), layout)


def _is_workbook(path: Path) -> bool:
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
            size, free = sum(one.file_size for one in members), shutil.disk_usage(scratch).free
            times = size / path.stat().st_size
            if size > HARMLESS and times > MOST_TIMES:
                found_times = f"{size:,} bytes packed {times:,.0f} times"
                raise FileError(f"{name}: found {found_times}, expected at most {MOST_TIMES} times")
            if size > free:
                raise FileError(f"{name}: found {size:,} bytes to unpack, expected at most the {free:,} free")
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


def _excel(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """Write the sheets of a workbook that hold trade as CSV, from the row that is a header."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = {sheet: workbook.get_sheet_by_name(sheet).to_python() for sheet in workbook.sheet_names}
    except (python_calamine.CalamineError, OSError) as error:
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
                cells = ([_cell(row[column]) for column in kept] for row in rows[number + 1 :])
                target, found = _place(scratch, "sheet.csv"), True
                with target.open("w", encoding="utf-8", newline="") as stream:
                    csv.writer(stream, lineterminator="\n").writerows([names, *filter(any, cells)])
                yield Source(f"{name}:{sheet}", target, "text", tuple(names), layout)
            break
    if not found:
        raise Unrecognised(refused or f"{name}: found no table in this workbook, expected a header and rows")


def _cell(value: Any) -> str:
    """Return a cell as a file of text has it: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _stata(path: Path, name: str, scratch: Path, packed: bool) -> Iterator[Source]:
    """Write a Stata file as CSV, a block of rows at a time."""
    import pandas as pd

    target, how = _place(scratch, "stata.csv"), cast(Any, "gzip" if packed else None)
    try:
        with pd.read_stata(path, chunksize=100_000, compression=how) as reader:
            for number, block in enumerate(reader):
                block.to_csv(target, mode="a", index=False, header=number == 0, lineterminator="\n")
    except (ValueError, OSError, EOFError, KeyError, struct.error, zlib.error) as error:
        raise FileError(f"{name}: {error}; expected a whole Stata file") from None
    for source in _text(target, name):
        yield replace(source, name=name)


def _place(scratch: Path, name: str) -> Path:
    """Return a path in the scratch folder that nothing has taken yet."""
    return scratch / f"{len(os.listdir(scratch))}-{name}"
