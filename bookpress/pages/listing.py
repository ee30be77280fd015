"""The ledger as a page: a plain table of all claims, which a script lets a reader sort and filter."""

from collections.abc import Mapping
from html import escape

from bookpress import tables
from bookpress.claims import ledger, verdicts

FILTERS = ("section", "kind", "verdict")


def body(every: Mapping[str, ledger.Row]) -> str:
    """Return the body of the page; the controls are hidden where scripts are off."""
    rows = list(every.values())
    choices = "\n".join(_choice(name, rows) for name in FILTERS)
    heads = "".join(
        f'<th scope="col" role="columnheader" data-column="{name}">{name}</th>'
        for name in ("claim", *FILTERS, "agree")
    )
    return f"""<section><h1>All claims</h1>
<p>The ledger: every claim of the paper, in our words, with its verdict. Each leads to its page, with the tests and their values.
<em>Agree</em> says how many combinations of choices give the verdict of the main ones.</p>
<form class="ledger-choices" aria-label="Claims to show">
{choices}
<button type="reset">Show all</button>
</form>
<p class="ledger-count" role="status">{ledger.counted(len(rows), "claim")}</p>
<table class="ledger" role="table" aria-label="All claims">
<thead role="rowgroup"><tr role="row">{heads}</tr></thead>
<tbody role="rowgroup">
{"".join(map(_row, rows))}</tbody>
</table></section>"""


def order(name: str) -> list[str]:
    """Return the values of a column in the order in which a reader expects them."""
    if name == "verdict":
        return list(verdicts.VERDICTS)
    fields = tables.describe()[ledger.TABLE]["schema"]["fields"]
    values: list[str] = next(field["constraints"]["enum"] for field in fields if field["name"] == name)
    return values


def _choice(name: str, rows: list[ledger.Row]) -> str:
    used = [value for value in order(name) if any(row[name] == value for row in rows)]
    options = "".join(f"<option>{escape(value)}</option>" for value in used)
    return (
        f'<label>{name.capitalize()} <select name="{name}" autocomplete="off">'
        f'<option value="">all</option>{options}</select></label>'
    )


def _row(row: ledger.Row) -> str:
    """Return a claim's row; what a column is sorted by stands beside what is read."""
    page = ledger.page(row["id"]).rpartition("/")[2]
    agree, cells = int(row["agree"] or 0), int(row["cells"] or 0)
    values = {
        "section": (order("section").index(row["section"]), escape(row["section"])),
        "kind": (order("kind").index(row["kind"]), escape(row["kind"])),
        "verdict": (order("verdict").index(row["verdict"]), ledger.signed(row["verdict"])),
        "agree": (f"{agree / cells:.4f}" if cells else "-1", f"{agree} of {cells}" if cells else "–"),
    }
    told = "".join(
        f'<td role="cell" data-label="{name}" data-rank="{rank}">{shown}</td>'
        for name, (rank, shown) in values.items()
    )
    kept = " ".join(f'data-{name}="{escape(row[name])}"' for name in FILTERS)
    return (
        f'<tr role="row" id="{ledger.anchor(row["id"])}" {kept}>'
        f'<th scope="row" role="rowheader" data-rank="{row["line"]}">'
        f'<a href="{page}.html" title="{escape(ledger.hover(row))}">{escape(row["claim"])}</a> <code>{row["id"]}</code></th>{told}</tr>\n'
    )
