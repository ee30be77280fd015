"""What the page "Your own data" knows of trade files, and where it shows what a reader drops on it.

`static/trade-file.js` is the page's own element, `static/trade-file-reading.js` reads files and answers in a worker. What they
know is `description`: layouts, spellings and limits are written once, in Python, and copied when the book is built.
"""

import codecs
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.display import display

from beltroad import correspondence, economies, spellings, table1
from beltroad.figures import COLOURS, explorer
from bookpress import tables
from tradefiles import answers, classifications, faults, flows, layouts, opening, strays

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

STATIC = Path(__file__).parent / "static"
TABLES = "trade-file-tables.js"  # what `description` becomes; the page fetches it when a file is dropped
# Limits of the page, which holds what it reads in a browser's memory: bytes of a block and of a row, different rows.
BLOCK, MOST_ROW, MOST_CONTEXTS = 1 << 22, 1 << 20, 400_000


@cache
def description() -> dict[str, Any]:
    """Return what the page knows, ready for JSON.

    Returns
    -------
    dict
        Layouts, words and limits of this package under their names; ``spellings`` by ISO3 code, ``""`` for areas;
        ``correspondence``, see `steps`; ``definitions``, the sector of every SITC division; ``recorded``, totals in US dollars
        by side, exporter and year; ``printed``, the paper's Table 1 in %.
    """
    spelt: dict[str, list[str]] = defaultdict(list)
    for spelling, code in sorted(spellings.spellings().items()):
        spelt[code].append(spelling)
    divisions = [row["code"] for row in tables.rows("sitc") if len(row["code"]) == 2]
    printed = table1.printed()
    return {
        "importer": "CHN",
        "layouts": [
            {
                "name": one.name,
                "columns": one.columns,
                "optional": sorted(one.optional),
                "unit": one.unit,
                "fixed": one.fixed,
                "digits": one.digits,
            }
            for one in layouts.LAYOUTS
        ],
        "companions": [sorted(names) for names in layouts.COMPANIONS],
        "flows": layouts.FLOWS,
        "bought": layouts.BOUGHT,
        "whole": layouts.WHOLE,
        "missing": layouts.MISSING,
        "noMonth": layouts.NO_MONTH,
        "year": layouts.YEAR,
        "breakdowns": sorted(layouts.BREAKDOWNS),
        "sides": layouts.SIDES,
        "spellings": spelt,
        "world": sorted(spellings.WORLD),
        "names": {code: str(name) for code, name in economies.names().items()},
        "sitc": classifications.SITC,
        "hs": classifications.HS,
        "correspondence": steps(),
        "divisions": divisions,
        "definitions": {
            name: {division: table1.sector_of(division, name) for division in divisions}
            for name in table1.DEFINITIONS
        },
        "labels": explorer.LABELS,
        "sectors": table1.SECTORS,
        "rows": table1.ROWS,
        "years": printed.columns.tolist(),
        "printed": {name: printed.T[name].tolist() for name in table1.ROWS},
        "colours": {name: COLOURS[name] for name in table1.ROWS},
        "mirror": table1.MIRROR,
        "recorded": {side: _by_exporter(answers.recorded(side)) for side in ("importer", "exporter")},
        "kinds": flows.KINDS,
        "totals": sorted(flows.TOTALS),
        "near": flows.NEAR,
        "rounding": flows.ROUNDING,
        "unknown": flows.UNKNOWN,
        "least": answers.WHOLE,
        "kindsShare": answers.KINDS,
        "coarse": answers.COARSE,
        "factor": answers.FACTOR,
        "shown": strays.SHOWN,
        "noNumber": list(faults.NO_NUMBER.items()),
        "formats": [[name, list(begin)] for begin, name in opening.FORMATS.items()]
        + [["UTF-16", list(mark)] for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)],
        "head": opening.HEAD,
        "harmless": opening.HARMLESS,
        "mostTimes": opening.MOST_TIMES,
        "mostColumns": opening.MOST_COLUMNS,
        "block": BLOCK,
        "mostRow": MOST_ROW,
        "mostContexts": MOST_CONTEXTS,
    }


def steps() -> dict[str, dict[str, str]]:
    """Return the correspondence of `beltroad.correspondence` in little room: by first and last edition, then by division.

    Codes of six digits stand as the first and then the differences between neighbours: ``{"23": {"00": "10110 …"}}`` are
    those of division 00 from H2 to H3.
    """
    spans: dict[str, list[int]] = defaultdict(list)
    editions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for edition in correspondence.YEARS:
        for code, division in correspondence.divisions(edition).items():
            editions[code, division].append(edition[1:])
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (code, division), known in sorted(editions.items()):
        for first, last in _runs(known):
            spans[f"{first}{last} {division}"].append(int(code))
    for span, codes in sorted(spans.items()):
        differences = [code - before for before, code in zip([0, *codes], codes, strict=False)]
        found[span[:2]][span[3:]] = " ".join(map(str, differences))
    return found


def _runs(known: list[str]) -> list[tuple[str, str]]:
    """Return the first and the last of neighbouring editions."""
    runs: list[tuple[str, str]] = []
    for one in known:
        if runs and int(one) == int(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], one)
        else:
            runs.append((one, one))
    return runs


def _by_exporter(totals: dict[Any, float]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for (exporter, year), value in totals.items():
        found[exporter][int(year)] = int(value)
    return found


def script() -> str:
    """Return the description as a script: a page that is opened as a file may load one, and no table."""
    return f"globalThis.tradeFileBook = {json.dumps(description(), ensure_ascii=False, separators=(',', ':'))};\n"


def show() -> None:
    """Show where a file can be dropped; without scripts the page says that they are needed."""
    plain = "In a browser, trade files can be dropped here."
    display(
        {"text/html": '<trade-file id="drop"></trade-file>', "text/plain": plain},
        raw=True,
    )


def _add_tables(app: "Sphinx", config: "Config") -> None:
    """Let the book ship the description beside the scripts."""
    folder = Path(app.doctreedir) / "trade-file"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TABLES).write_text(script(), encoding="utf-8")
    config["html_static_path"] = [*config["html_static_path"], str(folder)]


def setup(app: "Sphinx") -> dict[str, bool]:
    """Add it to the book, as Sphinx asks an extension to."""
    app.connect("config-inited", _add_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
