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
from bookpress.claims.verdicts import Finding, Role

CHOICES = "choices"  # the table's name
FIGURES = ("estimate", "low", "high")
RESULTS = ("repeats", "verdict", "outcomes", "shown", *FIGURES)  # columns of table `grid` that are no axes
T = TypeVar("T")
Test = Callable[..., Finding | bool] | Finding | bool
Row = dict[str, Any]


def axes() -> dict[str, list[str]]:
    """Return the choices of every axis, the main one, of which there must be one, first; a book without that table has none."""
    every: dict[str, list[str]] = {}
    mains: dict[str, list[int]] = {}
    for line, row in ledger.lines(CHOICES):
        main = row["main"] == "true"
        if row["choice"] in every.get(row["axis"], []):
            where = f"{ledger.file(CHOICES)}, row {line}, column choice"
            raise ClaimError(
                f"{where}: found {row['choice']!r} of {row['axis']} twice, expected every choice once"
            )
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


def run(
    necessary: Mapping[str, Test], supporting: Mapping[str, Test] | None = None, shown: str = ""
) -> tuple[list[Row], dict[str, Finding | bool]]:
    """Run the tests under every combination of the choices that matter to them.

    Returned are a row for each combination, the main choices first (a choice for each axis, then ``repeats``, ``verdict``,
    ``outcomes`` of the tests in order, ``shown``, the number of the test whose ``estimate``, ``low`` and ``high`` follow, the
    first if none is named), and what each test finds under the main ones. ``repeats`` is the number of an earlier row that rests on the same figures, so that it is no further witness.
    """
    tests, every = {**necessary, **(supporting or {})}, axes()
    if shown and shown not in tests:
        raise ClaimError(f"no test {shown!r} to show; expected one of: {', '.join(tests)}")
    shown = shown or next(iter(tests))
    number = list(tests).index(shown) + 1
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
        found = test(**choices) if callable(test) else test
        if isinstance(found, Finding) and (why := found.out_of_reach()):
            chosen = f" under {', '.join(choices.values())}" if choices else ""
            raise ClaimError(f"test {name!r}{chosen}: found a bar out of reach, expected one to pass: {why}")
        return found

    rows: list[Row] = []
    seen: dict[str, int] = {}
    main: dict[str, Finding | bool] = {}
    for combination in itertools.product(*(choices for axis, choices in every.items() if axis in wanted)):
        cell = dict(zip((axis for axis in every if axis in wanted), combination, strict=True))
        found = {name: ask(name, **{axis: cell[axis] for axis in need}) for name, need in needs.items()}
        outcomes = {name: verdicts.outcome(result) for name, result in found.items()}
        needed = [outcomes.pop(name) for name in necessary]
        verdict = verdicts.judge(needed, outcomes.values())
        figures = {name: getattr(found[shown], name, None) for name in FIGURES}
        said = "; ".join([*needed, *outcomes.values()])
        # What has an estimate in it tells whether the figures behind it are the same; yes and no do not.
        figured = any(isinstance(result, Finding) for result in found.values())
        earlier = seen.setdefault(repr(found), len(rows) + 1) if figured else len(rows) + 1
        repeats = earlier if earlier <= len(rows) else None
        results = {"repeats": repeats, "verdict": verdict, "outcomes": said, "shown": number}
        rows.append(cell | results | figures)
        main = main or found
    return rows, main


def findings(
    necessary: Mapping[str, Finding | bool], supporting: Mapping[str, Finding | bool] | None = None
) -> list[Row]:
    """Return what each test finds under the main choices, as `run` gives it, and what it would have taken: rows of table ``tests``.

    What was asked with yes or no has an outcome and no numbers.
    """
    roles: dict[Role, Mapping[str, Finding | bool]] = {
        "necessary": necessary,
        "supporting": supporting or {},
    }
    every = [(role, name, found) for role, tests in roles.items() for name, found in tests.items()]
    rows = []
    for number, (role, name, found) in enumerate(every, start=1):
        row: Row = {"test": number, "asked": name, "role": role, "outcome": verdicts.outcome(found)}
        if isinstance(found, Finding) and row["outcome"] != "not computed":
            row |= {name: getattr(found, name) for name in (*FIGURES, "bar", "claimed", "unit", "interval")}
            row |= {name: getattr(found, name) for name in ("detectable", "matters", "error", "word")}
            low, high = found.without_one or (None, None)
            row |= {"without_low": low, "without_high": high, "cases": found.n}
            row["interval"] = "" if found.exact else found.interval
            row |= dict(zip(("for_beyond", "against_beyond"), found.beyond, strict=True))
            row |= dict(zip(("least", "most"), found.reach, strict=True))
        rows.append(row)
    return rows
