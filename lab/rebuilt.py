"""Does an archived edition rebuild?"""

import os
import shutil
import sys
from argparse import Namespace
from pathlib import Path

from bookpress.edition import files
from bookpress.publish import crate
from lab.copies import ROOT, differences, run

NAME = "Archiv der Ausgabe, geöffnet – 复现"


def rebuilt(options: Namespace) -> int:
    """Copy the crate to a new folder, build and test the book there, and compare it with the crate's own.

    The new folder's name has blanks and letters beyond ASCII; there is no repository above it, and no git.
    Returns 1 if files differ.
    """
    bag = ROOT / "_build" / "crate"
    print(crate.check(bag), flush=True)
    for name in [name for name in os.environ if name.startswith(("BOOKPRESS", "GIT", "MAKE", "MFLAGS"))]:
        del os.environ[name]
    copy = Path(shutil.copytree(bag / crate.PAYLOAD, options.folder / NAME))
    programs = options.folder / "programs"
    programs.mkdir()
    for program in (found for place in os.get_exec_path() for found in Path(place).glob("*")):
        if program.name != "git" and not (link := programs / program.name).is_symlink():
            link.symlink_to(program.absolute())

    def make(target: str) -> None:
        command = ["make", target, f"PYTHON={Path(sys.base_prefix, 'bin', 'python3')}"]
        done = run(command, copy, PATH=str(programs))
        print(f"make {target}: {done.seconds:.0f} s", *done.printed.splitlines()[-1:], sep="\n", flush=True)

    make("book")
    found = [*differences(copy / files.BOOK, copy / "_build" / "html")]
    print(*(f"{line}\n" for line in found), sep="", end="")
    print(f"rebuilt: {len(found)} files of the book are different from the crate's own", flush=True)
    make("test")
    return int(bool(found))
