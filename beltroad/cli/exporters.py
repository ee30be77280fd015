"""The commands that answer for exporters, from the book's data or a reader's files: table1, figure1, rank, import."""

import argparse
import io
from pathlib import Path

import pandas as pd

from beltroad import table1 as tables
from beltroad.cli import reading
from beltroad.figures import figure1 as figures
from bookpress.cli import command
from bookpress.edition import book
from tradefiles import FileError, answers, asking, copies, ranking
from tradefiles.flows import Wanted
from tradefiles.layouts import SIDES
from tradefiles.strays import SHOWN

# What each kind of figure says of its making, left out: the same figures give the same bytes.
UNDATED = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}


def add(commands: command.Commands) -> None:
    """Add the commands."""
    made = command.add(commands, table1)
    made.epilog = "examples: table1 --exporter AUS; table1 --exporter BRA --from TradeData.csv --format json"
    reading.add_question(made)
    command.add_format(made)
    reading.add_files(made)
    made = command.add(commands, figure1)
    made.epilog = (
        "examples: figure1 --exporter AUS --to aus.svg; figure1 --exporter BRA --from trade --to a.png"
    )
    reading.add_question(made)
    made.add_argument("--to", type=Path, required=True, metavar="FILE", help="a new .svg, .png or .pdf")
    made.add_argument("--force", action="store_true", help="replace a file that is there")
    reading.add_files(made)
    made = command.add(commands, rank)
    made.epilog = "example: rank --from BACI_HS17_V202401.zip country_codes_V202401.csv"
    reading.add_definition(made)
    command.add_format(made)
    reading.add_files(made, required=True)
    made = command.add(commands, import_, "import")
    made.epilog = "example: import BACI_HS17_Y2018_V202401.csv --to trade; table1 --exporter AUS --from trade"
    made.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="trade files, or folders of them")
    made.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new folder")
    made.add_argument("--force", action="store_true", help="replace a copy that is there")
    reading.add_memory(made)


def table1(options: argparse.Namespace) -> int:
    """Recompute Table 1 for one exporter."""
    shares, whose, notes, totals = _asked(options)
    importer = options.importer if options.files else "China"
    about = f"Exports of {options.exporter} to {importer}, share of each sector in %, "
    about += f"definition {options.definition!r}, {whose}."
    command.show(shares.rename_axis("sector"), options.format, about, notes, **totals)
    return 0


def figure1(options: argparse.Namespace) -> int:
    """Draw Figure 1 of one exporter beside the printed shares."""
    form = options.to.suffix.lower().lstrip(".")
    if form not in UNDATED:
        expected = f"one of: .{', .'.join(UNDATED)}"
        raise FileError(f"{options.to}: found the ending {options.to.suffix!r}, expected {expected}")
    if options.to.exists() and not options.force:
        raise FileError(f"{options.to}: found a file there, expected a new name; --force replaces it")
    shares, whose, notes, _ = _asked(options)
    title = figures.title(shares, options.exporter)
    what = figures.subtitle(options.exporter, options.importer, whose, options.definition)
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    from bookpress import exhibits  # sets the style of the book's figures

    target = io.BytesIO()
    drawn = exhibits.titled(figures.draw(shares, against=tables.printed()), title, what)
    drawn.savefig(target, format=form, metadata=UNDATED[form], dpi=192)
    plt.close(drawn)
    book.write(options.to, target.getvalue())
    print("\n".join([f"{options.to}: {what}", *notes]))
    return 0


def _asked(options: argparse.Namespace) -> tuple[pd.DataFrame, str, list[str], dict[str, dict[str, float]]]:
    """Return the shares that are asked for, whose figures they are, notes, and the totals of a reader's files."""
    tables.codes(options.definition)  # refused before files are read
    flow, left = reading.flow(options, options.years)
    if flow:
        whose, shares = answers.side(flow), answers.shares(flow, options.definition)
        if any(answers.part(flow, year) for year in flow.years):
            shares, whose = shares.rename("{} (of a part)".format), f"{whose}, a part of the goods only"
        totals = {str(year): round(one.total, 2) for year, one in flow.years.items()}
        return shares, whose, [*answers.notes(flow, options.definition), *left], {"totals": totals}
    shares = tables.recompute(options.exporter, options.definition, options.years).share
    return shares, tables.TABLES[tables.exporters()[options.exporter]], [], {}


def rank(options: argparse.Namespace) -> int:
    """Rank every exporter in trade files by distance to the six printed numbers."""
    tables.codes(options.definition)
    with asking.opened(options.files, options.memory) as files:
        wanted = Wanted(options.side, options.classification, partial=options.partial)
        found = ranking.rank(files, options.importer, options.definition, wanted)
        left = files.notes
    whose = SIDES[found.side].replace("the importer", options.importer)
    about = f"Exporters to {options.importer} by distance to the six printed numbers, 2016-2018, in percentage points; "
    about += f"definition {options.definition!r}, {whose} ({found.basis})."
    low, high = tables.MIRROR
    notes = [
        f"mirror: importer's figure over the exporter's own, by the book's record; outside {low} to {high} no place is given.",
        "A small distance is no identification: the paper names neither the country nor its source, and several may lie as near.",
    ]
    if found.world is not None:
        notes.append(f"The exporters above sell {found.world:.1f}% of what the files state for the World.")
    if found.coarse:
        first = sorted(found.coarse, key=lambda code: (-found.coarse[code], code))
        shown = ", ".join(f"{code} ({found.coarse[code]:.2g}%)" for code in first[:SHOWN])
        more = f" and {len(first) - SHOWN} more" if len(first) > SHOWN else ""
        notes.append(f"Counted in part with fewer digits, where the finer codes sum to less: {shown}{more}.")
    for reason, codes in found.left.items():
        notes.append(
            f"Not ranked, {reason}: {', '.join(codes)}{f' ({len(codes)} in all)' if len(codes) > 3 else ''}."
        )
    command.show(found.table, options.format, about, [*notes, *left])
    return 0


def import_(options: argparse.Namespace) -> int:
    """Copy trade files into a folder that --from reads faster."""
    copies.check_place(options.to, options.force)
    with asking.opened(options.paths, options.memory, links=False) as files:
        manifest = copies.make(files, options.to)
        left = files.notes
    counts = f"{manifest['rows']:,} rows of {len(manifest['from'])} files, {len(manifest['files'])} parts"
    print("\n".join([f"{options.to}: {counts}", *left]))
    return 0
