"""Claims in the book: a verdict is short in its chapter, whole on a page of its own and on paper; one page lists all."""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import SphinxError

from bookpress.claims import box, columns, ledger
from bookpress.claims.verdicts import VERDICTS, WORDS, number
from bookpress.edition import citation
from bookpress.edition.catalogue import say
from bookpress.pages import claim, execution, gallery, metadata

LIST = f"{ledger.FOLDER}/index"
SUMMARY = "summary"  # the page that has all findings
FINDING = "finding"  # the cell that says what a chapter found
LINK = re.compile(rf"""(href=["'])((?:[^"'/:]+/)*){ledger.FOLDER}/([^"'#]*)\.html(?:#[^"']*)?(?=["'])""")
FILTERS = ("section", "kind", "verdict")  # what the list of claims can be filtered by


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
        whole = nodes.raw("", box.details(ledger.row(found["id"]), found), format="html")
        shown = nodes.container("", *renderer.render_text_html(data), classes=["claim-box"])
        # Paper and e-books have no pages of claims: there a chapter shows all of a verdict.
        shown += addnodes.only("", whole, expr="not builder_html")
        shown["claim"] = found
        return [shown]


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each claim, one for each that only an earlier edition had, and the list of all."""
    if app.builder.name != "html" or not ledger.exists():
        return
    decided = {
        node["claim"]["id"]: (node["claim"], name)
        for name in app.env.found_docs
        for node in app.env.get_doctree(name).findall(nodes.container)
        if "claim" in node.attributes
    }
    drawn, chapters = list(gallery.shown(app)), ledger.chapters(Path(app.srcdir))
    every, former = ledger.rows(), ledger.former()
    grid = by_claim(row for _, row in ledger.lines(ledger.CELLS))
    tests = (row for _, row in ledger.lines(ledger.TESTS) if row["bar"])
    bars = {(row["claim"], row["test"]): float(row["bar"]) for row in tests}
    shuffled = by_claim(row for _, row in ledger.lines(ledger.SHUFFLES))
    base = app.config.html_baseurl.rstrip("/")
    rule = next((f"../{name}.html" for name in app.env.found_docs if f"/{name}".endswith("/verdicts")), "")
    for claim_id, row in every.items():
        if claim_id not in decided:
            raise Misled(f"{ledger.where(row)}: shown in no chapter")
        found, docname = decided[claim_id]
        shown_for = ledger.split(row["exhibits"])
        shown = {about["cell"]: about for about in drawn if about["docname"] in chapters[claim_id]}
        if strange := [cell for cell in shown_for if cell not in shown]:
            expected = f"a cell of {', '.join(chapters[claim_id])} that shows a table or a figure"
            raise Misled(f"{ledger.where(row)}, column exhibits: found {strange[0]!r}, expected {expected}")
        name = ledger.page(claim_id)
        address = f"{base}/{name}.html" if base else ""
        cells = grid.get(claim_id, [])
        cited = citation.cite(ledger.anchor(claim_id), box.title(row), metadata.edition(app)[""], address)
        subject = claim.Subject(
            row=row,
            found=found,
            cells=cells,
            exhibits=[shown[cell] for cell in shown_for],
            former=[then for then in former if then["became"] == claim_id],
            editions=sorted({then["edition"] for then in former}),
            chapter=(docname, app.env.titles[docname].astext()),
            rule=rule,
            shuffled=" ".join(map(_shuffled, shuffled[claim_id])),
            bar=bars.get((claim_id, cells[0]["shown"]), 0.0) if cells else 0.0,
            cite=metadata.cite(app, name, cited),
        )
        title, review = say("Claim {0}", claim_id), metadata.review(row, address)
        head = metadata.tags(title, box.hover(row), [], name, base, review)
        yield name, {"title": title, "body": claim.body(subject), "metatags": head}, "page.html"
    for claim_id, rows in gone().items():
        title = f"Claim {claim_id} of edition {rows[-1]['edition']}"
        yield ledger.page(claim_id), {"title": title, "body": claim.former_body(title, rows)}, "page.html"
    yield LIST, {"title": "All claims", "body": list_body(every)}, "page.html"
    places = {claim_id: docname for claim_id, (_, docname) in decided.items()}
    yield SUMMARY, {"title": "The book on one page", "body": summary_body(app, every, places)}, "page.html"


def summary_body(app: Sphinx, every: Mapping[str, ledger.Row], places: Mapping[str, str]) -> str:
    """Return the body of the page of all findings: what each chapter found, and its claims with verdict and reason."""
    body = ""
    for docname in gallery.in_order(app, app.config.root_doc):
        rows = [row for claim_id, row in every.items() if places[claim_id] == docname]
        said = finding(app, docname)
        if not said and not rows:
            continue
        items = "".join(
            f'<li><p><a href="{ledger.page(row["id"])}.html">{escape(row["claim"])}</a> {box.signed(row["verdict"])}</p>'
            f"<p>{'' if row['main'] else say('It would need:') + ' '}{escape(row['reason'])}</p></li>\n"
            for row in rows
        )
        title = escape(app.env.titles[docname].astext())
        body += f'<h2><a href="{docname}.html">{title}</a></h2>\n{said}'
        body += f'<ul class="reasons">\n{items}</ul>\n' if items else ""
    return f"""<section><h1>The book on one page</h1>
