"""The map: every economy of a list is on it, nothing is torn at 180 degrees, areas compare, colours keep apart."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from beltroad import economies
from beltroad.figures import COLOURS, world
from bookpress import tables


def drawn(groups):
    width = 504
    fig = Figure(figsize=(width / 72, world.height(width) / 72), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    world.draw(ax, groups, dict.fromkeys(groups, "#332288"), rest="#D6D6D6")
    return ax


def test_every_economy_of_a_list_is_on_the_map():
    for name in economies.country_lists():
        drawn({name: economies.partners(name)})


def test_an_economy_without_outline_or_dot_is_named():
    said = r"data/world/outlines.csv, column iso3: found no outline and no dot of QQQ, ZZZ, expected one"
    with pytest.raises(world.WorldError, match=said):
        drawn({"a": {"SGP", "ZZZ"}, "b": {"QQQ"}})


def test_small_economies_are_dots_and_large_ones_outlines():
    (dots,) = drawn({"a": {"SGP", "MDV", "BHR", "RUS"}}).lines
    assert len(dots.get_xdata()) == 3
    assert not drawn({"a": {"RUS", "FJI"}}).lines[1:]


def test_no_ring_is_torn_at_the_180th_meridian():
    table = tables.read("world-outlines")
    spans = table.groupby("ring")["longitude"].agg(np.ptp)
    assert spans.max() < 180
    of = {iso3: rows["longitude"] for iso3, rows in table.groupby("iso3")}
    assert of["RUS"].max() > 180 and of["FJI"].between(177, 182).all()
    widest = max(np.ptp(ring[:, 0]) for ring in world._rings()["RUS"])
    across = np.ptp(world.equal_earth(np.array([-180.0, 180.0]), np.zeros(2))[:, 0])
    assert widest < across / 2, "Russia lies in one piece"


def test_equal_areas_are_equal_on_the_map():
    """A degree square at the equator and one at 60° north stand to each other as on the globe."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
    low, high = (world.area(world.equal_earth(*(square + np.array([20, north])).T)) for north in (0, 60))
    on_the_globe = (np.sin(np.radians(61)) - np.sin(np.radians(60))) / np.sin(np.radians(1))
    assert high / low == pytest.approx(on_the_globe, rel=1e-3)


def test_areas_are_those_of_the_globe():
    """Brazil has 8.5 million square kilometres, Australia 7.7, with the Earth's radius of 6,371 km."""
    for iso3, expected in (("BRA", 8.5), ("AUS", 7.7)):
        found = sum(map(world.area, world._rings()[iso3])) * 6371**2 / 1e6
        assert found == pytest.approx(expected, rel=0.03)


def test_lesotho_is_not_covered_by_what_surrounds_it():
    rings = world._rings()["ZAF"]
    signed = [np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)) for x, y in (ring.T for ring in rings)]
    assert sorted(np.sign(signed)) == [-1, 1], "the hole runs the other way"


# Linear light as someone without one kind of cone sees it (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHT = {
    "all three": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}  # fmt: skip


def lab(colour, sight):
    """CIE L*a*b* of a colour (D65), as seen."""
    light = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    light = np.clip(np.array(SIGHT[sight]) @ light, 0, 1)
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ light
    f = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_the_colours_of_the_map_keep_apart_for_every_eye(sight):
    """Lines in charts have dashes and markers besides; the areas of a map stand on colour alone."""
    listed = [COLOURS[name] for name in ("both lists", "64 partners", "signers", "China")]
    seen = [lab(colour, sight) for colour in (*listed, "#D6D6D6")]
    apart = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 15
