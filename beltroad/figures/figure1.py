"""Figure 1 of the paper, for the printed table or any exporter: one function draws it for chapters and the command line."""

from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from beltroad import economies
from beltroad.figures.colours import COLOURS
from beltroad.table1 import ROWS

if TYPE_CHECKING:
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure


def bars(shares: pd.DataFrame, rest: str = "all other") -> pd.DataFrame:
    """Return the heights of the bars, in %: the two sectors that the paper prints, and what they leave to 100.

    Examples
    --------
    >>> bars(pd.DataFrame({2017: {"agriculture": 30.0, "manufactures": 50.0, "other": 20.0}}))[2017].to_dict()
    {'agriculture': 30.0, 'manufactures': 50.0, 'all other': 20.0}
    """
    named = shares.loc[ROWS]
    return pd.concat([named, (100 - named.sum()).to_frame(rest).T]).rename_axis(cast("str", named.index.name))


def draw(
    shares: pd.DataFrame,
    *,
    rest: str = "all other",
    against: pd.DataFrame | None = None,
    top: float = 125,
) -> "Figure":
    """Draw shares of sectors as grouped bars, two in colour and what they leave hatched.

    Parameters
    ----------
    shares : DataFrame
        Rows sectors, columns years, in %; `beltroad.table1.ROWS` are drawn.
    rest : str
        What the hatched bars are called.
    against : DataFrame, optional
        Printed shares, drawn as lines across the bars of their year.
    top : float
        Where the axis of heights ends, in %; the legend needs a fifth of it.
    """
    import matplotlib.pyplot as plt

    heights = bars(shares, rest)
    fig, ax = plt.subplots(figsize=(4.8, 3.4))
    colours = [COLOURS.get(name, "white") for name in heights.index]
    style: dict[str, Any] = {"color": colours, "edgecolor": "#444444", "linewidth": 0.8, "width": 0.8}
    heights.T.rename(index=str).plot.bar(ax=ax, rot=0, legend=False, **style)
    printed = {} if against is None else against.unstack().to_dict()
    halo: dict[str, Any] = {"color": "white", "linewidth": 4.0}
    line: dict[str, Any] = {"color": "black", "linewidth": 2.2, "label": "printed"}
    for name, group in zip(heights.index, ax.containers, strict=True):
        ax.bar_label(cast("BarContainer", group), fmt="%.0f", padding=2)
        for year, bar in zip(heights.columns, group, strict=True):
            bar.set_hatch("" if name in ROWS else "///")
            if (year, name) in printed:
                share, left = printed[year, name], bar.get_x()
                for look in (halo, line):
                    ax.plot([left, left + bar.get_width()], [share, share], **look)
                line["label"] = "_"  # once in the legend
    ax.set(xlabel="", ylabel="%", ylim=(0, top))
    ax.legend(
        ncols=2 if printed else 3, loc="upper left", columnspacing=0.8, handlelength=1, handletextpad=0.5
    )
    return fig


def in_words(heights: pd.DataFrame) -> str:
    """Return what the bars show, for a reader who cannot see them; `heights` as `bars` returns them.

    Examples
    --------
    >>> in_words(pd.DataFrame({2017: {"agriculture": 30.0, "manufactures": 50.0, "all other": 20.0}}))
    'Grouped bars. 2017: agriculture 30.0%, manufactures 50.0%, all other 20.0%.'
    """
    said = (
        f"{year}: {', '.join(f'{name} {share:.1f}%' for name, share in one.items())}."
        for year, one in heights.items()
    )
    return f"Grouped bars. {' '.join(said)}"


def title(shares: pd.DataFrame, exporter: str) -> str:
    """Return what a figure says: both sectors in its last year; `exporter` is an ISO3 code.

    Examples
    --------
    >>> title(pd.DataFrame({2017: {"agriculture": 30.0, "manufactures": 50.0}}), "RUS")
    'In 2017 agriculture was 30% and manufactures 50% of what Russia sold'
    """
    year, (farmed, made) = shares.columns[-1], shares.loc[ROWS].iloc[:, -1]
    name = economies.names().get(exporter, exporter)
    return f"In {year} agriculture was {farmed:.0f}% and manufactures {made:.0f}% of what {name} sold"


def subtitle(exporter: str, importer: str, side: str, definition: str) -> str:
    """Return what a figure shows, with the names that the book has for the two economies.

    Exporter and importer are ISO3 codes; `side` says whose figures are drawn.

    Examples
    --------
    >>> subtitle("RUS", "CHN", "as CHN reports its imports (CIF)", "wto")
    "Russia to China, % of exports, as China reports its imports (CIF), definition 'wto'"
    """
    names = {code: str(economies.names().get(code, code)) for code in (exporter, importer)}
    for code, name in names.items():
        side = side.replace(code, name)
    return f"{names[exporter]} to {names[importer]}, % of exports, {side}, definition {definition!r}"
