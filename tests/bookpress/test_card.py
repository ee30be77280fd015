"""The picture that goes with a link: chosen by the settings, drawn in the shape asked for, named only with a full address."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import image

from bookpress.pages import card, gallery

FIGURE = {"id": "figure-1", "label": "Figure 1", "alt": 'Bars "of" trade.'}


def head(app, page, tags=""):
    context = {"metatags": tags}
    card.name_in_head(app, page, "page.html", context, None)
    return context["metatags"]


class App:
    """As much of Sphinx as the card asks for."""

    def __init__(self, chosen, base):
        self.config = SimpleNamespace(social_card=chosen, html_baseurl=base, root_doc="index")


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.setattr(gallery, "shown", lambda app: [FIGURE, {"id": "table-1"}])


OWN = '<meta property="og:image" content="own">'


def test_cover_and_pages_without_a_figure_are_shown_by_the_card(figures):
    book = App("figure-1", "https://example.org/book/")
    for page, tags in (("index", OWN), ("claims/a", "")):
        first, *_ = head(book, page, tags).splitlines()
        assert first == '<meta property="og:image" content="https://example.org/book/card.png">'
    assert "Figure 1: Bars &quot;of&quot; trade." in head(book, "claims/a")
    assert head(book, "chapters/a", OWN) == OWN


@pytest.mark.parametrize("chosen, base", [("figure-1", ""), ("", "https://example.org")])
def test_without_address_or_choice_there_is_no_card(figures, chosen, base):
    assert head(App(chosen, base), "index") == ""


def test_a_card_of_a_figure_that_is_not_there_is_named(figures):
    with pytest.raises(card.NoCard, match="found social_card 'figure-9', expected one of figure-1"):
        head(App("figure-9", "https://example.org"), "index")


def test_a_card_has_the_shape_that_previews_ask_for_and_is_the_same_each_time(tmp_path):
    image.imsave(tmp_path / "figure.png", np.full((30, 40, 3), (0, 0, 255), np.uint8))
    for name in "ab":
        card.draw(tmp_path / "figure.png", "A title", tmp_path / f"{name}.png")
    drawn = image.imread(tmp_path / "a.png")
    assert drawn.shape[:2] == (card.HEIGHT, card.WIDTH)
    assert tuple(drawn[card.HEIGHT // 2, card.WIDTH // 2, :3]) == (0, 0, 1)
    assert tuple(drawn[card.HEIGHT // 2, 5, :3]) == (1, 1, 1)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
