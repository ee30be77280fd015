"""The grid: every combination of the choices that matter, the main one first, none dropped."""

import pytest

from bookpress import tables
from bookpress.claims import grid, verdicts
from bookpress.claims.verdicts import Finding
from shared import ROOT


def test_every_axis_has_one_main_choice_and_others():
    table = tables.read("choices")
    assert table.groupby("axis")["main"].sum().eq(1).all()
    assert table.groupby("axis").size().gt(1).all()
    mains = table[table["main"]].set_index("axis")["choice"].to_dict()
    assert {axis: choices[0] for axis, choices in grid.axes().items()} == mains


@pytest.mark.parametrize(("first", "second", "message"), [(True, True, "found 2"), (False, False, "found 0")])
def test_an_axis_with_two_main_choices_or_none(monkeypatch, first, second, message):
    table = tables.read("choices")
    table.loc[table["axis"].eq("sample"), "main"] = [first, second]
    monkeypatch.setattr(tables, "read", lambda name: table)
    with pytest.raises(
        grid.GridError, match=rf"choices.csv, row \d+, column main: {message} main choices of sample"
    ):
        grid.axes()


def test_a_test_is_asked_for_each_combination_of_its_own_axes_once():
    asked = []

    def one(listed, statistic):
        asked.append((listed, statistic))
        return Finding(1, 0.5, 2)

    cells, main = grid.run({"one": one, "two": lambda window: True})
    axes = grid.axes()
    assert len(cells) == len(axes["listed"]) * len(axes["statistic"]) * len(axes["window"])
    assert len(asked) == len(set(asked)) == len(axes["listed"]) * len(axes["statistic"])
    assert cells.loc[0, ["listed", "window", "statistic"]].tolist() == [
        axes[name][0] for name in ("listed", "window", "statistic")
    ]
    assert main["one"] == Finding(1, 0.5, 2) and main["two"] is True
    assert cells["outcomes"].eq("for; for").all()


def test_what_cannot_be_computed_stays_in_the_grid():
    cells, _ = grid.run({"one": lambda baseline: verdicts.NOT_COMPUTED if "2001" in baseline else True})
    assert cells["verdict"].value_counts().to_dict() == {
        "supported": len(cells) - 1,
        "not computed": 1,
    }


def test_an_unknown_axis_lists_those_there_are():
    with pytest.raises(grid.GridError, match="no axis 'colour'; expected one of: listed, others"):
        grid.run({"one": lambda colour: True})


def test_fewer_cells_than_recorded():
    cells, main = grid.run({"one": True})
    with pytest.raises(
        grid.GridError, match=r"grid.csv, claim 4-obstacles: found 4 cells, computed 1; run `make"
    ):
        grid.compare("4-obstacles", cells, grid.findings(main))


def test_what_a_test_finds_is_a_row_with_all_that_decides_it():
    found = grid.findings(
        {"one": Finding(1, 0.5, 2, 0.4, "below", "points", "9 cases", (0.3, 3)), "two": True}
    )
    first, second = found.to_dict("records")
    assert first == {
        "test": 1, "asked": "one", "outcome": "unclear", "estimate": 1, "low": 0.5, "high": 2, "bar": 0.4,
        "claimed": "below", "unit": "points", "without_low": 0.3, "without_high": 3,
        "interval": "95% interval", "cases": "9 cases",
    }  # fmt: skip
    assert (second["asked"], second["outcome"]) == ("two", "for")
    assert found.loc[1, "estimate":].isna().all()
    assert grid.findings({"three": verdicts.NOT_COMPUTED}).loc[0, "outcome"] == "not computed"


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("estimate", 2.2554, r"column estimate: found 2.25465, computed 2.2554; run `make verdicts` when"),
        ("claimed", "below", "column claimed: found 'above', computed 'below'"),
        ("without_low", 1.0, "column without_low: found nan, computed 1.0"),
    ],
)
def test_another_estimate_than_the_recorded_one_is_refused(column, value, message):
    claim = "2.2-promoted-trade"
    recorded = tables.read("tests").query("claim == @claim").reset_index(drop=True)
    cells = tables.read("grid").query("claim == @claim").drop(columns=["claim", "cell"])
    again = recorded.drop(columns="claim")
    grid.compare(claim, cells, again)
    again.loc[0, column] = value
    with pytest.raises(grid.GridError, match=rf"tests.csv, row \d+, claim {claim}, {message}"):
        grid.compare(claim, cells, again)


def test_recorded_tests_say_what_the_rule_says_of_their_numbers():
    for row in tables.read("tests").dropna(subset="estimate").to_dict("records"):
        without = (
            None if row["without_low"] != row["without_low"] else (row["without_low"], row["without_high"])
        )
        numbers = [row[name] for name in ("estimate", "low", "high", "bar")]
        assert Finding(*numbers, row["claimed"], without_one=without).outcome == row["outcome"], row


def test_recorded_cells_name_choices_that_exist():
    recorded = tables.read("grid")
    for axis, choices in grid.axes().items():
        named = set(recorded[axis].replace("", None).dropna())
        assert named <= set(choices), axis
    described = tables.describe()["grid"]["path"]
    assert (ROOT / "data" / described).is_file()
