"""Figures of several panels: those that more than one chapter draws, and those too long for a cell; what they show in words."""

import textwrap
from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.lines import Line2D

from beltroad.figures.colours import COLOURS
from bookpress.claims.verdicts import OPEN, VERDICTS, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.8  # inches: a phone shows it whole, with letters that can be read
POWERS = {"China": "import", "USA": "export"}  # the colours of two powers are those of two flows
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
        estimates_around(ax, path)
        ax.set(title=textwrap.fill(title, 32 // columns), ylabel=unit)
    for ax in axes[-1]:
        ax.set_xlabel("years from signature")
    return fig


def estimates_around(ax: "Axes", path: pd.DataFrame) -> None:
    """Draw on one panel what `beltroad.estimates.event_study` returns; the dotted line is the year before signature."""
    ax.axhline(0, color="#444444", linewidth=0.8)
    ax.axvline(-1, color="#999999", linewidth=0.8, linestyle=":")
    ends = [path["estimate"] - path["low"], path["high"] - path["estimate"]]
    ax.errorbar(path.index, path["estimate"], yerr=ends, fmt="o", color=COLOURS["signers"], capsize=3)
    ax.set_xticks(range(path.index.min(), path.index.max() + 1))


def labelled_lines(ax: "Axes", figures: pd.DataFrame, labels: Mapping[str, str], least: float) -> None:
    """Draw up to three lines over the years, each with its name at its right end.

    Parameters
    ----------
    ax : Axes
        The panel.
    figures : DataFrame
        Rows years, a column a line, named as in `COLOURS` or in `POWERS`.
    labels : mapping
        What a line is called, by column.
    least : float
        How far apart the names must be, in units of the figures.
    """
    heights = _apart(figures.iloc[-1], least)
    for (column, label), style in zip(labels.items(), ("-o", "--s", ":^"), strict=False):
        colour = COLOURS[POWERS.get(column, column)]
        ax.plot(figures.index, figures[column], style, color=colour)
        ax.annotate(f"  {label}", (figures.index[-1], heights[column]), color=colour, va="center")


def clear_after(paths: Mapping[str, pd.DataFrame]) -> list[int]:
    """Return how many estimates from signature on differ clearly from zero, by panel of `around_signature`.

    Examples
    --------
    >>> clear_after({"trade": pd.DataFrame({"low": [1, -1, 2], "high": [3, 1, 4]}, index=[-2, 0, 1])})
    [1]
    """
    return [
        int(((one["low"] > 0) | (one["high"] < 0)).sum()) for one in (path.loc[0:] for path in paths.values())
    ]


def path_in_words(paths: Mapping[str, pd.DataFrame]) -> str:
    """Return what `around_signature` shows, with every estimate and its interval."""

    def said(path: pd.DataFrame) -> str:
        return ", ".join(
            f"{number(row['estimate'])} ({number(row['low'])} to {number(row['high'])}) in year {year:+d}"
            for year, row in path.iterrows()
        )

    return " ".join(f"{title}: {said(path)}." for title, path in paths.items())


def named_lines(ax: "Axes", figures: pd.DataFrame) -> None:
    """Draw a line a column over the years, in %, with its name at its right end and the year of the initiative."""
    for name in figures:
        (line,) = ax.plot(figures.index, figures[name])
        end = (figures.index[-1], figures[name].iloc[-1])
        ax.annotate(f" {name}", end, color=line.get_color(), va="center")
    ax.set(ylabel="%", ylim=(0, None))
    since_2013(ax)


def lines_in_words(figures: pd.DataFrame, years: Sequence[int], labels: Mapping[str, str]) -> str:
    """Return what lines show in some years, for rows of years and a column a line."""

    def said(values: pd.Series) -> str:
        return ", ".join(f"{values[year]:.2f} in {year}" for year in years)

    return " ".join(f"{label}: {said(figures[column])}." for column, label in labels.items())


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
    handles = [Line2D([], [], color="black", linewidth=2.2), *handles[::-1]]  # as they lie, from above
    fig.legend(handles, ["printed in the paper", *labels[::-1]], loc="lower right", bbox_to_anchor=(1, 0.02))
    return fig


def markets(
    shares: pd.DataFrame, top: Mapping[str, pd.Series], names: Mapping[str, str], marked: Mapping[str, str]
) -> "Figure":
    """Draw China's largest export markets over the years, and what its three largest partners take together.

    Parameters
    ----------
    shares : DataFrame
        Rows years, columns five markets (ISO3 codes) at most, in % of exports.
    top : mapping
        By flow (``"export"``, ``"import"``), what the three largest take together, in %, by year.
    names, marked : mapping
        Names of markets, and the colours of those that stand out.
    """
    fig, (upper, lower) = plt.subplots(2, 1, figsize=(WIDTH, 6), sharex=True)
    last = shares.ffill().iloc[-1]
    for code in last.index:
        style = (
            {"color": marked[code], "linewidth": 2.4}
            if code in marked
            else {"color": "#777777", "linewidth": 1.2}
        )
        upper.plot(shares.index, shares[code], **style)
    heights = _apart(last, 3.6)
    for code, line in zip(last.index, upper.lines, strict=False):
        upper.annotate(
            f" {names[code]}", (shares.index[-1], heights[code]), color=line.get_color(), va="center"
        )
    upper.set(ylim=(0, 46), title="Largest markets, % of China's exports")
    for flow, label in (("export", " markets"), ("import", " sources")):
        lower.plot(top[flow].index, top[flow], color=COLOURS[flow])
        lower.annotate(label, (top[flow].index[-1], top[flow].iloc[-1]), color=COLOURS[flow], va="center")
    lower.set(ylim=(0, 78), title="Three largest together, % of all")
    for ax in (upper, lower):
        since_2013(ax)
    return fig


def since_2013(ax: "Axes") -> None:
    """Mark the year of the initiative on a panel over years."""
    ax.axvline(2013, color="#999999", linewidth=0.8)
    ax.annotate(" Belt and Road", (2013, ax.get_ylim()[1]), va="top")


def _apart(values: pd.Series, least: float) -> dict[str, float]:
    """Return heights for labels: as near to their values as can be with so much between them."""
    heights: dict[str, float] = {}
    for code, value in values.sort_values().items():
        heights[str(code)] = max(float(value), max(heights.values(), default=-inf) + least)
    return heights


def timeline(signatures: pd.Series, spans: Mapping[str, tuple[int, int]], marked: set[str]) -> "Figure":
    """Draw how many memoranda were signed in each year, and below it the years that sources and comparisons cover.

    Parameters
    ----------
    signatures : Series
        Numbers by year.
    spans : mapping
        First and last year by name, from the lowest row to the highest.
    marked : set of str
        Names of the rows that are drawn dark.
    """
    fig, (upper, lower) = plt.subplots(2, 1, figsize=(WIDTH, 7.6), sharex=True, height_ratios=[1, 5])
    beside: dict[str, Any] = {"xytext": (-6, 0), "textcoords": "offset points", "ha": "right", "va": "top"}
    upper.bar(signatures.index, signatures, color=COLOURS["signers"], width=0.8)
    upper.annotate(
        f"{signatures.max()} in {signatures.idxmax():.0f}", (signatures.idxmax(), signatures.max()), **beside
    )
    upper.set(title="Memoranda", yticks=[], ylim=(0, signatures.max() * 1.1))
    upper.spines["left"].set_visible(False)
    for place, (name, (first, last)) in enumerate(spans.items()):
        colour = "#333333" if name in marked else "#AAAAAA"
        lower.barh(place, last - first + 1, left=first - 0.5, height=0.5, color=colour)
    lower.set_yticks(range(len(spans)), [textwrap.fill(name, 21) for name in spans])
    lower.tick_params(axis="y", length=0)
    lower.spines["left"].set_visible(False)
    lower.set(title="Years covered", xlim=(1991, 2026), xticks=range(1995, 2026, 10))
    for panel in (upper, lower):
        panel.axvline(2013, color="#444444", linewidth=0.8, linestyle=":")
    return fig


def verdicts_by_section(counts: pd.DataFrame) -> "Figure":
    """Draw how many claims have each verdict, a bar a section; rows sections, columns `bookpress.claims.verdicts.VERDICTS`."""
    fig, ax = plt.subplots(figsize=(WIDTH, 4.4))
    left = pd.Series(0, index=counts.index)
    for (verdict, shown), hatch in zip(VERDICTS.items(), ["", "--", "xx", "//", "\\\\", ".."], strict=True):
        style: dict[str, Any] = {
            "color": shown.colour,
            "hatch": hatch,
            "edgecolor": "white",
            "label": shown.word,
        }
        bars = ax.barh(counts.index, counts[verdict], left=left, **style)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        ax.bar_label(bars, [str(n or "") for n in counts[verdict]], label_type="center", bbox=box)
        left = left + counts[verdict]
    ax.invert_yaxis()
    ax.set(xlabel="claims", ylabel="section of the paper", xticks=range(0, int(left.max()) + 1, 2))
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.45, 1.0))
    return fig


