"""The index of the search: what a reader can see of each page, once, and other names of the same."""

import gzip
import json

import pytest
from lxml.html import document_fromstring

from beltroad import synonyms
from bookpress.search import index, texts
from shared import ROOT

CHAPTER = """<main><p class="sources">Notebook</p><article><section id="top"><h1>2.1 Pattern<a class="headerlink">#</a></h1>
<p>Trade with <em>Viet Nam</em> grew.</p><div class="cell"><details class="hide">code</details>
<div class="cell_output"><div class="exhibit">Table 1</div></div></div>
<section id="part"><h2>A part</h2><p>More, of sha256 {checksum}.</p></section></section></article></main>"""


def page(text):
    return document_fromstring(text.format(checksum="a1" * 32))


def test_a_chapter_is_found_by_its_parts_and_an_exhibit_on_its_own_page():
    assert list(texts.parts(page(CHAPTER))) == [
        ("", "2.1 Pattern", "Trade with Viet Nam grew."),
        ("#part", "2.1 Pattern: A part", "More, of ."),
    ]


def test_the_page_of_a_claim_is_one_part():
    claim = "<article><section class='claim-page'><h1>It grew.</h1><h2>Tests</h2><p>Yes.</p><table><tr><td>1</table></section></article>"
    assert list(texts.parts(page(claim))) == [("", "It grew.", "Tests Yes.")]


def test_pages_that_nobody_searches_are_left_out(tmp_path):
    for name in ("b.html", "a/x.html", "search.html", "rerun/x.html", "_static/x.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("<article><h1>é</h1><p>t</p></article>", encoding="utf-8")
    assert texts.pages(tmp_path) == [["a/x.html", "é", "t"], ["b.html", "é", "t"]]


def test_names_of_the_same_count_where_a_page_has_one_of_them():
    same = [
        ["Viet Nam", "Vietnam", "VNM"],
        ["Côte d'Ivoire", "Ivory Coast"],
        ["Chad", "chad"],
        ["Cuba", "CUB"],
    ]
    found = [["a.html", "Cote d’Ivoire", "Trade with Viet Nam and Chad; incubated"]]
    assert index.used(same, found) == [["viet nam", "vietnam", "vnm"], ["cote d ivoire", "ivory coast"]]


def test_every_economy_is_found_by_all_its_names():
    (names,) = (group for group in synonyms.names() if "Viet Nam" in group)
    assert {"Viet Nam", "Vietnam", "Fmr Rep. of Vietnam"} <= set(names) and not {"704", "VNM"} & set(names)


def test_no_text_ends_the_script():
    about = {"search_language_stop_words": '["the"]', "search_language_stemming_code": "var Stemmer = 1;"}
    text = index.script([["a.html", "A \u2028 </script>", 'Viet Nam "x"']], synonyms.names(), about)
    first, stops, *_ = text.split("\n")
    held = json.loads(first.removeprefix("const SEARCHED = ").removesuffix(";"))
    assert held["pages"] == [["a.html", "A \u2028 </script>", 'Viet Nam "x"']] and len(held["same"]) == 1
    assert stops == 'const STOPWORDS = new Set(["the"]);' and text.endswith("var Stemmer = 1;")


def test_the_index_of_the_built_book_is_small():
    path = ROOT / "_build" / "html" / index.INDEX
    if not path.exists():
        pytest.skip("found no built book")
    assert len(gzip.compress(path.read_bytes())) < 300_000
