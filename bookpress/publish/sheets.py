"""How full the sheets of a printed book are: how far down the text and the lines on each reach."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader

FULL = 1 / 3
# Heads and page numbers lie in the margins, in shares of the height from the top.
TOP, BOTTOM = 0.085, 0.925


def reach(page: PageObject) -> float:
    """Return how far down the text area what is on a page reaches, from 0 (nothing) to 1 (its foot).

    Grounds of code and tables do not count: a coloured box without text fills nothing.
    """
    height = float(page.mediabox.height)
    lowest = TOP

    def note(operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        nonlocal lowest
        if operator in (b"Tj", b"TJ"):
            x, y = tm[4], tm[5]
        elif operator in (b"l", b"m"):
            x, y = float(operands[0]), float(operands[1])
        else:
            return
        down = 1 - (cm[1] * x + cm[3] * y + cm[5]) / height
        if TOP < down < BOTTOM:
            lowest = max(lowest, down)

    page.extract_text(visitor_operand_before=note)
    return (lowest - TOP) / (BOTTOM - TOP)


def sparse(pdf: Path, ends: Collection[int] = ()) -> list[int]:
    """Return the pages, counted from 1, that are less than a third full, but for those where a chapter ends."""
    pages = PdfReader(pdf).pages
    return [number for number, page in enumerate(pages, 1) if number not in ends and reach(page) < FULL]
