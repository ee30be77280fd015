"""An archive of a book: all of it is there, described; harm is named."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from bookpress.edition import book, files, identifiers
from bookpress.publish import crate, intact
from shared import ROOT, edit, run

EXHIBITS = {
    "figure-1": {".svg", ".pdf", ".png", ".csv", ".csv-metadata.json"},
    "table-1": {".csv", ".csv-metadata.json", ".md"},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A small book that was built and gathered, in a folder whose name needs escapes."""
    root = tmp_path_factory.mktemp("crate") / "a böok"
    for place, *command in (
        (ROOT, "new", str(root), "--title", "An archived paper"),
        (root, "build"),
        (root, "crate"),
    ):
        done = run(place, "-m", "bookpress", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def copied(built, tmp_path) -> Path:
    """A copy that a test may change; everything keeps its time."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def entities(root: Path) -> dict[str, dict]:
    made = json.loads((root / "_build/crate/ro-crate-metadata.json").read_text("utf-8"))
    return {one["@id"]: one for one in made["@graph"]}


def test_it_holds_every_file_of_the_edition_and_all_of_the_book(built):
    gathered = names(built / "_build/crate")
    own = {n for n in names(built) if not n.startswith("_build/") and "__pycache__" not in n}
    assert {
        ".gitignore",
        "Makefile",
        "tests/test_paper.py",
        "requirements.txt",
        "bookpress/publish/crate.py",
    } <= own
    html = {f"book/{name}" for name in names(built / "_build/html")}
    assert gathered == own | html | {"ro-crate-metadata.json"}
    for name in own:
        assert (built / "_build/crate" / name).read_bytes() == (built / name).read_bytes(), name


def test_every_file_is_described(built):
    made = ROCrate(built / "_build/crate")
    assert {one.id for one in made.data_entities} == names(built / "_build/crate") - {
        "ro-crate-metadata.json"
    }
    for one in made.data_entities:
        content = (built / "_build/crate" / one.id).read_bytes()
        assert one["sha256"] == book.sha256(content) and one["contentSize"] == str(len(content)), one.id
        assert one["identifier"] == identifiers.content(content), one.id
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", one["encodingFormat"]), one.id
    assert made.dereference("book/figures/figure-1.svg")["encodingFormat"] == "image/svg+xml"
    assert made.dereference("data/planets.csv")["license"]["name"]
    assert made.root_dataset["datePublished"] == "2026-01-01"
    assert made.root_dataset["conformsTo"].id == crate.PROFILE
    # The archive is the edition too: what it adds changes nothing.
    same = identifiers.directory(built), identifiers.directory(built / "_build/crate")
    assert {made.root_dataset["identifier"], *same} == {same[0]}


def test_an_action_tells_what_made_each_exhibit(built):
    found = entities(built)
    actions = {name: one for name, one in found.items() if one["@type"] == "CreateAction"}
    assert set(actions) == {f"#made-{exhibit}" for exhibit in EXHIBITS}
    assert {one["@id"] for one in found["./"]["mentions"]} == set(actions)
    for exhibit, endings in EXHIBITS.items():
        action, kind = actions[f"#made-{exhibit}"], exhibit.split("-")[0]
        assert action["instrument"] == {"@id": "chapters/1-periods.ipynb"}
        assert {one["@id"] for one in action["object"]} == {"data/claims.csv", "data/planets.csv"}
        made = {one["@id"] for one in action["result"]}
        assert made == {f"book/{kind}s/{exhibit}{ending}" for ending in endings}
        assert not {"startTime", "endTime", "agent"} & set(action)
    notebook = found["chapters/1-periods.ipynb"]
    assert notebook["@type"] == ["File", "SoftwareSourceCode"] and notebook["programmingLanguage"]


def test_the_same_files_give_the_same_description_wherever_they_lie(built, copied):
    first = (built / "_build/crate/ro-crate-metadata.json").read_bytes()
    assert run(copied, "-m", "bookpress", "crate").returncode == 0
    assert (copied / "_build/crate/ro-crate-metadata.json").read_bytes() == first
    assert b"/tmp" not in first and str(built).encode() not in first


def test_a_crate_is_an_edition_without_what_was_built(built):
    gathered = built / "_build/crate"
    again = [path.relative_to(gathered) for path in files.of_edition(gathered)]
    assert again == [path.relative_to(built) for path in files.of_edition(built)]


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


def test_an_unharmed_crate_passes_with_python_alone(built):
    done = subprocess.run(
        ["python3", "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(built)!r})\n"
         "from bookpress.__main__ import main; sys.exit(main(['crate', '--check', '.']))"],
        cwd=built / "_build/crate", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"all {len(names(built / '_build/crate')) - 1} files are as" in done.stdout


def test_a_changed_a_missing_and_an_extra_file_are_named(copied):
    folder = copied / "_build/crate"
    before = book.sha256((folder / "data/planets.csv").read_bytes())
    edit(folder / "data/planets.csv", "686.98", "686.99")
    after = book.sha256((folder / "data/planets.csv").read_bytes())
    (folder / "book/index.html").unlink()
    (folder / ".more").write_text("x")
    done = run(copied, "-m", "bookpress", "crate", "--check")
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.splitlines()[0] == "bookpress: _build/crate: 3 not as recorded"
    said = done.stderr.splitlines()[1:]
    assert said[0] == "  .more: found a file, expected none, as the metadata does not list it"
    assert said[1].startswith("  book/index.html: found no such file, expected sha256 ")
    assert said[2] == f"  data/planets.csv: found sha256 {after}, expected {before}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "not found, expected a crate; run `make crate` first"),
        ("{", "expected the metadata of an RO-Crate"),
        ('{"@graph": [{"@id": "a.csv", "@type": "File"}]}', "found 'a.csv' with sha256 None"),
        ('{"@graph": [{"@id": "../a", "@type": "File", "sha256": "0"}]}', "expected a file in the crate"),
    ],
)
def test_metadata_that_cannot_be_used(content, said, tmp_path):
    if content is not None:
        (tmp_path / "ro-crate-metadata.json").write_text(content)
    with pytest.raises(book.BookError, match=f"ro-crate-metadata.json: .*{re.escape(said)}"):
        intact.check(tmp_path)


def test_a_book_of_other_sources_is_not_gathered(copied):
    before = names(copied / "_build/crate")
    edit(copied / "bookpress/edition.mplstyle", "#", "# other\n#")
    done = run(copied, "-m", "bookpress", "crate")
    assert done.returncode == 2
    assert "table-1.csv: found it made from other than is here" in done.stderr
    assert "code bookpress/edition.mplstyle" in done.stderr and "run `make book`" in done.stderr
    assert names(copied / "_build/crate") == before


def test_what_is_older_than_the_book_is_left_out_and_said(copied):
    for name in ("edition.epub", "edition.pdf"):
        (copied / "_build" / name).write_bytes(b"x")
    os.utime(copied / "_build/edition.pdf", (0, 0))
    done = run(copied, "-m", "bookpress", "crate")
    assert done.returncode == 0, done.stderr
    assert "left out: _build/edition.pdf is of another book; run `make pdf` first" in done.stdout
    assert entities(copied)["edition.epub"]["encodingFormat"] == "application/epub+zip"
    assert "edition.pdf" not in entities(copied)


def test_the_kind_of_a_file_without_a_known_ending():
    assert crate.encoding(Path("Makefile"), b"all:") == "text/plain"
    assert crate.encoding(Path("objects.inv"), b"\xff\xfe") == "application/octet-stream"
