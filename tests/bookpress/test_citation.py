"""Citations and descriptions: one source, valid in their formats, nothing invented: no address, no DOI."""

import html
import json
import re

import pytest
import yaml
from pybtex.database import parse_string

from beltroad import __version__
from bookpress.edition import book, citation
from bookpress.pages import metadata

TITLE = "Figure S1. Shares & more, 35% of all."
ADDRESS = "https://example.org/book/exhibits/figure-s1.html"
SWHID = "swh:1:dir:" + "0123456789" * 4
DOI = "10.1234/an_example.5"
PERSON = {
    "name-particle": "van",
    "family-names": "Doe",
    "given-names": "Jane",
    "affiliation": "Institute of R&D",
}
PERSON |= {"orcid": "https://orcid.org/0000-0002-1825-0097"}  # that of ORCID's own examples


def cited(address=""):
    """Return the citation of a figure as its readers read it: text, and the fields of the other formats."""
    found = citation.cite("figure-s1", TITLE, SWHID, address)
    entry = parse_string(found["BibTeX"], "bibtex").entries["figure-s1"]
    (csl,) = json.loads(found["CSL-JSON"])
    ris = [tuple(line.split("  - ")) for line in found["RIS"].splitlines()]
    assert ris[0] == ("TY", "FIGURE") and ris[-1] == ("ER", "")
    return found["Text"], entry, dict(ris), csl


def test_the_reference_in_one_line_has_the_version_of_the_package():
    who, when, *title, version = citation.reference().split(", ")
    assert (who, when) == (citation.authors()[0].name, citation.edition()["date-released"].split("-")[0])
    assert title == citation.edition()["title"].split(", ")
    assert version == f"version {__version__}" == f"version {citation.edition()['version']}"


def test_every_format_names_version_year_and_identifier_and_nothing_that_there_is_not():
    text, entry, ris, csl = cited()
    assert text == (
        f"{citation.authors()[0].name} (2026). Figure S1. Shares & more, 35% of all. In: {citation.edition()['title']}, "
        f"version {__version__}; {SWHID}."
    )
    assert entry.fields["swhid"] == SWHID and entry.fields["note"] == f"Version {__version__}, SWHID: {SWHID}"
    assert (entry.type, entry.fields["booktitle"]) == ("incollection", f"{{{citation.edition()['title']}}}")
    assert entry.fields["year"] == "2026"
    assert (ris["AN"], ris["N1"], ris["ET"], ris["PY"]) == (
        f"SWHID {SWHID}",
        f"SWHID: {SWHID}",
        __version__,
        "2026",
    )
    assert (csl["archive_location"], csl["version"]) == (f"SWHID {SWHID}", __version__)
    assert csl["issued"] == {"date-parts": [[2026]]}
    assert entry.fields["title"] == r"{Figure S1. Shares \& more, 35\% of all.}"
    assert entry.persons["author"][0].last_names == [f"{{{citation.authors()[0].name}}}"]
    assert csl["type"] == "figure" and ris["TI"] == TITLE


@pytest.mark.parametrize("doi", ["", DOI])
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_doi_and_address_are_used_once_they_are_there(monkeypatch, address, doi):
    about = citation.edition() | ({"doi": doi} if doi else {})
    monkeypatch.setattr(citation, "edition", lambda: about)
    text, entry, ris, csl = cited(address)
    places = [SWHID, *([f"https://doi.org/{doi}"] if doi else []), *([address] if address else [])]
    assert text.endswith(f"{__version__}; {'; '.join(places)}.")
    fields = entry.fields
    assert fields.get("doi", "") == ris.get("DO", "") == csl.get("DOI", "") == doi
    assert fields.get("url", "") == ris.get("UR", "") == csl.get("URL", "") == address
    assert fields["swhid"] == SWHID and ris["AN"].endswith(SWHID)


def test_the_edition_itself_is_a_book_and_in_no_other():
    found = citation.cite("edition", "", SWHID)
    title = citation.edition()["title"]
    assert found["Text"] == f"{citation.authors()[0].name} (2026). {title}. Version {__version__}; {SWHID}."
    assert (
        "booktitle" not in found["BibTeX"]
        and "T2" not in found["RIS"]
        and "container" not in found["CSL-JSON"]
    )
    assert f"title = {{{{{title}}}}}" in found["BibTeX"] and f"TI  - {title}\n" in found["RIS"]
    assert parse_string(found["BibTeX"], "bibtex").entries["edition"].type == "book"
    assert found["RIS"].startswith("TY  - BOOK\n") and json.loads(found["CSL-JSON"])[0]["type"] == "book"


