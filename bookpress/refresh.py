"""Run chapters from top to bottom and store their outputs, the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path

import nbformat

from bookpress import book, results, runner

# What a kernel adds to a notebook and no reader needs; it differs between machines.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def refresh(paths: Sequence[Path], root: Path, say: runner.Say) -> None:
    """Run notebooks and store what they give; one that fails stays as it was.

    Raises
    ------
    ChapterError
        If chapters failed.
    """
    try:
        runner.finish(runner.up_to_date(paths, root, say, anew=True))
    finally:
        for path in paths:
            result = results.recall(path, root)
            if not results.changes(result, path, root) and result:
                book.write(path, stored(results.merge(results.read(path), result)))


def stored(notebook: results.Notebook) -> str:
    """Return the text of a notebook's file, its metadata those that are the same everywhere."""
    whole = nbformat.from_dict({**notebook, "metadata": METADATA})
    nbformat.validate(whole)
    return f"{nbformat.writes(whole)}\n"
