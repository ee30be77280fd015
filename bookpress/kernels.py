"""How the kernels that run chapters are reached: by sockets in files, where the system has them.

A kernel's TCP ports are chosen before it binds them, so two kernels that start at once may choose the same.
"""

import os
import tempfile
from pathlib import Path
from uuid import uuid4

from jupyter_client.manager import AsyncKernelManager, KernelManager
from traitlets import HasTraits, default


class _Sockets(HasTraits):
    @default("transport")
    def _transport(self) -> str:
        return "ipc" if os.name == "posix" else "tcp"

    @default("ip")
    def _ip(self) -> str:
        if self.transport == "tcp":
            return "127.0.0.1"
        # The whole path must stay below 104 bytes.
        return str(Path(tempfile.gettempdir(), f"kernel-{uuid4().hex}"))


class Manager(_Sockets, KernelManager):
    """Manages one kernel."""


class AsyncManager(_Sockets, AsyncKernelManager):
    """Manages one kernel, for `nbclient`."""
