"""The Harmonized System to SITC Rev. 4: which division a code belongs to, and where the correspondence tables differ."""

from collections.abc import Iterator
from functools import cache

from bookpress import tables

# The year of every edition, by the name that UN Comtrade gives it.
YEARS = {"H0": 1992, "H1": 1996, "H2": 2002, "H3": 2007, "H4": 2012, "H5": 2017, "H6": 2022}


@cache
def divisions(edition: str) -> dict[str, str]:
    """Return the SITC Rev. 4 division, two digits, of every six-digit code of an edition of the Harmonized System.

    Editions are ``"H0"`` for HS 1992 to ``"H6"`` for HS 2022; `ValueError` if there is no such edition. Monetary gold and
    coin (710820, 711890) belong to no division and are absent. Source: table ``hs-sitc``.

    Examples
    --------
    >>> divisions("H4")["270900"], divisions("H4")["120190"]
    ('33', '22')
    """
    return {row["hs_code"]: row["sitc_division"] for row in _rows(edition)}


def others(edition: str) -> dict[str, list[str]]:
    """Return the codes of an edition that may belong to further divisions, with these divisions; errors as `divisions`.

    Examples
    --------
    >>> others("H4")["030760"]
    ['03']
    """
    found = {row["hs_code"]: row["also_divisions"].split() for row in _rows(edition)}
    return {code: further for code, further in found.items() if further}


def _rows(edition: str) -> Iterator[dict[str, str]]:
    if edition not in YEARS:
        known = ", ".join(YEARS)
        raise ValueError(f"no edition {edition!r} of the Harmonized System; expected one of: {known}")
    return (row for row in _table() if row["first_edition"] <= edition <= row["last_edition"])


@cache
def _table() -> tuple[dict[str, str], ...]:
    return tuple(tables.rows("hs-sitc"))
