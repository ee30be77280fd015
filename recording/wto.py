"""World Trade Organization: its members."""

from pathlib import Path

import pandas as pd

from bookpress.records import Table, column
from recording.codes import read
from recording.columns import AS_SUPPLIED, iso3


def wto_members(sources: Path) -> pd.DataFrame:
    return read(sources / "wto/wto_members_2018.csv").rename(
        columns={"name": "economy", "accession": "accession_date"}
    )


TABLES = [
    Table(
        name="wto-members",
        path="wto/members_2018.csv",
        title="Members of the World Trade Organization",
        description="The 164 members at the end of 2018.",
        fields=[
            iso3("iso3", "member"),
            column("economy", "string", "name", required=True),
            column(
                "accession_date", "date", "date of membership; 1995-01-01 for founding members", required=True
            ),
        ],
        key=["iso3"],
        sources=[
            {
                "title": "World Trade Organization",
                "path": "https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm",
            }
        ],
        license="wto",
        citation="World Trade Organization, Members and Observers, as of end-2018.",
        retrieval=AS_SUPPLIED,
        derive=wto_members,
        files=["wto/wto_members_2018.csv"],
    )
]
