"""Build the same chapters in the theme as it comes, to weigh the book against: no look of our own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from bookpress.edition import files

ROOT = Path(__file__).resolve().parents[1]
STOCK = ROOT / "_build" / "stock"


def plain_config(text: str) -> str:
    """Return the book's settings without those that make its look."""
    config = yaml.safe_load(text)
    parts = ("gallery", "metadata", "execution")
    config["sphinx"]["extra_extensions"] = [f"bookpress.pages.{part}" for part in parts]
    for name in ("html_static_path", "html_css_files", "html_js_files", "social_card"):
        config["sphinx"]["config"].pop(name, None)
    return yaml.safe_dump(config, sort_keys=False)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "book")
        for path in files.below(ROOT):
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        # The chapters read the same here, so their results hold and none is run.
        shutil.copytree(ROOT / "_build/.results", copy / "_build/.results")
        config = plain_config((ROOT / "_config.yml").read_text(encoding="utf-8"))
        (copy / "_config.yml").write_text(config, encoding="utf-8")
        # With the copy's own engine, from its folder: to a book, an engine that lies elsewhere is another one.
        command = [Path(sys.executable).with_name("jupyter-book"), "build", "-q", "."]
        status = subprocess.run(command, cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)}).returncode
        if status == 0:
            shutil.rmtree(STOCK, ignore_errors=True)
            shutil.copytree(copy / "_build" / "html", STOCK)
    return status


if __name__ == "__main__":
    sys.exit(main())
