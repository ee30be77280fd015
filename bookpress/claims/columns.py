"""The columns of the tables that hold claims: the ledger, the choices, the grid and what earlier editions said."""

import re
from collections.abc import Sequence

from bookpress.claims import verdicts
from bookpress.tables import Field, column

FIGURES = ["estimate", "low", "high"]
RESULTS = ["verdict", "outcomes", *FIGURES]  # the columns of the grid that a claim's tests give
NOT_AXES = {"claim", "cell", *RESULTS}


def ledger(sections: Sequence[str], kinds: Sequence[str]) -> list[Field]:
    """Return the columns that the ledger of a book has, for its own sections and kinds of claims."""
    named = "|".join(map(re.escape, sections))
    return [
        column(
            "id",
            "string",
            "section and short name",
            required=True,
            unique=True,
            pattern=f"({named})-[a-z0-9-]+",
        ),
        column("section", "string", "section of the paper", required=True, enum=list(sections)),
        column("place", "string", "where the section says it", required=True),
        column("kind", "string", "kind of claim", required=True, enum=list(kinds)),
        column("claim", "string", "the claim in our words, with its object, scope and tense", required=True),
        column("supports", "string", "what would count for it", required=True),
        column("contradicts", "string", "what would count against it", required=True),
        column("varies", "string", "axes of the choices that its tests depend on, separated by semicolons"),
        column("departs", "string", "where its tests depart from the one rule, and why"),
        column(
            "exhibits",
            "string",
            "cells of the section's chapter whose table or figure shows what the claim is about, separated by semicolons",
        ),
        column("verdict", "string", "recorded verdict", required=True, enum=verdicts.VERDICTS),
        column(
            "main",
            "string",
            "what the main choices alone say",
            enum=[*verdicts.VERDICTS[:-1], "not computed"],
        ),
        column("agree", "integer", "combinations of choices that say what the main one says", minimum=1),
        column("cells", "integer", "combinations of choices in all", minimum=1),
        column("reason", "string", "one sentence of reason, or what a test would need", required=True),
    ]


def former(verdicts_then: Sequence[str]) -> list[Field]:
    """Return the columns of the table of what earlier editions said, in the verdicts that they had."""
    return [
        column("edition", "string", "number of the edition", required=True, pattern=r"\d+\.\d+"),
        column("claim", "string", "the claim's id in that edition", required=True),
        column("wording", "string", "the claim as that edition put it", required=True),
        column("verdict", "string", "its verdict", required=True, enum=list(verdicts_then)),
        column("reason", "string", "the reason it gave", required=True),
        column("became", "string", "id of the claim that took its place; empty where none did"),
        column("moved", "string", "why claim or verdict is another one now; empty where neither is"),
    ]


def choices() -> list[Field]:
    """Return the columns of the table of choices: the axes of the grid."""
    return [
        column("axis", "string", "what is chosen", required=True, pattern="[a-z]+"),
        column("choice", "string", "the choice's name", required=True),
        column("main", "boolean", "the choice that a verdict rests on; one an axis", required=True),
        column("first_year", "integer", "first year, where the choice is a span of years"),
        column("last_year", "integer", "last year, where the choice is a span of years"),
        column("meaning", "string", "what is chosen, in a sentence", required=True),
        column("reason", "string", "why it is the main choice, or why it is tried", required=True),
    ]


def cells(axes: Sequence[str]) -> list[Field]:
    """Return the columns of the grid: one row for each claim and combination of choices."""
    every = [*verdicts.VERDICTS[:-1], "not computed"]
    return [
        column("claim", "string", "the claim's id", required=True),
        column("cell", "integer", "number within the claim; 1 is the main choice", required=True, minimum=1),
        *(column(axis, "string", f"choice of {axis}; empty where it does not matter") for axis in axes),
        column("verdict", "string", "what the tests say under these choices", required=True, enum=every),
        column("outcomes", "string", "what each test says of the claim, in order", required=True),
        column("estimate", "number", "what the first test estimates, in its own unit"),
        column("low", "number", "lower end of its 95% interval"),
        column("high", "number", "upper end of its 95% interval"),
    ]


def findings() -> list[Field]:
    """Return the columns of what each test finds under the main choices, see `bookpress.claims.grid.findings`."""
    return [
        column("claim", "string", "the claim's id", required=True),
        column("test", "integer", "number within the claim", required=True, minimum=1),
        column("asked", "string", "what the test asks", required=True),
        column(
            "outcome",
            "string",
            "what it says of the claim",
            required=True,
            enum=["for", "against", "unclear", "not computed"],
        ),
        column("estimate", "number", "what it estimates; empty where it asks yes or no"),
        column("low", "number", "lower end of the interval"),
        column("high", "number", "upper end of the interval"),
        column("bar", "number", "what the estimate is held against"),
        column("claimed", "string", "side of the bar where the claim puts it", enum=["above", "below"]),
        column("unit", "string", "unit of the numbers; empty where they have none"),
        column("without_low", "number", "smallest estimate with one economy left out; empty where none is"),
        column("without_high", "number", "largest estimate with one economy left out; empty where none is"),
        column("interval", "string", "what the interval is"),
        column("cases", "string", "how many economies, years or cases it rests on"),
    ]
