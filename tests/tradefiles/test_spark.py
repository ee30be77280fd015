"""Spark gives what DuckDB gives, row by row, of every layout and packing, and refuses what it refuses in the same words."""

import math
import shutil
import subprocess
import sys
from contextlib import closing

import pytest

import trade_files as made
from tradefiles import FileError, asking, engines

pytest.importorskip("pyspark", reason="found no pyspark; `make test SUITE=spark` sets it up")
if not shutil.which("java"):
    pytest.skip("found no Java; Spark needs 17 or newer", allow_module_level=True)

from tradefiles.engines import spark

TRADE = made.imports("AUS")
LEGACY = made.text(made.legacy(TRADE))
LINES = LEGACY.splitlines(keepends=True)
VALUE = "755367600"  # that of division 01 in 2016, in line 3


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    with closing(spark.Spark(tmp_path_factory.mktemp("spark"), "local[2]")) as engine:
        yield engine


class Kept:
    """The one Spark of these tests, which no question ends."""

    def __init__(self, engine):
        self.engine = engine

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def close(self):
        pass


def answers(paths, start):
    """Every row of four questions, sorted."""
    with asking.opened(paths, start) as files:
        asked = [
            lambda trade: asking.ask(trade, ["CHN", "156", "CI", "Côte d'Ivoire"]),
            lambda trade: asking.ask(trade, ["CHN", "156"], ["AUS", "36", "036"], (2017, 2018)),
            lambda trade: asking.ask(trade, ["AUS", "36"]).sort("exporter"),
            lambda trade: trade.select("exporter", "importer", "side", "year").unique(),
        ]
        return [sorted(files.rows(one), key=repr) for one in asked]


def same(started, *paths):
    """Both engines answer alike: cells equal and of one type, sums to the last digits; return the rows."""
    duck, other = answers(paths, engines.DuckDB), answers(paths, lambda _: Kept(started))
    for expected, found in zip(duck, other, strict=True):
        assert len(found) == len(expected)
        for row, there in zip(expected, found, strict=True):
            assert [type(cell) for cell in there] == [type(cell) for cell in row]
            for cell, mine in zip(row, there, strict=True):
                assert repr(cell) == repr(mine) or (  # no number equals itself
                    isinstance(cell, float) and math.isclose(cell, mine, rel_tol=1e-13)
                ), (row, there)
    return duck


