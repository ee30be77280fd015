"""The grid: every combination of the choices that matter, the main one first, none dropped."""

import pytest

from bookpress import claims, tables
from bookpress.claims import decisions, grid, verdicts
from bookpress.claims.verdicts import Finding


def test_every_axis_has_one_main_choice_and_others():
    table = tables.read("choices")
    assert table.groupby("axis")["main"].sum().eq(1).all()
    assert table.groupby("axis").size().gt(1).all()
    mains = table[table["main"]].set_index("axis")["choice"].to_dict()
    assert {axis: choices[0] for axis, choices in grid.axes().items()} == mains


@pytest.mark.parametrize(
    ("main", "where"), [("true", r"row \d+, column main: found 2"), ("false", "column main: found 0")]
)
def test_an_axis_with_two_main_choices_or_none(monkeypatch, main, where):
    rows = [row | ({"main": main} if row["axis"] == "sample" else {}) for row in tables.rows("choices")]
    monkeypatch.setattr(tables, "rows", lambda name: iter(rows))
    with pytest.raises(claims.ClaimError, match=rf"choices.csv, {where} main choices of sample"):
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
    assert list(cells[0])[:3] == ["listed", "window", "statistic"]
    assert list(cells[0].values())[:3] == [axes[name][0] for name in ("listed", "window", "statistic")]
    assert main == {"one": Finding(1, 0.5, 2), "two": True}
    assert {cell["outcomes"] for cell in cells} == {"for; for"}


def test_what_cannot_be_computed_stays_in_the_grid():
    cells, _ = grid.run({"one": lambda baseline: verdicts.NOT_COMPUTED if "2001" in baseline else True})
    assert sorted(cell["verdict"] for cell in cells) == ["not computed", *["supported"] * (len(cells) - 1)]


def test_fewer_cells_than_recorded():
    cells, _ = grid.run({"one": True})
    message = r"grid.csv, claim 4-obstacles: found 4 rows, computed 1; run `make"
    with pytest.raises(claims.ClaimError, match=message):
        decisions.compare("grid", "4-obstacles", cells)


def test_what_a_test_finds_is_a_row_with_all_that_decides_it():
    tests = {"one": Finding(1, 0.5, 2, 0.4, "below", "points", "9 cases", (0.3, 3)), "two": True}
    assert grid.findings(tests | {"three": verdicts.NOT_COMPUTED}) == [
        {
            "test": 1, "asked": "one", "outcome": "unclear", "estimate": 1, "low": 0.5, "high": 2, "bar": 0.4,
            "claimed": "below", "unit": "points", "without_low": 0.3, "without_high": 3,
            "interval": "95% interval", "cases": "9 cases",
        },
        {"test": 2, "asked": "two", "outcome": "for"},
        {"test": 3, "asked": "three", "outcome": "not computed"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "estimate",
            "2.2554",
            "column estimate: found '2.25465', computed '2.2554'; run `make verdicts` when",
        ),
        ("claimed", "below", "column claimed: found 'above', computed 'below'"),
        ("without_low", "1", "column without_low: found '', computed '1'"),
    ],
)
def test_another_estimate_than_the_recorded_one_is_refused(column, value, message):
    claim = "2.2-promoted-trade"
    again = [row for row in tables.rows("tests") if row["claim"] == claim]
    again[0]["estimate"] = "2.254651"  # the last digit is no other estimate
    decisions.compare("tests", claim, again)
    again[0][column] = value
    with pytest.raises(claims.ClaimError, match=rf"tests.csv, row \d+, claim {claim}, {message}"):
        decisions.compare("tests", claim, again)


def test_recorded_tests_say_what_the_rule_says_of_their_numbers():
    for row in tables.read("tests").dropna(subset="estimate").to_dict("records"):
        without = (row["without_low"], row["without_high"])
        numbers = [row[name] for name in ("estimate", "low", "high", "bar")]
        found = Finding(*numbers, row["claimed"], without_one=None if without[0] != without[0] else without)
        assert found.outcome == row["outcome"], row


def test_recorded_cells_name_choices_that_exist():
    recorded = tables.read("grid")
    for axis, choices in grid.axes().items():
        assert set(recorded[axis].replace("", None).dropna()) <= set(choices), axis
