"""One warm process that has imported what every chapter imports, and forks a kernel for each that asks.

Most of a kernel's start is imports. `Warm` starts the process (`bookpress.run.zygote`) and ends it; it listens on a socket in a private
folder, so that programs started meanwhile (test workers, the build) find it by the variable BOOKPRESS_WARM, and
BOOKPRESS_WARM=0 switches it off. Each kernel has a connection of its own that carries lines of JSON: to the warm
process what to run, then signals; back the process number, then how it ended. A connection that closes takes its
kernel along, and the warm process goes when whoever started it does, taking all: nothing outlives a build.

Forking is safe as long as no thread, socket or random state is shared. Nothing is imported that starts a thread
(linear algebra is told to use one), and a process that has two refuses. Only Linux is trusted: macOS's own
libraries may not be used after a fork, Windows has none, and kernels start there as Jupyter starts them. What a
package reads from the environment when it is imported must be set for the whole book, not in a chapter's first lines.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

NAME = "BOOKPRESS_WARM"
ZYGOTE = Path(__file__).with_name("zygote.py")
# Threads of linear algebra cannot be forked, and their number must not decide a last digit.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
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
                [sys.executable, ZYGOTE, str(listener.fileno()), self.folder, *self.also],
                cwd=self.folder,  # nothing lies there that an import could take for its settings
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
