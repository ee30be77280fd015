"""Gather the whole edition for an archive: sources, book and what made each exhibit, as an RO-Crate in a BagIt bag.

``_build/crate`` is the bag; in its payload ``data/``, the crate, `make book` works as in a checkout. The same files give the same
bytes: no date but that of the release, not when and by whom a notebook was run. RO-Crate is 1.1, as Process Run Crate 0.5 needs.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import bagit
from rocrate.model.computerlanguage import ComputerLanguage
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from bookpress import provenance, tables
from bookpress.edition import book, citation, files, identifiers
from bookpress.verify import causes, downloads

PAYLOAD = "data"  # the folder of a bag that holds what it is made for
TAGS = (PAYLOAD, "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
PRODUCTS = ("edition.epub", "edition.pdf")
VERSION = "1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
PYTHON = "https://www.python.org/"
# By ending, not from the system's own list: that differs from machine to machine.
FORMATS = {
    ".bib": "application/x-bibtex",
    ".css": "text/css",
    ".csv": "text/csv",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **dict.fromkeys((".cff", ".yaml", ".yml"), "application/yaml"),
    **dict.fromkeys((".js", ".mjs"), "text/javascript"),
    **dict.fromkeys((".whl", ".zip"), "application/zip"),
}
# The validator's packages are its own, in an environment that `make crate CHECK=1` sets up: no build and no test needs them.
VALIDATOR = Path(sys.prefix, "validator", "bin", "python")
# It would fetch the terms. They are put into its cache first; then it stays offline, and prints a line for every fault.
VALIDATE = """
import sys, tempfile
from importlib.resources import files
from pathlib import Path
from requests_cache import CachedRequest, CachedResponse, CachedSession
from rocrate_validator import models, services

