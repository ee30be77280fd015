"""Begin another book: the smallest complete reproducible paper, with this engine in it."""

import argparse
import re
import shutil
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book, files

TEMPLATE = book.ENGINE / "template"
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

    A BookError says that the folder is not empty, that the title cannot stand in the book's files, or that there is no
    lock beside the engine. Nothing is written then.
    """
    lock, fault = book.ENGINE.parent / book.LOCK, ""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        found = "files in it" if folder.is_dir() else "a file"
        fault = f"{folder}: found {found}, expected an empty folder"
    elif not title.strip() or set(title) & set('"\\\n\r'):
        fault = f"title: found {title!r}, expected one line without quotation marks and backslashes"
    elif not lock.is_file():
        fault = f"found no {book.LOCK} beside the engine, expected to be run from a book's folder"
    if fault:
        raise book.BookError(fault)
    shutil.copytree(TEMPLATE, folder, ignore=UNWANTED, dirs_exist_ok=True)
    for path in files.below(folder):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("@TITLE@", title), encoding="utf-8")
    for name, real in RENAMED.items():
        (folder / name).rename(folder / real)
    shutil.copytree(book.ENGINE, folder / book.ENGINE.name, ignore=UNWANTED)
    # The other locks are for this book alone, as are the comments.
    for name in (book.LOCK, "requirements/lab.txt", "requirements/validator.txt"):
        locked = re.sub(r"^ *#.*\n", "", (lock.parent / name).read_text(encoding="utf-8"), flags=re.M)
        book.write(folder / name, locked)
