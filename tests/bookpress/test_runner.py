"""Results are reused only while all that they came from is the same: a tiny book, run for real, then changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from beltroad import data, kernels
from conftest import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import fresh
import inputs

CELLS = {
    "one": [
        "from beltroad import data",
        'float(data.table("paper-table1")["share_pct"].sum())',
    ],
    "two": [
        "from beltroad import data, trade",
        'data.describe()["signers"]["title"], len(trade.DEFINITIONS)',
    ],
    "three": ["import os", "sorted(e.name for e in os.scandir('folder'))"],
}


def write(path: Path, cells: list[str]) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[])
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    notebook.cells.append(nbformat.v4.new_markdown_cell("# Title", id="title"))
    for number, source in enumerate(cells):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Path:
    """A book with a package and tables of its own, whose three chapters have run."""
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(ROOT / "beltroad", root / "beltroad")
    shutil.copytree(data.FOLDER, root / "data")
    (root / "requirements.txt").write_text("pandas==3\n")
    (root / "folder").mkdir()
    paths = [write(root / f"{name}.ipynb", cells) for name, cells in CELLS.items()]
    fresh.results(paths, root)
    return root


@pytest.fixture
def book(ran, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(ran, tmp_path / "book"))


def stale(root: Path) -> dict[str, list[str]]:
    """Return the chapters that must run, with why."""
    found = {}
    for name in CELLS:
        path = root / f"{name}.ipynb"
        why = fresh.changes(
            fresh.recall(path, root), json.loads(path.read_text()), path, root
        )
        if why:
            found[name] = why
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_changed_nothing_runs(book, monkeypatch):
    assert stale(book) == {}
    monkeypatch.setattr(fresh, "run", lambda *_: pytest.fail("a chapter was run"))
    said = []
    fresh.results([book / f"{name}.ipynb" for name in CELLS], book, said.append)
    assert said == ["3 of 3 chapters unchanged, 0 to run"]


def test_a_changed_table(book):
    edit(book / "data/paper/table1.csv", "35.11", "35.12")
    assert stale(book) == {"one": ["data/paper/table1.csv"]}


def test_a_changed_description_of_a_table(book):
    edit(book / "data/datapackage.json", "Signers of a", "Signatories of a")
    assert stale(book) == {"two": ["data/datapackage.json#signers"]}


def test_a_changed_function(book):
    edit(book / "beltroad/trade.py", "100 *", "101 *")
    assert stale(book) == {"two": ["beltroad/trade.py"]}
    edit(book / "beltroad/data.py", "def table(", "def table (")
    assert set(stale(book)) == set(CELLS)  # the one door to the tables


def test_a_changed_lock(book):
    (book / "requirements.txt").write_text("pandas==4\n")
    assert stale(book) == {name: ["requirements.txt"] for name in CELLS}


def test_another_package_version(book, monkeypatch):
    now = {**fresh.setting(), "pandas": "0.1"}
    monkeypatch.setattr(fresh, "setting", lambda: now)
    was = json.loads((book / "_build/.results/one.json").read_text())["setting"]
    assert stale(book)["three"] == [f"pandas {was['pandas']} → 0.1"]


def test_a_changed_cell_and_changed_prose(book):
    edit(book / "one.ipynb", "# Title", "# Another title")
    assert stale(book) == {}
    edit(book / "one.ipynb", ".sum()", ".mean()")
    assert stale(book) == {"one": ["the chapter's code"]}


def test_a_folder_that_was_listed_and_a_module_that_would_be_imported(book):
    (book / "folder/new").write_text("")
    assert stale(book) == {"three": ["folder/"]}
    (book / "pandas.py").write_text("")
    assert set(stale(book)) == set(CELLS)


def test_a_damaged_or_missing_result_is_not_used(book):
    path = book / "one.ipynb"
    (book / "_build/.results/one.json").write_text('{"code": ')
    assert fresh.recall(path, book) is None
    (book / "_build/.results/one.json").unlink()
    assert fresh.recall(path, book) is None


def test_outputs_go_to_their_cells(book):
    path = book / "one.ipynb"
    notebook = fresh.merge(json.loads(path.read_text()), fresh.recall(path, book))
    (output,) = notebook["cells"][2]["outputs"]
    total = data.table("paper-table1")["share_pct"].sum()
    assert float(output["data"]["text/plain"]) == total
    assert [cell.get("execution_count") for cell in notebook["cells"]] == [None, 1, 2]


def test_the_description_behaves_as_a_dictionary(monkeypatch):
    monkeypatch.setattr(data, "describe", data.describe)
    monkeypatch.setattr(sys, "addaudithook", lambda hook: None)
    plain = data.describe()
    seen = inputs.digests(ROOT)
    noted = data.describe()
    assert seen == {}
    assert noted["wdi"] == plain["wdi"]
    assert set(seen) == {"data/datapackage.json#wdi"}
    assert noted.get("none") is None and "data/datapackage.json#none" in seen
    assert noted == plain and list(noted) == list(plain)
    assert "data/datapackage.json" in seen


def test_every_failing_chapter_is_named_and_the_others_are_kept(tmp_path):
    good = write(tmp_path / "good.ipynb", ["1"])
    bad = [
        write(tmp_path / "bad.ipynb", ["x = 1", "x / 0"]),
        write(tmp_path / "worse.ipynb", ["import os", "os._exit(1)"]),
    ]
    with pytest.raises(fresh.ChapterError) as error:
        fresh.results([good, *bad], tmp_path)
    first, second = str(error.value).splitlines()
    assert first == "bad.ipynb, cell cell-1: ZeroDivisionError: division by zero"
    assert second.startswith("worse.ipynb, cell cell-1: DeadKernelError")
    assert fresh.recall(good, tmp_path) and not fresh.recall(bad[0], tmp_path)


def test_kernels_that_start_at_once_share_no_address():
    one, two = kernels.AsyncManager(), kernels.Manager()
    assert one.transport == two.transport == ("ipc" if os.name == "posix" else "tcp")
    assert os.name != "posix" or one.ip != two.ip


def test_every_build_shows_the_number_of_a_changed_table(tmp_path):
    write(tmp_path / "index.ipynb", ["int(open('number.txt').read()) * 111"])
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "_config.yml").write_text(
        "title: t\nexecute: {execute_notebooks: cache}\n"
        f"sphinx: {{local_extensions: {{fresh: {json.dumps(str(ROOT / '_ext'))}}}}}\n"
    )
    plain = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    ahead = [sys.executable, ROOT / "_ext/ahead.py", "build", "."]
    for number, build in ((3, plain), (4, plain), (5, ahead), (6, ahead)):
        (tmp_path / "number.txt").write_text(str(number))
        done = subprocess.run(
            build, cwd=tmp_path, check=True, capture_output=True, text=True
        )
        assert done.stdout.count("index.ipynb: ran, because") == 1
        page = (tmp_path / "_build/html/index.html").read_text(encoding="utf-8")
        assert str(number * 111) in page
    edit(tmp_path / "index.ipynb", "int(", "no(")
    for build in (plain, ahead):
        failed = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True)
        assert failed.returncode != 0
        assert "index.ipynb, cell cell-0: NameError" in failed.stdout + failed.stderr
        assert ("Traceback" in failed.stderr) is (build is plain)
