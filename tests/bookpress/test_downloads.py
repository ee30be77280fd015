"""Files that a reader downloaded: the same again, or the right culprit is named."""

import copy
import json
import re
import shutil
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from bookpress import __main__, provenance
from bookpress.edition import citation
from bookpress.run import runner, stored
from bookpress.verify import causes, differences, downloads, notebooks
from shared import ROOT, downloaded, export
from small import edit

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
    """Return the exit status of the command, and what it prints but for what it says before chapters run."""
    status = __main__.main(["verify", *map(str, arguments)])
    printed = capsys.readouterr()
    said = [line for line in printed.err.splitlines(keepends=True) if not line.startswith("Running this ed")]
    assert len(said) == (status == 2)
    return status, printed.out + "".join(said)


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
    edit(path, "#4477aa", "#4477ac")
    found = ("edited", f"{downloads.EDITED}; {reason}")
    assert downloads.of_exhibit(path, record, None, fresh) == found
    edit(path, "content=", "content_")
    assert downloads.of_exhibit(path, record, None, fresh) == ("moved", reason)
    assert causes.of_record(provenance.read(path)) == []


def test_an_edited_file_and_a_chapter_that_gives_it_no_more(exported, tmp_path):
    fresh = shutil.copytree(exported, tmp_path / "fresh")
    path, record = exported / SVG, provenance.read(exported / SVG)
    assert downloads.of_exhibit(path, record, None, fresh) == ("identical", "")
    edit(path, "#4477aa", "#4477ab")
    assert downloads.of_exhibit(path, record, None, fresh) == ("edited", downloads.EDITED)
    whole = path.read_text(encoding="utf-8")
    edit(path, "<svg ", '<svg xmlns:inkscape="http://www.inkscape.org/" inkscape:version="1.4" ')
    said = f"{downloads.EDITED} (it was saved by Inkscape)"
    assert downloads.of_exhibit(path, record, None, fresh) == ("edited", said)
    path.write_text(whole.replace("content=", "content_"), encoding="utf-8")
    assert downloads.of_exhibit(path, record, None, fresh) == ("edited", downloads.UNSEALED)
    path.write_text(whole, encoding="utf-8")
    stopped, stops = runner.ChapterError("cell x: KeyError"), "the chapter now stops: cell x: KeyError"
    stops = f"{downloads.EDITED}; {stops}"
    assert downloads.of_exhibit(path, record, stopped, fresh) == ("edited", stops)
    (fresh / SVG).unlink()
    assert downloads.of_exhibit(path, record, stopped, fresh) == ("edited", stops)
    edit(path, "#4477ab", "#4477aa")
    assert downloads.of_exhibit(path, record, None, fresh) == ("moved", "no chapter shows figure-s1 any more")


FORMATS = [SVG, "figures/figure-s1.pdf", "figures/figure-s1.png", "figures/figure-s1.csv", TABLE]


@pytest.mark.parametrize("name", FORMATS)
def test_what_another_machine_gives_is_never_called_edited(exported, tmp_path, monkeypatch, name):
    """A file that is as it was exported, and another one today from the same tables, code and packages."""
    fresh = shutil.copytree(exported, tmp_path / "fresh")
    monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(fresh))
    export(factor=1.001)
    verdict, reason = downloads.of_exhibit(exported / name, provenance.read(exported / name), None, fresh)
    assert verdict == "moved" and reason.startswith(f"{downloads.ELSEWHERE}: ")
    path = exported / name
    path.write_bytes(path.read_bytes()[:-1] + b"\n\n" if name != TABLE else path.read_bytes() + b"x")
    if not name.endswith("png"):  # of which nothing may follow the end
        verdict, reason = downloads.of_exhibit(path, provenance.read(path), None, fresh)
        assert (verdict, reason) == ("edited", downloads.EDITED)


def test_a_table_that_a_browser_renamed_is_found_without_its_record(tmp_path, capsys):
    chapter = ROOT / "chapters/references.ipynb"
    downloads.run({chapter}, ROOT, tmp_path)
    (whole,) = list(tmp_path.glob("tables/*.csv"))[:1]
    copy = tmp_path / f"{whole.stem} (1).csv"
    copy.write_bytes(whole.read_bytes())
    status, said = verify(capsys, copy)
    assert status == 0 and said.startswith(f"identical  {copy}: to {whole.name} of this edition; found no ")
    copy.write_bytes(whole.read_bytes() + b"mine,1\n")
    status, said = verify(capsys, copy)
    assert status == 1 and f"it is not {whole.name} of this edition, and cannot say why: found no" in said
    other = copy.rename(tmp_path / "mine.csv")
    status, said = verify(capsys, other)
    assert status == 2 and f"{other}: found no mine.csv-metadata.json beside it, which holds its rec" in said


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


