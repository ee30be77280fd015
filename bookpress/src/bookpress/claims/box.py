"""How claims are shown in a chapter: a box for a verdict, a list for a section, links to the pages of claims."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bookpress.claims import grid, ledger, verdicts
from bookpress.claims.ledger import Row
from bookpress.edition import book
from bookpress.edition.catalogue import say

Found = dict[str, Any]
"""What a chapter computed of a claim: ``id``, ``tests`` (see `results`), ``choices``, ``evidence``, ``sources``."""


def results(*by_role: Mapping[str, verdicts.Finding | bool]) -> list[dict[str, str]]:
    """Return of each test, the necessary ones first, what it finds, what that says of the claim and what would decide it."""
    rows = []
    for role, tests in zip(verdicts.ROLES, by_role, strict=False):
        for name, result in tests.items():
            outcome = verdicts.outcome(result)
            shown = isinstance(result, verdicts.Finding) and outcome != "not computed"
            row = {"name": name, "role": role, "found": str(result) if shown else "", "outcome": outcome}
            rows.append(row | {"taken": result.taken() if isinstance(result, verdicts.Finding) else ""})
    return rows


def said(test: Mapping[str, Any]) -> str:
    """Say what a test asks and finds, in a line."""
    return f"{test['name']} ({say(test['role'])}): {concluded(test['found'], test['outcome'])}"


def concluded(found: str, code: verdicts.Outcome, mark: str = "{}") -> str:
    """Say what a test found and what that says of the claim; `mark` is put around the latter."""
    said = mark.format(say(verdicts.OUTCOMES[code]))
    return f"{found} {say('This {0}.', said)}" if found else say("it {0}.", said)


def show(
    row: Row, tests: list[dict[str, str]], cells: Sequence[grid.Row], evidence: str, sources: Sequence[str]
) -> None:
    """Display a verdict: short on the page, whole as plain text, which nbval compares; as metadata, for the claim's page."""
    from IPython.display import display

    choices = _agreement(row["verdict"], cells, [test["name"] for test in tests])
    found: Found = {"id": row["id"], "tests": tests, "choices": choices}
    found |= {"evidence": evidence, "sources": list(sources)}
    lines = [f"{say(name)}: {text}" for name, texts in parts(row, found).items() for text in texts]
    plain = "\n".join([f"{word(row).upper()} {row['id']}", *lines])
    html = box(row, found, address(row["id"], _page(row["section"])))
    display({"text/html": html, "text/plain": plain}, raw=True, metadata={"claim": found})


def announce(section: str) -> None:
    """Show the claims of a section in few lines: by verdict, each a link to its page."""
    from IPython.display import display

    rows = [row for row in ledger.rows().values() if row["section"] == section]
    if not rows:
        raise ledger.ClaimError(f"{ledger.file()}: no claim of section {section!r}")
    items, page = "", _page(section)
    for verdict in verdicts.VERDICTS:
        named = "".join(
            f"<dd><a class='claim' href='{address(row['id'], page)}' title='{escape(hover(row))}'>"
            f"{row['id'].partition('-')[2].replace('-', ' ')}</a></dd>"
            for row in rows
            if row["verdict"] == verdict
        )
        items += f"<div><dt>{signed(verdict)}</dt>{named}</div>\n" if named else ""
    head = say("{0} of this section, by verdict", counted(len(rows), "claim"))
    html = f'<div class="claims-list"><p>{head}:</p>\n<dl>\n{items}</dl></div>'
    said = [f"{row['id']}: {word(row)}" for row in rows]
    display({"text/html": html, "text/plain": "\n".join([f"{head}:", *said])}, raw=True)


def squares(sections: Mapping[str, str], page: str = "index") -> None:
    """Show every claim as a square with the colour and sign of its verdict, a row a section; each leads to its page.

    Parameters
    ----------
    sections : mapping of str to str
        What each section is called, in the order of the rows; sections of the ledger that it leaves out are not shown.
    page : str
        The document that shows them, from which the links lead.
    """
    from IPython.display import display

    every = [row for row in ledger.rows().values() if row["section"] in sections]
    count = Counter(row["verdict"] for row in every)
    order = [verdict for verdict in verdicts.VERDICTS if count[verdict]]
    lines, body = [], ""
    for section, name in sections.items():
        rows = sorted(
            (row for row in every if row["section"] == section), key=lambda row: order.index(row["verdict"])
        )
        lines.append(f"{name}: {'; '.join(hover(row) for row in rows)}")
        links = "".join(
            f"<li><a class='square {style(row['verdict'])}' href='{address(row['id'], page)}' title='{escape(hover(row))}'>"
            f"<span aria-hidden='true'>{verdicts.VERDICTS[row['verdict']].sign}</span>"
            f"<span class='unseen'>{escape(hover(row))}</span></a></li>"
            for row in rows
        )
        body += f"<div><dt>{escape(name)}</dt><dd><ul>{links}</ul></dd></div>\n"
    legend = "".join(f"<li>{signed(verdict)} {count[verdict]}</li>" for verdict in order)
    html = f'<div class="claim-squares"><ul class="key">{legend}</ul>\n<dl>\n{body}</dl></div>'
    display({"text/html": html, "text/plain": "\n".join(lines)}, raw=True)


def address(claim_id: str, page: str = "") -> str:
    """Return the address of a claim's page from the document that links there, for example ``"index"``.

    Without `page` it leads from the folder where the kernel runs, or from that of the chapters if it runs outside the book.
    """
    ledger.row(claim_id)
    root, here = book.root().resolve(), Path.cwd().resolve()
    if page or not here.is_relative_to(root):
        here = (root / (page or "chapters/page")).parent
    return os.path.relpath(root / f"{ledger.page(claim_id)}.html", here).replace(os.sep, "/")


