"""What a reader can see of each page, without what is told on another."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml.html import HtmlElement, document_fromstring

# Pages that say how to run a chapter say the same of all; the one with all findings says what chapters say.
LEFT_OUT = ("_static", "rerun", "search.html", "summary.html")
# No prose; or told on a page of its own; or a table of what other pages tell.
UNREAD = (
    "script, style, nav, form, button, svg, .headerlink, .sources, .exhibit-files, .cite-files, .cell_input, details.hide, "
    ".highlight, .cell_output .exhibit, .cell_output .claim-box, .claim-page table, table.sortable, .exhibit-list, "
    "[aria-label=Files], .file-check, h2#text ~ details"
)
CHECKSUM = re.compile(r"\bsha256\b|(?:swh:1:\w+:)?\b[0-9a-f]{40,}\b")


def parts(page: HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield address within the page, title and text of each part of a page: all below a heading that has an address."""
    (article,) = page.iter("article")
    for unread in article.cssselect(UNREAD):
        unread.drop_tree()
    names, anchor, title, texts = [""], "", "", [""]
    for node in article.iter():
        if node.tag in ("h1", "h2", "h3") and (node.tag == "h1" or node.getparent().get("id")):
            if names[0]:
                yield anchor, title, _plain(texts)
            name, texts = _plain([node.text_content()]), [""]
            names = [name] if node.tag == "h1" else [names[0], name]
            anchor, title = "" if node.tag == "h1" else f"#{node.getparent().get('id')}", ": ".join(names)
        elif isinstance(node.tag, str) and not any(
            up.tag in ("h1", "h2", "h3") for up in node.iterancestors()
        ):
            texts.append(node.text or "")
        texts.append(node.tail or "")
    yield anchor, title, _plain(texts)


def _plain(texts: Iterable[str]) -> str:
    return " ".join(CHECKSUM.sub(" ", " ".join(texts)).split())


def pages(out: Path) -> list[list[str]]:
    """Return address, title and text of each part of the pages of a book."""
    found = []
    for path in sorted(out.rglob("*.html")):
        place = path.relative_to(out)
        if place.parts[0] not in LEFT_OUT:
            page = document_fromstring(path.read_text(encoding="utf-8"))
            if not page.cssselect("article"):  # leads to the first page, where that is not called index
                continue
            found += [[f"{place.as_posix()}{anchor}", title, text] for anchor, title, text in parts(page)]
    return found
