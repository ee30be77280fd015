"""How tables are recorded: declarations become data/datapackage.json and the codebook, once every cell fits.

A book's own recording code declares a `Table` for each file of ``data/`` and calls `record`. Building never does.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from bookpress import tables
from bookpress.edition import book
from bookpress.tables import Field


@dataclass(frozen=True)
class Table:
    """What a table is: its columns, where it comes from, under which rights."""

    name: str
    path: str
    """Its file, from ``data/`` down."""
    title: str
    description: str
    fields: list[Field]
    """Columns in order; see `bookpress.tables.column`."""
    key: list[str]
    """Columns that together identify a row; derived tables are sorted by them."""
    sources: list[dict[str, str]]
    """``title`` and, if it has one, ``path`` (address) of each source."""
    license: str
    """A key of the licences that `record` is given."""
    citation: str
    retrieval: str
    derive: Callable[[Path], pd.DataFrame] | None = None
    """Computes the table from a folder of source files; None for a table that is kept by hand."""
    files: list[str] = field(default_factory=list)
    """Source files, from that folder down; their checksums are recorded."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Columns whose every code must be one of another table's column, written ``"table.column"``."""
    also: Sequence[str] = ()
    """Codes that those columns may hold besides; the descriptions of the columns say what they mean."""


@dataclass(frozen=True)
class Package:
    """All that ``data/`` holds, as one description."""

    name: str
    title: str
    description: str
    note: str
    """What a reader of the codebook must know first."""
    tables: list[Table]
    licenses: Mapping[str, dict[str, str]]


