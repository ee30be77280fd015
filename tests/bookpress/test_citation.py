"""Citations and descriptions: one source, valid in their formats, nothing invented while unpublished."""

import json
import re

import pytest
from pybtex.database import parse_string

from beltroad import __version__
from bookpress import book, citation
from bookpress.pages import metadata

TITLE = "Figure S1. Shares & more, 35% of all."
ADDRESS = "https://example.org/book/exhibits/figure-s1.html"


def test_versions_agree():
    assert citation.edition()["version"] == __version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", citation.edition()["date-released"])


def test_the_reference_in_one_line():
    year = citation.edition()["date-released"].split("-")[0]
    who, when, *title, version = citation.reference().split(", ")
    assert (who, when) == (citation.authors()[0], year)
    assert title == citation.edition()["title"].split(", ")
    assert version == f"version {__version__}"


def test_while_unpublished_every_format_says_so_and_none_has_an_address():
    for name, text in citation.cite("figure-s1", TITLE).items():
        assert citation.UNPUBLISHED in text, name
        assert "http" not in text, name


def test_the_address_is_used_once_it_is_set():
    for name, text in citation.cite("figure-s1", TITLE, ADDRESS).items():
        assert ADDRESS in text, name
        assert citation.UNPUBLISHED not in text, name


def test_csl_json_can_be_read_by_a_person():
    text = citation.cite("figure-s1", "Figure S1. 2016–2018.")["CSL-JSON"]
    assert text.startswith('[\n  {\n    "id": "figure-s1"') and "2016–2018" in text


def test_formats_are_read_by_their_readers():
    cited = citation.cite("figure-s1", TITLE, ADDRESS)
    entry = parse_string(cited["BibTeX"], "bibtex").entries["figure-s1"]
    assert entry.fields["year"] == "2026" and entry.fields["url"] == ADDRESS
    assert entry.fields["title"] == r"{Figure S1. Shares \& more, 35\% of all.}"
    assert entry.persons["author"][0].last_names == [f"{{{citation.authors()[0]}}}"]
    (csl,) = json.loads(cited["CSL-JSON"])
    assert csl["type"] == "figure" and csl["URL"] == ADDRESS
    ris = [line.split("  - ") for line in cited["RIS"].splitlines()]
    assert ris[0] == ["TY", "FIGURE"] and ris[-1][0] == "ER"
    assert dict(ris)["UR"] == ADDRESS
    assert cited["Text"].endswith(f"{ADDRESS}.")


PARTS = [{"id": "table-1", "title": "Table 1."}, {"id": "figure-1", "title": "Figure 1.", "alt": 'A "bar".'}]


def test_tags_of_an_unpublished_page():
    head = metadata.tags("2.1 <Pattern>", "About it.", PARTS, "chapters/x", "")
    assert '<meta name="citation_title" content="2.1 &lt;Pattern&gt;">' in head
    assert '<meta name="DC.rights" content="CC BY 4.0">' in head
    assert "og:url" not in head and "og:image" not in head and "citation_fulltext" not in head
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*)</script>', head)
    linked = json.loads(linked)
    assert linked["@type"] == "ScholarlyArticle" and "url" not in linked
    assert [part["@type"] for part in linked["hasPart"]] == ["Dataset", "ImageObject"]
    assert linked["hasPart"][1]["url"] == "../exhibits/figure-1.html"


def test_tags_of_a_published_page():
    head = metadata.tags("2.1", "About it.", PARTS, "chapters/x", "https://example.org/book/")
    assert '<meta property="og:image" content="https://example.org/book/figures/figure-1.png">' in head
    assert '<meta property="og:image:alt" content="A &quot;bar&quot;.">' in head
    assert 'content="https://example.org/book/chapters/x.html"' in head


def test_a_date_without_quotation_marks_and_a_missing_field(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text("title: t\nversion: 1.0\ndate-released: 2026-01-01\nabstract: a\nauthors: [{name: n}]\n")
    assert citation._read(path)["date-released"] == "2026-01-01" and citation._read(path)["version"] == "1.0"
    (tmp_path / "other.cff").write_text("title: t\n")
    with pytest.raises(book.BookError, match=r"other.cff: found KeyError\('version'\)"):
        citation._read(tmp_path / "other.cff")
