"""What the command lines share: commands that every book has, and one message with status 2 on bad input."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bookpress import book

FORMATS = ["text", "csv", "markdown"]
Commands = Any  # argparse names the type of its own sub-commands in no public way


def add(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    """Add a command that `run` carries out, and return its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about.capitalize() + "."
    )
    parser.set_defaults(run=run)
    return parser


def add_claims(commands: Commands) -> None:
    """Add the command that reads the ledger."""
    parser = add(commands, "claims", claims, "audit the claim ledger against the chapters and show it")
    parser.add_argument("--section", help="one section of the paper, for example 2.1")
    add_format(parser)


def add_verify(commands: Commands) -> None:
    """Add the command that verifies exhibits."""
    parser = add(commands, "verify", verify, "recompute exported exhibits: identical, or what moved")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="SVG, PDF, PNG, CSV or Markdown")
    parser.add_argument(
        "--all",
        nargs="?",
        type=Path,
        const=Path("_build/html"),
        metavar="FOLDER",
        help="every exhibit of a built book (default _build/html)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Let a command print its table in several formats."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="default text")


def carry_out(parser: argparse.ArgumentParser, arguments: Sequence[str] | None, also: type[Exception]) -> int:
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
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, it cleans up as at Ctrl-C
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (book.BookError, also) as error:
        message = str(error)
    except OSError as error:
        message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except KeyboardInterrupt:
        print(f"{parser.prog.split()[-1]}: interrupted; what was whole before is whole", file=sys.stderr)
        return 130
    print(f"{parser.prog.split()[-1]}: {message}", file=sys.stderr)
    return 2


def claims(options: argparse.Namespace) -> int:
    """Print the ledger, or one section of it, once the audit is passed."""
    from bookpress import claims

    ledger = claims.audit(book.root()).set_index("id")
    if options.section:
        if options.section not in set(ledger["section"]):
            known = ", ".join(ledger["section"].unique())
            raise claims.ClaimError(f"no section {options.section!r}; expected one of: {known}")
        ledger = ledger[ledger["section"].eq(options.section)]
    print(printed(ledger[["type", "verdict", "chapter", "claim"]], options.format))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Print whether exported exhibits come out the same again; return 0 if all do, else 1."""
    from bookpress import verification  # runs notebooks; the other commands start without it

    found = list(options.files)
    if options.all:
        found += sorted(path for kind in ("figures", "tables") for path in (options.all / kind).glob("*"))
    if not found:
        raise book.BookError(f"{options.all or 'verify'}: no exhibit found, expected files or a built book")
    verdicts = []
    for path, verdict, reason in verification.verify(found, book.root()):
        print(f"{verdict:9}  {path}{': ' if reason else ''}{reason}")
        verdicts.append(verdict)
    same = verdicts.count("identical")
    print(f"{same} of {len(verdicts)} identical")
    return 0 if same == len(verdicts) else 1


def printed(frame: Any, style: str, decimals: int = 2) -> str:
    """Return a data frame as one of `FORMATS`."""
    if style == "csv":
        return str(frame.round(decimals).to_csv(lineterminator="\n")).rstrip("\n")
    if style == "markdown":
        return str(frame.to_markdown(floatfmt=f".{decimals}f"))
    return str(frame.to_string(float_format=f"{{:.{decimals}f}}".format))
