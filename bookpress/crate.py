"""Gather the whole edition for an archive: book, chapters, data and code, described as an RO-Crate.

python scripts/crate.py    writes _build/crate from this checkout and the built book
"""

import shutil
import sys
from pathlib import Path

from rocrate.model.person import Person
from rocrate.rocrate import ROCrate

from beltroad import citation, data, provenance

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    "data": ["data/**/*.csv", "data/datapackage.json", "data/README.md"],
    "chapters": ["index.ipynb", "chapters/*.ipynb", "chapters/references.bib"],
    "code": ["beltroad/*", "_ext/*.py", "_static/*", "_templates/*", "scripts/*.py", "conftest.py", "tests/*.py", "Makefile", "pyproject.toml"],
    "edition": ["README.md", "LICENSE", "CITATION.cff", "_config.yml", "_toc.yml", "requirements.*"],
}  # fmt: skip


def crate(root: Path, book: Path) -> ROCrate:
    """Return the description of the edition, every file with its sha256.

    Parameters
    ----------
    root : Path
        The checkout.
    book : Path
        The built book; its exhibits become files of the crate of their own.
    """
    about = citation.edition()
    made = ROCrate()
    made.name = about["title"]
    made.description = about["abstract"]
    made.license = "https://creativecommons.org/licenses/by/4.0/"
    # The library writes the time of the call; the edition has a date of release.
    made.root_dataset["datePublished"] = about["date-released"]
    made.root_dataset["version"] = str(about["version"])
    made.root_dataset["author"] = [
        made.add(
            Person(made, f"#{name}", properties={"@type": "Organization", "name": name})
        )
        for name in citation.authors()
    ]
    for kind, patterns in KINDS.items():
        for path in sorted(
            {p for pattern in patterns for p in root.glob(pattern) if p.is_file()}
        ):
            add(made, path, path.relative_to(root).as_posix(), {"keywords": kind})
    for resource in data.describe(root / "data").values():
        table = made.dereference(f"data/{resource['path']}")
        table["name"], table["description"] = resource["title"], resource["description"]
        table["citation"], table["license"] = (
            resource["citation"],
            resource["licenses"][0]["title"],
        )
    for path in sorted(p for p in book.rglob("*") if p.is_file()):
        place = path.relative_to(book)
        kind = (
            "exhibits"
            if place.parts[0] in ("figures", "tables", "exhibits")
            else "book"
        )
        add(made, path, f"book/{place.as_posix()}", {"keywords": kind})
    return made


def add(made: ROCrate, path: Path, place: str, properties: dict) -> None:
    checksum = provenance.sha256(path.read_bytes())
    made.add_file(
        path, place, properties=properties | {"name": place, "sha256": checksum}
    )


def main() -> int:
    book, target = ROOT / "_build" / "html", ROOT / "_build" / "crate"
    if not (book / "index.html").exists():
        print("crate: no book in _build/html; run `make book` first", file=sys.stderr)
        return 2
    made = crate(ROOT, book)
    shutil.rmtree(target, ignore_errors=True)
    made.write(target)
    print(
        f"{len(made.data_entities)} files in {target.relative_to(ROOT)}, with ro-crate-metadata.json"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
