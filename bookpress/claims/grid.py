"""A claim's tests under every combination of choices, the main ones first.

Which choices there are is a table of the book, ``choices``: axes such as the list of economies or the years compared.
A test is a function whose parameters are the axes that matter to it; it is called with the name of a choice for each.
"""

import inspect
import itertools
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from bookpress.claims import ledger, verdicts
from bookpress.claims.ledger import ClaimError
from bookpress.claims.verdicts import Finding

CHOICES = "choices"  # the table's name
FIGURES = ("estimate", "low", "high")
RESULTS = ("verdict", "outcomes", *FIGURES)  # columns of table `grid` that are no axes
T = TypeVar("T")
Test = Callable[..., Finding | bool] | Finding | bool
Row = dict[str, Any]


def axes() -> dict[str, list[str]]:
    """Return the choices of every axis, the main one, of which there must be one, first; a book without that table has none."""
    every: dict[str, list[str]] = {}
    mains: dict[str, list[int]] = {}
    for line, row in ledger.lines(CHOICES):
        main = row["main"] == "true"
        every.setdefault(row["axis"], []).insert(0 if main else len(every[row["axis"]]), row["choice"])
        mains.setdefault(row["axis"], []).extend([line] * main)
    for axis, lines in mains.items():
        if len(lines) != 1:
            where = f"{ledger.file(CHOICES)}, {f'row {lines[1]}, ' if lines else ''}column main"
            raise ClaimError(f"{where}: found {len(lines)} main choices of {axis}, expected one")
    return every


def chosen(axis: str, choice: str, known: Mapping[str, T]) -> T:
    """Return what a choice stands for, of what the code knows of its axis.

    Where the table of choices has a choice that the code does not know, the error names its row.
    """
    if choice in known:
        return known[choice]
    where = ""
    for line, row in ledger.lines(CHOICES):
        if (row["axis"], row["choice"]) == (axis, choice):
            where = f"{ledger.file(CHOICES)}, row {line}, column choice: "
    raise ClaimError(f"{where}found {axis} {choice!r}, expected one of: {', '.join(known)}")


def run(tests: Mapping[str, Test]) -> tuple[list[Row], dict[str, Finding | bool]]:
    """Run the tests under every combination of the choices that matter to them.

    Returned are a row for each combination, the main choices first (a choice for each axis, then ``verdict``, ``outcomes``
    of the tests in order, ``estimate``, ``low`` and ``high`` of the first), and what each test finds under the main ones.
    """
    every = axes()
    needs = {
        name: list(inspect.signature(test).parameters) if callable(test) else []
        for name, test in tests.items()
    }
    wanted = {axis for need in needs.values() for axis in need}
    if unknown := sorted(wanted - set(every)):
        raise ClaimError(f"no axis {unknown[0]!r}; expected one of: {', '.join(every) or 'no axis at all'}")

    @cache
    def ask(name: str, /, **choices: str) -> Finding | bool:
        test = tests[name]
        return test(**choices) if callable(test) else test

    rows: list[Row] = []
    main: dict[str, Finding | bool] = {}
    for combination in itertools.product(*(choices for axis, choices in every.items() if axis in wanted)):
        cell = dict(zip((axis for axis in every if axis in wanted), combination, strict=True))
        found = {name: ask(name, **{axis: cell[axis] for axis in need}) for name, need in needs.items()}
        outcomes = [verdicts.outcome(result) for result in found.values()]
        verdict = "not computed" if "not computed" in outcomes else verdicts.judge(outcomes)
        first = next(iter(found.values()))
        figures = {name: getattr(first, name, None) for name in FIGURES}
        rows.append(cell | {"verdict": verdict, "outcomes": "; ".join(outcomes)} | figures)
        main = main or found
    return rows, main


def findings(main: Mapping[str, Finding | bool]) -> list[Row]:
    """Return what each test finds under the main choices, as `run` gives it: rows of table ``tests``.

    What was asked with yes or no has an outcome and no numbers.
    """
    rows = []
    for number, (name, found) in enumerate(main.items(), start=1):
        row: Row = {"test": number, "asked": name, "outcome": verdicts.outcome(found)}
        if isinstance(found, Finding) and found.outcome != "not computed":
            low, high = found.without_one or (None, None)
            row |= {name: getattr(found, name) for name in (*FIGURES, "bar", "claimed", "unit", "interval")}
            row |= {"without_low": low, "without_high": high, "cases": found.n}
        rows.append(row)
    return rows
