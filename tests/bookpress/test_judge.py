"""Recording verdicts anew: what the tests give is written, what a person wrote is kept."""

import csv
import shutil

import pytest

from bookpress.claims import judging
from bookpress.cli import new
from bookpress.run import runner
from bookpress.tables import records
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
    moved = judging.judge([small / "chapters/1-periods.ipynb"], small, said.append)
    assert moved == ["1-harmony: contradicted supported 1 1 -> supported supported 1 1"]
    assert said == ["1-periods.ipynb: ran"]
    assert ledger(small)[0]["verdict"] == "supported"
    assert ledger(small)[0]["claim"].startswith("The squares")


def test_a_chapter_that_fails_leaves_the_ledger_as_it_was(small):
    before = (small / "data/claims.csv").read_bytes()
    edit(small / "chapters/1-periods.ipynb", "claims.announce", "claims.renounce")
    with pytest.raises(runner.ChapterError, match="renounce"):
        judging.judge([small / "chapters/1-periods.ipynb"], small, lambda line: None)
    assert (small / "data/claims.csv").read_bytes() == before


def test_rows_of_claims_that_did_not_run_stay_and_those_of_lost_claims_go(tmp_path):
    path = tmp_path / "tests.csv"
    path.write_text("claim,test,estimate\n1-a,1,2.5\n1-b,1,3\n1-b,2,4\n1-lost,1,5\n")
    about = {"schema": {"fields": [{"name": name} for name in ("claim", "test", "estimate")]}}
    now = {"1-b": [{"test": 1, "estimate": 3.12345678, "unit": "not a column"}]}
    judging._record(path, about, ["1-a", "1-b"], now)
    assert path.read_text() == "claim,test,estimate\n1-a,1,2.5\n1-b,1,3.12346\n"


def record(folder):
    """Record the tables of the second book as its own code does."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("its_recording", folder / "recording.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    records.record(module.PACKAGE, folder / "data")
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
