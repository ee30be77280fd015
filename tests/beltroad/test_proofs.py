"""The stored proofs: groupings that are as near as the tables say, and what is noticed when anything moved."""

import pandas as pd
import pytest

from beltroad import groupings, table1
from beltroad.groupings import AS_PRINTED, proofs
from beltroad.table1 import ROWS
from bookpress import tables
from shared import ROOT

GOODS = proofs.goods
EXACT = 1e-4  # points, as `proofs.moved` compares


@pytest.fixture(autouse=True)
def book(monkeypatch):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))


def test_every_stored_grouping_is_as_near_as_its_row_says():
    stored = tables.read("nearest-groupings")
    assert len(stored) == len(proofs.exporters()) * len(proofs.FLOWS)
    for row in stored.to_dict("records"):
        shares = proofs.goods(row["exporter_iso3"], row["reading"])
        grouping = pd.Series("neither", shares.index)
        for name in ROWS:
            codes = row[name].split()
            assert grouping[codes].eq("neither").all()
            grouping[codes] = name
        reached = groupings.difference(shares, grouping, table1.printed())
        assert reached == pytest.approx(row["difference_pts"], abs=EXACT)
        gap = row["difference_pts"] - row["bound_pts"]
        assert gap >= -EXACT
        assert (gap <= AS_PRINTED + EXACT) is (row["status"] == "proved")


def test_stored_moves_lead_from_the_definition_to_the_difference():
    stored = tables.read("grouping-moves")
    best = tables.read("nearest-groupings").query("reading == 'composition'").set_index("exporter_iso3")
    assert len(stored.groupby(["exporter_iso3", "definition"])) == len(proofs.exporters()) * len(
        proofs.STARTS
    )
    for (exporter, definition), rows in stored.groupby(["exporter_iso3", "definition"]):
        assert rows["moves"].tolist() == list(range(len(rows)))
        assert rows["difference_pts"].diff().iloc[1:].le(EXACT).all()
        near_enough = max(proofs.WITHIN[-1], best.loc[exporter, "difference_pts"] + proofs.CLOSE)
        assert rows["difference_pts"].le(near_enough).tolist() == [False] * (len(rows) - 1) + [True]
        shares = proofs.goods(exporter)
        values, printed = shares.to_numpy(), table1.printed()
        start = groupings.of_definition(shares.index, definition)
        for row in rows.to_dict("records"):
            grouping, moved = start.copy(), [part.split(":") for part in row["moved"].split()]
            for code, name in moved:
                assert start[code] != name
                grouping[code] = name
            assert len({code for code, _ in moved}) == len(moved) <= row["moves"]
            # By hand, not through `groupings`: four hundred rows, and a second opinion.
            largest = max(
                abs(values[grouping.to_numpy() == name].sum(axis=0) - printed.loc[name].to_numpy()).max()
                for name in ROWS
            )
            assert largest == pytest.approx(row["difference_pts"], abs=EXACT)


def test_stored_counts_are_of_all_targets():
    stored = tables.read("grouping-targets")
    tried = {"drawn": proofs.TARGETS, "true": (len(proofs.exporters()) - 1) * len(table1.DEFINITIONS)}
    assert stored["targets"].eq(stored["kind"].map(tried)).all()
    assert (stored["met"] + stored["undecided"]).le(stored["targets"]).all()
    by_level = stored.pivot(index=["exporter_iso3", "kind"], columns="level", values="met")
    assert len(by_level) == 2 * len(proofs.exporters()) and not by_level.isna().any(axis=None)


def test_random_targets_are_the_same_at_every_call_and_of_the_kind_of_the_paper():
    first, second = proofs.drawn(20), proofs.drawn(20)
    for one, two in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, two)
        assert one.index.equals(table1.printed().index) and one.columns.equals(table1.printed().columns)
        assert one.min(axis=None) >= 0 and one.sum().max() <= 100
    assert len({one.to_csv() for one in first}) == 20


