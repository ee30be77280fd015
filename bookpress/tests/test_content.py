"""What authors write beside exhibits: one chapter that holds all of it, on its page, in the EPUB and in print; and what is refused."""

import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from lxml import etree, html
from PIL import Image
from pypdf import PdfReader

from bookpress.content import equations, pictures
from bookpress.edition import book
from bookpress.publish import epub, pdf
from bookpress.run import program
from small import edit, run

WRITTEN = (Path(__file__).parent / "everything.md").read_text(encoding="utf-8")
MARKS = sorted(set(re.findall(r"mark-[a-z-]+[a-z]", WRITTEN)))
MADE = ["mark-styled", "mark-summary", "mark-cited", "mark-computed"]
X = {"x": "http://www.w3.org/1999/xhtml", "m": "http://www.w3.org/1998/Math/MathML"}
STYLED = """import pandas as pd

frame = pd.DataFrame({"a": [1.5, 2.25]}, index=["x", "y"])
frame.style.format(precision=1).highlight_max(color="yellow").set_caption("mark-styled")"""
SUMMARY = r"""class Summary:
    def _repr_html_(self):
        return "<b>mark-summary</b>"

    def _repr_latex_(self):
        return r"\begin{center}mark-latex\end{center}"


Summary()"""
COMPUTED = 'from IPython.display import Markdown\n\nMarkdown("mark-computed $x^2$")'
PLOT = "import matplotlib.pyplot as plt\n\nplt.figure(figsize=(3, 2))\nplt.plot([1, 2]);"


