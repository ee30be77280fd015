"""Exhibits: stable bytes, complete text, numbers in reading order."""

import ast
import re

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from PIL import Image

from bookpress import exhibits, provenance
from bookpress.exhibits import printing, titles
from bookpress.run import ipynb
from shared import CHAPTERS


@pytest.fixture
def displayed(monkeypatch):
    """What an exhibit displays: a list of (bundle, metadata)."""
    seen = []
    monkeypatch.setattr(
        exhibits.show, "display", lambda bundle, raw, metadata: seen.append((bundle, metadata["bookpress"]))
    )
    return seen


def draw(colour="#4477AA", height=2, **said):
    fig, ax = plt.subplots()
    ax.bar([1, 2], [1, height], color=colour, hatch="//")
    values = pd.DataFrame({"x": [1]})
    said = {"title": "Two is more", "subtitle": "Bars, no unit", "alt": "One and two."} | said
    exhibits.figure(fig, "S1", values=values, sources=["wdi"], **said)


def test_the_same_figure_gives_the_same_bytes_and_another_does_not(displayed):
    before = plt.get_fignums()  # another test may have left one open
    for arguments in ({}, {}, {"colour": "#4477AB"}, {"height": 2.01}):
        draw(**arguments)
    svgs = [bundle["image/svg+xml"] for bundle, _ in displayed]
    assert svgs[0] == svgs[1] and len({*svgs}) == 3
    assert plt.get_fignums() == before, "a shown figure must be closed"


def test_a_figure_says_what_it_is(displayed):
    draw(title="At 10.52812 points", caption="Read it so.", alt="One of 0.12345.")
    ((bundle, about),) = displayed
    assert (about["id"], about["alt"]) == ("figure-s1", "One of 0.12345.")
    assert "World Development Indicators" in about["note"] and "CC BY 4.0" in about["note"]
    svg = bundle["image/svg+xml"]
    assert "Figure S1. At 10.52812 points" in svg and "One of 0.12345." in svg, "numbers in words stay"
    assert "<dc:date>" not in svg
    assert 'transform="scale(0.015625)"' in svg, "glyphs must keep their size"
    assert not re.search(r'="[^"(]*\d\.\d{4}', svg), "coordinates are rounded"
    for words in ("At 10.52812 points", "Bars, no unit.", "Read it so.", "One of 0.12345."):
        assert words in bundle["text/plain"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "figure-s1: found no title, expected the finding in a sentence"),
        ({"subtitle": " "}, "figure-s1: found no subtitle, expected what is drawn, its unit and its years"),
        (
            {"alt": ""},
            "figure-s1: found no alternative text, expected what it shows, with numbers, for a reader",
        ),
        ({"holds": False}, "figure-s1: the numbers no longer say 'Two is more'; write the title anew"),
    ],
)
def test_a_figure_that_says_too_little_or_what_is_not_so_is_refused_in_a_line(given, said, displayed):
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        draw(**given)
    assert "\n" not in str(refused.value) and not displayed
    plt.close()


@pytest.mark.parametrize("width", [2, 4.8, 9.6])
def test_a_title_is_broken_into_lines_that_fit_above_the_drawing(width):
    fig, ax = plt.subplots(figsize=(width, 3))
    fig.draw_without_rendering()
    before = ax.get_window_extent()
    exhibits.titled(
        fig, "Trade with China grew faster along the route than elsewhere", "Growth, % a year, $ of 2014–2018"
    )
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in fig.texts]
    assert all(box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1 for box in boxes), "nothing is clipped"
    assert min(box.y0 for box in boxes) > ax.get_tightbbox().y1
    assert " ".join(text.get_text() for text in fig.texts).endswith(
        "than elsewhere Growth, % a year, $ of 2014–2018"
    )
    assert ax.get_window_extent().size == pytest.approx(before.size), "the drawing keeps its size"


@pytest.mark.filterwarnings("ignore:Glyph")  # where no font has the letters
@pytest.mark.parametrize("width", range(20, 100, 7))
def test_chinese_is_broken_between_letters_and_not_before_a_closing_sign(width):
    text = "离太阳越远，绕行一周越长。八颗行星（共八颗）"
    lines = titles.broken(text, 10, "normal", width)
    assert "".join(lines) == text and len(lines) > 1
    assert not [line for line in lines if line[0] in "，。）"]


def test_exported_files_are_as_fine_and_as_readable_as_promised(displayed, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(tmp_path))
    draw()
    with Image.open(tmp_path / "figures/figure-s1.png") as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    description = tmp_path / "figures/figure-s1.csv-metadata.json"
    assert "2005–2018" in description.read_text(encoding="utf-8")


