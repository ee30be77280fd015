"""The command line as a stranger runs it: known answers, and one message with status 2 on bad input."""

import csv
import io
import subprocess
import sys

import pytest

from bookpress.claims import verdicts


def test_table1_as_csv_from_any_folder(tmp_path):
    command = [sys.executable, "-m", "beltroad", "table1", "--exporter", "AUS", "--format", "csv"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0
    rows = {row["sector"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert list(rows) == ["agriculture", "fuels and mining", "manufactures", "other"]
    assert rows["agriculture"] == {"sector": "agriculture", "2016": "11.22", "2017": "11.03", "2018": "11.48"}


def test_table1_as_text_and_markdown(ask):
    text = ask("table1", "--exporter", "RUS", "--definition", "sections", "--years", "2018").stdout
    assert "definition 'sections'" in text and "2017" not in text
    assert "definition 'isic'" in ask("table1", "--exporter", "RUS", "--definition", "isic").stdout
    markdown = ask("table1", "--exporter", "RUS", "--format", "markdown").stdout
    assert "| agriculture      |  20.37 |  18.59 |  15.56 |" in markdown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["table1", "--exporter", "XXX"], "found 'XXX', which names no economy"),
        (["table1", "--exporter", "chl"], "beltroad: found Chile (CHL), expected an exporter with figures"),
        (["table1", "--exporter", "AUS", "--definition", "hs"], "no definition 'hs'; expected one of: wto"),
        (
            ["table1", "--exporter", "AUS", "--years", "2008-2010"],
            "found 2008-2010, expected a span within 2010-2",
        ),
        (
            ["table1", "--exporter", "AUS", "--years", "2018-2016"],
            "found '2018-2016', expected a year or a span",
        ),
        (["table1", "--exporter", "AUS", "--years", "soon"], "found 'soon', expected a year or a span"),
        (["table1", "--exporter", "AUS", "--format", "pdf"], "found 'pdf', expected one of: text, csv"),
        (["table1"], "the following arguments are required: --exporter"),
        (["claims", "--section", "5"], "no section '5'; expected one of: abstract, 1, 2.1"),
        ([], "the following arguments are required: command"),
    ],
)
def test_bad_input_gets_one_message_and_status_2(ask, arguments, message):
    result = ask(*arguments)
    assert (result.returncode, result.stdout) == (2, "") and message in result.stderr


def test_claims_lists_a_section_with_its_chapter(ask):
    result = ask("claims", "--section", "4", "--format", "csv")
    assert result.returncode == 0
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["4-obstacles"]["verdict"] == verdicts.WORDS["supported"]
    assert rows["4-obstacles"]["chapter"] == "chapters/4-conclusion.ipynb"


def test_a_reader_that_has_read_enough_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "beltroad", "claims"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1
