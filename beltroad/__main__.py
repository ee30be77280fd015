"""The command line: recompute Table 1 for any exporter, search all groupings of goods, read the claims, verify an exhibit."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pandas as pd

from beltroad import __version__, fetch, nearest, proofs, trade
from bookpress import command, tables


def table1(exporter: str, definition: str = "wto", years: tuple[int, int] = (2016, 2018)) -> pd.DataFrame:
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
    imports = tables.read("china-by-division").query("flow == 'import'")
    exporters = sorted(imports["partner_iso3"].unique())
    if exporter not in exporters:
        raise ValueError(f"no exporter {exporter!r}; expected one of: {', '.join(exporters)}")
    first, last = imports["year"].min(), imports["year"].max()
    if not first <= years[0] <= years[1] <= last:
        raise ValueError(f"years: found {years[0]}-{years[1]}, expected a span within {first}-{last}")
    chosen = imports[imports["partner_iso3"].eq(exporter) & imports["year"].between(*years)]
    return cast(pd.DataFrame, trade.sector_shares(chosen, definition).loc[exporter])


def print_table1(options: argparse.Namespace) -> int:
    """Recompute Table 1 for one exporter."""
    table = table1(options.exporter, options.definition, options.years)
    if options.format != "csv":
        print(
            f"Exports of {options.exporter} to China, share of each sector in %, definition "
            f"{options.definition!r}, as China reports its imports (CIF).\n"
        )
    print(command.printed(table, options.format))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser, commands = command.parser("beltroad", __doc__ or "", __version__)
    one = command.add(commands, print_table1, "table1")
    one.add_argument("--exporter", required=True, help="ISO3 code, for example AUS")
    known = ", ".join(trade.DEFINITIONS)
    one.add_argument("--definition", default="wto", help=f"one of {known} (default wto)")
    one.add_argument("--years", type=command.years, default=(2016, 2018), help="default 2016-2018")
    command.add_format(one)
    nearest.add(commands)
    fetch.add(commands)
    command.add_claims(commands)
    command.add_verify(commands)
    proofs.add(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 with one message on bad input."""
    # The data are this edition's, wherever the command is called.
    os.environ.setdefault("BOOKPRESS_BOOK", str(Path(__file__).resolve().parents[1]))
    return command.carry_out(_parser(), arguments, also=ValueError)


if __name__ == "__main__":
    sys.exit(main())
