"""The pages as a reader gets them: light, complete without a network, readable by every means.

`templates/layout.html` is the frame; here are the scripts and styles that a page loads, and repairs of the finished HTML.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement, document_fromstring, tostring
from lxml.html.builder import E
from sphinx.application import Sphinx
from sphinx.config import Config

from bookpress.content import repairs
from bookpress.edition.catalogue import say

HERE = Path(__file__).parent
STATIC = HERE / "static"
ORDINARY = 512  # CSS pixels: figures up to this width are drawn in one size, see `edition.css`
SHORT = 25  # lines: longer code between two paragraphs would part them
# Of what the theme and the extensions ship, only this is used; the rest is neither loaded nor kept.
USED = {"pygments.css"}
USED_OF_THEMES = {"add_metadata_to_page", "hash_html_assets"}


def books_own(config: Config) -> set[str]:
    """Return the styles and scripts that a book brings itself: ``html_css_files`` and ``html_js_files`` in its settings."""
    return {name for name, _ in [*config["html_css_files"], *config["html_js_files"]]}


def needed(names: set[str], body: str) -> set[str]:
    """Return which of a book's own styles and scripts a page needs.

    A file with the name of a custom element, which has a hyphen, is for pages that hold the element; any other for all.
    """
    return {one for one in names if "-" not in one or re.search(rf"<{re.escape(Path(one).stem)}[\s>]", body)}


def unfold_label(page: HtmlElement, folder: Path) -> None:
    """Let the label that a reader sees on folded code be the one that is read aloud."""
    for summary in page.cssselect("details.hide > summary"):
        summary.attrib.pop("aria-label", None)
        for text in summary.iter("p"):
            text.tag = "span"


def fold_shown_code(page: HtmlElement, folder: Path) -> None:
    """Put code into a fold that stands open if it is short, so that one control of the page opens and closes all code."""
    for code in page.cssselect(".cell > .cell_input"):
        short = len(code.text_content().strip().splitlines()) <= SHORT
        stands = {"class": "hide shown", "open": ""} if short else {"class": "hide"}
        fold = E("details", stands, E("summary", "Code"))
        code.getparent().replace(code, fold)
        fold.append(code)


def put_code_below(page: HtmlElement, folder: Path) -> None:
    """Put folded code below what it makes, and mark the cells that show nothing else.

    A style cannot tell the latter before the whole cell is there, and would move the page while it arrives.
    """
    for fold in page.cssselect(".cell > details.hide:not(.shown)"):
        cell = next(fold.iterancestors())
        if fold.getnext() is None:
            cell.classes.add("silent")
        else:
            cell.append(fold)


def size_figures(page: HtmlElement, folder: Path) -> None:
    """Give every exhibit its size in CSS pixels, so that nothing moves when it arrives, and a frame that scrolls.

    Figures after the first are fetched when the reader comes near.
    """
    for position, image in enumerate(page.cssselect("figure.exhibit img")):
        path = folder / image.get("src").partition("?")[0]
        width, height = svg_size(path.read_text(encoding="utf-8"))
        image.attrib.update({"width": str(width), "height": str(height)})
        if width > ORDINARY:
            image.classes.add("wide")
        image.attrib.update(({"loading": "lazy"} if position else {}) | {"decoding": "async"})
        labels = next(image.iterancestors("figure")).cssselect("figcaption strong")
        name = labels[0].text_content().rstrip(".") if labels else "Figure"
        frame = E.DIV({"class": "exhibit-scroll", "role": "group", "tabindex": "0", "aria-label": name})
        image.getparent().replace(image, frame)
        frame.tail, image.tail = image.tail, None
        frame.append(image)


def svg_size(svg: str) -> tuple[int, int]:
    """Return width and height of a drawing in CSS pixels, from its view box in points."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not found:
        raise ValueError(f"figure: found no viewBox in {svg[:60]!r}, expected one")
    width, height = (round(float(number) * 4 / 3) for number in found.groups())
    return width, height


def widen_prose(page: HtmlElement, folder: Path) -> None:
    """Mark the columns of a table that hold sentences, so that they get room."""
    for table in page.cssselect(".exhibit-scroll table"):
        rows = [row.xpath("th | td") for row in table.iter("tr")]
        for column in zip(*rows, strict=True):
            if max(len(cell.text_content()) for cell in column) > 60:
                for cell in column:
                    cell.classes.add("long")


def await_tables(page: HtmlElement, folder: Path) -> None:
    """Mark tables, whose columns move as long as rows arrive, and end them with something that arrives last.

    The style sheet shows such a table once it is no longer the last that its parent holds.
    """
    for box in page.cssselect(".exhibit-scroll"):
        if next(box.iter("tr"), None) is not None:
            box.classes.add("awaited")
            if box.getnext() is None:
                box.addnext(box.makeelement("span", {"hidden": ""}))


