"""What reference managers, search engines and link previews read in the head of a page."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from bookpress import provenance
from bookpress.claims import box
from bookpress.edition import citation
from bookpress.provenance import About

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TYPES = {"figure": "ImageObject", "table": "Dataset"}  # schema.org's words for exhibits


def tags(
    title: str,
    summary: str,
    parts: list[About],
    page: str,
    base: str,
    linked: Mapping[str, Any] | None = None,
) -> str:
    """Return the meta tags and the JSON-LD of a page.

    Parameters
    ----------
    title, summary : str
        Of the page.
    parts : list of dict
        The page's exhibits: ``id``, ``title``, ``alt`` (figures only), ``identifier`` (if it is to be told).
    page : str
        Address of the page from the root of the book, without ending.
    base : str
        Address of the published book; empty while it has none. Tags that need a full address are
        left out then, never filled with an invented one.
    linked : mapping, optional
        The JSON-LD, where it is not that of a chapter or an exhibit.
    """
    about = citation.edition()
    base = base.rstrip("/")
    url = f"{base}/{page}.html" if base else ""
    first = next((part["id"] for part in parts if part["id"].startswith("figure")), "")
    named = [
        ("citation_title", title),
        *(("citation_author", name) for name in citation.authors()),
        ("citation_publication_date", about["date-released"].replace("-", "/")),
        ("citation_inbook_title", about["title"]),
        ("citation_language", "en"),
        ("citation_fulltext_html_url", url),
        ("DC.title", title),
        *(("DC.creator", name) for name in citation.authors()),
        ("DC.date", about["date-released"]),
        ("DC.identifier", url),
        ("DC.rights", provenance.LICENCE),
        ("DC.language", "en"),
        ("description", summary),
    ]
    properties = [
        ("og:title", title),
        ("og:type", "article"),
        ("og:site_name", about["title"]),
        ("og:description", summary),
        ("og:url", url),
        ("og:image", f"{base}/figures/{first}.png" if base and first else ""),
        ("og:image:alt", next((p["alt"] for p in parts if p["id"] == first), "") if base else ""),
    ]
    lines = [f'<meta name="{n}" content="{escape(v)}">' for n, v in named if v]
    lines += [f'<meta property="{n}" content="{escape(v)}">' for n, v in properties if v]
    data = json.dumps(linked or linked_data(title, summary, parts, page, url), ensure_ascii=False)
    lines.append(f'<script type="application/ld+json">{data.replace("<", chr(92) + "u003c")}</script>')
    return "\n".join(lines)


def review(row: Mapping[str, str], address: str) -> dict[str, Any]:
    """Return the schema.org description of a claim's page, a ClaimReview.

    The verdicts are no scale, so that the rating is a word and no number. What is not known of the paper, its title, authors and
    address, is left out.

    Parameters
    ----------
    row : mapping
        The ledger's row.
    address : str
        Full address of the claim's page; empty while there is none.
    """
    about = citation.edition()
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "name": f"Claim {row['id']}",
        "claimReviewed": row["claim"],
        "itemReviewed": {
            "@type": "Claim",
            "name": row["id"],
            "text": row["claim"],
            "description": f"Section {row['section']}: {row['place']}; {row['kind']}",
        },
        "reviewRating": {
            "@type": "Rating",
            "alternateName": box.word(row).capitalize(),
            "ratingExplanation": row["reason"],
        },
        "reviewBody": row["reason"],
        "author": [{"@type": "Organization", "name": name} for name in citation.authors()],
        "datePublished": about["date-released"],
        "version": about["version"],
        "inLanguage": "en",
        "license": LICENCE,
        "isPartOf": {"@type": "Book", "name": about["title"]},
        **({"url": address} if address else {}),
    }


def linked_data(title: str, summary: str, parts: list[About], page: str, url: str) -> dict[str, Any]:
    """Return the schema.org description of a page and its exhibits; addresses are relative."""
    about = citation.edition()
    root = "../" * page.count("/")
    authors = [{"@type": "Organization", "name": name} for name in citation.authors()]
    return {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": title,
        "abstract": summary,
        "inLanguage": "en",
        "datePublished": about["date-released"],
        "version": about["version"],
        "author": authors,
        "license": LICENCE,
        "isPartOf": {"@type": "Book", "name": about["title"]},
        **({"url": url} if url else {}),
        "hasPart": [
            {
                "@type": TYPES[part["id"].split("-")[0]],
                "name": part["title"],
                **({"description": part["alt"]} if "alt" in part else {"description": part["title"]}),
                "url": f"{root}exhibits/{part['id']}.html",
                **({"identifier": part["identifier"]} if "identifier" in part else {}),
                "license": LICENCE,
                "creator": authors,
            }
            for part in parts
        ],
    }


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the tags into the head of every chapter."""
    if doctree is None:
        return
    paragraph = next(doctree.findall(nodes.paragraph), None)
    summary = " ".join(paragraph.astext().split()) if paragraph else ""
    parts = [n["exhibit"] for n in doctree.findall(nodes.Element) if "exhibit" in n.attributes]
    title = app.env.titles[pagename].astext()
    context["metatags"] += tags(title, summary, parts, pagename, app.config.html_baseurl)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
