"""The guide of a new book: what it names is there, and its longest walk leads where it says."""

import csv
import json
import re
from pathlib import Path

import pytest

from bookpress.claims import judging
from bookpress.cli import new
from bookpress.edition import book
from small import edit, read_notebook, run

GUIDE = (new.TEMPLATE / "GUIDE.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return what the guide says to write, without the indent of its list."""
    (found,) = re.findall(rf"^ *```{kind}\n(.*?)^ *```", GUIDE, flags=re.M | re.S)
    return re.sub(r"^ {3}", "", found, flags=re.M)


def test_all_that_the_guide_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (book.ENGINE / "vendor/book.mk").read_text(), flags=re.M))
    assert set(re.findall(r"`make ([a-z-]+)", GUIDE)) <= targets
    files = re.findall(r"`((?:\w+/)*[\w.-]+\.(?:py|csv|ipynb|yml|cff|md))`", GUIDE)
    made = {"moons.csv", "data/choices.csv", "chapters/2-1-moons.ipynb"}
    assert [name for name in {*files} - made if not (new.TEMPLATE / name).is_file()] == []
    cells = {cell["id"] for cell in read_notebook(new.TEMPLATE / "chapters/1-periods.ipynb")["cells"]}
    assert {*re.findall(r"cells? (?:like )?`([\w-]+)`", GUIDE)} == {"table-1", "figure-1", "harmony"} & cells


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    new.new(tmp_path / "paper", "A small paper")
    monkeypatch.setenv("BOOKPRESS_BOOK", str(tmp_path / "paper"))
    return tmp_path / "paper"


def test_a_grid_as_the_guide_makes_it(small):
    (small / "data/choices.csv").write_text(block("csv"), encoding="utf-8")
    recording = (small / "recording.py").read_text(encoding="utf-8")
    (claims,) = re.findall(
        r'        Table\(\n            name="claims".*?\n        \),\n', recording, flags=re.S
    )
    choices = claims.replace('name="claims"', 'name="choices"').replace("claims.csv", "choices.csv")
    choices = re.sub(r"fields=.*", "fields=columns.choices(),", choices)
    choices = choices.replace('key=["id"]', 'key=["axis", "choice"]')
    edit(small / "recording.py", claims, claims + choices)
    done = run(small, "recording.py")
    assert done.returncode == 0, done.stderr
    chapter = small / "chapters/1-periods.ipynb"
    (cell,) = [one for one in read_notebook(chapter)["cells"] if one["id"] == "harmony"]
    before = "".join(cell["source"])
    code = f"{before[: before.index('claims.decide')]}{block('python')}"
    notebook = read_notebook(chapter)
    next(one for one in notebook["cells"] if one["id"] == "harmony")["source"] = code
    chapter.write_text(json.dumps(notebook), encoding="utf-8")
    moved = judging.judge([chapter], small, lambda line: None)
    assert moved == [
        "1-harmony: supported (supported under the main choices, as in 1 of 1 combinations) -> "
        "supported (supported under the main choices, as in 2 of 2 combinations)"
    ]
    with (small / "data/claims.csv").open(encoding="utf-8") as file:
        assert next(csv.DictReader(file))["varies"] == "planets"
