"""Table 1, against answers worked out by hand or published: sectors, shares, doubts, distances."""

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from beltroad import correspondence, groupings, table1
from bookpress import tables

MAPPED = [code for code, table in table1.exporters().items() if table != table1.MAIN]

# The largest move of any share by what is in doubt, percentage points, over all years and sectors; none elsewhere.
DOUBT = {("BRA", "unctad"): 0.0005, ("KAZ", "sections"): 0.0021, ("KAZ", "isic"): 0.0147}
DOUBT |= {("KAZ", "wto"): 0.4801, ("KAZ", "unctad"): 0.4801}

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
    assert shares.loc["agriculture", 2016:2018].tolist() == approx(agriculture, abs=0.05)
    assert shares.loc["manufactures", 2016:2018].tolist() == approx(manufactures, abs=0.05)


@pytest.mark.parametrize("definition", table1.DEFINITIONS)
def test_shares_sum_to_a_hundred_and_keep_every_sector(imports, definition):
    shares = table1.by_partner(imports, definition)
    assert shares.groupby("partner_iso3").sum().to_numpy() == approx(100)
    assert shares.groupby("partner_iso3").size().eq(len(table1.SECTORS)).all()


def test_industry_takes_what_agriculture_loses_when_food_and_wood_are_manufactured(imports):
    wto, isic = (table1.by_partner(imports, name)[2018].unstack() for name in ("wto", "isic"))
    assert (isic["agriculture"] < wto["agriculture"]).all()
    assert (isic["manufactures"] > wto["manufactures"]).all()
    # By hand: divisions 00, 04, 05, 07, 22, 26 and 29 of China's imports from the USA.
    assert isic.loc["USA", "agriculture"] == approx(6.98, abs=0.005)


def test_the_mirror_ratio_uses_the_years_that_both_sides_report():
    bought = pd.DataFrame({2017: [30.0, 1.0], 2018: [9.0, np.nan]}, index=["AAA", "BBB"])
    sold = pd.DataFrame({2018: [10.0, 5.0], 2017: [np.nan, 2.0], 2016: [1.0, 1.0]}, index=["AAA", "BBB"])
    assert table1.mirror_ratio(bought, sold).to_dict() == {"AAA": 0.9, "BBB": 0.5}


def test_imports_and_exports_do_not_mix():
    with pytest.raises(ValueError, match="CIF and FOB do not mix"):
        table1.by_partner(tables.read("china-by-division"))


def test_distance():
    published = pd.DataFrame({2016: [10.0, 20.0], 2017: [30.0, 40.0]}, index=["a", "b"])
    found = table1.distance(published + np.array([[3, 0], [0, -4]]), published)
    assert found["largest"] == 4
    assert found["rmse"] == approx(2.5)  # sqrt((9 + 16) / 4)
    with pytest.raises(KeyError):
        table1.distance(published.drop("b"), published)


def values(*rows):
    frame = pd.DataFrame(rows, columns=["sitc_division", "also_divisions", "value_usd"])
    return frame.assign(exporter_iso3="XXX", year=2016)


@pytest.mark.parametrize("definition", table1.DEFINITIONS)
@pytest.mark.parametrize("exporter", MAPPED)
def test_doubts_move_no_share_further_than_this(exporter, definition):
    share, low, high = table1.recompute(exporter, definition)
    assert (high - low).max().max() == approx(DOUBT.get((exporter, definition), 0), abs=0.0001)
    inner = share.loc[table1.SECTORS]
    assert (low <= inner + 1e-9).all().all() and (inner <= high + 1e-9).all().all()
    assert share.sum().to_numpy() == approx([100, 100, 100])


def test_without_doubt_the_shares_are_those_of_the_ten_exporters_arithmetic():
    table = tables.read("china-by-division-mapped").query("exporter_iso3 == 'BRA'")
    plain = table1.by_partner(table.rename(columns={"exporter_iso3": "partner_iso3"}), "unctad").loc["BRA"]
    found = table1.recompute("BRA", "unctad").share
    pd.testing.assert_frame_equal(found.loc[table1.SECTORS], plain, check_names=False)
    assert "unclassified" not in found.index


def test_known_answers():
    """To the digits that are printed; how a decimal is held is the machine's matter."""
    brazil, angola, kazakhstan = (table1.recompute(code).share for code in ("BRA", "AGO", "KAZ"))
    assert brazil.loc["agriculture"].tolist() == approx([47.44, 46.9, 49.26], abs=0.005)
    assert angola.loc["fuels and mining"].tolist() == approx([99.8, 99.3, 99.8], abs=0.05)
    assert kazakhstan.loc["manufactures", 2017] == approx(34.79, abs=0.005)


