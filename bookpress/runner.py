"""Run the chapters whose inputs changed, side by side, and hand Sphinx their results instead of the stored ones.

Jupyter Book's own modes execute one notebook after the other and reuse a result as long as the notebook is
the same, whatever became of its tables. Here a result is reused only while the code of the chapter, every
file of the book that it read (see `inputs`), the lock, the installed packages and Python are the same.
Since this is a Sphinx extension, plain `jupyter-book build .` runs it too.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import inputs
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx_external_toc.parsing import parse_toc_yaml

from beltroad import kernels

HERE = Path(__file__).parent
STORE = Path("_build", ".results")
LOCK = "requirements.txt"
# Runs before the first cell and leaves no name behind.
WATCH = """
import sys
sys.path.insert(0, {here!r})
import inputs
del sys.path[0]
inputs.seen = inputs.digests(__import__("pathlib").Path({root!r}))
del sys, inputs
"""
NOTED = "__import__('json').dumps(__import__('inputs').seen)"


class ChapterError(SphinxError):
    """Chapters failed; the message names chapter, cell and error of each."""

    category = "Chapters not run"


@dataclass
class Result:
    """What a run of a chapter gave, and all that it came from."""

    code: list[str]
    """Sources of the code cells."""
    inputs: dict[str, str]
    """Digest of every file it read, by name; see `inputs.state`."""
    setting: dict[str, str]
    """Version of Python and of every installed package."""
    outputs: list[dict]
    """``outputs`` and ``execution_count`` of every code cell."""
    language: dict
    """What the kernel says of its language."""
    exports: dict[str, str]
    """sha256 of every file that its exhibits were exported to."""

    @property
    def digest(self) -> str:
        """A digest of what a reader sees of it."""
        return hashlib.sha256(json.dumps(self.outputs).encode()).hexdigest()


@cache
def setting() -> dict[str, str]:
    """Return the version of Python, of every installed package and of what runs the chapters."""
    names = {
        folder.name.removesuffix(".dist-info")
        for site in sys.path
        for folder in Path(site).glob("*.dist-info")
    }
    packages = dict(sorted(name.rpartition("-")[::2] for name in names))
    us = b"".join((HERE / f"{name}.py").read_bytes() for name in ("fresh", "inputs"))
    runner = hashlib.sha256(us).hexdigest()[:12]
    return {"python": sys.version.split()[0], "runner": runner, **packages}


def code(notebook: dict) -> list[str]:
    """Return the sources of the code cells."""
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def changes(result: Result, notebook: dict, path: Path, root: Path) -> list[str]:
    """Return what a result came from that is not as it was, in words; empty if the result still holds."""
    now = setting()
    names = sorted(set(now) | set(result.setting))
    return [
        *(["the chapter's code"] if code(notebook) != result.code else []),
        *(
            f"{name} {result.setting.get(name, 'none')} → {now.get(name, 'none')}"
            for name in names
            if now.get(name) != result.setting.get(name)
        ),
        *(
            ["its exported files"]
            if _digests(exports(path, root)) != result.exports
            else []
        ),
        *(
            name
            for name, digest in result.inputs.items()
            if inputs.state(root, name) != digest
        ),
    ]


def exports(path: Path, root: Path) -> Path:
    """Return the folder that a chapter exports its exhibits to when the book is built."""
    return _stored(path, root).with_suffix("")


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
    }


def recall(path: Path, root: Path) -> Result | None:
    """Return the last result of a chapter, or None if there is none that can be read."""
    try:
        return Result(**json.loads(_stored(path, root).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def run(path: Path, root: Path) -> Result:
    """Run a chapter in a kernel of its own and store its result.

    Raises
    ------
    ChapterError
        If a cell fails, or takes longer than five minutes.
    """
    notebook = nbformat.read(path, as_version=4)
    before = code(notebook)
    client = NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        timeout=300,
        record_timing=False,
        shutdown_kernel="immediate",
        extra_arguments=[
            "--HistoryManager.hist_file=:memory:",
            "--IPKernelApp.log_level=ERROR",
        ],
        resources={"metadata": {"path": str(path.parent)}},
    )
    seen = asyncio.run(_execute(client, path, root))
    beside = f"{path.parent.relative_to(root).as_posix()}/*.py"  # a chapter's import may find these
    result = Result(
        code=before,
        inputs={name: inputs.state(root, name) for name in (LOCK, beside)} | seen,
        setting=setting(),
        outputs=[
            {"outputs": cell.outputs, "execution_count": cell.execution_count}
            for cell in notebook.cells
            if cell.cell_type == "code"
        ],
        language=notebook.metadata.get("language_info", {}),
        exports=_digests(exports(path, root)),
    )
    target = _stored(path, root)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(json.dumps(asdict(result)), encoding="utf-8")
    os.replace(part, target)  # never half a result, even when interrupted
    return result


async def _execute(client: NotebookClient, path: Path, root: Path) -> dict[str, str]:
    """Execute a notebook in place; return what it read."""
    shutil.rmtree(exports(path, root), ignore_errors=True)
    environment = os.environ | {"BELTROAD_EXHIBITS": str(exports(path, root))}
    async with client.async_setup_kernel(env=environment):
        await _ask(client, WATCH.format(here=str(HERE), root=str(root)))
        info = await client.async_wait_for_reply(client.kc.kernel_info())
        client.nb.metadata["language_info"] = info["content"]["language_info"]
        for index, cell in enumerate(client.nb.cells):
            try:
                await client.async_execute_cell(
                    cell, index, execution_count=client.code_cells_executed + 1
                )
            except (CellControlSignal, DeadKernelError) as error:
                name = getattr(error, "ename", "") or type(error).__name__
                text = getattr(error, "evalue", "") or str(error).split("\n")[0]
                where = f"{path.relative_to(root).as_posix()}, cell {cell.id}"
                raise ChapterError(f"{where}: {name}: {text}") from None
        return json.loads(await _ask(client, "", NOTED))


async def _ask(client: NotebookClient, source: str, value: str = "0") -> str:
    """Run source in the kernel without a trace in its history; return the text of an expression."""
    reply = await client.async_wait_for_reply(
        client.kc.execute(source, silent=True, user_expressions={"value": value})
    )
    answer = reply["content"].get("user_expressions", {}).get("value", {})
    if answer.get("status") != "ok":
        raise RuntimeError(f"the kernel could not be watched: {reply['content']}")
    return eval(answer["data"]["text/plain"], {})


def results(
    paths: Iterable[Path], root: Path, say=lambda line: None
) -> dict[Path, Result]:
    """Return a result that holds for every chapter, running those that have none side by side.

    Parameters
    ----------
    paths : iterable of Path
        Notebooks below `root`.
    root : Path
        The book's folder.
    say : callable
        Told one line a chapter.

    Raises
    ------
    ChapterError
        If chapters failed; those that did not fail are stored all the same.
    """
    paths = sorted(paths)
    held, reasons = {}, {}
    for path in paths:
        last = recall(path, root)
        notebook = json.loads(path.read_text(encoding="utf-8"))
        reasons[path] = (
            changes(last, notebook, path, root) if last else ["it has not run before"]
        )
        if not reasons[path]:
            held[path] = last
    failures = []
    done = len(held)
    say(f"{done} of {len(paths)} chapters unchanged, {len(paths) - done} to run")
    # One more than there are cores: a kernel that starts or stops mostly waits.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        running = {pool.submit(run, p, root): p for p in paths if p not in held}
        for future in as_completed(running):
            path, done = running[future], done + 1
            try:
                held[path] = future.result()
                outcome = f"ran, because: {_few(reasons[path])}"
            except ChapterError as error:
                failures.append(str(error))
                outcome = "failed"
            say(f"[{done}/{len(paths)}] {path.relative_to(root).as_posix()}: {outcome}")
    if failures:
        raise ChapterError("\n".join(sorted(failures)))
    return held


_started: list[Future] = []


def start(root: Path, say=lambda line: None) -> None:
    """Begin to run what must run, in a thread; the build that this process goes on to waits for it."""
    pool = ThreadPoolExecutor(1)
    _started.append(pool.submit(lambda: results(notebooks(root), root, say)))


def notebooks(root: Path) -> list[Path]:
    """Return the notebooks that the book's contents list, in reading order."""
    paths = (root / f"{name}.ipynb" for name in parse_toc_yaml(root / "_toc.yml"))
    return [path for path in paths if path.exists()]


