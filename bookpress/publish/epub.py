"""Bind the built book as an EPUB 3: chapters that need no script, figures as SVG, tables for a small screen.

Pages are taken from the built book; what only a screen with a network or a script can use stays behind, and folded code
is left to the notebooks.
"""

import posixpath
import re
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement, document_fromstring, html_to_xhtml

from bookpress.edition import book, citation
from bookpress.publish import zipped

UNUSED = "script, style, link, nav, form, input, button, .headerlink, .exhibit-files, .toctree-wrapper, details.hide"
ATTRIBUTES = ("loading", "decoding", "tabindex", "style", "download")
STYLE = Path(__file__).parent / "epub.css"
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
ACCESS = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual,visual", "textual"),
    "accessibilityFeature": (
        "alternativeText",
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ),
    "accessibilityHazard": ("none",),
    "accessibilitySummary": (
        "Every figure has a text alternative, every table has headers, text and tables reflow. "
        "Conformance was not assessed by a third party.",
    ),
}


@dataclass
class Chapter:
    """A page of the built book: where it lies there, its text, and the figures that it shows."""

    path: str
    article: HtmlElement
    images: dict[str, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the page in the EPUB."""
        return posixpath.splitext(self.path)[0].replace("/", "-") + ".xhtml"

    @property
    def title(self) -> str:
        """Return the text of the first heading."""
        return _text(self.article.cssselect("h1")[0])

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Return the ids and headings of the sections below the title."""
        found = [(section.get("id"), section.cssselect("h2")) for section in self.article.iter("section")]
        return [
            (name, _text(heads[0]))
            for name, heads in found
            if name and heads and heads[0].getparent().get("id") == name
        ]


def chapters(html: Path) -> list[Chapter]:
    """Return the pages of a built book in the order of its contents, the cover first."""
    first = document_fromstring((html / "index.html").read_text(encoding="utf-8"))
    links = [link.get("href", "") for link in first.cssselect("nav.chapters a[href]")]
    names = [name for name in links if not urlsplit(name).netloc and not name.startswith("#")]
    paths = dict.fromkeys(["index.html", *(name.partition("#")[0] for name in names)])
    read = [Chapter(path, _article(html / path)) for path in paths]
    _keep_links(read)
    for chapter in read:
        _figures(chapter, html)
    return read


def _article(path: Path) -> HtmlElement:
    """Return the text of a page without what needs a script (custom elements too), folded parts open, no id twice."""
    article: HtmlElement = document_fromstring(path.read_text(encoding="utf-8")).cssselect("article")[0]
    for node in [*article.cssselect(UNUSED), *article.xpath('.//*[contains(name(), "-")]')]:
        cast(HtmlElement, node).drop_tree()
    for name in ATTRIBUTES:
        for node in article.cssselect(f"[{name}]"):
            del node.attrib[name]
    for node in article.iter("details"):
        node.set("open", "open")
    seen: set[str] = set()
    for node in article.cssselect("[id]"):
        name = node.get("id", "")
        if name in seen:
            del node.attrib["id"]
        seen.add(name)
    return article


def _keep_links(read: list[Chapter]) -> None:
    """Let links lead to the chapters that are bound; a link to any other page of the book becomes text."""
    names = {chapter.path: chapter for chapter in read}
    ids = {chapter.path: {node.get("id") for node in chapter.article.xpath(".//*[@id]")} for chapter in read}
    for chapter in read:
        for link in chapter.article.cssselect("a[href]"):
            address = urlsplit(link.get("href"))
            if address.scheme or address.netloc:
                continue
            place = posixpath.normpath(posixpath.join(posixpath.dirname(chapter.path), unquote(address.path)))
            place = place if address.path else chapter.path
            if place not in names:
                link.drop_tag()
                continue
            part = unquote(address.fragment)
            link.set("href", names[place].name + (f"#{part}" if part in ids[place] else ""))


def _figures(chapter: Chapter, html: Path) -> None:
    """Point figures to their place in the EPUB.

    Raises
    ------
    BookError
        If a figure has no text alternative or is not in the built book.
    """
    for image in chapter.article.iter("img"):
        source = (html / chapter.path).parent / unquote(urlsplit(image.get("src")).path)
        if not (image.get("alt") or "").strip():
            raise book.BookError(
                f"{chapter.path}: found {source.name} without text alternative, expected one"
            )
        if not source.is_file():
            raise book.BookError(f"{chapter.path}: found no {source.name}, expected a figure of the book")
        image.set("src", f"images/{source.name}")
        chapter.images[source.name] = source


def _text(node: HtmlElement) -> str:
    return " ".join(node.text_content().split())


def document(title: str, body: str, language: str) -> bytes:
    """Return an XHTML page."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head><meta charset="utf-8"/><title>{escape(title)}</title><link rel="stylesheet" href="epub.css"/></head>
<body>{body}</body>
</html>
""".encode()


def _body(chapter: Chapter) -> str:
    html_to_xhtml(chapter.article)
    etree.cleanup_namespaces(chapter.article)
    text: str = etree.tostring(chapter.article, encoding="unicode", with_tail=False)
    return text.replace(' xmlns="http://www.w3.org/1999/xhtml"', "")


def _drawing(svg: bytes) -> bytes:
    """Return an SVG as EPUB wants it: no document type, which names a file on the network, and no path without data."""
    return re.sub(rb"<path(?![^>]*\sd=)", b'<path d=""', re.sub(rb"<!DOCTYPE[^>]*>", b"", svg))


def _nav(read: list[Chapter]) -> str:
    items = []
    for chapter in read:
        below = "".join(
            f'<li><a href="{chapter.name}#{name}">{escape(text)}</a></li>' for name, text in chapter.sections
        )
        below = f"<ol>{below}</ol>" if below else ""
        items.append(f'<li><a href="{chapter.name}">{escape(chapter.title)}</a>{below}</li>')
    return f"""<nav epub:type="toc" id="toc" role="doc-toc"><h1>Contents</h1><ol>{"".join(items)}</ol></nav>
<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li><li><a epub:type="toc" href="#toc">Contents</a></li>
<li><a epub:type="bodymatter" href="{read[0].name}">Text</a></li></ol></nav>"""


def _cover(about: dict[str, str], authors: list[str], image: tuple[str, str] | None) -> str:
    picture = f'<p><img src="images/{image[0]}" alt="{escape(image[1])}"/></p>' if image else ""
    return f"""<section epub:type="cover" class="title-page"><h1>{escape(about["title"])}</h1>
<p>{escape(", ".join(authors))}</p>{picture}<p>Version {escape(about["version"])}</p></section>"""


def _package(
    about: dict[str, str], authors: list[str], parts: dict[str, bytes], order: list[str], cover: str
) -> str:
    """Return the package document: metadata, manifest and reading order."""
    digest = "".join(book.sha256(content) for _, content in sorted(parts.items()))
    # The same book has the same identifier, and another one another.
    identifier = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    kinds = {
        ".xhtml": "application/xhtml+xml",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".png": "image/png",
    }
    manifest = []
    for place, name in enumerate(sorted(parts)):
        marks = {"nav.xhtml": "nav", cover: "cover-image"}.get(name)
        properties = f' properties="{marks}"' if marks else ""
        kind = kinds[posixpath.splitext(name)[1]]
        manifest.append(f'<item id="i{place}" href="{name}" media-type="{kind}"{properties}/>')
    ids = {name: f"i{place}" for place, name in enumerate(sorted(parts))}
    spine = "".join(f'<itemref idref="{ids[name]}"/>' for name in order)
    creators = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in authors)
    access = "".join(
        f'<meta property="schema:{name}">{escape(value)}</meta>'
        for name, values in ACCESS.items()
        for value in values
    )
    date = about["date-released"]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="{about["language"]}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="book">urn:uuid:{identifier}</dc:identifier>
