"""What all command lines share: parsers, formats of a table, one message with status 2 on bad input."""

import argparse
import codecs
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bookpress.edition import book, scratch
from bookpress.run import interrupts

if TYPE_CHECKING:
    import pandas as pd  # the command line starts without it

FORMATS = ["text", "csv", "markdown", "json"]
# What carries out a command returns what it has to say, or its exit status.
Run = Callable[[argparse.Namespace], int | str]
Commands = Any  # argparse names the type of its own sub-commands in no public way


class Parser(argparse.ArgumentParser):
    """Refuses a command line in one message, with the nearest word that would be understood."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        more = "" if "found " in message else f"; see `{self.prog} --help`"
        self.exit(2, f"{self.prog}: {plain(message)}{more}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(action.choices)
            near = book.hint(str(value), known) or f", expected one of: {', '.join(map(str, known))}"
            of_command = isinstance(action, argparse._SubParsersAction)
            raise argparse.ArgumentError(None if of_command else action, f"found {value!r}{near}")


def parser(package: str, about: str, version: str) -> tuple[argparse.ArgumentParser, Commands]:
    """Return the parser of a package's command line, named as it was called, and where its commands are added."""
    called = f"python -m {package}" if Path(sys.argv[0]).stem == "__main__" else package
    made = Parser(prog=called, description=about.splitlines()[0])
    made.add_argument("--version", action="version", version=f"{package} {version}")
    return made, made.add_subparsers(dest="command", required=True)


def add(commands: Commands, run: Run, name: str = "") -> argparse.ArgumentParser:
    """Add a command that a function carries out, named and described as it is; return its parser."""
    about = (run.__doc__ or "").splitlines()[0]
    made: argparse.ArgumentParser = commands.add_parser(name or run.__name__, help=about, description=about)
    made.set_defaults(run=run)
    return made


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    """Let a command print its answer in several formats."""
    parser.add_argument("--format", choices=formats, default="text", help="default text")


def argument(read: Callable[[str], str]) -> Callable[[str], str]:
    """Return what reads an argument, for argparse, which shows the message of no other error than its own."""

    def reading(text: str) -> str:
        try:
            return read(text)
        except book.BookError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reading


def years(text: str) -> tuple[int, int]:
    """Return the first and last year of an option such as ``2016-2018`` or ``2018``."""
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not span or int(span[1]) > int(span[2] or span[1]):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a year or a span such as 2016-2018")
    return int(span[1]), int(span[2] or span[1])


def printed(frame: "pd.DataFrame", form: str, about: str = "", notes: Iterable[str] = (), **more: Any) -> str:
    """Return a data frame, and what a reader must know of it, in one of `FORMATS`.

    Parameters
    ----------
    frame : DataFrame
        Its index names the rows. Fractions have two decimals, in JSON six.
    form : str
        One of `FORMATS`. CSV holds the table alone.
    about, notes : str and iterable of str
        A sentence that says what the table shows, and sentences that stand below it.
    **more
        What JSON holds beside ``about``, ``table`` and ``notes``.
    """
    if form == "json":
        table = json.loads(frame.to_json(orient="index", double_precision=6))
        content = {"about": about, "table": table, "notes": list(notes), **more}
        return json.dumps({key: said for key, said in content.items() if said}, indent=2, ensure_ascii=False)
    if form == "csv":
        return frame.round(2).to_csv(lineterminator="\n").rstrip("\n")
    flat = frame.reset_index()
    known = flat.astype(object).where(flat.notna(), None)
    if form == "markdown":
        table = known.to_markdown(index=False, tablefmt="pipe", floatfmt=".2f")
    else:
        from tabulate import tabulate

        # The head is a row, since around a head tabulate leaves more room
        cells = [[_cell(cell) for cell in row] for row in known.itertuples(index=False)]
        sides = ["right" if kind.kind in "iuf" else "left" for kind in flat.dtypes]
        rows = [[*flat.columns], *cells]
        table = tabulate(rows, tablefmt="plain", disable_numparse=True, colalign=sides)
    below = [f"- {note}" for note in notes] if form == "markdown" else [*notes]
    return "\n\n".join(part for part in (about, table, "\n".join(below)) if part)


def _cell(cell: Any) -> Any:
    return f"{cell:.2f}" if isinstance(cell, float) else cell


def show(frame: "pd.DataFrame", form: str, about: str = "", notes: Iterable[str] = (), **more: Any) -> None:
    """Print what `printed` returns; what CSV has no place for goes to standard error."""
    notes = [plain(note) for note in notes]
    print(printed(frame, form, about, notes, **more))
    if form == "csv" and (said := [line for line in (about, *notes) if line]):
        print("\n".join(said), file=sys.stderr)


def plain(text: str) -> str:
    """Return a text in one line, with signs that a terminal obeys (escapes, line ends, marks of direction) made visible.

    Examples
    --------
    >>> print(plain("a\\x1b[2J"))
    a\\x1b[2J
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _open_standard_streams() -> None:
    """Open standard streams that were closed, so that nothing else gets their place and kernels can start."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if number else "r"))  # noqa: SIM115
            os.set_inheritable(number, True)  # the lowest number that is free


# Signs that a terminal may not have, and what looks like them. No quotation mark may end one of JSON or CSV.
LIKE = str.maketrans(
    {**dict.fromkeys("−–—‑", "-"), **dict.fromkeys("“”„‘’", "'"), "→": "->", "×": "x", "≈": "~"}
)


def _like(error: UnicodeError) -> tuple[str, int]:
    """Return signs that an output cannot hold as ASCII that looks like them, for `codecs`: no sign is worth a trace.

    Examples
    --------
    >>> print("“−1…” Türkiye 中".encode("ascii", "like").decode())
    '-1...' Turkiye ?
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(LIKE))
    near = (sign if sign.isascii() else "?" for sign in signs if not unicodedata.combining(sign))
    return "".join(near), error.end


codecs.register_error("like", _like)


def carry_out(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None, also: type[Exception] = book.BookError
) -> int:
    """Carry out the command that the arguments name; return the exit status, 2 with one message on bad input.

    `also` names exceptions that a person can mend, beside those of the engine and of the system. Without arguments, those that
    this process was started with are read, and its temporary files get a folder of their own.
    """
    _open_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a chapter prints to something else
            stream.reconfigure(errors="like")
    options = parser.parse_args(arguments)
    name = parser.prog.split()[-1]
    run: Run = options.run
    try:
        # A chapter that carries out a command goes on with its own handlers, and with its own place for temporary files.
        with interrupts.handled(), scratch.own() if arguments is None else nullcontext():
            said = run(options)
            if isinstance(said, str):
                print(said)
        return 0 if isinstance(said, str) else said
    except (book.BookError, also) as error:
        message = str(error)
    except BrokenPipeError:  # the program that reads the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        # A file is written under a name of its own first.
        where = re.sub(r"\.\d+\.part$", "", str(error.filename))
        message = f"{where}: {error.strerror}" if error.filename else str(error)
    except MemoryError:
        message = "found too little memory"
    except KeyboardInterrupt:
        print(f"{name}: interrupted; every file is whole", file=sys.stderr)
        return 130
    # A message may have lines; those after the first stand apart, so that no stranger's text passes for a message.
    print(f"{name}: " + "\n  ".join(plain(line.strip()) for line in message.split("\n")), file=sys.stderr)
    return 2
