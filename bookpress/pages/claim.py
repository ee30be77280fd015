"""The page of one claim: verdict, tests, other choices, exhibits, data, what would change it, history, citation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from bookpress import tables
from bookpress.claims import columns, ledger, verdicts
from bookpress.edition import citation
from bookpress.pages import citations
from bookpress.provenance import About

MANY = 12  # combinations; more are folded, below a count for each choice
Cell = dict[str, str]


@dataclass(frozen=True)
class Subject:
    """All that the page of a claim tells."""

    row: ledger.Row
    """The ledger's row."""
    found: ledger.Found
    """What its chapter computed."""
    cells: Sequence[Cell]
    """Its rows of the grid, the main choices first; none in a book without choices."""
    exhibits: Sequence[About]
    former: Sequence[ledger.Row]
    """What earlier editions said of it, or of claims that it took the place of, oldest first."""
    editions: Sequence[str]
    """Numbers of the earlier editions whose claims are on record."""
    chapter: tuple[str, str]
    """Document and title of the chapter that decides it."""
    rule: str
    """Where the one rule is stated, from the claim's page; empty in a book without such a page."""
    address: str
    """Full address of the page; empty while there is none."""
    edition: str
    """Identifier of the edition's files."""


def body(subject: Subject) -> str:
    """Return the body of a claim's page."""
    row, found = subject.row, subject.found
    docname, chapter = subject.chapter
    where = f'<a href="../{docname}.html#{ledger.anchor(row["id"])}">{escape(chapter)}</a>'
    tested = bool(found["tests"])
    parts = {
        "What was computed": _paragraphs([found["evidence"]]),
        "The tests": _tests(subject),
        "Other choices": _choices(subject),
        "What would change it": _paragraphs(change(row, found)),
        "Tables and figures": _exhibits(subject.exhibits),
        "Data": _data(found["sources"]),
        "Earlier editions": _history(subject),
        "Cite this claim": _citations(subject),
    }
    sections = "\n".join(f"<h2>{name}</h2>\n{html}" for name, html in parts.items() if html)
    sign = verdicts.SIGNS[row["verdict"]]
    return f"""<section class="exhibit-page claim-page"><p class="claim-place">Claim <code>{row["id"]}</code>: {escape(row["kind"])};
section {escape(row["section"])}, {escape(row["place"])}</p>
<h1>{escape(row["claim"])}</h1>
<div class="verdict verdict-{row["verdict"].replace(" ", "-")}"><p class="verdict-head"><span aria-hidden="true">{sign}</span>
<strong>{row["verdict"].capitalize()}</strong></p>
<p>{"" if tested else "It would need: "}{escape(row["reason"])}</p></div>
<p>The claim is put in our words. It is {"decided" if tested else "explained"} in {where}, and listed with
<a href="index.html#{ledger.anchor(row["id"])}">all claims</a>.</p>
{sections}</section>"""


def former_body(title: str, rows: Sequence[ledger.Row]) -> str:
    """Return the body of the page of a claim that this edition no longer has under its id."""
    last = rows[-1]
    if last["became"]:
        name = ledger.page(last["became"]).rpartition("/")[2]
        now = f'This edition has <a href="{name}.html">claim {last["became"]}</a> in its place.'
    else:
        now = "This edition does not judge it."
    told = "".join(f"<p>Edition {then['edition']}: {_then(then)}</p>" for then in rows)
    return f"""<section class="exhibit-page claim-page"><h1>{escape(title)}</h1>
<p>{escape(last["wording"])}</p>
<p><strong>{now}</strong> {escape(last["moved"])}</p>
{told}
<p><a href="index.html">All claims</a></p></section>"""


def change(row: ledger.Row, found: ledger.Found) -> list[str]:
    """Say what would change a verdict, as it follows from the rule and from what the tests say now.

    Examples
    --------
    >>> row = {"verdict": "supported", "main": "supported", "agree": "3", "cells": "4", "supports": "A.", "contradicts": "B."}
    >>> change(row, {"tests": [{"name": "x", "found": "", "outcome": "for"}]})[0]
    'It is called supported as long as every test speaks for the claim and at least 3 of the 4 combinations of choices say so; 3 do now.'
    """
    bars = [
        f"What would count for it: {row['supports']}",
        f"What would count against it: {row['contradicts']}",
    ]
    tests, verdict = found["tests"], row["verdict"]
    if not tests:
        return bars
    size = int(row["cells"] or 1)
    least = ceil(size * verdicts.ENOUGH[0] / verdicts.ENOUGH[1])
    of_choices = f"at least {least} of the {size} combinations of choices say so; {row['agree']} do now"
    if verdict in ("supported", "contradicted"):
        side = "for" if verdict == "supported" else "against"
        held = f"It is called {verdict} as long as every test speaks {side} the claim"
        return [f"{held} and {of_choices}." if size > 1 else f"{held}.", *bars]
    if row["main"] in ("supported", "contradicted"):
        return [
            f"The main choices alone call it {row['main']}. It would be so called if {of_choices}.",
            *bars,
        ]
    if verdict == "mixed":
        sides = {side: _named(tests, side) for side in ("for", "against")}
        return [
            f"Tests point both ways: for the claim, {sides['for']}; against it, {sides['against']}. It stays mixed until one side "
            "gives way.",
            *bars,
        ]
    open_ = [test for test in tests if test["outcome"] not in ("for", "against")]
    what = "this test" if len(open_) == 1 else "these tests"
    return [
        f"A clear answer of {what}, which cannot tell now, would: {_named(open_)}. An interval is clear when the whole of it "
        "lies on one side of its bar.",
        *bars,
    ]


def _named(tests: Iterable[dict[str, str]], outcome: str = "") -> str:
    return "; ".join(test["name"] for test in tests if outcome in ("", test["outcome"]))


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts if text)


