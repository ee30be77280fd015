"""Does an exported exhibit still come out the same? Recompute its chapter and compare the bytes.

Before a file is called edited its chapter runs once more: memory that fails for a moment must not accuse anybody.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookpress import provenance
from bookpress.edition import book
from bookpress.run import ipynb, runner

EDITED = "same tables, code and packages, but the file itself was edited"
UNSTEADY = "a first run gave other bytes, a second these; does this machine compute the same every time?"


def homes(root: Path) -> dict[str, Path]:
    """Return the notebook of every exhibit, by the exhibit's id, in reading order."""
    return {
        about["id"]: path
        for path in book.chapters(root)
        for about, _, _ in ipynb.exhibits(ipynb.read(path)["cells"])
    }


def verify(paths: Sequence[Path], root: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield each file with its verdict and the reason.

    Parameters
    ----------
    paths : sequence of Path
        Exported exhibits: SVG, PDF, PNG, CSV or Markdown files.
    root : Path
        The book's folder.

    Yields
    ------
    tuple
        The path, ``"identical"``, ``"moved"`` or ``"edited"``, and what moved in plain words.

    Raises
    ------
    ProvenanceError
        If a file is no exhibit of this edition, is truncated or has no provenance; nothing is
        recomputed then.
    """
    records = [provenance.read(path) for path in paths]
    known = homes(root)
    for path, record in zip(paths, records, strict=True):
        if record["exhibit"] not in known:
            raise provenance.ProvenanceError(
                f"{path}: found exhibit {record['exhibit']!r}, expected one of: "
                f"{', '.join(known) or 'none, as no stored output shows any; run `make refresh`'}"
            )
    asked = list(zip(paths, records, strict=True))
    first = _compared(asked, known, root)
    accused = [one for one, (verdict, _) in zip(asked, first, strict=True) if verdict == "edited"]
    second = iter(_compared(accused, known, root) if accused else [])
    for path, (verdict, reason) in zip(paths, first, strict=True):
        if verdict == "edited":
            verdict, reason = next(second)
            reason = reason or UNSTEADY
        yield path, verdict, reason


def _compared(
    asked: Sequence[tuple[Path, dict[str, str]]], known: dict[str, Path], root: Path
) -> list[tuple[str, str]]:
    """Return the verdict on each file and its reason, by one run of the chapters that show them."""
    with tempfile.TemporaryDirectory() as scratch:
        errors = recompute({known[record["exhibit"]] for _, record in asked}, root, Path(scratch))
        return [
            compare(path, record, Path(scratch), errors[known[record["exhibit"]]]) for path, record in asked
        ]


def recompute(chapters: set[Path], root: Path, folder: Path) -> dict[Path, str]:
    """Run chapters, exporting their exhibits to a folder; return the error that stopped each, or ''."""
    ran = runner.finish(runner.run_all(sorted(chapters), lambda path: runner.run(path, root, folder)))
    return {path: str(outcome) if isinstance(outcome, Exception) else "" for path, outcome in ran.items()}


def compare(path: Path, record: dict[str, str], fresh: Path, error: str) -> tuple[str, str]:
    """Return the verdict on one file and its reason, given the folder of recomputed exhibits."""
    kind = record["exhibit"].split("-")[0] + "s"
    again = fresh / kind / f"{record['exhibit']}{provenance.ending(path)}"
    if again.exists() and again.read_bytes() == path.read_bytes():
        return "identical", ""
    causes = provenance.moved(record)
    if again.exists() and provenance.read(again)["chapter"] != record.get("chapter"):
        causes.append("the chapter's own cells")
    if causes:
        return "moved", "; ".join(causes) + (f"; the chapter now stops: {error}" if error else "")
    if error or not again.exists():
        return "moved", f"the chapter now stops: {error or 'the exhibit is not shown'}"
    return "edited", EDITED
