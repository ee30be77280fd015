"""Figures of several panels that more than one chapter draws, and what they show in words."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd

from beltroad.figures.colours import COLOURS
from bookpress.claims.verdicts import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 4.8  # inches: a phone shows it whole, with letters that can be read
STACKED = [
    "agriculture",
    "fuels and mining",
    "other",
    "manufactures",
]  # from below, so that both printed rows touch an edge


def around_signature(paths: Mapping[str, pd.DataFrame], units: Sequence[str], columns: int = 1) -> "Figure":
    """Draw what happened around the signature of a memorandum: estimates with their 95% intervals, one panel an outcome.

    Parameters
    ----------
    paths : mapping of str to DataFrame
        By title of the panel, what `beltroad.estimates.event_study` returns.
    units : sequence of str
        What each panel's values are, in the same order.
    columns : int
        Panels in a row.
    """
    rows = -(-len(paths) // columns)
    shared = len(set(units)) == 1 and columns == 1
    fig, axes = plt.subplots(
        rows, columns, figsize=(WIDTH, 2.5 * rows), sharex=True, sharey=shared, squeeze=False
    )
    for ax, unit, (title, path) in zip(axes.flat, units, paths.items(), strict=True):
        ax.axhline(0, color="#444444", linewidth=0.8)
        ax.axvline(-1, color="#999999", linewidth=0.8, linestyle=":")
        ends = [path["estimate"] - path["low"], path["high"] - path["estimate"]]
        ax.errorbar(path.index, path["estimate"], yerr=ends, fmt="o", color=COLOURS["signers"], capsize=3)
        ax.set(
            title=textwrap.fill(title, 32 // columns),
            ylabel=unit,
            xticks=range(path.index.min(), path.index.max() + 1),
        )
    for ax in axes[-1]:
        ax.set_xlabel("years from signature")
    return fig


def path_in_words(paths: Mapping[str, pd.DataFrame]) -> str:
    """Return what `around_signature` shows, with every estimate and its interval."""

    def said(path: pd.DataFrame) -> str:
        return ", ".join(
            f"{number(row['estimate'])} ({number(row['low'])} to {number(row['high'])}) in year {year:+d}"
            for year, row in path.iterrows()
        )

    return " ".join(f"{title}: {said(path)}." for title, path in paths.items())


def stacked_shares(shares: pd.DataFrame, printed: pd.DataFrame, names: Mapping[str, str]) -> "Figure":
    """Draw the four sectors of every exporter's sales over the years, one panel an exporter, with the printed shares as lines.

    Parameters
    ----------
    shares : DataFrame
        Rows (exporter, sector), columns years, in %; see `beltroad.table1.by_partner`.
    printed : DataFrame
        Rows ``"agriculture"`` and ``"manufactures"``, columns years, in %.
    names : mapping
        Titles of the panels, by exporter.
    """
    exporters = shares.index.unique(0)
    rows = len(exporters) // 3 + 1  # one panel at least is left for the legend
    fig, axes = plt.subplots(rows, 3, figsize=(WIDTH, 1.75 * rows), sharex=True, sharey=True)
    for ax in axes.flat[len(exporters) :]:
        ax.remove()
    edges = [printed.loc["agriculture"], 100 - printed.loc["manufactures"]]
    for ax, code in zip(axes.flat, exporters, strict=False):
        block = shares.loc[code].loc[STACKED]
        colours = [COLOURS[sector] for sector in STACKED]
        ax.stackplot(block.columns, block, colors=colours, labels=STACKED, edgecolor="white", linewidth=0.4)
        for edge in edges:
            ax.plot(edge.index, edge, color="white", linewidth=4.5)
            ax.plot(edge.index, edge, color="black", linewidth=2.2)
        first, last = block.columns[[0, -1]]
        ax.set(
            title=names[code], xlim=(first, last), ylim=(0, 100), xticks=[first, (first + last) // 2, last]
        )
        ax.set_xticklabels([str(first), "", f"’{last % 100}"])
        ax.tick_params(labelbottom=True)
    for ax in axes[:, 0]:
        ax.set_ylabel("%")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    handles.append(plt.Line2D([], [], color="black", linewidth=2.2))
    place = {"loc": "lower right", "bbox_to_anchor": (1, 0.02), "ncols": 2, "columnspacing": 1}
    fig.legend(handles, [*labels, "printed"], **place)
    return fig


def markets(shares: pd.DataFrame, top: Mapping[str, pd.Series], names: Mapping[str, str]) -> "Figure":
    """Draw China's largest export markets over the years, and what its three largest partners take together.

    Parameters
    ----------
    shares : DataFrame
        Rows years, columns five markets (ISO3 codes) at most, in % of exports.
    top : mapping
        By flow (``"export"``, ``"import"``), what the three largest take together, in %, by year.
    names : mapping
        Names of markets.
    """
    fig, (upper, lower) = plt.subplots(2, 1, figsize=(WIDTH, 6), sharex=True)
    last = shares.ffill().iloc[-1]
    for code, colour in zip(
        last.index, ("#BB5566", "#004488", "#997700", "#555555", "#44AA99"), strict=False
    ):
        upper.plot(shares.index, shares[code], color=colour)
    heights = _apart(last, 3.6)
    for code, line in zip(last.index, upper.lines, strict=False):
        upper.annotate(
            f" {names[code]}", (shares.index[-1], heights[code]), color=line.get_color(), va="center"
        )
    upper.set(ylabel="% of China's exports", ylim=(0, 46), title="Largest markets")
    for flow, label in (("export", " markets"), ("import", " sources")):
        lower.plot(top[flow].index, top[flow], color=COLOURS[flow])
        lower.annotate(label, (top[flow].index[-1], top[flow].iloc[-1]), color=COLOURS[flow], va="center")
    lower.set(ylim=(0, 78), ylabel="%", title="Three largest together")
    for ax in (upper, lower):
        ax.axvline(2013, color="#999999", linewidth=0.8)
    return fig


def _apart(values: pd.Series, least: float) -> dict[str, float]:
    """Return heights for labels: as near to their values as can be with so much between them."""
    heights: dict[str, float] = {}
    for code, value in values.sort_values().items():
        heights[str(code)] = max(float(value), max(heights.values(), default=-least) + least)
    return heights
