"""Three more exporters, whose figures are classified by the Harmonized System: mapped to SITC divisions."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bookpress.tables import DataError, Field, column
from bookpress.tables.records import Table
from recording import correspondence, wits
from recording.columns import AS_SUPPLIED, year
from recording.comtrade import COMTRADE
from recording.readers import workbook

FIRST, LAST = 2016, 2018  # the years of the paper's Table 1
REPORTED = {
    "BRA": "exporters/china_imports_from_brazil_hs_2014_2021.xlsx",
    "AGO": "exporters/china_imports_from_angola_hs_2016_2019.xlsx",
}
KAZAKHSTAN = "exporters/kazakhstan_exports_to_china_hs4_2015_2024_wits.dta.gz"
NAMES = {"BRA": "Brazil", "AGO": "Angola"}

# Monetary gold and coin belong to no division, so the headings that hold them do not lie in one.
NO_DIVISION = ("710820", "711890")


def edition(year: int) -> str:
    """Return the edition of the Harmonized System by which China reports a year; it follows each in its first year."""
    return "H5" if year >= 2017 else "H4"


def six_digits(known: Mapping[str, correspondence.Facts]) -> dict[str, tuple[str, str]]:
    """Return the division of each six-digit code and the others that it may belong to, as they are recorded."""
    return {code: (fact.division, " ".join(fact.also)) for code, fact in known.items()}


def four_digits(known: Mapping[str, correspondence.Facts]) -> dict[str, tuple[str, str]]:
    """Return the same of each heading: no division, and all that its codes may belong to, where they share none."""
    reached: dict[str, set[str]] = {}
    for code, fact in known.items():
        reached.setdefault(code[:4], set()).update((fact.division, *fact.also))
    whole = {heading for heading, every in reached.items() if len(every) == 1}
    whole -= {code[:4] for code in NO_DIVISION}
    return {
        heading: (min(every), "") if heading in whole else ("", " ".join(sorted(every)))
        for heading, every in reached.items()
    }


def china_reported(sources: Path, exporter: str) -> pd.DataFrame:
    """Return China's imports from an exporter: year, six-digit code, value; refused unless they sum to the chapters."""
    frame = workbook(sources / REPORTED[exporter], header=None)
    head = next((row for row in range(len(frame)) if "refYear" in set(frame.iloc[row])), None)
    if head is None:
        raise DataError(
            f"{REPORTED[exporter]}: found no heading refYear, expected columns as UN Comtrade names them"
        )
    frame = frame.iloc[head + 1 :].set_axis(frame.iloc[head].tolist(), axis=1)
    sides = set(zip(frame["reporterDesc"], frame["partnerDesc"], frame["flowCode"], strict=True))
    if sides != {("China", NAMES[exporter], "M")}:
        raise DataError(
            f"{REPORTED[exporter]}: found {sorted(sides)}, expected China's imports from {NAMES[exporter]}"
        )
    frame = pd.DataFrame(
        {
            "year": frame["refYear"].astype(int),
            "code": frame["cmdCode"],
            "value": frame["primaryValue"].astype(float),
        }
    )
    frame = frame[frame["year"].between(FIRST, LAST)]
    agree(frame[frame["code"].str.len().eq(6)], frame[frame["code"].str.len().eq(2)], REPORTED[exporter])
    if frame["code"].eq("TOTAL").any():
        agree(frame[frame["code"].str.len().eq(6)], frame[frame["code"].eq("TOTAL")], REPORTED[exporter])
    return frame[frame["code"].str.fullmatch(r"\d{6}")]


def agree(parts: pd.DataFrame, whole: pd.DataFrame, source: str) -> None:
    """Refuse parts that do not sum to the whole, year by year, to a millionth."""
    both = [frame.groupby("year")["value"].sum() for frame in (parts, whole)]
    for at in both[1].index.union(both[0].index):
        part, all_ = (sums.get(at, 0.0) for sums in both)
        if abs(part - all_) > 1e-6 * all_:
            raise DataError(f"{source}: in {at} the six-digit codes sum to {part:,.0f}, expected {all_:,.0f}")


def kazakhstan(sources: Path) -> pd.DataFrame:
    """Return what Kazakhstan reports as exports to China: year, four-digit heading, value in US dollars."""
    frame = pd.read_stata(sources / KAZAKHSTAN)
    sides = set(
        frame[["Nomenclature", "ReporterISO3", "PartnerISO3", "TradeFlowName"]].itertuples(
            index=False, name=None
        )
    )
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


