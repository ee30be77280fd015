"""A reader who has only the built book: its notebooks and its two wheels, in a new folder with an environment of its own.

Not part of `make test`, since packages are installed anew: `make test SUITE=anywhere` builds the book and runs this.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from bookpress.edition import files
from bookpress.publish import beside
from shared import CHAPTERS, ROOT

HTML = ROOT / "_build" / "html"
NAMES = [path.relative_to(ROOT).as_posix() for path in CHAPTERS]
OURS = ("PYTHON", "BOOKPRESS", "IPYTHON")
ENV = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess:
    parts = [str(part) for part in command]
    return subprocess.run(parts, cwd=folder, env=ENV, capture_output=True, text=True)


def well(done: subprocess.CompletedProcess) -> subprocess.CompletedProcess:
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def uv(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    return run(folder, Path(sys.executable).with_name("uv"), *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What the page of a chapter says: notebook, both wheels and versions in one folder, which may have any name."""
    folder = tmp_path_factory.mktemp("a reader's") / "földér of mine"
    folder.mkdir()
    for name in [*NAMES, beside.CONSTRAINTS]:
        shutil.copy(HTML / name, folder)
    wheels = [Path(shutil.copy(path, folder)) for path in HTML.glob("*.whl")]
    assert [path.name.partition("-")[0] for path in sorted(wheels)] == ["beltroad", "bookpress"]
    well(uv(folder, "venv", "--quiet", "--python", sys.executable, "rerun"))
    into = ["--quiet", "--python", "rerun"]
    well(
        uv(
            folder,
            "pip",
            "install",
            *into,
            *(f"./{path.name}" for path in wheels),
            "--constraint",
            beside.CONSTRAINTS,
        )
    )
    return folder


@pytest.fixture(scope="module")
def ran(folder) -> dict[str, dict]:
    """Every notebook as it is after the reader's own Jupyter ran it."""

    # One after another: two kernels that start at once may choose the same TCP port.
    stored = {name: folder / f"ran-{Path(name).name}" for name in NAMES}
    names = [Path(name).name for name in NAMES]
    well(run(folder, "rerun/bin/jupyter", "execute", *names, "--output=ran-{notebook_name}"))
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in stored.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_gives_what_its_page_shows(ran, name):
    given = json.loads((HTML / name).read_text(encoding="utf-8"))
    for cell, now in zip(given["cells"], ran[name]["cells"], strict=True):
        assert now.get("outputs") == cell.get("outputs"), cell["id"]


def test_its_exhibits_are_those_of_the_book_to_the_byte(folder, ran):
    made = {path.relative_to(folder / "exhibits"): path for path in files.below(folder / "exhibits")}
    shown = {path.relative_to(HTML) for kind in ("figures", "tables") for path in files.below(HTML / kind)}
    assert set(made) == shown
    moved = [place for place, path in made.items() if path.read_bytes() != (HTML / place).read_bytes()]
    assert not moved


def test_a_figure_and_a_notebook_are_verified_with_the_wheel_alone(folder):
    installed = next((folder / "rerun").glob("lib/python*/site-packages/beltroad/installed"))
    before = files.digests(installed)
    for kind in ("figures/figure-1.svg", "tables/table-1.csv", "tables/table-1.csv-metadata.json"):
        shutil.copy(HTML / kind, folder)
    copied = ["figure-1.svg", "table-1.csv", "1-introduction.ipynb"]
    done = well(run(folder, "rerun/bin/python", "-m", "beltroad", "verify", *copied))
    assert "3 of 3 identical" in done.stdout
    assert files.digests(installed) == before


def test_a_script_gives_the_same_numbers(folder, tmp_path):
    shutil.copy(HTML / "chapters/2-1-export-pattern.py", tmp_path)
    well(run(tmp_path, folder / "rerun/bin/python", "2-1-export-pattern.py"))
    made = (tmp_path / "exhibits/figures/figure-1.csv").read_bytes()
    assert made == (HTML / "figures/figure-1.csv").read_bytes()


def required(wheel: Path) -> list[str]:
    """Return what a wheel needs, without its extras."""
    with zipfile.ZipFile(wheel) as packed:
        (about,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        lines = packed.read(about).decode().splitlines()
    needs = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    return [need for need in needs if "extra ==" not in need]


def test_the_lowest_versions_that_the_wheel_allows_run_the_chapters(folder):
    """Other versions may draw otherwise; a chapter that stops, or that reaches another verdict, is a fault."""
    environment = folder / "lowest"
    well(uv(folder, "venv", "--quiet", "--python", sys.executable, environment))
    into = ["--quiet", "--python", environment]
    wheels = [*folder.glob("*.whl")]
    needed = [need for path in wheels for need in required(path) if not need.startswith("bookpress")]
    well(uv(folder, "pip", "install", *into, "--resolution", "lowest-direct", *needed))
    well(uv(folder, "pip", "install", *into, "--no-deps", *wheels))
    asked = ["2-1-export-pattern.ipynb", "3-2-trade-system.ipynb"]
    done = run(folder, "lowest/bin/python", "-m", "bookpress", "verify", *asked)
    lines = [line for line in done.stdout.splitlines() if ".ipynb" in line]
    assert [line.split()[0] for line in lines] == ["moved"] * len(asked), done.stdout + done.stderr
    assert all("package pandas " in line and "now stops" not in line for line in lines), done.stdout


def test_an_older_python_is_refused(folder, tmp_path):
    (wheel,) = folder.glob("beltroad-*.whl")
    (tmp_path / "asked.in").write_text(f"beltroad @ {wheel.as_uri()}\n")
    done = uv(tmp_path, "pip", "compile", "--quiet", "--no-deps", "--python-version", "3.10", "asked.in")
    assert done.returncode and "Python>=3.11" in done.stderr


def test_nothing_names_the_machine_that_made_it(folder):
    texts = {}
    for wheel in HTML.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            texts |= {name: packed.read(name) for name in packed.namelist()}
    texts |= {path.name: path.read_bytes() for path in HTML.rglob("*.ipynb")}
    texts |= {path.name: path.read_bytes() for path in HTML.rglob("*.py")}
    for name, content in texts.items():
        for place in (ROOT, Path(sys.executable).parent, tempfile.gettempdir()):
            assert str(place).encode() not in content, name
