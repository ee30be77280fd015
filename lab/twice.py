"""Two builds of the book in settings that must not matter."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from lab.copies import BUILD, copy, differences, path, run

FIRST = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
SECOND = {"PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "USER": "somebody"}
# Read by Python at its start, in the builder and in every kernel: one core, folders listed in another order, another date.
# No kernel is forked where there is a second thread.
LATER = """
import os, threading


class Reversed:
    def __init__(self, *given):
        with listed(*given) as entries:
            self.left = sorted(entries, key=lambda entry: entry.name)  # which are taken from the end

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    close = __exit__

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop()


named, listed = os.listdir, os.scandir
os.listdir, os.scandir = lambda *given: sorted(named(*given), reverse=True), Reversed
os.cpu_count = lambda: 1
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
threading.Thread(target=threading.Event().wait, daemon=True).start()
from datetime import datetime, timedelta
import time_machine
time_machine.travel(datetime.now() + timedelta(days=500), tick=True).start()
"""


def twice(options: Namespace) -> int:
    """Build the book twice and compare every file.

    The two builds differ in folder, umask, user's home and name, hash seed, time zone, language, date, number of cores, order
    of files and in how kernels start. With another Python the second one has an environment of its own. Returns 1 if files
    differ.
    """
    one = copy(options.folder / "one")
    two = copy(options.folder / "a folder with a much longer name" / "two", others="")
    start = two.with_name("start")
    start.mkdir()
    (start / "sitecustomize.py").write_text(LATER, encoding="utf-8")
    other = Path(sys.executable)
    if options.python:
        run(["make", ".venv/ready", f"PYTHON={options.python}"], two)
        other = two / ".venv/bin/python"
    run(BUILD, one, **FIRST)
    run(
        [other, *BUILD[1:]],
        two,
        umask=0o077,
        PYTHONPATH=f"{path(two)}{os.pathsep}{start}",
        HOME=str(start),
        **SECOND,
    )
    books = [place / "_build" / "html" for place in (one, two)]
    found = [*differences(*books)]
    count = sum(path.is_file() for path in books[0].rglob("*"))
    print(*(f"{line}\n" for line in found), sep="", end="")
    also = f"; the second with {options.python}" if options.python else ""
    print(
        f"twice: {count} files, {len(found)} different; two folders, umasks, users, hash seeds, time zones, languages, "
        f"dates, numbers of cores, orders of files and ways to start a kernel{also}"
    )
    return int(bool(found))
