"""How tables are recorded: declarations become data/datapackage.json and the codebook, once every cell fits.

A book's own recording code declares a `Table` for each file of ``data/`` and calls `record`. Building never does.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookpress import tables
from bookpress.edition import book

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """What a table is: its columns, where it comes from, under which rights."""

    name: str
    path: str  # its file, from data/ down
    title: str
    description: str
    fields: list[tables.Field]  # columns in order, see `bookpress.tables.column`
    key: list[str]  # columns that together identify a row; a derived table is sorted by them
    sources: list[dict[str, str]]  # `title` and, if it has one, `path` (address) of each source
    license: str  # a key of the package's licences
    citation: str
    retrieval: str
    # Computes the table from a folder of source files; None for a table that is kept by hand.
    derive: "Callable[[Any], pd.DataFrame] | None" = None
    # Source files in that folder; their checksums are recorded.
    files: list[str] = field(default_factory=list)
    # The book does without the table until somebody names its source files with this option of `python -m recording`,
    # ``"baci"`` for ``--baci FILE...``; `derive` takes a list of them.
    option: str = ""
    # Columns whose every code must be in another table's column, written "table.column".
    references: Mapping[str, str] = field(default_factory=dict)
    # Codes that those columns may hold besides; the descriptions of the columns say what they mean.
    also: Sequence[str] = ()


@dataclass(frozen=True)
class Package:
    """All that ``data/`` holds, as one description."""

    name: str
    title: str
    description: str
    note: str  # what a reader of the codebook must know first
    tables: list[Table]
    licenses: Mapping[str, dict[str, str]]


def record(
    package: Package, data: Path, sources: Path | None = None, given: Mapping[str, Sequence[Path]] = {}
) -> list[str]:
    """Write into ``data/`` the derived tables, the description of all and the codebook; return lines that say so.

    Without `sources`, a folder of source files, the tables stay as they are and are only described; `given` names the source
    files of further tables by their option. If a file is missing, or a cell does not fit its column or the table that it
    refers to, nothing is written.
    """
    package = replace(package, tables=[*_present(package, data, given)])
    checksums = _checksums(package, data, sources)
    checksums |= {path.name: _sha256(path) for paths in given.values() for path in paths}
    contents, lines = {}, []
    for table in package.tables:
        if table.derive and (named := given.get(table.option) if table.option else sources):
            content = _derived(table, named)
            lines.append(f"{table.path}: {len(content.splitlines()) - 1:,} rows")
        elif (data / table.path).is_file():
            content = (data / table.path).read_bytes()
        else:
            raise tables.DataError(f"data/{table.path}: not found, expected a table to record")
        for fault in tables.faults(content, {"fields": table.fields, "primaryKey": table.key}):
            raise tables.DataError(f"data/{table.path}, {fault}; nothing was recorded")
        contents[table.path] = content
    for fault in _unknown_codes(package, contents):
        raise tables.DataError(f"{fault}; nothing was recorded")
    described = _described(package, contents, checksums)
    for name, content in contents.items():
        if not (data / name).exists() or (data / name).read_bytes() != content:
            book.write(data / name, content)
    book.write(data / tables.PACKAGE, json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    book.write(data / "README.md", _codebook(package, described, contents))
    return [*lines, f"{tables.PACKAGE} and README.md: {len(package.tables)} tables"]


def _present(package: Package, data: Path, given: Mapping[str, Sequence[Path]]) -> Iterator[Table]:
    """Yield the tables that there are or will be; those that an option makes with the names of their source files."""
    for table in package.tables:
        if not table.option:
            yield table
        elif table.option in given:
            yield replace(table, files=[path.name for path in given[table.option]])
        elif (data / table.path).is_file():
            known = tables.describe(data).get(table.name, {"sourceFiles": []})["sourceFiles"]
            yield replace(table, files=[file["path"] for file in known])


def _described(package: Package, contents: dict[str, bytes], checksums: dict[str, str]) -> dict[str, Any]:
    """Return the Frictionless description of every table, from its bytes by path and the sha256 of every source file."""
    resources = []
    for table in package.tables:
        if new := [file for file in table.files if file not in checksums]:
            where = f"{table.name}: no checksum of {new[0]}"
            raise tables.DataError(f"{where} is recorded; give the source files")
        content = contents[table.path]
        schema = {"fields": table.fields, "primaryKey": table.key, "missingValues": [""]}
        if table.references and not table.also:  # a foreign key knows no exceptions
            schema["foreignKeys"] = [
                {"fields": name, "reference": {"resource": of, "fields": theirs}}
                for name, of, theirs in _references(table)
            ]
        if table.license not in package.licenses:
            rights = ", ".join(package.licenses)
            raise tables.DataError(f"{table.name}: found rights {table.license!r}, expected one of: {rights}")
        files = [{"path": file, "sha256": checksums[file]} for file in table.files]
        resources.append(
            {name: getattr(table, name) for name in ("name", "path", "title", "description")}
            | dict(profile="tabular-data-resource", format="csv", mediatype="text/csv", encoding="utf-8")
            | {"bytes": len(content), "hash": f"sha256:{book.sha256(content)}", "schema": schema}
            | {"sources": table.sources, "licenses": [package.licenses[table.license]]}
            | {"citation": table.citation, "retrieval": table.retrieval}
            | ({"sourceFiles": files} if files else {})
        )
    head = {"name": package.name, "title": package.title, "description": package.description}
    return {**head, "profile": "tabular-data-package", "resources": resources}


def _codebook(package: Package, described: Mapping[str, Any], contents: Mapping[str, bytes]) -> str:
    """Return README.md: the description as a person reads it."""
    listed = "\n".join(
        f"| [{one['name']}](#{one['name']}) | `{one['path']}` | {len(contents[one['path']].splitlines()) - 1:,} "
        f"| {one['sources'][0]['title']} | {one['licenses'][0]['title']} |"
        for one in described["resources"]
    )
    rights = "\n".join(
        f"- **{one['title']}.** {one['description']}" + (f" <{one['path']}>" if "path" in one else "")
        for key, one in package.licenses.items()
        if any(table.license == key for table in package.tables)
    )
    return f"""# Codebook

