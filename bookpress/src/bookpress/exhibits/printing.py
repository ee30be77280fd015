"""Data frames as they are printed: cells as text, and HTML tables that can be read aloud."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
from IPython import get_ipython
from pandas.api.types import is_integer_dtype

PHONE = 49  # letters of a table that fit on a phone of 390 pixels; a wider one says that it goes on


def as_text(frame: pd.DataFrame, decimals: int | Mapping[str, int]) -> pd.DataFrame:
    """Return every cell, row headers first, as it is printed."""

    def shown(value: Any, places: int, year: bool) -> str:
        if pd.isna(value):
            return "n/a"
        if year:
            return str(value)
        if isinstance(value, float):
            return f"{value:,.{places}f}".replace("-", "−")
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

    index = frame.index
    columns = [index.get_level_values(level).astype(str).tolist() for level in range(index.nlevels)]
    names = [name or "" for name in index.names]
    for position, name in enumerate(frame.columns):
        places = decimals if isinstance(decimals, int) else decimals.get(name, 1)
        cells = frame.iloc[:, position]
        named = "year" in heading(name).casefold() and is_integer_dtype(cells)
        year = named and bool(cells.between(1000, 2999).all())
        columns.append([shown(value, places, year) for value in cells.tolist()])
        names.append(heading(name))
    return pd.DataFrame(dict(enumerate(columns)), dtype=str).set_axis(names, axis=1)


def heading(name: object) -> str:
    return ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def numeric(frame: pd.DataFrame) -> list[bool]:
    """Return for every printed column, row headers first, whether it holds numbers."""
    return [False] * frame.index.nlevels + [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]


def html(
    text: pd.DataFrame,
    frame: pd.DataFrame,
    label: str = "Table",
    caption: str = "",
    links: Mapping[str, str] = {},
    ids: Mapping[str, str] = {},
    sortable: bool = False,
) -> str:
    """Return printed cells as an HTML table that can be read aloud: row and column header cells."""
    levels = frame.index.nlevels
    kind = [' class="num"' if number else "" for number in numeric(frame)]
    head = "".join(
        f'<th scope="col"{kind[i]}>{escape(name)}</th>' if name else "<td></td>"
        for i, name in enumerate(text.columns)
    )

    def cell(i: int, content: str) -> str:
        shown = escape(content)
        if i >= levels:
            return f"<td{kind[i]}>{shown}</td>"
        if content in links:
            shown = f'<a href="{escape(links[content])}">{shown}</a>'
        return f'<th scope="row">{shown}</th>'

    body = ""
    for cells in text.itertuples(index=False):
        anchor = f' id="{escape(ids[cells[0]])}"' if cells[0] in ids else ""
        body += f"<tr{anchor}>{''.join(cell(i, content) for i, content in enumerate(cells))}</tr>\n"
    sorts = ' class="sortable"' if sortable else ""
    wide = " wide" if width(text) > PHONE else ""
    return (
        f'<div class="exhibit-scroll{wide}" role="group" tabindex="0" aria-label="{label}">\n<table{sorts}>\n'
        + (f"<caption>{caption}</caption>\n" if caption else "")
        + f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>"
    )


def width(text: pd.DataFrame) -> int:
    """Return the letters that printed cells take side by side at the least, with two for the space around each column."""
    columns = [[str(name), *text.iloc[:, place]] for place, name in enumerate(text)]
    # A cell of letters breaks at its blanks, a number nowhere.
    return sum(
        2 + max(len(word) for cell in one for word in re.split(r"[ \u2013/-]", cell)) for one in columns
    )


def plain_table(frame: pd.DataFrame) -> str:
    """Return a data frame that ends a cell in the look of the exhibits, each column with the decimals it has."""
    places: dict[Any, int] = {
        name: next((n for n in range(4) if (column - column.round(n)).abs().max() < 1e-9), 4)
        for name, column in frame.select_dtypes("float").items()
    }
    return html(as_text(frame, places), frame)


# In a notebook, data frames are shown with real header cells instead of pandas' empty ones.
if shell := get_ipython():
    shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, plain_table)
