"""The pages of claims: all that the chapter computed and nothing else, links that hold, what machines read."""

import json
import re
from html import unescape
from types import SimpleNamespace

import pytest
from docutils import nodes

from bookpress import tables
from bookpress.claims import ledger, verdicts
from bookpress.edition import citation
from bookpress.pages import claim, claims, execution, metadata
from shared import CHAPTERS, ROOT
from small import read_notebook

# What the chapters stored of each claim: the words that nbval compares, and what its page is made from.
STORED = {
    output["metadata"]["claim"]["id"]: ("".join(output["data"]["text/plain"]), output["metadata"]["claim"])
    for path in CHAPTERS
    for cell in read_notebook(path)["cells"]
    for output in cell.get("outputs", [])
    if "claim" in output.get("metadata", {})
}
HOLDS = verdicts.WORDS["holds"]


def subject(claim_id, **changes):
    """Return what the page of a claim is made from, as a build gathers it."""
    given = {
        "row": ledger.row(claim_id),
        "found": STORED[claim_id][1],
        "cells": [row for row in tables.rows(ledger.CELLS) if row["claim"] == claim_id],
        "exhibits": [],
        "former": [then for then in ledger.former() if then["became"] == claim_id],
        "editions": ["1.0"],
        "chapter": ("chapters/x", "X"),
        "rule": "../chapters/verdicts.html",
        "shuffled": "",
        "bar": 0.0,
        "cite": "<p>cited</p>",
    }
    return claim.Subject(**given | changes)


def test_nothing_is_on_a_page_that_the_chapter_did_not_compute_and_compare():
    assert set(STORED) == set(ledger.rows())
    for claim_id, (plain, found) in STORED.items():
        told = [found["evidence"], *found["choices"], *found["sources"]]
        told += [part for test in found["tests"] for part in (test["name"], test["found"], test["taken"])]
        assert [text for text in told if text not in plain] == [], claim_id


def test_a_page_tells_all_of_a_verdict():
    found = subject(
        "2.1-pattern", exhibits=[{"id": "table-s9", "label": "Table S9", "title": "Table S9. Cap <1>."}]
    )
    html = claim.body(found)
    told = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    texts = [verdicts.OUTCOMES[one] for one in ("for", "against")]
    texts += [found.found["choices"][0], "(necessary):", "(supporting):"]
    assert [text for text in texts if text not in told] == []
    assert [test["found"] for test in found.found["tests"] if test["found"] not in told] == []
    assert "Claim 2.1-pattern : causal; section 2.1, eleventh sentence" in told
    assert f"(✓) {HOLDS.capitalize()}" in told
    assert html.count("<tr>") == 1 + len(found.cells) == 13
    assert '<a href="../exhibits/table-s9.html">Table S9</a>. Cap &lt;1&gt;.' in html
    assert "totals-with-china : United Nations" in told
    assert 'as claim <a href="2-1-concentration.html">2.1-concentration</a>' in html
    assert "Why it moved:" in told and f"This edition: {HOLDS} ." in told
    assert told.endswith("Cite this claim cited")
    assert "http" not in told


def test_many_combinations_are_counted_by_choice_and_folded():
    html = claim.body(subject("1-development-all"))
    before, _, folded = html.partition("<details>")
    assert folded.partition("</details>")[0].count("<tr>") == 1 + 384
    counted = before.partition("by what is chosen</caption>")[2]
    taken = dict(re.findall(r"<td>listed</td><td>([^<]+)</td><td>(\d+ of \d+)</td>", counted))
    assert set(taken) == {"64 partners", "signers"} and all(one.endswith(" of 192") for one in taken.values())


