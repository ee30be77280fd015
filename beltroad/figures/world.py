"""The world on paper: outlines in an equal-area projection, small economies as dots."""

from collections.abc import Mapping, Sequence
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from bookpress import tables
from bookpress.edition import book

Ring = NDArray[np.float64]

OUTLINES = "world-outlines"
CENTRE = 11.0  # degrees east: the map is cut at 169° W, in the Bering Strait, where it parts no economy
SOUTH, NORTH = -56.0, 84.5  # degrees of latitude that are drawn: all that is inhabited
SMALL = 5.0  # square points: what is smaller on paper is a dot
APART = 0.7  # points: an outline's points that are nearer to each other are one


class WorldError(book.BookError):
    """An economy is to be drawn that the outlines do not have."""


def equal_earth(longitude: Ring, latitude: Ring) -> Ring:
    """Project degrees onto a plane in which equal areas are equal, with the radius of the Earth as unit: columns x and y.

    Longitude is in degrees east of the map's central meridian. Source: Šavrič, Patterson and Jenny (2018), The Equal Earth map
    projection, International Journal of Geographical Information Science 33(3).
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(latitude)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * np.sqrt(3) * np.radians(longitude) * np.cos(t) / (3 * slope)
    y = t * (a4 * t**8 + a3 * t**6 + a2 * t**2 + a1)
    return np.column_stack([x, y])


@cache
def _rings() -> dict[str, list[Ring]]:
    """Return the projected rings of every economy, by ISO3 code."""
    table = tables.read(OUTLINES)
    rings: dict[str, list[Ring]] = {}
    for (_, iso3), points in table.groupby(["ring", table["iso3"].fillna("")], sort=False):
        degrees = points["longitude"].to_numpy(dtype=float) - CENTRE
        # A ring is never parted; it lies on the side of the cut where its middle is.
        degrees = degrees - 360 * np.round((degrees.max() + degrees.min()) / 720)
        rings.setdefault(str(iso3), []).append(equal_earth(degrees, points["latitude"].to_numpy(dtype=float)))
    return rings


def height(width: float) -> int:
    """Return how many points high a map of so many points' width is."""
    (_, low), (right, _), (_, high) = equal_earth(np.array([0, 180, 0]), np.array([SOUTH, 0, NORTH]))
    return int(np.ceil(width * (high - low) / (2 * right)))


def draw(ax: Axes, groups: Mapping[str, set[str]], colours: Mapping[str, str], rest: str) -> None:
    """Draw a map into axes that measure their own size in points, as wide as they are; ``height`` says how high.

    Each group has its economies (ISO3 codes, an economy in one of them at most) and its colour; all other land has the colour
    `rest`. What is smaller than `SMALL` is a dot. Raises `WorldError` if an economy has neither outline nor dot.
    """
    known, listed = _rings(), set().union(*groups.values())
    if missing := sorted(listed - set(known)):
        where, expected = tables.describe()[OUTLINES]["path"], "one of each economy on a list"
        found = f"no outline and no dot of {', '.join(missing)}"
        raise WorldError(f"data/{where}, column iso3: found {found}, expected {expected}")
    left, low = equal_earth(np.array([-180, 0]), np.array([0, SOUTH]))[[0, 1], [0, 1]]
    width = ax.get_figure().get_size_inches()[0] * 72 * ax.get_position().width  # type: ignore[union-attr]
    scale = width / (-2 * left)
    ax.set(xlim=(0, width), ylim=(0, height(width)))
    ax.axis("off")

    def placed(iso3: str) -> list[Ring]:
        # Tenths of a point are a seventh of a pixel: finer numbers would only weigh.
        return [np.round((ring - (left, low)) * scale, 1) for ring in known[iso3]]

    others = {iso3 for iso3 in known if iso3 not in listed}
    for codes, colour in [(others, rest), *((groups[name], colours[name]) for name in groups)]:
        outlines: list[Ring] = []
        dots: list[Ring] = []
        for iso3 in sorted(codes):
            rings = placed(iso3)
            largest = max(rings, key=area)
            if area(largest) >= SMALL:
                outlines += [thinned(ring) for ring in rings if area(ring) >= SMALL / 10]
            elif codes is not others:
                dots.append(np.round(largest.mean(axis=0), 1))
        if outlines:
            path = Path.make_compound_path(*(Path(np.vstack([r, r[:1]]), closed=True) for r in outlines))
            ax.add_patch(PathPatch(path, facecolor=colour, edgecolor="white", linewidth=0.4, snap=False))
        if dots:
            style = {"color": colour, "markeredgecolor": "white", "markeredgewidth": 0.5}
            ax.plot(*np.array(dots).T, "o", markersize=5, zorder=3, **style)  # type: ignore[arg-type]


def map_of(groups: Mapping[str, set[str]], colours: Mapping[str, str], labels: Sequence[str]) -> Figure:
    """Return a map of groups of economies as a figure 5.8 inches wide, with a label for each group below it; see `draw`."""
    width, key = 416, 46  # points; room for two rows of labels
    high = height(width)
    fig = plt.figure(figsize=(width / 72, (high + key) / 72), layout="none")
    draw(fig.add_axes((0, key / (high + key), 1, high / (high + key))), groups, colours, rest="#D6D6D6")
    handles = [Line2D([], [], marker="o", linestyle="", color=colours[name]) for name in groups]
    fig.legend(handles, labels, loc="lower left", ncols=2, fontsize=13, handletextpad=0.1)
    return fig


def area(ring: Ring) -> float:
    """Return the area that a ring encloses; 0 for a single point.

    Examples
    --------
    >>> area(np.array([[0, 0], [2, 0], [2, 1], [0, 1]]))
    2.0
    """
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def thinned(ring: Ring) -> Ring:
    """Return a ring without points that are nearer than `APART` to the last one kept."""
    kept = [ring[0]]
    for point in ring[1:]:
        if np.hypot(*(point - kept[-1])) >= APART:
            kept.append(point)
    return np.array(kept)
