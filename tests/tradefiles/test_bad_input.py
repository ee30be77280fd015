"""Whatever is wrong with a reader's files: one message that names file, place and what was expected, status 2, nothing written."""

import gzip
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import pytest

import trade_files as made
from beltroad.__main__ import main

TRADE = made.imports("AUS")
LEGACY = made.text(made.legacy(TRADE))
LINES = LEGACY.splitlines(keepends=True)
EXPORT = {"Trade Flow": "Export", "Trade Flow Code": "2", "Reporter ISO": "AUS", "Partner ISO": "CHN"}


def text(content, name="a.csv", encoding="utf-8"):
    return lambda folder: (folder / name).write_bytes(
        content.encode(encoding) if isinstance(content, str) else content
    )


def rows(*parts, name="a.csv", **options):
    return lambda folder: made.write(folder / name, [row for part in parts for row in part], **options)


def changed(line, old, new):
    """The legacy file with one thing another in one line."""
    assert old in LINES[line - 1]
    return text("".join([*LINES[: line - 1], LINES[line - 1].replace(old, new, 1), *LINES[line:]]))


def only(year):
    return [one for one in TRADE if one[0] == year]


def scaled(times):
    return [(year, code, int(value * times)) for year, code, value in TRADE]


def spelled(change):
    return [(year, change(code), value) for year, code, value in TRADE]


def archive(*members, **options):
    def write(folder):
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in members:
                packed.writestr(name, content)

    return write


