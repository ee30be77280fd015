"""The grid: a claim's tests under every reasonable choice, the main one first.

Which choices there are is a table of the book, ``choices``: axes such as the list of economies or the years compared.
A test is a function whose parameters are the axes that matter to it; it is called with the name of a choice for each.
"""

import inspect
import itertools
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from bookpress import tables
from bookpress.claims import verdicts
from bookpress.claims.columns import FIGURES
from bookpress.claims.ledger import CELLS as CELLS
from bookpress.claims.verdicts import Finding
from bookpress.edition import book

CHOICES, TESTS = "choices", "tests"  # the tables' names
FOUND = ["test", "asked", "outcome", *FIGURES, "bar", "claimed", "unit"]
FOUND += ["without_low", "without_high", "interval", "cases"]
T = TypeVar("T")
Test = Callable[..., Finding | bool] | Finding | bool


class GridError(book.BookError):
    """A test asks for a choice that does not exist, or the recorded grid is not what the tests give."""


def axes() -> dict[str, list[str]]:
    """Return the choices of every axis, the main one first; a book without that table has none.

    Raises
    ------
    GridError
        If an axis has no main choice, or two; the message names file, row and column.
    """
    if CHOICES not in (described := tables.describe()):
        return {}
    table = tables.read(CHOICES)
    for axis, rows in table.groupby("axis"):
        if (count := rows["main"].sum()) != 1:
            row = rows.index[rows["main"]][1] if count else rows.index[0]
            where = f"data/{described[CHOICES]['path']}, row {row + 2}, column main"
            raise GridError(f"{where}: found {count} main choices of {axis}, expected one")
    main_first = table.sort_values("main", ascending=False, kind="stable")
    return {
        axis: main_first.loc[main_first["axis"].eq(axis), "choice"].tolist()
        for axis in table["axis"].unique()
    }


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
    GridError
        If there is no such choice; where the table has it and the code does not, the message names file and row.
    """
    if choice in known:
        return known[choice]
    where = ""
    if CHOICES in (described := tables.describe()):
        table = tables.read(CHOICES)
        rows = table.index[table["axis"].eq(axis) & table["choice"].eq(choice)]
        where = f"data/{described[CHOICES]['path']}, row {rows[0] + 2}, column choice: " if len(rows) else ""
    raise GridError(f"{where}found {axis} {choice!r}, expected one of: {', '.join(known)}")


def varying(tests: Mapping[str, Test]) -> list[str]:
    """Return the axes that some test depends on: the parameters of the functions among them."""
    return list(dict.fromkeys(name for test in tests.values() for name in _parameters(test)))


def run(tests: Mapping[str, Test]) -> tuple[pd.DataFrame, dict[str, Finding | bool]]:
    """Run the tests under every combination of the choices that matter to them.

    Parameters
    ----------
    tests : mapping of str to test
        Each a function of choices that returns a `Finding` or a bool, or such a result itself.

    Returns
    -------
    DataFrame
        A row for each cell, the main choices first: a column for each axis, then ``verdict``, ``outcomes`` (of the
        tests, in order), and ``estimate``, ``low`` and ``high`` of the first test.
    dict
        What each test finds under the main choices.

    Raises
    ------
    GridError
        If a test depends on an axis that the table of choices does not have.
    """
    every, wanted = axes(), varying(tests)
    if unknown := [name for name in wanted if name not in every]:
        raise GridError(f"no axis {unknown[0]!r}; expected one of: {', '.join(every) or 'no axis at all'}")
    wanted = [name for name in every if name in wanted]
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

    rows: list[dict[str, Any]] = []
    main: dict[str, Finding | bool] = {}
    for chosen in itertools.product(*(every[name] for name in wanted)):
        cell = dict(zip(wanted, chosen, strict=True))
        results = {name: ask(name, cell) for name in tests}
        outcomes = [verdicts.outcome(result) for result in results.values()]
        first = next(iter(results.values()))
        computed = "not computed" not in outcomes
        shown = [first.estimate, first.low, first.high] if isinstance(first, Finding) else [np.nan] * 3
        rows.append(
            cell
            | {"verdict": verdicts.judge(outcomes) if computed else "not computed"}
            | {"outcomes": "; ".join(outcomes)}
            | dict(zip(FIGURES, shown, strict=True))
        )
        main = main or results
    return pd.DataFrame(rows), main


def findings(main: Mapping[str, Finding | bool]) -> pd.DataFrame:
    """Return what each test finds under the main choices, a row for each; `main` is that of `run`.

    Returns
    -------
    DataFrame
        ``test`` (its number), ``asked``, ``outcome``; ``estimate``, ``low`` and ``high`` in ``unit``, held against
        ``bar`` on the ``claimed`` side; ``without_low`` and ``without_high``, the estimates with one case left out;
        ``interval`` and ``cases`` in words. What was asked with yes or no has an outcome only.
    """
    rows: list[dict[str, Any]] = []
    for number, (name, found) in enumerate(main.items(), start=1):
        row: dict[str, Any] = {"test": number, "asked": name, "outcome": verdicts.outcome(found)}
        if isinstance(found, Finding) and found.outcome != "not computed":
            without = found.without_one or (np.nan, np.nan)
            row |= {name: getattr(found, name) for name in (*FIGURES, "bar", "claimed", "unit", "interval")}
            row |= {"without_low": without[0], "without_high": without[1], "cases": found.n}
        rows.append(row)
    return pd.DataFrame(rows, columns=FOUND)


def compare(claim: str, cells: pd.DataFrame, found: pd.DataFrame) -> None:
    """Hold the cells of a claim, and what its tests find under the main choices, against the recorded ones.

    Raises
    ------
    GridError
        If they differ; the message names file, row and column, what was found and what is computed now.
    """
    for table, what, now in ((CELLS, "cells", cells), (TESTS, "tests", found)):
        if table in tables.describe():
            _compare(table, what, claim, now)


def _compare(table: str, what: str, claim: str, computed: pd.DataFrame) -> None:
    file, recorded = f"data/{tables.describe()[table]['path']}", tables.read(table)
    mine = recorded[recorded["claim"].eq(claim)]
    if len(mine) != len(computed):
        raise GridError(
            f"{file}, claim {claim}: found {len(mine)} {what}, computed {len(computed)}; run `make verdicts`"
        )
    for (row, then), (_, now) in zip(mine.iterrows(), computed.iterrows(), strict=True):
        for column in now.index:
            if not _same(old := then[column], new := now[column]):
                raise GridError(
                    f"{file}, row {int(str(row)) + 2}, claim {claim}, column {column}: found {old!r}, computed {new!r}; "
                    "run `make verdicts` when you have understood why"
                )


def _same(old: Any, new: Any) -> bool:
    """Return whether a cell is the recorded one, where numbers have six digits; empty ones are all alike."""
    empty = [pd.isna(value) or value == "" for value in (old, new)]
    if any(empty):
        return all(empty)
    if isinstance(new, float):
        return bool(np.isclose(old, new, rtol=1e-4, atol=1e-9))
    return bool(old == new)


def judging() -> Path | None:
    """Return the folder that verdicts are written to while they are recorded anew, None at all other times."""
    folder = os.environ.get("BOOKPRESS_JUDGE")
    return Path(folder) if folder else None


def write(
    folder: Path, claim: str, verdict: str, agree: int, cells: pd.DataFrame, found: pd.DataFrame
) -> None:
    """Write what a claim's tests give, for `bookpress.claims.judging` to record."""
    frames = {"cells": cells, "tests": found}
    given = {
        name: json.loads(frame.to_json(orient="records", double_precision=15))
        for name, frame in frames.items()
    }
    book.write(folder / f"{claim}.json", json.dumps({"verdict": verdict, "agree": agree, **given}))


def _parameters(test: Any) -> list[str]:
    return list(inspect.signature(test).parameters) if callable(test) else []
