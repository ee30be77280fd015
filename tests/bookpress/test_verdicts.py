"""The one rule: what an estimate says against its bar, what tests say together, and how many choices must agree."""

import itertools
import re

import pytest

from bookpress.claims import box, verdicts
from bookpress.claims.verdicts import Finding
from bookpress.edition import book


@pytest.mark.parametrize(
    ("low", "high", "claimed", "outcome"),
    [
        (0.1, 2, "above", "for"),
        (0.1, 2, "below", "against"),
        (-2, -0.1, "above", "against"),
        (-2, -0.1, "below", "for"),
        (-0.1, 2, "above", "weak"),
        (0, 2, "above", "weak"),
        (float("nan"), 2, "above", "not computed"),
    ],
)
def test_the_whole_interval_must_lie_on_one_side(low, high, claimed, outcome):
    assert Finding((low + high) / 2, low, high, claimed=claimed).outcome == outcome


def test_leaving_one_out_must_not_cross_the_bar():
    assert Finding(1, 0.1, 2, without_one=(0.5, 1.5)).outcome == "for"
    assert Finding(1, 0.1, 2, without_one=(-0.5, 1.5)).outcome == "weak"


def test_an_end_that_drawing_could_move_over_the_bar_is_not_clear():
    assert Finding(1, 0.1, 2, error=0.02).outcome == "for"
    near = Finding(1, 0.1, 2, error=0.03)
    assert (
        near.outcome == "weak"
        and "Another random draw could move the end of the interval across 0." in str(near)
    )


@pytest.mark.parametrize(
    ("low", "high", "matters", "outcome"),
    [
        (-0.4, 0.6, 1, "small"),
        (-1.2, 0.6, 1, "weak"),  # an effect the other way would matter too
        (-0.4, 1.0, 1, "weak"),
        (-0.4, 0.6, float("nan"), "weak"),  # nobody says what would matter
    ],
)
def test_what_cannot_be_told_is_small_only_if_no_effect_that_matters_is_left(low, high, matters, outcome):
    assert Finding(0.1, low, high, matters=matters).outcome == outcome


def test_of_a_ratio_a_tenth_less_matters_as_a_tenth_more():
    assert Finding(1, 0.95, 1.05, bar=1, ratio=True, matters=1.1).outcome == "small"
    assert Finding(1, 0.9, 1.05, bar=1, ratio=True, matters=1.1).outcome == "weak"


@pytest.mark.parametrize(
    ("finding", "beyond", "detectable"),
    [
        (Finding(1, -0.5, 2), (1.5, -1), 2.5 * 2.8 / 3.92),
        (Finding(1, -0.5, 2, claimed="below"), (-1, 1.5), 2.5 * 2.8 / 3.92),
        (Finding(2, 1, 4, bar=1, ratio=True), (2, 0.5), 4 ** (2.8 / 3.92)),
        (Finding(60, 60, 60, bar=50), (50, 50), None),  # nothing is drawn
        (Finding(60, 55, 70, bar=50, interval="range"), (55, 40), None),
    ],
)
def test_what_it_would_have_taken(finding, beyond, detectable):
    assert finding.beyond == pytest.approx(beyond)
    assert finding.detectable == pytest.approx(
        float("nan") if detectable is None else detectable, nan_ok=True
    )


def test_a_test_at_the_estimate_that_it_would_have_taken_turns_there():
    """Move an estimate with its interval just beyond where it turns, and just short of it."""
    found = Finding(1, -0.5, 2)
    for step, outcome in ((0.01, "for"), (-0.01, "weak")):
        shift = found.beyond[0] + step - found.estimate
        moved = Finding(*(one + shift for one in (found.estimate, found.low, found.high)))
        assert moved.outcome == outcome


def test_a_bar_out_of_reach_is_told_for_the_claim_and_against_it():
    assert not Finding(0.06, 0.02, 0.1, reach=(0, 1)).out_of_reach()
    fallen = Finding(-0.01, -0.2, 0.2, claimed="below", reach=(-0.06, 0.94))
    assert fallen.out_of_reach() == "the estimate would have to be below −0.210, and can be −0.060 at most"
    assert "one above 0.190 would contradict it." in fallen.taken()
    assert (
        "one below −0.080 would contradict it (out of reach)"
        in Finding(0.06, 0.02, 0.2, reach=(0, 1), bar=0.06).taken()
    )


NECESSARY = {
    ("for", "for"): "supported",
    ("for", "against"): "contradicted",
    ("against", "weak"): "contradicted",
    ("against", "not computed"): "contradicted",
    ("for", "weak"): "weak",
    ("small", "weak"): "weak",
    ("for", "small"): "small",
    ("weak", "not computed"): "not computed",
}


@pytest.mark.parametrize(("needed", "verdict"), NECESSARY.items())
def test_a_necessary_test_that_fails_refutes_and_one_that_cannot_tell_leaves_open(needed, verdict):
    for order in itertools.permutations(needed):
        assert verdicts.judge(order) == verdict
        assert verdicts.judge(order, ["for"]) == verdict


@pytest.mark.parametrize("supporting", ["against", "weak", "small", "not computed"])
def test_a_supporting_test_takes_the_cause_away_and_no_more(supporting):
    assert verdicts.judge(["for"], ["for", supporting]) == "holds"
    assert verdicts.judge(["against"], [supporting]) == "contradicted"
    assert verdicts.judge(["weak"], [supporting]) == "weak"


@pytest.mark.parametrize(
    ("cells", "verdict", "agree"),
    [
        (["supported"] * 6, "supported", 6),
        (["supported"] * 4 + ["not computed"] * 2, "supported", 4),
        (["supported"] * 3 + ["not computed"] * 3, "weak", 3),
        (["supported"] * 3 + ["holds"] * 1 + ["weak"] * 2, "holds", 4),
        (["holds"] + ["supported"] * 5, "holds", 6),
        (["contradicted"] * 4 + ["supported"] * 2, "contradicted", 4),
        (["weak"] + ["supported"] * 5, "weak", 1),  # the main choices must say it too
        (["small"] * 4 + ["weak"] * 2, "small", 4),
        (["small"] * 3 + ["weak"] * 3, "weak", 3),
    ],
)
def test_two_thirds_of_the_choices_must_bear_a_verdict_out(cells, verdict, agree):
    assert verdicts.settle(cells) == (verdict, agree)


@pytest.mark.parametrize("found", [None, 1, "yes"])
def test_a_test_that_finds_nothing_it_could_is_no_evidence_against(found):
    with pytest.raises(TypeError, match="expected a Finding or a bool"):
        verdicts.outcome(found)


def test_a_side_that_does_not_exist():
    with pytest.raises(ValueError, match="found 'abvoe', expected 'above' or 'below'"):
        Finding(1, 0, 2, claimed="abvoe")


def test_findings_say_what_they_are():
    assert str(Finding(2.134, 0.3, 4.2, unit="points", n="51 against 60 economies")) == (
        "2.13 points (95% interval 0.300 to 4.20; 51 against 60 economies). The claim needs more than 0."
    )
    assert str(verdicts.NOT_COMPUTED) == "not computed"


def test_verdicts_have_the_same_colours_on_pages_and_in_figures():
    css = (book.ENGINE / "pages/static/edition.css").read_text(encoding="utf-8")
    colour = "(#[0-9a-f]{6})"
    on_pages = re.findall(rf"\.(verdict-[a-z-]+) {{ --verdict: light-dark\({colour}, {colour}\)", css)
    shown = {(box.style(code), one.colour, one.dark) for code, one in verdicts.VERDICTS.items()}
    assert shown == set(on_pages)
