"""Pages of a book in other languages, as a Sphinx extension: each is the finished English page, said by a catalogue.

Sphinx's own translation reads the text of chapters before there is a page. Most of what a reader sees here comes later:
sentences with numbers, tables, verdicts, the frame. Made of finished pages, a translation has the numbers of the original.
"""

import json
import posixpath
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement, document_fromstring, tostring
from lxml.html.builder import CLASS, E
from sphinx.application import Sphinx

from bookpress.edition import book, catalogue
from bookpress.edition.catalogue import Catalogue
from bookpress.translation.markup import Page

NOTE = (
    "This page is a translation. The same code computes its numbers. Where it differs from the English page, that one holds. "
    "Figures and what a script draws are in English, and links marked EN lead to English pages."
)
# Those who cite cite the English page.
CITED = 'meta[name^="citation_"], meta[name^="DC."], meta[property], script[type="application/ld+json"], link[hreflang]'


@cache
def catalogues(app: Sphinx) -> dict[str, Catalogue]:
    """Return the catalogues of the languages that the settings name, as they were when first asked for."""
    return {name: catalogue.read(Path(app.srcdir), name) for name in app.config.translations}


def lead(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: object) -> None:
    """Let every page lead to itself in other languages, or to their cover."""
    base, context["languages"] = app.config.html_baseurl.rstrip("/"), []
    if app.builder.name != "html":
        return
    for name, one in catalogues(app).items():
        same = page in app.config.translations[name]
        there = f"{one.folder}/{page if same else app.config.root_doc}"
        about = {"tag": one.tag, "name": one.locale.language_name, "page": there, "same": same}
        context["languages"].append(about | {"address": f"{base}/{there}.html" if base else ""})


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages of each language, and say how many sentences are not translated."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for language, said in catalogues(app).items():
        names = app.config.translations[language]
        for name in names:
            path = out / f"{name}.html"
            if not path.is_file():
                expected = "expected a page of the book"
                raise book.BookError(f"_config.yml, translations, {language}: found {name!r}, {expected}")
            page = document_fromstring(path.read_text(encoding="utf-8"))
            translate(page, name, names, said, app.config.html_baseurl)
            text = tostring(page, encoding="unicode", doctype="<!DOCTYPE html>")
            book.write(out / said.folder / f"{name}.html", text)
        report(Path(app.srcdir) / "_build" / f"{language}.po", language, said)


def translate(page: HtmlElement, name: str, names: list[str], said: Catalogue, base: str) -> None:
    """Put the finished page of a document into another language, in place; `names` are the pages that it has."""
    (head,), (article,) = page.iter("head"), page.iter("article")
    for node in head.cssselect(CITED):
        node.drop_tree()
    article.insert(0, E.p(CLASS("translation"), NOTE))
    body = Page(page.body, said)
    for meta in head.cssselect('meta[name="description"]'):
        meta.set("content", body.text(meta.get("content")))
    (title,) = head.iter("title")
    title.text = " – ".join(map(body.text, (title.text or "").split(" – ")))
    body.translate()
    words = json.dumps(said.words, ensure_ascii=False)
    page.attrib.update({"lang": said.tag, "data-translated": "", "data-words": words})
    page.set("data-content_root", f"../{page.get('data-content_root')}")
    for node in page.iter():
        for attribute in ("href", "src", "action"):
            if address := node.get(attribute):
                there, english = led(address, name, names)
                node.set(attribute, there)
                if node.tag == "a" and english:
                    node.set("hreflang", "en")
    back = f"{'../' * (name.count('/') + 1)}{name}.html"
    for switch in page.cssselect("a.language"):
        switch.attrib.update({"href": back, "lang": "en", "hreflang": "en"})
        switch.text = "English"
    root = base.rstrip("/") or back.removesuffix(f"/{name}.html")
    for tag, place in (("en", name), (said.tag, f"{said.folder}/{name}")):
        head.append(E.link(rel="alternate", hreflang=tag, href=f"{root}/{place}.html"))


def say_engines_words(app: Sphinx, exception: Exception | None) -> None:
    """Put the engine's words on every page into the language of the book, where that is not English."""
    if exception or app.builder.name != "html" or not (said := catalogue.of_book(Path(app.srcdir))):
        return
    out = Path(app.outdir)
    for path in sorted(out.rglob("*.html")):
        if "_static" not in path.relative_to(out).parts:
            page = document_fromstring(path.read_text(encoding="utf-8"))
            page.set("data-words", json.dumps(said.words, ensure_ascii=False))
            interface(page, said)
            path.write_text(tostring(page, encoding="unicode", doctype="<!DOCTYPE html>"), encoding="utf-8")


def interface(page: HtmlElement, said: Catalogue) -> None:
    """Put what the engine wrote on a finished page into the language of the book, in place; all else is its authors'."""
    body = Page(page.body, said)
    for title in page.head.iter("title"):
        title.text = " – ".join(map(body.text, (title.text or "").split(" – ")))
    for link in page.head.cssselect("link[title]"):
        link.set("title", body.text(link.get("title")))
    body.translate()


def led(address: str, name: str, names: list[str]) -> tuple[str, bool]:
    """Return an address of a page for the same page in another language, one folder down, and whether it leads to an English page.

    Examples
    --------
    >>> led("../index.html#a", "chapters/1", ["index"]), led("2.html", "chapters/1", ["index"])
    (('../index.html#a', False), ('../../chapters/2.html', True))
    """
    parts, folder = urlsplit(address), posixpath.dirname(name)
    stem, ending = posixpath.splitext(posixpath.normpath(posixpath.join(folder, parts.path)))
    if parts.scheme or parts.netloc or not parts.path or (ending == ".html" and stem in names):
        return address, False
    there = posixpath.relpath(f"{stem}{ending}", posixpath.join("any", folder))
    return parts._replace(path=there).geturl(), ending == ".html"


def report(path: Path, language: str, said: Catalogue) -> None:
    """Say how many sentences are not translated and which translations nothing asked for; write the former down to be filled in."""
    path.unlink(missing_ok=True)
    if missing := said.missing:
        count = f"{len(missing)} of {len(said.asked)} sentences are not translated"
        book.write(path, catalogue.po(missing.items()))
        print(f"{language}: {count}; they are in {path.parent.name}/{path.name}", flush=True)
    if stale := said.stale:
        print(
            f"{language}: {len(stale)} translations are of no sentence in the book: {'; '.join(stale)}",
            flush=True,
        )


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("translations", {}, "html", [dict])
    app.connect("html-page-context", lead)
    app.connect(
        "build-finished", say_engines_words, priority=955
    )  # after the repairs, before the search reads
    # After the search has read the English pages.
    app.connect("build-finished", write, priority=970)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
