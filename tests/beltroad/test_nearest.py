"""The search of all groupings as a stranger runs it: its formats, its readings, its limits, and bad input."""

import csv
import io
import json
import os
import signal
import subprocess
import sys

import pytest

from beltroad.__main__ import main
from beltroad.cli import searching
from beltroad.groupings import NOT_PROVED, Answer, proofs
from shared import ROOT

COMMAND = [sys.executable, "-m", "beltroad", "nearest"]


@pytest.fixture
def run(capfd, monkeypatch):
    """Return a function that carries out the command here, and gives status, output and messages."""
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(name) for name in names}

    def carry_out(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(["nearest", *arguments])
        except SystemExit as end:
            status = int(end.code)
        return status, *capfd.readouterr()

    yield carry_out
    for name, handler in before.items():
        signal.signal(name, handler)


def test_text_says_what_is_proved(tmp_path):
    done = subprocess.run(
        [*COMMAND, "--exporter", "DEU", "--within", "2"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nearest grouping: 1.88 points (proved: none is nearer)" in done.stdout
    assert "Fewest moves from 'wto' to within 2 points: 21 (1.9" in done.stdout
    assert "(proved: none is fewer)" in done.stdout
    assert done.stdout.count(" → ") == 21


def test_csv_and_json_say_the_same(run):
    asked = ["--exporter", "AUS", "--level", "section", "--within", "15"]
    status, text, _ = run(*asked, "--format", "json")
    found = json.loads(text)
    assert status == 0
    assert (found["status"], found["difference_pts"], found["moves_status"]) == ("proved", 14.3368, "proved")
    assert found["moves"] == found["moves_bound"] == len(found["moved"].split("; "))
    [row] = csv.DictReader(io.StringIO(run(*asked, "--format", "csv")[1]))
    assert row == {name: str(value) for name, value in found.items()}


@pytest.mark.parametrize(
    ("reading", "points"), [("composition", 6.6789), ("reverse", None), ("destination", 1.694)]
)
def test_every_reading(run, reading, points):
    level = [] if reading == "destination" else ["--level", "section"]
    status, text, _ = run("--exporter", "VNM", "--reading", reading, *level, "--format", "json")
    found = json.loads(text)
    assert (status, found["reading"], found["status"]) == (0, reading, "proved")
    assert found["difference_pts"] == (points or pytest.approx(6, abs=30))
    if not points:  # another flow, another answer
        assert found["difference_pts"] != 6.6789
    status, text, _ = run("--exporter", "VNM", "--reading", reading, *level)
    assert status == 0 and f"VNM, {reading}, by" in text


def test_targets_of_one_year_and_of_five(run):
    sections = proofs.goods("DEU", level="section")[2018]
    exact = f"{sections['0'] + sections['1']:.6f},{sections['7']:.6f}"
    asked = ["--exporter", "DEU", "--level", "section", "--format", "json"]
    found = json.loads(run(*asked, "--target", exact)[1])
    assert (found["years"], found["difference_pts"]) == ("2018-2018", pytest.approx(0, abs=1e-4))
    five = json.loads(run(*asked, "--target", ",".join([exact] * 5))[1])
    assert five["years"] == "2014-2018" and five["difference_pts"] > 0.1
    early = json.loads(run(*asked, "--target", ",".join([exact] * 5), "--years", "2010-2014")[1])
    assert early["years"] == "2010-2014" and early["difference_pts"] != five["difference_pts"]
    one = run("--exporter", "VNM", "--reading", "destination", "--target", "30,20", "--format", "json")[1]
    assert json.loads(one)["difference_pts"] == 0.008


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "a,b"], "--target: found 'a', expected percentages such as 35.11, from 0 to 100"),
        (["--target", "nan,3"], "--target: found 'nan', expected percentages"),
        (["--target=-1,3"], "--target: found '-1', expected percentages"),
        (["--target", "101,0"], "--target: found '101', expected percentages"),
        (["--target", "35,29,34"], "--target: found 3 numbers, expected two for each year"),
        (["--target", "60,50"], "--target: found 110.00 as the sum of 2018, expected 100 at most"),
        (["--target", "1,2", "--years", "2016-2018"], "found numbers for 1 years, expected 3 (2016-2018)"),
        (
            ["--target", "1,2", "--years", "2018-2016"],
            "found '2018-2016', expected a year or a span",
        ),
        (["--target", "1,2", "--years", "2009"], "years: found 2009-2009, expected a span within 2010-2018"),
        (["--years", "2015-2017"], "--years: found 2015-2017, expected --target with numbers for them"),
        (["--exporter", "XXX"], "no exporter 'XXX'; expected one of: AUS, DEU"),
        (["--level", "chapter"], "no level 'chapter'; expected one of: section, division"),
        (["--reading", "share"], "no reading 'share'; expected one of: composition, reverse, destination"),
        (["--moves-from", "hs"], "no definition 'hs'; expected one of: wto, unctad, sections, isic"),
        (["--level", "section", "--moves-from", "wto"], "no definition 'wto'; expected one of: sections"),
        (["--within=-1"], "--within: found -1, expected points, 0 or more"),
        (["--within", "nan"], "--within: found nan, expected points, 0 or more"),
        (["--within", "near"], "argument --within: invalid float value: 'near'"),
        (["--reading", "destination", "--level", "section"], "expected neither --level nor moves"),
        (["--reading", "destination", "--moves-from", "wto"], "expected neither --level nor moves"),
        (
            ["--reading", "destination", "--target", "1,2,3,4,5,6,7,8"],
            "years: found 2015-2018, expected a span within 2016-2018",
        ),
        (["--time-limit", "0"], "argument --time-limit: found '0', expected seconds above 0"),
        (["--time-limit", "soon"], "argument --time-limit: found 'soon', expected seconds above 0"),
        (["--format", "pdf"], "invalid choice: 'pdf'"),
    ],
)
def test_bad_input_gets_one_message_and_status_2(run, arguments, message):
    status, output, messages = run("--exporter", "DEU", *arguments)
    assert (status, output) == (2, "")
    assert messages.splitlines()[-1].count(message) == 1
    assert messages.startswith(("beltroad: ", "usage: "))


