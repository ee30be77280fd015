"""Which economies lie along the route: six published lists, and the two ways in use to reach 65."""

from pathlib import Path

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import read
from recording.columns import ECONOMY, iso3

LISTS = "ABCDEF"
TEXTS = "https://github.com/DreamBlooms/ChinaXiv-201601-to-202209"  # holds A, C, D and E


def route_economies(sources: Path) -> pd.DataFrame:
    frame = read(sources / "bri65/bri_65.csv")
    frame = frame[frame["iso3"].ne("CHN")]  # the lists differ in whether they count China; no partner is lost
    said = {"yes": "true", "no": "false", "cut": ""}
    members = {f"source_{key.lower()}": frame[f"in_source_{key}"].map(said) for key in LISTS}
    variants = {"variant_1": frame["in_65"].map(said), "variant_2": members["source_c"]}
    return frame[["iso3", "economy", "region_group"]].assign(**members, **variants)


TABLES = [
    Table(
        name="route-economies",
        path="bri/route_economies.csv",
        title="Economies along the route, by published list",
        description="The partners that six published lists name, without China. In 63 of them all lists agree. "
        "Variant 1 adds Timor-Leste; variant 2 adds Greece and Cyprus. C to F follow one enumeration, so they are "
        "one tradition; A and B are the other, independent of each other. No official list is known.",
        fields=[
            iso3("iso3", "economy"),
            column("economy", "string", "name", required=True),
            column(
                "region_group", "string", "group of economies, for the most part that of C", required=True
            ),
            column(
                "source_a",
                "boolean",
                "in A, Liu and Chen (2020), who count China as one of 65",
                required=True,
            ),
            column(
                "source_b",
                "boolean",
                "in B, State Information Center (2018), 71 partners and China",
                required=True,
            ),
            column("source_c", "boolean", "in C, Ding and others (2017), 65 partners", required=True),
            column("source_d", "boolean", "in D, Li and Gu (2018), 65 partners", required=True),
            column("source_e", "boolean", "in E, Ma and others (2021), 65 partners and China", required=True),
            column(
                "source_f",
                "boolean",
                "in F, a page whose publisher is not shown: no more than a check on C; empty for the last three "
                "of its 65, where our excerpt breaks off",
            ),
            column(
                "variant_1",
                "boolean",
                "China's 64 partners of A, and of B before seven additions",
                required=True,
            ),
            column("variant_2", "boolean", "the 65 partners of C, D and E", required=True),
        ],
        key=["iso3"],
        sources=[
            {
                "title": "A: Liu and Chen (2020), ChinaXiv:202006.00001V1",
                "path": TEXTS,
            },
            {
                "title": "B: State Information Center (2018), in akshare",
                "path": "https://github.com/akfamily/akshare",
            },
            {
                "title": "C: Ding and others (2017), ChinaXiv:201706.00813V1",
                "path": "https://doi.org/10.16418/j.issn.1000-3045.2017.06.010",
            },
            {
                "title": "D: Li and Gu (2018), ChinaXiv:201810.00132V1",
                "path": TEXTS,
            },
            {
                "title": "E: Ma and others (2021), ChinaXiv:202101.00009V1",
                "path": TEXTS,
            },
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
        derive=route_economies,
        files=["bri65/bri_65.csv"],
        references=ECONOMY,
    )
]
