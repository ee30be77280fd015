"""The one rule: what an estimate says against its bar, what tests say together, and how many choices must agree."""

import itertools
import re

import pytest

from bookpress.claims import box, verdicts
from bookpress.claims.verdicts import Finding
from shared import ROOT


@pytest.mark.parametrize(
    ("low", "high", "claimed", "outcome"),
    [
        (0.1, 2, "above", "for"),
        (0.1, 2, "below", "against"),
        (-2, -0.1, "above", "against"),
        (-2, -0.1, "below", "for"),
        (-0.1, 2, "above", "unclear"),
        (0, 2, "above", "unclear"),
        (float("nan"), 2, "above", "not computed"),
    ],
)
def test_the_whole_interval_must_lie_on_one_side(low, high, claimed, outcome):
    assert Finding((low + high) / 2, low, high, claimed=claimed).outcome == outcome


def test_leaving_one_out_must_not_cross_the_bar():
    assert Finding(1, 0.1, 2, without_one=(0.5, 1.5)).outcome == "for"
    assert Finding(1, 0.1, 2, without_one=(-0.5, 1.5)).outcome == "unclear"


def test_every_combination_of_two_tests_has_its_verdict():
    said = {("for", "for"): "supported", ("against", "against"): "contradicted"}
    said |= dict.fromkeys([("for", "against"), ("against", "for")], "mixed")
    for pair in itertools.product(["for", "against", "unclear", "not computed"], repeat=2):
        assert verdicts.judge(pair) == said.get(pair, "inconclusive"), pair


@pytest.mark.parametrize(
    ("main", "agree", "other", "verdict"),
    [
        *[("supported", 6, "", "supported"), ("supported", 4, "not computed", "supported")],
        ("supported", 3, "not computed", "inconclusive"),
        ("mixed", 1, "supported", "mixed"),  # needs no majority
        ("not computed", 1, "supported", "inconclusive"),
    ],
)
def test_two_thirds_must_agree_with_a_main_choice_that_says_one_thing(main, agree, other, verdict):
    assert verdicts.settle([main] * agree + [other] * (6 - agree)) == (verdict, agree)


@pytest.mark.parametrize("found", [None, 1, "yes"])
def test_a_test_that_finds_nothing_it_could_is_no_evidence_against(found):
    with pytest.raises(TypeError, match="expected a Finding or a bool"):
        verdicts.outcome(found)


def test_a_side_that_does_not_exist():
    with pytest.raises(ValueError, match="found 'abvoe', expected 'above' or 'below'"):
        Finding(1, 0, 2, claimed="abvoe")


def test_findings_say_what_they_are():
    assert str(Finding(2.134, 0.3, 4.2, unit="points", n="51 against 60 economies")) == (
        "2.13 points, 95% interval 0.300 to 4.20; claimed: above 0; 51 against 60 economies"
    )
    assert str(verdicts.NOT_COMPUTED) == "not computed"


def test_verdicts_have_the_same_colours_on_pages_and_in_figures():
    css = (ROOT / "bookpress/pages/static/edition.css").read_text(encoding="utf-8")
    colour = "(#[0-9a-f]{6})"
    on_pages = re.findall(rf"\.(verdict-[a-z-]+) {{ --verdict: light-dark\({colour}, {colour}\)", css)
    shown = {(box.style(code), one.colour, one.dark) for code, one in verdicts.VERDICTS.items()}
    assert shown == set(on_pages)
