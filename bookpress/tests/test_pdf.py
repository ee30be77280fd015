"""The printed edition: what is laid out, that its links lead somewhere, and that a missing browser is said."""

import io
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter

from bookpress.edition import book
from bookpress.publish import pdf
from small import run

SINGLE = """<html><head><title>None</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'"><script src="a.js"></script></head><body><header class="bar"></header>
<main><article><section id="top"><h1>The title<a class="headerlink" href="#top">#</a></h1><p>The lead.</p>
<section id="the-data"><h2>The data</h2><p>Cover data.</p></section>
<div class="toctree-wrapper"><span id="document-chapters/1"></span><section id="one"><h2>1 One<a class="headerlink" href="#one">#</a></h2>
<section id="the-data"><h3>The data</h3><details class="hide">code</details><details class="fold"><summary>More</summary><p>Told.</p></details>
<div class="exhibit" id="table-1"><table><caption><strong>Table 1.</strong> Shares: of all.</caption></table></div>
<figure id="figure-s1"><img loading="lazy"/><figcaption><p>Figure S1.<span class="figure-title"> It falls</span> Lines.</p><div>Source</div></figcaption></figure>
<div class="verdict" id="claim-1-a"><p class="verdict-head"><strong>Supported</strong></p><p class="verdict-claim">It falls.</p></div>
<div class="toctree-wrapper"><span id="document-chapters/1b"></span><section id="two"><h3>More</h3></section></div>
</section></section><span id="document-chapters/g"></span><section id="g"><h2>Glossary</h2><dl class="glossary"></dl></section>
</div></section></article></main></body></html>"""


@pytest.fixture
def page():
    numbers = {"abstract": 3, "document-chapters/1": 4, "table-1": 5, "figure-s1": 6, "claim-1-a": 7}
    return BeautifulSoup(pdf.print_page(SINGLE, numbers), "html.parser")


def test_title_page_contents_and_chapters_follow_each_other(page):
    sections = page.article.find_all("section", recursive=False)
    kinds = ["title-page", "front-matter", *["chapter"] * 5]
    assert [section["class"][0] for section in sections] == kinds
    assert page.select_one(".title-page").get_text(" ", strip=True) == ("The title The lead.")
    assert [h1.get_text() for h1 in page.select(".chapter h1")] == [
        "The data",
        "1 One",
        "More",
        "Glossary",
        "Indexes",
    ]
    assert page.title.string == "The title"


def test_a_cover_of_several_sections_is_the_abstract_and_one_of_none_has_no_page():
    section = '<section id="the-data"><h2>The data</h2><p>Cover data.</p></section>\n'
    for sections, first in ((section + section.replace("data", "rest"), "Abstract"), ("", "1 One")):
        page = BeautifulSoup(pdf.print_page(SINGLE.replace(section, sections), {}), "html.parser")
        assert (
            page.select_one(".chapter h1").get_text()
            == page.select_one(".front-matter a span").get_text()
            == first
        )


def test_contents_name_chapters_and_exhibits_with_their_pages(page):
    links = page.select(".front-matter a, .indexes a")
    entries = [(link["href"], *(span.get_text() for span in link("span"))) for link in links]
    assert entries == [
        ("#abstract", "The data", "3"),
        ("#document-chapters/1", "1 One", "4"),
        ("#document-chapters/1b", "More", "0"),
        ("#document-chapters/g", "Glossary", "0"),
        ("#indexes", "Indexes", "0"),
        ("#table-1", "Table 1. Shares", "5"),
        ("#figure-s1", "Figure S1. It falls", "6"),
        ("#claim-1-a", "It falls (supported)", "7"),
    ]
    assert page.figcaption.p.get_text() == "Figure S1. Lines.", "the picture says its title"


def test_a_section_of_a_section_is_a_chapter_with_headings_of_its_own():
    below = """<h3>More</h3><div class="toctree-wrapper"><span id="document-chapters/1c"></span><section id="three">
<h4>Deeper</h4><section id="in-it"><h5>In it</h5></section></section></div>"""
    page = BeautifulSoup(pdf.print_page(SINGLE.replace("<h3>More</h3>", below), {}), "html.parser")
    headings = [[one.get_text() for one in part("h1")] for part in page.select(".chapter")]
    assert headings == [["The data"], ["1 One"], ["More"], ["Deeper"], ["Glossary"], ["Indexes"]]
    assert page.select_one("[id='document-chapters/1c'] h2").get_text() == "In it"


def test_the_pages_of_a_chapter_bear_its_name(page):
    named = [(chapter["style"][-1], "continued" in chapter["class"]) for chapter in page.select(".chapter")]
    assert named == [("0", False), ("1", False), ("1", True), ("2", False), ("3", False)]
    assert not page.select('meta[http-equiv="Content-Security-Policy"]'), "it forbids the style"
    assert '@page chapter1 { @top-left { content: "1 One"' in page.style.string


def test_nothing_of_the_screen_is_printed(page):
    assert not page.select("script, header, details:not(.fold), .headerlink, [loading]")
    assert page.select_one("details.fold").has_attr("open")
    ids = [node["id"] for node in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("chapters/1.html#figure-s1", "#figure-s1"),
        ("../chapters/1.html#gone", "#gone"),  # and is then found to lead nowhere
        ("1.html#figure-s1", "#figure-s1"),
        ("../index.html#abstract", "#abstract"),
        ("exhibits/index.html#cite", None),
        ("../rerun/1.html#data", None),
        ("claims/2-1-pattern.html", None),
        ("https://example.org/#x", "https://example.org/#x"),
    ],
)
def test_a_link_to_a_page_that_is_not_printed_is_text(address, printed):
    page = BeautifulSoup(
        f'<span id="document-chapters/1"></span><p><a href="{address}">a</a></p>', "html.parser"
    )
    pdf._links_within(page)
    assert page.p.get_text() == "a" and (page.a["href"] if page.a else None) == printed


