"""Estimates and intervals, against known answers and against the truth of made-up data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from beltroad import economies, estimates
from beltroad.estimates import draws
from bookpress.claims.verdicts import Finding


def series(values, start="A"):
    return pd.Series(list(values), index=[f"{start}{n}" for n in range(len(values))], dtype=float)


def draw(size, centre, seed):
    return series(np.random.default_rng(seed).normal(centre, 1, size))


@pytest.mark.parametrize("statistic", estimates.STATISTICS)
def test_a_difference_that_is_there_is_found_and_has_a_sign(statistic):
    on, off = draw(60, 3, 1), draw(80, 1, 2)
    found = estimates.difference(on, off, statistic)
    assert found.estimate == pytest.approx(getattr(on, statistic)() - getattr(off, statistic)())
    assert found.low < 2 < found.high and found.outcome == "for"
    assert estimates.difference(on, off, statistic, claimed="below").outcome == "against"
    assert estimates.difference(off, on, statistic).estimate == pytest.approx(-found.estimate)
    assert found == estimates.difference(on, off, statistic), "the draws are seeded"


def test_the_bootstrap_of_a_mean_comes_near_the_textbook_interval():
    on, off = draw(60, 3, 1), draw(80, 1, 2)
    found = estimates.difference(on, off, "mean")
    known = stats.ttest_ind(on, off, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.06)


def test_missing_figures_are_left_out_and_too_few_are_not_computed():
    on = draw(60, 3, 1)
    gaps = pd.concat([on, pd.Series({"X": np.nan})])
    assert estimates.difference(gaps, draw(80, 1, 2)) == estimates.difference(on, draw(80, 1, 2))
    nothing = estimates.difference(on[:2], on)
    assert nothing.outcome == "not computed" and nothing.n == "2 against 60 economies"


def test_one_economy_that_decides_makes_a_small_group_unclear():
    """The mean is pulled over the bar by one far figure; without it, it lies below."""
    on = series([-0.1] * 10 + [1000], "O")
    found = estimates.difference(on, series([0.0] * 50), "mean", bar=0)
    assert found.without_one[0] < 0 < found.without_one[1] and found.outcome == "weak"
    assert estimates.difference(draw(40, 3, 1), draw(40, 1, 2)).without_one is None


def test_shares_are_exact():
    found = estimates.share(pd.Series([True] * 12 + [False] * 6), bar=50)
    assert (found.estimate, found.n) == (pytest.approx(100 * 12 / 18), "12 of 18 economies")
    assert (found.low, found.high) == pytest.approx((40.99, 86.66), abs=0.01)  # Clopper-Pearson
    assert found.outcome == "weak"


@pytest.mark.parametrize(("claimed", "at"), [("above", 0), ("below", 1)])
def test_a_share_says_how_many_cases_would_have_decided(claimed, at):
    for yes in range(19):
        found = estimates.share(pd.Series([True] * yes + [False] * (18 - yes)), bar=50, claimed=claimed)
        turned = (
            found.estimate >= found.beyond[at]
            if claimed == "above"
            else found.estimate <= found.beyond[1 - at]
        )
        above = {"above": "for", "below": "against"}[claimed]
        below = {"above": "against", "below": "for"}[claimed]
        assert turned == (found.outcome == (above if claimed == "above" else below)), yes


def test_a_list_that_is_asked_in_full_leaves_open_only_what_is_missing():
    holds = pd.Series({"A": True, "B": True, "C": True, "D": False, "Z": False})
    found = estimates.counted(holds, set("ABCDE"), bar=50)
    assert (found.estimate, found.low, found.high) == (75, 60, 80)
    assert found.outcome == "for" and "1 without figures" in found.n
    assert found.beyond == pytest.approx((62.5, 37.5)), "of the four that are known"
    assert estimates.counted(holds, set("ABCDEFG"), bar=50).outcome == "weak"


@pytest.mark.parametrize(
    ("yes", "missing", "some", "none_fails"),
    [(0, 0, "against", "for"), (1, 0, "for", "against"), (0, 2, "weak", "refused"), (1, 2, "for", "against")],
)
def test_one_case_decides_over_some_and_all(yes, missing, some, none_fails):
    holds = pd.Series([True] * yes + [False] * (3 - yes), list("ABC"))
    among = set("ABC") | set("XY"[:missing])
    assert estimates.number_of(holds, among, "cases", bar=0.5).outcome == some
    found = estimates.number_of(holds, among, "cases", bar=0.5, claimed="below")
    assert found.out_of_reach() if missing else found.outcome == none_fails


def test_a_placebo_asks_whether_the_one_stands_out():
    others = series(np.arange(101))
    beyond = estimates.placebo(pd.concat([others, pd.Series({"CHN": 150.0})]))
    within = estimates.placebo(pd.concat([others, pd.Series({"CHN": 90.0})]), reach=(0, 200))
    assert beyond.estimate == 100 and beyond.outcome == "for" and within.outcome == "weak"
    assert within.reach == (-50, 150) and within.beyond == (47.5, -47.5)
    assert within.detectable == 97.5 - 20, "from one in five to beyond nearly all"
    assert estimates.placebo(others).outcome == "not computed"


def test_how_many_times_a_total_grew():
    before, after = series(range(1, 41)), series(range(2, 82, 2))
    grown = estimates.times(before, after)
    assert grown.estimate == pytest.approx(2) == grown.low == grown.high
    more = estimates.times(before, 3 * after, (before, after))
    assert more.estimate == pytest.approx(3) and more.outcome == "for" and more.ratio
    noisy = after * np.random.default_rng(1).uniform(0.2, 2, 40)
    found = estimates.times(before, noisy)
    assert found.low < noisy.sum() / before.sum() < found.high and found.error > 0


def test_one_coefficient_against_another():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(300, 2)), columns=["a", "b"])
    frame["y"] = 0.8 * frame["a"] - 0.3 * frame["b"] + rng.normal(0, 0.5, 300)
    fit = smf.ols("y ~ a + b", frame).fit(cov_type="HC3")
    found = estimates.larger(fit, "a", "b")
    assert found.estimate == pytest.approx(abs(fit.params["a"]) - abs(fit.params["b"]))
    assert found.low < 0.5 < found.high and found.outcome == "for"
    assert estimates.larger(fit, "b", "a").outcome == "against"


def test_a_yardstick_that_is_not_there():
    assert estimates.yardstick("correlation") == 0.1
    with pytest.raises(KeyError, match="found no yardstick 'luck', expected one of: difference"):
        estimates.yardstick("luck")


@pytest.mark.parametrize(("size", "other"), [(5, 4), (9, 30), (24, 33), (61, 64)])
def test_the_exact_interval_of_medians_is_what_many_draws_come_to(size, other):
    rng = np.random.default_rng(size)
    on, off = rng.normal(0, 1, size).round(1), rng.normal(0.3, 2, other).round(1)  # with ties
    exact = draws.of_medians(on, off)
    drawn = [np.median(one[rng.integers(0, len(one), (40_000, len(one)))], axis=1) for one in (on, off)]
    tails = [np.mean(drawn[0] - drawn[1] < end - 1e-9) for end in exact[:2]]
    beyond = [np.mean(drawn[0] - drawn[1] <= end + 1e-9) for end in exact[:2]]
    for tail, below, at_most in zip((0.025, 0.975), tails, beyond, strict=True):
        assert below - 0.004 <= tail <= at_most + 0.004
    assert exact.error == 0


def test_drawing_says_how_wrong_it_can_be():
    """The error that one set of draws states is the spread of the ends over other seeds."""
    ends = [draws.percentiles(np.random.default_rng(seed).normal(size=2000)) for seed in range(200)]
    spread = np.std([one.low for one in ends])
    assert spread == pytest.approx(np.mean([one.error for one in ends]), rel=0.35)


def test_rank_correlation():
    x = series(np.arange(50))
    assert estimates.correlation(x, x**3).estimate == pytest.approx(1)
    assert estimates.correlation(x, -x, claimed="below").outcome == "for"
    noise = pd.Series(np.random.default_rng(3).normal(size=50), index=x.index)
    found = estimates.correlation(x, noise)
    assert found.estimate == pytest.approx(stats.spearmanr(x, noise).statistic)
    assert found.low < 0 < found.high


def panel(effect, drift=0.0, seed=0):
    """A panel of 120 economies in which a third signs in 2016 and a third in 2018; signers may drift apart before."""
    rng = np.random.default_rng(seed)
    codes = [f"A{n}" for n in range(120)]
    years = range(2012, 2020)
    signed = pd.Series({c: 2016 + 2 * (n % 3) for n, c in enumerate(codes) if n % 3 < 2})
    level = rng.normal(0, 5, (120, 1)) + np.arange(8) * 1.5 + rng.normal(0, 0.3, (120, 8))
    outcome = pd.DataFrame(level, codes, years)
    for code, year in signed.items():
        outcome.loc[code] += [effect * (y >= year) + drift * (y - year) for y in years]
    return outcome, signed


def test_an_effect_is_found_at_its_date_and_none_before():
    outcome, signed = panel(effect=2)
    path = estimates.event_study(outcome, signed)
    assert path.index.tolist() == [-3, -2, 0, 1, 2]
    assert path.loc[[0, 1], "estimate"].to_numpy() == pytest.approx([2, 2], abs=0.2)
    assert path.loc[[-3, -2], "estimate"].to_numpy() == pytest.approx([0, 0], abs=0.2)
    assert ((path["low"] < path["estimate"]) & (path["estimate"] < path["high"])).all()
    assert estimates.after_signature(outcome, signed).outcome == "for"
    assert estimates.after_signature(outcome, signed, claimed="below").outcome == "against"


def test_another_estimator_finds_the_same_effect():
    outcome, signed = panel(effect=2)
    assert estimates.imputed(outcome, signed) == pytest.approx(2, abs=0.2)
    outcome.iloc[0, :5] = np.nan  # an economy that is seen only after it signed
    assert estimates.imputed(outcome, signed, 1, 2) == pytest.approx(2, abs=0.2)
    assert np.isnan(estimates.imputed(outcome, pd.Series(dtype=float)))


def test_nothing_is_found_where_there_is_nothing_and_a_drift_shows_before():
    outcome, signed = panel(effect=0)
    assert estimates.after_signature(outcome, signed).outcome in ("weak", "small")
    drifting = estimates.event_study(*panel(effect=0, drift=1))
    assert drifting.loc[-3, "high"] < -1, "the pre-trend must show that signers were on another path"


def test_signers_are_compared_with_those_who_had_not_signed_yet():
    """In 2016 the signers of 2018 are still in the comparison; in 2018 they are not."""
    outcome, signed = panel(effect=2)
    early = signed[signed.eq(2016)]
    both = estimates.event_study(outcome, signed)
    assert both.loc[0, "signers"] == 80 and both.loc[0, "comparison"] == 80
    alone = estimates.event_study(outcome, early)
    assert alone.loc[0, "signers"] == 40 and alone.loc[0, "comparison"] == 80


def test_undated_signers_are_in_neither_group_and_later_ones_had_not_signed():
    outcome, signed = panel(effect=2)
    undated = signed.astype(float)
    undated.iloc[0] = np.nan
    assert estimates.event_study(outcome, undated).loc[0, "signers"] == 79
    late = signed.where(signed.eq(2016), 2019)
    path = estimates.event_study(outcome, late, lags=3)
    assert path.loc[0, "signers"] == 40, "signers after 2018 are no cohort of their own"
    assert path.loc[2, "comparison"] == 80 and path.loc[3, "comparison"] == 40, (
        "nor compared with once they sign"
    )


def test_no_signers_with_figures():
    outcome, _ = panel(effect=0)
    assert estimates.after_signature(outcome, pd.Series(dtype=float)).outcome == "not computed"


def test_findings_become_a_table_with_a_row_for_each_key():
    found = {("trade", "China"): estimates.exact(1.5), ("trade", "world"): Finding(2, 1, 3)}
    table = estimates.table(found, "times")
    assert list(table) == ["times", "95% interval, low", "high"]
    assert table.loc[("trade", "world")].tolist() == [2, 1, 3]
    assert table.loc[("trade", "China")].tolist() == [1.5] * 3


def test_changes_over_spans_are_a_year_or_between_averages_and_missing_where_a_year_is():
    years = range(2008, 2019)
    steady = pd.DataFrame({year: [2.0 * (year - 2008), 1.0] for year in years}, index=["VNM", "LAO"])
    steady.loc["LAO", 2013] = float("nan")
    change = estimates.yearly_change(steady, "window", "2013–18")
    assert change["VNM"] == pytest.approx(2) and pd.isna(change["LAO"])
    late = steady.drop(columns=2013)
    assert estimates.yearly_change(late, "window", "2013–18").isna().all()
    assert estimates.yearly_change(late, "window", "2013–18", since=2014)["VNM"] == pytest.approx(2)
    # The averages are of 2009 to 2013 and of 2014 to 2018, five years apart.
    assert estimates.average_change(steady, "2008–13", "2013–18").to_dict() == pytest.approx(
        {"VNM": 10, "LAO": 0}
    )


def test_partners_are_held_against_the_economies_off_the_lists():
    partners, rest = economies.exposed("64 partners"), economies.others("64 partners")
    rises = pd.Series({code: 3.0 for code in partners} | {code: 1.0 for code in rest} | {"CHN": 99.0})
    rises += pd.Series(range(len(rises)), rises.index) % 2 / 100
    own = estimates.of_partners(rises, "64 partners", "median", unit="points")
    gap = estimates.beyond_others(rises, "64 partners", "neither", "mean", claimed="below")
    assert own.estimate == pytest.approx(3, abs=0.02) and own.n == "64 economies" and own.unit == "points"
    assert gap.estimate == pytest.approx(2, abs=0.02) and gap.outcome == "against"
