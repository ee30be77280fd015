"""Bind the built book into one EPUB 3: chapters as reflowable pages for a small screen.

Pages are taken from the built book; what only a screen with a network or a script can use stays behind, and folded code
is left to the notebooks.
"""

import posixpath
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from bookpress.edition import book, catalogue, citation
from bookpress.edition.catalogue import say
from bookpress.publish import zipped
from bookpress.publish.html import indexed, without_screen

STYLE = Path(__file__).parent / "epub.css"
INDEXES = "indexes.xhtml"
KINDS = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
ACCESS = """<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual,visual</meta><meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">displayTransformability</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta><meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Every figure has a text alternative, every table has headers, text and tables
reflow. Conformance was not assessed by a third party.</meta>"""


@dataclass
class Chapter:
    """A page of the built book: where it lies there, its text, and the figures that it shows."""

    path: str
    article: Tag
    images: dict[str, Path] = field(default_factory=dict)
    style: bytes = b""  # of this page alone

    @property
    def name(self) -> str:
        """Return the name of the page in the EPUB."""
        return posixpath.splitext(self.path)[0].replace("/", "-") + ".xhtml"

    @property
    def title(self) -> str:
        """Return the text of the first heading."""
        return _text(self.article.select("h1")[0])


def chapters(html: Path) -> list[Chapter]:
    """Return the pages of a built book in the order of its contents, the cover first."""
    first = book.first_page(html)
    links = _soup(first).select("nav.chapters a[href]")
    addresses = [urlsplit(str(link["href"])) for link in links]
    paths = dict.fromkeys([first.name, *(one.path for one in addresses if one.path and not one.netloc)])
    read = {path: Chapter(path, _soup(html / path).select("article")[0]) for path in paths}
    for chapter in read.values():
        without_screen(chapter.article)
        for wrapper in chapter.article.select(".toctree-wrapper"):
            wrapper.decompose()
        _figures(chapter, html)
        _equations(chapter.article)
        own = (html / chapter.path).with_suffix(".css")
        chapter.style = own.read_bytes() if own.is_file() else b""
    ids = {path: {str(node["id"]) for node in one.article.select("[id]")} for path, one in read.items()}
    for chapter in read.values():
        _keep_links(chapter, read, ids)
    return [*read.values()]


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _text(node: Tag) -> str:
    return " ".join(node.get_text().split())


def _figures(chapter: Chapter, html: Path) -> None:
    """Point figures to their place in the EPUB."""
    for image in chapter.article("img"):
        source = (html / chapter.path).parent / unquote(urlsplit(str(image["src"])).path)
        if not str(image.get("alt", "")).strip():
            said = f"found {source.name} without text alternative, expected one"
            raise book.BookError(f"{chapter.path}: {said}")
        if not source.is_file():
            raise book.BookError(f"{chapter.path}: found no {source.name}, expected a figure of the book")
        image["src"] = f"images/{source.name}"
        chapter.images[source.name] = source


def _equations(article: Tag) -> None:
    """Say sizes in equations as MathML 3 does, which EPUB has; a browser reads the later MathML Core."""
    for part in article.select("math mrow[scriptlevel], math mrow[displaystyle]"):
        part.name = "mstyle"
    for part in article.select("math mtable[scriptlevel]"):
        names = ("displaystyle", "scriptlevel")
        part.wrap(
            Tag(name="mstyle", attrs={name: part.attrs.pop(name) for name in names if name in part.attrs})
        )


def _keep_links(chapter: Chapter, read: Mapping[str, Chapter], ids: Mapping[str, set[str]]) -> None:
    """Let links lead to the chapters that are bound; make a link to any other page of the book plain text."""
    for link in chapter.article.select("a[href]"):
        address = urlsplit(str(link["href"]))
        if address.scheme or address.netloc:
            continue
        place = posixpath.normpath(posixpath.join(posixpath.dirname(chapter.path), unquote(address.path)))
        place = place if address.path else chapter.path
        if place not in read:
            link.unwrap()
            continue
        part = unquote(address.fragment)
        link["href"] = read[place].name + (f"#{part}" if part in ids[place] else "")


