"""Run chapters from top to bottom and store their outputs, the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path

from bookpress.edition import book
from bookpress.run import results, runner, stored


def refresh(paths: Sequence[Path], root: Path, say: runner.Say) -> None:
    """Run notebooks and store what they give; one that fails stays as it was.

    Raises
    ------
    ChapterError
        If chapters failed.
    BookError
        If the code of a chapter was edited while it ran.
    """
    ran = runner.finish(runner.renew({path: ["it was asked for"] for path in paths}, root, say))
    for path, result in ran.items():
        if isinstance(result, results.Result):
            notebook = results.read(path)
            if results.code(notebook) != result.code:
                raise book.BookError(f"{path.name}: edited while it ran, and not stored; refresh it again")
            book.write(path, stored.text(results.merge(notebook, result)))
    runner.whole(ran)
