"""Two editions compared: what moved, why, and what is no edition."""

import json
import shutil
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest

from bookpress import __main__ as engine
from bookpress import exhibits, provenance, tables
from bookpress.edition.book import BookError
from bookpress.verify import comparison, editions, notebooks
from small import edit

# An exhibit's record names every module that is loaded: this one is before the first is made.
assert notebooks
# Nine lines that are a billion words once they are written out.
ALIASES = "version: &v0 x\n" + "".join(
    f"a{n}: &v{n} [{', '.join([f'*v{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
LEDGER = "id,verdict\n1-a,supported\n1-b,mixed\n"
DATA = "place,x\na,1\nb,2\n"
PACKAGE = {
    "resources": [
        {"name": "planets", "path": "planets.csv", "schema": {"primaryKey": ["place"]}},
        {"name": "claims", "path": "paper/claims.csv", "schema": {"primaryKey": ["id"]}},
    ]
}


class Maker:
    """Makes small editions: exported files as a built book has them, stored outputs as a checkout has them."""

    def __init__(self, tmp_path, monkeypatch, shelf):
        self.tmp_path, self.monkeypatch, self.shelf = tmp_path, monkeypatch, shelf
        self.outputs = []
        monkeypatch.setattr(exhibits.show, "display", self._note)

    def _note(self, data, raw, metadata):
        self.outputs.append(nbformat.v4.new_output("display_data", data, metadata=metadata))

    def book(self, name="old", **changes):
        """Return the folder of a built book of one figure and two tables; each is drawn once and then copied."""
        key = str(sorted(changes.items()))
        if key not in self.shelf["made"]:
            self.outputs = []
            self._draw(self.shelf["folder"] / str(len(self.shelf["made"])), **changes)
            self.shelf["made"][key] = self.shelf["folder"] / str(len(self.shelf["made"])), self.outputs
        made, self.outputs = self.shelf["made"][key]
        return shutil.copytree(made, self.tmp_path / name)

    def _draw(self, folder, *, share=35.11, color="#4477aa", numbers="12", also=False):
        (folder / "tables").mkdir(parents=True)
        (folder / "index.html").write_text("<html></html>")
        self.monkeypatch.setenv("BOOKPRESS_EXHIBITS", str(folder))
        tables.read("paper-table1")
        about = {"sources": ["paper-table1"]}
        years = pd.DataFrame(
            {"sector": ["farms", "farms", "mines"], "year": [2016, 2017, 2016], "share": [share, 3.5, 1.25]}
        ).set_index(["sector", "year"])
        exhibits.table(years, f"S{numbers[0]}", caption="Shares by sector.", decimals=2, **about)
        fig, ax = plt.subplots()
        ax.plot([1, 2, 3], color=color)
        exhibits.figure(
            fig, "S1", values=years, title="A line.", subtitle="Shares, %", alt="It rises.", **about
        )
        counts = pd.DataFrame({"count": [7, 8]}, index=pd.Index(["x", "y"], name="letter"))
        exhibits.table(counts, f"S{numbers[1]}", caption="Counts by letter.", **about)
        if also:
            exhibits.table(counts + 1, "L1", caption="Only here.", **about)

    def checkout(self, name="checkout", **changes):
        """Make a checkout whose notebook stores the outputs of such a book, and return its folder."""
        shutil.rmtree(self.book(f"{name}.made", **changes))
        root = self.tmp_path / name
        cells = [
            nbformat.v4.new_code_cell(f"import subject\n{n}", id=f"cell-{n}", outputs=[output])
            for n, output in enumerate(self.outputs)
        ]
        files = {
            "_toc.yml": "format: jb-book\nroot: index\n",
            "index.ipynb": nbformat.writes(nbformat.v4.new_notebook(cells=cells)),
            "CITATION.cff": "version: 1.0.0\n",
            "requirements.txt": "pandas==3.1.1\n",
            "subject.py": "def f():\n    return 1\n",
            "data/datapackage.json": json.dumps(PACKAGE),
            "data/planets.csv": DATA,
            "data/paper/claims.csv": LEDGER,
        }
        for place, text in files.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_text(text, encoding="utf-8")
        return root


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return {"folder": tmp_path_factory.mktemp("shelf"), "made": {}}


@pytest.fixture
def make(tmp_path, monkeypatch, shelf):
    return Maker(tmp_path, monkeypatch, shelf)


def compared(old, new, figures=None):
    """The lines of a report without its head and without the marks of a list, and whether nothing moved."""
    lines, same = comparison.compare(old, new, figures)
    assert lines[0].startswith(f"Compared {old} (edition ") and not lines[1]
    assert same or all(line.lstrip().startswith("- ") for line in lines[2:-2])
    return [line.replace("- ", "", 1) for line in lines[2:] if line], same


def test_nothing_moved(make, capsys):
    old, new = make.book("old"), make.book("new")
    said = "3 exhibits: 3 unchanged; verdicts not compared, as not both editions have any that can be read"
    assert compared(old, new) == ([said], True)
    assert engine.main(["compare", str(old), str(new)]) == 0
    assert capsys.readouterr().out.endswith(f"{said}\n")


def test_a_number_that_moved_and_the_same_number_in_other_digits(make):
    old, new = make.book("old"), make.book("new", share=35.2)
    lines, same = compared(old, new)
    assert not same
    told = ["row farms 2016, column share: 35.11 → 35.2 (difference +0.09)"]
    assert lines[0] == "moved: Figure S1: A line." and lines[2] == "moved: Table S1: Shares by sector."
    assert [line.strip() for line in lines if "→" in line] == told * 2
    other = make.book("other", share=35.11000001)
    lines, same = compared(old, other)
    assert same and lines[0].startswith("3 exhibits: 3 unchanged (2 of them in other bytes); ")


def test_an_edited_file_is_told_as_one(make):
    old = make.book("old")
    new = shutil.copytree(old, old.with_name("new"))
    edit(new / "tables/table-s2.csv", "x,7", "x,9")
    lines, _ = compared(old, new)
    assert lines[:4] == [
        "moved: Table S2: Counts by letter.",
        "  row x, column count: 7 → 9 (difference +2)",
        "  because of one or more of:",
        f"    {comparison.UNEXPLAINED}",
    ]
    shutil.copy(old / "tables/table-s2.csv", new / "tables")
    edit(new / "tables/table-s2.md", "7 |", "9 |")
    lines, _ = compared(old, new)
    assert lines[1] == "  printed differently: row x, column count: 7 → 9"
    shutil.copy(old / "tables/table-s2.md", new / "tables")
    (new / "figures/figure-s1.png").write_bytes((old / "figures/figure-s1.png").read_bytes() + b"\n")
    assert compared(old, new)[0][1] == "  figure-s1.png: other bytes"


def test_a_figure_in_another_colour(make, tmp_path):
    old, new = make.book("old"), make.book("new", color="#ee6677")
    lines, same = compared(old, new, figures=tmp_path / "pages")
    assert not same and lines[0] == "moved: Figure S1: A line."
    assert lines[1] == "  drawn differently, with the same values:"
    assert "drawn differently" in lines[2] and "line2d" in lines[2]
    (page,) = (tmp_path / "pages").iterdir()
    assert page.name == "figure-s1.html" and page.read_text().count("<img") == 2
    # Of stored outputs the marks are told.
    lines, _ = compared(make.checkout("a"), make.checkout("b", color="#ee6677"))
    assert lines[0] == "moved: Figure S1: A line." and lines[1].endswith("drawn differently")


def test_what_it_was_made_from_is_named(make, monkeypatch):
    old = make.book("old")
    now = provenance.origins.version
    monkeypatch.setattr(provenance.origins, "version", lambda name: "9.9" if name == "pandas" else now(name))
    described = provenance.origins.surroundings

    def surroundings(names):
        changed = {"table paper-table1": "1" * 64, "code bookpress/exhibits/show.py": "2" * 64}
        return {name: changed.get(name, value) for name, value in described(names).items()}

    monkeypatch.setattr(provenance.origins, "surroundings", surroundings)
    make.shelf = {"folder": make.tmp_path / "shelf", "made": {}}
    lines, same = compared(old, make.book("same"))  # another package and the same numbers: nothing moved
    assert same and "3 unchanged (3 of them in other bytes)" in lines[-1]
    new = make.book("new", share=36)
    lines, _ = compared(old, new)
    why = lines[lines.index("all that moved, because of one or more of:") + 1 : -1]
    assert why == [
        "  table paper-table1 changed",
        f"  package pandas {now('pandas')} → 9.9",
        "  code bookpress/exhibits/show.py changed",
    ]


def test_causes_between_checkouts(make):
    old, new = make.checkout("old"), make.checkout("new", share=36)
    for place, was, now in [
        ("data/planets.csv", "b,2", "b,3"),
        ("subject.py", "return 1", "return 2"),
        ("requirements.txt", "3.1.1", "3.2.0"),
        ("CITATION.cff", "1.0.0", "2.0"),
        ("index.ipynb", '"import subject\\n",\n    "2"', '"import subject\\n",\n    "22"'),  # below it
        ("index.ipynb", '"import subject\\n",\n    "0"', '"import subject\\n",\n    "00"'),
    ]:
        edit(new / place, was, now)
    for root in (old, new):
        text = (root / "index.ipynb").read_text()
        (root / "index.ipynb").write_text(text.replace('"paper-table1"', '"planets"'))
    lines, same = compared(old, new)
    assert not same and lines[:8] == [
        "moved: Table S1: Shares by sector.",
        "  row farms 2016, column share: 35.11 → 36.00 (difference +0.89)",
        "  because of one or more of:",
        "    table planets, row b, column x: 2 → 3",
        "    chapter: the code of cell cell-0",
        "    package pandas 3.1.1 → 3.2.0",
        "    edition 1.0.0 → 2.0",
        "    code subject.py: function f",
    ]


@pytest.mark.parametrize("kind", ["book", "checkout"])
def test_renumbered_new_and_gone(make, kind):
    made = getattr(make, kind)
    old, new = made("old"), made("new", numbers="23", also=True)
    if kind == "checkout":  # as cells that came between would
        text = (new / "index.ipynb").read_text()
        (new / "index.ipynb").write_text(text.replace('"cell-', '"other-'))
    lines, same = compared(old, new)
    assert not same and lines[:-1] == [
        "new: Table L1: Only here.",
        "renumbered: Table S2 (was Table S1): Shares by sector.",
        "renumbered: Table S3 (was Table S2): Counts by letter.",
    ]
    assert lines[-1].startswith("4 exhibits: 1 unchanged, 2 renumbered, 1 new; ")
    lines, _ = compared(new, old)
    assert lines[-2:-1] == ["gone: Table L1: Only here."]
    lines, _ = compared(old, made("changed", numbers="23", share=36))
    assert "moved: Table S2 (was Table S1): Shares by sector." in lines
    # One that took the number of another is no change of that other.
    both = made("both", numbers="23")
    if kind == "book":
        shutil.rmtree(both / "figures")
        lines, _ = compared(old, both)
        assert lines[2] == "gone: Figure S1: A line."


def test_exhibits_are_in_order_whatever_their_numbers():
    ids = [
        "table-1",
        "figure-2-3",
        "figure-2-10",
        "table-4",
        "figure-4b",
        "table-10",
        "table-a-1",
        "figure-s2",
        "table-s10",
    ]
    named = [SimpleNamespace(id=one) for one in reversed(ids)]
    assert [one.id for one in sorted(named, key=editions._number)] == ids


def test_another_caption_is_a_change_of_the_same_exhibit(make):
    old = make.book("old")
    new = shutil.copytree(old, old.with_name("new"))
    edit(new / "tables/table-s2.csv-metadata.json", "Counts by letter", "Letters, counted")
    edit(new / "tables/table-s2.csv", "x,7", "x,9")
    lines, _ = compared(old, new)
    assert lines[0] == "moved: Table S2: Letters, counted."
    assert lines[1].startswith("  caption: “Counts") and "7 → 9" in lines[2]


def test_books_and_checkouts_say_the_same(make, tmp_path):
    book, checkout = make.book("html"), make.checkout("checkout")
    crate = shutil.copytree(checkout, tmp_path / "crate")
    shutil.copytree(book, crate / "book")
    moved = make.book("moved", share=36), make.checkout("moved-too", share=36)
    for one in (book, checkout, crate):
        for other in (book, checkout):
            lines, same = compared(one, other)
            assert same and lines[-1].startswith("3 exhibits: 3 unchanged; "), (one, other, lines)
        for other in moved:
            lines, same = compared(one, other)
            assert not same and "moved: Table S1: Shares by sector." in lines, (one, other, lines)
            assert any("row farms 2016, column share: 35.11 → 36" in line for line in lines)
            assert not any(line.strip().startswith("code ") for line in lines), "no code differs"


def test_verdicts(make):
    old, new = make.checkout("old"), make.checkout("new")
    ledger = "data/paper/claims.csv"
    edit(new / ledger, "1-b,mixed", "1-b,supported\n1-c,mixed")
    lines, same = compared(old, new)
    assert not same and lines == [
        "verdicts",
        "  claim 1-b: mixed → supported",
        "  claim 1-c: new → mixed",
        "3 exhibits: 3 unchanged; 2 verdicts of 3 claims moved",
    ]
    book = make.book("html")  # a built book tells its verdicts to machines
    for name, verdict in (("1-a", "Supported"), ("1-b", "Mixed")):
        about = {"@type": "ClaimReview", "itemReviewed": {"name": name}}
        about["reviewRating"] = {"alternateName": verdict}
        (book / "claims").mkdir(exist_ok=True)
        page = f'<script type="application/ld+json">{json.dumps(about)}</script>'
        (book / "claims" / f"{name}.html").write_text(page)
    assert compared(old, book)[0][-1] == "3 exhibits: 3 unchanged; 0 verdicts of 2 claims moved"
    assert "  claim 1-b: mixed → supported" in compared(book, new)[0]


@pytest.mark.parametrize(
    "kind, place, content, expected",
    [
        ("nothing", "", None, "not found; expected the folder of a built book (_build/html) or of a check"),
        ("nothing", "", "PK", "found a file; unpack a zip or wheel first; expected the folder"),
        ("nothing", "notes.txt", "notes", "found notes.txt, expected the folder"),
        ("book", "figures/notes.txt", "notes", "figures/notes.txt: found .txt, expected one of .svg"),
        ("book", "tables/table-s2.csv-metadata.json", None, "metadata.json: not found, expected the record"),
        ("book", "tables/table-s2.md", "| a |", "tables/table-s2.md: found no record"),
        ("book", "figures/figure-s1.png", "PNG", "figures/figure-s1.png: truncated or not png"),
        ("book", "figures/figure-s1.svg", None, "figure-s1.svg: not found, expected every file of figure-s1"),
        ("book", "tables/table-s7.md", "<!-- bookpress exhibit=table-1 -->", "record of 'table-1', expected"),
        ("checkout", "_toc.yml", "format: [", "_toc.yml: "),
        ("checkout", "_toc.yml", "format: jb-book\nroot: ../outside\n", "found ../outside.ipynb, exp"),
        ("checkout", "index.ipynb", "{", "index.ipynb: found "),
        ("checkout", "index.ipynb", '{"cells": []}', "expected a notebook"),
        (
            "checkout",
            "index.ipynb",
            nbformat.writes(nbformat.v4.new_notebook()),
            "found no exhibit in the stored",
        ),
        ("checkout", "index.ipynb", "[" * 100_000, "found no JSON object of at most 100 levels"),
        (
            "checkout",
            "CITATION.cff",
            ALIASES,
            "CITATION.cff: found a part that repeats another, expected each",
        ),
        (
            "checkout",
            "_toc.yml",
            ALIASES,
            "_toc.yml: found a part that repeats another, expected each written",
        ),
        ("checkout", "CITATION.cff", "a: " + "b" * 100_000, "found more than 100,000 bytes"),
        ("checkout", "CITATION.cff", "[" * 5_000, "CITATION.cff: "),
        (
            "checkout",
            "data/paper/claims.csv",
            "id,verdict\na," + "x" * 200_000,
            "field larger than field limit",
        ),
        (
            "book",
            "claims/a.html",
            '<script type="application/ld+json">' + "[" * 100_000,
            "found no JSON object of at",
        ),
        (
            "book",
            "claims/a.html",
            '<script type="application/ld+json">' * 50_000,
            "where an exhibit or a verdict was read",
        ),
        ("checkout", "data/datapackage.json", "{", "data/datapackage.json: found "),
        ("checkout", "data/datapackage.json", '{"resources": [{"name": "claims"}]}', "KeyError('path')"),
    ],
)
def test_what_is_no_edition_is_refused(make, capsys, tmp_path, kind, place, content, expected):
    """The command line says one line that names the folder, and ends with 2; nothing is written."""
    good = make.book("good")
    (tmp_path / "outside.ipynb").write_text('{"cells": []}')
    folder = tmp_path / "folder" if kind == "nothing" else getattr(make, kind)("folder")
    if content is None:
        (folder / place).unlink(missing_ok=True)
    else:
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(content)
    before = set(tmp_path.rglob("*"))
    for pair in ([good, folder], [folder, good]):
        assert engine.main(["compare", *map(str, pair), "--figures", str(tmp_path / "pages")]) == 2
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1 and err.startswith(f"bookpress: {folder}: "), err
        assert expected in err
    assert set(tmp_path.rglob("*")) == before


def test_nothing_outside_an_edition_is_read(make, tmp_path):
    """A foreign record or description may name any file; it is looked up in the edition only."""
    old, new = make.checkout("old"), make.checkout("new")
    (tmp_path / "outside.csv").write_text("id,verdict\n1-secret,mixed\n")
    edit(new / "data/datapackage.json", "paper/claims.csv", "../../outside.csv")
    lines, _ = compared(old, new)
    assert "verdicts not compared" in lines[-1]
    with pytest.raises(BookError, match="not found"):
        comparison.compare(tmp_path / "no", new)
