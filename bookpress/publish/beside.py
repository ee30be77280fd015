"""What a reader takes along from a page, its notebook as it ran and the same as a script, and whether it still gives what it shows."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat

from bookpress.edition import book, citation
from bookpress.provenance import PACKAGES, ProvenanceError
from bookpress.run import ipynb, results, runner
from bookpress.run.stored import METADATA
from bookpress.verify.causes import few, versions
from bookpress.verify.differences import moved

CONSTRAINTS = "constraints.txt"  # name of a file with the versions of a lock
MARK = "bookpress"  # in a notebook's metadata: of which edition and which chapter it is


def notebook(path: Path, root: Path, result: results.Result, wheel: str) -> str:
    """Return the text of a chapter's notebook with the outputs of a result, as a reader downloads it.

    Parameters
    ----------
    path, root : Path
        The chapter, and the book's folder.
    result : Result
        What it gave when it last ran.
    wheel : str
        Name of the file that it needs; '' if there is none.
    """
    about = {
        "edition": citation.edition()["version"],
        "chapter": path.relative_to(root).as_posix(),
        **({"wheel": wheel} if wheel else {}),
    }
    whole = results.merge(ipynb.read(path), result)
    return f"{nbformat.writes(nbformat.from_dict({**whole, 'metadata': {**METADATA, MARK: about}}))}\n"


def script(path: Path) -> str:
    """Return a chapter as a Python script in the percent format, which editors open as cells."""
    import jupytext

    read = nbformat.read(path, as_version=4)
    for cell in read.cells:
        cell.metadata.clear()
    read.metadata = {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}
    return str(jupytext.writes(read, fmt="py:percent"))


def for_colab(text: str, address: str) -> str:
    """Return the text of a notebook with a first cell that installs what it needs, for a service that has nothing."""
    whole = nbformat.reads(text, as_version=4)
    cell = nbformat.v4.new_code_cell(f"%pip install --quiet {address}", id="install")
    return f"{nbformat.writes(nbformat.from_dict({**whole, 'cells': [cell, *whole.cells]}))}\n"


def constraints(lock: str) -> str:
    """Return the versions in a lock without their hashes, which pip takes beside files that have none.

    Examples
    --------
    >>> constraints("# of\\npandas==3.0 ; python_version > '3' \\\\\\n    --hash=sha256:0\\n    # via x\\n")
    "pandas==3.0 ; python_version > '3'\\n"
    """
    return "".join(f"{line}\n" for line in re.findall(r"^([A-Za-z0-9].*?)(?: \\)?$", lock, flags=re.M))


def verify(paths: Sequence[Path], root: Path) -> Iterator[tuple[Path, str, str]]:
    """Run the chapters of downloaded notebooks anew and yield each path with its verdict and the reason.

    Yields
    ------
    tuple
        The path, ``"identical"``, ``"moved"`` (other packages give other outputs) or ``"edited"``, and why.

    Raises
    ------
    ProvenanceError
        If one is no notebook of an edition, or one of another than the one at hand; nothing is run then.
    BookError
        If one is no notebook.
    """
    opened = {path: _opened(path, root) for path in paths}
    changed = {path: list(_changed_cells(given, ipynb.read(home))) for path, (given, home) in opened.items()}
    asked = [path for path in paths if not changed[path]]
    packages = versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))
    told = _differences({path: opened[path] for path in asked}, root)
    if not packages:  # memory that fails for a moment must not accuse anybody
        again = _differences({path: opened[path] for path in asked if told[path]}, root)
        told |= {path: again[path] and told[path] for path in again}
    for path in paths:
        if changed[path]:
            yield path, "edited", f"not the code of this edition: {', '.join(few(changed[path]))}"
        elif not told[path]:
            yield path, "identical", ""
        else:
            why = "; ".join([*few(told[path]), *few(sorted(packages, key=_drawing_first))])
            yield path, "moved" if packages else "edited", why


def _drawing_first(line: str) -> bool:
    return not any(f" {name} " in line for name in PACKAGES)


def _opened(path: Path, root: Path) -> tuple[ipynb.Notebook, Path]:
    """Return a notebook and the chapter that it was downloaded as."""
    if not path.is_file():
        raise ProvenanceError(f"{path}: not found, expected a notebook")
    given = ipynb.read(path)
    about: dict[str, Any] = given["metadata"].get(MARK, {})
    known = {chapter.relative_to(root).as_posix(): chapter for chapter in book.chapters(root)}
    if "edition" not in about:
        raise ProvenanceError(
            f"{path}: found no record of an edition, expected a notebook downloaded from a page of one"
        )
    here = citation.edition()["version"]
    if about["edition"] != here:
        needs = f"; install {about['wheel']}" if about.get("wheel") else ""
        raise ProvenanceError(
            f"{path}: found a notebook of edition {about['edition']}, expected {here}{needs}"
        )
    if about.get("chapter") not in known:
        raise ProvenanceError(
            f"{path}: found chapter {about.get('chapter')!r}, expected one of: {', '.join(known)}"
        )
    return given, known[about["chapter"]]


def _changed_cells(given: ipynb.Notebook, chapter: ipynb.Notebook) -> Iterator[str]:
    """Yield the code cells that are not those of a chapter, in words."""
    ours = {cell["id"]: cell for cell in chapter["cells"] if cell["cell_type"] == "code"}
    theirs = {cell.get("id"): cell for cell in given["cells"] if cell["cell_type"] == "code"}
    for name in {**ours, **theirs}:
        if name not in theirs:
            yield f"cell {name} is missing"
        elif name not in ours:
            yield f"cell {name} was added"
        elif "".join(ours[name]["source"]) != "".join(theirs[name]["source"]):
            yield f"cell {name}"
    if not ours.keys() ^ theirs.keys() and [*ours] != [*theirs]:
        yield "the order of the cells"


def _differences(opened: Mapping[Path, tuple[ipynb.Notebook, Path]], root: Path) -> dict[Path, list[str]]:
    """Run chapters; return what the outputs of each notebook have otherwise, in words."""
    with tempfile.TemporaryDirectory() as scratch:
        chapters = dict.fromkeys(home for _, home in opened.values())
        ran = runner.finish(runner.run_all(chapters, lambda path: runner.run(path, root, Path(scratch))))
    return {path: list(_moved(given, ran[home])) for path, (given, home) in opened.items()}


def _moved(given: ipynb.Notebook, ran: results.Result | runner.ChapterError) -> Iterator[str]:
    """Yield what a result has otherwise than the outputs of a notebook, in words."""
    if isinstance(ran, runner.ChapterError):
        yield f"the chapter now stops: {ran}"
        return
    nothing: dict[str, Any] = {"data": {}}
    cells = [cell for cell in given["cells"] if cell["cell_type"] == "code"]
    for cell, now in zip(cells, ran.outputs, strict=True):
        for was, new in zip_longest(cell["outputs"], now["outputs"], fillvalue=nothing):
            told = moved(was, new)
            if told is not None:
                label = ", ".join([f"cell {cell['id']}", *ipynb.labels({"outputs": [was]})])
                yield f"{label}: {'; '.join(few(told)) or 'the same numbers, but other bytes'}"
