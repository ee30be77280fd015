"""Run the chapters and say in words what moved against their stored outputs, and why. Nothing is stored.

Where the notebook tests ask for the same bytes, this asks for the same numbers, see `bookpress.verify.differences`; causes are
looked for in what the chapter read, see `bookpress.verify.causes`.
"""

import sys
from base64 import b64encode
from itertools import zip_longest
from pathlib import Path

from bookpress.edition import book
from bookpress.run import ipynb, results, runner
from bookpress.verify.causes import causes, committed, few
from bookpress.verify.differences import joined, moved

VERDICTS = ["every number and text is as stored", "something moved, see above", "a chapter failed, see above"]
NOTHING: dict[str, dict[str, str]] = {"data": {}}


def rerun(root: Path, since: str = "HEAD", figures: Path | None = None) -> int:
    """Print what moved in every chapter, and why.

    Parameters
    ----------
    root : Path
        The book's folder.
    since : str
        Commit that inputs are compared with.
    figures : Path, optional
        Folder for pages that show a figure before and after.

    Returns
    -------
    int
        0 if every number and text is the same, 1 if something moved, 2 if a chapter failed.

    Raises
    ------
    BookError
        If there is no such commit.
    """
    if committed(root, book.CONTENTS, since) is None:
        raise book.BookError(f"found no commit {since!r}")
    paths = book.chapters(root)
    status = 0
    try:
        runner.finish(runner.up_to_date(paths, root, lambda line: print(line, flush=True)))
    except runner.ChapterError as error:
        print(f"rerun: {error}", file=sys.stderr)
        status = 2
    for path in paths:
        last = results.recall(path, root)
        if results.changes(last, path, root) or not last:
            lines = [
                f"{path.relative_to(root).as_posix()}: {'failed' if status == 2 else 'changed while it ran'}"
            ]
            status = 2
            lines += because(path, last, root, since) if last else []
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
    cells = [cell for cell in ipynb.read(path)["cells"] if cell["cell_type"] == "code"]
    lines: list[str] = []
    any_moved, only_bytes = False, 0
    for cell, ran in zip(cells, result.outputs, strict=True):
        for was, now in zip_longest(cell["outputs"], ran["outputs"], fillvalue=NOTHING):
            told = moved(was, now)
            if told is None:
                continue
            if not told:
                only_bytes += 1
                continue
            any_moved = True
            label = ipynb.labels({"outputs": [was]}) or ipynb.labels({"outputs": [now]})
            lines.append(", ".join([name, f"cell {cell['id']}", *label]) + ":")
            lines += [f"  {line}" for line in few(told)]
            if figures:
                show(figures / f"{path.stem}-{cell['id']}.html", was, now)
    if only_bytes:
        lines.append(
            f"{name}: {only_bytes} output{'s' * (only_bytes > 1)} with the same numbers, but other bytes"
        )
    if any_moved or only_bytes:
        lines += because(path, result, root, since)
    return lines, any_moved


def because(path: Path, result: results.Result, root: Path, since: str) -> list[str]:
    """Return the lines on why a chapter moved."""
    why = list(dict.fromkeys(causes(path, result, root, since))) or [
        f"nothing that it read differs from {since}, and the packages are those of the lock: the stored "
        "output was edited, or Python or the processor is another"
    ]
    return ["  cause, one or more of:", *(f"    {line}" for line in why)]


def show(page: Path, was: ipynb.Notebook, now: ipynb.Notebook) -> None:
    """Write a page with a figure before and after; nothing for an output that is none."""
    sides = {"Before": was, "After": now}
    drawn = {name: joined(side.get("data", {}).get("image/svg+xml", "")) for name, side in sides.items()}
    if any(drawn.values()):
        # As pictures, since both have the same ids; of a drawing that somebody else made nothing is run then.
        shown = [
            f"<h1>{name}</h1>"
            + (
                f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'
                if svg
                else ""
            )
            for name, svg in drawn.items()
        ]
        head = "<!doctype html><html lang=en><meta charset=utf-8><title>Before and after</title>"
        book.write(page, head + "".join(shown))
