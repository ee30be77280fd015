"""JupyterLab as `make lab` starts it: a run and a save leave a chapter as it was stored, and nothing else anywhere."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from uuid import uuid4

import nbformat
import psutil
import pytest
from jupyter_client import BlockingKernelClient
from nbformat.sign import NotebookNotary

from bookpress.cli import lab
from bookpress.edition import book, files
from bookpress.run import kernels
from shared import ROOT
from small import read_notebook

READY = (ROOT / lab.HOME / "ready").is_file()
set_up = pytest.mark.skipif(
    not READY, reason="JupyterLab is not set up; `make test SUITE=lab` does and runs this"
)
CHAPTER = "chapters/1-introduction.ipynb"  # tables, figures, claims and text
COPIED = ("data", "beltroad", "chapters", "CITATION.cff", "requirements.txt", "pyproject.toml")


class Server:
    """A running JupyterLab, asked as its page asks it."""

    def __init__(self, root: Path, home: Path) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("BOOKPRESS")}
        # Whoever is to be shown the page is content; whatever a user's folder gets is seen.
        env |= {"HOME": str(home), "BROWSER": "true", "PYTHONPATH": str(root)}
        self.log = home.with_name("log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bookpress", "lab"], cwd=root, env=env, stdout=log, stderr=log
            )
        self.runtime = root / lab.HOME / "runtime"
        said = self.runtime / f"jpserver-{self.process.pid}.json"
        for _ in range(600):
            if self.process.poll() is None and not said.is_file():
                time.sleep(0.1)
        assert said.is_file(), self.log.read_text()
        about = {}
        while not about:
            with contextlib.suppress(ValueError):  # while it is written
                about = json.loads(said.read_text())
        self.url, self.token = about["url"], about["token"]

    def ask(self, method: str, where: str, content: dict | None = None) -> dict:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.url}api/{where}", body, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "{}")

    def save(self, path: str, notebook: dict) -> None:
        """Save as the page does, with a copy of what was there."""
        self.ask("PUT", f"contents/{path}", {"type": "notebook", "format": "json", "content": notebook})
        self.ask("POST", f"contents/{path}/checkpoints")

    def run(self, path: str, notebook: dict) -> None:
        """Run all cells in the kernel of a notebook, which gets what an editor makes of the answers."""
        about = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        kernel = self.ask("POST", "sessions", about)["kernel"]["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(self.runtime / f"kernel-{kernel}.json"))
        client.start_channels()
        try:
            client.wait_for_ready(60)
            self.ports = ports(self.process.pid)
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    said: list[dict] = []
                    reply = client.execute_interactive(cell["source"], output_hook=said.append, timeout=120)
                    kinds = ("display_data", "execute_result", "stream", "error")
                    shown = [message for message in said if message["msg_type"] in kinds]
                    cell["outputs"] = [nbformat.v4.output_from_msg(message) for message in shown]
                    cell["execution_count"] = reply["content"]["execution_count"]
        finally:
            client.stop_channels()
            self.ask("DELETE", f"kernels/{kernel}")


def ports(number: int) -> set[tuple[str, int]]:
    """Return the addresses at which a process and its children listen."""
    process = psutil.Process(number)
    found = [c for one in [process, *process.children(recursive=True)] for c in one.net_connections("inet")]
    return {(c.laddr.ip, c.laddr.port) for c in found if c.status == psutil.CONN_LISTEN}


def used(notebook: dict) -> dict:
    """Return a notebook as an editor has it: with what it notes of kernel, times, folds and trust."""
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.1", "codemirror_mode": {"name": "ipython"}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    for cell in notebook["cells"]:
        cell["metadata"] |= {"trusted": True, "scrolled": True, "jupyter": {"source_hidden": True}}
        if cell["cell_type"] == "code":
            cell["metadata"]["execution"] = {"iopub.execute_input": "2024-01-01T00:00:00Z"}
    return notebook


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A copy of the book that may be harmed, with the JupyterLab of this one."""
    root = tmp_path_factory.mktemp("lab") / "book"
    root.mkdir()
    for path in files.below(ROOT):
        name = path.relative_to(ROOT)
        if name.parts[0] in COPIED or len(name.parts) == 1:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / name)
    (root / ".venv").symlink_to(ROOT / ".venv")
    # A cover that no JupyterLab has seen before.
    notebook = read_notebook(root / "index.ipynb")
    notebook["cells"][0]["source"].append(f"\n{uuid4()}")
    (root / "index.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def server(root):
    home = root.with_name("home")
    home.mkdir()
    running = Server(root, home)
    yield running
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(30)


@set_up
def test_running_and_saving_a_chapter_changes_nothing(server, root):
    before = files.digests(root)
    notebook = used(server.ask("GET", f"contents/{CHAPTER}")["content"])
    server.run(CHAPTER, notebook)
    assert any(output for cell in notebook["cells"] for output in cell.get("outputs", []))
    if lab.transport(ROOT / lab.HOME) == "ipc":
        assert len(server.ports) == 1, "a kernel listens at an address of its own"
    server.save(CHAPTER, notebook)
    assert files.digests(root) == before
    assert (root / CHAPTER).read_bytes() == (ROOT / CHAPTER).read_bytes()
    assert not list(root.rglob(".ipynb_checkpoints")), "copies lie among the chapters"
    assert list((root / "_build/exhibits").rglob("table-*.csv")), "exports lie elsewhere"
    copies = ROOT / lab.HOME / "checkpoints/chapters/.ipynb_checkpoints"
    assert (copies / "1-introduction-checkpoint.ipynb").is_file()
    written = {path.name for path in root.with_name("home").rglob("*")}
    theirs = {".jupyter", ".ipython", ".local", "jupyter", "share"}
    assert not written & theirs, "written into a user's folder"


@set_up
def test_a_saved_chapter_is_formatted_and_stays_trusted(server, root):
    notebook = used(server.ask("GET", f"contents/{CHAPTER}")["content"])
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    before = code["source"]
    code["source"] = f"{before}\n\nadded = {{'a':1}}"
    server.save(CHAPTER, notebook)
    cells = {cell["id"]: cell for cell in read_notebook(root / CHAPTER)["cells"]}
    stored = "".join(cells[code["id"]]["source"])
    assert stored == f'{before}\n\nadded = {{"a": 1}}'
    again = server.ask("GET", f"contents/{CHAPTER}")["content"]
    assert all(cell["metadata"]["trusted"] for cell in again["cells"] if cell["cell_type"] == "code")
    code["source"] = "half = ("
    server.save(CHAPTER, notebook)
    assert "half = (" in (root / CHAPTER).read_text(), "what is not whole yet is saved too"
    shutil.copy(ROOT / CHAPTER, root / CHAPTER)


@set_up
def test_stored_figures_are_shown_before_anything_is_run(server):
    content = server.ask("GET", "contents/index.ipynb")["content"]
    assert all(cell["metadata"]["trusted"] for cell in content["cells"] if cell["cell_type"] == "code")


@set_up
def test_notebooks_outside_the_book_are_saved_as_they_are(server, root):
    notebook = used(server.ask("GET", f"contents/{CHAPTER}")["content"])
    (root / "mine").mkdir()
    copies = ROOT / lab.HOME / "checkpoints/mine"
    shutil.rmtree(copies, ignore_errors=True)
    server.save("mine/x.ipynb", notebook)
    stored = read_notebook(root / "mine/x.ipynb")
    assert stored["metadata"] == notebook["metadata"]
    assert stored["cells"][0]["metadata"]["scrolled"]
    assert list(copies.rglob("x-checkpoint.ipynb")), "the copy of what was saved lies elsewhere"
    shutil.rmtree(copies)
    shutil.rmtree(root / "mine")


@set_up
def test_it_serves_this_machine_alone_and_asks_nobody_for_news(server):
    (address,) = ports(server.process.pid)
    assert address[0] == "127.0.0.1"
    assert set(server.ask("GET", "kernelspecs")["kernelspecs"]) == {"python3"}
    with urllib.request.urlopen(f"{server.url}lab?token={server.token}") as answer:
        page = answer.read().decode()
    for off in ("apputils-extension:announcements", "extensionmanager-extension"):
        assert f'"@jupyterlab/{off}"' in page.partition('"disabledExtensions"')[2].partition("]")[0]


def test_the_first_chapter_is_shown_or_the_one_that_was_named(tmp_path, monkeypatch):
    assert lab.chosen(None, ROOT) == ROOT / CHAPTER
    monkeypatch.chdir(ROOT)
    assert lab.chosen(Path("chapters/verdicts.ipynb"), ROOT) == ROOT / "chapters/verdicts.ipynb"
    with pytest.raises(book.BookError, match=f"found chapters/x.ipynb, expected .* such as {CHAPTER}"):
        lab.chosen(Path("chapters/x.ipynb"), ROOT)
    shutil.copy(ROOT / "index.ipynb", tmp_path)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    assert lab.chosen(None, tmp_path) == tmp_path / "index.ipynb"
    with pytest.raises(book.BookError, match="found no JupyterLab that is ready; `make lab` sets it up"):
        lab.lab(None, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"_toc.yml", "index.ipynb"}


def test_kernels_have_no_port_where_the_names_of_files_are_short_enough():
    assert lab.transport(Path("/home/a")) == ("ipc" if os.name == "posix" else "tcp")
    assert lab.transport(Path("/home") / ("a" * 60)) == "tcp"


def test_all_that_it_keeps_lies_in_the_environment_of_its_own(tmp_path):
    places = lab.environment(tmp_path / ".venv/lab")
    assert places.pop("JUPYTER_CONFIG_PATH") == ""
    assert all(Path(place).is_relative_to(tmp_path / ".venv") for place in places.values())


def test_its_kernel_is_that_of_a_refresh(tmp_path):
    lab.describe_kernel(tmp_path)
    (path,) = tmp_path.rglob("kernel.json")
    described = json.loads(path.read_text())
    assert described["argv"][0] == sys.executable and set(kernels.ARGUMENTS) < set(described["argv"])
    assert described["env"] == kernels.environment({}) and described["display_name"] == "Python 3"


def test_what_is_trusted_is_kept_from_the_first_start_on(tmp_path):
    lab.trust([ROOT / CHAPTER], tmp_path)
    notary = NotebookNotary(data_dir=str(tmp_path / "data"))
    assert notary.check_signature(nbformat.read(ROOT / CHAPTER, as_version=4))
    notary.store.close()
