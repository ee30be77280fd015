"""Composite indices: economic complexity of exports, globalisation."""

from recording.columns import columns, repository
from recording.declaring import from_csv

TABLES = [
    from_csv(
        "complexity",
        "eci/complexity.csv",
        "extra/eci/eci_1995_2016.csv",
        title="Economic complexity",
        description="Two computations of the Economic Complexity Index, each with its own choice of economies; compare "
        "ranks within one of them.",
        fields=columns("""
            iso3 | iso3 | economy (HKG: Hong Kong)
            year | integer 1995..2016 | calendar year
            eci_oec | number? | score of the MIT Observatory of Economic Complexity
            rank_oec | integer? 1.. | rank by that score, 1 for the most complex
            eci_atlas | number? | score of the Harvard Atlas of Economic Complexity
            rank_atlas | integer? 1.. | rank by that score, 1 for the most complex
        """),
        sources=[{"title": "MIT Observatory and Harvard Atlas"}, repository("owid/owid-datasets")],
        license="eci",
        citation="MIT Observatory of Economic Complexity and Harvard Atlas of Economic Complexity, retrieved on 6 "
        "November 2017 by Our World in Data.",
        retrieval="from the repository owid/owid-datasets, commit 48c9992, dataset “ECI Country Rankings”.",
        also=["HKG"],
    ),
    from_csv(
        "globalisation",
        "kof/globalisation.csv",
        "extra/kof/kof_2018edition_1995_2016.csv",
        title="KOF Globalisation Index",
        description="Edition of 2018: the overall index, its economic part and, within that, trade: de facto (flows) "
        "and de jure (tariffs, barriers, taxes).",
        decimals=2,
        fields=columns("""
            iso3 | iso3 | economy
            year | integer 1995..2016 | calendar year
            overall = KOFGI | number 0..100 | globalisation, all parts, 0 to 100
            economic = KOFEcGI | number? 0..100 | economic globalisation, 0 to 100
            trade = KOFTrGI | number? 0..100 | trade globalisation, 0 to 100
            trade_de_facto = KOFTrGIdf | number? 0..100 | trade globalisation, de facto, 0 to 100
            trade_de_jure = KOFTrGIdj | number? 0..100 | trade globalisation, de jure, 0 to 100
        """),
        sources=[{"title": "KOF, ETH Zürich"}, repository("EdenBD/How-To-Win-Eurovision")],
        license="kof",
        citation="Gygli, S. et al. (2019), Review of International Organizations; KOF Globalisation Index, edition of "
        "2018, ETH Zürich.",
        retrieval="from the repository EdenBD/How-To-Win-Eurovision, commit 395c90e, data/KOF_Globalisation_Index.xlsx.",
    ),
]