@pytest.mark.parametrize(
    ("key", "types"), [("table-s1", ("chapter", "CHAP")), ("figure-s1", ("figure", "FIGURE"))]
)
def test_parts_are_cited_as_parts_of_a_book(key, types):
    found = citation.cite(key, TITLE, SWHID)
    assert (json.loads(found["CSL-JSON"])[0]["type"], found["RIS"][6:].partition("\n")[0]) == types


def test_files_of_a_citation_follow_their_specifications():
    held = citation.downloads(citation.cite("table-s1", TITLE, SWHID, ADDRESS))
    assert set(held) == {".bib", ".ris", ".csl.json"}
    assert list(parse_string(held[".bib"], "bibtex").entries) == ["table-s1"]
    lines = held[".ris"].split("\r\n")  # one tag a line, the type first, the end last
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines[:-1])
    assert lines[0].startswith("TY") and lines[-2:] == ["ER  - ", ""]
    (csl,) = json.loads(held[".csl.json"])
    assert csl["id"] == "table-s1" and all(isinstance(one, str) for one in (csl["title"], csl["version"]))


def test_a_person_is_cited_by_family_and_given_name(monkeypatch):
    about = citation.edition() | {"authors": [PERSON]}
    monkeypatch.setattr(citation, "edition", lambda: about)
    _, entry, ris, csl = cited()
    assert csl["author"] == [{"family": "van Doe", "given": "Jane"}] and ris["AU"] == "van Doe, Jane"
    (author,) = entry.persons["author"]
    assert (author.prelast_names, author.last_names) == (["van"], ["Doe"])
    assert entry.fields["author+an:orcid"] == f'1="{PERSON["orcid"][-19:]}"'
    assert (
        entry.fields["author+an:affiliation"] == '1="Institute of R\\&D"' and ris["AD"] == "Institute of R&D"
    )
    assert csl["note"] == f"Jane van Doe: {PERSON['orcid']}"
    head = metadata.tags("2.1", "About it.", PARTS, "chapters/x", "")
    assert f'<meta name="citation_author_orcid" content="{PERSON["orcid"]}">' in head
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*)</script>', head)
    assert json.loads(linked)["author"] == [
        {
            "@type": "Person",
            "@id": PERSON["orcid"],
            "name": "Jane van Doe",
            "familyName": "van Doe",
            "givenName": "Jane",
            "affiliation": {"@type": "Organization", "name": "Institute of R&D"},
        }
    ]
    assert "0000-0002-1825-0097</a>), Institute of R&amp;D" in metadata.byline()


def test_a_book_of_no_named_person_has_no_line_of_authors():
    assert metadata.byline() == "" and not any(author.family for author in citation.authors())


BAD = [
    ("- {family-names: Doe, given-names: Jane, orcid: 'https://orcid.org/0000-0002-1825-0098'}", "author 2 (Jane Doe), "
     "orcid: found 'https://orcid.org/0000-0002-1825-0098', whose last digit does not fit the others, expected it as"),
    ("- {name: X, orcid: 0000-0002-1825-0097}", "author 2 (X), orcid: found '0000-0002-1825-0097', expected one such as https://"),
    ("- {affiliation: Somewhere}", "author 2: found {'affiliation': 'Somewhere'}, expected family-names and given-names, or"),
]  # fmt: skip
RIGHTS = [
    ("CC-BY-4", "found 'CC-BY-4', expected SPDX identifiers: of the code, then of the text, such as [MIT, CC-BY-4.0]"),
    ("mit", "found 'mit', expected 'MIT'"),
    ("[CC-BY-4.0, MIT]", "found CC-BY-4.0, MIT, expected SPDX identifiers: of the code, then of the text"),
    ("[MIT, CC-BY-4.0, 0BSD]", "found ['MIT', 'CC-BY-4.0', '0BSD'], expected SPDX identifiers"),
    ("MIT OR 0BSD", "found 'MIT OR 0BSD', expected SPDX identifiers"),
    ("", "found none, expected SPDX identifiers"),
]  # fmt: skip
FIELDS = "title: t\nversion: 1.0\ndate-released: 2026-01-01\nabstract: a\nauthors:\n- {name: n}\n"


@pytest.mark.parametrize(
    ("added", "said"), [*BAD, *((f"license: {one}", f"license: {said}") for one, said in RIGHTS)]
)
def test_a_wrong_orcid_and_an_unknown_licence_are_said_in_a_line(tmp_path, added, said):
    (tmp_path / "CITATION.cff").write_text(f"{FIELDS}{added}\n")
    with pytest.raises(book.BookError, match=re.escape(f"CITATION.cff, {said}")) as refused:
        citation.read(tmp_path)
    assert "\n" not in str(refused.value)


