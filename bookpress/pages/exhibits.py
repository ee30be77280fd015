"""The Sphinx glue of the edition: exhibits become figures and tables with an address, files and a page."""

import re
import shutil
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress import provenance, tables
from bookpress.claims import box, ledger
from bookpress.edition import book, citation, identifiers
from bookpress.pages import citations, metadata
from bookpress.provenance import About
from bookpress.run import ipynb, results


class ExhibitRenderer:
    """Render what `bookpress.exhibits` displayed; every other output is left to MyST-NB."""

    mime_priority_overrides: ClassVar = ()

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        about = data.output_metadata.get("bookpress")
        if inline or not about:
            return None
        if data.mime_type == "image/svg+xml":
            node: nodes.Element = ExhibitRenderer.figure(renderer, data, about)
        elif data.mime_type == "text/html":
            node = nodes.container("", *renderer.render_text_html(data), classes=["exhibit"])
            node += _files_row(renderer, about)
        else:
            return None
        node["ids"].append(about["id"])
        node["names"].append(about["id"])
        node["exhibit"] = about | {"cell": data.cell_index}
        renderer.renderer.document.note_explicit_target(node, node)
        return [node]

    @staticmethod
    def figure(renderer: NbElementRenderer, data: MimeData, about: About) -> nodes.figure:
        (image,) = renderer.render_image(data)
        image["alt"] = about["alt"]
        label = nodes.strong(text=f"{about['label']}.")
        caption = nodes.caption("", "", label, nodes.Text(f" {about['caption']}"))
        note = nodes.raw("", provenance.source_note(about), format="html")
        legend = nodes.legend("", note, _files_row(renderer, about))
        return nodes.figure("", image, caption, legend, classes=["exhibit"])


def _files_row(renderer: NbElementRenderer, about: About) -> nodes.raw:
    """Return the quiet row of downloads below an exhibit."""
    root = "../" * renderer.renderer.sphinx_env.docname.count("/")
    links = [
        f'<a href="{root}{path}" download aria-label="{about["label"]} as {name}">{name}</a>'
        for path, name in provenance.files(about["id"]).items()
    ]
    links.append(f'<a href="{root}exhibits/{about["id"]}.html" aria-label="Cite {about["label"]}">Cite</a>')
    return nodes.raw("", f'<p class="exhibit-files">{" · ".join(links)}</p>', format="html")


def shown(app: Sphinx) -> Iterator[About]:
    """Yield every exhibit of the book in reading order, with its document and cell."""
    for docname in _in_order(app, app.config.root_doc):
        path = Path(app.env.doc2path(docname))
        cells = ipynb.read(path)["cells"] if path.suffix == ".ipynb" else []
        for node in app.env.get_doctree(docname).findall(nodes.Element):
            if "exhibit" not in node.attributes:
                continue
            about = node["exhibit"]
            yield about | {"docname": docname, "cell": cells[about["cell"]]["id"], "node": node}


def _in_order(app: Sphinx, docname: str) -> Iterator[str]:
    """Yield a document and all below it in the contents, in reading order."""
    yield docname
    for below in app.env.toctree_includes.get(docname, []):
        yield from _in_order(app, below)


def publish_files(app: Sphinx) -> list[About]:
    """Copy the files that the chapters exported to their addresses in the book."""
    listed = list(shown(app))
    for about in listed:
        chapter = Path(app.env.doc2path(about["docname"]))
        # Where chapters run without `bookpress.pages.results`, they export to the one default place.
        ran = "bookpress.pages.results" in app.extensions
        source = results.exports(chapter, Path(app.srcdir)) if ran else provenance.folder()
        assert source, "exhibits of a book that is built are exported"
        sidecar = f"{about['id'].split('-')[0]}s/{about['id']}{provenance.SIDECAR}"
        for path in [*provenance.files(about["id"]), sidecar]:
            target = Path(app.outdir) / path
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source / path, target)
    return listed


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield a page for each exhibit and the list of all, with the files in place."""
    if app.builder.name != "html":
        return
    listed = publish_files(app)
    claimed = list(ledger.rows().values()) if ledger.exists() else []
    for about in listed:
        name = f"exhibits/{about['id']}"
        named = about | {"identifier": identifiers.content(main_file(app, about))}
        head = metadata.tags(about["title"], about["caption"], [named], name, app.config.html_baseurl)
        body = exhibit_page(app, about, claimed)
        yield (name, {"title": about["label"], "body": body, "metatags": head}, "page.html")
    body = list_page(listed) + citations.section(app)
    yield (
        "exhibits/index",
        {"title": "Tables and figures", "body": f"<section>{body}</section>"},
        "page.html",
    )


def main_file(app: Sphinx, about: About) -> Path:
    """Return the published file that stands for an exhibit: a figure's drawing, a table's values."""
    return Path(app.outdir) / next(iter(provenance.files(about["id"])))


def address(app: Sphinx, about: About) -> str:
    """Return the full address of an exhibit's page; '' while the book has none (html: baseurl)."""
    base = app.config.html_baseurl
    return f"{base.rstrip('/')}/exhibits/{about['id']}.html" if base else ""


