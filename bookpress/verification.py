"""Does an exported exhibit still come out the same? Recompute its chapter and compare the bytes."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from beltroad import kernels, provenance


def chapters(book: Path = provenance.ROOT) -> dict[str, Path]:
    """Return the notebook of every exhibit, by the exhibit's id, in reading order of the files."""
    found = {}
    for path in [book / "index.ipynb", *sorted((book / "chapters").glob("*.ipynb"))]:
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if about := output.get("metadata", {}).get("beltroad"):
                    found[about["id"]] = path
    return found


def recompute(chapter: Path, folder: Path) -> str:
    """Run a chapter, exporting its exhibits to a folder; return the error that stopped it, or ''."""
    notebook = nbformat.read(chapter, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        timeout=300,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(chapter.parent)}},
    )
    try:
        client.execute(env=os.environ | {"BELTROAD_EXHIBITS": str(folder)})
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return ""


def verify(paths: Sequence[Path]) -> Iterator[tuple[Path, str, str]]:
    """Yield each file with its verdict and the reason.

    Parameters
    ----------
    paths : sequence of Path
        Exported exhibits: SVG, PDF, PNG, CSV or Markdown files.

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
    homes = chapters()
    for path, record in zip(paths, records, strict=True):
        if record["exhibit"] not in homes:
            raise provenance.ProvenanceError(
                f"{path}: found exhibit {record['exhibit']!r}, expected one of: {', '.join(homes)}"
            )
    with (
        tempfile.TemporaryDirectory() as scratch,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        needed = dict.fromkeys(homes[record["exhibit"]] for record in records)
        runs = pool.map(lambda chapter: recompute(chapter, Path(scratch)), needed)
        errors = dict(zip(needed, runs, strict=True))
        for path, record in zip(paths, records, strict=True):
            yield (
                path,
                *compare(path, record, Path(scratch), errors[homes[record["exhibit"]]]),
            )


def compare(
    path: Path, record: dict[str, str], fresh: Path, error: str
) -> tuple[str, str]:
    """Return the verdict on one file and its reason, given the folder of recomputed exhibits."""
    kind = record["exhibit"].split("-")[0] + "s"
    again = fresh / kind / f"{record['exhibit']}{provenance.ending(path)}"
    if again.exists() and again.read_bytes() == path.read_bytes():
        return "identical", ""
    causes = provenance.moved(record)
    if again.exists() and provenance.read(again)["chapter"] != record["chapter"]:
        causes.append("the chapter's own cells")
    if causes:
        return "moved", "; ".join(causes) + (
            f"; the chapter now stops: {error}" if error else ""
        )
    if error or not again.exists():
        return "moved", f"the chapter now stops: {error or 'the exhibit is not shown'}"
    return "edited", "same tables, code and packages, but the file itself was edited"
