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
    asked, found = [], Finding(1, 0.5, 2)

    def one(listed, statistic):
        asked.append((listed, statistic))
        return found

    cells, main = grid.run({"one": one, "two": lambda window: True})
    axes = grid.axes()
    assert len(cells) == len(axes["listed"]) * len(axes["statistic"]) * len(axes["window"])
    assert len(asked) == len(set(asked)) == len(axes["listed"]) * len(axes["statistic"])
    assert list(cells[0])[:3] == ["listed", "window", "statistic"]
    assert list(cells[0].values())[:3] == [axes[name][0] for name in ("listed", "window", "statistic")]
    assert main["one"] is found and main["two"] is True
    assert {cell["outcomes"] for cell in cells} == {"for; for"}


def test_what_cannot_be_computed_stays_in_the_grid():
    cells, _ = grid.run({"one": lambda baseline: verdicts.NOT_COMPUTED if "2001" in baseline else True})
    assert sorted(cell["verdict"] for cell in cells) == ["not computed", *["supported"] * (len(cells) - 1)]


def test_fewer_cells_than_recorded():
    cells, _ = grid.run({"one": True})
    message = r"grid.csv, claim 4-obstacles: found 2 rows, computed 1; run `make"
    with pytest.raises(claims.ClaimError, match=message):
        decisions.compare("grid", "4-obstacles", cells)


def test_a_supporting_test_is_asked_after_the_necessary_ones_and_cannot_refute():
    cells, main = grid.run({"needed": True}, {"beside": False})
    assert list(main) == ["needed", "beside"]
    assert (cells[0]["verdict"], cells[0]["outcomes"]) == ("holds", "for; against")


def test_cells_on_the_same_figures_say_which_they_repeat():
    found = {"all": Finding(1, 0.5, 2), "over a million": Finding(1, 0.4, 2)}
    cells, _ = grid.run({"one": lambda sample, window: found[sample]})
    assert len(cells) == 6 and sorted(cell["sample"] for cell in cells if not cell["repeats"]) == sorted(
        found
    )
    for cell in cells:
        assert not cell["repeats"] or cells[cell["repeats"] - 1]["sample"] == cell["sample"]
    cells, _ = grid.run({"one": lambda sample: True})
    assert not any(cell["repeats"] for cell in cells), (
        "yes and no do not tell whether the figures are the same"
    )


def test_a_choice_that_is_there_twice(monkeypatch):
    rows = list(tables.rows("choices"))
    monkeypatch.setattr(tables, "rows", lambda name: iter([*rows, rows[0]]))
    place = rf"choices.csv, row {len(rows) + 2}, column choice: found '64 partners' of listed twice"
    with pytest.raises(claims.ClaimError, match=place):
        grid.axes()


def test_a_test_that_cannot_be_passed_is_refused_with_its_bar():
    index = Finding(-0.01, -0.2, 0.2, claimed="below", reach=(-0.06, 0.94))
    message = (
        r"claims.csv, row \d+, claim 2.1-pattern: test 'it fell' under signers: found a bar out of reach, expected "
        "one to pass: the estimate would have to be below −0.210, and can be −0.060 at most"
    )
    with pytest.raises(claims.ClaimError, match=message):
        claims.decide(
            "2.1-pattern",
            {"it fell": lambda listed: index if listed == "signers" else Finding(1, 0.5, 2)},
            sources=[],
        )


def test_what_a_test_finds_is_a_row_with_all_that_decides_it():
    found = Finding(
        1, 0.5, 2, 0.4, "below", "points", "9 cases", (0.3, 3), reach=(0, 9), matters=0.2, word="some"
    )
    assert grid.findings({"one": found}, {"two": True, "three": verdicts.NOT_COMPUTED}) == [
        {
            "test": 1, "asked": "one", "role": "necessary", "outcome": "weak", "estimate": 1, "low": 0.5, "high": 2,
            "bar": 0.4, "claimed": "below", "word": "some", "unit": "points", "without_low": 0.3, "without_high": 3,
            "interval": "95% interval", "cases": "9 cases", "error": 0.0, "least": 0, "most": 9, "matters": 0.2,
            "detectable": found.detectable, "for_beyond": found.beyond[0], "against_beyond": found.beyond[1],
        },
        {"test": 2, "asked": "two", "role": "supporting", "outcome": "for"},
        {"test": 3, "asked": "three", "role": "supporting", "outcome": "not computed"},
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
    again[1]["estimate"] = "2.254651"  # the last digit is no other estimate
    decisions.compare("tests", claim, again)
    again[1][column] = value
    with pytest.raises(claims.ClaimError, match=rf"tests.csv, row \d+, claim {claim}, {message}"):
        decisions.compare("tests", claim, again)


def test_recorded_tests_say_what_the_rule_says_of_their_numbers():
    for row in tables.read("tests").dropna(subset="estimate").to_dict("records"):
        without = (row["without_low"], row["without_high"])
        numbers = [row[name] for name in ("estimate", "low", "high", "bar")]
        found = Finding(
            *numbers,
            row["claimed"],
            without_one=None if without[0] != without[0] else without,
            matters=row["matters"],
            error=row["error"],
            ratio=str(row["unit"]).startswith("times") and row["bar"] == 1,
        )
        assert found.outcome == row["outcome"], row


def test_recorded_verdicts_follow_from_recorded_cells_and_cells_from_tests():
    roles = {claim: list(rows["role"]) for claim, rows in tables.read("tests").groupby("claim")}
    recorded = tables.read("grid")
    for cell in recorded.to_dict("records"):
        said = cell["outcomes"].split("; ")
        needed, beside = (
            [one for one, role in zip(said, roles[cell["claim"]], strict=True) if role == wanted]
            for wanted in verdicts.ROLES
        )
        assert verdicts.judge(needed, beside) == cell["verdict"], cell
    ledger = tables.read("claims").set_index("id")
    for claim, cells in recorded[recorded["repeats"].isna()].groupby("claim"):
        expected = (*verdicts.settle(list(cells["verdict"])), len(cells))
        assert (
            ledger.loc[claim, "verdict"],
            ledger.loc[claim, "agree"],
            ledger.loc[claim, "cells"],
        ) == expected


def test_recorded_cells_name_choices_that_exist():
    recorded = tables.read("grid")
    for axis, choices in grid.axes().items():
        assert set(recorded[axis].replace("", None).dropna()) <= set(choices), axis