def name_parts(page: HtmlElement, folder: Path) -> None:
    """Mend the roles and names that assistive technology relies on."""
    for item in page.cssselect('[role="doc-biblioentry"]'):
        item.set("role", "listitem")  # the role it has is deprecated
    for link in page.cssselect("a.headerlink"):
        heading = link.getparent().text_content().removesuffix(link.text_content())
        link.set("aria-label", say("Link to “{0}”", heading))
        link.attrib.pop("title", None)
    for link in page.cssselect("nav.chapters a.current"):
        link.set("aria-current", "page")


def drop_inline_parts(page: HtmlElement, folder: Path) -> None:
    """Take out scripts and styles written into the page, which the policy would refuse: settings of live code, pandas' alignment.

    Data for a script are no script, whatever the element is called.
    """
    for styled in page.xpath("//body//*[@style]"):
        del styled.attrib["style"]
    for style in page.xpath("//body//style"):
        style.drop_tree()
    for script in page.xpath(".//script[not(@src)]"):
        if script.get("type") not in ("application/ld+json", "application/json"):
            script.drop_tree()


def repaired(page: HtmlElement, folder: Path) -> str:
    """Return a finished page with every repair made; `folder` is where the page lies."""
    ours = (
        unfold_label,
        fold_shown_code,
        put_code_below,
        size_figures,
        repairs.size_pictures,
        repairs.open_without_script,
        repairs.name_captions,
        repairs.frame_tables,
        widen_prose,
        await_tables,
        name_parts,
    )
    for repair in (*ours, drop_inline_parts):
        repair(page, folder)
    finished: str = tostring(page, encoding="unicode", doctype="<!DOCTYPE html>")
    return finished


def use_own_files(app: Sphinx, config: Config) -> None:
    """Let the frame of the pages and their style and script be the ones that lie here."""
    config["templates_path"] = [str(HERE / "templates"), *config["templates_path"]]
    config["html_static_path"] = [*config["html_static_path"], str(STATIC)]
    app.add_css_file("edition.css")
    app.add_js_file("edition.js")


def compute_no_unused_parts(app: Sphinx) -> None:
    """Spare each page what the theme computes for its own frame: bars, buttons, a second list of chapters."""
    for one in list(listeners := app.events.listeners["html-page-context"]):
        theme, name = one.handler.__module__.partition(".")[0], one.handler.__name__
        if theme in ("pydata_sphinx_theme", "sphinx_book_theme") and name not in USED_OF_THEMES:
            listeners.remove(one)


def keep_own_assets(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: object) -> None:
    """Let a page load the edition's own styles and scripts, of the theme's those it uses, of the book's those it needs."""
    own = {path.name for path in STATIC.iterdir()} | needed(books_own(app.config), context.get("body", ""))
    for kind, names in {"css_files": own | {"pygments.css"}, "script_files": own}.items():
        # An asset is an address, or an object that holds one.
        files = [str(getattr(one, "filename", one) or "").partition("?")[0] for one in context[kind]]
        pairs = zip(context[kind], files, strict=True)
        context[kind] = [asset for asset, file in pairs if Path(file).name in names]


def explained(pages: Iterable[HtmlElement]) -> dict[str, str]:
    """Return what the glossaries of finished pages say, by the id of the term."""
    return {
        term.get("id"): " ".join(term.getnext().text_content().split())
        for page in pages
        for term in page.cssselect("dl.glossary > dt[id]")
        if term.getnext() is not None
    }


def explain_terms(page: HtmlElement, terms: Mapping[str, str]) -> None:
    """Let each link to a term of a glossary show its explanation when it is pointed at."""
    for link in page.cssselect("a[href*='#term-']"):
        if text := terms.get(link.get("href").partition("#")[2]):
            link.set("title", text)
            link.classes.add("term")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Repair every page and drop what none of them loads."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    paths = [path for path in sorted(out.rglob("*.html")) if "_static" not in path.relative_to(out).parts]
    pages = {path: document_fromstring(path.read_text(encoding="utf-8")) for path in paths}
    terms = explained(pages.values())
    for path, page in pages.items():
        explain_terms(page, terms)
        if rules := repairs.styles(page):
            path.with_suffix(".css").write_text(rules, encoding="utf-8")
            page.cssselect("head")[0].append(
                E.LINK({"rel": "stylesheet", "href": path.with_suffix(".css").name})
            )
        path.write_text(repaired(page, path.parent), encoding="utf-8")
    kept = {out / "_static" / path.relative_to(STATIC) for path in STATIC.rglob("*")}
    kept |= {out / "_static" / name for name in USED | books_own(app.config)}
    kept |= {out / "_static" / Path(logo).name for logo in filter(None, [app.config.html_logo])}
    for path in sorted((out / "_static").rglob("*"), reverse=True):
        if path.is_dir():
            with suppress(OSError):  # not empty
                path.rmdir()
        elif path not in kept:
            path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", compute_no_unused_parts)
    app.connect("config-inited", use_own_files)
    app.connect("html-page-context", keep_own_assets, priority=950)
    app.connect("build-finished", finish, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
