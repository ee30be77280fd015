"""A second book from the template, made, built, tested, verified and then harmed: the engine knows no paper."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

from bookpress.cli import new
from bookpress.edition import book, files, identifiers
from shared import ROOT, edit, read_notebook, run

TITLE = "A paper of a test"


def its_tests(root: Path) -> subprocess.CompletedProcess:
    """Run the book's tests in one process."""
    return run(root, "-m", "pytest", "-n0", "-q")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A book made by the command, and built."""
    root = tmp_path_factory.mktemp("second") / "book"
    made = run(ROOT, "-m", "bookpress", "new", str(root), "--title", TITLE)
    assert made.returncode == 0, made.stderr
    done = run(root, "-m", "bookpress", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def second(built, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "book"))


def test_its_pages_are_its_own(built):
    html = built / "_build/html"
    for page in ("index.html", "chapters/1-periods.html", "exhibits/table-1.html", "exhibits/figure-1.html"):
        text = (html / page).read_text(encoding="utf-8")
        assert TITLE in text and "@TITLE@" not in text
    assert "Supported" in (html / "chapters/1-periods.html").read_text(encoding="utf-8")
    listed = (html / "exhibits/index.html").read_text(encoding="utf-8")
    assert "chapters/1-periods.ipynb, cell <code>figure-1</code>" in listed
    for path in files.below(built):
        foreign = re.findall(r"beltroad|china|belt and road", path.read_text(encoding="utf-8"), flags=re.I)
        assert not foreign, path
    for path in html.rglob("*.*"):
        assert not re.search(rb"beltroad|[Cc]hina|/tmp/", path.read_bytes()), path


def test_its_claim_has_a_page_and_is_listed(built):
    page = (built / "_build/html/claims/1-harmony.html").read_text(encoding="utf-8")
    assert "within 2% for the planets that Kepler knew" in page and "speaks for the claim" in page
    assert page.count("../exhibits/table-1.html") == page.count("../exhibits/figure-1.html") == 1
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    assert json.loads(data)["@type"] == "ClaimReview" and "url" not in json.loads(data)
    assert "Earlier editions" not in page
    listed = (built / "_build/html/claims/index.html").read_text(encoding="utf-8")
    assert 'href="1-harmony.html"' in listed and "ledger.js" in listed
    chapter = (built / "_build/html/chapters/1-periods.html").read_text(encoding="utf-8")
    assert 'href="../claims/1-harmony.html"' in chapter and "ledger.js" not in chapter
    assert "within 2% for the planets" not in chapter.partition('class="verdict')[2], "told on its own page"


def test_its_pages_and_its_citation_file_name_what_anyone_can_recompute(built):
    html, edition = built / "_build/html", identifiers.edition(built)
    notebook = identifiers.content(built / "chapters/1-periods.ipynb")
    table = identifiers.content(built / "data/planets.csv")
    for name, main, others in (("table-1", ".csv", [".md"]), ("figure-1", ".svg", [".pdf", ".png", ".csv"])):
        page = (html / f"exhibits/{name}.html").read_text(encoding="utf-8")
        folder = html / f"{name.split('-')[0]}s"
        its = [identifiers.content(folder / f"{name}{ending}") for ending in (main, *others)]
        assert [one for one in (*its, notebook, table) if f"<code>{one}</code>" not in page] == []
        assert f"version 0.1.0; {edition['']}." in page
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
        assert [part["identifier"] for part in data["hasPart"]] == its[:1]
    claim = (html / "claims/1-harmony.html").read_text(encoding="utf-8")
    assert f"version 0.1.0; {edition['']}." in claim
    listed = (html / "exhibits/index.html").read_text(encoding="utf-8")
    assert [value for value in edition.values() if f"<code>{value}</code>" not in listed] == []
    found = yaml.safe_load((html / "CITATION.cff").read_text(encoding="utf-8"))
    assert [one["value"] for one in found["identifiers"]] == list(edition.values())
    assert len(edition) == 3 and found["title"] == TITLE


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "index.ipynb",
            "[chapter 1](chapters/1-periods)",
            "<a href='claims/1-epicycles.html'>a claim</a>",
            "index: found a link to claims/1-epicycles.html, expected the page of a claim of data/claims.csv",
        ),
        (
            "data/claims.csv",
            "table-1; figure-1",
            "table-1; ratio",
            "data/claims.csv, row 2, claim 1-harmony, column exhibits: found 'ratio', expected a cell of "
            "chapters/1-periods.ipynb that shows a table or a figure",
        ),
    ],
)
def test_what_a_claim_lacks_stops_the_build_and_is_named(second, file, old, new, said):
    edit(second / file, old, new)
    assert run(second, "-m", "recording").returncode == 0
    done = run(second, "-m", "bookpress", "build")
    assert done.returncode, done.stdout
    assert said in " ".join((done.stdout + done.stderr).split())
    assert (second / "_build/html/claims/1-harmony.html").exists(), "the last good book stays"


def test_beside_its_pages_lie_notebook_script_data_and_wheel(built):
    html = built / "_build/html"
    frame = (html / "chapters/1-periods.html").read_text(encoding="utf-8")
    for address in (
        "1-periods.ipynb",
        "1-periods.py",
        "../rerun/1-periods.html",
        "../rerun/1-periods.html#data",
    ):
        assert f'href="{address}"' in frame, address
    notebook = read_notebook(html / "chapters/1-periods.ipynb")
    stored = read_notebook(built / "chapters/1-periods.ipynb")
    assert notebook["cells"] == stored["cells"]
    wheel = "reproducible_paper-0.1.0-py3-none-any.whl"
    about = {"edition": "0.1.0", "chapter": "chapters/1-periods.ipynb", "wheel": wheel}
    assert notebook["metadata"]["bookpress"] == about
    page = (html / "rerun/1-periods.html").read_text(encoding="utf-8")
    for name in (wheel, "constraints.txt", "data/planets.csv", "chapters/1-periods.py"):
        assert f'href="../{name}"' in page, name
        assert book.sha256((html / name).read_bytes()) in page, name
    assert f"pip install ./{wheel} jupyterlab --constraint constraints.txt" in page
    assert "mybinder" not in page and "cloud" not in page
    with zipfile.ZipFile(html / wheel) as packed:
        assert (
            packed.read("bookpress/installed/data/planets.csv") == (built / "data/planets.csv").read_bytes()
        )


def test_links_into_clouds_come_with_the_repositorys_address(second):
    known = (second / "_config.yml").read_text(encoding="utf-8")
    address = "https://github.com/owner/paper"
    (second / "_config.yml").write_text(known + f"\nrepository:\n  url: {address[8:]}\n", encoding="utf-8")
    done = run(second, "-m", "bookpress", "build")
    assert done.returncode and "_config.yml: repository.url: found 'github.com/owner/paper', expected" in (
        done.stdout + done.stderr
    )
    assert (second / "_build/html/index.html").exists(), "the last good book stays"
    known = re.sub(r'baseurl: ""', "baseurl: https://owner.example/paper", known)
    (second / "_config.yml").write_text(known + f"\nrepository:\n  url: {address}\n", encoding="utf-8")
    assert run(second, "-m", "bookpress", "build").returncode == 0
    page = (second / "_build/html/rerun/1-periods.html").read_text(encoding="utf-8")
    for start in (
        "https://mybinder.org/v2/gh/owner/paper/main?",
        "https://codespaces.new/owner/paper?",
        "https://colab.",
    ):
        assert f'href="{start}' in page, start
    colab = read_notebook(second / "_build/html/chapters/1-periods.colab.ipynb")
    assert "%pip install --quiet https://owner.example/paper/reproducible_paper-0.1.0" in "".join(
        colab["cells"][0]["source"]
    )


def test_its_own_tests_and_exhibits_pass(built):
    done = its_tests(built)
    assert done.returncode == 0 and re.search(r"\d+ passed", done.stdout), done.stdout
    done = run(built, "-m", "bookpress", "verify", "--all")
    assert done.returncode == 0 and "8 of 8 identical" in done.stdout, done.stdout + done.stderr
    again = run(built, "-m", "bookpress", "build")
    assert again.stdout.startswith("Nothing changed")


def test_one_changed_datum_is_named(second):
    edit(second / "data/planets.csv", "686.98", "687.98")
    done = its_tests(second)
    assert done.returncode == 1
    assert (
        "data/planets.csv: every cell fits the schema, but the content is not what was recorded"
        in done.stdout
    )
    failed = run(second, "-m", "bookpress", "build")
    assert (
        failed.returncode
        and "chapters/1-periods.ipynb, cell load: DataError: data/planets.csv"
        in failed.stdout + failed.stderr
    )
    assert (second / "_build/html/index.html").exists()
    assert run(second, "-m", "recording").returncode == 0
    done = its_tests(second)
    assert done.returncode == 1
    assert "chapters/1-periods.ipynb, cell table-1, Table 1: not as stored" in done.stdout
    assert "chapters/1-periods.ipynb, cell figure-1, Figure 1: not as stored" in done.stdout


def test_a_chapter_that_crashes_stops_the_build_and_is_named(second):
    notebook = read_notebook(second / "chapters/1-periods.ipynb")
    next(cell for cell in notebook["cells"] if cell["id"] == "figure-1")["source"] = "1 / 0"
    (second / "chapters/1-periods.ipynb").write_text(json.dumps(notebook))
    done = run(second, "-m", "bookpress", "build")
    assert done.returncode == 1
    assert "chapters/1-periods.ipynb, cell figure-1, Figure 1: ZeroDivisionError" in done.stdout + done.stderr
    assert "_build/html is the last good one" in done.stderr
    assert TITLE in (second / "_build/html/index.html").read_text(encoding="utf-8")


def test_wrong_verdict_and_unknown_claim(second):
    edit(second / "data/claims.csv", ",supported,", ",contradicted,")
    assert run(second, "-m", "recording").returncode == 0
    done = run(second, "-m", "bookpress", "build")
    said = done.stdout + done.stderr
    assert "row 2, claim 1-harmony, column verdict: found 'contradicted', computed 'supported'" in said
    done = run(second, "-m", "bookpress", "claims", "--section", "2")
    assert done.returncode == 2 and "no section '2'; expected one of: 1" in done.stderr


def test_a_folder_that_is_not_empty_and_a_title_that_cannot_be(tmp_path, monkeypatch):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(book.BookError, match="found files in it, expected an empty folder"):
        new.new(tmp_path, "x")
    with pytest.raises(book.BookError, match="found a file, expected an empty folder"):
        new.new(tmp_path / "mine", "x")
    for title in ('a "b"', "", "a\nb"):
        with pytest.raises(book.BookError, match="title: found"):
            new.new(tmp_path / "none", title)
    assert not (tmp_path / "none").exists() and (tmp_path / "mine").read_text() == "x"
    monkeypatch.setattr(new.book, "ENGINE", tmp_path / "elsewhere")
    with pytest.raises(book.BookError, match=r"found no requirements.txt beside the engine"):
        new.new(tmp_path / "none", "x")


def test_the_template_is_as_it_would_be_refreshed(second):
    """Its stored outputs, description and codebook are those that its own commands write."""
    for command in (("-m", "recording"), ("-m", "bookpress", "refresh")):
        assert run(second, *command).returncode == 0
    for path in files.below(new.TEMPLATE):
        name = path.relative_to(new.TEMPLATE)
        made = second / new.RENAMED.get(str(name), name)
        assert made.read_text("utf-8") == path.read_text("utf-8").replace("@TITLE@", TITLE), name
