"""Rows whose flow or economies are amiss: refused with their place, understood, or named; never left out without a word."""

import json

import pytest

import trade_files as made
from shared import ROOT

TRADE = made.imports("AUS")
LATE = 120  # a row behind those that are looked at to recognise the layout, once they are wide enough
WIDE = "x" * 800
TABLE = ["table1", "--exporter", "AUS", "--format", "json", "--from"]
RANK = ["rank", "--format", "json", "--from"]


@pytest.fixture
def run(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    monkeypatch.chdir(tmp_path)
    return ask


def legacy(**cells):
    """Return the rows of a file of which one, far behind the beginning, has other cells."""
    rows = made.legacy(TRADE, Commodity=WIDE)
    rows[LATE] |= cells
    return rows


REPORTER = ["Reporter ISO", "Reporter Code", "Reporter"]
PARTNER = ["Partner ISO", "Partner Code", "Partner"]
REFUSED = {
    "an unknown flow": ({"Trade Flow": "Imprt"}, "column Trade Flow: found 'Imprt', expected a flow such as"),
    "no flow": ({"Trade Flow": " ", "Trade Flow Code": ""}, "column Trade Flow: found ' ', expected a flow such as"),
    "an unknown flow the other way": (
        {"Trade Flow": "Imprt", "Reporter ISO": "AUS", "Partner ISO": "CHN"}, "column Trade Flow: found 'Imprt'"),
    "no importer": (dict.fromkeys(REPORTER, ""), "column Reporter ISO: found '', expected the name or the code of an importer"),
    "blanks for an exporter": (dict.fromkeys(PARTNER, " "), "column Partner ISO: found ' ', expected the name or the code"),
    "a line break in a name": ({"Partner ISO": "AU\nS"}, r"column Partner ISO: found 'AU\nS', expected the name or the code"),
    "a sign that is not seen": ({"Reporter ISO": "CHN\u200b"}, r"column Reporter ISO: found 'CHN\u200b', expected the name"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("question", [TABLE, RANK], ids=["table1", "rank"])
@pytest.mark.parametrize(("cells", "said"), REFUSED.values(), ids=REFUSED)
def test_damage_is_refused_with_its_place(cells, said, question, form, tmp_path, run):
    writer = made.parquet if form == "parquet" else made.write
    done = run(*question, writer(tmp_path / f"a.{form}", legacy(**cells)).name)
    if question is RANK and "Partner" in said:  # each exporter that it names gets a line of its own
        assert done.returncode == 0 and "Not ranked, " in done.stdout
        return
    place = "row 121" if form == "parquet" else "line 122"
    assert done.returncode == 2 and done.stderr.startswith(f"beltroad: a.{form}, {place}, {said}")
    assert not done.stdout


@pytest.mark.parametrize("end", ["csv", "parquet", "csv.gz"])
def test_a_late_row_with_blanks_around_its_economies_is_counted(end, tmp_path, run):
    cells = {"Reporter ISO": "CHN ", "Partner ISO": " AUS", "Trade Flow": " Import"}
    writer = made.parquet if end == "parquet" else made.write
    path, plain = writer(tmp_path / f"a.{end}", legacy(**cells)), made.write(tmp_path / "b.csv", legacy())
    for question in (TABLE, RANK):
        done, right = run(*question, path.name), run(*question, plain.name)
        assert done.returncode == 0 and json.loads(done.stdout) == json.loads(right.stdout)
    assert run("import", path.name, "--to", "copy").returncode == 0
    assert json.loads(run(*TABLE, "copy").stdout) == json.loads(run(*TABLE, plain.name).stdout)


@pytest.mark.parametrize("role", ["Reporter ISO", "Partner ISO"])
def test_an_economy_that_is_not_known_is_named_with_its_rows(role, tmp_path, run):
    made.write(tmp_path / "a.csv", legacy(**{role: "Ruritania"}))
    note = "Left out, being of economies by names that are not known: Ruritania (1 row)."
    assert note in json.loads(run(*TABLE, "a.csv").stdout)["notes"]
    assert run("import", "a.csv", "--to", "copy").stdout.endswith(f"{note}\n")
    assert note in json.loads(run(*TABLE, "copy").stdout)["notes"]
    assert "Ruritania" in run(*RANK, "a.csv").stdout


def test_a_code_that_is_not_known_is_named_with_its_rows(tmp_path, run):
    """Three signs look like any other code; only a list of all of them tells."""
    rows = made.baci(TRADE) + [row | {"j": code} for code in ("157", "999") for row in made.baci(TRADE[:2])]
    made.write(tmp_path / "a.csv", rows)
    for question in (TABLE, RANK):
        notes = json.loads(run(*question, "a.csv").stdout)["notes"]
        assert "Left out, being of economies by names that are not known: 157 (2 rows)." in notes
    assert "157 (2 rows)" in run("import", "a.csv", "--to", "copy").stdout


def test_a_year_that_is_none_matters_where_it_may_be_asked_for(tmp_path, run):
    right = run(*TABLE, made.write(tmp_path / "a.csv", made.baci(TRADE)).name)
    wrong = [row | {"t": "2_17"} for row in made.baci(TRADE[:1])]
    made.write(tmp_path / "b.csv", made.baci(TRADE) + [row | {"j": "410"} for row in wrong])
    assert run(*TABLE, "b.csv").stdout == right.stdout
    for question in (["import", "b.csv", "--to", "copy"], [*RANK, "c.csv"], [*TABLE, "c.csv"]):
        made.write(tmp_path / "c.csv", made.baci(TRADE) + wrong)
        done = run(*question)
        assert (
            done.returncode == 2
            and f"line {len(TRADE) + 2}, column t: found '2_17', expected a year" in done.stderr
        )


def test_areas_and_the_trade_of_others_are_not_named(tmp_path, run):
    rows = made.legacy(TRADE) + made.legacy(TRADE, "WLD") + made.legacy(TRADE, "RUS")
    rows += made.legacy(TRADE, **{"Partner ISO": "", "Partner Code": "", "Partner": "Areas, nes"})
    rows += made.legacy(TRADE, **{"Partner ISO": "Ruritania", "Reporter ISO": "KOR"})
    made.write(tmp_path / "a.csv", rows)
    said = json.loads(run(*TABLE, "a.csv").stdout)["notes"]
    assert not [note for note in said if "not known" in note]


@pytest.mark.parametrize("code", ["DX", "FM", "XIP"])
def test_a_known_flow_that_is_a_part_is_left_out(code, tmp_path, run):
    rows = made.api(TRADE) + made.api(TRADE[:3], flowCode=code)
    done = run(*TABLE, made.write(tmp_path / "a.csv", rows).name)
    assert done.returncode == 0


def test_a_copy_is_not_made_of_damage(tmp_path, run):
    made.write(tmp_path / "a.csv", legacy(**{"Trade Flow": "Imprt"}))
    done = run("import", "a.csv", "--to", "copy")
    assert done.returncode == 2 and "a.csv, line 122, column Trade Flow: found 'Imprt'" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_ranking_says_what_only_a_coarser_level_states(tmp_path, run):
    rows = made.legacy(TRADE) + made.legacy(made.sections(TRADE), **{"Aggregate Level": "1"})
    [fish] = [row for row in rows if row["Commodity Code"] == "03" and row["Year"] == "2016"]
    made.write(tmp_path / "a.csv", [row for row in rows if row is not fish])
    assert "with fewer digits, where the finer codes sum to less: AUS (" in run(*RANK, "a.csv").stdout
