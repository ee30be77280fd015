"""The same chapters as Jupyter Book builds them by itself, to compare the book with."""

import shutil
import sys
from pathlib import Path

import yaml

from lab.copies import ROOT, copy, run

JUPYTER_BOOK = [Path(sys.executable).with_name("jupyter-book"), "build"]


def settings(text: str, runs: bool = False) -> str:
    """Return the book's settings without those that make its look; or, where it runs the chapters, its own runner."""
    config = yaml.safe_load(text)
    parts = ("gallery", "metadata", "look") if runs else ("gallery", "metadata", "execution")
    config["sphinx"]["extra_extensions"] = [f"bookpress.pages.{part}" for part in parts]
    if runs:
        config["execute"]["execute_notebooks"] = "force"
    else:
        for name in ("html_static_path", "html_css_files", "html_js_files", "social_card"):
            config["sphinx"]["config"].pop(name, None)
    return yaml.safe_dump(config, sort_keys=False)


def prepare(folder: Path, runs: bool = False) -> Path:
    """Copy the sources, with the settings of a stock book."""
    config = copy(folder) / "_config.yml"
    config.write_text(settings(config.read_text(encoding="utf-8"), runs), encoding="utf-8")
    return folder


def stock(folder: Path) -> int:
    """Build the same chapters in the theme as it comes, with the results at hand, into _build/stock."""
    book = prepare(folder / "book")
    # The chapters read the same here, so their results hold and none is run.
    shutil.copytree(ROOT / "_build/.results", book / "_build/.results")
    run([*JUPYTER_BOOK, "-q", "."], book)
    shutil.rmtree(ROOT / "_build/stock", ignore_errors=True)
    shutil.copytree(book / "_build/html", ROOT / "_build/stock")
    return 0
