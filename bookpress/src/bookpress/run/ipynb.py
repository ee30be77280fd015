"""Notebooks as they are stored: their cells, the code in them, what it imports, the exhibits that they show."""

import ast
import json
import re
import sysconfig
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bookpress.edition import book, texts

Notebook = dict[str, Any]
Part = dict[str, Any]  # a cell, an output or a description, as JSON has it
TAGS = ("raises-exception", "skip-execution")  # nbclient heeds these
# What draws by a script, and how it gives a picture instead; the last is for all others.
STATIC = {
    "plotly": "install kaleido and set `plotly.io.renderers.default = 'svg'`",
    "vega": "install vl-convert-python and call `altair.renderers.enable('svg')`",
    "widget": "show the values themselves",
    "": "save a picture and show it with {figure}",
}
# What the policy of a page keeps out; data for a script of the book are no script.
DRAWS = re.compile(r"<(script(?![^>]*application/(?:ld\+)?json)|iframe|video|audio|object|embed)\b")
# A bar of tqdm, one of rich, the widgets of a bar, and what rich says where there are no widgets.
BAR = re.compile(
    r"\d+%\|.*\||\d+it \[\d|[━╸╺]{3}|(Float|Int)Progress\(|TqdmWarning: IProgress not found|from \.autonotebook import tqdm"
    r"|install \"ipywidgets\" for Jupyter|warnings\.warn\('install"
)
OPTIONS = re.compile(r"\A(?:#\|.*\n?)+")  # comments above the code of a cell that say something of the cell
LABEL = re.compile(r"\A(?:#\|.*\n)*?#\| *label: *(\S.*?) *(?:\n|\Z)")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of a cell, as the format of notebooks has it
# In metadata: the exhibit that an output shows, the edition that a downloaded notebook is of.
MARK = "bookpress"


def read(path: Path) -> Notebook:
    """Return the notebook of a chapter: as it is stored, or as the text beside it says, with what is stored for its code.

    Its cells are `named`; one that has no id is called by its place. A BookError says that the file is no notebook, or what is wrong with the text.
    """
    text = texts.of(path)
    notebook = texts.notebook(text) if text else _stored(path)
    if text and path.is_file() and code(held := _stored(path)) == code(notebook):
        gave = iter([cell["outputs"], cell["execution_count"]] for cell in held["cells"] if "outputs" in cell)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = next(gave)
    return named(notebook, (text or path).name)


def _stored(path: Path) -> Notebook:
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook["cells"], list):
            raise TypeError("no list of cells")
        for number, cell in enumerate(notebook["cells"], start=1):
            cell.setdefault("id", f"cell-{number}")  # notebooks have ids since 2020, version 4.5
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise book.BookError(f"{path.name}: found {error!r}, expected a notebook") from None
    minor = notebook.get("nbformat_minor")
    return notebook | {"nbformat_minor": max(5, minor) if isinstance(minor, int) else minor}


def where(path: Path, cell: Part, root: Path | None = None) -> str:
    """Return where a cell stands, as its author knows it: file and id, or file and line of a text."""
    text = texts.of(path)
    name = (text or path).relative_to(root or path.parent).as_posix()
    ids = [one["id"] for one in named(texts.notebook(text), name)["cells"]] if text else []
    if text and cell.get("id") in ids:
        return f"{name}, line {texts.lines(text)[ids.index(cell['id'])]}"
    return f"{name}, cell {cell.get('id')}"


def named(notebook: Notebook, file: str) -> Notebook:
    """Return a notebook in which a cell that has a label has it as its id too: an editor may have no way to set that.

    A label stands in a comment above the code, as Quarto and MyST have it: ``#| label: figure-1``. A BookError says that it
    cannot be an id, or that two cells have it.
    """
    cells: list[Part] = []
    homes: dict[str, int] = {}
    for number, cell in enumerate(notebook["cells"], 1):
        label = LABEL.search("".join(cell["source"])) if cell["cell_type"] == "code" else None
        if label and not ID.fullmatch(label[1]):
            expected = "expected letters, digits and hyphens, 64 at most"
            raise book.BookError(f"{file}, cell {number}: found the label {label[1]!r}, {expected}")
        cell = {**cell, "id": label[1]} if label else cell
        if (name := cell.get("id")) and homes.setdefault(name, number) != number:
            said = f"found {name!r} in both as label or id, expected each once"
            raise book.BookError(f"{file}, cells {homes[name]} and {number}: {said}")
        cells.append(cell)
    return {**notebook, "cells": cells}


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


