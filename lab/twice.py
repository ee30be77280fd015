"""Build the book twice in settings that should not matter, and compare every file.

python -m lab.twice [--python PYTHON]

The two builds differ in folder, hash seed, time zone, language, date and in how kernels start. With --python the second one uses an
environment of its own with that Python.
Exit status: 0 every file is the same, 1 files differ, 2 a build failed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bookpress.edition import files

ROOT = Path(__file__).resolve().parents[1]
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


def copy(target: Path) -> Path:
    """Copy the sources as they stand, committed or not, without anything that was built."""
    for path in files.of_edition(ROOT, untracked=True):
        place = target / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    return target


def build(folder: Path, setting: dict[str, str], python: Path) -> Path:
    """Build the book in a folder and return where it is; end the program if that fails."""
    # The package must be the copy's own, not the one that the environment was set up with.
    search = os.pathsep.join([str(folder), str(folder.parent / "start")])
    done = subprocess.run(
        [python, "-m", "bookpress", "build"],
        cwd=folder,
        env=os.environ | setting | {"PYTHONPATH": search},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-4000:], file=sys.stderr)
        print(f"twice: the build with {setting} failed", file=sys.stderr)
        sys.exit(2)
    return folder / "_build" / "html"


def differences(one: Path, two: Path) -> list[str]:
    """Return a line for every file that is not the same in both folders."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, two)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return [f"{name}: {where}" for name in sorted(names) if (where := _difference(one / name, two / name))]


def _difference(one: Path, two: Path) -> str:
    for path, which in ((one, "first"), (two, "second")):
        if not path.exists():
            return f"not in the {which} book"
    before, after = one.read_bytes(), two.read_bytes()
    if before == after:
        return ""
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    for number, (old, new) in enumerate(lines, start=1):
        if old != new:
            at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)  # fmt: skip
            at = max(0, at - 20)
            return f"line {number}: {old[at : at + 80]!r} and {new[at : at + 80]!r}"
    return f"{len(before):,} and {len(after):,} bytes"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", help="another Python for the second build")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        one = copy(Path(name, "one"))
        two = copy(Path(name, "a folder with a much longer name", "two"))
        (two.parent / "start").mkdir()
        (two.parent / "start" / "sitecustomize.py").write_text(LATER, encoding="utf-8")
        python = Path(sys.executable)
        if options.python:
            done = subprocess.run(
                ["make", ".venv/ready", f"PYTHON={options.python}"], cwd=two, capture_output=True, text=True
            )
            if done.returncode:
                print(f"twice: no environment for {options.python}:\n{done.stderr[-2000:]}", file=sys.stderr)  # fmt: skip
                return 2
            python = two / ".venv/bin/python"
        first = build(one, FIRST, Path(sys.executable))
        second = build(two, SECOND, python)
        found = differences(first, second)
        count = sum(path.is_file() for path in first.rglob("*"))
    print("\n".join(found))
    print(
        f"twice: {count} files, {len(found) or 'none'} different; two folders, hash seeds, time zones, languages, dates and ways to start a kernel"
        + (f"; the second with {options.python}" if options.python else "")
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
