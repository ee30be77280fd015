"""Politics and peace: agreement in United Nations votes, battle deaths, the Global Peace Index."""

from pathlib import Path

import pandas as pd

from bookpress.tables import column
from bookpress.tables.records import Table
from recording.codes import figures
from recording.columns import ECONOMY, iso3, year

VOTES = "extra/un_votes/un_agreement_with_china.csv"
DEATHS = "extra/ucdp/ucdp_battle_deaths_2000_2019.csv"
PEACE = "extra/gpi/gpi_2008_2019.csv"


def un_agreement(sources: Path) -> pd.DataFrame:
    names = {
        "agreement": "agreement_china",
        "joint_votes_us": "joint_votes_usa",
        "agreement_us": "agreement_usa",
    }
    frame = figures(sources / VOTES, names, whole=["joint_votes_usa"])
    # The source counts the USA's agreement with itself.
    itself = frame["iso3"].eq("USA")
    return frame.assign(
        joint_votes_usa=frame["joint_votes_usa"].mask(itself),
        agreement_usa=frame["agreement_usa"].mask(itself),
    )


def battle_deaths(sources: Path) -> pd.DataFrame:
    return figures(sources / DEATHS)


def peace_index(sources: Path) -> pd.DataFrame:
    frame = figures(sources / PEACE, {"gpi_score": "score"})
    # Kosovo has no code of ISO 3166-1; a zero stands for years without a score.
    return frame[frame["iso3"].ne("KSV") & frame["score"].gt(0)]


TABLES = [
    Table(
        name="un-agreement",
        path="un/agreement.csv",
        title="Agreement with China and the USA in the General Assembly",
        description="Computed from every roll call: 1 less half the distance between yes, abstention and no, averaged "
        "over the votes in which both took part; absence is no vote. The agenda changes: compare economies within "
        "a year, not years. Some rows rest on few votes. Serbia, a member, is not in the source.",
        fields=[
            iso3("iso3", "member"),
            year(2000),
            column("joint_votes", "integer", "votes in common with China", required=True, minimum=1),
            column(
                "agreement_china",
                "number",
                "agreement with China, 0 to 1",
                required=True,
                minimum=0,
                maximum=1,
            ),
            column("joint_votes_usa", "integer", "votes in common with the USA; empty for itself", minimum=1),
            column(
                "agreement_usa",
                "number",
                "agreement with the USA, 0 to 1; empty for itself",
                minimum=0,
                maximum=1,
            ),
            column(
                "same_vote_pct",
                "number",
                "votes identical with China's, % of those in common",
                required=True,
                minimum=0,
                maximum=100,
            ),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "UN General Assembly Voting Data", "path": "https://doi.org/10.7910/DVN/LEJUQZ"},
            {"title": "dgrtwo/unvotes", "path": "https://github.com/dgrtwo/unvotes"},
        ],
        license="un-votes",
        citation="Voeten, E., Strezhnev, A. and Bailey, M., United Nations General Assembly Voting Data, Harvard "
        "Dataverse; agreement computed by this edition.",
        retrieval="from the repository dgrtwo/unvotes, roll calls to December 2019.",
        derive=un_agreement,
        files=[VOTES],
        references=ECONOMY,
    ),
    Table(
        name="battle-deaths",
        path="ucdp/battle_deaths.csv",
        title="Battle deaths",
        description="Deaths by the place where they happened, every state and year; 0 means none recorded. Palestine, "
        "Kosovo, Western Sahara and three dependencies are absent.",
        fields=[
            iso3("iso3", "place (TWN: Taiwan)"),
            year(2000),
            column("low", "integer", "deaths, low estimate", required=True, minimum=0),
            column("best", "integer", "deaths, best estimate", required=True, minimum=0),
            column("high", "integer", "deaths, high estimate", required=True, minimum=0),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "Uppsala Conflict Data Program", "path": "https://ucdp.uu.se"},
            {"title": "kvelleby/poldat", "path": "https://github.com/kvelleby/poldat"},
        ],
        license="ucdp",
        citation="Uppsala Conflict Data Program, Georeferenced Event Dataset, version 23.1, by state and year.",
        retrieval="from the repository kvelleby/poldat, commit 9cdbec6, data/ucdpbrds.rda.",
        derive=battle_deaths,
        files=[DEATHS],
        references=ECONOMY,
        also=["TWN"],
    ),
    Table(
        name="peace-index",
        path="gpi/peace_index.csv",
        title="Global Peace Index",
        description="Overall score, back series of the edition of 2022; earlier editions have other scores for the "
        "same years. Years without a score are absent (South Sudan to 2010, Palestine to 2015).",
        fields=[
            iso3("iso3", "economy (TWN: Taiwan)"),
            year(2008),
            column(
                "score",
                "number",
                "score, 1 (most peaceful) to 5 (least)",
                required=True,
                minimum=1,
                maximum=5,
            ),
        ],
        key=["iso3", "year"],
        sources=[
            {"title": "Institute for Economics & Peace"},
            {"title": "gjbex/ChatGPT-for-HPC", "path": "https://github.com/gjbex/ChatGPT-for-HPC"},
        ],
        license="gpi",
        citation="Institute for Economics & Peace, Global Peace Index 2022, overall scores 2008–2019.",
        retrieval="from the repository gjbex/ChatGPT-for-HPC, commit 9ad4d72, gpi_data_overall_scores.csv.",
        derive=peace_index,
        files=[PEACE],
        references=ECONOMY,
        also=["TWN"],
    ),
]
