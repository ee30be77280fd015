"""Does a file that a reader downloaded, an exhibit or a notebook, still come out the same? Its chapter runs again.

What runs is the chapter of this edition, never what a file holds. Before a file is called edited its chapter runs once more:
a fault of the machine's memory must not accuse anybody.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bookpress import provenance
from bookpress.edition import book, citation
from bookpress.run import ipynb, results, runner
from bookpress.run.stored import METADATA
from bookpress.verify import causes, differences, notebooks

EDITED = "same tables, code and packages, but the file itself was edited"
BESIDE = "the same numbers, but {name}, which describes them, differs"
UNSTEADY = "a first run gave other bytes, a second one these; does this machine compute the same every time?"

UNSEEN = ("execution", "trusted")  # what an editor notes of a cell and shows nobody

Answer = tuple[str, str]
"""``"identical"``, ``"moved"``, ``"edited"`` or ``"refused"``, and what moved in plain words."""
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


def verify(
    paths: Sequence[Path], root: Path, say: Callable[[str], object] = lambda line: None
) -> Iterator[tuple[Path, str, str]]:
    """Run the chapters of downloaded files again and yield each file with its verdict and the reason.

    Files are exported exhibits and notebooks, of this edition or an older one. A verdict is "identical" (every byte of an
    exhibit, all that a person sees of a notebook), "moved" (it was made from something else), "edited" or "refused" (it
    cannot be read, or no edition wrote it; the reason begins with its path). `say` gets a line before chapters run.
    """
    known = homes(root)
    checks: dict[Path, Check] = {}
    refused: dict[Path, Answer] = {}
    for path in paths:
        try:
            checks[path] = _notebook(path, root) if path.suffix == ".ipynb" else _exhibit(path, known)
        except provenance.ProvenanceError as error:
            refused[path] = "refused", str(error)
    first = _answers(checks, root, say)
    accused = {path: checks[path] for path, (verdict, _) in first.items() if verdict == "edited"}
    again = _answers(accused, root, say)
    for path in paths:
        verdict, reason = (refused | first | again)[path]
        yield path, verdict, reason or (UNSTEADY if path in again else "")


def _answers(checks: dict[Path, Check], root: Path, say: Callable[[str], object]) -> dict[Path, Answer]:
    chapters = sorted({check.chapter for check in checks.values() if check.chapter})
    if chapters:
        names = ", ".join(causes.few([path.relative_to(root).as_posix() for path in chapters]))
        say(
            f"Running this edition's own {names}; no code of the files runs. A cell may take {runner.TIMEOUT} seconds."
        )
    with tempfile.TemporaryDirectory() as scratch:
        ran = run(chapters, root, Path(scratch))
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
    parts = provenance.parts(path)
    where = folder / f"{record['exhibit'].split('-')[0]}s"
    fresh = [where / f"{record['exhibit']}{provenance.ending(part)}" for part in parts]
    again = fresh[0]
    differ = [
        part
        for part, made in zip(parts, fresh, strict=True)
        if not made.exists() or made.read_bytes() != provenance.content(part)
    ]
    if not differ:
        return "identical", ""
    why = causes.grouped(causes.of_record(record), most=3)
    if isinstance(outcome, Exception):
        why.append(f"the chapter now stops: {outcome}")
    elif not again.exists():
        why.append(f"no chapter shows {record['exhibit']} any more")
    elif provenance.read(again)["chapter"] != record.get("chapter"):
        why.append("the chapter's own cells")
    beside = [] if path in differ else [BESIDE.format(name=differ[0].name)]
    return ("moved", "; ".join([*beside, *why])) if why else ("edited", "".join(beside) or EDITED)


def _notebook(path: Path, root: Path) -> Check:
    """Return what must be done to verify a downloaded notebook."""
    given = _read(path)
    about = given["metadata"][ipynb.MARK]
    why = causes.between({"edition": about["edition"]}, {"edition": citation.edition()["version"]})
    if why and "wheel" in about:
        why[0] += f" (it runs with {about['wheel']})"
    chapter = root / about["chapter"]
    if chapter not in book.chapters(root):
        gone = [*why, f"{about['chapter']} is no chapter of this edition"]
        return Check(None, lambda outcome, folder: ("moved", "; ".join(gone)))
    own, its = _seen(ipynb.read(chapter)), _seen(given)
    if parts := [line for what in own for line in causes.of_cells(own[what], its[what], what)]:
        said = "; ".join([*why, f"differs from this edition's {'; '.join(causes.few(parts))}"])
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


def _read(path: Path) -> ipynb.Notebook:
    """Return a notebook that says which chapter of which edition it is."""
    found = notebooks.read(path)
    about = found["metadata"].get(ipynb.MARK)
    texts = isinstance(about, dict) and all(isinstance(value, str) for value in about.values())
    if not texts or not about.keys() >= {"edition", "chapter"}:
        raise provenance.ProvenanceError(
            f"{path}: found no record of an edition, expected a notebook downloaded from a page of one"
        )
    return found


def _seen(notebook: ipynb.Notebook) -> dict[str, dict[str, str]]:
    """Return what a person sees of a notebook but its outputs: code, text and the rest of its cells, by their ids."""
    parts: dict[str, dict[str, str]] = {"code": {}, "text": {}, "settings or pictures": {}}
    for cell in notebook["cells"]:
        kind = "code" if cell["cell_type"] == "code" else "text"
        parts[kind][cell["id"]] = differences.joined(cell["source"])
        shown = {name: value for name, value in cell["metadata"].items() if name not in UNSEEN}
        more = [cell["cell_type"], shown, cell.get("attachments") or {}]
        parts["settings or pictures"][cell["id"]] = json.dumps(more, sort_keys=True)
    whole = {
        name: value for name, value in notebook["metadata"].items() if name not in {*METADATA, ipynb.MARK}
    }
    parts["settings or pictures"] |= {"(all)": json.dumps(whole, sort_keys=True)} if whole else {}
    return parts
