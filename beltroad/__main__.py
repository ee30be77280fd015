"""The command line: recompute Table 1 for any exporter, search all groupings of goods, read the claims, verify an exhibit."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from beltroad import __version__, table1
from bookpress.cli import audit, command
from bookpress.edition import book
from tradefiles import commands, fetch, figures
from tradefiles.printing import FORMATS

if TYPE_CHECKING:
    pass  # commands that read a reader's own files start without it

# Commands that may be asked of a reader's own files: they start without what the searches of groupings import.
LIGHT = ["table1", "figure1", "rank", "import"]


def print_table1(options: argparse.Namespace) -> int:
    """Recompute Table 1 for one exporter."""
    if options.files:
        return commands.table1(options)
    commands.needless(options)
    table = table1.recompute(options.exporter, options.definition, options.years).share
    about = (
        f"Exports of {options.exporter} to China, share of each sector in %, definition {options.definition!r}, "
        f"{table1.TABLES[table1.exporters()[options.exporter]]}."
    )
    command.show(table, options.format, about)
    return 0


def print_figure1(options: argparse.Namespace) -> int:
    """Draw Figure 1 of one exporter beside the printed shares."""
    if options.files:
        return commands.figure1(options)
    commands.needless(options)
    figures.free(options.to, options.force)
    table = table1.recompute(options.exporter, options.definition, options.years).share
    rows = {
        str(name): {int(year): float(row[year]) for year in row} for name, row in table.T.to_dict().items()
    }
    title = figures.title(
        options.exporter, "CHN", table1.TABLES[table1.exporters()[options.exporter]], options.definition
    )
    return commands.write_figure(options.to, rows, title, [])


def _parser(asked: str = "") -> argparse.ArgumentParser:
    parser, known = command.parser("beltroad", __doc__ or "", __version__)
    one = command.add(known, print_table1, "table1")
    add_question(one)
    one.add_argument("--format", choices=FORMATS, default="text", help="default text; json with --from")
    one.epilog = "examples: table1 --exporter AUS; table1 --exporter BRA --from TradeData.csv --format json"
    commands.add_reading(one, required=False)
    drawn = command.add(known, print_figure1, "figure1")
    drawn.epilog = (
        "examples: figure1 --exporter AUS --to aus.svg; figure1 --exporter BRA --from trade --to bra.png"
    )
    add_question(drawn)
    drawn.add_argument("--to", type=Path, required=True, metavar="FILE", help="a new .svg, .png or .pdf")
    drawn.add_argument("--force", action="store_true", help="replace a file that is there")
    commands.add_reading(drawn, required=False)
    commands.add(known)
    if asked not in LIGHT:
        from beltroad import nearest
        from beltroad.groupings import proofs

        nearest.add(known)
        proofs.add(known)
    fetch.add(known)
    audit.add(known)
    return parser


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add what Table 1 is asked for."""
    parser.add_argument("--exporter", required=True, help="ISO3 code, for example AUS")
    commands.add_definition(parser)
    parser.add_argument("--years", type=command.years, default=(2016, 2018), help="default 2016-2018")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    # The data are this edition's, wherever the command is called.
    given = sys.argv[1:] if arguments is None else arguments
    with book.using(book.of_module(__file__)):
        return command.carry_out(_parser(given[0] if given else ""), given, also=ValueError)


if __name__ == "__main__":
    sys.exit(main())
