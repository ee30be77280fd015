"""Ranking and drawing from a reader's own files: the book's distances, warnings, and files that come out the same."""

import json
import shutil

import pytest

import trade_files as made
from beltroad import table1
from beltroad.cli import exporters
from tradefiles import answers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four exporters that differ in size, and what is none: the World, China itself, an area not specified."""
    folder = tmp_path_factory.mktemp("files")
    for exporter in ("RUS", "AUS", "DEU"):
        made.write(folder / f"{exporter}.csv", made.legacy(made.imports(exporter), exporter))
    rows = made.legacy(made.imports("RUS"), "XXX") + made.legacy(made.imports("DEU"), "CHN")
    rows += made.legacy([(y, c, 4 * v) for y, c, v in made.imports("DEU")], "WLD")
    rows += made.legacy([one for one in made.imports("IND") if one[0] != 2017], "IND")
    made.write(folder / "rest.csv", rows)
    return folder


def test_the_distances_are_those_of_the_book(folder, ask):
    done = ask("rank", "--from", folder, "--format", "json")
    answer = json.loads(done.stdout)
    assert set(answer["table"]) == {"RUS", "AUS", "DEU"}
    for exporter, row in answer["table"].items():
        expected = table1.distance(table1.recompute(exporter).share)
        assert [row[name] for name in ("rmse", "largest")] == pytest.approx(
            [expected["rmse"], expected["largest"]]
        )
        assert row["mapped, %"] == 100


def test_what_speaks_against_a_place_is_said(folder, ask):
    answer = json.loads(ask("rank", "--from", folder, "--format", "json").stdout)
    places = {exporter: row["place"] for exporter, row in answer["table"].items()}
    assert places == {"RUS": 1, "DEU": 2, "AUS": None}, "China reports 1.33 times what Australia does"
    notes = "\n".join(answer["notes"])
    assert "expected every year of 2016-2018; found 2016, 2018: IND" in notes
    assert "returned goods, not trade with a partner: CHN" in notes
    assert "no identification" in notes
    total = {code: sum(value for _, _, value in made.imports(code)) for code in ("RUS", "AUS", "DEU")}
    known = 100 * sum(total.values()) / (4 * total["DEU"])
    assert f"sell {known:.1f}% of what the files state for the World" in notes


def test_exporters_on_two_sides_are_not_ranked_together(folder, tmp_path, ask):
    shutil.copytree(folder, tmp_path / "all")
    sold = {"Trade Flow": "Export", "Reporter ISO": "FRA", "Partner ISO": "CHN"}
    made.write(tmp_path / "all/sold.csv", made.legacy(made.imports("FRA"), **sold))
    done = ask("rank", "--from", tmp_path / "all")
    assert done.returncode == 2 and "on several sides, exporter (FOB) and importer (CIF)" in done.stderr
    assert "FRA" in ask("rank", "--from", tmp_path / "all", "--side", "exporter").stdout


def test_a_ranking_needs_the_years_of_the_table(tmp_path, ask):
    path = made.write(tmp_path / "a.csv", made.legacy(made.imports("AUS", 2010, 2012)))
    done = ask("rank", "--from", path)
    assert done.returncode == 2 and "CHN: no exporter can be ranked" in done.stderr


@pytest.mark.parametrize("kind", exporters.UNDATED)
def test_a_figure_is_the_same_from_a_file_as_from_the_book(kind, folder, tmp_path, ask):
    asked = ["figure1", "--exporter", "AUS", "--to"]
    assert ask(*asked, tmp_path / f"file.{kind}", "--from", folder / "AUS.csv").returncode == 0
    assert ask(*asked, tmp_path / f"book.{kind}").returncode == 0
    one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("book", "file"))
    assert one == two and len(one) > 5000


def test_a_figure_that_is_there_stays_unless_forced(tmp_path, ask):
    path = tmp_path / "a.svg"
    path.write_text("mine")
    done = ask("figure1", "--exporter", "AUS", "--to", path)
    assert done.returncode == 2 and "found a file there, expected a new name; --force repl" in done.stderr
    assert path.read_text() == "mine"
    assert ask("figure1", "--exporter", "AUS", "--to", path, "--force").returncode == 0
    other = ask("figure1", "--exporter", "AUS", "--to", tmp_path / "a.gif")
    assert other.returncode == 2 and "found the ending '.gif', expected one of: .svg, " in other.stderr


def test_a_total_a_thousand_times_off_is_found_on_either_side():
    bought, sold = (answers.recorded(side) for side in ("importer", "exporter"))
    assert bought["AUS", 2016] == sum(value for year, _, value in made.imports("AUS") if year == 2016)
    assert sold["KAZ", 2016] and ("KAZ", 2016) not in bought
