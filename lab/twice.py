"""Two builds of the book in settings that must not matter."""

import os
import sys
from pathlib import Path

from lab.copies import copy, differences, run

FIRST = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
SECOND = {"PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX"}
# Read by Python at its start, in the builder and in every kernel. No kernel is forked where there is a second thread.
LATER = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
from datetime import datetime, timedelta
import time_machine
time_machine.travel(datetime.now() + timedelta(days=500), tick=True).start()
"""


def twice(folder: Path, python: str | None) -> int:
    """Build the book twice and compare every file.

    The two builds differ in folder, umask, hash seed, time zone, language, date and in how kernels start. With another
    Python the second one has an environment of its own. Returns 1 if files differ.
    """
    one = copy(folder / "one")
    two = copy(folder / "a folder with a much longer name" / "two", umask=0o077)
    (two.parent / "start").mkdir()
    (two.parent / "start" / "sitecustomize.py").write_text(LATER, encoding="utf-8")
    other = Path(sys.executable)
    if python:
        run(["make", ".venv/ready", f"PYTHON={python}"], two)
        other = two / ".venv/bin/python"
    search = os.pathsep.join([str(two), str(two.parent / "start")])
    run([sys.executable, "-m", "bookpress", "build"], one, **FIRST)
    run([other, "-m", "bookpress", "build"], two, umask=0o077, PYTHONPATH=search, **SECOND)
    books = [place / "_build" / "html" for place in (one, two)]
    found = differences(*books)
    print(*found, sep="\n")
    print(
        f"twice: {sum(path.is_file() for path in books[0].rglob('*'))} files, {len(found) or 'none'} different; two "
        "folders, umasks, hash seeds, time zones, languages, dates and ways to start a kernel"
        + (f"; the second with {python}" if python else "")
    )
    return int(bool(found))
