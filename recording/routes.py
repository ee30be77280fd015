"""Which economies lie along the route, by six published lists, and which have signed a memorandum, and when."""

from pathlib import Path

import pandas as pd

from recording.columns import columns, source
from recording.declaring import from_csv

TEXTS = "https://github.com/DreamBlooms/ChinaXiv-201601-to-202209"  # holds A, C, D and E


def without_china(frame: pd.DataFrame, _: Path) -> pd.DataFrame:
    """Leave out China, which is not its own partner; the lists differ in whether they count it."""
    return frame[frame["iso3"].ne("CHN")]


TABLES = [
    from_csv(
        "route-economies",
        "bri/route_economies.csv",
        "bri65/bri_65.csv",
        mend=without_china,
        title="Economies along the route, by published list",
        description="The partners that six published lists name, without China. In 63 of them all lists agree. "
        "Variant 1 adds Timor-Leste; variant 2 adds Greece and Cyprus. C to F follow one enumeration, so they are "
        "one tradition; A and B are the other, independent of each other. No official list is known.",
        fields=columns("""
            iso3 | iso3 | economy
            economy | string | name
            region_group | string | group of economies, for the most part that of C
            source_a = in_source_A | boolean | in A, Liu and Chen (2020), who count China as one of 65
            source_b = in_source_B | boolean | in B, State Information Center (2018), 71 partners and China
            source_c = in_source_C | boolean | in C, Ding and others (2017), 65 partners
            source_d = in_source_D | boolean | in D, Li and Gu (2018), 65 partners
            source_e = in_source_E | boolean | in E, Ma and others (2021), 65 partners and China
            source_f = in_source_F | boolean? | in F, a page whose publisher is not shown: no more than a check on C; empty for the last three of its 65, where our excerpt breaks off
            variant_1 = in_65 | boolean | China's 64 partners of A, and of B before seven additions
            variant_2 = in_source_C | boolean | the 65 partners of C, D and E
        """),
        sources=[
            source("A: Liu and Chen (2020), ChinaXiv:202006.00001V1", TEXTS),
            source("B: State Information Center (2018), in akshare", "https://github.com/akfamily/akshare"),
            source(
                "C: Ding and others (2017), ChinaXiv:201706.00813V1",
                "https://doi.org/10.16418/j.issn.1000-3045.2017.06.010",
            ),
            source("D: Li and Gu (2018), ChinaXiv:201810.00132V1", TEXTS),
            source("E: Ma and others (2021), ChinaXiv:202101.00009V1", TEXTS),
            {"title": "F: page “全球涉及到的国家(65国)” (2018)"},
        ],
        license="membership",
        citation="A: Liu Zhenwei, Chen Shaohui (2020), “一带一路”沿线国家水资源及开发利用 (Water resources and their use "
        "in the countries along the Belt and Road), Institute of Geographic Sciences and Natural Resources Research, "
        "Chinese Academy of Sciences, ChinaXiv:202006.00001V1, Table 1. B: State Information Center (China), "
        "“一带一路”贸易合作大数据报告 (Big Data Report on Trade Cooperation under the Belt and Road Initiative), 2018 "
        "edition by inference, second-hand: transcribed in akshare, akshare/obor/cons.py, commit 8eb562e of "
        "2020-07-17. C: Ding Jielan, Yang Liying, Sun Hairong, Liu Xiwen et al. (2017), Bibliometric Study on "
        "Research Collaboration among the Belt and Road Areas and Countries, Bulletin of the Chinese Academy of "
        "Sciences 32(6), Table 1. D: Li Jinye, Gu Mingna (2018), Agricultural trade scale, structure and potential "
        "between China and the countries participating in the BRI, Xinjiang University, ChinaXiv:201810.00132V1. "
        "E: Ma Wei, Huang Xiaoyan, Cao Xiaoshu (2021), Spatio-temporal pattern of openness of countries along the "
        "BRI, Shaanxi Normal University, ChinaXiv:202101.00009V1.",
        retrieval="A, C, D and E from the repository DreamBlooms/ChinaXiv-201601-to-202209, commit 0a84655; the years "
        "of A, D and E are those of posting.",
    ),
    from_csv(
        "signers",
        "bri/signers.csv",
        "bri/gfdc-bri-countries-2025-05.csv",
        mend=without_china,
        title="Signers of a Belt and Road memorandum",
        description="151 partners with the likely date of signature; four dates are unknown. The source's row for "
        "China itself is left out: China is not its own partner.",
        fields=columns("""
            iso3 | iso3 | economy
            economy = name | string | name
            mou_date = mou | date? | likely date of the memorandum; empty where unknown
            exit_date = exit | date? | date of exit; empty where none
        """),
        sources=[
            source(
                "Green Finance & Development Center",
                "https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/",
            )
        ],
        license="gfdc",
        citation="Nedopil, C. (2025), Countries of the Belt and Road Initiative, Green Finance & Development "
        "Center, Fudan University.",
        retrieval="the list as of May 2025.",
        references={},
    ),
]
