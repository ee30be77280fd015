"""Names and codes of economies, as the sources write them, to ISO 3166-1 alpha-3; and how a source file is read."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from bookpress.tables import DataError
from recording.columns import LAST_YEAR

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


def coded(names: pd.Series, codes: Mapping[str, str], source: str) -> pd.Series:
    """Return the code of every name; a name without one stops the recording."""
    if unknown := sorted(set(names) - set(codes)):
        raise DataError(f"{source}: no ISO3 code for {unknown}; add them to NAME_TO_ISO3")
    return names.map(codes)


def figures(
    path: Path,
    names: Mapping[str, str] | None = None,
    whole: Sequence[str] = (),
    decimals: int = 6,
    last: int = LAST_YEAR,
) -> pd.DataFrame:
    """Read a source CSV of figures by year under our names, to a last year: whole numbers, the others rounded."""
    frame = read(path).rename(columns=names or {})
    frame["year"] = frame["year"].astype(int)
    for name in frame.columns.difference(["iso3", "year"]):
        numbers = pd.to_numeric(frame[name])  # an empty cell becomes NaN
        frame[name] = numbers.round().astype("Int64") if name in whole else numbers.round(decimals)
    return frame[frame["year"].le(last)]
