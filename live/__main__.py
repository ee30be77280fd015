"""The command line: let a reader run chapters in the page."""

import shutil
import sys
from argparse import Namespace
from pathlib import Path

from bookpress import __version__
from bookpress.cli import command, publishing
from bookpress.edition import book
from live import packing, pages

STATIC = Path(__file__).parent / "static"
FOLDER = "_live"  # in the copy of the book
LIMIT = 70_000_000  # bytes that all of it may take on disk


def build(options: Namespace) -> str:
    """Copy the book into _build/live/html, with a button on each chapter that runs it there; build it first if anything changed."""
    root = publishing.built()
    html, target = book.built(root), root / "_build/live/html"
    new = target.with_name("new")
    if not (wheels := list(html.glob("*.whl"))):
        expected = "expected those of book and engine; describe the book's packages in pyproject.toml"
        raise book.BookError(f"_build/html: found no wheel, {expected}")
    runtime, shim = packing.home(root), root / "live/node_modules/@bjorn3/browser_wasi_shim"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(html, new)
    parts = Path(shutil.copytree(STATIC, new / FOLDER))
    shutil.copytree(runtime / "LICENSES", parts / "licences")
    shutil.copy(shim / "LICENSE-MIT", parts / "licences/browser_wasi_shim.txt")
    assets = {
        "python": packing.binary(runtime),
        "files": packing.packed(packing.library(runtime) | packing.own(wheels)),
        "worker": packing.shim(shim) + (STATIC / "worker.js").read_text(encoding="utf-8"),
    }
    for name, content in assets.items():
        (parts / f"{name}.js").write_text(packing.script(name, content), encoding="utf-8")
    count = pages.add(root, new, FOLDER)
    size = sum(path.stat().st_size for path in parts.rglob("*.*"))
    if size > LIMIT:
        expected = f"expected {LIMIT / 1e6:.0f} MB at most; see live/packing.py"
        raise book.BookError(f"{FOLDER}: found {size / 1e6:.1f} MB, {expected}")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return f"{count} chapters can be run in the page, with {size / 1e6:.1f} MB beside them: {(target / 'index.html').as_uri()}"


def main() -> int:
    """Carry out one command; return 0 if all is well, 2 if it failed."""
    parser, commands = command.parser("live", __doc__, __version__)
    command.add(commands, build)
    return command.carry_out(parser, None)


if __name__ == "__main__":
    sys.exit(main())
