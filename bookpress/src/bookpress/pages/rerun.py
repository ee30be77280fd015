"""What lies beside a chapter's page: its notebook, the same as a script, its tables, a page that says how to run it."""

import shutil
from collections.abc import Collection, Iterator
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx.application import Sphinx

from bookpress import tables
from bookpress.edition import book, citation
from bookpress.edition.catalogue import say
from bookpress.pages import execution, gallery, metadata
from bookpress.publish import beside, wheel
from bookpress.publish.release import launch

ENVIRONMENT = "rerun"  # folder of the environment, and of the pages that say how to make it


def page(docname: str) -> str:
    """Return the page that says how to run a chapter."""
    return f"rerun/{PurePosixPath(docname).name}"


def name_beside(app: Sphinx, docname: str, _: str, context: dict[str, Any], doctree: object) -> None:
    """Give the frame of a chapter's page the addresses of what lies beside it."""
    if app.builder.name == "html" and docname in dict(execution.chapters(app)):
        name = PurePosixPath(docname).name
        context["sources"] = {"notebook": f"{name}.ipynb", "script": f"{name}.py", "page": page(docname)}


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write what lies beside the chapters and yield the pages that lead to it."""
    if app.builder.name != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir)
    settings = book.configuration(root)
    made = wheel.edition(root, out)
    needs = made.name if made else ""
    engine = wheel.engine(out).name if made else ""
    if (root / "data").is_dir():
        shutil.copytree(root / "data", out / "data", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    if (root / book.LOCK).is_file():
        lock = (root / book.LOCK).read_text(encoding="utf-8")
        (out / beside.CONSTRAINTS).write_text(beside.constraints(lock), encoding="utf-8")
    for docname, path in execution.chapters(app):
        target = out / f"{docname}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = beside.notebook(path, root, execution.result(app, path), needs)
        target.write_text(text, encoding="utf-8")
        target.with_suffix(".py").write_text(beside.script(path), encoding="utf-8")
        clouds = launch.links(settings, docname, root, needs)
        if "Colab" in clouds:
            colab = beside.for_colab(text, *(f"{book.base(settings)}/{name}" for name in (needs, engine)))
            target.with_suffix(launch.COLAB).write_text(colab, encoding="utf-8")
        title = app.env.titles[docname].astext()
        body = _body(
            out,
            docname,
            title,
            [needs, engine],
            execution.result(app, path).inputs,
            clouds,
            _cite(app, docname, title),
        )
        yield page(docname), {"title": say("Rerun: {0}", title), "body": body}, "page.html"


def _body(
    out: Path,
    docname: str,
    title: str,
    wheels: list[str],
    read: Collection[str],
    clouds: dict[str, str],
    cite: str,
) -> str:
    """Return the body of the page that says how to run a chapter; `wheels` holds the edition's and the engine's, or ''."""
    needs, engine = wheels
    name = PurePosixPath(docname).name
    files = {f"{docname}.ipynb": "the notebook, with its outputs"}
    files[f"{docname}.py"] = "the same as a script, without outputs"
    if needs:
        files[needs] = "what it needs of this edition: tables, code and chapters"
        files[engine] = "the engine of the book"
    if (out / beside.CONSTRAINTS).is_file():
        files[beside.CONSTRAINTS] = "the versions that this book was built with"
    listed = "".join(_file(out / path, path, what) for path, what in files.items())
    start = f"""python3 -m venv {ENVIRONMENT}
{ENVIRONMENT}/bin/pip install ./{needs} ./{engine} jupyterlab --constraint {beside.CONSTRAINTS}
{ENVIRONMENT}/bin/jupyter lab {name}.ipynb"""
    check = f"{ENVIRONMENT}/bin/bookpress verify {name}.ipynb"
    how = f"""<h2>Run it</h2>
<p>With Python 3.11 or newer, put four files into one folder, which may be any: the <a href="../{docname}.ipynb" download>notebook</a>,
<a href="../{needs}" download>the edition</a>, <a href="../{engine}" download>its engine</a> and their <a href="../{beside.CONSTRAINTS}" download>versions</a>. There:</p>
{metadata.verbatim(start)}
<p>The tables and figures that it makes are written into <code>exhibits</code> in that folder. To run the chapter without opening it and
compare every output with those in the notebook, or a figure from this book with the one that comes out:</p>
{metadata.verbatim(check)}
<p>With the versions of this book the outputs are the same to the byte. With others they should say the same; what moves is named with the packages that differ.</p>"""
    cloud = "".join(f'<li><a href="{escape(url)}">{name}</a></li>' for name, url in clouds.items())
    cloud = f"<h2>Or in the cloud</h2><ul>{cloud}</ul>" if cloud else ""
    data = "".join(
        f'<tr><th scope="row"><a href="../data/{one["path"]}" download>{escape(one["title"])}</a></th>'
        f"<td>{escape(one['licenses'][0]['title'])}</td>"
        f"<td><code>{one['hash'].removeprefix('sha256:')}</code></td></tr>"
        for one in tables.describe().values()
        if f"data/{one['path']}" in read
    )
    said = f"""<p>The tables that this chapter read, with what is recorded of each (source, columns, units, rights) in
<a href="../data/{tables.PACKAGE}" download>{tables.PACKAGE}</a>. {"The wheel holds them too." if needs else ""}</p>
"""
    home = f'<a href="../{docname}.html">{escape(title)}</a>'
    return f"""<section class="rerun"><h1>{say("Rerun: {0}", escape(title))}</h1>
<p>{say("How to compute {0} anew, on a machine that has nothing but Python.", home)}</p>
{how if needs else ""}
{cloud}
<h2>Files</h2>
{gallery.table(["file", "what it is", "size", "sha256"], listed, "Files")}
<h2 id="data">Data</h2>
{said + gallery.table(["table", "rights", "sha256"], data, "Data") if data else "<p>This chapter read no tables.</p>"}
{cite}
</section>"""


def _cite(app: Sphinx, docname: str, title: str) -> str:
    """Return how a chapter is cited, or where it is said of the edition, of which the cover is no chapter."""
    if docname == app.config.root_doc:
        return '<h2 id="cite">Cite it</h2><p>As <a href="../exhibits/index.html#cite">the edition</a>.</p>'
    base, key = app.config.html_baseurl.rstrip("/"), PurePosixPath(docname).name
    address = f"{base}/{docname}.html" if base else ""
    cited = citation.cite(key, title, metadata.edition(app)[""], address)
    return f'<h2 id="cite">Cite this chapter</h2>\n{metadata.cite(app, docname, cited)}'


def _file(path: Path, place: str, what: str) -> str:
    content = path.read_bytes()
    row = f'<tr><th scope="row"><a href="../{place}" download>{path.name}</a></th><td>{what}</td>'
    return f"{row}<td>{len(content) / 1000:,.0f} kB</td><td><code>{book.sha256(content)}</code></td></tr>"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", name_beside)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
