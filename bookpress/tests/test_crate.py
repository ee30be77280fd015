"""An archive of a book: all of it is there and described, the bag is whole, harm is named."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import bagit
import pytest
from rocrate.rocrate import ROCrate

from bookpress import __version__
from bookpress.edition import book, files, identifiers
from bookpress.publish import crate
from small import edit, run

METADATA = "ro-crate-metadata.json"
EXHIBITS = {
    "figure-1": {".svg", ".pdf", ".png", ".csv", ".csv-metadata.json"},
    "table-1": {".csv", ".csv-metadata.json", ".md"},
}


@pytest.fixture(scope="module")
def bag(second_book) -> Path:
    return second_book / "_build/crate"


@pytest.fixture
def copied(second_book, tmp_path) -> Path:
    """A copy that a test may change; everything keeps its time."""
    return Path(shutil.copytree(second_book, tmp_path / "copy"))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def entities(bag: Path) -> dict[str, dict]:
    return {one["@id"]: one for one in json.loads((bag / "data" / METADATA).read_text("utf-8"))["@graph"]}


def test_it_holds_every_file_of_the_edition_and_all_of_the_book(second_book, bag):
    own = {path.relative_to(second_book).as_posix() for path in files.of_edition(second_book)}
    assert {".gitignore", "Makefile", "tests/test_paper.py", "vendor/book.mk"} <= own
    html = {f"book/{name}" for name in names(second_book / "_build/html")}
    editors = {"for-editors/README.md", "for-editors/codecheck.yml"}
    assert names(bag / "data") == own | html | editors | {METADATA}
    for name in own:
        assert (bag / "data" / name).read_bytes() == (second_book / name).read_bytes(), name


def test_every_file_is_described(second_book, bag):
    made = ROCrate(bag / "data")
    assert {one.id for one in made.data_entities} == names(bag / "data") - {METADATA}
    for one in made.data_entities:
        content = (bag / "data" / one.id).read_bytes()
        assert one["contentSize"] == str(len(content)), one.id
        assert one["identifier"] == identifiers.content(content), one.id
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", one["encodingFormat"]), one.id
    assert made.dereference("book/figures/figure-1.svg")["encodingFormat"] == "image/svg+xml"
    assert made.dereference("Makefile")["encodingFormat"] == "text/plain"
    assert made.dereference("data/planets.csv")["license"]["name"]
    assert made.root_dataset["datePublished"] == "2026-01-01"
    # The archive is the edition too: what it adds changes nothing.
    same = identifiers.directory(second_book), identifiers.directory(bag / "data")
    assert {made.root_dataset["identifier"], *same} == {same[0]}


def test_an_action_says_what_made_each_exhibit(bag):
    found = entities(bag)
    actions = {name: one for name, one in found.items() if one["@type"] == "CreateAction"}
    assert set(actions) == {f"#made-{exhibit}" for exhibit in EXHIBITS}
    assert {one["@id"] for one in found["./"]["mentions"]} == {"#bookpress", *actions}
    for exhibit, endings in EXHIBITS.items():
        action, kind = actions[f"#made-{exhibit}"], exhibit.split("-")[0]
        assert action["instrument"] == {"@id": "chapters/1-periods.ipynb"}
        assert {one["@id"] for one in action["object"]} == {"data/claims.csv", "data/planets.csv"}
        made = {one["@id"] for one in action["result"]}
        assert made == {f"book/{kind}s/{exhibit}{ending}" for ending in endings}
        assert not {"startTime", "endTime", "agent"} & set(action)
    notebook = found["chapters/1-periods.ipynb"]
    assert notebook["@type"] == ["File", "SoftwareSourceCode"] and notebook["programmingLanguage"]


def test_the_engine_is_named_apart(bag):
    engine = entities(bag)["#bookpress"]
    assert (engine["@type"], engine["name"], engine["version"]) == (
        "SoftwareApplication",
        "bookpress",
        __version__,
    )
    assert engine["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert f"vendor/bookpress-{__version__}-py3-none-any.whl" in {one["@id"] for one in engine["hasPart"]}


def test_the_same_files_give_the_same_bag_wherever_they_lie(second_book, bag, copied):
    assert run(copied, "-m", "bookpress", "crate").returncode == 0
    told = [name for name in names(bag) if not name.startswith("data/")]
    for name in [*told, f"data/{METADATA}"]:
        content = (bag / name).read_bytes()
        assert (copied / "_build/crate" / name).read_bytes() == content, name
        assert b"/tmp" not in content and str(second_book).encode() not in content
    assert sorted(told) == ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
    assert not re.search("[Dd]ate|bagit.py", (bag / "bag-info.txt").read_text())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="asks GNU's sha256sum")
def test_an_archive_checks_it_without_any_of_this(bag):
    for seals in bag.glob("*manifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "--check", "--strict", seals.name], cwd=bag, capture_output=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("git") is None, reason="asks git what it tracks")
def test_where_git_is_at_hand_it_decides(tmp_path):
    for name in (".hidden/run", "_toc.yml", "a b.txt", "untracked.txt", "ignored.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / ".gitignore").write_text("ignored.txt\n")
    for command in (["init", "-q"], ["add", ".hidden/run", "_toc.yml", "a b.txt", ".gitignore"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    tracked = [".gitignore", ".hidden/run", "_toc.yml", "a b.txt"]
    assert [path.relative_to(tmp_path).as_posix() for path in files.of_edition(tmp_path)] == tracked
    found = [path.relative_to(tmp_path).as_posix() for path in files.of_edition(tmp_path, untracked=True)]
    assert found == sorted([*tracked, "untracked.txt"])


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", None),
        ("echo './: The Root Data Entity MUST have a license'", "no valid RO-Crate\n  ./: The Root Data"),
        ("echo 'no network' >&2; exit 1", "roc-validator did not run: no network"),
    ],
)
def test_an_unharmed_bag_is_then_validated(bag, tmp_path, monkeypatch, script, said):
    monkeypatch.setattr(crate, "VALIDATOR", tmp_path / "python")
    with pytest.raises(book.BookError, match="all files are as recorded, but found no roc-validator; `make"):
        crate.check(bag)
    (tmp_path / "python").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "python").chmod(0o755)
    if said:
        with pytest.raises(book.BookError, match=said):
            crate.check(bag)
    else:
        assert f"all {len(names(bag / 'data'))} files are as recorded" in crate.check(bag)


def test_harm_is_named_file_by_file(copied):
    folder = copied / "_build/crate/data"
    edit(folder / "data/planets.csv", "686.98", "686.99")
    edit(folder / "index.ipynb", "{", "[")
    said = run(copied, "-m", "bookpress", "crate", "--check")
    assert said.returncode == 2 and not said.stdout
    assert said.stderr.startswith("bookpress: _build/crate: found 2 faults, expected a bag")
    assert "  data/data/planets.csv sha256 validation failed" in said.stderr
    assert "  data/index.ipynb sha256 validation failed" in said.stderr
    (folder / ".more").write_text("x")
    (folder / "book/index.html").unlink()
    said = run(copied, "-m", "bookpress", "crate", "--check").stderr
    assert "  data/.more exists on filesystem but is not in the manifest" in said
    assert "  data/book/index.html exists in manifest but was not found" in said


def test_what_a_build_adds_is_told_from_harm(copied):
    (copied / "_build/crate/data/_build").mkdir()
    (copied / "_build/crate/data/_build/x").write_text("x")
    with pytest.raises(book.BookError, match=r"found what `make` adds.*; build in a copy of data/$"):
        crate.check(copied / "_build/crate")


@pytest.mark.parametrize(
    "place",
    [
        "tests/__pycache__/cli.cpython-311.pyc",
        ".venv/ready",
        "_build/.results/index.json",
        "chapters/.ipynb_checkpoints/a.ipynb",
    ],
)
def test_what_tools_make_is_refused_even_if_the_bag_records_it(second_book, tmp_path, place):
    payload = Path(shutil.copytree(second_book / "_build/crate/data", tmp_path / "bag"))
    (payload / place).parent.mkdir(parents=True)
    (payload / place).write_text("planted")
    bagit.make_bag(str(payload), checksums=["sha256"])
    with pytest.raises(book.BookError, match="found 1 planted files") as caught:
        crate.check(payload)
    assert str(caught.value).endswith(f"\n  data/{place}")


@pytest.mark.parametrize("place", ["data/.venv", "data/chapters/more", "Makefile"])
def test_links_and_other_files_beside_the_payload_are_refused(copied, place):
    (copied / "_build/crate" / place).symlink_to(copied)
    with pytest.raises(book.BookError, match=rf"(?s)found 1 planted files.*\n  {re.escape(place)}$"):
        crate.check(copied / "_build/crate")


def test_what_is_no_bag(tmp_path):
    with pytest.raises(book.BookError, match="expected a bag as `make crate` writes it"):
        crate.check(tmp_path)


@pytest.mark.parametrize("name", ["crate", "zip", "epub"])
def test_a_book_of_other_sources_is_built_anew_or_not_packed(copied, name):
    html, made = copied / "_build/html", copied / "_build" / (name if name == "crate" else f"edition.{name}")
    edit(copied / "CITATION.cff", "A paper of a test", "Another title")
    done = run(copied, "-m", "bookpress", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Another title" in (html / "index.html").read_text(encoding="utf-8")
    again = run(copied, "-m", "bookpress", name)
    assert again.returncode == 0 and "The book is" not in again.stdout, "nothing is built twice"
    before = files.digests(made) if made.is_dir() else made.read_bytes()
    edit(copied / "data/planets.csv", "686.98", "686.99")  # not as recorded: no chapter runs
    done = run(copied, "-m", "bookpress", name)
    assert done.returncode == 2 and "nothing was packed" in done.stderr
    assert before == (files.digests(made) if made.is_dir() else made.read_bytes())


def test_what_is_older_than_the_book_is_left_out_and_said(copied):
    for name in ("edition.epub", "edition.pdf"):
        (copied / "_build" / name).write_bytes(b"x")
    os.utime(copied / "_build/edition.pdf", (0, 0))
    done = run(copied, "-m", "bookpress", "crate")
    assert done.returncode == 0, done.stderr
    assert "left out: _build/edition.pdf is older than the book; run `make pdf` first" in done.stdout
    found = entities(copied / "_build/crate")
    assert found["edition.epub"]["encodingFormat"] == "application/epub+zip" and "edition.pdf" not in found
