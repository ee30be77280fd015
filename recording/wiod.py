"""World Input-Output Database: domestic value added in exports."""

from pathlib import Path

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import figures
from recording.columns import ECONOMY, iso3, year


def value_added(sources: Path) -> pd.DataFrame:
    return figures(sources / "extra/dva_wiod/dva_share_by_exporter.csv")


TABLES = [
    Table(
        name="value-added",
        path="wiod/value_added.csv",
        title="Domestic value added in gross exports",
        description="43 economies and the rest of the world in 2002, 2005, 2008, 2011 and 2014; computed from the "
        "release of 2016. What an exporter sells to itself, without meaning, is left out.",
        fields=[
            iso3("iso3", "exporter (ROW: the rest of the world; TWN: Taiwan)"),
            year(2002, 2014),
            column(
                "gross_exports_musd", "number", "gross exports, million US dollars", required=True, minimum=0
            ),
            column(
                "domestic_value_added_musd",
                "number",
                "value added at home in these exports, million US dollars",
                required=True,
                minimum=0,
            ),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "World Input-Output Database"},
            {
                "title": "yangfan-amy-tan/trade_policy_analysis_2022",
                "path": "https://github.com/yangfan-amy-tan/trade_policy_analysis_2022",
            },
        ],
        license="wiod",
        citation="Timmer, M. P. et al. (2015), Review of International Economics 23: 575–605; World Input-Output "
        "Database, release of 2016, decomposed with Stata's icio.",
        retrieval="from the repository yangfan-amy-tan/trade_policy_analysis_2022, commit 3ee30db, data/dva_gtrade.dta.",
        derive=value_added,
        files=["extra/dva_wiod/dva_share_by_exporter.csv"],
        references=ECONOMY,
        also=["ROW", "TWN"],
    )
]