@pytest.mark.parametrize(("wrong_runs", "verdict"), [(1, "identical"), (2, "moved")])
def test_what_nothing_explains_is_said_only_when_two_runs_say_so(exported, monkeypatch, wrong_runs, verdict):
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
    status, said = verify(capsys, exported / TABLE)
    assert status == 2 and said.startswith(f"bookpress: {exported / TABLE}: found no record of an edition")


def test_every_file_gets_its_line_and_the_worst_decides(exported, monkeypatch, capsys):
    monkeypatch.setattr(downloads, "run", lambda chapters, root, folder: dict.fromkeys(chapters))
    (exported / TABLE).write_text("| a |\n")
    none = exported / "none.svg"
    assert __main__.main(["verify", *map(str, (none, exported / SVG, exported / TABLE))]) == 2
    printed = capsys.readouterr()
    assert printed.out.startswith(f"moved      {exported / SVG}: no chapter shows figure-s1 any more\n")
    assert printed.out.endswith("0 of 3 identical\n")
    found = printed.err.splitlines()[-2:]
    assert (
        found[0] == f"bookpress: {none}: No such file or directory"
        and "found no record of an edition" in found[1]
    )


def test_the_citation_beside_a_csv_file_is_compared_too(exported, tmp_path):
    fresh, path = shutil.copytree(exported, tmp_path / "fresh"), exported / "figures/figure-s1.csv"
    record, beside = provenance.read(path), path.with_suffix(provenance.SIDECAR)
    assert downloads.of_exhibit(path, record, None, fresh) == ("identical", "")
    edit(beside, '"dc:rights": "CC BY 4.0"', '"dc:rights": "all mine"')
    said = f"{downloads.EDITED}; the same numbers, but {beside.name}, which describes them, differs"
    assert downloads.of_exhibit(path, record, None, fresh) == ("edited", said)
    assert downloads.of_exhibit(path, record | {"edition": "0.9"}, None, fresh)[1].startswith(
        f"{said}; edition "
    )


def test_what_runs_is_said_before_it_runs(notebook, monkeypatch, capsys):
    def run(chapters, root, folder):
        assert not chapters or capsys.readouterr().err.startswith(
            "Running this edition's own chapters/references.ipynb; no code of the files runs. A cell may take 300 seconds."
        )
        return {chapter: runner.ChapterError("enough") for chapter in chapters}

    monkeypatch.setattr(downloads, "run", run)
    assert __main__.main(["verify", str(notebook)]) == 1


def test_a_notebook_as_it_was_downloaded_is_identical_and_a_changed_output_an_edit(notebook, capsys):
    assert verify(capsys, notebook) == (0, f"identical  {notebook}\n1 of 1 identical\n")

    def mend(content):
        cell = next(cell for cell in content["cells"] if cell.get("outputs"))
        cell["outputs"][0]["data"] = dict.fromkeys(cell["outputs"][0]["data"], "another word")

    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith(f"edited     {notebook}: cell ") and "another word" in said


def first(content, kind):
    return next(cell for cell in content["cells"] if cell["cell_type"] == kind)


@pytest.mark.parametrize(
    ("mend", "reason"),
    [
        (lambda book: first(book, "markdown").update(source="All is proved."), "the text of cell title"),
        (
            lambda book: first(book, "markdown").update(attachments={"a.png": {"image/png": "AAAA"}}),
            "the settings or pictures of cell title",
        ),
        (
            lambda book: first(book, "code")["metadata"].update(jupyter={"source_hidden": True}),
            "the settings or pictures of cell",
        ),
        (lambda book: book["metadata"].update(title="Mine"), "the settings or pictures of cell (all) (new)"),
        (
            lambda book: book["cells"].append(
                {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "More."}
            ),
            "the text of cell mine (new)",
        ),
        (lambda book: book["cells"].reverse(), "the order of its cells"),
    ],
)
def test_all_that_a_person_sees_of_a_notebook_is_compared(notebook, capsys, monkeypatch, mend, reason):
    monkeypatch.setattr(downloads, "run", lambda chapters, root, folder: {})  # none is asked for
    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith(
        f"edited     {notebook}: differs from this edition's chapter: {reason}"
    )


