"""The one way to show a table or a figure: number, caption, alternative text, source line."""

import io
import re
from collections.abc import Mapping, Sequence
from html import escape

import matplotlib.pyplot as plt
import pandas as pd
from IPython import get_ipython
from IPython.display import display
from matplotlib.figure import Figure

from beltroad import data

plt.style.use("beltroad.edition")

# One meaning, one colour, in every chapter (Tol's bright scheme, safe for colour-blind readers).
COLOURS = {
    "agriculture": "#228833",
    "manufactures": "#4477AA",
    "fuels and mining": "#CCBB44",
    "other": "#BBBBBB",
    "signers": "#4477AA",
    "first list": "#EE6677",
    "neither": "#777777",
    "import": "#AA3377",
    "export": "#4477AA",
}


def figure(
    fig: Figure, number: str, *, caption: str, alt: str, sources: Sequence[str]
) -> None:
    """Show a figure as an exhibit and close it.

    Parameters
    ----------
    fig : Figure
        The finished drawing.
    number : str
        Its number in the edition: ``"1"`` is the paper's, ``"S1"``, ``"S2"``, … are the edition's.
    caption : str
        What the figure shows, one or two sentences.
    alt : str
        What a reader who cannot see it needs to know, numbers included.
    sources : sequence of str
        Names of the tables it is drawn from; they become the source line.
    """
    label, note = _label("Figure", number), source_line(sources)
    buffer = io.BytesIO()
    # No date and no program version: the file depends on the figure alone.
    about = {"Title": f"{label}. {caption}", "Description": alt, "Source": note}
    fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, **about})
    plt.close(fig)
    bundle = {
        "image/svg+xml": _canonical(buffer.getvalue().decode("utf-8")),
        "text/plain": f"{label}. {caption}\n{note}\nText alternative: {alt}",
    }
    about = {
        "id": _anchor(label),
        "label": label,
        "caption": caption,
        "alt": alt,
        "note": note,
    }
    display(bundle, raw=True, metadata={"beltroad": about})


def table(
    frame: pd.DataFrame,
    number: str,
    *,
    caption: str,
    sources: Sequence[str],
    decimals: int | Mapping[str, int] = 1,
) -> None:
    """Show a table as an exhibit.

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
    """
    label, note = _label("Table", number), source_line(sources)
    text = _as_text(frame, decimals)
    html = _html(text, frame, label, f"<strong>{label}.</strong> {escape(caption)}")
    html += f'\n<p class="exhibit-note">{escape(note)}</p>'
    plain = f"{label}. {caption}\n\n{text.to_string(index=False)}\n\n{note}"
    bundle = {"text/html": html, "text/plain": plain}
    display(
        bundle, raw=True, metadata={"beltroad": {"id": _anchor(label), "label": label}}
    )


def source_line(sources: Sequence[str]) -> str:
    """Return the source line of an exhibit: the citation of every table it uses, and its rights."""
    tables = data.describe()
    unknown = [name for name in sources if name not in tables]
    if unknown or not sources:
        raise data.DataError(
            f"exhibit sources: found {unknown}, expected names of tables in data/"
        )
    cited = dict.fromkeys(
        f"{tables[name]['citation'].rstrip('.')} ({tables[name]['licenses'][0]['title']})"
        for name in sources
    )
    return "Source: " + "; ".join(cited) + "; own computation."


def _as_text(frame: pd.DataFrame, decimals: int | Mapping[str, int]) -> pd.DataFrame:
    """Return every cell, row headers first, as it is printed."""

    def shown(value: object, places: int) -> str:
        if pd.isna(value):
            return "n/a"
        if isinstance(value, float):
            return f"{value:,.{places}f}".replace("-", "−")
        return (
            f"{value:,}"
            if isinstance(value, int) and not isinstance(value, bool)
            else str(value)
        )

    columns = [
        frame.index.get_level_values(level).astype(str).tolist()
        for level in range(frame.index.nlevels)
    ]
    names = [name or "" for name in frame.index.names]
    for position, name in enumerate(frame.columns):
        places = decimals if isinstance(decimals, int) else decimals.get(name, 1)
        columns.append(
            [shown(value, places) for value in frame.iloc[:, position].tolist()]
        )
        names.append(
            ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)
        )
    return pd.DataFrame(dict(enumerate(columns)), dtype=str).set_axis(names, axis=1)


def _html(
    text: pd.DataFrame, frame: pd.DataFrame, label: str = "Table", caption: str = ""
) -> str:
    """Return printed cells as an HTML table that can be read aloud: row and column header cells."""
    levels = frame.index.nlevels
    numeric = [False] * levels + [
        pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes
    ]
    kind = [' class="num"' if number else "" for number in numeric]
    head = "".join(
        f'<th scope="col"{kind[i]}>{escape(name)}</th>' if name else "<td></td>"
        for i, name in enumerate(text.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(cell)}</th>'
            if i < levels
            else f"<td{kind[i]}>{escape(cell)}</td>"
            for i, cell in enumerate(cells)
        )
        + "</tr>\n"
        for cells in text.itertuples(index=False)
    )
    return (
        f'<div class="exhibit-scroll" role="group" tabindex="0" aria-label="{label}">\n<table>\n'
        + (f"<caption>{caption}</caption>\n" if caption else "")
        + f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>"
    )


def _plain_table(frame: pd.DataFrame) -> str:
    """Return a data frame that ends a cell in the look of the exhibits, each column with the decimals it has."""
    places = {}
    for name, column in frame.select_dtypes("float").items():
        exact = (n for n in range(4) if (column - column.round(n)).abs().max() < 1e-9)
        places[name] = next(exact, 4)
    return _html(_as_text(frame, places), frame)


# In a notebook, data frames are shown with real header cells instead of pandas' empty ones.
if shell := get_ipython():
    shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, _plain_table)


def _canonical(svg: str) -> str:
    """Round coordinates to a thousandth of a point and number the ids in order.

    Processors and numpy versions differ in the last digit of a layout, and Matplotlib's
    ids are hashes of such digits; what a reader can see is kept.
    """
    svg = re.sub(
        r"\d+\.\d{4,}", lambda m: f"{float(m[0]):.3f}".rstrip("0").rstrip("."), svg
    )
    for number, name in enumerate(
        dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', svg))
    ):
        svg = svg.replace(name, f"{name[0]}{number}")
    return svg


def _label(kind: str, number: str) -> str:
    if not re.fullmatch(r"S?[1-9]\d*", number):
        raise ValueError(
            f"{kind.lower()} number: found {number!r}, expected '1' or 'S1', 'S2', …"
        )
    return f"{kind} {number}"


def _anchor(label: str) -> str:
    return label.lower().replace(" ", "-")
