"""Pages in another language: numbers and names of the English page, every sentence counted, every fault named."""

import json
from types import SimpleNamespace

import pytest
from lxml.html import document_fromstring

from beltroad import economies
from bookpress.edition import catalogue
from bookpress.edition.book import BookError
from bookpress.translation import markup, pages
from shared import ROOT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
NAMES = {", ": "、", " and ": "和", "Brazil": "巴西", "Iran (Islamic Republic of)": "伊朗", "seven": "七"}
PAGE = """<html lang="en" data-content_root="../"><head><title>Trade – A book</title><meta name="citation_title" content="Trade">
<meta name="description" content="So it is."></head><body><a class="language switch" href="../zh/chapters/a.html" lang="zh-Hans">中文</a>
<article><h1 id="t">Trade</h1><p title="So it is.">{}</p><pre>Code is code.</pre>
<select><option>supported</option></select></article></body></html>"""


def chinese(texts=(), **words):
    said = catalogue.read(ROOT, "zh_CN")
    said.texts, said.names, said.words = dict(texts), dict(NAMES), words
    return said


def translated(sentence, texts, names=("chapters/a", "b")):
    page, said = document_fromstring(PAGE.format(sentence)), chinese(texts, Dark="深色")
    pages.translate(page, "chapters/a", [*names], said, "")
    return page, said


def test_numbers_and_names_are_those_of_the_english_sentence():
    said = chinese({"{0} of {1} grew by {2}% in {3}; {4} did not.": "{1}个中有{0}个在{3}增长{2}%，{4}没有。"})
    for many, share in (("Seven", "9.6"), ("7", "1,583")):
        sentence = (
            f"{many} of 10 grew by {share}% in Brazil, Iran (Islamic Republic of) and Brazil; Brazil did not."
        )
        word = "七" if many == "Seven" else many
        assert said.said(sentence) == f"10个中有{word}个在巴西、伊朗和巴西增长{share}%，巴西没有。"
    assert not said.missing and not said.stale
    assert (said.said("Brazil"), said.said("2016, 9.6")) == ("巴西", "2016, 9.6") and len(said.asked) == 1


def test_a_changed_sentence_stays_english_and_is_counted_and_the_old_one_is_named(tmp_path, capsys):
    texts = {"It grew by {0}%.": "增长了{0}%。", "So it is.": "就是这样。", "Trade": "贸易"}
    page, said = translated("It grew by 3%. It shrank by 4%. So it is.", texts)
    (paragraph,) = page.cssselect("article > p[title]")
    assert paragraph.text_content() == "增长了3%。It shrank by 4%.就是这样。"
    assert [left.text for left in paragraph.cssselect("[lang=en]")] == ["It shrank by 4%."]
    said.texts["It fell."] = "下降了。"
    pages.report(tmp_path / "zh_CN.po", "zh_CN", said)
    printed = capsys.readouterr().out
    assert (
        "zh_CN: 7 of 10 sentences are not translated" in printed
        and "no sentence in the book: It fell." in printed
    )
    again = HEAD + (tmp_path / "zh_CN.po").read_text(encoding="utf-8")
    assert 'msgid "It shrank by {0}%."' in again
    said.texts |= said.missing
    pages.report(tmp_path / "zh_CN.po", "zh_CN", said)
    assert not (tmp_path / "zh_CN.po").exists() and "not translated" not in capsys.readouterr().out


def test_markup_and_links_are_those_of_the_english_page():
    texts = {
        "<a>Two</a> and <a2>this</a2> say <code/>.": "<a2>这个</a2>和<a>那个</a>说<code/>。",
        "See <a>it</a>.": "见<a>它</a>。",
    }
    html = '<a href="../b.html#x">Two</a> and <a href="c.html">this</a> say <code>3 &lt; 4</code>. See <a href="a.ipynb">it</a>.'
    page, _ = translated(html, texts)
    (paragraph,) = page.cssselect("article > p[title]")
    assert paragraph.text_content() == "这个和那个说3 < 4。见它。"
    found = [(link.get("href"), link.get("hreflang")) for link in paragraph.cssselect("a")]
    assert found == [("../../chapters/c.html", "en"), ("../b.html#x", None), ("../../chapters/a.ipynb", None)]