def test_what_may_lie_in_two_sectors_widens_both_and_is_counted_where_it_was_put():
    share, low, high = table1.bounds(values(("68", "69", 30), ("69", "", 50), ("00", "", 20)))
    assert share[2016].to_dict() == {
        "agriculture": 20,
        "fuels and mining": 30,
        "manufactures": 50,
        "other": 0,
    }
    assert low[2016].to_dict() == {"agriculture": 20, "fuels and mining": 0, "manufactures": 50, "other": 0}
    assert high[2016].to_dict() == {"agriculture": 20, "fuels and mining": 30, "manufactures": 80, "other": 0}


def test_what_has_no_division_is_shown_unless_all_it_may_be_lies_in_one_sector():
    frame = values(("", "68 69", 30), ("", "77 89", 20), ("00", "", 50))
    assert table1.bounds(frame).share[2016].tolist() == [50, 0, 20, 0, 30]
    assert table1.bounds(frame, "sections").share[2016].tolist() == [50, 0, 50, 0]
    unknown = table1.bounds(values(("", "", 40), ("00", "", 60)))
    assert unknown.share[2016].tolist() == [60, 0, 0, 0, 40]
    assert unknown.high[2016].tolist() == [100, 40, 40, 40]
    assert unknown.low[2016].tolist() == [60, 0, 0, 0]


def test_no_value_is_lost_on_the_way():
    def total(name, exporter):
        return tables.read(name).query("exporter_iso3 == @exporter").groupby("year")["value_usd"].sum()

    # What China is known to have bought, billion US dollars; no total of Angola's is stated in the source.
    brazil = total("china-by-division-mapped", "BRA")
    assert brazil.to_dict() == {2016: 45855047246, 2017: 58857155273, 2018: 77569499985}
    # Kazakhstan's exports, by another way: what it reports to UN Comtrade, all goods.
    kazakhstan = total("kazakhstan-by-division-mapped", "KAZ")
    reported = tables.read("totals-with-china").query("reporter_iso3 == 'KAZ' and flow == 'export'")
    reported = reported.set_index("year")["value_usd"].reindex(kazakhstan.index)
    assert (kazakhstan / reported).to_numpy() == approx([1, 1, 1], abs=1e-4)


def test_recorded_doubts_are_those_of_the_correspondence():
    table = tables.read("china-by-division-mapped")
    for row in table[table["also_divisions"].ne("")].itertuples():
        pairs = {
            (correspondence.divisions(row.hs_edition)[code], " ".join(also))
            for code, also in correspondence.others(row.hs_edition).items()
        }
        assert (row.sitc_division, row.also_divisions) in pairs
    assert table["sitc_division"].ne("").all()


def test_years_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="found 2014-2016, expected a span within 2016-2018"):
        table1.recompute("BRA", years=(2014, 2016))


def test_two_exporters_are_never_one_denominator():
    both = pd.concat(tables.read(name) for name in table1.MAPPED)
    with pytest.raises(ValueError, match=r"found AGO, BRA, .*KAZ, expected one exporter"):
        table1.bounds(both)


def test_shares_by_code_are_those_of_the_sectors_but_for_the_doubt():
    for exporter in MAPPED:
        rows = table1.rows(exporter)
        shares, doubt = groupings.by_code(rows), groupings.doubt(rows)
        assert shares.sum().to_numpy() == approx([100, 100, 100])
        of_sector = shares.groupby(table1.sector_of).sum()
        share, _, _ = table1.recompute(exporter)
        off = (of_sector.reindex(table1.SECTORS, fill_value=0) - share.loc[table1.SECTORS]).abs().max().max()
        assert off <= doubt + 1e-9
    assert groupings.doubt(table1.rows("AGO")) == 0


def test_doubt_bounds_how_far_any_grouping_can_be_off():
    rows = table1.rows("KAZ", (2018, 2018))
    shares, doubt = groupings.by_code(rows), groupings.doubt(rows)
    total = rows["value_usd"].sum()
    lone = rows[rows["also_divisions"].eq("")]
    assert doubt == approx(100 * (1 - lone["value_usd"].sum() / total))
    for division, value in lone.groupby("sitc_division")["value_usd"].sum().items():
        assert 0 <= shares.loc[division, 2018] - 100 * value / total <= doubt + 1e-9
