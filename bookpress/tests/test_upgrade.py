"""A book gets a newer engine: what moves is said, nothing but the engine's files is rewritten, and what cannot be is refused."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bookpress import __version__
from bookpress.cli import upgrade
from bookpress.edition import book, files
from bookpress.publish import wheel
from small import edit

NEWER, OLDER = "1.9.0", "0.9.0"
# Set-up would fetch packages: a test's engine is unpacked instead, and the rest of the target is carried out as it stands.
MAKE = """#!/bin/sh
set -e
[ "$1" = .venv/ready ] && exec "$PYTHON" -c "import zipfile, glob; zipfile.ZipFile(*glob.glob('vendor/*.whl')).extractall('.venv')"
export PYTHONPATH="$PWD:$PWD/.venv"
"$PYTHON" -m recording
"$PYTHON" -m bookpress judge
"$PYTHON" -m recording
exec "$PYTHON" -m bookpress refresh
"""


def made(folder: Path, version: str, **changes: tuple[str, str]) -> Path:
    """Return the wheel of an engine of another version, with one text replaced in each of the modules named."""
    sources = folder / f"engine-{version}"
    shutil.copytree(
        wheel.SOURCES, sources, ignore=shutil.ignore_patterns("__pycache__", "tests", "*.egg-info")
    )
    package = sources / "src" / book.ENGINE.name
    edit(package / "edition/book.py", __version__, version)
    for place, (old, new) in changes.items():
        edit(package / place, old, new)
    done = subprocess.run(
        [sys.executable, "-c", wheel.BUILD, str(folder)], cwd=sources, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob(f"*-{version}-*.whl")
    return found


@pytest.fixture(scope="module")
def engines(tmp_path_factory) -> dict[str, Path]:
    """Three engines: one that only has another number, an older one, and one that draws otherwise."""
    folder = tmp_path_factory.mktemp("engines")
    moved = {"edition.mplstyle": ("4.8, 3.4", "4.8, 4")}
    return {
        "newer": made(folder, NEWER),
        "older": made(folder, OLDER),
        "other": made(folder, "2.0.0", **moved),
    }


@pytest.fixture
def root(second_book, tmp_path) -> Path:
    """A copy of the small book, and a stand-in for make's set-up."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "make").write_text(MAKE)
    (programs / "make").chmod(0o755)
    return Path(shutil.copytree(second_book, tmp_path / "book", ignore=shutil.ignore_patterns("_build")))


def started(root: Path, *words: object) -> subprocess.Popen:
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOOKPRESS")}
    env |= {"PATH": f"{root.with_name('programs')}{os.pathsep}{env['PATH']}", "PYTHON": sys.executable}
    env |= {"PYTHONPATH": str(book.ENGINE.parent), "TMPDIR": str(root.parent)}
    command = [sys.executable, "-m", "bookpress", "upgrade", *map(str, words)]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=root, env=env, **kept)


def asked(root: Path, *words: object) -> tuple[int, str, str]:
    process = started(root, *words)
    said = process.communicate()
    return process.returncode, *said


def test_only_what_the_engine_owns_is_rewritten_and_what_moved_is_said(root, engines):
    before = files.digests(root)
    status, said, faults = asked(root, engines["newer"])
    assert (status, faults) == (0, ""), said
    assert f"vendor: engine {__version__} → {NEWER}" in said
    assert "2 exhibits: 2 unchanged; 0 verdicts of 1 claim moved" in said
    after = files.digests(root)
    old, new = (f"vendor/bookpress-{number}-py3-none-any.whl" for number in (__version__, NEWER))
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    assert changed == {old, new, "requirements.txt", "vendor/requirements.txt"}
    content = engines["newer"].read_bytes()
    assert (root / new).read_bytes() == content and not (root / old).exists()
    lock = (root / book.LOCK).read_text(encoding="utf-8")
    assert (
        f"./{new} \\\n    --hash=sha256:{book.sha256(content)}\n" in lock and __version__ + "-py3" not in lock
    )
    assert asked(root, root / new)[:2] == (0, f"vendor: engine {NEWER} is the same; nothing to do\n")