<dc:title>{escape(about["title"])}</dc:title>{creators}<dc:language>{about["language"]}</dc:language>
<dc:date>{date}</dc:date><dc:description>{escape(" ".join(about["abstract"].split()))}</dc:description>
<dc:rights>Text and figures under CC BY 4.0; data keep the rights of their sources.</dc:rights>
<meta property="dcterms:modified">{date}T00:00:00Z</meta>{access}</metadata>
<manifest>{"".join(manifest)}</manifest><spine>{spine}</spine></package>
"""


def bound(html: Path, about: dict[str, str], authors: list[str]) -> bytes:
    """Return a built book as the bytes of an EPUB; the same book gives the same bytes.

    Parameters
    ----------
    html : Path
        Folder of the built book.
    about : dict
        ``title``, ``abstract``, ``version``, ``date-released`` (ISO date) and ``language`` of the edition.
    authors : list of str
        Names.
    """
    read = chapters(html)
    parts = {"epub.css": STYLE.read_bytes()}
    first = next((image for chapter in read for image in chapter.article.iter("img")), None)
    shown = (posixpath.basename(first.get("src")), first.get("alt")) if first is not None else None
    language = about["language"]
    parts["cover.xhtml"] = document(about["title"], _cover(about, authors, shown), language)
    parts["nav.xhtml"] = document("Contents", _nav(read), language)
    for chapter in read:
        title = chapter.title
        parts[chapter.name] = document(title, _body(chapter), language)
        for name, source in chapter.images.items():
            parts[f"images/{name}"] = _drawing(source.read_bytes())
    order = ["cover.xhtml", "nav.xhtml", *(chapter.name for chapter in read)]
    package = _package(about, authors, parts, order, f"images/{shown[0]}" if shown else "")
    files = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER.encode()}
    files |= {"EPUB/package.opf": package.encode()}
    files |= {f"EPUB/{name}": content for name, content in sorted(parts.items())}
    # A reading system knows an EPUB by its first bytes, so the first file is not compressed.
    return zipped.archive(files.items(), stored="mimetype")


def check(content: bytes) -> None:
    """Let epubcheck read an EPUB; warnings count as errors.

    Raises
    ------
    BookError
        If epubcheck is not there, or finds fault.
    """
    checker = shutil.which("epubcheck")
    if checker is None:
        raise book.BookError("found no epubcheck; `apt-get install epubcheck`")
    # Debian installs the archive of Java itself, which not every kernel starts.
    archive = Path(checker).read_bytes()[:2] == b"PK"
    command = ["java", "-jar", checker] if archive else [checker]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "edition.epub").write_bytes(content)
        done = subprocess.run(
            [*command, "--failonwarnings", "edition.epub"], cwd=folder, capture_output=True, text=True
        )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if re.match("ERROR|WARNING|FATAL", line)]
        raise book.BookError(f"epubcheck: {'; '.join(said[:5]) or done.stderr.strip()}")


def write(root: Path, checked: bool = False) -> str:
    """Bind the book that was built into ``_build/edition.epub``; return a line that says so.

    Raises
    ------
    BookError
        If no book has been built, a figure has no text alternative, or the check fails; the last good file stays.
    """
    language = book.configuration(root).get("sphinx", {}).get("config", {}).get("language", "en")
    about = {name: str(value) for name, value in citation.edition().items()} | {"language": language}
    content = bound(book.built(root), about, citation.authors())
    if checked:
        check(content)
    target = root / "_build" / "edition.epub"
    book.write(target, content)
    said = "; epubcheck finds no error and no warning" if checked else ""
    return f"{target.relative_to(root)}: {len(content) / 1e6:.1f} MB{said}"
