"""A small book whose authors have names and write in Chinese: their words, numbers and names, and the engine's, everywhere."""

import json
import re
import shutil
import unicodedata
import zipfile
from pathlib import Path

import nbformat
import pytest
from lxml.html import document_fromstring
from pypdf import PdfReader

from bookpress.edition import book, catalogue
from bookpress.exhibits import fonts
from bookpress.publish import pdf
from small import edit, run

ORCID = "https://orcid.org/0000-0002-1825-0097"  # that of ORCID's own examples
ABOUT = f"""cff-version: 1.2.0
message: 引用时请注明。
type: software
title: 行星的周期
version: 0.1.0
date-released: "2026-01-01"
authors:
  - {{family-names: 王, given-names: 小明, orcid: "{ORCID}", affiliation: 示例大学}}
  - {{family-names: Doe, given-names: Jane}}
license: [Apache-2.0, CC-BY-SA-4.0]
abstract: 一本小书。
"""
TABLE = """#| label: table-orbits
exhibits.table(
    planets.rename(columns={"distance_gm": "距离（百万公里）", "period_days": "周期（天）"}),
    "A.1",
    caption="行星到太阳的距离和绕行周期。",
    sources=["planets"],
)"""
FIGURE = """#| label: figure-orbits
fig, ax = plt.subplots()
ax.loglog(planets["distance_gm"], planets["period_days"], "o-")
ax.set(xlabel="到太阳的距离（百万公里）", ylabel="绕行一周的时间（天）")
exhibits.figure(
    fig,
    "A.1",
    title="离太阳越远的行星，绕行一周所用的时间就越长，而且八颗行星都落在同一条直线上",
    subtitle="绕行周期（天）与距离（百万公里），双对数坐标",
    values=planets,
    caption="线按次序连接各行星。",
    alt=f"八颗行星落在一条上升的直线上，从{planets['period_days'].min():.0f}天到{planets['period_days'].max():.0f}天。",
    sources=["planets"],
)"""
CELLS = [
    ("markdown", "# 行星\n\n离太阳越远，行星绕行一周的时间越长，见{numref}`figure-orbits`和{numref}`table-orbits`。"),
    ("code", "import matplotlib.pyplot as plt\n\nfrom bookpress import exhibits, tables\n\n"
     'planets = tables.read("planets").set_index("planet").rename_axis("行星")'),
    ("code", TABLE),
    ("code", FIGURE),
]  # fmt: skip
# Words that pages say in English in every language: names of formats and programs, what is copied, what a file holds.
KEPT = r"[\w-]+(\.\w+)+|SVG|PDF|PNG, \d+ dpi|CSV|Markdown|BibTeX|RIS|CSL-JSON|sha256|SWHID"

try:
    MISSING = not fonts.needed("zh")
except book.BookError:
    MISSING = True
pytestmark = pytest.mark.skipif(
    MISSING, reason="needs a font with Chinese letters, such as Debian's fonts-noto-cjk"
)


