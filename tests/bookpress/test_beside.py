"""What lies beside a page to be taken along: the notebook of an edition, and a script of it."""

import ast
import json

import pytest

from bookpress.publish import beside
from bookpress.run import ipynb
from shared import CHAPTERS, ROOT, downloaded
from small import read_notebook

CHAPTER = ROOT / "chapters/references.ipynb"


@pytest.fixture
def given(tmp_path):
    """A chapter as a reader downloads it."""
    return downloaded(CHAPTER, tmp_path / "mine.ipynb")


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
