"""Files as other programs write them, and as people keep them: the same table, or a refusal that says what is so."""

import re

import duckdb
import pytest

import trade_files as made
from beltroad import table1
from tradefiles import answers, asking
from tradefiles.flows import Wanted

SPAN = (2016, 2018)
TRADE = made.imports("AUS")


def opened(*paths, **wanted):
    """Return the flow of Australia to China and what was said of the files."""
    with asking.opened(list(paths)) as files:
        found = files.flow("AUS", "CHN", Wanted(years=SPAN, **wanted))
        return found, [*files.notes, *answers.notes(found)]


def numbered(names, cells):
    """Put a column of row numbers before others, as R and pandas do, without a name."""
    return f'"",{names}', [f'"{n}",{line}' for n, line in enumerate(cells, 1)]


def lines(rows, change=lambda line: line, header=str):
    names, *cells = made.text(rows).splitlines()
    return "\n".join([header(names), *map(change, cells)]) + "\n"


def with_row_numbers():
    names, *cells = made.text(made.api(TRADE)).splitlines()
    names, cells = numbered(names, cells)
    return "\n".join([names, *cells]) + "\n"


def with_floats():
    rows = made.api(
        TRADE, described=False, reporterCode="156.0", partnerCode="36.0", partner2Code="0.0", motCode="0.0"
    )
    return made.text(
        [row | {"refYear": f"{row['refYear']}.0", "period": f"{row['period']}.0"} for row in rows]
    )


def with_names_only(**names):
    rows = made.legacy(
        TRADE, **{"Reporter ISO": "", "Partner ISO": "", "Reporter Code": "", "Partner Code": ""}
    )
    return made.text([row | names for row in rows])