def packed(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("a.csv", content)
    return stream.getvalue()


def far_cell(folder):
    """A workbook as people leave them: one forgotten cell in the last row that there can be."""
    made.write_sheet(folder / "whole.xlsx", [list(made.legacy(TRADE)[0].values())])
    with zipfile.ZipFile(folder / "whole.xlsx") as old, zipfile.ZipFile(folder / "a.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="AJ1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            new.writestr(name, content)


def link(folder):
    made.write(folder / "elsewhere.csv", made.legacy(TRADE))
    (folder / "in").mkdir()
    (folder / "in/a.csv").symlink_to(folder / "elsewhere.csv")


def copy(folder):
    made.write(folder / "a.csv", made.legacy(TRADE))
    assert main(["import", str(folder / "a.csv"), "--to", str(folder / "copy")]) == 0


def copy_of(content):
    """A copy whose part holds something else."""

    def make(folder):
        copy(folder)
        part = folder / "copy/beltroad-1.parquet"
        part.write_bytes(content(part.stat().st_size))

    return make


def copy_that_says(change):
    """A copy whose manifest was changed by hand."""

    def make(folder):
        copy(folder)
        manifest = folder / "copy/beltroad-copy.json"
        content = json.loads(manifest.read_text())
        change(content, content["files"]["beltroad-1.parquet"])
        manifest.write_text(json.dumps(content))

    return make


def shapes(folder):
    """Files of one layout whose columns stand in another order in each."""
    (folder / "in").mkdir()
    row = made.wits(TRADE)[0]
    for number, order in enumerate(itertools.islice(itertools.permutations(row), 33)):
        made.write(folder / f"in/{number}.csv", [{name: row[name] for name in order}])


def wide_parquet(folder):
    import duckdb

    columns = ", ".join(f"1 AS c{number}" for number in range(5_001))
    duckdb.execute(f"COPY (SELECT {columns}) TO '{folder / 'a.parquet'}'")


LONG = gzip.compress(LEGACY.encode() * 9, mtime=0)  # more than is read to know what a file is
VALUE = "755367600"  # that of division 01 in 2016, in line 3
COPY = ["--from", "copy"]
IMPORT = ["import", "a.csv", "--to", "copy"]

# What is wrong: how it is made, words of the message, and arguments where they are not the usual ones.
BAD = {
    "no such file": (lambda folder: None, ["a.csv: No such file or directory"]),
    "an empty file": (text(""), ["a.csv: found an empty file, expected a header and rows"]),
    "a blank first line": (text("\n" + LEGACY), ["a.csv, line 1: found a blank line, expected a header"]),
    "a header and no rows": (text(LINES[0]), ["a.csv: found a header and no rows, expected trade"]),
    "a truncated gzip": (
        text(gzip.compress(LEGACY.encode())[:-2000]), ["a.csv: found a damaged gzip", "expected a whole one"]),
    "a gzip without its end": (text(LONG[:-8]), ["a.csv: found a damaged gzip", "expected a whole one"]),
    "a gzip with a wrong sum": (text(LONG[:-8] + bytes(4) + LONG[-4:]), ["a.csv: found a damaged gzip (CRC check failed"]),
    "a gzip with a wrong length": (text(LONG[:-4] + bytes(4)), ["a.csv: found a damaged gzip (Incorrect length of data"]),
    "a gzip with something else behind it": (text(LONG + b"garbage"), ["a.csv: found a damaged gzip (Not a gzipped file"]),
    "a gzip whose second half is cut off": (text(LONG + LONG[:-2000]), ["a.csv: found a damaged gzip"]),
    "packed NUL bytes at the end": (text(gzip.compress(LEGACY.encode() * 9 + bytes(5 << 20))), ["a.csv: found NUL bytes at the end"]),
    "a packed last line of megabytes": (
        text(gzip.compress(LEGACY.encode() * 9 + b"x" * (5 << 20))), ["a.csv: found a last line of more than 4,000,000 bytes"]),
    "a last line of megabytes in another encoding": (
        text(LEGACY.replace("Goods", "Gü", 1).encode("cp1252") * 9 + b"x" * (5 << 20)), ["a.csv: found a last line of more than 4,000,000"]),
    "files of many shapes": (shapes, ["in: found files of 33 shapes", "expected at most 32"], ["--from", "in"]),
    "a Parquet file of many columns": (wide_parquet, ["a.parquet: found 5,001 columns, expected at most 5,000"], ["--from", "a.parquet"]),
    "many columns": (text("," * 5_000 + LEGACY), ["a.csv, line 1: found 5,035 columns, expected at most 5,000"]),
    "a header of 100,000 columns": (text("," * 100_000 + LEGACY), ["a.csv, line 1: found no end of the line in 65,536 bytes"]),
    "no text at all": (text(bytes(range(256)) * 9), ["a.csv, line 1: found a NUL byte, which no text has"]),
    "semicolons": (rows(made.legacy(TRADE), delimiter=";"), ["a.csv, line 1: found ';' between columns, expected commas or tabs"]),
    "a decimal comma": (
        changed(3, VALUE, '"755367,6"'), ["a.csv, line 3, column Trade Value (US$): found '755367,6'", "not a decimal comma"]),
    "thousands separators": (
        changed(3, VALUE, '"755,367,600"'),
        ["a.csv, line 3, column Trade Value (US$): found '755,367,600'", "without thousands separators"]),
    "a formula": (
        changed(3, VALUE, "=SUM(A1:A3)"), ["a.csv, line 3, column Trade Value (US$): found '=SUM(A1:A3)'", "not a formula"]),
    "a word for a value": (changed(3, VALUE, "many"), ["line 3, column Trade Value (US$): found 'many', expected a plain number"]),
    "a value that is no number": (changed(3, VALUE, "nan"), ["line 3, column Trade Value (US$): found 'nan'", "expected a plain number"]),
    "no value": (changed(3, VALUE, ""), ["a.csv, line 3, column Trade Value (US$): found ''", "expected a plain number"]),
    "a value below zero": (
        changed(3, VALUE, "-5"), ["a.csv, line 3, column Trade Value (US$): found '-5'", "expected no value below zero"]),
    "a value with underscores": (changed(3, VALUE, "1_000"), ["a.csv, line 3, column Trade Value (US$): found '1_000'", "expected a plain number"]),
    **{f"a year {year}": (changed(3, "S4,2016", f"S4,{year}"), [f"a.csv, line 3, column Year: found {year!r}, expected a year such as 2017"])
       for year in ("", "20l6", "0x1F", "0x7E0", "2_16", "20_6", "2.01", "2016.5", "2e03", "201e", "2 016", "+2016", "02016", "2016-12", "２０１６")},
    "a quoted line break": (
        changed(3, ",01,", ',"0\n1",'), ["a.csv, line 3, column Commodity Code: found '0\\n1'", "expected digits"]),
    "a quotation mark that is never closed": (changed(3, ",01,", ',"01,'), ["a.csv, line 3"]),
    "a row that is cut off": (text(LEGACY[:-40]), [f"a.csv, line {len(LINES)}: found", "expected 35; is the file cut off"]),
    "a comma in a cell": (
        changed(3, ",01,", ",01,x,"), ["a.csv, line 3: found 36 cells, expected 35", "a comma within a cell?"]),
    "a missing column": (
        rows([{k: v for k, v in row.items() if "Value" not in k} for row in made.legacy(TRADE)]),
        ["a.csv, line 1: looks like UN Comtrade, legacy portal, but found no column of value (tradevalueus)"]),
    "a column twice": (text(LEGACY.replace("Flag", "Year", 1)), ["a.csv, line 1: found column 'Year' twice, expected every column once"]),
    "a renamed column": (
        text(LEGACY.replace("Commodity Code", "Product", 1)),
        ["a.csv, line 1: looks like UN Comtrade, legacy portal", "code (commoditycode); are columns missing or renamed?"]),
    "another table": (text("name,height\na,1\n"), ["a.csv, line 1: found columns name, height, expected those of one of: UN Comtrade"]),
    "a table of codes alone": (text("code,description\n1,Goods\n"), ["a.csv: found a table of codes, expected trade"]),
    "codes that lost their zeros": (
        rows(made.wits(spelled(lambda code: code.lstrip("0") or "0"))),
        ["a.csv, line 2, column ProductCode: found '0'", "did codes lose their leading zeros"]),
    "NA for Namibia": (rows(made.legacy(TRADE)), ["NAM to CHN: found no exporter NAM"], ["--exporter", "NA"]),
    "thousand US dollars under the head of US dollars": (
        rows(made.legacy(scaled(0.001))), ["AUS to CHN, 2016: found 70,8", "expected about 70,895,012,700", "are the values in US$"]),
    "US dollars under the head of thousand": (
        rows(made.wits(scaled(1000))), ["expected about 70,895,012,700; are the values in thousand US$"]),
    "the same rows twice": (
        rows(made.legacy(TRADE), made.legacy(only(2017))), ["AUS to CHN, 2017, code 00: found 2 rows with the same value"]),
    "two vintages": (
        rows(made.legacy(TRADE), made.legacy([(y, c, v + 1) for y, c, v in only(2017)])),
        ["AUS to CHN, 2017, code 00: found several values", "two vintages"]),
    "two totals": (
        rows(made.legacy(TRADE), made.legacy([(2017, "TOTAL", 5)]), made.legacy([(2017, "TOTAL", 7)], **{"Aggregate Level": "0"})),
        ["AUS to CHN, 2017: found two totals"]),
    "a file given twice": (
        rows(made.legacy(TRADE)), ["found the same file as", "expected every file once"], ["--from", "a.csv", "./a.csv"]),
    "rows of no flow": (
        rows(made.legacy(TRADE), made.legacy([(2016, "01", 5)], **{"Trade Flow": "Turnover", "Reporter ISO": "AUS", "Partner ISO": "CHN"})),
        ["column Trade Flow: found 'Turnover'", "expected a flow such as Import or Export"]),
    "the other flow only": (
        rows(made.legacy(TRADE, **{"Trade Flow": "Export"})),
        ["AUS to CHN: found no exporter AUS and no importer CHN; the files hold: CHN to AUS (exporter)"]),
    "re-exports only": (
        rows(made.legacy(TRADE, **EXPORT | {"Trade Flow": "Re-Export"})), ["found only re-exports, expected whole flows"]),
    "both sides": (
        rows(made.legacy(TRADE), made.legacy(TRADE, **EXPORT)), ["AUS to CHN: found both sides, exporter and importer", "--side"]),
    "a side that is not there": (
        rows(made.legacy(TRADE)), ["found the side importer, expected exporter"], ["--side", "exporter"]),
    "two valuations": (
        rows([row | ({"cifvalue": "", "fobvalue": row["primaryValue"]} if row["refYear"] == "2017" else {}) for row in made.api(TRADE)]),
        ["found values CIF and FOB on one side, expected one valuation"]),
    "the World only": (rows(made.legacy(TRADE, "WLD")), ["AUS to CHN: found only aggregates, the World as partner"]),
    "totals only": (
        rows(made.legacy([(year, "TOTAL", 70_000_000_000) for year in (2016, 2017, 2018)], **{"Aggregate Level": "0"})),
        ["AUS to CHN, 2016: found only the total of all goods, expected figures by product"]),
    "parts by transport only": (rows(made.api(TRADE, motCode="1000")), ["found only break-downs by second partner"]),
    "monthly figures": (rows(made.api(TRADE, freqCode="M")), ["found monthly figures, expected annual trade in goods"]),
    "services": (rows(made.api(TRADE, typeCode="S")), ["found trade in services, expected annual trade in goods"]),
    "unknown product codes": (
        rows(made.legacy(spelled(lambda code: "ABCDEFGHIJ"[int(code[0])] + code[1]))), ["AUS to CHN, 2016", "in codes that SITC Rev. 4 does not have"]),
    "product codes that are none": (
        changed(3, ",01,", ",0?,"), ["a.csv, line 3, column Commodity Code: found '0?'", "expected digits"]),
    "codes longer than their level": (
        changed(3, ",01,", ",0111,"), ["a.csv, line 3, column Commodity Code: found '0111'", "expected 2 digits at this level"]),
    "HS codes of no edition": (
        rows([row | {"k": f"9{n:05}"} for n, row in enumerate(made.baci(TRADE), 10_000)]),
        ["AUS to CHN, 2016: found codes of no edition of HS"]),
    "a mix of classifications": (
        rows(made.legacy(TRADE), made.legacy(TRADE, Classification="S3")),
        ["AUS to CHN, 2016: found the classifications S3, S4 in one year", "--classification"]),
    "a classification that is no list of goods": (
        rows(made.legacy(TRADE, Classification="B4")), ["found the classification 'B4', expected SITC (S1 to S4) or HS"]),
    "a classification that is not there": (
        rows(made.legacy(TRADE)), ["found S4, expected the classification H5"], ["--classification", "H5"]),
    "too coarse a level": (
        rows(made.legacy(made.sections(TRADE), **{"Aggregate Level": "1"})),
        ["found SITC Rev. 4 at 1 digit, too coarse for the definition 'wto'", "allows: sections"]),
    "a year missing": (
        rows(made.legacy([one for one in TRADE if one[0] != 2017])), ["found no figures of 2017, expected every year of 2016-2018"]),
    "other years": (rows(made.legacy(TRADE)), ["found figures of 2016, 2017, 2018, expected 2010-2012"], ["--years", "2010-2012"]),
    "an exporter that is not there": (
        rows(made.legacy(TRADE)), ["BRA to CHN: found no exporter BRA; the files hold: AUS to CHN (importer)"], ["--exporter", "BRA"]),
    "no such definition": (rows(made.legacy(TRADE)), ["no definition 'hs'; expected one of: wto"], ["--definition", "hs"]),
    "a folder without a file": (lambda folder: (folder / "in").mkdir(), ["in: found no trade file in this folder"], ["--from", "in"]),
    "a folder without trade": (
        lambda folder: ((folder / "in").mkdir(), (folder / "in/readme.txt").write_text("words\n")),
        ["in: found no trade file in this folder (in/readme.txt, line 1: found columns words"], ["--from", "in"]),
    "memory for nothing": (rows(made.legacy(TRADE)), ["memory: ", "expected an amount such as 400MB"], ["--memory", "little"]),
    "a zip bomb": (
        archive(("a.csv", b"0" * (101 << 20))), ["a.zip: found 105,906,176 bytes packed", "expected at most 100 times"], ["--from", "a.zip"]),
    "a zip of zip bombs": (
        archive(*((f"{n}.zip", packed(b"0\n" * (45 << 20))) for n in range(3))), ["expected at most 100 times"], ["--from", "a.zip"]),
    "a packed Stata file of nothing": (
        text(gzip.compress(b"<stata_dta><header><release>118</release>" + bytes(130 << 20)), "a.dta.gz"),
        ["a.dta.gz: found more than 1", "expected at most 100 times"], ["--from", "a.dta.gz"]),
    "a header without an end": (text(b"a," * (1 << 16)), ["a.csv, line 1: found no end of the line in 65,536 bytes"]),
    "a cell far away": (far_cell, ["a.xlsx: found 1,048,576 rows of 36 columns", "is there one far from the others?"], ["--from", "a.xlsx"]),
    "a pipe": (lambda folder: os.mkfifo(folder / "a.csv"), ["a.csv: found a pipe or device, expected a file"]),
    "NUL bytes at the end": (text(LEGACY.encode() * 9 + bytes(1 << 22)), ["a.csv: found NUL bytes at the end", "cut short?"]),
    "a last line of megabytes": (text(LEGACY.encode() + b"x" * (5 << 20)), ["a.csv: found a last line of more than 4,000,000 bytes"]),
    "a year with a zero before it": (text(LEGACY.replace("S4,2017", "S4,02017")), ["column Year: found '02017', expected a year such as 2017"]),
    "a year of three digits and a blank": (changed(3, "S4,2016", "S4,201 "), ["a.csv, line 3, column Year: found '201 '", "a year such as 2017"]),
    "a damaged zip": (text(b"PK\x03\x04" + LEGACY.encode(), "a.zip"), ["a.zip: found a damaged zip"], ["--from", "a.zip"]),
    "a zip without trade": (
        archive(("readme.txt", "words\n")), ["a.zip:readme.txt, line 1: found columns words"], ["--from", "a.zip"]),
    "a fault within a zip": (
        archive(("b/a.csv", LEGACY.replace(VALUE, "many"))), ["a.zip:b/a.csv, line 3, column Trade Value (US$): found 'many'"],
        ["--from", "a.zip"]),
    "a Parquet file cut off": (text(b"PAR1" + b"0" * 99, "a.parquet"), ["a.parquet: ", "expected a whole Parquet file"], ["--from", "a.parquet"]),
    "a workbook cut off": (
        text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "a.xls"), ["a.xls: ", "expected a whole workbook"], ["--from", "a.xls"]),
    "a Stata file cut off": (
        text(b"<stata_dta><header><release>118</release>", "a.dta"), ["a.dta: ", "expected a whole Stata file"], ["--from", "a.dta"]),
    "half a copy": (lambda folder: (copy(folder), (folder / "copy/beltroad-copy.json").unlink()), ["copy: found part of a copy without its beltroad-copy.json"], ["--from", "copy"]),
    "a copy with a part cut off": (copy_of(lambda size: b""), [".parquet: found 0 bytes, expected", "import again"], ["--from", "copy"]),
    "a copy of an older edition": (
        copy_that_says(lambda all, part: all.update(format=1)), ["copy/beltroad-copy.json: found format 1, expected 4; import again"], COPY),
    "a copy that does not say what is the same": (
        copy_that_says(lambda all, part: part["same"].pop("layout")), ["copy: found the columns code, ", "expected those of a copy; import again"], COPY),
    "a copy that says a column of its own": (
        copy_that_says(lambda all, part: part["same"].update(colour="red")), ["copy: found the columns ", "colour, expected those of a copy"], COPY),
    "a copy that says a column of its file": (
        copy_that_says(lambda all, part: part["same"].update(code="01")), ["copy: found the columns ", "expected those of a copy"], COPY),
    "a copy that says a number": (
        copy_that_says(lambda all, part: part["same"].update(kind=7)), ["copy/beltroad-copy.json: found no manifest of a copy"], COPY),
    "a copy that says a list": (
        copy_that_says(lambda all, part: part.update(same=["kind"])), ["copy/beltroad-copy.json: found no manifest of a copy"], COPY),
    "a copy that reaches out": (
        copy_that_says(lambda all, part: all["files"].update({"../a.csv": part})), ["copy/beltroad-copy.json: found no manifest of a copy"], COPY),
    "a copy without a size": (
        copy_that_says(lambda all, part: part.update(bytes="many")), ["copy/beltroad-copy.json: found no manifest of a copy"], COPY),
    "a copy with a scrambled part": (copy_of(lambda size: b"PAR1" + b"\xff" * (size - 8) + b"PAR1"), ["copy: ", "beltroad-1.parquet"], COPY),
    "a part of a copy alone": (
        copy, ["copy/beltroad-1.parquet: found columns code, ", "expected those of one of"], ["--from", "copy/beltroad-1.parquet"]),
    "a copy that is there": (copy, ["copy: found a copy there, expected a new folder; --force replaces it"], IMPORT),
    "a folder that is no copy": (
        lambda folder: (made.write(folder / "a.csv", made.legacy(TRADE)), (folder / "copy").mkdir(), text("mine", "copy/own.txt")(folder)),
        ["copy: found something that is no copy, expected a new or empty folder"], [*IMPORT, "--force"]),
    "a fault during import": (changed(3, VALUE, "many"), ["a.csv, line 3, column Trade Value (US$): found 'many'"], IMPORT),
    "nothing to import": (text(LINES[0]), ["a.csv: found a header and no rows, expected trade"], IMPORT),
    "a link out of the folder on import": (
        link, ["in/a.csv: found a symbolic link out of the folder"], ["import", "in", "--to", "copy"]),
    "options of files without files": (rows(made.legacy(TRADE)), ["expected --from with it"], ["table1", "--exporter", "AUS", "--side", "importer"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_message_and_status_2_and_writes_nothing(kind, tmp_path, monkeypatch, capsys):
    make, words, *more = BAD[kind]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of the test runner stay
    make(tmp_path)
    before = sorted((path, path.stat().st_size) for path in tmp_path.rglob("*"))
    arguments = more[0] if more else []
    if arguments[:1] not in (["import"], ["table1"]):
        usual = {"--exporter": ["AUS"], "--from": ["a.csv"]}
        given = (part for name, value in usual.items() if name not in arguments for part in (name, *value))
        arguments = ["table1", *arguments, *given]
    capsys.readouterr()
    status = main(arguments)
    shown = capsys.readouterr()
    assert status == 2 and not shown.out
    assert shown.err.startswith("beltroad: ") and shown.err.count("\n") == 1, shown.err
    assert all(word in shown.err for word in words), shown.err
    assert sorted((path, path.stat().st_size) for path in tmp_path.rglob("*")) == before


def test_a_line_break_within_a_description_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(LEGACY.replace("of all kinds", "of all\nkinds"), encoding="utf-8")
    assert main(["table1", "--exporter", "AUS", "--from", str(path)]) == 0


HALF = len("".join(LINES[:90]).encode())


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(LEGACY.encode()[:HALF]) + gzip.compress(LEGACY.encode()[HALF:]),
        gzip.compress(LEGACY.encode()) + bytes(512),
        gzip.compress(LEGACY.encode()[:-1]),
    ],
    ids=["two members", "padded with NUL bytes", "no end of the last line"],
)
def test_a_gzip_that_ends_in_another_way_is_read_whole(content, tmp_path, capsys):
    answers = []
    for name, written in (("a.csv", LEGACY.encode()), ("a.csv.gz", content)):
        (tmp_path / name).write_bytes(written)
        assert main(["table1", "--exporter", "AUS", "--format", "json", "--from", str(tmp_path / name)]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]


LIMITED = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))\n"
    "from beltroad.__main__ import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.mark.parametrize("name", ["a.csv", "a.zip"])
