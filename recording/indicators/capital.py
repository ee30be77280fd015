"""China's money abroad: deals of the China Global Investment Tracker, AidData's official finance."""

from typing import Any

from recording.columns import columns, repository
from recording.declaring import from_csv

# Both tables of deals come from one workbook, of which only these counts and sums may be here.
TRACKER: dict[str, Any] = {
    "sources": [{"title": "China Global Investment Tracker"}, repository("rqzhang150/BRI-MENA-investment")],
    "license": "cgit",
    "citation": "American Enterprise Institute and Heritage Foundation, China Global Investment Tracker, edition to "
    "December 2018; counts and sums by this edition.",
    "retrieval": "from the repository rqzhang150/BRI-MENA-investment, commit 217f081.",
}

TABLES = [
    from_csv(
        "investment",
        "cgit/investment.csv",
        "extra/cgit/cgit_by_country_year.csv",
        title="Chinese investment and construction abroad",
        description="Deals of 100 million US dollars and more by economy and year; an absent row means that the "
        "tracker has none. Troubled transactions mix refusals by regulators with commercial failures.",
        fields=columns("""
            iso3 | iso3 | host economy (TWN: Taiwan)
            year | integer 2005..2018 | calendar year
            investments | integer 0.. | number of investments
            investment_musd = investments_musd | integer 0.. | value of investments, million US dollars
            construction_contracts = construction | integer 0.. | number of construction contracts
            construction_musd | integer 0.. | value of construction contracts, million US dollars
            troubled | integer 0.. | number of troubled transactions
            troubled_musd | integer 0.. | value of troubled transactions, million US dollars
        """),
        also=["TWN"],
        **TRACKER,
    ),
    from_csv(
        "acquisitions",
        "cgit/acquisitions.csv",
        "extra/cgit/cgit_acquisitions_by_year.csv",
        title="Chinese acquisitions abroad",
        description="Investments of 100 million US dollars and more that the tracker does not mark as greenfield.",
        fields=columns("""
            year | integer 2005..2018 | calendar year
            acquisitions = n | integer 0.. | number of acquisitions
            value_musd = musd | integer 0.. | value, million US dollars
            high_income_acquisitions = n_high_income | integer 0.. | number in high-income economies
            high_income_musd = musd_high_income | integer 0.. | value in high-income economies, million US dollars
        """),
        **TRACKER,
    ),
    from_csv(
        "development-finance",
        "aiddata/finance.csv",
        "extra/gcdf/chinese_development_finance_by_country_year.csv",
        title="Official finance from China",
        description="Commitments to low- and middle-income economies, not for infrastructure alone; amounts adjusted "
        "against double counting. An absent row means that the data set has none.",
        fields=columns("""
            iso3 | iso3 | recipient
            year | integer 2000..2019 | calendar year
            oda_like_usd2021 | integer 0.. | like official development assistance, constant US dollars of 2021
            other_official_usd2021 = oof_like_usd2021 | integer 0.. | like other official flows, constant US dollars of 2021
            vague_usd2021 | integer 0.. | official, of unclear kind, constant US dollars of 2021
            total_usd2021 | integer 0.. | sum of the three, constant US dollars of 2021
        """),
        sources=[{"title": "AidData"}, repository("milesdwilliams15/odadata")],
        license="aiddata",
        citation="AidData, Global Chinese Development Finance Dataset, version 3.0, by recipient and year.",
        retrieval="from the repository milesdwilliams15/odadata, commit 3c1f895, data/cow_gcdf.csv.",
    ),
]
