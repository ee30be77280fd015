"""The commands that publish the book: build, pdf, epub, zip, crate, identify."""

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
    made = command.add(commands, identify)
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help="none: the edition that is here")


def build(options: argparse.Namespace) -> int:
    """Build the book into _build/html."""
    from bookpress.publish.html import build

    return build(book.checkout())


def pdf(options: argparse.Namespace) -> str:
    """Print the whole book into _build/edition.pdf."""
    from bookpress.publish.pdf import write

    return write(book.checkout())


def epub(options: argparse.Namespace) -> str:
    """Bind the built book into _build/edition.epub."""
    from bookpress.publish.epub import write

    return write(book.checkout(), options.check)


def zip_(options: argparse.Namespace) -> str:
    """Pack the built book into _build/edition.zip."""
    from bookpress.publish.zipped import write

    return write(book.checkout())


def crate(options: argparse.Namespace) -> str:
    """Gather sources, book and data in _build/crate, or check that one is as it was gathered."""
    from bookpress.publish.crate import check, write

    return check(options.check) if options.check else write(book.checkout())


def identify(options: argparse.Namespace) -> str:
    """Print the SWHIDs of files; without any, of the edition, its folders and its commit."""
    from bookpress.edition import identifiers

    found = {str(path): identifiers.content(path) for path in options.files}
    if not found:
        root = book.root()
        found = {name or ".": value for name, value in identifiers.edition(root).items()}
        found |= {"HEAD": commit} if (commit := identifiers.revision(root)) else {}
    return "\n".join(f"{value}  {name}" for name, value in found.items())
