"""Figure 1 for a reader to vary: every number that the page may show, computed here and shipped with the page.

`static/figure-explorer.js` draws them, and adds up sections as a reader groups them. Without scripts nothing is shown.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd
from IPython.display import display

from beltroad import groupings, lists, mapped, trade
from beltroad.colours import COLOURS
from beltroad.definitions import known
from bookpress import tables

DECIMALS = 6  # of a number that is shipped; the page shows two
OWN = "own"  # what stands for a reader's own grouping of sections, beside the definitions
CHINA = mapped.SIDES[
    "china-by-division-mapped"
]  # who reports the ten exporters, too; any other side stands apart
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
        ``shares`` (class by class), ``distance`` (``rmse`` and ``largest``, as `beltroad.trade.distance` has them) and
        ``doubt`` (the most that a share may be off by, also for sections, under `OWN`); and ``sections``, the share of
        each section. Shares are in % of all goods sold to China, year by year; distances and doubts in percentage
        points; all to `DECIMALS` decimals.
    """
    published, sections = _published(), _sections()
    exporters = sorted([*_of_the_ten(), *_mapped()], key=lambda one: (one[1]["apart"], one[1]["name"]))
    return {
        "years": published.columns.tolist(),
        "classes": groupings.PUBLISHED,
        "colours": {name: COLOURS[name] for name in groupings.PUBLISHED},
        "printed": published.to_numpy().tolist(),
        "definitions": {name: LABELS[name] for name in trade.DEFINITIONS},
        "sections": sections.to_dict(),
        "whole": groupings.of_definition(sections.index, "sections").to_dict(),
        "exporters": dict(exporters),
    }


def show(exporter: str, definition: str) -> None:
    """Show the explorer; it begins with an exporter and a definition, unless the page's address asks for others.

    Raises
    ------
    ValueError
        If there is no such exporter or definition.
    """
    known(definition)
    exporters = values()["exporters"]
    if exporter not in exporters:
        raise ValueError(f"no exporter {exporter!r}; expected one of: {', '.join(exporters)}")
    start = {"exporter": exporter, "definition": definition}
    data = json.dumps(values() | {"start": start}, ensure_ascii=False, separators=(",", ":"))
    html = (
        f'<script type="application/json" id="explore-values">{data.replace("<", chr(92) + "u003c")}</script>\n'
        '<figure-explorer id="explore"></figure-explorer>'
    )
    rmse = {
        one["name"]: {name: of["rmse"] for name, of in one["distance"].items()} for one in exporters.values()
    }
    frame = pd.DataFrame(rmse).T.rename_axis("exporter").round(2)
    plain = f"Figure 1 for {len(exporters)} exporters; root mean square distance from Table 1, points:\n{frame.to_string()}"
    display({"text/html": html, "text/plain": plain}, raw=True)


def _published() -> pd.DataFrame:
    printed = tables.read("paper-table1").pivot(index="category", columns="year", values="share_pct")
    return printed.loc[groupings.PUBLISHED]


def _sections() -> pd.Series:
    name = tables.read("sitc").set_index("code")["name"]
    return name[name.index.str.len() == 1]


def _of_the_ten() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the exporters whose trade is at hand by division of the SITC."""
    imports = tables.read("china-by-division").query("flow == 'import'")
    shares = {name: trade.sector_shares(imports, name) for name in trade.DEFINITIONS}
    for code, one in imports.groupby("partner_iso3"):
        by = {name: of.loc[[code]].droplevel(0) for name, of in shares.items()}
        yield str(code), _entry(str(code), CHINA, by, groupings.shares(one, "section"), {})


def _mapped() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the exporters whose trade is mapped from the Harmonized System."""
    for code, table in mapped.TABLES.items():
        found = {name: mapped.table1(code, name) for name in trade.DEFINITIONS}
        doubt = {name: (of.high - of.low).max().max() for name, of in found.items()}
        sections, doubt[OWN] = mapped.codes(code, "section")
        by = {name: of.share for name, of in found.items()}
        yield code, _entry(code, mapped.SIDES[table], by, sections, doubt)


def _entry(
    code: str, side: str, by: dict[str, pd.DataFrame], sections: pd.DataFrame, doubt: dict[str, float]
) -> dict[str, Any]:
    published = _published()
    years = published.columns
    sections = sections.reindex(_sections().index, fill_value=0.0)  # an exporter may sell nothing of one
    return {
        "name": lists.names()[code],
        "side": side,
        "apart": side != CHINA,
        "shares": {name: _rounded(shares.loc[published.index, years]) for name, shares in by.items()},
        "distance": {
            name: trade.distance(shares, published).round(DECIMALS).to_dict() for name, shares in by.items()
        },
        "doubt": {name: round(float(points), DECIMALS) for name, points in doubt.items()},
        "sections": dict(zip(sections.index, _rounded(sections[years]), strict=True)),
    }


def _rounded(shares: pd.DataFrame) -> list[list[float]]:
    rows: list[list[float]] = shares.round(DECIMALS).to_numpy().tolist()
    return rows
