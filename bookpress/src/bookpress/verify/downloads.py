"""Does a file that a reader downloaded, an exhibit or a notebook, still come out the same? Its chapter runs again.

What runs is the chapter of this edition, never what a file holds. A file is called edited only if it is not what its own
record says. Where nothing explains why a run gives something else, the chapter runs once more: it may be a fault of memory.
"""

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bookpress import provenance
from bookpress.edition import book, citation, texts
from bookpress.run import ipynb, results, runner
from bookpress.run.stored import METADATA, SEAL, UNSEEN, seal
from bookpress.verify import causes, differences, notebooks

EDITED = "it is not as it was exported: its content does not match its own record"
UNSEALED = "its record lacks the seal that this edition writes"
ELSEWHERE = "as it was exported, from the same tables, code and packages; another Python, system or processor gave other digits"
ALONE = "found no {name} beside it, which holds its record; the page that has the table has both"
BESIDE = "the same numbers, but {name}, which describes them, differs"
UNSTEADY = "a first run gave other bytes, a second one these; does this machine compute the same every time?"

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
            checks[path] = _notebook(path, root) if path.suffix == ".ipynb" else _exhibit(path, known, root)
        except provenance.ProvenanceError as error:
            refused[path] = "refused", str(error)
    first = _answers(checks, root, say)
    puzzling = {path: checks[path] for path, (_, reason) in first.items() if ELSEWHERE in reason}
    again = _answers(puzzling, root, say)
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


def _exhibit(path: Path, known: dict[str, Path], root: Path) -> Check:
    """Return what must be done to verify an exported exhibit."""
    if path.suffix == ".csv" and path.exists() and not provenance.parts(path)[-1].exists():
        return _alone(path, known, root)
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
    whole = provenance.is_whole(path)
    if whole is False:
        by = provenance.saved_by(provenance.content(parts[-1]))
        return "edited", "; ".join([f"{EDITED}{by}", *beside, *why])
    if why:
        return "moved", "; ".join([*beside, *why])
    return ("moved", f"{ELSEWHERE}: {'; '.join(_moved(path, again))}") if whole else ("edited", UNSEALED)


def _moved(path: Path, again: Path) -> list[str]:
    """Return what differs between an exported file and the same exported anew, in words."""
    was, now = (provenance.content(file).decode("utf-8", "replace") for file in (path, again))
    lines = []
    if path.suffix == ".svg":
        lines = differences.moved_marks(was, now)
    elif path.suffix == ".csv":
        old, new = (list(csv.reader(io.StringIO(text))) for text in (was, now))
        lines = differences.moved_cells(old, new)
    elif path.suffix == ".md":
        lines = differences.moved_text(was, now)
    return causes.few(lines, most=3) or ["the same to a millionth, in other bytes"]


def _alone(path: Path, known: dict[str, Path], root: Path) -> Check:
    """Return what must be done to verify a CSV file without its record, as a browser saves it under another name.

    Its exhibit is found by its bytes in the built book, or by its name.
    """
    held = provenance.content(path)
    built = (root / "_build" / "html").glob("*s/*.csv")
    alike = [file.stem for file in built if file.stem in known and file.read_bytes() == held]
    named = [one for one in known if re.match(rf"{one}(?![a-z\d])", path.name)]
    exhibit = max(alike or named, key=len, default="")
    missing = ALONE.format(name=f"{exhibit or path.stem}{provenance.SIDECAR}")
    if not exhibit:
        raise provenance.ProvenanceError(f"{path}: {missing}")

    def answer(outcome: Outcome | None, folder: Path) -> Answer:
        again = folder / f"{exhibit.split('-')[0]}s" / f"{exhibit}.csv"
        if again.exists() and again.read_bytes() == held:
            return "identical", f"to {exhibit}.csv of this edition; {missing}"
        return "moved", f"it is not {exhibit}.csv of this edition, and cannot say why: {missing}"

    return Check(known[exhibit], answer)


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
    # A notebook of an edition that sealed none is not accused.
    blame = "moved" if (why and SEAL not in about) or about.get(SEAL) == seal(given) else "edited"
    if parts := [line for what in own for line in causes.of_cells(own[what], its[what], what)]:
        said = "; ".join([*why, f"differs from this edition's {'; '.join(causes.few(parts))}"])
        return Check(None, lambda outcome, folder: (blame, said))
    why += causes.versions(results.setting(), (root / book.LOCK).read_text(encoding="utf-8"))

    def answer(outcome: Outcome | None, folder: Path) -> Answer:
        lines = [f"the chapter now stops: {outcome}"]
        if isinstance(outcome, results.Result):
            same = ["the same numbers, but other bytes"]
            lines = [
                f"{output.place}: {'; '.join(causes.few(output.lines or same))}"
                for output in notebooks.moved(given, outcome)
            ]
        said = [*causes.few(lines), *causes.few(why)]
        if not lines:
            return "identical", ""
        return blame, "; ".join(said if why or blame == "edited" else [f"{ELSEWHERE}: {said[0]}", *said[1:]])

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
        name: value
        for name, value in notebook["metadata"].items()
        if name not in {*METADATA, *texts.PAIR, ipynb.MARK}
    }
    parts["settings or pictures"] |= {"(all)": json.dumps(whole, sort_keys=True)} if whole else {}
    return parts
