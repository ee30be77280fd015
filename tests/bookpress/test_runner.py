"""Results are used again only while all that they came from is the same: a tiny book, run for real, then changed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from bookpress import tables
from bookpress.edition import inputs
from bookpress.edition.book import ENGINE, BookError
from bookpress.run import ipynb, results, runner
from shared import ROOT
from small import edit, write_notebook

CELLS = {
    "one": ["from bookpress import tables", 'float(tables.read("paper-table1")["share_pct"].sum())'],
    "two": [
        "from beltroad import table1\nfrom bookpress import tables",
        'tables.describe()["signers"]["title"], len(table1.DEFINITIONS)',
    ],
    "three": ["import os", "sorted(e.name for e in os.scandir('folder'))"],
}


def contents(root: Path, *names: str) -> Path:
    """Write the contents of a book, and its lock."""
    chapters = "".join(f"  - file: {name}\n" for name in names[1:])
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: {names[0]}\n" + f"chapters:\n{chapters}" * bool(chapters)
    )
    (root / "requirements.txt").write_text("pandas==3\n")
    return root


def up_to_date(root: Path, paths=None, say=lambda line: None):
    return runner.finish(runner.up_to_date(paths or [root / f"{name}.ipynb" for name in CELLS], root, say))


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Path:
    """A book with packages and tables of its own, whose three chapters have run."""
    root = contents(tmp_path_factory.mktemp("book"), *CELLS)
    for name in ("beltroad", "data"):
        shutil.copytree(ROOT / name, root / name)
    (root / "folder").mkdir()
    for name, cells in CELLS.items():
        write_notebook(root / f"{name}.ipynb", cells)
    up_to_date(root)
    return root


@pytest.fixture
def book(ran, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(ran, tmp_path / "book"))


def stale(root: Path) -> dict[str, list[str]]:
    """Return the chapters that must run, with why."""
    found = results.stale([root / f"{name}.ipynb" for name in CELLS], root)
    return {path.stem: why for path, why in found.items()}


def test_nothing_changed_nothing_runs(book, monkeypatch):
    assert stale(book) == {}
    monkeypatch.setattr(runner, "run", lambda *_: pytest.fail("a chapter was run"))
    said = []
    up_to_date(book, say=said.append)
    assert said == ["3 of 3 chapters unchanged, 0 to run"]


CHANGES = [
    ("data/paper/table1.csv", "35.11", "35.12", {"one": ["data/paper/table1.csv"]}),
    ("data/datapackage.json", "Signers of", "All signers of", {"two": ["data/datapackage.json#signers"]}),
    ("beltroad/table1.py", "100 *", "101 *", {"two": ["beltroad/table1.py"]}),
    ("requirements.txt", "3", "4", {name: ["requirements.txt"] for name in CELLS}),
    ("one.ipynb", "# Title", "# Another title", {}),
    ("one.ipynb", ".sum()", ".mean()", {"one": ["the chapter's code"]}),
    ("folder/new", "", "x", {"three": ["folder/"]}),  # the folder was listed
    ("pandas.py", "", "x = 1", {name: ["./*.py"] for name in CELLS}),  # it would be imported
]


def test_a_chapter_runs_again_when_what_it_came_from_has_changed(book):
    for file, old, new, expected in CHANGES:
        before = (book / file).read_text() if old else ""
        edit(book / file, old, new) if old else (book / file).write_text(new)
        assert stale(book) == expected, file
        (book / file).write_text(before) if old else (book / file).unlink()


STALE = """
import os, sys
from pathlib import Path
from bookpress.run import results, runner

root = Path.cwd()
paths = [root / f"{name}.ipynb" for name in sys.argv[1:]]
if not (root / "_build").exists():
    runner.finish(runner.up_to_date(paths, root, lambda line: None))
