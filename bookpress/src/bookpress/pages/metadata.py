"""What reference managers, search engines and link previews read of a page, and how the edition is identified and cited."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress.claims import box
from bookpress.edition import book, catalogue, citation, identifiers
from bookpress.edition.catalogue import say
from bookpress.provenance import About

CITATION = "CITATION.cff"


@cache
def edition(app: Sphinx) -> dict[str, str]:
    """Return the identifiers of the edition that is built and of its folders, as they were when first asked for."""
    return identifiers.edition(Path(app.srcdir))


def verbatim(text: str) -> str:
    """Return text that a reader copies, as HTML."""
    return f'<div class="highlight"><pre>{escape(text)}</pre></div>'


def cite(app: Sphinx, place: str, cited: Mapping[str, str]) -> str:
    """Write the files of a citation into the book; return all its formats as HTML, for a page one folder down.

    `place` is the address of the files from the root of the book, without ending.
    """
    for ending, text in citation.downloads(cited).items():
        path = Path(app.outdir) / f"{place}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    name = place.rpartition("/")[2]
    links = " · ".join(
        f'<a href="../{place}{ending}" download="{name}{ending}">{name}{ending}</a>'
        for ending in citation.ENDINGS.values()
    )
    (_, plain), *formats = cited.items()
    shown = "".join(f"<h3>{form}</h3>{verbatim(said)}\n" for form, said in formats)
    names = ", ".join(form for form, _ in formats)
    return f"""{verbatim(plain)}
<p class="cite-files">{links}</p>
<details class="fold"><summary>The same as {names}, to copy</summary>
{shown}</details>"""


def cite_edition(app: Sphinx) -> str:
    """Return how the edition itself is cited and identified, as HTML for a page one folder down."""
    named = edition(app)
    cited = citation.cite("edition", "", named[""], app.config.html_baseurl)
    folders = "".join(
        f"<li>The folder <code>{name}</code>: <code>{value}</code>; <code>git rev-parse HEAD:{name}</code></li>\n"
        for name, value in named.items()
        if name
    )
    return f"""<h2 id="cite">Cite the edition</h2>
{cite(app, "edition", cited)}
<p>The identifiers are SWHIDs (ISO/IEC 18670). They follow from the files and nothing else, and git prints in a clone what follows
the last colon:</p>
<ul><li>The edition: <code>{named[""]}</code>; <code>git rev-parse "HEAD^{{tree}}"</code></li>
{folders}</ul>
<p>The identifier of the edition cannot stand in a file of the edition; <a href="../{CITATION}" download>{CITATION}</a> of the book has
it.</p>"""


def tags(
    title: str,
    summary: str,
    parts: list[About],
    page: str,
    base: str,
    linked: Mapping[str, Any] | None = None,
    cover: bool = False,
) -> str:
    """Return the meta tags and the JSON-LD of a page that shows exhibits, or the JSON-LD that is given.

    `page` is the address from the root of the book, without ending, `base` that of the published book: while it is
    empty, tags that need a full address are left out. The cover is the whole edition, any other page a part of it.
    """
    about, authors = citation.edition(), citation.authors()
    title, language = about["title"] if cover else title, catalogue.tag(book.root())
    base = base.rstrip("/")
    url = f"{base}/{page}.html" if base else ""
    first: About = next((part for part in parts if part["id"].startswith("figure")), {}) if base else {}
    named = [
        ("citation_title", title),
        # Scholar and Zotero read what is told of an author behind the name.
        *(pair for author in authors for pair in _scholarly(author)),
        ("citation_publication_date", about["date-released"].replace("-", "/")),
        # Zotero (translators "Embedded Metadata" and "RDF"): this makes any page a bookSection; without it og:type decides,
        # of which "book" makes a book, and "article" yields to the journalArticle that citation_title suggests.
        ("citation_inbook_title", "" if cover else about["title"]),
        ("citation_language", language),
        ("citation_fulltext_html_url", url),
        ("DC.title", title),
        *(("DC.creator", author.filed) for author in authors),
        ("DC.date", about["date-released"]),
        ("DC.identifier", url),
        ("DC.rights", citation.rights().text.name),
        ("DC.language", language),
        ("description", summary),
    ]
    properties = [
        ("og:title", title),
        ("og:type", "book" if cover else "article"),
        ("og:site_name", about["title"]),
        ("og:description", summary),
        ("og:url", url),
        ("og:image", f"{base}/figures/{first['id']}.png" if first else ""),
        ("og:image:alt", first.get("alt", "")),
    ]
    lines = [f'<meta name="{n}" content="{escape(v)}">' for n, v in named if v]
    lines += [f'<meta property="{n}" content="{escape(v)}">' for n, v in properties if v]
    kind = "Book" if cover else "ScholarlyArticle"
    linked = linked or _work(kind, url, headline=title, abstract=summary, hasPart=_parts(parts, page))
    data = json.dumps(linked, ensure_ascii=False)
    lines.append(f'<script type="application/ld+json">{data.replace("<", chr(92) + "u003c")}</script>')
    return "\n".join(lines)


def review(row: Mapping[str, str], address: str) -> dict[str, Any]:
    """Return the schema.org description of a claim's page, at a full address or none, as a ClaimReview.

    The verdicts are no scale: the rating is a word and no number. What is not known of the paper is left out.
    """
    where = say("Section {0}: {1}; {2}", row["section"], row["place"], row["kind"])
    verdict, reason = box.word(row).capitalize(), row["reason"]
    return _work(
        "ClaimReview",
        address,
        name=say("Claim {0}", row["id"]),
        claimReviewed=row["claim"],
        itemReviewed={"@type": "Claim", "name": row["id"], "text": row["claim"], "description": where},
        reviewRating={"@type": "Rating", "alternateName": verdict, "ratingExplanation": reason},
        reviewBody=reason,
    )


def _parts(parts: list[About], page: str) -> list[dict[str, Any]]:
    """Return the schema.org description of a page's exhibits; addresses are relative."""
    root = "../" * page.count("/")
    return [
        {
            "@type": "Dataset" if part["id"].startswith("table") else "ImageObject",
            "name": part["title"],
            "description": part.get("alt", part["title"]),
            "url": f"{root}exhibits/{part['id']}.html",
            **({"identifier": part["identifier"]} if "identifier" in part else {}),
            "license": citation.rights().text.url,
            "creator": _authors(),
        }
        for part in parts
    ]