def exhibit_page(app: Sphinx, about: About, claimed: Iterable[ledger.Row] = ()) -> str:
    """Return the body of an exhibit's own page, with those of the claims that it bears on."""
    title = escape(about["title"])
    if about["id"].startswith("figure"):
        svg = f"../figures/{about['id']}.svg"
        picture = f'<img src="{svg}" alt="{escape(about["alt"])}">'
        exhibit = f'<figure class="exhibit">{picture}<figcaption><p>{title}</p></figcaption></figure>'
        exhibit += f"<h2>In words</h2><p>{escape(about['alt'])}</p>"
    else:
        raw = [node.astext() for node in about["node"].findall(nodes.raw)]
        # Links of the table were written for the chapter's folder.
        there = rf'href="../{Path(about["docname"]).parent.as_posix()}/'
        exhibit = "".join(html for html in raw if "exhibit-files" not in html)
        exhibit = re.sub(r'href="(?![a-z]+:)', there, exhibit)
    published = {path: (Path(app.outdir) / path).read_bytes() for path in provenance.files(about["id"])}
    downloads = "".join(
        f'<tr><th scope="row"><a href="../{path}" download>{Path(path).name}</a></th><td>{name}</td>'
        f"<td><code>{book.sha256(published[path])}</code><br>"
        f"<code>{identifiers.content(published[path])}</code></td></tr>"
        for path, name in provenance.files(about["id"]).items()
    )
    root, described = Path(app.srcdir), tables.describe()
    sources = "".join(
        f"<li><code>{name}</code>: {escape(described[name]['citation'])} {escape(described[name]['licenses'][0]['title'])}. "
        f"sha256 <code>{described[name]['hash'].removeprefix('sha256:')}</code>, "
        f"<code>{identifiers.content(root / 'data' / described[name]['path'])}</code></li>"
        for name in about["sources"]
    )
    edition = citations.edition(app)[""]
    cited = citation.cite(about["id"], about["title"], edition, address(app, about))
    kind = about["id"].split("-")[0]
    shown_for = [row for row in claimed if about["cell"] in ledger.split(row["exhibits"])]
    shown_for = [row for row in shown_for if ledger.home(row, root) == about["docname"]]
    bears_on = "".join(
        f'<li><a href="../{ledger.page(row["id"])}.html">{escape(row["claim"])}</a> {box.signed(row["verdict"])}</li>'
        for row in shown_for
    )
    bears_on = f"<h2>Claims</h2><ul>{bears_on}</ul>" if bears_on else ""
    chapter = app.env.titles[about["docname"]].astext()
    return f"""<section class="exhibit-page"><h1>{about["label"]}</h1>
{exhibit}
{bears_on}
<h2>Files</h2>
<div class="exhibit-scroll" role="group" tabindex="0" aria-label="Files"><table>
<thead><tr><th scope="col">file</th><th scope="col">format</th><th scope="col">sha256 and SWHID</th></tr></thead>
<tbody>{downloads}</tbody></table></div>
<p>Each file says what it was made from; the CSV file says it in <a href="../{kind}s/{about["id"]}{provenance.SIDECAR}">
its description</a>. <code>python -m bookpress verify FILE</code> tells whether it still comes out the same.
<code>git hash-object FILE</code> prints what follows <code>swh:1:cnt:</code> in the identifier of a file.</p>
<h2>Made from</h2>
<ul>{sources}</ul>
<p>By cell <code>{about["cell"]}</code> of <a href="../{about["docname"]}.html#{about["id"]}">{escape(chapter)}</a>,
<code>{about["docname"]}.ipynb</code>, <code>{identifiers.content(root / f"{about['docname']}.ipynb")}</code>.
Tables and figures of this edition are under {provenance.LICENCE}; the data keep the rights of their sources.</p>
<h2>Cite this {kind}</h2>
{citations.formats(cited)}
<p><a href="index.html">All tables and figures</a></p></section>"""


def list_page(listed: list[About]) -> str:
    """Return the body of the list of all tables and figures, each with the notebook and the cell that make it."""
    sections = []
    for kind in ("Table", "Figure"):
        items = "".join(
            f'<li><a href="{about["id"]}.html">{about["label"]}</a>. {escape(about["caption"])} '
            f'<span class="made-by">{about["docname"]}.ipynb, cell <code>{about["cell"]}</code></span></li>'
            for about in listed
            if about["label"].startswith(kind)
        )
        sections.append(f'<h2>{kind}s</h2><ul class="exhibit-list">{items}</ul>')
    return f"<h1>Tables and figures</h1>{''.join(sections)}"


def number_nothing(app: Sphinx, config: Config) -> None:
    """Switch off Sphinx's own figure numbers, which Jupyter Book forces on: exhibits carry theirs."""
    config["numfig"] = False


def setup(app: Sphinx) -> dict[str, bool]:
    # MyST-NB finds renderers by entry point only; this list is the one it keeps, so the extension works
    # without installing anything.
    if ExhibitRenderer not in load_mime_renders():
        load_mime_renders().append(ExhibitRenderer)
    app.connect("config-inited", number_nothing, priority=900)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
