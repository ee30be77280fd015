"""Recording: what lies in data/ is what the declarations write, and a fault stops it before anything is written."""

import doctest
import json
import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest

import recording
from bookpress import tables
from bookpress.cli import record
from bookpress.tables import records
from recording import codes, columns, declaring, rights
from shared import ROOT
from small import edit

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
        tables.read("paper-table1")
    records.record(recording.PACKAGE, copied_data)
    tables.reading._describe.cache_clear()
    assert tables.read("paper-table1")["share_pct"].iloc[0] == 35.12


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            *("paper/claims.csv", ",contradicted,", ",perhaps,"),
            r"column verdict: found 'perhaps'.*; nothing was recorded",
        ),
        (
            *("wto/disputes.csv", "1,1995,SGP,", "1,1995,XXX,"),
            "data/wto/disputes.csv, row 2, column complainant_iso3: found 'XXX', expected a code in column iso3 of "
            "data/bri/economies.csv or one of EUN, HKG, TWN; nothing was recorded",
        ),
    ],
)
def test_a_cell_that_does_not_fit_stops_the_recording(copied_data, name, old, new, message):
    edit(copied_data / name, old, new)
    before = files(copied_data)
    with pytest.raises(tables.DataError, match=message):
        records.record(recording.PACKAGE, copied_data)
    assert files(copied_data) == before


def test_a_missing_table(copied_data):
    (copied_data / "paper/table1.csv").unlink()
    with pytest.raises(tables.DataError, match=r"data/paper/table1.csv: not found"):
        records.record(recording.PACKAGE, copied_data)


