"""A second book from the template, made, built, tested, verified and then harmed: the engine knows no paper."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

from bookpress import __version__
from bookpress.cli import new
from bookpress.edition import book, files, identifiers
from bookpress.publish import wheel
from bookpress.run import stored
from bookpress.verify import causes
from small import edit, read_notebook, run

TITLE = "A paper of a test"  # that of `second_book`


def its_tests(root: Path) -> subprocess.CompletedProcess:
    """Run the book's tests in one process."""
    return run(root, "-m", "pytest", "-n0", "-q")


@pytest.fixture
def second(second_book, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(second_book, tmp_path / "book"))


def test_it_has_few_files_and_one_wheel_that_its_lock_knows(second_book):
    own = [path.relative_to(second_book).as_posix() for path in files.below(second_book, as_git=True)]
    (engine,) = [name for name in own if name.endswith(".whl")]
    assert len(own) <= 25 and not [name for name in own if name.startswith("bookpress")]
    lock = (second_book / book.LOCK).read_text(encoding="utf-8")
    assert f"./{engine} \\\n    --hash=sha256:{book.sha256((second_book / engine).read_bytes())}\n" in lock
    named = set(causes.packages(lock))
    assert {"package pandas", "package jupyter-book", "package bookpress"} <= named
    assert not {"package scipy", "package duckdb", "package statsmodels"} & named


def test_the_wheel_of_the_engine_is_the_same_every_time_and_from_a_book(second_book, tmp_path, monkeypatch):
    (kept,) = (second_book / book.VENDOR).glob("*.whl")
    assert wheel.engine(tmp_path / "a").read_bytes() == kept.read_bytes()
    with zipfile.ZipFile(kept) as packed:
        names = packed.namelist()
        assert {
            "bookpress/vendor/book.mk",
            "bookpress/template/index.ipynb",
            "bookpress/edition.mplstyle",
        } <= {*names}
        [about, licence] = (next(n for n in names if n.endswith(end)) for end in ("/METADATA", "/LICENSE"))
        assert b"License-Expression: MIT" in packed.read(about) and b"MIT License" in packed.read(licence)
        assert not [name for name in names if "tests" in name.split("/")[:2] or "pycache" in name]
        for name in names:
            assert str(book.ENGINE.parent).encode() not in packed.read(name), name
    # As where the engine was installed from that wheel.
    monkeypatch.setattr(wheel, "SOURCES", tmp_path / "elsewhere")
    monkeypatch.setenv(book.BOOK, str(second_book))
    assert wheel.engine(tmp_path / "b").read_bytes() == kept.read_bytes()


def test_an_added_package_is_one_line(second_book, tmp_path):
    """`make lock` reads the same group as the wheel; set-up and containers read the lock."""
    root = Path(shutil.copytree(second_book, tmp_path / "book", ignore=shutil.ignore_patterns("_build")))
    edit(root / book.PROJECT, "book = []", 'book = ["scipy>=1.13"] # ranks')
    with zipfile.ZipFile(wheel.edition(root, tmp_path)) as packed:
        about = packed.read("reproducible_paper-0.1.0.dist-info/METADATA").decode()
    assert re.findall("^Requires-Dist: (.*)$", about, flags=re.M) == [
        f"bookpress>={__version__}",
        "scipy>=1.13",
    ]
    (root / ".venv").mkdir()
    (root / ".venv/ready").touch()
    printed = subprocess.run(["make", "-n", "lock"], cwd=root, capture_output=True, text=True).stdout
    assert "vendor/requirements.txt" in printed and "--group book --output-file requirements.txt" in " ".join(
        printed.split()
    )
    for name in ("lock", ".venv/ready"):
        touched = subprocess.run(
            ["make", "-n", "-W", book.LOCK, name], cwd=root, capture_output=True, text=True
        )
        assert "--require-hashes requirements.txt" in touched.stdout, touched.stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[project]", "[projekt]", "found no 'project', expected a [project] with a name"),
        ("book = []", "buch = []", "Dependency group 'book' not found"),
        ("book = []", "book = 7", "Dependency group 'book' is not a sequence"),
        ("book = []", 'book = ["a b"]', "Expected semicolon"),
        ("book = []", "book = [", "Invalid value (at line 13"),
    ],
)
def test_a_description_that_cannot_be_is_refused_in_a_line(second_book, tmp_path, old, new, message):
    root = Path(shutil.copytree(second_book, tmp_path / "book", ignore=shutil.ignore_patterns("_build")))
    edit(root / book.PROJECT, old, new)
    with pytest.raises(book.BookError, match=re.escape(message)) as caught:
        wheel.edition(root, tmp_path / "out")
    assert str(caught.value).startswith("pyproject.toml: ") and "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_its_pages_are_its_own(second_book):
    html = second_book / "_build/html"
    for page in ("index.html", "chapters/1-periods.html", "exhibits/table-1.html", "exhibits/figure-1.html"):
        text = (html / page).read_text(encoding="utf-8")
        assert TITLE in text and "@TITLE@" not in text
    listed = (html / "exhibits/index.html").read_text(encoding="utf-8")
    assert "chapters/1-periods.ipynb, cell <code>figure-1</code>" in listed
    for path in files.below(second_book):
        if path.suffix == ".whl":
            continue
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
    its = "reproducible_paper-0.1.0-py3-none-any.whl"
    about = {"edition": "0.1.0", "chapter": "chapters/1-periods.ipynb", "wheel": its}
    assert notebook["metadata"]["bookpress"] == about | {"content": stored.seal(notebook)}
    page = (html / "rerun/1-periods.html").read_text(encoding="utf-8")
    engine = f"bookpress-{__version__}-py3-none-any.whl"
    for name in (its, engine, "constraints.txt", "data/planets.csv", "chapters/1-periods.py"):
        assert f'href="../{name}"' in page, name
        assert book.sha256((html / name).read_bytes()) in page, name
    assert f"pip install ./{its} ./{engine} jupyterlab --constraint constraints.txt" in page
    assert "mybinder" not in page and "cloud" not in page
    with zipfile.ZipFile(html / its) as packed:
        table = packed.read("reproducible_paper/installed/data/planets.csv")
        assert not [name for name in packed.namelist() if name.startswith("bookpress/")]
    assert table == (second_book / "data/planets.csv").read_bytes()


