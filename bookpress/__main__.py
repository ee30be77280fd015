"""The command line of the engine: build, refresh, rerun, verify and pack a book, or begin another."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bookpress import __version__
from bookpress.cli import command
from bookpress.edition import book


def build(options: argparse.Namespace) -> int:
    """Build the book into _build/html."""
    from bookpress.publish.html import build

    return build(book.checkout())


def refresh(options: argparse.Namespace) -> int:
    """Run chapters and store their outputs."""
    from bookpress.run.refresh import refresh

    root = book.checkout()
    with book.alone(root):
        refresh(_chosen(options, root), root, lambda line: print(line, flush=True))
    return 0


def _chosen(options: argparse.Namespace, root: Path) -> list[Path]:
    """Return the chapters that were named, or all."""
    chapters = book.chapters(root)
    chosen = [path.resolve() for path in options.notebooks] or chapters
    for path, named in zip(chosen, options.notebooks or chosen, strict=True):
        if path not in chapters:
            raise book.BookError(f"found {named}, expected a notebook of the book")
    return chosen


def lab(options: argparse.Namespace) -> int:
    """Open the chapters in JupyterLab, which saves them as they are stored."""
    from bookpress.run.lab import lab

    return lab(options.notebook, book.root())


def rerun(options: argparse.Namespace) -> int:
    """Run chapters and say what moved against their stored outputs, and why."""
    from bookpress.verify.rerun import rerun

    root = book.checkout()
    with book.alone(root):
        return rerun(root, options.since, options.figures)


def judge(options: argparse.Namespace) -> int:
    """Run the chapters and record the verdicts that their tests give."""
    from bookpress.claims.judging import judge

    root = book.checkout()
    with book.alone(root):
        moved = judge(_chosen(options, root), root, lambda line: print(line, flush=True))
    print("\n".join(moved) or "no verdict moved")
    return 0


def pdf(options: argparse.Namespace) -> int:
    """Print the whole book into _build/edition.pdf."""
    from bookpress.publish.pdf import write

    print(write(book.checkout()))
    return 0


def epub(options: argparse.Namespace) -> int:
    """Bind the built book into _build/edition.epub."""
    from bookpress.publish.epub import write

    print(write(book.checkout(), options.check))
    return 0


def pack(options: argparse.Namespace) -> int:
    """Pack the built book into _build/edition.zip."""
    from bookpress.publish.pack import pack

    print(pack(book.checkout()))
    return 0


def crate(options: argparse.Namespace) -> int:
    """Gather sources, book and data in _build/crate, or check that one is as it was gathered."""
    if options.check:
        from bookpress.publish.intact import check  # needs Python alone, so that anybody can check an archive

        print(check(options.check))
        return 0
    from bookpress.publish.crate import write

    print(write(book.checkout()))
    return 0


def identify(options: argparse.Namespace) -> int:
    """Print the SWHIDs of files; without any, of the edition, its folders and its commit."""
    from bookpress.edition import identifiers

    if not options.files:
        root = book.root()
        found = {name or ".": value for name, value in identifiers.edition(root).items()}
        found |= {"HEAD": commit} if (commit := identifiers.revision(root)) else {}
    else:
        found = {str(path): identifiers.content(path) for path in options.files}
    print("\n".join(f"{value}  {name}" for name, value in found.items()))
    return 0


def new(options: argparse.Namespace) -> int:
    """Begin another book with the smallest one that is complete."""
    from bookpress.cli.new import new

    new(options.folder, options.title)
    print(f"{options.folder} holds a small book; in it, `make book` builds it and `make test` tests it")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser, commands = command.parser("bookpress", __doc__ or "", __version__)
    command.add(commands, build)
    for run in (refresh, judge):
        one = command.add(commands, run)
        one.add_argument(
            "notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help="all chapters if none is named"
        )
    one = command.add(commands, lab)
    one.add_argument(
        "notebook", nargs="?", type=Path, metavar="NOTEBOOK", help="the first chapter if none is named"
    )
    one = command.add(commands, rerun)
    one.add_argument(
        "--since", default="HEAD", metavar="COMMIT", help="compare inputs with it (default HEAD)"
    )
    one.add_argument("--figures", type=Path, metavar="FOLDER", help="write figures before and after there")
    command.add_claims(commands)
    command.add_verify(commands)
    command.add_compare(commands)
    command.add(commands, pdf)
    one = command.add(commands, epub)
    one.add_argument(
        "--check", action="store_true", help="have epubcheck read it first; keep it only if it passes"
    )
    command.add(commands, pack, "zip")
    one = command.add(commands, crate)
    one.add_argument(
        "--check",
        nargs="?",
        type=Path,
        const=Path("_build/crate"),
        metavar="FOLDER",
        help="compare every file of a crate with the sha256 in its metadata (default _build/crate)",
    )
    one = command.add(commands, identify)
    one.add_argument("files", nargs="*", type=Path, metavar="FILE", help="none: the edition that is here")
    one = command.add(commands, new)
    one.add_argument("folder", type=Path, metavar="FOLDER", help="is made; if it is there, it must be empty")
    one.add_argument("--title", default="A small reproducible paper", help="the book's title")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    return command.carry_out(_parser(), arguments)


if __name__ == "__main__":
    sys.exit(main())
