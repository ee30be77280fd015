"""The same chapters as Jupyter Book builds them by itself, to compare the book with."""

import shutil
import sys
from argparse import Namespace
from pathlib import Path

import yaml

from bookpress.run import results
from lab.copies import ROOT, copy, run

JUPYTER_BOOK = [Path(sys.executable).with_name("jupyter-book"), "build"]
LOOK = ("html_static_path", "html_css_files", "html_js_files", "social_card")


def prepare(folder: Path, runs: bool) -> Path:
    """Copy the sources, with settings that leave out the book's own look; or, if it `runs` the chapters, its runner."""
    place = copy(folder) / "_config.yml"
    config = yaml.safe_load(place.read_text(encoding="utf-8"))
    parts = ("gallery", "metadata", "look" if runs else "execution")
    config["sphinx"]["extra_extensions"] = [f"bookpress.pages.{part}" for part in parts]
    if runs:
        config["execute"]["execute_notebooks"] = "force"
    else:
        config["sphinx"]["config"] = {k: v for k, v in config["sphinx"]["config"].items() if k not in LOOK}
    place.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return folder


def stock(options: Namespace) -> int:
    """Build the same chapters in the theme as it comes, with the results at hand, into _build/stock."""
    target = ROOT / "_build" / "stock"
    book = prepare(options.folder, runs=False)
    # The chapters read the same here, so their results hold and none is run.
    shutil.copytree(ROOT / results.STORE, book / results.STORE)
    run([*JUPYTER_BOOK, "-q", "."], book)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(book / "_build" / "html", target)
    return 0
