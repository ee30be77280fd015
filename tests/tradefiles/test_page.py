"""What the page "Your own data" is given: the tables and limits of Python, whole and light. What it answers, a browser test compares."""

import gzip
import json
from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from beltroad import correspondence, spellings, table1
from tradefiles import answers, layouts, page


@pytest.fixture(scope="module")
def given():
    name, equals, content = page.script().partition(" = ")
    assert (name, equals) == ("globalThis.tradeFileBook", " = ")
    return json.loads(content.rstrip(";\n"))


def test_every_edition_has_its_correspondence(given):
    for edition in correspondence.YEARS:
        found = {}
        for span, of_span in given["correspondence"].items():
            if span[0] <= edition[1] <= span[1]:
                for division, steps in of_span.items():
                    code = 0
                    for step in map(int, steps.split()):
                        code += step
                        assert f"{code:06}" not in found, "a code has two divisions"
                        found[f"{code:06}"] = division
        assert found == correspondence.divisions(edition)


def test_names_definitions_and_totals_are_those_of_the_commands(given):
    assert {
        name: code for code, names in given["spellings"].items() for name in names
    } == spellings.spellings()
    for name, sectors in given["definitions"].items():
        assert sectors == {division: table1.sector_of(division, name) for division in sectors}
    assert list(given["definitions"]) == list(table1.DEFINITIONS) and len(sectors) == 67
    for side, of_side in given["recorded"].items():
        found = {
            (code, int(year)): total for code, totals in of_side.items() for year, total in totals.items()
        }
        assert found == answers.recorded(side)
    assert [one["name"] for one in given["layouts"]] == list(layouts.BY_NAME)
    assert [given["printed"][name] for name in table1.ROWS] == table1.printed().to_numpy().tolist()


def test_it_weighs_at_most_60_kb_packed():
    assert 20_000 < len(gzip.compress(page.script().encode(), 9)) <= 60_000
    scripts = b"".join(path.read_bytes() for path in sorted(page.STATIC.glob("*.js")))
    assert len(gzip.compress(scripts, 9)) <= 25_000


def test_the_book_ships_it_beside_its_scripts(tmp_path):
    config = {"html_static_path": ["own"]}
    page._add_tables(SimpleNamespace(doctreedir=tmp_path), config)
    own, folder = config["html_static_path"]
    assert own == "own" and folder.startswith(str(tmp_path))
    assert [path.name for path in (tmp_path / "trade-file").iterdir()] == [page.TABLES]


def test_the_chapter_shows_the_element_alone():
    InteractiveShell.instance()
    with capture_output() as captured:
        page.show()
    (output,) = captured.outputs
    assert output.data["text/html"] == '<trade-file id="drop"></trade-file>'
