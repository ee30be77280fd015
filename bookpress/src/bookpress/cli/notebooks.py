"""The commands that run chapters: refresh, judge, rerun, lab."""

import argparse
from pathlib import Path

from bookpress.cli import command
from bookpress.edition import book, texts


def add(commands: command.Commands) -> None:
    """Add the commands."""
    for run in (refresh, judge):
        made = command.add(commands, run)
        every = "all chapters if none is named"
        made.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help=every)
    command.add(commands, changed)
    made = command.add(commands, lab)
    first = "the first chapter if none is named"
    made.add_argument("notebook", nargs="?", type=Path, metavar="NOTEBOOK", help=first)
    made = command.add(commands, rerun)
    since = "compare inputs with it (default HEAD)"
    made.add_argument("--since", default="HEAD", metavar="COMMIT", help=since)
    made.add_argument("--figures", type=Path, metavar="FOLDER", help="write figures before and after there")


def refresh(options: argparse.Namespace) -> int:
    """Run chapters and store their outputs."""
    from bookpress.run.runner import refresh

    root = book.checkout()
    with book.locked(root):
        refresh(_chosen(options, root), root, _say)
    return 0


def changed(options: argparse.Namespace) -> str:
    """Name the chapters that changed, or read a table that changed, since the last commit; if none, those of that commit."""
    from bookpress.run import results

    root = book.checkout()
    return "\n".join(path.relative_to(root).as_posix() for path in results.edited(root))


def judge(options: argparse.Namespace) -> str:
    """Run the chapters and record the verdicts that their tests give."""
    from bookpress.claims.judging import judge

    root = book.checkout()
    with book.locked(root):
        return "\n".join(judge(_chosen(options, root), root, _say)) or "no verdict moved"


def lab(options: argparse.Namespace) -> int:
    """Open the chapters in JupyterLab, which saves them as they are stored."""
    from bookpress.cli.lab import lab

    return lab(options.notebook, book.root())


def rerun(options: argparse.Namespace) -> int:
    """Run chapters and say what moved against their stored outputs, and why."""
    from bookpress.verify.notebooks import rerun

    root = book.checkout()
    with book.locked(root):
        return rerun(root, options.since, options.figures)


def _chosen(options: argparse.Namespace, root: Path) -> list[Path]:
    """Return the chapters that were named, or all."""
    chapters = book.chapters(root)
    if strangers := [path for path in options.notebooks if texts.named(path) not in chapters]:
        raise book.BookError(f"found {strangers[0]}, expected a notebook of the book")
    return [texts.named(path) for path in options.notebooks] or chapters


def _say(line: str) -> None:
    print(line, flush=True)
