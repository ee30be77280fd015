"""The command line: recompute Table 1 for any exporter, read the claims, verify an exhibit.

python -m beltroad table1 --exporter AUS [--definition wto] [--years 2016-2018] [--format text]
python -m beltroad claims [--section 2.1] [--format text]
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from beltroad import __version__, claims, data, trade

FORMATS = ["text", "csv", "markdown"]


def table1(
    exporter: str, definition: str = "wto", years: tuple[int, int] = (2016, 2018)
) -> pd.DataFrame:
    """Return Table 1 of one exporter: sector shares of its goods exports to China, as China reports them.

    Parameters
    ----------
    exporter : str
        ISO3 code of a partner in table ``china-by-division``.
    definition : str
        A key of `beltroad.trade.DEFINITIONS`.
    years : tuple of int
        First and last year.

    Returns
    -------
    DataFrame
        Rows sectors, columns years, in % of all goods China imports from the exporter (CIF).

    Raises
    ------
    ValueError
        If the exporter, the definition or a year is not in the data.
    """
    imports = data.table("china-by-division").query("flow == 'import'")
    exporters = sorted(imports["partner_iso3"].unique())
    if exporter not in exporters:
        raise ValueError(
            f"no exporter {exporter!r}; expected one of: {', '.join(exporters)}"
        )
    first, last = imports["year"].min(), imports["year"].max()
    if not first <= years[0] <= years[1] <= last:
        raise ValueError(
            f"years: found {years[0]}-{years[1]}, expected a span within {first}-{last}"
        )
    chosen = imports[
        imports["partner_iso3"].eq(exporter) & imports["year"].between(*years)
    ]
    return trade.sector_shares(chosen, definition).loc[exporter]


def verify(files: Sequence[Path], book: Path | None) -> int:
    """Print whether exported exhibits come out the same again; return 0 if all do, else 1.

    Parameters
    ----------
    files : sequence of Path
        Files to verify.
    book : Path or None
        A built book, all of whose exhibits are verified too.

    Raises
    ------
    ValueError
        If there is nothing to verify or a file is no exhibit.
    """
    from beltroad import (
        verification,
    )  # runs notebooks; the other commands start without it

    found = list(files)
    if book:
        found += sorted(
            p for kind in ("figures", "tables") for p in (book / kind).glob("*")
        )
    if not found:
        raise ValueError(
            f"{book or 'verify'}: no exhibit found, expected files or a built book"
        )
    verdicts = []
    for path, verdict, reason in verification.verify(found):
        print(f"{verdict:9}  {path}{': ' if reason else ''}{reason}")
        verdicts.append(verdict)
    same = verdicts.count("identical")
    print(f"{same} of {len(verdicts)} identical")
    return 0 if same == len(verdicts) else 1


def _years(text: str) -> tuple[int, int]:
    if not re.fullmatch(r"\d{4}(-\d{4})?", text):
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a year or a span such as 2016-2018"
        )
    return int(text[:4]), int(text[-4:])


def _printed(frame: pd.DataFrame, style: str, decimals: int = 2) -> str:
    if style == "csv":
        return frame.round(decimals).to_csv(lineterminator="\n").rstrip("\n")
    if style == "markdown":
        return frame.to_markdown(floatfmt=f".{decimals}f")
    return frame.to_string(float_format=f"{{:.{decimals}f}}".format)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m beltroad", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--version", action="version", version=f"beltroad {__version__}"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("table1", help="recompute Table 1 for one exporter")
    one.add_argument("--exporter", required=True, help="ISO3 code, for example AUS")
    one.add_argument(
        "--definition",
        default="wto",
        help=f"one of {', '.join(trade.DEFINITIONS)} (default wto)",
    )
    one.add_argument(
        "--years", type=_years, default=(2016, 2018), help="default 2016-2018"
    )
    one.add_argument("--format", choices=FORMATS, default="text", help="default text")
    ledger = commands.add_parser(
        "claims", help="audit the claim ledger against the chapters and show it"
    )
    ledger.add_argument("--section", help="one section of the paper, for example 2.1")
    ledger.add_argument(
        "--format", choices=FORMATS, default="text", help="default text"
    )
    again = commands.add_parser(
        "verify", help="recompute exported exhibits: identical, or what moved"
    )
    again.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="SVG, PDF, PNG, CSV or Markdown",
    )
    again.add_argument(
        "--all",
        nargs="?",
        type=Path,
        const=Path("_build/html"),
        metavar="FOLDER",
        help="every exhibit of a built book (default _build/html)",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "table1":
            table = table1(options.exporter, options.definition, options.years)
            if options.format != "csv":
                print(
                    f"Exports of {options.exporter} to China, share of each sector in %, definition "
                    f"{options.definition!r}, as China reports its imports (CIF).\n"
                )
            print(_printed(table, options.format))
        elif options.command == "verify":
            return verify(options.files, options.all)
        else:
            ledger = claims.audit(Path(__file__).resolve().parents[1]).set_index("id")
            if options.section and options.section not in set(ledger["section"]):
                known = ", ".join(ledger["section"].unique())
                raise ValueError(
                    f"no section {options.section!r}; expected one of: {known}"
                )
            chosen = (
                ledger[ledger["section"].eq(options.section)]
                if options.section
                else ledger
            )
            print(
                _printed(
                    chosen[["type", "verdict", "chapter", "claim"]], options.format
                )
            )
    except ValueError as error:
        print(f"beltroad: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
