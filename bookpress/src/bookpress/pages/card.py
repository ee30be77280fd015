"""The picture that goes with a link to the book: one exhibit under the title. It needs ``baseurl``, the full address."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from bookpress.edition import citation
from bookpress.exhibits import fonts
from bookpress.pages import gallery
from bookpress.provenance import About

FILE = "card.png"
WIDTH, HEIGHT = 1200, 630  # pixels: what link previews ask for
TITLE = 110  # of the height


class NoCard(SphinxError):
    """The settings name a figure that the book does not have."""

    category = "No card"


@cache
def chosen(app: Sphinx) -> About | None:
    """Return the figure that ``social_card`` in the settings names; None where there is to be no card."""
    name = app.config.social_card
    if not (name and app.config.html_baseurl):
        return None
    figures = {about["id"]: about for about in gallery.shown(app) if about["id"].startswith("figure")}
    if name not in figures:
        raise NoCard(f"_config.yml: found social_card {name!r}, expected one of {', '.join(sorted(figures))}")
    return figures[name]


def draw(picture: Path, title: str, target: Path) -> None:
    """Draw a card: a title above a picture, as large as fits."""
    from matplotlib import image
    from matplotlib.figure import Figure

    fonts.use()
    pixels = image.imread(picture)
    room = HEIGHT - TITLE - 20
    width = room * pixels.shape[1] / pixels.shape[0]
    card = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor="white")
    card.set_layout_engine("none")
    card.text(0.5, 1 - 60 / HEIGHT, title, size=25, weight="bold", ha="center", va="center", wrap=True)
    ax = card.add_axes(((WIDTH - width) / 2 / WIDTH, 20 / HEIGHT, width / WIDTH, room / HEIGHT))
    ax.imshow(pixels, interpolation="lanczos", aspect="auto")
    ax.set_axis_off()
    card.savefig(target, metadata={"Software": None})


def name_in_head(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: object) -> None:
    """Let the cover, and every page without a figure of its own, be shown by the card."""
    about = chosen(app)
    own = 'property="og:image"' in context.get("metatags", "")
    if about is None or (own and page != app.config.root_doc):
        return
    address = f"{app.config.html_baseurl.rstrip('/')}/{FILE}"
    alt = f"{citation.edition()['title']}. {about['label']}: {about['alt']}"
    named = {"": address, ":width": WIDTH, ":height": HEIGHT, ":alt": alt}
    lines = [f'<meta property="og:image{n}" content="{escape(str(v))}">' for n, v in named.items()]
    shape = '<meta name="twitter:card" content="summary_large_image">'
    # Services take the first picture that a page names.
    context["metatags"] = "\n".join([*lines, shape, context.get("metatags", "")])


def write(app: Sphinx, exception: Exception | None) -> None:
    """Draw the card from the figure's own file, once that is in the book."""
    if exception is None and app.builder.name == "html" and (about := chosen(app)):
        out = Path(app.outdir)
        draw(out / f"figures/{about['id']}.png", citation.edition()["title"], out / FILE)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("social_card", "", "html", [str])
    app.connect("html-page-context", name_in_head, priority=900)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
