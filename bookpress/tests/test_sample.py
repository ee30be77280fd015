"""The sample project of Jupyter Book 1 becomes a book of this engine by the steps that the README of a new book tells."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import html

from bookpress.cli import new
from bookpress.publish import epub, pdf
from small import edit, read_notebook, run

TOLD = (new.TEMPLATE / "README.md").read_text(encoding="utf-8").partition("## From a Jupyter Book")[2]
STEPS = re.split(r"^\d\. ", TOLD.partition("\n## ")[0], flags=re.M)[1:]
FAR = "![](https://myst-parser.readthedocs.io/en/latest/_static/logo-wide.svg)"


def block(step: int, kind: str) -> str:
    """Return what a step of the README says to type or to write."""
    found = re.search(rf"^ *```{kind}\n(.*?)^ *```", STEPS[step - 1], flags=re.M | re.S)
    assert found, STEPS[step - 1]
    return "".join(f"{line.strip()}\n" for line in found[1].splitlines())


def test_there_are_six_steps_at_most():
    assert 1 <= len(STEPS) <= 6


@pytest.fixture(scope="module")
def moved_in(second_book, tmp_path_factory) -> tuple[Path, str]:
    """The sample as a book of this engine, and what the first build said of it."""
    from jupyter_book.cli.main import main

    place = tmp_path_factory.mktemp("moved")
    with pytest.raises(SystemExit) as done:
        main(["create", str(place / "sample")])
    assert done.value.code == 0
    root = place / "book"
    ignored = shutil.ignore_patterns("_build", "__pycache__")
    shutil.copytree(second_book, root, ignore=ignored)  # as `bookpress new` has written it
    for step in (1, 2):
        subprocess.run(["sh", "-ec", block(step, "console")], cwd=root, check=True)
    with (root / "_config.yml").open("a") as settings:
        settings.write(block(3, "yaml"))
    assert "make refresh" in STEPS[3] and "make book" in STEPS[4] and "make test" in STEPS[5]
    done = run(root, "-m", "bookpress", "refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    first = run(root, "-m", "bookpress", "build")
    assert first.returncode == 2, first.stdout + first.stderr
    picture = re.search(r"`(!\[.*?\]\(logo\.png\))`", STEPS[4])[1]
    edit(root / "notebooks.ipynb", FAR, picture)
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return root, first.stderr


def test_what_no_page_can_show_is_told_in_one_line(moved_in):
    (line, last) = [line for line in moved_in[1].splitlines() if line.strip()]
    assert line.startswith("notebooks.ipynb, cell cell-1, line 10: WARNING: picture: found https://")
    assert last.startswith("book: not built")


def test_all_that_the_sample_shows_is_shown(moved_in):
    out = moved_in[0] / "_build/html"
    pages = {name: html.parse(out / f"{name}.html").getroot() for name in ("intro", "markdown", "notebooks")}
    pages["texts"] = html.parse(out / "markdown-notebooks.html").getroot()
    said = {name: " ".join(page.text_content().split()) for name, page in pages.items()}

    linked = [link.get("href") for link in pages["intro"].cssselect("article .toctree-wrapper a")]
    assert linked == ["markdown.html", "notebooks.html", "markdown-notebooks.html"]
    sheet = (out / "_static/edition.css").read_text(encoding="utf-8")
    assert ".toctree-wrapper {" not in sheet, "an author's list of contents is seen"
    logo = pages["intro"].cssselect("header img.logo")[0].get("src").partition("?")[0]
    assert (out / logo).read_bytes() == (moved_in[0] / "logo.png").read_bytes()

    assert len(pages["markdown"].cssselect(".admonition.note")) == 1
    assert pages["markdown"].cssselect("article p a[href='markdown-notebooks.html']")
    (entry,) = pages["markdown"].cssselect(".citation")
    assert "Evidence for Predictive Coding in Human Auditory Cortex" in " ".join(entry.text_content().split())

    assert len(pages["notebooks"].cssselect("math")) == 3
    assert pages["notebooks"].cssselect("article img[src*='logo.png'][alt='The logo of Jupyter Book']")
    (figure,) = pages["notebooks"].cssselect(".cell_output img")
    assert figure.get("src").endswith(".svg") and int(figure.get("width")) > 500

    assert [one.text_content() for one in pages["texts"].cssselect(".cell_output pre")] == ["4\n"]
    assert pages["texts"].cssselect(".admonition.seealso") and "print(2 + 2)" in said["texts"]
    assert "Run it" in said["texts"] and (out / "markdown-notebooks.py").is_file()

    index = (out / "index.html").read_text(encoding="utf-8")
    assert "url=intro.html" in index, "who opens the book is led to its first page"


def test_its_tests_pass_and_compare_its_figure(moved_in, tmp_path):
    root = Path(shutil.copytree(moved_in[0], tmp_path / "book"))
    done = run(root, "-m", "pytest", "-n0", "-q")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b7 passed", done.stdout), (
        "3 cells, 2 notebooks as they are stored, 2 orders of exhibits"
    )
    edit(root / "notebooks.ipynb", "19680801", "19680802")
    done = run(root, "-m", "pytest", "-n0", "-q")
    assert done.returncode == 1 and "notebooks.ipynb, cell cell-3: not as stored" in done.stdout, done.stdout


def test_it_is_bound_packed_and_in_its_wheel(moved_in):
    root = moved_in[0]
    chapters = epub.chapters(root / "_build/html")
    names = ["intro.html", "markdown.html", "notebooks.html", "markdown-notebooks.html"]
    assert [chapter.path for chapter in chapters][:4] == names, "then the page of all exhibits"
    assert run(root, "-m", "bookpress", "epub").returncode == 0
    (packed,) = (root / "_build/html").glob("reproducible_paper-*.whl")
    with zipfile.ZipFile(packed) as wheel:
        held = {name.partition("/installed/")[2] for name in wheel.namelist()}
    assert {"intro.md", "markdown.md", "notebooks.ipynb", "markdown-notebooks.ipynb"} <= held
    kept = read_notebook(root / "_build/html/notebooks.ipynb")
    assert kept["cells"][0]["id"] == "cell-1" and kept["nbformat_minor"] == 5


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser prints")
def test_it_is_printed(moved_in):
    from pypdf import PdfReader

    done = run(moved_in[0], "-m", "bookpress", "pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    text = " ".join(one.extract_text() for one in PdfReader(moved_in[0] / "_build/edition.pdf").pages)
    assert "Welcome to your Jupyter Book" in text and "Content with notebooks" in text
