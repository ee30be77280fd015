"""Trade files of the book's own figures, in the layouts and packings that readers have, and what may befall such files."""

import contextlib
import csv
import gzip
import io
import random
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from lab.copies import ROOT

sys.path.append(str(ROOT / "tests"))  # small trade files in every layout are made there
import trade_files as made

# What a change does to the meaning of a file. What is open may come out as the table that is left says, or as before.
KEPT, CHANGED, DAMAGED, OPEN = range(4)
# The columns of each layout that hold what an answer needs, best first, and some that nobody needs.
# fmt: off
COLUMNS = {
    "legacy": {
        "year": ["Year"], "flow": ["Trade Flow", "Trade Flow Code"], "code": ["Commodity Code"], "value": ["Trade Value (US$)"],
        "importer": ["Reporter ISO", "Reporter Code", "Reporter"], "exporter": ["Partner ISO", "Partner Code", "Partner"],
        "spare": ["Commodity", "Flag", "Qty"],
    },
    "API": {
        "year": ["refYear", "period"], "flow": ["flowCode", "flowDesc"], "code": ["cmdCode"], "value": ["primaryValue"],
        "importer": ["reporterISO", "reporterCode", "reporterDesc"], "exporter": ["partnerISO", "partnerCode", "partnerDesc"],
        "spare": ["cmdDesc", "qty", "isLeaf"],
    },
    "WITS": {
        "year": ["Year"], "flow": ["TradeFlowName", "TradeFlowCode"], "code": ["ProductCode"], "value": ["TradeValue in 1000 USD"],
        "importer": ["ReporterISO3", "ReporterName"], "exporter": ["PartnerISO3", "PartnerName"], "spare": [],
    },
    "BACI": {"year": ["t"], "code": ["k"], "value": ["v"], "importer": ["j"], "exporter": ["i"], "spare": ["q"]},
}
MAKERS: dict[str, Any] = {"legacy": made.legacy, "API": made.api, "WITS": made.wits, "BACI": made.baci}
LEVELS = {"legacy": "Aggregate Level", "API": "aggrLevel"}
FORMS = [*["csv"] * 8, "tsv", "csv.gz", "csv.gz", "zip", "xlsx", "parquet", "parquet", "dta"]
JUNK = [
    "", " ", "NA", "nan", "-1", "inf", "1e999", "1,234", "1.234,5", "12 345", "x", '"', "=1+1", "0x1F", "0", "2017", "201706", "99",
    "1e3", "1_000", "2\u00a0000", "\u200b", "\uff12\uff10\uff11\uff17", "\u0661", "ZZ", "S3", "H4", "--", "1 2", "a\nb", "WLD", "CHN",
]
NAMES = [
    "a [1].csv", "a b.csv", "Year=2010.csv", "a.xlsx", "a.parquet", "a.gz", "a*.csv", "ä,b.csv", "a'b.csv", 'a"b', "a\nb.csv", ".a",
    "{a,b}.csv", "%41.csv", "_a.csv", "a;b|c\t.csv",
]
# fmt: on
SIGNS = [b"0", b"9", b",", b".", b'"', b"\n", b"\r", b"\t", b" ", b"\0", b"\xff", b"\xe9", b";", b"-", b"e"]
Bytes = Callable[[bytes], bytes]


def plain(name: str) -> str:
    """Return the letters and digits of a column's name, in small letters."""
    return "".join(filter(str.isalnum, name)).lower()


