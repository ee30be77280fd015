"""The classifications of goods that files use, and the SITC Rev. 4 divisions that their codes hold."""

from functools import cache

from beltroad import correspondence
from bookpress import tables
from tradefiles import FileError

HS = correspondence.YEARS
SITC = ["S1", "S2", "S3", "S4"]


def named(classification: str) -> str:
    """Return a classification's name.

    Examples
    --------
    >>> named("H4"), named("S3")
    ('HS 2012', 'SITC Rev. 3')
    """
    return f"HS {HS[classification]}" if classification in HS else f"SITC Rev. {classification[1:]}"


def unspecified(classification: str, code: str) -> bool:
    """Is this a code of goods that are not specified? Any goods may hide there.

    In the Harmonized System these are chapter 99 (999999 at six digits), in SITC division 93 and, at one digit, section 9.

    Examples
    --------
    >>> unspecified("H4", "999999"), unspecified("S4", "9"), unspecified("S3", "97")
    (True, True, False)
    """
    return code[:2] in (("9", "93") if classification in SITC else ("99",))


@cache
def divisions(classification: str) -> dict[str, list[str]]:
    """Return the SITC Rev. 4 divisions that each code, and each beginning of a code, of a classification holds.

    An HS code goes by the United Nations' correlation; a code of SITC Rev. 1 to 3 by its first two digits, where Rev. 4
    has the division too. A classification without a way to SITC Rev. 4 is refused.
    """
    if classification in SITC:
        known = {row["code"]: row["code"] for row in tables.rows("sitc") if len(row["code"]) == 2}
    else:
        known = hs(classification)
    held: dict[str, set[str]] = {}
    for code, division in known.items():
        for length in [1, 2] if classification in SITC else [2, 4, 6]:
            held.setdefault(code[:length], set()).add(division)
    return {code: sorted(of_code) for code, of_code in held.items()}


def divisions_of(classification: str, code: str) -> list[str]:
    """Return the divisions that a code holds; none if the classification does not have it.

    Examples
    --------
    >>> divisions_of("S3", "0361"), divisions_of("H4", "270900"), divisions_of("S4", "10")
    (['03'], ['33'], [])
    """
    # A code of SITC may be shorter than a division, but its first two digits say all.
    return divisions(classification).get(code[:2] if classification in SITC else code, [])


@cache
def hs(edition: str) -> dict[str, str]:
    """Return the SITC Rev. 4 division of every six-digit HS code of an edition; refuse one without a correspondence."""
    if not (found := correspondence.divisions(edition)):
        raise FileError(f"found codes of {named(edition)}, expected an edition with a correspondence to SITC")
    return found


@cache
def editions() -> list[str]:
    """Return the editions of HS that can be mapped, oldest first."""
    return [edition for edition in HS if correspondence.divisions(edition)]
