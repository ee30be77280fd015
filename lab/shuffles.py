"""Specification curves under shuffled lists and dates: how often would chance give a curve as far on the claimed side?

After Simonsohn, Simmons and Nelson (2020). Who is on the lists is shuffled over all economies, so that sizes and overlaps stay;
then the test that a claim's page draws is asked again under every combination of choices. For a test of what came after
signature the years of signature, and never, are shuffled over its economies. What is compared is the median estimate.
"""

import contextlib
import csv
import inspect
import itertools
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from beltroad import economies, estimates
from beltroad.estimates import draws, partners, signature
from bookpress import claims, exhibits, tables
from bookpress.claims import grid, ledger
from bookpress.run import ipynb
from lab.copies import ROOT

TABLE = "shuffles"
SEED = 20130907
Test = Callable[..., Any]


def shuffles(options: Namespace) -> int:
    """Compare the specification curve of each claim that rests on the lists with those of shuffled lists.

    Returns 1 if a stored share is not what is found; with ``--record`` what is found is stored.
    """
    stored = {(row["claim"], row["shuffled"]): row for row in tables.rows(TABLE)}
    rows, different = [], 0
    for claim, what, test in drawn():
        found = compared(claim, what, test, options.count)
        print(*found.values(), flush=True)
        rows.append(found)
        different += found != {name: stored.get((claim, what), {}).get(name) for name in found}
    if options.record:
        with (ROOT / "data/paper/shuffles.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return 0
    print(f"shuffles: {len(rows)} claims under {options.count} shuffles, {different} different")
    return int(bool(different))


def compared(claim: str, what: str, test: Test, count: int) -> dict[str, str]:
    """Return what the shuffles of one claim come to, as it is stored."""
    own = curve(test)
    others = np.array([SHUFFLED[what](test, number) for number in range(count)])
    low, high = np.nanpercentile(others, [2.5, 97.5])
    middle = float(np.median(own))
    numbers = {"median": middle, "low": float(low), "high": float(high)}
    as_far = int((others >= middle).sum())
    counts = {"estimates": len(own), "shuffles": count, "as_far": as_far}
    return {
        "claim": claim,
        "shuffled": what,
        **{n: str(v) for n, v in counts.items()},
        **{n: f"{v:.4g}" for n, v in numbers.items()},
    }


def drawn() -> Iterator[tuple[str, str, Test]]:
    """Yield every claim whose drawn test compares the economies of a list with others, what can be shuffled, and that test.

    Then every claim with a test of what came after signature, and that test.
    """
    asked: dict[str, Any] = {}
    after: dict[str, Test] = {}

    def decide(
        claim: str,
        necessary: dict[str, Any],
        supporting: dict[str, Any] | None = None,
        shown: str = "",
        **_: object,
    ) -> None:
        tests = {**necessary, **(supporting or {})}
        asked[claim] = tests[shown or next(iter(necessary))]
        if dated := [test for test in tests.values() if "exposure" in _parameters(test)]:
            after[claim] = dated[0]

    def nothing(*_: object, **__: object) -> None:
        """Show nothing."""

    with contextlib.chdir(ROOT / "chapters"), contextlib.ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, MPLBACKEND="agg"))
        for owner, name in (
            (claims, "explain"),
            (claims, "announce"),
            (exhibits, "table"),
            (exhibits, "figure"),
        ):
            stack.enter_context(patch.object(owner, name, nothing))
        stack.enter_context(patch.object(claims, "decide", decide))
        homes = ledger.homes(ROOT)
        rows = ledger.rows().values()
        varied = {row["id"] for row in rows if {"others", "exposure"} & {*ledger.split(row["varies"])}}
        for chapter in sorted({homes[claim] for claim in varied}):
            known: dict[str, Any] = {}
            for cell in ipynb.read(ROOT / f"{chapter}.ipynb")["cells"]:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), known)
    for claim, test in asked.items():
        if claim in varied and {"listed", "others"} <= _parameters(test) and curve(test):
            yield claim, "lists", test
    for claim, test in after.items():
        yield claim, "dates", test


def _parameters(test: Any) -> set[str]:
    return set(inspect.signature(test).parameters) if callable(test) else set()


def curve(test: Test) -> list[float]:
    """Return the estimates of a test under every combination of its choices, above zero where they go as claimed."""
    axes = grid.axes()
    names = list(inspect.signature(test).parameters)
    every = (
        dict(zip(names, combination, strict=True)) for combination in itertools.product(*map(axes.get, names))
    )  # type: ignore[arg-type]
    with (
        patch.object(estimates, "difference", _difference),
        patch.object(partners, "difference", _difference),
        patch.object(estimates, "after_signature", _after_signature),
    ):
        found = [test(**choices) for choices in every]
    # A test that counts cases has no estimate that could be compared.
    return [one for one in found if isinstance(one, float) and not np.isnan(one)]


def shuffled(test: Test, number: int) -> float:
    """Return the median of the curve if other economies were on the lists."""
    lists = {year: economies.country_lists(year) for year in (economies.HALFWAY, 2018)}
    every = sorted((set(tables.read("economies")["iso3"]) | lists[2018]["signers"]) - economies.CHINA)
    place = dict(zip(every, np.random.default_rng([SEED, number]).permutation(every), strict=True))
    moved = {
        year: {name: {place.get(code, code) for code in codes} for name, codes in named.items()}
        for year, named in lists.items()
    }
    anywhere = frozenset(place.get(code, code) for code in economies.on_any_list())
    with (
        patch.object(economies, "country_lists", lambda signed_by=2018: moved[signed_by]),
        patch.object(economies, "on_any_list", lambda: anywhere),
    ):
        return float(np.median(curve(test)))


def shuffled_dates(test: Test, number: int) -> float:
    """Return the median of the curve if economies had signed in other economies' years, or never."""
    random, estimated = np.random.default_rng([SEED, number]), _after_signature

    def other(outcome: pd.DataFrame, signed: pd.Series, *years: int, **more: Any) -> float:
        undated = set(signed[signed.isna()].index)
        codes = sorted(set(outcome.index) - undated - economies.CHINA)
        places = pd.Series(random.permutation(signed.reindex(codes).to_numpy()), codes)
        return estimated(outcome.loc[codes], places.dropna(), *years, **more)

    with patch.object(sys.modules[__name__], "_after_signature", other):
        return float(np.median(curve(test)))


def _after_signature(
    outcome: pd.DataFrame,
    signed: pd.Series,
    first: int = 0,
    last: int = 2,
    claimed: str = "above",
    **_: object,
) -> float:
    """The estimate alone, without its interval."""
    with patch.object(draws, "shares", lambda count, _: np.empty((0, count))):
        found = [one for one in signature.effects(outcome, signed, -first, last) if one.year >= first]
    return float(np.mean([one.drawn[0] for one in found])) * (1 if claimed == "above" else -1)


def _difference(
    on: pd.Series, off: pd.Series, statistic: str = "median", claimed: str = "above", **_: object
) -> float:
    """The estimate alone, without its interval."""
    middle = estimates.STATISTICS[statistic]
    a, b = (one.dropna().to_numpy(dtype=float) for one in (on, off))
    if min(len(a), len(b)) < 3:
        return np.nan
    return float(middle(a) - middle(b)) * (1 if claimed == "above" else -1)


SHUFFLED = {"lists": shuffled, "dates": shuffled_dates}