WRITTEN = {
    "Windows-1252": (made.text(made.legacy(TRADE, Commodity="Café – crème")).encode("cp1252"), "read as Windows-1252"),
    "UTF-16": (made.text(made.legacy(TRADE)).encode("utf-16"), "read as UTF-16"),
    "a column without a name": (with_row_numbers(), ""),
    "a blank after one flow": (made.text(made.legacy(TRADE)).replace(",Import,", ",Import ,", 1), ""),
    "NA where there is nothing": (made.text(made.api(TRADE, fobvalue="NA", partner2Code="NA")), ""),
    "whole numbers as decimals": (with_floats(), "Years were written as '2016.0', and read as 2016."),
    "columns named in two other scripts": (made.text(made.api(TRADE, 备注="", ملاحظة="")), ""),
    "a column twice that nobody needs": (lines(made.api(TRADE), lambda line: f"{line},x", lambda names: f"{names},isLeaf"), ""),
    "flows in small letters and plural": (made.text(made.legacy(TRADE, **{"Trade Flow": "imports", "Trade Flow Code": ""})), ""),
    "a blank ISO code beside a number": (made.text(made.api(TRADE, partnerISO="", reporterISO="NA")), ""),
    "names in capitals": (with_names_only(Reporter="CHINA", Partner="AUSTRALIA"), ""),
    "blanks for a code beside a number with blanks": (
        made.text(made.api(TRADE, partnerISO="   ", partnerCode=" 36  ")), ""),
    "codes with blanks around them": (made.text(made.api(TRADE, partnerISO=" AUS", reporterISO="CHN ")), ""),
    "economies in small letters": (made.text(made.api(TRADE, partnerISO="aus", reporterISO="chn")), ""),
    "blanks around periods": (lines(made.api(TRADE), lambda line: line.replace(",2017,", ", 2017 ,")), "Years were written as ' 2017 ', and read as 2017."),
    "no end of the last line": (made.text(made.legacy(TRADE)).rstrip("\n"), "the last line has no end"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_other_programs_write_is_read_and_a_repair_is_said(kind, tmp_path):
    content, said = WRITTEN[kind]
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found, notes = opened(path)
    expected = table1.recompute("AUS").share
    assert answers.shares(found, "wto")[expected.columns].to_numpy() == pytest.approx(expected.to_numpy())
    assert sum("read as" in note or "no end" in note for note in notes) == bool(said)
    assert any(said in note for note in notes)


def test_a_text_that_turns_out_not_to_be_utf_8_late_is_read_anew(tmp_path):
    early = made.text(made.legacy(TRADE) * 3).replace("Australia", "Japan").replace(",AUS,", ",JPN,")
    late = made.text(made.legacy(TRADE, Partner="Österreich")).partition("\n")[2]
    path = tmp_path / "a.csv"
    path.write_bytes(early.encode() + late.encode("latin-1"))
    found, _ = opened(path)
    assert sum(year.total for year in found.years.values()) == sum(value for *_, value in TRADE)


def test_an_empty_text_in_parquet_is_no_code(tmp_path):
    rows = made.api(TRADE, partnerISO="", reporterISO="")
    made.write(tmp_path / "a.csv", rows)
    duckdb.read_csv(str(tmp_path / "a.csv"), all_varchar=True).project(
        "* REPLACE (coalesce(partnerISO, '') AS partnerISO)"
    ).write_parquet(str(tmp_path / "a.parquet"))
    found, _ = opened(tmp_path / "a.parquet")
    assert found.years[2017].total == sum(value for year, _, value in TRADE if year == 2017)


@pytest.mark.parametrize("code", ["DX", "FM", "MIP", "MOP", "RM", "RX", "XIP", "XOP"])
def test_parts_of_a_flow_are_left_out_and_named(code, tmp_path):
    swapped = {} if code in ("FM", "MIP", "MOP", "RM") else {"reporterISO": "AUS", "partnerISO": "CHN"}
    rows = [*made.api(TRADE), *made.api(TRADE, flowCode=code, **swapped)]
    found, notes = opened(made.write(tmp_path / "a.csv", rows))
    assert found.years[2016].total == sum(value for year, _, value in TRADE if year == 2016)
    assert any("left out, being parts of whole flows: " in note for note in notes)


@pytest.mark.parametrize("cells", [{"period": "201612", "freqCode": ""}, {"refMonth": "7", "freqCode": ""}])
def test_months_are_not_taken_for_years(cells, tmp_path, ask):
    path = made.write(tmp_path / "a.csv", made.api(TRADE, **cells))
    done = ask("table1", "--exporter", "AUS", "--from", path)
    assert done.returncode == 2 and "found monthly figures, expected annual trade in goods" in done.stderr
    path = made.write(tmp_path / "b.csv", made.legacy(TRADE, Period="201612"))
    assert "found monthly figures" in ask("table1", "--exporter", "AUS", "--from", path).stderr


def test_what_lies_beside_trade_files_is_left_and_named(tmp_path):
    made.write(tmp_path / "a.csv", made.legacy(TRADE))
    (tmp_path / "manual.pdf").write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n")
    (tmp_path / "desktop.ini").write_bytes("[.ShellClassInfo]\r\n".encode("utf-16"))
    (tmp_path / "note.txt").write_bytes("\nTéléchargé le 3 mars\n".encode("latin-1"))
    (tmp_path / "codes.csv").write_text("Code;Name;Parent;Level;Unit\n01;Live animals;0;2;kg\n")
    (tmp_path / "load.R").write_text('read.csv("a.csv", header = TRUE)\nsummary(a)\n')
    (tmp_path / "empty.txt").touch()
    _, notes = opened(tmp_path)
    [left] = [note for note in notes if note.startswith("Left, holding no trade")]
    assert re.findall(r"[\w.]+(?=[,.]? |\.$)", left.replace(f"{tmp_path.as_posix()}/", "").partition(": ")[2]) == [
        "codes.csv", "desktop.ini", "empty.txt", "load.R", "manual.pdf", "note.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "decoy"),
    [
        ("trade[1].csv", "trade1.csv"),
        ("a?.csv", "ab.csv"),
        ("a*.csv", "abc.csv"),
        ("[!a].csv", "b.csv"),
        ("**", "c.csv"),
    ],
)
def test_no_name_is_a_pattern(name, decoy, tmp_path):
    made.write(tmp_path / name, made.legacy(TRADE))
    made.write(tmp_path / decoy, made.legacy([(year, code, 2 * value) for year, code, value in TRADE]))
    found, _ = opened(tmp_path / name)
    assert found.years[2018].total == sum(value for year, _, value in TRADE if year == 2018)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
@pytest.mark.parametrize("folder", ["Trade Value (US$)=5", "Year=2010", "Partner ISO=RUS"])
def test_no_folder_is_a_column(name, folder, tmp_path):
    path = (made.parquet if name.endswith("parquet") else made.write)(tmp_path / name, made.legacy(TRADE))
    (tmp_path / folder).mkdir()
    found, _ = opened(path.rename(tmp_path / folder / name))
    assert found.years[2018].total == sum(value for year, _, value in TRADE if year == 2018)


def test_a_place_is_that_of_the_asked_economy_and_the_row_of_the_sheet(tmp_path, ask):
    other = [row | {"primaryValue": "n.a."} for row in made.api(TRADE, "DEU")]
    rows = [*other, *made.api(TRADE)]
    rows[-1]["primaryValue"] = "n.a."
    path = made.write(tmp_path / "a.csv", rows)
    said = ask("table1", "--exporter", "AUS", "--from", path).stderr
    assert f"a.csv, line {len(rows) + 1}, column primaryValue: found 'n.a.'" in said
    sheet = [
        ["Imports"],
        [],
        list(rows[-1]),
        *(list(row.values()) for row in [*made.api(TRADE)[:5], rows[-1]]),
    ]
    made.write_sheet(tmp_path / "a.xlsx", sheet)
    said = ask("table1", "--exporter", "AUS", "--from", tmp_path / "a.xlsx").stderr
    assert f"a.xlsx:trade, row {len(sheet)}, column primaryValue: found 'n.a.'" in said


def test_a_name_cannot_write_on_the_terminal(tmp_path, ask):
    rows = made.legacy(TRADE, **{"Partner ISO": "\x1b[2J6 of 6 identical\u202e"})
    said = ask("table1", "--exporter", "AUS", "--from", made.write(tmp_path / "a.csv", rows)).stderr
    assert said.count("\n") == 1 and not re.search("[\x1b\u202e]", said) and r"\x1b[2J6 of 6" in said


def test_a_text_of_a_stata_file_that_is_not_utf_8_is_said_in_one_line(tmp_path, recwarn):
    path = made.stata(tmp_path / "a.dta", made.wits(TRADE, ReporterName="Chiné"), version=118)
    path.write_bytes(path.read_bytes().replace("Chiné".encode(), b"China\xe9"))
    _, notes = opened(path)
    assert [note for note in notes if "some texts were read as Latin-1" in note]
    assert not recwarn.list
