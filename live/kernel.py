"""Runs cells inside the runtime of a page, as a notebook's kernel would, and tells the page what each shows.

The page calls `start` once and `run` for each cell; each writes one line of JSON to the standard output of the process.
"""

import base64
import io
import json
import os
import sys
import traceback

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

OUT = sys.__stdout__
# As the engine's own kernels are started: see bookpress.run.kernels.managers.
FIGURES = {
    "figure_formats": ["svg"],
    "print_figure_kwargs": {"bbox_inches": "tight", "metadata": {"Date": None}},
}
SETTINGS = Config({"HistoryManager": {"enabled": False}, "InlineBackend": FIGURES})
shown = []  # what the running cell has shown so far


def _show(data, metadata=None):
    told = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in data.items()}
    output = {"data": told}
    if "text/markdown" in told:
        from markdown_it import MarkdownIt  # Python starts sooner without it

        output["html"] = MarkdownIt("commonmark").enable("table").render(told["text/markdown"])
    shown.append(output)


class _Stream(io.TextIOBase):
    """Standard output or standard error of a cell."""

    def __init__(self, name):
        self.name = name

    def write(self, text):
        if shown and [*shown[-1]["data"]] == [self.name]:
            shown[-1]["data"][self.name] += text
        elif text:
            shown.append({"data": {self.name: text}})
        return len(text)

    def writable(self):
        return True


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **more):
        _show(data, metadata)


class _Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, data, metadata=None):
        _show(data, metadata)


class ZMQInteractiveShell(InteractiveShell):
    """IPython's shell; pandas knows by its name and its kernel that it is in a notebook, and fits nothing to a terminal."""

    kernel = None
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def showtraceback(self, exc_tuple=None, *more, **named):
        kind, value, trace = self._get_exc_info(exc_tuple)
        lines = [one.lineno for one in traceback.extract_tb(trace) if one.filename.startswith("<ipython")]
        if isinstance(value, SyntaxError):
            lines, value = [value.lineno], value.msg
        where = f" in line {lines[-1]}" if lines else ""
        said = f": {value}" if str(value) else ""
        shown.append({"data": {"error": f"{kind.__name__}{where}{said}"}})

    def showsyntaxerror(self, *more, **named):
        self.showtraceback()


def start(chapter: str) -> None:
    """Make the shell, in the folder of a chapter of the book that is installed."""
    from bookpress.edition import book

    # Files in memory have no rights; whoever asks takes them for ones that cannot be written.
    os.access = lambda path, mode, **more: os.path.exists(path)
    # What libraries in C print is seen by nobody here, so there is nothing to keep and to turn away.
    os.dup = lambda number: os.open(os.devnull, os.O_RDONLY)
    os.dup2 = lambda number, other: other
    os.environ[book.EXHIBITS] = ""  # nothing is exported
    folder = (book.root() / chapter).parent
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    ZMQInteractiveShell.instance(config=SETTINGS)
    _reply(True)


def run(source: str) -> None:
    """Run a cell; what it shows, and whether it came to its end, is told to the page."""
    shown.clear()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    try:
        ran = ZMQInteractiveShell.instance().run_cell(source, store_history=True)
    finally:
        sys.stdout, sys.stderr = streams
    _reply(ran.success)


def _reply(done):
    # On a line of its own, whatever a library in C has printed.
    OUT.write("\n" + json.dumps({"done": done, "outputs": shown}) + "\n")
    OUT.flush()
