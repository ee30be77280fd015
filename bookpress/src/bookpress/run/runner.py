"""The one way to run a chapter, alone or side by side with others.

Build, refresh, rerun and verify all run chapters here; `bookpress.run.results` tells which must run.
"""

import asyncio
import atexit
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextvars import ContextVar
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import nbformat
import yaml  # noqa: F401  settings are read with it: not for the first time in a thread, beside Sphinx
from jupyter_client.client import KernelClient
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal

from bookpress.edition import book, files, inputs, texts
from bookpress.run import interrupts, ipynb, kernels, results, stored
from bookpress.run.results import Result

Say = Callable[[str], object]

ABSENT = "ModuleNotFoundError"
TIMEOUT = 300  # seconds that a cell, or a kernel's start, may take
OWN_FILES, KERNEL_FILES = 60, 16  # that a build holds open, and for every kernel
OWN_THREADS, KERNEL_THREADS = 10, 18  # that a build runs, a process counts as one, and for every kernel
MANY = 1000  # threads: a limit above it is not felt
# Runs before the first cell and leaves no name behind.
WATCH = "__import__('bookpress.edition.inputs').edition.inputs.watch(__import__('pathlib').Path({root!r}))"
SEEN = "__import__('json').dumps(__import__('bookpress.edition.inputs').edition.inputs.seen)"


class ChapterError(book.BookError):
    """Chapters failed; the message has a line for each, with chapter, cell, exhibit and error."""


Outcomes = dict[Path, Result | ChapterError]  # what each chapter gave, or how it failed


async def run(path: Path, root: Path, folder: Path) -> Result:
    """Run a chapter in a kernel of its own, and export its exhibits to a folder.

    A ChapterError says that a cell fails, takes too long, or that its kernel dies.
    """
    name = path.relative_to(root).as_posix()
    before = ipynb.code(given := ipynb.read(path))
    if (language := ipynb.language(given)).casefold() != "python":
        name = (texts.of(path) or path).relative_to(root).as_posix()
        raise ChapterError(f"{name}: found a kernel of {language}, expected Python's: no other runs here")
    notebook = nbformat.reads(json.dumps(given), as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",  # whatever name an editor stored
        kernel_manager_class=kernels.AsyncManager,
        timeout=TIMEOUT,
        startup_timeout=TIMEOUT,  # a busy machine takes minutes; by default a kernel has 60 seconds
        record_timing=False,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(path.parent)}},
    )
    where = f"{name}, before the first cell"
    try:
        environment = os.environ | {book.EXHIBITS: str(folder), book.BOOK: str(root)}
        async with client.async_setup_kernel(env=environment):
            await _ask(client, WATCH.format(root=str(root)))
            info = await _reply(client, lambda kernel: kernel.kernel_info())
            for index, cell in enumerate(notebook.cells):
                where = ", ".join([ipynb.where(path, cell, root), *ipynb.labels(cell)])
                await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
            seen = json.loads(await _ask(client, "", SEEN))
    except CellControlSignal as error:
        kind = getattr(error, "ename", "") or type(error).__name__
        text = getattr(error, "evalue", "") or str(error).split("\n")[0]
        hint = (
            "; name the package in pyproject.toml, group book, and run `make lock`" if kind == ABSENT else ""
        )
        raise ChapterError(f"{where}: {kind}: {text}{hint}") from None
    except (RuntimeError, OSError) as error:  # no kernel starts, or it died: for want of memory, as a rule
        raise ChapterError(f"{where}: {type(error).__name__}: {error}; was there enough memory?") from None
    finally:
        # Of a run that was interrupted, or whose kernel died early, nbclient would fail to clean up again when Python ends.
        atexit.unregister(client._cleanup_kernel)
    beside = f"{path.parent.relative_to(root).as_posix()}/*.py"  # a chapter's import may find these
    return Result(
        code=before,
        inputs={name: inputs.state(root, name) for name in (book.LOCK, beside)} | seen,
        setting=results.setting(),
        outputs=[
            {
                "outputs": ipynb.kept(cell.outputs, cell, given),
                "execution_count": cell.execution_count,
            }
            for cell in notebook.cells
            if cell.cell_type == "code"
        ],
        language=info["language_info"],
        exports=files.digests(folder),
    )


