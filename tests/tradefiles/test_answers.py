"""Table 1 from a reader's own files: every layout and packing gives what the book gives, and says which side it is on."""

import json
import subprocess
import sys

import pytest

import trade_files as made
from beltroad import table1
from bookpress import tables
from tradefiles import answers, asking
from tradefiles.flows import Wanted

SPAN = (2016, 2018)


def flow(*paths, exporter="AUS", **wanted):
    with asking.opened(list(paths)) as files:
        return files.flow(exporter, "CHN", Wanted(years=SPAN, **wanted))


def same(found, exporter="AUS", definition="wto", tolerance=1e-9):
    """A flow from files gives the shares that the book gives."""
    expected = table1.recompute(exporter, definition).share
    difference = (answers.shares(found, definition).loc[expected.index, expected.columns] - expected).abs()
    assert difference.max().max() <= tolerance


@pytest.fixture(scope="module")
def trade():
    return made.imports("AUS")


@pytest.mark.parametrize("kind", made.WRITERS)
def test_every_layout_and_packing_gives_the_table_of_the_book(kind, tmp_path, trade):
    path = made.WRITERS[kind](tmp_path, trade)
    found = flow(path)
    for definition in table1.DEFINITIONS:
        # Values in thousands have three decimals, so they are whole dollars too.
        same(found, definition=definition, tolerance=1e-6)


def test_every_exporter_of_the_book_comes_out_of_one_folder_the_same(tmp_path):
    exporters = sorted({row["partner_iso3"] for row in tables.rows("china-by-division")})
    for number, exporter in enumerate(exporters):
        made.write(tmp_path / f"{number}.csv", made.legacy(made.imports(exporter), exporter))
    assert len(exporters) == 10
    with asking.opened([tmp_path]) as files:
        for exporter in exporters:
            found = files.flow(exporter, "CHN", Wanted(years=SPAN))
            for definition in table1.DEFINITIONS:
                same(found, exporter, definition)


def test_totals_levels_other_flows_and_the_world_are_not_counted(tmp_path, trade):
    totals = [(year, "TOTAL", sum(v for y, _, v in trade if y == year)) for year in (2016, 2017, 2018)]
    rows = [
        *made.legacy(trade),
        *made.legacy(made.sections(trade), **{"Aggregate Level": "1"}),
        *made.legacy(totals, **{"Aggregate Level": "0"}),
        *made.legacy(trade, "WLD"),
        *made.legacy(trade, **{"Trade Flow": "Export", "Trade Flow Code": "2"}),
        *made.legacy(trade, **{"Trade Flow": "Re-Import", "Trade Flow Code": "4"}),
    ]
    found = flow(made.write(tmp_path / "a.csv", rows))
    same(found)
    assert [(year, "TOTAL", round(one.stated)) for year, one in found.years.items()] == totals
    assert any("counted at 2 digits, not again at 1" in note for note in found.notes)


def test_parts_by_transport_are_not_counted_again(tmp_path, trade):
    rows = [*made.api(trade), *made.api(trade, motCode="1000"), *made.api(trade, partner2Code="276")]
    found = flow(made.write(tmp_path / "a.csv", rows))
    same(found)
    assert any(f"{2 * len(trade)} rows" in note.replace(",", "") for note in found.notes)


def test_a_part_of_the_stated_total_is_answered_only_if_asked_for_and_marked(tmp_path, trade, ask):
    totals = [(year, "TOTAL", 2 * sum(v for y, _, v in trade if y == year)) for year in (2016, 2017, 2018)]
    rows = [*made.legacy(trade), *made.legacy(totals, **{"Aggregate Level": "0"})]
    asked = ["table1", "--exporter", "AUS", "--from", made.write(tmp_path / "a.csv", rows)]
    refused = ask(*asked)
    assert refused.returncode == 2 and "50% of the 141,790,025,400 that the file states" in refused.stderr
    done = ask(*asked, "--partial", "--format", "csv")
    assert done.returncode == 0 and done.stdout.count(" (of a part),") == len(table1.SECTORS)
    assert "a part of the goods only" in done.stderr
    assert done.stderr.count("a part only: found") == 3


