"""The Harmonized System to SITC Rev. 4: which division a code belongs to, and where the tables leave a doubt."""

from collections.abc import Iterator
from functools import lru_cache

from bookpress import tables

# Light on purpose: a command that only reads codes must not wait for pandas.

# The year of every edition, by the name that UN Comtrade gives it.
YEARS = {"H0": 1992, "H1": 1996, "H2": 2002, "H3": 2007, "H4": 2012, "H5": 2017, "H6": 2022}

# Gold is one heading with monetary gold, coin one with coin that is no merchandise: neither lies in one division.
UNDIVIDED = ("7108", "7118")


def divisions(edition: str) -> dict[str, str]:
    """Return the SITC Rev. 4 division of every code of an edition of the Harmonized System.

    Parameters
    ----------
    edition : str
        A key of `YEARS`, as UN Comtrade names them: ``"H0"`` for HS 1992 to ``"H6"`` for HS 2022.

    Returns
    -------
    dict of str to str
        Six-digit HS code to two-digit division, both as text. Monetary gold and coin (710820, 711890) belong to
        no division and are absent. Source: table ``hs-sitc``.

    Raises
    ------
    ValueError
        If there is no such edition.

    Examples
    --------
    >>> divisions("H4")["270900"], divisions("H4")["120190"]
    ('33', '22')
    """
    return {row["hs_code"]: row["sitc_division"] for row in _rows(edition)}


def others(edition: str) -> dict[str, tuple[str, ...]]:
    """Return the further divisions of every code of an edition that may belong to another than its own.

    Parameters
    ----------
    edition : str
        As for `divisions`.

    Returns
    -------
    dict of str to tuple of str
        Six-digit HS code to the divisions that some rendering of the correspondence allows besides.

    Examples
    --------
    >>> others("H4")["030760"]
    ('03',)
    """
    found = {row["hs_code"]: tuple(row["also_divisions"].split()) for row in _rows(edition)}
    return {code: further for code, further in found.items() if further}


def ambiguous(edition: str) -> set[str]:
    """Return the six-digit codes of an edition that may belong to more than one division; see `others`."""
    return set(others(edition))


def headings(edition: str) -> dict[str, str]:
    """Return the division of every chapter and heading that lies in one division only.

    Parameters
    ----------
    edition : str
        As for `divisions`.

    Returns
    -------
    dict of str to str
        HS code of two or four digits to division, where all its six-digit codes share one beyond doubt; a chapter
        or heading that is absent is too coarse to be classified.

    Examples
    --------
    >>> headings("H4")["2709"], headings("H4").get("27")
    ('33', None)
    """
    reached: dict[str, set[str]] = {}
    further = others(edition)
    for code, division in divisions(edition).items():
        for part in (code[:2], code[:4]):
            reached.setdefault(part, set()).update((division, *further.get(code, ())))
    single = {part: min(every) for part, every in reached.items() if len(every) == 1}
    return {part: division for part, division in single.items() if part not in UNDIVIDED}


def _rows(edition: str) -> Iterator[dict[str, str]]:
    if edition not in YEARS:
        raise ValueError(
            f"no edition {edition!r} of the Harmonized System; expected one of: {', '.join(YEARS)}"
        )
    return (row for row in _table() if row["first_edition"] <= edition <= row["last_edition"])


@lru_cache
def _table() -> tuple[dict[str, str], ...]:
    return tuple(tables.rows("hs-sitc"))