def test_true_targets_are_those_of_the_others():
    found = proofs.true("AUS")
    assert len(found) == (len(proofs.exporters()) - 1) * len(table1.DEFINITIONS)
    own = (
        table1.by_partner(tables.read("china-by-division").query("flow == 'import' and 2016 <= year <= 2018"))
        .round(2)
        .loc["AUS"]
        .loc[ROWS]
    )
    assert not any(one.to_numpy().tolist() == own.to_numpy().tolist() for one in found)


def test_an_exporter_solved_anew_is_what_is_stored():
    for name, of in (("nearest-groupings", proofs.nearest), ("grouping-moves", proofs.moves)):
        stored = tables.read(name).query("exporter_iso3 == 'AUS'")
        assert list(proofs.moved(name, stored, pd.DataFrame(of("AUS")).round(6))) == []


def test_nothing_that_the_proofs_hang_on_has_changed():
    assert proofs.out_of_date() == []


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("SEED", 1, ["random tables", "rules"]),
        ("goods", lambda *a, **k: GOODS(*a, **k) * (1 + (a[0] == "AUS")), ["programs of AUS"]),
    ],
)
def test_what_changed_is_named(monkeypatch, name, value, changed):
    monkeypatch.setattr(proofs, name, value)
    assert sorted(proofs.out_of_date()) == changed


def test_a_changed_definition_is_noticed(monkeypatch):
    wto = table1.DEFINITIONS["wto"] | {"agriculture": ["0"]}
    monkeypatch.setitem(table1.DEFINITIONS, "wto", wto)
    table1.sector_of.cache_clear()
    assert "programs of AUS" in proofs.out_of_date()
    table1.sector_of.cache_clear()


STORED = pd.DataFrame(
    {
        "exporter_iso3": ["AUS", "DEU"],
        "moves": [0, 1],
        "difference_pts": [1.0, 2.0],
        "moved": ["", "01:neither"],
    }
)


def test_what_differs_is_said_with_row_and_column():
    assert list(proofs.moved("grouping-moves", STORED, STORED.assign(difference_pts=[1.00005, 2.0]))) == []
    found = STORED.assign(difference_pts=[1.0, 2.5], moves=[0, 2])
    assert list(proofs.moved("grouping-moves", STORED, found)) == [
        "grouping-moves, DEU 1 2.0, moves: found 2, stored is 1",
        "grouping-moves, DEU 1 2.0, difference_pts: found 2.5, stored is 2.0",
    ]
    assert list(proofs.moved("grouping-moves", STORED, STORED[:1])) == [
        "grouping-moves: found 1 rows, expected 2"
    ]


def test_which_of_equally_near_groupings_was_found_is_no_difference():
    one = pd.DataFrame({"difference_pts": [1.0], "agriculture": ["01"], "manufactures": ["71"]})
    assert list(proofs.moved("nearest-groupings", one, one.assign(agriculture="02"))) == []
    assert list(proofs.moved("grouping-moves", STORED, STORED.assign(moved=["", "02:neither"]))) == []


def _one_row(exporter: str) -> list[proofs.Row]:
    return [{"exporter_iso3": exporter, "moves": len(exporter)}]


@pytest.mark.parametrize(("stored", "status"), [(3, 0), (4, 1)])
def test_prove_compares_what_it_solves_with_what_is_stored(monkeypatch, ask, stored, status):
    table = pd.DataFrame({"exporter_iso3": proofs.exporters(), "moves": [3] * 9 + [stored]})
    monkeypatch.setattr(proofs, "SOLVED", {"grouping-moves": _one_row})
    monkeypatch.setattr(proofs, "out_of_date", lambda: [])
    monkeypatch.setattr(tables, "read", lambda name: table)
    said = ask("prove")
    assert said.returncode == status
    line = (
        "grouping-moves, VNM 4, moves: found 3, stored is 4"
        if status
        else "every stored proof was found again"
    )
    assert said.stdout == f"{line}\n"
    assert "grouping-moves: VNM" in said.stderr