@pytest.mark.parametrize(
    ("mend", "reason"),
    [
        (
            lambda one: one["metadata"]["bookpress"].update(caption="A fall."),
            "bookpress caption: “rise.” → “fall.”",
        ),
        (lambda one: one["metadata"]["bookpress"].pop("alt"), "bookpress alt gone"),
        (lambda one: one["metadata"].update({"text/plain": "35.11"}), "text/plain  new"),
        (
            lambda one: one["data"].update({"application/javascript": "alert(1)"}),
            "application/javascript new",
        ),
        (
            lambda one: one["data"].update({"image/svg+xml": "<svg"}),
            "drawn differently, and not both as an edition",
        ),
        (lambda one: one["data"].update({"text/plain": "a b " * 30_000}), "“35.11” → “a b a b"),
        (lambda one: one.clear() or one.update(output_type="stream", name="stdout", text="x"), "text new"),
    ],
)
def test_all_that_a_person_sees_of_an_output_is_compared(mend, reason):
    about = {"label": "Figure 1", "caption": "A rise.", "alt": "It rises."}
    output = {
        "output_type": "display_data",
        "data": {"text/plain": "35.11", "image/svg+xml": "<svg/>"},
        "metadata": {"bookpress": about},
    }
    given = copy.deepcopy(output)
    mend(given)
    cell = {"cell_type": "code", "id": "lead", "outputs": [given]}
    (moved,) = notebooks.moved({"cells": [cell]}, SimpleNamespace(outputs=[{"outputs": [output]}]))
    back = differences.moved(output, given)
    assert any(line.startswith(reason) for line in back) and max(map(len, back)) < 1100, back
    assert moved.lines
    more = {**cell, "outputs": [output, given]}
    (added,) = notebooks.moved({"cells": [more]}, SimpleNamespace(outputs=[{"outputs": [output]}]))
    assert added.lines and all(line.endswith(" gone") for line in added.lines)


def test_changed_added_and_missing_cells_are_named(notebook, capsys):
    def mend(content):
        cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
        content["cells"].append({**cell, "id": "mine"})
        cell["source"] = "pass"

    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith("edited ") and ", mine (new); " in said
    assert "differs from this edition's chapter: the code of cell " in said


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"edition": "9.9"}, "edition 9.9 → {} (it runs with paper-1-py3-none-any.whl)"),
        ({"chapter": "chapters/none.ipynb"}, "chapters/none.ipynb is no chapter of this edition"),
    ],
)
def test_a_notebook_of_another_edition_says_which_it_is(notebook, capsys, about, reason):
    new = {
        "source": "1",
        "cell_type": "code",
        "id": "new",
        "outputs": [],
        "metadata": {},
        "execution_count": 1,
    }

    def mend(content):
        content["cells"].append(new)
        content["metadata"]["bookpress"].update(about)
        content["metadata"]["bookpress"]["content"] = stored.seal(content)

    change(notebook, mend)
    status, said = verify(capsys, notebook)
    assert status == 1 and said.startswith("moved ") and reason.format(citation.edition()["version"]) in said


def broken(**parts):
    """A notebook with other parts, as JSON."""
    about = {"edition": "1", "chapter": "index.ipynb"}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"bookpress": about}, "cells": []}
    return json.dumps(whole | parts)


CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
OUTPUT = {"output_type": "display_data", "data": {}, "metadata": {"bookpress": {"id": 1}}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CHAPTER.read_text(encoding="utf-8"), "found no record of an edition"),
        ("{}", "expected a notebook"),
        (None, "No such file"),
        ("\ud800", "expected a notebook"),
        ('{"cells":' + "[" * 100_000 + "]" * 100_000 + "}", "found no JSON object of at most 100 levels"),
        (broken(metadata=None), "expected a notebook"),
        (broken(metadata={"bookpress": "edition chapter"}), "found no record of an edition"),
        (broken(metadata={"bookpress": {"edition": "1", "chapter": ["a"]}}), "found no record of an edition"),
        (broken(cells=[5]), "expected a notebook"),
        (broken(cells=[CELL, CELL]), "two cells with one id"),
        (broken(cells=[{**CELL, "source": 5}]), "expected a notebook"),
        (broken(cells=[{**CELL, "outputs": "xx"}]), "expected a notebook"),
        (broken(cells=[{**CELL, "outputs": [OUTPUT]}]), "an output of cell a that names no exhibit"),
        (broken(cells=[{"id": "a"}]), "expected a notebook"),
        (broken(cells=[{**CELL, "cell_type": 5}]), "expected a notebook"),
    ],
)
def test_what_is_no_notebook_of_an_edition_is_refused(notebook, capsys, content, said):
    notebook.unlink() if content is None else notebook.write_bytes(content.encode("utf-8", "surrogatepass"))
    status, message = verify(capsys, notebook)
    assert status == 2 and said in message and notebook.name in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("edition", "\x1b[2J\r6 of 6 identical"),
        ("edition", "\u202e1\n6 of 6 identical"),
        ("chapter", "../\x9b2J.ipynb"),
        ("edition", "\ud800"),
    ],
)
def test_what_a_notebook_says_moves_no_cursor_and_forges_no_line(notebook, capsys, name, value):
    """Nor does the name of a file."""
    forged = notebook.with_name("a\x1b[2J\n6 of 6 identical.ipynb")
    change(notebook, lambda content: content["metadata"]["bookpress"].update({name: value}))
    change(notebook, lambda content: content["cells"].pop())
    notebook.rename(forged)
    status, said = verify(capsys, forged)
    assert status == 1 and said.count("\n") == 2 and said.endswith("\n0 of 1 identical\n")
    assert not {"\x1b", "\x9b", "\r", "\u202e", "\ud800"} & {*said}
