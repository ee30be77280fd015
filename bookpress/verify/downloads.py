"""Does a file that a reader downloaded, an exhibit or a notebook, still come out the same? Its chapter runs again.

Before a file is called edited its chapter runs once more: a fault of the machine's memory must not accuse anybody.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bookpress import provenance
from bookpress.edition import book, citation
from bookpress.run import ipynb, results, runner
from bookpress.verify import causes, notebooks

EDITED = "same tables, code and packages, but the file itself was edited"
UNSTEADY = "a first run gave other bytes, a second one these; does this machine compute the same every time?"

Answer = tuple[str, str]
"""``"identical"``, ``"moved"`` or ``"edited"``, and what moved in plain words."""
Outcome = results.Result | runner.ChapterError


class Check(NamedTuple):
    """What must be done to verify a file.

    The chapter must run, None if the answer is known without. Then `answer` is called with what the chapter gave and
    the folder of the exhibits that it exported.
    """

    chapter: Path | None
    answer: Callable[[Outcome | None, Path], Answer]


def homes(root: Path) -> dict[str, Path]:
    """Return the notebook of every exhibit, by the exhibit's id, in reading order."""
    cells = ((path, ipynb.read(path)["cells"]) for path in book.chapters(root))
    return {about["id"]: path for path, own in cells for about, _, _ in ipynb.exhibits(own)}


def verify(paths: Sequence[Path], root: Path) -> Iterator[tuple[Path, str, str]]:
    """Run the chapters of downloaded files again and yield each file with its verdict and the reason.

    Files are exported exhibits and notebooks, of this edition or an older one. A verdict is "identical", "moved" (it was
    made from something else) or "edited".

    Raises
    ------
    ProvenanceError
        If a file is truncated or does not come from an edition; nothing is run then.
    BookError
        If a file should be a notebook and is none.
    """
    known = homes(root)
    is_notebook = {path: path.suffix == ".ipynb" for path in paths}
    checks = {path: _notebook(path, root) if is_notebook[path] else _exhibit(path, known) for path in paths}
    first = _answers(checks, root)
    accused = {path: checks[path] for path, (verdict, _) in first.items() if verdict == "edited"}
    again = _answers(accused, root)
    for path in paths:
        verdict, reason = again.get(path, first[path])
        yield path, verdict, reason or (UNSTEADY if path in again else "")


def _answers(checks: dict[Path, Check], root: Path) -> dict[Path, Answer]:
    with tempfile.TemporaryDirectory() as scratch:
        ran = run({check.chapter for check in checks.values() if check.chapter}, root, Path(scratch))
        return {
            path: check.answer(ran[check.chapter] if check.chapter else None, Path(scratch))
            for path, check in checks.items()
        }


def run(chapters: Iterable[Path], root: Path, folder: Path) -> dict[Path, Outcome]:
    """Run chapters, exporting their exhibits to a folder; return what each gave, or how it failed."""
    work = runner.run_all(sorted(chapters), lambda path: runner.run(path, root, folder))
    return dict(runner.finish(work))


def _exhibit(path: Path, known: dict[str, Path]) -> Check:
    """Return what must be done to verify an exported exhibit."""
    record = provenance.read(path)
    chapter = known.get(record["exhibit"])
    return Check(chapter, lambda outcome, folder: of_exhibit(path, record, outcome, folder))


def of_exhibit(path: Path, record: dict[str, str], outcome: Outcome | None, folder: Path) -> Answer:
    """Return the answer on an exported exhibit, given its record, what its chapter gave and the exhibits of that run."""
    again = folder / f"{record['exhibit'].split('-')[0]}s" / f"{record['exhibit']}{provenance.ending(path)}"
    if again.exists() and again.read_bytes() == path.read_bytes():
        return "identical", ""
    why = causes.grouped(causes.of_record(record), most=3)
    if isinstance(outcome, Exception):
        why.append(f"the chapter now stops: {outcome}")
    elif not again.exists():
        why.append(f"no chapter shows {record['exhibit']} any more")
    elif provenance.read(again)["chapter"] != record.get("chapter"):
        why.append("the chapter's own cells")
    return ("moved", "; ".join(why)) if why else ("edited", EDITED)


def _notebook(path: Path, root: Path) -> Check:
    """Return what must be done to verify a downloaded notebook."""
    if not path.is_file():
        raise provenance.ProvenanceError(f"{path}: not found, expected a notebook")
    given = ipynb.read(path)
    about = given.get("metadata", {}).get(ipynb.MARK)
    if not isinstance(about, dict) or not about.keys() >= {"edition", "chapter"}:
        raise provenance.ProvenanceError(
            f"{path}: found no record of an edition, expected a notebook downloaded from a page of one"
        )
    why = causes.between({"edition": str(about["edition"])}, {"edition": citation.edition()["version"]})
    if why and "wheel" in about:
        why[0] += f" (it runs with {about['wheel']})"
    chapter = root / str(about["chapter"])
    if chapter not in book.chapters(root):
        gone = [*why, f"{about['chapter']} is no chapter of this edition"]
        return Check(None, lambda outcome, folder: ("moved", "; ".join(gone)))
    if cells := causes.of_cells(causes.code(ipynb.read(chapter)), causes.code(given)):
        said = "; ".join([*why, f"differs from this edition's {cells[0]}"])
        return Check(None, lambda outcome, folder: ("moved" if why else "edited", said))
    why += causes.versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))

    def answer(outcome: Outcome | None, folder: Path) -> Answer:
        lines = [f"the chapter now stops: {outcome}"]
        if isinstance(outcome, results.Result):
            same = ["the same numbers, but other bytes"]
            lines = [
                f"{output.place}: {'; '.join(causes.few(output.lines or same))}"
                for output in notebooks.moved(given, outcome)
            ]
        said = "; ".join([*causes.few(lines), *causes.few(why)])
        return ("moved" if why else "edited", said) if lines else ("identical", "")

    return Check(chapter, answer)
