"""Forked kernels: the same as those that start by themselves, alone with their state, and nothing left of them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bookpress.edition.book import ENGINE
from bookpress.run import kernels, stored
from bookpress.run.kernels import forks, managers
from shared import CHAPTERS, ROOT
from small import write_notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def executed(path: Path, **environment: str) -> tuple[list, bool]:
    """Return the outputs of a notebook, and whether its kernel is still the fork that it began as."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(
        nbformat.v4.new_code_cell("import sys; 'bookpress.run.kernels.preload' in sys.orig_argv[-1]")
    )
    client = NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        record_timing=False,
        timeout=120,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env={**os.environ, **environment})
    *outputs, [forked] = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return json.loads(json.dumps(outputs)), forked["data"]["text/plain"] == "True"


@pytest.fixture
def cold(monkeypatch):
    """Kernels that start as Jupyter starts them."""

    def run(path: Path) -> list:
        with monkeypatch.context() as patch:
            patch.setattr(managers, "can_fork", lambda command: False)
            outputs, forked = executed(path)
        assert not forked
        return outputs

    return run


PROBES = [
    "import sys, os, random, numpy, pandas, matplotlib\n"
    "import matplotlib.pyplot as plt\n"
    "(sys.argv[0].rpartition('/')[2], sys.path, os.getcwd(), __name__, sys.stdin.read())",
    "pandas.DataFrame({f'a_long_name_of_column_{i}': [1.0] for i in range(9)})",
    "plt.plot([1, 2]); plt.gcf().get_size_inches(), matplotlib.get_backend(), matplotlib.rcParams['backend']",
    "sorted(name for name in sys.modules if name.startswith('bookpress'))",
    "pandas.get_option('display.max_columns'), matplotlib.is_interactive(), plt.get_fignums()",
    "sys.stderr.write('told'); print(1)\nget_ipython().history_manager.hist_file, os.getpid() == os.getsid(0)",
    "sorted({**os.environ, 'JPY_PARENT_PID': ''}.items())",
    "import multiprocessing as m\nwith m.get_context('fork').Pool(1) as pool: told = pool.map(abs, [-1])\ntold",
]