def every_test(drawn: pd.DataFrame) -> "Figure":
    """Draw the tests of all claims: a row a claim, below the heading of its verdict, a line or a mark a test.

    Parameters
    ----------
    drawn : DataFrame
        A row a test, columns ``claim`` (its id), ``verdict``, ``outcome``, and ``estimate drawn``, ``low drawn``, ``high drawn``,
        from -1 (the other way) to 1 (as the paper says); see chapter 4.
    """
    place, ticks, heads = _rows(drawn)
    fig, ax = plt.subplots(figsize=(WIDTH, 10.5))
    colours = {"for": VERDICTS["supported"].colour, "against": VERDICTS["contradicted"].colour}
    for outcome, alike in drawn.assign(y=place).groupby("outcome"):
        colour = colours.get(str(outcome)) or VERDICTS[str(outcome)].colour
        ranges = alike[alike["low drawn"].ne(alike["high drawn"]) & alike["low drawn"].notna()]
        ax.hlines(ranges["y"], ranges["low drawn"], ranges["high drawn"], color=colour, linewidth=1.4)
        fill = "white" if outcome in OPEN else colour
        for marks, marker in ((ranges, "o"), (alike.drop(ranges.index), "s")):
            ax.plot(
                marks["estimate drawn"],
                marks["y"],
                marker,
                color=colour,
                markersize=3.2,
                markerfacecolor=fill,
            )
    for verdict, y in heads.items():
        count, shown = drawn.loc[drawn["verdict"].eq(verdict), "claim"].nunique(), VERDICTS[verdict]
        text = f"{shown.sign} {shown.word}: {count}"
        ax.text(-1.12, y, text, color=shown.colour, weight="bold", ha="right", va="center")
    ax.axvline(0, color="#444444", linewidth=0.8)
    ax.set(xlim=(-1.1, 1.1), ylim=(place.max() + 1, 0.5), xticks=[-0.55, 0.55])
    ax.set_xticklabels(["← against", "for →"])
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.tick_params(length=0, labeltop=True)
    ax.spines[["left", "bottom"]].set_visible(False)
    return fig