<p>What each chapter found, and every claim with its verdict and the reason in a line or two.</p>
{body}</section>"""


def finding(app: Sphinx, docname: str) -> str:
    """Return what a chapter found, as HTML for a page at the root of the book; nothing where it does not say so."""
    doctree, builder = app.env.get_doctree(docname), cast(StandaloneHTMLBuilder, app.builder)
    cells = [node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"]
    found = [node for node in cells if node["cell_metadata"].get(execution.CELL) == FINDING]
    if found:
        app.env.resolve_references(doctree, docname, builder)
    texts = [text for cell in found for text in cell.findall(nodes.paragraph)]
    html = "".join(builder.render_partial(text)["fragment"] for text in texts)
    folder = posixpath.dirname(docname)

    def led(link: re.Match[str]) -> str:
        return f'href="{posixpath.normpath(posixpath.join(folder, link[1]))}"'

    return re.sub(r'href="(?![a-z]+:|#)([^"]*)"', led, html)


def _shuffled(row: ledger.Row) -> str:
    """Say how often chance gives a specification curve as far on the claimed side."""
    median, low, high = (number(float(row[name])) for name in ("median", "low", "high"))
    often = f"{int(row['as_far']):,} of {int(row['shuffles']):,}"
    of = {"lists": "drawn above", "dates": "of the change after signature"}[row["shuffled"]]
    what = {"lists": "the economies on the lists", "dates": "the years of signature"}[row["shuffled"]]
    return (
        f"The median of the {row['estimates']} estimates {of} is {median}, where above zero means as claimed. When we shuffle "
        f"{what} at random, it lies between {low} and {high} in 95 of 100 cases. In {often} shuffles chance goes as far as claimed."
    )


def by_claim(rows: Iterable[ledger.Row]) -> dict[str, list[ledger.Row]]:
    """Return rows of a table by their claim."""
    grouped: dict[str, list[ledger.Row]] = defaultdict(list)
    for row in rows:
        grouped[row["claim"]].append(row)
    return grouped


def gone() -> dict[str, list[ledger.Row]]:
    """Return what earlier editions said of claims that this one has not, by their id then."""
    known = ledger.rows()
    return {claim_id: rows for claim_id, rows in by_claim(ledger.former()).items() if claim_id not in known}


def list_body(every: Mapping[str, ledger.Row]) -> str:
    """Return the body of the page of all claims, which a script sorts and filters; where scripts are off, a plain table."""
    order = {name: ledger.order(name) for name in FILTERS[:2]} | {"verdict": list(VERDICTS)}
    choices = heads = rows = ""
    for name in FILTERS:
        used = [value for value in order[name] if any(row[name] == value for row in every.values())]
        options = "".join(f"<option>{escape(WORDS.get(value, value))}</option>" for value in used)
        choices += f"""<label>{name.capitalize()} <select name="{name}" autocomplete="off">\
<option value="">all</option>{options}</select></label>\n"""
    for name in ("claim", *FILTERS, "agree"):
        heads += f'<th scope="col" role="columnheader" data-column="{name}">{name}</th>'
    for row in every.values():
        agree, size = int(row["agree"] or 0), int(row["cells"] or 0)
        shown = {name: (str(order[name].index(row[name])), escape(row[name])) for name in FILTERS}
        shown["verdict"] = (shown["verdict"][0], box.signed(row["verdict"]))
        shown["agree"] = (f"{agree / size:.4f}", say("{0} of {1}", agree, size)) if size else ("-1", "–")
        kept = " ".join(f'data-{name}="{escape(WORDS.get(row[name], row[name]))}"' for name in FILTERS)
        rows += (
            f'<tr role="row" id="{ledger.anchor(row["id"])}" {kept}>'
            f'<th scope="row" role="rowheader" data-rank="{row["line"]}">'
            f'<a href="{posixpath.basename(ledger.page(row["id"]))}.html" title="{escape(box.hover(row))}">'
            f"{escape(row['claim'])}</a> <code>{row['id']}</code></th>"
        )
        for name, (rank, text) in shown.items():
            rows += f'<td role="cell" data-label="{say(name)}" data-rank="{rank}">{text}</td>'
        rows += "</tr>\n"
    return f"""<section><h1>All claims</h1>