def test_without_a_solver_sections_are_searched_and_divisions_are_refused(tmp_path):
    (tmp_path / "scipy").mkdir()
    (tmp_path / "scipy/__init__.py").write_text("raise ImportError('not installed')\n")
    settings = {
        "capture_output": True,
        "encoding": "utf-8",
        "env": os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    }
    done = subprocess.run([*COMMAND, "--exporter", "DEU"], **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "beltroad: found no solver (not installed), expected SciPy; only sections need none\n"
    )
    done = subprocess.run([*COMMAND, "--exporter", "DEU", "--level", "section"], **settings)
    assert done.returncode == 0 and "13.79 points (proved" in done.stdout


def test_a_time_limit_leaves_a_gap(run):
    asked = ["--exporter", "HKG", "--reading", "reverse", "--time-limit", "0.6"]
    status, text, _ = run(*asked)
    assert status == 0
    assert "(not proved: one of " in text and ", gap " in text
    found = json.loads(run(*asked, "--format", "json")[1])
    assert found["status"] == "not proved" and found["bound_pts"] < found["difference_pts"]


def test_progress_before_anything_was_found(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    searching.show_progress(Answer(NOT_PROVED, 2.0), "moves")
    assert capsys.readouterr().err == "nearest: best so far nothing, none below 2\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_an_interrupted_search_prints_the_best_so_far():
    import pty

    ours, theirs = pty.openpty()  # progress is for people only, and says when to interrupt
    process = subprocess.Popen(
        [*COMMAND, "--exporter", "HKG", "--reading", "reverse"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        encoding="utf-8",
    )
    os.close(theirs)
    said = b""
    while b"best so far" not in said:
        said += os.read(ours, 1000)
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate()
    assert process.returncode == 130
    assert "HKG, reverse, by division" in text and "(not proved: one of " in text
    while b"interrupted" not in said:
        said += os.read(ours, 1000)
    os.close(ours)
    assert b"Traceback" not in said
