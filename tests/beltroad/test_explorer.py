"""The explorer of Figure 1: what it ships is what the chapter computes, and light."""

import json
import re

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from beltroad import economies, groupings, table1
from beltroad.figures import COLOURS, explorer
from bookpress import tables
from shared import ROOT

CLOSE = 0.5 * 10**-explorer.DECIMALS + 1e-12  # half of the last decimal that is shipped
YEARS = [2016, 2017, 2018]


@pytest.fixture(scope="module")
def shipped():
    return json.loads(json.dumps(explorer.values()))


@pytest.fixture(scope="module")
def published():
    return tables.read("paper-table1").pivot(index="category", columns="year", values="share_pct")


def as_frame(rows):
    return pd.DataFrame(rows, index=["agriculture", "manufactures"], columns=YEARS)


def test_it_has_every_exporter_definition_and_section_with_its_name(shipped):
    *by_name, last = shipped["exporters"]
    assert {*by_name, last} == set(table1.exporters()) and last == "KAZ"
    assert by_name == sorted(by_name, key=economies.names().get)
    assert list(shipped["definitions"]) == list(table1.DEFINITIONS) == list(explorer.LABELS)
    assert list(shipped["sections"]) == list("0123456789")
    assert shipped["years"] == YEARS
    assert shipped["colours"] == {name: COLOURS[name] for name in ("agriculture", "manufactures")}
    for code, one in shipped["exporters"].items():
        assert one["name"] == economies.names()[code]
        assert list(one["shares"]) == list(one["distance"]) == list(table1.DEFINITIONS)
        assert one["apart"] == (code == "KAZ") == ("FOB" in one["side"])


def test_it_has_the_six_numbers_as_printed(shipped):
    assert shipped["classes"] == ["agriculture", "manufactures"]
    assert shipped["printed"] == [[35.11, 34.56, 34.18], [29.22, 26.58, 22.34]]


@pytest.mark.parametrize("definition", table1.DEFINITIONS)
def test_shares_and_distances_are_the_chapters(shipped, published, definition):
    imports = tables.read("china-by-division").query("flow == 'import'")
    ten = table1.by_partner(imports, definition)
    expected = {code: table1.recompute(code, definition).share for code in table1.exporters()}
    expected |= {code: ten.loc[code] for code in ten.index.unique(0)}
    assert set(expected) == set(shipped["exporters"])
    for code, shares in expected.items():
        one = shipped["exporters"][code]
        found = as_frame(one["shares"][definition])
        assert (found - shares.loc[found.index, YEARS]).abs().max().max() <= CLOSE, code
        distance = pd.Series(one["distance"][definition])
        assert (distance - table1.distance(shares, published)).abs().max() <= CLOSE, code


def test_sections_are_sums_of_the_tables_rows(shipped):
    """Computed without the functions under test, from the rows themselves."""
    rows = tables.read("china-by-division").query("flow == 'import' and year >= 2016")
    rows = rows.rename(columns={"partner_iso3": "exporter_iso3"}).assign(also_divisions="")
    rows = pd.concat([rows, *(tables.read(name) for name in table1.MAPPED)])
    division = rows["sitc_division"].where(rows["sitc_division"].ne(""), rows["also_divisions"].str[:2])
    value = rows.groupby(["exporter_iso3", division.str[0], "year"])["value_usd"].sum()
    share = 100 * value / value.groupby(["exporter_iso3", "year"]).transform("sum")
    for code, one in shipped["exporters"].items():
        assert list(one["sections"]) == list(shipped["sections"])
        for section, found in one["sections"].items():
            for year, number in zip(YEARS, found, strict=True):
                assert abs(number - share.get((code, section, year), 0.0)) <= CLOSE, (code, section, year)
        for year in zip(*one["sections"].values(), strict=True):
            assert sum(year) == pytest.approx(100, abs=1e-5)


def test_whole_sections_grouped_by_hand_give_the_definition_of_that_name(shipped):
    """For Kazakhstan within what is in doubt: there a value may have no section."""
    whole = shipped["whole"]
    names = {"agriculture": "0124", "manufactures": "5678", "neither": "39"}
    assert whole == {section: name for name, sections in names.items() for section in sections}
    for one in shipped["exporters"].values():
        by_hand = groupings.grouped(pd.DataFrame(one["sections"], YEARS).T, pd.Series(whole))
        off = (by_hand - as_frame(one["shares"]["sections"])).abs().max().max()
        assert off <= one["doubt"].get(explorer.OWN, 0) + 1e-5


def test_what_is_in_doubt_is_said_for_the_mapped_alone(shipped):
    doubt = {code: one["doubt"] for code, one in shipped["exporters"].items()}
    mapped = [code for code, table in table1.exporters().items() if table != table1.MAIN]
    assert [code for code, points in doubt.items() if points] == sorted(mapped)
    for code in mapped:
        of = table1.recompute(code, "wto")
        assert doubt[code]["wto"] == round((of.high - of.low).max().max(), explorer.DECIMALS)
        assert doubt[code][explorer.OWN] == round(groupings.doubt(table1.rows(code)), explorer.DECIMALS)
    assert doubt["KAZ"]["wto"] > 0.1


def test_an_unknown_code_is_refused():
    with pytest.raises(ValueError, match="found 'XYZ', which names no economy"):
        explorer.show("XYZ", "wto")
    with pytest.raises(ValueError, match="no definition 'own'; expected one of: wto, unctad"):
        explorer.show("RUS", "own")


def test_what_is_shown_carries_the_values_and_where_to_begin():
    InteractiveShell.instance()
    with capture_output() as captured:
        explorer.show("BRA", "isic")
    (output,) = captured.outputs
    (data,) = re.findall(
        r'<script type="application/json" id="explore-values">(.*)</script>', output.data["text/html"]
    )
    assert "<" not in data
    assert json.loads(data) == explorer.values() | {"start": {"exporter": "BRA", "definition": "isic"}}
    assert re.search(r"Brazil +17\.09 +15\.02 +32\.73 +5\.74\n", output.data["text/plain"])


def test_values_and_code_weigh_at_most_60_kb():
    files = sorted((ROOT / "beltroad/static").iterdir())
    assert [path.name for path in files] == ["figure-explorer.css", "figure-explorer.js"]
    values = json.dumps(explorer.values(), ensure_ascii=False, separators=(",", ":")).encode()
    assert len(values) + sum(path.stat().st_size for path in files) <= 60_000
