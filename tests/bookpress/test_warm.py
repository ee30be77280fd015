"""Forked kernels: the same as those that start cold, alone with their state, and nothing left of them."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bookpress.run import kernels, runner, warm
from shared import CHAPTERS, ROOT, write_notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture
def own(monkeypatch):
    """A warm process of this test's own."""
    monkeypatch.delenv(warm.NAME, raising=False)
    with warm.Warm() as process:
        yield process


def executed(path: Path, *, cold: bool = False) -> tuple[list, bool]:
    """Return the outputs of a notebook, and whether its kernel was forked."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, kernel_manager_class=kernels.AsyncManager, record_timing=False, timeout=120, resources=where
    )
    forked = []
    launch = kernels.Provisioner.launch_kernel

    async def watched(self, *arguments, **options):
        information = await launch(self, *arguments, **options)
        forked.append(isinstance(self.process, warm.Forked))
        return information

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels.Provisioner, "launch_kernel", watched)
        if cold:
            patch.setenv(warm.NAME, "0")
        client.execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"], forked == [True]


PROBES = [
    "import sys, os, random, numpy, pandas, matplotlib\n"
    "import matplotlib.pyplot as plt\n"
    "(sys.argv[0].rpartition('/')[2], sys.path, os.getcwd(), __name__, sys.stdin.read())",
    "pandas.DataFrame({f'a_long_name_of_column_{i}': [1.0] for i in range(9)})",
    "plt.plot([1, 2]); plt.gcf().get_size_inches(), matplotlib.get_backend(), matplotlib.rcParams['backend']",
    "sorted(name for name in sys.modules if name.startswith('bookpress'))",
    "pandas.get_option('display.max_columns'), matplotlib.is_interactive(), plt.get_fignums()",
    "sys.stderr.write('told'); print(1)\nget_ipython().history_manager.hist_file, os.getpid() == os.getsid(0)",
    "sorted({**os.environ, 'JPY_PARENT_PID': '', 'BOOKPRESS_WARM': ''}.items())",
]


def test_a_forked_kernel_answers_as_a_cold_one(own, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    path = write_notebook(tmp_path / "probe.ipynb", PROBES)
    forked, was_forked = executed(path)
    cold, was_cold = executed(path, cold=True)
    assert was_forked and not was_cold
    assert json.loads(json.dumps(forked)) == json.loads(json.dumps(cold))


def test_a_chapter_gives_the_same_bytes_forked_and_cold(own):
    """One with figures, tables, intervals and ranks; `make twice` compares whole books."""
    path = next(path for path in CHAPTERS if path.stem == "3-1-barriers")
    forked, was_forked = executed(path)
    cold, was_cold = executed(path, cold=True)
    assert was_forked and not was_cold
    assert json.dumps(forked) == json.dumps(cold)


def test_no_random_state_is_shared(own, tmp_path):
    path = write_notebook(
        tmp_path / "draw.ipynb",
        [
            "import random, numpy, uuid, tempfile\nrandom.random(), numpy.random.random(), uuid.uuid4(), tempfile.mktemp()"
        ],
    )
    drawn = [executed(path)[0][0][0]["data"]["text/plain"].split(", ") for _ in range(3)]
    for values in zip(*drawn, strict=True):
        assert len(set(values)) == 3


def fork(code: str, **env: str) -> warm.Forked:
    """Ask for a kernel that cannot start, or do what a kernel never does, to see what becomes of it."""
    command = [sys.executable, "-m", "ipykernel_launcher", code]
    return warm.Forked(command, cwd="/", env={**os.environ, **env})


def test_a_kernel_that_ends_by_itself_tells_how(own):
    broken = fork("--no-such-option=1")
    assert broken.wait(30) == 2
    assert broken.poll() == 2


def test_signals_reach_a_kernel_and_a_closed_connection_ends_it(own):
    one, two = fork("--log-level=ERROR"), fork("--log-level=ERROR")
    assert one.poll() is None
    one.send_signal(signal.SIGKILL)
    assert one.wait(10) == -signal.SIGKILL
    two._socket.close()
    end = time.monotonic() + 10
    while Path(f"/proc/{two.pid}").exists():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_settings_that_python_reads_at_its_start_are_not_ignored(own):
    with pytest.raises(warm.Refused, match="PYTHONHASHSEED"):
        fork("", PYTHONHASHSEED="12345")
    with pytest.raises(warm.Refused, match="the warm process is"):
        warm.Forked(["/another/python", "-m", "ipykernel_launcher"], cwd="/", env=dict(os.environ))


def test_what_was_refused_starts_cold(own, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "12345")
    outputs, forked = executed(write_notebook(tmp_path / "a.ipynb", ["6 * 7"]))
    assert outputs[0][0]["data"]["text/plain"] == "42" and not forked


def test_a_process_with_a_second_thread_is_never_forked(tmp_path):
    code = (
        "import threading, json, socket\nfrom bookpress.run import zygote\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "server = zygote.Server(socket.socket(socket.AF_UNIX))\n"
        "print(server.refusal({'argv': [], 'env': {}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.PIPE
    )
    assert done.stdout == "2 threads run in the warm process, expected one\n", done.stderr


def test_it_can_be_switched_off_and_is_not_started_twice(monkeypatch):
    monkeypatch.setenv(warm.NAME, "0")
    with warm.Warm() as none:
        assert none.process is None and not warm.address()
    monkeypatch.delenv(warm.NAME)
    monkeypatch.setattr(sys, "platform", "darwin")
    with warm.Warm() as none:
        assert none.process is None and not warm.address()
    monkeypatch.setattr(sys, "platform", "linux")
    with warm.Warm() as first, warm.Warm() as second:
        assert first.process and second.process is None
        where = warm.address()
        assert where
    assert not Path(where).parent.exists() and not warm.address()


def test_a_book_is_built_although_the_warm_process_dies_with_its_kernels(own, tmp_path, capsys):
    """The chapter itself ends the process that its kernel was forked from; in the second run it cannot."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    path = write_notebook(
        tmp_path / "index.ipynb",
        [
            "import os, time\n"
            "if not os.path.exists('done'):\n"
            "    open('done', 'w').close()\n"
            f"    os.kill({own.process.pid}, 9)\n"
            "    time.sleep(60)\n"
            "'whole'"
        ],
    )
    found = runner.finish(runner.up_to_date([path], tmp_path))
    assert found[path].outputs[0]["outputs"][0]["data"]["text/plain"] == "'whole'"
    assert capsys.readouterr().out.count("The warm process is gone") == 1


