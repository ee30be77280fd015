"""The commands that read a reader's own files."""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from beltroad.table1 import DEFINITIONS, MIRROR, codes
from bookpress.cli import command
from bookpress.edition import book
from tradefiles import FileError, asking, copies, engines, figures, printing, ranking, sectors, shares
from tradefiles.engines import MEMORY
from tradefiles.flows import Flow, Wanted
from tradefiles.layouts import SIDES


def table1(options: argparse.Namespace) -> int:
    """Recompute Table 1 for one exporter from trade files."""
    codes(options.definition)
    flow, left = asked(options, options.years)
    found = shares.shares(flow, options.definition)
    table = {name: {str(year): share for year, share in row.items()} for name, row in found.rows().items()}
    about = (
        f"Exports of {flow.exporter} to {flow.importer}, share of each sector in %, definition "
        f"{options.definition!r}, {side(flow)}."
    )
    told = [*notes(flow), *shares.lost(found), *left]
    totals = {str(year): one.total for year, one in flow.years.items()}
    _print(table, "sector", options.format, about, told, totals)
    return 0


def side(flow: Flow) -> str:
    """Say whose figures a flow's are, and how they are valued."""
    return f"{SIDES[flow.side].replace('the importer', flow.importer).replace('the exporter', flow.exporter)} ({flow.basis})"


def notes(flow: Flow) -> list[str]:
    """Return what a reader must know of a flow: layout, classification, sums, what was repaired or left out."""
    lines = []
    classes: dict[str, list[int]] = {}
    for year, one in flow.years.items():
        classes.setdefault(f"{sectors.named(one.classification)}, {one.digits} digits", []).append(year)
        stated = "no total stated"
        if one.stated is not None:
            stated = (
                f"stated total {one.stated:,.0f} ({100 * one.total / one.stated if one.stated else 0:.2f}%)"
            )
        lines.append(f"{year}: {len(one.codes)} codes sum to {one.total:,.0f} US$, {stated}")
    told = "; ".join(f"{name} ({min(years)}-{max(years)})" for name, years in classes.items())
    lines.insert(0, f"Read as {' and '.join(flow.layouts)}: {told}.")
    older = [
        name for name in ("S1", "S2", "S3") if any(one.classification == name for one in flow.years.values())
    ]
    if older:
        known = " and ".join(map(sectors.named, older))
        lines.append(f"The divisions of {known} are read as those of Rev. 4 of the same number.")
    if (ratio := shares.mirror(flow)) is not None and not MIRROR[0] <= ratio <= MIRROR[1]:
        lines.append(
            f"The two sides differ: {flow.importer} reports {ratio:.2f} times what {flow.exporter} does, by the book's own "
            "record of totals; shares may describe another trade than the exporter's."
        )
    return [*lines, *flow.notes]


def asked(options: argparse.Namespace, years: tuple[int, int]) -> tuple[Flow, list[str]]:
    """Return the flow that the options of `add_reading` ask for, and which files hold no trade."""
    with _opened(options) as files:
        flow = files.flow(
            options.exporter, options.importer, Wanted(options.side, options.classification, years)
        )
    shares.check_unit(flow)
    return flow, _left(files.left)


def _opened(options: argparse.Namespace) -> AbstractContextManager[asking.Files]:
    return asking.opened(options.files, _engine(options))


def _engine(options: argparse.Namespace) -> Callable[[Path], engines.Engine]:
    """Return what starts the engine that was asked for.

    Raises
    ------
    FileError
        If options do not go together, or a master is none.
    """
    if options.engine == "duckdb":
        if options.master:
            raise FileError(f"--master: found {options.master}, expected --engine spark with it")
        return partial(engines.DuckDB, memory=options.memory)
    if options.memory != MEMORY:
        raise FileError(
            "--memory: found it with --engine spark, which takes memory as its own configuration says"
        )
    from tradefiles import spark

    return partial(spark.Spark, master=spark.checked(options.master or "local[*]"))


def _left(left: list[str]) -> list[str]:
    return [f"Left, holding no trade: {', '.join(left)}."] if left else []


def _print(
    table: printing.Table,
    head: str,
    style: str,
    about: str,
    notes: list[str],
    totals: dict[str, float] | None = None,
) -> None:
    out, beside = printing.printed(table, head, style, about, notes, totals)
    print(out)
    if beside:
        print(beside, file=sys.stderr)


