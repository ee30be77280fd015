"""The wheel that holds an edition, and how its book is found once it is installed."""

import os
import zipfile
from pathlib import Path

import pytest

from bookpress import claims, provenance
from bookpress.edition import book
from bookpress.publish import wheel
from shared import CHAPTERS, ROOT


def test_the_wheel_is_small_and_the_same_every_time(tmp_path):
    first, second = (wheel.write(ROOT, tmp_path / name) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 2_300_000
    with zipfile.ZipFile(first) as packed:
        names = packed.namelist()
        inner = [name.removeprefix("bookpress/installed/") for name in names if "/installed/" in name]
        for path in [*CHAPTERS, ROOT / "data/paper/table1.csv", ROOT / "CITATION.cff", ROOT / book.LOCK]:
            place = path.relative_to(ROOT).as_posix()
            assert place in inner and packed.read(f"bookpress/installed/{place}") == path.read_bytes()
        assert {"beltroad/table1.py", "tradefiles/asking.py", "bookpress/edition.mplstyle"} <= {*names}
        [about, licence] = (next(n for n in names if n.endswith(end)) for end in ("/METADATA", "/LICENSE"))
        assert b"License-Expression: MIT AND CC-BY-4.0" in packed.read(about)
        assert packed.read(licence) == (ROOT / "LICENSE").read_bytes()
        assert not [name for name in names if "ipynb_checkpoints" in name or name.startswith("tests/")]
        assert {entry.date_time[3:] for entry in packed.infolist()} == {(0, 0, 0)}
        for name in names:
            assert str(ROOT).encode() not in packed.read(name), name


def test_a_book_that_describes_no_package_has_no_wheel(tmp_path):
    assert wheel.write(tmp_path, tmp_path / "out") is None and not (tmp_path / "out").exists()


def test_a_description_without_packages_is_refused(tmp_path):
    (tmp_path / book.PROJECT).write_text("[project]\n")
    with pytest.raises(book.BookError, match=r"pyproject\.toml: found KeyError.*expected tool.setuptools"):
        wheel.write(tmp_path, tmp_path / "out")


@pytest.fixture
def installed(tmp_path, monkeypatch) -> Path:
    """An edition inside the engine, and a kernel in a reader's own folder."""
    edition, reader = tmp_path / "edition", tmp_path / "reader"
    reader.mkdir()
    wheel.gather(ROOT, tmp_path / "tree")
    (tmp_path / "tree/bookpress/installed").rename(edition)
    monkeypatch.setattr(book, "INSTALLED", edition)
    monkeypatch.delenv("BOOKPRESS_BOOK", raising=False)
    monkeypatch.delenv("BOOKPRESS_EXHIBITS", raising=False)
    monkeypatch.chdir(reader)
    return edition


def test_the_installed_edition_is_found_where_there_is_no_book(installed, monkeypatch):
    assert book.root() == installed
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
