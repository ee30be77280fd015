"""The integer programs against brute force over small cases, known answers, and what a limit leaves unproved."""

import os

import numpy as np
import pandas as pd
import pytest

from beltroad import groupings
from beltroad.groupings import AS_PRINTED, NONE, NOT_PROVED, PROVED, Limits, Program, exhaustive, proofs
from beltroad.groupings.exhaustive import CLASSES
from beltroad.groupings.programs import quiet
from beltroad.table1 import ROWS

CLEAR = 1e-3  # points: no grouping is so near a threshold that the solver's tolerance could decide


class Case:
    """A random small case with the difference and the moves of all its groupings."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        codes, years = int(random.integers(2, 8)), range(2016, 2017 + int(random.integers(0, 3)))
        index = pd.Index([f"{code:02}" for code in range(codes)])
        values = 100 * random.dirichlet(np.full(codes, 0.7), len(years)).T
        shares = pd.DataFrame(values.round(4), index, years)
        published = pd.DataFrame(random.dirichlet(np.ones(3), len(years)).T[:2] * 100, ROWS, years)
        if seed % 3 == 0:  # a target that some grouping nearly meets
            hidden = exhaustive.named(index, random.integers(0, 3, codes))
            published = (groupings.grouped(shares, hidden) + random.normal(0, 0.5, published.shape)).clip(0)
        start = exhaustive.named(index, random.integers(0, 3, codes))
        self.program = Program(shares, published, start)
        self.found = groupings.differences(shares, published)
        places = [CLASSES.index(name) for name in start]
        self.moves = (groupings.every(codes) != places).sum(axis=1)
        self.most = int(random.integers(0, codes))
        self.within = [self._between(random) for _ in range(3)]

    def _between(self, random: np.random.Generator) -> float:
        """Return a difference between those of two groupings, or below all."""
        values = np.unique(np.r_[0, self.found, self.found.max() + 1])
        wide = np.flatnonzero(np.diff(values) > 2 * CLEAR)
        # Half of them among the nearest, where there is most to get wrong.
        at = random.choice(wide[: random.choice([3, len(wide)])])
        return float((values[at] + values[at + 1]) / 2)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [Case(seed) for seed in range(40)]


def nearest_is(answer, found: np.ndarray) -> None:
    """Hold an answer against the differences of all the groupings that were allowed."""
    best = found.min()
    assert answer.status == PROVED
    assert answer.bound <= best + 1e-9
    if best > AS_PRINTED + 1e-4:
        assert answer.difference == pytest.approx(best, abs=1e-4)
        assert answer.bound == pytest.approx(best, abs=1e-4)
    else:
        assert answer.difference <= AS_PRINTED + 1e-4 and answer.bound == 0


def test_the_nearest_of_all(cases):
    for case in cases:
        answer = case.program.nearest()
        nearest_is(answer, case.found)
        assert answer.moves == len(groupings.moved(answer.grouping, case.program.start))


def test_the_nearest_with_a_number_of_moves_at_most(cases):
    for case in cases:
        for most in {0, case.most, len(case.program.shares)}:
            answer = case.program.nearest(moves=most)
            nearest_is(answer, case.found[case.moves <= most])
            assert answer.moves <= most


def test_the_fewest_moves_within_a_difference(cases):
    nones = 0
    for case in cases:
        for within in case.within:
            answer, allowed = case.program.fewest_moves(within), case.found <= within
            if not allowed.any():
                assert (answer.status, answer.grouping, answer.bound) == (NONE, None, np.inf)
                nones += 1
                continue
            fewest = case.moves[allowed].min()
            assert (answer.status, answer.moves, answer.bound) == (PROVED, fewest, fewest)
            assert answer.difference <= within
    assert nones > 5


def test_whether_any_comes_within_a_difference(cases):
    for case in cases:
        for within in case.within:
            assert case.program.reaches(within) is bool((case.found <= within).any())
            answer = case.program.nearest(within=within)
            if (case.found <= within).any():
                nearest_is(answer, case.found)
            else:
                assert answer.status == NONE


def test_shares_with_many_decimals_do_not_lift_the_bound():
    random = np.random.default_rng(7)
    for _ in range(20):
        shares = pd.DataFrame({2016: 100 * random.dirichlet(np.ones(6))}, [f"{code:02}" for code in range(6)])
        published = pd.DataFrame({2016: [random.uniform(0, 60), random.uniform(0, 40)]}, ROWS)
        nearest_is(Program(shares, published).nearest(), groupings.differences(shares, published))


def test_moves_need_a_definition_to_count_from():
    shares = pd.DataFrame({2016: [100.0]}, ["00"])
    published = pd.DataFrame({2016: [30.0, 20.0]}, ROWS)
    assert Program(shares, published).nearest().moves is None
    with pytest.raises(ValueError, match="found no definition to count them from"):
        Program(shares, published).fewest_moves(5)


@pytest.mark.parametrize(("exporter", "points"), [("AUS", 11.39), ("DEU", 1.875), ("KOR", 2.034), ("USA", 0)])
def test_nearest_groupings_of_divisions(exporter, points):
    answer = proofs.program(exporter).nearest(limits=proofs.LIMITS)
    assert answer.status == PROVED
    assert answer.difference == pytest.approx(points, abs=0.005)
    assert answer.bound == pytest.approx(points, abs=0.005)
    # What is equal as printed is not proved to be the nearest.
    assert answer.bound <= answer.difference + 1e-6


@pytest.mark.parametrize(("exporter", "within", "moves"), [("IND", 5, 3), ("FRA", 1, 7), ("AUS", 5, None)])
def test_fewest_moves_from_the_definition_of_the_wto(exporter, within, moves):
    answer = proofs.program(exporter).fewest_moves(within)
    assert answer.moves == moves
    assert answer.status == (NONE if moves is None else PROVED)


@pytest.mark.parametrize("limits", [Limits(nodes=1), Limits(seconds=0.1)])
def test_a_limit_leaves_a_bound_and_no_proof(limits):
    answer = proofs.program("HKG", "reverse").nearest(limits=limits)
    assert answer.status == NOT_PROVED
    assert answer.bound < answer.difference - AS_PRINTED


def test_nothing_that_the_library_writes_is_seen_and_output_comes_back(capfd):
    with pytest.raises(KeyError), quiet():
        os.write(1, b"lost")
        raise KeyError
    os.write(1, b"kept")
    assert capfd.readouterr().out == "kept"
