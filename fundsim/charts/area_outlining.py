"""Drawing areas by their outlines, and the rank of those at either end where they lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.area_figures import (
    HIGH,
    KEY,
    LISTED,
    TIGHT,
    AreaFigures,
    draw_ends,
    room_for_map,
)
from fundsim.charts.outlines import Outlines, Part
from fundsim.charts.page import Page
from fundsim.charts.style import colours
from fundsim.charts.words import Words
from fundsim.money import Real

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GRAIN = 0.1  # points that fall on one place of so fine a grid are drawn as one
DOT = 0.5  # radius of an area that is too small to be seen
BADGE = 2.7  # radius of a rank's badge
FREE = 2 * BADGE + 0.5  # between the middles of two badges
STEPS = (0.0, 6.0, 9.0, 12.0, 16.0, 21.0, 27.0)  # how far a badge may stand from its area
EDGE = 0.25  # width of an outline, in points

Point = tuple[float, float]


@dataclass(frozen=True)
class Plane:
    """How coordinates become millimetres from the upper left corner of the map."""

    west: float
    north: float
    stretch: float
    scale: float
    wide: float
    high: float

    @classmethod
    def of(cls, outlines: Outlines) -> Plane:
        """Choose the scale in which a map fits."""
        edges = np.concatenate([p.edge for parts in outlines.parts.values() for p in parts])
        (west, south), (east, north) = edges.min(axis=0), edges.max(axis=0)
        middle = math.radians(float(south + north) / 2)
        stretch = math.cos(middle) if outlines.in_degrees else 1.0
        wide, high = max(float(east - west) * stretch, 1e-9), max(float(north - south), 1e-9)
        scale = min(room_for_map() / wide, HIGH / high)
        return cls(float(west), float(north), stretch, scale, wide * scale, high * scale)

    def placed(self, ring: Real) -> Real:
        """Lay a ring on the map, in millimetres, and leave out points that would not be seen."""
        x = (ring[:, 0] - self.west) * self.stretch * self.scale
        y = (self.north - ring[:, 1]) * self.scale
        places = np.rint(np.column_stack([x, y]) / GRAIN)
        fresh = np.ones(len(places), np.bool_)
        fresh[1:] = (places[1:] != places[:-1]).any(axis=1)
        kept: Real = places[fresh] * GRAIN
        return kept


def draw_outlines(figures: AreaFigures, outlines: Outlines, words: Words) -> Figure:
    """Draw every area in its shade, the key and the ends of the ranking beside the map."""
    shading, plane = figures.shading, Plane.of(outlines)
    page = Page(words, max(plane.high, shading.high + LISTED), figures.names)
    middles: dict[str, Point] = {}
    for area in figures.areas:
        colour = shading.colour(area.per_head)
        middles[area.code] = _area(page, plane, outlines.parts[area.code], colour)
    _badges(page, figures, middles)
    shading.draw_key(page, page.right - KEY)
    draw_ends(page, figures, page.top + shading.high + 6.0)
    return page.figure


def _area(page: Page, plane: Plane, parts: Sequence[Part], colour: str) -> Point:
    """Draw an area, at least as a dot; give the middle of its largest part."""
    offset = np.array([page.left, page.top])
    drawn = [[plane.placed(ring) + offset for ring in (p.edge, *p.holes)] for p in parts]
    largest = max((polygon[0] for polygon in drawn), key=lambda ring: abs(_size(ring)))
    x, y = ((largest.min(axis=0) + largest.max(axis=0)) / 2).tolist()
    rings = [
        _turned(ring, inside=place > 0)
        for polygon in drawn
        for place, ring in enumerate(polygon)
        if len(ring) > 3
    ]
    if rings:
        page.outline(rings, colour, colours().quiet, EDGE)
    else:
        page.disc(x, y, DOT, colour, edge=colours().quiet)
    return x, y


def _size(ring: Real) -> float:
    """Give the area of a ring, below zero where it turns the other way."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def _turned(ring: Real, *, inside: bool) -> Real:
    """Turn holes the other way round than edges, so that they are left open."""
    return ring[::-1] if (_size(ring) < 0) != inside else ring


def _badges(page: Page, figures: AreaFigures, middles: Mapping[str, Point]) -> None:
    """Write the ranks of both ends where the areas lie, or beside, no two on one another."""
    taken: list[Point] = []
    for area in [area for end in figures.ends for area in end]:
        own = middles[area.code]
        place = _free(own, taken, page)
        taken.append(place)
        if place != own:
            page.line((own[0], place[0]), (own[1], place[1]), colours().ink, 0.6)
        page.disc(*place, BADGE, colours().paper, edge=colours().ink)
        page.text(*place, f"{area.rank}", TIGHT - 0.8, side="center", rise="center")


def _free(own: Point, taken: Sequence[Point], page: Page) -> Point:
    """Find the nearest place for a badge that is clear of the others and on the map."""
    for far in STEPS:
        for eighth in range(8):
            angle = eighth * math.pi / 4
            place = own[0] + far * math.cos(angle), own[1] + far * math.sin(angle)
            inside = page.left + BADGE <= place[0] <= page.left + room_for_map()
            inside &= page.top + BADGE <= place[1] <= page.bottom - BADGE
            if (inside or not far) and all(math.dist(place, other) >= FREE for other in taken):
                return own if not far else place
    return own
