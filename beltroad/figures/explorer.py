"""Figure 1 for a reader to vary: every number that the page may show, computed here and shipped with the page.

`static/figure-explorer.js` draws them, and adds up sections as a reader groups them. Without scripts nothing is shown.
"""

import json
from functools import cache
from typing import Any

import pandas as pd
from IPython.display import display

from beltroad import economies, groupings, table1
from beltroad.figures.colours import COLOURS
from bookpress import tables

DECIMALS = 6  # of a number that is shipped; the page shows two
OWN = "own"  # what stands for a reader's own grouping of sections, beside the definitions
LABELS = {
    "wto": "World Trade Organization",
    "unctad": "UNCTAD, food items only",
    "sections": "whole sections of the SITC",
    "isic": "ISIC, industrial statistics",
}


@cache
def values() -> dict[str, Any]:
    """Return what the explorer shows, ready for JSON.

    Returns
    -------
    dict
        ``years``; ``classes``, the two rows of Table 1, with ``colours`` and the ``printed`` shares; ``definitions`` and
        ``sections`` with their names; ``whole``, the class of each section under ``"sections"``; and ``exporters`` by
        ISO3 code, those that stand apart last. Each has ``name``; ``side``, who reports it; ``apart``; by definition
        ``shares`` (class by class), ``distance`` (``rmse`` and ``largest``, as `beltroad.table1.distance` has them) and
        ``doubt`` (the most that a share may be off by, also for sections, under `OWN`); and ``sections``, the share of
        each section. Shares are in % of all goods sold to China, year by year; distances and doubts in percentage
        points; all to `DECIMALS` decimals.
    """
    published, sections = table1.printed(), _sections()
    exporters = {code: _entry(code) for code in table1.exporters()}
    order = sorted(exporters, key=lambda code: (exporters[code]["apart"], exporters[code]["name"]))
    return {
        "years": published.columns.tolist(),
        "classes": table1.ROWS,
        "colours": {name: COLOURS[name] for name in table1.ROWS},
        "printed": published.to_numpy().tolist(),
        "definitions": {name: LABELS[name] for name in table1.DEFINITIONS},
        "sections": sections.to_dict(),
        "whole": groupings.of_definition(sections.index, "sections").to_dict(),
        "exporters": {code: exporters[code] for code in order},
    }


def show(exporter: str, definition: str) -> None:
    """Show the explorer; it begins with an exporter and a definition, unless the page's address asks for others."""
    table1.codes(definition)
    exporters = values()["exporters"]
    start = {"exporter": table1.code_of(exporter), "definition": definition}
    data = json.dumps(values() | {"start": start}, ensure_ascii=False, separators=(",", ":"))
    html = (
        f'<script type="application/json" id="explore-values">{data.replace("<", chr(92) + "u003c")}</script>\n'
        '<figure-explorer id="explore"></figure-explorer>'
    )
    off = {one["name"]: pd.DataFrame(one["distance"]).loc["rmse"] for one in exporters.values()}
    frame = pd.DataFrame(off).T.rename_axis("exporter").round(2)
    plain = f"Figure 1 for {len(exporters)} exporters; root mean square distance from Table 1, points:\n{frame.to_string()}"
    display({"text/html": html, "text/plain": plain}, raw=True)


def _sections() -> pd.Series:
    name = tables.read("sitc").set_index("code")["name"]
    return name[name.index.str.len() == 1]


def _entry(code: str) -> dict[str, Any]:
    """Return what the explorer shows of one exporter."""
    table, rows = table1.exporters()[code], table1.rows(code)
    years = table1.printed().columns
    found = {name: table1.recompute(code, name) for name in table1.DEFINITIONS}
    doubt: dict[str, float] = {}
    if "also_divisions" in rows:
        doubt = {name: (of.high - of.low).max().max() for name, of in found.items()}
        doubt[OWN] = groupings.doubt(rows)
    # An exporter may sell nothing of a section.
    sections = groupings.by_code(rows, "section").reindex(_sections().index, fill_value=0.0)
    return {
        "name": economies.names()[code],
        "side": table1.TABLES[table],
        "apart": table1.TABLES[table] != table1.CHINA_REPORTS,
        "shares": {name: _rounded(of.share.loc[table1.ROWS, years]) for name, of in found.items()},
        "distance": {name: table1.distance(of.share).round(DECIMALS).to_dict() for name, of in found.items()},
        "doubt": {name: round(float(points), DECIMALS) for name, points in doubt.items()},
        "sections": dict(zip(sections.index, _rounded(sections[years]), strict=True)),
    }


def _rounded(shares: pd.DataFrame) -> Any:
    return shares.round(DECIMALS).to_numpy().tolist()