async def _reply(client: NotebookClient, send: Callable[[KernelClient], str]) -> dict[str, Any]:
    """Send a request to the kernel; return the content of the reply."""
    assert client.kc, "there is one while the kernel is up"
    reply = await client.async_wait_for_reply(send(client.kc))
    assert reply, "the kernel was interrupted before it replied"
    content: dict[str, Any] = reply["content"]
    return content


async def _ask(client: NotebookClient, source: str, value: str = "0") -> str:
    """Run source in the kernel without a trace in its history; return the text of an expression."""
    asked = {"value": value}
    reply = await _reply(client, lambda kernel: kernel.execute(source, silent=True, user_expressions=asked))
    answer = reply.get("user_expressions", {}).get("value", {})
    if answer.get("status") != "ok":
        raise RuntimeError(f"the kernel could not be watched: {reply}")
    return str(eval(answer["data"]["text/plain"], {}))


def side_by_side() -> int:
    """Return how many chapters may run at once; a BookError says that not one can.

    That is one more than there are cores, as a kernel that starts or stops mostly waits, or fewer where the system lets this
    user run few processes, or this process open few files.
    """
    most = (os.cpu_count() or 1) + 1
    if sys.platform == "win32":
        return most
    import resource

    if 0 <= resource.getrlimit(resource.RLIMIT_NPROC)[0] < MANY:
        needed = OWN_THREADS + KERNEL_THREADS
        if (room := _threads(OWN_THREADS + KERNEL_THREADS * most)) < needed:
            raise book.BookError(f"found room for {room} threads, expected {needed} or more; see `ulimit -u`")
        most = min(most, (room - OWN_THREADS) // KERNEL_THREADS)
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = OWN_FILES + KERNEL_FILES * most
    if 0 <= now < needed:
        now = needed if allowed < 0 else min(needed, allowed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, allowed))
        most = min(most, (now - OWN_FILES) // KERNEL_FILES)
    if most < 1:
        needed = OWN_FILES + KERNEL_FILES
        raise book.BookError(f"found a limit of {now} open files, expected {needed} or more; see `ulimit -n`")
    return most


def _threads(wanted: int) -> int:
    """Return how many threads can be started now, `wanted` at most: the system counts each as a process of this user."""
    done = Event()
    started: list[Thread] = []
    with contextlib.suppress(RuntimeError):
        while len(started) < wanted:
            thread = Thread(target=done.wait)
            thread.start()
            started.append(thread)
    done.set()
    for thread in started:
        thread.join()
    return len(started)


async def run_all(
    paths: Iterable[Path],
    run_one: Callable[[Path], Awaitable[Result]],
    done: Callable[[Path, Result | ChapterError], object] = lambda path, outcome: None,
) -> Outcomes:
    """Run chapters side by side with a function, and call another with each path and outcome."""
    room = asyncio.Semaphore(side_by_side())
    found: Outcomes = {}

    async def attempt(path: Path) -> None:
        async with room:
            try:
                found[path] = await run_one(path)
            except ChapterError as error:
                found[path] = error
        done(path, found[path])

    # The largest first, so that none is left to run alone.
    sizes = {path: (path if path.is_file() else texts.of(path) or path).stat().st_size for path in paths}
    await asyncio.gather(*map(attempt, sorted(sizes, key=lambda path: sizes[path], reverse=True)))
    return found


class Running:
    """Chapters that run while this process does something else, until the end of a ``with`` block."""

    # What a caller of this very function runs already, for whoever is called.
    current: ContextVar["Running | None"] = ContextVar("current", default=None)

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._settled(work))
        self._ended = Event()  # `Thread.join` takes a thread for ended once it is interrupted

    async def _settled(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        finally:  # nbclient leaves tasks that ask whether a kernel is alive
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    def _work(self) -> None:
        self._loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
        self._ended.set()

    def __enter__(self) -> Self:
        self._token = self.current.set(self)
        # In a thread of its own: in the main one nbclient would take Ctrl-C for itself.
        try:
            Thread(target=self._work, daemon=True).start()
        except RuntimeError as error:
            self._task.cancel()
            self._work()
            raise book.BookError(f"{error}, expected room for a process; see `ulimit -u`") from None
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End what still runs, kernels included."""
        self.current.reset(self._token)
        if not self._ended.is_set():
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._ended.wait(60)

    def result(self) -> Any:
        """Wait and return what the work gives."""
        while not self._ended.wait(1):
            if interrupts.requested():
                raise KeyboardInterrupt
        return self._task.result()


def finish(work: Coroutine[Any, Any, Any]) -> Any:
    """Do work that runs chapters, and return what it gives; when this is interrupted, so are the chapters."""
    with Running(work) as running:
        return running.result()


async def renew(why: dict[Path, list[str]], root: Path, say: Say, unchanged: int = 0) -> Outcomes:
    """Run chapters for the given reasons and keep their results; return what each gave, or how it failed.

    `say` gets one line a chapter; `unchanged` ones need not run, and only count.
    """
    count, total = unchanged, unchanged + len(why)
    say(f"{count} of {total} chapters unchanged, {len(why)} to run")
    store = root / results.STORE
    store.mkdir(parents=True, exist_ok=True)
    for left in store.glob(".run-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)

    def done(path: Path, outcome: Result | ChapterError) -> None:
        nonlocal count
        count += 1
        few, rest = ", ".join(why[path][:3]), len(why[path]) - 3
        because = few + (f" and {rest} more" if rest > 0 else "")
        told = "failed" if isinstance(outcome, ChapterError) else f"ran, because: {because}"
        say(f"[{count}/{total}] {path.relative_to(root).as_posix()}: {told}")

    async def run_and_keep(path: Path) -> Result:
        with tempfile.TemporaryDirectory(dir=store, prefix=".run-") as scratch:
            folder = Path(scratch, "exhibits")
            folder.mkdir()
            result = await run(path, root, folder)
            if complaint := ipynb.complaint(path, result.outputs, quiet):
                raise ChapterError(complaint)
            results.keep(result, folder, path, root)
        return result

    # What stops the build must not be kept: it may be by chance, as where a folder cannot be written.
    settings = book.configuration(root) if (root / "_config.yml").is_file() else {}
    quiet = (settings.get("execute") or {}).get("stderr_output") in ("error", "severe")
    kernels.name_imports(ipynb.imported(why, root))
    return await run_all(why, run_and_keep, done)


def whole(ran: Outcomes) -> dict[Path, Result]:
    """Return results, if all chapters gave one; a ChapterError has a line for each that failed."""
    if failures := [str(outcome) for outcome in ran.values() if isinstance(outcome, ChapterError)]:
        raise ChapterError("\n".join(sorted(failures)))
    return {path: outcome for path, outcome in ran.items() if isinstance(outcome, Result)}


async def up_to_date(paths: Iterable[Path], root: Path, say: Say = lambda line: None) -> dict[Path, Result]:
    """Return a result that holds for every chapter, running those that have none side by side.

    After a ChapterError the results of those that did not fail are kept all the same.
    """
    paths = list(paths)
    why = results.stale(paths, root)
    ran = whole(await renew(why, root, say, unchanged=len(paths) - len(why)))
    held = {path: results.recall(path, root) for path in paths if path not in ran}
    return ran | {path: result for path, result in held.items() if result}


def refresh(paths: Sequence[Path], root: Path, say: Say) -> None:
    """Run notebooks and store their outputs, the same bytes every time; one that fails or is edited meanwhile stays."""
    ran = finish(renew({path: ["it was asked for"] for path in paths}, root, say))
    for path, result in ran.items():
        if isinstance(result, Result):
            notebook = ipynb.read(path)
            if ipynb.code(notebook) != result.code:
                raise book.BookError(f"{path.name}: edited while it ran, and not stored; refresh it again")
            book.write(path, stored.text(results.merge(notebook, result)))
    whole(ran)