def test_a_link_that_leads_nowhere_is_found():
    html = '<a href="#a">a</a><a href="#b">b</a><a href="https://example.org">c</a>'
    assert pdf.dead_links(html, {"a": 1}) == ["b"]


def test_the_kept_pdf_has_no_date(tmp_path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.metadata = {"/Title": "x", "/CreationDate": "D:20200101000000"}
    writer.write(tmp_path / "a.pdf")
    content, pages = pdf.undated(tmp_path / "a.pdf")
    assert pages == 1
    kept = PdfReader(io.BytesIO(content))
    assert kept.metadata == {"/Title": "x"}
    assert kept.root_object["/Metadata"]["/Subtype"] == "/XML"
    assert b'<rdf:li xml:lang="x-default">x</rdf:li>' in kept.root_object["/Metadata"].get_data()


def test_each_chapter_is_a_page_of_its_own_with_its_citation():
    one = '<h2>1 One<a class="headerlink" href="#one">#</a></h2>'
    links = '<p><a href="1.html#figure-s1">a</a> <a href="g.html#term">b</a> <a href="../index.html#top">c</a></p>'
    single = SINGLE.replace(one, one + links).replace(
        '<dl class="glossary">', '<dl class="glossary" id="term">'
    )
    laid_out = pdf.print_page(single, {})
    made = dict(pdf.offprints(laid_out, "https://a.example/b", "{}: {}.".format))
    assert [*made] == ["chapters/1", "chapters/1b", "chapters/g"]
    page = BeautifulSoup(made["chapters/1"], "html.parser")
    assert [link["href"] for link in page.select("p > a")] == [
        "#figure-s1",
        "https://a.example/b/chapters/g.html#term",
        "https://a.example/b/index.html#top",
    ]
    assert page.title.string == page.h1.get_text() == "1 One"
    assert page.h1.find_next_sibling().get_text() == "chapters/1: 1 One."
    assert [part["id"] for part in page.article("section", recursive=False)] == ["document-chapters/1"]
    for text in dict(pdf.offprints(laid_out, "", "{}{}".format)).values():
        assert not pdf.dead_links(text, dict.fromkeys(re.findall('id="(.*?)"', text), 1))
    page = BeautifulSoup(text, "html.parser")
    assert page.h1.get_text() == "Glossary" and "class" in page.h1.find_next_sibling().attrs


def test_tables_are_attached_with_what_they_are(tmp_path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")
    attached = {"table-1.csv": ("Table 1. Größe", b"a\n1\n"), "figure-1.csv": ("Figure 1. It falls", b"b\n")}
    content, _ = pdf.undated(tmp_path / "a.pdf", attached=attached)
    assert content == pdf.undated(tmp_path / "a.pdf", attached=attached)[0] and b"Date" not in content
    kept = PdfReader(io.BytesIO(content))
    found = {file.name: (file.description, file.content) for file in kept.attachment_list}
    assert found == attached
    assert {file.subtype for file in kept.attachment_list} == {"/text/csv"}
    assert [one.get_object()["/AFRelationship"] for one in kept.root_object["/AF"]] == ["/Data"] * 2


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="needs a browser")
def test_a_book_is_printed_whole_and_chapter_by_chapter(second_book, tmp_path):
    root = Path(shutil.copytree(second_book, tmp_path / "book"))
    (root / "_build/chapters").mkdir()
    (root / "_build/chapters/renamed.pdf").write_bytes(b"")
    done = run(root, "-m", "bookpress", "pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in (root / "_build/chapters").iterdir()] == ["1-periods.pdf"]
    for name in ("edition.pdf", "chapters/1-periods.pdf"):
        content = (root / "_build" / name).read_bytes()
        assert b"/tmp" not in content
        kept = PdfReader(io.BytesIO(content))
        assert {*kept.attachments} == {"table-1.csv", "figure-1.csv"}
        made = (second_book / "_build/html/tables/table-1.csv").read_bytes()
        assert kept.attachments["table-1.csv"] == [made]
    assert (
        kept.metadata.title == "1 The periods of the planets" and kept.outline[0].title == kept.metadata.title
    )
    first = kept.pages[0].extract_text()
    assert "The authors of this paper (2026)" in " ".join(first.split())
    assert first.splitlines()[1] == "1", "pages are numbered"


def test_without_a_browser_one_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    monkeypatch.setattr(pdf, "BROWSERS", ())
    with pytest.raises(book.BookError, match="apt-get install chromium"):
        pdf.write(tmp_path)


def test_bookmarks_have_the_words_of_their_headings(tmp_path):
    """A browser writes "andSpace" where a heading is broken into lines."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    top = writer.add_outline_item(title="Time andSpace", page_number=0)
    below = writer.add_outline_item(title="Thedata", page_number=0, parent=top)
    writer.add_outline_item(title="A word", page_number=0, parent=below)
    writer.add_outline_item(title="Other", page_number=0)
    writer.write(tmp_path / "a.pdf")
    content, _ = pdf.undated(tmp_path / "a.pdf", "<h1>Time and\n Space</h1><h3>The data</h3><h2>A word</h2>")
    outline = PdfReader(io.BytesIO(content)).outline
    assert outline[0].title == "Time and Space" and outline[2].title == "Other"
    assert outline[1][0].title == "The data" and outline[1][1][0].title == "A word"
