"""The kernels that run chapters: how they start, how they are reached, and what they are started with.

On Linux the standard library's fork server imports once what chapters import (`bookpress.run.preload`), and forks itself
for every kernel. Elsewhere kernels start as Jupyter starts them: macOS's libraries may not be used after a fork.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

if sys.platform == "win32":
    ForkServerProcess = BaseProcess  # where nothing is forked
else:
    from multiprocessing.context import ForkServerProcess

# No history in a user's files, no message but errors.
ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=ERROR"]
# What Jupyter starts, and what we start in its place.
STOCK, OURS = ([sys.executable, "-m", name] for name in ("ipykernel_launcher", "bookpress.run.kernel"))
# Threads of linear algebra cannot be forked, and their number must not decide a last digit.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
# Python and the imported modules read these when they start.
READ_AT_START = ("PYTHON", "LC_", "LANG", "MATPLOTLIB", "MPLCONFIG", "IPYTHON", "JUPYTER_")


def preload(also: Sequence[str] = ()) -> None:
    """Name the modules that kernels import beside those of `bookpress.run.preload`; heeded before the first start."""
    forkserver.set_forkserver_preload(["bookpress.run.preload", *also])


def can_fork(command: list[str]) -> bool:
    """Return whether a kernel's program may be forked: this Python's own, on Linux, from a program of a package.

    A fork would run any other program that started this process once more, up to its ``if __name__ == "__main__"``.
    """
    program = sys.modules["__main__"]
    named = getattr(program.__spec__, "name", "") or ""
    alone = named.endswith("__main__") or not getattr(program, "__file__", None)
    return sys.platform == "linux" and alone and command[:3] == OURS


def transport(connection_file: str) -> str:
    """Return how a kernel is reached: by files beside its connection file, where its sockets can be files.

    Every user of the machine reaches a TCP port, and two kernels that start at once may choose the same one.
    """
    longest = 104  # bytes of a socket's path, with what is added to the connection file's name
    return "ipc" if os.name == "posix" and len(os.fsencode(connection_file)) < longest - 5 else "tcp"


class Forked(ForkServerProcess):
    """A forked kernel, with the part of `subprocess.Popen` that Jupyter's provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], folder: str, environment: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.command, self.folder, self.environment = command, folder, environment

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
        from bookpress.run.preload import ENVIRONMENT, PATH

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

        from bookpress.run import kernel as private

        arguments = self.command[3:]  # after: python -m module
        sys.argv = ["", *arguments]
        private.use()
        kernel = IPKernelApp.instance(parent_handle=server)
        kernel.initialize(arguments)
        if matplotlib := sys.modules.get("matplotlib"):
            matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # as the kernel chose it
        kernel.start()


class Provisioner(LocalProvisioner):
    """Jupyter's own way to a local kernel, but for the start: forked where that is safe."""

    process: Any  # a `subprocess.Popen`, or a `Forked` in its place

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["env"] = {**(kwargs.get("env") or os.environ), **ONE_THREAD}
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if can_fork(cmd):
            where = str(kwargs.get("cwd") or Path.cwd())
            process = Forked(cmd, where, kwargs["env"])
            with contextlib.suppress(OSError, EOFError):  # no fork server: Jupyter's own way
                await asyncio.to_thread(process.start)
                self.process, self.pid, self.pgid, self.cwd = process, process.pid, process.pid, where
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def send_signal(self, signum: int) -> None:
        # Jupyter interrupts every kernel before it kills it; one that is idle complains.
        if not (signum == signal.SIGINT and self.parent and self.parent.shutting_down):
            await super().send_signal(signum)


def end_with(parent: BaseProcess) -> None:
    """Kill this process, and all that it started, when its parent has ended."""
    parent.join()
    os.killpg(0, signal.SIGKILL)


class Manager(KernelManager):
    """Manages one kernel, for nbval."""

    @default("connection_file")
    def _connection_file(self) -> str:
        self._folder = tempfile.TemporaryDirectory(prefix="bookpress-")  # goes when this manager does
        return str(Path(self._folder.name, "kernel.json"))

    @default("transport")
    def _transport(self) -> str:
        return transport(self.connection_file)

    @property
    def kernel_spec(self) -> KernelSpec | None:
        spec = super().kernel_spec
        if spec:
            spec.metadata.setdefault("kernel_provisioner", {"provisioner_name": "bookpress"})
        return spec

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        command = super().format_kernel_cmd([*dict.fromkeys([*(extra_arguments or []), *ARGUMENTS])])
        return [*OURS, *command[3:]] if command[:3] == STOCK else command


class AsyncManager(Manager, AsyncKernelManager):
    """Manages one kernel, for nbclient."""
