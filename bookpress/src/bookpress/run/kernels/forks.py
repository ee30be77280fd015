"""Forks: on Linux the standard library's fork server imports once what chapters import, and forks itself for every kernel.

Elsewhere kernels start as Jupyter starts them: macOS's libraries may not be used after a fork.
"""

import gc
import multiprocessing
import os
import signal
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import ModuleType

from bookpress.edition import book

if sys.platform == "win32":
    ForkServerProcess = BaseProcess  # where nothing is forked
else:
    from multiprocessing.context import ForkServerProcess

# What is started in the place of ipykernel's own program.
PROGRAM = [sys.executable, "-m", "bookpress.run.program"]
# Threads of linear algebra cannot be forked, and their number must not decide a last digit.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
OWN = ("MPLBACKEND",)  # how a person likes other figures to be drawn
# The same drawing has the same names in it every time; all else is as Matplotlib has it.
DRAWING = {"MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc"))}
# Python and the imported modules read these when they start.
READ_AT_START = ("PYTHON", "LC_", "LANG", "MATPLOTLIB", "MPLCONFIG", "IPYTHON", "JUPYTER_")


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of a kernel: those given, without a person's settings for figures and start-up files.

    The book's own packages come first, and the engine is the one that runs here: in a copied folder the environment may
    still name those of the original. Matplotlib
    keeps its list of fonts beside this Python, if it may; where it can keep it nowhere it complains in a cell.
    """
    kept = {name: value for name, value in given.items() if name not in OWN} | ONE_THREAD | DRAWING
    kept["IPYTHONDIR"] = str(Path(sys.prefix, "ipython"))
    root = given.get(book.BOOK) or str(book.root())
    if not book.is_installed(Path(root)):
        home = str(book.ENGINE.parent)
        engine = [] if home == sysconfig.get_path("purelib") else [home]
        paths = [root, *engine, *filter(None, given.get("PYTHONPATH", "").split(os.pathsep))]
        kept["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    folder = Path(sys.prefix, "matplotlib")
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return kept | ({"MPLCONFIGDIR": str(folder)} if os.access(folder, os.W_OK) else {})


def name_imports(also: Sequence[str] = ()) -> None:
    """Name the modules that kernels import beside those of `bookpress.run.kernels.preload`; heeded before the first start."""
    forkserver.set_forkserver_preload(["bookpress.run.kernels.preload", *also])


def can_fork(command: list[str]) -> bool:
    """Return whether a kernel's program may be forked: this Python's own, on Linux."""
    return sys.platform == "linux" and command[:3] == PROGRAM


class Forked(ForkServerProcess):
    """A forked kernel, with the part of `subprocess.Popen` that Jupyter's provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], folder: str, environment: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.command, self.folder, self.environment = command, folder, environment

    def start(self) -> None:
        """Start without the program that runs here: the fork would run it once more, and hold what it imports for a chapter's."""
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self.join(timeout)
        return self.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid and self.is_alive():
            os.kill(self.pid, number)

    def run(self) -> None:
        """Turn this process, a fork of the fork server, into the kernel that the command starts.

        Only with the fork server's environment and no second thread is that the same as one that starts by itself.
        """
        from bookpress.run.kernels.preload import ENVIRONMENT, PATH

        os.setsid()
        os.chdir(self.folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server = os.getppid()
        environment = {**self.environment, "JPY_PARENT_PID": str(server)}
        read = {name for name in {*ENVIRONMENT, *environment} if name.startswith(READ_AT_START)}
        if (
            any(ENVIRONMENT.get(name) != environment.get(name) for name in read)
            or Path("matplotlibrc").exists()
            or len(os.listdir(f"/proc/{server}/task")) > 1
        ):
            # Without the pipes that it inherited: the fork server ends when nobody holds them.
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            os.execve(self.command[0], self.command, environment)
        gc.freeze()  # a collection would copy all that is shared
        self.daemon = False  # a chapter may start processes
        Thread(target=end_with, args=[multiprocessing.parent_process()], daemon=True).start()
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.path[:] = PATH
        if random := sys.modules.get("numpy.random"):
            random.seed()  # Python's own generator is seeded anew by itself
        from ipykernel.kernelapp import IPKernelApp

        program = import_module(PROGRAM[-1])
        arguments = self.command[3:]  # after: python -m module
        sys.argv = ["", *arguments]
        program.use()
        kernel = IPKernelApp.instance(parent_handle=server)
        kernel.initialize(arguments)
        if matplotlib := sys.modules.get("matplotlib"):
            matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # as the kernel chose it
        kernel.start()


def end_with(parent: BaseProcess) -> None:
    """Kill this process, and all that it started, when its parent has ended."""
    parent.join()
    os.killpg(0, signal.SIGKILL)