@dataclass
class File:
    """A trade file that is not written yet."""

    layout: str
    form: str
    names: list[str]
    rows: list[list[str]]
    name: str
    style: dict[str, Any] = field(default_factory=lambda: {"lineterminator": "\n"})
    """How its text is written, for `csv.writer`."""
    encoding: str = "utf-8"
    unpacked: list[Bytes] = field(default_factory=list)
    """What is done to its text before it is packed."""
    packed: list[Bytes] = field(default_factory=list)
    """What is done to its bytes as they lie on the disk."""

    def places(self, role: str) -> list[int]:
        """Return the places of the columns that fill a role."""
        known = [plain(name) for name in COLUMNS[self.layout].get(role, [])]
        return [place for place, name in enumerate(self.names) if plain(name) in known]

    def write(self, folder: Path) -> Path:
        """Write it; return its path."""
        path, plain = folder / self.name, folder / f"plain.{self.form}"
        if self.form in ("xlsx", "parquet", "dta"):
            {"xlsx": _workbook, "parquet": _parquet, "dta": _stata}[self.form](self, plain)
            content = plain.read_bytes()
            plain.unlink()
        else:
            content = _packed(self, self._text())
        for change in self.packed:
            content = change(content)
        path.write_bytes(content)
        return path

    def _text(self) -> bytes:
        stream = io.StringIO()
        csv.writer(stream, **self.style).writerows([self.names, *self.rows])
        content = stream.getvalue().encode(self.encoding, "replace")
        for change in self.unpacked:
            content = change(content)
        return content


def _packed(file: File, content: bytes) -> bytes:
    if file.form == "csv.gz":
        return gzip.compress(content, mtime=0)
    if file.form == "zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
        return stream.getvalue()
    return content


def _frame(file: File) -> pd.DataFrame:
    """Return the table with numbers for values where all are numbers; of two columns of one name, the last."""
    frame = pd.DataFrame([dict(zip(file.names, row, strict=False)) for row in file.rows])
    for name in {file.names[place] for place in file.places("value")}:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        if numbers.between(-1e300, 1e300).all():  # Stata takes no others
            frame[name] = numbers.astype(float)
    return frame


def _workbook(file: File, path: Path) -> None:
    frame = _frame(file)
    made.write_sheet(path, [[*frame.columns], *frame.to_numpy(dtype=object).tolist()])


def _parquet(file: File, path: Path) -> None:
    with duckdb.connect() as connection:
        connection.from_df(_frame(file)).write_parquet(str(path))


def _stata(file: File, path: Path) -> None:
    frame = _frame(file).rename(columns=lambda name: plain(name) or "_")
    with warnings.catch_warnings(action="ignore"):  # names that Stata does not take get others
        frame.to_stata(path, write_index=False, version=118)


imports = cache(made.imports)


def base(chance: random.Random) -> File:
    """Return what China imports from two exporters, near the book's figures; perhaps with totals, sections and the World."""
    layout = chance.choice(list(COLUMNS))
    level = LEVELS.get(layout)
    totals, sections, described = (
        layout != "BACI" and chance.random() < 0.4,
        chance.random() < 0.2,
        chance.random() < 0.7,
    )
    rows, world = [], Counter()
    for exporter, name in (("AUS", "Australia"), ("DEU", "Germany")):
        trade = [(y, code, round(v * chance.uniform(0.95, 1.05))) for y, code, v in imports(exporter)]
        world.update({(y, code): v for y, code, v in trade})
        also: dict[str, Any] = {"legacy": {"Partner": name}, "API": {"described": described}}.get(layout, {})
        rows += MAKERS[layout](trade, exporter, **also)
        if totals:
            whole = [(year, "TOTAL", sum(v for y, _, v in trade if y == year)) for year in (2016, 2017, 2018)]
            rows += MAKERS[layout](whole, exporter, **also, **({level: "0"} if level else {}))
        if level and sections:
            rows += MAKERS[layout](made.sections(trade), exporter, **also, **{level: "1"})
    if chance.random() < 0.3:
        rows += MAKERS[layout]([(y, code, v) for (y, code), v in world.items()], "WLD")
    form = chance.choice([form for form in FORMS if form != "dta" or layout in ("WITS", "BACI")])
    style = {"lineterminator": "\n", "delimiter": "\t" if form == "tsv" else ","}
    return File(layout, form, list(rows[0]), [list(row.values()) for row in rows], f"a.{form}", style)


# Changes. Each takes a file and a source of chance, and alters the file.
Change = Callable[[File, random.Random], None]


def cells(role: str, new: Callable[[str], str], every: bool = False) -> Change:
    """Write the cells of a role anew: of every row, or perhaps of one."""

    def change(file: File, chance: random.Random) -> None:
        for row in file.rows if every or chance.random() < 0.3 else [chance.choice(file.rows)]:
            for place in file.places(role):
                # Another change may have left nothing there that could be written so.
                with contextlib.suppress(ValueError, IndexError):
                    row[place] = new(row[place])

    return change


