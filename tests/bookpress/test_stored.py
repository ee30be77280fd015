"""The stored form of a chapter: the hook that an editor calls before it saves (none is needed here), and the checks."""

import copy
import json
from types import SimpleNamespace

import nbformat
import pytest

from bookpress.cli import new
from bookpress.run import ipynb, stored
from shared import CHAPTERS, ROOT
from small import read_notebook, write_notebook

NAMES = [path.name for path in CHAPTERS]
PATH = "chapters/1-introduction.ipynb"


def as_edited(notebook: dict, first: int = 1) -> dict:
    """Return a stored notebook as an editor holds it after a run whose first cell was the given one of its kernel."""
    edited = nbformat.from_dict(copy.deepcopy(notebook))
    edited = nbformat.v4.rwbase.rejoin_lines(edited)
    edited["metadata"] = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "other"},
        "language_info": {"name": "python", "version": "3.12.1", "nbconvert_exporter": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    for cell in edited["cells"]:
        cell["metadata"] |= {"scrolled": True, "collapsed": False, "jupyter": {"outputs_hidden": True}}
        cell["attachments"] = {}
        if cell["cell_type"] == "code":
            del cell["attachments"]
            cell["metadata"] |= {
                "trusted": True,
                "execution": {"shell.execute_reply": "2024-01-01T00:00:00Z"},
            }
            cell["execution_count"] += first - 1
        for output in cell.get("outputs", []):
            output["transient"] = {"display_id": "1"}
            if "execution_count" in output:
                output["execution_count"] = cell["execution_count"]
    return edited


def save(content, path=PATH, root=ROOT, kind="notebook", **options):
    """Return what the hook leaves of a content, and what it wrote to the log."""
    model, said = {"type": kind, "content": content}, []
    log = SimpleNamespace(warning=lambda text, *words: said.append(text % words))
    manager = SimpleNamespace(root_dir=str(root), log=log)
    # As an editor's server calls it; how code is formatted depends on what is installed.
    stored.before_saving(model=model, path=path, contents_manager=manager, **options)
    return model["content"], said


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_a_chapter_that_was_only_run_is_saved_as_it_was(path):
    text = path.read_text(encoding="utf-8")
    assert stored.text(json.loads(text)) == text
    given = as_edited(json.loads(text), first=40)
    before = copy.deepcopy(given)
    saved, said = save(given, path.relative_to(ROOT).as_posix())
    assert not said and stored.text(saved) == text
    assert given == before, "what is given stays as it was"


def test_trust_is_told_to_the_server_and_never_stored():
    given = as_edited(read_notebook(ROOT / PATH))
    code = [cell for cell in given["cells"] if cell["cell_type"] == "code"]
    code[0]["metadata"]["trusted"] = False
    saved, _ = save(given)
    flags = [cell["metadata"].get("trusted") for cell in saved["cells"] if cell["cell_type"] == "code"]
    assert flags == [None] + [True] * (len(code) - 1)
    assert "trusted" not in stored.text(saved)


def test_a_cell_that_was_not_run_is_not_said_to_have_been(tmp_path):
    given = as_edited(read_notebook(ROOT / PATH))
    code = [cell for cell in given["cells"] if cell["cell_type"] == "code"]
    code[1]["execution_count"], code[1]["outputs"] = None, []
    (tmp_path / "x.ipynb").write_text(stored.text(save(given)[0]), encoding="utf-8")
    (first, *_) = stored.faults(tmp_path / "x.ipynb")
    assert "found execution counts [1, None, 3," in first and "run `make refresh`" in first


def test_edits_and_what_the_page_heeds_are_kept():
    given = as_edited(read_notebook(ROOT / PATH))
    cell = next(cell for cell in given["cells"] if cell["cell_type"] == "code")
    cell["source"] = "half = ("
    cell["metadata"] |= {"tags": ["hide-input"], "mystnb": {"code_prompt_show": "Show"}}
    given["cells"].append(nbformat.v4.new_raw_cell("x", metadata={"raw_mimetype": "text/html"}))
    given["cells"][0]["attachments"] = {"a.png": {"image/png": "eA=="}}
    saved = json.loads(stored.text(save(given)[0]))
    found = next(other for other in saved["cells"] if other["id"] == cell["id"])
    assert found["source"] == ["half = ("]
    assert found["metadata"] == {"tags": ["hide-input"], "mystnb": {"code_prompt_show": "Show"}}
    assert saved["cells"][-1]["metadata"] == {"raw_mimetype": "text/html"}
    assert saved["cells"][0]["attachments"] == {"a.png": {"image/png": "eA=="}}


def test_nothing_but_chapters_is_touched(tmp_path):
    given = as_edited(read_notebook(ROOT / PATH))
    for path in ("mine.ipynb", "chapters/mine.ipynb", "bookpress/template/index.ipynb"):
        assert save(given, path)[0] is given
    assert save(given, kind="file")[0] is given
    text = json.dumps(given)  # a notebook that is edited as text
    assert save(text)[0] is text
    old = {"nbformat": 3, "worksheets": []}
    assert save(old)[0] is old


def test_contents_that_cannot_be_read_stop_no_save(tmp_path):
    (tmp_path / "_toc.yml").write_text("root: [")
    given = as_edited(read_notebook(ROOT / PATH))
    saved, (said,) = save(given, root=tmp_path)
    assert saved is given and f"{PATH} is saved as it is: _toc.yml:" in said


def test_formatted_code_takes_the_place_of_what_was_typed():
    """Whatever formats, cell by cell: here something that a test can tell."""
    given = as_edited(read_notebook(ROOT / PATH))
    saved, _ = save(
        given, tidy=lambda given, root: {"cells": [c | {"source": f"{root}"} for c in given["cells"]]}
    )
    assert [cell["source"] for cell in saved["cells"]] == [str(ROOT)] * len(given["cells"])


def test_the_chapters_of_a_new_book_are_stored_in_this_form():
    for path in new.TEMPLATE.rglob("*.ipynb"):
        assert stored.text(ipynb.read(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"execution_count": None}, "found execution counts [None], expected 1 to 1"),
        ({"outputs": []}, "cell cell-0: found no output, expected one"),
        ({"source": ["# NBVAL_SKIP\n", "1 + 1"]}, "cell cell-0: found a comment that turns checking off"),
        ({"outputs": [{"output_type": "error", "ename": "E"}]}, "found an error, expected none"),
        (
            {"outputs": [{"output_type": "display_data", "data": {"image/png": ""}, "metadata": {}}]},
            "cell cell-0: found image/png, which nbval does not compare",
        ),
        ({"source": ["exhibits.table(1)\n", "x = 1"], "outputs": []}, "cell cell-0: found no output"),
    ],
)
def test_faults_are_named(tmp_path, change, fault):
    path = write_notebook(tmp_path / "a.ipynb", ["1 + 1"])
    notebook = read_notebook(path)
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)
    notebook["cells"][1] |= {"execution_count": 1, "outputs": [shown]}
    path.write_text(json.dumps(notebook))
    assert list(stored.faults(path)) == []
    notebook["cells"][1] |= change
    path.write_text(json.dumps(notebook))
    (found,) = stored.faults(path)
    assert found.startswith("a.ipynb") and fault in found


def test_numbers_of_exhibits_in_reading_order():
    assert stored.numbering(CHAPTERS, "Table")[:3] == ["S1", "S2", "S3"]
