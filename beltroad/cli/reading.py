"""The options of commands that read a reader's own files, and the files and flows that they name."""

import argparse
from pathlib import Path

from beltroad import spellings, table1
from bookpress.cli import command
from tradefiles import FileError, asking, classifications
from tradefiles.engine import MEMORY
from tradefiles.flows import Flow, Wanted
from tradefiles.layouts import SIDES

economy = command.argument(spellings.iso3)
ECONOMY = "an economy: its name, or a code such as AUS, AU or 36"


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add what Table 1 is asked for."""
    parser.add_argument("--exporter", required=True, type=economy, help=ECONOMY)
    add_definition(parser)
    parser.add_argument("--years", type=command.years, default=table1.YEARS, help="default 2016-2018")


def add_definition(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a definition."""
    every = ", ".join(table1.DEFINITIONS)
    parser.add_argument("--definition", default="wto", type=str.lower, help=f"one of {every} (default wto)")


def add_files(parser: argparse.ArgumentParser, required: bool = False) -> None:
    """Add the options of a command that reads files."""
    group = parser.add_argument_group("a reader's own files")
    known = [*classifications.SITC, *classifications.HS]
    what = "trade files, or folders of them: UN Comtrade, BACI or WITS as CSV, Parquet, Excel or Stata, plain or packed, "
    what += "or a copy that `import` made"
    group.add_argument(
        "--from", dest="files", nargs="+", type=Path, metavar="FILE", required=required, default=[], help=what
    )
    group.add_argument("--importer", default="CHN", type=economy, help=f"{ECONOMY} (default CHN)")
    group.add_argument(
        "--side", choices=list(SIDES), default="", help="whose reports, where files hold several"
    )
    group.add_argument(
        "--partial", action="store_true", help="answer for a part of the trade, too, and mark it"
    )
    where = f"where files leave it open: {', '.join(known)}"
    group.add_argument("--classification", choices=known, default="", metavar="NAME", help=where)
    add_memory(group)


def add_memory(parser: argparse._ActionsContainer) -> None:
    """Add the limit of memory."""
    most = f"the most that DuckDB takes (default {MEMORY})"
    parser.add_argument("--memory", default=MEMORY, help=most)


def flow(options: argparse.Namespace, years: tuple[int, int]) -> tuple[Flow | None, list[str]]:
    """Return the flow that the options of `add_files` ask for, and which files hold no trade; None if no file is given.

    Options that say how files are read are refused then.
    """
    if not options.files:
        chosen = (options.side, options.classification, options.partial, options.importer, options.memory)
        if chosen != ("", "", False, "CHN", MEMORY):
            raise FileError("found an option that says how files are read, expected --from with it")
        return None, []
    with asking.opened(options.files, options.memory) as files:
        wanted = Wanted(options.side, options.classification, years, options.partial)
        return files.flow(options.exporter, options.importer, wanted), files.notes
