"""At which level and in which classification the codes of a year are counted, each once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import fsum

from tradefiles import FileError, layouts, sectors
from tradefiles.rows import Coded, Misfit, Row

NEAR = 0.005  # parts and stated total are called the same within this share; rounding to thousands moves less
UNKNOWN = 0.1  # a larger share in codes that a classification does not have means that it is another one


def edition(rows: Sequence[Coded], where: str, notes: list[str]) -> str:
    """Return the edition of HS that has most of a year's value in its codes."""
    if all(digits < 6 for digits, _ in rows):
        raise FileError(
            f"{where}: found codes without their classification, expected one; name it with --classification"
        )
    values: dict[str, float] = defaultdict(float)
    for digits, row in rows:
        if digits in (5, 6):
            values[row.code.strip().zfill(6)] += row.value
    total = fsum(values.values()) or 1
    year = rows[0][1].year
    # Most codes are in every edition: those that are not are fewer to add.
    share = {
        edition: 1 - fsum(values[code] for code in values.keys() - sectors.hs(edition).keys()) / total
        for edition in sectors.editions()
        if sectors.HS[edition] <= year
    }
    if not share or max(share.values()) < 1 - UNKNOWN:
        raise FileError(
            f"{where}: found codes of no edition of HS that is known, expected one; see --classification"
        )
    best = max(share, key=lambda edition: (round(share[edition], 4), edition))
    notes.append(
        f"{year}: the file names no edition; read as {sectors.named(best)}, which has {100 * share[best]:.1f}% of the value"
    )
    return best


def level_of(
    classification: str, rows: Sequence[Coded], where: str, notes: list[str]
) -> tuple[dict[str, float], int]:
    """Return value by code at one level, and its digits: HS at its finest, SITC at two digits or the next finer."""
    sitc = classification in sectors.SITC
    levels: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    repaired = ""
    for digits, row in rows:
        code = row.code.strip()
        if not code.isalnum():
            raise Misfit(f"{where}: found the product code {row.code!r}, expected digits", "code", row.code)
        if not sitc and digits % 2:
            digits += 1
        if len(code) > digits:
            raise Misfit(
                f"{where}: found the code {code!r}, expected {digits} digits at this level", "code", row.code
            )
        if len(code) < digits:
            repaired = repaired or f"{code} read as {code.zfill(digits)}"
        levels[digits][code.zfill(digits)].append(row)
    if repaired:
        notes.append(f"codes had lost their leading zeros and were given them again ({repaired})")
    fit = [level for level in levels if 2 <= level <= (5 if sitc else 6)]
    digits = (min(fit) if sitc else max(fit)) if fit else 1
    if not sitc and not fit:
        raise FileError(f"{where}: found codes of {min(levels)} digits, expected HS at 2, 4 or 6")
    sums = {
        level: fsum(row.value for of_code in codes.values() for row in of_code)
        for level, codes in sorted(levels.items())
    }
    _nested(levels, sums, where, digits, notes)
    for code, of_code in levels[digits].items():
        _once(code, of_code, where)
    return {code: of_code[0].value for code, of_code in levels[digits].items()}, digits


def _nested(
    levels: Mapping[int, Mapping[str, Sequence[Row]]],
    sums: Mapping[int, float],
    where: str,
    digits: int,
    notes: list[str],
) -> None:
    """Refuse levels that cannot be the same trade told twice; say what was left out if they are."""
    for level, total in sums.items():
        if level == digits:
            continue
        if abs(total - sums[digits]) <= NEAR * max(total, sums[digits]):
            notes.append(
                f"the same trade is in the file at several levels; counted at {digits} digits, not again at {level}"
            )
            continue
        unsaid = [
            code for code, rows in levels[min(level, digits)].items() if any(not row.level for row in rows)
        ]
        if unsaid and layouts.BY_NAME[levels[level][next(iter(levels[level]))][0].layout].digits == 0:
            code = unsaid[0]
            raise Misfit(
                f"{where}: found codes of {min(level, digits)} digits, such as {code!r}, beside codes of {max(level, digits)} "
                f"that do not sum to the same; did codes lose their leading zeros ({code} for 0{code})?",
                "code",
                code,
            )
        notes.append(
            f"{where}: {sums[digits]:,.0f} US$ at {digits} digits, counted; {total:,.0f} at {level}, not counted again"
        )


def _once(code: str, rows: Sequence[Row], where: str) -> None:
    if len(rows) == 1 and rows[0].rows == 1:
        return
    least, most = min(row.least for row in rows), max(row.most for row in rows)
    if least == most:
        raise FileError(
            f"{where}, code {code}: found {sum(row.rows for row in rows)} rows with the same value ({least:,.0f} US$), expected one; "
            "is a file given twice?"
        )
    raise FileError(
        f"{where}, code {code}: found several values, {least:,.0f} to {most:,.0f} US$, expected one; are there two vintages "
        "of the figures, or two customs areas?"
    )