def _page(section: str) -> str:
    """Return the document of a section where the kernel cannot know it: outside the book."""
    root = book.root().resolve()
    inside = Path.cwd().resolve().is_relative_to(root)
    return "" if inside else book.document(book.pages(section, root)[0], root)


def word(row: Mapping[str, str]) -> str:
    """Return the verdict of a row in words."""
    return verdicts.WORDS.get(row["verdict"]) or say("not judged yet")


def title(row: Mapping[str, str]) -> str:
    """Return what is cited of a claim."""
    return say("Claim {0}, {1}: {2}", row["id"], word(row), row["claim"])


def hover(row: Row) -> str:
    """Return the line that a link to a claim shows when it is pointed at."""
    return f"{word(row).capitalize()}: {row['claim']}"


def style(verdict: str) -> str:
    """Return the style of a verdict, a class of the style sheet."""
    return f"verdict-{verdict.replace(' ', '-')}"


def signed(verdict: str) -> str:
    """Return a verdict in words with its sign, as HTML; the sign is not read aloud."""
    shown = verdicts.VERDICTS[verdict]
    return f'<span class="verdict-word {style(verdict)}"><span aria-hidden="true">{shown.sign}</span> {shown.word}</span>'


def box(row: Row, found: Found, address: str) -> str:
    """Return a verdict as a chapter shows it on a screen: verdict, claim, reason, and the way to its page."""
    claim_id, tests = row["id"], len(found["tests"])
    choices = counted(int(row["cells"] or "1"), "choice")
    judged = say("How it was judged: {0}, {1}", counted(tests, "test"), choices)
    more = judged if tests else say("More on this claim")
    title = say("The tests with their values, other choices, exhibits, history and citation of this claim")
    needed = "" if tests else f"{say('It would need:')} "
    named = say("Verdict on claim {0}: {1}", claim_id, word(row))
    return (
        f'<div class="verdict {style(row["verdict"])}" id="{ledger.anchor(claim_id)}" role="group" '
        f'aria-label="{named}">\n'
        f'<p class="verdict-head"><span aria-hidden="true">{verdicts.VERDICTS[row["verdict"]].sign}</span> '
        f"<strong>{word(row).capitalize()}</strong> <code>{claim_id}</code></p>\n"
        f'<p class="verdict-claim">{escape(row["claim"])}</p>\n'
        f'<p class="verdict-why">{needed}{escape(row["reason"])}\n'
        f'<a class="verdict-more" href="{escape(address)}" title="{title}">{more}'
        f'<span class="unseen"> {say("(claim {0})", claim_id)}</span></a></p>\n</div>'
    )


def details(row: Row, found: Found) -> str:
    """Return all that is said of a claim as HTML, for paper and e-books, which have no pages of claims."""
    items = "".join(
        f"<dt>{say(name)}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts) + "\n"
        for name, texts in parts(row, found).items()
        if name not in ("Claim", "Reason", "It would need")  # the box has these
    )
    return f'<dl class="verdict-details">\n{items}</dl>'


def parts(row: Row, found: Found) -> dict[str, list[str]]:
    """Return all that is said of a claim, by name, as paragraphs of plain text; what is empty is left out."""
    tests = found["tests"]
    every = {
        "Claim": [row["claim"]],
        "Kind": [f"{row['kind']}; {row['place']}"],
        "For it": [row["supports"]],
        "Against it": [row["contradicts"]],
        "Tests": list(map(said, tests)),
        "What would decide": [f"{test['name']}: {test['taken']}" for test in tests if test["taken"]],
        "Choices": found["choices"],
        "Departs": [row["departs"]],
        "Evidence": [found["evidence"]],
        "Reason" if tests else "It would need": [row["reason"]],
        "Data": [", ".join(found["sources"])],
    }
    return {name: kept for name, texts in every.items() if (kept := [text for text in texts if text])}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 claim``, ``2 claims``."""
    return say(f"{{0}} {noun}{'' if number == 1 else 's'}", number)


def _agreement(verdict: str, cells: Sequence[grid.Row], tests: Sequence[str]) -> list[str]:
    """Say how many choices give the verdict of the main ones, what the others give, and what each test says in them."""
    different = [cell for cell in cells if not cell["repeats"]]
    if len(cells) < 2:
        return [say("The verdict depends on no choice.")] if cells else []
    main, axes = cells[0]["verdict"], [name for name in cells[0] if name not in grid.RESULTS]
    same = _tally([say("say “{0}”", verdicts.WORDS[cell["verdict"]]) for cell in different])
    lines = [say("Of {0} combinations of {1}, {2}.", len(different), _listed(axes), same)]
    if len(different) < len(cells):
        lines[0] += f" {say('{0} more rest on the same figures.', len(cells) - len(different))}"
    if main != verdict:
        few = say("The main choices say “{0}”, but fewer than two thirds of all agree.", verdicts.WORDS[main])
        lines[0] += f" {few}"
    each = zip(*(cell["outcomes"].split("; ") for cell in different), strict=True)
    return lines + [f"{name}: {_tally(one)}" for name, one in zip(tests, each, strict=True) if len(tests) > 1]


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: ``window, exposure and sample``."""
    *most, last = names
    return say("{0} and {1}", ", ".join(most), last) if most else last


def _tally(said: Sequence[str]) -> str:
    """Count what is said, beginning with what the main choice says, then the commonest."""
    counted = Counter(said)
    ordered = sorted(counted.most_common(), key=lambda pair: pair[0] != said[0])
    return ", ".join(f"{n} {word}" for word, n in ordered)
