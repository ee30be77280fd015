"""How a command ends when it is asked to: by Ctrl-C, by `kill`, or because its terminal was closed."""

import signal
from collections.abc import Callable, Iterator
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
    with _handled_by(Interrupt()):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Let no signal interrupt what stands in a ``with`` block; what was asked meanwhile is heard at its end."""
    asked: list[int] = []
    with _handled_by(lambda number, frame: asked.append(number)):
        yield
    for number in asked[:1]:
        signal.raise_signal(number)


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)


def requested() -> bool:
    """Return whether this process has been asked to end: libraries may drop the KeyboardInterrupt."""
    return bool(getattr(signal.getsignal(signal.SIGINT), "requested", False))
