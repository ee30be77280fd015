"""Print the whole edition into one PDF: title page, contents, all chapters, vector figures, glossary, indexes of exhibits and claims.

Sphinx puts every chapter on one page; chromium prints it twice, the second time with the page numbers that the first
gave. Then it prints each chapter alone. Folded code is left to the notebooks. The numbers of every table and figure are attached.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path, PurePosixPath
from typing import cast

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from pypdf.xmp import XmpInformation

from bookpress.edition import book, citation, identifiers
from bookpress.edition.catalogue import say
from bookpress.publish.html import indexed, sphinx, without_screen
from bookpress.run import ipynb, results

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRINT = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
MARK = "document-"  # begins the id of a chapter's section, followed by the chapter's name
CITED = ".cited { font-size: 8.5pt; line-height: 1.3; margin: 0 0 1.2em; overflow-wrap: anywhere; }"
Attached = Mapping[str, tuple[str, bytes]]
"""What is attached to a PDF: by name, what it is and its bytes."""


def print_page(html: str, numbers: Mapping[str, int], rights: str = "") -> str:
    """Return the page of Sphinx's ``singlehtml`` builder laid out for print.

    `numbers` are the known pages of ids, `rights` stands at the end of the title page.
    """
    page = BeautifulSoup(html, "html.parser")
    article = _first(page, "article")
    # The policy of a page on a screen forbids the style that the running heads need.
    for unused in page.select('script, meta[http-equiv="Content-Security-Policy"]'):
        unused.decompose()
    without_screen(page.body or page)
    _links_within(page)
    chapters = _chapters(article)
    cover = _first(article, "section")
    title = page.new_tag("section", attrs={"class": "title-page"})
    while (node := cover.find(True, recursive=False)) and node.name != "section":
        title.append(node.extract())  # title, authors, summary and directions
    if rights:
        title.append(page.new_tag("p", attrs={"class": "rights"}, string=rights))
    cover["id"], cover["class"] = "abstract", "chapter"
    if parts := cover.find_all("section", recursive=False):
        alone = _first(parts[0], "h2").extract().get_text() if len(parts) == 1 else ""
        cover.insert(0, page.new_tag("h1", string=alone or say("Abstract")))
        chapters.insert(0, ("abstract", _first(cover, "h1").get_text()))
    contents = _list([*chapters, ("indexes", say("Indexes"))], numbers)
    front = f'<section class="front-matter"><h2>{say("Contents")}</h2>{contents}</section>'
    cover.insert_before(title, _part(front))
    if not parts:
        cover.decompose()
    lists = "".join(
        f"<h2>{heading}</h2>{_list(entries, numbers)}" for heading, entries in indexed(article).items()
    )
    heading = f"<h1>{say('Indexes')}</h1>"
    article.append(_part(f'<section class="chapter indexes" id="indexes">{heading}{lists}</section>'))
    for said in article.select(".figure-title"):
        said.decompose()  # the picture says it, in letters
    _running_heads(page)
    for figure in article("figure"):
        figure["role"] = "group"  # the picture in it is the figure, with the text alternative
    _first(page, "title").string = _first(title, "h1").get_text()
    return page.decode(formatter="minimal")


def _chapters(article: Tag) -> list[tuple[str, str]]:
    """Set the chapters beside the cover instead of inside it; return their ids and titles."""
    chapters = []
    for mark in article.select('span[id^="document-"]'):
        chapter = mark.find_next_sibling("section")
        assert chapter, "Sphinx marks where a chapter begins"
        above = mark.find_parent("section", id=re.compile("^document-"))
        chapter["id"], chapter["class"] = mark["id"], "chapter continued" if above else "chapter"
        chapters.append(chapter)
    for chapter in chapters:  # one may stand within another
        article.append(chapter.extract())
    for glossary in article.select("section.chapter:has(dl.glossary)"):
        article.append(glossary.extract())  # it is looked up from everywhere: at the end, before the indexes
        chapters.sort(key=lambda one: one is glossary)
    for wrapper in article.select(".toctree-wrapper"):
        wrapper.decompose()
    for chapter in chapters:
        headings = chapter(re.compile(r"^h\d$"))
        deeper = int(headings[0].name[1]) - 1 if headings else 0
        for heading in headings:
            heading.name = f"h{max(1, int(heading.name[1]) - deeper)}"
    return [(str(chapter["id"]), _first(chapter, "h1").get_text()) for chapter in chapters]


def _running_heads(page: BeautifulSoup) -> None:
    """Let the pages of a chapter bear its name: chromium knows named pages, but no strings set by the text.

    A chapter below another one in the contents begins where that one ends, and its pages bear the other's name.
    """
    rules: list[str] = []
    for chapter in page.select("section.chapter"):
        if "continued" not in chapter["class"]:
            name = _first(chapter, "h1").get_text().replace("\\", "\\\\").replace('"', '\\"')
            rules.append(
                f'@page chapter{len(rules)} {{ @top-left {{ content: "{name}"; font: 9pt serif; }} }}'
            )
        chapter["style"] = f"page: chapter{len(rules) - 1}"
    _first(page, "head").append(page.new_tag("style", string="\n".join(rules)))


def _links_within(page: BeautifulSoup) -> None:
    """Let links to other chapters lead within this page; make those to pages that are not printed plain text."""
    chapters = [str(mark["id"]).removeprefix("document-") for mark in page.select('span[id^="document-"]')]
    for link in page.select('a[href]:not([href^="#"], [href*=":"])'):
        place, _, name = str(link["href"]).partition("#")
        place = place.removesuffix(".html").lstrip("./")
        if name and (place == "index" or any(f"/{one}".endswith(f"/{place}") for one in chapters)):
            link["href"] = f"#{name}"
        else:
            link.unwrap()


def offprints(laid_out: str, base: str, cite: Callable[[str, str], str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each chapter and a page with it alone, given the page of the whole book and how name and title are cited.

    A link out of the chapter leads to the published book at `base`; while that has no address it is plain text.
    """
    page = BeautifulSoup(laid_out, "html.parser")
    article, sections = _first(page, "article"), page.select(f'section[id^="{MARK}"]')
    homes = {str(node["id"]): str(one["id"]) for one in sections for node in [one, *one.select("[id]")]}
    _first(page, "head").append(page.new_tag("style", string=CITED))
    article.clear()
    for section in sections:
        own, heading = str(section["id"]), _first(section, "h1")
        chapter, title = own.removeprefix(MARK), heading.get_text()
        for link in section.select('a[href^="#"]'):
            name = str(link["href"])[1:]
            home = homes.get(name, f"{MARK}index")
            if home != own and base:
                within = "" if name == home else f"#{name}"
                link["href"] = f"{base}/{home.removeprefix(MARK)}.html{within}"
            elif home != own:
                link.unwrap()
        _first(page, "title").string = title
        heading.insert_after(page.new_tag("p", attrs={"class": "cited"}, string=cite(chapter, title)))
        article.append(section)
        yield chapter, page.decode(formatter="minimal")
        section.extract()


