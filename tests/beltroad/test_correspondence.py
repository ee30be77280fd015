"""HS codes to divisions: known answers, and doubts."""

import pytest

from beltroad import correspondence
from bookpress import tables
from small import edit

EDITIONS = ["H0", "H1", "H2", "H3", "H4", "H5", "H6"]


KNOWN = {
    "H0": {"270900": "33"},
    "H2": {"847130": "75"},
    "H3": {"851712": "76"},
    # Wood in the rough, frozen pork: chapters of the system that two divisions share.
    "H4": {
        "010121": "00",
        "020329": "01",
        "120190": "22",
        "260111": "28",
        "440320": "24",
        "740311": "68",
        "870323": "78",
    },
    "H5": {"851712": "76"},
    "H6": {"851713": "76", "999999": "93"},  # smartphones have a code of their own since 2022
}


@pytest.mark.parametrize("edition", KNOWN)
def test_known_codes(edition):
    found = correspondence.divisions(edition)
    assert {code: found[code] for code in KNOWN[edition]} == KNOWN[edition]


def test_a_code_counts_only_in_the_editions_that_have_it():
    assert "851713" not in correspondence.divisions("H5")
    assert "851712" not in correspondence.divisions("H6")
    assert "710820" not in correspondence.divisions("H4")


def test_an_unknown_edition_is_refused_with_those_known():
    for function in (correspondence.divisions, correspondence.others):
        with pytest.raises(
            ValueError, match="no edition 'H7' of the Harmonized System; expected one of: H0, H1"
        ):
            function("H7")


@pytest.mark.parametrize("edition", EDITIONS)
def test_doubts_are_about_codes_of_the_edition_and_name_another_division(edition):
    own, others = correspondence.divisions(edition), correspondence.others(edition)
    assert set(others) <= set(own)
    assert not [code for code, further in others.items() if own[code] in further]
    assert {"H3": 3, "H4": 7, "H5": 21}.get(edition, len(others)) == len(others)


def test_rows_are_checked_like_a_data_frame(copied_data):
    first = next(tables.rows("hs-sitc"))
    assert list(first.values()) == ["010110", "H2", "H3", "00", "false", "", ""]
    edit(copied_data / "trade/hs_sitc.csv", "010110,H2", "10110,H2")
    with pytest.raises(tables.DataError, match=r"trade/hs_sitc.csv, row 2, column hs_code: found '10110'"):
        next(tables.rows("hs-sitc"))
