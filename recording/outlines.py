"""Natural Earth by way of world-atlas: the outlines that the map of the lists is drawn from."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bookpress.tables import DataError
from bookpress.tables.records import Table
from recording.columns import columns, source
from recording.readers import csv

ATLAS, DOTS = "extra/world_map/countries-110m.json", "extra/world_map/dots_for_missing_110m.csv"
ANTARCTICA = "010"


def outlines(sources: Path) -> pd.DataFrame:
    rings = [*shapes(json.loads((sources / ATLAS).read_text(encoding="utf-8")))]
    drawn = {iso3 for iso3, _ in rings}
    dots = csv(sources / DOTS)
    for dot in dots[dots["lon"].ne("") & ~dots["iso3"].isin(drawn)].itertuples():
        rings.append((dot.iso3, np.array([[float(dot.lon), float(dot.lat)]])))
    rings.sort(key=lambda ring: ring[0])  # stable: an economy's rings stay in the order of the source
    frames = [
        pd.DataFrame(points, columns=["longitude", "latitude"]).assign(
            ring=number, point=range(1, len(points) + 1), iso3=iso3
        )
        for number, (iso3, points) in enumerate(rings, start=1)
    ]
    return pd.concat(frames)


def shapes(atlas: dict[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield code and points of every ring of a TopoJSON file, in degrees to one decimal, open and in one piece.

    Raises
    ------
    DataError
        If an area has a number that ISO 3166-1 does not.
    """
    import pycountry  # reads its list when first asked

    scale, origin = (np.array(atlas["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + origin for arc in atlas["arcs"]]
    for area in atlas["objects"]["countries"]["geometries"]:
        number, name = area.get("id"), area["properties"]["name"]
        if number == ANTARCTICA:
            continue
        country = pycountry.countries.get(numeric=number) if number else None
        if number and country is None:
            raise DataError(f"{ATLAS}: {name}: found number {number!r}, expected one of ISO 3166-1")
        parts = [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]
        for ring in itertools.chain(*parts):
            points = np.vstack([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring])
            yield (country.alpha_3 if country else ""), joined(points)


def joined(points: np.ndarray) -> np.ndarray:
    """Return a ring in one piece: across 180 degrees it goes on to the east, and no two points in a row are the same."""
    points = points.copy()
    if np.ptp(points[:, 0]) > 180:
        points[points[:, 0] < 0, 0] += 360
    points = points.round(1) + 0.0  # no negative zero
    kept = np.any(points != np.roll(points, 1, axis=0), axis=1)
    return points[kept]


TABLES = [
    Table(
        name="world-outlines",
        path="world/outlines.csv",
        title="Outlines of the world",
        description="The rings of every area at 1:110 million, a row for each of their points in order, without Antarctica; "
        "an economy too small for that scale has a ring of one point. A ring that runs against the clock is a hole. Borders "
        "are the source's de facto lines and no statement of this edition.",
        fields=columns("""
            ring | integer 1.. | number of the ring
            point | integer 1.. | number of the point in its ring
            iso3 | string? /[A-Z]{3}/ | whose ring, ISO 3166-1 alpha-3; empty for three areas that have no code there
            longitude | number -180..360 | degrees east; beyond 180 where the ring crosses the 180th meridian
            latitude | number -90..90 | degrees north
        """),
        key=["ring", "point"],
        sources=[source("Natural Earth in world-atlas", "https://github.com/topojson/world-atlas")],
        license="world-atlas",
        citation="Natural Earth 4.1.0 in world-atlas 2.0.2, countries at 1:110 million; points of small economies from the "
        "same at 1:50 million.",
        retrieval="from the package of that version; points are the middle of the largest polygon at 1:50 million.",
        derive=outlines,
        files=[ATLAS, DOTS],
    )
]
