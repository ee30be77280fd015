"""The one way to read data/: known tables open, damaged ones are refused with one message that says where."""

import csv
import re

import frictionless
import pytest

from bookpress import tables
from shared import ROOT
from small import edit

TABLE = "trade/china_by_division.csv"
FIRST = "\n2010,export,AUS,01,708102"  # its first row


def refused(name: str = "china-by-division") -> str:
    with pytest.raises(tables.DataError) as caught:
        tables.read(name)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_known_figure_comes_out_as_published():
    imports = tables.read("china-by-division").query("flow == 'import' and year == 2017")
    totals = imports.groupby("partner_iso3")["value_usd"].sum() / 1e9
    # Totals as published by UN Comtrade, billion US dollars.
    published = {"KOR": 177.6, "JPN": 165.8, "USA": 154.4, "DEU": 96.9}
    published |= {"AUS": 95.0, "VNM": 50.4, "RUS": 41.4, "IND": 16.4}
    for partner, value in published.items():
        assert totals[partner] == pytest.approx(value, abs=0.1)


def test_codes_stay_text_and_namibia_is_not_missing():
    codes = tables.read("china-by-division")["sitc_division"]
    assert codes.str.len().eq(2).all() and "00" in set(codes)
    assert "NAM" in set(tables.read("signers")["iso3"])


def cut(content: bytes) -> bytes:
    return content[: content.index(b"2012,export,AUS,01") + 12]


def reencoded(content: bytes) -> bytes:
    return content.decode().replace("–", "-").encode() + b"\xe9"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (None, ": not found, expected table 'china-by-division'"),
        (cut, ", row {end}: found 3 cells, expected 5"),
        (lambda content: content[:-2], ", row {end}: found no line end, expected the whole row"),
        (reencoded, ", row {end}: found byte 0xe9, expected UTF-8 text"),
    ],
    ids=["missing", "cut", "cut in the last cell", "reencoded"],
)
def test_a_damaged_file(copied_data, change, message):
    path = copied_data / TABLE
    content = change(path.read_bytes()) if change else b""
    path.write_bytes(content) if change else path.unlink()
    rows = len(content.splitlines())
    assert refused().startswith(f"data/{TABLE}{message.format(end=rows)}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (FIRST, f"{FIRST}.5", "row 2, column value_usd: found '708102.5', expected a whole number"),
        (FIRST, "\n2010,export,AUS,01,", "row 2, column value_usd: found '', expected a whole number"),
        (FIRST, "\n2010,export,AUS,01,-5", "row 2, column value_usd: found '-5', expected at least 0"),
        (FIRST, "\n1910,export,AUS,01,708102", "row 2, column year: found '1910', expected at least 2010"),
        (FIRST, "\n2010,exports,AUS,01,708102",
         "row 2, column flow: found 'exports', expected one of export, import"),
        (FIRST, "\n2010,export,AUS,1,708102",
         "row 2, column sitc_division: found '1', expected text like [0-9]{2}"),
        ("value_usd\n", "value\n", "row 1: found columns year, flow, partner_iso3, sitc_division, value;"),
        ("\n2010,export,AUS,02,", "\n2010,export,AUS,01,",
         "row 3, column year+flow+partner_iso3+sitc_division: found '2010+export+AUS+01' again after row 2"),
    ],
)  # fmt: skip
def test_a_mistyped_cell(copied_data, old, new, message):
    edit(copied_data / TABLE, old, new)
    assert f"data/{TABLE}, {message}" in refused()


def test_one_changed_number_that_fits_the_schema(copied_data):
    edit(copied_data / TABLE, FIRST, FIRST[:-1] + "3")
    message = refused()
    assert message.startswith(f"data/{TABLE}: every cell fits the schema, but the content")
    assert re.search(r"found sha256 \w{12}… .* expected \w{12}…", message)


