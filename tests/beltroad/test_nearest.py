"""The search of all groupings as a stranger runs it: its formats, its readings, its limits, and bad input."""

import csv
import io
import json
import os
import signal
import subprocess
import sys

import pytest

import trade_files as made
from beltroad.cli import searching
from beltroad.groupings import NOT_PROVED, Answer, programs, proofs
from shared import ROOT

COMMAND = [sys.executable, "-m", "beltroad", "nearest"]


@pytest.fixture
def run(ask):
    """Return a function that carries out the command here, and gives status, output and messages."""

    def carry_out(*arguments: str) -> tuple[int, str, str]:
        done = ask("nearest", *arguments)
        return done.returncode, done.stdout, done.stderr

    return carry_out


@pytest.fixture
def of_files(run, tmp_path):
    """Return a function that writes rows to a file and asks `nearest` of it."""
    return lambda rows, *more: run(*more, "--from", str(made.write(tmp_path / "trade.csv", rows)))


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
        (["--target", "1,2", "--years", "2009"], "years: found 2009-2009, expected a span within 2010-2018"),
        (["--years", "2015-2017"], "--years: found 2015-2017, expected --target with numbers for them"),
        (["--exporter", "AGO"], "found Angola (AGO), expected an exporter with figures in table"),
        (["--level", "chapter"], "no level 'chapter'; expected one of: section, division"),
        (["--reading", "share"], "no reading 'share'; expected one of: composition, reverse, destination"),
        (["--moves-from", "hs"], "no definition 'hs'; expected one of: wto, unctad, sections, isic"),
        (["--level", "section", "--moves-from", "wto"], "no definition 'wto'; expected one of: sections"),
        (["--within=-1"], "--within: found -1, expected points, 0 or more"),
        (["--within", "nan"], "--within: found nan, expected points, 0 or more"),
        (["--reading", "destination", "--level", "section"], "expected neither --level nor moves"),
        (["--reading", "destination", "--moves-from", "wto"], "expected neither --level nor moves"),
        (
            ["--reading", "destination", "--target", "1,2,3,4,5,6,7,8"],
            "years: found 2015-2018, expected a span with",
        ),
        (["--side", "importer"], "expected --from with it"),
        (["--time-limit", "0"], "argument --time-limit: found '0', expected seconds above 0"),
        (["--time-limit", "soon"], "argument --time-limit: found 'soon', expected seconds above 0"),
    ],
)
def test_bad_input_gets_one_message_and_status_2(run, arguments, message):
    status, output, messages = run("--exporter", "DEU", *arguments)
    assert (status, output) == (2, "")
    assert messages.splitlines()[-1].count(message) == 1
    assert messages.removeprefix("python -m ").startswith(("beltroad: ", "beltroad nearest: "))


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


UNSPECIFIED = (
    2.2792  # the largest share of division 93 in what China imports from Australia, 2016 to 2018, in %
)


@pytest.mark.parametrize("level", ["section", "division"])
@pytest.mark.parametrize("layout", [made.legacy, made.api])
def test_the_books_own_figures_give_the_books_answer(run, of_files, layout, level):
    asked = ["--exporter", "AUS", "--level", level, "--within", "15", "--format", "json"]
    own = json.loads(run(*asked)[1])
    status, text, told = of_files(layout(made.imports("AUS"), "AUS"), *asked)
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
    # What China does not specify (division 93, 2.28% in a year) may be anything: of a reader's file nothing is proved then.
    assert beside == {"importer_iso3": "CHN", "side": "importer", "basis": "CIF", "doubt_pts": UNSPECIFIED}
    bound = own["bound_pts"] - UNSPECIFIED
    assert found.pop("bound_pts") == pytest.approx(bound, abs=1e-4) and found.pop("moves_bound") == 0
    assert {found.pop("status"), found.pop("moves_status")} == {"not proved"}
    assert found == {name: value for name, value in own.items() if name in found}
    of_2018 = [value for year, _, value in made.imports("AUS") if year == 2018]
    assert f"2018: {len(of_2018)} codes sum to {sum(of_2018):,} US$" in told
    assert "as CHN reports its imports (CIF)" in told


def test_csv_and_text_say_whose_figures_they_are(of_files):
    rows, asked = made.api(made.imports("AUS"), "AUS"), ["--exporter", "AUS", "--level", "section"]
    [row] = csv.DictReader(io.StringIO(of_files(rows, *asked, "--format", "csv")[1]))
    assert (row["difference_pts"], row["side"], row["basis"]) == ("14.3368", "importer", "CIF")
    status, text, told = of_files(rows, *asked)
    assert (status, told) == (0, "")
    assert "Nearest grouping: 14.34 points (not proved: one of 12.06 may exist" in text
    assert "AUS to CHN, as CHN reports its imports (CIF)." in text


def test_codes_of_several_divisions_are_doubted_not_dropped(of_files):
    trade = made.imports("AUS", 2018, 2018)
    total = sum(value for *_, value in trade)
    target = ["--target", "35.11,29.22", "--exporter", "AUS"]
    plain = made.api(trade, "AUS")
    # A two-hundredth more of a code that SITC does not have.
    odd = made.api([(2018, "10", total // 200)], "AUS")
    status, text, _ = of_files([*plain, *odd], *target, "--level", "section")
    assert status == 0
    hidden = sum(value for _, code, value in trade if code == "93")
    doubted = 100 * (hidden + total // 200) / (total + total // 200)
    assert f"{doubted:.3f}% of the goods of a year may belong to another division" in text
    status, _, told = of_files([*plain, *made.api([(2018, "10", total // 50)], "AUS")], *target)
    assert status == 2 and told.count("\n") == 1
    assert "2% of the value is in codes that cannot be put into one" in told


def test_sections_alone_can_be_grouped_by_section_only(of_files):
    rows = made.api(made.sections(made.imports("AUS")), "AUS", aggrLevel="1")
    status, text, _ = of_files(rows, "--exporter", "AUS", "--level", "section")
    assert status == 0 and "Nearest grouping: 14.34 points" in text
    status, text, told = of_files(rows, "--exporter", "AUS")
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
def test_what_the_files_do_not_hold_is_refused(of_files, arguments, said):
    status, text, told = of_files(made.api(made.imports("AUS"), "AUS"), *arguments)
    assert (status, text) == (2, "")
    assert said in told and told.count("\n") == 1
