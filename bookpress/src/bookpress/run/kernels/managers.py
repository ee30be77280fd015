"""How Jupyter's clients start and reach the kernels that run chapters."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from bookpress.edition import scratch
from bookpress.run.kernels.forks import PROGRAM, Forked, can_fork, environment

# No history in a user's files, no message but errors. Figures that a chapter simply plots are vectors, the same bytes every time, so
# that tests can compare them.
ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=ERROR"]
ARGUMENTS += ["--InlineBackend.figure_formats=svg"]
ARGUMENTS += ["--InlineBackend.print_figure_kwargs={'bbox_inches': 'tight', 'metadata': {'Date': None}}"]


def transport(connection_file: str) -> str:
    """Return how a kernel is reached: by files beside its connection file, where its sockets can be files.

    Every user of the machine reaches a TCP port, and two kernels that start at once may choose the same one.
    """
    longest = 104  # bytes of a socket's path, with what is added to the connection file's name
    return "ipc" if os.name == "posix" and len(os.fsencode(connection_file)) < longest - 5 else "tcp"


class Provisioner(LocalProvisioner):
    """Jupyter's own way to a local kernel, but for the start: forked where that is safe."""

    process: Any  # a `subprocess.Popen`, or a `Forked` in its place

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["env"] = environment(kwargs.get("env") or os.environ)
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


class Manager(KernelManager):
    """Manages one kernel, for nbval."""

    @default("connection_file")
    def _connection_file(self) -> str:
        self._folder = scratch.Folder()  # goes when this manager does
        return str(Path(self._folder.name, "kernel.json"))

    @default("transport")
    def _transport(self) -> str:
        return transport(self.connection_file)

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """What starts a kernel: always this Python's own, whatever a user's files describe under the same name.

        Jupyter would look for descriptions of kernels, and import IPython for that, while another thread may do the same.
        """
        if self.kernel_name != NATIVE_KERNEL_NAME:
            return super().kernel_spec
        argv = [*PROGRAM, "-f", "{connection_file}"]
        chosen = {"kernel_provisioner": {"provisioner_name": "bookpress"}}
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=chosen)

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        return super().format_kernel_cmd([*dict.fromkeys([*(extra_arguments or []), *ARGUMENTS])])


class AsyncManager(Manager, AsyncKernelManager):
    """Manages one kernel, for nbclient."""
