"""The arithmetic, against answers worked out by hand or published."""

import numpy as np
import pandas as pd
import pytest

from beltroad import table1
from bookpress import tables

# China-reported imports under the WTO's definitions, agriculture and manufactures 2016-2018, %.
REFERENCE = {
    "RUS": ([20.4, 18.6, 15.6], [8.2, 6.0, 4.2]),
    "AUS": ([11.2, 11.0, 11.5], [2.9, 2.4, 2.2]),
    "VNM": ([12.1, 10.2, 8.7], [56.1, 66.5, 74.1]),
}


@pytest.fixture(scope="module")
def imports():
    return tables.read("china-by-division").query("flow == 'import'")


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("wto", {"00": "agriculture", "22": "agriculture", "26": "agriculture", "27": "fuels and mining",
                 "28": "fuels and mining", "33": "fuels and mining", "41": "agriculture", "68": "fuels and mining",
                 "67": "manufactures", "89": "manufactures", "97": "other"}),
        ("unctad", {"22": "agriculture", "26": "other", "28": "fuels and mining", "68": "fuels and mining"}),
        ("sections", {"28": "agriculture", "68": "manufactures", "33": "fuels and mining", "93": "other"}),
        ("isic", {"00": "agriculture", "01": "manufactures", "03": "manufactures", "05": "agriculture", "11": "manufactures",
                  "22": "agriculture", "24": "manufactures", "28": "fuels and mining", "33": "fuels and mining",
                  "35": "other", "42": "manufactures", "68": "manufactures", "84": "manufactures", "93": "other",
                  "97": "manufactures"}),
    ],
)  # fmt: skip
def test_sector_of_divisions(definition, expected):
    assert {code: table1.sector_of(code, definition) for code in expected} == expected


def test_sector_refuses_unknown_definition_and_code():
    with pytest.raises(ValueError, match="no definition 'hs'; expected one of: wto, unctad, sections, isic"):
        table1.sector_of("01", "hs")
    with pytest.raises(ValueError, match="found '1', expected two digits"):
        table1.sector_of("1")


@pytest.mark.parametrize("exporter", REFERENCE)
def test_shares_match_the_reference(imports, exporter):
    shares = table1.by_partner(imports, "wto").loc[exporter]
    agriculture, manufactures = REFERENCE[exporter]
    assert shares.loc["agriculture", 2016:2018].tolist() == pytest.approx(agriculture, abs=0.05)
    assert shares.loc["manufactures", 2016:2018].tolist() == pytest.approx(manufactures, abs=0.05)


@pytest.mark.parametrize("definition", table1.DEFINITIONS)
def test_shares_sum_to_a_hundred_and_keep_every_sector(imports, definition):
    shares = table1.by_partner(imports, definition)
    assert shares.groupby("partner_iso3").sum().to_numpy() == pytest.approx(100)
    assert shares.groupby("partner_iso3").size().eq(len(table1.SECTORS)).all()


def test_industry_takes_what_agriculture_loses_when_food_and_wood_are_manufactured(imports):
    wto, isic = (table1.by_partner(imports, name)[2018].unstack() for name in ("wto", "isic"))
    assert (isic["agriculture"] < wto["agriculture"]).all()
    assert (isic["manufactures"] > wto["manufactures"]).all()
    # By hand: divisions 00, 04, 05, 07, 22, 26 and 29 of China's imports from the USA.
    assert isic.loc["USA", "agriculture"] == pytest.approx(6.98, abs=0.005)


@pytest.mark.parametrize("definition", table1.DEFINITIONS)
def test_a_code_has_one_sector(definition):
    codes = [code for listed in table1.DEFINITIONS[definition].values() for code in listed]
    assert len(codes) == len(set(codes))


def test_the_mirror_ratio_uses_the_years_that_both_sides_report():
    bought = pd.DataFrame({2017: [30.0, 1.0], 2018: [9.0, np.nan]}, index=["AAA", "BBB"])
    sold = pd.DataFrame({2018: [10.0, 5.0], 2017: [np.nan, 2.0], 2016: [1.0, 1.0]}, index=["AAA", "BBB"])
    assert table1.mirror_ratio(bought, sold).to_dict() == {"AAA": 0.9, "BBB": 0.5}


def test_shares_of_a_small_table():
    rows = [("AAA", 2016, "01", 30), ("AAA", 2016, "71", 50), ("AAA", 2016, "28", 20)]
    small = pd.DataFrame(rows, columns=["partner_iso3", "year", "sitc_division", "value_usd"])
    assert table1.by_partner(small)[2016].tolist() == [30, 20, 50, 0]


def test_imports_and_exports_do_not_mix():
    with pytest.raises(ValueError, match="CIF and FOB do not mix"):
        table1.by_partner(tables.read("china-by-division"))


def test_distance():
    published = pd.DataFrame({2016: [10.0, 20.0], 2017: [30.0, 40.0]}, index=["a", "b"])
    found = table1.distance(published + np.array([[3, 0], [0, -4]]), published)
    assert found["largest"] == 4
    assert found["rmse"] == pytest.approx(2.5)  # sqrt((9 + 16) / 4)
    with pytest.raises(KeyError):
        table1.distance(published.drop("b"), published)