def test_the_side_is_said_and_can_be_chosen(tmp_path, trade, ask):
    flipped = {"Trade Flow": "Export", "Reporter ISO": "AUS", "Partner ISO": "CHN"}
    rows = [*made.legacy(trade), *made.legacy([(y, c, v // 2) for y, c, v in trade], **flipped)]
    path = made.write(tmp_path / "a.csv", rows)
    bought = ask("table1", "--exporter", "AUS", "--from", path, "--side", "importer").stdout
    sold = ask("table1", "--exporter", "AUS", "--from", path, "--side", "exporter").stdout
    assert "as CHN reports its imports (CIF)" in bought and "sum to 70,895,012,700 US$" in bought
    assert "as AUS reports its exports, re-exports included (FOB)" in sold and "sum to 35,447,506,3" in sold


def test_imports_valued_on_departure_are_called_fob(tmp_path, trade):
    rows = [row | {"cifvalue": "", "fobvalue": row["primaryValue"]} for row in made.api(trade)]
    assert flow(made.write(tmp_path / "a.csv", rows)).basis == "FOB"


def test_lost_zeros_are_given_back_where_the_level_is_known(tmp_path, trade):
    rows = made.legacy([(year, code.lstrip("0") or "0", value) for year, code, value in trade])
    found = flow(made.write(tmp_path / "a.csv", rows))
    same(found)
    assert any("lost their leading zeros" in note and "0 read as 00" in note for note in found.notes)


def test_codes_that_no_table_maps_are_counted_and_shown(tmp_path, trade, ask):
    largest = max(value for _, _, value in trade)
    rows = [*made.baci(trade), *made.baci([(year, "01", largest // 100) for year in (2016, 2017, 2018)])]
    for row in rows[-3:]:
        row["k"] = "987654"
    path = made.write(tmp_path / "a.csv", rows)
    done = ask("table1", "--exporter", "AUS", "--format", "json", "--from", path)
    answer = json.loads(done.stdout)
    assert all(0.1 < share < 2 for share in answer["table"]["unclassified"].values())
    assert sum(row["2017"] for row in answer["table"].values()) == pytest.approx(100)
    assert any("1 codes unclassified" in note and "987654" in note for note in answer["notes"])


def test_a_coarse_level_is_refused_with_the_definitions_that_it_allows(tmp_path, trade, ask):
    rows = made.legacy(made.sections(trade), **{"Aggregate Level": "1"})
    path = made.write(tmp_path / "a.csv", rows)
    same(flow(path), definition="sections")
    done = ask("table1", "--exporter", "AUS", "--from", path)
    assert done.returncode == 2 and "one of the definitions that it allows: sections\n" in done.stderr


def test_the_formats_hold_the_same_numbers(tmp_path, trade, ask):
    path = made.write(tmp_path / "a.csv", made.legacy(trade))
    book = ask("table1", "--exporter", "AUS", "--format", "csv").stdout
    csv = ask("table1", "--exporter", "AUS", "--format", "csv", "--from", path)
    assert csv.stdout == book and "as CHN reports its imports (CIF)" in csv.stderr
    markdown = ask("table1", "--exporter", "AUS", "--format", "markdown", "--from", path).stdout
    assert "| agriculture      |  11.22 |  11.03 |  11.48 |" in markdown
    text = ask("table1", "--exporter", "AUS", "--from", path).stdout
    assert "agriculture       11.22  11.03  11.48" in text


def test_files_are_read_without_what_draws(tmp_path, trade):
    path = made.write(tmp_path / "a.csv", made.baci(trade))
    code = (
        "import sys; from beltroad.__main__ import main; "
        f"assert main(['table1', '--exporter', 'AUS', '--from', {str(path)!r}]) == 0; "
        "sys.stderr.write(' '.join({'matplotlib', 'scipy', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
