"""Files of BACI become the table of all exporters, and whatever counts exporters then has them."""

import sys

import pandas as pd
import pytest

import baci
from lab import copies
from recording.merchandise.baci import by_division
from small import run


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files of twelve exporters, and their codes."""
    return baci.write(tmp_path_factory.mktemp("baci"), count=12)


@pytest.fixture(scope="module")
def widened(files, tmp_path_factory):
    """A copy of the sources in which the files were recorded."""
    root = copies.copy(tmp_path_factory.mktemp("widened") / "book")
    ask(root, "-m", "recording", "--baci", *map(str, files[0]))
    return root


def ask(root, *arguments):
    return copies.run([sys.executable, *arguments], root).printed


def test_every_exporter_is_recorded_with_all_that_it_sells_to_china(files, widened):
    paths, exporters = files
    table = pd.read_csv(widened / "data/trade/exporters_by_division.csv", dtype={"sitc_division": str})
    assert sorted(set(table["exporter_iso3"])) == exporters
    sold = pd.concat(map(pd.read_csv, paths)).query("j == 156").groupby("t")["v"].sum() * 1000
    assert (table.groupby("year")["value_usd"].sum() / sold - 1).abs().max() < 1e-6


def test_the_table_stays_when_all_are_described_again(widened):
    described = widened / "data/datapackage.json"
    before = described.read_bytes()
    ask(widened, "-m", "recording")
    assert described.read_bytes() == before
    assert b"BACI_HS12_Y2017_V202401b.csv" in before and b"Etalab" in before


def test_exporters_widen_and_who_has_other_records_keeps_them(files, widened):
    program = """
from beltroad import economies, table1
from beltroad.groupings import proofs
held = table1.exporters()
print(len(table1.distances()), len(proofs.readings()), held["AUS"], held["BRA"], held["TWN"], economies.names()["MAC"])
"""
    added = {*files[1]} - {"AUS", "BRA", "KAZ"}
    ten = {"AUS", "DEU", "FRA", "HKG", "IND", "JPN", "KOR", "RUS", "USA", "VNM"}
    found = ask(widened, "-c", program).split()
    assert int(found[0]) == len(added | ten) + 3 and int(found[1]) == len(added | ten)
    tables = ["china-by-division", "china-by-division-mapped", "exporters-by-division"]
    assert found[2:] == [*tables, "Macao"]


def test_an_exporter_without_a_year_is_left_out_and_named(files, tmp_path, capsys):
    paths, exporters = files
    rows = pd.read_csv(paths[0], dtype=str)
    rows[rows["i"].ne("36")].to_csv(tmp_path / paths[0].name, index=False)
    table = by_division([tmp_path / paths[0].name, *paths[1:]])
    assert {*table["exporter_iso3"]} == {*exporters} - {"AUS"}
    assert "AUS" in capsys.readouterr().err


def test_other_files_and_none_are_refused_and_nothing_is_written(files, widened, tmp_path):
    before = (widened / "data/datapackage.json").read_bytes()
    cut, none = tmp_path / "a.csv", tmp_path / "none.csv"
    cut.write_text("t,i,j,k,v,q\n2016,36,156,260111,1")
    for path, said in (
        (files[0][0], "no exporter with figures of every year"),
        (cut, "a.csv"),
        (none, "none.csv"),
    ):
        done = run(widened, "-m", "recording", "--baci", str(path))
        assert done.returncode == 2 and said in done.stderr.splitlines()[-1], done.stderr
    assert (widened / "data/datapackage.json").read_bytes() == before
