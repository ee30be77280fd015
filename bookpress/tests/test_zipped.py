"""The built book in one archive."""

import io
import zipfile

import pytest

from bookpress.edition import book
from bookpress.publish import zipped


def test_the_same_book_gives_the_same_archive_at_any_time_and_with_any_rights(tmp_path):
    html, target = tmp_path / "_build/html", tmp_path / "_build/edition.zip"
    (html / "chapters").mkdir(parents=True)
    for name in ("index.html", "chapters/1.html", "objects.inv"):
        (html / name).write_text(name)
    assert zipped.write(tmp_path).startswith("_build/edition.zip: 2 files, ")
    first = target.read_bytes()
    (html / "index.html").touch()
    (html / "index.html").chmod(0o600)
    zipped.write(tmp_path)
    assert target.read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["edition/chapters/1.html", "edition/index.html"]
        assert archive.read("edition/index.html") == b"index.html"
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}


def test_without_a_book_nothing_is_packed(tmp_path):
    with pytest.raises(book.BookError, match="found no book"):
        zipped.write(tmp_path)
    assert not (tmp_path / "_build").exists()
