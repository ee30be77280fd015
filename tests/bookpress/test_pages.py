"""Pages as a reader gets them: each repair on a page made for it, and the archive of the whole."""

import importlib.util
import zipfile
from types import SimpleNamespace

import pytest
from lxml.html import fragment_fromstring, tostring

from conftest import ROOT, load_script


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "_ext" / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parsed(html):
    return fragment_fromstring(html, create_parent=True)


def test_only_the_editions_own_files_are_loaded(pages):
    theme = SimpleNamespace(filename="_static/scripts/fontawesome.js?digest=1")
    own = SimpleNamespace(filename="_static/edition.js?v=2")
    inline = SimpleNamespace(filename=None)
    assert pages.own_assets([theme, own, inline], {"edition.js"}) == [own]


def test_folded_code_is_read_aloud_by_the_label_one_sees(pages, tmp_path):
    page = parsed(
        '<details class="hide"><summary aria-label="Toggle"><p>Show the code</p></summary></details>'
    )
    pages.unfold_label(page, tmp_path)
    assert tostring(page[0][0]) == b"<summary><span>Show the code</span></summary>"


FIGURE = '<figure><img src="{}.svg?v=1"/><figcaption><strong>Figure 1.</strong></figcaption></figure>'


def test_figures_have_their_size_and_a_named_frame(pages, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.svg").write_text('<svg viewBox="0 0 504 252">')
    page = parsed(FIGURE.format("a") + FIGURE.format("b"))
    pages.size_figures(page, tmp_path)
    first, second = page.iter("img")
    assert (first.get("width"), first.get("height")) == ("672", "336")
    assert first.get("loading") is None
    assert second.get("loading") == "lazy"
    assert first.getparent().get("aria-label") == "Figure 1"
    assert first.getparent().get("tabindex") == "0"


def test_a_drawing_without_a_size_is_refused(pages):
    with pytest.raises(ValueError, match="found no viewBox in '<svg>', expected one"):
        pages.svg_size("<svg>")


def test_columns_of_sentences_get_room(pages, tmp_path):
    page = parsed(
        '<div class="exhibit-scroll"><table><tr><th>a</th><th class="x">b</th></tr>'
        f"<tr><td>short</td><td>{'word ' * 20}</td></tr></table></div>"
    )
    pages.widen_prose(page, tmp_path)
    assert [cell.get("class") for cell in page.iter("th", "td")] == [
        None,
        "x long",
        None,
        "long",
    ]


def test_roles_and_names_are_mended(pages, tmp_path):
    page = parsed(
        '<nav class="chapters"><a class="current">1</a></nav><div role="doc-biblioentry"></div>'
        '<h2>The data<a class="headerlink" href="#x" title="Link">#</a></h2>'
    )
    pages.name_parts(page, tmp_path)
    assert page.find(".//nav/a").get("aria-current") == "page"
    assert page.find("div").get("role") == "listitem"
    assert page.find("h2/a").get("aria-label") == "Link to “The data”"


def test_no_script_stays_in_a_page(pages, tmp_path):
    page = parsed('<script>var a</script><script src="edition.js"></script>')
    pages.drop_inline_scripts(page, tmp_path)
    assert [script.get("src") for script in page.iter("script")] == ["edition.js"]


def test_the_same_book_gives_the_same_archive(tmp_path):
    script = load_script("pack")
    book = tmp_path / "html"
    (book / "chapters").mkdir(parents=True)
    for name in ("index.html", "chapters/1.html", "objects.inv"):
        (book / name).write_text(name)
    assert script.pack(book, tmp_path / "edition.zip") == 2
    first = (tmp_path / "edition.zip").read_bytes()
    (book / "index.html").touch()
    script.pack(book, tmp_path / "edition.zip")
    assert (tmp_path / "edition.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "edition.zip") as archive:
        assert archive.namelist() == ["edition/chapters/1.html", "edition/index.html"]
        assert archive.read("edition/index.html") == b"index.html"


def test_without_a_book_nothing_is_packed(tmp_path, monkeypatch, capsys):
    script = load_script("pack")
    monkeypatch.setattr(script, "BOOK", tmp_path)
    monkeypatch.setattr(script, "ARCHIVE", tmp_path / "edition.zip")
    assert script.main() == 2
    assert "found no book" in capsys.readouterr().err
    assert not (tmp_path / "edition.zip").exists()


def test_the_theme_as_it_comes_has_none_of_our_look():
    config = load_script("stock").plain_config(
        (ROOT / "_config.yml").read_text(encoding="utf-8")
    )
    assert "pages" not in config
    assert "templates_path" not in config
    assert "execute_notebooks: 'off'" in config