def test_a_specification_curve_has_a_column_for_each_estimate_and_a_row_for_each_choice():
    cells = [row for row in tables.rows(ledger.CELLS) if row["claim"] == "2.2-promoted-trade"]
    axes = ["listed", "others", "window", "exposure", "statistic", "sample"]
    tests = [{"name": name} for name in ("it grew", "it grew faster")]
    svg = claim.curve(cells, list(axes), tests, 0.0)
    different = {cell["estimate"] for cell in cells}
    axes.remove("exposure")  # it matters to another test only
    intervals = re.findall(r'<path class="verdict-[a-z]+" stroke-width="[^"]+" d="([^"]+)"', svg)
    assert sum(path.count("M") for path in intervals) == len(different)
    (heights,) = re.findall(r'<path class="curve-dots" stroke-width="[^"]+" d="([^"]+h0)"', svg)
    drawn = [float(one) for one in re.findall(r" ([\d.]+)h0", heights)]
    assert drawn == sorted(drawn, reverse=True), "estimates rise from left to right"
    assert svg.count("<text") == 1 + sum(len(set(row[axis] for row in cells)) for axis in axes)
    assert f"test “it grew faster”: {len(different)} estimates from " in svg and re.search(
        r"\b\d+ for\b", svg
    )
    assert claim.curve(cells[:3], axes, tests, 0.0) == ""


def test_what_shuffled_lists_say_is_told_below_the_curve():
    row = next(row for row in tables.rows(ledger.SHUFFLES) if row["claim"] == "2.2-promoted-trade")
    said = claims._shuffled(row)
    assert f"In {int(row['as_far']):,} of {int(row['shuffles']):,} shuffles" in said
    html = claim.body(subject("2.2-promoted-trade", shuffled=said))
    assert (
        html.index('<figure class="curve">') < html.index(f"<p>{said}</p>") < html.index("by what is chosen")
    )


@pytest.mark.parametrize("claim_id", ["2.1-pattern", "1-development-all", "4-obstacles", "3.2-tariffs-key"])
def test_every_row_of_the_tables_has_a_cell_for_each_heading(claim_id):
    for table in re.findall(r"<table>.*?</table>", claim.body(subject(claim_id)), flags=re.S):
        rows = [len(re.findall(r"<t[dh]", row)) for row in re.findall(r"<tr>.*?</tr>", table, flags=re.S)]
        assert len(set(rows)) == 1, rows[:2]


@pytest.mark.parametrize(
    ("claim_id", "changes", "there", "missing"),
    [
        ("1-land-belt-date", {}, "The verdict depends on no choice.", "<table"),
        ("2.1-liquidity", {}, "It would need: The balance sheets of a sample of firms", "The tests"),
        ("2.1-liquidity", {}, "after the crisis.", "Other choices"),
        ("2.2-investment", {"former": []}, "Edition 1.0 did not have this claim.", "Why it moved"),
        ("2.2-investment", {"editions": [], "former": []}, "Cite this claim", "Earlier editions"),
    ],
)
def test_a_page_has_no_part_that_has_nothing_to_say(claim_id, changes, there, missing):
    html = claim.body(subject(claim_id, **changes))
    assert there in html and missing not in html


def test_a_book_without_a_table_of_all_combinations_says_how_many_agree():
    html = claim.body(subject("2.1-pattern", cells=[]))
    said = STORED["2.1-pattern"][1]["choices"]
    assert f"<h2>Other choices</h2>\n<p>{said[0]}</p>" in html and "depends on no choice" not in html


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("supported", "supported", "9", "12", "for"), "at least 8 of the 12 combinations of choices agree (now 9 do)"),
        (("contradicted", "contradicted", "1", "1", "against"), "as long as a necessary test contradicts the claim."),
        (("weak", "supported", "7", "12", "for"), "The main choices say “supported”. That would be the verdict if at least 8"),
        (("holds", "holds", "1", "1", "for"), f"The verdict is “{HOLDS}” as long as every necessary test supports the claim."),
        (("weak", "weak", "1", "1", "for", "weak"), "A clear answer of this necessary test would change it: test 2."),
    ],
)  # fmt: skip
def test_what_would_change_a_verdict_follows_from_the_rule(given, said):
    names = ("verdict", "main", "agree", "cells", "supports", "contradicts")
    row = dict(zip(names, (*given[:4], "A.", "B."), strict=True))
    test = {"found": "", "role": "necessary"}
    tests = [test | {"name": f"test {n}", "outcome": one} for n, one in enumerate(given[4:], start=1)]
    first, *bars = claim.change(row, {"tests": tests})
    assert said in first
    assert bars == ["What would count for it: A.", "What would count against it: B."]


