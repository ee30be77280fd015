"""The lists: who is on them, who is compared with them, who counts when."""

import pandas as pd
import pytest

from beltroad import economies, estimates
from bookpress import tables
from bookpress.claims import grid, ledger


def test_the_lists_and_what_they_differ_in():
    every = economies.country_lists()
    assert {name: len(codes) for name, codes in every.items()} == {"64 partners": 64, "signers": 122}
    # Greece and Cyprus are on other published lists of the route: no clean comparison, though Cyprus signed later.
    assert not {"GRC", "CYP", "TLS"} & economies.others("64 partners")
    assert not any("CHN" in codes for codes in every.values())


def test_signers_count_from_the_year_they_signed_and_undated_ones_from_2018():
    assert len(economies.country_lists(2016)["signers"]) == 31
    assert (
        economies.country_lists(2016)["signers"]
        < economies.country_lists(2017)["signers"]
        < economies.partners("signers")
    )
    undated = set(economies.signature_year().loc[lambda year: year.isna()].index)
    assert len(undated) == 4 and undated <= economies.partners("signers")
    assert not undated & economies.country_lists(2017)["signers"]
    assert economies.exposed("64 partners") == economies.partners("64 partners")
    assert economies.exposed("signers") == economies.country_lists(2016)["signers"]


@pytest.mark.parametrize("listed", list(economies.country_lists()))
def test_the_comparison_holds_nobody_that_is_listed_and_not_china(listed):
    clean, rest = economies.others(listed), economies.others(listed, "all others")
    assert clean < rest or listed == "signers"
    assert not rest & (economies.partners(listed) | economies.CHINA)
    assert not clean & set().union(*economies.country_lists().values())


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: economies.partners("friends"),
            "found listed 'friends', expected one of: 64 partners, signers",
        ),
        (lambda: economies.exposed("friends"), "found listed 'friends'"),
        (
            lambda: economies.others("signers", "nobody"),
            "found others 'nobody', expected one of: neither, all others",
        ),
        (lambda: economies.sample("some"), "found sample 'some', expected one of: all, over a million"),
        (lambda: estimates.span("window", "1914–18"), "found window '1914–18', expected one of: 2013–18"),
    ],
)
def test_unknown_choices_say_which_there_are(ask, message):
    with pytest.raises(ledger.ClaimError, match=message):
        ask()


def test_a_choice_that_only_the_table_knows_is_named_with_its_row():
    with pytest.raises(
        ledger.ClaimError, match=r"data/paper/choices.csv, row 3, column choice: found listed 'signers'"
    ):
        grid.chosen("listed", "signers", {"64 partners": set()})


def test_the_sample_rule_leaves_out_the_small():
    frame = pd.Series(1, index=["DEU", "TUV", "MDV", "EST"])
    assert economies.sample("over a million")(frame).index.tolist() == ["DEU", "EST"]
    assert economies.sample("all")(frame) is frame


def test_a_customs_union_counts_once_with_the_median_of_its_members():
    tariff = pd.Series({"DEU": 1.0, "FRA": 2.0, "POL": 9.0, "RUS": 5.0, "CHE": 3.0})
    assert economies.blocs_once(tariff).to_dict() == {"CHE": 3.0, "EAEU": 5.0, "EU": 2.0}


def test_a_customs_union_on_both_sides_is_on_neither():
    on = pd.Series({"POL": 1.0, "KAZ": 2.0, "RUS": 4.0, "VNM": 5.0})
    off = pd.Series({"DEU": 1.0, "CHE": 3.0})
    assert [side.to_dict() for side in economies.blocs_apart(on, off)] == [
        {"EAEU": 3.0, "VNM": 5.0},
        {"CHE": 3.0},
    ]
    assert economies.without_blocs(on.to_frame()).index.tolist() == ["VNM"]


def test_a_span_is_read_from_the_choices():
    assert estimates.span("baseline", "2008–13") == (2008, 2013)
    assert estimates.span("window", "2013–19") == (2013, 2019)


def test_names_come_from_the_table_and_a_few_are_short():
    names = economies.names()
    assert names[["DEU", "HKG", "RUS", "VNM"]].tolist() == ["Germany", "Hong Kong", "Russia", "Viet Nam"]
    assert names.index.is_unique and names.notna().all()


def test_trade_with_china_needs_both_flows_and_holds_no_part_of_china():
    total = economies.trade_with_china()
    assert not set(total.index) & economies.CHINA and set(total.index) <= economies.every()
    both = tables.read("totals-with-china").query("reporter_iso3 == 'VNM' and year == 2018")["value_usd"]
    assert len(both) == 2 and total.loc["VNM", 2018] == pytest.approx(both.sum())


def test_nearness_is_measured_from_the_median_member_of_those_that_voted_often_enough(monkeypatch):
    votes = pd.DataFrame(
        {
            "iso3": list("ABCD"),
            "year": 2018,
            "joint_votes": [20, 50, 80, 19],
            "agreement_china": [0.5, 0.7, 0.8, 0.0],
        }
    )
    monkeypatch.setattr(tables, "read", {"un-agreement": votes}.get)
    found = economies.nearness("china")[2018]
    assert found[["A", "B", "C"]].round(6).to_list() == [-20, 0, 10] and pd.isna(found["D"])
