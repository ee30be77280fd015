"""What a person may call an economy, and the one sentence for what is none or has no figures."""

import nbformat
import pytest

from beltroad import spellings, table1
from beltroad.figures import explorer
from beltroad.groupings import questions
from shared import ROOT


@pytest.mark.parametrize(
    "text", ["AUS", "aus", "Australia", "AUSTRALIA", "au", " AU ", "36", "036", 36, "36.0"]
)
def test_codes_numbers_and_names_are_understood_in_any_case(text):
    assert spellings.iso3(text) == "AUS"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[("Vietnam", "VNM"), ("viet nam", "VNM"), ("south korea", "KOR"), ("Korea, Rep.", "KOR")],
        *[("Russia", "RUS"), ("russian federation", "RUS"), ("UK", "GBR"), ("U.S.", "USA"), ("NA", "NAM")],
        *[("turkiye", "TUR"), ("Côte d’Ivoire", "CIV"), ("ivory coast", "CIV"), ("Taiwan", "TWN")],
    ],
)
def test_names_that_people_use_are_understood(text, code):
    assert spellings.iso3(text) == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Brasil", r"found 'Brasil', which names no economy; .*; did you mean Brazil \(BRA\)\?$"),
        ("Gemany", r"did you mean Germany \(DEU\)\?$"),
        ("WTO", "found 'WTO', which names no economy; expected a name or a code, such as .* or 36$"),
        ("", "found '', which names no economy; .* or 36$"),
        ("World", "found 'World', which is no single economy with an ISO code; expected one economy$"),
        ("asean", "found 'asean', which is no single economy"),
    ],
)
def test_what_is_no_economy_gets_one_sentence_with_the_nearest(text, message):
    with pytest.raises(spellings.EconomyError, match=message) as refused:
        spellings.iso3(text)
    assert "\n" not in str(refused.value)


def test_every_exporter_of_the_book_is_found_by_what_a_message_calls_it():
    for code in table1.exporters():
        assert spellings.iso3(spellings.named(code).removesuffix(f" ({code})")) == code


def test_an_economy_without_figures_is_told_who_has_some_and_what_answers():
    own = "found Chile (CHL), expected an exporter with figures in the book: Angola, Australia, Brazil, "
    with pytest.raises(spellings.EconomyError) as refused:
        table1.rows("chile")
    assert str(refused.value).startswith(own)
    assert str(refused.value).endswith(
        "; `beltroad table1 --exporter CHL --from FILE` answers from your own file"
    )
    with pytest.raises(
        spellings.EconomyError, match=r"figures in table china-by-division: .* Viet Nam; `bel"
    ):
        questions.question("bra", table1.printed())


def test_functions_take_any_name_of_an_exporter(capsys):
    assert table1.rows("viet nam").equals(table1.rows("VNM"))
    assert questions.question("Germany", table1.printed()).exporter == "DEU"
    explorer.show("russia", "wto")
    with pytest.raises(ValueError, match=r"no definition 'WTO'; .*; did you mean wto\?$"):
        table1.recompute("AUS", "WTO")


def test_a_chapter_says_the_same_sentence():
    cells = nbformat.read(ROOT / "chapters/2-1-export-pattern.ipynb", as_version=4).cells
    source = {cell.id: cell.source for cell in cells}
    known = {}
    exec(source["setup"], known)
    for name in ("australia", "36", "AUS"):
        known["exporter"] = name
        exec(source["read"], known)
        assert known["exporter"] == "AUS"
    known["exporter"] = "BRA"
    with pytest.raises(
        spellings.EconomyError, match=r"^found Brazil \(BRA\), .*`beltroad table1 --exporter BRA` answers"
    ):
        exec(source["read"], known)
