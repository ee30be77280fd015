"""A notebook that nbval would pass unchecked is named, with its cell and what is wrong."""

import json

import pytest

from bookpress.run import stored
from shared import CHAPTERS, read_notebook, write_notebook


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"execution_count": None}, "found execution counts [None], expected 1 to 1"),
        ({"outputs": []}, "cell cell-0: found no output, expected one"),
        ({"source": ["# NBVAL_SKIP\n", "1 + 1"]}, "cell cell-0: found a comment that turns checking off"),
        (
            {"outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]},
            "cell cell-0: found stream, expected",
        ),
        (
            {"outputs": [{"output_type": "display_data", "data": {"image/png": ""}, "metadata": {}}]},
            "cell cell-0: found image/png, which nbval does not compare",
        ),
        ({"source": ["exhibits.table(1)\n", "x = 1"], "outputs": []}, "cell cell-0: found no output"),
    ],
)
def test_faults_are_named(tmp_path, change, fault):
    path = write_notebook(tmp_path / "a.ipynb", ["1 + 1"])
    notebook = read_notebook(path)
    shown = {
        "output_type": "execute_result",
        "data": {"text/plain": "2"},
        "metadata": {},
        "execution_count": 1,
    }
    notebook["cells"][1] |= {"execution_count": 1, "outputs": [shown]}
    path.write_text(json.dumps(notebook))
    assert list(stored.faults(path)) == []
    notebook["cells"][1] |= change
    path.write_text(json.dumps(notebook))
    (found,) = stored.faults(path)
    assert found.startswith("a.ipynb") and fault in found


def test_numbers_of_exhibits_in_reading_order():
    assert stored.numbering(CHAPTERS, "Table")[:3] == ["S1", "S2", "S3"]
