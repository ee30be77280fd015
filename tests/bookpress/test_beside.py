"""What lies beside a page to be taken along: the notebook of an edition, and what is said of one that is not."""

import ast
import json
from types import SimpleNamespace

import nbformat
import pytest

from bookpress import __main__
from bookpress.publish import beside
from bookpress.run import ipynb
from shared import CHAPTERS, ROOT, read_notebook

CHAPTER = ROOT / "chapters/references.ipynb"


@pytest.fixture
def given(tmp_path):
    """A chapter as a reader downloads it."""
    cells = [cell for cell in read_notebook(CHAPTER)["cells"] if cell["cell_type"] == "code"]
    outputs = [{"outputs": cell["outputs"], "execution_count": cell["execution_count"]} for cell in cells]
    result = SimpleNamespace(outputs=outputs, language={"name": "python"})
    path = tmp_path / "mine.ipynb"
    path.write_text(beside.notebook(CHAPTER, ROOT, result, "paper-1-py3-none-any.whl"), encoding="utf-8")
    return path


def change(path, **about):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["bookpress"] |= about
    path.write_text(json.dumps(notebook), encoding="utf-8")


def refused(path, capsys) -> str:
    """What `verify` says of a file that it refuses: one line, status 2."""
    assert __main__.main(["verify", str(path)]) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1 and path.name in said.err
    return said.err


def test_a_notebook_as_it_was_downloaded_is_identical(given, capsys):
    nbformat.validate(nbformat.read(given, as_version=4))
    assert __main__.main(["verify", str(given)]) == 0
    assert "1 of 1 identical" in capsys.readouterr().out


def test_a_changed_output_is_an_edit(given, capsys):
    notebook = json.loads(given.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell.get("outputs"))
    for kind in cell["outputs"][0]["data"]:
        cell["outputs"][0]["data"][kind] = "another word"
    given.write_text(json.dumps(notebook), encoding="utf-8")
    assert __main__.main(["verify", str(given)]) == 1
    assert capsys.readouterr().out.startswith("edited ")


def test_changed_added_and_missing_cells_are_named(given, capsys):
    notebook = json.loads(given.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[0]["source"] = "pass"
    notebook["cells"].remove(code[-1])
    notebook["cells"].append({**code[0], "id": "mine"})
    given.write_text(json.dumps(notebook), encoding="utf-8")
    assert __main__.main(["verify", str(given)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("edited ") and "cell mine was added" in told
    if len(code) > 1:
        assert f"cell {code[0]['id']}, cell {code[-1]['id']} is missing" in told


def test_a_notebook_of_another_edition_says_which_it_wants(given, capsys):
    change(given, edition="9.9", wheel="paper-9.9-py3-none-any.whl")
    said = refused(given, capsys)
    assert (
        "found a notebook of edition 9.9, expected " in said and "install paper-9.9-py3-none-any.whl" in said
    )


def test_a_notebook_that_names_no_chapter_or_no_edition_is_refused(given, capsys):
    change(given, chapter="chapters/none.ipynb")
    assert "found chapter 'chapters/none.ipynb', expected one of: index.ipynb, " in refused(given, capsys)
    given.write_bytes(CHAPTER.read_bytes())
    assert "found no record of an edition" in refused(given, capsys)


def test_what_is_no_notebook_is_refused(given, capsys):
    given.write_text("{}")
    assert "expected a notebook" in refused(given, capsys)
    given.unlink()
    assert "not found, expected a notebook" in refused(given, capsys)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_script_is_the_chapter(path):
    text = beside.script(path)
    assert text.startswith("# %% [markdown]\n# # ")
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse("\n".join(ipynb.code(read_notebook(path)))))


def test_the_service_that_has_nothing_installs_first(given):
    text = given.read_text(encoding="utf-8")
    made = json.loads(beside.for_colab(text, "https://a.example/paper.whl"))
    assert made["cells"][0]["source"] == ["%pip install --quiet https://a.example/paper.whl"]
    assert made["cells"][1:] == json.loads(text)["cells"]
