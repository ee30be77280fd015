"""World Input-Output Database: domestic value added in exports."""

from recording.columns import columns, repository
from recording.declaring import from_csv

TABLES = [
    from_csv(
        "value-added",
        "wiod/value_added.csv",
        "extra/dva_wiod/dva_share_by_exporter.csv",
        title="Domestic value added in gross exports",
        description="43 economies and the rest of the world in 2002, 2005, 2008, 2011 and 2014; computed from the "
        "release of 2016. What an exporter sells to itself, without meaning, is left out.",
        fields=columns("""
            iso3 | iso3 | exporter (ROW: the rest of the world; TWN: Taiwan)
            year | integer 2002..2014 | calendar year
            gross_exports_musd | number 0.. | gross exports, million US dollars
            domestic_value_added_musd | number 0.. | value added at home in these exports, million US dollars
        """),
        sources=[
            {"title": "World Input-Output Database"},
            repository("yangfan-amy-tan/trade_policy_analysis_2022"),
        ],
        license="wiod",
        citation="Timmer, M. P. et al. (2015), Review of International Economics 23: 575–605; World Input-Output "
        "Database, release of 2016, decomposed with Stata's icio.",
        retrieval="from the repository yangfan-amy-tan/trade_policy_analysis_2022, commit 3ee30db, data/dva_gtrade.dta.",
        also=["ROW", "TWN"],
    )
]
