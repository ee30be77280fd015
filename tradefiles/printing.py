"""An answer as text, CSV, Markdown or JSON: the table, and what a reader must know of it."""

import json
from collections.abc import Mapping, Sequence

FORMATS = ["text", "csv", "markdown", "json"]
Cell = float | int | str | None
Table = Mapping[str, Mapping[str, Cell]]
"""Rows by name, each with its cells by column; numbers are shown with two decimals."""


def printed(
    table: Table,
    head: str,
    style: str,
    about: str,
    notes: Sequence[str],
    totals: Mapping[str, float] | None = None,
) -> tuple[str, str]:
    """Return what goes to standard output, and what to standard error beside a table for machines.

    Parameters
    ----------
    table : mapping
        See `Table`.
    head : str
        Name of the column of row names.
    style : str
        One of `FORMATS`.
    about : str
        One sentence that says what the table shows.
    notes : sequence of str
        What a reader must know: sides, sums, what was left out.
    totals : mapping of str to float, optional
        All goods by column, US dollars, for JSON.
    """
    columns = list(next(iter(table.values()), {}))
    if style == "json":
        content: dict[str, object] = {
            "about": about,
            "table": {name: dict(row) for name, row in table.items()},
            "notes": list(notes),
        }
        if totals is not None:
            content["totals"] = {name: round(total, 2) for name, total in totals.items()}
        rounded = json.loads(json.dumps(content), parse_float=lambda text: round(float(text), 6))
        return json.dumps(rounded, indent=2, ensure_ascii=False), ""
    if style == "csv":
        lines = [",".join([head, *columns])]
        for name, row in table.items():
            lines.append(",".join([_quoted(name), *(_quoted(_plain(row[column])) for column in columns)]))
        return "\n".join(lines), "\n".join([about, *notes])
    cells = [[name, *(_shown(row[column]) for column in columns)] for name, row in table.items()]
    widths = [max(len(row[i]) for row in [[head, *columns], *cells]) for i in range(len(columns) + 1)]
    if style == "markdown":
        lines = [_line([head, *columns], widths, "| ", " | ", " |")]
        rules = [f":{'-' * (widths[0] + 1)}", *(f"{'-' * (width + 1)}:" for width in widths[1:])]
        lines.append(f"|{'|'.join(rules)}|")
        lines += [_line(row, widths, "| ", " | ", " |") for row in cells]
        return "\n".join([about, "", *lines, "", *(f"- {note}" for note in notes)]).rstrip(), ""
    lines = [
        _line([head, *columns], widths, "", "  ", ""),
        *(_line(row, widths, "", "  ", "") for row in cells),
    ]
    return "\n".join([about, "", *lines, "", *notes]).rstrip(), ""


def _line(cells: Sequence[str], widths: Sequence[int], left: str, between: str, right: str) -> str:
    padded = [
        cells[0].ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)),
    ]
    return f"{left}{between.join(padded)}{right}".rstrip()


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(round(cell, 2)) if isinstance(cell, float) else str(cell)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if any(mark in text for mark in ',"\n') else text
