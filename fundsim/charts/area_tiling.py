"""Drawing areas as squares: shaded in a few steps, named where there is room, the rest ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundsim.charts.area_figures import (
    HIGH,
    KEY,
    LISTED,
    TIGHT,
    AreaFigure,
    AreaFigures,
    draw_ends,
    room_for_map,
)
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.palette import text_on
from fundsim.charts.style import colours
from fundsim.charts.tiling import box, fitting
from fundsim.charts.words import Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST = 14.6  # from square to square, in millimetres, at most
GAP = 0.05  # of a pitch, between two squares
ROOMY = 11.0  # pitch from which on a square has room for words
LETTERS = 6.4  # size of those in a square


@dataclass(frozen=True)
class AreaTiling:
    """A map of areas, and the column and row of each."""

    figures: AreaFigures
    squares: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, table: Table) -> AreaTiling:
        """Read a map off its table."""
        places = zip(table.column("column"), table.column("row"), strict=True)
        return cls(AreaFigures.of(table), tuple((int(c), int(r)) for c, r in places))

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and rows there are."""
        return 1 + max(c for c, _ in self.squares), 1 + max(r for _, r in self.squares)

    @property
    def pitch(self) -> float:
        """From square to square, in millimetres."""
        columns, rows = self.size
        return min(LARGEST, room_for_map() / columns, HIGH / rows)

    @property
    def lettered(self) -> bool:
        """Whether every square has room for a name and a figure."""
        return self.pitch >= ROOMY


def draw_area_tiles(tiling: AreaTiling, words: Words) -> Figure:
    """Draw the squares in their places, the key and the ends of the ranking beside them."""
    figures, shading = tiling.figures, tiling.figures.shading
    beside = shading.high + (0.0 if tiling.lettered else LISTED)
    page = Page(words, max(tiling.size[1] * tiling.pitch, beside), figures.names)
    for area, square in zip(figures.areas, tiling.squares, strict=True):
        _square(page, tiling, area, square, shading.colour(area.per_head))
    _borders(page, tiling)
    shading.draw_key(page, page.right - KEY)
    if not tiling.lettered:
        draw_ends(page, figures, page.top + shading.high + 6.0)
    return page.figure


def _square(
    page: Page, tiling: AreaTiling, area: AreaFigure, square: tuple[int, int], colour: str
) -> None:
    pitch = tiling.pitch
    side = pitch * (1 - GAP)
    x, y = page.left + square[0] * pitch, page.top + square[1] * pitch
    page.shape(box(x, y, side, side), colour, edge=colours().rule)
    ink, middle = text_on(colour), x + side / 2
    if tiling.lettered:
        name = page.letters.drawable(area.name)
        label = Ruler(LETTERS).shortened(name, 0.94 * side / POINT, lines=1)[0]
        page.text(middle, y + 0.32 * side, label, LETTERS, colour=ink, side="center")
        said = tiling.figures.said(area)
        size = fitting(said, 0.9 * side)
        page.text(middle, y + 0.68 * side, said, size, colour=ink, bold=True, side="center")
    elif any(area in end for end in tiling.figures.ends):
        size = fitting(f"{area.rank}", 0.9 * side, TIGHT, bold=False)
        page.text(middle, y + side / 2, f"{area.rank}", size, colour=ink, side="center")


def _borders(page: Page, tiling: AreaTiling) -> None:
    """Draw a line between squares of different nations."""
    pitch, areas = tiling.pitch, tiling.figures.areas
    nation = {square: area.nation for square, area in zip(tiling.squares, areas, strict=True)}
    for (column, row), own in nation.items():
        x, y = page.left + (column - GAP / 2) * pitch, page.top + (row - GAP / 2) * pitch
        if nation.get((column + 1, row), own) != own:
            page.line((x + pitch, x + pitch), (y, y + pitch), colours().ink, 1.2)
        if nation.get((column, row + 1), own) != own:
            page.line((x, x + pitch), (y + pitch, y + pitch), colours().ink, 1.2)
