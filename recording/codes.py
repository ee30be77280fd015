"""Names and codes of economies, as the sources write them, to ISO 3166-1 alpha-3; and how a source file is read."""

import io
from pathlib import Path

import pandas as pd

# Names that UN Comtrade and WITS spell in a way that none of the country tables does.
NAME_TO_ISO3 = {
    "Bosnia Herzegovina": "BIH",
    "Cayman Isds": "CYM",
    "Central African Rep.": "CAF",
    "China, Hong Kong SAR": "HKG",
    "China, Macao SAR": "MAC",
    "Dem. Rep. of the Congo": "COD",
    "Dominican Rep.": "DOM",
    "Lao People's Dem. Rep.": "LAO",
    "Montserrat": "MSR",
    "Other Asia, nes": "TWN",
    "Rep. of Korea": "KOR",
    "Rep. of Moldova": "MDA",
    "Solomon Isds": "SLB",
    "USA": "USA",
    "United Rep. of Tanzania": "TZA",
    "Hong Kong, China": "HKG",
    "Korea, Rep.": "KOR",
}


def read(path: Path | io.StringIO, **options) -> pd.DataFrame:
    """Read a source CSV as text; Namibia's code is NA in other codings, so nothing means missing but ''."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, **options)


def economy_codes(sources: Path) -> dict[str, str]:
    """Map every economy name that a source uses to its ISO3 code."""
    wdi, country = read(sources / "bri/wdi.csv"), read(sources / "bri/country.csv")
    members = read(sources / "wto/wto_members_2018.csv")
    signers = read(sources / "bri/gfdc-bri-countries-2025-05.csv")
    codes: dict[str, str] = {}
    for names, iso3 in [
        (wdi["Country"], wdi["Code"]),
        (country["Country"], country["Code"]),
        (members["name"], members["iso3"]),
        (signers["name"], signers["iso3"]),
    ]:
        codes |= dict(zip(names, iso3, strict=True))
    return codes | NAME_TO_ISO3