def language(notebook: Notebook) -> str:
    """Return the language of the kernel that a notebook names, as the notebook says it: "R", "julia"; "python" if it says none."""
    about = notebook.get("metadata", {})
    named = (about.get("kernelspec", {}).get("language"), about.get("language_info", {}).get("name"))
    return next(filter(None, named), "python")


def complaint(path: Path, outputs: Iterable[Part], quiet: bool = False) -> str:
    """Return a line on the first output of a notebook that a page cannot have, given what its code cells gave; or ''.

    That is what only a script could draw; if it is to be `quiet`, standard error too, which a chapter can allow.
    """
    notebook = read(path)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    quiet = quiet and not _stderr(notebook)
    for cell, gave in zip(cells, outputs, strict=False):
        tags = cell["metadata"].get("tags", [])
        for output in gave["outputs"]:
            if output.get("name") == "stderr" and quiet and "remove-stderr" not in tags:
                told = f"wrote to standard error, expected nothing: {_told(''.join(output['text']))}"
                return f"{where(path, cell)}: {told}; the tag remove-stderr allows it"
            if (what := lost(output)) and not {"remove-output", "remove-cell"} & {*tags}:
                return f"{where(path, cell)}: found {what}"
    return ""


def _told(text: str) -> str:
    """Return the line of what was written to standard error that says most: a warning without its place, or the last."""
    lines = [line for line in text.strip().splitlines() if not BAR.search(line)] or ["a blank line"]
    warned = [line for line in lines if re.search(r"\w+Warning: ", line)]
    return re.sub(r"^.*?(?=\w+Warning: )", "", warned[0]) if warned else lines[-1]


def lost(output: Part) -> str:
    """Return what a page would lose of an output, with what helps; empty if nothing: it shows no script and no widget."""
    data = output.get("data", {})
    kinds = [kind for kind in data if re.match(r"application/(vnd\.|javascript)", kind)]
    html = "".join(data.get("text/html", ""))
    kinds += [f"HTML with <{part}>" for part in DRAWS.findall(html)[:1]]
    if not kinds or any(kind.startswith("image/") for kind in data):
        return ""
    helps = (way for word, way in STATIC.items() if word in " ".join([*kinds, html]))
    return f"{kinds[0]}, which a page cannot show; {next(helps, STATIC[''])}"


def progress(output: Part) -> bool:
    """Return whether an output is a progress bar (of tqdm, rich, Jupyter): it says how long a run took, and nothing else."""
    if output["output_type"] == "stream":
        parts = [part for part in re.split(r"[\r\n]+", "".join(output["text"])) if part.strip()]
        return bool(parts) and all(BAR.search(part) for part in parts)
    data = output.get("data", {})
    text = "".join(data.get("text/plain", "x"))
    # rich leaves an empty box behind.
    return bool(BAR.search(text)) or (
        not text and not re.sub(r"<[^>]*>", "", data.get("text/html", "x")).strip()
    )


def kept(outputs: Sequence[Part], cell: Part, notebook: Notebook) -> list[Part]:
    """Return the outputs of a cell that are stored and shown: no progress bars, nor what the chapter says to remove.

    What the kernel calls a cell in a warning, and where an object lies in memory, differ from run to run, and are replaced.
    """
    removed = "remove-stderr" in cell["metadata"].get("tags", []) or _stderr(notebook).startswith("remove")
    found = [one for one in outputs if not progress(one)]
    bars = len(found) < len(outputs)  # and the end of their line
    found = [
        one
        for one in found
        if one.get("name") != "stderr" or not (removed or (bars and not "".join(one["text"]).strip()))
    ]
    for one in found:
        if one["output_type"] == "stream":
            one["text"] = _lasting(re.sub(r"\S*ipykernel_\d+\S*\.py", "cell", "".join(one["text"])))
        elif "text/plain" in one.get("data", {}):
            one["data"]["text/plain"] = _lasting("".join(one["data"]["text/plain"]))
    return found


def _lasting(text: str) -> str:
    return re.sub(r"(?<= at 0x)[0-9a-f]{8,}", "…", text)


def _stderr(notebook: Notebook) -> str:
    """Return what a chapter says of standard error, as MyST-NB reads it; empty if nothing."""
    return str(notebook["metadata"].get("mystnb", {}).get("output_stderr", ""))


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