def chinese(root: Path) -> None:
    """Turn the small book into one in Chinese."""
    (root / "CITATION.cff").write_text(ABOUT, encoding="utf-8")
    edit(root / "_config.yml", "language: en", "language: zh_CN")
    edit(root / "index.ipynb", "# A paper of a test", "# 行星的周期")
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    cells = [made[kind](source, id=f"cell-{n}") for n, (kind, source) in enumerate(CELLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, root / "chapters/2-planets.ipynb")
    with (root / "_toc.yml").open("a") as contents:
        contents.write("  - file: chapters/2-planets\n")


@pytest.fixture(scope="module")
def root(second_book, tmp_path_factory) -> Path:
    folder = Path(shutil.copytree(second_book, tmp_path_factory.mktemp("chinese") / "book"))
    chinese(folder)
    for command in ("build", "epub", "crate"):
        done = run(folder, "-m", "bookpress", command)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(root: Path, name: str):
    return document_fromstring((root / "_build/html" / f"{name}.html").read_text(encoding="utf-8"))


def test_the_engine_says_its_own_words_in_the_language_of_the_book(root):
    chapter = page(root, "chapters/2-planets")
    assert chapter.get("lang") == "zh-Hans"
    said = chapter.text_content()
    for words in (
        "跳到正文",
        "上一章",
        "运行",
        "表 A.1.",
        "图 A.1.",
        "来源：NASA",
        "本书计算",
        "代码采用 Apache-2.0 许可",
    ):
        assert words in said, words
    assert "见图 A.1和表 A.1。" in said and "#|" not in said
    assert chapter.cssselect("form input")[0].get("placeholder") == "搜索"
    claim = page(root, "claims/1-harmony").text_content()
    for words in ("论断 1-harmony", "得到支持", "只要每项检验都支持该论断", "结果支持该论断", "引用此论断"):
        assert words in claim, words


def test_no_word_of_the_engine_is_left_in_english(root):
    said = catalogue.of_book(root)
    for name in (
        "search",
        "exhibits/index",
        "exhibits/figure-a-1",
        "claims/index",
        "claims/1-harmony",
        "rerun/2-planets",
    ):
        body = page(root, name)
        for kept in body.cssselect(
            "script, style, pre, code, svg, nav.chapters, .verdict, h1, [translate=no], tbody, option:not([value=''])"
        ):
            kept.drop_tree()
        texts = [
            " ".join(node.itertext()).strip()
            for node in body.cssselect("h2, th, summary, button, option, label")
        ]
        left = [text for text in texts if re.search(r"[a-z]{3}", re.sub(KEPT, "", text))]
        assert not left, (name, left)
    assert said and said.tag == "zh-Hans"


def test_numbers_are_the_authors_and_a_label_names_a_cell(root):
    html = root / "_build/html"
    (figure,) = page(root, "chapters/2-planets").cssselect("figure.exhibit")
    assert figure.get("id") == "figure-a-1"
    assert (html / "figures/figure-a-1.svg").is_file() and (html / "tables/table-a-1.csv").is_file()
    assert "单元格" in page(root, "exhibits/index").cssselect(".made-by")[0].text_content()
    (made,) = [
        one
        for one in json.loads((html / "exhibits.json").read_text())["exhibits"]
        if one["id"] == "figure-a-1"
    ]
    assert (made["label"], made["cell"]) == ("图 A.1", "figure-orbits")


def test_authors_and_licences_are_where_readers_and_machines_look(root):
    html, cover = root / "_build/html", page(root, "index")
    assert "王小明 (ORCID 0000-0002-1825-0097), 示例大学" in cover.cssselect(".authors")[0].text_content()
    linked = json.loads(cover.cssselect('script[type="application/ld+json"]')[0].text)
    assert (
        linked["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
        and linked["inLanguage"] == "zh-Hans"
    )
    assert linked["author"][0]["@id"] == ORCID and linked["author"][0]["@type"] == "Person"
    with zipfile.ZipFile(root / "_build/edition.epub") as bound:
        package = bound.read("EPUB/package.opf").decode()
    assert '<dc:creator id="author-1">王小明</dc:creator>' in package and ORCID in package
    assert "CC BY-SA 4.0" in package and "<dc:language>zh-Hans</dc:language>" in package
    crate = json.loads((root / "_build/crate/data/ro-crate-metadata.json").read_text(encoding="utf-8"))[
        "@graph"
    ]
    (person,) = [one for one in crate if one["@id"] == ORCID]
    assert (person["@type"], person["name"]) == ("Person", "王小明")
    (whole,) = [one for one in crate if one["@id"] == "./"]
    assert {one["@id"].rpartition("/licenses/")[2] for one in whole["license"]} == {
        "Apache-2.0.html",
        "by-sa/4.0/",
    }
    svg = (html / "figures/figure-a-1.svg").read_text(encoding="utf-8")
    assert "<dc:title>CC BY-SA 4.0</dc:title>" in svg
    letters = re.findall(r'<path id="(?!DejaVu)\w+-', svg)
    assert len(letters) > 30, "Chinese letters are drawn, by a font that has them"


def test_the_printed_book_is_in_chinese(root):
    try:
        pdf.browser()
    except book.BookError as error:
        pytest.skip(str(error))
    done = run(root, "-m", "bookpress", "pdf")
    assert done.returncode == 0, done.stderr
    reader = PdfReader(root / "_build/edition.pdf")
    # The font has one glyph for a letter and for the radical that looks like it.
    said = unicodedata.normalize("NFKC", "".join(one.extract_text() for one in reader.pages))
    text = "".join(said.split())
    for words in ("王小明", "0000-0002-1825-0097", "目录", "索引", "表A.1", "版本0.1.0", "得到支持"):
        assert words in text, words
    assert reader.metadata.author == "王小明; Jane Doe"


def refused(root: Path) -> str:
    """Return the one line with which a build is refused."""
    before = (root / "_build/html/index.html").read_bytes()
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 2 and (root / "_build/html/index.html").read_bytes() == before
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("_config.yml", "language: zh_CN", "language: zz", "_config.yml, language: found 'zz', expected a language such as en"),
        ("_config.yml", "copyright: ''", "title: x\ncopyright: ''", "_config.yml, title: found 'x', expected '行星的周期'"),
        ("CITATION.cff", "0097", "0098", "CITATION.cff, author 1 (王小明), orcid: found"),
        ("CITATION.cff", "version: 0.1.0", "version: 0.2.0", "pyproject.toml, version: found '0.1.0', expected '0.2.0'"),
        ("chapters/2-planets.ipynb", "label: table-orbits", "label: figure-orbits",
         "2-planets.ipynb, cells 3 and 4: found 'figure-orbits' in both as label or id, expected each once"),
        ("chapters/2-planets.ipynb", "label: table-orbits", "label: table orbits",
         "2-planets.ipynb, cell 3: found the label 'table orbits', expected letters, digits"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_line_and_the_last_book_stays(root, tmp_path, file, old, new, said):
    folder = Path(shutil.copytree(root, tmp_path / "book"))
    edit(folder / file, old.replace("''", '""'), new.replace("''", '""'))
    assert said in refused(folder)
