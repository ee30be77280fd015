"""One process that has imported what every chapter imports, and forks a kernel for each that asks.

Most of a kernel's start is imports. `Warm` starts the process and ends it; it listens on a socket in a private
folder, so that programs started meanwhile (test workers, the build) find it by the variable BOOKPRESS_WARM, and
BOOKPRESS_WARM=0 switches it off. Each kernel has a connection of its own that carries lines of JSON: to the warm
process what to run, then signals; back the process number, then how it ended. A connection that closes takes its
kernel along, and the warm process goes when whoever started it does, taking all: nothing outlives a build.

Forking is safe as long as no thread, socket or random state is shared. Nothing is imported that starts a thread
(linear algebra is told to use one), and a process that has two refuses. Only Linux is trusted: macOS's own
libraries may not be used after a fork, Windows has none, and kernels start there as Jupyter starts them.
"""

import builtins
import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

NAME = "BOOKPRESS_WARM"
IMPORTED = [
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
]
# Threads of linear algebra cannot be forked, and their number must not decide a last digit.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
# What Python and the imports read at their start: kernels that want it otherwise cannot be forked.
READ_AT_START = ("PYTHON", "LC_", "LANG", "MATPLOTLIB", "MPLCONFIG", "IPYTHON", "JUPYTER_")
PATIENCE = 60  # seconds to wait for the process to have imported all


class Refused(Exception):
    """The warm process cannot give the kernel that was asked for; it starts cold."""


def address() -> str:
    """Return where the warm process listens; '' if there is none."""
    path = os.environ.get(NAME, "")
    return "" if path == "0" else path


def folder() -> Path | None:
    """Return the private folder of the warm process, where its kernels' sockets lie too."""
    return Path(address()).parent if address() else None


def lost(why: object) -> None:
    """Say that the warm process is gone and kernels start cold from now on."""
    if address():
        os.environ[NAME] = "0"
        print(f"The warm process is gone ({why}); kernels start without it from here on", flush=True)


@cache
def told(why: str) -> None:
    """Say, once for each reason, that kernels start cold."""
    print(f"Kernels start without the warm process: {why}", flush=True)


def gone() -> bool:
    """Return whether there is no warm process any more; that it went is said once."""
    if address():
        try:
            with socket.socket(socket.AF_UNIX) as knock:
                knock.connect(address())
            return False
        except OSError as error:
            lost(error)
    return True


class Warm:
    """The warm process, for as long as a ``with`` block lasts; none where there is one, or forking is not safe."""

    process: subprocess.Popen[bytes] | None = None

    def __init__(self, also: Sequence[str] = ()) -> None:
        self.also = also  # modules to import beside those of every kernel

    def __enter__(self) -> "Warm":
        if os.environ.get(NAME) or sys.platform != "linux":
            return self
        self.folder = tempfile.mkdtemp(prefix="bookpress-")
        path = str(Path(self.folder, "warm"))
        # It listens before there is anyone to answer: who asks early waits for the imports.
        with socket.socket(socket.AF_UNIX) as listener:
            try:
                listener.bind(path)
            except OSError:  # a temporary folder with too long a name
                shutil.rmtree(self.folder)
                return self
            listener.listen(64)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bookpress.warm", str(listener.fileno()), self.folder, *self.also],
                cwd=Path(__file__).parents[1],
                env={**os.environ, **ONE_THREAD, "MPLBACKEND": "agg"},
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        os.environ[NAME] = path
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process is None:
            return
        os.environ.pop(NAME, None)
        assert self.process.stdin
        self.process.stdin.close()
        self.process.terminate()  # heeded only while it imports, when there is no kernel to take along
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


class Forked:
    """A forked kernel, with the part of `subprocess.Popen` that Jupyter's provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, argv: list[str], cwd: str, env: dict[str, str]) -> None:
        self.returncode: int | None = None
        self._heard = b""
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(PATIENCE)
            self._socket.connect(address())
            self._send({"argv": argv, "cwd": cwd, "env": env})
            answer = self._hear()
            if not answer:
                raise ConnectionError("it ended before it answered")
            if "pid" not in answer:
                raise Refused(answer["refused"])
        except BaseException:
            self._socket.close()
            raise
        self.pid = int(answer["pid"])

    def poll(self) -> int | None:
        """Return how the kernel ended, or None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the kernel has ended, and return how."""
        return self._ended(timeout)

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and all that it started."""
        with contextlib.suppress(OSError):
            self._send({"signal": int(number)})

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _send(self, message: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(message).encode() + b"\n")

    def _hear(self) -> dict[str, Any] | None:
        """Return the next message, or None if there will be no more."""
        while b"\n" not in self._heard:
            part = self._socket.recv(4096)
            if not part:
                return None
            self._heard += part
        line, _, self._heard = self._heard.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._socket.settimeout(timeout)
            try:
                message = self._hear()
            except (BlockingIOError, TimeoutError):
                return None
            except OSError:
                message = None
            self.returncode = message["exit"] if message else -int(signal.SIGKILL)
            self._socket.close()
        return self.returncode


class _Server:
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


def _become(request: dict[str, Any]) -> None:
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


def _main() -> None:
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder it was started in, as Jupyter's launcher does
    descriptor, owned, *also = sys.argv[1:]
    listener = socket.socket(fileno=int(descriptor))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported must not take this for a terminal: pandas would fit its tables to one.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    for name in (*IMPORTED, *also):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    gc.collect()
    gc.freeze()  # a collection in a child would copy all that is shared
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = _Server(listener)
    if request := server.serve():
        os.setsid()
        server.close()
        _become(request)
    else:
        shutil.rmtree(owned, ignore_errors=True)


if __name__ == "__main__":
    _main()
