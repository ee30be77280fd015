"""Files that a reader downloaded: the same again, or the right culprit is named."""

import json
import re
import shutil

import matplotlib.pyplot as plt
import pytest

from bookpress import __main__, provenance
from bookpress.edition import citation
from bookpress.run import runner
from bookpress.verify import causes, downloads
from shared import ROOT, downloaded, edit

CHAPTER = ROOT / "chapters/references.ipynb"
SVG, TABLE = "figures/figure-s1.svg", "tables/table-1.md"


@pytest.fixture
def notebook(tmp_path):
    """A chapter as a reader downloads it."""
    return downloaded(CHAPTER, tmp_path / "mine.ipynb")


def change(path, mend):
    """Let a function change the content of a notebook."""
    content = json.loads(path.read_text(encoding="utf-8"))
    mend(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def verify(capsys, *arguments):
    """Return the exit status of the command, and what it prints."""
    status = __main__.main(["verify", *map(str, arguments)])
    printed = capsys.readouterr()
    assert not printed.err if status < 2 else not printed.out and printed.err.count("\n") == 1
    return status, printed.out + printed.err


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("table paper-table1", "0" * 64, "table paper-table1 changed"),
        ("table gone", "1" * 64, "table gone is gone"),
        ("code beltroad/__init__.py", "0" * 64, "code beltroad/__init__.py changed"),
        ("code bookpress/exhibits.py", "0" * 64, "code bookpress/exhibits.py is gone"),
        ("edition", "0.9.0", f"edition 0.9.0 → {citation.edition()['version']}"),
        ("cite", "Somebody", "cite changed"),
        ("lock", "0" * 64, "lock changed"),
        ("package matplotlib", "3.10.0", f"package matplotlib 3.10.0 → {plt.matplotlib.__version__}"),
        ("chapter", "0" * 64, "the chapter's own cells"),
    ],
)
def test_the_culprit_is_named(exported, name, value, reason):
    path = exported / SVG
    record = provenance.read(path) | {name: value}
    fresh = shutil.copytree(exported, exported / "fresh")
    edit(fresh / SVG, "#4477aa", "#4477ab")
    assert downloads.of_exhibit(path, record, None, fresh) == ("moved", reason)
    assert causes.of_record(provenance.read(path)) == []


def test_an_edited_file_and_a_chapter_that_gives_it_no_more(exported, tmp_path):
    fresh = shutil.copytree(exported, tmp_path / "fresh")
    path, record = exported / SVG, provenance.read(exported / SVG)
    assert downloads.of_exhibit(path, record, None, fresh) == ("identical", "")
    edit(path, "#4477aa", "#4477ab")
    assert downloads.of_exhibit(path, record, None, fresh) == ("edited", downloads.EDITED)
    stopped, stops = runner.ChapterError("cell x: KeyError"), "the chapter now stops: cell x: KeyError"
    assert downloads.of_exhibit(path, record, stopped, fresh) == ("moved", stops)
    (fresh / SVG).unlink()
    assert downloads.of_exhibit(path, record, stopped, fresh) == ("moved", stops)
    assert downloads.of_exhibit(path, record, None, fresh) == ("moved", "no chapter shows figure-s1 any more")


def test_a_chapter_runs_again_and_the_edited_file_is_found(tmp_path, capsys):
    chapter = ROOT / "chapters/your-data.ipynb"
    ran = downloads.run({chapter}, ROOT, tmp_path)
    assert not isinstance(ran[chapter], Exception)
    svg = min(tmp_path.glob("figures/*.svg"))
    edit(svg, "#444444", "#444445")  # of the axes, which every figure has
    status, said = verify(capsys, "--all", tmp_path)
    same, of = map(int, re.search(r"(\d+) of (\d+) identical\n$", said).groups())
    assert status == 1 and same == of - 1 > 5
    assert f"edited     {svg}: {downloads.EDITED}" in said and f"identical  {svg.with_suffix('.pdf')}" in said