def test_a_full_disk_leaves_no_half_copy(name, tmp_path):
    """The system refuses files of more than two kilobytes, as a disk does that is full."""
    made.write(tmp_path / name, made.legacy(TRADE))
    command = [sys.executable, "-c", LIMITED, "import", name, "--to", "copy"]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 2 and "too large" in done.stderr.lower() and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_interrupted_import_leaves_no_half_copy_and_the_old_one_whole(tmp_path):
    made.write(tmp_path / "a.csv", made.legacy(TRADE))
    run = [sys.executable, "-m", "beltroad", "import"]
    subprocess.run([*run, "a.csv", "--to", "copy"], cwd=tmp_path, check=True, capture_output=True)
    before = {path: path.stat().st_size for path in (tmp_path / "copy").rglob("*")}
    wide = (made.legacy(TRADE, f"X{n:02}", **{"Reporter ISO": f"Y{n:02}"}) for n in range(60))
    made.write(tmp_path / "b.csv", [row for rows in wide for row in rows] * 20)
    env = {**os.environ, "TMPDIR": str(tmp_path / "scratch")}
    (tmp_path / "scratch").mkdir()
    process = subprocess.Popen(
        [*run, "b.csv", "--to", "copy", "--force"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not list(tmp_path.glob(".copy.*.part")):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, message = process.communicate()
    assert process.returncode == 130 and "interrupted; every file is whole" in message
    assert {path: path.stat().st_size for path in (tmp_path / "copy").rglob("*")} == before
    assert not list(tmp_path.glob(".copy.*")) and not list((tmp_path / "scratch").iterdir())
