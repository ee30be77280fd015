"""How data/ is written: a module for each family of sources, its declarations beside its reader."""

from bookpress.tables.records import Package
from recording import (
    capital,
    comtrade,
    correspondence,
    derived,
    exporters,
    indicators,
    indices,
    memoranda,
    paper,
    peace,
    routes,
    wiod,
    wits,
    world,
    worldbank,
    wto,
)
from recording.rights import LICENSES

FAMILIES = (
    paper,
    comtrade,
    correspondence,
    exporters,
    wits,
    worldbank,
    indicators,
    routes,
    memoranda,
    wto,
    wiod,
    capital,
    peace,
    indices,
    world,
    derived,
)

PACKAGE = Package(
    name="belt-and-road-trade-tables",
    title="Tables behind the reproducible edition",
    description="Every figure that the chapters compute from, one observation a row.",
    note="The tables under `paper/` state what the paper says, in our words or as quoted figures, and what others\n"
    "are cited for; they and the customs unions are kept by hand. All others are selections from public\n"
    "statistics and lists, recoded to ISO 3166-1 alpha-3. `TWN` stands for the reporter that UN Comtrade and\n"
    "WITS call “Other Asia, not elsewhere specified”, and for Taiwan where a column says so. China-reported\n"
    "imports are valued CIF, exports and partner-reported exports FOB: never mix the two in one share.",
    tables=[table for family in FAMILIES for table in family.TABLES],
    licenses=LICENSES,
)