def test_a_changed_checksum(copied_data):
    edit(copied_data / "datapackage.json", tables.describe()["paper-table1"]["hash"], "sha256:" + "0" * 64)
    tables.reading._describe.cache_clear()
    assert "expected 000000000000…" in refused("paper-table1")


def test_an_unknown_name_lists_the_known_ones():
    assert "expected one of: acquisitions, area-spellings, battle-deaths, china-by-division," in refused(
        "no-such-table"
    )


@pytest.mark.parametrize("content", ["{", '{"resources": 3}', "[]", None])
def test_a_damaged_or_missing_description(copied_data, content):
    path = copied_data / "datapackage.json"
    path.write_text(content) if content else path.unlink()
    assert refused().startswith(f"data/datapackage.json: {'found ' if content else 'not found'}")


def test_frictionless_finds_every_table_valid():
    report = frictionless.validate(str(ROOT / "data/datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) == len(tables.describe())


def test_every_table_states_source_rights_and_checksums():
    for name, table in tables.describe().items():
        assert table["citation"] and table["retrieval"], name
        assert table["licenses"][0]["description"], name
        assert all(re.fullmatch("[0-9a-f]{64}", f["sha256"]) for f in table.get("sourceFiles", []))
        by_hand = table["path"].startswith(("paper/", "derived/"))
        by_hand |= table["licenses"][0]["name"] == "public-record"
        assert table.get("sourceFiles") or by_hand, name


def test_data_stays_small():
    assert sum(path.stat().st_size for path in (ROOT / "data").rglob("*") if path.is_file()) < 5_000_000


def test_every_table_is_used_by_a_chapter_or_by_the_subject():
    sources = [*(ROOT / "chapters").glob("*.ipynb"), ROOT / "index.ipynb", *(ROOT / "beltroad").rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources).replace('\\"', '"')
    assert not [name for name in tables.describe() if f'"{name}"' not in text]


@pytest.mark.parametrize(
    ("type_", "cells", "values"),
    [
        ("string", ["NA", "null"], ["NA", "null"]),  # other readers take these for missing
        ("boolean", ["true", "false"], [True, False]),
        ("boolean", ["true", ""], [True, None]),
        ("integer", ["1", ""], [1, None]),
    ],
)
def test_cells_become_what_their_column_says(type_, cells, values):
    content = "\n".join(["row,value", *(f"{row},{cell}" for row, cell in enumerate(cells)), ""]).encode()
    schema = {"fields": [tables.column("row", "integer", ""), tables.column("value", type_, "")]}
    column = tables.reading._parse(content, schema)["value"]
    assert column.astype(object).where(column.notna(), None).tolist() == values


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("a,1\nb,1\n", "row 3, column n: found '1' again after row 2, expected a unique key"),
        ('a,"' + "x" * 140_000 + "\n", "found field larger than field limit"),
    ],
)
def test_a_value_that_must_be_unique_and_a_missing_quotation_mark(rows, fault):
    fields = [tables.column("code", "string", ""), tables.column("n", "string", "", unique=True)]
    schema = {"fields": fields, "primaryKey": ["code"]}
    limit = csv.field_size_limit(131_072)  # Python's own; frictionless lifts it
    try:
        assert fault in next(tables.faults(f"code,n\n{rows}".encode(), schema))
    finally:
        csv.field_size_limit(limit)


@pytest.mark.parametrize(
    ("type_", "cells"),
    [
        ("integer", ["1_000", " 1", "1.0", "nan", "x"]),
        ("number", ["1_000", "inf", "1,5"]),
        ("date", ["20180101", "2018-13-01", "soon"]),
        ("boolean", ["True", "yes"]),
    ],
)
def test_a_cell_of_another_type_is_refused(type_, cells):
    schema = {"fields": [tables.column("value", type_, "")], "primaryKey": ["value"]}
    content = "\n".join(["value", *cells, ""]).encode()
    assert len(list(tables.faults(content, schema))) == len(cells)
