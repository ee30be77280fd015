"""What programs read of a built book: its claims, exhibits and tables as JSON, each with the schema that it keeps to."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookpress import provenance, tables
from bookpress.claims import box, ledger
from bookpress.edition import book, citation, identifiers
from bookpress.pages import gallery, metadata

SCHEMAS = Path(__file__).with_name("schema")
NAMES = ("claims", "exhibits", "tables")
NUMBERS = ("estimate", "low", "high", "bar")


def claims(root: Path, version: str) -> list[dict[str, Any]]:
    """Return every claim with its verdict, and what each of its tests finds under the main choices."""
    tests = defaultdict(list)
    for _, row in ledger.lines(ledger.TESTS):
        numbers = {name: float(row[name]) for name in NUMBERS if row[name]}
        told = {
            name: row[name] for name in ("asked", "role", "outcome", "claimed", "unit", "cases") if row[name]
        }
        tests[row["claim"]].append(told | numbers)
    homes = ledger.homes(root)
    return [
        {
            "id": claim,
            "section": row["section"],
            "kind": row["kind"],
            "claim": row["claim"],
            "verdict": row["verdict"],
            "verdict_in_words": box.word(row),
            "reason": row["reason"],
            "page": f"{ledger.page(claim)}.html",
            "decided_in": f"{homes[claim]}.html#{ledger.anchor(claim)}",
            "combinations": {"agree": int(row["agree"]), "of": int(row["cells"])} if row["cells"] else None,
            "tests": tests[claim],
            "cite": _cited(ledger.anchor(claim), box.title(row), version),
        }
        for claim, row in ledger.rows().items()
    ]


def exhibits(app: Sphinx, version: str) -> list[dict[str, Any]]:
    """Return every table and figure with its files, the cell that makes it and the tables that it is made from."""
    out = Path(app.outdir)
    return [
        {
            "id": about["id"],
            "label": about["label"],
            "caption": about["title"].partition(". ")[2],
            "page": f"exhibits/{about['id']}.html",
            "shown_in": f"{about['docname']}.html#{about['id']}",
            "notebook": f"{about['docname']}.ipynb",
            "cell": about["cell"],
            "files": [_file(path, out / path) for path in provenance.files(about["id"])],
            "tables": list(about["sources"]),
            "cite": _cited(about["id"], about["title"], version),
        }
        for about in gallery.shown(app)
    ]


def data(root: Path) -> list[dict[str, Any]]:
    """Return every table of the book with its source, its licence and its columns."""
    return [
        {
            "name": name,
            **_file(f"data/{one['path']}", root / "data" / one["path"]),
            "title": one["title"],
            "source": one["citation"],
            "licence": one["licenses"][0]["title"],
            "columns": [
                {key: field[key] for key in ("name", "type", "description")}
                for field in one["schema"]["fields"]
            ],
        }
        for name, one in tables.describe().items()
    ]


def _file(address: str, path: Path) -> dict[str, str]:
    content = path.read_bytes()
    return {"path": address, "sha256": book.sha256(content), "swhid": identifiers.content(content)}


def _cited(key: str, title: str, version: str) -> str:
    return citation.cite(key, title, version)["Text"]


def written(content: list[dict[str, Any]], name: str, edition: Mapping[str, str]) -> str:
    """Return one register as JSON; its first lines name its schema and the edition."""
    whole = {"$schema": f"schema/{name}.json", "edition": dict(edition), name: content}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the registers and their schemas into the finished book."""
    if exception or app.builder.name != "html":
        return
    root, out, about = Path(app.srcdir), Path(app.outdir), citation.edition()
    version = metadata.edition(app)[""]
    edition = {"title": about["title"], "version": about["version"], "identifier": version}
    content = {"exhibits": exhibits(app, version), "tables": data(root)}
    content |= {"claims": claims(root, version)} if ledger.exists() else {}
    for name in content:
        book.write(out / f"{name}.json", written(content[name], name, edition))
        book.write(out / "schema" / f"{name}.json", (SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def link(app: Sphinx, page: str, _: str, context: dict[str, Any], __: object) -> None:
    """Name the registers for the head of every page."""
    context["registers"] = [name for name in NAMES if name != "claims" or ledger.exists()]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", link)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
