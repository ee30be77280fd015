"""The codes, numbers and names by which people and trade files call an economy, and its ISO 3166-1 alpha-3 code."""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache

from beltroad import economies
from bookpress import tables
from bookpress.edition import book

# What stands for many economies: never an exporter or an importer of its own.
WORLD = {"0", "000", "W00", "WLD", "WORLD", "World", "All"}
# Names that people use and no statistical office does; files never have them.
SPOKEN = {
    "America": "USA",
    "Britain": "GBR",
    "Great Britain": "GBR",
    "UK": "GBR",
    "UAE": "ARE",
    "Burma": "MMR",
}
SPOKEN |= {"Holland": "NLD", "Ivory Coast": "CIV", "DR Congo": "COD", "Macau": "MAC"}


class EconomyError(book.BookError):
    """What should name an economy does not, or names one without figures; the message says which have some, or the nearest."""


@cache
def spellings() -> dict[str, str]:
    """Return the ISO3 code of every code, number and name that a file may hold; ``""`` for an area that is no economy.

    Those of ISO 3166-1, then those of table ``area-spellings``. A name may stand in capitals, in small letters or without its
    accents, a number as programs write one that they take for a decimal (``156.0``).
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
    plain = _without_accents(spelling)
    return [plain, *(form for one in (spelling, plain) for form in (one.upper(), one.lower()))]


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


@cache
def aliases(code: str) -> frozenset[str]:
    """Return every spelling of one economy in files; of what is no ISO3 code there is none.

    Examples
    --------
    >>> sorted(aliases("NAM"))[:5]
    ['516', '516.0', 'NAM', 'NAMIBIA', 'Namibia']
    """
    return frozenset(spelling for spelling, found in spellings().items() if found == code)


def economy(spelling: str | None) -> str:
    """Return the ISO3 code of what a file calls an economy; ``""`` for the World, areas n.e.s. and groups."""
    return spellings().get((spelling or "").strip(), "")


def iso3(text: object) -> str:
    """Return the ISO3 code of an economy that a person names: by an ISO code, its M49 number or a name, in any case.

    Raises `EconomyError` with what is nearest, if anything is.

    Examples
    --------
    >>> [iso3(text) for text in ("aus", "AU", "036", 36, "australia", "Viet Nam", "south korea", "cote d’ivoire")]
    ['AUS', 'AUS', 'AUS', 'AUS', 'AUS', 'VNM', 'KOR', 'CIV']
    """
    if spellings().get(str(text)) == text:
        return str(text)  # the list of all that a person may write takes longer to make
    known, asked = _spoken(), _plain(str(text))
    if code := known.get(asked):
        return code
    found = f"found {str(text)!r}, "
    if asked in known or str(text).upper() in WORLD:
        raise EconomyError(found + "which is no single economy with an ISO code; expected one economy")
    # Codes are all alike: only names have neighbours that mean something.
    names = {name: code for name, code in known.items() if len(name) > 3 and code and not name[0].isdecimal()}
    close = [name for name in names if asked and name.startswith(asked)]
    close += get_close_matches(asked, names, n=2, cutoff=0.65) if len(asked) > 3 else []
    near = list(dict.fromkeys(names[name] for name in close))[:3]
    hint = f"; did you mean {' or '.join(map(named, near))}?" if near else ""
    raise EconomyError(
        f"{found}which names no economy; expected a name or a code, such as Australia, AUS, AU or 36{hint}"
    )


def named(code: str) -> str:
    """Return the name and the ISO3 code of an economy, such as ``Brazil (BRA)``."""
    import pycountry

    country = pycountry.countries.get(alpha_3=code)
    name = economies.names().get(code) or getattr(country, "common_name", country and country.name)
    return f"{name} ({code})" if name else code


@cache
def _spoken() -> dict[str, str]:
    """Return the ISO3 code of all that a person may write, as `_plain` leaves it; ``""`` for an area that is no economy."""
    import pycountry

    known = {name: str(code) for code, name in economies.names().items()} | SPOKEN
    known |= {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    found = sorted((spellings() | known).items(), key=lambda one: one[1])  # an economy goes before an area
    return {_plain(text): code for text, code in found}


def _plain(text: str) -> str:
    """Return a text without case, accents and punctuation."""
    return " ".join(re.findall(r"\w+", re.sub(r"(?<=[^\W\d])\.", "", _without_accents(text).casefold())))
