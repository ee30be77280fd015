"""Recording: what lies in data/ is what the declarations write, and a fault stops it before anything is written."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

import recording
from bookpress import records, tables
from shared import ROOT, edit

DATA = ROOT / "data"


def files(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_description_and_codebook_are_those_that_are_recorded(copied_data):
    before = files(copied_data)
    records.record(recording.PACKAGE, copied_data)
    assert files(copied_data) == before, "run `make data`"


def test_an_edited_table_is_recorded_with_its_checksum(copied_data):
    edit(copied_data / "paper/table1.csv", "35.11", "35.12")
    with pytest.raises(tables.DataError, match="not what was recorded"):
        tables.read("paper-table1", copied_data)
    records.record(recording.PACKAGE, copied_data)
    tables._describe.cache_clear()
    assert tables.read("paper-table1", copied_data)["share_pct"].iloc[0] == 35.12


def test_a_table_that_does_not_fit_is_not_recorded(copied_data):
    edit(copied_data / "paper/claims.csv", ",mixed,", ",perhaps,")
    before = files(copied_data)
    with pytest.raises(tables.DataError, match=r"column verdict: found 'perhaps'.*; nothing was recorded"):
        records.record(recording.PACKAGE, copied_data)
    assert files(copied_data) == before


def test_a_missing_table_and_a_missing_source(copied_data, tmp_path):
    (copied_data / "paper/table1.csv").unlink()
    with pytest.raises(tables.DataError, match=r"data/paper/table1.csv: not found"):
        records.record(recording.PACKAGE, copied_data)
    with pytest.raises(tables.DataError, match=r"found no folder .*nowhere"):
        records.record(recording.PACKAGE, copied_data, tmp_path / "nowhere")


def small(**changes):
    """A package of one table, derived from one source file."""
    table = records.Table(
        name="counts",
        path="counts.csv",
        title="Counts",
        description="Of things.",
        fields=[
            records.column("thing", "string", "name", required=True),
            records.column("n", "integer", "count"),
        ],
        key=["thing"],
        sources=[{"title": "a count"}],
        license="free",
        citation="Counted.",
        retrieval="by hand.",
        derive=lambda sources: pd.read_csv(sources / "raw.csv").rename(columns={"what": "thing"}),
        files=["raw.csv"],
    )
    licenses = {"free": {"name": "free", "title": "Free", "description": "Do as you like."}}
    return records.Package("x", "X", "All.", "A note.", [replace(table, **changes)], licenses)


def test_a_derived_table_is_sorted_checked_and_traced_to_its_source(tmp_path):
    (tmp_path / "raw.csv").write_text("what,n,unused\nb,2,x\na,1,y\n")
    said = records.record(small(), tmp_path / "data", tmp_path)
    assert said == ["counts.csv: 2 rows", "datapackage.json and README.md: 1 tables"]
    assert (tmp_path / "data/counts.csv").read_text() == "thing,n\na,1\nb,2\n"
    (resource,) = json.loads((tmp_path / "data/datapackage.json").read_text())["resources"]
    assert len(resource["sourceFiles"][0]["sha256"]) == 64
    assert "| `n` | integer | count |" in (tmp_path / "data/README.md").read_text()
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "raw.csv").write_text("what,n\na,one\n")
    with pytest.raises(tables.DataError, match="row 2, column n: found 'one', expected a integer"):
        records.record(small(), tmp_path / "data", tmp_path)
    with pytest.raises(tables.DataError, match=r"none.csv: not found among the source files"):
        records.record(small(files=["none.csv"]), tmp_path / "data", tmp_path)
    assert not (tmp_path / "data").exists()


def test_a_wrong_folder_gets_one_message_and_status_2(capsys):
    assert records.main(recording.PACKAGE, ["--sources", "nowhere"]) == 2
    assert capsys.readouterr().err == "recording: found no folder nowhere, expected the source files\n"


def test_a_source_with_other_columns_and_one_without_a_checksum_are_named(tmp_path):
    (tmp_path / "raw.csv").write_text("other,n\na,1\n")
    with pytest.raises(tables.DataError, match=r"counts: KeyError.*thing.* in raw.csv"):
        records.record(small(), tmp_path / "data", tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/counts.csv").write_text("thing,n\na,1\n")
    with pytest.raises(tables.DataError, match=r"counts: no checksum of raw.csv is recorded"):
        records.record(small(), tmp_path / "data")
