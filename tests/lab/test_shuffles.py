"""Shuffled lists: stored shares come out again, and a list that matters stands out of its shuffles."""

import numpy as np
import pandas as pd
import pytest

from beltroad import economies, estimates
from bookpress import tables
from lab import shuffles


def test_stored_curves_are_those_of_the_chapters_and_lie_where_a_sample_of_shuffles_has_them():
    tests = {(claim, what): test for claim, what, test in shuffles.drawn()}
    stored = {(row["claim"], row["shuffled"]): row for row in tables.rows(shuffles.TABLE)}
    assert list(tests) == list(stored)
    for claim, row in stored.items():
        own = shuffles.curve(tests[claim])
        assert (str(len(own)), f"{np.median(own):.4g}") == (row["estimates"], row["median"]), claim
        sample = [shuffles.SHUFFLED[claim[1]](tests[claim], number) for number in range(3)]
        width = float(row["high"]) - float(row["low"])
        assert all(float(row["low"]) - width < one < float(row["high"]) + width for one in sample), claim


@pytest.mark.parametrize(("effect", "most"), [(0.0, 20), (5.0, 0)])
def test_only_a_list_that_matters_stands_out(effect, most):
    """Economies on the list have an effect; with others in their place it is gone."""
    codes = sorted(set(tables.read("economies")["iso3"]) - economies.CHINA)
    noise = np.random.default_rng(1).normal(size=len(codes))
    figures = pd.Series(noise, codes) + effect * np.isin(codes, list(economies.partners("64 partners")))

    def test(listed, others, statistic):
        on = figures[figures.index.isin(economies.exposed(listed))]
        off = figures[figures.index.isin(economies.others(listed, others))]
        return estimates.difference(on, off, statistic)

    own = np.median(shuffles.curve(test))
    as_far = sum(shuffles.shuffled(test, number) >= own for number in range(20))
    assert as_far <= most and (effect or as_far)


@pytest.mark.parametrize(("effect", "most"), [(0.0, 20), (5.0, 0)])
def test_only_dates_that_matter_stand_out(effect, most):
    """Signers gain when they sign; with others' years in their place the gain is gone."""
    codes, years = [f"X{number:02}" for number in range(60)], list(range(2010, 2019))
    signed = pd.Series(2014, codes[:30])
    outcome = pd.DataFrame(np.random.default_rng(4).normal(size=(60, 9)), codes, years)
    outcome.loc[codes[:30], 2014:] += effect

    def test(exposure):
        return estimates.after_signature(outcome, signed, *estimates.span("exposure", exposure))

    own = np.median(shuffles.curve(test))
    as_far = sum(shuffles.shuffled_dates(test, number) >= own for number in range(20))
    assert as_far <= most and (effect or as_far)