def _tests(subject: Subject) -> str:
    """Return what each test found, and where the tests depart from the one rule."""
    row, tests = subject.row, subject.found["tests"]
    if not tests:
        return ""
    items = "".join(
        f"<li><strong>{escape(test['name'])}</strong>: {escape(test['found'])}{'; it ' if test['found'] else 'it '}"
        f"<em>{ledger.WORDS.get(test['outcome'], 'is ' + test['outcome'])}</em>.</li>\n"
        for test in tests
    )
    main = "Under the main choices:" if len(subject.cells) > 1 else ""
    departs = f"<p>What is special here: {escape(row['departs'])}</p>" if row["departs"] else ""
    rule = (
        f'<p>The one rule for all claims is stated in <a href="{subject.rule}">How verdicts are reached</a>.</p>'
        if subject.rule
        else ""
    )
    return f"{_paragraphs([main])}<ol>{items}</ol>\n{departs}{rule}"


def _choices(subject: Subject) -> str:
    """Return how much hangs on the choices: a line of counts, and the cells themselves."""
    cells = subject.cells
    if len(cells) < 2:
        return (
            _paragraphs(["No choice of lists, years or statistics enters."]) if subject.found["tests"] else ""
        )
    fields = [field["name"] for field in tables.describe()[ledger.CELLS]["schema"]["fields"]]
    axes = [name for name in fields if name not in columns.NOT_AXES and any(cell[name] for cell in cells)]
    first, *more = subject.found["choices"]
    said = _paragraphs([f"{first[0].upper()}{first[1:]}."]) + (
        f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in more)}</ul>\n" if more else ""
    )
    count = len(subject.found["tests"])
    whole = _table(
        [
            *axes,
            "verdict",
            *([f"tests 1 to {count}"] if count > 1 else []),
            *_estimated(cells),
        ],
        (
            [
                *(cell[axis] for axis in axes),
                cell["verdict"],
                *([cell["outcomes"]] if count > 1 else []),
                *_estimate(cell, cells),
            ]
            for cell in cells
        ),
        "Every combination of choices, the main ones first",
    )
    if len(cells) <= MANY:
        return said + whole
    main = cells[0]["verdict"]
    by_choice = _table(
        ["choice of", "taken", "say the same", "others say"],
        (
            [axis, choice, f"{tally[main]} of {tally.total()}", _others(tally, main)]
            for axis in axes
            for choice, tally in _tallies(cells, axis).items()
        ),
        f"How many combinations say {main}, by what is chosen",
    )
    return f"{said}{by_choice}<details><summary>All {len(cells)} combinations</summary>\n{whole}</details>\n"


def _tallies(cells: Sequence[Cell], axis: str) -> dict[str, Counter[str]]:
    tallies: dict[str, Counter[str]] = {}
    for cell in cells:
        tallies.setdefault(cell[axis], Counter())[cell["verdict"]] += 1
    return tallies


def _others(tally: Counter[str], main: str) -> str:
    return ", ".join(f"{number} {word}" for word, number in tally.most_common() if word != main) or "–"


def _estimated(cells: Sequence[Cell]) -> list[str]:
    return ["estimate of test 1, interval"] if any(cell["estimate"] for cell in cells) else []


def _estimate(cell: Cell, cells: Sequence[Cell]) -> list[str]:
    if not _estimated(cells):
        return []
    if not cell["estimate"]:
        return ["n/a"]
    estimate, low, high = (verdicts.number(float(cell[name])) for name in columns.FIGURES)
    return [estimate if low == estimate == high else f"{estimate} ({low} to {high})"]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    wide = " wide" if len(heads) > 4 else ""
    return (
        f'<div class="exhibit-scroll{wide}" role="group" tabindex="0" aria-label="{caption}"><table><caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
    )


def _exhibits(shown: Sequence[About]) -> str:
    items = "".join(
        f'<li><a href="../exhibits/{about["id"]}.html">{about["label"]}</a>. {escape(about["caption"])}</li>\n'
        for about in shown
    )
    return f"<ul>{items}</ul>" if items else ""


def _data(names: Sequence[str]) -> str:
    described = tables.describe()
    items = "".join(
        f"<li><code>{name}</code>: {escape(described[name]['citation'])} {escape(described[name]['licenses'][0]['title'])}.</li>\n"
        for name in names
    )
    return f"<ul>{items}</ul>" if items else ""


def _then(then: ledger.Row) -> str:
    """Say what an earlier edition said."""
    return f"<em>{escape(then['verdict'].capitalize())}</em>: {escape(then['reason'])}"


def _history(subject: Subject) -> str:
    """Return the verdicts of earlier editions beside the one of this, with why they moved."""
    if not subject.editions:
        return ""
    row, items = subject.row, []
    for then in subject.former:
        name = ledger.page(then["claim"]).rpartition("/")[2]
        as_then = (
            f', as claim <a href="{name}.html">{then["claim"]}</a>' if then["claim"] != row["id"] else ""
        )
        why = f" <strong>Why it moved:</strong> {escape(then['moved'])}" if then["moved"] else ""
        items.append(
            f"<li>Edition {then['edition']}{as_then}: “{escape(then['wording'])}” {_then(then)}{why}</li>\n"
        )
    if not items:
        items = [f"<li>Edition {edition} did not have this claim.</li>\n" for edition in subject.editions]
    return f"<ul>{''.join(items)}<li>This edition: <em>{row['verdict']}</em>.</li></ul>"


def _citations(subject: Subject) -> str:
    row = subject.row
    verdict = f"Claim {row['id']}, {row['verdict']}: {row['claim']}"
    cited = citation.cite(ledger.anchor(row["id"]), verdict, subject.edition, subject.address)
    return citations.formats(cited)
