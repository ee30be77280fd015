"""Before and after a release: what is left is said with the line to write, what services and editors read is right."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from bookpress.edition import book, citation, files
from bookpress.publish.release import checklist, documents, launch, services
from bookpress.run import ipynb
from shared import ROOT
from small import edit, run

TARGETS = set(
    re.findall(
        r"^([a-z]+|\.venv/[a-z]+/?[a-z]*):", (book.ENGINE / "vendor/book.mk").read_text("utf-8"), flags=re.M
    )
)
# As developers.zenodo.org documents a deposit's metadata, of the fields that are written here.
ZENODO = {
    "upload_type": r"software|dataset",
    "access_right": "open",
    "publication_date": r"\d{4}-\d\d-\d\d",
    "license": r"[a-z0-9.+-]+",
    **dict.fromkeys(("title", "description", "version", "notes"), r"(?s).{3,}"),
}


@pytest.fixture
def second(second_book, tmp_path, monkeypatch) -> Path:
    """A copy of a small book that a test may change, in a git repository of its own."""
    root = Path(shutil.copytree(second_book, tmp_path / "book"))
    monkeypatch.setenv("BOOKPRESS_BOOK", str(root))
    citation._read.cache_clear()
    yield root
    citation._read.cache_clear()


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def steps(root: Path) -> dict[str, checklist.Step]:
    citation._read.cache_clear()
    return {step.name: step for makes in checklist.STEPS.values() for step in (make(root) for make in makes)}


def fill(root: Path) -> None:
    """Do what the list asks of a new book, as its author would."""
    made = root / "CITATION.cff"
    edit(
        made,
        "  - name: The authors of this paper",
        "  - family-names: Doe\n    given-names: Jo\n    orcid: https://orcid.org/0000-0002-1825-0097",
    )
    edit(made, "abstract: A small", "abstract: Another small")
    edit(root / "_config.yml", 'baseurl: ""', "baseurl: https://owner.github.io/paper")
    with (root / "_config.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nrepository:\n  url: https://github.com/Owner/paper\n")
    (root / "LICENSE").write_text("MIT")
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## [0.1.0] - 2026-01-01\n")


def test_a_new_book_is_told_every_step_with_the_line_to_write(second):
    done = run(second, "-m", "bookpress", "publish")
    assert done.returncode == 0, done.stderr
    for line in (
        "  -   .zenodo.json: written; commit it",
        "  [ ] Authors: CITATION.cff still has the authors or the abstract of the template. Write there:",
        "        https://spdx.org/licenses/MIT.html",
        "        repository:",
        "          url: https://github.com/OWNER/NAME",
        "        baseurl: https://OWNER.github.io/NAME",
        "        CHANGELOG.md:  ## [0.1.0] - 2026-01-01",
        "        git init",
        "        make test",
        "        git tag --annotate v0.1.0 --message 'v0.1.0'",
    ):
        assert f"\n{line}\n" in done.stdout, line
    assert str(second) not in done.stdout


@pytest.mark.skipif(not shutil.which("git"), reason="asks git what is committed")
def test_what_its_author_does_is_ticked(second):
    fill(second)
    found = steps(second)
    assert {name for name, step in found.items() if step.done} == {
        "Authors",
        "Licence",
        "Repository",
        "Address of the book",
        "Version",
    }
    list(services.write(second))
    git(second, "init", "-q")
    git(second, "add", "--all")
    git(second, "commit", "-q", "-m", "All")
    git(second, "tag", "v0.1.0")
    git(second, "update-ref", "refs/remotes/origin/main", "HEAD")
    found = steps(second)
    assert [name for name, step in found.items() if step.done is False] == ["Book", "Tests", "DOI"]
    assert found["Pages"].write == "https://github.com/Owner/paper/settings/pages"
    edit(second / "data/README.md", "Codebook", "codebook")
    (second / "new.txt").write_text("")
    found = steps(second)
    assert not found["Commits"].done and "(data/README.md, new.txt)" in found["Commits"].found


def test_the_book_is_of_these_sources_until_one_changes(second):
    asked = "from pathlib import Path; from bookpress.publish import html; print(html.is_current(Path.cwd()))"
    assert run(second, "-c", asked).stdout == "True\n"
    edit(second / "data/README.md", "Codebook", "codebook")
    assert run(second, "-c", asked).stdout == "False\n"


def test_the_tests_count_only_if_all_passed_of_these_files(tmp_path):
    plugin = 'addopts = "-p bookpress.run.nbval_plugin -p no:cacheprovider"'
    (tmp_path / "pyproject.toml").write_text(f'[tool.pytest.ini_options]\ntestpaths = ["tests"]\n{plugin}\n')
    (tmp_path / "tests").mkdir()
    test = tmp_path / "tests/test_a.py"
    test.write_text("def test_a(): assert 1\n\ndef test_b(): assert 1\n")
    (tmp_path / ".gitignore").write_text("bookpress\n")
    (tmp_path / "bookpress").symlink_to(book.ENGINE)

    def ticked(*arguments: str, status: int = 0) -> bool | None:
        assert run(tmp_path, "-m", "pytest", "-q", *arguments).returncode == status
        return checklist.tested(tmp_path).done

    assert not ticked("-k", "test_a")
    assert ticked("-n", "2")
    edit(test, "assert 1", "assert 0")
    assert not checklist.tested(tmp_path).done and not ticked(status=1)
    edit(test, "assert 0", "assert 1")
    assert checklist.tested(tmp_path).done, "the very files that passed"


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("CITATION.cff", "version: 0.1.0", "version: 0.1.0.dev0", "CITATION.cff:  version: 0.1.0"),
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.0.9"', 'pyproject.toml:  version = "0.1.0"'),
        ("CHANGELOG.md", "[0.1.0]", "[0.0.9]", "CHANGELOG.md:  ## [0.1.0] - 2026-01-01"),
        ("CHANGELOG.md", " - 2026-01-01", "", "CHANGELOG.md:  ## [0.1.0] - 2026-01-01"),
        (".zenodo.json", "2026-01-01", "2025-01-01", '.zenodo.json:  "publication_date": "2026-01-01",'),
        (
            ".zenodo.json",
            "Doe, Jo",
            "Doe, J",
            '.zenodo.json:  "creators": [{"name": "Doe, Jo", "orcid": "0000-0002-1825-0097"}],',
        ),
    ],
)
def test_where_the_version_differs_the_line_is_named(second, file, old, new, line):
    fill(second)
    citation._read.cache_clear()
    list(services.write(second))
    assert steps(second)["Version"].done
    edit(second / file, old, new)
    assert steps(second)["Version"].write == line


def test_this_edition_is_told_that_no_address_is_known():
    found = {
        make(ROOT).name: make(ROOT) for make in (checklist.repository, checklist.base, checklist.licence)
    }
    assert [step.done for step in found.values()] == [False, False, True]
    assert found["Repository"].found.startswith("no address is known")
    places = [place for place, *_ in checklist._package(ROOT, "0")]
    assert places == ["beltroad/__init__.py"]


def test_what_an_author_edited_is_kept(second):
    book.write(second / launch.WORKFLOW, "mine: true\n")
    said = list(services.write(second))
    assert (
        f"{launch.WORKFLOW}: kept, it is yours" in said and ".binder/Dockerfile: written; commit it" in said
    )
    assert (second / launch.WORKFLOW).read_text() == "mine: true\n"
    assert ".binder/Dockerfile: as this command writes it" in services.write(second)


def test_elsewhere_than_on_github_only_binder_is_served(second):
    with (second / "_config.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nrepository:\n  url: https://git.example/owner/paper\n")
    assert [line.partition(":")[0] for line in services.write(second)] == [
        ".binder/Dockerfile",
        ".binder/Dockerfile.dockerignore",
        ".zenodo.json",
    ]
    edit(second / "_config.yml", "  url: https://git", "  path_to_book: book\n  url: https://git")
    assert list(services.write(second)) == [
        "nothing written: services look at the top of a repository, and the book lies in its folder book"
    ]


def test_this_edition_serves_a_reader_with_the_same_container():
    for name in ("Dockerfile", "Dockerfile.dockerignore", "devcontainer.json"):
        assert (ROOT / services.PLACES[name]).read_bytes() == (services.FILES / name).read_bytes(), name


@pytest.mark.parametrize(
    "path", [ROOT / launch.WORKFLOW, services.FILES / "book.yml"], ids=["own", "written"]
)
def test_the_workflow_runs_what_is_there_and_may_publish(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    commands = [line for step in jobs["test"]["steps"] if (line := step.get("run"))]
    assert commands in ([".ci/run"], ["make book test"])
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    named = " ".join(re.findall(r"^make (?!-C)(.*)", "\n".join([*commands, script]), flags=re.M)).split()
    assert {"book", "test"} <= {*named} and {name for name in named if "=" not in name} <= TARGETS | {"lint"}
    assert files.modes(ROOT)[".ci/run"] == files.EXECUTABLE
    assert workflow["permissions"] == {"contents": "read"}
    needed = {"pages": "write", "id-token": "write", "contents": "write", "actions": "read"}
    assert jobs["publish"]["permissions"] == needed and jobs["publish"]["needs"] == "test"
    assert jobs["publish"]["if"] == "github.event_name == 'push'"
    uploaded = [
        step["with"]["path"] for step in jobs["test"]["steps"] if "upload-pages" in step.get("uses", "")
    ]
    assert uploaded == ["_build/html"]


def test_both_workflows_use_the_same_actions():
    own, written = (
        (path.read_text("utf-8")) for path in (ROOT / launch.WORKFLOW, services.FILES / "book.yml")
    )
    assert re.findall("uses: (.*)", own) == re.findall("uses: (.*)", written) != []


def test_the_container_is_made_by_targets_that_are_there():
    text = (services.FILES / "Dockerfile").read_text(encoding="utf-8")
    container = json.loads((services.FILES / "devcontainer.json").read_text(encoding="utf-8"))
    made = re.findall(
        r"make (\S+)", "\n".join([text.partition("# The locked")[2], container["postCreateCommand"]])
    )
    assert made == [".venv/lab/ready", ".venv/ready"] and {*made} <= TARGETS
    groups = tomllib.loads((ROOT / "bookpress/pyproject.toml").read_text(encoding="utf-8"))[
        "dependency-groups"
    ]
    assert any("jupyterlab" in one for one in groups["lab"])


@pytest.mark.parametrize("place", [None, ROOT], ids=["second", "own"])
def test_zenodo_is_told_what_the_citation_says_in_its_own_fields(second, monkeypatch, place):
    if place:
        monkeypatch.setenv("BOOKPRESS_BOOK", str(place))
    else:
        fill(second)
    citation._read.cache_clear()
    told, about = services.zenodo(), citation.edition()
    assert {*told} <= {*ZENODO, "creators", "keywords"}
    for name, form in ZENODO.items():
        assert name not in told or re.fullmatch(form, told[name]), name
    assert (told["title"], told["version"], told["publication_date"]) == (
        about["title"],
        about["version"],
        about["date-released"],
    )
    assert told["license"] == "mit" and "MIT, CC-BY-4.0" in told["notes"]
    assert [one["name"] for one in told["creators"]] == [author.filed for author in citation.authors()]
    if place is None:
        assert told["creators"] == [{"name": "Doe, Jo", "orcid": "0000-0002-1825-0097"}]


def test_this_editions_file_for_zenodo_is_the_one_that_is_written():
    assert json.loads((ROOT / services.ZENODO).read_text(encoding="utf-8")) == services.zenodo()
    assert services.disagreements(ROOT, citation.edition()["version"]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "found Expecting property name enclosed in double quotes: line 1 column 2"),
        ("[]", "found list, expected an object"),
    ],
)
def test_a_file_for_zenodo_that_cannot_be_read_is_refused_in_a_line(second, text, said):
    (second / services.ZENODO).write_text(text)
    done = run(second, "-m", "bookpress", "publish")
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert (second / services.ZENODO).read_text() == text


@pytest.mark.parametrize("root", [None, ROOT], ids=["second", "own"])
def test_the_readme_for_replication_has_every_table_and_exhibit(second, monkeypatch, root):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(root := root or second))
    citation._read.cache_clear()
    text = documents.readme(root)
    described = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]
    rows = [line for line in text.splitlines() if line.startswith("| `data/")]
    for one in described:
        (row,) = [row for row in rows if row.startswith(f"| `data/{one['path']}` ")]
        assert f"| {one['licenses'][0]['title']} | Yes |" in row
        assert f"**{one['licenses'][0]['title']}.** " in text and one["citation"] in text
    for path in book.chapters(root):
        for about, cell, _ in ipynb.exhibits(ipynb.read(path)["cells"]):
            row = f"| {about['label']} | `{path.relative_to(root).as_posix()}` | `{cell['id']}` | `_build/html/{about['id'].split('-')[0]}s/{about['id']}"
            assert text.count(row) == 1, row
    assert "**AUTHOR:** title and authors of the article" in text and "/tmp" not in text
    assert ("minutes" in documents.measured(root)) == (root == ROOT)
    locked = dict(re.findall(r"^([\w-]+)==([\w.]+)", (root / "requirements.txt").read_text(), flags=re.M))
    assert f"  - `pandas` {locked['pandas']}\n" in text
    sources = {file["path"] for one in described for file in one.get("sourceFiles", [])}
    assert {*re.findall(r"^\| `([^`]+)` \|.* No \|$", text, flags=re.M)} == sources


def test_a_codechecker_gets_every_exhibit_and_what_is_known_of_the_article(second):
    known = yaml.safe_load(documents.codecheck(second))
    assert known["paper"] == {
        "title": "FIXME",
        "authors": [{"name": "FIXME", "ORCID": "FIXME"}],
        "reference": "FIXME",
    }
    assert [one["file"] for one in known["manifest"]] == [
        "_build/html/tables/table-1.csv",
        "_build/html/figures/figure-1.svg",
    ]
    assert all((second / one["file"]).is_file() and one["comment"] for one in known["manifest"])
    assert not {"codechecker", "certificate", "report", "repository"} & {*known}
    with (second / "CITATION.cff").open("a", encoding="utf-8") as file:
        file.write(
            "preferred-citation:\n  type: article\n  title: 'On: planets'\n  doi: 10.1234/any\n  authors:\n    - family-names: Doe\n      given-names: Jo\n      orcid: https://orcid.org/0000-0002-1825-0097\n"
        )
    citation._read.cache_clear()
    text = documents.codecheck(second)
    assert text.startswith("---\n") and "/tmp" not in text
    assert yaml.safe_load(text)["paper"] == {
        "title": "On: planets",
        "authors": [{"name": "Jo Doe", "ORCID": "0000-0002-1825-0097"}],
        "reference": "https://doi.org/10.1234/any",
    }
    assert "# Data and code for “On: planets” by Jo Doe\n" in documents.readme(second)


def test_github_is_told_to_leave_the_published_folder_as_it_is(second_book):
    assert (second_book / "_build/html/.nojekyll").read_bytes() == b""
