"""How data/ is written: a module for each family of sources, its tables declared beside what reads them."""

from bookpress.tables.records import Package
from recording import derived, outlines, paper, routes, wto
from recording.indicators import capital, indices, politics, wiod, worldbank
from recording.merchandise import baci, classifications, comtrade, exporters, wits
from recording.rights import LICENSES

__all__ = ["PACKAGE"]

# In the order of the codebook.
FAMILIES = (
    *(paper, comtrade, classifications, exporters, baci, wits, worldbank, routes, wto),
    *(wiod, capital, politics, indices, outlines, derived),
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