WRITERS = {
    **{name: write for name, write in made.WRITERS.items() if "sheet" not in name and "Stata" not in name},
    "names that mean something to Spark": lambda folder, trade: made.write(folder / "_a {1}, b.gz", made.legacy(trade)),
    "API, parts": lambda folder, trade: made.write(
        folder / "a.csv", [*made.api(trade), *made.api(trade, motCode="1000"), *made.api(trade, fobvalue="7", typeCode="S")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
def test_both_engines_answer_alike(kind, tmp_path, started):
    path = WRITERS[kind](tmp_path, TRADE)
    if kind.startswith("names"):
        path.write_text(LEGACY, encoding="utf-8")
    assert len(same(started, path)[0]) == len(TRADE) * (3 if "parts" in kind else 1)


def test_files_of_two_shapes_and_a_folder(tmp_path, started):
    made.write(tmp_path / "a.csv", made.legacy(TRADE))
    made.write(tmp_path / "b.csv.gz", made.legacy(made.imports("RUS"), "RUS"))
    made.write(tmp_path / "c.csv", made.baci(made.imports("DEU"), "DEU"))
    made.parquet(tmp_path / "d.parquet", made.api(made.imports("RUS"), "RUS"))
    assert {row[0] for row in same(started, tmp_path)[0]} >= {"BACI", "UN Comtrade, legacy portal"}


CELLS = {
    "a quotation mark within a cell": (",01,", ',"0""1",'),
    "an apostrophe and a backslash": (",01,", ",0\\1',"),
    "blanks around a code": (",01,", ", 01 ,"),
    "blanks around a value": (VALUE, f"  {VALUE} "),
    "blanks around a year": ("S4,2016", "S4, 2016 "),
    "a quoted year": ("S4,2016", 'S4,"2016"'),
    "no code": (",01,", ",,"),
    "a quoted code of no letters": (",01,", ',"",'),
    "an economy without its code": (",AUS,", ',"",'),
    "no value": (VALUE, ""),
    "an exponent": (VALUE, "7.553676e8"),
    "many digits": (VALUE, "755367600.12345678912345"),
    "no digit before the point": (VALUE, ".5"),
    "not a number": (VALUE, "nan"),
    "without bound": (VALUE, "-inf"),
    "below zero": (VALUE, "-0.1"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_cells_are_read_alike(kind, tmp_path, started):
    old, new = CELLS[kind]
    assert old in LINES[2]
    text = "".join([*LINES[:2], LINES[2].replace(old, new, 1), *LINES[3:]])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    same(started, tmp_path / "a.csv")


def test_ends_of_lines_blank_lines_and_a_mark_of_the_byte_order(tmp_path, started):
    text = "\ufeff" + LEGACY.replace("\n", "\r\n") + "\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode())
    assert len(same(started, tmp_path / "a.csv")[0]) == len(TRADE)


def test_a_copy_is_read_alike(tmp_path, started):
    from beltroad.__main__ import main

    rows = [*made.legacy(TRADE), *made.legacy(TRADE, **{"Reporter ISO": "", "Reporter Code": "", "Reporter": "Côte d'Ivoire"}),
            *made.legacy(TRADE, **{"Reporter ISO": "036"})]  # fmt: skip
    made.write(tmp_path / "a.csv", rows)
    assert main(["import", str(tmp_path / "a.csv"), "--to", str(tmp_path / "copy")]) == 0
    assert {row[5] for row in same(started, tmp_path / "copy")[0]} == {"CHN", "Côte d'Ivoire"}


FAULTS = {
    "a word for a value": (VALUE, "many", "a.csv, line 3, column Trade Value (US$): found 'many', expected a plain number"),
    "a number of Java": (VALUE, VALUE + "d", "a.csv, line 3, column Trade Value (US$): found '755367600d'"),
    "a year that is none": ("S4,2016", "S4,20l6", "a.csv, line 3, column Year: found '20l6', expected a year such as 2017"),
    "a comma in a cell": (",01,", ",01,x,", "a.csv, line 3: found 36 cells, expected 35"),
    "a cell too few": (",01,", ",", "a.csv, line 3: found 34 cells, expected 35"),
    "a quotation mark that is never closed": (",01,", ',"01,', "a.csv, line 3"),
    "a line break within a cell": (
        ",01,", ',"0\n1",', "a.csv, line 3, column Commodity Code: found a line break within a cell, expected one line a row"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_named_with_its_place(kind, tmp_path, started):
    old, new, words = FAULTS[kind]
    text = "".join([*LINES[:2], LINES[2].replace(old, new, 1), *LINES[3:]])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as refused:
        answers([tmp_path / "a.csv"], lambda _: Kept(started))
    assert words in str(refused.value)


def test_the_commands_print_the_same_and_nothing_else(tmp_path):
    for exporter in ("AUS", "RUS"):
        made.write(tmp_path / f"{exporter}.csv", made.legacy(made.imports(exporter), exporter))
    for ask in (["table1", "--exporter", "AUS"], ["rank"]):
        command = [sys.executable, "-m", "beltroad", *ask, "--from", "AUS.csv", "RUS.csv"]
        duck, other = (
            subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True)
            for more in ([], ["--engine", "spark", "--master", "local[2]"])
        )
        assert duck.returncode == 0 and (other.returncode, other.stdout, other.stderr) == (0, duck.stdout, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["AUS.csv", "RUS.csv"]
