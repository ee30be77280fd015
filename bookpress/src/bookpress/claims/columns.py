"""The columns of the tables that hold claims: the ledger, the choices, the grid, the findings, earlier editions."""

import re
from collections.abc import Sequence
from typing import Any

from bookpress.claims import verdicts
from bookpress.tables import Field, column


def ledger(sections: Sequence[str], kinds: Sequence[str]) -> list[Field]:
    """Return the columns that the ledger of a book has, for its own sections and kinds of claims."""
    named = f"({'|'.join(map(re.escape, sections))})-[a-z0-9-]+"
    shown = "whose table or figure shows what the claim is about, separated by semicolons"
    return [
        _text("id", "section and short name", required=True, unique=True, pattern=named),
        _needed("section", "section of the paper", enum=list(sections)),
        _needed("place", "where the section says it"),
        _needed("kind", "kind of claim", enum=list(kinds)),
        _needed("claim", "the claim in our words, with its object, scope and tense"),
        _needed("supports", "what would count for it"),
        _needed("contradicts", "what would count against it"),
        _text("varies", "axes of the choices that its tests depend on, separated by semicolons"),
        _text("departs", "where its tests depart from the one rule, and why"),
        _text("exhibits", f"cells of the section's chapters {shown}"),
        _text("verdict", "recorded verdict", enum=list(verdicts.VERDICTS)),
        _text("main", "what the main choices alone say", enum=verdicts.JUDGED),
        column("agree", "integer", "different combinations of choices that bear the verdict out", minimum=1),
        column(
            "cells", "integer", "combinations of choices in all that rest on different figures", minimum=1
        ),
        _needed("reason", "one sentence of reason, or what a test would need"),
    ]


def former(verdicts_then: Sequence[str]) -> list[Field]:
    """Return the columns of the table of what earlier editions said, in the verdicts that they had."""
    return [
        _needed("edition", "number of the edition", pattern=r"\d+\.\d+"),
        _needed("claim", "the claim's id in that edition"),
        _needed("wording", "the claim as that edition put it"),
        _needed("verdict", "its verdict", enum=list(verdicts_then)),
        _needed("reason", "the reason it gave"),
        _text("became", "id of the claim that took its place; empty where none did"),
        _text("moved", "why claim or verdict is another one now; empty where neither is"),
    ]


def choices() -> list[Field]:
    """Return the columns of the table of choices: the axes of the grid."""
    return [
        _needed("axis", "what is chosen", pattern="[a-z]+"),
        _needed("choice", "the choice's name"),
        column("main", "boolean", "the choice that a verdict rests on; one an axis", required=True),
        column(
            "first_year",
            "integer",
            "first year, where the choice is a span of years; of exposure, from signature",
        ),
        column(
            "last_year",
            "integer",
            "last year, where the choice is a span of years; of exposure, from signature",
        ),
        _needed("meaning", "what is chosen, in a sentence"),
        _needed("reason", "why it is the main choice, or why it is tried"),
    ]


# Why a sentence of the paper makes no claim.
NO_CLAIM = {
    "announcement": "says what the text does",
    "definition": "says what something is or is called",
    "recommendation": "says what should be done",
    "rhetoric": "says nothing that could be true or false",
    "truism": "says what nobody would deny",
    "vague": "names nothing that could be looked up",
}


def sentences(sections: Sequence[str]) -> list[Field]:
    """Return the columns of the map of the text: one row for each sentence, named and never quoted."""
    return [
        _needed("section", "section of the paper", enum=list(sections)),
        column(
            "sentence", "integer", "number within the section; 0 is its heading", required=True, minimum=0
        ),
        _needed("about", "what it is about, in our words"),
        _text("claims", "ids of the claims that it makes or repeats, separated by semicolons"),
        _text("no_claim", "why it makes none", enum=list(NO_CLAIM)),
        _text("reason", "what more there is to say of that"),
    ]


