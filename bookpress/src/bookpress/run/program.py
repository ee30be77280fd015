"""A kernel that listens on files alone where its sockets are files: ipykernel's, but for the pipe of its child processes.

ipykernel opens that pipe as a TCP port, which every user of the machine reaches. ``python -m bookpress.run.program`` takes
the place of ``python -m ipykernel_launcher``.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

# Nothing that lies in a chapter's folder is taken for a package of the kernel's; IPython puts the folder back.
if __name__ == "__main__" and (sys.path[0] == "" or Path(sys.path[0]) == Path.cwd()):
    del sys.path[0]

import ipykernel
import zmq
from ipykernel import kernelapp, zmqshell
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from zmq.eventloop.zmqstream import ZMQStream

LINGER = 3000  # milliseconds a child process waits until its output is taken


class Outputs(IOPubThread):
    """The thread that sends a kernel's outputs. Child processes reach it by a file beside the kernel's own sockets."""

    def _setup_pipe_in(self) -> None:
        address = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        if not address.startswith("ipc:"):
            super()._setup_pipe_in()  # type: ignore[no-untyped-call]
            return
        self._children, self._pipe_uuid = f"{address}c", os.urandom(16)
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(self._children)
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        if not hasattr(self, "_children"):
            return super()._setup_pipe_out()  # type: ignore[no-any-return, no-untyped-call]
        context = zmq.Context()  # a fork needs a context of its own
        pipe = context.socket(zmq.PUSH)
        pipe.linger = LINGER
        pipe.connect(self._children)
        return context, pipe


def styled(styler: Any) -> str:
    """Return a styled table of pandas; what it calls itself follows from what it shows, and is not drawn by chance."""
    html: str = styler.to_html()
    name, digest = styler.uuid, hashlib.sha256(html.replace(styler.uuid, "").encode()).hexdigest()
    return html.replace(f"T_{name}", f"T_{digest[:5]}")


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """A kernel's shell, in which the same cells give the same outputs; by its name pandas and others know a notebook."""

    def init_display_formatter(self) -> None:
        super().init_display_formatter()  # type: ignore[no-untyped-call]
        assert self.display_formatter, "it has just been made"
        self.display_formatter.formatters["text/html"].for_type_by_name(
            "pandas.io.formats.style", "Styler", styled
        )


def use() -> None:
    """Let this process become a kernel: its outputs are sent so, and a chapter imports the engine itself.

    What a chapter imports and reads is noted only then.
    """
    kernelapp.IOPubThread = Outputs  # type: ignore[attr-defined]
    IPythonKernel.shell_class.default_value = ZMQInteractiveShell
    sys.argv[0] = str(Path(ipykernel.__path__[0]).with_name("ipykernel_launcher.py"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "bookpress"]:
        del sys.modules[name]


if __name__ == "__main__":
    use()
    kernelapp.launch_new_instance()
