"""Building: real small books, built, broken, interrupted and built again; the last good book stays."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookpress.edition import files
from bookpress.edition.book import BookError
from bookpress.publish import html
from bookpress.run import results
from small import edit, write_notebook

CONFIG = (
    "title: t\nexecute: {execute_notebooks: cache}\nsphinx: {extra_extensions: [bookpress.pages.execution]}\n"
)


@pytest.fixture
def small(tmp_path) -> Path:
    """A book of one notebook that shows a number from a file."""
    write_notebook(tmp_path / "index.ipynb", ["int(open('number.txt').read()) * 111"])
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "number.txt").write_text("2")
    return tmp_path


def run(root: Path, *command: str) -> subprocess.CompletedProcess:
    command = command or ("-m", "bookpress", "build")
    return subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True)


def test_every_build_shows_the_number_of_a_changed_file(small):
    """Whichever command builds: Sphinx alone would not read a page again whose source is the same."""
    for number in (4, 5):
        (small / "number.txt").write_text(str(number))
        done = run(small, "-c", "from jupyter_book.cli.main import main; main()", "build", ".")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("index.ipynb: ran, because") == 1
        assert str(number * 111) in shown(small)
    edit(small / "index.ipynb", "int(", "no(")
    failed = run(small)
    assert failed.returncode != 0 and "Traceback" not in failed.stderr
    assert "index.ipynb, cell cell-0: NameError" in failed.stdout + failed.stderr
    edit(small / "index.ipynb", "no(", "import nowhere; no(")
    (small / "parts").mkdir()
    (small / "parts/2-listed.md").write_text("# Listed")
    (small / "parts/3-forgotten.md").write_text("# Forgotten")
    (small / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [{file: parts/2-listed}]\n")
    failed = run(small)
    assert "parts/3-forgotten.md: left out, for _toc.yml does not list it" in failed.stdout
    assert (
        "No module named 'nowhere'; name the package in pyproject.toml, group book, and run" in failed.stderr
    )
    assert "KeyboardInterrupt" not in failed.stdout + failed.stderr
    assert "555" in shown(small)
    assert "not built; _build/html is the last good one" in failed.stderr


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book that is there, with a stand-in for Jupyter Book that writes another in no time."""
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("last good book")
    (tmp_path / "source").write_text("a source")
    builder(monkeypatch, 0)
    return tmp_path


def builder(monkeypatch, status):
    def sphinx(root, new_html):
        new_html.mkdir(parents=True)
        (new_html / "index.html").write_text("new book")
        (new_html / ".buildinfo").write_text("config: 1")
        return status

    monkeypatch.setattr(html, "sphinx", sphinx)


def shown(book):
    return (book / "_build/html/index.html").read_text(encoding="utf-8")


def test_a_failed_build_leaves_the_last_good_book(book, monkeypatch):
    builder(monkeypatch, 1)
    assert html.build(book) == 1
    assert shown(book) == "last good book"
    (book / "_build/html").rename(book / "_build/old")  # killed while the book is replaced
    assert html.build(book) == 1
    assert shown(book) == "last good book"


def test_a_whole_build_replaces_it_and_nothing_is_built_when_nothing_changed(book, monkeypatch, capsys):
    assert html.build(book) == 0
    assert shown(book) == "new book"
    assert not (book / "_build/html/.buildinfo").exists() and not (book / "_build/new").exists()
    builder(monkeypatch, 1)
    assert html.build(book) == 0
    assert "Nothing changed" in capsys.readouterr().out


