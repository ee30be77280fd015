"""What the command lines share: commands that every book has, and one message with status 2 on bad input."""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any

from bookpress.edition import book

BUILT = Path("_build/html")  # in the book, wherever it is called from
FORMATS = ["text", "csv", "markdown"]
Commands = Any  # argparse names the type of its own sub-commands in no public way


def parser(package: str, about: str, version: str) -> tuple[argparse.ArgumentParser, Commands]:
    """Return the parser of a package's command line, and where its commands are added."""
    made = argparse.ArgumentParser(prog=f"python -m {package}", description=about.splitlines()[0])
    made.add_argument("--version", action="version", version=f"{package} {version}")
    return made, made.add_subparsers(dest="command", required=True)


def add(
    commands: Commands, run: Callable[[argparse.Namespace], int], name: str = ""
) -> argparse.ArgumentParser:
    """Add a command that a function carries out, named and described as it is; return its parser."""
    about = (run.__doc__ or "").splitlines()[0]
    made: argparse.ArgumentParser = commands.add_parser(name or run.__name__, help=about, description=about)
    made.set_defaults(run=run)
    return made


def add_claims(commands: Commands) -> None:
    """Add the command that reads the ledger."""
    made = add(commands, claims)
    made.add_argument("--section", help="one section of the paper, for example 2.1")
    add_format(made)


def add_verify(commands: Commands) -> None:
    """Add the command that verifies exhibits."""
    made = add(commands, verify)
    made.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="SVG, PDF, PNG, CSV, Markdown or a notebook"
    )
    whole = "every exhibit of a built book (default _build/html)"
    made.add_argument("--all", nargs="?", type=Path, const=BUILT, metavar="FOLDER", help=whole)


def add_compare(commands: Commands) -> None:
    """Add the command that compares two editions."""
    made = add(commands, compare)
    about = "a built book (_build/html), a zip of it, a crate, a checkout or a wheel with the edition"
    made.add_argument("old", type=Path, metavar="OLD", help=about)
    made.add_argument("new", type=Path, metavar="NEW", help="the same kind or another")
    made.add_argument("--all", action="store_true", help="name exhibits that are unchanged, too")
    made.add_argument("--figures", type=Path, metavar="FOLDER", help="write figures before and after there")
    made.add_argument("--format", choices=["text", "markdown"], default="text", help="default text")


def add_format(parser: argparse.ArgumentParser) -> None:
    """Let a command print its table in several formats."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="default text")


def years(text: str) -> tuple[int, int]:
    """Return the first and last year of an option such as ``2016-2018`` or ``2018``.

    Raises
    ------
    ArgumentTypeError
        If it is neither, or ends before it begins.
    """
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not span or int(span[1]) > int(span[2] or span[1]):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a year or a span such as 2016-2018")
    return int(span[1]), int(span[2] or span[1])


def carry_out(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None, also: type[Exception] = book.BookError
) -> int:
    """Carry out the command that the arguments name; return the exit status, 2 with one message on bad input.

    Parameters
    ----------
    parser : ArgumentParser
        Its commands have a function ``run``.
    arguments : sequence of str or None
        Those of the program if None.
    also : type
        Exceptions that are a person's to mend, beside those of the engine and of the system.
    """
    options = parser.parse_args(arguments)
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _end) for number in numbers}
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (book.BookError, also) as error:
        message = str(error)
    except BrokenPipeError:  # whoever read what is printed has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except KeyboardInterrupt:
        print(f"{parser.prog.split()[-1]}: interrupted; what was whole before is whole", file=sys.stderr)
        return 130
    finally:  # a chapter that carries out a command goes on as it was
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    print(f"{parser.prog.split()[-1]}: {message}", file=sys.stderr)
    return 2


def _end(number: int, frame: FrameType | None) -> None:
    """Clean up and end, however this process is asked to."""
    book.ending.set()
    # While Python frees the lock of an import it would only complain and go on; whoever waits looks again.
    if frame is None or "importlib" not in frame.f_code.co_filename:
        raise KeyboardInterrupt


def claims(options: argparse.Namespace) -> int:
    """Audit the claim ledger against the chapters and show it."""
    from bookpress import claims

    ledger = claims.audit(book.root()).set_index("id")
    if options.section:
        if options.section not in set(ledger["section"]):
            known = ", ".join(ledger["section"].unique())
            raise claims.ClaimError(f"no section {options.section!r}; expected one of: {known}")
        ledger = ledger[ledger["section"].eq(options.section)]
    print(printed(ledger[["kind", "verdict", "agree", "cells", "chapter", "claim"]], options.format))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Recompute exported exhibits: identical, or what moved."""
    from bookpress.publish import certificate, handout
    from bookpress.verify import recomputing  # run notebooks; the other commands start without it

    began = certificate.begin(book.root()) if options.all == BUILT else None
    found = list(options.files)
    if options.all:
        html = book.built(book.root()) if options.all == BUILT else options.all
        found += sorted(path for kind in ("figures", "tables") for path in (html / kind).glob("*"))
    if not found:
        raise book.BookError(f"{options.all or 'verify'}: no exhibit found, expected files or a built book")
    root, verdicts = book.root(), []
    notebooks = [path for path in found if path.suffix == ".ipynb"]
    files = [path for path in found if path not in notebooks]
    for path, verdict, reason in chain(handout.verify(notebooks, root), recomputing.verify(files, root)):
        print(f"{verdict:9}  {path}{': ' if reason else ''}{reason}")
        verdicts.append((path, verdict, reason))
    same = sum(verdict == "identical" for _, verdict, _ in verdicts)
    print(f"{same} of {len(verdicts)} identical")
    if began:
        print(f"The certificate is in {certificate.write(book.root(), began, verdicts)}")
    return 0 if same == len(verdicts) else 1


def compare(options: argparse.Namespace) -> int:
    """Compare the exhibits and verdicts of two editions: what moved, and why."""
    from bookpress.verify import comparison  # reads pictures and pages; the other commands start without it

    lines, same = comparison.compare(
        options.old, options.new, every=options.all, figures=options.figures, style=options.format
    )
    print("\n".join(lines))
    return 0 if same else 1


def printed(frame: Any, style: str, decimals: int = 2) -> str:
    """Return a data frame as one of `FORMATS`."""
    if style == "csv":
        return str(frame.round(decimals).to_csv(lineterminator="\n")).rstrip("\n")
    if style == "markdown":
        return str(frame.to_markdown(floatfmt=f".{decimals}f"))
    return str(frame.to_string(float_format=f"{{:.{decimals}f}}".format))
