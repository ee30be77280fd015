"""Exported exhibits: every file says what it was made from, and the right culprit is named."""

import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from bookpress import exhibits, provenance, tables
from bookpress.edition import citation
from bookpress.verify import downloads
from shared import ROOT

FIGURE = ["svg", "pdf", "png", "csv", "csv-metadata.json"]
TABLE = ["csv", "md", "csv-metadata.json"]


def export():
    values = tables.read("paper-table1").set_index(["category", "year"])
    fig, ax = plt.subplots()
    ax.plot(values["share_pct"].tolist())
    about = {"values": values, "alt": "It falls; 35.11.", "sources": ["paper-table1"]}
    exhibits.figure(fig, "S1", caption="A line.", **about)
    exhibits.table(values, "1", caption="Shares <&>.", sources=["paper-table1"], decimals=2)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder with one exported figure and one exported table."""
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKPRESS_EXHIBITS", str(folder))
        export()
    return folder


@pytest.fixture
def exported(once, tmp_path):
    """A copy that a test may damage."""
    return shutil.copytree(once, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize(
    "path", [f"figures/figure-s1.{e}" for e in FIGURE] + [f"tables/table-1.{e}" for e in TABLE]
)
def test_every_file_says_what_it_was_made_from(exported, path):
    record = provenance.read(exported / path)
    assert record["exhibit"] == path.split("/")[1].split(".")[0]
    assert record["table paper-table1"] == tables.describe()["paper-table1"]["hash"][7:]
    assert record["package matplotlib"] == plt.matplotlib.__version__
    assert {
        "edition",
        "chapter",
        "lock",
        "code bookpress/exhibits/show.py",
        "code bookpress/tables/reading.py",
    } <= set(record)
    assert record["cite"] == citation.reference()
    assert provenance.moved(record) == []
    content = (exported / path).read_bytes()
    assert str(ROOT).encode() not in content


def test_exported_numbers_are_those_drawn(exported):
    csv = pd.read_csv(exported / "figures/figure-s1.csv")
    expected = tables.read("paper-table1")
    assert csv["share_pct"].tolist() == expected["share_pct"].tolist()
    assert list(csv.columns) == ["category", "year", "share_pct"]
    markdown = (exported / "tables/table-1.md").read_text(encoding="utf-8")
    assert "| manufactures | 2018   |       22.34 |" in markdown


def test_exporting_again_gives_the_same_bytes(exported, tmp_path_factory, monkeypatch):
    before = {p.name: p.read_bytes() for p in exported.glob("*/*")}
    again = tmp_path_factory.mktemp("again")
    monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(again))
    export()
    assert {p.name: p.read_bytes() for p in again.glob("*/*")} == before
    assert len(before) == len(FIGURE) + len(TABLE)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("table paper-table1", "0" * 64, "table paper-table1 (000000000000 then, "),
        ("table gone", "1" * 64, "table gone (111111111111 then, absent now)"),
        ("code beltroad/table1.py", "0" * 64, "code beltroad/table1.py (000000000000 then, "),
        ("edition", "0.9.0", "edition (0.9.0 then, "),
        ("cite", "Somebody", "cite (Somebody then, "),
        ("lock", "0" * 64, "lock (000000000000 then, "),
        ("package matplotlib", "3.10.0", "package matplotlib (3.10.0 then, "),
    ],
)
def test_the_culprit_is_named(exported, name, value, message):
    path = exported / "figures/figure-s1.svg"
    record = provenance.read(path) | {name: value}
    fresh = exported / "fresh"
    verdict, reason = downloads.compare(path, record, fresh, "")
    assert verdict == "moved"
    assert reason.startswith(message) and ";" not in reason


def test_an_edited_file_and_a_changed_chapter(exported, tmp_path_factory):
    fresh = tmp_path_factory.mktemp("fresh")
    shutil.copytree(exported / "figures", fresh / "figures")
    path = exported / "figures/figure-s1.svg"
    record = provenance.read(path)
    assert downloads.compare(path, record, fresh, "") == ("identical", "")
    path.write_text(path.read_text(encoding="utf-8").replace("#4477aa", "#4477ab"), encoding="utf-8")
    assert downloads.compare(path, record, fresh, "")[0] == "edited"
    other = record | {"chapter": "0" * 64}
    assert downloads.compare(path, other, fresh, "") == ("moved", "the chapter's own cells")
    shutil.rmtree(fresh / "figures")
    verdict, reason = downloads.compare(path, record, fresh, "ClaimError: x")
    assert verdict == "moved" and reason == "the chapter now stops: ClaimError: x"


def damaged(exported, name, change):
    path = exported / name
    path.write_bytes(change(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("figures/figure-s1.svg", lambda b: b[: len(b) // 2], "truncated or not svg"),
        ("figures/figure-s1.png", lambda b: b[: len(b) // 2], "truncated or not png"),
        ("figures/figure-s1.pdf", lambda b: b[: len(b) // 2], "truncated or not pdf"),
        ("figures/figure-s1.csv", lambda b: b"", "truncated or not csv"),
        ("figures/figure-s1.csv-metadata.json", lambda b: b[:100], "truncated or not csv-metadata.json"),
        ("figures/figure-s1.pdf", lambda b: b.replace(b"/Keywords", b"/Nothing!"), "no provenance found"),
        ("tables/table-1.md", lambda b: b.split(b"<!--")[0], "no provenance found"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_exhibit_gets_one_message(exported, name, change, message):
    path = damaged(exported, name, change)
    with pytest.raises(provenance.ProvenanceError) as caught:
        provenance.read(path)
    assert message in str(caught.value) and str(path) in str(caught.value)


def test_a_missing_file_a_foreign_ending_and_a_missing_sidecar(exported):
    with pytest.raises(provenance.ProvenanceError, match="No such file"):
        provenance.read(exported / "figures/none.svg")
    with pytest.raises(provenance.ProvenanceError, match=r"found \.txt, expected one of \.svg"):
        provenance.read(exported / "figures/figure-s1.txt")
    (exported / "figures/figure-s1.csv-metadata.json").unlink()
    with pytest.raises(provenance.ProvenanceError, match=r"expected the record of figure-s1\.csv"):
        provenance.read(exported / "figures/figure-s1.csv")


def run(*arguments):
    command = [sys.executable, "-m", "beltroad", "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_verify_recomputes_a_chapter_and_finds_the_edited_file(tmp_path):
    chapter = ROOT / "chapters/3-3-competitiveness.ipynb"
    assert downloads.recompute({chapter}, ROOT, tmp_path) == {chapter: ""}
    figures = sorted((tmp_path / "figures").glob("*.svg"))
    svg = next(path for path in figures if "#228833" in path.read_text(encoding="utf-8"))
    result = run("--all", tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"(\d+) of \1 identical\n$", result.stdout)
    svg.write_text(svg.read_text(encoding="utf-8").replace("#228833", "#228834"), encoding="utf-8")
    result = run(svg, svg.with_suffix(".pdf"))
    assert result.returncode == 1
    assert f"edited     {svg}: same tables, code and packages" in result.stdout
    assert f"identical  {svg.with_suffix('.pdf')}" in result.stdout


@pytest.mark.parametrize(("wrong_runs", "verdict"), [(1, "identical"), (2, "edited")])
def test_a_file_is_called_edited_only_when_two_runs_say_so(exported, monkeypatch, wrong_runs, verdict):
    runs = []

    def recompute(chapters, root, folder):
        shutil.copytree(exported, folder, dirs_exist_ok=True)
        runs.append(folder)
        if len(runs) <= wrong_runs:
            figure = folder / "figures/figure-s1.svg"
            figure.write_text(figure.read_text(encoding="utf-8") + "<!-- -->", encoding="utf-8")
        return dict.fromkeys(chapters, "")

    monkeypatch.setattr(downloads, "recompute", recompute)
    paths = [exported / "figures/figure-s1.svg", exported / "tables/table-1.md"]
    first, second = downloads.verify(paths, ROOT)
    assert first[:2] == (paths[0], verdict) and second == (paths[1], "identical", "")
    assert ("a first run gave other bytes" in first[2]) == (verdict == "identical")
    assert len(runs) == 2


def test_verify_bad_input(tmp_path, exported):
    empty = run("--all", tmp_path / "nowhere")
    assert empty.returncode == 2 and "no exhibit found" in empty.stderr
    none = run()
    assert none.returncode == 2 and "no exhibit found" in none.stderr
    foreign = exported / "figures/figure-s1.svg"
    foreign.write_text(foreign.read_text(encoding="utf-8").replace("exhibit=figure-s1<", "exhibit=figure-x<"))
    result = run(foreign)
    assert result.returncode == 2
    assert "found exhibit 'figure-x', expected one of: " in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_exhibit_that_is_shown_no_more_has_moved(exported, tmp_path_factory):
    path = exported / "figures/figure-s1.svg"
    record, nothing = provenance.read(path), tmp_path_factory.mktemp("nothing")
    for error, reason in (
        ("", "the chapter now stops: the exhibit is not shown"),
        ("cell x: KeyError", "the chapter now stops: cell x: KeyError"),
    ):
        assert downloads.compare(path, record, nothing, error) == ("moved", reason)
    path.write_text(path.read_text(encoding="utf-8") + "<!-- -->", encoding="utf-8")
    export_again = tmp_path_factory.mktemp("again")
    shutil.copytree(exported, export_again, dirs_exist_ok=True)
    path.write_text(path.read_text(encoding="utf-8") + "<!-- -->", encoding="utf-8")
    for error, verdict in (("", "edited"), ("cell x: KeyError", "moved")):
        assert downloads.compare(path, record, export_again, error)[0] == verdict


def test_titles_with_brackets_semicolons_and_other_letters_do_not_cut_a_record(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(tmp_path))
    monkeypatch.setattr(citation, "reference", lambda: "Études (α; β), version 1")
    export()
    for ending in FIGURE:
        record = provenance.read(tmp_path / f"figures/figure-s1.{ending}")
        assert record["cite"] == "Études (α; β), version 1" and "lock" in record, ending


def test_a_file_of_the_first_edition_is_read(tmp_path):
    """Its keywords begin with another word, and name code by its file alone."""
    path = tmp_path / "table-1.md"
    path.write_text(
        "<!-- beltroad exhibit=table-1 -->\n<!-- beltroad code trade.py=0 -->\n", encoding="utf-8"
    )
    record = provenance.read(path)
    assert record == {"exhibit": "table-1", "code trade.py": "0"}
    assert provenance.moved(record) == ["code trade.py (0 then, absent now)"]