@pytest.mark.parametrize("exchange", [True, False])
def test_an_interruption_at_the_very_moment_of_replacement_leaves_a_book(book, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(html, "exchanged", lambda one, other: False)
    rename, calls = Path.rename, []

    def interrupted(path, target):
        calls.append(path.name)
        if path.name == "new" or (path.parent.name == "new" and calls[-2:] == ["html", "html"]):
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    if exchange:
        assert html.build(book) == 0 and not calls, "one step, and none that could be interrupted"
        assert shown(book) == "new book"
    else:
        with pytest.raises(KeyboardInterrupt):
            html.build(book)
        assert shown(book) == "last good book"


def test_what_a_chapter_says_on_standard_error_stops_the_build_and_is_not_kept(small):
    (small / "_config.yml").write_text(CONFIG.replace("cache}", "cache, stderr_output: error}"))
    code = "import os, sys; os.path.exists('said') or (open('said', 'w').close(), print('by chance', file=sys.stderr)); int("
    edit(small / "index.ipynb", "int(", code)
    done = run(small)
    assert done.returncode != 0 and "index.ipynb, cell cell-0: wrote to standard error" in done.stderr
    assert done.stderr.count("by chance") == 1 and "Traceback" not in done.stderr
    assert run(small).returncode == 0 and "222" in shown(small)


@pytest.mark.parametrize("changed", ["source", "new-source", "_build/html/index.html", "a package"])
def test_any_change_is_built(book, monkeypatch, changed):
    html.build(book)
    if changed == "a package":
        monkeypatch.setattr(results, "setting", lambda: {"pandas": "0.1"})
    else:
        (book / changed).write_text("changed")
    builder(monkeypatch, 3)
    assert html.build(book) == 3


def begun(root: Path) -> subprocess.Popen:
    """Begin a build of the small book; return it when its chapter runs, which then waits for a file ``go``."""
    code = "open('began', 'w').close(); import os, time; "
    code += "[time.sleep(0.05) for _ in iter(lambda: os.path.exists('go'), True)]; int("
    edit(root / "index.ipynb", "int(", code)
    command = [sys.executable, "-m", "bookpress", "build"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 90
    while not (root / "began").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    return process


def test_killed_while_it_is_built(small):
    (small / "_build/html").mkdir(parents=True)
    (small / "_build/html/index.html").write_text("last good book")
    with begun(small) as process:
        os.killpg(process.pid, signal.SIGKILL)
    (small / "go").touch()
    assert shown(small) == "last good book"
    assert run(small).returncode == 0  # nothing that was left behind is in the way
    assert "222" in shown(small)


def test_a_second_build_waits_for_the_first_and_spoils_nothing(small):
    command = [sys.executable, "-m", "bookpress", "build"]
    with (
        begun(small) as first,
        subprocess.Popen(command, cwd=small, stdout=subprocess.PIPE, text=True) as second,
    ):
        assert second.stdout.readline().startswith("Another command is at work in this book; waiting")
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)  # time enough to run the chapter too, if it did not wait
        (small / "go").touch()
        assert first.wait(90) == 0
        said, _ = second.communicate(timeout=90)
    assert second.returncode == 0 and "ran, because" not in said  # what the first one gave holds
    assert "222" in shown(small)


@pytest.mark.skipif(os.name != "posix", reason="a shell sets the limits")
@pytest.mark.parametrize(
    ("setting", "status", "said"),
    [
        ("ulimit -n 80; exec", 0, "The book is file://"),
        ("ulimit -n 40; exec", 2, "found a limit of 40 open files, expected 76 or more; see `ulimit -n`"),
        ("exec <&-; exec", 0, "The book is file://"),
        ("exec >&-; exec", 0, ""),
        ("HOME=/nonexistent TMPDIR=/nonexistent MPLBACKEND=TkAgg MATPLOTLIBRC=/nonexistent exec", 0, "The b"),
        ("ulimit -f 1; exec", 2, "bookpress: [Errno 27] File too large"),
        ("BOOKPRESS_BOOK=/nonexistent exec", 2, "BOOKPRESS_BOOK: found '/nonexistent', expected the folder"),
    ],
)
def test_a_poor_machine_gets_a_book_or_a_sentence(small, setting, status, said):
    edit(small / "index.ipynb", "int(", "import matplotlib.pyplot; int(")
    command = f"{setting} {sys.executable} -m bookpress build"
    done = subprocess.run(["sh", "-c", command], cwd=small, capture_output=True, text=True)
    assert done.returncode == status and said in done.stdout + done.stderr, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and (small / "_build/html/index.html").exists() == (status == 0)


def test_a_disk_without_room_for_a_second_book_is_said_before_anything_is_done(book, monkeypatch):
    (book / "_build/html/index.html").write_bytes(bytes(3_000_000))
    before = files.digests(book)
    monkeypatch.setattr(html.shutil, "disk_usage", lambda folder: SimpleNamespace(free=22_900_000))
    with pytest.raises(BookError, match=r"_build: found 23 MB free, expected 23 MB or more"):
        html.build(book)
    assert files.digests(book) == before
    monkeypatch.setattr(html.shutil, "disk_usage", lambda folder: SimpleNamespace(free=23_000_000))
    assert html.build(book) == 0


def test_contents_that_name_no_notebook_and_a_folder_that_is_no_book(small, tmp_path_factory):
    (small / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: gone\n")
    done = run(small)
    assert done.returncode == 2
    assert (
        done.stderr == "bookpress: _toc.yml: found 'gone', expected a notebook gone.ipynb or a text gone.md\n"
    )
    empty = tmp_path_factory.mktemp("empty")
    done = run(empty)
    assert (done.returncode, done.stdout) == (2, "")
    assert "found no _toc.yml here or above" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not list(empty.iterdir())


def test_unknown_commands_and_notebooks(small):
    unknown = {"built": "found 'built'; did you mean build?", "refresh x.ipynb": "found x.ipynb, expected"}
    for command, said in unknown.items():
        done = run(small, "-m", "bookpress", *command.split())
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
    assert json.loads((small / "index.ipynb").read_text())["cells"][1]["outputs"] == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("_toc.yml", "format: [", "_toc.yml: while parsing"),
        ("_config.yml", "title: {", "_config.yml: while parsing"),
        ("_config.yml", None, "_config.yml: not found, expected the settings of the book"),
        ("index.ipynb", "<<<<<<< mine", "index.ipynb: found JSONDecodeError"),
    ],
)
def test_what_a_person_broke_is_named_in_one_line(small, name, text, said):
    (small / name).unlink() if text is None else (small / name).write_text(text)
    done = run(small)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.startswith(f"bookpress: {said}") and len(done.stderr.splitlines()) == 1


def test_an_editors_dangling_link_is_no_source(small):
    (small / ".#number.txt").symlink_to("somebody@somewhere.1234")
    assert "number.txt" in files.digests(small) and ".#number.txt" not in files.digests(small)