def test_a_table_has_header_cells_and_printed_numbers(displayed):
    frame = pd.DataFrame(
        {"n": [1, 20000], "share, %": [0.25, -3.14159], "kind": ["<a>", None]},
        index=pd.Index(["x", "y"], name="row"),
    )
    exhibits.table(frame, "1", caption="A & B.", sources=["wdi"], decimals={"share, %": 2})
    ((bundle, about),) = displayed
    html = bundle["text/html"]
    assert about["id"] == "table-1"
    assert "<caption><strong>Table 1.</strong> A &amp; B.</caption>" in html
    assert html.count('<th scope="col"') == 4 and html.count('<th scope="row">') == 2
    assert '<td class="num">20,000</td>' in html and '<td class="num">−3.14</td>' in html
    assert "&lt;a&gt;" in html and "<td>n/a</td>" in html
    assert "−3.14" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("number", "sources", "message"),
    [
        *(
            (number, ["wdi"], "table number: found")
            for number in ("", "0", "s1", "S", "1.", "A.", "A..1", "1 b")
        ),
        *(("1", sources, "exhibit sources") for sources in ([], ["no-such-table"])),
    ],
)
def test_a_wrong_number_and_an_unknown_source_are_refused(number, sources, message):
    with pytest.raises(ValueError, match=message):
        exhibits.table(pd.DataFrame({"a": [1]}), number, caption="", sources=sources)


def stored():
    """Yield chapter, kind, number and description of every stored exhibit in reading order."""
    for path in CHAPTERS:
        for about, _, _ in ipynb.exhibits(ipynb.read(path)["cells"]):
            yield path.name, *about["label"].split(), about


@pytest.mark.parametrize("kind", ["Table", "Figure"])
def test_numbers_run_in_reading_order_and_the_papers_own_stay(kind):
    numbers = [(chapter, number) for chapter, k, number, _ in stored() if k == kind]
    assert ("2-1-export-pattern.ipynb", "1") in numbers
    added = [number for _, number in numbers if number.startswith("S")]
    assert added == [f"S{n}" for n in range(1, len(added) + 1)]
    gathered = [(chapter, number) for chapter, number in numbers if number.startswith("C")]
    homes = {"C1": "4-conclusion.ipynb", "C2": "index.ipynb", "C3": "index.ipynb"} if kind == "Figure" else {}
    assert sorted(gathered, key=lambda one: one[1]) == [
        (chapter, number) for number, chapter in homes.items()
    ]
    later = [(chapter, number) for chapter, number in numbers if number.startswith("L")]
    assert later == [("what-came-after.ipynb", f"L{n}") for n in range(1, len(later) + 1)]
    again = [(chapter, number) for chapter, number in numbers if number.startswith("R")]
    assert again == [("2-1-export-pattern.ipynb", "R1")] * (kind == "Figure")
    assert len(numbers) == len(added) + len(gathered) + len(later) + len(again) + 1


def test_every_chapter_has_an_exhibit_and_every_figure_an_alternative_text_with_numbers():
    without = {"glossary.ipynb", "read-rerun-cite.ipynb"}
    assert {chapter for chapter, *_ in stored()} == {path.name for path in CHAPTERS} - without
    for chapter, kind, number, about in stored():
        if kind == "Figure":
            assert len(about["alt"]) > 80 and re.search(r"\d", about["alt"]), (chapter, number)
            assert about["alt"] != about["caption"]


def test_every_figure_says_its_finding_and_stops_when_it_no_longer_holds():
    for path in CHAPTERS:
        for cell in (cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"):
            for call in ast.walk(ast.parse(cell.source)):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "exhibits.figure":
                    given = {keyword.arg: keyword.value for keyword in call.keywords}
                    where = f"{path.name}, cell {cell.id}"
                    for name in ("title", "subtitle", "alt"):
                        assert name in given, f"{where}: found a figure without {name}"
                    computed = not isinstance(given["title"], ast.Constant)
                    assert computed or "holds" in given, (
                        f"{where}: found a title that nothing checks, expected holds="
                    )


def test_a_source_line_names_who_made_the_data_and_folds_the_citations():
    note = provenance.source_note({"sources": ["disputes", "route-economies"], "note": "Source: all of it."})
    assert note.startswith('<details class="fold exhibit-note"><summary>Source: World Trade Organization; ')
    assert "Economies along the route, by published list; own computation</summary>" in note
    assert "Vaibhav" not in note and "<p>Source: all of it.</p></details>" in note


def test_years_are_no_quantities():
    frame = pd.DataFrame({"year": [1935, 1936], "cars per year": [1935, 193_600], "days": [1935, 1936]})
    shown = printing.as_text(frame, 1).iloc[:, 1:].values.tolist()
    assert shown == [["1935", "1,935", "1,935"], ["1936", "193,600", "1,936"]]


def test_only_a_figure_of_matplotlib_is_an_exhibit():
    with pytest.raises(
        ValueError, match=r"^figure A\.1: found DataFrame of pandas, expected a figure of Matplotlib"
    ):
        exhibits.figure(pd.DataFrame(), "A.1", values=pd.DataFrame(), sources=[])


@pytest.mark.parametrize(("columns", "wide"), [(4, False), (9, True)])
def test_a_table_wider_than_a_phone_says_so(columns, wide):
    frame = pd.DataFrame({f"number {i}": [1.5] for i in range(columns)}, index=["Australia"])
    html = printing.html(printing.as_text(frame, 1), frame)
    assert ('class="exhibit-scroll wide"' in html) is wide
