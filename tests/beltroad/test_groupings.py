"""Groupings of goods: every one of them, differences by hand, known answers, one answer among equals."""

import itertools

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from beltroad import groupings, table1
from beltroad.groupings import NONE, PROVED, exhaustive, proofs
from beltroad.groupings.exhaustive import CLASSES
from beltroad.table1 import ROWS

NAMES = pd.Index(ROWS)


def table(agriculture: list[float], manufactures: list[float]) -> pd.DataFrame:
    return pd.DataFrame([agriculture, manufactures], NAMES, range(2016, 2016 + len(agriculture)))


def test_shares_sum_to_all_in_every_year_at_both_levels():
    rows = [(2017, "01", 1.0), (2017, "05", 2.0), (2017, "71", 1.0), (2018, "71", 5.0)]
    one = pd.DataFrame(rows, columns=["year", "sitc_division", "value_usd"])
    found = groupings.by_code(one)
    assert found.index.tolist() == ["01", "05", "71"]
    assert (found[2017].tolist(), found[2018].tolist()) == ([25, 50, 25], [0, 0, 100])
    assert groupings.by_code(one, "section")[2017].to_dict() == {"0": 75, "7": 25}
    with pytest.raises(ValueError, match="no level 'group'; expected one of: section, division"):
        groupings.by_code(one, "group")


def test_every_grouping_comes_once():
    found = groupings.every(4)
    assert {tuple(row) for row in found.tolist()} == set(itertools.product(range(3), repeat=4))
    assert len(found) == 3**4


@pytest.mark.parametrize("seed", range(5))
def test_differences_are_those_of_groupings_one_by_one(seed):
    random = np.random.default_rng(seed)
    shares = pd.DataFrame(random.dirichlet(np.ones(4), 2).T * 100, list("0123"), [2016, 2017])
    published = table(*(random.uniform(0, 50, (2, 2)).tolist()))
    found = groupings.differences(shares, published)
    for row, difference in zip(groupings.every(4), found, strict=True):
        off = max(
            abs(shares.loc[row == place, year].sum() - published.loc[name, year])
            for place, name in enumerate(CLASSES[1:], start=1)
            for year in (2016, 2017)
        )
        assert difference == approx(off)
        assert groupings.difference(shares, exhaustive.named(shares.index, row), published) == approx(off)


SECTIONS = {
    **{"AUS": 14.34, "DEU": 13.79, "FRA": 5.16, "HKG": 14.46, "IND": 4.76},
    **{"JPN": 11.08, "KOR": 11.60, "RUS": 15.38, "USA": 4.28, "VNM": 6.68},
}


@pytest.mark.parametrize("exporter", SECTIONS)
def test_best_section_grouping_of_each_exporter(exporter):
    shares = proofs.goods(exporter, level="section")
    start = groupings.of_definition(shares.index, "sections")
    answer = groupings.search(shares, table1.printed(), start)
    assert answer.status == PROVED
    assert answer.difference == answer.bound == pytest.approx(SECTIONS[exporter], abs=0.005)
    assert groupings.difference(shares, answer.grouping, table1.printed()) == pytest.approx(answer.difference)
    assert answer.moves == len(groupings.moved(answer.grouping, start))


def test_among_equally_near_groupings_the_fewest_moves_then_the_order_decide():
    shares = pd.DataFrame({2016: [20.0, 20.0, 20.0, 40.0]}, list("0123"))
    published = table([20.0], [0.0])
    start = pd.Series("neither", list("0123"))
    # Each of three codes would do; the last of them is the first in the order of `every`.
    answer = groupings.search(shares, published, start)
    assert answer.moves == 1 and answer.grouping.tolist() == ["neither", "neither", "agriculture", "neither"]
    start["0"] = "agriculture"
    answer = groupings.search(shares, published, start)
    assert answer.moves == 0 and answer.grouping.equals(start.rename("class"))


def test_a_last_bit_does_not_decide_among_equals():
    # 0.1 + 0.2 is not 0.3 in binary, but as near.
    shares = pd.DataFrame({2016: [0.3, 0.2, 0.1, 99.4]}, list("0123"))
    start = pd.Series("neither", list("0123"))
    answer = groupings.search(shares, table([0.4], [0.0]), start, within=0.1)
    assert (answer.moves, answer.difference) == (1, 0.1)
    assert answer.grouping["0"] == "agriculture"


def test_fewest_moves_within_a_difference():
    shares = pd.DataFrame({2016: [10.0, 30.0, 60.0]}, list("012"))
    start = pd.Series(["agriculture", "neither", "manufactures"], list("012"))
    ask = table([31.0], [60.0])
    assert groupings.search(shares, ask, start, within=21.0).moves == 0
    one = groupings.search(shares, ask, start, within=20.0)
    assert (one.moves, one.bound, one.difference) == (1, 1.0, 9.0)
    two = groupings.search(shares, ask, start, within=1.0)
    assert (two.moves, two.difference) == (2, 1.0)
    none = groupings.search(shares, ask, start, within=0.5)
    assert (none.status, none.bound, none.grouping) == (NONE, np.inf, None)


def test_a_definition_leaves_fuels_and_metals_in_neither():
    codes = pd.Index(["04", "28", "33", "68", "71", "97"])
    found = groupings.of_definition(codes, "wto")
    assert found.tolist() == ["agriculture", "neither", "neither", "neither", "manufactures", "neither"]
    assert groupings.of_definition(codes, "isic")["68"] == "manufactures"
    found = groupings.of_definition(pd.Index(list("0239")), "sections")
    assert found.tolist() == ["agriculture", "agriculture", "neither", "neither"]


def test_moved_changes_and_words():
    start = pd.Series({"0": "agriculture", "7": "manufactures", "3": "neither"})
    grouping = pd.Series({"7": "neither", "0": "agriculture", "3": "manufactures"})
    assert groupings.moved(grouping, start).to_dict() == {"7": "neither", "3": "manufactures"}
    words = groupings.in_words(grouping, {"0": "food", "3": "fuels", "7": "machinery"})
    assert words == "agriculture: food; manufactures: fuels; neither: machinery"
    fallen = groupings.changes(table1.printed())
    assert fallen.loc["agriculture"].tolist() == approx([-0.55, -0.38], abs=0.005)
    assert fallen.loc["manufactures"].tolist() == approx([-2.64, -4.24], abs=0.005)
