"""Recording verdicts anew: what the tests give is written, what a person wrote is kept."""

import csv
import shutil

import pytest

from bookpress import judge, new, records, runner
from shared import edit


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The second book, with its ledger."""
    folder = tmp_path / "paper"
    new.new(folder, "A small paper")
    monkeypatch.setenv("BOOKPRESS_BOOK", str(folder))
    return folder


def ledger(folder):
    with (folder / "data/claims.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_wrong_verdict_is_put_right_and_said(small):
    edit(small / "data/claims.csv", "supported,supported,1,1", "contradicted,supported,1,1")
    record(small)
    said = []
    moved = judge.judge([small / "chapters/1-periods.ipynb"], small, said.append)
    assert moved == ["1-harmony: contradicted supported 1 1 -> supported supported 1 1"]
    assert said == ["1-periods.ipynb: ran"]
    assert ledger(small)[0]["verdict"] == "supported"
    assert ledger(small)[0]["claim"].startswith("The squares")


def test_a_chapter_that_fails_leaves_the_ledger_as_it_was(small):
    before = (small / "data/claims.csv").read_bytes()
    edit(small / "chapters/1-periods.ipynb", "claims.announce", "claims.renounce")
    with pytest.raises(runner.ChapterError, match="renounce"):
        judge.judge([small / "chapters/1-periods.ipynb"], small, lambda line: None)
    assert (small / "data/claims.csv").read_bytes() == before


def record(folder):
    """Record the tables of the second book as its own code does."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("its_recording", folder / "recording.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    records.record(module.PACKAGE, folder / "data")
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
