"""The numbers and names by which trade files call an economy, and its ISO 3166-1 alpha-3 code."""

import unicodedata
from functools import cache

from bookpress import tables
from tradefiles import FileError

# What stands for many economies: never an exporter or an importer of its own.
WORLD = {"0", "000", "W00", "WLD", "WORLD", "World", "All"}


@cache
def spellings() -> dict[str, str]:
    """Return the ISO3 code of every code, number and name that a file may hold; ``""`` for an area that is no economy.

    Those of ISO 3166-1, then those of table ``area-spellings``. A name may stand in capitals or without its accents, a number
    as programs write one that they take for a decimal (``156.0``).
    """
    import pycountry  # reads its list when first asked

    found: dict[str, str] = {}
    for country in pycountry.countries:
        code = country.alpha_3
        names = [getattr(country, f"{kind}name", "") for kind in ("", "common_", "official_")]
        found |= {name: code for name in names if name}
        found |= {code: code, country.numeric: code, str(int(country.numeric)): code}
    found |= {row["spelling"]: row["iso3"] for row in tables.rows("area-spellings")}
    return {form: code for spelling, code in found.items() for form in _forms(spelling)} | found


def _forms(spelling: str) -> list[str]:
    """Return the ways in which programs write a number or name."""
    if spelling.isdecimal():
        return [f"{int(spelling)}.0"]
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", spelling) if not unicodedata.combining(letter)
    )
    return [plain, spelling.upper(), plain.upper()]


@cache
def aliases(iso3: str) -> frozenset[str]:
    """Return every spelling of one economy; refuse what is no ISO3 code, and say which it may stand for.

    Examples
    --------
    >>> sorted(aliases("NAM"))
    ['516', '516.0', 'NAM', 'NAMIBIA', 'Namibia', 'REPUBLIC OF NAMIBIA', 'Republic of Namibia']
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
