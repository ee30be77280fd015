"""The warm process itself: imports, waits, and turns a copy of itself into each kernel that is asked for.

`bookpress.run.warm` starts it and says how it is spoken to; this module is run, never imported.
"""

import builtins
import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

IMPORTED = [
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
]
PR_SET_PDEATHSIG = 1  # of Linux, see prctl(2)
# What Python and the imports read at their start: kernels that want it otherwise cannot be forked.
READ_AT_START = ("PYTHON", "LC_", "LANG", "MATPLOTLIB", "MPLCONFIG", "IPYTHON", "JUPYTER_")


class Server:
    """The warm process itself: answers each connection with a kernel, and passes on signals and endings."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.selector = selectors.DefaultSelector()
        self.kernels: dict[socket.socket, int] = {}
        self.heard: dict[socket.socket, bytes] = {}
        self.woken, waker = socket.socketpair()
        self.kept = [listener, self.woken, waker]
        for one in (self.woken, waker):
            one.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno())
        for source in (listener, self.woken, sys.stdin):
            self.selector.register(source, selectors.EVENT_READ)

    def serve(self) -> dict[str, Any] | None:
        """Return None when the owner has gone, and in every forked child what it shall run."""
        while True:
            for key, _ in self.selector.select():
                source: Any = key.fileobj
                if source is sys.stdin:
                    if not os.read(0, 1024):
                        for connection in list(self.kernels):
                            self.signal(connection, signal.SIGKILL)
                        return None
                elif source is self.listener:
                    connection, _ = self.listener.accept()
                    self.heard[connection] = b""
                    self.selector.register(connection, selectors.EVENT_READ)
                elif source is self.woken:
                    self.woken.recv(1024)
                    self.reap()
                elif request := self.answer(source):
                    return request

    def answer(self, connection: socket.socket) -> dict[str, Any] | None:
        """Do what a connection asks; return its request in the child that it asked for."""
        try:
            part = connection.recv(65536)
        except OSError:
            part = b""
        if not part:
            if connection in self.kernels:
                self.signal(connection, signal.SIGKILL)  # forgotten once it has been reaped
                self.selector.unregister(connection)
            else:
                self.forget(connection)
            return None
        *lines, self.heard[connection] = (self.heard[connection] + part).split(b"\n")
        for message in map(json.loads, lines):
            if "signal" in message:
                self.signal(connection, message["signal"])
            elif why := self.refusal(message):
                self.tell(connection, {"refused": why})
            elif pid := os.fork():
                self.kernels[connection] = pid
                self.tell(connection, {"pid": pid})
            else:
                request: dict[str, Any] = message
                return request
        return None

    def refusal(self, request: dict[str, Any]) -> str:
        """Return why a fork would not be what was asked for, or not be safe; '' if it is."""
        if (threads := len(os.listdir("/proc/self/task"))) > 1:
            return f"{threads} threads run in the warm process, expected one"
        if request["argv"][0] != sys.executable:
            return f"the warm process is {sys.executable}"
        if Path(request["cwd"], "matplotlibrc").exists():
            return "Matplotlib has its own settings beside the chapter"
        mine, theirs = (
            {name: value for name, value in env.items() if name.startswith(READ_AT_START)}
            for env in (dict(os.environ), request["env"])
        )
        return ", ".join(sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name)))

    def signal(self, connection: socket.socket, number: int) -> None:
        """Signal a kernel's whole group; it has one a moment after the fork."""
        if pid := self.kernels.get(connection):
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                os.kill(pid, number)

    def reap(self) -> None:
        for connection, pid in list(self.kernels.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self.kernels[connection]
                self.tell(connection, {"exit": os.waitstatus_to_exitcode(status)})
                self.forget(connection)

    def tell(self, connection: socket.socket, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # whoever asked may have gone
            connection.sendall(json.dumps(message).encode() + b"\n")

    def forget(self, connection: socket.socket) -> None:
        with contextlib.suppress(KeyError):
            self.selector.unregister(connection)
        self.heard.pop(connection, None)
        connection.close()

    def close(self) -> None:
        """Give up, in a child, everything that is the warm process's own."""
        signal.set_wakeup_fd(-1)
        self.selector.close()
        for one in (*self.kept, *self.heard):
            one.close()


def end_with(parent: int) -> None:
    """Let the system kill this process when its parent ends, whenever that is."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that
        os._exit(1)


def become(request: dict[str, Any]) -> None:
    """Turn this forked process into the kernel that was asked for, as if it had been started so."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    if random := sys.modules.get("numpy.random"):
        random.seed()  # Python's own is seeded anew by itself
    # A chapter imports the engine for itself, so that what it reads is noted.
    for name in [name for name in sys.modules if name.partition(".")[0] == "bookpress"]:
        del sys.modules[name]
    from ipykernel.kernelapp import IPKernelApp

    arguments = request["argv"][3:]  # after: python -m ipykernel_launcher
    sys.argv = [
        str(Path(sys.modules["ipykernel"].__path__[0]).with_name("ipykernel_launcher.py")),
        *arguments,
    ]
    kernel = IPKernelApp.instance(parent_handle=os.getppid())
    kernel.initialize(arguments)
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # the kernel's choice, as at a cold start
    kernel.start()


def main() -> None:
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder it was started in, as Jupyter's launcher does
    descriptor, owned, *also = sys.argv[1:]
    listener = socket.socket(fileno=int(descriptor))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported must not take this for a terminal: pandas would fit its tables to one.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    for name in (*IMPORTED, *also):
        with contextlib.suppress(Exception):  # the chapter that imports it will say so
            importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    gc.collect()
    gc.freeze()  # a collection in a child would copy all that is shared
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server, mine = Server(listener), os.getpid()
    if request := server.serve():
        os.setsid()
        end_with(mine)
        server.close()
        become(request)
    else:
        shutil.rmtree(owned, ignore_errors=True)


if __name__ == "__main__":
    main()
