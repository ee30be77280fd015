"""Identifiers: what git alone computes of the same files, with git at hand and without, committed or not."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from bookpress.edition import book, identifiers
from bookpress.publish import html
from shared import ROOT
from small import edit

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is what identifiers are compared with")
WHO = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]


def git(folder, *arguments, **setting):
    """Return what git prints in a folder, whatever a person's own settings are."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    env |= dict.fromkeys(WHO, "t@example.org") | setting
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\n")


def by_git(root, scratch, *add):
    """Return the identifiers of the edition and its folders by git alone: a temporary index, written as trees."""
    git(scratch, "init", "--quiet", "--bare", "objects.git")
    setting = {
        "GIT_DIR": str(scratch / "objects.git"),
        "GIT_WORK_TREE": str(root),
        "GIT_INDEX_FILE": str(scratch / "index"),
    }
    git(root, *(add or ("add", "--all")), **setting)
    prefixes = {"": "", "data": "--prefix=data", "chapters": "--prefix=chapters"}
    return {
        name: f"swh:1:dir:{git(root, 'write-tree', *filter(None, [prefix]), **setting)}"
        for name, prefix in prefixes.items()
    }


@pytest.fixture
def small(tmp_path) -> Path:
    """A book with all that names and modes can be, committed, with files beside it that git does not track."""
    root = tmp_path / "a book"
    texts = {
        "_toc.yml": "format: jb-book\nroot: index\n",
        ".gitignore": ".venv/\n_build/\n__pycache__/\n",
        ".ci/run": "#!/bin/sh\n",
        "chapters/1.ipynb": "{}",
        "data/größe und Maß.csv": "ä,b\n1,2\n",
        "data/sub.csv": "sorts before the folder",
        "data/sub/x": "sorts after sub.csv",
        "book-cover.txt": "no part of what a crate adds",
        "_build/html/index.html": "built",
        ".venv/ready": "",
        "data/__pycache__/x.pyc": "",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    (root / ".ci/run").chmod(0o755)
    (root / "a link").symlink_to("data/sub")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "all")
    return root


def test_files_and_folders_have_the_identifiers_that_git_gives_them(small, tmp_path):
    path = small / "data/größe und Maß.csv"
    assert identifiers.content(path) == f"swh:1:cnt:{git(small, 'hash-object', str(path))}"
    assert identifiers.content(path.read_bytes()) == identifiers.content(path)
    found = identifiers.edition(small)
    assert found == by_git(small, tmp_path)
    found["data/sub/"] = identifiers.directory(small, "data/sub/")
    places = {name: f"HEAD:{name.rstrip('/')}" for name in ("", "data", "chapters", "data/sub/")}
    assert found == {name: f"swh:1:dir:{git(small, 'rev-parse', place)}" for name, place in places.items()}
    assert identifiers.directory(small) == found[""]
    assert identifiers.revision(small) == f"swh:1:rev:{git(small, 'rev-parse', 'HEAD')}"


def test_this_edition_has_the_identifiers_that_git_gives_it(tmp_path):
    if (ROOT / ".git").exists():
        (tmp_path / "names").write_text(git(ROOT, "ls-files", "-z"))
        add = ("add", f"--pathspec-from-file={tmp_path / 'names'}", "--pathspec-file-nul")
        if gone := git(ROOT, "ls-files", "--deleted"):
            pytest.skip(f"git tracks what is not there: {gone}")
    else:
        add = ("add", "--all")
    assert identifiers.edition(ROOT) == by_git(ROOT, tmp_path, *add)


def test_what_is_not_committed_counts_as_it_lies_there_if_git_tracks_it(small, tmp_path):
    before = identifiers.edition(small)
    (small / "data/untracked.csv").write_text("x")
    assert identifiers.edition(small) == before
    assert identifiers.revision(small) == "", "a commit does not stand for what is not in it"
    edit(small / "data/sub.csv", "before", "after")
    (small / "book-cover.txt").unlink()
    after = identifiers.edition(small)
    assert after["data"] != before["data"] and after[""] != before[""]
    assert after["chapters"] == before["chapters"]
    (small / "data/untracked.csv").unlink()
    assert after == by_git(small, tmp_path)
    assert identifiers.revision(small) == ""


