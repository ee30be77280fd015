"""A copy answers what the files it was made from answer, and replaces another only when it is whole."""

import json

import pytest

import trade_files as made
from shared import ROOT
from tradefiles import asking


@pytest.fixture
def run(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    monkeypatch.chdir(tmp_path)
    return ask


@pytest.mark.parametrize("layout", ["legacy, plain", "API, a comma more in every row", "WITS", "BACI"])
def test_a_copy_answers_what_its_files_answer(layout, tmp_path, run):
    made.WRITERS[layout](tmp_path, made.imports("AUS"))
    made.write(tmp_path / "b.csv", made.legacy(made.imports("RUS"), "RUS"))
    done = run("import", "a.csv", "b.csv", "--to", "the copy")
    assert done.returncode == 0 and "rows of 2 files" in done.stdout
    ask = ["table1", "--exporter", "AUS", "--format", "json", "--from"]
    copied, direct = (run(*ask, name) for name in ("the copy", "a.csv"))
    assert copied.returncode == 0 and copied.stdout == direct.stdout


def test_a_copy_is_the_same_however_often_it_is_made_and_says_what_is_in_it(tmp_path, run):
    rows = made.legacy(made.imports("AUS"))
    made.write(tmp_path / "a.csv", rows)
    for name in ("one", "two"):
        assert run("import", "a.csv", "--to", name).returncode == 0
    manifests = [(tmp_path / name / "beltroad-copy.json").read_text() for name in ("one", "two")]
    assert manifests[0] == manifests[1]
    told = json.loads(manifests[0])
    assert told["rows"] == len(rows)
    assert told["from"] == [{"name": "a.csv", "layout": "UN Comtrade, legacy portal"}]


def test_a_copy_of_copies_and_files_answers_the_same_and_holds_what_varies_only(tmp_path, run):
    made.write(tmp_path / "a.csv", made.baci(made.imports("AUS")))
    made.write(tmp_path / "b.csv", made.legacy(made.imports("RUS"), "RUS"))
    assert run("import", "a.csv", "--to", "one").returncode == 0
    assert run("import", "one", "b.csv", "--to", "two").returncode == 0
    files = json.loads((tmp_path / "two/beltroad-copy.json").read_text())["files"]
    same = [told["same"] for told in files.values()]
    sides = [("BACI", "reconciled"), ("UN Comtrade, legacy portal", None)]
    assert [(one["layout"], one.get("side")) for one in same] == sides
    for exporter, name in (("AUS", "a.csv"), ("RUS", "b.csv")):
        ask = ["table1", "--exporter", exporter, "--format", "json", "--from"]
        copied, direct = (run(*ask, path) for path in ("two", name))
        assert copied.returncode == 0 and copied.stdout == direct.stdout


def test_force_replaces_a_copy(tmp_path, run):
    made.write(tmp_path / "a.csv", made.legacy(made.imports("AUS")))
    made.write(tmp_path / "b.csv", made.legacy(made.imports("RUS"), "RUS"))
    assert run("import", "a.csv", "--to", "copy").returncode == 0
    assert run("import", "b.csv", "--to", "copy", "--force").returncode == 0
    assert run("table1", "--exporter", "RUS", "--from", "copy").returncode == 0
    assert "no exporter AUS" in run("table1", "--exporter", "AUS", "--from", "copy").stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "copy"]


def test_a_file_larger_than_memory_is_read(tmp_path, run):
    """A third more than the engine may hold."""
    trade = made.imports("AUS")
    line = made.text(made.legacy(trade)).splitlines(keepends=True)
    with (tmp_path / "a.csv").open("w", encoding="utf-8") as stream:
        stream.writelines(line)
        for number in range(4000):
            stream.writelines(one.replace(",CHN,", f",Q{number},") for one in line[1:])
    assert (tmp_path / "a.csv").stat().st_size > 80e6
    done = run("table1", "--exporter", "AUS", "--memory", "64MB", "--from", "a.csv")
    assert done.returncode == 0 and "sum to 70,895,012,700 US$" in done.stdout


def test_a_long_question_writes_nothing_into_the_answer(tmp_path, capfd):
    path = made.write(tmp_path / "a.csv", made.legacy(made.imports("AUS")))
    with asking.opened([path]) as files:
        files.engine.connection.execute("SET progress_bar_time = 0")
        slow = "SELECT sum(hash(n)) FROM range(30_000_000) AS r(n)"
        assert files.engine.connection.execute(slow).fetchall() and list(files.answer(["CHN"], ["AUS"]))
    assert capfd.readouterr().out == ""
