"""What a reader takes along from a page, its notebook as it ran and the same as a script, and whether it still gives what it shows."""

import re
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat

from bookpress import book, citation, results, runner
from bookpress.causes import few, versions
from bookpress.drift import moved
from bookpress.provenance import ProvenanceError
from bookpress.refresh import METADATA

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
    whole = results.merge(results.read(path), result)
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


def verify(path: Path, root: Path) -> tuple[str, str]:
    """Run the chapter of a downloaded notebook anew; return ``"identical"``, ``"moved"`` or ``"edited"`` and why.

    Raises
    ------
    ProvenanceError
        If it is no notebook of an edition, or one of another than the one at hand.
    BookError
        If it is no notebook.
    """
    if not path.is_file():
        raise ProvenanceError(f"{path}: not found, expected a notebook")
    given = results.read(path)
    chapter = _chapter(path, given, root)
    changed = list(_changed_cells(given, results.read(chapter)))
    if changed:
        return "edited", f"not the code of this edition: {', '.join(few(changed))}"
    told = _differences(given, chapter, root) and _differences(given, chapter, root)
    if not told:
        return "identical", ""
    packages = versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))
    why = "; ".join([*few(packages), *few(told)])
    return ("moved" if packages else "edited"), why


def _chapter(path: Path, given: results.Notebook, root: Path) -> Path:
    """Return the chapter that a notebook was downloaded as."""
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
    return known[about["chapter"]]


def _changed_cells(given: results.Notebook, chapter: results.Notebook) -> Iterator[str]:
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


def _differences(given: results.Notebook, chapter: Path, root: Path) -> list[str]:
    """Run a chapter; return what its outputs have otherwise than a notebook, in words."""
    with tempfile.TemporaryDirectory() as scratch:
        ran = runner.finish(runner.run_all([chapter], lambda path: runner.run(path, root, Path(scratch))))
    result = ran[chapter]
    if not isinstance(result, results.Result):
        return [f"the chapter now stops: {result}"]
    nothing: dict[str, Any] = {"data": {}}
    found = []
    cells = [cell for cell in given["cells"] if cell["cell_type"] == "code"]
    for cell, now in zip(cells, result.outputs, strict=True):
        for was, new in zip_longest(cell["outputs"], now["outputs"], fillvalue=nothing):
            told = moved(was, new)
            if told is not None:
                label = ", ".join([f"cell {cell['id']}", *runner.labels({"outputs": [was]})])
                found.append(f"{label}: {'; '.join(few(told)) or 'the same numbers, but other bytes'}")
    return found
