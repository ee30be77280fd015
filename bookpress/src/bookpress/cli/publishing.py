"""The commands that publish the book: build, pdf, epub, zip, crate, publish, identify."""

import argparse
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book


def add(commands: command.Commands) -> None:
    """Add the commands."""
    command.add(commands, build)
    command.add(commands, pdf)
    made = command.add(commands, epub)
    check = "have epubcheck read it first; keep it only if it passes"
    made.add_argument("--check", action="store_true", help=check)
    command.add(commands, zip_, "zip")
    made = command.add(commands, crate)
    check = "compare every file of a crate with its sha256, and validate the metadata (default _build/crate)"
    built = Path("_build/crate")
    made.add_argument("--check", nargs="?", type=Path, const=built, metavar="FOLDER", help=check)
    command.add(commands, publish)
    made = command.add(commands, identify)
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help="none: the edition that is here")


def build(options: argparse.Namespace) -> int:
    """Build the book into _build/html."""
    from bookpress.publish import html

    return html.build(book.checkout())


def built() -> Path:
    """Return the folder of the book, which is built first unless the built one is of these sources.

    A BookError says that it cannot be built.
    """
    from bookpress.publish import html

    root = book.checkout()
    if not html.is_current(root) and html.build(root):
        raise book.BookError("found no book of these sources, and none could be built; nothing was packed")
    return root


def pdf(options: argparse.Namespace) -> str:
    """Print the whole book into _build/edition.pdf, and each chapter into _build/chapters."""
    from bookpress.publish.pdf import write

    return write(book.checkout())


def epub(options: argparse.Namespace) -> str:
    """Bind the book into _build/edition.epub; build it first if anything changed."""
    from bookpress.publish.epub import write

    return write(built(), options.check)


def zip_(options: argparse.Namespace) -> str:
    """Pack the book into _build/edition.zip; build it first if anything changed."""
    from bookpress.publish.zipped import write

    return write(built())


def crate(options: argparse.Namespace) -> str:
    """Gather sources, book and data in _build/crate, or check that one is as it was gathered."""
    from bookpress.publish.crate import check, write
    from bookpress.publish.release import documents

    if options.check:
        return check(options.check)
    documents.write(root := built())
    return write(root)


def publish(options: argparse.Namespace) -> str:
    """Say what is left before the book is published; write what services and editors read of it."""
    from bookpress.publish.release.checklist import write

    return write(book.checkout())


def identify(options: argparse.Namespace) -> str:
    """Print the SWHIDs of files; without any, of the edition, its folders and its commit."""
    from bookpress.edition import identifiers

    found = {str(path): identifiers.content(path) for path in options.files}
    if not found:
        root = book.root()
        found = {name or ".": value for name, value in identifiers.edition(root).items()}
        found |= {"HEAD": commit} if (commit := identifiers.revision(root)) else {}
    return "\n".join(f"{value}  {name}" for name, value in found.items())
