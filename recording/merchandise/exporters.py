"""More exporters, whose figures are classified by the Harmonized System: mapped to SITC divisions.

A new exporter is a line in `CHINA_REPORTS`: its name as UN Comtrade writes it, and the file of China's imports from it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from bookpress.tables import DataError, Field
from bookpress.tables.records import Table
from recording import readers
from recording.columns import AS_SUPPLIED, columns
from recording.merchandise import classifications, wits
from recording.merchandise.comtrade import COMTRADE, PARTNERS

FIRST, LAST = 2016, 2018  # the years of the paper's Table 1
# UN Comtrade, China's imports by HS codes of six digits, a CSV file or a workbook.
CHINA_REPORTS = {
    "BRA": ("Brazil", "exporters/china_imports_from_brazil_hs_2014_2021.xlsx"),
    "AGO": ("Angola", "exporters/china_imports_from_angola_hs_2016_2019.xlsx"),
}
KAZAKHSTAN = "exporters/kazakhstan_exports_to_china_hs4_2015_2024_wits.dta.gz"

# Monetary gold and coin belong to no division, so the headings that hold them do not lie in one.
NO_DIVISION = ("710820", "711890")

Divisions = dict[str, tuple[str, str]]  # HS code to its division and the others that it may belong to


def six_digits(known: Mapping[str, classifications.Facts]) -> Divisions:
    return {code: (fact.division, " ".join(fact.also)) for code, fact in known.items()}


def four_digits(known: Mapping[str, classifications.Facts]) -> Divisions:
    """Return the division of each heading whose codes all share one; of the others, all that they may belong to."""
    reached: dict[str, set[str]] = {}
    for code, fact in known.items():
        reached.setdefault(code[:4], set()).update((fact.division, *fact.also))
    outside = {code[:4] for code in NO_DIVISION}
    return {
        heading: (min(every), "")
        if len(every) == 1 and heading not in outside
        else ("", " ".join(sorted(every)))
        for heading, every in reached.items()
    }


def china_reported(sources: Path, exporter: str) -> pd.DataFrame:
    """Return China's imports from an exporter: year, six-digit code, value; refused unless they sum to the chapters."""
    name, file = CHINA_REPORTS[exporter]
    read = readers.csv if file.endswith(".csv") else readers.workbook
    frame = read(sources / file, header=None)
    head = next((row for row in range(len(frame)) if "refYear" in set(frame.iloc[row])), None)
    if head is None:
        raise DataError(f"{file}: found no heading refYear, expected columns as UN Comtrade names them")
    frame = frame.iloc[head + 1 :].set_axis(frame.iloc[head].tolist(), axis=1)
    sides = set(zip(frame["reporterDesc"], frame["partnerDesc"], frame["flowCode"], strict=True))
    if sides != {("China", name, "M")}:
        raise DataError(f"{file}: found {sorted(sides)}, expected China's imports from {name}")
    frame = pd.DataFrame(
        {
            "year": frame["refYear"].astype(int),
            "code": frame["cmdCode"],
            "value": frame["primaryValue"].astype(float),
        }
    )
    frame = frame[frame["year"].between(FIRST, LAST)]
    codes, chapters = (frame[frame["code"].str.fullmatch(rf"\d{{{digits}}}")] for digits in (6, 2))
    totals = frame[frame["code"].eq("TOTAL")]
    for stated in [chapters, *([] if totals.empty else [totals])]:
        agree(codes, stated, file)
    if missing := sorted(set(range(FIRST, LAST + 1)) - set(codes["year"])):
        raise DataError(
            f"{file}: found no six-digit codes in {missing[0]}, expected every year from {FIRST} to {LAST}"
        )
    return codes


def agree(parts: pd.DataFrame, stated: pd.DataFrame, file: str) -> None:
    """Refuse parts that do not sum to what is stated, year by year, to a millionth."""
    sums = pd.concat([frame.groupby("year")["value"].sum() for frame in (parts, stated)], axis=1).fillna(0)
    for at, found, expected in sums.itertuples():
        if abs(found - expected) > 1e-6 * expected:
            raise DataError(
                f"{file}: in {at} the six-digit codes sum to {found:,.0f}, expected {expected:,.0f}, as its two-digit codes or its total state"
            )


def kazakhstan(sources: Path) -> pd.DataFrame:
    """Return what Kazakhstan reports as exports to China: year, four-digit heading, value in US dollars."""
    frame = pd.read_stata(sources / KAZAKHSTAN)
    columns = ["Nomenclature", "ReporterISO3", "PartnerISO3", "TradeFlowName"]
    sides = set(frame[columns].itertuples(index=False, name=None))
    if sides != {("H4", "KAZ", "CHN", "Export")}:
        raise DataError(f"{KAZAKHSTAN}: found {sorted(sides)}, expected exports of KAZ to CHN by HS 2012")
    frame = frame[frame["Year"].between(FIRST, LAST)]
    return pd.DataFrame(
        {
            "year": frame["Year"].astype(int),
            "code": frame["ProductCode"].astype(str),
            "value": 1000 * frame["TradeValuein1000USD"],
        }
    )


