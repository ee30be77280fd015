"""The wheel that holds an edition, and how its book is found once it is installed, alone or beside another."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bookpress import claims, provenance
from bookpress.edition import book
from bookpress.publish import wheel
from shared import CHAPTERS, ROOT

INNER = "beltroad/installed/"


def test_the_wheel_is_small_and_the_same_every_time(tmp_path):
    first, second = (wheel.edition(ROOT, tmp_path / name) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 2_300_000
    with zipfile.ZipFile(first) as packed:
        names = packed.namelist()
        inner = [name.removeprefix(INNER) for name in names if name.startswith(INNER)]
        for path in [*CHAPTERS, ROOT / "data/paper/table1.csv", ROOT / "CITATION.cff", ROOT / book.LOCK]:
            place = path.relative_to(ROOT).as_posix()
            assert place in inner and packed.read(f"{INNER}{place}") == path.read_bytes()
        assert {"beltroad/table1.py", "tradefiles/asking.py"} <= {*names}
        assert not [name for name in names if name.startswith("bookpress/")]
        [about, licence] = (next(n for n in names if n.endswith(end)) for end in ("/METADATA", "/LICENSE"))
        assert b"License-Expression: MIT AND CC-BY-4.0" in packed.read(about)
        assert b"Requires-Dist: bookpress>=" in packed.read(
            about
        ) and b"Requires-Dist: duckdb>=" in packed.read(about)
        assert packed.read(licence) == (ROOT / "LICENSE").read_bytes()
        assert not [name for name in names if "ipynb_checkpoints" in name or name.startswith("tests/")]
        assert {entry.date_time[3:] for entry in packed.infolist()} == {(0, 0, 0)}
        for name in names:
            assert str(ROOT).encode() not in packed.read(name), name


def test_a_book_without_a_description_has_no_wheel(tmp_path):
    assert wheel.edition(tmp_path, tmp_path / "out") is None and not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory, second_book) -> Path:
    """A folder with the wheels of this edition and of the small book, as an installer unpacks them."""
    site = tmp_path_factory.mktemp("site")
    for root in (ROOT, second_book):
        with zipfile.ZipFile(wheel.edition(root, site.with_name("wheels"))) as packed:
            packed.extractall(site)
    return site


def asked(site: Path, folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess:
    """Run a command in a folder outside any book, where both editions are installed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOOKPRESS")}
    env |= {"PYTHONPATH": os.pathsep.join([str(site), str(book.ENGINE.parent)]), **settings}
    line = [sys.executable, *command]
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True)


def test_two_editions_in_one_environment_do_not_meet(site, second_book, tmp_path):
    """One is named by the module that a command was started by, or by its name; both are verified."""
    done = asked(site, tmp_path, "-m", "bookpress", "claims")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    expected = "found the editions beltroad and reproducible-paper, expected one: name it, as in BOOKPRESS_BOOK=beltroad"
    assert expected in done.stderr
    done = asked(site, tmp_path, "-m", "beltroad", "claims", "--section", "2.1")
    assert "2.1-pattern" in done.stdout, done.stderr
    named = {"BOOKPRESS_BOOK": "reproducible-paper"}
    done = asked(site, tmp_path, "-m", "bookpress", "claims", **named)
    assert "1-harmony" in done.stdout and "2.1-" not in done.stdout, done.stderr
    figure = second_book / "_build/html/figures/figure-1.svg"
    done = asked(site, tmp_path, "-m", "bookpress", "verify", str(figure), **named)
    assert "1 of 1 identical" in done.stdout, done.stdout + done.stderr
    done = asked(site, tmp_path, "-m", "bookpress", "claims", BOOKPRESS_BOOK="another")
    assert "found 'another', expected the folder of a book or beltroad or reproducible-paper" in done.stderr


def test_one_edition_needs_no_name(site, tmp_path):
    for path in site.glob("beltroad-*.dist-info"):
        path.rename(tmp_path / path.name)
    try:
        done = asked(site, tmp_path, "-m", "bookpress", "claims")
        assert "1-harmony" in done.stdout, done.stderr
    finally:
        for path in tmp_path.glob("*.dist-info"):
            path.rename(site / path.name)


@pytest.fixture
def installed(tmp_path, monkeypatch) -> Path:
    """An edition in the package of its name, and a kernel in a reader's own folder."""
    reader = tmp_path / "reader"
    reader.mkdir()
    edition = wheel.gather(ROOT, tmp_path / "tree")
    monkeypatch.setattr(book, "editions", lambda: {"beltroad": edition})
    monkeypatch.delenv("BOOKPRESS_BOOK", raising=False)
    monkeypatch.delenv("BOOKPRESS_EXHIBITS", raising=False)
    monkeypatch.chdir(reader)
    return edition


def test_the_installed_edition_is_found_where_there_is_no_book(installed, monkeypatch):
    assert book.root() == installed
    assert book.of_module(str(installed.parent / "__main__.py")) == installed
    assert provenance.folder() == Path.cwd() / "exhibits"
    monkeypatch.chdir(ROOT / "chapters")
    assert book.root() == ROOT and provenance.folder() == ROOT / "_build/exhibits"


def test_a_folder_that_cannot_be_written_to_gets_no_exhibits(installed, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert provenance.folder() is None


def test_links_are_those_of_the_page_wherever_a_chapter_runs(installed, monkeypatch):
    assert claims.address("2.1-pattern") == "../claims/2-1-pattern.html"
    assert claims.address("2.1-pattern", "index") == "claims/2-1-pattern.html"
    monkeypatch.chdir(ROOT)
    assert claims.address("2.1-pattern") == "claims/2-1-pattern.html"


def test_an_installed_edition_is_not_written_to(installed):
    with pytest.raises(book.BookError, match="found only the installed edition"):
        book.checkout()