print(*(path.stem for path in results.stale(paths, root)))
"""


def test_an_engine_whose_sources_lie_in_the_book_is_an_input_of_the_chapters_that_use_it(book):
    shutil.rmtree(book / "_build")
    engine = Path(shutil.copytree(ENGINE, book / "bookpress/src/bookpress"))

    def asked() -> set[str]:
        env = {**os.environ, "PYTHONPATH": f"{book}{os.pathsep}{engine.parent}"}
        done = subprocess.run(
            [sys.executable, "-c", STALE, *CELLS], cwd=book, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return set(done.stdout.split())

    assert asked() == set()
    edit(engine / "tables/reading.py", "def read(", "def read (")
    assert asked() == {"one", "two"}  # three reads no table
    edit(engine / "run/results.py", '"""What', '""" What')
    assert asked() == {*CELLS}  # it runs the chapters


def test_another_package_version_or_another_runner(book, monkeypatch):
    now = {**results.setting(), "pandas": "0.1", "runner": "other"}
    was = json.loads((book / "_build/.results/one.json").read_text())["setting"]
    monkeypatch.setattr(results, "setting", lambda: now)
    assert stale(book)["three"] == [f"pandas {was['pandas']} → 0.1", f"runner {was['runner']} → other"]


def test_a_damaged_or_missing_result_is_not_used(book):
    path = book / "one.ipynb"
    (book / "_build/.results/one.json").write_text('{"code": ')
    assert results.recall(path, book) is None
    (book / "_build/.results/one.json").unlink()
    assert stale(book) == {"one": ["it has not run before"]}


def test_outputs_go_to_their_cells(book):
    path = book / "one.ipynb"
    notebook = results.merge(ipynb.read(path), results.recall(path, book))
    (output,) = notebook["cells"][2]["outputs"]
    total = tables.read("paper-table1")["share_pct"].sum()
    assert float(output["data"]["text/plain"]) == total
    assert [cell.get("execution_count") for cell in notebook["cells"]] == [None, 1, 2]


def test_only_entries_that_are_looked_up_are_noted(monkeypatch):
    monkeypatch.setattr(inputs, "seen", {})
    described = tables.describe()
    assert inputs.seen == {}
    assert (
        described["wdi"]["path"] == "wdi/wdi.csv" and described.get("none") is None and "wto" not in described
    )
    names = {f"data/datapackage.json#{name}" for name in ("wdi", "none", "wto")}
    assert set(inputs.seen) == names
    assert inputs.seen["data/datapackage.json#wdi"] == inputs.state(ROOT, "data/datapackage.json#wdi")
    assert "wdi" in list(described)
    assert set(inputs.seen) == {*names, "data/datapackage.json"}


def test_every_failing_chapter_is_named_and_the_others_are_kept(tmp_path):
    contents(tmp_path, "good", "bad", "worse")
    good = write_notebook(tmp_path / "good.ipynb", ["1"])
    bad = [
        write_notebook(tmp_path / "bad.ipynb", ["x = 1", "x / 0"]),
        write_notebook(tmp_path / "worse.ipynb", ["import os", "os._exit(1)"]),
    ]
    notebook = json.loads(bad[0].read_text())
    notebook["cells"][2]["outputs"] = [
        {"output_type": "display_data", "data": {}, "metadata": {"bookpress": {"label": "Table 1"}}}
    ]
    bad[0].write_text(json.dumps(notebook))
    with pytest.raises(runner.ChapterError) as error:
        up_to_date(tmp_path, [good, *bad])
    first, second = str(error.value).splitlines()
    assert first == "bad.ipynb, cell cell-1, Table 1: ZeroDivisionError: division by zero"
    assert second.startswith("worse.ipynb, cell cell-1: DeadKernelError")
    assert results.recall(good, tmp_path) and not results.recall(bad[0], tmp_path)


def test_refresh_stores_what_ran_and_leaves_what_failed(tmp_path):
    contents(tmp_path, "good", "bad")
    good = write_notebook(tmp_path / "good.ipynb", ["6 * 7"])
    bad = write_notebook(tmp_path / "bad.ipynb", ["1", "1 / 0"])
    before = bad.read_bytes()
    with pytest.raises(runner.ChapterError, match="ZeroDivisionError"):
        runner.refresh([good, bad], tmp_path, lambda line: None)
    assert bad.read_bytes() == before
    assert "42" in good.read_text() and "time" not in json.loads(good.read_text())["metadata"]


def test_a_full_disk_leaves_the_old_notebook_whole(tmp_path):
    """The system refuses files of more than a hundred kilobytes, as a disk does that is full."""
    contents(tmp_path, "large")
    path = write_notebook(tmp_path / "large.ipynb", ["'x' * 200_000"])
    before = path.read_bytes()
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from bookpress.__main__ import main; sys.exit(main(['refresh']))"
    )
    # Python itself would keep half of its bytecode, and take it for whole.
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 2 and "File too large" in done.stderr and "Traceback" not in done.stderr
    assert path.read_bytes() == before
    assert not list(tmp_path.rglob("*.part"))


def small(root: Path, *cells: str, name: str = "index") -> Path:
    """Write a book of one notebook and run it."""
    contents(root, name)
    path = write_notebook(root / f"{name}.ipynb", list(cells))
    up_to_date(root, [path])
    return path


def test_a_folder_is_an_input_however_it_is_listed_and_so_is_a_link_that_leads_elsewhere(tmp_path):
    root = tmp_path / "book"
    for name in "abc":
        (root / name).mkdir(parents=True)
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
        (root / f"link-{name}").symlink_to(tmp_path / name)
    path = small(
        root,
        "import os, pathlib\nopen('link-one').read(), open('link-two').read(), len(os.listdir('a'))",
        "len(list(pathlib.Path('b').iterdir()))",
        "os.chdir('c'); len(os.listdir())",
    )
    for name in "abc":
        (root / name / "new").write_text("")
    (tmp_path / "one").write_text("changed")
    (root / "link-two").unlink()
    (root / "link-two").symlink_to(tmp_path / "new")
    assert results.stale([path], root) == {path: ["link-one", "link-two", "a/", "b/", "c/"]}


def test_modules_are_inputs_wherever_their_bytecode_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "cache"))
    (tmp_path / "book").mkdir()
    (tmp_path / "book/helper.py").write_text("x = 1")
    path = small(tmp_path / "book", "import helper\nhelper.x")
    results.exports(path, tmp_path / "book").rmdir()
    up_to_date(tmp_path / "book", [path])  # now from bytecode
    (tmp_path / "book/helper.py").write_text("x = 2")
    assert results.stale([path], tmp_path / "book") == {path: ["helper.py"]}


def test_only_installed_modules_are_imported_before_the_fork(tmp_path, monkeypatch):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/mylib.py").write_text("x = 1")
    monkeypatch.syspath_prepend(tmp_path / "src")
    source = "import mylib, pandas, json, helper, nothing_of_this_name\nfrom numpy import linalg"
    paths = [write_notebook(tmp_path / f"{name}.ipynb", [source, "%magic of IPython"]) for name in "ab"]
    (tmp_path / "helper.py").write_text("")
    assert ipynb.imported(paths, tmp_path) == ["json", "numpy", "numpy.linalg", "pandas"]
    assert ipynb.imported(paths[:1], tmp_path) == []


def test_a_tag_that_decides_whether_a_cell_may_fail_is_part_of_the_code(tmp_path):
    path = small(tmp_path, "1")
    notebook = json.loads(path.read_text())
    notebook["cells"][1]["metadata"]["tags"] = ["hide-input"]
    path.write_text(json.dumps(notebook))
    assert results.stale([path], tmp_path) == {}
    notebook["cells"][1]["metadata"]["tags"] = ["raises-exception"]
    path.write_text(json.dumps(notebook))
    assert results.stale([path], tmp_path) == {path: ["the chapter's code"]}


def test_a_chapter_and_a_folder_of_one_name_keep_their_results_apart(tmp_path):
    contents(tmp_path, "intro", "intro/part")
    paths = [write_notebook(tmp_path / f"{name}.ipynb", ["1"]) for name in ("intro", "intro/part")]
    up_to_date(tmp_path, paths)
    runner.finish(runner.renew({paths[0]: ["again"]}, tmp_path, lambda line: None))
    assert results.stale(paths, tmp_path) == {}


def test_a_chapter_edited_while_it_runs_is_not_stored(tmp_path):
    contents(tmp_path, "index")
    path = write_notebook(tmp_path / "index.ipynb", ["p = open('index.ipynb').read()", "1"])
    edit(path, "read()", "read().replace('\\\"1\\\"', '\\\"2\\\"'); open('index.ipynb', 'w').write(p)")
    with pytest.raises(runner.book.BookError, match=r"index.ipynb: edited while it ran"):
        runner.refresh([path], tmp_path, lambda line: None)
    assert json.loads(path.read_text())["cells"][2]["outputs"] == []


def alive(marker: str) -> list[str]:
    """Return the processes that have a marker in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in environ.read_bytes():
                found.append(environ.parent.name)
        except OSError:
            continue
    return found


