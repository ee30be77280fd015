"""World Trade Organization: its members, the customs unions among them, their disputes."""

from pathlib import Path

import pandas as pd

from bookpress.tables.records import Table
from recording.codes import coded, economy_codes
from recording.columns import AS_SUPPLIED, LAST_YEAR, columns, repository, source
from recording.declaring import from_csv
from recording.readers import csv

DISPUTES = "extra/wto_disputes/wto_disputes.csv"

# Years of the source that break the order of the numbers, between neighbours of one year; an independent collection
# has 1999 for the first and lacks the second. Case 353 breaks it too, but both collections have its year.
YEARS = {181: 1999, 573: 2018}


def disputes(sources: Path) -> pd.DataFrame:
    # The European Union is a party, and so are its members; the code is that of WITS.
    codes = economy_codes(sources) | {"European Communities": "EUN", "European Union": "EUN"}
    frame = csv(sources / DISPUTES)
    case, filed = frame["case"].str.removeprefix("DS").astype(int), frame["year"].astype(int)
    frame = frame.assign(case=case, year=case.map(YEARS).fillna(filed).astype(int))
    for party in ("complainant", "respondent"):
        frame[party] = frame[party].str.split("; ")
        frame = frame.explode(party, ignore_index=True)
        frame[f"{party}_iso3"] = coded(frame[party], codes, "disputes")
    return frame[frame["year"].le(LAST_YEAR)]


TABLES = [
    from_csv(
        "wto-members",
        "wto/members_2018.csv",
        "wto/wto_members_2018.csv",
        title="Members of the World Trade Organization",
        description="The 164 members at the end of 2018.",
        fields=columns("""
            iso3 | iso3 | member
            economy = name | string | name
            accession_date = accession | date | date of membership; 1995-01-01 for founding members
        """),
        sources=[
            source(
                "World Trade Organization", "https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm"
            )
        ],
        license="wto",
        citation="World Trade Organization, Members and Observers, as of end-2018.",
        retrieval=AS_SUPPLIED,
        references={},
    ),
    Table(
        name="tariff-blocs",
        path="wto/tariff_blocs.csv",
        title="Members of customs unions",
        description="Members, at the end of 2018, of four customs unions: economies that share one external tariff are "
        "not independent observations of it. Other unions (Mercosur, the East African Community and more) and the "
        "partial ones of the European Union with Türkiye, Andorra and San Marino are left out.",
        fields=columns("""
            bloc | string (EU, EAEU, GCC, SACU) | European Union, Eurasian Economic Union, Gulf Cooperation Council, Southern African Customs Union
            iso3 | iso3 | member
            since | integer 1958..2018 | year since which it has applied the common external tariff; for the European Union the year of accession to the Communities or the Union
        """),
        key=["bloc", "iso3"],
        sources=[{"title": "public record"}],
        license="record",
        citation="Treaties of accession and founding agreements of the four unions.",
        retrieval="typed from the public record.",
        references={"iso3": "economies.iso3"},
    ),
    Table(
        name="disputes",
        path="wto/disputes.csv",
        title="Disputes in the World Trade Organization",
        description="Requests for consultations, 1995–2019; joint parties have a row each, so count distinct cases. Two "
        "years are corrected by the order of the numbers: case 181 (1998 in the source) and case 573 (2021).",
        fields=columns("""
            case | integer 1.. | number of the dispute (DS)
            year | integer 1995..2019 | calendar year
            complainant_iso3 | iso3 | complainant (EUN: the European Union, before 2009 the Communities, as in WITS; HKG: Hong Kong; TWN: Chinese Taipei)
            respondent_iso3 | iso3 | respondent (EUN: the European Union, before 2009 the Communities, as in WITS; HKG: Hong Kong; TWN: Chinese Taipei)
        """),
        key=["case", "complainant_iso3", "respondent_iso3"],
        sources=[
            source("World Trade Organization", "https://www.wto.org/english/tratop_e/dispu_e/dispu_e.htm"),
            repository("Vaibhav-Bhatia-29/Web-Scraping-of-WTO-DSB-website.-"),
        ],
        license="wto-disputes",
        citation="World Trade Organization, dispute documents DS1 to DS593: number, year of the request and parties.",
        retrieval="from the repository Vaibhav-Bhatia-29/Web-Scraping-of-WTO-DSB-website.-, commit 80e9f98; compared "
        "with DeepWTO/deepwto-draft, commit c61dc02.",
        derive=disputes,
        files=[DISPUTES],
        references={f"{party}_iso3": "economies.iso3" for party in ("complainant", "respondent")},
        also=["EUN", "HKG", "TWN"],
    ),
]
