"""The door: known tables open, damaged ones are refused with one message that says where."""

import csv
import re
from pathlib import Path

import frictionless
import pytest

from bookpress import tables
from shared import ROOT

TABLE = "trade/china_by_division.csv"


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert content.count(old) >= 1
    path.write_bytes(content.replace(old, new, 1))


def refused(folder: Path, name: str = "china-by-division") -> str:
    with pytest.raises(tables.DataError) as caught:
        tables.read(name, folder)
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
    assert tables.read("china-by-division")["sitc_division"].str.len().eq(2).all()
    assert "00" in set(tables.read("china-by-division")["sitc_division"])
    assert "NAM" in set(tables.read("signers")["iso3"])


def test_missing_table(copied_data):
    (copied_data / TABLE).unlink()
    assert refused(copied_data) == (
        "data/trade/china_by_division.csv: not found, expected table 'china-by-division'"
    )


def test_truncated_table(copied_data):
    content = (copied_data / TABLE).read_bytes()
    cut = content[: content.index(b"2012,export,AUS,01") + 12]
    (copied_data / TABLE).write_bytes(cut)
    row = cut.count(b"\n") + 1
    assert refused(copied_data) == (f"data/trade/china_by_division.csv, row {row}: found 3 cells, expected 5")


def test_truncated_at_a_cell_of_the_last_column(copied_data):
    content = (copied_data / TABLE).read_bytes()
    (copied_data / TABLE).write_bytes(content[:-2])
    assert "found no line end" in refused(copied_data)


def test_reencoded_table(copied_data):
    path = copied_data / "paper/claims.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("–", "-").replace("’", "'").encode() + b"\xe9")
    row = text.count("\n") + 1
    assert refused(copied_data, "claims") == (
        f"data/paper/claims.csv, row {row}: found byte 0xe9, expected UTF-8 text"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"\n2010,export,AUS,01,708102", b"\n2010,export,AUS,01,708102.5",
         "row 2, column value_usd: found '708102.5', expected a integer"),
        (b"\n2010,export,AUS,01,708102", b"\n2010,export,AUS,01,",
         "row 2, column value_usd: found '', expected a integer"),
        (b"\n2010,export,AUS,01,708102", b"\n2010,export,AUS,01,-5",
         "row 2, column value_usd: found '-5', expected at least 0"),
        (b"\n2010,export,AUS,01,708102", b"\n1910,export,AUS,01,708102",
         "row 2, column year: found '1910', expected at least 2010"),
        (b"\n2010,export,AUS,01,708102", b"\n2010,exports,AUS,01,708102",
         "row 2, column flow: found 'exports', expected one of export, import"),
        (b"\n2010,export,AUS,01,708102", b"\n2010,export,AUS,1,708102",
         "row 2, column sitc_division: found '1', expected text like [0-9]{2}"),
        (b"value_usd\n", b"value\n", "row 1: found columns year, flow, partner_iso3, sitc_division, value;"),
        (b"\n2010,export,AUS,02,", b"\n2010,export,AUS,01,",
         "row 3, column year+flow+partner_iso3+sitc_division: found '2010+export+AUS+01' again after row 2"),
    ],
)  # fmt: skip
def test_mistyped_cell(copied_data, old, new, message):
    edit(copied_data / TABLE, old, new)
    assert f"data/{TABLE}, {message}" in refused(copied_data)


def test_one_changed_number_that_fits_the_schema(copied_data):
    edit(copied_data / TABLE, b"\n2010,export,AUS,01,708102", b"\n2010,export,AUS,01,708103")
    message = refused(copied_data)
    assert message.startswith(f"data/{TABLE}: every cell fits the schema, but the content")
    assert re.search(r"found sha256 \w{12}… .* expected \w{12}…", message)


def test_tampered_checksum(copied_data):
    recorded = tables.describe()["paper-table1"]["hash"].encode()
    edit(copied_data / "datapackage.json", recorded, b"sha256:" + b"0" * 64)
    assert "expected 000000000000…" in refused(copied_data, "paper-table1")


def test_unknown_name_lists_the_known_ones():
    assert "expected one of: acquisitions, battle-deaths, china-by-division," in refused(
        (ROOT / "data"), "no-such-table"
    )


@pytest.mark.parametrize("content", ["{", '{"resources": 3}', "[]"])
def test_damaged_description(copied_data, content):
    (copied_data / "datapackage.json").write_text(content)
    assert refused(copied_data).startswith("data/datapackage.json: found ")


def test_missing_description(copied_data):
    (copied_data / "datapackage.json").unlink()
    assert refused(copied_data).startswith("data/datapackage.json: not found")


def test_frictionless_finds_every_table_valid():
    report = frictionless.validate(str((ROOT / "data") / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) == len(tables.describe())


def test_every_table_states_source_rights_and_checksums():
    for name, table in tables.describe().items():
        assert table["citation"] and table["retrieval"], name
        assert table["licenses"][0]["description"], name
        assert all(re.fullmatch("[0-9a-f]{64}", f["sha256"]) for f in table.get("sourceFiles", []))
        by_hand = (
            table["path"].startswith(("paper/", "derived/"))
            or table["licenses"][0]["name"] == "public-record"
        )
        assert table.get("sourceFiles") or by_hand, name


def test_data_stays_small():
    size = sum(path.stat().st_size for path in (ROOT / "data").rglob("*") if path.is_file())
    assert size < 5_000_000


def test_every_table_is_used_by_a_chapter_or_by_the_subject():
    sources = [*(ROOT / "chapters").glob("*.ipynb"), ROOT / "index.ipynb", *(ROOT / "beltroad").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources).replace('\\"', '"')
    unused = [name for name in tables.describe() if f'"{name}"' not in text]
    assert not unused


def test_a_text_that_other_readers_take_for_missing_stays_text():
    schema = {"fields": [{"name": "code", "type": "string"}]}
    frame = tables.reading._parse(b"code\nNA\nnull\n", schema)
    assert frame["code"].tolist() == ["NA", "null"]


def test_a_boolean_may_be_missing_and_is_not_false_then():
    schema = {"fields": [{"name": name, "type": "boolean"} for name in ("whole", "gaps")]}
    frame = tables.reading._parse(b"whole,gaps\ntrue,true\nfalse,\nfalse,false\n", schema)
    assert frame["whole"].tolist() == [True, False, False]
    assert frame["gaps"].isna().tolist() == [False, True, False]
    assert frame["gaps"].dropna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("a,1\\nb,1\\n", "row 3, column n: found '1' again after row 2, expected a unique key"),
        ('a,"' + "x" * 140_000 + "\\n", "found field larger than field limit"),
    ],
)
def test_a_value_that_must_be_unique_and_a_missing_quotation_mark(rows, fault):
    fields = [
        {"name": "code", "type": "string"},
        {"name": "n", "type": "string", "constraints": {"unique": True}},
    ]
    limit = csv.field_size_limit(131_072)  # Python's own; frictionless lifts it
    content = ("code,n\n" + rows.replace("\\n", "\n")).encode()
    try:
        assert fault in next(tables.faults(content, {"fields": fields, "primaryKey": ["code"]}))
    finally:
        csv.field_size_limit(limit)
