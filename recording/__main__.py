"""Write the tables in data/, their description and the codebook.

    python scripts/data.py --sources DIR    rebuild every derived table from the source files in DIR
    python scripts/data.py                  describe the tables as they stand: schema, checksums, codebook

The book never runs this. A maintainer does, after editing a table under data/paper/ (no sources needed)
or when a source file changes (sources needed). Paths under "sources" in TABLES are relative to DIR.
"""

import argparse
import hashlib
import io
import json
import re
import sys
import tarfile
from pathlib import Path

import pandas as pd
from tables import LICENSES, PAPER_NOTE, TABLES

from beltroad.data import faults

DATA = Path(__file__).resolve().parents[1] / "data"
LAST_YEAR = 2019  # the last year that every source covers

# WITS keeps some retired codes; the others are aggregates and territories that no chapter uses.
WITS_TO_ISO3 = {
    "ROM": "ROU",
    "SER": "SRB",
    "MNT": "MNE",
    "TMP": "TLS",
    "SUD": "SDN",
    "OAS": "TWN",
}
WITS_DROPPED = {"ANT", "BLX", "EUN", "Wld", "SDN", "ECS", "LCN", "NAC", "SAS", "SSF"}

# Names that UN Comtrade and WITS spell in a way that none of the country tables does.
NAME_TO_ISO3 = {
    "Bosnia Herzegovina": "BIH",
    "Cayman Isds": "CYM",
    "Central African Rep.": "CAF",
    "China, Hong Kong SAR": "HKG",
    "China, Macao SAR": "MAC",
    "Dem. Rep. of the Congo": "COD",
    "Dominican Rep.": "DOM",
    "Lao People's Dem. Rep.": "LAO",
    "Montserrat": "MSR",
    "Other Asia, nes": "TWN",
    "Rep. of Korea": "KOR",
    "Rep. of Moldova": "MDA",
    "Solomon Isds": "SLB",
    "USA": "USA",
    "United Rep. of Tanzania": "TZA",
    "Hong Kong, China": "HKG",
    "Korea, Rep.": "KOR",
}


