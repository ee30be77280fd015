"""Notebooks under nbval: the failing cell is named in one line."""

import subprocess
import sys

import nbformat


def test_a_failing_cell_is_named_in_one_line(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    shown = nbformat.v4.new_output(
        "display_data", data={"text/plain": "1"}, metadata={"bookpress": {"label": "Table S9"}}
    )
    cell = nbformat.v4.new_code_cell(
        "from IPython.display import display\ndisplay({'text/plain': '2'}, raw=True)",
        id="table-nine",
        outputs=[shown],
        execution_count=1,
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "chapters/a.ipynb")
    options = [
        "-o",
        "addopts=",
        "-p",
        "bookpress.run.nbval_plugin",
        "--nbval",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "chapters/a.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "chapters/a.ipynb, cell table-nine, Table S9: not as stored" in done.stdout
