"""How a command ends when it is asked to: by Ctrl-C, by `kill`, or because its terminal was closed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """A handler of signals that raises KeyboardInterrupt, and remembers that it was called."""

    requested = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.requested = True
        # While Python frees the lock of an import it would only complain and go on; whoever waits asks `requested`.
        if frame is None or "importlib" not in frame.f_code.co_filename:
            raise KeyboardInterrupt


@contextmanager
def handled() -> Iterator[None]:
    """Turn every signal that asks this process to end into KeyboardInterrupt; earlier handlers come back at the end."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handler = Interrupt()
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)


def requested() -> bool:
    """Return whether this process has been asked to end: libraries may drop the KeyboardInterrupt."""
    return bool(getattr(signal.getsignal(signal.SIGINT), "requested", False))
