"""Exported exhibits: every file says what it was made from."""

import json
import os
import struct
import zlib

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
        (
            "figures/figure-s1.pdf",
            lambda b: b.replace(b"/Keywords", b"/Nothing!"),
            "found no record of an edition",
        ),
        ("tables/table-1.md", lambda b: b.split(b"<!--")[0], "found no record of an edition"),
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


NO_PNG = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def wide(side: int) -> bytes:
    """A picture of one colour, small as a file."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.png", NO_PNG, "truncated or not png: cannot identify"),
        ("a.png", wide(12_000), "truncated or not png: Image size"),
        ("a.md", b"<!-- a " + b"=" * 100_000 + b"\n<!-- a b=" * 50_000, "found no record of an edition"),
        (
            "a.md",
            b"<!-- a b=1 -->\n" * 20_000 + b"<!-- a exhibit=table-1 -->",
            "found no record of an edition",
        ),
        ("a.md", b"<!-- a exhibit=table-1 -->\n" * 20_000, "a record of 20,000 words"),
        ("a.pdf", b"%PDF-1.4\njunk\n%%EOF", "found no record of an edition"),
        ("a.pdf", b"%PDF-1.4\n/Keywords (" + b"\\a(" * 100_000 + b"\n%%EOF", "found no record of an edition"),
        ("a.pdf", b"%PDF-1.4\n/Keywords (\xff)\n%%EOF", "truncated or not pdf"),
        ("a.svg", b'<?xml version="1.0" encoding="x"?><svg/>', "truncated or not svg"),
        ("a.svg", b"<a>" * 200_000 + b"</a>" * 200_000, "found no record of an edition"),
        ("a.csv-metadata.json", b"[" * 200_000, "truncated or not csv-metadata.json: found no JSON object"),
        ("a.csv-metadata.json", b'{"a":' * 150 + b"1" + b"}" * 150, "of at most 100 levels"),
        ("a.csv-metadata.json", b"[1]", "found no JSON object"),
    ],
)
def test_a_file_of_a_stranger_is_refused_soon(tmp_path, name, content, message):
    """Nothing in it starts a program, fills the memory or takes long."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(provenance.ProvenanceError) as caught:
        provenance.read(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ") and message in str(caught.value)


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (5, "found no list of texts"),
        (None, "found no list of texts"),
        ([5], "found no list of texts"),
        ([["a"]], "found no list of texts"),
        ({"a": 1}, "found no list of texts"),
        (
            ["b exhibit=../../../etc/passwd"],
            "found the exhibit '../../../etc/passwd', expected one such as figure-1",
        ),
        *(
            (["b exhibit=table-1", f"b {name}=1"], "found the record ")
            for name in (
                "table /etc/passwd",
                "table ../secret",
                "code ../../.bashrc",
                "code /proc/kmsg",
                "code .git/config.py",
                "code a/../../b.py",
                "code a\0b.py",
                "package ../x",
                "package ",
                "package x\n6 of 6 identical\n",
                "anything",
            )
        ),
        (["b exhibit=table-1", "b edition=\x1b[2J"], "found the record 'edition': '\\x1b[2J', expected"),
        (["b exhibit=table-1", "b edition=\u202e1"], "found the record 'edition': '\\u202e1', expected"),
        (["b exhibit=\ud800"], "found the record 'exhibit': '\\ud800', expected"),
        (
            ["b exhibit=table-1", "b exhibit=table-2"],
            "found a record of 2 words, expected 10,000 at most, none twice",
        ),
    ],
)
def test_a_record_that_no_edition_writes_is_refused(tmp_path, subject, message):
    path = tmp_path / "a.csv-metadata.json"
    path.write_text(json.dumps({"dc:subject": subject}), encoding="utf-8")
    with pytest.raises(provenance.ProvenanceError) as caught:
        provenance.read(path)
    assert message in str(caught.value) and str(caught.value).isprintable()


def test_only_a_file_of_a_moderate_size_is_read(tmp_path):
    with (tmp_path / "large.md").open("wb") as file:
        file.truncate(2**25 + 1)  # which takes no room
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")  # nobody writes into it
    for name, said in (
        ("large", "more than 33,554,432 bytes"),
        ("folder", "expected a file"),
        ("pipe", "expected a file"),
    ):
        with pytest.raises(provenance.ProvenanceError, match=said):
            provenance.read(tmp_path / f"{name}.md")


def test_what_a_record_names_is_looked_up_in_the_book_only():
    names = ["table /etc/hostname", "table README.md", "/etc/hostname", "exotic pyproject.toml"]
    assert set(provenance.surroundings(names).values()) == {"absent"}
