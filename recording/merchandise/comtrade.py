"""UN Comtrade: China by division and partner, and partners' totals with China."""

from pathlib import Path

import pandas as pd

from bookpress.tables.records import Table
from recording.codes import coded, economy_codes
from recording.columns import AS_SUPPLIED, LAST_YEAR, columns, source
from recording.readers import csv

COMTRADE = [source("UN Comtrade", "https://comtradeplus.un.org")]
PARTNERS = ["AUS", "DEU", "FRA", "HKG", "IND", "JPN", "KOR", "RUS", "USA", "VNM"]


def china_by_division(sources: Path) -> pd.DataFrame:
    parts = [csv(path) for path in sorted((sources / "comtrade").glob("comtrade-[0-9].csv"))]
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


def totals_with_china(sources: Path, first: int = 2014, last: int = LAST_YEAR) -> pd.DataFrame:
    frame = pd.concat(csv(path) for path in sorted((sources / "comtrade").glob("*_total_by_*.csv")))
    frame = pd.DataFrame(
        {
            "year": frame["refYear"].astype(int),
            "reporter_iso3": coded(frame["reporterDesc"], economy_codes(sources), "comtrade totals"),
            "flow": frame["flowCode"].map({"X": "export", "M": "import"}),
            "value_usd": frame["partner_sum"].astype(float).round().astype("int64"),
        }
    )
    # What China imports from China is returned goods, not trade with a partner.
    return frame[frame["year"].between(first, last) & frame["reporter_iso3"].ne("CHN")]


TABLES = [
    Table(
        name="china-by-division",
        path="trade/china_by_division.csv",
        title="China's trade with ten partners by SITC division",
        description="China as reporter; SITC Rev. 4, two digits; imports CIF, exports FOB. Trade that China does "
        "not allocate to a division is absent, so a total is the sum of the divisions.",
        fields=columns(f"""
            year | integer 2010..2018 | calendar year
            flow | string (export, import) | direction seen from the reporter
            partner_iso3 | iso3 ({", ".join(PARTNERS)}) | partner
            sitc_division | string /[0-9]{{2}}/ | SITC Rev. 4 division, two digits as text
            value_usd | integer 0.. | value, current US dollars
        """),
        key=["year", "flow", "partner_iso3", "sitc_division"],
        sources=COMTRADE,
        license="comtrade",
        citation="United Nations, UN Comtrade Database, China as reporter, SITC Rev. 4, 2010–2018.",
        retrieval=AS_SUPPLIED,
        derive=china_by_division,
        files=[f"comtrade/comtrade-{i}.csv" for i in range(4)],
    ),
    Table(
        name="totals-with-china",
        path="trade/totals_with_china.csv",
        title="Totals with China by reporter",
        description="All goods, as the partner reports them: exports to China (FOB) and imports from "
        "China (CIF). What China reports of itself, returned goods, is left out.",
        fields=columns("""
            year | integer 2014..2019 | calendar year
            reporter_iso3 | iso3 | reporting economy
            flow | string (export, import) | direction seen from the reporter
            value_usd | integer 0.. | value, current US dollars
        """),
        key=["year", "flow", "reporter_iso3"],
        sources=COMTRADE,
        license="comtrade",
        citation="United Nations, UN Comtrade Database, totals with China by reporter, 2014–2019.",
        retrieval=AS_SUPPLIED,
        derive=totals_with_china,
        files=[
            "comtrade/exports_to_china_total_by_reporter_2014_2025.csv",
            "comtrade/imports_from_china_total_by_reporter_2014_2025.csv",
        ],
    ),
    Table(
        name="totals-with-china-later",
        path="trade/totals_with_china_later.csv",
        title="Totals with China by reporter, 2018 and 2023",
        description="The same as in the table totals-with-china, for the two ends of the later years. In 2023 fewer reporters had reported.",
        fields=columns("""
            year | integer (2018, 2023) | calendar year
            reporter_iso3 | iso3 | reporting economy
            flow | string (export, import) | direction seen from the reporter
            value_usd | integer 0.. | value, current US dollars
        """),
        key=["year", "flow", "reporter_iso3"],
        sources=COMTRADE,
        license="comtrade",
        citation="United Nations, UN Comtrade Database, totals with China by reporter, 2018 and 2023.",
        retrieval=AS_SUPPLIED,
        derive=lambda sources: totals_with_china(sources, 2018, 2023).query("year in (2018, 2023)"),
        files=[
            "comtrade/exports_to_china_total_by_reporter_2014_2025.csv",
            "comtrade/imports_from_china_total_by_reporter_2014_2025.csv",
        ],
    ),
    Table(
        name="sitc",
        path="trade/sitc.csv",
        title="Names of SITC sections and divisions",
        description="Sections (one digit) and divisions (two digits) of SITC Rev. 4, by short names of ours.",
        fields=columns("""
            code | string unique /[0-9]{1,2}/ | SITC Rev. 4 code
            name | string unique | short name
        """),
        key=["code"],
        sources=[source("United Nations, SITC Rev. 4", "https://unstats.un.org/unsd/trade/sitcrev4.htm")],
        license="record",
        citation="United Nations Statistics Division, Standard International Trade Classification, Revision 4 (codes).",
        retrieval="names shortened by hand.",
    ),
]
