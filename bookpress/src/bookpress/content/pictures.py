"""Pictures from files: each is one, lies in the book, and has words that stand for it."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

MADE = "jupyter_execute"  # the folder of what MyST-NB takes out of the outputs of cells
DRAWN = "A picture that the code beside it draws"


def fault(path: Path) -> str:
    """Return what is wrong with the file of a picture, in words; empty if a browser can show it."""
    if path.suffix.lower() == ".svg":
        from lxml import etree

        try:
            root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        except etree.XMLSyntaxError as error:
            return f"found {path.name}, which is no SVG: {error.msg}"
        return "" if etree.QName(root).localname == "svg" else f"found {path.name}, which is no SVG"
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return f"found {path.name}, which is no picture that can be read"
    return ""


def name(image: nodes.image) -> None:
    """Let the caption stand for a picture that has no text alternative."""
    if not image.get("alt") and isinstance(image.parent, nodes.figure):
        captions = [part.astext() for part in image.parent if isinstance(part, nodes.caption)]
        if captions:
            image["alt"] = captions[0]


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each picture that a page could not show or read aloud, in a line."""
    log = logging.getLogger(__name__)
    for image in doctree.findall(nodes.image):
        name(image)
        uri: str = image["uri"]
        if "://" in uri:
            log.warning(
                "picture: found %s, expected a file of the book: pages fetch nothing",
                uri,
                location=_placed(image),
            )
        elif MADE in Path(uri).parts:
            image["alt"] = image.get("alt") or DRAWN
        elif (path := Path(app.srcdir, uri)).is_file():  # Sphinx itself says that a file is missing
            if said := fault(path):
                log.warning("picture: %s", said, location=_placed(image))
            elif not image.get("alt"):
                said = "found %s without words that stand for it, expected ![what it shows](…) or :alt:"
                log.warning(f"picture: {said}", uri, location=_placed(image))


def _placed(node: nodes.Element) -> nodes.Element:
    """Return the nearest node around a picture whose line is known."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
