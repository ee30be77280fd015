"""What every exporter sells China by SITC division: a table that the book does without until somebody has the files of BACI."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd

from bookpress.tables import DataError
from bookpress.tables.records import Table
from recording.columns import columns
from recording.merchandise import classifications
from recording.merchandise.exporters import BOUNDED, FIRST, KEY, LAST

LAYOUT, IMPORTER = "BACI", "CHN"


def by_division(paths: Sequence[Path]) -> pd.DataFrame:
    """Return what every exporter sells China by division, from files that are read as those of ``beltroad rank --from``.

    Who has no figures of all years, or only a part of them, is left out and named on standard error. A `BookError` says what is
    wrong with a file, or that no exporter is left.
    """
    # Only here: nothing else is recorded with what reads the tables in data/.
    from beltroad import spellings
    from tradefiles import FileError, answers, asking, flows

    wanted = flows.Wanted(years=(FIRST, LAST))
    kept: list[pd.DataFrame] = []
    left: dict[str, list[str]] = defaultdict(list)
    with asking.opened(paths) as files:
        rows = files.answer(spellings.aliases(IMPORTER), years=wanted.years)
        for name, of in groupby(rows, key=lambda row: row.exporter or ""):
            code = spellings.economy(name)
            if not code or code == IMPORTER:
                left["no single economy, or China itself"].append(name)
                continue
            try:
                flow = flows.flow(of, code, IMPORTER, wanted)
                values = answers.by_division(flow)
            except FileError as error:
                left[str(error).partition(": ")[2]].append(code)
                continue
            if flow.layouts != [LAYOUT]:
                raise DataError(
                    f"--baci: found files of {' and '.join(flow.layouts)}, expected those of {LAYOUT}"
                )
            edition = values["year"].map(
                {year: of_year.classification for year, of_year in flow.years.items()}
            )
            kept.append(values.assign(exporter_iso3=code, hs_edition=edition))
        said = files.notes
    said += [f"Left out, {why}: {', '.join(sorted(names))}." for why, names in sorted(left.items())]
    for line in said:
        print(line, file=sys.stderr)
    if not kept:
        raise DataError(f"--baci: found no exporter with figures of every year, expected {FIRST}-{LAST}")
    table = pd.concat(kept)
    return table.assign(value_usd=table["value_usd"].round().astype("int64"))


TABLES = [
    Table(
        name="exporters-by-division",
        path="trade/exporters_by_division.csv",
        title="What every exporter sells China by SITC division",
        description="Exports to China as BACI reconciles the reports of both sides, FOB, by the Harmonized System with six digits, mapped to "
        f"SITC Rev. 4 by table hs-sitc: another measure than China's imports, never to be ranked with them. {BOUNDED}",
        fields=columns(rf"""
            year | integer {FIRST}..{LAST} | calendar year
            exporter_iso3 | iso3 | exporter
            hs_edition | string (H0, H1, H2, H3, H4, H5, H6) | edition of the Harmonized System that was mapped: H0 is HS 1992, H1 1996, H2 2002, H3 2007, H4 2012, H5 2017, H6 2022
            sitc_division | string? /[0-9]{{2}}/ | SITC Rev. 4 division, two digits as text; empty where none can be chosen
            also_divisions | string? /[0-9]{{2}}( [0-9]{{2}})*/ | divisions that the value may belong to besides, separated by blanks
            value_usd | integer 0.. | value, current US dollars
        """),
        key=KEY,
        sources=[
            {"title": "BACI", "path": "http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37"},
            *classifications.ABOUT["sources"],
        ],
        license="etalab",
        citation="CEPII, BACI: International Trade Database at the Product-Level (Gaulier and Zignago 2010), exports to China, mapped "
        "with the correspondence tables of the United Nations Statistics Division.",
        retrieval="the files of whoever recorded it, by `python -m recording --baci FILE...`; their checksums are in datapackage.json.",
        derive=by_division,
        option="baci",
    )
]