def junk(role: str) -> Change:
    """Put what does not belong there into one cell of a role, or of any column."""

    def change(file: File, chance: random.Random) -> None:
        places = file.places(role) if role else range(len(file.names))
        if places:
            row, place = chance.choice(file.rows), chance.choice(places)
            row[place : place + 1] = [chance.choice(JUNK)]

    return change


def lines(new: Callable[[list[list[str]], int, random.Random, list[str]], object]) -> Change:
    """Do something to the rows, at the place of one of them; the header is at hand."""

    def change(file: File, chance: random.Random) -> None:
        new(file.rows, chance.randrange(len(file.rows)), chance, file.names)

    return change


def _swap(rows: list[list[str]], place: int, chance: random.Random, _: list[str]) -> None:
    other = chance.randrange(len(rows))
    rows[place], rows[other] = rows[other], rows[place]


def header(new: Callable[[str], str], every: bool) -> Change:
    """Write the names of columns otherwise: every one, or one that is needed."""

    def change(file: File, chance: random.Random) -> None:
        needed = [place for role in COLUMNS[file.layout] if role != "spare" for place in file.places(role)]
        for place in range(len(file.names)) if every else [chance.choice(needed)] if needed else []:
            file.names[place] = new(file.names[place])

    return change


def reorder(file: File, chance: random.Random) -> None:
    order = chance.sample(range(len(file.names)), len(file.names))
    file.names = [file.names[place] for place in order]
    file.rows = [[row[place] for place in order] if len(row) == len(order) else row for row in file.rows]


def add(name: str, cell: str) -> Change:
    """Add a column that nobody needs, at the beginning or at the end."""

    def change(file: File, chance: random.Random) -> None:
        place = chance.choice([0, len(file.names)])
        file.names.insert(place, name)
        for row in file.rows:
            row.insert(place, cell)

    return change


def drop(role: str) -> Change:
    """Take away one of the columns of a role, if there is one."""

    def change(file: File, chance: random.Random) -> None:
        if places := file.places(role):
            place = chance.choice(places)
            for row in [file.names, *file.rows]:
                del row[place : place + 1]  # a damaged row may be shorter

    return change


def double(file: File, chance: random.Random) -> None:
    place = chance.randrange(len(file.names))
    for row in [file.names, *file.rows]:
        row.append(row[place])


def exchange(file: File, chance: random.Random) -> None:
    one, other = chance.randrange(len(file.names)), chance.randrange(len(file.names))
    file.names[one], file.names[other] = file.names[other], file.names[one]


def style(**how: Any) -> Change:
    """Write the text in another way."""
    return lambda file, chance: file.style.update(how)


def encoded(encoding: str, start: bytes = b"") -> Change:
    def change(file: File, chance: random.Random) -> None:
        file.encoding = encoding
        file.unpacked.append(lambda content: start + content)

    return change


def text(new: Bytes) -> Change:
    """Do something to the whole text, before it is packed."""
    return lambda file, chance: file.unpacked.append(new)


def spot(new: Callable[[bytes, int, int, random.Random], bytes]) -> Change:
    """Do something to a slice of the bytes: of the text, or of the packed file."""

    def change(file: File, chance: random.Random) -> None:
        seed = chance.random()

        def at(content: bytes) -> bytes:
            own = random.Random(seed)
            place = own.randrange(len(content) + 1)
            return new(content, place, min(len(content), place + own.choice([1, 1, 1, 3, 12, 80, 600])), own)

        (file.unpacked if chance.random() < 0.5 and file.form not in BINARY else file.packed).append(at)

    return change


BINARY = ("xlsx", "parquet", "dta")


def name(file: File, chance: random.Random) -> None:
    file.name = chance.choice(NAMES)


def _accents(file: File, chance: random.Random) -> None:
    add("Remarque", "Crème brûlée")(file, chance)
    file.encoding = "cp1252"


