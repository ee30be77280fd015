"""Which test files begin first, and what several of them begin with."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from shared import ROOT, export, run

# Whole files go to the workers, and these take longest: begun last, one would run alone while the other cores wait.
LONGEST = (
    "test_build.py",
    "test_new.py",
    "test_runner.py",
    "test_kernels.py",
    "test_notebooks.py",
    "test_downloads.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order is otherwise kept, that of a notebook's cells above all."""
    last = len(LONGEST)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else last)


@pytest.fixture
def copied_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/, which is then what `tables.read` reads."""
    monkeypatch.setenv("BOOKPRESS_BOOK", str(tmp_path))
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


@pytest.fixture(scope="session")
def second_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book made from the template, built and archived, once for all workers, in a folder whose name needs escapes.

    Who changes it takes a copy.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    root = folder / "second" / "a böok"
    with FileLock(folder / "second.lock"):
        if not root.exists():
            for place, *command in (
                (ROOT, "new", str(root), "--title", "A paper of a test"),
                (root, "build"),
                (root, "crate"),
            ):
                done = run(place, "-m", "bookpress", *command)
                assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKPRESS_EXHIBITS", str(folder))
        export()
    return folder


@pytest.fixture
def exported(exported_once: Path, tmp_path: Path) -> Path:
    """A folder with an exported figure and an exported table, which a test may damage."""
    return Path(shutil.copytree(exported_once, tmp_path / "exported"))


@pytest.fixture
def ask(capfd: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """Return a function that carries out a command of the subject in this process, as `subprocess.run` would."""
    from beltroad.__main__ import main

    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the handlers of the test runner stay

    def carry_out(*arguments: object) -> SimpleNamespace:
        capfd.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
        said = capfd.readouterr()
        return SimpleNamespace(returncode=status, stdout=said.out, stderr=said.err)

    return carry_out
