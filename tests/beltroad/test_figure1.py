"""Figure 1: bars as high as the shares, and the printed shares across those of their year."""

import os
import subprocess
import sys

import pandas as pd

from beltroad.figures import figure1
from shared import ROOT

SHARES = pd.DataFrame(
    {2016: [10.0, 60.0, 30.0], 2019: [20.0, 30.0, 50.0]}, ["agriculture", "manufactures", "other"]
)


def test_a_figure_has_a_bar_as_high_as_every_share():
    printed = pd.DataFrame({2016: [35.0, 29.0]}, ["agriculture", "manufactures"])
    [axes] = figure1.draw(SHARES, against=printed).axes
    assert [bar.get_height() for bar in axes.patches] == [10, 20, 60, 30, 30, 50]
    black = [line.get_ydata()[0] for line in axes.lines if line.get_color() == "black"]
    assert black == [35, 29]


def test_a_readers_own_settings_of_matplotlib_change_nothing(tmp_path):
    (tmp_path / "matplotlibrc").write_text("savefig.bbox: tight\naxes.facecolor: red\n")
    command = [sys.executable, "-m", "beltroad", "figure1", "--exporter", "AUS", "--to"]
    for name, more in {"plain": {}, "set": {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}}.items():
        subprocess.run([*command, tmp_path / f"{name}.svg"], env=os.environ | more, cwd=ROOT, check=True)
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "set.svg").read_bytes()
