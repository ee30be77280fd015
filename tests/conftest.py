"""What the tests share: a copy of data/ to damage, the stored chapters, the scripts as modules."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parents[1]


def load_script(name: str) -> ModuleType:
    """Import a script of scripts/ as a module; it may import its neighbours."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        spec = importlib.util.spec_from_file_location(
            name, ROOT / "scripts" / f"{name}.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def chapter_paths() -> list[Path]:
    """Return the notebooks in reading order, as _toc.yml lists them."""
    return [ROOT / f"{name}.ipynb" for name in parse_toc_yaml(ROOT / "_toc.yml")]


def read_notebook(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def copied_data(tmp_path: Path) -> Path:
    """A copy of data/ that a test may damage."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