def bound(html: Path, about: Mapping[str, str], authors: list[citation.Author], rights: str) -> bytes:
    """Return a built book as the bytes of an EPUB; the same book gives the same bytes."""
    read = chapters(html)
    first = next((image for chapter in read for image in chapter.article("img")), None)
    lists = _indexes(read)
    pages = {
        "cover.xhtml": (about["title"], _cover(about, authors, first)),
        "nav.xhtml": (say("Contents"), _nav(read, lists)),
        **{chapter.name: (chapter.title, chapter.article.decode(formatter="minimal")) for chapter in read},
    }
    if lists:
        pages[INDEXES] = (say("Indexes"), f"<section><h1>{say('Indexes')}</h1>{lists}</section>")
    parts = {"epub.css": STYLE.read_bytes()}
    styles = {chapter.name: chapter.style for chapter in read if chapter.style}
    parts |= {f"{name}.css": style for name, style in styles.items()}
    for name, (title, body) in pages.items():
        parts[name] = document(title, body, about["language"], f"{name}.css" if name in styles else "")
    for chapter in read:
        for name, path in chapter.images.items():
            content = path.read_bytes()
            parts[f"images/{name}"] = _drawing(content) if path.suffix.lower() == ".svg" else content
    package = _package(about, authors, rights, parts, [*pages], str(first["src"]) if first else "")
    files = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER.encode()}
    files |= {"EPUB/package.opf": package.encode()}
    files |= {f"EPUB/{name}": content for name, content in sorted(parts.items())}
    # A reading system knows an EPUB by its first bytes, so the first file is not compressed.
    return zipped.archive(files.items(), stored="mimetype")


def document(title: str, body: str, language: str, style: str = "") -> bytes:
    """Return an XHTML page; `style` names a style sheet of its own."""
    own = f'<link rel="stylesheet" href="{style}"/>' if style else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head><meta charset="utf-8"/><title>{escape(title)}</title><link rel="stylesheet" href="epub.css"/>{own}</head>
<body>{body}</body>
</html>
""".encode()


def _cover(about: Mapping[str, str], authors: list[citation.Author], image: Tag | None) -> str:
    picture = f'<p><img src="{image["src"]}" alt="{escape(str(image["alt"]))}"/></p>' if image else ""
    return f"""<section epub:type="cover" class="title-page"><h1>{escape(about["title"])}</h1>
<p>{escape(", ".join(author.name for author in authors))}</p>{picture}<p>{say("Version {0}", escape(about["version"]))}</p></section>"""


def _indexes(read: list[Chapter]) -> str:
    """Return the indexes of exhibits and claims, each entry with a link to its place; '' if there are none."""
    lists: dict[str, list[str]] = {}
    for chapter in read:
        for heading, entries in indexed(chapter.article).items():
            links = [f'<li><a href="{chapter.name}#{name}">{escape(text)}</a></li>' for name, text in entries]
            lists.setdefault(heading, []).extend(links)
    return "".join(f"<h2>{heading}</h2><ol>{''.join(links)}</ol>" for heading, links in lists.items())


def _nav(read: list[Chapter], indexes: str) -> str:
    items = []
    for chapter in read:
        heads = chapter.article.select("section[id] > h2")
        inner = [(f"{chapter.name}#{head.parent['id']}", _text(head)) for head in heads if head.parent]
        below = "".join(f'<li><a href="{to}">{escape(text)}</a></li>' for to, text in inner)
        below = f"<ol>{below}</ol>" if below else ""
        items.append(f'<li><a href="{chapter.name}">{escape(chapter.title)}</a>{below}</li>')
    items += [f'<li><a href="{INDEXES}">{say("Indexes")}</a></li>'] if indexes else []
    return f"""<nav epub:type="toc" id="toc" role="doc-toc"><h1>{say("Contents")}</h1><ol>{"".join(items)}</ol></nav>