def registered() -> list[Field]:
    """Return the columns of the tests that are fixed before their figures are read."""
    return [
        _needed("edition", "the edition that fixed the test", pattern=r"\d+\.\d+"),
        _needed("claim", "the claim's id"),
        _needed("asked", "what the test asks"),
        _needed("claimed", "side of the bar where the claim puts it", enum=["above", "below"]),
        column("bar", "number", "what the estimate is compared with", required=True),
        column("first_year", "integer", "year from which the later figures count", required=True),
        column("last_year", "integer", "last year of the later figures", required=True),
    ]


def words() -> list[Field]:
    """Return the columns of the dictionary: words by which the paper measures, and how each is read."""
    return [
        _needed("word", "the word, as claims use it", unique=True),
        _needed("reading", "how it is read, in every claim that uses it"),
        column("bar", "number", "what an estimate is held against", required=True),
        _needed("unit", "unit of the bar"),
        _needed("reason", "why it is read so"),
    ]


def cells(axes: Sequence[str]) -> list[Field]:
    """Return the columns of the grid: one row for each claim and combination of choices."""
    return [
        _needed("claim", "the claim's id"),
        column("cell", "integer", "number within the claim; 1 is the main choice", required=True, minimum=1),
        *(_text(axis, f"choice of {axis}; empty where it does not matter") for axis in axes),
        column(
            "repeats",
            "integer",
            "an earlier cell that rests on the same figures; empty where none does",
            minimum=1,
        ),
        _needed("verdict", "what the tests say under these choices", enum=verdicts.JUDGED),
        _needed("outcomes", "what each test says of the claim, in order"),
        column("shown", "integer", "number of the test whose estimate follows", required=True, minimum=1),
        column("estimate", "number", "what that test estimates, in its own unit"),
        column("low", "number", "lower end of its 95% interval"),
        column("high", "number", "upper end of its 95% interval"),
    ]


def findings() -> list[Field]:
    """Return the columns of what each test finds under the main choices, see `bookpress.claims.grid.findings`."""
    return [
        _needed("claim", "the claim's id"),
        column("test", "integer", "number within the claim", required=True, minimum=1),
        _needed("asked", "what the test asks"),
        _needed(
            "role",
            "necessary: the claim fails with it; supporting: it asks for a cause or a comparison",
            enum=list(verdicts.ROLES),
        ),
        _needed("outcome", "what it says of the claim", enum=list(verdicts.OUTCOMES)),
        column("estimate", "number", "what it estimates; empty where it asks yes or no"),
        column("low", "number", "lower end of the interval"),
        column("high", "number", "upper end of the interval"),
        column("bar", "number", "what the estimate is compared with"),
        _text("claimed", "side of the bar where the claim puts it", enum=["above", "below"]),
        _text("word", "words of the dictionary that the test applies, separated by semicolons"),
        _text("unit", "unit of the numbers; empty where they have none"),
        column("without_low", "number", "smallest estimate with one economy left out; empty where none is"),
        column("without_high", "number", "largest estimate with one economy left out; empty where none is"),
        _text("interval", "what the interval is"),
        column("error", "number", "standard error of the interval's ends that comes from drawing"),
        column("for_beyond", "number", "estimate beyond which the test would have spoken for the claim"),
        column("against_beyond", "number", "estimate beyond which it would have spoken against it"),
        column("least", "number", "least that the estimate can be; empty where there is no bound"),
        column("most", "number", "most that the estimate can be; empty where there is no bound"),
        column(
            "detectable",
            "number",
            "smallest effect that is seen with 80% power; empty where nothing is drawn",
        ),
        column("matters", "number", "effect from which on it would matter; both are distances from the bar"),
        _text("cases", "how many economies, years or cases it rests on"),
    ]


def _text(name: str, meaning: str, **rule: Any) -> Field:
    return column(name, "string", meaning, **rule)


def _needed(name: str, meaning: str, **rule: Any) -> Field:
    return column(name, "string", meaning, required=True, **rule)
