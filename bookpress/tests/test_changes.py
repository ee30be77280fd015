"""What `make check` tests: the chapters that a change concerns."""

import shutil
import subprocess

import pytest

from bookpress.edition import files
from bookpress.run import results
from bookpress.run.results import Result
from small import write_notebook

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git says what changed")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A committed book of two chapters, of which the second read a table when it last ran."""
    for name in ("index", "reader"):
        write_notebook(tmp_path / f"{name}.ipynb", ["1"])
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: reader\n")
    (tmp_path / "table.csv").write_text("a\n1\n")
    (tmp_path / "note.txt").write_text("nobody reads it")
    read = {"reader": {"table.csv": "0", "a.py": "0"}, "index": {"requirements.txt": "0", "a.py": "0"}}
    ran = lambda path, root: Result([], read[path.stem], {}, [], {}, {})  # noqa: E731
    monkeypatch.setattr(results, "recall", ran)
    commit(tmp_path, "all")
    return tmp_path


def commit(root, message):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", *command], cwd=root, check=True)


def names(root):
    return [path.stem for path in results.edited(root)]


def test_chapters_that_changed_and_those_that_read_what_changed(root):
    (root / "table.csv").write_text("a\n2\n")
    assert names(root) == ["reader"]
    write_notebook(root / "index.ipynb", ["2"])
    assert names(root) == ["index", "reader"]
    commit(root, "both")
    assert names(root) == ["index", "reader"], "nothing changed since: what the last commit changed"
    (root / "requirements.txt").write_text("")  # a lock or a module concerns all, and is for `make test`
    (root / "a.py").write_text("")
    (root / "note.txt").write_text("still nobody")
    assert names(root) == ["index", "reader"]


def test_without_a_chapter_or_without_git_the_one_that_was_written_last(root, monkeypatch):
    (root / "note.txt").write_text("still nobody")
    commit(root, "a note")
    write_notebook(root / "reader.ipynb", ["1"])
    assert names(root) == ["reader"]
    monkeypatch.setattr(files, "git", lambda root, *arguments: None)
    assert names(root) == ["reader"]