def test_links_into_clouds_come_with_the_repositorys_address(second):
    """And with the files that the clouds look for, which `publish` writes."""
    edit(second / "_config.yml", 'baseurl: ""', "baseurl: https://owner.example/paper")
    with (second / "_config.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nrepository:\n  url: https://github.com/owner/paper\n")
    assert run(second, "-m", "bookpress", "build").returncode == 0
    page = (second / "_build/html/rerun/1-periods.html").read_text(encoding="utf-8")
    assert "mybinder" not in page and "cloud" not in page
    assert run(second, "-m", "bookpress", "publish").returncode == 0
    assert run(second, "-m", "bookpress", "build").returncode == 0
    page = (second / "_build/html/rerun/1-periods.html").read_text(encoding="utf-8")
    for start in ("mybinder.org/v2/gh/owner/paper/main?", "codespaces.new/owner/paper?", "colab."):
        assert f'href="https://{start}' in page, start
    colab = read_notebook(second / "_build/html/chapters/1-periods.colab.ipynb")
    first = "".join(colab["cells"][0]["source"])
    wheels = re.findall(r" https://owner\.example/paper/(\w+)-\S+\.whl", first)
    assert first.startswith("%pip install --quiet https") and wheels == ["reproducible_paper", "bookpress"]


def test_its_own_tests_and_exhibits_pass(second_book):
    done = its_tests(second_book)
    assert done.returncode == 0 and re.search(r"\d+ passed", done.stdout), done.stdout
    done = run(second_book, "-m", "bookpress", "verify", "--all")
    assert done.returncode == 0 and "8 of 8 identical" in done.stdout, done.stdout + done.stderr


def test_one_changed_datum_is_seen_in_every_exhibit(second):
    edit(second / "data/planets.csv", "686.98", "687.98")
    told = run(second, "-m", "pytest", "-n0", "-q", "chapters/1-periods.ipynb").stdout
    assert re.search(r"^chapters/1-periods\.ipynb, cell .*: DataError: data/planets\.csv: ", told, flags=re.M)
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


def test_a_folder_that_is_not_empty_and_an_engine_without_its_wheel(tmp_path, monkeypatch):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(book.BookError, match="found files in it, expected an empty folder"):
        new.new(tmp_path, "x")
    with pytest.raises(book.BookError, match="found a file, expected an empty folder"):
        new.new(tmp_path / "mine", "x")
    assert (tmp_path / "mine").read_text() == "x"
    monkeypatch.setattr(wheel, "SOURCES", tmp_path / "elsewhere")
    monkeypatch.setenv(book.BOOK, str(tmp_path))
    with pytest.raises(
        book.BookError, match=r"found no vendor/bookpress-.*whl, expected to be run from a book"
    ):
        new.new(tmp_path / "none", "x")
    assert not (tmp_path / "none").exists()


def test_the_template_is_as_it_would_be_refreshed(second):
    """Its stored outputs, description and codebook are those that its own commands write."""
    for command in (("-m", "recording"), ("-m", "bookpress", "refresh")):
        assert run(second, *command).returncode == 0
    for path in files.below(new.TEMPLATE):
        name = path.relative_to(new.TEMPLATE)
        made = second / new.RENAMED.get(str(name), name)
        assert made.read_text("utf-8") == path.read_text("utf-8").replace("@TITLE@", TITLE), name
