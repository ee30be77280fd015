"""Begin another book: the smallest complete reproducible paper, with a wheel of this engine in it."""

import argparse
import shutil
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book, files

TEMPLATE = book.ENGINE / "template"
# What a book keeps of the engine beside its wheel: what make needs before that is installed, and the engine's locks.
VENDORED = book.ENGINE / book.VENDOR
# Files that a template cannot hold under their own names.
RENAMED = {"gitattributes": ".gitattributes", "gitignore": ".gitignore"}
UNWANTED = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints", "_build", ".venv")


def add(commands: command.Commands) -> None:
    """Add the command."""
    made = command.add(commands, run, "new")
    made.add_argument("folder", type=Path, metavar="FOLDER", help="is made; if it is there, it must be empty")
    made.add_argument("--title", default="A small reproducible paper", help="the book's title")


def run(options: argparse.Namespace) -> str:
    """Begin another book with the smallest one that is complete."""
    new(options.folder, options.title)
    return f"{options.folder} holds a small book; in it, `make book` builds it and `make test` tests it"


def new(folder: Path, title: str) -> None:
    """Write a small book that builds and tests with its own two commands.

    A BookError says that the folder is not empty, that the title cannot stand in the book's files, or that the engine's
    wheel cannot be had. Nothing is written then.
    """
    from bookpress.publish import wheel

    fault = ""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        found = "files in it" if folder.is_dir() else "a file"
        fault = f"{folder}: found {found}, expected an empty folder"
    elif not title.strip() or set(title) & set('"\\\n\r'):
        fault = f"title: found {title!r}, expected one line without quotation marks and backslashes"
    if fault:
        raise book.BookError(fault)
    engine = wheel.engine(folder / book.VENDOR)
    shutil.copytree(VENDORED, folder / book.VENDOR, ignore=UNWANTED, dirs_exist_ok=True)
    shutil.copytree(TEMPLATE, folder, ignore=UNWANTED, dirs_exist_ok=True)
    for path in files.below(folder):
        if book.VENDOR not in path.relative_to(folder).parts:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("@TITLE@", title), encoding="utf-8")
    for name, real in RENAMED.items():
        (folder / name).rename(folder / real)
    pins = folder / book.VENDOR / book.LOCK
    pins.write_text(pins.read_text(encoding="utf-8") + book.pinned(engine), encoding="utf-8")
    shutil.copy(pins, folder / book.LOCK)
