"""World Bank WITS: trade summaries of all economies, one archive."""

import io
import re
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import economy_codes, read
from recording.columns import AS_SUPPLIED, FLOW, iso3, year

ARCHIVE = "wits/wits_trade_summary_all_countries.tar.gz"

# All five tables come from the one archive.
ABOUT: dict[str, Any] = {
    "sources": [{"title": "World Bank WITS", "path": "https://wits.worldbank.org"}],
    "license": "wits",
    "citation": "World Bank, World Integrated Trade Solution (WITS), Trade Summary, all countries, 1988–2019.",
    "retrieval": AS_SUPPLIED,
    "files": [ARCHIVE],
}

# WITS keeps some retired codes; the others are aggregates and territories that no chapter uses.
WITS_TO_ISO3 = {"ROM": "ROU", "SER": "SRB", "MNT": "MNE", "TMP": "TLS", "SUD": "SDN", "OAS": "TWN"}

WITS_DROPPED = {"ANT", "BLX", "EUN", "Wld", "SDN", "ECS", "LCN", "NAC", "SAS", "SSF"}

EXPORTERS = [
    "AUS",
    "DEU",
    "FRA",
    "HKG",
    "IND",
    "JPN",
    "KOR",
    "RUS",
    "USA",
    "VNM",
]  # those of china-by-division

STAGES = ["Raw materials", "Intermediate goods", "Consumer goods", "Capital goods"]


