"""Copies of the sources, and comparing two books: every file, named with where it differs."""

import os

from lab import copies


def test_differences_are_named(tmp_path):
    for name, text in (("one", "a\nsame\n"), ("two", "a\nother\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.html").write_text("same")
        (tmp_path / name / "page.html").write_text(text)
    (tmp_path / "two" / "more.js").write_text("")
    assert [*copies.differences(tmp_path / "one", tmp_path / "one")] == []
    assert [*copies.differences(tmp_path / "one", tmp_path / "two")] == [
        "more.js: not in one",
        r"page.html: line 2: b'a\nsame\n' and b'a\nother\n'",
    ]


def test_the_copy_has_sources_and_nothing_built(tmp_path):
    copy = copies.copy(tmp_path, others="")
    assert (copy / "lab/twice.py").stat().st_mode & 0o777 == 0o600
    kept = os.access(copies.ROOT / ".ci/run", os.X_OK)  # some programs unpack it without
    assert (copy / ".ci/run").stat().st_mode & 0o777 == (0o700 if kept else 0o600)
    assert not (copy / ".venv").exists() and not (copy / "_build").exists()
