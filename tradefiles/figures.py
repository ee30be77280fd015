"""Figure 1 of an exporter beside the printed one, as SVG, PNG or PDF; the same figures give the same bytes."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beltroad.colours import COLOURS
from bookpress.edition import book
from tradefiles import FileError, shares

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = book.ENGINE / "edition.mplstyle"
KINDS = ["svg", "png", "pdf"]
# Two sectors have a bar of their own in print; what they leave is drawn hatched.
DRAWN = {"agriculture": "", "manufactures": "", "all other": "///"}
Rows = Mapping[str, Mapping[int, float]]


def kind(path: Path) -> str:
    """Return the kind of file that a name asks for.

    Raises
    ------
    FileError
        If it is none of `KINDS`.
    """
    found = path.suffix.lower().lstrip(".")
    if found not in KINDS:
        raise FileError(f"{path}: found the ending {path.suffix!r}, expected one of: .{', .'.join(KINDS)}")
    return found


def free(path: Path, force: bool) -> None:
    """Refuse a place where a figure must not be written.

    Raises
    ------
    FileError
        If its ending is none of `KINDS`, or a file is there that is not to be replaced.
    """
    kind(path)
    if path.exists() and not force:
        raise FileError(f"{path}: found a file there, expected a new name; --force replaces it")


def bars(rows: Rows) -> dict[str, dict[int, float]]:
    """Return the heights of the bars, in %: agriculture, manufactures, and what they leave to 100.

    Examples
    --------
    >>> bars({"agriculture": {2017: 30.0}, "manufactures": {2017: 50.0}, "other": {2017: 20.0}})
    {'agriculture': {2017: 30.0}, 'manufactures': {2017: 50.0}, 'all other': {2017: 20.0}}
    """
    named = {name: dict(rows[name]) for name in ("agriculture", "manufactures")}
    rest = {year: 100 - share - named["manufactures"][year] for year, share in named["agriculture"].items()}
    return {**named, "all other": rest}


def title(exporter: str, importer: str, side: str, definition: str) -> str:
    """Return what a figure shows, in two lines, with the names that the book has for the two economies.

    Parameters
    ----------
    exporter, importer : str
        ISO3 codes; one that the book has no name for stays as it is.
    side : str
        Whose figures they are, as the answers say it.
    definition : str
        The grouping of goods.

    Examples
    --------
    >>> print(title("RUS", "CHN", "as CHN reports its imports (CIF)", "wto"))
    Russia to China,
    as China reports its imports (CIF), 'wto'
    """
    from beltroad import economies  # which brings pandas, for what draws only

    for code in (exporter, importer):
        side = side.replace(code, economies.names().get(code, code))
    named = (economies.names().get(code, code) for code in (exporter, importer))
    return f"{' to '.join(named)},\n{side}, {definition!r}"


def figure(rows: Rows, title: str) -> "Figure":
    """Return shares of sectors as grouped bars, the printed shares as lines across those of their year.

    Parameters
    ----------
    rows : mapping
        Sector, then year: share in % of all exports.
    title : str
        What the bars are.
    """
    import matplotlib.pyplot as plt

    heights = bars(rows)
    years = list(next(iter(heights.values())))
    printed = shares.printed()
    with plt.style.context(str(STYLE)):
        figure, axes = plt.subplots(figsize=(4.8, 3.6))
        for number, (name, hatch) in enumerate(DRAWN.items()):
            places = [position + 0.27 * (number - 1) for position in range(len(years))]
            values = [heights[name][year] for year in years]
            drawn = axes.bar(
                places,
                values,
                0.27,
                color=COLOURS.get(name, "white"),
                edgecolor="#444444",
                linewidth=0.8,
                hatch=hatch,
                label=name,
            )
            axes.bar_label(drawn, fmt="%.0f", padding=2)
            marks = [
                (place, printed[name, year])
                for place, year in zip(places, years, strict=True)
                if (name, year) in printed
            ]
            for place, share in marks:
                axes.plot([place - 0.135, place + 0.135], [share, share], color="white", linewidth=4.0)
                axes.plot([place - 0.135, place + 0.135], [share, share], color="black", linewidth=2.2)
        if any(year in years for _, year in printed):
            axes.plot([], [], color="black", linewidth=2.2, label="printed")
        axes.set(title=title, ylabel="% of exports", ylim=(0, 125), xticks=range(len(years)))
        axes.set_xticklabels([str(year) for year in years])
        axes.legend(ncols=2, loc="upper left")
    return figure


def draw(rows: Rows, title: str, form: str) -> bytes:
    """Return the figure of shares as a file.

    Parameters
    ----------
    rows, title
        As for `figure`.
    form : str
        One of `KINDS`.
    """
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    drawn, target = figure(rows, title), io.BytesIO()
    # Neither date nor program: the same figures give the same bytes.
    blank = {
        "svg": {"Date": None, "Creator": None},
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    }
    with plt.style.context(str(STYLE)):
        drawn.savefig(target, format=form, metadata=blank[form], dpi=192)
    plt.close(drawn)
    return target.getvalue()