url = "https://w3id.org/ro/crate/1.1/context"
answer = CachedResponse(status_code=200, url=url, request=CachedRequest(method="GET", url=url))
answer._content = (files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
answer.headers["Content-Type"] = "application/ld+json"
with tempfile.TemporaryDirectory() as folder:
    cache = Path(folder, "cache")
    CachedSession(str(cache), backend="sqlite").cache.save_response(answer)
    settings = models.ValidationSettings(
        rocrate_uri=sys.argv[1], profile_identifier="process-run-crate", cache_path=cache, offline=True
    )
    for issue in services.validate(settings).get_issues():
        print(f"{issue.violatingEntity}: {issue.message}")
"""


def write(root: Path) -> str:
    """Write the bag of a book and of what was built into ``_build/crate``; return lines that say so."""
    html, target = book.built(root), root / "_build" / "crate"
    made = described(root, html)
    lines = []
    built = (html / "index.html").stat().st_mtime
    for product in filter(Path.is_file, (root / "_build" / name for name in PRODUCTS)):
        if product.stat().st_mtime >= built:  # it does not say which book it is of
            add(made, product, product.name)
        else:
            command = f"make {product.suffix[1:]}"
            lines.append(f"left out: _build/{product.name} is older than the book; run `{command}` first")
    for path in sorted((root / "_build" / files.EDITORS).glob("*")):
        add(made, path, f"{files.EDITORS}/{path.name}")
    new = target.with_name("crate.new")
    shutil.rmtree(new, ignore_errors=True)
    made.write(new)
    about = {
        "External-Description": [made.name],
        "External-Identifier": [made.root_dataset["identifier"]],
        "Bagging-Date": [],  # would be today's
        "Bag-Software-Agent": [],
    }
    bagit.make_bag(str(new), about, checksums=["sha256"])
    seals = new / "tagmanifest-sha256.txt"  # bagit writes it in the order of the folder
    seals.write_text("".join(sorted(seals.read_text("utf-8").splitlines(keepends=True))), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    done = f"{target.relative_to(root)}: {len(made.data_entities)} files and {files.METADATA} in a BagIt bag"
    return "\n".join([done, *lines])


def check(crate: Path) -> str:
    """Check that a bag is as it was written and a valid RO-Crate; return a line that says so.

    A BookError names every file that is missing, was changed or added, even if the bag records it, and every rule that the
    metadata break.
    """
    bagit.LOGGER.disabled = True  # its errors say the same
    try:
        bag = bagit.Bag(str(crate))
        if planted := list(_planted(crate, {*bag.entries})):
            expected = (
                "expected nothing that `make crate` does not gather, as it may run in place of the sources"
            )
            raise book.BookError(
                "\n  ".join([f"{crate}: found {len(planted)} planted files, {expected}", *planted])
            )
        bag.info.pop("Payload-Oxum", None)  # the sum of all sizes would fail before a file is named
        bag.validate()
    except bagit.BagError as error:
        own = {path.relative_to(crate).as_posix() for path in files.below(crate, as_git=True)}
        wrong = getattr(error, "details", None) or [error]
        makes = [one for one in wrong if isinstance(one, bagit.UnexpectedFile) and one.path not in own]
        faults = [str(one) for one in wrong if one not in makes]
        found = f"found {len(faults)} faults" if faults else "found what `make` adds, such as _build"
        said = f"{crate}: {found}, expected a bag as `make crate` writes it; build in a copy of {PAYLOAD}/"
        raise book.BookError("\n  ".join([said, *faults])) from None
    if not VALIDATOR.exists():
        said = "all files are as recorded, but found no roc-validator; `make crate CHECK=1` sets it up and runs it"
        raise book.BookError(f"{crate}: {said}")
    command = [str(VALIDATOR), "-I", "-c", VALIDATE, str(crate / PAYLOAD)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise book.BookError(f"{crate}: all files are as recorded, but roc-validator did not run: {said}")
    if faults := done.stdout.splitlines():
        raise book.BookError("\n  ".join([f"{crate}: found no valid RO-Crate", *faults]))
    return f"{crate}: all {len(bag.payload_entries())} files are as recorded, and {files.METADATA} is valid"


def _planted(crate: Path, recorded: set[str]) -> Iterator[str]:
    """Yield what lies in a bag, recorded or not, and no edition has: links, devices, what tools make, other tags."""
    own = {*files.below(crate, as_git=True)}
    for path in sorted(crate.rglob("*")):
        place = path.relative_to(crate).as_posix()
        plain = path.is_dir() or path.is_file()
        generated = path not in own and place in recorded
        if path.is_symlink() or not plain or generated or (path.parent == crate and path.name not in TAGS):
            yield place


def described(root: Path, html: Path) -> ROCrate:
    """Return the description of an edition and its built book, with every file of them.

    A BookError says that an exhibit was made from other tables, code or packages than those of the checkout.
    """
    made = ROCrate(version=VERSION)
    _describe(made)
    made.root_dataset["identifier"] = identifiers.directory(root)  # without what was made from the edition
    python = made.add(ComputerLanguage(made, PYTHON, {"name": "Python", "url": PYTHON}))
    version = citation.edition()["version"]
    program = {"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": python, "version": version}
    for path in files.of_edition(root):
        add(made, path, path.relative_to(root).as_posix(), **(program if path.suffix == ".ipynb" else {}))
    _describe_tables(made, root)
    _describe_engine(made)
    for path in sorted(path for path in html.rglob("*") if path.is_file()):
        add(made, path, f"{files.BOOK}/{path.relative_to(html).as_posix()}")
    _say_what_made_the_exhibits(made, root, html)
    return made


def add(made: ROCrate, path: Path, place: str, **also: Any) -> None:
    """Add a file with all that is said of every file, at a place in a crate."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
        other = "text/plain"
    except UnicodeDecodeError:
        other = "application/octet-stream"
    about = {
        "name": place,
        "identifier": identifiers.content(content),
        "contentSize": str(len(content)),
        "encodingFormat": FORMATS.get(path.suffix, other),
    }
    made.add_file(path, place, properties=about | also)


def _describe(made: ROCrate) -> None:
    """Say what the edition is, by CITATION.cff, and which profile its description follows."""
    about, root = citation.edition(), made.root_dataset
    made.name, made.description = about["title"], about["abstract"]
    rights = citation.rights()
    texts = "Text, figures, tables and the ledger of claims."
    said = {rights.code: "Code."} | {rights.text: texts if rights.code != rights.text else f"Code. {texts}"}
    root["license"] = [
        _entity(made, one.url, "CreativeWork", one.name, description=what, url=one.url)
        for one, what in said.items()
    ]
    # The library writes the time of the call; the edition has a date of release.
    root["datePublished"], root["version"] = about["date-released"], about["version"]
    root["author"] = [_author(made, one, place) for place, one in enumerate(citation.authors(), 1)]
    version = PROFILE.rpartition("/")[2]
    root["conformsTo"] = _entity(made, PROFILE, "CreativeWork", "Process Run Crate", version=version)


def _author(made: ROCrate, author: citation.Author, place: int) -> ContextEntity:
    """Add an author, a person under the ORCID; return the entity."""
    kind, names = ("Person" if author.family else "Organization"), {}
    if author.family:
        names = {"familyName": author.family, "givenName": author.given}
    entity = _entity(made, author.orcid or f"#author-{place}", kind, author.name, **names)
    if where := author.affiliation:
        known = made.dereference(f"#affiliation-{_slug(where)}")
        entity["affiliation"] = known or _entity(made, f"#affiliation-{_slug(where)}", "Organization", where)
    return entity


def _describe_tables(made: ROCrate, root: Path) -> None:
    """Say of each table what its codebook says: title, source, rights."""
    for resource in tables.describe(root / "data").values():
        place, licence = f"data/{resource['path']}", resource["licenses"][0]
        if (table := made.dereference(place)) is None:
            raise book.BookError(f"{place}: found in the codebook, expected among the files that git tracks")
        table["name"], table["description"] = resource["title"], resource["description"]
        table["citation"] = resource["citation"]
        rights = f"#rights-{_slug(licence['title'])}"
        words = {"description": licence.get("description", ""), "url": licence.get("path", "")}
        known = made.dereference(rights)
        table["license"] = known or _entity(made, rights, "CreativeWork", licence["title"], **words)


def _describe_engine(made: ROCrate) -> None:
    """Say what builds and verifies the book: the engine's name, version and licence, and which files hold it."""
    about = metadata(book.ENGINE.name)
    licence = f"https://spdx.org/licenses/{about['License-Expression']}"
    words = {"version": about["Version"], "description": about["Summary"]}
    engine = _entity(made, f"#{book.ENGINE.name}", "SoftwareApplication", book.ENGINE.name, **words)
    engine["license"] = _entity(made, licence, "CreativeWork", about["License-Expression"], url=licence)
    # Its wheel and what belongs to it, or the folder of its sources.
    folders = (f"{book.VENDOR}/", f"{book.ENGINE.name}/")
    engine["hasPart"] = [one for one in made.data_entities if one.id.startswith(folders)]
    made.root_dataset["mentions"] = [engine]


def _say_what_made_the_exhibits(made: ROCrate, root: Path, html: Path) -> None:
    """Add an action for each exhibit: a notebook made its files out of tables, by the record that they carry."""
    known, actions = tables.describe(root / "data"), []
    for exhibit, chapter in downloads.homes(root).items():
        kind = exhibit.split("-")[0] + "s"
        results = sorted((html / kind).glob(f"{exhibit}.*"))
        if not results:
            said = f"found no {exhibit}, expected its files"
            raise book.BookError(f"_build/html/{kind}: {said}; run `make book`")
        record = provenance.read(html / kind / f"{exhibit}{provenance.SIDECAR}")
        if changed := causes.of_record(record):
            raise book.BookError(
                f"_build/html/{kind}/{exhibit}.csv: found it made from other than is here, expected the book of these "
                f"sources; run `make book`: {'; '.join(changed)}"
            )
        notebook = made.dereference(chapter.relative_to(root).as_posix())
        notebook["softwareRequirements"] = made.dereference(book.LOCK)
        opened = [name.removeprefix("table ") for name in record if name.startswith("table ")]
        said = f"{notebook['name']} computes {exhibit} from the tables that it had opened by then, with the packages of"
        action = made.add_action(
            notebook,
            f"#made-{exhibit}",
            object=[made.dereference(f"data/{known[name]['path']}") for name in opened],
            result=[made.dereference(f"{files.BOOK}/{kind}/{path.name}") for path in results],
            properties={"name": exhibit.replace("-", " ").title(), "description": f"{said} {book.LOCK}."},
        )
        actions.append(action)
    made.root_dataset["mentions"] = [*made.root_dataset["mentions"], *actions]


def _entity(made: ROCrate, identifier: str, kind: str, name: str, **words: str) -> ContextEntity:
    """Add something that is not a file; return it."""
    said = {"@type": kind, "name": name} | {key: word for key, word in words.items() if word}
    return made.add(ContextEntity(made, identifier, properties=said))


def _slug(words: str) -> str:
    """Return words as an id that needs no escapes."""
    return quote(re.sub(r"\W+", "-", words.lower()).strip("-"))
