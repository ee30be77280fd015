"""Build the book from nothing into a new folder; it replaces the last good one only when it is whole."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD, NEW = ROOT / "_build", ROOT / "_build" / "new"


def main() -> int:
    shutil.rmtree(NEW, ignore_errors=True)
    # Every warning is an error: a broken reference, a failing cell or a missing citation stops the build.
    command = [
        Path(sys.executable).with_name("jupyter-book"),
        "build",
        ".",
        "--path-output",
        NEW,
    ]
    status = subprocess.run([*command, "-W", "-n", "--keep-going"], cwd=ROOT).returncode
    if status:
        print(
            "book: not built; _build/html is the last good one, if there was any",
            file=sys.stderr,
        )
        return status
    shutil.rmtree(BUILD / "html", ignore_errors=True)
    (NEW / "_build" / "html").rename(BUILD / "html")
    shutil.rmtree(NEW)
    print(f"The book is in {(BUILD / 'html' / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
