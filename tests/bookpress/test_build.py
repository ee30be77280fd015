"""Building: a build that fails leaves the last good book in place."""

import os
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from conftest import ROOT, load_script


@pytest.fixture
def script(tmp_path, monkeypatch):
    script = load_script("book")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(script, "NEW", tmp_path / "_build/new")
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("last good book")
    (tmp_path / "source").write_text("a source")
    return script


def builder(script, status):
    def run(command, **_):
        html = script.NEW / "_build/html"
        html.mkdir(parents=True)
        (html / "index.html").write_text("new book")
        (html / ".buildinfo").write_text("config: 1")
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
    assert not (script.BUILD / "html/.buildinfo").exists()
    assert not script.NEW.exists()


def test_nothing_is_built_when_nothing_changed(script, monkeypatch, capsys):
    monkeypatch.setattr(script.subprocess, "run", builder(script, 0))
    script.main()
    monkeypatch.setattr(script.subprocess, "run", builder(script, 1))
    assert script.main() == 0
    assert "Nothing changed" in capsys.readouterr().out


@pytest.mark.parametrize("changed", ["source", "new-source", "_build/html/index.html"])
def test_any_change_is_built(script, monkeypatch, changed):
    monkeypatch.setattr(script.subprocess, "run", builder(script, 0))
    script.main()
    (script.ROOT / changed).write_text("changed")
    monkeypatch.setattr(script.subprocess, "run", builder(script, 3))
    assert script.main() == 3


def test_another_package_version_is_built(script, monkeypatch):
    monkeypatch.setattr(script.subprocess, "run", builder(script, 0))
    script.main()
    (script.ROOT / ".site/pandas-0.1.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(script.ROOT / ".site")
    monkeypatch.setattr(script.subprocess, "run", builder(script, 3))
    assert script.main() == 3


def test_killed_while_the_book_is_replaced(script, monkeypatch):
    (script.BUILD / "html").rename(script.BUILD / "old")
    monkeypatch.setattr(script.subprocess, "run", builder(script, 1))
    assert script.main() == 1
    assert (script.BUILD / "html/index.html").read_text() == "last good book"


def test_killed_while_it_is_built(tmp_path):
    """The real script in a folder of its own, with a builder that never ends."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    shutil.copy(ROOT / "scripts/book.py", scripts)
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("last good book")
    (tmp_path / "_ext").mkdir()
    (tmp_path / "_ext/ahead.py").write_text(
        "import os, time\nos.makedirs('_build/new/_build/html')\ntime.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, scripts / "book.py"], cwd=tmp_path, start_new_session=True
    )
    try:
        while not (tmp_path / "_build/new/_build/html").exists():
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (tmp_path / "_build/html/index.html").read_text() == "last good book"
