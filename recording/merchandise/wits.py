"""World Bank WITS: trade summaries of all economies, one archive."""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables.records import Table
from recording.codes import economy_codes
from recording.columns import AS_SUPPLIED, columns, source
from recording.merchandise.comtrade import PARTNERS
from recording.readers import csv

ARCHIVE = "wits/wits_trade_summary_all_countries.tar.gz"

# All five tables come from the one archive.
ABOUT: dict[str, Any] = {
    "sources": [source("World Bank WITS", "https://wits.worldbank.org")],
    "license": "wits",
    "citation": "World Bank, World Integrated Trade Solution (WITS), Trade Summary, all countries, 1988–2019.",
    "retrieval": AS_SUPPLIED,
    "files": [ARCHIVE],
}

# WITS keeps some retired codes; the others are aggregates and territories that no chapter uses.
WITS_TO_ISO3 = {"ROM": "ROU", "SER": "SRB", "MNT": "MNE", "TMP": "TLS", "SUD": "SDN", "OAS": "TWN"}
WITS_DROPPED = {"ANT", "BLX", "EUN", "Wld", "SDN", "ECS", "LCN", "NAC", "SAS", "SSF"}
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
STAGES = ["Raw materials", "Intermediate goods", "Consumer goods", "Capital goods"]


def summaries(sources: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the name and the table of every economy's trade summary in the archive."""
    with tarfile.open(sources / ARCHIVE) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            found, file = re.search(r"en_(\w+)_AllYears", member.name), archive.extractfile(member)
            if found and file:
                frame = csv(io.StringIO(file.read().decode("latin-1")))  # some files are not UTF-8
                frame.columns = frame.columns.str.strip()
                yield found[1], frame.apply(lambda column: column.str.strip())


@lru_cache
def figures(sources: Path) -> pd.DataFrame:
    """Return every figure of the trade summaries: iso3, partner, product, indicator, year, value."""
    frames = [
        frame.assign(iso3=WITS_TO_ISO3.get(name, name))
        for name, frame in summaries(sources)
        if name not in WITS_DROPPED
    ]
    names = {"Partner": "partner", "Product categories": "product", "Indicator": "indicator"}
    frame = pd.concat(frames).rename(columns=names).drop(columns=["Reporter", "Indicator Type"])
    frame = frame.melt(["iso3", *names.values()], var_name="year", value_name="value")
    frame = frame[frame["value"].ne("")]
    return frame.assign(year=frame["year"].astype(int), value=frame["value"].astype(float))


def economies(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    keep = long["indicator"].isin(ECONOMY_COLUMNS) & long["product"].isin(["All Products", "..."])
    wide = long[keep & long["year"].ge(1992)].pivot(
        index=["iso3", "year"], columns="indicator", values="value"
    )
    wide = wide.rename(columns=ECONOMY_COLUMNS)
    return wide.astype({"export_partners": "Int64", "export_products": "Int64"}).reset_index()


def china(sources: Path, flows: Mapping[str, str]) -> pd.DataFrame:
    """Return the figures of China of two indicators, each with the flow that it is about."""
    long = figures(sources)
    frame = long[long["iso3"].eq("CHN") & long["indicator"].isin(flows)]
    return frame.assign(flow=frame["indicator"].map(flows))


def china_products(sources: Path) -> pd.DataFrame:
    frame = china(sources, {"Export(US$ Mil)": "export", "Import(US$ Mil)": "import"})
    grouping = frame["product"].isin(STAGES).map({True: "stage", False: "hs_group"})
    return frame.assign(grouping=grouping).rename(columns={"product": "product_group", "value": "value_musd"})


def china_partners(sources: Path) -> pd.DataFrame:
    share = "Partner share(%)-Top 5 {} Partner"
    frame = china(sources, {share.format("Export"): "export", share.format("Import"): "import"})
    frame = frame[frame["partner"].ne("Unspecified")]
    codes = frame["partner"].map(economy_codes(sources))
    return frame.assign(partner_iso3=codes).rename(columns={"value": "share_pct"})


def exports_by_group(sources: Path) -> pd.DataFrame:
    long = figures(sources)
    frame = long[long["indicator"].eq("Export(US$ Mil)") & ~long["product"].isin([*STAGES, "All Products"])]
    frame = frame[frame["iso3"].isin(PARTNERS) & frame["year"].between(2016, 2018)]
    return frame.rename(columns={"product": "product_group", "value": "exports_musd"})


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
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 1992..2019 | calendar year
            exports_musd | number? 0.. | exports of goods to the world, million US dollars
            imports_musd | number? 0.. | imports of goods from the world, million US dollars
            export_market_hhi | number? 0..1 | Herfindahl-Hirschman index of export markets, 0 to 1, two decimals
            export_partners | integer? 0.. | number of export markets
            export_products | integer? 0.. | number of exported products, HS six digits
            tariff_weighted_pct | number? 0.. | applied tariff, import-weighted average, %
            tariff_simple_pct | number? 0.. | applied tariff, simple average, %
            gni_per_capita_usd | number? 0.. | gross national income per head, Atlas method, current US dollars
        """),
        key=["iso3", "year"],
        derive=economies,
        **ABOUT,
    ),
    Table(
        name="wits-china-products",
        path="wits/china_products.csv",
        title="China's trade by product group",
        description="With the world, in two groupings: sixteen HS groups (exports) and four stages of processing.",
        fields=columns("""
            year | integer 1992..2019 | calendar year
            flow | string (export, import) | direction seen from the reporter
            grouping | string (hs_group, stage) | which grouping the product group belongs to
            product_group | string | name of the product group
            value_musd | number 0.. | value, million US dollars
        """),
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
        fields=columns(f"""
            iso3 | iso3 ({", ".join(PARTNERS)}) | exporter
            year | integer 2016..2018 | calendar year
            product_group | string | name of the product group
            exports_musd | number 0.. | exports, million US dollars
        """),
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
        fields=columns("""
            year | integer 1992..2019 | calendar year
            flow | string (export, import) | direction seen from the reporter
            partner_iso3 | iso3 | partner
            share_pct | number 0..100 | share of China's trade in that flow, %
        """),
        key=["year", "flow", "partner_iso3"],
        derive=china_partners,
        **ABOUT,
    ),
    Table(
        name="wits-world",
        path="wits/world.csv",
        title="World exports",
        description="Exports of all reporters to the world.",
        fields=columns("""
            year | integer 1992..2019 | calendar year
            exports_musd | number 0.. | exports of goods, million US dollars
        """),
        key=["year"],
        derive=world,
        **ABOUT,
    ),
]
