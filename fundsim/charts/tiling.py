"""Drawing a tile map: equal squares, shaded in a few steps, each with its name and figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING

from fundsim.charts.figures import parts_of_a_pound, per_head, written
from fundsim.charts.horizon import PER_HEAD
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.palette import classes, text_on
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PITCH = 14.6  # from square to square, in millimetres
SIDE = 13.9  # of a square
KEY = 44.0  # width of the key
SHADES = 5  # of the classes, at most
FIGURE = PER_HEAD.format("mean")  # the column that is shown


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
        columns = (table.column(name) for name in ("column", "row", "label", "name", FIGURE))
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

    @property
    def written(self) -> list[int]:
        """The same as they are written, in the smallest parts of a pound that are."""
        return [written(figure, largest=self.figures[-1]) for figure in self.figures]

    def parts(self, tile: Square) -> int:
        """Give a square's figure as it is written; where there is none, nothing."""
        figure = tile.per_head
        return 0 if figure is None else written(figure, largest=self.figures[-1])

    def said(self, tile: Square) -> str:
        """Write a square's figure."""
        return "" if tile.per_head is None else per_head(tile.per_head, largest=self.figures[-1])


def draw_tiles(tiling: Tiling, words: Words) -> Figure:
    """Draw the squares in their places, and the key where the map leaves room."""
    page = Page(words, PITCH * (1 + max(tile.row for tile in tiling.tiles)))
    figures = tiling.written
    edges = edges_of([figure for figure in figures if figure])
    shades = classes(len(edges) - 1)
    wide = PITCH * (1 + max(tile.column for tile in tiling.tiles))
    left = (page.left + page.right - wide) / 2
    for tile in tiling.tiles:
        _square(page, tiling, tile, left, _colour(tiling.parts(tile), edges, shades))
    _key(page, tiling, edges, shades)
    return page.figure


def edges_of(figures: Sequence[int], most: int = SHADES) -> list[int]:
    """Choose round limits of at most so many classes, as many as there are colours.

    Each limit is the least figure of the class above it; the last is above all figures. Equal
    steps; but where these would put most figures in one class, each step about double the one
    before. `figures` are sorted and above zero, in the smallest parts that are written, so that a
    class holds what is written and not what was rounded to it.

    >>> edges_of([50, 90, 140])
    [50, 75, 100, 125, 150]
    >>> edges_of([10, 20, 30, 40, 60, 70, 150, 900])
    [0, 50, 100, 200, 500, 1000]
    """
    if not figures:
        return [0, 1]
    if figures[0] == figures[-1]:
        return [figures[0], figures[0] + 1]
    even, doubling = _even(figures[0], figures[-1], most), _doubling(figures[-1], most)
    return doubling if fullest(figures, doubling) < 0.75 * fullest(figures, even) else even


def _even(low: int, high: int, most: int) -> list[int]:
    """Give limits in equal round steps, the shortest that need no more than so many classes."""
    steps = (step for step in _round(1, 2, 2.5, 5) if high // step - low // step < most)
    step = next(steps)
    return list(range(low // step * step, (high // step + 1) * step + 1, step))


def _doubling(high: int, most: int) -> list[int]:
    """Give limits of 1, 2, 5, 10, 20 ... up to the first that is above `high`."""
    series: list[int] = []
    for edge in _round(1, 2, 5):
        series.append(edge)
        if edge > high:
            return [0, *series[-most:]]
    raise AssertionError  # the series has no end


def _round(*leading: float) -> Iterator[int]:
    """Give the whole numbers that are one of `leading` times a power of ten, ascending."""
    for power in count():
        yield from (int(each * 10**power) for each in leading if each * 10**power % 1 == 0)


def fullest(figures: Sequence[int], edges: Sequence[int]) -> int:
    """Count the figures in the fullest class."""
    places = [place_in(figure, edges) for figure in figures]
    return max(places.count(place) for place in set(places))


def place_in(figure: int, edges: Sequence[int]) -> int:
    """Say which class a figure is in, counted from 0."""
    return sum(figure >= edge for edge in edges[1:-1])


def _colour(figure: int, edges: Sequence[int], shades: Sequence[str]) -> str:
    return shades[place_in(figure, edges)] if figure else colours().paper


def _square(page: Page, tiling: Tiling, tile: Square, left: float, colour: str) -> None:
    x, y = left + tile.column * PITCH, page.top + tile.row * PITCH
    page.shape(box(x, y, SIDE, SIDE), colour, edge=colours().rule)
    ink = colours().quiet if tile.per_head is None else text_on(colour)
    middle = x + SIDE / 2
    page.text(middle, y + 0.32 * SIDE, tile.label, sizes().small, colour=ink, side="center")
    said = tiling.said(tile)
    size = fitting(said, 0.9 * SIDE)
    page.text(middle, y + 0.68 * SIDE, said, size, colour=ink, bold=True, side="center")


def fitting(text: str, room: float, size: float | None = None, *, bold: bool = True) -> float:
    """Choose the size in which a figure fits into so many millimetres, at most this one."""
    size = size or sizes().label
    wide = Ruler(size, bold=bold).width(text) * POINT
    return size * min(1.0, room / wide) if wide else size


def box(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    """Give the corners of a rectangle from its upper left one."""
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def _key(page: Page, tiling: Tiling, edges: Sequence[int], shades: Sequence[str]) -> None:
    """Write which shade means what, darkest first, in the upper right corner.

    A class is written from its least figure to its greatest one, so that each stands in one only.
    """
    left, step = page.right - KEY, 6.0
    page.text(
        left, page.top + 2.0, say("Pounds a head a year"), sizes().small, colour=colours().quiet
    )
    entries = [
        (colour, class_of(max(low, 1), above - 1, tiling.figures[-1]))
        for colour, (low, above) in zip(shades, pairwise(edges), strict=True)
        if above > 1
    ]
    entries[:0] = [(colours().paper, "£0")] if not tiling.written[0] else []
    for row, (colour, said) in enumerate(reversed(entries)):
        middle = page.top + 8.0 + row * step
        page.shape(box(left, middle - 2.2, 7.0, 4.4), colour, edge=colours().rule)
        page.text(left + 9.0, middle, said, sizes().small)


def class_of(low: int, high: int, largest: float) -> str:
    """Write the figures of a class, from the least to the greatest of them."""
    many = parts_of_a_pound(largest)
    least, most = (per_head(figure / many, largest=largest) for figure in (low, high))
    return least if low == high else say("{least} to {most}", least=least, most=most)