def test_a_forked_kernel_answers_as_a_cold_one(cold, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    path = write_notebook(tmp_path / "probe.ipynb", PROBES)
    outputs, forked = executed(path)
    assert forked and outputs == cold(path)


def test_a_chapter_gives_the_same_bytes_forked_and_cold(cold):
    """One with figures, tables, intervals and ranks, stored by a fork; `python -m lab twice` compares whole books."""
    path = next(path for path in CHAPTERS if path.stem == "3-1-barriers")
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, outputs in zip(code, cold(path), strict=True):
        cell.outputs = outputs
    assert stored.text(notebook) == path.read_text(encoding="utf-8")


def test_no_random_state_is_shared(tmp_path):
    draw = "random.random(), numpy.random.random(), uuid.uuid4(), tempfile.mktemp()"
    path = write_notebook(tmp_path / "random.ipynb", [f"import random, numpy, uuid, tempfile\n{draw}"])
    drawn = [executed(path)[0][0][0]["data"]["text/plain"].split(", ") for _ in range(2)]
    assert all(one != two for one, two in zip(*drawn, strict=True))


def test_settings_that_a_program_reads_when_it_starts_are_heeded(tmp_path):
    code = "import matplotlib, os\nmatplotlib.rcParams['figure.figsize'][0], os.environ.get('PYTHONHASHSEED')"
    path = write_notebook(tmp_path / "a.ipynb", [code])
    outputs, forked = executed(path, PYTHONHASHSEED="12345")
    assert outputs[0][0]["data"]["text/plain"].endswith("'12345')") and not forked
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 9, 9")
    outputs, forked = executed(path)
    assert outputs[0][0]["data"]["text/plain"].startswith("(9.0") and not forked


def forked(*arguments: str) -> kernels.Forked:
    """Fork a kernel as the provisioner does."""
    process = kernels.Forked([*kernels.PROGRAM, *arguments], "/", dict(os.environ))
    process.start()
    return process


def test_start_up_files_of_a_person_are_not_run():
    ours = forks.environment({"IPYTHONDIR": "/home/somebody/.ipython", "HOME": "/home/somebody"})[
        "IPYTHONDIR"
    ]
    assert Path(ours).is_relative_to(sys.prefix)


def test_a_kernel_that_ends_tells_how():
    broken = forked("--no-such-option=1")
    assert broken.wait(60) == 2 and broken.poll() == 2
    broken.send_signal(signal.SIGTERM)  # which nobody hears
    killed = forked(*kernels.ARGUMENTS)
    assert killed.poll() is None
    killed.kill()
    assert killed.wait(60) == -signal.SIGKILL


def test_a_fork_server_that_cannot_be_had_is_done_without(tmp_path, monkeypatch):
    def start(self):
        raise EOFError

    monkeypatch.setattr(kernels.Forked, "start", start)
    outputs, forked = executed(write_notebook(tmp_path / "a.ipynb", ["6 * 7"]))
    assert outputs[0][0]["data"]["text/plain"] == "42" and not forked


def test_only_the_kernel_of_this_python_is_forked(monkeypatch):
    command = [*kernels.PROGRAM, "-f", "x"]
    assert forks.can_fork(command)
    assert not forks.can_fork(["/another/python", *command[1:]])
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not forks.can_fork(command)


def test_a_fork_runs_nothing_of_the_program_that_started_it(tmp_path):
    """Such as the installed commands: what they import would be recorded as code that the chapter used."""
    write_notebook(tmp_path / "a.ipynb", ["import sys; 'wave' in sys.modules"])
    program = tmp_path / "program"
    program.write_text(
        "import sys, wave\n"
        f"sys.path[:0] = {[str(Path(__file__).parent), str(ROOT / 'tests'), str(ROOT / 'bookpress/tests'), str(ROOT)]!r}\n"
        "from pathlib import Path\n"
        "from test_kernels import executed, kernels\n"
        "kernels.name_imports()\n"
        "print(*executed(Path(sys.argv[1])))\n",
        encoding="utf-8",
    )
    command = [sys.executable, program, tmp_path / "a.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "'text/plain': 'False'" in done.stdout and done.stdout.count("text/plain") == 1, done.stderr
    assert done.stdout.rstrip().endswith("True"), "it was forked"


def test_kernels_that_start_at_once_share_no_address():
    one, two = kernels.AsyncManager(), kernels.Manager()
    assert one.transport == two.transport == ("ipc" if os.name == "posix" else "tcp")
    assert os.name != "posix" or one.ip != two.ip


LISTENING = """
import multiprocessing, os, psutil
{open}
with multiprocessing.get_context("fork").Pool(1) as pool:
    pool.map(print, ["from a child process"])
[c for c in psutil.Process().net_connections("inet") if c.status == psutil.CONN_LISTEN]
"""


@pytest.mark.skipif(os.name != "posix", reason="sockets are files on POSIX systems only")
@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_has_no_port_and_its_child_processes_are_heard(tmp_path, monkeypatch, forks):
    if not forks:
        monkeypatch.setattr(managers, "can_fork", lambda command: False)
    path = write_notebook(tmp_path / "ports.ipynb", [LISTENING.format(open="")])
    outputs, forked = executed(path)
    *told, ports = outputs[0]
    said = "".join(one["text"] for one in told if one["name"] == "stdout")
    assert forked == forks and said == "from a child process\n" and ports["data"]["text/plain"] == "[]"


def test_a_port_would_be_seen(tmp_path):
    opened = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()"
    outputs, _ = executed(write_notebook(tmp_path / "ports.ipynb", [LISTENING.format(open=opened)]))
    assert "127.0.0.1" in outputs[0][-1]["data"]["text/plain"]


IMPORTS = """
import importlib.abc, sys, threading
from pathlib import Path
from bookpress.run import ipynb, runner

class Noted(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if threading.current_thread() is not threading.main_thread():
            print(name)

sys.meta_path.insert(0, Noted())
root, scratch = Path(sys.argv[1]), Path(sys.argv[2])
runner.finish(runner.run_all([root / "index.ipynb"], lambda path: runner.run(path, root, scratch)))
"""


def test_the_thread_that_runs_chapters_imports_nothing_that_sphinx_does(second_book, tmp_path):
    """Python gives a module that two threads import at once to one of them before it is whole."""
    command = [sys.executable, "-c", IMPORTS, str(second_book), str(tmp_path)]
    done = subprocess.run(command, cwd=second_book, capture_output=True, text=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert done.returncode == 0 and not packages - {*sys.stdlib_module_names}, done.stdout + done.stderr


def test_a_kernel_that_a_user_describes_under_the_same_name_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / "kernels/python3").mkdir(parents=True)
    described = {"argv": ["/bin/false"], "display_name": "Mine", "language": "python"}
    (tmp_path / "kernels/python3/kernel.json").write_text(json.dumps(described))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    outputs, _ = executed(write_notebook(tmp_path / "a.ipynb", ["6 * 7"]))
    assert outputs[0][0]["data"]["text/plain"] == "42"


RUN = """
import sys
from pathlib import Path
from bookpress.run import runner

path, scratch = map(Path, sys.argv[1:])
print(runner.finish(runner.run_all([path], lambda path: runner.run(path, Path.cwd(), scratch))))
"""


def test_a_copied_folder_runs_its_own_packages(tmp_path, monkeypatch):
    """A chapter has the packages of its book, and the engine that runs it, whatever the environment knows."""
    shutil.copytree(
        ENGINE, tmp_path / "bookpress/src/bookpress", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "beltroad", tmp_path / "beltroad", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: where\n")
    (tmp_path / "requirements.txt").touch()
    code = "import beltroad, bookpress; print(beltroad.__file__, bookpress.__file__)"
    path = write_notebook(tmp_path / "where.ipynb", [code])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "bookpress/src"))
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", RUN, str(path), str(tmp_path / "scratch")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    told = [tmp_path / "beltroad/__init__.py", tmp_path / "bookpress/src/bookpress/__init__.py"]
    assert " ".join(map(str, told)) in done.stdout, done.stdout + done.stderr


def test_a_copied_environment_leads_to_the_packages_beside_it():
    """Set-up names where the book's own packages lie from the environment: a copy of both has its own."""
    home = Path(sysconfig.get_path("purelib"))
    named = [path.read_text().strip() for path in home.glob("__editable__.*.pth")]
    if not home.is_relative_to(ROOT):
        pytest.skip("the environment is not this folder's own")
    assert not any(Path(one).is_absolute() for one in named)
    assert {(home / one).resolve() for one in named} == {ROOT, ROOT / "bookpress/src"}
