"""What the notebooks of a book need under nbval, as a pytest plugin: our kernels, and a first line that says where.

A book's ``pyproject.toml`` names it in pytest's ``addopts``: ``-p bookpress.run.nbval_plugin``.
"""

import os
import re
from collections.abc import Generator
from typing import Any

import pytest
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from nbval import kernel, plugin
from nbval.plugin import IPyNbCell, NbCellError

from bookpress.edition import book, identifiers
from bookpress.run import ipynb, kernels, results, stored

os.environ.setdefault(book.EXHIBITS, "")  # chapters under test export nothing
kernel.KernelManager = kernels.Manager  # nbval takes no other way
plugin.CURRENT_ENV_KERNEL_NAME = (
    NATIVE_KERNEL_NAME  # by the name that it has for this one, Jupyter's own kernel would run
)
TESTED = pytest.StashKey[str]()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
DIFFER = ("Cell outputs differ", "Unrun reference cell has outputs")  # in nbval's words


def pytest_configure(config: pytest.Config) -> None:
    """Test every chapter of a book, and refuse notebooks that are not those of their texts.

    What the kernels import is named before they fork.
    """
    root = config.rootpath
    if (root / book.CONTENTS).is_file():
        try:
            stored.expect_of_texts(paths := book.chapters(root), root)
            kernels.name_imports(ipynb.imported(paths, root))
            if config.args_source is config.ArgsSource.TESTPATHS:  # nobody named any: chapters lie anywhere
                given = [root / one for one in config.args]
                others = [path for path in paths if not {path, *path.parents} & {*given}]
                config.args = [*map(str, others), *config.args]
        except book.BookError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what is tested, if it is everything: what is edited meanwhile is not."""
    config = session.config
    narrowed = config.option.keyword or config.option.markexpr or hasattr(config, "workerinput")
    if config.args_source is config.ArgsSource.TESTPATHS and not narrowed:
        config.stash[TESTED] = identifiers.directory(config.rootpath)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Record of which edition all tests passed, for `bookpress publish`."""
    tested = session.config.stash.get(TESTED, "")
    if tested and exitstatus == pytest.ExitCode.OK:
        book.write(session.config.rootpath / "_build" / book.TESTED, f"{tested}\n")


def compare_outputs(
    cell: IPyNbCell, fresh: list[Any], stored: list[Any], skip_compare: tuple[str, ...] | None = None
) -> bool:
    """Compare what a cell gives with what is stored, as it would be stored."""
    same: bool = compared(cell, ipynb.kept(fresh, cell.cell, cell.parent.nb), stored, skip_compare)
    return same


def execute(self: kernel.RunningKernel, source: str, allow_stdin: bool | None = None) -> str:
    """Run a cell with a place in the kernel's history, without which a semicolon at its end hides nothing."""
    asked: str = self.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)
    return asked


kernel.RunningKernel.execute_cell_input = execute
compared, IPyNbCell.compare_outputs = IPyNbCell.compare_outputs, compare_outputs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Put one line before nbval's report on a failing cell: chapter, cell, exhibit, and what stopped the code, if anything did."""
    report = yield
    if report.failed and hasattr(item, "cell"):
        cell = item.cell
        where = ipynb.where(item.path, cell, item.config.rootpath)
        line = ", ".join([where, *ipynb.labels(cell)])
        # What does not come out the same is no result to rely on.
        results.forget(item.path, item.config.rootpath)
        error, said = (
            call.excinfo and call.excinfo.value,
            "not as stored; `make rerun` says what moved and why",
        )
        if isinstance(error, NbCellError) and str(error) not in DIFFER:
            trace = COLOUR.sub("", str(error.inner_traceback or error))
            said = trace.strip().split("\n")[-1]
        report.longrepr = f"{line}: {said}\n\n{report.longrepr}"
    return report
