"""Does a crate rebuild? Copy _build/crate to a new folder, build and test the book there, and compare it with the crate's own.

python -m lab.rebuilt [--build-only]

The new folder's name has blanks and letters beyond ASCII; there is no repository above it, and no git on the path.
Exit status: 0 the tests pass and every file of the book is the same, 1 files differ, 2 something failed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bookpress.edition import files
from bookpress.publish import crate
from lab import twice

NAME = "Archiv der Ausgabe, geöffnet – 复现"


def without_git(folder: Path, path: str) -> Path:
    """Fill a folder with links to every program on a path but git; return it."""
    folder.mkdir()
    for place in map(Path, path.split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if program.name != "git" and not link.is_symlink():
                link.symlink_to(program.absolute())
    return folder


def make(folder: Path, target: str, environment: dict[str, str]) -> None:
    """Make a target in a folder, which takes as long as it says; end the program if that fails."""
    began = time.monotonic()
    python = Path(sys.base_prefix, "bin", "python3")
    done = subprocess.run(
        ["make", target, f"PYTHON={python}"], cwd=folder, env=environment, capture_output=True, text=True
    )
    print(f"make {target}: {time.monotonic() - began:.0f} s, status {done.returncode}", flush=True)
    print("\n".join(done.stdout.splitlines()[-1:]), flush=True)
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-4000:], file=sys.stderr)
        print(f"rebuilt: `make {target}` failed in the copied crate", file=sys.stderr)
        sys.exit(2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build-only", action="store_true", help="leave out the tests")
    options = parser.parse_args()
    bag = twice.ROOT / "_build" / "crate"
    print(crate.check(bag))
    with tempfile.TemporaryDirectory() as name:
        copy = Path(shutil.copytree(bag / crate.PAYLOAD, Path(name, NAME)))
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("BOOKPRESS", "GIT", "MAKE", "MFLAGS"))
        }
        environment["PATH"] = str(without_git(Path(name, "programs"), environment["PATH"]))
        make(copy, "book", environment)
        found = twice.differences(copy / files.BOOK, copy / "_build" / "html")
        print("\n".join(found))
        print(
            f"rebuilt: {len(found) or 'no'} files of the book are different from the crate's own", flush=True
        )
        if not options.build_only:
            make(copy, "test", environment)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
