"""World Bank, a newer vintage of the development indicators: logistics, growth and openness, sophistication."""

from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables import Field, column
from bookpress.tables.records import Table
from recording.codes import figures
from recording.columns import ECONOMY, iso3, year

FOLDER = {
    "logistics": "extra/wdi_facilitation/wdi_facilitation.csv",
    "growth": "extra/wdi_growth/wdi_growth.csv",
    "sophistication": "extra/wdi_sophistication/wdi_sophistication.csv",
}

# All three tables come from one repository of the World Bank's series.
ABOUT: dict[str, Any] = {
    "key": ["iso3", "year"],
    "sources": [
        {"title": "World Bank WDI", "path": "https://data.worldbank.org"},
        {
            "title": "datasets/world-development-indicators",
            "path": "https://github.com/datasets/world-development-indicators",
        },
    ],
    "license": "cc-by",
    "retrieval": "from the repository datasets/world-development-indicators, commit 4ebec5a of 2026-07-01.",
    "references": ECONOMY,
}


def logistics(sources: Path) -> pd.DataFrame:
    names = {
        "lead_time_export_days_median": "lead_time_export_days",
        "lead_time_import_days_median": "lead_time_import_days",
    }
    return figures(sources / FOLDER["logistics"], names, decimals=2)


def growth(sources: Path) -> pd.DataFrame:
    names = {"exports_gs_pct_gdp": "exports_pct_gdp", "imports_gs_pct_gdp": "imports_pct_gdp"}
    whole = ["gdp_usd", "fdi_inflow_usd"]
    frame = figures(sources / FOLDER["growth"], names, whole, decimals=2, last=2020)
    # Zeros where there are no accounts of trade: Venezuela to 2011.
    trade = ["exports_pct_gdp", "imports_pct_gdp"]
    return frame.assign(**{name: frame[name].mask(frame[name].eq(0)) for name in trade})


def sophistication(sources: Path) -> pd.DataFrame:
    names = {
        "high_tech_pct_manufactured_exports": "high_tech_pct",
        "medium_high_tech_pct_manufactured_exports": "medium_high_tech_pct",
        "patent_applications_residents": "patent_applications",
    }
    whole = ["ip_payments_usd", "ip_receipts_usd", "patent_applications"]
    return figures(sources / FOLDER["sophistication"], names, whole, decimals=2)


def per_cent(name: str, of_what: str, maximum: int | None = None) -> Field:
    limits = {"minimum": 0} | ({"maximum": maximum} if maximum else {})
    return column(name, "number", of_what, **limits)


TABLES = [
    Table(
        name="logistics",
        path="wdi/logistics.csv",
        title="Logistics performance and lead times",
        description="Surveys of 2007, 2010, 2012, 2014, 2016 and 2018. Lead times are medians of few answers: "
        "differences of less than a day mean nothing.",
        fields=[
            iso3("iso3", "economy"),
            year(2007, 2018),
            column(
                "lpi_overall",
                "number",
                "Logistics Performance Index, overall, 1 (low) to 5 (high)",
                minimum=1,
                maximum=5,
            ),
            column("lead_time_export_days", "number", "lead time to export, median case, days", minimum=0),
            column("lead_time_import_days", "number", "lead time to import, median case, days", minimum=0),
        ],
        citation="The World Bank, World Development Indicators, LP.LPI.OVRL.XQ, LP.EXP.DURS.MD, LP.IMP.DURS.MD.",
        derive=logistics,
        files=[FOLDER["logistics"]],
        **ABOUT,
    ),
    Table(
        name="growth",
        path="wdi/growth.csv",
        title="Growth and openness",
        description="A newer vintage than the table wdi, from which it differs by revisions: use one of the two in one "
        "test. To 2020, beyond the last year of the other tables, so that growth has the years after 2018.",
        fields=[
            iso3("iso3", "economy"),
            year(1995, 2020),
            column("gdp_usd", "integer", "gross domestic product, current US dollars", minimum=1),
            column("gdp_growth_pct", "number", "growth of real gross domestic product, % a year"),
            column(
                "gdp_per_head_growth_pct",
                "number",
                "growth of real gross domestic product per head, % a year",
            ),
            per_cent("exports_pct_gdp", "exports of goods and services, % of gross domestic product"),
            per_cent("imports_pct_gdp", "imports of goods and services, % of gross domestic product"),
            per_cent(
                "merchandise_trade_pct_gdp", "exports plus imports of goods, % of gross domestic product"
            ),
            column(
                "fdi_inflow_usd",
                "integer",
                "net inflow of foreign direct investment, current US dollars; below zero where more was withdrawn",
            ),
        ],
        citation="The World Bank, World Development Indicators, 1995–2020.",
        derive=growth,
        files=[FOLDER["growth"]],
        **ABOUT,
    ),
    Table(
        name="sophistication",
        path="wdi/sophistication.csv",
        title="Technology in exports, payments for it, patents",
        description="The share of high technology begins in 2007. Payments and receipts below zero are as in the "
        "source.",
        fields=[
            iso3("iso3", "economy"),
            year(1995),
            per_cent("high_tech_pct", "high technology, % of manufactured exports", 100),
            per_cent("medium_high_tech_pct", "medium and high technology, % of manufactured exports", 100),
            column(
                "ip_payments_usd",
                "integer",
                "charges paid for the use of intellectual property, current US dollars",
            ),
            column(
                "ip_receipts_usd",
                "integer",
                "charges received for the use of intellectual property, current US dollars",
            ),
            column("patent_applications", "integer", "patent applications by residents", minimum=0),
        ],
        citation="The World Bank, World Development Indicators, TX.VAL.TECH.MF.ZS, TX.MNF.TECH.ZS.UN, charges for the "
        "use of intellectual property, patent applications by residents, 1995–2019.",
        derive=sophistication,
        files=[FOLDER["sophistication"]],
        **ABOUT,
    ),
]
