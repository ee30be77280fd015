"""Which test files begin first, and a copy of data/ that a test may damage."""

import shutil
from pathlib import Path

import pytest

from shared import ROOT

# Whole files go to the workers, and these take longest: begun last, one would run alone while the other cores wait.
LONGEST = ("test_build.py", "test_warm.py", "test_new.py", "test_notebooks.py", "test_provenance.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order is otherwise kept, that of a notebook's cells above all."""
    last = len(LONGEST)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else last)


@pytest.fixture
def copied_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/, which is then what `tables.read` reads."""
    monkeypatch.setenv("BOOKPRESS_BOOK", str(tmp_path))
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
