"""Drawing areas as squares: shaded in a few steps, named where there is room, the rest ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundsim.charts.figures import as_given, per_head
from fundsim.charts.horizon import PER_HEAD
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, SMALL, Page
from fundsim.charts.palette import INK, QUIET, RULE, text_on
from fundsim.charts.shading import Shading
from fundsim.charts.tiling import box, fitting
from fundsim.charts.words import Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST = 14.6  # from square to square, in millimetres, at most
HIGH = 175.0  # of the whole map, at most: with its words it fits a page
KEY = 42.0  # width of the key
GAP = 0.05  # of a pitch, between two squares
ROOMY = 11.0  # pitch from which on a square has room for words
MOST_NAMED = 5  # areas at either end that bear their rank where there is no room for words
LINE = 3.6  # from line to line of the list of them
TIGHT = 7.2  # size of its letters
LETTERS = 6.0  # of those in a square


@dataclass(frozen=True)
class AreaSquare:
    """An area on the map."""

    column: int
    row: int
    rank: int
    name: str
    nation: str
    per_head: float


@dataclass(frozen=True)
class AreaTiling:
    """A map of areas, those that get most first."""

    squares: tuple[AreaSquare, ...]

    @classmethod
    def of(cls, table: Table) -> AreaTiling:
        """Read a map off its table."""
        wanted = ("column", "row", "rank", "name", "nation", PER_HEAD.format("mean"))
        rows = zip(*(table.column(name) for name in wanted), strict=True)
        return cls(
            tuple(
                AreaSquare(int(c), int(r), int(rank), as_given(name), nation, float(figure))
                for c, r, rank, name, nation, figure in rows
            )
        )

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and rows there are."""
        return 1 + max(s.column for s in self.squares), 1 + max(s.row for s in self.squares)

    @property
    def nations(self) -> int:
        """How many nations there are."""
        return len({square.nation for square in self.squares})

    @property
    def pitch(self) -> float:
        """From square to square, in millimetres."""
        columns, rows = self.size
        return min(LARGEST, (150.0 - KEY - 4.0) / columns, HIGH / rows)

    @property
    def lettered(self) -> bool:
        """Whether every square has room for a name and a figure."""
        return self.pitch >= ROOMY

    @property
    def ends(self) -> tuple[Sequence[AreaSquare], Sequence[AreaSquare]]:
        """Those that get most and those that get least, none twice."""
        most = self.squares[:MOST_NAMED]
        return most, self.squares[max(len(self.squares) - MOST_NAMED, len(most)) :]

    def said(self, square: AreaSquare) -> str:
        """Write a square's figure."""
        return per_head(square.per_head, largest=self.squares[0].per_head)

    @property
    def shading(self) -> Shading:
        """Which shade stands for which figures."""
        return Shading.of([square.per_head for square in self.squares])


def draw_area_tiles(tiling: AreaTiling, words: Words) -> Figure:
    """Draw the squares in their places, the key and the ends of the ranking beside them."""
    rows = tiling.size[1]
    shading, pitch = tiling.shading, tiling.pitch
    listed = 0.0 if tiling.lettered else 14.0 + (2 * MOST_NAMED + 2) * 2 * LINE
    names = [square.name for square in tiling.squares]
    page = Page(words, max(rows * pitch, shading.high + listed), names)
    for square in tiling.squares:
        _square(page, tiling, square, shading.colour(square.per_head))
    _borders(page, tiling)
    shading.draw_key(page, page.right - KEY)
    if not tiling.lettered:
        _list(page, tiling, page.top + shading.high + 6.0)
    return page.figure


def _square(page: Page, tiling: AreaTiling, square: AreaSquare, colour: str) -> None:
    pitch = tiling.pitch
    side = pitch * (1 - GAP)
    x, y = page.left + square.column * pitch, page.top + square.row * pitch
    page.shape(box(x, y, side, side), colour, edge=RULE)
    ink, middle = text_on(colour), x + side / 2
    if tiling.lettered:
        name = page.letters.drawable(square.name)
        label = Ruler(LETTERS).shortened(name, 0.94 * side / POINT, lines=1)[0]
        page.text(middle, y + 0.32 * side, label, LETTERS, colour=ink, side="center")
        said = tiling.said(square)
        size = fitting(said, 0.9 * side)
        page.text(middle, y + 0.68 * side, said, size, colour=ink, bold=True, side="center")
    elif any(square in end for end in tiling.ends):
        size = fitting(f"{square.rank}", 0.9 * side, TIGHT)
        page.text(middle, y + side / 2, f"{square.rank}", size, colour=ink, side="center")


def _borders(page: Page, tiling: AreaTiling) -> None:
    """Draw a line between squares of different nations."""
    pitch = tiling.pitch
    nation = {(square.column, square.row): square.nation for square in tiling.squares}
    for (column, row), own in nation.items():
        x, y = page.left + (column - GAP / 2) * pitch, page.top + (row - GAP / 2) * pitch
        if nation.get((column + 1, row), own) != own:
            page.line((x + pitch, x + pitch), (y, y + pitch), INK, 1.2)
        if nation.get((column, row + 1), own) != own:
            page.line((x, x + pitch), (y + pitch, y + pitch), INK, 1.2)


def _list(page: Page, tiling: AreaTiling, top: float) -> None:
    """Name those at either end of the ranking, each with its figure."""
    left, middle = page.right - KEY, top
    most, least = tiling.ends
    for heading, squares in (("Most", most), ("Least", least)):
        if not squares:
            continue
        page.text(left, middle, heading, SMALL, colour=QUIET)
        middle += LINE + 0.6
        for square in squares:
            middle = _entry(page, tiling, square, (left, middle))
        middle += 2.4


def _entry(page: Page, tiling: AreaTiling, square: AreaSquare, place: tuple[float, float]) -> float:
    """Write an area's rank, name and figure; give where the next one stands."""
    left, middle = place
    rank, said = f"{square.rank}", tiling.said(square)
    page.text(left + 5.6, middle, rank, TIGHT, colour=QUIET, side="right")
    page.text(page.right, middle, said, TIGHT, bold=True, side="right")
    room = KEY - 7.0 - Ruler(TIGHT, bold=True).width(said) * POINT - 1.5
    name = Ruler(TIGHT).shortened(page.letters.drawable(square.name), room / POINT, lines=2)
    for line in name:
        page.text(left + 7.0, middle, line, TIGHT)
        middle += LINE
    return middle + 0.4
