"""Composite indices: economic complexity of exports, globalisation."""

from pathlib import Path

import pandas as pd

from bookpress.tables import Field, column
from bookpress.tables.records import Table
from recording.codes import figures
from recording.columns import ECONOMY, iso3, year

COMPLEXITY = "extra/eci/eci_1995_2016.csv"
GLOBALISATION = "extra/kof/kof_2018edition_1995_2016.csv"

KOF_COLUMNS = {
    "KOFGI": "overall",
    "KOFEcGI": "economic",
    "KOFTrGI": "trade",
    "KOFTrGIdf": "trade_de_facto",
    "KOFTrGIdj": "trade_de_jure",
}


def complexity(sources: Path) -> pd.DataFrame:
    return figures(sources / COMPLEXITY, whole=["rank_oec", "rank_atlas"])


def globalisation(sources: Path) -> pd.DataFrame:
    return figures(sources / GLOBALISATION, KOF_COLUMNS, decimals=2)


def index(name: str, what: str, **constraints: bool) -> Field:
    return column(name, "number", f"{what}, 0 to 100", minimum=0, maximum=100, **constraints)


TABLES = [
    Table(
        name="complexity",
        path="eci/complexity.csv",
        title="Economic complexity",
        description="Two computations of the Economic Complexity Index, each with its own choice of economies; compare "
        "ranks within one of them.",
        fields=[
            iso3("iso3", "economy (HKG: Hong Kong)"),
            year(1995, 2016),
            column("eci_oec", "number", "score of the MIT Observatory of Economic Complexity"),
            column("rank_oec", "integer", "rank by that score, 1 for the most complex", minimum=1),
            column("eci_atlas", "number", "score of the Harvard Atlas of Economic Complexity"),
            column("rank_atlas", "integer", "rank by that score, 1 for the most complex", minimum=1),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "MIT Observatory and Harvard Atlas"},
            {"title": "owid/owid-datasets", "path": "https://github.com/owid/owid-datasets"},
        ],
        license="eci",
        citation="MIT Observatory of Economic Complexity and Harvard Atlas of Economic Complexity, retrieved on 6 "
        "November 2017 by Our World in Data.",
        retrieval="from the repository owid/owid-datasets, commit 48c9992, dataset “ECI Country Rankings”.",
        derive=complexity,
        files=[COMPLEXITY],
        references=ECONOMY,
        also=["HKG"],
    ),
    Table(
        name="globalisation",
        path="kof/globalisation.csv",
        title="KOF Globalisation Index",
        description="Edition of 2018: the overall index, its economic part and, within that, trade: de facto (flows) "
        "and de jure (tariffs, barriers, taxes).",
        fields=[
            iso3("iso3", "economy"),
            year(1995, 2016),
            index("overall", "globalisation, all parts", required=True),
            index("economic", "economic globalisation"),
            index("trade", "trade globalisation"),
            index("trade_de_facto", "trade globalisation, de facto"),
            index("trade_de_jure", "trade globalisation, de jure"),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "KOF, ETH Zürich"},
            {
                "title": "EdenBD/How-To-Win-Eurovision",
                "path": "https://github.com/EdenBD/How-To-Win-Eurovision",
            },
        ],
        license="kof",
        citation="Gygli, S. et al. (2019), Review of International Organizations; KOF Globalisation Index, edition of "
        "2018, ETH Zürich.",
        retrieval="from the repository EdenBD/How-To-Win-Eurovision, commit 395c90e, data/KOF_Globalisation_Index.xlsx.",
        derive=globalisation,
        files=[GLOBALISATION],
        references=ECONOMY,
    ),
]
