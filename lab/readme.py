"""What the README shows: a picture of the book, and the times and sizes that were measured."""

import os
import platform
import re
from argparse import Namespace
from pathlib import Path

from PIL import Image

from bookpress.edition import book
from bookpress.publish import pdf
from bookpress.publish.release.documents import MEASURED
from lab.copies import ROOT, add_comment, run

README, PICTURE, PAGE = "README.md", ".github/page.png", "chapters/2-1-export-pattern.html"
SIZE, COLOURS = (1240, 1080), 64  # of the picture: pixels, and as many colours as its letters and bars need


def picture(options: Namespace) -> str:
    """Photograph the top of chapter 2.1 in the built book for the README, into .github/page.png."""
    page, shot = book.built(ROOT) / PAGE, options.folder / "page.png"
    size = f"--window-size={SIZE[0]},{SIZE[1]}"
    pdf.chromium(pdf.browser(), page, "--hide-scrollbars", size, f"--screenshot={shot}")
    with Image.open(shot) as image:
        image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            shot, optimize=True
        )
    book.write(ROOT / PICTURE, shot.read_bytes())
    return f"{PICTURE}: {SIZE[0]} by {SIZE[1]} pixels, {shot.stat().st_size / 1000:.0f} kB"


def times(folder: Path, count: int) -> None:
    """Measure the README's commands once in a fresh clone without any cache, and write what it says of them."""
    clone, downloads = folder / "clone", folder / "downloads"
    run(["git", "clone", "--quiet", ROOT, clone])
    built = run(["make", "book"], clone, UV_CACHE_DIR=str(folder / "cache"), PIP_NO_CACHE_DIR="1")
    tested = run(["make", "test"], clone)
    add_comment(min((clone / "chapters").glob("*.ipynb")), 1)
    checked = run(["make", "check"], clone)
    pip = [clone / ".venv/bin/python", "-m", "pip", "download", "--quiet", "--require-hashes"]
    run([*pip, "--requirement", clone / book.LOCK, "--dest", downloads])
    html, packages = clone / "_build" / "html", clone / ".venv"
    said = (
        f"Measured on {os.cpu_count()} processor cores ({platform.system()}, Python {platform.python_version()}): in a fresh clone `make book` takes\n"
        f"{spoken(built.seconds)}, set-up and its download of {megabytes(downloads)} included, `make test` {spoken(tested.seconds)}, `make check` "
        f"{spoken(checked.seconds)} for one chapter.\nThe packages fill {megabytes(packages)}, the built book {megabytes(html)}."
    )
    place = ROOT / README
    book.write(place, written(place.read_text(encoding="utf-8"), said))
    print(said, flush=True)


def written(readme: str, said: str) -> str:
    """Return the README with what was measured between its marks; a BookError says that they are not there."""
    begin, end = MEASURED
    if not re.search(f"{re.escape(begin)}.*?{re.escape(end)}", readme, flags=re.S):
        raise book.BookError(f"{README}: found no place for what was measured, expected {begin.strip()!r}")
    before, after = readme.split(begin)[0], readme.split(end)[1]
    return "".join([before, begin, said, end, after])


def spoken(seconds: float) -> str:
    """Return a duration as a person says it.

    Examples
    --------
    >>> spoken(8.2), spoken(88), spoken(130)
    ('8 seconds', '1.5 minutes', '2 minutes')
    """
    if seconds < 60:
        return f"{seconds:.0f} seconds"
    return f"{round(seconds / 30) / 2 if seconds < 120 else round(seconds / 60):g} minutes"


def megabytes(folder: Path) -> str:
    """Return the sizes of all files of a folder together, those with several names once."""
    found = {(seen.st_dev, seen.st_ino): seen.st_size for path in folder.rglob("*") if (seen := path.lstat())}
    return f"{sum(found.values()) / 1e6:.0f} MB"