def _part(html: str) -> Tag:
    return _first(BeautifulSoup(html, "html.parser"), "section")


def _list(entries: list[tuple[str, str]], numbers: Mapping[str, int]) -> str:
    """Return an ordered list of links with their page numbers."""
    items = (
        f'<li><a href="#{name}"><span>{escape(text)}</span><span class="number">{numbers.get(name, 0)}</span></a></li>'
        for name, text in entries
    )
    return f"<ol>{''.join(items)}</ol>"


def _first(within: Tag, selector: str) -> Tag:
    """Return the first element for a selector."""
    found = within.select_one(selector)
    if found is None:
        raise book.BookError(f"not printed: found no {selector!r}, expected one")
    return found


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


def attach(writer: PdfWriter, attached: Attached) -> None:
    """Attach CSV files as PDF/A-3 does: what each is, and that it is the data behind the document; conformance is not claimed."""
    files = ArrayObject()
    for name, (what, content) in attached.items():
        file = writer.add_attachment(name, content)
        file.alternative_name, file.description = TextStringObject(name), TextStringObject(what)
        file.subtype, file.associated_file_relationship = NameObject("/text/csv"), NameObject("/Data")
        file.size = NumberObject(len(content))
        files.append(file.pdf_object.indirect_reference)
    if files:
        writer.root_object[NameObject("/AF")] = files


def numbers_of(root: Path) -> dict[str, dict[str, tuple[str, bytes]]]:
    """Return the numbers behind every table and figure as CSV, to be attached, by the name of the chapter that shows it."""
    found: dict[str, dict[str, tuple[str, bytes]]] = {}
    for path in book.chapters(root):
        mine = found[book.document(path, root)] = {}
        for about, _, _ in ipynb.exhibits(ipynb.read(path)["cells"]):
            kind, name = about["id"].partition("-")[0], f"{about['id']}.csv"
            mine[name] = about["title"], (results.exports(path, root) / f"{kind}s" / name).read_bytes()
    return found


