"""What the tests of this edition share: its folder, its stored chapters, an exhibit of its own."""

from pathlib import Path
from types import SimpleNamespace

from bookpress.edition import book
from bookpress.publish import beside
from small import read_notebook

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = book.chapters(ROOT)


def downloaded(chapter: Path, path: Path) -> Path:
    """Write a chapter as a reader downloads it, with its stored outputs."""
    cells = [cell for cell in read_notebook(chapter)["cells"] if cell["cell_type"] == "code"]
    outputs = [{"outputs": cell["outputs"], "execution_count": cell["execution_count"]} for cell in cells]
    result = SimpleNamespace(outputs=outputs, language={"name": "python"})
    path.write_text(beside.notebook(chapter, ROOT, result, "paper-1-py3-none-any.whl"), encoding="utf-8")
    return path


def export(caption: str = "A line.", factor: float = 1) -> None:
    """Show a figure and a table, which are exported to where ``BOOKPRESS_EXHIBITS`` says."""
    from matplotlib import pyplot as plt

    from bookpress import exhibits, tables

    values = tables.read("paper-table1").set_index(["category", "year"]) * factor
    fig, ax = plt.subplots()
    ax.plot(values["share_pct"].tolist(), color="#4477aa")
    sources = ["paper-table1"]
    said = {
        "title": "It falls",
        "subtitle": "Shares, %, 2016–2018",
        "caption": caption,
        "alt": "It falls; 35.11.",
    }
    exhibits.figure(fig, "S1", values=values, sources=sources, **said)
    exhibits.table(values, "1", caption="Shares <&>.", sources=sources, decimals=2)