def small(**changes):
    """A package of one table, derived from one source file."""
    table = records.Table(
        name="counts",
        path="counts.csv",
        title="Counts",
        description="Of things.",
        fields=columns.columns("thing | string | name\nn | integer? | count"),
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
    with pytest.raises(tables.DataError, match="row 2, column n: found 'one', expected a whole number"):
        records.record(small(), tmp_path / "data", tmp_path)
    with pytest.raises(tables.DataError, match=r"none.csv: not found among the source files"):
        records.record(small(files=["none.csv"]), tmp_path / "data", tmp_path)
    assert not (tmp_path / "data").exists()


def test_a_wrong_folder_gets_one_message_and_status_2(capsys):
    assert record.main(recording.PACKAGE, ["--sources", "nowhere"]) == 2
    assert capsys.readouterr().err == "recording: found no folder nowhere, expected the source files\n"


def test_a_source_with_other_columns_and_one_without_a_checksum_are_named(tmp_path):
    (tmp_path / "raw.csv").write_text("other,n\na,1\n")
    with pytest.raises(tables.DataError, match=r"counts: KeyError.*thing.* in raw.csv"):
        records.record(small(), tmp_path / "data", tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/counts.csv").write_text("thing,n\na,1\n")
    with pytest.raises(tables.DataError, match=r"counts: no checksum of raw.csv is recorded"):
        records.record(small(), tmp_path / "data")


def test_a_heading_that_is_not_there_and_rights_that_nobody_declared_are_named(tmp_path):
    (tmp_path / "raw.csv").write_text("thing,n\na,1\n")
    fields = columns.columns("thing | string | name\ncount = number | integer | count")
    about = dict(title="", description="", sources=[], license="free", citation="", retrieval="")
    table = declaring.from_csv("counts", "counts.csv", "raw.csv", fields, **about)
    with pytest.raises(
        tables.DataError, match=r"^raw.csv: found no heading 'number', expected for count the"
    ):
        records.record(replace(small(), tables=[table]), tmp_path / "data", tmp_path)
    with pytest.raises(tables.DataError, match=r"^counts: found rights 'mine', expected one of: "):
        records.record(small(license="mine"), tmp_path / "data", tmp_path)


def two(**changes):
    """A package of the small table and one that refers to it."""
    package = small(derive=None, files=[])
    fields = columns.columns("thing | string? | name (else: none of them)\nof | string? | name")
    uses = replace(package.tables[0], name="uses", path="uses/all.csv", fields=fields, key=["of"])
    uses = replace(uses, references={"thing": "counts.thing"}, **changes)
    return replace(package, tables=[uses, *package.tables])


def test_a_code_that_the_other_table_lacks_is_named_and_nothing_recorded(tmp_path):
    (tmp_path / "uses").mkdir()
    (tmp_path / "counts.csv").write_text("thing,n\na,1\n")
    (tmp_path / "uses/all.csv").write_text("thing,of\nodd,a\nthat,b\nodd,c\n")
    with pytest.raises(
        tables.DataError, match=r"row 2, column thing: found .odd. and, further down, that, exp"
    ):
        records.record(two(), tmp_path)
    (tmp_path / "uses/all.csv").write_text('thing,of\na,"two\nlines"\n,b\nelse,c\n')
    expected = "data/uses/all.csv, row 5, column thing: found 'else', expected a code in column thing of "
    with pytest.raises(tables.DataError) as caught:
        records.record(two(), tmp_path)
    assert str(caught.value) == f"{expected}data/counts.csv; nothing was recorded"
    with pytest.raises(tables.DataError, match=r"counts.csv or one of other, more; nothing was recorded"):
        records.record(two(also=["other", "more"]), tmp_path)
    assert not (tmp_path / "datapackage.json").exists()
    records.record(two(also=["else"]), tmp_path)
    first, _ = json.loads((tmp_path / "datapackage.json").read_text())["resources"]
    assert "foreignKeys" not in first["schema"], "a foreign key knows no exceptions"
    edit(tmp_path / "uses/all.csv", "else", "a")
    records.record(two(), tmp_path)
    first, second = json.loads((tmp_path / "datapackage.json").read_text())["resources"]
    assert first["schema"]["foreignKeys"] == [
        {"fields": "thing", "reference": {"resource": "counts", "fields": "thing"}}
    ]
    assert "foreignKeys" not in second["schema"]


def test_every_further_code_is_explained_where_it_may_stand():
    for table in recording.PACKAGE.tables:
        described = {field["name"]: field["description"] for field in table.fields}
        for name in table.references:
            assert all(f"{code}: " in described[name] for code in table.also), table.name


def test_a_column_or_a_right_in_another_form_is_named():
    assert not doctest.testmod(columns).failed
    for line in ("a | text | b", "a | integer 0..1 odd | b", "a | integer"):
        with pytest.raises(ValueError, match=re.escape(f"column {line!r}: expected name [= heading] | type")):
            columns.columns(line)
    with pytest.raises(ValueError, match=r"rights: found 'own \| CC0', expected key"):
        rights.licenses("own | CC0\n")


def test_a_source_csv_is_read_by_its_declaration(tmp_path):
    (tmp_path / "raw.csv").write_text("Code,Year,GDP,rate,landlocked\nNAM,2018,1.6,NA,yes\nNAM,2020,1,,no\n")
    fields = columns.columns("""
        iso3 = Code | iso3 | economy
        year = Year | integer 2000..2019 | calendar year
        gdp = GDP | integer? | US dollars
        rate | number? | %
        landlocked | boolean | no coast
    """)
    about = dict.fromkeys(("title", "description", "citation", "retrieval", "license"), "x")
    table = declaring.from_csv("gdp", "gdp.csv", "raw.csv", fields, sources=[], **about)
    assert table.derive(tmp_path).to_csv(index=False) == "iso3,year,gdp,rate,landlocked\nNAM,2018,2,,true\n"
    assert table.key == ["iso3", "year"] and table.references == {"iso3": "economies.iso3"}
    assert table.fields[0]["name"] == "iso3" and "heading" not in table.fields[0]


def test_a_name_without_a_code_is_named():
    with pytest.raises(tables.DataError, match=r"disputes: no ISO3 code for \['Atlantis'\]"):
        codes.coded(pd.Series(["Chile", "Atlantis"]), {"Chile": "CHL"}, "disputes")


def test_the_sources_of_the_route_are_complete_and_china_is_none_of_its_partners():
    route, signers = tables.read("route-economies"), tables.read("signers")
    assert not route[["source_a", "source_b", "source_c", "source_d", "source_e"]].isna().any(axis=None)
    assert set(route.loc[route["source_f"].isna(), "iso3"]) == {"EST", "LTU", "LVA"}
    assert len(signers) == 151
    assert "CHN" not in {*route["iso3"], *signers["iso3"]}


def test_disputes_are_as_many_as_published():
    disputes = tables.read("disputes")
    against = disputes.query("respondent_iso3 == 'CHN' and year <= 2018")
    # The International Economic Law and Policy Blog counted 23 against China and 8 by China to the end of 2011.
    assert against.query("year <= 2011")["case"].nunique() == 23
    assert disputes.query("complainant_iso3 == 'CHN' and year <= 2011")["case"].nunique() == 8
    assert set(range(1, 594)) == set(disputes["case"])
    counted = {"USA": 23, "EUN": 9, "MEX": 4, "CAN": 3, "JPN": 2, "GTM": 1, "BRA": 1}
    assert against["complainant_iso3"].value_counts().to_dict() == counted
    assert against["case"].nunique() == 43


def test_customs_unions_have_their_members_of_2018():
    blocs = tables.read("tariff-blocs").groupby("bloc")["iso3"].nunique().to_dict()
    assert blocs == {"EU": 28, "EAEU": 5, "GCC": 6, "SACU": 5}


def test_every_published_estimate_is_of_a_work_in_the_bibliography_and_has_its_parts_in_order():
    bibliography = (ROOT / "chapters/references.bib").read_text(encoding="utf-8")
    works = dict(re.findall(r"@\w+\{(\w+),.*?\n  year +=? *\{(\d{4})\}", bibliography, re.S))
    cited = (ROOT / "chapters/references.ipynb").read_text(encoding="utf-8")
    for row in tables.read("published-estimates").itertuples():
        work = row.id.split("-")[0]
        assert works[work] == str(row.year) and f"{{cite:t}}`{work}`" in cited, row.id
        numbers = [x for x in (row.low, row.estimate, row.high) if pd.notna(x)]
        assert numbers == sorted(numbers) and bool(numbers) == (row.unit == "%"), row.id
        sign = {"higher": 1, "lower": -1}.get(row.finding, 0)
        assert all(x * sign > 0 for x in numbers), row.id
