"""Pack the built book into one archive that can be carried and opened anywhere; the same book gives the same bytes."""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOOK, ARCHIVE = ROOT / "_build" / "html", ROOT / "_build" / "edition.zip"
# What only Sphinx reads, in other books.
UNREAD = {"objects.inv"}


def pack(book: Path, archive: Path) -> int:
    """Write every file of a built book into a zip archive, in order and without dates; return their number."""
    files = sorted(
        path for path in book.rglob("*") if path.is_file() and path.name not in UNREAD
    )
    new = archive.with_suffix(".new")
    with zipfile.ZipFile(new, "w") as packed:
        for path in files:
            name = Path(archive.stem, path.relative_to(book)).as_posix()
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, path.read_bytes())
    new.replace(archive)
    return len(files)


def main() -> int:
    if not (BOOK / "index.html").is_file():
        print(
            "zip: found no book in _build/html; run `make book` first", file=sys.stderr
        )
        return 2
    count = pack(BOOK, ARCHIVE)
    print(
        f"{ARCHIVE.relative_to(ROOT)}: {count} files, {ARCHIVE.stat().st_size / 1e6:.1f} MB; "
        f"unpack and open {ARCHIVE.stem}/index.html"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
