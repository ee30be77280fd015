"""A claim's tests under every combination of choices, the main ones first.

Which choices there are is a table of the book, ``choices``: axes such as the list of economies or the years compared.
A test is a function whose parameters are the axes that matter to it; it is called with the name of a choice for each.
"""

import inspect
import itertools
from collections.abc import Callable, Mapping
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
    """Return the choices of every axis, the main one first; a book without that table has none.

    Raises
    ------
    ClaimError
        If an axis has no main choice, or two; the message names file, row and column.
    """
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
    """Return what a choice stands for.

    Parameters
    ----------
    axis, choice : str
        As in the table of choices.
    known : mapping
        What the code knows of that axis, by choice.

    Raises
    ------
    ClaimError
        If there is no such choice; where the table has it and the code does not, the message names file and row.
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

    Parameters
    ----------
    tests : mapping of str to test
        Each a function of choices that returns a `Finding` or a bool, or such a result itself.

    Returns
    -------
    list of dict
        A row for each combination, the main choices first: a choice for each axis, then ``verdict``, ``outcomes`` (of the
        tests, in order), and ``estimate``, ``low`` and ``high`` of the first test.
    dict
        What each test finds under the main choices.

    Raises
    ------
    ClaimError
        If a test depends on an axis that the table of choices does not have.
    """
    every, wanted = axes(), {name for test in tests.values() for name in _parameters(test)}
    if unknown := sorted(wanted - set(every)):
        raise ClaimError(f"no axis {unknown[0]!r}; expected one of: {', '.join(every) or 'no axis at all'}")
    found: dict[tuple[str, ...], Finding | bool] = {}

    def ask(name: str, cell: dict[str, str]) -> Finding | bool:
        test = tests[name]
        if not callable(test):
            return test
        mine = {axis: cell[axis] for axis in _parameters(test)}
        key = (name, *mine.values())
        if key not in found:
            found[key] = test(**mine)
        return found[key]

    rows: list[Row] = []
    main: dict[str, Finding | bool] = {}
    for combination in itertools.product(
        *([(axis, one) for one in every[axis]] for axis in every if axis in wanted)
    ):
        cell = dict(combination)
        results = {name: ask(name, cell) for name in tests}
        outcomes = [verdicts.outcome(result) for result in results.values()]
        computed = "not computed" not in outcomes
        rows.append(
            cell
            | {
                "verdict": verdicts.judge(outcomes) if computed else "not computed",
                "outcomes": "; ".join(outcomes),
            }
            | {name: getattr(next(iter(results.values()), None), name, None) for name in FIGURES}
        )
        main = main or results
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


def _parameters(test: Any) -> list[str]:
    return list(inspect.signature(test).parameters) if callable(test) else []
