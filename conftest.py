"""What holds for every chapter under test, alone or with all others."""

import os

import pytest
from nbval import kernel

from beltroad import kernels

os.environ.setdefault("BELTROAD_EXHIBITS", "")  # chapters under test export nothing
kernel.KernelManager = kernels.Manager  # nbval takes no other way


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Put one line before nbval's report on a failing cell: chapter, cell, exhibit."""
    report = yield
    if report.failed and hasattr(item, "cell_num"):
        shown = [o.get("metadata", {}) for o in item.cell.get("outputs", [])]
        labels = [about["beltroad"]["label"] for about in shown if "beltroad" in about]
        where = item.path.relative_to(item.config.rootpath).as_posix()
        line = ", ".join([where, f"cell {item.cell.get('id')}", *labels])
        report.longrepr = f"{line}: not as stored; `make rerun` says what moved and why\n\n{report.longrepr}"
    return report
