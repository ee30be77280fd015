"""World Bank: development indicators in two vintages, and the groups of economies with a list of 58 along the route."""

from pathlib import Path
from typing import Any

import pandas as pd

from recording.columns import AS_SUPPLIED, columns, repository, source
from recording.declaring import from_csv
from recording.readers import csv

COUNTRIES, LISTS = "bri/country.csv", "bri/bri.csv"
WORLD_BANK = source("World Bank WDI", "https://data.worldbank.org")

# The three tables of the newer vintage come from one repository of the World Bank's series.
NEWER: dict[str, Any] = {
    "sources": [WORLD_BANK, repository("datasets/world-development-indicators")],
    "license": "cc-by",
    "retrieval": "from the repository datasets/world-development-indicators, commit 4ebec5a of 2026-07-01.",
    "decimals": 2,
}


def without_aggregates(frame: pd.DataFrame, sources: Path) -> pd.DataFrame:
    """Leave out what is no economy of the list of countries."""
    return frame[frame["iso3"].isin(csv(sources / COUNTRIES)["Code"])]


def since_2008(frame: pd.DataFrame, sources: Path) -> pd.DataFrame:
    """Keep the years that a test on later years needs, of economies only."""
    return without_aggregates(frame[frame["year"].astype(int).ge(2008)], sources)


def with_trade(frame: pd.DataFrame, _: Path) -> pd.DataFrame:
    """Empty the zeros where there are no accounts of trade: Venezuela to 2011."""
    trade = ["exports_pct_gdp", "imports_pct_gdp"]
    return frame.assign(**{name: frame[name].mask(frame[name].eq(0)) for name in trade})


def with_list(frame: pd.DataFrame, sources: Path) -> pd.DataFrame:
    """Say which economies the compilation flags as being along the route."""
    lists = csv(sources / LISTS)
    flagged = set(lists.loc[lists["BRI_init"].eq("1"), "Code"])
    return frame.assign(list_of_58=frame["iso3"].isin(flagged).map({True: "true", False: "false"}))


