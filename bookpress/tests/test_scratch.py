"""Scratch folders: what a killed process left is removed, and nothing else is."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bookpress.edition import scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no file is locked so there")
# Makes a folder, says which, and waits to be ended.
HOLDS = "from bookpress.edition import scratch; f = scratch.Folder(); print(f.name, flush=True); input()"


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Let temporary files lie in a folder of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def held(program: str = HOLDS) -> tuple[subprocess.Popen, Path]:
    """Start a process that holds a scratch folder; return both."""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(tmp_path):
    (killed, left), (living, used) = held(), held()
    (left / "file").touch()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.exists() and used.exists()
    with scratch.Folder() as mine:
        assert set(tmp_path.iterdir()) == {used, Path(mine)}
    living.communicate("\n")
    assert not list(tmp_path.iterdir())


def test_a_folder_stays_while_the_program_lives_that_its_process_has_become(tmp_path):
    becomes = HOLDS.replace("input()", "import os; os.execv('/bin/cat', ['cat'])")
    process, folder = held(becomes)
    with scratch.Folder():
        assert folder.exists()
    process.communicate("")
    with scratch.Folder():
        assert not folder.exists()


def test_a_folder_of_the_same_name_that_a_person_made_stays(tmp_path):
    (tmp_path / "bookpress-edition2").mkdir()
    with scratch.Folder():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["bookpress-edition2"]


@pytest.mark.parametrize("library", ["", "import multiprocessing.util as m; m.get_temp_dir()"])
@pytest.mark.parametrize("known", [True, False])
def test_all_temporary_files_of_a_command_lie_in_one_folder_that_goes_with_it(tmp_path, library, known):
    program = f"""
import os, subprocess, sys, tempfile
from bookpress.edition import scratch
given = os.environ.get("TMPDIR")
with scratch.own():
    {library}
    print(tempfile.mkdtemp())
    subprocess.run([sys.executable, "-c", "import tempfile; print(tempfile.mkdtemp())"])
assert os.environ.get("TMPDIR") == given
"""
    env = {name: value for name, value in os.environ.items() if known or name != "TMPDIR"}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = {Path(made).parent for made in done.stdout.split()}
    assert folder.name.startswith(scratch.PREFIX) and not folder.exists()
    assert not known or not list(tmp_path.iterdir())
