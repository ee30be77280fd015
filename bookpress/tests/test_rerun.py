"""What moved, in words: values, marks, causes."""

import shutil
import subprocess

import nbformat
import pytest

from bookpress.edition import book
from bookpress.verify import causes, differences, notebooks


def test_numbers_with_their_difference():
    told = ["35.11 → 36.11 (difference +1)"]
    assert differences.moved_text("share 35.11% of 1,200", "share 36.11% of 1,200") == told
    assert differences.moved_text("−2 a", "3 a") == ["−2 → 3 (difference +5)"]
    assert differences.moved_text("0.30000000001", "0.3") == []
    assert differences.moved_text("was mixed so", "was supported so") == ["“mixed” → “supported”"]
    assert differences.moved_text("a b c", "b c d") == ["“a” gone", "“d” new"]


def test_same_bytes_and_same_numbers_are_told_apart():
    one = {"data": {"text/plain": "1.0"}}
    assert differences.moved(one, one) is None
    assert differences.moved(one, {"data": {"text/plain": "1.00"}}) == []
    assert differences.moved(one, {"data": {"text/plain": "1.1"}}) != []
    assert differences.moved(one, {"data": {}}) == ["text/plain gone"]
    many = differences.moved_text("from " + "a b " * 30_000 + "to", "from " + "c a " * 30_000 + "to")
    assert many == ["60,000 words → 60,000 other words"], "what both begin and end with is no part of it"


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><g id="axes_1">
<g id="patch_2"><path d="M {left} 110 L {right} 110 L {right} 10 L {left} 10 z"/></g>
<g id="patch_3"><path d="M {mark} 60 L {right} 60" style="fill: {fill}"/></g>
<g id="line2d_1"><defs><path id="m0" d="M 0 0 L 0 3"/></defs><use xlink:href="#m0" x="{mark}" y="60"/></g>
<g id="text_1"><!-- {text} --><g transform="translate({place})"><path d="{letter}"/></g></g>
</g></svg>"""
AS_IT_WAS = {
    **{"left": 20, "right": 220, "mark": 70, "fill": "#000000"},
    **{"text": "25% agriculture", "place": "60 80", "letter": "M 0 0"},
}


@pytest.mark.parametrize(
    "changed, expected",
    [
        ({"mark": 70.02}, []),
        (
            {"mark": 75},
            [f"mark axes_1 {n}: moved by up to 2.5% of the axis" for n in ("patch_3", "line2d_1")],
        ),
        ({"fill": "#000001"}, ["mark axes_1 patch_3: drawn differently"]),
        ({"text": "26% agriculture"}, ["mark axes_1 text_1: 25 → 26 (difference +1)"]),
        # Another version of Matplotlib: other letters, other room for them, the same numbers.
        ({"letter": "M 1 1 L 2 2", "place": "61 81"}, []),
        ({"left": 10, "right": 210, "mark": 60}, []),
        ({"left": 30, "mark": 77.5}, []),
    ],
)
def test_marks_that_moved_and_letters_that_did_not(changed, expected):
    old, new = DRAWN.format(**AS_IT_WAS), DRAWN.format(**{**AS_IT_WAS, **changed})
    assert differences.moved_marks(old, new) == expected


def test_moved_cells_by_the_headers_that_tell_rows_apart():
    def grid(text):
        return [line.split(",") for line in text.split()]

    old = grid("who,year,x a,1,5 a,2,6 b,1,7")
    told = ["row a 1, column x: 5 → 9", "row a 2 removed", "row c 1 added"]
    assert differences.moved_cells(old, grid("who,year,x a,1,9 b,1,7 c,1,7"), differences.exactly) == told
    told = ["row a 2, column x: 6 → 6.5 (difference +0.5)"]
    assert differences.moved_cells(old, grid("who,year,x a,1,5 a,2,6.5 b,1,7.0000001")) == told
    told = ["column x gone", "column y new"]
    assert differences.moved_cells(old, grid("who,year,y a,1,5 a,2,6 b,1,7"))[:2] == told
    assert differences.moved_cells(old, grid("who,year,x b,1,7 a,1,5 a,2,6")) == ["rows in another order"]
    assert differences.moved_cells(old, grid("year,who,x 1,a,5 2,a,6 1,b,7")) == ["columns in another order"]
    # Where no headers tell rows apart, their place does.
    told = ["row 2, column y: 1 → 3 (difference +2)"]
    assert differences.moved_cells(grid("x,y 1,1 1,1"), grid("x,y 1,1 1,3")) == told


def test_changed_functions_but_not_comments():
    old = "import a\nA = 1\ndef f():\n    return 1\n\nclass C:\n    x = 1\n"
    assert causes.changed_parts(old, "# why\n" + old) == []
    new = old.replace("return 1", "return 2").replace("A = 1", "A = 3").replace("import a", "import b")
    assert causes.changed_parts(old, new) == ["imports", "name A", "function f"]


def test_versions_of_a_lock():
    found = causes.packages("Pandas_x==3.1 ; marker \\\n    --hash=a\nb==2 \\\nb==3 ; m \\\n")
    assert found == {"package pandas-x": "3.1", "package b": "2 or 3"}


STORED = {"data": "x\n1\n", "code": "N = 1\n", "lock": "packageless==1\n", "cell": "subject.N, x"}


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with a commit, which takes git")
@pytest.mark.parametrize(
    "changed, status, said",
    [
        ({}, 0, ["Verdict: every number and text is as stored"]),
        (
            {"data": "x\n2\n", "code": "N = 3\n"},
            1,
            [
                "index.ipynb, cell sum, Table 1:",
                "  1 → 3 (difference +2)",
                "  1 → 2 (difference +1)",
                "    table data/x.csv, row 1, column x: 1 → 2",
                "    code subject.py: name N",
                "Verdict: something moved, see above",
            ],
        ),
        ({"cell": "subject.N, x + 1"}, 1, ["    chapter: the code of cell sum"]),
        ({"cell": "print(y)"}, 2, ["index.ipynb: failed", "Verdict: a chapter failed, see above"]),
    ],
)
def test_a_whole_run(changed, status, said, tmp_path, capsys, monkeypatch):
    """A book of one cell, run for real against what was committed."""

    def write(data, code, lock, cell):
        about = {"bookpress": {"id": "table-1", "label": "Table 1"}}
        source = "import subject\nx = int(open('data/x.csv').read()[2:])\n"
        source += f"display({{'text/plain': str(({cell}))}}, raw=True, metadata={about})"
        output = nbformat.v4.new_output("display_data", {"text/plain": "(1, 1)"}, metadata=about)
        made = nbformat.v4.new_code_cell(source, id="sum", execution_count=1, outputs=[output])
        nbformat.write(nbformat.v4.new_notebook(cells=[made]), tmp_path / "index.ipynb")
        for name, text in (("data/x.csv", data), ("subject.py", code), ("requirements.txt", lock)):
            (tmp_path / name).write_text(text)

    (tmp_path / "data").mkdir()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "stray.ipynb").write_text("not in the contents, not run")
    write(**STORED)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    write(**STORED | changed)
    with pytest.raises(book.BookError, match="found no commit 'no-such'"):
        notebooks.rerun(tmp_path, "no-such")
    assert notebooks.rerun(tmp_path, figures=tmp_path / "pages") == status
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if line in said] == said
    monkeypatch.setenv("PATH", "")
    assert notebooks.rerun(tmp_path) == status
    assert ("  why, only git could say: " in capsys.readouterr().out) == (status == 1)
