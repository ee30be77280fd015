"""The names that sources give economies, and their codes of ISO 3166-1 alpha-3."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bookpress.tables import DataError
from recording.readers import csv

# Names that UN Comtrade, WITS and the WTO's disputes spell in a way that none of the country tables does.
NAME_TO_ISO3 = {
    "Bahrain, Kingdom of": "BHR",
    "Bosnia Herzegovina": "BIH",
    "Cayman Isds": "CYM",
    "Central African Rep.": "CAF",
    "China, Hong Kong SAR": "HKG",
    "China, Macao SAR": "MAC",
    "Dem. Rep. of the Congo": "COD",
    "Dominican Rep.": "DOM",
    "Korea, Republic of": "KOR",
    "Lao People's Dem. Rep.": "LAO",
    "Moldova, Republic of": "MDA",
    "Montserrat": "MSR",
    "Other Asia, nes": "TWN",
    "Rep. of Korea": "KOR",
    "Rep. of Moldova": "MDA",
    "Saudi Arabia, Kingdom of": "SAU",
    "Solomon Isds": "SLB",
    "TUrkey": "TUR",
    "USA": "USA",
    "United Rep. of Tanzania": "TZA",
    "Venezuela, Bolivarian Republic of": "VEN",
    "Hong Kong, China": "HKG",
    "Korea, Rep.": "KOR",
}
# The country tables, and their columns of names and codes. Where two give a name, the later one counts.
COUNTRY_TABLES = {
    "bri/wdi.csv": ("Country", "Code"),
    "bri/country.csv": ("Country", "Code"),
    "wto/wto_members_2018.csv": ("name", "iso3"),
    "bri/gfdc-bri-countries-2025-05.csv": ("name", "iso3"),
}


def economy_codes(sources: Path) -> dict[str, str]:
    """Map every economy name that a source uses to its ISO3 code."""
    codes: dict[str, str] = {}
    for file, (name, code) in COUNTRY_TABLES.items():
        frame = csv(sources / file)
        codes |= dict(zip(frame[name], frame[code], strict=True))
    return codes | NAME_TO_ISO3


def coded(names: pd.Series, codes: Mapping[str, str], source: str) -> pd.Series:
    """Return the code of every name; a name without one stops the recording."""
    if unknown := sorted(set(names) - set(codes)):
        raise DataError(f"{source}: no ISO3 code for {unknown}; add them to NAME_TO_ISO3")
    return names.map(codes)