def test_a_page_says_which_language_it_has_and_leads_back():
    page, _ = translated("So it is.", {"Trade": "贸易", "So it is.": "就是这样。", "supported": "得到支持"})
    assert page.get("lang") == "zh-Hans" and page.get("data-content_root") == "../../"
    assert json.loads(page.get("data-words")) == {"Dark": "深色"}
    (switch,), (option,) = page.cssselect("a.language"), page.cssselect("option")
    assert (switch.get("href"), switch.get("lang"), switch.text) == ("../../chapters/a.html", "en", "English")
    assert (option.text, option.get("value")) == ("得到支持", "supported")  # scripts compare the value
    assert [(one.get("hreflang"), one.get("href")) for one in page.cssselect("link[rel=alternate]")] == [
        ("en", "../../chapters/a.html"),
        ("zh-Hans", "../../zh/chapters/a.html"),
    ]
    assert not page.cssselect("[name=citation_title]")  # the English page is cited
    assert page.cssselect("title")[0].text == "贸易 – A book"
    assert (
        page.cssselect("p[title]")[0].get("title")
        == page.cssselect("[name=description]")[0].get("content")
        == "就是这样。"
    )
    assert page.cssselect("pre")[0].get("lang") == "en" and page.cssselect("article > .translation")


def test_a_language_without_a_catalogue_is_said_and_one_that_is_none_is_refused(tmp_path):
    for name, said in {
        "en": "",
        "zh_CN": "",
        "de": "found 'de'; the engine's own words are in en and zh_CN",
    }.items():
        root = tmp_path / name
        root.mkdir()
        (root / "_config.yml").write_text(f"sphinx: {{config: {{language: {name}}}}}\n")
        assert said in catalogue.complaint(root) and bool(said) == bool(catalogue.complaint(root))
    assert [catalogue.tag(tmp_path / name) for name in ("zh_CN", "en")] == ["zh-Hans", "en"]
    (tmp_path / "_config.yml").write_text("sphinx: {config: {language: zz_ZZ}}\n")
    with pytest.raises(
        BookError, match=r"_config\.yml, language: found 'zz_ZZ', expected a language such as en or"
    ):
        catalogue.of_book(tmp_path)


def test_every_page_leads_to_itself_or_to_the_cover_in_other_languages(monkeypatch):
    config = SimpleNamespace(html_baseurl="", root_doc="index", translations={"zh_CN": ["a"]})
    app = SimpleNamespace(builder=SimpleNamespace(name="html"), config=config)
    monkeypatch.setattr(pages, "catalogues", lambda _: {"zh_CN": chinese()})
    for page, there in (("a", "zh/a"), ("b", "zh/index")):
        pages.lead(app, page, "page.html", context := {}, None)
        (language,) = context["languages"]
        assert (language["page"], language["same"], language["name"]) == (there, page == "a", "中文")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('msgid "{0} of {1}"\nmsgstr "{1}"', r"x\.po, line 5: found \{0\} in one of msgid and msgstr"),
        ('msgid "<a>it</a>"\nmsgstr "它"', r"found </a>, <a> in one of msgid and msgstr"),
        ('msgid "in {0}"\nmsgstr "{0}年3月"', r"line 5: found the digit 3 in msgstr, expected a gap"),
        (
            'msgid "a"\nmsgstr "b"\n\nmsgctxt "verb"\nmsgid "a"\nmsgstr "b"',
            "line 9: found msgctxt 'verb', expected none",
        ),
        ('msgid "a\nmsgstr "b"', r"line 5: found 'msgid \"a', expected a line of a gettext catalogue"),
        ('msgid "a"', r"x\.po: found missing msgstr .*, expected a gettext catalogue"),
        (
            'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"',
            r"x\.po: found a message again, expected each once",
        ),
    ],
)
def test_a_fault_of_a_catalogue_is_named(tmp_path, entry, said):
    folder = tmp_path / "locale/zh_CN/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "x.po").write_text(HEAD + entry, encoding="utf-8")
    with pytest.raises(BookError, match=said):
        catalogue.read(tmp_path, "zh_CN")
    with pytest.raises(BookError, match="found no folder, expected catalogues of de"):
        catalogue.read(tmp_path, "de")
    with pytest.raises(BookError, match="found 'Chinese!', expected a language such as en or zh_CN"):
        catalogue.read(tmp_path, "Chinese!")


def test_the_catalogues_of_the_book_are_sound_and_name_every_economy():
    said = catalogue.read(ROOT, "zh_CN")
    assert {*economies.names()} - {*said.names} == {"China"}
    assert markup.WIDE.search("".join(said.texts.values())) and len(said.texts) > 500
