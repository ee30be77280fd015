"""The reading by destination: sums over sets, bounds that hold, disjoint sets, known answers."""

import numpy as np
import pandas as pd
import pytest

from beltroad import table1
from beltroad.groupings import destination, proofs
from beltroad.table1 import ROWS
from bookpress import tables


@pytest.mark.parametrize("seed", range(10))
def test_sums_over_every_set_are_those_counted_one_by_one(seed):
    random = np.random.default_rng(seed)
    sets = np.r_[random.integers(0, 32, 12), 16]
    values = pd.DataFrame(random.uniform(0, 9, (13, 2)))
    found = destination._sums(sets, values)
    assert found.shape == (32, 2)
    for chosen in range(32):
        inside = [bool(one & ~chosen == 0) for one in sets.tolist()]
        np.testing.assert_allclose(found[chosen], values[inside].sum())


@pytest.mark.parametrize("exporter", proofs.exporters())
def test_bounds_hold_the_share_and_the_sets_are_apart(exporter):
    known = destination.shares(exporter)
    filled = ~np.isnan(known.main).any(axis=1)
    assert filled.sum() >= 2 ** len(known.groups) - 2
    assert (known.low[filled] <= known.main[filled] + 1e-9).all()
    assert (known.main[filled] <= known.high[filled] + 1e-9).all()
    for bounds in (False, True):
        _, sets = destination.nearest(exporter, table1.printed(), bounds)
        assert not set(sets["agriculture"]) & set(sets["manufactures"])
    near, least = (destination.nearest(exporter, table1.printed(), bounds)[0] for bounds in (False, True))
    assert least <= near <= destination.usual(exporter, table1.printed())


@pytest.mark.parametrize(("exporter", "near", "least"), [("VNM", 1.69, 0.0), ("FRA", 23.84, 12.48)])
def test_nearest_sets(exporter, near, least):
    reached, sets = destination.nearest(exporter, table1.printed())
    assert reached == pytest.approx(near, abs=0.005)
    assert destination.nearest(exporter, table1.printed(), bounds=True)[0] == pytest.approx(least, abs=0.005)
    known = destination.shares(exporter)
    for name in ROWS:  # again, without sums over sets
        chosen = sum(1 << known.groups.index(group) for group in sets[name])
        off = np.abs(known.main[chosen] - table1.printed().loc[name].to_numpy())
        assert off.max() <= reached + 1e-9


def test_the_nearest_pair_is_that_of_all_pairs_that_are_apart(monkeypatch):
    random = np.random.default_rng(3)
    main = random.uniform(0, 60, (16, 3))
    known = destination.Shares(list("abcd"), [2016, 2017, 2018], main, main - 5, main + 5)
    monkeypatch.setattr(destination, "shares", lambda exporter: known)
    asked = table1.printed()
    off = [np.abs(main - asked.loc[name].to_numpy()).max(axis=1) for name in ROWS]
    best = min(max(off[0][a], off[1][b]) for a in range(16) for b in range(16) if not a & b)
    assert destination.nearest("", asked)[0] == pytest.approx(best)
    assert destination.nearest("", asked, bounds=True)[0] == pytest.approx(max(best - 5, 0))


def test_a_target_of_one_year_is_held_against_that_year():
    known = destination.shares("VNM")
    chosen = 1 << known.groups.index("Footwear")
    asked = pd.DataFrame({2017: [known.main[chosen, 1], 0.0]}, ROWS)
    assert known.gaps(asked.T["agriculture"])[chosen] == 0


def test_a_division_in_no_group_is_in_no_set(monkeypatch):
    read, left_out = tables.read, "28"
    known = read("division-groups")
    fewer = known[known["sitc_division"].ne(left_out)]
    monkeypatch.setattr(tables, "read", lambda name: fewer if name == "division-groups" else read(name))
    destination.shares.cache_clear()
    everything = destination.shares("AUS")
    destination.shares.cache_clear()
    bought = read("china-by-division").query("flow == 'import' and partner_iso3 == 'AUS' and year == 2018")
    world = read("exports-by-group").query("iso3 == 'AUS' and year == 2018")["exports_musd"].sum() * 1e6
    inside = bought.loc[bought["sitc_division"].ne(left_out), "value_usd"].sum()
    assert inside < bought["value_usd"].sum()
    for shares in (everything.main, everything.high):
        assert shares[-1, 2] == pytest.approx(100 * inside / world)
