"""The stored notebooks: whole, in order and executed."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from bookpress import claims, tables
from bookpress.run import kernels, stored
from shared import CHAPTERS, ROOT
from small import read_notebook

NAMES = [path.name for path in CHAPTERS]
# Cells that begin the parts of a section, in order: title, finding, how it is computed, what the paper says, what stands
# for and against it. Their headings are the chapter's own. A section of several pages may spread them.
MOVEMENTS = ["title", "lead", "computation", "says", "tested", "verdicts"]
MOVEMENTS_OF_THE_LEDGER = [*MOVEMENTS[:-1], "missing"]  # the last chapter's cells kept the names they had
CHAPTERS_OF_THE_PAPER = CHAPTERS[1:-5]
SECTIONS = sorted({found[0] for name in NAMES if (found := re.match(r"(\d-)+", name))})
LINES, LINES_OF_A_CELL, FOLDED = 250, 25, 1 / 3  # of code, at most; how much of it a page may fold


def test_the_book_holds_every_notebook_in_the_papers_order():
    assert set(CHAPTERS) == {ROOT / "index.ipynb", *(ROOT / "chapters").glob("*.ipynb")}
    assert NAMES[0] == "index.ipynb" and NAMES[-5:] == [
        "verdicts.ipynb",
        "glossary.ipynb",
        "references.ipynb",
        "your-data.ipynb",
        "read-rerun-cite.ipynb",
    ]
    sections = [re.match(r"[\d-]*", name)[0] for name in NAMES[1:-6]]  # the last one tells of later years
    assert sections == sorted(sections)


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_stored_outputs_are_whole_and_compared(path):
    assert list(stored.faults(path)) == []
    for cell in read_notebook(path)["cells"]:
        assert not set(cell["metadata"].get("tags", [])) - {"hide-input"}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_says_what_it_computes_what_the_paper_says_and_what_stands_for_it(section):
    pages = [read_notebook(path)["cells"] for path in CHAPTERS if re.match(rf"{section}\D", path.name)]
    ids = {cell["id"] for page in pages for cell in page}
    assert set(MOVEMENTS_OF_THE_LEDGER if "missing" in ids else MOVEMENTS) <= ids


@pytest.mark.parametrize("path", CHAPTERS_OF_THE_PAPER, ids=[path.name for path in CHAPTERS_OF_THE_PAPER])
def test_a_chapter_begins_with_its_finding_and_the_picture_of_it(path):
    """Finding, picture, how it is computed, what the paper says, what stands for and against it, in this order."""
    cells = read_notebook(path)["cells"]
    ids = [cell["id"] for cell in cells]
    movements = MOVEMENTS_OF_THE_LEDGER if "missing" in ids else MOVEMENTS
    places = [ids.index(name) for name in movements if name in ids]
    assert places == sorted(places) and {"title", "lead"} <= set(ids)
    assert all("".join(cells[place]["source"]).startswith("## ") for place in places[2:])
    judged = ["claims.decide(" in "".join(cell["source"]) for cell in cells]
    if any(judged) and "tested" in ids:
        assert judged.index(True) > ids.index("tested")
    lead = cells[ids.index("lead")]
    assert "text/markdown" in lead["outputs"][0]["data"] and "hide-input" in lead["metadata"]["tags"]
    if "computation" not in ids:
        return
    shown = [
        output.get("metadata", {}).get("bookpress", {}).get("id", "").partition("-")[0]
        for cell in cells[ids.index("lead") : ids.index("computation")]
        for output in cell.get("outputs", [])
    ]
    assert "figure" in shown, "no picture between the finding and how it is computed"


@pytest.mark.parametrize("path", CHAPTERS_OF_THE_PAPER, ids=[path.name for path in CHAPTERS_OF_THE_PAPER])
def test_prose_is_worth_reading_and_types_no_result(path):
    prose = ["".join(c["source"]) for c in read_notebook(path)["cells"] if c["cell_type"] == "markdown"]
    typed = re.findall(r"\d+\.\d+%", "\n".join(prose))
    assert not typed, f"{path.name}: {typed} typed where it should be computed"
    told = re.sub(r"<details.*?</details>", "", "\n".join(prose), flags=re.S)
    assert len(told.split()) >= 250, f"{path.name}: {len(told.split())} words that are not folded"


@pytest.mark.parametrize("path", CHAPTERS[1:], ids=NAMES[1:])
def test_figures_are_drawn_for_a_phone(path):
    """No wider than 4.8 inches, in points: what is wider has text that nobody can read when a phone shows it whole."""
    for cell in read_notebook(path)["cells"]:
        for output in cell.get("outputs", []):
            svg = "".join(output.get("data", {}).get("image/svg+xml", ""))
            if found := re.search(r'viewBox="0 0 ([\d.]+) ', svg):
                assert float(found[1]) <= 346, (cell["id"], found[1])


def test_the_cover_begins_with_five_findings_each_linked_to_where_it_is_proved():
    cells = read_notebook(ROOT / "index.ipynb")["cells"]
    (findings,) = (cell for cell in cells if cell["id"] == "findings")
    before = ["".join(cell["source"]) for cell in cells[: cells.index(findings)]]
    assert not any("\n## " in source for source in before)
    said = "".join(findings["outputs"][0]["data"]["text/markdown"])
    items = re.findall(r"^\d\. <a href='([^']+)'>\*\*[^*]+\.\*\*</a> .*\d", said, flags=re.M)
    assert len(items) == 5
    for address in items:
        assert (ROOT / address.partition("#")[0]).with_suffix(".ipynb").is_file() or address.startswith(
            "claims/"
        )


def test_the_findings_of_the_cover_follow_the_tables(monkeypatch):
    """Another number in a table is another number in the text; another outcome stops the cover."""
    cells = {cell["id"]: "".join(cell["source"]) for cell in read_notebook(ROOT / "index.ipynb")["cells"]}
    known, read, shown = {}, tables.read, []
    exec(cells["answer"], known)
    known["Markdown"] = shown.append
    for edit in ({}, {"estimate": 87.65}):
        recorded = read("tests")
        row = recorded["claim"].eq("2.2-sound-infrastructure") & recorded["test"].eq(1)
        for column, value in edit.items():
            recorded.loc[row, column] = value
        monkeypatch.setattr(tables, "read", lambda name, now=recorded: now if name == "tests" else read(name))
        exec(cells["findings-counted"], known)
        exec(cells["findings"], known)
    assert "88% reach 3" in shown[1] and "88% reach 3" not in shown[0]
    recorded.loc[row, "outcome"] = "weak"
    with pytest.raises(
        claims.ClaimError, match="column outcome: found 'weak', but a sentence says 'against'"
    ):
        exec(cells["findings-counted"], known)


def test_chapter_2_1_reruns_for_another_exporter_by_one_name():
    exporter, definition = "KOR", "isic"
    notebook = nbformat.read(ROOT / "chapters/2-1-export-pattern.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "choice")
    assert 'exporter = "RUS"' in cell.source and 'definition = "wto"' in cell.source
    cell.source = f"exporter, definition = {exporter!r}, {definition!r}"
    # The three visible steps are those that `table1` takes; its numbers are known answers of test_table1.
    check = "(table1.recompute(exporter, definition).share - shares).abs().max().max() < 1e-9"
    notebook.cells.append(nbformat.v4.new_code_cell(check, id="check"))
    NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        timeout=120,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(ROOT / "chapters")}},
    ).execute()
    by_id = {cell.id: cell for cell in notebook.cells}
    assert by_id["check"].outputs[0]["data"]["text/plain"] == "np.True_"
    caption = by_id["figure-own"].outputs[0]["data"]["text/plain"]
    assert (
        f"recomputed for South Korea from what China reports as imports, definition “{definition}”."
        in caption
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_a_chapter_is_short_and_shows_its_code(path):
    code = [cell for cell in read_notebook(path)["cells"] if cell["cell_type"] == "code"]
    lines = [sum(bool(line.strip()) for line in "".join(cell["source"]).splitlines()) for cell in code]
    folded = sum(n for n, cell in zip(lines, code, strict=True) if cell["metadata"].get("tags"))
    most = (
        sum(lines) if path.name == "index.ipynb" else FOLDED * sum(lines)
    )  # nobody opens the cover to read code
    short = sum(lines) <= LINES and max(lines, default=0) <= LINES_OF_A_CELL and folded <= most
    found = f"{sum(lines)} lines, {max(lines, default=0)} in the longest cell, {folded} folded"
    assert short, f"{path.name}: found {found}; expected at most {LINES}, {LINES_OF_A_CELL} and a third"


def test_the_heart_of_the_book_is_read_at_a_glance():
    """Read, group, divide, draw, compare: until the reader has the table of another exporter, few and short cells."""
    cells = [cell for cell in read_notebook(ROOT / "chapters/2-1-export-pattern.ipynb")["cells"]]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) <= 15
    for cell in code:
        assert len("".join(cell["source"]).splitlines()) <= 15, cell["id"]
    steps = [
        cell for cell in code if cell["id"] in ("choice", "read", "group", "divide", "figure-own", "compare")
    ]
    assert len(steps) == 6 and not any(cell["metadata"].get("tags") for cell in steps)
