"""Recording verdicts anew: what the tests give is written, what a person wrote is kept."""

import csv

import pytest

from bookpress.claims import judging
from bookpress.cli import new
from bookpress.run import runner
from small import edit, run

CHAPTER = "chapters/1-periods.ipynb"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The second book, with its ledger."""
    folder = tmp_path / "paper"
    new.new(folder, "A small paper")
    monkeypatch.setenv("BOOKPRESS_BOOK", str(folder))
    return folder


UNDER = "(supported under the main choices, as in 1 of 1 combinations)"


@pytest.mark.parametrize(
    ("before", "was"),
    [
        ("contradicted,supported,1,1", f"contradicted {UNDER}"),
        ("not tested here,,,", "not tested here"),
        (",,,", "no verdict"),
    ],
)
def test_a_verdict_that_is_wrong_or_not_there_is_written_and_said(small, before, was):
    edit(small / "data/claims.csv", "supported,supported,1,1", before)
    assert run(small, "recording.py").returncode == 0
    said = []
    moved = judging.judge([small / CHAPTER], small, said.append)
    assert moved == [f"1-harmony: {was} -> supported {UNDER}"]
    assert said == ["1-periods.ipynb: ran"]
    with (small / "data/claims.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["verdict"] == "supported" and row["claim"].startswith("The squares")


def test_a_claim_of_nobody_is_named_and_the_example_can_begin_without_a_verdict(small):
    edit(small / "data/claims.csv", "supported,supported,1,1", ",,,")
    row = (small / "data/claims.csv").read_text(encoding="utf-8").splitlines()[1]
    with (small / "data/claims.csv").open("a", encoding="utf-8") as file:
        file.write(row.replace("1-harmony", "1-tides") + "\n")
    assert run(small, "recording.py").returncode == 0
    chapters = [small / "index.ipynb", small / CHAPTER]
    moved = judging.judge(chapters, small, lambda line: None)
    assert moved == [
        f"1-harmony: no verdict -> supported {UNDER}",
        "1-tides: no chapter decides or explains it",
    ]


def test_a_chapter_that_fails_leaves_the_ledger_as_it_was(small):
    before = (small / "data/claims.csv").read_bytes()
    edit(small / CHAPTER, "claims.announce", "claims.renounce")
    with pytest.raises(runner.ChapterError, match="renounce"):
        judging.judge([small / CHAPTER], small, lambda line: None)
    assert (small / "data/claims.csv").read_bytes() == before


DECLARED = """
        *(
            Table(
                name=name,
                path=f"{name}.csv",
                title=name,
                description="Computed.",
                fields=fields,
                key=fields and [fields[0]["name"], fields[1]["name"]],
                sources=[{"title": "the chapters"}],
                license="public-domain",
                citation="own computation",
                retrieval="`make verdicts`",
            )
            for name, fields in (("grid", columns.cells([])), ("tests", columns.findings()))
        ),
    ],
)
"""


def test_tables_that_verdicts_fill_need_no_file_before_the_first(small):
    edit(small / "recording.py", "\n    ],\n)\n", DECLARED)
    assert not (small / "data/grid.csv").exists()
    for words in (
        ["recording.py"],
        ["-m", "bookpress", "judge"],
        ["recording.py"],
        ["-m", "bookpress", "refresh"],
    ):
        done = run(small, *words)
        assert done.returncode == 0, done.stderr
    for name in ("grid", "tests"):
        with (small / f"data/{name}.csv").open(encoding="utf-8") as file:
            assert {row["claim"] for row in csv.DictReader(file)} == {"1-harmony"}


def test_rows_of_claims_that_did_not_run_stay_and_those_of_lost_claims_go():
    named = ("1-lost", "1-a", "1-b", "1-b", "1-c")
    recorded = [{"claim": claim, "estimate": n} for n, claim in enumerate(named)]
    kept = judging.replaced(recorded, {"1-b": [{"estimate": "new"}], "1-c": []}, ["1-a", "1-b", "1-c"])
    assert kept == [recorded[1], {"claim": "1-b", "estimate": "new"}]
