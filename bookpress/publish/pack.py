"""Pack the built book into one archive that can be carried and opened anywhere; the same book gives the same bytes."""

import zipfile
from pathlib import Path

from bookpress.edition import book

# What only Sphinx reads, in other books.
UNREAD = {"objects.inv"}


def pack(root: Path) -> str:
    """Pack the book that was built into ``_build/edition.zip``; return a line that says so.

    Raises
    ------
    BookError
        If no book has been built.
    """
    archive = root / "_build" / "edition.zip"
    count = write(book.built(root), archive)
    return (
        f"{archive.relative_to(root)}: {count} files, {archive.stat().st_size / 1e6:.1f} MB; "
        f"unpack and open {archive.stem}/index.html"
    )


def write(folder: Path, archive: Path) -> int:
    """Write every file of a built book into a zip archive, in order and without dates; return their number."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in UNREAD)
    new = archive.with_suffix(".new")
    with zipfile.ZipFile(new, "w") as packed:
        for path in files:
            name = Path(archive.stem, path.relative_to(folder)).as_posix()
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, path.read_bytes())
    new.replace(archive)
    return len(files)