TABLES = [
    from_csv(
        "wdi",
        "wdi/wdi.csv",
        "bri/wdi.csv",
        title="World Development Indicators",
        description="Economies only, no aggregates; goods and services unless said otherwise.",
        mend=without_aggregates,
        files=(COUNTRIES,),
        references={},  # `without_aggregates` leaves no other code
        fields=columns("""
            iso3 = Code | iso3 | economy
            year = Year | integer 2005..2018 | calendar year
            population = Pop | integer? 1.. | mid-year population
            gdp_usd = GDP | integer? 1.. | gross domestic product, current US dollars
            gdp_growth_pct = GDP_growth | number? | growth of real gross domestic product, % a year
            trade_pct_gdp = Trd_share | number? 0.. | exports plus imports, % of gross domestic product
            exports_usd = Exports | integer? 0.. | exports, current US dollars
            imports_usd = Imports | integer? 0.. | imports, current US dollars
            lpi_infrastructure = LPI_infr | number? 1..5 | Logistics Performance Index, quality of trade and transport infrastructure, 1 (low) to 5 (high)
        """),
        sources=[WORLD_BANK],
        license="cc-by",
        citation="The World Bank, World Development Indicators, 2005–2018.",
        retrieval=AS_SUPPLIED,
    ),
    from_csv(
        "economies",
        "bri/economies.csv",
        COUNTRIES,
        title="Economies, groups and a list of 58 along the route",
        description="World Bank regions and income groups, and the 58 economies that a public compilation flags as "
        "being along the route, without China. Edition 1.0 used them; they are kept for comparison with "
        "the published lists of route-economies.",
        fields=columns("""
            iso3 = Code | iso3 | economy
            economy = Country | string | name
            region = Region | string | World Bank region
            income_group = Income_group | string (Low income, Lower middle income, Upper middle income, High income) | World Bank income group
            landlocked = Landlocked | boolean | no coast
            list_of_58 | boolean | among the 58 economies that the compilation flags
        """),
        mend=with_list,
        files=(LISTS,),
        sources=[{"title": "public compilation of country lists"}],
        license="not-stated",
        citation="Compilation of World Bank country groups and Belt and Road lists, author not stated.",
        retrieval=AS_SUPPLIED,
        references={},
    ),
    from_csv(
        "logistics",
        "wdi/logistics.csv",
        "extra/wdi_facilitation/wdi_facilitation.csv",
        title="Logistics performance and lead times",
        description="Surveys of 2007, 2010, 2012, 2014, 2016 and 2018. Lead times are medians of few answers: "
        "differences of less than a day mean nothing.",
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 2007..2018 | calendar year
            lpi_overall | number? 1..5 | Logistics Performance Index, overall, 1 (low) to 5 (high)
            lead_time_export_days = lead_time_export_days_median | number? 0.. | lead time to export, median case, days
            lead_time_import_days = lead_time_import_days_median | number? 0.. | lead time to import, median case, days
        """),
        citation="The World Bank, World Development Indicators, LP.LPI.OVRL.XQ, LP.EXP.DURS.MD, LP.IMP.DURS.MD.",
        **NEWER,
    ),
    from_csv(
        "growth",
        "wdi/growth.csv",
        "extra/wdi_growth/wdi_growth.csv",
        title="Growth and openness",
        description="A newer vintage than the table wdi, from which it differs by revisions: use one of the two in one "
        "test. To 2020, beyond the last year of the other tables, so that growth has the years after 2018.",
        mend=with_trade,
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 1995..2020 | calendar year
            gdp_usd | integer? 1.. | gross domestic product, current US dollars
            gdp_growth_pct | number? | growth of real gross domestic product, % a year
            gdp_per_head_growth_pct | number? | growth of real gross domestic product per head, % a year
            exports_pct_gdp = exports_gs_pct_gdp | number? 0.. | exports of goods and services, % of gross domestic product
            imports_pct_gdp = imports_gs_pct_gdp | number? 0.. | imports of goods and services, % of gross domestic product
            merchandise_trade_pct_gdp | number? 0.. | exports plus imports of goods, % of gross domestic product
            fdi_inflow_usd | integer? | net inflow of foreign direct investment, current US dollars; below zero where more was withdrawn
        """),
        citation="The World Bank, World Development Indicators, 1995–2020.",
        **NEWER,
    ),
    from_csv(
        "sophistication",
        "wdi/sophistication.csv",
        "extra/wdi_sophistication/wdi_sophistication.csv",
        title="Technology in exports, payments for it, patents",
        description="The share of high technology begins in 2007. Payments and receipts below zero are as in the "
        "source.",
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 1995..2019 | calendar year
            high_tech_pct = high_tech_pct_manufactured_exports | number? 0..100 | high technology, % of manufactured exports
            medium_high_tech_pct = medium_high_tech_pct_manufactured_exports | number? 0..100 | medium and high technology, % of manufactured exports
            ip_payments_usd | integer? | charges paid for the use of intellectual property, current US dollars
            ip_receipts_usd | integer? | charges received for the use of intellectual property, current US dollars
            patent_applications = patent_applications_residents | integer? 0.. | patent applications by residents
        """),
        citation="The World Bank, World Development Indicators, TX.VAL.TECH.MF.ZS, TX.MNF.TECH.ZS.UN, charges for the "
        "use of intellectual property, patent applications by residents, 1995–2019.",
        **NEWER,
    ),
    from_csv(
        "goods-trade-later",
        "wdi/goods_trade_later.csv",
        "later/wdi_later/goods_trade_world_2000_2025.csv",
        title="Trade in goods, to 2024",
        description="Exports and imports of goods, as the World Trade Organization estimates them. For what came after 2018; one vintage.",
        mend=since_2008,
        files=(COUNTRIES,),
        references={},  # `since_2008` leaves no other code
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 2008..2024 | calendar year
            exports_usd = goods_exports_usd | integer? 0.. | exports of goods, current US dollars
            imports_usd = goods_imports_usd | integer? 0.. | imports of goods, current US dollars
        """),
        citation="The World Bank, World Development Indicators, TX.VAL.MRCH.CD.WT, TM.VAL.MRCH.CD.WT, 2008–2024.",
        **NEWER,
    ),
    from_csv(
        "growth-later",
        "wdi/growth_later.csv",
        "later/wdi_later/gdp_population_2000_2025.csv",
        title="Growth, to 2024",
        description="The same indicators as in the table growth, in a later release: use one of the two in one test.",
        mend=since_2008,
        files=(COUNTRIES,),
        references={},  # `since_2008` leaves no other code
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 2008..2024 | calendar year
            gdp_growth_pct | number? | growth of real gross domestic product, % a year
            gdp_per_head_growth_pct = gdp_per_capita_growth_pct | number? | growth of real gross domestic product per head, % a year
        """),
        citation="The World Bank, World Development Indicators, NY.GDP.MKTP.KD.ZG, NY.GDP.PCAP.KD.ZG, 2008–2024.",
        **NEWER,
    ),
    from_csv(
        "tariffs-later",
        "wdi/tariffs_later.csv",
        "later/tariffs/tariff_applied_weighted_2000_2022.csv",
        title="Tariffs, to 2022",
        description="Import-weighted applied tariffs, where the series ends. Members of the European Union have its rate. The figure of the "
        "United States for 2019, 13.78, is as in the source.",
        mend=since_2008,
        files=(COUNTRIES,),
        references={},  # `since_2008` leaves no other code
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 2008..2022 | calendar year
            tariff_weighted_pct = tariff_applied_weighted_mean_pct | number? 0.. | applied tariff, average weighted by imports, %
        """),
        citation="The World Bank, World Development Indicators, TM.TAX.MRCH.WM.AR.ZS, 2008–2022.",
        **NEWER
        | {
            "sources": [WORLD_BANK, repository("wjdetomas/trump_tariffs_project")],
            "retrieval": "from the repository wjdetomas/trump_tariffs_project, commit 85e0b95, a download of spring 2025.",
        },
    ),
]
