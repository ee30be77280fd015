"""Does an archived edition rebuild?"""

import os
import shutil
import sys
from pathlib import Path

from bookpress.edition import files
from bookpress.publish import crate
from lab.copies import ROOT, differences, run

NAME = "Archiv der Ausgabe, geöffnet – 复现"


def rebuilt(folder: Path, build_only: bool) -> int:
    """Copy the crate to a new folder, build and test the book there, and compare it with the crate's own.

    The new folder's name has blanks and letters beyond ASCII; there is no repository above it, and git fails.
    Returns 1 if files differ.
    """
    bag = ROOT / "_build" / "crate"
    print(crate.check(bag))
    copy = Path(shutil.copytree(bag / crate.PAYLOAD, folder / NAME))
    git = folder / "programs" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nexit 127\n")
    git.chmod(0o755)
    for name in [name for name in os.environ if name.startswith(("BOOKPRESS", "GIT", "MAKE", "MFLAGS"))]:
        del os.environ[name]
    path = os.pathsep.join([str(git.parent), os.environ["PATH"]])

    def make(target: str) -> None:
        python = Path(sys.base_prefix, "bin", "python3")
        done = run(["make", target, f"PYTHON={python}"], copy, PATH=path)
        print(f"make {target}: {done.seconds:.0f} s", *done.printed.splitlines()[-1:], sep="\n", flush=True)

    make("book")
    found = differences(copy / files.BOOK, copy / "_build" / "html")
    print(*found, sep="\n")
    print(f"rebuilt: {len(found) or 'no'} files of the book are different from the crate's own", flush=True)
    if not build_only:
        make("test")
    return int(bool(found))
