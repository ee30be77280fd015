"""Politics and peace: agreement in United Nations votes, battle deaths, the Global Peace Index."""

from pathlib import Path

import pandas as pd

from recording.columns import columns, repository, source
from recording.declaring import from_csv


def without_itself(frame: pd.DataFrame, _: Path) -> pd.DataFrame:
    """Leave out the USA's agreement with itself, which the source counts."""
    itself = frame["iso3"].eq("USA")
    return frame.assign(**{name: frame[name].mask(itself) for name in ("joint_votes_usa", "agreement_usa")})


def scored(frame: pd.DataFrame, _: Path) -> pd.DataFrame:
    """Leave out Kosovo, which has no code of ISO 3166-1, and years without a score, for which a zero stands."""
    return frame[frame["iso3"].ne("KSV") & frame["score"].gt(0)]


TABLES = [
    from_csv(
        "un-agreement",
        "un/agreement.csv",
        "extra/un_votes/un_agreement_with_china.csv",
        title="Agreement with China and the USA in the General Assembly",
        description="Computed from every roll call: 1 less half the distance between yes, abstention and no, averaged "
        "over the votes in which both took part; absence is no vote. The agenda changes: compare economies within "
        "a year, not years. Some rows rest on few votes. Serbia, a member, is not in the source.",
        mend=without_itself,
        fields=columns("""
            iso3 | iso3 | member
            year | integer 2000..2019 | calendar year
            joint_votes | integer 1.. | votes in common with China
            agreement_china = agreement | number 0..1 | agreement with China, 0 to 1
            joint_votes_usa = joint_votes_us | integer? 1.. | votes in common with the USA; empty for itself
            agreement_usa = agreement_us | number? 0..1 | agreement with the USA, 0 to 1; empty for itself
            same_vote_pct | number 0..100 | votes identical with China's, % of those in common
        """),
        sources=[
            source("UN General Assembly Voting Data", "https://doi.org/10.7910/DVN/LEJUQZ"),
            repository("dgrtwo/unvotes"),
        ],
        license="un-votes",
        citation="Voeten, E., Strezhnev, A. and Bailey, M., United Nations General Assembly Voting Data, Harvard "
        "Dataverse; agreement computed by this edition.",
        retrieval="from the repository dgrtwo/unvotes, roll calls to December 2019.",
    ),
    from_csv(
        "battle-deaths",
        "ucdp/battle_deaths.csv",
        "extra/ucdp/ucdp_battle_deaths_2000_2019.csv",
        title="Battle deaths",
        description="Deaths by the place where they happened, every state and year; 0 means none recorded. Palestine, "
        "Kosovo, Western Sahara and three dependencies are absent.",
        fields=columns("""
            iso3 | iso3 | place (TWN: Taiwan)
            year | integer 2000..2019 | calendar year
            low | integer 0.. | deaths, low estimate
            best | integer 0.. | deaths, best estimate
            high | integer 0.. | deaths, high estimate
        """),
        sources=[
            source("Uppsala Conflict Data Program", "https://ucdp.uu.se"),
            repository("kvelleby/poldat"),
        ],
        license="ucdp",
        citation="Uppsala Conflict Data Program, Georeferenced Event Dataset, version 23.1, by state and year.",
        retrieval="from the repository kvelleby/poldat, commit 9cdbec6, data/ucdpbrds.rda.",
        also=["TWN"],
    ),
    from_csv(
        "peace-index",
        "gpi/peace_index.csv",
        "extra/gpi/gpi_2008_2019.csv",
        title="Global Peace Index",
        description="Overall score, back series of the edition of 2022; earlier editions have other scores for the "
        "same years. Years without a score are absent (South Sudan to 2010, Palestine to 2015).",
        mend=scored,
        fields=columns("""
            iso3 | iso3 | economy (TWN: Taiwan)
            year | integer 2008..2019 | calendar year
            score = gpi_score | number 1..5 | score, 1 (most peaceful) to 5 (least)
        """),
        sources=[{"title": "Institute for Economics & Peace"}, repository("gjbex/ChatGPT-for-HPC")],
        license="gpi",
        citation="Institute for Economics & Peace, Global Peace Index 2022, overall scores 2008–2019.",
        retrieval="from the repository gjbex/ChatGPT-for-HPC, commit 9ad4d72, gpi_data_overall_scores.csv.",
        also=["TWN"],
    ),
]
