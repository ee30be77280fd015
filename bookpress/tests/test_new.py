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
from bookpress.run import stored
from small import edit, read_notebook, run

TITLE = "A paper of a test"  # that of `second_book`


def its_tests(root: Path) -> subprocess.CompletedProcess:
    """Run the book's tests in one process."""
    return run(root, "-m", "pytest", "-n0", "-q")


@pytest.fixture
def second(second_book, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(second_book, tmp_path / "book"))


def test_its_pages_are_its_own(second_book):
    html = second_book / "_build/html"
    for page in ("index.html", "chapters/1-periods.html", "exhibits/table-1.html", "exhibits/figure-1.html"):
        text = (html / page).read_text(encoding="utf-8")
        assert TITLE in text and "@TITLE@" not in text
    listed = (html / "exhibits/index.html").read_text(encoding="utf-8")
    assert "chapters/1-periods.ipynb, cell <code>figure-1</code>" in listed
    for path in files.below(second_book):
        foreign = re.findall(r"beltroad|china|belt and road", path.read_text(encoding="utf-8"), flags=re.I)
        assert not foreign, path
    for path in html.rglob("*.*"):
        assert not re.search(rb"beltroad|[Cc]hina|/tmp/", path.read_bytes()), path


def test_its_claim_is_judged_in_the_chapter_and_told_on_its_own_page(second_book):
    html = second_book / "_build/html"
    page, listed, chapter = (
        (html / name).read_text(encoding="utf-8")
        for name in ("claims/1-harmony.html", "claims/index.html", "chapters/1-periods.html")
    )
    assert "within 2% for the planets that Kepler knew" in page and "supports the claim" in page
    assert page.count("../exhibits/table-1.html") == page.count("../exhibits/figure-1.html") == 1
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert data["@type"] == "ClaimReview" and "url" not in data
    assert 'href="1-harmony.html"' in listed and "ledger.js" in listed
    assert 'href="../claims/1-harmony.html"' in chapter and "Supported" in chapter
    assert "within 2% for the planets" not in chapter.partition('class="verdict')[2]


def test_its_pages_and_its_citation_file_name_what_anyone_can_recompute(second_book):
    html, edition = second_book / "_build/html", identifiers.edition(second_book)
    made_of = [
        identifiers.content(second_book / name) for name in ("chapters/1-periods.ipynb", "data/planets.csv")
    ]
    for name, endings in (("table-1", [".csv", ".md"]), ("figure-1", [".svg", ".pdf", ".png", ".csv"])):
        page = (html / f"exhibits/{name}.html").read_text(encoding="utf-8")
        folder = html / f"{name.split('-')[0]}s"
        own = [identifiers.content(folder / f"{name}{ending}") for ending in endings]
        assert [one for one in (*own, *made_of) if f"<code>{one}</code>" not in page] == []
        assert f"version 0.1.0; {edition['']}." in page
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
        assert [part["identifier"] for part in data["hasPart"]] == own[:1]
    listed = (html / "exhibits/index.html").read_text(encoding="utf-8")
    assert [value for value in edition.values() if f"<code>{value}</code>" not in listed] == []
    found = yaml.safe_load((html / "CITATION.cff").read_text(encoding="utf-8"))
    assert [one["value"] for one in found["identifiers"]] == list(edition.values())
    assert len(edition) == 3 and found["title"] == TITLE


def test_beside_its_pages_lie_notebook_script_data_and_wheel(second_book):
    html = second_book / "_build/html"
    frame = (html / "chapters/1-periods.html").read_text(encoding="utf-8")
    page = "../rerun/1-periods.html"
    for address in ("1-periods.ipynb", "1-periods.py", page, f"{page}#data"):
        assert f'href="{address}"' in frame, address
    notebook = read_notebook(html / "chapters/1-periods.ipynb")
    assert notebook["cells"] == read_notebook(second_book / "chapters/1-periods.ipynb")["cells"]
    wheel = "reproducible_paper-0.1.0-py3-none-any.whl"
    about = {"edition": "0.1.0", "chapter": "chapters/1-periods.ipynb", "wheel": wheel}
    assert notebook["metadata"]["bookpress"] == about | {"content": stored.seal(notebook)}
    page = (html / "rerun/1-periods.html").read_text(encoding="utf-8")
    for name in (wheel, "constraints.txt", "data/planets.csv", "chapters/1-periods.py"):
        assert f'href="../{name}"' in page, name
        assert book.sha256((html / name).read_bytes()) in page, name
    assert f"pip install ./{wheel} jupyterlab --constraint constraints.txt" in page
    assert "mybinder" not in page and "cloud" not in page
    with zipfile.ZipFile(html / wheel) as packed:
        table = packed.read("bookpress/installed/data/planets.csv")
    assert table == (second_book / "data/planets.csv").read_bytes()


def test_links_into_clouds_come_with_the_repositorys_address(second):
    edit(second / "_config.yml", 'baseurl: ""', "baseurl: https://owner.example/paper")
    with (second / "_config.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nrepository:\n  url: https://github.com/owner/paper\n")
    assert run(second, "-m", "bookpress", "build").returncode == 0
    page = (second / "_build/html/rerun/1-periods.html").read_text(encoding="utf-8")
    for start in ("mybinder.org/v2/gh/owner/paper/main?", "codespaces.new/owner/paper?", "colab."):
        assert f'href="https://{start}' in page, start
    colab = read_notebook(second / "_build/html/chapters/1-periods.colab.ipynb")
    first = "".join(colab["cells"][0]["source"])
    assert "%pip install --quiet https://owner.example/paper/reproducible_paper-0.1.0" in first


def test_its_own_tests_and_exhibits_pass(second_book):
    done = its_tests(second_book)
    assert done.returncode == 0 and re.search(r"\d+ passed", done.stdout), done.stdout
    done = run(second_book, "-m", "bookpress", "verify", "--all")
    assert done.returncode == 0 and "8 of 8 identical" in done.stdout, done.stdout + done.stderr


def test_one_changed_datum_is_seen_in_every_exhibit(second):
    edit(second / "data/planets.csv", "686.98", "687.98")
    assert run(second, "-m", "recording").returncode == 0
    done = its_tests(second)
    assert done.returncode == 1
    assert "chapters/1-periods.ipynb, cell table-1, Table 1: not as stored" in done.stdout
    assert "chapters/1-periods.ipynb, cell figure-1, Figure 1: not as stored" in done.stdout


@pytest.mark.parametrize("title", ['a "b"', "", "a\nb"])
def test_a_title_that_cannot_be(tmp_path, title):
    with pytest.raises(book.BookError, match="title: found"):
        new.new(tmp_path / "none", title)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_is_not_empty_and_an_engine_without_a_lock(tmp_path, monkeypatch):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(book.BookError, match="found files in it, expected an empty folder"):
        new.new(tmp_path, "x")
    with pytest.raises(book.BookError, match="found a file, expected an empty folder"):
        new.new(tmp_path / "mine", "x")
    assert (tmp_path / "mine").read_text() == "x"
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