def summaries(sources: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the name and the table of every economy's trade summary in the archive."""
    with tarfile.open(sources / ARCHIVE) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            found, file = re.search(r"en_(\w+)_AllYears", member.name), archive.extractfile(member)
            if found and file:
                frame = read(io.StringIO(file.read().decode("latin-1")))  # some files are not UTF-8
                frame.columns = frame.columns.str.strip()
                yield found[1], frame.apply(lambda column: column.str.strip())


@lru_cache
def figures(sources: Path) -> pd.DataFrame:
    """Return every figure of the trade summaries: iso3, partner, product, kind, indicator, year, value."""
    frames = [
        frame.assign(iso3=WITS_TO_ISO3.get(name, name))
        for name, frame in summaries(sources)
        if name not in WITS_DROPPED
    ]
    names = {
        "Partner": "partner",
        "Product categories": "product",
        "Indicator Type": "kind",
        "Indicator": "indicator",
    }
    frame = pd.concat(frames).rename(columns=names).drop(columns="Reporter")
    frame = frame.melt(["iso3", *names.values()], var_name="year", value_name="value")
    frame = frame[frame["value"].ne("")]
    return frame.assign(year=frame["year"].astype(int), value=frame["value"].astype(float))


ECONOMY_COLUMNS = {
    "Exports (in US$ Mil)": "exports_musd",
    "Imports (in US$ Mil)": "imports_musd",
    "HH Market concentration index": "export_market_hhi",
    "No. Of Export partners": "export_partners",
    "No. Of Export products": "export_products",
    "Weighted Average (%)": "tariff_weighted_pct",
    "Simple Average (%)": "tariff_simple_pct",
    "GNI per capita, Atlas method (current US$)": "gni_per_capita_usd",
}


def economies(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    keep = long["indicator"].isin(ECONOMY_COLUMNS) & long["product"].isin(["All Products", "..."])
    wide = long[keep & long["year"].ge(1992)].pivot(
        index=["iso3", "year"], columns="indicator", values="value"
    )
    wide = wide.rename(columns=ECONOMY_COLUMNS)[list(ECONOMY_COLUMNS.values())]
    wide = wide.astype({"export_partners": "Int64", "export_products": "Int64"})
    return wide.reset_index()


def china_products(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    values = {"Export(US$ Mil)": "export", "Import(US$ Mil)": "import"}
    frame = long[long["iso3"].eq("CHN") & long["indicator"].isin(values)]
    return pd.DataFrame(
        {
            "year": frame["year"],
            "flow": frame["indicator"].map(values),
            "grouping": frame["product"].isin(STAGES).map({True: "stage", False: "hs_group"}),
            "product_group": frame["product"],
            "value_musd": frame["value"],
        }
    )


def exports_by_group(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    frame = long[long["indicator"].eq("Export(US$ Mil)") & ~long["product"].isin([*STAGES, "All Products"])]
    frame = frame[frame["iso3"].isin(EXPORTERS) & frame["year"].between(2016, 2018)]
    return frame.rename(columns={"product": "product_group", "value": "exports_musd"})


def china_partners(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    values = {
        "Partner share(%)-Top 5 Export Partner": "export",
        "Partner share(%)-Top 5 Import Partner": "import",
    }
    frame = long[long["iso3"].eq("CHN") & long["indicator"].isin(values)]
    frame = frame[frame["partner"].ne("Unspecified")]
    return pd.DataFrame(
        {
            "year": frame["year"],
            "flow": frame["indicator"].map(values),
            "partner_iso3": frame["partner"].map(economy_codes(sources)),
            "share_pct": frame["value"],
        }
    )


def world(sources: Path) -> pd.DataFrame:
    frame = next(frame for name, frame in summaries(sources) if name == "Wld")
    row = frame[frame["Indicator"].eq("Exports (in US$ Mil)")].iloc[0]
    years = [y for y in frame.columns if y.isdigit() and row[y] and int(y) >= 1992]
    return pd.DataFrame({"year": [int(y) for y in years], "exports_musd": [float(row[y]) for y in years]})


TABLES = [
    Table(
        name="wits-economies",
        path="wits/economies.csv",
        title="Trade indicators by economy",
        description="Exports and imports with the world, concentration of export markets, tariffs, income.",
        fields=[
            iso3("iso3", "economy"),
            year(),
            column("exports_musd", "number", "exports of goods to the world, million US dollars", minimum=0),
            column(
                "imports_musd", "number", "imports of goods from the world, million US dollars", minimum=0
            ),
            column(
                "export_market_hhi",
                "number",
                "Herfindahl-Hirschman index of export markets, 0 to 1, two decimals",
                minimum=0,
                maximum=1,
            ),
            column("export_partners", "integer", "number of export markets", minimum=0),
            column("export_products", "integer", "number of exported products, HS six digits", minimum=0),
            column("tariff_weighted_pct", "number", "applied tariff, import-weighted average, %", minimum=0),
            column("tariff_simple_pct", "number", "applied tariff, simple average, %", minimum=0),
            column(
                "gni_per_capita_usd",
                "number",
                "gross national income per head, Atlas method, current US dollars",
                minimum=0,
            ),
        ],
        key=["iso3", "year"],
        derive=economies,
        **ABOUT,
    ),
    Table(
        name="wits-china-products",
        path="wits/china_products.csv",
        title="China's trade by product group",
        description="With the world, in two groupings: sixteen HS groups (exports) and four stages of processing.",
        fields=[
            year(),
            FLOW,
            column(
                "grouping",
                "string",
                "which grouping the product group belongs to",
                required=True,
                enum=["hs_group", "stage"],
            ),
            column("product_group", "string", "name of the product group", required=True),
            column("value_musd", "number", "value, million US dollars", required=True, minimum=0),
        ],
        key=["year", "flow", "product_group"],
        derive=china_products,
        **ABOUT,
    ),
    Table(
        name="exports-by-group",
        path="wits/exports_by_group.csv",
        title="Exports of ten economies by product group",
        description="To the world, FOB, as the exporter reports them, in sixteen HS groups; the ten exporters of table "
        "china-by-division in the years of the paper's Table 1.",
        fields=[
            column("iso3", "string", "exporter, ISO 3166-1 alpha-3", required=True, enum=EXPORTERS),
            year(2016, 2018),
            column("product_group", "string", "name of the product group", required=True),
            column("exports_musd", "number", "exports, million US dollars", required=True, minimum=0),
        ],
        key=["iso3", "year", "product_group"],
        derive=exports_by_group,
        **ABOUT,
    ),
    Table(
        name="wits-china-partners",
        path="wits/china_partners.csv",
        title="China's largest partners",
        description="Shares of the partners that were among the top five in the source's listing of the year; "
        "an absent partner was not listed, which is not a zero.",
        fields=[
            year(),
            FLOW,
            iso3("partner_iso3", "partner"),
            column(
                "share_pct",
                "number",
                "share of China's trade in that flow, %",
                required=True,
                minimum=0,
                maximum=100,
            ),
        ],
        key=["year", "flow", "partner_iso3"],
        derive=china_partners,
        **ABOUT,
    ),
    Table(
        name="wits-world",
        path="wits/world.csv",
        title="World exports",
        description="Exports of all reporters to the world.",
        fields=[
            year(),
            column(
                "exports_musd", "number", "exports of goods, million US dollars", required=True, minimum=0
            ),
        ],
        key=["year"],
        derive=world,
        **ABOUT,
    ),
]
