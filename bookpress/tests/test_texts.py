"""Chapters written as text, and pages without code: how they run, are stored, built, tested and verified, and what is refused."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from bookpress.edition import book, texts
from bookpress.publish import epub, pdf
from bookpress.run import ipynb, results, runner, stored
from small import edit, read_notebook, run

HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
CHAPTER = (
    HEAD
    + """
# 2 The year of Mars

A year of Mars in days, and a reference to {numref}`table-1`.

```{code-cell} ipython3
:tags: [hide-input]

from bookpress import exhibits, tables
planets = tables.read("planets").set_index("planet")
```

+++ {"id": "lead"}

It is longer than ours.

```{code-cell}
:id: shown

exhibits.table(planets.loc[["Mars"]], "2", caption="The year of Mars.", sources=["planets"])
```

```{code-cell}
print(2 + 2)
```
"""
)
PAGE = "# Who wrote this\n\nNobody of the name of mark-plain, see [the year of Mars](2-mars.md).\n"


def small(root: Path, **files: str) -> Path:
    """Write a book of texts, in the order in which they are given."""
    (root / "_config.yml").write_text("title: A book\n")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: {next(iter(files))}\n")
    for name, text in files.items():
        (root / f"{name}.md").write_text(text, encoding="utf-8")
    with (root / "_toc.yml").open("a") as contents:
        contents.write("chapters:\n" * (len(files) > 1))
        contents.writelines(f"- file: {name}\n" for name in [*files][1:])
    return root


def test_a_text_is_a_notebook_whose_cells_have_ids_and_lines(tmp_path):
    text = small(tmp_path, mars=CHAPTER) / "mars.md"
    cells = texts.notebook(text)["cells"]
    assert [cell["id"] for cell in cells] == ["cell-1", "cell-2", "lead", "shown", "cell-5"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "markdown", "code", "code"]
    assert cells[1]["metadata"] == {"tags": ["hide-input"]} and cells[3]["metadata"] == {}
    lines = text.read_text().splitlines()
    begins = [lines[line - 1] for line in texts.lines(text)]
    fences = ["```{code-cell} ipython3", "```{code-cell}", "```{code-cell}"]
    assert begins == ["# 2 The year of Mars", fences[0], "It is longer than ours.", *fences[1:]]


def test_a_book_has_chapters_of_both_kinds_and_pages(tmp_path):
    example = "# Page\n\n````md\n```{code-cell}\n1\n```\n````\n"
    root = small(tmp_path, index=PAGE, mars=CHAPTER, page=example)
    assert book.documents(root) == [root / name for name in ("index.md", "mars.ipynb", "page.md")]
    assert book.chapters(root) == [root / "mars.ipynb"]


def test_outputs_are_stored_beside_the_text_the_same_every_time(tmp_path):
    root = small(tmp_path, sums=HEAD + "\n# Sum\n\n```{code-cell}\n6 * 7\n```\n")
    path, text = root / "sums.ipynb", root / "sums.md"
    with pytest.raises(book.BookError) as missing:
        stored.expect_of_texts([path], root)
    assert str(missing.value) == (
        "sums.md: found no sums.ipynb beside it; run `make refresh CHAPTER=sums.md`"
    )
    runner.refresh([path], root, print)
    first = path.read_bytes()
    assert read_notebook(path)["cells"][1]["outputs"][0]["data"]["text/plain"] == ["42"]
    assert list(stored.faults(path)) == [] and stored.expect_of_texts([path], root) is None
    runner.refresh([path], root, print)
    assert path.read_bytes() == first

    edit(text, "# Sum", "# The sum")  # prose: the result still holds, the notebook is behind
    assert results.stale([path], root) == {}
    with pytest.raises(
        book.BookError, match=r"^sums.md: found not what sums.ipynb beside it was made of; run"
    ):
        stored.expect_of_texts([path], root)
    edit(text, "6 * 7", "6 * 8")
    assert results.stale([path], root) == {path: ["the chapter's code"]}
    assert ipynb.read(path)["cells"][1]["outputs"] == [], "those that are stored are of other code"
    runner.refresh([path], root, print)
    assert stored.expect_of_texts([path], root) is None and b"48" in path.read_bytes()

    edit(text, "6 * 8", "6 / 0")
    kept = path.read_bytes()
    with pytest.raises(runner.ChapterError, match=r"^sums.md, line 9: ZeroDivisionError"):
        runner.refresh([path], root, print)
    assert path.read_bytes() == kept


def test_a_notebook_of_a_text_is_not_saved_by_an_editor(tmp_path):
    from tornado.web import HTTPError

    root = small(tmp_path, sums=HEAD + "\n# Sum\n")
    (root / "sums.ipynb").write_text(stored.text(ipynb.read(root / "sums.ipynb")))
    model = {"type": "notebook", "content": read_notebook(root / "sums.ipynb")}
    manager = type("Manager", (), {"root_dir": str(root)})
    with pytest.raises(HTTPError, match=r"sums.ipynb is made of sums.md: edit that, then run `make refresh"):
        stored.before_saving(model=model, path="sums.ipynb", contents_manager=manager)


CODE = "```{code-cell}\n1\n```\n"
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    ("text", "beside", "told"),
    [
        (
            f"# A\n\n{CODE}",
            "",
            "x.md, line 3: found {code-cell}, expected `kernelspec: {name: python3}` in the",
        ),
        (f"---\na: 1\n---\n# A\n\n{CODE}", "", "x.md, line 6: found {code-cell}, expected `kernelspec"),
        (
            f"---\nkernelspec: 1\n---\n{CODE}",
            "",
            "x.md: found no name of a kernel, expected `kernelspec: {name",
        ),
        ("---\nkernelspec: [\n---\n", "", "x.md: front matter: while parsing a flow node"),
        (
            f"{HEAD}# A\n```{{code-cell}}\n:tags: [\n\n1\n```\n",
            "",
            "x.md: Code cell 1 at line 7 could not be read",
        ),
        (
            f"{HEAD}# A\n```{{code-cell}}\n:tags: a\n\n1\n```\n",
            "",
            "x.md: found a cell with metadata.tags 'a': 'a' is not",
        ),
        (
            f"{HEAD}# A\n```{{code-cell}}\n:load: a.py\n```\n",
            "",
            "x.md, line 7: found `load`, expected the code",
        ),
        (
            f"{HEAD}```{{code-cell}}\n:id: cell-2\n```\n{CODE}",
            "",
            "x.md, line 9: found a second cell with the id",
        ),
        (f'{HEAD}+++ {{"id": "é"}}\nA', "", "x.md, line 7: found the id 'é', expected letters without"),
        ("# A\n", NOTEBOOK, "x.ipynb: found beside x.md, which has no code; expected one file for a chapter"),
        (f"{HEAD}{CODE}", NOTEBOOK, "x.ipynb: found beside x.md, and not made of it; expected one file"),
    ],
)
def test_what_is_wrong_with_a_text_is_told_in_one_line(tmp_path, text, beside, told):
    root = small(tmp_path, x=text)
    if beside:
        (root / "x.ipynb").write_text(beside)
    with pytest.raises(book.BookError) as error:
        for path in book.chapters(root):
            ipynb.read(path)
    assert str(error.value).startswith(told) and "\n" not in str(error.value)


@pytest.mark.parametrize("kernel", ["{name: ir, display_name: R}", "{name: x, language: julia}"])
def test_another_kernel_is_refused(tmp_path, kernel):
    root = small(tmp_path, x=f"---\nkernelspec: {kernel}\n---\n{CODE}")
    with pytest.raises(runner.ChapterError, match=r"^x.md: found a kernel of (ir|julia), expected Python's"):
        runner.refresh([root / "x.ipynb"], root, print)


@pytest.fixture(scope="module")
def written(second_book, tmp_path_factory) -> Path:
    """A built book with a chapter that is text, and a page without code."""
    root = Path(shutil.copytree(second_book, tmp_path_factory.mktemp("texts") / "book"))
    (root / "chapters/2-mars.md").write_text(CHAPTER)
    (root / "chapters/about.md").write_text(PAGE)
    (root / "licence.md").write_text("# Rights\n\nmark-rights\n")
    with (root / "_toc.yml").open("a") as contents:
        contents.write("  - file: chapters/2-mars\n  - file: chapters/about\n  - file: licence\n")
    for command in (["refresh", "chapters/2-mars.md"], ["build"]):
        done = run(root, "-m", "bookpress", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def rewritten(written, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(written, tmp_path / "book"))


def test_a_text_has_all_that_a_notebook_has(written):
    html = written / "_build/html"
    page = (html / "chapters/2-mars.html").read_text(encoding="utf-8")
    assert 'id="table-2"' in page and "4\n</pre>" in page and 'href="1-periods.html#table-1"' in page
    for address in ("2-mars.ipynb", "2-mars.py", "../rerun/2-mars.html"):
        assert f'href="{address}"' in page and (html / "chapters" / address).is_file()
    notebook = read_notebook(html / "chapters/2-mars.ipynb")
    assert notebook["cells"] == read_notebook(written / "chapters/2-mars.ipynb")["cells"]
    assert notebook["metadata"]["bookpress"]["content"] == stored.seal(notebook)
    assert "chapters/2-mars.ipynb, cell <code>shown</code>" in (html / "exhibits/index.html").read_text()


def test_a_text_is_tested_and_verified(rewritten):
    done = run(rewritten, "-m", "pytest", "-n0", "-q")
    assert done.returncode == 0 and re.search(r"\d+ passed", done.stdout), done.stdout
    files = [f"_build/html/{name}" for name in ("chapters/2-mars.ipynb", "tables/table-2.csv")]
    done = run(rewritten, "-m", "bookpress", "verify", *files)
    assert done.returncode == 0 and "2 of 2 identical" in done.stdout, done.stdout + done.stderr
    assert (rewritten / "_build/.results/chapters/2-mars.json").exists()
    edit(rewritten / "chapters/2-mars.ipynb", '"4\\n"', '"5\\n"')  # an output, not the source
    done = run(rewritten, "-m", "pytest", "-n0", "-q", "chapters/2-mars.ipynb")
    assert done.returncode == 1 and "chapters/2-mars.md, line 28: not as stored" in done.stdout, done.stdout
    assert not (rewritten / "_build/.results/chapters/2-mars.json").exists(), "`make rerun` runs it again"


def test_build_tests_and_rerun_name_a_text_whose_notebook_is_behind(rewritten):
    edit(rewritten / "chapters/2-mars.md", "A year of Mars", "One year of Mars")
    before = (rewritten / "_build/html/chapters/2-mars.html").read_bytes()
    line = "chapters/2-mars.md: found not what 2-mars.ipynb beside it was made of; run `make refresh CHAPTER=chapters/2-mars.md`"
    for command, status in ({"bookpress build": 2, "bookpress rerun": 2, "pytest -n2": 4}).items():
        done = run(rewritten, "-m", *command.split())
        assert done.returncode == status, (command, done.stdout, done.stderr)
        assert [one for one in done.stderr.splitlines() if line in one], (command, done.stderr)
        assert "Traceback" not in done.stderr and "INTERNALERROR" not in done.stdout
    assert (rewritten / "_build/html/chapters/2-mars.html").read_bytes() == before
    changed = run(rewritten, "-m", "bookpress", "changed")
    assert changed.returncode == 0


def test_a_fault_in_prose_is_named_by_the_line_of_the_text(rewritten):
    edit(rewritten / "chapters/2-mars.md", "It is longer", "It {ref}`no-label` is longer")
    edit(rewritten / "chapters/about.md", "mark-plain", "{ref}`no-label-either`")
    assert run(rewritten, "-m", "bookpress", "refresh", "chapters/2-mars.md").returncode == 0
    done = run(rewritten, "-m", "bookpress", "build")
    told = [line for line in done.stderr.splitlines() if "undefined label" in line]
    assert done.returncode == 2 and len(told) == 2, done.stderr
    assert sorted(line.partition(": ")[0] for line in told) == [
        "chapters/2-mars.md, line 20",
        "chapters/about.md:3",
    ]


def test_a_page_without_code_is_everywhere_where_chapters_are(written):
    html = written / "_build/html"
    cover = (html / "index.html").read_text(encoding="utf-8")
    assert 'href="chapters/about.html"' in cover and 'href="licence.html"' in cover
    page = (html / "chapters/about.html").read_text(encoding="utf-8")
    assert "mark-plain" in page and 'href="2-mars.html"' in page and "../rerun/about.html" not in page
    assert "mark-plain" in (html / "searchindex.js").read_text(encoding="utf-8")
    (packed,) = html.glob("reproducible_paper-*.whl")
    with zipfile.ZipFile(packed) as wheel:
        held = {name.partition("/installed/")[2] for name in wheel.namelist()}
    assert {"chapters/about.md", "licence.md", "chapters/2-mars.ipynb"} <= held
    assert "chapters/2-mars.md" not in held, "a reader needs no jupytext"
    assert run(written, "-m", "bookpress", "zip").returncode == 0
    with zipfile.ZipFile(written / "_build/edition.zip") as whole:
        assert {"edition/chapters/about.html", "edition/licence.html"} <= {*whole.namelist()}
    bound = {chapter.path for chapter in epub.chapters(html)}
    assert {"chapters/about.html", "chapters/2-mars.html", "licence.html"} <= bound


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser prints")
def test_pages_and_texts_are_printed(written):
    from pypdf import PdfReader

    done = run(written, "-m", "bookpress", "pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    text = " ".join(one.extract_text() for one in PdfReader(written / "_build/edition.pdf").pages)
    text = text.replace("\u2010", "-")
    assert all(mark in text for mark in ("mark-plain", "mark-rights", "The year of Mars.")), text
