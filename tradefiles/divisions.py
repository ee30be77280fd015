"""A flow by SITC division, for the search over all groupings, and how much of it may belong to another division."""

from math import fsum

from tradefiles import FileError, sectors
from tradefiles.flows import Flow, Year
from tradefiles.shares import COARSE

UNKNOWN = "93"  # special transactions and commodities not classified by kind


def by_division(flow: Flow, level: str) -> tuple[list[tuple[int, str, float]], float]:
    """Return a flow's values by division.

    Parameters
    ----------
    flow : Flow
        As `tradefiles.asking.Files.flow` gives it.
    level : str
        ``"section"`` or ``"division"``: what has to be known of a code.

    Returns
    -------
    list of tuple
        Year, SITC Rev. 4 division and value in US dollars. A code whose parts lie in several divisions is put under the first
        of them, one that nobody can map under division 93.
    float
        The most, over the years, that may belong elsewhere, in % of all goods. No grouping's distance from a table
        can be further off than that.

    Raises
    ------
    FileError
        If that is more than `tradefiles.shares.COARSE` of a year's value, or there is no value.
    """
    rows, doubt = [], 0.0
    for year, one in flow.years.items():
        where = f"{flow.exporter} to {flow.importer}, {year}"
        if not one.total:
            raise FileError(f"{where}: found values that sum to nothing, expected trade")
        known = {code: sorted(_held(one, code)) for code in one.codes}
        rows += [
            (year, known[code][0] if known[code] else UNKNOWN, value) for code, value in one.codes.items()
        ]
        digits = 1 if level == "section" else 2
        loose = fsum(
            value for code, value in one.codes.items() if len({d[:digits] for d in known[code]}) != 1
        )
        if loose > COARSE * one.total:
            raise FileError(
                f"{where}: found {sectors.named(one.classification)} at {one.digits} digit{'s' if one.digits > 1 else ''}, too coarse "
                f"for the level {level!r}: {100 * loose / one.total:.0f}% of the value is in codes that cannot be put into one; "
                f"expected a finer level{' or --level section' if level == 'division' else ''}"
            )
        doubt = max(doubt, 100 * loose / one.total)
    return rows, doubt


def _held(year: Year, code: str) -> frozenset[str]:
    known = sectors.divisions(year.classification)
    # A code of SITC may be shorter than a division, but never tells more than its first two digits.
    return known.get(code[:2] if year.classification in sectors.SITC else code, frozenset())
