"""The pages of claims: all that the chapter computed and nothing else, links that hold, what machines read."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes

from bookpress import tables
from bookpress.claims import ledger
from bookpress.pages import claim, claims, metadata
from shared import CHAPTERS, ROOT, read_notebook


def stored():
    """Return what the chapters stored of each claim: the words that nbval compares, and what its page is made from."""
    return {
        output["metadata"]["claim"]["id"]: (
            "".join(output["data"]["text/plain"]),
            output["metadata"]["claim"],
        )
        for path in CHAPTERS
        for cell in read_notebook(path)["cells"]
        for output in cell.get("outputs", [])
        if "claim" in output.get("metadata", {})
    }


STORED = stored()


def subject(claim_id, **changes):
    """Return what the page of a claim is made from, as a build gathers it."""
    former = ledger.former()
    given = {
        "row": ledger.rows()[claim_id],
        "found": STORED[claim_id][1],
        "cells": claims.cells().get(claim_id, []),
        "exhibits": [],
        "former": [then for then in former if then["became"] == claim_id],
        "editions": ["1.0"],
        "chapter": ("chapters/x", "X"),
        "rule": "../chapters/verdicts.html",
        "address": "",
        "edition": "swh:1:dir:" + "1" * 40,
    }
    return claim.Subject(**given | changes)


def words(html):
    """Return the text of HTML in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_nothing_is_on_a_page_that_the_chapter_did_not_compute_and_compare():
    assert set(STORED) == set(ledger.rows())
    for claim_id, (plain, found) in STORED.items():
        told = [found["evidence"], *found["choices"], *found["sources"]]
        told += [part for test in found["tests"] for part in (test["name"], test["found"])]
        assert [text for text in told if text not in plain] == [], claim_id


def test_a_page_tells_all_of_a_verdict():
    found = subject("2.1-pattern", exhibits=[{"id": "table-s9", "label": "Table S9", "caption": "Cap <1>."}])
    html = claim.body(found)
    told = words(html)
    assert "Claim 2.1-pattern : causal; section 2.1, eleventh sentence" in told
    assert "≈ Mixed" in told
    for test in found.found["tests"]:
        assert test["found"] in told and test["found"]
    assert "speaks for the claim" in told and "speaks against it" in told and "cannot tell" in told
    assert found.found["choices"][0] in told
    assert html.count("<tr>") == 1 + len(found.cells) == 13
    assert '<a href="../exhibits/table-s9.html">Table S9</a>. Cap &lt;1&gt;.' in html
    assert "totals-with-china : United Nations" in told
    assert 'as claim <a href="2-1-concentration.html">2.1-concentration</a>' in html
    assert "Why it moved:" in told and "This edition: mixed ." in told
    assert "@misc{claim-2-1-pattern," in told
    # Text, BibTeX (for readers of both kinds), RIS (likewise) and CSL-JSON name the edition.
    assert told.count("swh:1:dir:" + "1" * 40) == 6 and "http" not in told


def test_many_combinations_are_counted_by_choice_and_folded():
    found = subject("1-development-all")
    html = claim.body(found)
    folded = html.partition("<details>")[2].partition("</details>")[0]
    assert folded.count("<tr>") == 1 + 384
    counted = html.partition("<details>")[0].partition("by what is chosen</caption>")[2]
    taken = dict(re.findall(r"<td>listed</td><td>([^<]+)</td><td>(\d+ of \d+)</td>", counted))
    assert taken == dict.fromkeys(("64 partners", "65 partners", "signers", "58 partners"), "96 of 96")


@pytest.mark.parametrize("claim_id", ["2.1-pattern", "1-development-all", "4-obstacles", "3.2-tariffs-key"])
def test_every_row_of_the_tables_has_a_cell_for_each_heading(claim_id):
    for table in re.findall(r"<table>.*?</table>", claim.body(subject(claim_id)), flags=re.S):
        rows = [len(re.findall(r"<t[dh]", row)) for row in re.findall(r"<tr>.*?</tr>", table, flags=re.S)]
        assert len(set(rows)) == 1, rows[:2]


def test_one_combination_needs_no_table():
    html = claim.body(subject("1-land-belt-date"))
    assert "<table" not in html
    assert "No choice of lists, years or statistics enters." in html


def test_a_claim_that_is_not_tested_says_what_it_would_take():
    html = claim.body(subject("2.1-liquidity"))
    assert "It would need: Balance sheets of a sample of firms before and after the crisis." in html
    assert "The tests" not in html and "Other choices" not in html


def test_a_claim_that_is_new_says_so():
    assert "Edition 1.0 did not have this claim." in claim.body(subject("2.2-investment"))
    assert "Earlier editions" not in claim.body(subject("2.2-investment", editions=[]))


