"""A copy of data/ that a test may damage."""

import shutil
from pathlib import Path

import pytest

from shared import ROOT


@pytest.fixture
def copied_data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