def test_one_licence_is_of_code_and_text_and_each_leads_to_its_words(tmp_path):
    for given, names in {"Apache-2.0": ("Apache-2.0",) * 2, "[0BSD, CC0-1.0]": ("0BSD", "CC0 1.0")}.items():
        found = citation._rights(yaml.safe_load(given))
        assert (found.code.name, found.text.name) == names
    assert found.code.url == "https://spdx.org/licenses/0BSD.html" and "/zero/1.0/" in found.text.url


def test_pages_may_have_the_title_up_to_a_colon_and_no_other(tmp_path):
    (tmp_path / "CITATION.cff").write_text(
        FIELDS.replace("title: t", "title: 'Trade: a book'") + "license: MIT\n"
    )
    for said, title in {
        "": "Trade: a book",
        "title: Trade": "Trade",
        "title: 'Trade: a book'": "Trade: a book",
    }.items():
        (tmp_path / "_config.yml").write_text(f"copyright: ''\n{said}\n")
        assert citation.short_title(tmp_path) == title
    (tmp_path / "_config.yml").write_text("title: Tra\n")
    with pytest.raises(
        book.BookError, match=r"_config\.yml, title: found 'Tra', expected 'Trade: a book' as in CITATION.cff"
    ):
        citation.short_title(tmp_path)


def test_code_and_text_have_their_licences():
    assert citation.edition()["license"] == ["MIT", "CC-BY-4.0"]


def test_the_finished_file_adds_identifiers_and_keeps_all_else(monkeypatch):
    own = {"type": "other", "value": "x"}
    about = citation.edition() | {"doi": DOI}
    monkeypatch.setattr(citation, "edition", lambda: about)
    data = SWHID.replace("0", "1")
    found = yaml.safe_load(citation.finished({"": SWHID, "data": data}, "https://example.org/book/"))
    assert [(one["type"], one["value"]) for one in found["identifiers"]] == [("swh", SWHID), ("swh", data)]
    assert found["identifiers"][1]["description"] == "the folder data of the edition"
    assert found.pop("url") == "https://example.org/book/"
    assert {name: value for name, value in found.items() if name != "identifiers"} == about
    assert "url" not in yaml.safe_load(citation.finished({"": SWHID}))
    about |= {"identifiers": [own], "url": "https://example.org/own"}
    found = yaml.safe_load(citation.finished({"": SWHID}, "https://example.org/book/"))
    assert found["identifiers"][0] == own and found["identifiers"][1]["value"] == SWHID
    assert found["url"] == "https://example.org/own"


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
    assert "identifier" not in linked["hasPart"][1]


def test_zotero_takes_the_cover_for_a_book_and_any_other_page_for_a_part_of_it():
    cover = metadata.tags("Cover", "About it.", PARTS, "index", "", cover=True)
    title = html.escape(citation.edition()["title"])
    assert f'<meta name="citation_title" content="{title}">' in cover
    assert 'name="citation_publication_date"' in cover and '<meta property="og:type" content="book">' in cover
    assert "citation_inbook_title" not in cover
    assert '"@type": "Book"' in cover and "isPartOf" not in cover
    chapter = metadata.tags("2.1", "About it.", PARTS, "chapters/x", "")
    assert f'<meta name="citation_inbook_title" content="{title}">' in chapter


def test_tags_of_a_published_page():
    head = metadata.tags("2.1", "About it.", PARTS, "chapters/x", "https://example.org/book/")
    assert '<meta property="og:image" content="https://example.org/book/figures/figure-1.png">' in head
    assert '<meta property="og:image:alt" content="A &quot;bar&quot;.">' in head
    assert 'content="https://example.org/book/chapters/x.html"' in head


def test_a_date_without_quotation_marks_and_a_missing_field(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "title: t\nversion: 1.0\ndate-released: 2026-01-01\nabstract: a\nauthors: [{name: n}]\nlicense: MIT\n"
    )
    assert citation._read(path)["date-released"] == "2026-01-01" and citation._read(path)["version"] == "1.0"
    (tmp_path / "other.cff").write_text("title: t\n")
    with pytest.raises(book.BookError, match=r"other.cff: found KeyError\('version'\)"):
        citation._read(tmp_path / "other.cff")
    path.write_text(path.read_text() + "doi: https://doi.org/10.1234/x\n")
    expected = r"CITATION.cff, doi: found 'https://doi.org/10.1234/x', expected one such as 10.1234/any"
    citation._read.cache_clear()
    with pytest.raises(book.BookError, match=expected):
        citation._read(path)
