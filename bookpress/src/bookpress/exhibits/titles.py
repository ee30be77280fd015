"""What stands above a drawing: its finding in bold, and below that what is drawn, in which unit, of which years."""

import re

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LARGE, PLAIN = 12.5, 11.0  # points: the finding, and all other letters as `edition.mplstyle` sets them
ORDINARY = 4.8  # inches: a wider figure is shown smaller on a phone, so its letters must be larger
EDGE = 0.04  # inches between the text and the sides of the figure
GAP = 0.1  # inches between the text and the drawing
LINE = 1.25  # heights of letters from one line to the next
GREY = "#444444"
# A line may end at a blank, and in Chinese at any letter, but not before a sign that closes.
BREAK = re.compile(r"(?!\Z)(?:(?<= )|(?<=[\u2e80-\u9fff\uff00-\uffef])(?![\s，。、：；！？）》”]))")


def titled(fig: Figure, title: str, subtitle: str) -> Figure:
    """Set a title and a subtitle above a drawing, from its left edge; the figure grows by what they need.

    The text is broken into lines by the widths of its letters in outline, which are the same on every machine.

    Parameters
    ----------
    fig : Figure
        The finished drawing; nothing in it moves or changes its size.
    title : str
        The finding, one sentence.
    subtitle : str
        What is drawn, its unit and its years.
    """
    width, height = fig.get_size_inches()
    lines = [
        (line, size * max(width / ORDINARY, 1) / 72, weight, colour)
        for text, size, weight, colour in ((title, LARGE, "bold", "black"), (subtitle, PLAIN, "normal", GREY))
        for line in broken(text, size * max(width / ORDINARY, 1), weight, 72 * (width - 2 * EDGE))
    ]
    whole = height + sum(LINE * size for _, size, *_ in lines) + EDGE + GAP
    fig.set_size_inches(width, whole)
    if engine := fig.get_layout_engine():
        engine.set(rect=(0, 0, 1, height / whole))  # type: ignore[call-arg]
    for axes in [] if engine else fig.axes:
        left, bottom, across, up = axes.get_position(original=True).bounds
        axes.set_position((left, bottom * height / whole, across, up * height / whole))
    top = whole - EDGE
    for line, size, weight, colour in lines:
        look = {"fontsize": 72 * size, "fontweight": weight, "color": colour, "parse_math": False}
        fig.text(EDGE / width, (top - size) / whole, line, **look)
        top -= LINE * size
    return fig


def broken(text: str, size: float, weight: str, width: float) -> list[str]:
    """Return a text in lines of a width at most, all in points.

    Examples
    --------
    >>> broken("Trade along the route grew", 10, "normal", 90)
    ['Trade along the', 'route grew']
    """
    font, lines = FontProperties(weight=weight, size=size), [""]
    for part in BREAK.split(text):
        longer = f"{lines[-1]}{part}"
        fits = text_to_path.get_text_width_height_descent(longer.strip(), font, ismath=False)[0] <= width
        lines[-1:] = [longer] if fits or not lines[-1] else [lines[-1], part]
    return [line.strip() for line in lines]