def _work(kind: str, url: str, **fields: Any) -> dict[str, Any]:
    """Return the schema.org description of the edition or a part of it, with what is the same of all."""
    about = citation.edition()
    whole = {} if kind == "Book" else {"isPartOf": {"@type": "Book", "name": about["title"]}}
    return {
        "@context": "https://schema.org",
        "@type": kind,
        **fields,
        "author": _authors(),
        "datePublished": about["date-released"],
        "version": about["version"],
        "inLanguage": catalogue.tag(book.root()),
        "license": citation.rights().text.url,
        **whole,
        **({"url": url} if url else {}),
    }


def _authors() -> list[dict[str, Any]]:
    return [_author(author) for author in citation.authors()]


def _author(author: citation.Author) -> dict[str, Any]:
    """Return the schema.org description of an author; a person's identifier is the ORCID."""
    fields: dict[str, Any] = {"@id": author.orcid, "name": author.name}
    fields |= {"familyName": author.family, "givenName": author.given}
    where = author.affiliation
    fields["affiliation"] = where and {"@type": "Organization", "name": where}
    kind = "Person" if author.family else "Organization"
    return {"@type": kind, **{key: said for key, said in fields.items() if said}}


def _scholarly(author: citation.Author) -> list[tuple[str, str]]:
    """Return the meta tags of an author."""
    names = ("citation_author", "citation_author_institution", "citation_author_orcid")
    return [*zip(names, (author.filed, author.affiliation, author.orcid), strict=True)]


def byline() -> str:
    """Return who wrote the book, as HTML for its title page; '' where no person is named."""
    people = citation.authors()
    if not any(author.family for author in people):
        return ""
    lines = ""
    for author in people:
        orcid = f' (ORCID <a href="{author.orcid}">{author.number}</a>)' if author.orcid else ""
        where = f", {escape(author.affiliation)}" if author.affiliation else ""
        lines += f"<p>{escape(author.name)}{orcid}{where}</p>"
    return f'<div class="authors" translate="no">{lines}</div>'


def name_authors(app: Sphinx, doctree: nodes.document) -> None:
    """Put the authors below the title of the cover, which print and e-books take as well."""
    title, line = next(doctree.findall(nodes.title), None), byline()
    if title is not None and line and app.env.docname == app.config.root_doc:
        title.parent.insert(title.parent.index(title) + 1, nodes.raw("", line, format="html"))


def name_book(app: Sphinx, config: Config) -> None:
    """Let the book have the title and the authors of CITATION.cff everywhere."""
    config["html_title"] = config["project"] = citation.short_title(Path(app.srcdir))
    config["author"] = ", ".join(author.name for author in citation.authors())


def name_rights(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: object) -> None:
    """Give the foot of every page the licences of text and code."""
    context["rights"] = citation.rights_line(html=True)
    context["language"] = catalogue.tag(Path(app.srcdir))


def describe(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Put the tags into the head of every chapter."""
    if doctree is None:
        return
    paragraph = next(doctree.findall(nodes.paragraph), None)
    summary = " ".join(paragraph.astext().split()) if paragraph else ""
    parts = [node["exhibit"] for node in doctree.findall(nodes.Element) if "exhibit" in node.attributes]
    title = app.env.titles[page].astext()
    cover = page == app.config.root_doc
    context["metatags"] += tags(title, summary, parts, page, app.config.html_baseurl, cover=cover)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the finished CITATION.cff into the book."""
    if exception is None and app.builder.name == "html":
        text = citation.finished(edition(app), app.config.html_baseurl)
        (Path(app.outdir) / CITATION).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", name_book, priority=100)
    app.connect("doctree-read", name_authors)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", name_rights)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