<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>{say("Landmarks")}</h2><ol>
<li><a epub:type="cover" href="cover.xhtml">{say("Cover")}</a></li><li><a epub:type="toc" href="#toc">{say("Contents")}</a></li>
{f'<li><a epub:type="index" href="{INDEXES}">{say("Indexes")}</a></li>' if indexes else ""}
<li><a epub:type="bodymatter" href="{read[0].name}">{say("Text")}</a></li></ol></nav>"""


def _drawing(svg: bytes) -> bytes:
    """Return an SVG as EPUB wants it: no document type, which names a file on the network, and no path without data."""
    return re.sub(rb"<path(?![^>]*\sd=)", b'<path d=""', re.sub(rb"<!DOCTYPE[^>]*>", b"", svg))


def _creator(author: citation.Author, name: str) -> str:
    """Return what the metadata say of an author; `name` is its id there."""
    filed = author.filed if author.filed != author.name else ""
    told = {"file-as": filed, "schema:identifier": author.orcid, "schema:affiliation": author.affiliation}
    refined = "".join(
        f'<meta refines="#{name}" property="{key}">{escape(said)}</meta>'
        for key, said in told.items()
        if said
    )
    mark = f' id="{name}"' if refined else ""
    return f"<dc:creator{mark}>{escape(author.name)}</dc:creator>{refined}"


def _package(
    about: Mapping[str, str],
    authors: list[citation.Author],
    rights: str,
    parts: Mapping[str, bytes],
    order: list[str],
    cover: str,
) -> str:
    """Return the package document: metadata, manifest and reading order."""
    # The same book has the same identifier, and another one another.
    digest = "".join(book.sha256(content) for _, content in sorted(parts.items()))
    identifier = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    equations = ""
    if any(b"<math" in content for content in parts.values()):
        equations = '<meta property="schema:accessibilityFeature">MathML</meta>'
    ids = {name: f"i{place}" for place, name in enumerate(sorted(parts))}
    marks = {name: ' properties="mathml"' for name, content in parts.items() if b"<math" in content}
    marks |= {"nav.xhtml": ' properties="nav"', cover: ' properties="cover-image"'}
    manifest = "".join(
        f'<item id="{ids[name]}" href="{name}" media-type="{KINDS[posixpath.splitext(name)[1]]}"{marks.get(name, "")}/>'
        for name in ids
    )
    spine = "".join(f'<itemref idref="{ids[name]}"/>' for name in order)
    creators = "".join(_creator(author, f"author-{place}") for place, author in enumerate(authors, 1))
    date = about["date-released"]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="{about["language"]}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="book">urn:uuid:{identifier}</dc:identifier>
<dc:title>{escape(about["title"])}</dc:title>{creators}<dc:language>{about["language"]}</dc:language>
<dc:date>{date}</dc:date><dc:description>{escape(" ".join(about["abstract"].split()))}</dc:description>
<dc:rights>{escape(rights)}</dc:rights>
<meta property="dcterms:modified">{date}T00:00:00Z</meta>{ACCESS}{equations}</metadata>
<manifest>{manifest}</manifest><spine>{spine}</spine></package>
"""


def check(content: bytes) -> None:
    """Let epubcheck read an EPUB; a BookError has its errors and warnings."""
    checker = shutil.which("epubcheck")
    if checker is None:
        raise book.BookError("found no epubcheck; `apt-get install epubcheck`")
    # Debian installs the archive of Java itself, which not every kernel starts.
    command = ["java", "-jar", checker] if Path(checker).read_bytes()[:2] == b"PK" else [checker]
    with tempfile.NamedTemporaryFile(suffix=".epub") as file:
        file.write(content)
        file.flush()
        done = subprocess.run([*command, "--failonwarnings", file.name], capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if re.match("ERROR|WARNING|FATAL", line)]
        raise book.BookError(f"epubcheck: {'; '.join(said[:5]) or done.stderr.strip()}")


def write(root: Path, checked: bool = False) -> str:
    """Bind the book that was built into ``_build/edition.epub``; return a line that says so.

    After a BookError the last good file stays.
    """
    about = {name: str(value) for name, value in citation.edition().items()}
    about["language"] = catalogue.tag(root)
    content = bound(book.built(root), about, citation.authors(), citation.rights_line())
    if checked:
        check(content)
    target = root / "_build" / "edition.epub"
    book.write(target, content)
    said = "; epubcheck finds no error and no warning" if checked else ""
    return f"{target.relative_to(root)}: {len(content) / 1e6:.1f} MB{said}"
