"""What every kernel imports, imported once: the standard library's fork server loads this module, then forks kernels.

Only the fork server imports this; `bookpress.run.kernels.forks` starts it and says what becomes of each fork.
"""

import builtins
import contextlib
import importlib
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

from bookpress.run.kernels import forks

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which ends its kernels
# What a kernel of its own would have been started with.
ENVIRONMENT = forks.environment(os.environ)
os.environ.clear()
os.environ |= ENVIRONMENT
SHOW = [sys.executable, "-c", "import sys; print(*filter(None, sys.path), sep='\\n')"]
PATH = subprocess.run(SHOW, capture_output=True, text=True).stdout.splitlines()
MODULES = ["ipykernel.kernelapp", "ipykernel.zmqshell", "pandas"]
MODULES += ["matplotlib.pyplot", "matplotlib.backends.backend_svg"]

os.environ["MPLBACKEND"] = "agg"
os.chdir("/")  # Matplotlib reads settings from the folder that it is imported in
sys.path[:] = PATH
# pandas fits its tables to a terminal if it takes this process for one.
builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
for name in MODULES:
    with contextlib.suppress(Exception):  # the chapter that imports it says why it fails
        importlib.import_module(name)
del builtins.get_ipython  # type: ignore[attr-defined]
