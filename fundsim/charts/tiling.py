"""Drawing a tile map: equal squares, shaded in a few steps, each with its name and figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from fundsim.charts.figures import per_head
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import LABEL, POINT, SMALL, Page
from fundsim.charts.palette import CLASSES, PAPER, QUIET, RULE, classes, text_on
from fundsim.charts.words import Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PITCH = 14.6  # from square to square, in millimetres
SIDE = 13.9  # of a square
SAME = 1e-6  # figures that differ by less, in parts of the largest, are one
KEY = 44.0  # width of the key


@dataclass(frozen=True)
class Square:
    """One place on the map; no figure where it is not part of the scenario."""

    column: int
    row: int
    label: str
    name: str
    per_head: float | None

    @property
    def order(self) -> float:
        """What squares are sorted by."""
        return -1.0 if self.per_head is None else self.per_head


@dataclass(frozen=True)
class Tiling:
    """A map of squares."""

    tiles: tuple[Square, ...]

    @classmethod
    def of(cls, table: Table) -> Tiling:
        """Read a map off its table."""
        columns = (table.column(name) for name in ("column", "row", "label", "name", "per_head"))
        return cls(
            tuple(
                Square(int(column), int(row), label, name, float(figure) if figure else None)
                for column, row, label, name, figure in zip(*columns, strict=True)
            )
        )

    @property
    def figures(self) -> list[float]:
        """The figures there are, in ascending order."""
        return sorted(tile.per_head for tile in self.tiles if tile.per_head is not None)

    def said(self, tile: Square) -> str:
        """Write a square's figure."""
        return "" if tile.per_head is None else per_head(tile.per_head, largest=self.figures[-1])


def draw_tiles(tiling: Tiling, words: Words) -> Figure:
    """Draw the squares in their places, and the key where the map leaves room."""
    page = Page(words, PITCH * (1 + max(tile.row for tile in tiling.tiles)))
    figures = tiling.figures
    edges = edges_of([figure for figure in figures if figure > 0])
    colours = classes(len(edges) - 1)
    wide = PITCH * (1 + max(tile.column for tile in tiling.tiles))
    left = (page.left + page.right - wide) / 2
    for tile in tiling.tiles:
        _square(page, tiling, tile, left, _colour(tile, edges, colours))
    _key(page, edges, colours, nothing=figures[0] == 0)
    return page.figure


def edges_of(figures: Sequence[float]) -> list[float]:
    """Choose round limits of at most as many classes as there are colours.

    Equal steps; but where these would put most figures in one class, each step about double the one
    before. `figures` are sorted and above zero.

    >>> edges_of([0.5, 0.9, 1.4])
    [0.4, 0.6, 0.8, 1.0, 1.2, 1.4]
    >>> edges_of([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 1.5, 9.0])
    [0.0, 0.5, 1.0, 2.0, 5.0, 10.0]
    """
    if figures[-1] - figures[0] < SAME * figures[-1]:
        return [figures[0], figures[-1]]
    even, doubling = _even(figures[0], figures[-1]), _doubling(figures[-1])
    return doubling if _fullest(figures, doubling) < 0.75 * _fullest(figures, even) else even


def _even(low: float, high: float) -> list[float]:
    """Give limits in equal round steps; no more of them than there are colours."""
    tried = (_stepped(low, high, bins) for bins in range(len(CLASSES), 0, -1))
    return next(edges for edges in tried if len(edges) <= len(CLASSES) + 1)


def _stepped(low: float, high: float, bins: int) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    found = [round(float(tick), 9) for tick in ticks]
    begin = max(place for place, edge in enumerate(found) if edge <= low)
    end = min(place for place, edge in enumerate(found) if edge >= high)
    return found[begin : end + 1]


def _doubling(high: float) -> list[float]:
    """Give limits of 1, 2, 5, 10, 20 ... up to the first that is not below `high`."""
    power = math.floor(math.log10(high))
    series = [
        round(step * 10.0**exponent, 9 - exponent)
        for exponent in range(power - 2, power + 2)
        for step in (1, 2, 5)
    ]
    last = next(place for place, edge in enumerate(series) if edge >= high)
    return [0.0, *series[last - len(CLASSES) + 1 : last + 1]]


def _fullest(figures: Sequence[float], edges: Sequence[float]) -> int:
    """Count the figures in the fullest class."""
    places = [_place(figure, edges) for figure in figures]
    return max(places.count(place) for place in set(places))


def _place(figure: float, edges: Sequence[float]) -> int:
    return sum(figure >= edge for edge in edges[1:-1])


def _colour(tile: Square, edges: Sequence[float], colours: Sequence[str]) -> str:
    return colours[_place(tile.per_head, edges)] if tile.per_head else PAPER


def _square(page: Page, tiling: Tiling, tile: Square, left: float, colour: str) -> None:
    x, y = left + tile.column * PITCH, page.top + tile.row * PITCH
    page.shape(_box(x, y, SIDE, SIDE), colour, edge=RULE)
    ink = QUIET if tile.per_head is None else text_on(colour)
    middle = x + SIDE / 2
    page.text(middle, y + 0.32 * SIDE, tile.label, SMALL, colour=ink, side="center")
    said = tiling.said(tile)
    size = _fitting(said, 0.9 * SIDE)
    page.text(middle, y + 0.68 * SIDE, said, size, colour=ink, bold=True, side="center")


def _fitting(text: str, room: float) -> float:
    """Choose the size in which a figure fits into so many millimetres."""
    wide = Ruler(LABEL, bold=True).width(text) * POINT
    return LABEL * min(1.0, room / wide) if wide else LABEL


def _box(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def _key(page: Page, edges: Sequence[float], colours: Sequence[str], *, nothing: bool) -> None:
    """Write which shade means what, darkest first, in the upper right corner."""
    left, step = page.right - KEY, 6.0
    page.text(left, page.top + 2.0, "Pounds a head a year", SMALL, colour=QUIET)
    pairs = [
        (per_head(low, largest=edges[-1]), per_head(high, largest=edges[-1]))
        for low, high in pairwise(edges)
    ]
    entries = [
        (colour, low if low == high else f"{low} to {high}")
        for colour, (low, high) in zip(colours, pairs, strict=True)
    ]
    entries[:0] = [(PAPER, "£0")] if nothing else []
    for row, (colour, said) in enumerate(reversed(entries)):
        middle = page.top + 8.0 + row * step
        page.shape(_box(left, middle - 2.2, 7.0, 4.4), colour, edge=RULE)
        page.text(left + 9.0, middle, said, SMALL)
