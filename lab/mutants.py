"""Change one thing at a time and see whether a test notices.

python -m lab.mutants [--sample N] [--seed S]

Each mutant (see `lab.changes`) is made in a copy of the sources, one copy a core; the working tree is never touched.
Only tests that can see a mutant are run on it. Results are kept in `_build/mutants`, so that a run that was stopped
goes on where it was, as long as the sources are the same. Exit status: 0 none survived that a reader could see, 1 some
did, 2 bad input.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import Queue

from bookpress.edition import files, inputs
from lab.changes import CODE_TESTS, Mutant, mutant, notebooks
from lab.twice import ROOT, copy

LATE = re.compile(r"Timeout|timed out|establish IOPub")


def survives(one: Mutant, folder: Path) -> bool:
    """Put a mutant into a copy, run its tests until one fails, and put the copy right again."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    options = "--nbval --nbval-current-env --nbval-cell-timeout=120 -p no:cacheprovider -p no:xdist -x -q"
    before = {name: (folder / name).read_bytes() for name in one.files}
    try:
        for name, content in one.files.items():
            (folder / name).write_text(content, encoding="utf-8")
        for tests in one.tests:
            command = [sys.executable, "-m", "pytest", "-o", f"addopts={options}", *tests]
            for last in (False, True):
                done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
                # A machine under load may be late once; a mutant that never ends is late again.
                if last or not LATE.search(done.stdout):
                    break
            said = f"{done.stdout[-500:]}{done.stderr[-500:]}"
            if done.returncode == 1 or "during collection" in done.stdout:
                return False  # a test failed, or the code could not be imported
            if done.returncode:
                raise RuntimeError(f"{tests}: {said}")
    finally:
        for name, content in before.items():
            (folder / name).write_bytes(content)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    options = parser.parse_args()
    if options.sample < 1:
        parser.error(f"--sample: found {options.sample}, expected 1 or more")
    results = ROOT / "_build/mutants" / f"{inputs.digest(files.digests(ROOT))[:16]}-{options.seed}.jsonl"
    results.parent.mkdir(parents=True, exist_ok=True)
    done = {}
    if results.exists():
        for row in map(json.loads, results.read_text(encoding="utf-8").splitlines()):
            done[row["number"]] = row
    with tempfile.TemporaryDirectory() as name:
        folders: Queue[Path] = Queue()
        for worker in range(os.cpu_count() or 1):
            folders.put(copy(Path(name, str(worker))))
        every = [*CODE_TESTS, ["tests/test_lock.py"], notebooks()]
        whole = replace(mutant(0, options.seed), files={}, tests=every)
        folder = folders.get()
        if not survives(whole, folder):
            print("mutants: tests fail before anything was changed", file=sys.stderr)
            return 2
        folders.put(folder)

        def tried(number: int) -> dict:
            folder = folders.get()
            try:
                one = mutant(number, options.seed)
                lives = survives(one, folder)
            finally:
                folders.put(folder)
            row = {"number": number, "kind": one.kind, "told": one.told, "survived": lives}  # fmt: skip
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(f"[{number + 1}/{options.sample}] {one.kind}: {one.told}: {'SURVIVED' if lives else 'caught'}", flush=True)  # fmt: skip
            return row

        todo = [n for n in range(options.sample) if n not in done]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for row in pool.map(tried, todo):
                done[row["number"]] = row
    rows = [done[n] for n in range(options.sample)]
    made = Counter(row["kind"] for row in rows)
    lived = Counter(row["kind"] for row in rows if row["survived"])
    for kind, count in sorted(made.items()):
        print(f"{kind:18} {count:4} made {lived[kind]:4} survived")
    for row in rows:
        if row["survived"]:
            seen = "no chapter shows it" if row["kind"] == "recorded cell" else "to be looked at"  # fmt: skip
            print(f"survived: {row['kind']}: {row['told']} ({seen})")
    # A recorded cell is caught by every chapter that reads it; where none moves, a reader sees no change.
    return int(any(lived[kind] for kind in lived if kind != "recorded cell"))


if __name__ == "__main__":
    sys.exit(main())
