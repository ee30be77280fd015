"""Notebooks as they are stored: their cells, the code in them, what it imports, the exhibits that they show."""

import ast
import json
import sysconfig
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bookpress.edition import book

Notebook = dict[str, Any]
Part = dict[str, Any]  # a cell, an output or a description, as JSON has it
TAGS = ("raises-exception", "skip-execution")  # nbclient heeds these
# In metadata: the exhibit that an output shows, the edition that a downloaded notebook is of.
MARK = "bookpress"


def read(path: Path) -> Notebook:
    """Return a notebook as it is stored; a BookError says that it is none."""
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook["cells"], list):
            raise TypeError("no list of cells")
        return notebook
    except (ValueError, KeyError, TypeError) as error:
        raise book.BookError(f"{path.name}: found {error!r}, expected a notebook") from None


def code(notebook: Notebook) -> list[str]:
    """Return the sources of the code cells, with the tags that decide whether and how a cell is run."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tags = ([tag for tag in TAGS if tag in cell["metadata"].get("tags", [])] for cell in cells)
    return ["\n# ".join(["".join(cell["source"]), *own]) for cell, own in zip(cells, tags, strict=True)]


def exhibits(cells: Iterable[Part]) -> Iterator[tuple[Part, Part, Part]]:
    """Yield every exhibit that cells show in their stored outputs, in order: its description, the cell, the output."""
    for cell in cells:
        for output in cell.get("outputs", []):
            if about := output.get("metadata", {}).get(MARK):
                yield about, cell, output


def labels(cell: Part) -> list[str]:
    """Return the labels of the exhibits that a cell shows, such as "Table S1"."""
    return [about["label"] for about, _, _ in exhibits([cell])]


def complaint(path: Path, outputs: Iterable[Part]) -> str:
    """Return a line on the first cell of a notebook that writes to standard error, given what its code cells gave; or ''."""
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    for cell, gave in zip(cells, outputs, strict=False):
        for output in gave["outputs"]:
            if output.get("name") == "stderr":
                said = "".join(output["text"]).strip().splitlines() or ["a blank line"]
                return f"{path.name}, cell {cell.get('id')}: wrote to standard error, expected nothing: {said[-1]}"
    return ""


def imported(paths: Iterable[Path], root: Path) -> list[str]:
    """Return the installed modules that at least two of these notebooks import; none of the book's own."""
    found = Counter(name for path in paths for name in set(imports("\n".join(code(read(path))))))
    folders = {root, *(path.parent for path in paths)}
    own = {child.name.removesuffix(".py") for folder in folders for child in folder.iterdir()}
    own |= {*book.packages(root)}
    shared = [(name, name.partition(".")[0]) for name, count in sorted(found.items()) if count > 1]
    return [name for name, package in shared if package not in own and _is_installed(package)]


def imports(source: str) -> Iterator[str]:
    """Yield what a program imports by name; what only IPython understands imports nothing."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_installed(package: str) -> bool:
    """Return whether a package comes with Python or was installed."""
    spec = find_spec(package)
    homes = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")]
    return bool(spec and spec.origin and spec.origin.startswith((*homes, "built-in", "frozen")))


def parsed(source: str) -> ast.Module:
    """Return the syntax tree of a cell, what only IPython understands included; empty for what is no Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        with suppress(SyntaxError):
            return ast.parse(TransformerManager().transform_cell(source))
        return ast.Module([], [])