def test_what_an_edition_said_of_a_claim_that_is_gone_keeps_its_page():
    gone = claims.gone()
    assert {"2.1-concentration", "2.1-leather", "2.1-residual"} <= set(gone)
    html = claim.former_body("Claim 2.1-concentration of edition 1.0", gone["2.1-concentration"])
    assert '<a href="2-1-pattern.html">claim 2.1-pattern</a> in its place' in html
    assert "Edition 1.0: <em>Mixed</em>" in html
    assert "does not judge it" in claim.former_body("x", gone["2.1-residual"])


def test_every_claim_of_an_edition_has_a_history_and_a_reason_where_it_moved():
    every = ledger.former()
    editions = sorted({then["edition"] for then in every})
    verdict = {(then["edition"], then["claim"]): then["verdict"] for then in every}
    verdict |= {("now", claim_id): row["verdict"] for claim_id, row in ledger.rows().items()}
    following = dict(zip(editions, [*editions[1:], "now"], strict=True))
    for then in every:
        after = verdict.get((following[then["edition"]], then["became"]))
        same = then["became"] == then["claim"] and after == then["verdict"]
        assert bool(then["moved"]) != same, (then["edition"], then["claim"])


def test_a_history_that_leads_to_no_claim(monkeypatch):
    rows = [{"edition": "1.0", "claim": "1-x", "became": "1-nothing", "moved": "y"}]
    read = tables.rows
    monkeypatch.setattr(tables, "rows", lambda name: iter(rows) if name == ledger.FORMER else read(name))
    place = r"data/paper/former_verdicts.csv, row 2, column became: found '1-nothing', expected a claim of"
    with pytest.raises(ledger.ClaimError, match=place):
        ledger.former()


def test_the_ledger_lists_every_claim_and_what_to_choose_from():
    every = ledger.rows()
    html = claims.list_body(every)
    assert html.count('<tr role="row" id="claim-') == len(every)
    assert f'<a href="2-1-pattern.html" title="{HOLDS.capitalize()}: The initiative has optimised' in html
    named = {verdicts.WORDS.get(row[name], row[name]) for row in every.values() for name in claims.FILTERS}
    assert set(re.findall(r"<option>([^<]+)</option>", html)) == named
    assert f'role="status">{len(every)} claims<' in html


def test_the_list_ends_with_every_sentence_of_the_paper():
    html = claims.list_body(ledger.rows()).partition('<h2 id="text">')[2]
    sentences = list(tables.rows(ledger.SENTENCES))
    assert html.count("<tr><td>") == len(sentences)
    assert (
        f"{sum(bool(one['claims']) and one['sentence'] != '0' for one in sentences)} of them make a claim"
        in html
    )
    assert (
        '<td>2.1, 11</td><td>concentration and risk</td><td class="long"><a href="2-1-pattern.html">' in html
    )
    assert claims.text_body([], {}) == ""


