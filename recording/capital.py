"""China's money abroad: deals of the China Global Investment Tracker, AidData's official finance."""

from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables import Field, column
from bookpress.tables.records import Table
from recording.codes import figures
from recording.columns import ECONOMY, iso3, year

DEALS = "extra/cgit/cgit_by_country_year.csv"
ACQUISITIONS = "extra/cgit/cgit_acquisitions_by_year.csv"
FINANCE = "extra/gcdf/chinese_development_finance_by_country_year.csv"

# Both tables of deals come from one workbook, of which only these counts and sums may be here.
TRACKER: dict[str, Any] = {
    "sources": [
        {"title": "China Global Investment Tracker"},
        {
            "title": "rqzhang150/BRI-MENA-investment",
            "path": "https://github.com/rqzhang150/BRI-MENA-investment",
        },
    ],
    "license": "cgit",
    "citation": "American Enterprise Institute and Heritage Foundation, China Global Investment Tracker, edition to "
    "December 2018; counts and sums by this edition.",
    "retrieval": "from the repository rqzhang150/BRI-MENA-investment, commit 217f081.",
}


def investment(sources: Path) -> pd.DataFrame:
    names = {"investments_musd": "investment_musd", "construction": "construction_contracts"}
    return figures(sources / DEALS, names)


def acquisitions(sources: Path) -> pd.DataFrame:
    names = {
        "n": "acquisitions",
        "musd": "value_musd",
        "n_high_income": "high_income_acquisitions",
        "musd_high_income": "high_income_musd",
    }
    return figures(sources / ACQUISITIONS, names)


def development_finance(sources: Path) -> pd.DataFrame:
    names = {"oof_like_usd2021": "other_official_usd2021"}
    return figures(sources / FINANCE, names, whole=[field["name"] for field in AMOUNTS])


def whole(name: str, what: str) -> Field:
    return column(name, "integer", what, required=True, minimum=0)


AMOUNTS = [
    whole("oda_like_usd2021", "like official development assistance, constant US dollars of 2021"),
    whole("other_official_usd2021", "like other official flows, constant US dollars of 2021"),
    whole("vague_usd2021", "official, of unclear kind, constant US dollars of 2021"),
    whole("total_usd2021", "sum of the three, constant US dollars of 2021"),
]


TABLES = [
    Table(
        name="investment",
        path="cgit/investment.csv",
        title="Chinese investment and construction abroad",
        description="Deals of 100 million US dollars and more by economy and year; an absent row means that the "
        "tracker has none. Troubled transactions mix refusals by regulators with commercial failures.",
        fields=[
            iso3("iso3", "host economy (TWN: Taiwan)"),
            year(2005, 2018),
            whole("investments", "number of investments"),
            whole("investment_musd", "value of investments, million US dollars"),
            whole("construction_contracts", "number of construction contracts"),
            whole("construction_musd", "value of construction contracts, million US dollars"),
            whole("troubled", "number of troubled transactions"),
            whole("troubled_musd", "value of troubled transactions, million US dollars"),
        ],
        key=["iso3", "year"],
        derive=investment,
        files=[DEALS],
        references=ECONOMY,
        also=["TWN"],
        **TRACKER,
    ),
    Table(
        name="acquisitions",
        path="cgit/acquisitions.csv",
        title="Chinese acquisitions abroad",
        description="Investments of 100 million US dollars and more that the tracker does not mark as greenfield.",
        fields=[
            year(2005, 2018),
            whole("acquisitions", "number of acquisitions"),
            whole("value_musd", "value, million US dollars"),
            whole("high_income_acquisitions", "number in high-income economies"),
            whole("high_income_musd", "value in high-income economies, million US dollars"),
        ],
        key=["year"],
        derive=acquisitions,
        files=[ACQUISITIONS],
        **TRACKER,
    ),
    Table(
        name="development-finance",
        path="aiddata/finance.csv",
        title="Official finance from China",
        description="Commitments to low- and middle-income economies, not for infrastructure alone; amounts adjusted "
        "against double counting. An absent row means that the data set has none.",
        fields=[iso3("iso3", "recipient"), year(2000), *AMOUNTS],
        key=["iso3", "year"],
        sources=[
            {"title": "AidData"},
            {"title": "milesdwilliams15/odadata", "path": "https://github.com/milesdwilliams15/odadata"},
        ],
        license="aiddata",
        citation="AidData, Global Chinese Development Finance Dataset, version 3.0, by recipient and year.",
        retrieval="from the repository milesdwilliams15/odadata, commit 3c1f895, data/cow_gcdf.csv.",
        derive=development_finance,
        files=[FINANCE],
        references=ECONOMY,
    ),
]