def test_a_warm_process_that_dies_before_it_answers(own, tmp_path, capsys):
    own.process.kill()
    own.process.wait()
    outputs, forked = executed(write_notebook(tmp_path / "a.ipynb", ["6 * 7"]))
    assert outputs[0][0]["data"]["text/plain"] == "42" and not forked
    assert capsys.readouterr().out.startswith("The warm process is gone")


def test_settings_of_matplotlib_beside_a_chapter_are_heeded(own, tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 9, 9")
    path = write_notebook(tmp_path / "a.ipynb", ["import matplotlib as m\nm.rcParams['figure.figsize'][0]"])
    outputs, forked = executed(path)
    assert outputs[0][0]["data"]["text/plain"] == "9.0" and not forked


def test_a_warm_process_that_dies_while_a_kernel_starts(own, tmp_path, monkeypatch, capsys):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    path = write_notebook(tmp_path / "index.ipynb", ["6 * 7"])
    made = warm.Forked.__init__

    def dying(self, *arguments, **options):
        made(self, *arguments, **options)
        own.process.kill()
        own.process.wait()

    monkeypatch.setattr(warm.Forked, "__init__", dying)
    register, unregister = atexit.register, atexit.unregister
    left: list = []
    gone: list = []
    monkeypatch.setattr(atexit, "register", lambda last: left.append(last) or register(last))
    monkeypatch.setattr(atexit, "unregister", lambda last: gone.append(last) or unregister(last))
    found = runner.finish(runner.up_to_date([path], tmp_path))
    assert found[path].outputs[0]["outputs"][0]["data"]["text/plain"] == "42"
    assert "The warm process is gone" in capsys.readouterr().out
    # What is left would be cleaned up again, and fail to be, when Python ends.
    mine = [last for last in left if isinstance(getattr(last, "__self__", None), NotebookClient)]
    assert mine and not [last for last in mine if last not in gone]