def mapped(trade: pd.DataFrame, divisions: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return the values by division and by the others that they may belong to; what has no division is kept."""
    found = [divisions.get(code, ("", "")) for code in trade["code"]]
    trade = trade.assign(
        sitc_division=[division for division, _ in found], also_divisions=[also for _, also in found]
    )
    sums = trade.groupby(["year", "sitc_division", "also_divisions"])["value"].sum()
    return sums.round().astype("int64").rename("value_usd").reset_index()


def china_mapped(sources: Path) -> pd.DataFrame:
    known, frames = correspondence.facts(sources), []
    for exporter in REPORTED:
        trade = china_reported(sources, exporter)
        for of, part in trade.groupby(trade["year"].map(edition)):
            divided = mapped(part, six_digits(known[of]))
            frames.append(divided.assign(exporter_iso3=exporter, hs_edition=of))
    return pd.concat(frames)


def kazakhstan_mapped(sources: Path) -> pd.DataFrame:
    divided = mapped(kazakhstan(sources), four_digits(correspondence.facts(sources)["H4"]))
    return divided.assign(exporter_iso3="KAZ", hs_edition="H4")


def fields(exporters: list[str]) -> list[Field]:
    """Return the columns of both tables."""
    return [
        year(FIRST, LAST),
        column("exporter_iso3", "string", "exporter, ISO 3166-1 alpha-3", required=True, enum=exporters),
        column(
            "hs_edition",
            "string",
            "edition of the Harmonized System that was mapped: H4 is HS 2012, H5 HS 2017",
            required=True,
            enum=["H4", "H5"],
        ),
        column(
            "sitc_division",
            "string",
            "SITC Rev. 4 division, two digits as text; empty where none can be chosen",
            pattern="[0-9]{2}",
        ),
        column(
            "also_divisions",
            "string",
            "divisions that the value may belong to besides, separated by blanks",
            pattern="[0-9]{2}( [0-9]{2})*",
        ),
        column("value_usd", "integer", "value, current US dollars", required=True, minimum=0),
    ]


BOUNDED = "What may belong to several divisions has rows of its own, so that a share can be bounded; nothing is left out. "
KEY = ["year", "exporter_iso3", "sitc_division", "also_divisions"]

TABLES = [
    Table(
        name="china-by-division-mapped",
        path="trade/china_by_division_mapped.csv",
        title="China's imports from Brazil and Angola by SITC division",
        description="China as reporter, CIF, by the Harmonized System with six digits, mapped to SITC Rev. 4 by table "
        f"hs-sitc. {BOUNDED}The codes sum to the chapters of the source and, where it states one, to its total.",
        fields=fields(["AGO", "BRA"]),
        key=KEY,
        sources=[*COMTRADE, *correspondence.ABOUT["sources"]],
        license="comtrade",
        citation="United Nations, UN Comtrade Database, China's imports from Brazil and Angola by HS, 2016–2018, mapped with the "
        "correspondence tables of the United Nations Statistics Division.",
        retrieval=AS_SUPPLIED,
        derive=china_mapped,
        files=[*REPORTED.values(), *correspondence.ABOUT["files"]],
    ),
    Table(
        name="kazakhstan-by-division-mapped",
        path="trade/kazakhstan_by_division_mapped.csv",
        title="Kazakhstan's exports to China by SITC division",
        description="Kazakhstan as reporter, FOB: another side than China's imports, never to be ranked with them. By HS 2012 with "
        "four digits, mapped to SITC Rev. 4 by table hs-sitc; a heading whose codes lie in several divisions has none. "
        + BOUNDED.strip(),
        fields=fields(["KAZ"]),
        key=KEY,
        sources=[*wits.ABOUT["sources"], *correspondence.ABOUT["sources"]],
        license="wits",
        citation="World Bank, World Integrated Trade Solution (WITS), Kazakhstan's exports to China by HS 2012, 2016–2018, mapped "
        "with the correspondence tables of the United Nations Statistics Division.",
        retrieval=AS_SUPPLIED,
        derive=kazakhstan_mapped,
        files=[KAZAKHSTAN, *correspondence.ABOUT["files"]],
    ),
]
