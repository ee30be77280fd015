"""Outputs of cells: what a page would lose and what says that something is wrong is refused, progress bars are not kept."""

import nbformat
import pytest

from bookpress.run import ipynb, runner
from small import write_notebook


def output(kind="display_data", **data) -> dict:
    return {"output_type": kind, "data": {name.replace("_", "/", 1): text for name, text in data.items()}}


def stream(text, name="stderr") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


PLOTLY = {
    "output_type": "display_data",
    "data": {"application/vnd.plotly.v1+json": {}, "text/plain": "Figure()"},
}
WIDGET = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=1)"}


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (PLOTLY, "application/vnd.plotly.v1+json, which a page cannot show; install kaleido"),
        (
            output(text_html="<div id=vega></div><script>x</script>"),
            "HTML with <script>, which a page cannot show; install vl-convert",
        ),
        (
            {"output_type": "display_data", "data": WIDGET},
            "which a page cannot show; show the values themselves",
        ),
        (
            output(text_html="<iframe src=x></iframe>"),
            "HTML with <iframe>, which a page cannot show; save a picture",
        ),
        (output(text_html="<b>scripted</b>", text_plain="x"), ""),
        (output(text_html='<a-map></a-map><script type="application/json">{}</script>'), ""),
        ({"output_type": "display_data", "data": {**PLOTLY["data"], "image/svg+xml": "<svg/>"}}, ""),
    ],
)
def test_what_a_page_would_lose_is_named_with_what_helps(tmp_path, shown, told):
    path = write_notebook(tmp_path / "a.ipynb", ["1"])
    found = ipynb.complaint(path, [{"outputs": [shown]}])
    assert (told in found and found.startswith("a.ipynb, cell cell-0: found ")) if told else not found


WARNED = "/tmp/ipykernel_1/2.py:1: FutureWarning: the old way\n  warnings.warn('the old way')\n"


def test_a_warning_is_told_by_cell_and_text_and_a_chapter_may_allow_it(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", ["1", "2"])
    gave = [{"outputs": []}, {"outputs": [stream(WARNED)]}]
    found = ipynb.complaint(path, gave, quiet=True)
    assert found.startswith(
        "a.ipynb, cell cell-1: wrote to standard error, expected nothing: FutureWarning: the old way; the tag"
    )
    assert not ipynb.complaint(path, gave, quiet=False)
    for place, allowed in (
        ("cells", {"tags": ["remove-stderr"]}),
        ("all", {"mystnb": {"output_stderr": "show"}}),
    ):
        notebook = nbformat.read(path, 4)
        (notebook.cells[-1].metadata if place == "cells" else notebook.metadata).update(allowed)
        nbformat.write(notebook, tmp_path / f"{place}.ipynb")
        assert not ipynb.complaint(tmp_path / f"{place}.ipynb", gave, quiet=True)


@pytest.mark.parametrize(
    ("one", "is_bar"),
    [
        (stream("\r  0%|          | 0/3 [00:00<?, ?it/s]\r100%|███| 3/3 [00:00<00:00, 9.1it/s]\n"), True),
        (stream("\r  0%|          | 0/3 [00:00<?, ?it/s]\nFutureWarning: x"), False),
        (output(text_plain="Working... ━━━━━━━━━━━━ 100% 0:00:01"), True),
        (output(text_plain="HBox(children=(FloatProgress(value=0.0), HTML(value='')))"), True),
        (output(text_plain="100%"), False),
        (stream("50% of them\n", "stdout"), False),
    ],
)
def test_a_progress_bar_is_known(one, is_bar):
    assert ipynb.progress(one) is is_bar


def test_progress_bars_run_and_are_not_kept(tmp_path):
    bar = "import sys\nfor i in (0, 50, 100): print(f'\\r{i}%|###   | {i}/100 [00:0{i % 7}]', end='', file=sys.stderr, flush=True)\nprint(file=sys.stderr)"
    rich = "import rich.progress\nsum(rich.progress.track([1, 2]))"
    path = write_notebook(tmp_path / "index.ipynb", [bar, rich])
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "exhibits").mkdir()
    result = runner.finish(runner.run(path, tmp_path, tmp_path / "exhibits"))
    assert [[one.get("data") or one for one in cell["outputs"]] for cell in result.outputs] == [
        [],
        [{"text/plain": "3"}],
    ]


@pytest.mark.parametrize(
    "about", [{"kernelspec": {"language": "R", "name": "ir"}}, {"language_info": {"name": "R"}}]
)
def test_a_kernel_of_another_language_is_refused_before_it_starts(tmp_path, about):
    path = write_notebook(tmp_path / "index.ipynb", ["x <- 1"])
    notebook = nbformat.read(path, 4)
    notebook.metadata = nbformat.from_dict(about)
    nbformat.write(notebook, path)
    with pytest.raises(runner.ChapterError, match=r"^index\.ipynb: found a kernel of R, expected Python's"):
        runner.finish(runner.run(path, tmp_path, tmp_path))