def until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("command", "number", "forked"),
    [
        ("build", signal.SIGINT, True),
        ("refresh", signal.SIGTERM, False),
        ("refresh", signal.SIGKILL, True),
    ],
)
def test_nothing_is_left_of_a_command_that_is_ended(tmp_path, command, number, forked):
    contents(tmp_path, "slow")
    write_notebook(tmp_path / "slow.ipynb", ["import time\nopen('began', 'w').close()\ntime.sleep(100)"])
    (tmp_path / "_config.yml").write_text(
        "title: t\nsphinx: {extra_extensions: [bookpress.pages.execution]}\n"
    )
    if not forked:
        (tmp_path / "matplotlibrc").write_text("")
    marker, private = f"MARKER={tmp_path}", Path(tempfile.mkdtemp())
    env = {**os.environ, "MARKER": str(tmp_path), "TMPDIR": str(private)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bookpress", command],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until((tmp_path / "began").exists)
    assert len(alive(marker)) > 1
    process.send_signal(number)
    _, said = process.communicate(timeout=90)
    until(lambda: not alive(marker))
    if number != signal.SIGKILL:
        # A shell calls both 130; Python chooses the second when code that it was compiling was interrupted.
        assert process.returncode in (130, -signal.SIGINT) and "interrupted" in said
        assert "Traceback" not in said or "Exception ignored" in said  # Python's own word on what it drops
    else:  # the next command removes what is left
        assert list(private.iterdir())
        subprocess.run([sys.executable, "-m", "bookpress", "identify"], cwd=tmp_path, env=env, check=True)
    assert not list(private.iterdir())
    private.rmdir()
    assert not results.recall(tmp_path / "slow.ipynb", tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize(("room", "chapters"), [(27, 0), (28, 1), (45, 1), (46, 2)])
def test_where_few_threads_may_run_fewer_chapters_do(monkeypatch, room, chapters):
    import resource

    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    limits = {resource.RLIMIT_NPROC: (60, 60), resource.RLIMIT_NOFILE: (9999, 9999)}
    monkeypatch.setattr(resource, "getrlimit", limits.__getitem__)
    started = []

    class Few(threading.Thread):
        def start(self):
            if len(started) == room:
                raise RuntimeError("can't start new thread")
            started.append(self)
            super().start()

    monkeypatch.setattr(runner, "Thread", Few)
    if chapters:
        assert runner.side_by_side() == chapters
    else:
        with pytest.raises(BookError, match=r"found room for 27 threads, expected 28 or more"):
            runner.side_by_side()
    assert len(started) == room and not any(thread.is_alive() for thread in started)