<p>The ledger: every claim of the paper, in our words, with its verdict. Each leads to its page, with the tests and their values.
<em>Agree</em> says how many combinations of choices bear the verdict out.</p>
<form class="ledger-choices" aria-label="Claims to show">
{choices}<button type="reset">Show all</button>
</form>
<p class="ledger-count" role="status">{box.counted(len(every), "claim")}</p>
<table class="ledger sortable" role="table" aria-label="All claims">
<thead role="rowgroup"><tr role="row">{heads}</tr></thead>
<tbody role="rowgroup">
{rows}</tbody>
</table>
{text_body([row for _, row in ledger.lines(ledger.SENTENCES)], every)}</section>"""


def text_body(sentences: Sequence[ledger.Row], every: Mapping[str, ledger.Row]) -> str:
    """Return the map of the text: how many sentences make a claim, and each with its claims; nothing without the table."""
    if not sentences:
        return ""
    numbered = [one for one in sentences if one["sentence"] != "0"]
    claiming = sum(bool(one["claims"]) for one in numbered)
    why = Counter(one["no_claim"] for one in numbered if one["no_claim"])
    reasons = "".join(
        f"<li>{number} {code}: it {columns.NO_CLAIM[code]}</li>" for code, number in why.most_common()
    )
    rows = ""
    for one in sentences:
        leads = ", ".join(
            f'<a href="{posixpath.basename(ledger.page(claim_id))}.html">{claim_id}</a>'
            for claim_id in ledger.split(one["claims"])
        )
        said = f"{one['no_claim']}: {one['reason']}" if one["reason"] else one["no_claim"]
        rows += f"<tr><td>{one['section']}, {one['sentence']}</td><td>{escape(one['about'])}</td>"
        rows += f'<td class="long">{leads or escape(said)}</td></tr>\n'
    return f"""<h2 id="text">Every sentence of the paper</h2>
<p>The paper has {len(numbered)} sentences, named here by section and number; number 0 is a heading. {claiming} of them make a claim or repeat one.
The others make none:</p>
<ul>{reasons}</ul>
<details><summary>All {len(numbered)} sentences</summary>
<table><thead><tr><th scope="col">sentence</th><th scope="col">about</th><th scope="col">claims, or why none</th></tr></thead>
<tbody>
{rows}</tbody></table></details>"""


def check_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Stop at a link to a claim that there is not; where claims have no pages, lead to the box in the chapter."""
    if not ledger.exists():
        return
    html = app.builder.name == "html"
    homes = {LIST: ""} | {ledger.page(name): "" for name in gone()}
    for name, home in ledger.homes(Path(app.srcdir)).items():
        homes[ledger.page(name)] = f"{home}.html#{ledger.anchor(name)}"

    def led(link: re.Match[str]) -> str:
        name, folder = f"{ledger.FOLDER}/{link[3]}", posixpath.dirname(docname)
        leads_to = posixpath.normpath(posixpath.join(folder, link[2], name))
        # On one long page, links are still those of the chapters that it was put together from.
        if name not in homes or (html and leads_to != name):
            expected = f"expected the page of a claim of {ledger.file()}"
            raise Misled(f"{docname}: found a link to {link[2]}{name}.html, {expected}")
        way = posixpath.relpath(homes[name] or f"{docname}.html", folder or ".")
        return link[0] if html else f"{link[1]}{way}"

    for node in doctree.findall(nodes.raw):
        if f"{ledger.FOLDER}/" in node.astext():
            text = LINK.sub(led, node.astext())
            node.clear()
            node += nodes.Text(text)


def in_every_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let every page lead to the lists of what has pages of its own; that of claims loads what sorts and filters it."""
    if app.builder.name == "html":
        claimed = [(SUMMARY, "The book on one page"), (LIST, "All claims")] if ledger.exists() else []
        context["lists"] = [*claimed, ("exhibits/index", "Tables and figures")]
    if pagename == LIST:
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    if ClaimRenderer not in load_mime_renders():
        load_mime_renders().append(ClaimRenderer)
    app.connect("doctree-resolved", check_links)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", in_every_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
