"""World Bank: development indicators, and the groups of economies with a list of 58 along the route."""

from pathlib import Path

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import read
from recording.columns import AS_SUPPLIED, iso3, year

WDI_COLUMNS = {
    "Pop": "population",
    "GDP": "gdp_usd",
    "GDP_growth": "gdp_growth_pct",
    "Trd_share": "trade_pct_gdp",
    "Exports": "exports_usd",
    "Imports": "imports_usd",
    "LPI_infr": "lpi_infrastructure",
}


def wdi(sources: Path) -> pd.DataFrame:
    frame = read(sources / "bri/wdi.csv")
    frame = frame[frame["Code"].isin(read(sources / "bri/country.csv")["Code"])]  # no aggregates
    figures = frame[list(WDI_COLUMNS)].replace("NA", "").rename(columns=WDI_COLUMNS)
    figures = figures.apply(lambda column: pd.to_numeric(column).round(6))
    for name in ("population", "gdp_usd", "exports_usd", "imports_usd"):
        figures[name] = figures[name].round().astype("Int64")
    return pd.concat(
        [frame["Code"].rename("iso3"), frame["Year"].astype(int).rename("year"), figures], axis=1
    )


def economies(sources: Path) -> pd.DataFrame:
    country, lists = read(sources / "bri/country.csv"), read(sources / "bri/bri.csv")
    flagged = set(lists.loc[lists["BRI_init"].eq("1"), "Code"])
    return pd.DataFrame(
        {
            "iso3": country["Code"],
            "economy": country["Country"],
            "region": country["Region"],
            "income_group": country["Income_group"],
            "landlocked": country["Landlocked"].map({"1": "true", "0": "false"}),
            "list_of_58": country["Code"].isin(flagged).map({True: "true", False: "false"}),
        }
    )


TABLES = [
    Table(
        name="wdi",
        path="wdi/wdi.csv",
        title="World Development Indicators",
        description="Economies only, no aggregates; goods and services unless said otherwise.",
        fields=[
            iso3("iso3", "economy"),
            year(2005, 2018),
            column("population", "integer", "mid-year population", minimum=1),
            column("gdp_usd", "integer", "gross domestic product, current US dollars", minimum=1),
            column("gdp_growth_pct", "number", "growth of real gross domestic product, % a year"),
            column("trade_pct_gdp", "number", "exports plus imports, % of gross domestic product", minimum=0),
            column("exports_usd", "integer", "exports, current US dollars", minimum=0),
            column("imports_usd", "integer", "imports, current US dollars", minimum=0),
            column(
                "lpi_infrastructure",
                "number",
                "Logistics Performance Index, quality of trade and transport infrastructure, 1 (low) to 5 (high)",
                minimum=1,
                maximum=5,
            ),
        ],
        key=["iso3", "year"],
        sources=[{"title": "World Bank WDI", "path": "https://data.worldbank.org"}],
        license="cc-by",
        citation="The World Bank, World Development Indicators, 2005–2018.",
        retrieval=AS_SUPPLIED,
        derive=wdi,
        files=["bri/wdi.csv", "bri/country.csv"],
    ),
    Table(
        name="economies",
        path="bri/economies.csv",
        title="Economies, groups and a list of 58 along the route",
        description="World Bank regions and income groups, and the 58 economies that a public compilation flags as "
        "being along the route, without China. Edition 1.0 used them; they are kept for comparison with "
        "the published lists of route-economies.",
        fields=[
            iso3("iso3", "economy"),
            column("economy", "string", "name", required=True),
            column("region", "string", "World Bank region", required=True),
            column(
                "income_group",
                "string",
                "World Bank income group",
                required=True,
                enum=["Low income", "Lower middle income", "Upper middle income", "High income"],
            ),
            column("landlocked", "boolean", "no coast", required=True),
            column(
                "list_of_58", "boolean", "among the 58 economies that the compilation flags", required=True
            ),
        ],
        key=["iso3"],
        sources=[{"title": "public compilation of country lists"}],
        license="not-stated",
        citation="Compilation of World Bank country groups and Belt and Road lists, author not stated.",
        retrieval=AS_SUPPLIED,
        derive=economies,
        files=["bri/country.csv", "bri/bri.csv"],
    ),
]