def second_chapter(root: Path, cells: list) -> Path:
    """Give a book a second chapter of these cells, with pictures and literature beside it."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    folder = root / "chapters"
    nbformat.write(notebook, folder / "2-written.ipynb")
    Image.new("RGB", (300, 200), (40, 80, 200)).save(folder / "picture.png")
    Image.new("RGB", (300, 200), (40, 180, 100)).save(folder / "photo.jpg")
    (folder / "torn.png").write_bytes((folder / "picture.png").read_bytes()[:40])
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60"><circle r="20"/></svg>'
    (folder / "drawing.svg").write_text(svg)
    (folder / "references.bib").write_text(
        "@book{kepler1619, author={Kepler, Johannes}, title={mark-cited}, year={1619}, publisher={Tampach}}"
    )
    with (root / "_toc.yml").open("a") as contents:
        contents.write("  - file: chapters/2-written\n")
    edit(root / "_config.yml", "\nexecute:", "\nbibtex_bibfiles: [chapters/references.bib]\n\nexecute:")
    macros = "    mathjax3_config: {tex: {macros: {R: '\\mathbb{R}'}}}\n    language: en"
    edit(root / "_config.yml", "    language: en", macros)
    return folder / "2-written.ipynb"


@pytest.fixture(scope="module")
def everything(second_book, tmp_path_factory) -> Path:
    """A built book with a chapter that holds all that authors write."""
    root = Path(shutil.copytree(second_book, tmp_path_factory.mktemp("content") / "book"))
    cells = [nbformat.v4.new_markdown_cell(WRITTEN, id="written")]
    cells += [
        nbformat.v4.new_code_cell(code, id=name)
        for name, code in {"s": STYLED, "m": SUMMARY, "p": PLOT, "c": COMPUTED}.items()
    ]
    second_chapter(root, cells)
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def page(everything):
    return html.parse(everything / "_build/html/chapters/2-written.html").getroot()


def said(node) -> str:
    return " ".join(node.text_content().split())


def test_everything_is_on_the_page(page):
    (article,) = page.iter("article")
    text = said(article)
    assert [mark for mark in [*MARKS, *MADE] if mark not in text] == []
    for selector, count in {
        ".admonition": 4,
        "details > summary.admonition-title, details.sd-dropdown > summary": 2,
        "aside.sidebar": 2,
        "aside.footnote": 1,
        ".sd-tab-set > input[type=radio] + label + .sd-tab-content": 2,
        ".sd-row .sd-card": 2,
        ".exhibit-scroll > table": 3,
        "figure > img.picture, figure > a > img.picture": 2,
        ".citation": 1,
        "dl.glossary > dt": 1,
        ".task[aria-label=done], .task[aria-label=open]": 2,
        "td.num": 1,
    }.items():
        assert len(article.cssselect(selector)) == count, selector
    assert not article.cssselect("input[type=checkbox], style, script, [style]")


def test_equations_are_mathml_with_numbers_and_words(page):
    found = page.cssselect("math")
    assert len(found) == 8 and all(one.get("alttext") for one in found)
    assert found[2].text_content() == "ℝ", "a macro of the book"
    assert [said(one).rstrip("#") for one in page.cssselect(".equation-number")] == ["(1)", "(2)"]
    assert [one.get("aria-label") for one in page.cssselect(".wide-math")][:2] == [
        "Equation (1)",
        "Equation (2)",
    ]
    links = [(one.text, one.get("href")) for one in page.cssselect("p > a[href^='#equation-']")]
    assert links == [("(1)", "#equation-mean"), ("(2)", "#equation-aligned")]
    aligned = [[said(cell) for cell in row.iter("mtd")] for row in found[5].iter("mtr")]
    assert aligned[0] == ["a", "=∫01f(x)dx"]


def test_references_say_numbers_that_no_exhibit_has(page):
    captions = [said(one) for one in page.cssselect(".caption-number")]
    assert captions == ["Table 2.", "Figure 2.", "Figure 3.", "Listing 1."], "1 is the exhibits'"
    (links,) = [one for one in page.cssselect("p") if one.text == "See " and len(one) > 2]
    assert [(said(one), one.get("href")) for one in links] == [
        ("Figure 2", "#my-picture"),
        ("Drawing 3", "#my-drawing"),
        ("Table 2", "#listed"),
        ("Equations", "#first-part"),
        ("1 The periods of the planets", "1-periods.html"),
        ("Figure 1", "1-periods.html#figure-1"),
        ("Table 1", "1-periods.html#table-1"),
        ("Exhibit 1", "1-periods.html#figure-1"),
    ]


def test_pictures_have_words_and_their_size(page):
    found = [[one.get(name) for name in ("alt", "width", "height")] for one in page.cssselect("img.picture")]
    assert found[:3] == [
        ["A blue square.", "200", "133"],
        ["mark-drawing", "100", "60"],
        ["A photograph.", "300", "200"],
    ]
    assert found[3][0] == pictures.DRAWN and len(found) == 4


def test_a_styled_table_keeps_its_colours_in_a_sheet_of_its_page(everything, page):
    sheet = (everything / "_build/html/chapters/2-written.css").read_text()
    assert sheet == "#styled-0_row1_col0 { background-color: yellow; color: #000; }"
    assert page.cssselect("link[href='2-written.css']")
    assert said(page.cssselect("#styled-0_row1_col0")[0]) == "2.2"


def test_a_styled_table_comes_out_the_same_again(everything):
    ran = (everything / "_build/.results/chapters/2-written.json").read_text(encoding="utf-8")
    frame = pd.DataFrame({"a": [1.5, 2.25]}, index=["x", "y"])
    one, again, other = (
        program.styled(of.style.format(precision=1).highlight_max(color="yellow").set_caption("mark-styled"))
        for of in (frame, frame, frame + 1)
    )
    (name,) = re.findall(r'<table id="(T_\w+)"', one)
    assert one == again and name in ran and name not in other


def test_a_page_fetches_nothing(everything):
    for path in (everything / "_build/html").rglob("*.html"):
        tree = html.parse(path).getroot()
        fetched = [*tree.xpath("//@src"), *tree.xpath("//link[@rel='stylesheet']/@href")]
        assert not [one for one in fetched if "://" in one], path


def test_everything_is_in_the_epub(everything):
    assert run(everything, "-m", "bookpress", "epub").returncode == 0
    path = everything / "_build/edition.epub"
    with zipfile.ZipFile(path) as bound:
        tree = etree.fromstring(bound.read("EPUB/chapters-2-written.xhtml"))
        package = bound.read("EPUB/package.opf").decode()
        assert b"yellow" in bound.read("EPUB/chapters-2-written.xhtml.css")
        assert {"EPUB/images/photo.jpg", "EPUB/images/picture.png"} <= {*bound.namelist()}
    text = " ".join(tree.itertext())
    assert [mark for mark in [*MARKS, *MADE] if mark not in text] == []
    assert len(tree.findall(".//m:math", X)) == 8
    assert not tree.xpath("//x:input | //x:label | //x:script | //m:mtable/@scriptlevel", namespaces=X)
    assert 'href="chapters-2-written.xhtml" media-type="application/xhtml+xml" properties="mathml"' in package
    if shutil.which("epubcheck"):
        epub.check(path.read_bytes())


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser prints")
def test_everything_is_printed(everything):
    done = run(everything, "-m", "bookpress", "pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    printed = PdfReader(everything / "_build/edition.pdf")
    text = " ".join(one.extract_text() for one in printed.pages).replace("\u2010", "-")
    text = re.sub(r"-\s+", "-", text)
    assert [mark for mark in [*MARKS, *MADE] if mark not in text] == []
    listed = printed.pages[-1].extract_text()
    assert "Figure 2. mark-picture" in listed and "Table 2. mark-list-table" in listed


def test_style_sheets_know_every_class_of_an_equation():
    for name in ("pages/static/edition.css", "publish/epub.css"):
        sheet = (book.ENGINE / name).read_text(encoding="utf-8")
        assert [one for one in equations.CLASSES.values() if f".{one} " not in sheet] == [], name
    kinds = (
        "{array}{l|c|r}a&b&c\\\\ \\hline d&e&f",
        "{pmatrix}a&b\\\\c&d",
        "{aligned}a&=b",
        "{gathered}a\\\\b",
    )
    converter = equations.LatexToMathML()
    for kind in kinds:
        latex = rf"\begin{kind}\end{kind[: kind.index('}') + 1]}"
        made = converter.convert_with_local_state(latex, displaystyle=True)
        rules = {rule.strip() for style in re.findall(r' style="([^"]*)"', made) for rule in style.split(";")}
        # How cells lie in a grid is said beside how their text does.
        assert {one for one in rules if one and not one.startswith("justify")} <= {*equations.CLASSES}, kind


BAD = r"""
$$
\frac{1}{2
$$

A $\nowhere{x}$ in a sentence.

```{figure} torn.png
It is torn.
```

![gone](gone.png)

![far](https://example.org/a.png)

![](picture.png)

(same)=
## One

(same)=
## Two

$$
a
$$ (twice)

$$
b
$$ (twice)

{ref}`no-label`

```{prf:theorem} X
A.
```

```nolexer
x
```
"""
AGAIN = """#| label: table-1
from bookpress import exhibits, tables

planets = tables.read("planets").set_index("planet")
exhibits.table(planets, "1", caption="Again.", sources=["planets"])"""
FAULTS = {
    "line 3": r"equation: found '\\frac{1}{2': Expected closing token \"}\", but reached end of input at its end",
    "line 7": r"equation: found '\\nowhere{x}': Unknown command \"\nowhere\" at '\\nowhere{x}'",
    "line 9": "picture: found torn.png, which is no picture that can be read",
    "line 13": "image file not readable: chapters/gone.png",
    "line 15": "picture: found https://example.org/a.png, expected a file of the book",
    "line 17": "picture: found chapters/picture.png without words that stand for it",
    "line 22": 'Duplicate explicit target name: "same"',
    "line 29": "duplicate label of equation twice",
    "line 33": "undefined label: 'no-label'",
    "line 35": "Unknown directive type: 'prf:theorem' [myst.directive_unknown]; name its extension",
    "line 39": "Pygments lexer name 'nolexer' is not known; name another language",
    "": "exhibit: found Table 1 in cell table-1 again, expected another number; chapters/1-periods.ipynb, cell table-1 has it",
    " ": "exhibit: found label table-1 in cell table-1 again, expected another label; chapters/1-periods.ipynb, cell table-1",
}


def test_each_fault_is_told_in_one_line_and_the_last_good_book_stays(second_book, tmp_path):
    root = Path(shutil.copytree(second_book, tmp_path / "book"))
    before = (root / "_build/html/index.html").read_bytes()
    bad = nbformat.v4.new_markdown_cell(f"# 2 Bad\n{BAD}", id="bad")
    second_chapter(root, [bad, nbformat.v4.new_code_cell(AGAIN, id="again")])
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert lines.pop().startswith("book: not built; _build/html is the last good one")
    for place, fault in FAULTS.items():
        where = (
            f"chapters/2-written.ipynb, cell bad, {place}" if place.strip() else "chapters/2-written.ipynb"
        )
        told = [line for line in lines if fault.replace('\\"', '"') in line]
        assert len(told) == 1, (fault, lines)
        assert told[0].startswith(f"{where}: "), told
    assert len(lines) == len(FAULTS), lines
    assert (root / "_build/html/index.html").read_bytes() == before


@pytest.mark.parametrize(("text", "told"), [("<svg", "no SVG: "), ("<html/>", "no SVG"), ("<svg/>", "")])
def test_a_drawing_that_is_none(tmp_path, text, told):
    (tmp_path / "a.svg").write_text(text)
    assert told in pictures.fault(tmp_path / "a.svg") and bool(pictures.fault(tmp_path / "a.svg")) == bool(
        told
    )


def test_a_missing_extension_is_named(second_book, tmp_path):
    root = Path(shutil.copytree(second_book, tmp_path / "book"))
    edit(root / "_config.yml", "[bookpress.pages]", "[bookpress.pages, sphinx_nowhere]")
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "Could not import extension sphinx_nowhere" in done.stderr