def record(package: Package, data: Path, sources: Path | None = None) -> list[str]:
    """Write the derived tables, the description of all and the codebook; return lines that say so.

    Parameters
    ----------
    package : Package
        The declarations.
    data : Path
        The folder ``data/`` of the book.
    sources : Path, optional
        Folder of source files; without it the tables stay as they are and are only described.

    Raises
    ------
    DataError
        If a source or a table is missing, or a cell does not fit its column or the table that it refers to;
        nothing is written then.
    """
    if sources and not sources.is_dir():
        raise tables.DataError(f"found no folder {sources}, expected the source files")
    checksums = _checksums(package, data, sources)
    contents, lines = {}, []
    for table in package.tables:
        if sources and table.derive:
            try:
                frame = table.derive(sources)[[field["name"] for field in table.fields]]
            except (KeyError, ValueError, OSError) as error:
                raise tables.DataError(f"{table.name}: {error!r} in {', '.join(table.files)}") from error
            frame = frame.sort_values(table.key, kind="stable")
            contents[table.path] = frame.to_csv(
                index=False, lineterminator="\n", float_format="%.10g"
            ).encode()
            lines.append(f"{table.path}: {len(frame):,} rows")
        else:
            contents[table.path] = _read(data, table.path)
        schema = {"fields": table.fields, "primaryKey": table.key}
        for fault in tables.faults(contents[table.path], schema):
            raise tables.DataError(f"data/{table.path}, {fault}; nothing was recorded")
    for fault in _strangers(package, contents):
        raise tables.DataError(f"{fault}; nothing was recorded")
    described = describe(package, contents, checksums)
    for name, content in contents.items():
        if not (data / name).exists() or (data / name).read_bytes() != content:
            book.write(data / name, content)
    book.write(data / tables.PACKAGE, json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    book.write(data / "README.md", codebook(package, described, contents))
    return [*lines, f"{tables.PACKAGE} and README.md: {len(package.tables)} tables"]


def describe(package: Package, contents: Mapping[str, bytes], checksums: Mapping[str, str]) -> dict[str, Any]:
    """Return the Frictionless description of every table.

    Parameters
    ----------
    package : Package
        The declarations.
    contents : mapping of str to bytes
        The tables as they are recorded, by path.
    checksums : mapping of str to str
        sha256 of every source file.
    """
    resources = []
    for table in package.tables:
        content = contents[table.path]
        if new := [file for file in table.files if file not in checksums]:
            raise tables.DataError(
                f"{table.name}: no checksum of {new[0]} is recorded; give the source files"
            )
        files = [{"path": file, "sha256": checksums[file]} for file in table.files]
        resources.append(
            {
                "name": table.name,
                "path": table.path,
                "title": table.title,
                "description": table.description,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{book.sha256(content)}",
                "schema": {
                    "fields": table.fields,
                    "primaryKey": table.key,
                    "missingValues": [""],
                    **_foreign_keys(table),
                },
                "sources": table.sources,
                "licenses": [package.licenses[table.license]],
                "citation": table.citation,
                "retrieval": table.retrieval,
                **({"sourceFiles": files} if files else {}),
            }
        )
    head = {"name": package.name, "title": package.title, "description": package.description}
    return {**head, "profile": "tabular-data-package", "resources": resources}


def codebook(package: Package, described: Mapping[str, Any], contents: Mapping[str, bytes]) -> str:
    """Return data/README.md: the description as a person reads it."""
    lines = [
        "# Codebook",
        "",
        "Every table the chapters read, one observation a row. Files are UTF-8, comma-separated, with `.` as the",
        "decimal mark and an empty cell for a missing value. `datapackage.json` holds the same description for",
        "machines (Frictionless Data Package), with the sha256 of every table and of every source file.",
        "This page is written by `make data` from that description; edit the declarations, not this page.",
        "",
        package.note,
        "",
        "| table | file | rows | source | rights |",
        "|---|---|--:|---|---|",
    ]
    for resource in described["resources"]:
        rows = contents[resource["path"]].count(b"\n") - 1
        lines.append(
            f"| [{resource['name']}](#{resource['name']}) | `{resource['path']}` | {rows:,} "
            f"| {resource['sources'][0]['title']} | {resource['licenses'][0]['title']} |"
        )
    lines += ["", "## Rights, source by source", ""]
    for license_ in package.licenses.values():
        where = f" <{license_['path']}>" if "path" in license_ else ""
        lines.append(f"- **{license_['title']}.** {license_['description']}{where}")
    for resource in described["resources"]:
        key = ", ".join(f"`{name}`" for name in resource["schema"]["primaryKey"])
        lines += [
            "",
            f"## {resource['name']}",
            "",
            f"{resource['title']}. {resource['description']}",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
            *(f"| `{f['name']}` | {f['type']} | {f['description']} |" for f in resource["schema"]["fields"]),
            "",
            f"Key: {key}. Source: {resource['citation']} Retrieval: {resource['retrieval']}",
        ]
    return "\n".join(lines) + "\n"


def _read(data: Path, name: str) -> bytes:
    try:
        return (data / name).read_bytes()
    except OSError:
        raise tables.DataError(f"data/{name}: not found, expected a table to record") from None


def _strangers(package: Package, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield where a code is not in the table that its column refers to."""
    paths = {table.name: table.path for table in package.tables}
    for table in package.tables:
        for name, target in table.references.items():
            of, _, theirs = target.partition(".")
            known = {cell for _, cell in _cells(contents[paths[of]], theirs)} | {"", *table.also}
            expected = f"a code in column {theirs} of data/{paths[of]}"
            if table.also:
                expected += f" or one of {', '.join(table.also)}"
            for row, cell in _cells(contents[table.path], name):
                if cell not in known:
                    yield f"data/{table.path}, row {row}, column {name}: found {cell!r}, expected {expected}"


def _cells(content: bytes, name: str) -> Iterator[tuple[int, str]]:
    """Yield the row (line of the file) and the cell of a column."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    for row in rows:
        yield rows.line_num, row[name]


def _foreign_keys(table: Table) -> dict[str, Any]:
    """Return the references as a Table Schema has them; it knows no exceptions, so none where there are some."""
    keys = []
    for name, target in table.references.items():
        of, _, theirs = target.partition(".")
        keys.append({"fields": name, "reference": {"resource": of, "fields": theirs}})
    return {"foreignKeys": keys} if keys and not table.also else {}


def _checksums(package: Package, data: Path, sources: Path | None) -> dict[str, str]:
    """Return the sha256 of every source file: as it is now, or as recorded where sources are not at hand."""
    if sources:
        files = {file for table in package.tables for file in table.files}
        missing = sorted(file for file in files if not (sources / file).is_file())
        if missing:
            raise tables.DataError(f"{missing[0]}: not found among the source files")
        return {file: book.sha256((sources / file).read_bytes()) for file in files}
    if not (data / tables.PACKAGE).is_file():
        return {}
    recorded = json.loads((data / tables.PACKAGE).read_text(encoding="utf-8"))
    return {s["path"]: s["sha256"] for r in recorded["resources"] for s in r.get("sourceFiles", [])}
