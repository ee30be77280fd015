"""The search of all groupings on a reader's own files: the book's answer from the book's figures, and bad input."""

import csv
import io
import json

import pytest

import trade_files as made
from beltroad.__main__ import main
from beltroad.groupings import programs
from shared import ROOT


@pytest.fixture
def ask(capfd, monkeypatch, tmp_path):
    """Return a function that writes rows to a file, asks `nearest` of it, and gives status, output and messages."""
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))

    def carry_out(rows: list[dict[str, str]] | None, *arguments: str) -> tuple[int, str, str]:
        files = ["--from", str(made.write(tmp_path / "trade.csv", rows))] if rows is not None else []
        try:
            status = main(["nearest", *arguments, *files])
        except SystemExit as end:
            status = int(end.code)
        return status, *capfd.readouterr()

    return carry_out


@pytest.mark.parametrize("level", ["section", "division"])
@pytest.mark.parametrize("layout", [made.legacy, made.api])
def test_the_books_own_figures_give_the_books_answer(ask, layout, level):
    asked = ["--exporter", "AUS", "--level", level, "--within", "15", "--format", "json"]
    own = json.loads(ask(None, *asked)[1])
    status, text, told = ask(layout(made.imports("AUS"), "AUS"), *asked)
    found = json.loads(text)
    assert status == 0
    beside = {name: found.pop(name) for name in ("importer_iso3", "side", "basis", "doubt_pts")}
    if level == "division":  # several groupings are equally near, and the solver may give any of them
        for which in (found, own):
            assert all(which.pop(name) for name in ("agriculture", "manufactures", "moved"))
            assert which.pop("moves_difference_pts") <= 15
        # Each was proved to what rounding the shares can move, see `programs.Program`.
        rounding = len({code for _, code, _ in made.imports("AUS")}) * 10 ** -min(programs.DECIMALS)
        assert found.pop("difference_pts") == pytest.approx(own.pop("difference_pts"), abs=rounding)
    assert found == own
    assert beside == {"importer_iso3": "CHN", "side": "importer", "basis": "CIF", "doubt_pts": 0}
    of_2018 = [value for year, _, value in made.imports("AUS") if year == 2018]
    assert f"2018: {len(of_2018)} codes sum to {sum(of_2018):,} US$" in told
    assert "as CHN reports its imports (CIF)" in told


def test_csv_and_text_say_whose_figures_they_are(ask):
    rows, asked = made.api(made.imports("AUS"), "AUS"), ["--exporter", "AUS", "--level", "section"]
    [row] = csv.DictReader(io.StringIO(ask(rows, *asked, "--format", "csv")[1]))
    assert (row["difference_pts"], row["side"], row["basis"]) == ("14.3368", "importer", "CIF")
    status, text, told = ask(rows, *asked)
    assert (status, told) == (0, "")
    assert "Nearest grouping: 14.34 points (proved" in text
    assert "AUS to CHN, as CHN reports its imports (CIF)." in text


def test_codes_of_several_divisions_are_doubted_not_dropped(ask):
    trade = made.imports("AUS", 2018, 2018)
    total = sum(value for *_, value in trade)
    target = ["--target", "35.11,29.22", "--exporter", "AUS"]
    plain = made.api(trade, "AUS")
    # A two-hundredth more of a code that SITC does not have.
    odd = made.api([(2018, "10", total // 200)], "AUS")
    status, text, _ = ask([*plain, *odd], *target, "--level", "section")
    assert status == 0
    assert "0.498% of the goods of a year may belong to another division" in text
    status, _, told = ask([*plain, *made.api([(2018, "10", total // 50)], "AUS")], *target)
    assert status == 2 and told.count("\n") == 1
    assert "2% of the value is in codes that cannot be put into one" in told


def test_sections_alone_can_be_grouped_by_section_only(ask):
    sections = [(year, division[:1], value) for year, division, value in made.imports("AUS")]
    summed: dict[tuple[int, str], int] = {}
    for year, code, value in sections:
        summed[year, code] = summed.get((year, code), 0) + value
    rows = made.api([(year, code, value) for (year, code), value in summed.items()], "AUS", aggrLevel="1")
    status, text, _ = ask(rows, "--exporter", "AUS", "--level", "section")
    assert status == 0 and "Nearest grouping: 14.34 points" in text
    status, text, told = ask(rows, "--exporter", "AUS")
    assert (status, text) == (2, "")
    assert "SITC Rev. 4 at 1 digit, too coarse for the level 'division'" in told
    assert told.rstrip().endswith("expected a finer level or --level section")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--exporter", "BRA"], "no exporter BRA"),
        (["--exporter", "AUS", "--reading", "reverse"], "--reading reverse: found --from, expected"),
        (["--exporter", "AUS", "--target", "35,29,34,26", "--years", "2018-2019"], "2018-2019"),
        (["--exporter", "AUS", "--side", "exporter"], "found the side importer, expected exporter"),
    ],
)
def test_what_the_files_do_not_hold_is_refused(ask, arguments, said):
    status, text, told = ask(made.api(made.imports("AUS"), "AUS"), *arguments)
    assert (status, text) == (2, "")
    assert said in told and told.count("\n") == 1


def test_options_of_files_need_files(ask):
    status, text, told = ask(None, "--exporter", "AUS", "--side", "importer")
    assert (status, text) == (2, "")
    assert "expected --from with it" in told
