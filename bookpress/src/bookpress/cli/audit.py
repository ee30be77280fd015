"""The commands that check an edition: its claims, its exhibits, another edition. A subject's command line has them too."""

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.cli import command
from bookpress.edition import book

if TYPE_CHECKING:
    import pandas as pd  # the command line starts without it

BUILT = Path("_build/html")  # in the book, wherever the command is called


def add(commands: command.Commands) -> None:
    """Add the commands."""
    made = command.add(commands, claims)
    made.add_argument("--section", help="one section of the paper, for example 2.1")
    command.add_format(made)
    made = command.add(commands, verify)
    kinds = "SVG, PDF, PNG, CSV, Markdown or a notebook"
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help=kinds)
    whole = "every exhibit of a built book (default _build/html)"
    made.add_argument("--all", nargs="?", type=Path, const=BUILT, metavar="FOLDER", help=whole)
    made = command.add(commands, compare)
    about = "the folder of a built book (_build/html) or of a checkout; unpack an archive first"
    made.add_argument("old", type=Path, metavar="OLD", help=about)
    made.add_argument("new", type=Path, metavar="NEW", help="the same kind or the other")
    made.add_argument("--figures", type=Path, metavar="FOLDER", help="write figures before and after there")


def claims(options: argparse.Namespace) -> int:
    """Audit the claim ledger against the chapters and show it."""
    from bookpress import claims

    ledger = claims.audit(book.root()).set_index("id").replace({"verdict": claims.verdicts.WORDS})
    if options.section:
        if options.section not in set(ledger["section"]):
            known = list(ledger["section"].unique())
            near = book.hint(options.section, known)
            raise claims.ClaimError(
                f"no section {options.section!r}; expected one of: {', '.join(known)}{near}"
            )
        ledger = ledger[ledger["section"].eq(options.section)]
    if options.format == "text":  # a table would be three times as wide as a terminal
        print("\n\n".join(_blocks(ledger, shutil.get_terminal_size().columns)))
        return 0
    command.show(ledger[["kind", "verdict", "agree", "cells", "chapter", "claim"]], options.format)
    return 0


def _blocks(ledger: "pd.DataFrame", width: int) -> Iterator[str]:
    """Yield each claim as lines that are no wider than a terminal."""
    known = ledger.astype(object).where(ledger.notna(), "").to_dict("index")
    for name, row in known.items():
        agree = f" ({row['agree']} of {row['cells']})" if row["cells"] else ""
        what = f"{row['verdict']}{agree}, {row['kind']}, {row['chapter']}"
        lines = [
            textwrap.fill(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
            for text in (what, command.plain(row["claim"]))
        ]
        yield "\n".join([str(name), *lines])


def verify(options: argparse.Namespace) -> int:
    """Recompute exported exhibits and downloaded notebooks: identical in all that is seen of them, or what moved."""
    from bookpress.verify import downloads  # runs notebooks; the other commands start without it

    root, verdicts, refused = book.root(), [], []
    found = list(options.files)
    if options.all:
        html = book.built(root) if options.all == BUILT else options.all
        found += sorted(path for kind in ("figures", "tables") for path in (html / kind).glob("*"))
    if not found:
        raise book.BookError(f"{options.all or 'verify'}: no exhibit found, expected files or a built book")
    for path, verdict, reason in downloads.verify(
        found, root, lambda line: print(line, file=sys.stderr, flush=True)
    ):
        verdicts.append(verdict)
        if verdict == "refused":
            refused.append(reason)
        else:
            print(command.plain(f"{verdict:9}  {path}{': ' if reason else ''}{reason}"))
    same = verdicts.count("identical")
    if len(refused) < len(verdicts):
        print(f"{same} of {len(verdicts)} identical")
    if refused:
        raise book.BookError("\n".join(refused))
    return 0 if same == len(verdicts) else 1


def compare(options: argparse.Namespace) -> int:
    """Compare the exhibits and verdicts of two editions: what moved, and why."""
    from bookpress.verify import comparison  # reads pictures and pages; the other commands start without it

    lines, same = comparison.compare(options.old, options.new, options.figures)
    print("\n".join(map(command.plain, lines)))
    return 0 if same else 1
