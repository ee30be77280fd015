"""What editors ask for beside a book, filled in from what it knows: a README for replication, and a list of what to check.

The README follows the template of the social science data editors (the AEA's among them), ``codecheck.yml`` the specification
of CODECHECK. Both are written into ``_build/for-editors``: they follow from the sources, and an archive holds them. What only the author knows is marked.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bookpress import provenance, tables
from bookpress.edition import book, citation, files
from bookpress.publish import beside
from bookpress.publish.release import services
from bookpress.run import ipynb

FOLDER = Path("_build", files.EDITORS)
USED = ("pandas", "matplotlib")  # by every chapter; a book adds its own
AUTHOR = "**AUTHOR:**"  # marks what the author must add, in the README
UNKNOWN = "FIXME"  # the same in codecheck.yml, where CODECHECK's own tools look for this word
SPECIFICATION = "https://codecheck.org.uk/spec/config/2.0"
# In a README of a book, what `make bench` measured stands between these.
MEASURED = (
    "<!-- `make bench` writes what stands between these two marks. -->\n",
    "\n<!-- The end of what `make bench` writes. -->",
)
NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")


def write(root: Path) -> str:
    """Write both; return a line that says so, and how much is left to the author."""
    texts = {"README.md": readme(root), "codecheck.yml": codecheck(root)}
    for name, text in texts.items():
        book.write(root / FOLDER / name, text)
    left = texts["README.md"].count(AUTHOR), texts["codecheck.yml"].count(UNKNOWN)
    names = f"README.md ({left[0]} places marked AUTHOR) and codecheck.yml ({left[1]} marked {UNKNOWN})"
    return f"{FOLDER.as_posix()}: {names}, written anew from the sources"


def article() -> dict[str, Any]:
    """Return what CITATION.cff says, as ``preferred-citation``, of the article that a book stands for; {} if nothing."""
    found = citation.edition().get("preferred-citation")
    return found if isinstance(found, dict) else {}


def exhibits(root: Path) -> Iterator[dict[str, Any]]:
    """Yield every table and figure in reading order: what its cell says of it, `chapter`, `cell` and `output`, its main file."""
    for path in book.chapters(root):
        for about, cell, _ in ipynb.exhibits(ipynb.read(path)["cells"]):
            output = f"_build/html/{next(iter(provenance.files(about['id'])))}"
            yield {
                **about,
                "chapter": path.relative_to(root).as_posix(),
                "cell": cell["id"],
                "output": output,
            }


def codecheck(root: Path) -> str:
    """Return ``codecheck.yml`` as an author hands it in: what a codechecker makes again, and of which article it is."""
    found = article()
    authors = [{"name": name, "ORCID": orcid or UNKNOWN} for name, orcid in _people(found)]
    paper = {
        "title": found.get("title", UNKNOWN),
        "authors": authors or [{"name": UNKNOWN, "ORCID": UNKNOWN}],
        "reference": f"https://doi.org/{found['doi']}" if "doi" in found else found.get("url", UNKNOWN),
    }
    manifest = [{"file": one["output"], "comment": one["title"]} for one in exhibits(root)]
    whole = {"version": SPECIFICATION, "paper": paper, "manifest": manifest}
    whole |= {"repository": url} if (url := book.repository(book.configuration(root))) else {}
    return f"""---
# For a CODECHECK (codecheck.org.uk): put this file at the top of the repository. `make book` makes every file of the manifest.
# {UNKNOWN} marks what CITATION.cff does not say of the article (preferred-citation). Whoever checks adds codechecker, summary,
# check_time, certificate and report.
{yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)}"""


def _people(work: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each author of a work, as a person reads it, and the ORCID."""
    for one in work.get("authors", []):
        name = one.get("name") or f"{one.get('given-names', '')} {one.get('family-names', '')}".strip()
        yield name, one.get("orcid", "").rpartition("/")[2]


