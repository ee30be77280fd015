"""The numbers and names by which trade files call an economy, and its ISO 3166-1 alpha-3 code."""

from functools import cache

from tradefiles import FileError

# Where trade statistics number an area otherwise than ISO 3166-1 does, mostly because its customs area is larger.
NUMBERS = {
    "58": "BEL",  # with Luxembourg, to 1998
    "251": "FRA",
    "381": "ITA",
    "490": "TWN",  # "Other Asia, not elsewhere specified": all of it is Taiwan, China
    "579": "NOR",
    "699": "IND",
    "711": "ZAF",  # the Southern African Customs Union, to 1999
    "757": "CHE",
    "842": "USA",
}

# Names as UN Comtrade and WITS spell them, where ISO 3166-1 has another.
NAMES = {
    "Bosnia Herzegovina": "BIH",
    "Br. Virgin Isds": "VGB",
    "Cayman Isds": "CYM",
    "Central African Rep.": "CAF",
    "China, Hong Kong SAR": "HKG",
    "China, Macao SAR": "MAC",
    "Dem. People's Rep. of Korea": "PRK",
    "Dem. Rep. of the Congo": "COD",
    "Dominican Rep.": "DOM",
    "Hong Kong, China": "HKG",
    "Iran": "IRN",
    "Korea, Rep.": "KOR",
    "Lao People's Dem. Rep.": "LAO",
    "Marshall Isds": "MHL",
    "Other Asia, nes": "TWN",
    "Rep. of Korea": "KOR",
    "Rep. of Moldova": "MDA",
    "Russia": "RUS",
    "Solomon Isds": "SLB",
    "Turkey": "TUR",
    "USA": "USA",
    "United Rep. of Tanzania": "TZA",
    "Vietnam": "VNM",
}

# Codes of UN Comtrade and WITS that look like an economy's and stand for Taiwan, China.
CODES = {"S19": "TWN"}

# What stands for many economies: never an exporter or an importer of its own.
WORLD = {"0", "000", "W00", "WLD", "WORLD", "World", "All"}


@cache
def spellings() -> dict[str, str]:
    """Return the ISO3 code of every code, number and name that a file may hold."""
    import pycountry  # reads its list when first asked

    found: dict[str, str] = {}
    for country in pycountry.countries:
        code = country.alpha_3
        names = [getattr(country, f"{kind}name", "") for kind in ("", "common_", "official_")]
        found |= {name: code for name in names if name}
        found |= {code: code, country.numeric: code, str(int(country.numeric)): code}
    return found | NUMBERS | NAMES | CODES


@cache
def aliases(iso3: str) -> frozenset[str]:
    """Return every spelling of one economy; refuse what is no ISO3 code, and say which it may stand for.

    Examples
    --------
    >>> sorted(aliases("NAM"))
    ['516', 'NAM', 'Namibia', 'Republic of Namibia']
    """
    found = frozenset(spelling for spelling, code in spellings().items() if code == iso3)
    if not found:
        import pycountry

        two = pycountry.countries.get(alpha_2=iso3.upper())
        code = spellings().get(iso3.upper()) or spellings().get(iso3) or (two.alpha_3 if two else "")
        expected = f"an ISO 3166-1 code of three letters, such as CHN{code and f' ({code}?)'}"
        raise FileError(f"no economy {iso3!r}; expected {expected}")
    return found


def economy(spelling: str | None) -> str:
    """Return the ISO3 code of what a file calls an economy; ``""`` for the World, areas n.e.s. and groups."""
    return spellings().get((spelling or "").strip(), "")
