"""The kernels that run chapters: how they start, how they are reached, and what they are started with.

A kernel is forked from the warm process where there is one (see `bookpress.run.warm`), else started as Jupyter does.
It is reached by sockets in files where the system has them: TCP ports are chosen before they are bound, so two
kernels that start at once may choose the same.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from bookpress.run import warm

# No history in a user's files, no word but of errors.
ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=ERROR"]


class Provisioner(LocalProvisioner):
    """Jupyter's own way to a local kernel, but for the start: forked where that is safe."""

    process: Any  # a `subprocess.Popen`, or a `warm.Forked` in its place

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["env"] = {**(kwargs.get("env") or os.environ), **warm.ONE_THREAD}
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if cmd[:3] == [sys.executable, "-m", "ipykernel_launcher"] and warm.address():
            where = {"cwd": str(kwargs.get("cwd") or Path.cwd()), "env": kwargs["env"]}
            try:
                self.process = await asyncio.to_thread(warm.Forked, cmd, **where)
            except warm.Refused as why:
                warm.told(str(why))
            except OSError as error:
                warm.lost(error)
            else:
                self.pid, self.cwd = self.process.pid, where["cwd"]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def wait(self) -> int | None:
        """Wait for the kernel to end; a forked one tells at once, any other is polled."""
        if isinstance(self.process, warm.Forked):
            status = await asyncio.to_thread(self.process.wait)
            self.process = None
            return status
        return await super().wait()


def _folder() -> Path:
    """Return where kernels have their sockets: beside the warm process's own, which takes them along."""
    return warm.folder() or Path(tempfile.gettempdir())


class Manager(KernelManager):
    """Manages one kernel, for nbval."""

    @default("transport")
    def _transport(self) -> str:
        # A socket's path has at most 104 bytes; its five are the name of one with a number.
        return "ipc" if os.name == "posix" and len(str(_folder())) < 60 else "tcp"

    @default("ip")
    def _ip(self) -> str:
        return "127.0.0.1" if self.transport == "tcp" else str(_folder() / f"kernel-{uuid4().hex}")

    @default("connection_file")
    def _connection_file(self) -> str:
        return str(_folder() / f"kernel-{uuid4().hex}.json")

    @property
    def kernel_spec(self) -> KernelSpec | None:
        spec = super().kernel_spec
        if spec:
            spec.metadata.setdefault("kernel_provisioner", {"provisioner_name": "bookpress"})
        return spec

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        given = list(extra_arguments or [])
        names = {argument.partition("=")[0] for argument in given}
        ours = [argument for argument in ARGUMENTS if argument.partition("=")[0] not in names]
        return super().format_kernel_cmd([*given, *ours])


class AsyncManager(Manager, AsyncKernelManager):
    """Manages one kernel, for nbclient."""