def add_definition(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a definition."""
    every = ", ".join(DEFINITIONS)
    parser.add_argument("--definition", default="wto", help=f"one of {every} (default wto)")


def add_reading(parser: argparse.ArgumentParser, required: bool) -> None:
    """Add the options of a command that reads files."""
    group = parser.add_argument_group("a reader's own files")
    group.add_argument(
        "--from",
        dest="files",
        nargs="+",
        type=Path,
        metavar="FILE",
        required=required,
        default=[],
        help="trade files, or folders of them: UN Comtrade, BACI or WITS as CSV, Parquet, Excel or Stata, plain or packed, "
        "or a copy that `import` made",
    )
    group.add_argument("--importer", default="CHN", help="ISO3 code (default CHN)")
    group.add_argument(
        "--side", choices=list(SIDES), default="", help="whose reports, where files hold several"
    )
    known = [*sectors.SITC, *sectors.HS]
    group.add_argument(
        "--classification",
        choices=known,
        default="",
        metavar="NAME",
        help=f"where files leave it open: {', '.join(known)}",
    )
    _add_memory(group)
    _add_engine(group)


def figure1(options: argparse.Namespace) -> int:
    """Draw Figure 1 of one exporter, from trade files, beside the printed shares."""
    figures.free(options.to, options.force)
    flow, left = asked(options, options.years)
    found = shares.shares(flow, options.definition)
    title = figures.title(flow.exporter, flow.importer, side(flow), options.definition)
    told = [*notes(flow), *shares.lost(found), *left]
    return write_figure(options.to, found.rows(), title, told)


def write_figure(path: Path, rows: figures.Rows, title: str, told: list[str]) -> int:
    """Write a figure of shares and say what it shows."""
    book.write(path, figures.draw(rows, title, figures.kind(path)))
    print("\n".join([f"{path}: {' '.join(title.split())}", *told]))
    return 0


def rank(options: argparse.Namespace) -> int:
    """Rank every exporter in trade files by distance to the six printed numbers."""
    wanted = Wanted(options.side, options.classification)
    with _opened(options) as files:
        found = ranking.rank(files, options.importer, options.definition, wanted)
        left = files.left
    table: dict[str, dict[str, printing.Cell]] = {}
    for number, place in enumerate(found.places, 1):
        table[place.exporter] = {
            "place": None if place.apart else number,
            "rmse": place.rmse,
            "largest": place.largest,
            "mapped, %": place.mapped,
            "mirror": place.mirror,
            "million US$": place.total / 1e6,
        }
    first = found.places[0]
    whose = SIDES[first.side].replace("the importer", options.importer)
    about = (
        f"Exporters to {options.importer} by distance to the six printed numbers, 2016-2018, in percentage points; definition "
        f"{options.definition!r}, {whose} ({first.basis})."
    )
    low, high = MIRROR
    lines = [
        f"mirror: importer's figure over the exporter's own, by the book's record; outside {low} to {high} no place is given.",
        "A small distance is no identification: the paper names neither the country nor its source, and several may lie as near.",
    ]
    if found.world is not None:
        lines.append(f"The exporters above sell {found.world:.1f}% of what the files state for the World.")
    for reason, sellers in _reasons(found.left).items():
        lines.append(f"Not ranked, {reason}: {', '.join(sellers)}.")
    _print(table, "exporter", options.format, about, [*lines, *_left(left)])
    return 0


def _reasons(left: dict[str, str]) -> dict[str, list[str]]:
    """Return exporters by what kept them out, without what is theirs alone in it."""
    found: dict[str, list[str]] = {}
    for code, reason in sorted(left.items()):
        found.setdefault(reason.partition(": ")[2] or reason, []).append(code)
    return found


def _add_memory(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--memory", default=MEMORY, help=f"the most that DuckDB takes (default {MEMORY})")


def _add_engine(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--engine",
        choices=["duckdb", "spark"],
        default="duckdb",
        help="what carries out the question (default duckdb); `make spark` sets up the other",
    )
    parser.add_argument(
        "--master",
        default="",
        metavar="URL",
        help="where Spark runs: local[2], spark://host:port or yarn (default local[*])",
    )


def import_(options: argparse.Namespace) -> int:
    """Copy trade files into a folder that --from reads faster."""
    if options.engine == "spark":
        raise FileError(
            "import: found --engine spark, expected none: DuckDB writes copies, Spark reads them too"
        )
    copies.free(options.to, options.force)
    with asking.opened(options.paths, _engine(options), links=False) as files:
        manifest = copies.make(files, options.to, options.force)
        left = files.left
    print(
        f"{options.to}: {manifest['rows']:,} rows of {len(manifest['from'])} files, {len(manifest['files'])} parts"
    )
    print("\n".join(_left(left)), end="\n" if left else "")
    return 0


def add(commands: command.Commands) -> None:
    """Add the commands that need files."""
    made = command.add(commands, rank)
    made.epilog = "example: rank --from BACI_HS17_V202401.zip country_codes_V202401.csv"
    add_definition(made)
    made.add_argument("--format", choices=printing.FORMATS, default="text", help="default text")
    add_reading(made, required=True)
    made = command.add(commands, import_, "import")
    made.epilog = "example: import BACI_HS17_Y2018_V202401.csv --to trade; table1 --exporter AUS --from trade"
    made.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="trade files, or folders of them")
    made.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new folder")
    made.add_argument("--force", action="store_true", help="replace a copy that is there")
    _add_memory(made)
    _add_engine(made)


def needless(options: argparse.Namespace, formats: tuple[str, ...] = ("json",)) -> None:
    """Refuse options that say how files are read, or are answered, where no files are given.

    Parameters
    ----------
    options : Namespace
        Of a command that `add_reading` added to.
    formats : tuple of str
        What only an answer from files can be printed as.

    Raises
    ------
    FileError
        If there is one.
    """
    style = getattr(options, "format", "")
    if style in formats:
        raise FileError(f"--format {style}: expected --from with it")
    chosen = options.side or options.classification or options.engine != "duckdb" or options.master
    if chosen or (options.importer, options.memory) != ("CHN", MEMORY):
        raise FileError("found an option that says how files are read, expected --from with it")
