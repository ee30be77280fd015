"""Which test files begin first, and what several of them begin with."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared import ROOT, export
from small import second_book

__all__ = ["second_book"]

# Whole files go to the workers, and these take longest: begun last, one would run alone while the other cores wait.
LONGEST = (
    "test_build.py",
    "test_crate.py",
    "test_upgrade.py",
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
