"""What the notebooks of a book need under nbval, as a pytest plugin: our kernels, and a first line that says where.

A book's ``pyproject.toml`` names it in pytest's ``addopts``: ``-p bookpress.run.nbval_plugin``.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest
from nbval import kernel
from nbval.plugin import IPyNbCell

from bookpress.edition import book, identifiers
from bookpress.run import ipynb, kernels

os.environ.setdefault(book.EXHIBITS, "")  # chapters under test export nothing
kernel.KernelManager = kernels.Manager  # nbval takes no other way
TESTED = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Name what the kernels import before they fork."""
    if (config.rootpath / book.CONTENTS).is_file():
        kernels.name_imports(ipynb.imported(book.chapters(config.rootpath), config.rootpath))


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


compared, IPyNbCell.compare_outputs = IPyNbCell.compare_outputs, compare_outputs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Put one line before nbval's report on a failing cell: chapter, cell, exhibit."""
    report = yield
    if report.failed and hasattr(item, "cell"):
        cell = item.cell
        where = item.path.relative_to(item.config.rootpath).as_posix()
        line = ", ".join([where, f"cell {cell.get('id')}", *ipynb.labels(cell)])
        report.longrepr = f"{line}: not as stored; `make rerun` says what moved and why\n\n{report.longrepr}"
    return report