def readme(root: Path) -> str:
    """Return the README for replication, in Markdown."""
    about, described, shown = citation.edition(), tables.describe(root / "data"), list(exhibits(root))
    found, package = article(), book.project(root).get("project", {})
    named = ", ".join(name for name, _ in _people(found))
    title = f"“{found['title']}” by {named}" if found else f"{AUTHOR} title and authors of the article"
    count = {kind: sum(one["id"].startswith(kind) for one in shown) for kind in ("table", "figure")}
    rights = {one["licenses"][0]["title"]: one["licenses"][0] for one in described.values()}
    licences = " and ".join(services.licence_ids())
    texts = sorted(path.name for path in root.glob("LICENSE*"))
    file = f"see `{texts[0]}`" if texts else f"{AUTHOR} put its text into `LICENSE`"
    python = package.get("requires-python", ">=3.11").replace(">=", "")
    return f"""# Data and code for {title}

Written by `bookpress publish` for {about["title"]}, version {about["version"]}, in the form of the template README for social science
replication packages. Lines marked {AUTHOR} are for the author to fill in or to strike out.

## Overview

The code in this replication package makes {count["table"]} tables and {count["figure"]} figures from the {len(described)} data files in `data/` with
Python. `make book` sets up the environment and runs all of it; `make test` compares every result with the stored one.

## Data Availability and Provenance Statements

### Statement about Rights

- [ ] {AUTHOR} I certify that the author(s) of the manuscript have legitimate access to and permission to use the data used in this manuscript.
- [ ] {AUTHOR} I certify that the author(s) of the manuscript have documented permission to redistribute/publish the data contained within this
  replication package. Their terms are stated below, source by source.

### License for Data

{"".join(f"- **{one['title']}.** {one['description']}{_address(one)}{chr(10)}" for one in rights.values())}
### Summary of Availability

{AUTHOR} tick one.

- [ ] All data **are** publicly available.
- [ ] Some data **cannot be made** publicly available.
- [ ] **No data can be made** publicly available.

### Details on each Data Source

All data files are CSV (UTF-8). `data/README.md` is their data dictionary: every column with type, unit and meaning. `data/datapackage.json`
holds the same for machines (Frictionless Data Package), with the sha256 of every data file and source file.

| Data file | What it is | Source | How it was retrieved | Rights | Provided |
|---|---|---|---|---|---|
{"".join(map(_source, described.values()))}
Source files, from which data files were selected by the code of this package:

{_source_files(list(described.values()))}
## Computational requirements

### Software Requirements

- Python {python} or newer, and `make`, on Linux, macOS or Windows.
{_packages(root)}
`make .venv/ready` installs all of them as `{book.LOCK}` locks them, with hashes, in the folder `.venv`.

### Controlled Randomness

- [ ] {AUTHOR} Random seed is set at line ___ of program ___, or no pseudo random generator is used. Hashes are seeded (`PYTHONHASHSEED=0`).

### Memory, Runtime, Storage Requirements

{AUTHOR} tick the time needed on a standard desktop machine.

- [ ] <10 minutes
- [ ] 10-60 minutes
- [ ] 1-2 hours
- [ ] 2-8 hours
- [ ] 8-24 hours
- [ ] 1-3 days
- [ ] 3-14 days
- [ ] > 14 days

{measured(root)}

## Description of programs/code

Each chapter is a Jupyter notebook that runs alone, in any order:

{"".join(f"- `{path.relative_to(root).as_posix()}`: {_heading(path)}{chr(10)}" for path in book.chapters(root))}
{_own_packages(root)}
### License for Code

The code is licensed under {licences}; {file}.

## Instructions to Replicators

1. Have Python {python} or newer and `make`.
2. Run `make book`: it installs the locked packages, runs every chapter and writes all outputs below `_build/html`.
3. Run `make test`: it runs every chapter again and compares each output with the stored one.
4. Run `make verify`: it recomputes every table and figure and compares the files byte by byte.

## List of tables and programs

{AUTHOR} tick one.

- [ ] The code reproduces all numbers provided in text in the paper, and all tables and figures.
- [ ] The code reproduces selected tables and figures, as explained and justified below.

| Figure/Table # | Program | Cell | Output file | Note |
|---|---|---|---|---|
{"".join(map(_exhibit, shown))}
## References

{_references(list(described.values()))}
"""


def _address(licence: dict[str, str]) -> str:
    return f" <{licence['path']}>" if "path" in licence else ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |\n"


def _source(one: dict[str, Any]) -> str:
    rights = one["licenses"][0]["title"]
    return _row(f"`data/{one['path']}`", one["title"], one["citation"], one["retrieval"], rights, "Yes")


def _source_files(resources: list[dict[str, Any]]) -> str:
    """Return a table of the source files with what was made of each; a sentence if there are none."""
    made: dict[str, list[str]] = {}
    for one in resources:
        for file in one.get("sourceFiles", []):
            made.setdefault(file["path"], []).append(f"`data/{one['path']}`")
    rows = "".join(_row(f"`{name}`", ", ".join(dict.fromkeys(of)), "No") for name, of in sorted(made.items()))
    return (
        f"| Source file | Data files made of it | Provided |\n|---|---|---|\n{rows}"
        if rows
        else "None are recorded.\n"
    )


def _packages(root: Path) -> str:
    """Return the packages that the code imports, with the versions of the lock."""
    locked = beside.constraints((root / book.LOCK).read_text(encoding="utf-8")).splitlines()
    versions = {name.lower(): rest for name, _, rest in (line.partition("==") for line in locked)}
    added = book.project(root).get("dependency-groups", {}).get("book", [])
    named = [
        match[0].lower() for one in (*USED, *added) if isinstance(one, str) and (match := NAME.match(one))
    ]
    lines = [f"  - `{name}` {versions[name].partition(' ')[0]}\n" for name in named if name in versions]
    return f"- {len(versions)} packages{', above all:' if lines else '.'}\n{''.join(lines)}"


def measured(root: Path) -> str:
    """Return what the book's README says was measured; without that, a line for the author."""
    path = root / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    begin, end = MEASURED
    found = text.partition(begin)[2].partition(end)[0].strip()
    return found or f"{AUTHOR} say on which machine the code was last run, and how long it took."


def _heading(path: Path) -> str:
    """Return the title of a chapter."""
    text = "".join(part for cell in ipynb.read(path)["cells"][:1] for part in cell["source"])
    return text.partition("\n")[0].lstrip("# ")


def _own_packages(root: Path) -> str:
    named = [name for name in book.packages(root) if (root / name / "__init__.py").is_file()]
    about = {name: (root / name / "__init__.py").read_text(encoding="utf-8") for name in named}
    said = ((name, re.match(r'"""(.+?)(?:\n|""")', text)) for name, text in about.items())
    lines = "".join(f"- `{name}/`: {match[1]}\n" for name, match in said if match)
    return f"They import packages of this folder:\n\n{lines}" if lines else ""


def _exhibit(one: dict[str, Any]) -> str:
    note = one["title"].partition(". ")[2]
    return _row(one["label"], f"`{one['chapter']}`", f"`{one['cell']}`", f"`{one['output']}`", note)


def _references(resources: list[dict[str, Any]]) -> str:
    return "\n\n".join([f"{citation.reference()}.", *dict.fromkeys(one["citation"] for one in resources)])
