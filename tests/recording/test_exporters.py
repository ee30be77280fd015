"""Mapping exporters by the Harmonized System: sides and sums are checked, and what has no division is kept."""

import pandas as pd
import pytest

from bookpress import tables
from recording import readers
from recording.merchandise import exporters
from recording.merchandise.classifications import Facts

KNOWN = {
    "270900": Facts("33", (), ()),
    "710812": Facts("97", (), ()),
    "810810": Facts("68", (), ()),
    "810890": Facts("69", (), ()),
    "845690": Facts("73", ("72",), ()),
}
SOURCE = ["reporterDesc", "partnerDesc", "refYear", "cmdCode", "flowCode", "primaryValue"]


def sheet(*rows):
    """What a workbook gives: a line above the headings, then codes of all levels in one column."""
    lines = [[""] * len(SOURCE), SOURCE, *([*row[:3], row[3], row[4], row[5]] for row in rows)]
    return pd.DataFrame(lines)


def bought(year, code, value, side=("China", "Angola", "M")):
    return [side[0], side[1], year, code, side[2], value]


def read(monkeypatch, *rows, file="angola.xlsx"):
    monkeypatch.setitem(exporters.CHINA_REPORTS, "AGO", ("Angola", file))
    reader = "csv" if file.endswith(".csv") else "workbook"
    monkeypatch.setattr(readers, reader, lambda path, header: sheet(*rows))
    return exporters.china_reported(exporters.Path("sources"), "AGO")


@pytest.mark.parametrize("file", ["angola.xlsx", "angola.csv"])
def test_one_level_is_taken_and_years_are_chosen(monkeypatch, file):
    rows = [("27", "7"), ("2709", "7"), ("270900", "7"), ("TOTAL", "7")]
    found = read(
        monkeypatch,
        *(bought(year, *row) for year in ("2016", "2017", "2018") for row in rows),
        bought("2019", "270900", "5"),
        file=file,
    )
    years = (2016, 2017, 2018)
    assert found.to_dict("records") == [{"year": year, "code": "270900", "value": 7.0} for year in years]


REFUSED = "in 2016 the six-digit codes sum to 7, expected "


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([bought("2016", "27", "8"), bought("2016", "270900", "7")], f"{REFUSED}8"),
        ([bought("2016", *one) for one in (("27", 7), ("270900", 7), ("TOTAL", 9))], f"{REFUSED}9"),
        ([bought("2016", "270900", "7")], f"{REFUSED}0"),
        (
            [bought(year, code, "7") for year in ("2016", "2018") for code in ("27", "270900")],
            "found no six-digit codes in 2017, expected every year from 2016 to 2018",
        ),
        *(
            (
                [bought("2016", "27", 7), bought("2016", "270900", 7, side)],
                "expected China's imports from Angola",
            )
            for side in (("China", "Brazil", "M"), ("Angola", "Angola", "M"), ("China", "Angola", "X"))
        ),
    ],
)
def test_parts_that_do_not_make_the_whole_and_other_sides_are_refused(monkeypatch, rows, message):
    with pytest.raises(tables.DataError, match=message):
        read(monkeypatch, *rows)


@pytest.mark.parametrize("code", ["RUS", "KAZ"])
def test_an_exporter_that_another_table_holds_is_refused(monkeypatch, code):
    monkeypatch.setitem(exporters.CHINA_REPORTS, code, ("Somewhere", "somewhere.csv"))
    with pytest.raises(tables.DataError, match=f"found {code}, expected an exporter that no other table"):
        exporters.china_mapped(exporters.Path("sources"))


def test_a_sheet_without_headings_is_refused(monkeypatch):
    monkeypatch.setattr(readers, "workbook", lambda path, header: pd.DataFrame([["a"], ["b"]]))
    with pytest.raises(tables.DataError, match="found no heading refYear"):
        exporters.china_reported(exporters.Path("sources"), "BRA")


def test_a_heading_lies_in_a_division_only_if_all_of_it_does():
    mapped = {"2709": ("33", ""), "7108": ("", "97"), "8108": ("", "68 69"), "8456": ("", "72 73")}
    assert exporters.four_digits(KNOWN) == mapped
    assert exporters.six_digits(KNOWN)["845690"] == ("73", "72")


def test_what_has_no_division_keeps_its_value():
    trade = pd.DataFrame({"year": 2016, "code": ["270900", "270900", "000000"], "value": [1.4, 2.2, 5.0]})
    found = exporters.mapped(trade, exporters.six_digits(KNOWN))
    assert found.to_dict("records") == [
        {"year": 2016, "sitc_division": "", "also_divisions": "", "value_usd": 5},
        {"year": 2016, "sitc_division": "33", "also_divisions": "", "value_usd": 4},
    ]


@pytest.mark.parametrize(
    "changes", [{}, {"TradeFlowName": "Import"}, {"Nomenclature": "H5"}, {"PartnerISO3": "WLD"}]
)
def test_kazakhstan_is_in_dollars_and_of_its_own_side_and_edition(tmp_path, changes):
    row = {
        "Nomenclature": "H4",
        "ReporterISO3": "KAZ",
        "ProductCode": "2709",
        "PartnerISO3": "CHN",
        "Year": 2016,
    }
    row |= {"TradeFlowName": "Export", "TradeValuein1000USD": 1.5}
    path = tmp_path / exporters.KAZAKHSTAN
    path.parent.mkdir()
    pd.DataFrame([row | changes, row | {"Year": 2020}]).to_stata(path, write_index=False)
    if changes:
        with pytest.raises(tables.DataError, match="expected exports of KAZ to CHN by HS 2012"):
            exporters.kazakhstan(tmp_path)
    else:
        found = exporters.kazakhstan(tmp_path).to_dict("records")
        assert found == [{"year": 2016, "code": "2709", "value": 1500.0}]
