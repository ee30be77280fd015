"""The Sphinx glue of claims: a verdict is short in its chapter, whole on a page of its own and whole on paper."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from bookpress import tables
from bookpress.claims import ledger
from bookpress.edition import book
from bookpress.pages import citations, claim, exhibits, listing, metadata
from bookpress.provenance import About

ONLY_PAGES = (
    "builder_html"  # paper and e-books have no pages of claims: there a chapter shows all of a verdict
)
LINK = re.compile(rf"""(href=["'])((?:[^"'/:]+/)*){ledger.FOLDER}/([^"'#]*)\.html(?:#[^"']*)?(?=["'])""")


class Misled(SphinxError):
    """A link, the ledger and the chapters do not agree on which claims there are; the message names the claim."""

    category = "Claims"


class ClaimRenderer:
    """Render what `bookpress.claims.box` displayed; every other output is left to the others."""

    mime_priority_overrides: ClassVar = ()

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        found = data.output_metadata.get("claim")
        if inline or not found or data.mime_type != "text/html":
            return None
        whole = nodes.raw("", ledger.details(ledger.rows()[found["id"]], found), format="html")
        box = nodes.container("", *renderer.render_text_html(data), classes=["claim-box"])
        box += addnodes.only("", whole, expr=f"not {ONLY_PAGES}")
        box["claim"] = found
        return [box]


def decided(app: Sphinx) -> dict[str, tuple[ledger.Found, str]]:
    """Return what the chapters computed of each claim, with the document that shows it."""
    return {
        node["claim"]["id"]: (node["claim"], name)
        for name in app.env.found_docs
        for node in app.env.get_doctree(name).findall(nodes.container)
        if "claim" in node.attributes
    }


def shown_exhibits(app: Sphinx) -> dict[tuple[str, str], About]:
    """Return the exhibits by the document and the cell that show them."""
    return {(about["docname"], about["cell"]): about for about in exhibits.shown(app)}


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each claim, one for each that only an earlier edition had, and the ledger of all."""
    if app.builder.name != "html" or not ledger.exists():
        return
    every, found, base = ledger.rows(), decided(app), app.config.html_baseurl.rstrip("/")
    drawn, former, grid = shown_exhibits(app), ledger.former(), cells()
    for claim_id, row in every.items():
        where = f"{ledger.file()}, row {row['line']}, claim {claim_id}"
        if claim_id not in found:
            raise Misled(f"{where}: shown in no chapter")
        computed, docname = found[claim_id]
        mine = []
        for cell in ledger.split(row["exhibits"]):
            if (docname, cell) not in drawn:
                raise Misled(
                    f"{where}, column exhibits: found {cell!r}, expected a cell of {docname}.ipynb that shows a table or a figure"
                )
            mine.append(drawn[docname, cell])
        name = ledger.page(claim_id)
        address = f"{base}/{name}.html" if base else ""
        subject = claim.Subject(
            row=row,
            found=computed,
            cells=grid.get(claim_id, []),
            exhibits=mine,
            former=[then for then in former if then["became"] == claim_id],
            editions=sorted({then["edition"] for then in former}),
            chapter=(docname, app.env.titles[docname].astext()),
            rule=rule_page(app, row),
            address=address,
            edition=citations.edition(app)[""],
        )
        linked = metadata.review(row, address)
        head = metadata.tags(f"Claim {claim_id}", ledger.hover(row), [], name, base, linked)
        yield (
            name,
            {"title": f"Claim {claim_id}", "body": claim.body(subject), "metatags": head},
            "page.html",
        )
    for claim_id, rows in ledger.former_pages().items():
        title = f"Claim {claim_id} of edition {rows[-1]['edition']}"
        yield (ledger.page(claim_id), {"title": title, "body": claim.former_body(title, rows)}, "page.html")
    yield (f"{ledger.FOLDER}/index", {"title": "All claims", "body": listing.body(every)}, "page.html")


def cells() -> dict[str, list[dict[str, str]]]:
    """Return the cells of the grid by claim; a book without choices has none."""
    grouped: dict[str, list[dict[str, str]]] = {}
    for cell in tables.rows(ledger.CELLS) if ledger.CELLS in tables.describe() else ():
        grouped.setdefault(cell["claim"], []).append(cell)
    return grouped


def rule_page(app: Sphinx, row: ledger.Row) -> str:
    """Return where the one rule is stated and the grid shows the claim, from a claim's page; '' in a book without."""
    chapters = book.chapters(Path(app.srcdir))
    page = next((path for path in chapters if path.stem == "verdicts"), None)
    if page is None:
        return ""
    way = page.relative_to(app.srcdir).with_suffix(".html").as_posix()
    varied = int(row["cells"] or 1) > 1
    return f"../{way}#grid-{row['id'].replace('.', '-')}" if varied else f"../{way}"


def check_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Stop at a link to a claim that there is not; where claims have no pages, lead to the box in the chapter.

    Raises
    ------
    Misled
        If there is no such claim; the message names document and claim.
    """
    if not ledger.exists():
        return
    every = ledger.rows()
    homes = {
        ledger.page(name): f"{ledger.home(row, Path(app.srcdir))}.html#{ledger.anchor(name)}"
        for name, row in every.items()
    }
    homes |= {ledger.page(name): "" for name in ledger.former_pages()} | {f"{ledger.FOLDER}/index": ""}

    def led(link: re.Match[str]) -> str:
        name = f"{ledger.FOLDER}/{link[3]}"
        leads_to = posixpath.normpath(posixpath.join(posixpath.dirname(docname), link[2], name))
        # On one long page, links are still those of the chapters that it was put together from.
        misplaced = app.builder.name == "html" and leads_to != name
        if name not in homes or misplaced:
            raise Misled(
                f"{docname}: found a link to {link[2]}{name}.html, expected the page of a claim of {ledger.file()}"
            )
        if app.builder.name == "html":
            return link[0]
        way = posixpath.relpath(homes[name] or f"{docname}.html", posixpath.dirname(docname) or ".")
        return f"{link[1]}{way}"

    for node in doctree.findall(nodes.raw):
        if f"{ledger.FOLDER}/" in node.astext():
            html = LINK.sub(led, node.astext())
            node.clear()
            node += nodes.Text(html)


def name_lists(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let every page lead to the lists of what has pages of its own."""
    if app.builder.name == "html":
        claimed = [(f"{ledger.FOLDER}/index", "All claims")] if ledger.exists() else []
        context["lists"] = [*claimed, ("exhibits/index", "Tables and figures")]


def load_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let the ledger, and no other page, load what sorts and filters it."""
    if pagename == f"{ledger.FOLDER}/index":
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    if ClaimRenderer not in load_mime_renders():
        load_mime_renders().append(ClaimRenderer)
    app.connect("doctree-resolved", check_links)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", load_script)
    app.connect("html-page-context", name_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
