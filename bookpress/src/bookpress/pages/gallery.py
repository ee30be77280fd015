"""Exhibits in the book: in its chapter each has an address and files; each has a page, and one page lists all."""

import re
import shutil
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx

from bookpress import provenance, tables
from bookpress.claims import box, ledger
from bookpress.edition import book, citation, identifiers
from bookpress.edition.catalogue import say
from bookpress.pages import execution, metadata
from bookpress.provenance import About
from bookpress.run import results


class ExhibitRenderer:
    """Render what `bookpress.exhibits` displayed; every other output is left to MyST-NB."""

    mime_priority_overrides: ClassVar = ()

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        about = data.output_metadata.get("bookpress")
        if inline or not about:
            return None
        if data.mime_type == "image/svg+xml":
            (image,) = renderer.render_image(data)
            image["alt"] = about["alt"]
            label = nodes.strong(text=f"{about['label']}.")
            # The picture says its title; here it is for those who hear the page, and for the lists in print.
            said = nodes.inline(text=f" {about['title'].partition('. ')[2]}", classes=["figure-title"])
            caption = nodes.caption("", "", label, said, nodes.Text(f" {about['caption']}"))
            note = nodes.raw("", provenance.source_note(about), format="html")
            legend = nodes.legend("", note, _files_row(renderer, about))
            node: nodes.Element = nodes.figure("", image, caption, legend, classes=["exhibit"])
        elif data.mime_type == "text/html":
            node = nodes.container("", *renderer.render_text_html(data), classes=["exhibit"])
            node += _files_row(renderer, about)
        else:
            return None
        node["ids"].append(about["id"])
        node["names"].append(about["id"])
        said = data.cell_metadata
        node["exhibit"] = about | {
            "cell": said[execution.CELL],
            "labelled": said.get(execution.LABELLED, False),
        }
        renderer.renderer.document.note_explicit_target(node, node)
        return [node]


def _files_row(renderer: NbElementRenderer, about: About) -> nodes.raw:
    """Return the quiet row of downloads below an exhibit."""
    root = "../" * renderer.renderer.sphinx_env.docname.count("/")
    links = [
        f'<a href="{root}{path}" download aria-label="{say("{0} as {1}", about["label"], name)}">{say(name)}</a>'
        for path, name in provenance.files(about["id"]).items()
    ]
    label = say("Cite {0}", about["label"])
    links.append(f'<a href="{root}exhibits/{about["id"]}.html" aria-label="{label}">{say("Cite")}</a>')
    return nodes.raw("", f'<p class="exhibit-files">{" · ".join(links)}</p>', format="html")


def shown(app: Sphinx) -> Iterator[About]:
    """Yield every exhibit of the book in reading order, with its kind, its document, its cell and its node there."""
    for docname in in_order(app, app.config.root_doc):
        for node in app.env.get_doctree(docname).findall(nodes.Element):
            if "exhibit" in node.attributes:
                about = node["exhibit"]
                yield about | {"docname": docname, "node": node, "kind": about["id"].partition("-")[0]}


def in_order(app: Sphinx, docname: str) -> Iterator[str]:
    """Yield a document and all below it in the contents, in reading order."""
    yield docname
    for below in app.env.toctree_includes.get(docname, []):
        yield from in_order(app, below)