def verdict(word, main, agree, cells, *outcomes):
    row = {
        "verdict": word,
        "main": main,
        "agree": agree,
        "cells": cells,
        "supports": "A.",
        "contradicts": "B.",
    }
    tests = [{"name": f"test {n}", "found": "", "outcome": said} for n, said in enumerate(outcomes, start=1)]
    return claim.change(row, {"tests": tests})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("supported", "supported", "9", "12", "for"), "at least 8 of the 12 combinations of choices say so; 9 do now"),
        (("contradicted", "contradicted", "1", "1", "against"), "as long as every test speaks against the claim."),
        (("inconclusive", "supported", "7", "12", "for"), "call it supported. It would be so called if at least 8 of"),
        (("mixed", "mixed", "1", "1", "for", "against"), "for the claim, test 1; against it, test 2."),
        (("inconclusive", "inconclusive", "1", "1", "for", "unclear"), "of this test, which cannot tell now, would: test 2."),
    ],
)  # fmt: skip
def test_what_would_change_a_verdict_follows_from_the_rule(given, said):
    first, *bars = verdict(*given)
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
    now = ledger.rows()
    for then in ledger.former():
        same = then["became"] == then["claim"] and now[then["claim"]]["verdict"] == then["verdict"]
        assert bool(then["moved"]) != same, then["claim"]


def test_a_history_that_leads_to_no_claim(monkeypatch):
    rows = [{"edition": "1.0", "claim": "1-x", "became": "1-nothing", "moved": "y"}]
    monkeypatch.setattr(
        tables, "rows", lambda name, read=tables.rows: iter(rows) if name == ledger.FORMER else read(name)
    )
    place = r"data/paper/former_verdicts.csv, row 2, column became: found '1-nothing', expected a claim of"
    with pytest.raises(ledger.ClaimError, match=place):
        ledger.former()


def test_the_ledger_lists_every_claim_and_what_to_choose_from():
    every = ledger.rows()
    html = claims.list_body(every)
    assert html.count('<tr role="row" id="claim-') == len(every)
    assert '<a href="2-1-pattern.html" title="Mixed: The initiative has optimised' in html
    assert set(re.findall(r"<option>([^<]+)</option>", html)) == {
        row[name] for row in every.values() for name in claims.FILTERS
    }
    assert f'role="status">{len(every)} claims<' in html


def test_a_review_has_an_address_only_where_the_book_has_one():
    row = ledger.rows()["2.1-pattern"]
    assert "http" not in json.dumps(metadata.review(row, "")).replace(metadata.LICENCE, "").replace(
        "https://schema.org", ""
    )
    assert metadata.review(row, "https://a.example/claims/2-1-pattern.html")["url"].endswith(
        "2-1-pattern.html"
    )
    head = metadata.tags("Claim", "Mixed: x", [], "claims/2-1-pattern", "", metadata.review(row, ""))
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*)</script>', head)[1])
    assert data["@type"] == "ClaimReview"
    assert data["claimReviewed"] == row["claim"]
    assert data["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mixed",
        "ratingExplanation": row["reason"],
    }
    assert "author" not in data["itemReviewed"], "the paper's author is not known"


def resolved(html, builder="html", docname="chapters/4-conclusion"):
    """Return raw HTML of a document as a builder gets it."""
    app = SimpleNamespace(srcdir=str(ROOT), builder=SimpleNamespace(name=builder))
    document = nodes.Element("", nodes.raw("", html, format="html"))
    claims.check_links(app, document, docname)
    return document.astext()


LINK = '<a href="../claims/2-1-pattern.html" title="x">y</a>'


def test_links_to_claims_stay_where_claims_have_pages():
    assert resolved(LINK) == LINK
    assert resolved("<a href='claims/index.html'>", docname="index") == "<a href='claims/index.html'>"
    assert resolved('<a href="../claims/2-1-leather.html">') == '<a href="../claims/2-1-leather.html">'


def test_links_to_claims_lead_to_the_chapter_on_paper():
    assert resolved(LINK, "singlehtml") == LINK.replace(
        "../claims/2-1-pattern.html", "2-1-export-pattern.html#claim-2-1-pattern"
    )
    assert "2-1-export-pattern.html#claim-2-1-pattern" in resolved(LINK, "singlehtml", "index")
    there = resolved("<a href='claims/abstract-trade.html'>", "epub", "index")
    assert there == "<a href='index.html#claim-abstract-trade'>"


@pytest.mark.parametrize(
    "address", ["../claims/9-nothing.html", "claims/2-1-pattern.html", "chapters/claims/2-1-pattern.html"]
)
def test_a_link_to_a_claim_that_is_not_there_is_named(address):
    with pytest.raises(
        claims.Misled, match=f"chapters/4-conclusion: found a link to {address}, expected the page"
    ):
        resolved(f"<a href='{address}'>")