@pytest.mark.parametrize(("wrong_runs", "verdict"), [(1, "identical"), (2, "edited")])
def test_a_file_is_called_edited_only_when_two_runs_say_so(exported, monkeypatch, wrong_runs, verdict):
    runs = []

    def run(chapters, root, folder):
        shutil.copytree(exported, folder, dirs_exist_ok=True)
        runs.append(folder)
        if len(runs) <= wrong_runs:
            edit(folder / SVG, "#4477aa", "#4477ab")
        return dict.fromkeys(chapters)

    monkeypatch.setattr(downloads, "run", run)
    first, second = downloads.verify([exported / SVG, exported / TABLE], ROOT)
    assert first[:2] == (exported / SVG, verdict) and second == (exported / TABLE, "identical", "")
    assert (first[2] == downloads.UNSTEADY) == (verdict == "identical") and len(runs) == 2


def test_files_of_earlier_editions_say_what_moved(tmp_path, capsys):
    """Keywords of the first begin with another word; it names code by its file alone; both had other modules."""
    many = (f"code bookpress/{n}.py=0" for n in range(20))
    record = ["exhibit=table-99", "code trade.py=0", "edition=1.0.0", *many]
    (tmp_path / "table-99.md").write_text("\n".join(f"<!-- beltroad {word} -->" for word in record))
    status, said = verify(capsys, tmp_path / "table-99.md")
    assert status == 1 and said.startswith("moved ") and said.count("\n") == 2
    assert f": edition 1.0.0 → {citation.edition()['version']}; code trade.py is gone; " in said
    assert "; … and 18 more; no chapter shows table-99 any more\n" in said


def test_no_exhibit_and_no_files(tmp_path, exported, capsys):
    for arguments in (["--all", tmp_path / "nowhere"], []):
        status, said = verify(capsys, *arguments)
        assert status == 2 and "no exhibit found, expected files or a built book" in said
    (exported / TABLE).write_text("| a |\n")
    status, said = verify(capsys, exported / SVG, exported / TABLE)
    assert status == 2 and f"{exported / TABLE}: no provenance found" in said


def test_a_notebook_as_it_was_downloaded_is_identical_and_a_changed_output_an_edit(notebook, capsys):
    assert verify(capsys, notebook) == (0, f"identical  {notebook}\n1 of 1 identical\n")

    def mend(content):
        cell = next(cell for cell in content["cells"] if cell.get("outputs"))
        cell["outputs"][0]["data"] = dict.fromkeys(cell["outputs"][0]["data"], "another word")

    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith(f"edited     {notebook}: cell ") and "another word" in said


def test_changed_added_and_missing_cells_are_named(notebook, capsys):
    def mend(content):
        cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
        content["cells"].append({**cell, "id": "mine"})
        cell["source"] = "pass"

    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith("edited ") and ", mine (new)\n" in said
    assert "differs from this edition's chapter: the code of cell " in said


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"edition": "9.9"}, "edition 9.9 → {} (it runs with paper-1-py3-none-any.whl)"),
        ({"chapter": "chapters/none.ipynb"}, "chapters/none.ipynb is no chapter of this edition"),
    ],
)
def test_a_notebook_of_another_edition_says_which_it_is(notebook, capsys, about, reason):
    new = {"source": "1", "cell_type": "code", "id": "new", "outputs": []}
    change(notebook, lambda content: content["metadata"]["bookpress"].update(about))
    change(notebook, lambda content: content["cells"][-1].update(new))
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith("moved ") and reason.format(citation.edition()["version"]) in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CHAPTER.read_text(encoding="utf-8"), "found no record of an edition"),
        ("{}", "expected a notebook"),
        (None, "not found, expected a notebook"),
    ],
)
def test_what_is_no_notebook_of_an_edition_is_refused(notebook, capsys, content, said):
    notebook.write_text(content, encoding="utf-8") if content else notebook.unlink()
    status, message = verify(capsys, notebook)
    assert status == 2 and said in message and notebook.name in message