def merge(notebook: dict, result: Result) -> dict:
    """Return a notebook with the outputs of a result, cell by cell."""
    outputs = iter(result.outputs)
    cells = [
        {**cell, **next(outputs)} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    metadata = {**notebook["metadata"], "language_info": result.language}
    return {**notebook, "cells": cells, "metadata": metadata}


def _few(reasons: list[str]) -> str:
    rest = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return ", ".join(reasons[:3]) + rest


def _stored(path: Path, root: Path) -> Path:
    return (root / STORE / path.relative_to(root)).with_suffix(".json")


def chapters(app: Sphinx) -> Iterator[tuple[str, Path]]:
    """Yield every notebook of the book with its document name."""
    for name in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(name))
        if path.suffix == ".ipynb":
            yield name, path


def leave_execution_to_us(app: Sphinx, config: Config) -> None:
    config["nb_execution_mode"] = "off"


def refresh(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> list[str]:
    """Run what must run; return the documents whose results are not those on their page."""
    log = logging.getLogger(__name__)
    said = log.debug if _started else log.info
    while _started:
        _started.pop().result()
    # Looked at again even so: what was edited meanwhile runs again.
    paths = (path for _, path in chapters(app))
    app.chapter_results = results(paths, Path(app.srcdir), said)
    digests = {name: app.chapter_results[path].digest for name, path in chapters(app)}
    shown = getattr(env, "chapter_digests", {})
    env.chapter_digests = digests
    return [name for name in digests if shown.get(name) != digests[name]]


def show_results(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the results into a notebook that Sphinx is about to read."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        notebook = merge(json.loads(source[0]), app.chapter_results[path])
        source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", leave_execution_to_us, priority=900)
    app.connect("env-get-outdated", refresh)
    app.connect("source-read", show_results)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