def read(path: Path, **options) -> pd.DataFrame:
    """Read a source CSV as text; Namibia's code is NA in other codings, so nothing means missing but ''."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, **options)


def china_by_division(sources: Path) -> pd.DataFrame:
    parts = [
        read(path) for path in sorted((sources / "comtrade").glob("comtrade-[0-9].csv"))
    ]
    frame = pd.concat(parts)
    frame = frame[frame["Reporter ISO"].eq("CHN") & frame["Aggregate Level"].eq("2")]
    return pd.DataFrame(
        {
            "year": frame["Year"].astype(int),
            "flow": frame["Trade Flow"].str.lower(),
            "partner_iso3": frame["Partner ISO"],
            "sitc_division": frame["Commodity Code"],
            "value_usd": frame["Trade Value (US$)"].astype("int64"),
        }
    )


def totals_with_china(sources: Path) -> pd.DataFrame:
    frame = pd.concat(
        read(path) for path in sorted((sources / "comtrade").glob("*_total_by_*.csv"))
    )
    iso3 = economy_codes(sources)
    unknown = sorted(set(frame["reporterDesc"]) - set(iso3))
    if unknown:
        raise SystemExit(
            f"comtrade totals: no ISO3 code for {unknown}; add them to NAME_TO_ISO3"
        )
    frame = pd.DataFrame(
        {
            "year": frame["refYear"].astype(int),
            "reporter_iso3": frame["reporterDesc"].map(iso3),
            "flow": frame["flowCode"].map({"X": "export", "M": "import"}),
            "value_usd": frame["partner_sum"].astype(float).round().astype("int64"),
        }
    )
    # What China imports from China is returned goods, not trade with a partner.
    return frame[frame["year"].le(LAST_YEAR) & frame["reporter_iso3"].ne("CHN")]


def economy_codes(sources: Path) -> dict[str, str]:
    """Map every economy name that a source uses to its ISO3 code."""
    wdi, country = read(sources / "bri/wdi.csv"), read(sources / "bri/country.csv")
    members = read(sources / "wto/wto_members_2018.csv")
    signers = read(sources / "bri/gfdc-bri-countries-2025-05.csv")
    codes: dict[str, str] = {}
    for names, iso3 in [
        (wdi["Country"], wdi["Code"]),
        (country["Country"], country["Code"]),
        (members["name"], members["iso3"]),
        (signers["name"], signers["iso3"]),
    ]:
        codes |= dict(zip(names, iso3, strict=True))
    return codes | NAME_TO_ISO3


def wits_long(sources: Path) -> pd.DataFrame:
    """Return every figure of the WITS trade summaries: iso3, partner, product, kind, indicator, year, value."""
    frames = []
    with tarfile.open(
        sources / "wits/wits_trade_summary_all_countries.tar.gz"
    ) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            found = re.search(r"en_(\w+)_AllYears", member.name)
            if not found or found[1] in WITS_DROPPED:
                continue
            raw = (
                archive.extractfile(member).read().decode("latin-1")
            )  # some files are not UTF-8
            frame = read(io.StringIO(raw))
            frame.columns = [column.strip() for column in frame.columns]
            frame = frame.apply(lambda column: column.str.strip())
            frames.append(frame.assign(iso3=WITS_TO_ISO3.get(found[1], found[1])))
    names = {
        "Partner": "partner",
        "Product categories": "product",
        "Indicator Type": "kind",
        "Indicator": "indicator",
    }
    frame = pd.concat(frames).rename(columns=names).drop(columns="Reporter")
    frame = frame.melt(["iso3", *names.values()], var_name="year", value_name="value")
    frame = frame[frame["value"].ne("")]
    return frame.assign(
        year=frame["year"].astype(int), value=frame["value"].astype(float)
    )


WITS_ECONOMY_COLUMNS = {
    "Exports (in US$ Mil)": "exports_musd",
    "Imports (in US$ Mil)": "imports_musd",
    "HH Market concentration index": "export_market_hhi",
    "No. Of Export partners": "export_partners",
    "No. Of Export products": "export_products",
    "Weighted Average (%)": "tariff_weighted_pct",
    "Simple Average (%)": "tariff_simple_pct",
    "GNI per capita, Atlas method (current US$)": "gni_per_capita_usd",
}


def wits_economies(long: pd.DataFrame) -> pd.DataFrame:
    keep = long["indicator"].isin(WITS_ECONOMY_COLUMNS) & long["product"].isin(
        ["All Products", "..."]
    )
    wide = long[keep & long["year"].ge(1992)].pivot(
        index=["iso3", "year"], columns="indicator", values="value"
    )
    wide = wide.rename(columns=WITS_ECONOMY_COLUMNS)[
        list(WITS_ECONOMY_COLUMNS.values())
    ]
    wide = wide.astype({"export_partners": "Int64", "export_products": "Int64"})
    return wide.reset_index()


STAGES = ["Raw materials", "Intermediate goods", "Consumer goods", "Capital goods"]


def wits_china_products(long: pd.DataFrame) -> pd.DataFrame:
    values = {"Export(US$ Mil)": "export", "Import(US$ Mil)": "import"}
    frame = long[long["iso3"].eq("CHN") & long["indicator"].isin(values)]
    return pd.DataFrame(
        {
            "year": frame["year"],
            "flow": frame["indicator"].map(values),
            "grouping": frame["product"]
            .isin(STAGES)
            .map({True: "stage", False: "hs_group"}),
            "product_group": frame["product"],
            "value_musd": frame["value"],
        }
    )


def wits_china_partners(long: pd.DataFrame, iso3: dict[str, str]) -> pd.DataFrame:
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
            "partner_iso3": frame["partner"].map(iso3),
            "share_pct": frame["value"],
        }
    )


def wits_world(sources: Path) -> pd.DataFrame:
    with tarfile.open(
        sources / "wits/wits_trade_summary_all_countries.tar.gz"
    ) as archive:
        name = next(m for m in archive.getnames() if "en_Wld_" in m)
        frame = read(io.StringIO(archive.extractfile(name).read().decode("latin-1")))
    frame.columns = [column.strip() for column in frame.columns]
    row = frame[frame["Indicator"].str.strip().eq("Exports (in US$ Mil)")].iloc[0]
    years = [
        y for y in frame.columns if y.isdigit() and row[y].strip() and int(y) >= 1992
    ]
    return pd.DataFrame(
        {
            "year": [int(y) for y in years],
            "exports_musd": [float(row[y]) for y in years],
        }
    )


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
    frame = frame[
        frame["Code"].isin(read(sources / "bri/country.csv")["Code"])
    ]  # no aggregates
    figures = frame[list(WDI_COLUMNS)].replace("NA", "").rename(columns=WDI_COLUMNS)
    figures = figures.apply(lambda column: pd.to_numeric(column).round(6))
    for column in ("population", "gdp_usd", "exports_usd", "imports_usd"):
        figures[column] = figures[column].round().astype("Int64")
    return pd.concat(
        [
            frame["Code"].rename("iso3"),
            frame["Year"].astype(int).rename("year"),
            figures,
        ],
        axis=1,
    )


def economies(sources: Path) -> pd.DataFrame:
    country, lists = read(sources / "bri/country.csv"), read(sources / "bri/bri.csv")
    first = set(lists.loc[lists["BRI_init"].eq("1"), "Code"])
    return pd.DataFrame(
        {
            "iso3": country["Code"],
            "economy": country["Country"],
            "region": country["Region"],
            "income_group": country["Income_group"],
            "landlocked": country["Landlocked"].map({"1": "true", "0": "false"}),
            "first_list": country["Code"]
            .isin(first)
            .map({True: "true", False: "false"}),
        }
    )


def signers(sources: Path) -> pd.DataFrame:
    frame = read(sources / "bri/gfdc-bri-countries-2025-05.csv")
    return frame.rename(
        columns={"name": "economy", "mou": "mou_date", "exit": "exit_date"}
    )[["iso3", "economy", "mou_date", "exit_date"]]


def wto_members(sources: Path) -> pd.DataFrame:
    return read(sources / "wto/wto_members_2018.csv").rename(
        columns={"name": "economy", "accession": "accession_date"}
    )


def derive(sources: Path) -> dict[str, pd.DataFrame]:
    """Compute every table that comes from a source file, by table name."""
    long = wits_long(sources)
    return {
        "china-by-division": china_by_division(sources),
        "totals-with-china": totals_with_china(sources),
        "wits-economies": wits_economies(long),
        "wits-china-products": wits_china_products(long),
        "wits-china-partners": wits_china_partners(long, economy_codes(sources)),
        "wits-world": wits_world(sources),
        "wdi": wdi(sources),
        "economies": economies(sources),
        "signers": signers(sources),
        "wto-members": wto_members(sources),
    }


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe(sources: Path | None) -> dict:
    """Return the Frictionless description of every table; source checksums are kept when DIR is not given."""
    recorded = {}
    if (DATA / "datapackage.json").exists():
        old = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
        recorded = {
            s["path"]: s["sha256"]
            for r in old["resources"]
            for s in r.get("sourceFiles", [])
        }
    resources = []
    for name, table in TABLES.items():
        path = DATA / table["path"]
        files = [
            {
                "path": file,
                "sha256": sha256(sources / file) if sources else recorded[file],
            }
            for file in table.get("files", [])
        ]
        resources.append(
            {
                "name": name,
                "path": table["path"],
                "title": table["title"],
                "description": table["description"],
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{sha256(path)}",
                "schema": {
                    "fields": table["fields"],
                    "primaryKey": table["key"],
                    "missingValues": [""],
                },
                "sources": table["sources"],
                "licenses": [LICENSES[table["license"]]],
                "citation": table["citation"],
                "retrieval": table["retrieval"],
                **({"sourceFiles": files} if files else {}),
            }
        )
    return {
        "name": "belt-and-road-trade-tables",
        "title": "Tables behind the reproducible edition",
        "description": "Every figure that the chapters compute from, one observation a row.",
        "profile": "tabular-data-package",
        "resources": resources,
    }


def codebook(package: dict) -> str:
    """Return data/README.md: the package description as a person reads it."""
    lines = [
        "# Codebook",
        "",
        "Every table the chapters read, one observation a row. Files are UTF-8, comma-separated, with `.` as the",
        "decimal mark and an empty cell for a missing value. `datapackage.json` holds the same description for",
        "machines (Frictionless Data Package), with the sha256 of every table and of every source file.",
        "This page is written by `make data` from that description; edit `scripts/tables.py`, not this page.",
        "",
        PAPER_NOTE,
        "",
        "| table | file | rows | source | rights |",
        "|---|---|--:|---|---|",
    ]
    for resource in package["resources"]:
        rows = sum(1 for _ in (DATA / resource["path"]).open(encoding="utf-8")) - 1
        lines.append(
            f"| [{resource['name']}](#{resource['name']}) | `{resource['path']}` | {rows:,} "
            f"| {resource['sources'][0]['title']} | {resource['licenses'][0]['title']} |"
        )
    lines += ["", "## Rights, source by source", ""]
    for license_ in LICENSES.values():
        where = f" <{license_['path']}>" if "path" in license_ else ""
        lines.append(f"- **{license_['title']}.** {license_['description']}{where}")
    for resource in package["resources"]:
        key = ", ".join(f"`{column}`" for column in resource["schema"]["primaryKey"])
        lines += [
            "",
            f"## {resource['name']}",
            "",
            f"{resource['title']}. {resource['description']}",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
            *(
                f"| `{field['name']}` | {field['type']} | {field['description']} |"
                for field in resource["schema"]["fields"]
            ),
            "",
            f"Key: {key}. Source: {resource['citation']} Retrieval: {resource['retrieval']}",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sources", type=Path, help="folder of source files; without it, only describe"
    )
    sources = parser.parse_args().sources
    if sources and not sources.is_dir():
        sys.exit(f"scripts/data.py: no folder {sources}")
    for name, frame in (derive(sources) if sources else {}).items():
        table = TABLES[name]
        path = DATA / table["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [field["name"] for field in table["fields"]]
        frame = frame[columns].sort_values(table["key"], kind="stable")
        frame.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
        print(f"{table['path']}: {len(frame):,} rows")
    package = describe(sources)
    for resource in package["resources"]:
        for fault in faults((DATA / resource["path"]).read_bytes(), resource["schema"]):
            sys.exit(f"data/{resource['path']}, {fault}; nothing was recorded")
    (DATA / "datapackage.json").write_text(
        json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (DATA / "README.md").write_text(codebook(package), encoding="utf-8")
    print(f"datapackage.json and README.md: {len(TABLES)} tables")


if __name__ == "__main__":
    main()