Every table the chapters read, one observation a row. Files are UTF-8, comma-separated, with `.` as the
decimal mark and an empty cell for a missing value. `datapackage.json` holds the same description for
machines (Frictionless Data Package), with the sha256 of every table and of every source file.
This page is written by `make data` from that description; edit the declarations, not this page.

{package.note}

| table | file | rows | source | rights |
|---|---|--:|---|---|
{listed}

## Rights, source by source

{rights}
{"".join(map(_chapter, described["resources"]))}"""


def _chapter(resource: Mapping[str, Any]) -> str:
    """Return the part of the codebook on one table."""
    schema = resource["schema"]
    columns = "\n".join(f"| `{f['name']}` | {f['type']} | {f['description']} |" for f in schema["fields"])
    return f"""
## {resource["name"]}

{resource["title"]}. {resource["description"]}

| column | type | meaning |
|---|---|---|
{columns}

Key: {", ".join(f"`{name}`" for name in schema["primaryKey"])}. Source: {resource["citation"]} Retrieval: {resource["retrieval"]}
"""


def _derived(table: Table, sources: Path | Sequence[Path]) -> bytes:
    """Return a table as it follows from its source files, sorted by its key."""
    assert table.derive
    try:
        frame = table.derive(sources)[[column["name"] for column in table.fields]]
    except book.BookError:
        raise
    except (KeyError, ValueError, OSError) as error:
        raise tables.DataError(f"{table.name}: {error!r} in {', '.join(table.files)}") from error
    frame = frame.sort_values(table.key, kind="stable")
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode()


def _references(table: Table) -> Iterator[tuple[str, str, str]]:
    """Yield every column that refers to another table, with that table's name and column."""
    for name, target in table.references.items():
        of, _, theirs = target.partition(".")
        yield name, of, theirs


def _unknown_codes(package: Package, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield, column by column, the codes that are not in the table that the column refers to."""
    paths = {table.name: table.path for table in package.tables}
    for table in package.tables:
        for name, of, theirs in _references(table):
            known = {cell for _, cell in _cells(contents[paths[of]], theirs)} | {"", *table.also}
            also = f" or one of {', '.join(table.also)}" if table.also else ""
            expected = f"a code in column {theirs} of data/{paths[of]}{also}"
            strange = [(row, cell) for row, cell in _cells(contents[table.path], name) if cell not in known]
            for row, cell in strange[:1]:
                rest = ", ".join(sorted({one for _, one in strange} - {cell}))
                found = f"found {cell!r}" + (f" and, further down, {rest}" if rest else "")
                yield f"data/{table.path}, row {row}, column {name}: {found}, expected {expected}"


def _cells(content: bytes, name: str) -> Iterator[tuple[int, str]]:
    """Yield the row (line of the file) and the cell of a column."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    yield from ((rows.line_num, row[name]) for row in rows)


def _checksums(package: Package, data: Path, sources: Path | None) -> dict[str, str]:
    """Return the sha256 of every source file: as it is now, or as recorded where sources are not at hand."""
    known = tables.describe(data).values() if (data / tables.PACKAGE).is_file() else []
    recorded = {file["path"]: file["sha256"] for table in known for file in table.get("sourceFiles", [])}
    if not sources:
        return recorded
    if not sources.is_dir():
        raise tables.DataError(f"found no folder {sources}, expected the source files")
    files = {file for table in package.tables if not table.option for file in table.files}
    if missing := sorted(file for file in files if not (sources / file).is_file()):
        raise tables.DataError(f"{missing[0]}: not found among the source files")
    return recorded | {file: _sha256(sources / file) for file in files}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise tables.DataError(f"{path}: {error.strerror}, expected a source file") from None