def mapped(trade: pd.DataFrame, divisions: Divisions) -> pd.DataFrame:
    """Return the values by division and by the others that they may belong to; what has no division is kept."""
    found = [divisions.get(code, ("", "")) for code in trade["code"]]
    trade = trade.assign(
        sitc_division=[division for division, _ in found], also_divisions=[also for _, also in found]
    )
    sums = trade.groupby(["year", "sitc_division", "also_divisions"])["value"].sum()
    return sums.round().astype("int64").rename("value_usd").reset_index()


def china_mapped(sources: Path) -> pd.DataFrame:
    if twice := sorted(CHINA_REPORTS.keys() & {*PARTNERS, "KAZ"}):
        raise DataError(
            f"CHINA_REPORTS: found {twice[0]}, expected an exporter that no other table of exports holds"
        )
    known, frames = classifications.facts(sources), []
    for exporter in CHINA_REPORTS:
        trade = china_reported(sources, exporter)
        # China uses an edition from its first year on: HS 2017 since 2017.
        for of, part in trade.groupby(trade["year"].ge(2017).map({True: "H5", False: "H4"})):
            divided = mapped(part, six_digits(known[of]))
            frames.append(divided.assign(exporter_iso3=exporter, hs_edition=of))
    return pd.concat(frames)


def kazakhstan_mapped(sources: Path) -> pd.DataFrame:
    divided = mapped(kazakhstan(sources), four_digits(classifications.facts(sources)["H4"]))
    return divided.assign(exporter_iso3="KAZ", hs_edition="H4")


def fields(exporters: Iterable[str]) -> list[Field]:
    """Return the columns of both tables."""
    return columns(rf"""
        year | integer {FIRST}..{LAST} | calendar year
        exporter_iso3 | iso3 ({", ".join(sorted(exporters))}) | exporter
        hs_edition | string (H4, H5) | edition of the Harmonized System that was mapped: H4 is HS 2012, H5 HS 2017
        sitc_division | string? /[0-9]{{2}}/ | SITC Rev. 4 division, two digits as text; empty where none can be chosen
        also_divisions | string? /[0-9]{{2}}( [0-9]{{2}})*/ | divisions that the value may belong to besides, separated by blanks
        value_usd | integer 0.. | value, current US dollars
    """)


*FORMER, LATTER = (name for name, _ in CHINA_REPORTS.values())
NAMES = " and ".join(filter(None, [", ".join(FORMER), LATTER]))
BOUNDED = "What may belong to several divisions has rows of its own, so that a share can be bounded; nothing is left out."
KEY = ["year", "exporter_iso3", "sitc_division", "also_divisions"]

TABLES = [
    Table(
        name="china-by-division-mapped",
        path="trade/china_by_division_mapped.csv",
        title=f"China's imports from {NAMES} by SITC division",
        description="China as reporter, CIF, by the Harmonized System with six digits, mapped to SITC Rev. 4 by table "
        f"hs-sitc. {BOUNDED} The codes sum to the chapters of the source and, where it states one, to its total.",
        fields=fields(CHINA_REPORTS),
        key=KEY,
        sources=[*COMTRADE, *classifications.ABOUT["sources"]],
        license="comtrade",
        citation=f"United Nations, UN Comtrade Database, China's imports from {NAMES} by HS, 2016–2018, mapped with the "
        "correspondence tables of the United Nations Statistics Division.",
        retrieval=AS_SUPPLIED,
        derive=china_mapped,
        files=[*(file for _, file in CHINA_REPORTS.values()), *classifications.ABOUT["files"]],
        references={"exporter_iso3": "economies.iso3"},
    ),
    Table(
        name="kazakhstan-by-division-mapped",
        path="trade/kazakhstan_by_division_mapped.csv",
        title="Kazakhstan's exports to China by SITC division",
        description="Kazakhstan as reporter, FOB: another side than China's imports, never to be ranked with them. By HS 2012 with "
        "four digits, mapped to SITC Rev. 4 by table hs-sitc; a heading whose codes lie in several divisions has none. "
        + BOUNDED,
        fields=fields(["KAZ"]),
        key=KEY,
        sources=[*wits.ABOUT["sources"], *classifications.ABOUT["sources"]],
        license="wits",
        citation="World Bank, World Integrated Trade Solution (WITS), Kazakhstan's exports to China by HS 2012, 2016–2018, mapped "
        "with the correspondence tables of the United Nations Statistics Division.",
        retrieval=AS_SUPPLIED,
        derive=kazakhstan_mapped,
        files=[KAZAKHSTAN, *classifications.ABOUT["files"]],
    ),
]
