"""What others see is simulated as it was published."""

from __future__ import annotations

import numpy as np
import pytest

from fundsim.charts.seeing import KINDS, Kind, apart, as_seen, colour_as_seen, lightness
from tests.charts.plain import GAINS, LOSSES
from tests.charts.test_palette import lightness_without

# What the published matrices make of linear light: the primaries are their columns, cut off at 0
# and 1 and written as sRGB. The last two are colours between, as other programs show them.
PUBLISHED = {
    "#ff0000": ("#6d5f00", "#a39000", "#7f7f7f"),
    "#00ff00": ("#ffe500", "#efd63a", "#dcdcdc"),
    "#0000ff": ("#0059ff", "#003dfb", "#4c4c4c"),
    "#cd4b0a": ("#716300", "#918100", None),
    "#5d99d2": ("#819bd5", "#728fd1", None),
}


@pytest.mark.parametrize("colour", PUBLISHED)
def test_colours_are_seen_as_published(colour: str) -> None:
    protan, deutan, grey = PUBLISHED[colour]
    assert colour_as_seen(colour, "protanopia") == protan
    assert colour_as_seen(colour, "deuteranopia") == deutan
    assert grey is None or colour_as_seen(colour, "grey") == grey


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("grey", ["#000000", "#1a1a1a", "#777777", "#ffffff"])
def test_whoever_lacks_a_cone_sees_greys_as_they_are(grey: str, kind: Kind) -> None:
    assert colour_as_seen(grey, kind) == grey


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_seen_pixel_by_pixel(kind: Kind) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3, 4, 3))
    seen = np.rint(as_seen(pixels / 255, kind) * 255)
    for row, column in np.ndindex(3, 4):
        name = "#{:02x}{:02x}{:02x}".format(*pixels[row, column])
        told = "#{:02x}{:02x}{:02x}".format(*seen[row, column].astype(int))
        assert told == colour_as_seen(name, kind)


@pytest.mark.parametrize(("kind", "cone"), [("deuteranopia", "green"), ("protanopia", "red")])
def test_lightness_is_that_of_a_second_reckoning(kind: Kind, cone: str) -> None:
    for colour in (*GAINS, *LOSSES, "#ff0000", "#123456"):
        expected = lightness_without(cone, colour)
        assert lightness(colour, kind) == pytest.approx(expected, abs=0.05)


# Of the tables of CIE 15: red of sRGB is L*a*b* 53.24, 80.09, 67.20; green 87.73, -86.18, 83.18.
def test_red_and_green_differ_in_lightness_as_tabled() -> None:
    assert lightness("#ff0000") == pytest.approx(53.24, abs=0.02)
    assert lightness("#00ff00") == pytest.approx(87.73, abs=0.02)
    assert apart("#ff0000", "#00ff00", "grey") == pytest.approx(87.73 - 53.24, abs=0.05)


def test_a_red_and_a_green_of_one_lightness_are_alike_without_the_green_cone() -> None:
    assert apart("#a33d3d", "#4d6b2d", "deuteranopia") < apart("#a33d3d", "#2d5a8a", "deuteranopia")
