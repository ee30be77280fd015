"""Repairs of finished pages in what authors write: tables scroll, pictures have their size, boxes open without a script."""

import re
from pathlib import Path
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement
from lxml.html.builder import E

from bookpress.content.pictures import fault

MEASURE = 704  # CSS pixels of a line of text, see `edition.css`
UNITS = {
    "": 1,
    "px": 1,
    "pt": 4 / 3,
    "em": 16,
    "rem": 16,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "in": 96,
    "%": MEASURE / 100,
}


def name_captions(page: HtmlElement, folder: Path) -> None:
    """Set the number of a caption as that of an exhibit is set."""
    for number in page.cssselect(".caption-number"):
        number.tag, number.text = "strong", f"{(number.text or '').strip()}."
        number.tail = f" {(number.tail or '').lstrip()}"


def frame_tables(page: HtmlElement, folder: Path) -> None:
    """Put each table into a frame that scrolls on a phone and has a name."""
    for table in page.cssselect("article table"):
        if any("exhibit-scroll" in box.classes or "citation" in box.classes for box in table.iterancestors()):
            continue
        if "ledger" in table.classes or "highlighttable" in table.classes:
            continue
        captions = table.cssselect("caption")
        name = " ".join(captions[0].text_content().split()).removesuffix("#") if captions else "Table"
        table.attrib.pop("border", None)
        for cell in table.cssselect(".text-right, .dataframe td"):
            cell.classes.add("num")
        for cell in table.xpath(".//th[not(normalize-space())]"):
            cell.tag = "td"  # a heading of nothing
        outer = table.getparent()
        replaced = outer if "pst-scrollable-table-container" in outer.classes else table
        frame = E.div(
            {"class": "exhibit-scroll written", "role": "group", "tabindex": "0", "aria-label": name}
        )
        replaced.getparent().replace(replaced, frame)
        frame.tail, replaced.tail = replaced.tail, None
        frame.append(table)


def size_pictures(page: HtmlElement, folder: Path) -> None:
    """Give each picture from a file its size in CSS pixels: what an author asks for, or its own."""
    for image in page.cssselect("article img:not(figure.exhibit img)"):
        path = folder / unquote(image.get("src", "").partition("?")[0])
        if not path.is_file() or fault(path):  # there is a warning
            continue
        width, height = size(path)
        style = dict(re.findall(r"(width|height):\s*([\d.]+[a-z%]*)", image.get("style", "")))
        asked = {name: pixels(style.get(name) or image.get(name, "")) for name in ("width", "height")}
        factor = (
            asked["width"] / width if asked["width"] else asked["height"] / height if asked["height"] else 1
        )
        image.set("width", str(round(width * factor)))
        image.set("height", str(round(asked["height"] or height * factor)))
        image.classes.add("picture")


def pixels(length: str) -> float:
    """Return a length of a picture in CSS pixels; 0 if it is none.

    Examples
    --------
    >>> pixels("50%"), pixels("2em"), pixels("auto")
    (352.0, 32.0, 0.0)
    """
    found = re.fullmatch(r"([\d.]+)([a-z%]*)", length)
    return float(found[1]) * UNITS[found[2]] if found and found[2] in UNITS else 0.0


def size(path: Path) -> tuple[float, float]:
    """Return width and height of a picture in CSS pixels; an SVG that says nothing of them has those of a browser."""
    if path.suffix.lower() != ".svg":
        from PIL import Image

        with Image.open(path) as picture:
            return picture.size
    root = etree.parse(path).getroot()
    own = [pixels(root.get(name, "")) for name in ("width", "height")]
    box = [float(one) for one in re.findall(r"-?[\d.]+", root.get("viewBox", ""))][2:]
    width, height = own if all(own) else box if len(box) == 2 else (300.0, 150.0)
    return width, height


def open_without_script(page: HtmlElement, folder: Path) -> None:
    """Let what an author folds be opened by the browser itself, and drop icons that are drawn for a script."""
    for box in page.cssselect("div.admonition.dropdown"):
        title = next(iter(box.cssselect(".admonition-title")), None)
        if title is not None:
            box.tag, title.tag = "details", "summary"
    for box in page.cssselect("input.task-list-item-checkbox"):
        sign, said = ("☑", "done") if "checked" in box.attrib else ("☐", "open")
        mark = E.span({"class": "task", "role": "img", "aria-label": said}, sign)
        mark.tail = box.tail
        box.getparent().replace(box, mark)
    for icon in page.cssselect(".sd-summary-icon, .sd-summary-state-marker"):
        icon.drop_tree()


def styles(page: HtmlElement) -> str:
    """Take the styles of styled tables out of a page; return them as a style sheet, the same for the same page.

    Pandas names each table by chance. A cell with a background of its own has dark letters, in both colour modes.
    """
    found = [style for style in page.cssselect(".cell_output style") if "#T_" in (style.text or "")]
    text = "\n".join(style.text for style in found)
    for number, name in enumerate(dict.fromkeys(re.findall(r"#(T_[0-9a-f]+)", text))):
        text = re.sub(rf"\b{name}(?=_|\b)", f"styled-{number}", text)
        for node in page.xpath(f'//*[starts-with(@id, "{name}")]'):
            node.set("id", node.get("id").replace(name, f"styled-{number}", 1))
    rules = (_readable(rule) for rule in re.findall(r"[^{}]+\{[^{}]*\}", text))
    return "\n".join(rules)


def _readable(rule: str) -> str:
    """Return a rule of a style sheet with dark letters on the background that it sets."""
    selector, _, body = rule.strip().partition("{")
    body = body.rstrip("}").strip()
    if re.search(r"\bbackground(-color)?\s*:", body) and not re.search(r"(^|;|\s)color\s*:", body):
        body = f"{body.rstrip(';')}; color: #000;"
    return f"{selector.strip()} {{ {' '.join(body.split())} }}"
