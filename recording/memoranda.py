"""Green Finance & Development Center: who signed a Belt and Road memorandum, and when."""

from pathlib import Path

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import read
from recording.columns import iso3


def signers(sources: Path) -> pd.DataFrame:
    frame = read(sources / "bri/gfdc-bri-countries-2025-05.csv")
    frame = frame[frame["iso3"].ne("CHN")]  # the source lists China beside its partners
    return frame.rename(columns={"name": "economy", "mou": "mou_date", "exit": "exit_date"})


TABLES = [
    Table(
        name="signers",
        path="bri/signers.csv",
        title="Signers of a Belt and Road memorandum",
        description="151 partners with the likely date of signature; four dates are unknown. The source's row for "
        "China itself is left out: China is not its own partner.",
        fields=[
            iso3("iso3", "economy"),
            column("economy", "string", "name", required=True),
            column("mou_date", "date", "likely date of the memorandum; empty where unknown"),
            column("exit_date", "date", "date of exit; empty where none"),
        ],
        key=["iso3"],
        sources=[
            {
                "title": "Green Finance & Development Center",
                "path": "https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/",
            }
        ],
        license="gfdc",
        citation="Nedopil, C. (2025), Countries of the Belt and Road Initiative, Green Finance & Development "
        "Center, Fudan University.",
        retrieval="the list as of May 2025.",
        derive=signers,
        files=["bri/gfdc-bri-countries-2025-05.csv"],
    )
]
