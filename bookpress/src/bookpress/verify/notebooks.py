"""Do the chapters still give what they store? Run them and say in words what moved, and why. Nothing is stored.

The notebook tests ask for the same bytes; this asks for the same numbers, see `bookpress.verify.differences`.
"""

import sys
from base64 import b64encode
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from nbformat.validator import iter_validate

from bookpress import provenance
from bookpress.edition import book, files
from bookpress.run import ipynb, results, runner, stored
from bookpress.verify import causes, differences

VERDICTS = ["every number and text is as stored", "something moved, see above", "a chapter failed, see above"]


class Moved(NamedTuple):
    """An output that a run gives otherwise than a notebook stores it."""

    cell: str  # its id
    place: str  # cell and exhibit, in words
    lines: list[str]  # what moved; empty if the numbers are the same and only the bytes differ
    was: dict[str, Any]
    now: dict[str, Any]


def read(path: Path) -> ipynb.Notebook:
    """Return a stranger's notebook, which is one by Jupyter's own schema, with exhibits such as an edition shows."""
    content = provenance.content(path)
    try:
        found = provenance.from_json(content)
        # By the version that editions write: in an older one cells have no ids.
        wrong = next((error.message for error in iter_validate(found, version=4, version_minor=5)), "")
    except Exception as error:  # nbformat itself fails where a cell's type is no text
        wrong = str(error)
    if not wrong and len({cell["id"] for cell in found["cells"]}) < len(found["cells"]):
        wrong = "two cells with one id"
    if wrong:
        raise provenance.ProvenanceError(f"{path}: found {wrong[:200]}, expected a notebook")
    for about, cell, _ in ipynb.exhibits(found["cells"]):
        texts = isinstance(about, dict) and {
            name: value for name, value in about.items() if name != "sources"
        }
        if not texts or "label" not in texts or not all(isinstance(value, str) for value in texts.values()):
            said = f"found an output of cell {cell['id']} that names no exhibit"
            raise provenance.ProvenanceError(f"{path}: {said}, expected its label and other texts")
    return found


def moved(notebook: ipynb.Notebook, result: results.Result) -> Iterator[Moved]:
    """Yield every output of a notebook that a run gives otherwise."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    nothing: dict[str, Any] = {"data": {}}
    for cell, ran in zip(cells, result.outputs, strict=True):
        for was, now in zip_longest(cell["outputs"], ran["outputs"], fillvalue=nothing):
            lines = differences.moved(was, now)
            if lines is not None:
                labels = ipynb.labels({"outputs": [was]}) or ipynb.labels({"outputs": [now]})
                yield Moved(cell["id"], ", ".join([f"cell {cell['id']}", *labels]), lines, was, now)


def rerun(root: Path, since: str = "HEAD", figures: Path | None = None) -> int:
    """Run the chapters that need it; print what moved in each, and why; a BookError says that there is no such commit.

    Return 0 if every number and text is the same, 1 if something moved, 2 if a chapter failed.
    """
    paths, status, ended = book.chapters(root), 0, "changed while it ran"
    stored.expect_of_texts(paths, root)
    if files.tracked(root) and causes.committed(root, book.CONTENTS, since) is None:
        raise book.BookError(f"found no commit {since!r}")
    try:
        runner.finish(runner.up_to_date(paths, root, lambda line: print(line, flush=True)))
    except runner.ChapterError as error:
        print(f"rerun: {error}", file=sys.stderr)
        ended = "failed"
    for path in paths:
        last = results.recall(path, root)
        if results.changes(last, path, root) or not last:
            lines = [f"{path.relative_to(root).as_posix()}: {ended}"]
            lines += because(path, last, root, since) if last else []
            status = 2
        else:
            lines, any_moved = report(path, last, root, since, figures)
            status = max(status, int(any_moved))
        if lines:
            print("\n".join(lines))
    print(f"Verdict: {VERDICTS[status]}")
    return status


def report(
    path: Path, result: results.Result, root: Path, since: str, figures: Path | None
) -> tuple[list[str], bool]:
    """Return the lines on one chapter and whether anything moved."""
    name = path.relative_to(root).as_posix()
    found = list(moved(ipynb.read(path), result))
    other_bytes = sum(not output.lines for output in found)
    lines: list[str] = []
    for output in found:
        if output.lines:
            lines += [f"{name}, {output.place}:", *(f"  {line}" for line in causes.few(output.lines))]
            if figures:
                show(figures / f"{path.stem}-{output.cell}.html", _drawing(output.was), _drawing(output.now))
    if other_bytes:
        outputs = f"{other_bytes} output{'s' * (other_bytes > 1)}"
        lines.append(f"{name}: {outputs} with the same numbers, but other bytes")
    return lines + (because(path, result, root, since) if found else []), len(found) > other_bytes


def because(path: Path, result: results.Result, root: Path, since: str) -> list[str]:
    """Return the lines on why a chapter moved."""
    if not files.tracked(root):
        return ["  why, only git could say: this folder is no git repository, or there is no git here"]
    why = causes.grouped(list(causes.of_chapter(path, result, root, since))) or [
        f"nothing that it read differs from {since}, and the packages are those of the lock: the stored "
        "output was edited, or Python or the processor is another"
    ]
    return ["  because of one or more of:", *(f"    {line}" for line in why)]


def _drawing(output: dict[str, Any]) -> str:
    return differences.joined(output.get("data", {}).get("image/svg+xml", ""))


def show(page: Path, was: str, now: str) -> None:
    """Write a page with a figure before and after, given as SVG; nothing if there is none."""
    if was or now:
        # As images: both drawings have the same ids, and an image runs no script.
        codes = (b64encode(svg.encode()).decode() for svg in (was, now))
        before, after = (f"data:image/svg+xml;base64,{code}" for code in codes)
        head = "<!doctype html><html lang=en><meta charset=utf-8><title>Before and after</title>"
        images = f'<h1>Before</h1><img alt="" src="{before}"><h1>After</h1><img alt="" src="{after}">'
        book.write(page, head + images)
