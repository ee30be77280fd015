"""The stored notebooks: whole, in order, executed, and the same bytes when they are refreshed."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bookpress import book, checks, kernels, refresh
from shared import CHAPTERS, ROOT, read_notebook

NAMES = [path.name for path in CHAPTERS]
MOVEMENTS = ["What the paper says", "The data", "The computation"]


def test_the_book_holds_every_notebook_in_the_papers_order():
    assert set(CHAPTERS) == {ROOT / "index.ipynb", *(ROOT / "chapters").glob("*.ipynb")}
    assert NAMES[0] == "index.ipynb" and NAMES[-2:] == ["verdicts.ipynb", "references.ipynb"]
    assert NAMES[1:-2] == sorted(NAMES[1:-2])


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_stored_outputs_are_whole_and_compared(path):
    assert list(checks.faults(path)) == []
    for cell in read_notebook(path)["cells"]:
        assert not set(cell["metadata"].get("tags", [])) - {"hide-input"}


@pytest.mark.parametrize("path", CHAPTERS[:-2], ids=NAMES[:-2])
def test_the_movements_come_in_order_and_prose_types_no_result(path):
    prose = ["".join(c["source"]) for c in read_notebook(path)["cells"] if c["cell_type"] == "markdown"]
    headings = re.findall(r"^## (.+)$", "\n".join(prose), flags=re.M)
    assert headings[:3] == MOVEMENTS
    assert "The verdicts" in headings
    typed = re.findall(r"\d+\.\d+%", "\n".join(prose))
    assert not typed, f"{path.name}: {typed} typed where it should be computed"


def test_refreshing_stores_the_same_bytes(tmp_path):
    """The stored notebooks are those that a run gives, to the byte; the references stand for all."""
    for path in book.files(ROOT):
        if path.relative_to(ROOT).parts[0] in (
            "data",
            "beltroad",
            "bookpress",
            "CITATION.cff",
            "requirements.txt",
        ):
            (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / path.relative_to(ROOT))
    path = Path(shutil.copy(ROOT / "chapters/references.ipynb", tmp_path))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: references\n")
    before = path.read_bytes()
    refresh.refresh([path], tmp_path, lambda line: None)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("exporter", "definition"), [("VNM", "wto"), ("HKG", "unctad"), ("AUS", "sections"), ("KOR", "isic")]
)
def test_chapter_2_1_reruns_for_another_exporter_by_one_name(exporter, definition):
    notebook = nbformat.read(ROOT / "chapters/2-1-export-pattern.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "choice")
    assert 'exporter = "RUS"' in cell.source and 'definition = "wto"' in cell.source
    cell.source = f"exporter, definition = {exporter!r}, {definition!r}"
    # The numbers themselves are those of the known answers in test_trade; here the chapter must follow.
    NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        timeout=120,
        resources={"metadata": {"path": str(ROOT / "chapters")}},
    ).execute()
    by_id = {cell.id: cell for cell in notebook.cells}
    assert "0.000000000" in by_id["all"].outputs[0]["data"]["text/markdown"]
    caption = by_id["table-recomputed"].outputs[0]["data"]["text/plain"]
    assert f"definition “{definition}”" in caption
