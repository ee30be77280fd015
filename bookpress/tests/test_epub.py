"""The EPUB: what a reading system must find in it, and that epubcheck, where it is, finds no fault."""

import posixpath
import shutil
import zipfile
from io import BytesIO

import pytest
from lxml import etree

from bookpress.edition import book, citation
from bookpress.publish import epub

ABOUT = {"title": "A & B", "abstract": "What it is.", "version": "1", "language": "en"}
ABOUT["date-released"] = "2020-01-02"
X = {"x": "http://www.w3.org/1999/xhtml", "o": "http://www.idpf.org/2007/opf"}
SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L9 9"/><path id="e"/></svg>'
)
FIRST = """<html><body><nav class="chapters"><a href="#">Cover</a><a href="chapters/one.html">One</a></nav><article>
<section id="top"><h1>The book<a class="headerlink" href="#top">#</a></h1><script>run()</script>
<p><a href="chapters/one.html#data">data</a> <a href="chapters/one.html#gone">gone</a>
<a href="other.html">other</a> <a href="https://example.org/">out</a><br></p></section></article></body></html>"""
ONE = """<html><body><article><section id="one"><h1>1 One</h1><a-chooser><p>Choose</p></a-chooser>
<section id="data"><h2>The data</h2><details class="hide"><summary>Show the code</summary>code</details><details><summary>Code</summary><p id="data">x &lt; 1</p></details>
<figure id="figure-1"><img src="../_images/f.svg?v=1" alt="A line." loading="lazy"><figcaption><p>Figure 1. <span class="figure-title">It falls</span> See.</p></figcaption></figure>
<div class="verdict" id="claim-1-a"><p class="verdict-head"><strong>Supported</strong></p><p class="verdict-claim">It falls &amp; falls.</p></div>
<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
</section></section></article></body></html>"""


@pytest.fixture
def html(tmp_path):
    for name, text in {"index.html": FIRST, "chapters/one.html": ONE, "_images/f.svg": SVG}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def bound(html):
    return epub.bound(html, ABOUT, [citation.Author("Somebody")], "Rights.")


@pytest.fixture
def parts(bound):
    with zipfile.ZipFile(BytesIO(bound)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pages(parts):
    return {name: etree.fromstring(text) for name, text in parts.items() if name.endswith(".xhtml")}


def _identifier(content):
    return zipfile.ZipFile(BytesIO(content)).read("EPUB/package.opf").split(b"urn:uuid:")[1][:36]


def test_a_reading_system_knows_it_by_its_first_bytes(bound):
    assert bound[30:58] == b"mimetypeapplication/epub+zip"


def test_the_manifest_lists_every_file_once(parts):
    package = etree.fromstring(parts["EPUB/package.opf"])
    listed = [f"EPUB/{item.get('href')}" for item in package.iterfind(".//o:item", X)]
    assert sorted(listed) == sorted(name for name in parts if name[:5] == "EPUB/" and name[-4:] != ".opf")
    ids = {item.get("id"): item.get("href") for item in package.iterfind(".//o:item", X)}
    read = [ids[item.get("idref")] for item in package.iterfind(".//o:itemref", X)]
    assert read == ["cover.xhtml", "nav.xhtml", "index.xhtml", "chapters-one.xhtml", "indexes.xhtml"]


def test_links_lead_to_a_place_in_the_book_or_out_of_it(parts):
    pages = _pages(parts)
    links = [(name, link) for name, page in pages.items() for link in page.xpath("//x:a/@href", namespaces=X)]
    for name, link in links:
        place, _, part = link.partition("#")
        if not link.startswith("https:"):
            target = pages[posixpath.join("EPUB", place) if place else name]
            assert not part or target.xpath("//*[@id=$id]", id=part), link
    inner = [link for name, link in links if name == "EPUB/index.xhtml"]
    assert inner == ["chapters-one.xhtml#data", "chapters-one.xhtml", "https://example.org/"]


def test_nothing_needs_a_script_and_every_figure_has_words(parts):
    for page in _pages(parts).values():
        assert not page.xpath(
            "//x:script | //x:details[not(@open) or @class='hide'] | //*[contains(name(), '-') or @loading]",
            namespaces=X,
        )
        assert all(image.get("alt") for image in page.iterfind(".//x:img", X))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
    drawing = parts["EPUB/images/f.svg"]
    assert b"DOCTYPE" not in drawing and b'<path d="" id="e"/>' in drawing


def test_the_same_book_gives_the_same_bytes_and_another_another_identifier(html, bound):
    assert epub.bound(html, ABOUT, [citation.Author("Somebody")], "Rights.") == bound
    assert _identifier(bound) == _identifier(
        epub.bound(html, ABOUT, [citation.Author("Somebody")], "Rights.")
    )
    path = html / "chapters" / "one.html"
    path.write_text(ONE.replace("1 One", "1 Two"), encoding="utf-8")
    assert _identifier(epub.bound(html, ABOUT, [citation.Author("Somebody")], "Rights.")) != _identifier(
        bound
    )


def test_a_figure_without_words_is_named(html):
    path = html / "chapters" / "one.html"
    path.write_text(ONE.replace("A line.", ""), encoding="utf-8")
    with pytest.raises(book.BookError, match=r"chapters/one\.html: found f\.svg without text alternative"):
        epub.bound(html, ABOUT, [citation.Author("Somebody")], "Rights.")


def test_what_epubcheck_finds_is_told_and_without_it_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    checker = tmp_path / "epubcheck"
    checker.write_text("#!/bin/sh\necho 'ERROR(PKG-007): as the real one says it' >&2\nexit 1\n")
    checker.chmod(0o700)
    with pytest.raises(book.BookError, match=r"^epubcheck: ERROR\(PKG-007\): as"):
        epub.check(b"")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(book.BookError, match="apt-get install epubcheck"):
        epub.check(b"")


@pytest.mark.skipif(not shutil.which("epubcheck"), reason="epubcheck is not installed")
def test_epubcheck_finds_no_fault(bound):
    epub.check(bound)


def test_the_indexes_lead_to_every_exhibit_and_claim(parts):
    links = etree.fromstring(parts["EPUB/indexes.xhtml"]).iterfind(".//x:a", X)
    assert [(link.get("href"), link.text) for link in links] == [
        ("chapters-one.xhtml#figure-1", "Figure 1. It falls"),
        ("chapters-one.xhtml#claim-1-a", "It falls & falls (supported)"),
    ]
    assert b'href="indexes.xhtml"' in parts["EPUB/nav.xhtml"]
