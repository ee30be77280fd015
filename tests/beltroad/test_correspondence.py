"""HS codes to divisions: known answers, what is too coarse, and that no data frame is needed for it."""

import subprocess
import sys
from collections import defaultdict

import pytest

from beltroad import correspondence
from bookpress import tables
from shared import edit

EDITIONS = ["H0", "H1", "H2", "H3", "H4", "H5", "H6"]


@pytest.mark.parametrize(
    ("edition", "code", "division"),
    [
        ("H0", "270900", "33"),
        ("H2", "847130", "75"),
        ("H3", "851712", "76"),
        ("H5", "851712", "76"),
        ("H6", "851713", "76"),  # smartphones have a code of their own since 2022
        ("H4", "010121", "00"),
        ("H6", "999999", "93"),
    ],
)
def test_known_codes(edition, code, division):
    assert correspondence.divisions(edition)[code] == division


def test_a_code_counts_only_in_the_editions_that_have_it():
    assert "851713" not in correspondence.divisions("H5")
    assert "851712" not in correspondence.divisions("H6")
    assert "710820" not in correspondence.divisions("H4")


def test_an_unknown_edition_is_refused_with_those_known():
    for function in (correspondence.divisions, correspondence.ambiguous, correspondence.headings):
        with pytest.raises(
            ValueError, match=r"no edition 'H7' of the Harmonized System; expected one of: H0, H1"
        ):
            function("H7")


@pytest.mark.parametrize("edition", EDITIONS)
def test_doubts_are_about_codes_of_the_edition_and_name_another_division(edition):
    own, others = correspondence.divisions(edition), correspondence.others(edition)
    assert correspondence.ambiguous(edition) == set(others) <= set(own)
    assert not [code for code, further in others.items() if own[code] in further]
    assert {"H3": 3, "H4": 7, "H5": 21}.get(edition, len(others)) == len(others)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_heading_has_a_division_only_if_all_its_codes_have_no_other(edition):
    own, others = correspondence.divisions(edition), correspondence.others(edition)
    single = correspondence.headings(edition)
    reached = defaultdict(set)
    for code, division in own.items():
        for part in (code[:2], code[:4]):
            reached[part] |= {division, *others.get(code, ())}
    for part in ("7108", "7118"):
        reached[part].add("no division")
    assert single == {part: min(every) for part, every in reached.items() if len(every) == 1}
    assert single["2709"] == "33" and single["8703"] == "78"
    assert "27" not in single and "7108" not in single


def test_no_data_frame_is_needed():
    program = (
        "import sys; from beltroad import correspondence; "
        "print(correspondence.headings('H4')['2709'], 'pandas' in sys.modules, 'numpy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "33 False False\n", result.stderr


def test_rows_are_checked_like_a_data_frame(copied_data):
    first = next(tables.rows("hs-sitc"))
    assert first == {
        "hs_code": "010110",
        "first_edition": "H2",
        "last_edition": "H3",
        "sitc_division": "00",
        "ambiguous": "false",
        "also_divisions": "",
        "disagree": "",
    }
    edit(copied_data / "trade/hs_sitc.csv", "010110,H2", "10110,H2")
    with pytest.raises(tables.DataError, match=r"trade/hs_sitc.csv, row 2, column hs_code: found '10110'"):
        next(tables.rows("hs-sitc"))
