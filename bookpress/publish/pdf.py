"""Print the whole edition into one PDF: title page, contents with page numbers, all chapters, vector figures.

Sphinx puts every chapter on one page; chromium prints it twice, the second time with the page numbers that the first
gave. Folded code is left to the notebooks.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import cast

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from bookpress.edition import book
from bookpress.publish.html import STRICT, sphinx

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def print_page(html: str, numbers: Mapping[str, int]) -> str:
    """Return the one-page book laid out for print.

    Parameters
    ----------
    html : str
        The page that Sphinx's ``singlehtml`` builder wrote.
    numbers : mapping of str to int
        Page number of each id, as far as known.
    """
    page = BeautifulSoup(html, "html.parser")
    for unused in page.select(
        "script, header.bar, nav, footer, a.skip, a.headerlink, details.hide, p.exhibit-files"
    ):
        unused.decompose()
    for scripted in page(lambda node: "-" in node.name):  # custom elements: nothing without their script
        scripted.decompose()
    for image in page("img"):
        image.attrs.pop("loading", None)
    for fold in page("details"):  # paper does not open
        fold["open"] = ""
    _links_within(page)
    chapters = _chapters(page)
    _without_second_ids(page)
    cover = _first(page, "article > section")
    title = _title_page(page, cover)
    cover["class"] = "chapter"
    cover["id"] = "abstract"
    cover.insert(0, _element(page, "h1", "Abstract"))
    exhibits = page.select("table caption, figure figcaption")
    lists = {
        "Contents": [("abstract", "Abstract"), *chapters],
        "Tables": _captions(exhibits, "Table"),
        "Figures": _captions(exhibits, "Figure"),
    }
    front = page.new_tag("section", attrs={"class": "front-matter"})
    for heading, entries in lists.items():
        front.append(_element(page, "h2", heading))
        front.append(_list(page, entries, numbers))
    cover.insert_before(title, front)
    _running_heads(page)
    for figure in page("figure"):
        figure["role"] = "group"  # the picture in it is the figure, with the text alternative
    _first(page, "title").string = _first(title, "h1").get_text()
    return page.decode(formatter="minimal")


def _chapters(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Set the chapters beside the cover instead of inside it; return their ids and titles."""
    article = _first(page, "article")
    chapters = []
    for mark in page.select('span[id^="document-"]'):
        chapter = mark.find_next_sibling("section")
        assert chapter, "Sphinx marks where a chapter begins"
        name = str(mark["id"])
        chapter["id"], chapter["class"] = name, "chapter"
        for heading in chapter.select("h2, h3, h4"):
            heading.name = f"h{int(heading.name[1]) - 1}"
        chapters.append((name, _first(chapter, "h1").get_text()))
        article.append(chapter.extract())
    for wrapper in page.select(".toctree-wrapper"):
        wrapper.decompose()
    return chapters


def _running_heads(page: BeautifulSoup) -> None:
    """Let the pages of a chapter bear its name: chromium knows named pages, but no strings set by the text."""
    style = page.new_tag("style")
    rules = []
    for place, chapter in enumerate(page.select("section.chapter")):
        name = _first(chapter, "h1").get_text().replace("\\", "\\\\").replace('"', '\\"')
        chapter["style"] = f"page: chapter{place}"
        rules.append(f'@page chapter{place} {{ @top-left {{ content: "{name}"; font: 9pt serif; }} }}')
    style.string = "\n".join(rules)
    for policy in page.select('meta[http-equiv="Content-Security-Policy"]'):
        # The pages on a screen have no styles of their own, so their policy forbids these.
        policy["content"] = str(policy["content"]).replace(
            "style-src 'self'", "style-src 'self' 'unsafe-inline'"
        )
    _first(page, "head").append(style)


def _links_within(page: BeautifulSoup) -> None:
    """Let links to places in other chapters lead within this page; those to pages that are not printed become plain text."""
    chapters = [str(mark["id"]).removeprefix("document-") for mark in page.select('span[id^="document-"]')]
    for link in page.select('a[href]:not([href^="#"], [href*=":"])'):
        place, _, name = str(link["href"]).partition("#")
        place = place.removesuffix(".html").lstrip("./")
        if name and (place == "index" or any(f"/{one}".endswith(f"/{place}") for one in chapters)):
            link["href"] = f"#{name}"
        else:
            link.unwrap()


def _without_second_ids(page: BeautifulSoup) -> None:
    """Keep an id where it comes first: "The data" is a heading of every chapter."""
    seen = set()
    for node in page.select("[id]"):
        if node["id"] in seen:
            del node["id"]
        else:
            seen.add(node["id"])


def _title_page(page: BeautifulSoup, cover: Tag) -> Tag:
    """Take title, summary and directions from the cover, up to its first section."""
    title = page.new_tag("section", attrs={"class": "title-page"})
    for node in cover.find_all(True, recursive=False):
        if node.name == "section":
            break
        title.append(node.extract())
    return title


def _captions(exhibits: list[Tag], kind: str) -> list[tuple[str, str]]:
    """Return id and caption of every table or figure, in order."""
    found = []
    for caption in exhibits:
        text = " ".join((caption.p or caption).get_text().split())
        if text.startswith(f"{kind} "):
            number = text.partition(".")[0]
            found.append((number.lower().replace(" ", "-"), text))
    return found


def _list(page: BeautifulSoup, entries: list[tuple[str, str]], numbers: Mapping[str, int]) -> Tag:
    items = page.new_tag("ol")
    for name, text in entries:
        item, link = page.new_tag("li"), page.new_tag("a", href=f"#{name}")
        link.append(_element(page, "span", text))
        number = _element(page, "span", str(numbers.get(name, 0)))
        number["class"] = "number"
        link.append(number)
        item.append(link)
        items.append(item)
    return items