def test_a_figure_that_comes_out_otherwise_is_named(root, engines):
    before = files.digests(root / "chapters")
    status, said, faults = asked(root, engines["other"])
    assert (status, faults) == (1, "")
    assert "moved: Figure 1" in said and f"package bookpress {__version__} → 2.0.0" in said
    assert files.digests(root / "chapters") == before, "the author stores the outputs"


def refused(root: Path, *words: object) -> str:
    """Return the one line with which an upgrade is refused; nothing was changed."""
    before = files.digests(root)
    status, said, faults = asked(root, *words)
    assert (status, said, faults.count("\n")) == (2, "", 1), said + faults
    assert files.digests(root) == before
    return faults


def test_what_cannot_be_is_refused(root, engines, tmp_path):
    expected = f"found an older engine, expected {__version__} or newer"
    assert refused(root, engines["older"]) == f"bookpress: {engines['older'].name}: {expected}\n"
    (tmp_path / "text.whl").write_text("no wheel")
    assert "text.whl: found another file, expected a wheel of the engine" in refused(
        root, tmp_path / "text.whl"
    )
    with zipfile.ZipFile(tmp_path / "other-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr("other-1.0.dist-info/METADATA", "Name: other\n")
    assert "found another file" in refused(root, tmp_path / "other-1.0-py3-none-any.whl")
    renamed = Path(shutil.copy(engines["newer"], tmp_path / "engine.whl"))
    assert f"expected bookpress-{NEWER}-py3-none-any.whl" in refused(root, renamed)
    assert "none.whl: No such file" in refused(root, tmp_path / "none.whl")
    edit(root / "vendor/book.mk", "help:", "help: mine")
    (root / "vendor/uv.sh").unlink()
    assert "found edited: vendor/book.mk, vendor/uv.sh; expected" in refused(root, engines["newer"])


def test_an_engine_that_does_not_run_the_book_changes_nothing(root, tmp_path):
    broken = made(tmp_path, NEWER, **{"tables/reading.py": ("def read(", "def no(")})
    before = files.digests(root)
    status, _, faults = asked(root, broken)
    assert status == 2 and files.digests(root) == before
    assert (
        "the new engine does not run this book: `make verdicts` failed" in faults
        and "nothing was changed" in faults
    )


def test_an_interrupted_upgrade_leaves_the_old_engine_whole(root, engines):
    before = files.digests(root)
    process = started(root, engines["newer"])
    assert "Trying engine" in process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, faults = process.communicate()
    assert process.returncode == 130 and "interrupted; every file is whole" in faults
    assert files.digests(root) == before


def test_what_the_book_added_to_the_lock_stays():
    was = (
        "# a comment\nnumpy==2.1 \\\n    --hash=sha256:a\npandas==3.0 \\\n    --hash=sha256:b\n    # via x\n"
    )
    added = (
        "scipy==1.17 ; python_version < '3.12' \\\n    --hash=sha256:c\nscipy==1.18 \\\n    --hash=sha256:d\n"
    )
    pins = "pandas==3.1 \\\n    --hash=sha256:e\n./vendor/bookpress-2.0-py3-none-any.whl \\\n    --hash=sha256:f\n"
    new = upgrade.Engine(Path("bookpress-2.0-py3-none-any.whl"), "2.0", {book.LOCK: pins.encode()})
    old = "./vendor/bookpress-1.0-py3-none-any.whl \\\n    --hash=sha256:0\n"
    assert upgrade.relocked(was + old, was + old, new) == pins
    found = upgrade.relocked(was + added + old, was + old, new)
    assert [line for line in found.splitlines() if line[0] != " "] == [
        "./vendor/bookpress-2.0-py3-none-any.whl \\",
        "numpy==2.1 \\",
        "pandas==3.1 \\",
        "scipy==1.17 ; python_version < '3.12' \\",
        "scipy==1.18 \\",
    ]
    assert "#" not in found and "sha256:b" not in found and "sha256:0" not in found