def _rows(drawn: pd.DataFrame) -> tuple[pd.Series, dict[float, str], dict[str, float]]:
    """Return where each test stands, the name of each claim by its place, and the place of each verdict's heading."""
    place, ticks, heads, y = pd.Series(0.0, drawn.index), {}, {}, 0.0
    for verdict in VERDICTS:
        of_verdict = drawn[drawn["verdict"].eq(verdict)]
        if not of_verdict.empty:
            heads[verdict] = y = y + 1.5
        for claim, rows in of_verdict.groupby("claim", sort=False):
            step = 0.34 if len(rows) < 4 else 0.22
            place.update(pd.Series([y + 1 + step * n for n in range(len(rows))], rows.index))
            y = place[rows.index].max()
            section, _, name = str(claim).partition("-")
            ticks[place[rows.index].mean()] = f"{name.replace('-', ' ')} ({section})"
    return place, ticks, heads


def before_and_after(drawn: pd.DataFrame, whole: Sequence[bool]) -> "Figure":
    """Draw a line a row from a figure before to the one after, in %.

    Parameters
    ----------
    drawn : DataFrame
        Rows named, from below; columns ``before`` and ``after``.
    whole : sequence of bool
        Whether a row has at least three years on each side; the others' marks are hollow.
    """
    marks = {"after": COLOURS["signers"], "after, with fewer\nthan three years": "white"}
    fig, ax = plt.subplots(figsize=(WIDTH, 6.5))
    place, full = pd.Series(range(len(drawn))), pd.Series(whole)
    before, after = drawn["before"].set_axis(place.index), drawn["after"].set_axis(place.index)
    ax.hlines(place, after, before, color="#999999", linewidth=1.4)
    ax.plot(before, place, "o", mfc="white", mec="#444444", label="before")
    for (label, fill), some in zip(marks.items(), (full, ~full), strict=True):
        ax.plot(after[some], place[some], "s", mfc=fill, mec=COLOURS["signers"], label=label)
    ax.set_yticks(place, drawn.index)
    ax.set(xlabel="%", xlim=(-0.4, None))
    ax.legend(loc="lower right")
    return fig


def dumbbells(ends: pd.DataFrame, bar: float, unit: str) -> "Figure":
    """Draw a line a row from a hollow mark at its start to a filled one at its end.

    Parameters
    ----------
    ends : DataFrame
        Rows named, from above; columns ``start``, ``end`` and ``moves``, the number of moves to the bar; missing if it is never reached.
    bar : float
        Where a dashed line stands.
    unit : str
        What the marks measure.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 0.42 * len(ends) + 0.8))
    for place, (_, row) in enumerate(ends.iterrows()):
        colour = COLOURS["signers"] if row["end"] <= bar else COLOURS["import"]
        ax.plot([row["end"], row["start"]], [place, place], color=colour, linewidth=1.6)
        ax.plot(row["start"], place, "o", color=colour, markerfacecolor="white", markersize=6)
        ax.plot(row["end"], place, "o", color=colour, markersize=6)
    told = [
        f"{name} ({'never' if pd.isna(row['moves']) else int(row['moves'])})" for name, row in ends.iterrows()
    ]
    ax.set_yticks(range(len(ends)), told)
    ax.axvline(bar, color="#444444", linewidth=0.8, linestyle=(0, (4, 3)))
    ax.set(xlim=(-1.5, None), xlabel=unit)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.invert_yaxis()
    return fig