def _first(within: Tag, selector: str) -> Tag:
    """Return the first element for a selector."""
    found = within.select_one(selector)
    if found is None:
        raise book.BookError(f"not printed: found no {selector!r}, expected one")
    return found


def _element(page: BeautifulSoup, name: str, text: str) -> Tag:
    element = page.new_tag(name)
    element.string = text
    return element


def page_numbers(pdf: Path) -> dict[str, int]:
    """Return the page on which each linked id of a printed book lies, counted from 1."""
    reader = PdfReader(pdf)
    return {
        name.lstrip("/"): cast(int, reader.get_destination_page_number(target)) + 1
        for name, target in reader.named_destinations.items()
    }


def dead_links(html: str, numbers: Mapping[str, int]) -> list[str]:
    """Return the internal links of a printed page that have no place in the PDF."""
    links = BeautifulSoup(html, "html.parser").select('a[href^="#"]')
    return sorted({str(link["href"])[1:] for link in links} - numbers.keys())


def name_bookmarks(writer: PdfWriter, html: str) -> None:
    """Give bookmarks the words of their headings: where a heading is broken into lines, chromium drops the blank."""
    headings = BeautifulSoup(html, "html.parser").select("h1, h2, h3, h4")
    said = {"".join(text.split()): " ".join(text.split()) for text in (node.get_text() for node in headings)}
    marks = [writer.root_object["/Outlines"]] if "/Outlines" in writer.root_object else []
    while marks:
        mark = cast(DictionaryObject, marks.pop().get_object())
        title = str(mark.get("/Title", ""))
        if (words := said.get("".join(title.split()), title)) != title:
            mark[NameObject("/Title")] = TextStringObject(words)
        marks += [mark[name] for name in ("/First", "/Next") if name in mark]


def undated(pdf: Path, html: str = "") -> tuple[bytes, int]:
    """Return the bytes of a PDF without what does not depend on the book alone, and its number of pages.

    `html` is the page that it was printed from; bookmarks are named after its headings.
    """
    writer = PdfWriter(clone_from=pdf)
    name_bookmarks(writer, html)
    writer.metadata = {
        key: value for key, value in (writer.metadata or {}).items() if key in {"/Title", "/Producer"}
    }
    if writer.metadata and (title := writer.metadata.get("/Title")):
        writer.xmp_metadata = _described(str(title))
        described = cast(DictionaryObject, writer.root_object["/Metadata"])
        described[NameObject("/Type")] = NameObject("/Metadata")
        described[NameObject("/Subtype")] = NameObject("/XML")
    written = io.BytesIO()
    writer.write(written)
    # Chromium numbers the parts of a page from another start each time: their order is kept.
    marks = sorted(set(re.findall(rb"node\d{8}", written.getvalue())))
    rank = {mark: b"node%08d" % place for place, mark in enumerate(marks)}
    content = re.sub(rb"node\d{8}", lambda mark: rank[mark[0]], written.getvalue())
    return content, len(writer.pages)


def _described(title: str) -> bytes:
    """Return the metadata that readers of PDF/UA ask for; conformance is not claimed, for nothing here proves it."""
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li>
</rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def chromium(browser: str, page: Path, pdf: Path) -> None:
    """Print a page with a browser that reads nothing of the user's and asks nothing of the network."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={profile}"]
        command += ["--no-first-run", "--disable-background-networking"]
        command += ["--disable-component-update", "--disable-sync", "--disable-quic"]
        # Chromium's sandbox refuses to run as root, as in a container.
        command += ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        command += ["--no-pdf-header-footer", "--generate-pdf-document-outline"]
        command += [f"--print-to-pdf={pdf}", page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise book.BookError(f"{browser} did not print: {' '.join(done.stderr.splitlines()[-3:])}")


def write(root: Path) -> str:
    """Print a book into ``_build/edition.pdf``; return a line that says so.

    Raises
    ------
    BookError
        If there is no browser, the book cannot be built, or a link leads nowhere; the last good PDF stays.
    """
    names = (os.environ.get("CHROMIUM"), *BROWSERS)
    browser = next(filter(None, map(shutil.which, filter(None, names))), None)
    if browser is None:
        raise book.BookError(
            f"found none of {', '.join(BROWSERS)}; `apt-get install chromium` or name one with CHROMIUM=..."
        )
    target = root / "_build" / "edition.pdf"
    with book.locked(root), tempfile.TemporaryDirectory() as folder:
        single = ["--path-output", folder, "--builder", "custom", "--custom-builder", "singlehtml"]
        if sphinx(root, [*single, *STRICT]):
            raise book.BookError("not printed; _build/edition.pdf is the last good one, if there was any")
        page = Path(folder, "_build", "singlehtml", "index.html")
        html, pdf = page.read_text(encoding="utf-8"), Path(folder, "book.pdf")
        numbers: dict[str, int] = {}
        for _ in range(2):
            listed = numbers
            page.write_text(print_page(html, numbers), encoding="utf-8")
            chromium(browser, page, pdf)
            numbers = page_numbers(pdf)
        if moved := sorted(name for name in numbers if numbers[name] != listed.get(name)):
            raise book.BookError(f"found other pages than the contents list: {', '.join(moved)}; not kept")
        if lost := dead_links(page.read_text(encoding="utf-8"), numbers):
            raise book.BookError(f"found links that lead nowhere: {', '.join(lost)}; not kept")
        content, pages = undated(pdf, page.read_text(encoding="utf-8"))
        book.write(target, content)
    return f"{target.relative_to(root)}: {pages} pages"
