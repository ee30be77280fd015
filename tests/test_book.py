"""Building: a build that fails leaves the last good book in place."""

from types import SimpleNamespace

import pytest
from conftest import load_script


@pytest.fixture
def script(tmp_path, monkeypatch):
    script = load_script("book")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(script, "NEW", tmp_path / "_build/new")
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("last good book")
    return script


def builder(script, status):
    def run(command, **_):
        html = script.NEW / "_build/html"
        html.mkdir(parents=True)
        (html / "index.html").write_text("new book")
        return SimpleNamespace(returncode=status)

    return run


def test_a_failed_build_leaves_the_last_good_book(script, monkeypatch):
    monkeypatch.setattr(script.subprocess, "run", builder(script, 1))
    assert script.main() == 1
    assert (script.BUILD / "html/index.html").read_text() == "last good book"


def test_a_whole_build_replaces_it(script, monkeypatch):
    monkeypatch.setattr(script.subprocess, "run", builder(script, 0))
    assert script.main() == 0
    assert (script.BUILD / "html/index.html").read_text() == "new book"
    assert not script.NEW.exists()