def _total(file: File, chance: random.Random) -> None:
    """Add a row with the sum of one column, as spreadsheets make it."""
    [place, *_] = file.places("value") or [0]
    cells = pd.to_numeric(pd.Series([row[place] for row in file.rows if len(row) > place]), errors="coerce")
    file.rows.append(["Total"] + [""] * (len(file.names) - 1))
    file.rows[-1][place] = f"{cells.sum():.3f}"


# What befalls a file: in words, what it does to the meaning, and how.
CHANGES: dict[str, tuple[int, Change]] = {
    "nothing": (KEPT, lambda file, chance: None),
    "values with a decimal point": (KEPT, cells("value", lambda cell: f"{float(cell):.4f}")),
    "values in scientific notation": (KEPT, cells("value", lambda cell: f"{float(cell):.17e}")),
    "blanks around values": (KEPT, cells("value", lambda cell: f" {cell}  ")),
    "a sign before values": (KEPT, cells("value", lambda cell: f"+{cell.strip().lstrip('+')}")),
    "years with a decimal point": (KEPT, cells("year", lambda cell: f"{int(cell)}.0")),
    "blanks around years": (KEPT, cells("year", lambda cell: f" {cell} ")),
    "blanks around exporters": (KEPT, cells("exporter", lambda cell: f" {cell}  ")),
    "blanks around importers": (KEPT, cells("importer", lambda cell: f"{cell} ")),
    "blanks around codes": (KEPT, cells("code", lambda cell: f" {cell}")),
    "blanks around flows": (DAMAGED, cells("flow", lambda cell: f"{cell} ")),
    "NA where nobody looks": (KEPT, cells("spare", lambda cell: "NA")),
    "lines shuffled": (KEPT, lines(lambda rows, place, chance, names: chance.shuffle(rows))),
    "two lines swapped": (KEPT, lines(_swap)),
    "columns shuffled": (KEPT, reorder),
    "a column more": (KEPT, add("Remark", "a, \"b\"")),
    "a column of row numbers without a name": (KEPT, add("", "1")),
    "a column with a line break in it": (KEPT, add("Remark", "a\nb")),
    "a column less that nobody needs": (KEPT, drop("spare")),
    "column names in capitals": (KEPT, header(str.upper, every=True)),
    "column names in small letters": (KEPT, header(str.lower, every=True)),
    "blanks around column names": (KEPT, header(lambda cell: f" {cell} ", every=True)),
    "every cell quoted": (KEPT, style(quoting=csv.QUOTE_ALL)),
    "line ends of Windows": (KEPT, style(lineterminator="\r\n")),
    "a byte order mark": (KEPT, encoded("utf-8", b"\xef\xbb\xbf")),
    "UTF-16": (KEPT, encoded("utf-16")),
    "accents in Windows-1252": (KEPT, _accents),
    "no end of the last line": (KEPT, text(lambda content: content.rstrip(b"\r\n"))),
    "blank lines at the end": (KEPT, text(lambda content: content + 2 * (b"\r\n" if b"\r\n" in content else b"\n"))),
    "another name of the file": (KEPT, name),
    "a line less": (CHANGED, lines(lambda rows, place, chance, names: rows.pop(place))),
    "another value": (CHANGED, cells("value", lambda cell: f"{float(cell) * 1.02:.3f}")),
    "a digit less in a value": (CHANGED, cells("value", lambda cell: cell[1:])),
    "another exporter": (CHANGED, cells("exporter", lambda cell: "FRA")),
    "two column names exchanged": (CHANGED, exchange),
    "a line twice": (DAMAGED, lines(lambda rows, place, chance, names: rows.insert(place, [*rows[place]]))),
    "the header again": (DAMAGED, lines(lambda rows, place, chance, names: rows.insert(place, [*names]))),
    "a footer": (DAMAGED, lines(lambda rows, place, chance, names: rows.append(["Source: UN"]))),
    "a blank row": (DAMAGED, lines(lambda rows, place, chance, names: rows.insert(place, [""] * len(names)))),
    "a cell too many": (DAMAGED, lines(lambda rows, place, chance, names: rows[place].append(""))),
    "a cell too few": (DAMAGED, lines(lambda rows, place, chance, names: rows[place].pop())),
    "a row with the sum": (DAMAGED, _total),
    "thousands separators": (DAMAGED, cells("value", lambda cell: f"{float(cell):,.0f}")),
    "blanks between thousands": (DAMAGED, cells("value", lambda cell: f"{float(cell):,.0f}".replace(",", " "))),
    "points between thousands": (DAMAGED, cells("value", lambda cell: f"{float(cell):,.0f}".replace(",", "."), every=True)),
    "decimal commas": (DAMAGED, cells("value", lambda cell: f"{float(cell):.2f}".replace(".", ","))),
    "negative values": (DAMAGED, cells("value", lambda cell: f"-{cell.strip()}")),
    "values in brackets": (DAMAGED, cells("value", lambda cell: f"({cell})")),
    "values without bound": (DAMAGED, cells("value", lambda cell: "inf")),
    "values in thousands": (DAMAGED, cells("value", lambda cell: f"{float(cell) / 1000:.6f}", every=True)),
    "no values": (DAMAGED, cells("value", lambda cell: "NA")),
    "codes without leading zeros": (DAMAGED, cells("code", lambda cell: cell.lstrip("0") or "0")),
    "codes with a decimal point": (DAMAGED, cells("code", lambda cell: f"{cell}.0")),
    "codes with an apostrophe": (DAMAGED, cells("code", lambda cell: f"'{cell}")),
    "exporters in small letters": (DAMAGED, cells("exporter", str.lower)),
    "months for years": (DAMAGED, cells("year", lambda cell: f"{cell}06")),
    "years of two digits": (DAMAGED, cells("year", lambda cell: cell[2:])),
    **{f"junk for a {role}": (OPEN, junk(role)) for role in ("year", "flow", "code", "value", "importer", "exporter")},
    "junk in any cell": (OPEN, junk("")),
    "a needed column renamed": (DAMAGED, header(lambda cell: f"My {cell}", every=False)),
    "a needed column less": (DAMAGED, lambda file, chance: drop(chance.choice(list(COLUMNS[file.layout])))(file, chance)),
    "a column twice": (DAMAGED, double),
    "semicolons": (DAMAGED, style(delimiter=";")),
    "line ends of old Macs": (DAMAGED, style(lineterminator="\r")),
    "UTF-16 without a mark": (DAMAGED, encoded("utf-16-le")),
    "UTF-32": (DAMAGED, encoded("utf-32")),
    "mixed line ends": (DAMAGED, text(lambda content: content.replace(b"\n", b"\r\n", content.count(b"\n") // 2))),
    "a blank first line": (DAMAGED, text(lambda content: b"\n" + content)),
    "bytes deleted": (OPEN, spot(lambda all, start, end, chance: all[:start] + all[end:])),
    "bytes doubled": (OPEN, spot(lambda all, start, end, chance: all[:end] + all[start:])),
    "bytes moved in": (OPEN, spot(lambda all, start, end, chance: all[:start] + all[:end - start] + all[start:])),
    "random bytes": (OPEN, spot(lambda all, start, end, chance: all[:start] + chance.randbytes(end - start) + all[end:])),
    "a sign more": (OPEN, spot(lambda all, start, end, chance: all[:start] + chance.choice(SIGNS) + all[start:])),
    "another sign": (OPEN, spot(lambda all, start, end, chance: all[:start] + chance.choice(SIGNS) + all[start + 1:])),
    "zero bytes": (OPEN, spot(lambda all, start, end, chance: all[:start] + bytes(end - start) + all[end:])),
    "the rest cut off": (OPEN, spot(lambda all, start, end, chance: all[:start])),
    "bytes at the end": (OPEN, spot(lambda all, start, end, chance: all + chance.randbytes(end - start))),
    "the whole file twice": (OPEN, spot(lambda all, start, end, chance: all + all)),
}  # fmt: skip


def drawn(chance: random.Random) -> list[str]:
    """Return the names of one to three changes, what keeps the meaning first and what leaves it open last."""
    names = chance.sample(list(CHANGES), chance.choice([1, 1, 2, 3]))
    return sorted(names, key=lambda name: CHANGES[name][0])