def undated(
    pdf: Path, html: str = "", authors: Sequence[str] = (), attached: Attached | None = None
) -> tuple[bytes, int]:
    """Return the bytes of a PDF without what does not depend on the book alone, and its number of pages."""
    writer = PdfWriter(clone_from=pdf)
    name_bookmarks(writer, html)
    attach(writer, attached or {})
    about: Mapping[str, object] = writer.metadata or {}
    writer.metadata = kept = {key: str(about[key]) for key in ("/Title", "/Producer") if key in about}
    if "/Title" in kept:  # as readers of PDF/UA ask for it; conformance is not claimed
        described = XmpInformation.create()
        described.dc_title = {"x-default": kept["/Title"]}
        if authors:
            kept["/Author"], described.dc_creator = "; ".join(authors), [*authors]
            writer.metadata = kept
        writer.xmp_metadata = described
        stream = cast(DictionaryObject, writer.root_object["/Metadata"])
        for key, value in (("/Type", "/Metadata"), ("/Subtype", "/XML")):
            stream[NameObject(key)] = NameObject(value)
    written = io.BytesIO()
    writer.write(written)
    # Chromium numbers the parts of a page from another start each time: their order is kept.
    marks = sorted(set(re.findall(rb"node\d{8}", written.getvalue())))
    rank = {mark: b"node%08d" % place for place, mark in enumerate(marks)}
    content = re.sub(rb"node\d{8}", lambda mark: rank[mark[0]], written.getvalue())
    return content, len(writer.pages)


def browser() -> str:
    """Return the path of a browser; a BookError says that there is none."""
    names = (os.environ.get("CHROMIUM"), *BROWSERS)
    found = next(filter(None, map(shutil.which, filter(None, names))), None)
    if found is None:
        raise book.BookError(
            f"found none of {', '.join(BROWSERS)}; `apt-get install chromium` or name one with CHROMIUM=..."
        )
    return found


def chromium(browser: str, page: Path, *options: str) -> None:
    """Open a page with a browser that reads nothing of the user's and asks nothing of the network."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={profile}"]
        command += ["--no-first-run", "--disable-background-networking"]
        command += ["--disable-component-update", "--disable-sync", "--disable-quic"]
        # Chromium's sandbox refuses to run as root, as in a container.
        command += ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        command += [*options, page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise book.BookError(f"{browser} failed: {' '.join(done.stderr.splitlines()[-3:])}")


def write(root: Path) -> str:
    """Print a book into ``_build/edition.pdf`` and its chapters into ``_build/chapters``; return a line that says so.

    After a BookError the last good PDFs stay.
    """
    from bookpress.exhibits import fonts  # imports Matplotlib

    fonts.needed()  # what is printed without it is empty boxes
    program, target = browser(), root / "_build" / "edition.pdf"
    rights = f"{say('Version {0}', citation.read(root)['version'])}. {citation.rights_line()}"
    authors = [author.name for author in citation.authors()]
    with book.locked(root), tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "single", book.documents(root)[0].with_suffix(".html").name)
        if sphinx(root, page.parent, "singlehtml"):
            raise book.BookError("not printed; _build/edition.pdf is the last good one, if there was any")
        html, pdf = page.read_text(encoding="utf-8"), Path(folder, "book.pdf")
        numbers: dict[str, int] = {}
        for _ in range(2):
            listed = numbers
            laid_out = print_page(html, numbers, rights)
            numbers = printed(program, laid_out, page, pdf)
        if moved := sorted(name for name in numbers if numbers[name] != listed.get(name)):
            raise book.BookError(f"found other pages than the contents list: {', '.join(moved)}; not kept")
        behind = numbers_of(root)
        every = {name: one for own in behind.values() for name, one in own.items()}
        content, pages = undated(pdf, laid_out, authors, every)
        base, version = book.base(book.configuration(root)), identifiers.directory(root)

        def cite(name: str, title: str) -> str:
            key = PurePosixPath(name).name
            return citation.cite(key, title, version, base and f"{base}/{name}.html")["Text"]

        def alone(chapter: tuple[str, str]) -> tuple[str, bytes]:
            name, single = chapter
            own = page.with_name(f"{PurePosixPath(name).name}.html")
            printed(program, single, own, own.with_suffix(".pdf"))
            return own.stem, undated(own.with_suffix(".pdf"), single, authors, behind.get(name))[0]

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # threads that wait for browsers
            chapters = dict(pool.map(alone, offprints(laid_out, base, cite)))
        shutil.rmtree(target.with_name("chapters"), ignore_errors=True)
        for name, one in chapters.items():
            book.write(target.with_name("chapters") / f"{name}.pdf", one)
        book.write(target, content)
    return f"{target.relative_to(root)}: {pages} pages; _build/chapters: {len(chapters)} chapters, each by itself"


def printed(program: str, html: str, page: Path, pdf: Path) -> dict[str, int]:
    """Print a page that is laid out; return the pages of its ids. A BookError names links that lead nowhere."""
    page.write_text(html, encoding="utf-8")
    chromium(program, page, *PRINT, f"--print-to-pdf={pdf}")
    numbers = page_numbers(pdf)
    if lost := dead_links(html, numbers):
        raise book.BookError(f"found links that lead nowhere: {', '.join(lost)}; not kept")
    return numbers
