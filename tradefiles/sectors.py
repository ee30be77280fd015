"""From the codes of any classification, at any level, to the sectors of a definition."""

from functools import cache

from beltroad import table1
from bookpress import tables
from tradefiles import FileError

UNMAPPED = "not mapped"
HS = {f"H{edition}": year for edition, year in enumerate((1992, 1996, 2002, 2007, 2012, 2017, 2022))}
SITC = ["S1", "S2", "S3", "S4"]


def named(classification: str) -> str:
    """Return a classification's name.

    Examples
    --------
    >>> named("H4"), named("S3")
    ('HS 2012', 'SITC Rev. 3')
    """
    return f"HS {HS[classification]}" if classification in HS else f"SITC Rev. {classification[1:]}"


@cache
def divisions(classification: str) -> dict[str, frozenset[str]]:
    """Return the SITC Rev. 4 divisions that each code, and each beginning of a code, of a classification holds.

    An HS code goes by the United Nations' correlation; a code of SITC Rev. 1 to 3 by its first two digits, where Rev. 4
    has the division too.

    Raises
    ------
    FileError
        If there is no way from the classification to SITC Rev. 4.
    """
    if classification in SITC:
        known = {row["code"]: row["code"] for row in tables.rows("sitc") if len(row["code"]) == 2}
        lengths = [1, 2]
    else:
        known, lengths = hs(classification), [2, 4, 6]
    held: dict[str, set[str]] = {}
    for code, division in known.items():
        for length in lengths:
            held.setdefault(code[:length], set()).add(division)
    return {code: frozenset(one) for code, one in held.items()}


@cache
def hs(edition: str) -> dict[str, str]:
    """Return the SITC Rev. 4 division of every HS code of an edition, six digits.

    Raises
    ------
    FileError
        If the book's correspondence does not know the edition.
    """
    from beltroad import correspondence

    try:
        return dict(correspondence.divisions(edition))
    except (KeyError, ValueError):
        raise FileError(
            f"found codes of {named(edition)}, expected an edition with a correspondence to SITC"
        ) from None


def editions() -> list[str]:
    """Return the editions of HS that can be mapped, oldest first."""
    found = []
    for edition in HS:
        try:
            hs(edition)
        except FileError:
            continue
        found.append(edition)
    return found


@cache
def sector(classification: str, code: str, definition: str) -> str:
    """Return the sector of a code; `UNMAPPED` if nobody knows, ``""`` if its parts belong to several.

    Parameters
    ----------
    classification : str
        ``"S1"`` to ``"S4"`` or ``"H0"`` to ``"H6"``.
    code : str
        HS: 2, 4 or 6 digits; SITC: 1 to 5, leading zeros kept.
    definition : str
        A key of `beltroad.table1.DEFINITIONS`.
    """
    held = divisions(classification).get(code[:2] if classification in SITC else code)
    if not held:
        return UNMAPPED
    found = {table1.sector_of(division, definition) for division in held}
    return found.pop() if len(found) == 1 else ""
