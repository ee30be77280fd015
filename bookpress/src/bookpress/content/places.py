"""Where Sphinx finds a fault, as its author knows the place: file from the book's folder, cell, line within the cell."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

# Sphinx says these in words of its own, or we do.
TWICE = re.compile(
    r'Duplicate (ID|explicit target name): "(equation|table|figure)-|unknown directive or role name'
)
HINTS = {
    r"Unknown (directive|interpreted)": "name its extension under `sphinx: extra_extensions` in _config.yml, and its package in pyproject.toml",
    r"Pygments lexer name": "name another language, or `text`",
}
EACH = 10_000  # lines that MyST-NB counts for a cell, whose first one is the second
_cells: WeakKeyDictionary[Sphinx, dict[str, list[str]]] = WeakKeyDictionary()


def note(app: Sphinx, docname: str, cells: Sequence[str]) -> None:
    """Note where the cells of a document stand, as Sphinx reads them: "b.ipynb, cell lead" or "b.md, line 9"."""
    _cells.setdefault(app, {})[app.env.doc2path(docname)] = [*cells]


def named(location: str, cells: Sequence[str], root: Path) -> str:
    """Return a place that MyST-NB counts as file, cell and line.

    Examples
    --------
    >>> named("/a/b.ipynb:20003", ["b.ipynb, cell title", "b.ipynb, cell lead"], Path("/a"))
    'b.ipynb, cell lead, line 2'
    >>> named("/a/b.ipynb:20003", ["b.md, line 1", "b.md, line 9"], Path("/a"))
    'b.md, line 10'
    """
    found = re.fullmatch(r"(.*?)(?::(\d+)|:)?", location)
    path, line = (found[1], int(found[2] or 0)) if found else (location, 0)
    name = Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path
    cell, within = divmod(line, EACH)
    if cells and 0 < cell <= len(cells):
        place, within = cells[cell - 1], max(within - 1, 0)
        if text := re.fullmatch(r"(.*), line (\d+)", place):
            return f"{text[1]}, line {int(text[2]) + max(within - 1, 0)}"
        return f"{place}, line {within}" if within else place
    return f"{name}:{line}" if line else name


class Named(logging.Filter):
    """Names the place of a warning."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep a record that is not told in other words."""
        said = record.getMessage()
        if TWICE.search(said):
            return False
        location = getattr(record, "location", None)
        if isinstance(location, str):
            path = re.sub(r":\d*$", "", location)
            record.location = named(location, _cells.get(self.app, {}).get(path, []), Path(self.app.srcdir))
        hints = [hint for start, hint in HINTS.items() if re.search(start, said)]
        record.msg = "; ".join([str(record.msg), *hints])
        return True


def setup(app: Sphinx) -> dict[str, bool]:
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(Named(app))  # the last: Sphinx has made a text of the place
    return {"parallel_read_safe": True, "parallel_write_safe": True}
