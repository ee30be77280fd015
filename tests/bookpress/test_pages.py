"""Pages as a reader gets them: each repair on a page made for it, and the picture that goes with a link."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from lxml.html import fragment_fromstring, tostring
from matplotlib import image

from bookpress.pages import card, execution, gallery, look
from lab import stock
from shared import ROOT


def parsed(html):
    return fragment_fromstring(html, create_parent=True)


def test_only_the_editions_own_files_are_loaded():
    theme = SimpleNamespace(filename="_static/scripts/fontawesome.js?digest=1")
    own = SimpleNamespace(filename="_static/edition.js?v=2")
    inline = SimpleNamespace(filename=None)
    app = SimpleNamespace(config={"html_css_files": [], "html_js_files": []})
    context = {
        "css_files": ["_static/theme.css", "_static/pygments.css"],
        "script_files": [theme, own, inline],
    }
    look.keep_own_assets(app, "a", "page.html", context, None)
    assert context == {"css_files": ["_static/pygments.css"], "script_files": [own]}


def test_folded_code_is_read_aloud_by_the_label_one_sees(tmp_path):
    page = parsed(
        '<details class="hide"><summary aria-label="Toggle"><p>Show the code</p></summary></details>'
    )
    look.unfold_label(page, tmp_path)
    assert tostring(page[0][0]) == b"<summary><span>Show the code</span></summary>"


def test_folded_code_stands_below_what_it_makes(tmp_path):
    page = parsed(
        '<div class="cell"><details class="hide">c</details><div class="cell_output">o</div></div>'
        '<div class="cell"><details class="hide">c</details></div>'
    )
    look.put_code_below(page, tmp_path)
    made, silent = page
    assert [part.tag for part in made] == ["div", "details"] and "silent" not in made.classes
    assert "silent" in silent.classes


def test_shown_code_stands_in_an_open_fold_above_what_it_makes(tmp_path):
    page = parsed('<div class="cell"><div class="cell_input">c</div><div class="cell_output">o</div></div>')
    for repair in (look.fold_shown_code, look.put_code_below):
        repair(page, tmp_path)
    fold, made = page[0]
    assert fold.tag == "details" and "open" in fold.attrib and fold[0].text == "Code" and made.text == "o"


def test_long_code_is_folded_below_what_it_makes(tmp_path):
    for lines, order in ((look.SHORT, ["details", "div"]), (look.SHORT + 1, ["div", "details"])):
        code = "\n".join("a" for _ in range(lines))
        page = parsed(
            f'<div class="cell"><div class="cell_input">{code}</div><div class="cell_output">o</div></div>'
        )
        for repair in (look.fold_shown_code, look.put_code_below):
            repair(page, tmp_path)
        assert [part.tag for part in page[0]] == order
        assert ("open" in page[0].find("details").attrib) == (order[0] == "details")


def test_the_explanation_of_a_term_stands_on_the_links_to_it():
    glossary = parsed(
        '<dl class="glossary"><dt id="term-CIF">CIF</dt><dd><p>The value\n on arrival.</p></dd></dl>'
    )
    page = parsed('<a href="glossary.html#term-CIF">CIF</a><a href="glossary.html#term-none">?</a>')
    look.explain_terms(page, look.explained([glossary, page]))
    assert [link.get("title") for link in page] == ["The value on arrival.", None]


def test_a_result_has_all_the_code_behind_it():
    def cell(name, source, outputs=(), tags=(), kind="code"):
        parts = {"outputs": list(outputs)} if kind == "code" else {}
        return {
            "cell_type": kind,
            "id": name,
            "source": source,
            "metadata": {"tags": list(tags)} if tags else {},
            **parts,
        }

    cells = [
        cell("setup", "import a"),
        cell("load", ["b = 1\n", "c = 2"], tags=["hide-input"]),
        cell("shown", "b", ["1"]),
        cell("alone", "d = 3"),
        cell("text", "Words.", kind="markdown"),
        cell("hidden", "d", ["3"], tags=["hide-input"]),
    ]
    gathered = execution.gathered(cells)
    assert [(one["id"], one["source"]) for one in gathered] == [
        ("shown", "import a\n\nb = 1\nc = 2\n\nb"),
        ("alone", "d = 3"),
        ("text", "Words."),
        ("hidden", "d"),
    ]
    assert [one["metadata"].get("tags") for one in gathered] == [None, None, None, ["hide-input"]]
    assert all(one["metadata"][execution.CELL] == one["id"] for one in gathered)


FIGURE = '<figure class="exhibit"><img src="{}.svg?v=1"/><figcaption><strong>Figure 1.</strong></figcaption></figure>'


def test_figures_have_their_size_and_a_named_frame(tmp_path):
    for name, width in {"a": 504, "b": 360}.items():
        (tmp_path / f"{name}.svg").write_text(f'<svg viewBox="0 0 {width} 252">')
    page = parsed(FIGURE.format("a") + FIGURE.format("b"))
    look.size_figures(page, tmp_path)
    first, second = page.iter("img")
    assert (first.get("width"), first.get("height")) == ("672", "336")
    assert first.get("loading") is None and "wide" in first.classes and "wide" not in second.classes
    assert second.get("loading") == "lazy"
    assert first.getparent().get("aria-label") == "Figure 1"
    assert first.getparent().get("tabindex") == "0"


def test_a_drawing_without_a_size_is_refused():
    with pytest.raises(ValueError, match="found no viewBox in '<svg>', expected one"):
        look.svg_size("<svg>")


def test_columns_of_sentences_get_room(tmp_path):
    page = parsed(
        '<div class="exhibit-scroll"><table><tr><th>a</th><th class="x">b</th></tr>'
        f"<tr><td>short</td><td>{'word ' * 20}</td></tr></table></div>"
    )
    look.widen_prose(page, tmp_path)
    assert [cell.get("class") for cell in page.iter("th", "td")] == [None, "x long", None, "long"]


def test_roles_and_names_are_mended(tmp_path):
    page = parsed(
        '<nav class="chapters"><a class="current">1</a></nav><div role="doc-biblioentry"></div>'
        '<h2>The data<a class="headerlink" href="#x" title="Link">#</a></h2>'
    )
    look.name_parts(page, tmp_path)
    assert page.find(".//nav/a").get("aria-current") == "page"
    assert page.find("div").get("role") == "listitem"
    assert page.find("h2/a").get("aria-label") == "Link to “The data”"


@pytest.mark.parametrize(
    ("kept", "dropped"),
    [
        ('<script src="edition.js"></script>', "<script>var a</script>"),
        ('<script type="application/json">{"a": "<b"}</script>', '<script type="text/x-config">{}</script>'),
    ],
)
def test_no_script_stays_in_a_page_but_data_do(tmp_path, kept, dropped):
    page = parsed(kept + dropped)
    look.drop_inline_parts(page, tmp_path)
    assert [tostring(script, encoding="unicode") for script in page.iter("script")] == [kept]


def test_a_books_own_element_is_loaded_where_it_is(tmp_path):
    scripts = [("a-clock.js", {}), ("every.js", {})]
    own = look.books_own({"html_js_files": scripts, "html_css_files": [("a-clock.css", {})]})
    assert own == {"a-clock.js", "a-clock.css", "every.js"}
    for body in ("<a-clock></a-clock>", '<p><a-clock id="x"></a-clock>', "<a-clock\nid='x'>"):
        assert look.needed(own, body) == own
    for body in ("", "<p>a-clock</p>", "<a-clocks></a-clocks>", "&lt;a-clock&gt;"):
        assert look.needed(own, body) == {"every.js"}


def test_the_theme_as_it_comes_has_none_of_our_look(tmp_path, monkeypatch):
    monkeypatch.setattr(stock, "copy", lambda folder: folder)
    shutil.copy(ROOT / "_config.yml", tmp_path)
    config = (stock.prepare(tmp_path, runs=False) / "_config.yml").read_text(encoding="utf-8")
    assert not any(part in config for part in ("look", "explorer", "card"))
    assert "bookpress.pages.execution" in config and "execute_notebooks: 'off'" in config


ABOUT = {"id": "figure-1", "label": "Figure 1", "alt": 'Bars "of" trade.'}


def head(app, page, tags=""):
    context = {"metatags": tags}
    card.name_in_head(app, page, "page.html", context, None)
    return context["metatags"]


class App:
    """As much of Sphinx as the card asks for."""

    def __init__(self, chosen, base):
        self.config = SimpleNamespace(social_card=chosen, html_baseurl=base, root_doc="index")


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.setattr(gallery, "shown", lambda app: [ABOUT, {"id": "table-1"}])


OWN = '<meta property="og:image" content="own">'


def test_cover_and_pages_without_a_figure_are_shown_by_the_card(figures):
    book = App("figure-1", "https://example.org/book/")
    for page, tags in (("index", OWN), ("claims/a", "")):
        first, *_ = head(book, page, tags).splitlines()
        assert first == '<meta property="og:image" content="https://example.org/book/card.png">'
    assert "Figure 1: Bars &quot;of&quot; trade." in head(book, "claims/a")
    assert head(book, "chapters/a", OWN) == OWN


@pytest.mark.parametrize("chosen, base", [("figure-1", ""), ("", "https://example.org")])
def test_without_address_or_choice_there_is_no_card(figures, chosen, base):
    assert head(App(chosen, base), "index") == ""


def test_a_card_of_a_figure_that_is_not_there_is_named(figures):
    with pytest.raises(card.NoCard, match="found social_card 'figure-9', expected one of figure-1"):
        head(App("figure-9", "https://example.org"), "index")


def test_a_card_has_the_shape_that_previews_ask_for_and_is_the_same_each_time(tmp_path):
    image.imsave(tmp_path / "figure.png", np.full((30, 40, 3), (0, 0, 255), np.uint8))
    for name in "ab":
        card.draw(tmp_path / "figure.png", "A title", tmp_path / f"{name}.png")
    drawn = image.imread(tmp_path / "a.png")
    assert drawn.shape[:2] == (card.HEIGHT, card.WIDTH)
    assert tuple(drawn[card.HEIGHT // 2, card.WIDTH // 2, :3]) == (0, 0, 1)
    assert tuple(drawn[card.HEIGHT // 2, 5, :3]) == (1, 1, 1)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
