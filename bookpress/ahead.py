"""`jupyter-book`, but the chapters that must run start at once, while Sphinx is still being imported.

python _ext/ahead.py build FOLDER [OPTION…]
"""

import atexit
import gc
import sys
from pathlib import Path

import fresh

if __name__ == "__main__":
    # Else Python's last act is to look for garbage in all that Sphinx holds, for half a second.
    atexit.register(gc.freeze)
    fresh.start(Path(sys.argv[2]).resolve(), lambda line: print(line, flush=True))
    from jupyter_book.cli.main import main

    try:
        main()
    except RuntimeError:  # said above in full; Jupyter Book adds its own trace
        sys.exit(1)