def test_an_executable_file_is_another_and_a_link_is_where_it_leads(small, tmp_path):
    before = identifiers.edition(small)
    (small / "data/sub.csv").chmod(0o755)
    assert identifiers.edition(small) == by_git(small, tmp_path) != before
    (small / "data/sub.csv").chmod(0o655)  # for others only: no executable file to git
    assert identifiers.edition(small) == before
    (small / ".ci/run").chmod(0o644)
    git(small, "config", "core.fileMode", "false")
    assert identifiers.edition(small) == before, "where files have no such bit, git's record decides"
    git(small, "config", "core.fileMode", "true")
    (small / "a link").unlink()
    (small / "a link").symlink_to("data")
    assert identifiers.edition(small) == by_git(small, tmp_path) != before


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="clones the repository of this edition")
def test_a_checkout_has_the_same_bytes_where_git_is_told_to_change_the_ends_of_lines(tmp_path):
    setting = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    git(tmp_path, *setting, "clone", "--quiet", "--no-hardlinks", str(ROOT), "clone")
    clone = tmp_path / "clone"
    if not (clone / ".gitattributes").exists():
        pytest.skip("the last commit is from before this edition")
    tree = git(clone, "rev-parse", "HEAD^{tree}")
    assert identifiers.edition(clone)[""] == f"swh:1:dir:{tree}"
    assert by_git(clone, tmp_path)[""].endswith(tree)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a folder away"
)
def test_a_checkout_of_another_user_has_the_same_identifiers(small):
    (small / "data/untracked.csv").write_text("x")
    expected = identifiers.edition(small)
    os.chown(small, 12345, 12345)
    os.chown(small / ".git", 12345, 12345)
    assert identifiers.edition(small) == expected


def test_an_unpacked_crate_has_the_same_identifiers(small, tmp_path, monkeypatch):
    expected = identifiers.edition(small)
    crate = tmp_path / "crate"
    shutil.copytree(small, crate, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    for name in ("book/index.html", "ro-crate-metadata.json", "ro-crate-preview.html", "x.egg-info/y"):
        (crate / name).parent.mkdir(exist_ok=True)
        (crate / name).write_text("added")
    (crate / ".ci/run").chmod(0o644)  # as some programs unpack it
    assert identifiers.edition(crate) == expected
    assert identifiers.revision(crate) == ""
    git(tmp_path, "init", "--quiet")
    assert identifiers.edition(crate) == expected, "it lies in another repository, which does not track it"
    git(tmp_path, "add", "crate")
    assert identifiers.edition(crate) == expected, "or does"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert identifiers.edition(crate) == expected == identifiers.edition(small), "no git on this machine"


def test_a_folder_named_as_one_of_a_crate_is_part_of_a_book(small, tmp_path):
    shutil.rmtree(small / ".git")
    (small / "book").mkdir()
    (small / "book/x").write_text("x")
    expected = by_git(small, tmp_path)
    assert identifiers.edition(small) == expected
    git(small, "init", "--quiet")
    git(small, "add", ".gitignore")
    assert identifiers.edition(small) == expected, "git does not track the book yet"


def test_neither_a_clone_nor_a_hook_of_another_repository_makes_a_difference(small, tmp_path, monkeypatch):
    expected = identifiers.edition(small), identifiers.revision(small)
    git(tmp_path, "clone", "--quiet", str(small), "another")
    assert (identifiers.edition(tmp_path / "another"), identifiers.revision(tmp_path / "another")) == expected
    monkeypatch.setenv("GIT_DIR", str(ROOT / ".git"))
    assert identifiers.edition(small) == expected[0]


@pytest.mark.parametrize("below", ["nothing", "data/nothing", "_toc.yml", "_toc.yml/x", "_build"])
def test_a_folder_that_is_no_part_of_the_edition_is_named(small, below):
    with pytest.raises(book.BookError, match=f"{below}: not found, expected a folder that belongs"):
        identifiers.directory(small, below)


def test_a_build_sees_whatever_changes_the_identifier(small):
    states = [html.state(small)]
    (small / ".ci/run").write_text("#!/bin/bash\n")  # hidden, and read by no chapter
    states.append(html.state(small))
    (small / "data/new.csv").write_text("x")
    states.append(html.state(small))
    git(small, "add", "data/new.csv")  # the same files, of which one more is tracked
    states.append(html.state(small))
    assert all(one != two for one, two in pairwise(states))


def identify(root, *files):
    command = [sys.executable, "-m", "bookpress", "identify", *files]
    env = {name: value for name, value in os.environ.items() if name != "BOOKPRESS_BOOK"}
    env["PYTHONPATH"] = str(book.ENGINE.parent)
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)


def test_the_command_prints_identifiers(small):
    told = dict(line.split("  ")[::-1] for line in identify(small).stdout.splitlines())
    named = {"": ".", "data": "data", "chapters": "chapters"}
    assert told == {named[name]: value for name, value in identifiers.edition(small).items()} | {
        "HEAD": identifiers.revision(small)
    }
    one = "data/größe und Maß.csv"
    assert identify(small, one).stdout == f"{identifiers.content(small / one)}  {one}\n"
    wrong = identify(small, "data/sub.csv", "data/none.csv")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "bookpress: data/none.csv: No such file or directory\n"


def test_chapters_never_load_the_library():
    code = """if True:
        import sys
        import bookpress.claims, bookpress.exhibits, bookpress.provenance, bookpress.edition.citation, bookpress.edition.identifiers
        import beltroad.table1, beltroad.figures.explorer
        bookpress.edition.citation.reference()
        print([name for name in sys.modules if name.partition(".")[0] == "swh"])
    """
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
