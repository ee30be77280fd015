"""Build the same chapters in the theme as it comes, to weigh the book against: no look of our own."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
STOCK = ROOT / "_build" / "stock"


def plain_config(text: str) -> str:
    """Return the book's settings without those that make its look."""
    config = yaml.safe_load(text)
    del config["sphinx"]["local_extensions"]["pages"]
    del config["sphinx"]["config"]["templates_path"]
    return yaml.safe_dump(config, sort_keys=False)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "book")
        # With all that the chapters read, their results hold here too and none is run.
        for name in ("chapters", "_ext", "beltroad", "data", "_build/.results"):
            shutil.copytree(ROOT / name, copy / name)
        for name in ("index.ipynb", "_toc.yml", "requirements.txt"):
            shutil.copy(ROOT / name, copy)
        config = plain_config((ROOT / "_config.yml").read_text(encoding="utf-8"))
        (copy / "_config.yml").write_text(config, encoding="utf-8")
        status = subprocess.run(
            [Path(sys.executable).with_name("jupyter-book"), "build", "-q", copy],
        ).returncode
        if status == 0:
            shutil.rmtree(STOCK, ignore_errors=True)
            shutil.copytree(copy / "_build" / "html", STOCK)
    return status


if __name__ == "__main__":
    sys.exit(main())