def publish_files(app: Sphinx) -> list[About]:
    """Copy the files that the chapters exported to their addresses in the book."""
    listed, out = list(shown(app)), Path(app.outdir)
    for about in listed:
        chapter = Path(app.env.doc2path(about["docname"]))
        source = results.exports(chapter, Path(app.srcdir))
        (out / f"{about['kind']}s").mkdir(exist_ok=True)
        for path in [*provenance.files(about["id"]), f"{about['kind']}s/{about['id']}{provenance.SIDECAR}"]:
            shutil.copyfile(source / path, out / path)
    return listed


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield a page for each exhibit and the list of all, with the files in place."""
    if app.builder.name != "html":
        return
    listed = publish_files(app)
    chapters = ledger.chapters(Path(app.srcdir)) if ledger.exists() else {}
    claimed = ledger.rows() if chapters else {}
    for about in listed:
        name, base = f"exhibits/{about['id']}", app.config.html_baseurl
        main = next(iter(provenance.files(about["id"])))  # stands for the exhibit: its drawing or its values
        named = about | {"identifier": identifiers.content(Path(app.outdir) / main)}
        head = metadata.tags(about["title"], about["caption"] or about["title"], [named], name, base)
        address = f"{base.rstrip('/')}/{name}.html" if base else ""
        mine = [row for claim_id, row in claimed.items() if about["docname"] in chapters[claim_id]]
        body = exhibit_page(app, about, mine, address)
        yield name, {"title": about["label"], "body": body, "metatags": head}, "page.html"
    body = f"<section>{list_page(listed)}{metadata.cite_edition(app)}</section>"
    yield "exhibits/index", {"title": "Tables and figures", "body": body}, "page.html"


def exhibit_page(app: Sphinx, about: About, claimed: Iterable[ledger.Row] = (), address: str = "") -> str:
    """Return the body of an exhibit's own page at a full address; of `claimed`, those it bears on are named."""
    root, described = Path(app.srcdir), tables.describe()
    kind, docname, chapter = about["kind"], about["docname"], f"{about['docname']}.ipynb"
    files = "".join(
        f'<tr><th scope="row"><a href="../{path}" download>{Path(path).name}</a></th><td>{name}</td>'
        f"<td><code>{book.sha256(content)}</code><br><code>{identifiers.content(content)}</code></td></tr>"
        for path, name in provenance.files(about["id"]).items()
        for content in [(Path(app.outdir) / path).read_bytes()]
    )
    sources = "".join(
        f"<li><code>{name}</code>: {escape(one['citation'])} {escape(one['licenses'][0]['title'])}. "
        f"sha256 <code>{one['hash'].removeprefix('sha256:')}</code>, "
        f"<code>{identifiers.content(root / 'data' / one['path'])}</code></li>"
        for name, one in ((name, described[name]) for name in about["sources"])
    )
    bears_on = "".join(
        f'<li><a href="../{ledger.page(row["id"])}.html">{escape(row["claim"])}</a> {box.signed(row["verdict"])}</li>'
        for row in claimed
        if about["cell"] in ledger.split(row["exhibits"])
    )
    bears_on = f"<h2>Claims</h2><ul>{bears_on}</ul>" if bears_on else ""
    cited = citation.cite(about["id"], about["title"], metadata.edition(app)[""], address)
    home = f'<a href="../{docname}.html#{about["id"]}">{escape(app.env.titles[docname].astext())}</a>'
    made = say("By cell {0} of {1},", _code(about["cell"]), home)
    free = "Tables and figures of this edition are under {0}; the data keep the rights of their sources."
    return f"""<section class="exhibit-page"><h1>{about["label"]}</h1>
{_again(about)}
{bears_on}
<h2>Files</h2>
{table(["file", "format", "sha256 and SWHID"], files, "Files")}
<p class="file-check">Each file says what it was made from; the CSV file says it in
<a href="../{kind}s/{about["id"]}{provenance.SIDECAR}" download>its description</a>.
<code>bookpress verify FILE</code> tells whether it still comes out the same.
<code>git hash-object FILE</code> prints what follows <code>swh:1:cnt:</code> in the identifier of a file.</p>
<h2>Made from</h2>
<ul>{sources}</ul>
<p>{made}
<code>{chapter}</code>, <code>{identifiers.content(root / chapter)}</code>.
{say(free, citation.rights().text.name)}</p>
<h2>Cite this {kind}</h2>
{metadata.cite(app, f"exhibits/{about['id']}", cited)}
<p><a href="index.html">All tables and figures</a></p></section>"""


def _again(about: About) -> str:
    """Return an exhibit for its own page: a figure with its text alternative, a table as in its chapter."""
    if about["kind"] == "figure":
        alt = escape(about["alt"])
        picture = f'<img src="../figures/{about["id"]}.svg" alt="{alt}">'
        said = f"<strong>{about['label']}.</strong> {escape(about['caption'])}"
        caption = f"<figcaption><p>{said}</p></figcaption>"
        return f'<figure class="exhibit">{picture}{caption}</figure><h2>In words</h2><p>{alt}</p>'
    raw = [node.astext() for node in about["node"].findall(nodes.raw)]
    whole = "".join(html for html in raw if "exhibit-files" not in html)
    # Links of the table were written for the chapter's folder.
    there = f'href="../{Path(about["docname"]).parent.as_posix()}/'
    return re.sub(r'href="(?![a-z]+:)', there, whole)


def table(heads: Iterable[str], rows: str, label: str) -> str:
    """Return an HTML table with a name that is read aloud; its rows are HTML."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"""<div class="exhibit-scroll" role="group" tabindex="0" aria-label="{label}"><table>
<thead><tr>{head}</tr></thead>
<tbody>{rows}</tbody></table></div>"""


def _code(text: str) -> str:
    return f"<code>{text}</code>"


def list_page(listed: list[About]) -> str:
    """Return the body of the list of all tables and figures, each with the notebook and the cell that make it."""
    html = "<h1>Tables and figures</h1>"
    for kind in ("Table", "Figure"):
        items = "".join(
            f'<li><a href="{about["id"]}.html">{about["label"]}</a>. {escape(about["title"].partition(". ")[2])} '
            f'<span class="made-by">{say("{0}, cell {1}", about["docname"] + ".ipynb", _code(about["cell"]))}</span></li>'
            for about in listed
            if about["kind"] == kind.lower()
        )
        html += f'<h2>{kind}s</h2><ul class="exhibit-list">{items}</ul>'
    return html


def setup(app: Sphinx) -> dict[str, bool]:
    # MyST-NB finds renderers by entry point only; this is the list it keeps, so that nothing must be installed.
    if ExhibitRenderer not in load_mime_renders():
        load_mime_renders().append(ExhibitRenderer)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
