"""Counts and lists in words, for sentences that follow the data."""

from collections.abc import Iterable

FEW = ["no", "one", "two", "three", "four", "five", "six"]
FEW += ["seven", "eight", "nine", "ten", "eleven", "twelve"]


def number(count: int) -> str:
    """Return a count as a sentence has it: a word for a small one, digits for a large one.

    Examples
    --------
    >>> number(10), number(13)
    ('ten', '13')
    """
    return FEW[count] if count < len(FEW) else str(count)


def listed(names: Iterable[str]) -> str:
    """Return names with commas and a last “and”.

    Examples
    --------
    >>> listed(["Brazil", "Angola"]), listed(["Brazil", "Angola", "Kazakhstan"])
    ('Brazil and Angola', 'Brazil, Angola and Kazakhstan')
    """
    *former, last = names
    return f"{', '.join(former)} and {last}" if former else last