def stored(docname, address):
    """Return a build with one document whose last cell leads to an address, and what it would say on one page."""
    link = nodes.paragraph("", "Next: ", nodes.reference("", "more", refuri=address))
    document = nodes.Element()
    for name, text in (("lead", nodes.paragraph("", "Before.")), ("finding", link)):
        document += nodes.container("", text, nb_element="cell_code", cell_metadata={execution.CELL: name})
    env = SimpleNamespace(
        get_doctree=lambda _: document,
        resolve_references=lambda *_: None,
        titles={docname: nodes.title("", "A chapter")},
        toctree_includes={},
    )
    render = SimpleNamespace(
        render_partial=lambda text: {"fragment": f'<p><a href="{text[1]["refuri"]}">{text.astext()}</a></p>'}
    )
    return SimpleNamespace(env=env, builder=render, config=SimpleNamespace(root_doc=docname))


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("2.html", "chapters/2.html"),
        ("../claims/a.html#b", "claims/a.html#b"),
        ("https://example.org", "https://example.org"),
    ],
)
def test_one_page_has_every_finding_verdict_and_reason(address, leads_to):
    every = ledger.rows()
    html = claims.summary_body(stored("chapters/1", address), every, dict.fromkeys(every, "chapters/1"))
    assert f'<p><a href="{leads_to}">Next: more</a></p>' in html and "Before." not in html
    assert html.count("<li>") == len(every) and all(row["reason"] in unescape(html) for row in every.values())
    untested = sum(row["verdict"] == verdicts.UNTESTED for row in every.values())
    assert html.count("<p>It would need: ") == untested


def test_a_review_has_an_address_only_where_the_book_has_one():
    row = ledger.row("2.1-pattern")
    without = json.dumps(metadata.review(row, "")).replace(citation.rights().text.url, "")
    assert "http" not in without.replace("https://schema.org", "")
    address = "https://a.example/claims/2-1-pattern.html"
    assert metadata.review(row, address)["url"].endswith("2-1-pattern.html")
    head = metadata.tags("Claim", "Mixed: x", [], "claims/2-1-pattern", "", metadata.review(row, ""))
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*)</script>', head)[1])
    assert data["@type"] == "ClaimReview" and data["claimReviewed"] == row["claim"]
    rating = {"@type": "Rating", "alternateName": HOLDS.capitalize(), "ratingExplanation": row["reason"]}
    assert data["reviewRating"] == rating
    assert "author" not in data["itemReviewed"], "the paper's author is not known"


def resolved(html, builder="html", docname="chapters/4-conclusion"):
    """Return raw HTML of a document as a builder gets it."""
    app = SimpleNamespace(srcdir=str(ROOT), builder=SimpleNamespace(name=builder))
    document = nodes.Element("", nodes.raw("", html, format="html"))
    claims.check_links(app, document, docname)
    return document.astext()


@pytest.mark.parametrize(
    ("link", "builder", "docname", "leads_to"),
    [
        ("../claims/2-1-pattern.html", "html", "chapters/4-conclusion", "../claims/2-1-pattern.html"),
        ("claims/index.html", "html", "index", "claims/index.html"),
        ("../claims/2-1-leather.html", "html", "chapters/4-conclusion", "../claims/2-1-leather.html"),
        # Paper and e-books have no pages of claims.
        ("../claims/2-1-pattern.html", "singlehtml", "chapters/4-conclusion", "2-1-effects.html#claim-2-1-pattern"),
        ("../claims/2-1-pattern.html", "singlehtml", "index", "chapters/2-1-effects.html#claim-2-1-pattern"),
        ("claims/abstract-trade.html", "epub", "index", "index.html#claim-abstract-trade"),
    ],
)  # fmt: skip
def test_links_to_claims_lead_to_their_pages_or_on_paper_to_the_chapter(link, builder, docname, leads_to):
    for quote in "'\"":
        html = f"<a href={quote}{{}}{quote} title='x'>y</a>"
        assert resolved(html.format(link), builder, docname) == html.format(leads_to)


@pytest.mark.parametrize(
    "address", ["../claims/9-nothing.html", "claims/2-1-pattern.html", "chapters/claims/2-1-pattern.html"]
)
def test_a_link_to_a_claim_that_is_not_there_is_named(address):
    message = f"chapters/4-conclusion: found a link to {address}, expected the page"
    with pytest.raises(claims.Misled, match=message):
        resolved(f"<a href='{address}'>")
