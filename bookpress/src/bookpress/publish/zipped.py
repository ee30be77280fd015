"""Zip archives whose bytes depend on their files alone, and the built book as one."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from repro_zipfile import ReproducibleZipFile

from bookpress.edition import book

# What only Sphinx reads, in other books.
UNREAD = {"objects.inv"}


def archive(files: Iterable[tuple[str, bytes]], stored: str = "") -> bytes:
    """Return files as a zip archive: in the given order, with the rights 644, dated 1980 or as ``SOURCE_DATE_EPOCH`` says.

    The one named `stored` is not compressed.
    """
    packed = io.BytesIO()
    with ReproducibleZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files:
            made.writestr(name, content, zipfile.ZIP_STORED if name == stored else None)
    return packed.getvalue()


def write(root: Path) -> str:
    """Pack the book that was built into ``_build/edition.zip``; return a line that says so."""
    html, target = book.built(root), root / "_build" / "edition.zip"
    files = sorted(path for path in html.rglob("*") if path.is_file() and path.name not in UNREAD)
    names = [Path(target.stem, path.relative_to(html)).as_posix() for path in files]
    content = archive((name, path.read_bytes()) for name, path in zip(names, files, strict=True))
    book.write(target, content)
    size = f"{len(files)} files, {len(content) / 1e6:.1f} MB"
    return f"{target.relative_to(root)}: {size}; unpack and open {target.stem}/index.html"
