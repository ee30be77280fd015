"""The one way to show a table or a figure: number, caption, alternative text, source line."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from html import escape
from unittest.mock import patch

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from bookpress import provenance
from bookpress.edition import book, citation
from bookpress.edition.catalogue import say
from bookpress.exhibits import fonts, printing, titles
from bookpress.provenance import About

NUMBER = re.compile(r"([A-Z]+\.?)?[1-9]\d*(\.[1-9]\d*)*[a-z]?")

# Whatever a reader's own matplotlibrc says, figures look the same.
plt.style.use(["default", "bookpress.edition"])
with suppress(book.BookError):  # said when there is a figure
    fonts.use()


def figure(
    fig: Figure,
    number: str,
    *,
    title: str = "",
    holds: bool = True,
    subtitle: str = "",
    values: pd.DataFrame,
    caption: str = "",
    alt: str = "",
    sources: Sequence[str],
) -> None:
    """Show a figure as an exhibit, with its finding above it, export it as SVG, PDF, PNG and CSV, and close it.

    Parameters
    ----------
    fig : Figure
        The finished drawing.
    number : str
        Its number as the author counts, such as ``"1"``, ``"S1"``, ``"A.1"``, ``"2.3"`` or ``"4b"``; no other figure has it.
    title : str
        What the figure says, one sentence.
    holds : bool
        Whether the numbers still say so; a title in which all is computed needs no such proof.
    subtitle : str
        What is drawn, its unit and its years.
    values : DataFrame
        The numbers that are drawn.
    caption : str
        What else a reader needs to know to read it.
    alt : str
        What a reader who cannot see it needs to know, numbers included.
    sources : sequence of str
        Names of the tables it is drawn from; they become the source line.

    Raises
    ------
    ValueError
        If the title no longer holds, or the figure has no title, no subtitle or no alternative text.
    """
    if not isinstance(fig, Figure):
        found = f"found {type(fig).__name__} of {type(fig).__module__.partition('.')[0]}, expected a figure of Matplotlib"
        raise ValueError(
            f"figure {number}: {found}; others are shown as the last line of a cell, without a number"
        )
    about = _about("Figure", number, caption, sources, title) | {"subtitle": subtitle, "alt": alt}
    asked = {"title": "the finding in a sentence", "subtitle": "what is drawn, its unit and its years"}
    asked["alternative text"] = "what it shows, with numbers, for a reader who cannot see it"
    for (name, expected), said in zip(asked.items(), (title, subtitle, alt), strict=True):
        if not said.strip():
            raise ValueError(f"{about['id']}: found no {name}, expected {expected}")
    if not holds:
        raise ValueError(f"{about['id']}: the numbers no longer say {title!r}; write the title anew")
    fonts.needed()
    svg = _drawn(titles.titled(fig, title, subtitle), about)
    if folder := provenance.folder():
        fig.set_layout_engine("none")  # every format has the layout of the one on the page
        exhibit = provenance.Exhibit(about, _headed(values), svg, fig)
        provenance.write(folder, exhibit, provenance.current(about["id"]))
    plt.close(fig)
    lines = [about["title"], f"{subtitle}.", caption, about["note"], say("Text alternative: {0}", alt)]
    plain = "\n".join(filter(None, lines))
    display({"image/svg+xml": svg, "text/plain": plain}, raw=True, metadata={"bookpress": about})


def table(
    frame: pd.DataFrame,
    number: str,
    *,
    caption: str,
    sources: Sequence[str],
    decimals: int | Mapping[str, int] = 1,
    links: Mapping[str, str] | None = None,
    ids: Mapping[str, str] | None = None,
    sortable: bool = False,
) -> None:
    """Show a table as an exhibit and export it as CSV and Markdown.

    Parameters
    ----------
    frame : DataFrame
        Index levels become row headers, columns become column headers; both are shown as named.
    number : str
        As in `figure`.
    caption : str
        What the table shows, units included.
    sources : sequence of str
        Names of the tables it is computed from; they become the source line.
    decimals : int or mapping
        Decimals of float columns, for all or by column.
    links : mapping, optional
        Addresses that row headers lead to, by their text.
    ids : mapping, optional
        Ids of rows, by the text of their first header, for links that lead to them.
    sortable : bool
        Whether a reader can sort the rows by a column.
    """
    about = _about("Table", number, caption, sources)
    text = printing.as_text(frame, decimals)
    title = f"<strong>{about['label']}.</strong> {escape(caption)}"
    html = printing.html(text, frame, about["label"], title, links or {}, ids or {}, sortable)
    html += f"\n{provenance.source_note(about)}"
    if folder := provenance.folder():
        aligned = ["right" if number else "left" for number in printing.numeric(frame)]
        markdown = text.to_markdown(index=False, disable_numparse=True, colalign=aligned)
        exhibit = provenance.Exhibit(about, _headed(frame), markdown)
        provenance.write(folder, exhibit, provenance.current(about["id"]))
    plain = f"{about['title']}\n\n{text.to_string(index=False)}\n\n{about['note']}"
    display({"text/html": html, "text/plain": plain}, raw=True, metadata={"bookpress": about})


def _about(kind: str, number: str, caption: str, sources: Sequence[str], title: str = "") -> About:
    if not NUMBER.fullmatch(number):
        expected = "expected one such as '1', 'S1', 'A.1', '2.3' or '4b'"
        raise ValueError(f"{kind.lower()} number: found {number!r}, {expected}")
    label = f"{say(kind)} {number}"
    return {
        "id": f"{kind}-{number}".lower().replace(".", "-"),
        "label": label,
        "caption": caption,
        "title": f"{label}. {title or caption}",
        "note": provenance.source_line(sources),
        "sources": list(sources),
    }


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis([printing.heading(name) for name in frame.columns], axis=1)


def _drawn(fig: Figure, about: About) -> str:
    """Return a drawing as SVG that says what it is, with no date and no program version: it depends on the figure alone."""
    metadata = {"Date": None, "Creator": None, "Title": about["title"], "Description": about["alt"]}
    metadata |= {"Source": about["note"], "Identifier": about["id"], "Rights": citation.rights().text.name}
    buffer = io.StringIO()
    with _rounded_layout(fig):
        fig.savefig(buffer, format="svg", metadata=metadata)
    return _canonical(buffer.getvalue())


@contextmanager
def _rounded_layout(fig: Figure) -> Iterator[None]:
    """Let axes lie at a millionth of the figure's sides: every format is drawn from the same numbers, on any processor."""
    engine = fig.get_layout_engine()

    def rounded(drawn: Figure) -> None:
        if engine:
            type(engine).execute(engine, drawn)
        for axes in drawn.axes:
            left, bottom, width, height = (round(side, 6) for side in axes.get_position(original=True).bounds)
            axes.set_position((left, bottom, width, height), "original")

    if engine:
        with patch.object(engine, "execute", rounded):
            yield
    else:
        rounded(fig)
        yield


def _canonical(svg: str) -> str:
    """Round coordinates to a thousandth of a point and number the ids in order.

    Processors and NumPy versions differ in the last digit of a layout, and Matplotlib's ids are hashes of such digits.
    """

    def rounded(match: re.Match[str]) -> str:
        if match[0].startswith("scale"):  # glyphs are scaled by 1/64; that must stay exact
            return match[0]
        return f"{float(match[0]):.3f}".rstrip("0").rstrip(".")

    # What is said in words stays as it is.
    parts = re.split(r"(<metadata>.*?</metadata>|<!--.*?-->)", svg, flags=re.S)
    parts[::2] = [re.sub(r"scale\([^)]*\)|\d+\.\d{4,}", rounded, part) for part in parts[::2]]
    svg = "".join(parts)
    for number, name in enumerate(dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', svg))):
        svg = svg.replace(name, f"{name[0]}{number}")
    return svg
