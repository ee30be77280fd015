"""Exported exhibits: every file says what it was made from."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from bookpress import provenance, tables
from bookpress.edition import citation
from shared import ROOT, export

FIGURE = ["svg", "pdf", "png", "csv", "csv-metadata.json"]
TABLE = ["csv", "md", "csv-metadata.json"]


@pytest.mark.parametrize(
    "path", [f"figures/figure-s1.{e}" for e in FIGURE] + [f"tables/table-1.{e}" for e in TABLE]
)
def test_every_file_says_what_it_was_made_from(exported, path):
    record = provenance.read(exported / path)
    assert record["exhibit"] == path.split("/")[1].split(".")[0]
    assert record["table paper-table1"] == tables.describe()["paper-table1"]["hash"][7:]
    assert record["package matplotlib"] == plt.matplotlib.__version__
    code = {f"code bookpress/{name}.py" for name in ("exhibits/show", "tables/reading")}
    assert {"edition", "chapter", "lock", *code} <= set(record)
    assert record["cite"] == citation.reference()
    assert str(ROOT).encode() not in (exported / path).read_bytes()


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


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("figures/figure-s1.svg", half, "truncated or not svg"),
        ("figures/figure-s1.png", half, "truncated or not png"),
        ("figures/figure-s1.pdf", half, "truncated or not pdf"),
        ("figures/figure-s1.csv", lambda b: b"", "truncated or not csv"),
        ("figures/figure-s1.csv-metadata.json", half, "truncated or not csv-metadata.json"),
        ("figures/figure-s1.pdf", lambda b: b.replace(b"/Keywords", b"/Nothing!"), "no provenance found"),
        ("tables/table-1.md", lambda b: b.split(b"<!--")[0], "no provenance found"),
        ("figures/none.svg", None, "No such file"),
        ("figures/figure-s1.txt", None, "found .txt, expected one of .svg"),
    ],
)
def test_a_file_that_is_no_exhibit_gets_one_message(exported, name, change, message):
    path = exported / name
    if change:
        path.write_bytes(change(path.read_bytes()))
    with pytest.raises(provenance.ProvenanceError) as caught:
        provenance.read(path)
    assert message in str(caught.value) and str(path) in str(caught.value)


def test_a_missing_description_of_a_csv_file_is_named(exported):
    (exported / "figures/figure-s1.csv-metadata.json").unlink()
    with pytest.raises(provenance.ProvenanceError, match=r"expected the record of figure-s1\.csv"):
        provenance.read(exported / "figures/figure-s1.csv")


def test_titles_with_brackets_semicolons_and_other_letters_do_not_cut_a_record(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(tmp_path))
    monkeypatch.setattr(citation, "reference", lambda: "Études (α; β), version 1")
    export()
    for ending in FIGURE:
        record = provenance.read(tmp_path / f"figures/figure-s1.{ending}")
        assert record["cite"] == "Études (α; β), version 1" and "lock" in record, ending
