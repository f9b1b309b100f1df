"""Drawing maps of gains and losses: squares in diverging steps, each with its sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from fundsim.charts.comparing.key import RADIUS, badge, broken
from fundsim.charts.comparing.naming import Named, named_in
from fundsim.charts.comparing.reading import each_rule
from fundsim.charts.figures import more_or_less, written
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.palette import text_on
from fundsim.charts.style import colours, sizes
from fundsim.charts.tiling import box, class_of, edges_of, fitting, fullest, place_in
from fundsim.charts.words import Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 6  # rules drawn; of more the first ones
ACROSS = 2  # maps side by side
LARGE, SMALLER = 14.6, 8.8  # from square to square, in millimetres: of a map alone, and of several
FILLED = 0.95  # of that, the square
HEAD = 10.5  # height of a map's heading
ENDS = 8.5  # for the foundations that gain and lose most
GAP = 5.0  # from map to map
KEY = 17.0  # height of the key
SWATCH = 7.0  # width of one of its colours
EMPTIER = 0.6  # in parts of the fullest class of the usual limits; other ones must be so much
BETWEEN = 3.7  # from line to line
NAMED = 3  # foundations named at either end
TIGHT = 7.2  # size of their names
FULL = 0.9  # of a square's width, that text may fill
TINY = 5.8  # of a label in a small square, at most


@dataclass(frozen=True)
class Tile:
    """A foundation's place, and its difference a head with its interval; None if it has none."""

    column: int
    row: int
    label: str
    name: str
    mean: float | None
    low: float
    high: float

    @property
    def opened(self) -> bool:
        """Whether it is open if people gain or lose."""
        return self.low < 0 < self.high


@dataclass(frozen=True)
class Differences:
    """The map under one rule; `largest` is the largest difference under any, signs aside."""

    named: Named
    tiles: tuple[Tile, ...]
    largest: float

    @classmethod
    def all_of(cls, table: Table) -> list[Differences]:
        """Read all maps off the chart's table."""
        cells = [float(cell) for cell in table.column("difference_per_head") if cell]
        largest = max(map(abs, cells))
        return [
            cls(named, tuple(_tiles(rows)), largest)
            for named, rows in zip(named_in(table), each_rule(table), strict=True)
        ]

    def parts(self, tile: Tile) -> int:
        """Give a difference as it is written, without its sign."""
        return written(abs(tile.mean or 0.0), largest=self.largest)

    def said(self, tile: Tile) -> str:
        """Write a difference."""
        return "" if tile.mean is None else more_or_less(tile.mean, largest=self.largest)

    @property
    def gaining(self) -> list[Tile]:
        """The foundations whose people gain, most first."""
        gains = [tile for tile in self.tiles if tile.mean is not None and tile.mean > 0]
        return sorted(gains, key=lambda tile: -(tile.mean or 0.0))

    @property
    def losing(self) -> list[Tile]:
        """The foundations whose people lose, most first."""
        losses = [tile for tile in self.tiles if tile.mean is not None and tile.mean < 0]
        return sorted(losses, key=lambda tile: tile.mean or 0.0)


def _tiles(rows: Table) -> list[Tile]:
    names = ("column", "row", "label", "name", "difference_per_head")
    cells = [rows.column(name) for name in (*names, "low_per_head", "high_per_head")]
    return [
        Tile(
            int(column),
            int(row),
            label,
            name,
            float(mean) if mean else None,
            float(low or 0.0),
            float(high or 0.0),
        )
        for column, row, label, name, mean, low, high in zip(*cells, strict=True)
    ]


@dataclass(frozen=True)
class Shades:
    """Which colour a difference has: three steps of gains, three of losses, paper for none."""

    edges: Sequence[int]

    @classmethod
    def of(cls, maps: Sequence[Differences]) -> Shades:
        """Choose the steps for some maps, the same for all."""
        parts = sorted(each.parts(tile) for each in maps for tile in each.tiles)
        return cls(steps_of([size for size in parts if size]))

    def colours(self, steps: Sequence[str]) -> Sequence[str]:
        """Choose as many of three colours as there are classes, the darkest among them."""
        return steps[len(steps) - (len(self.edges) - 1) :]

    def colour(self, one: Differences, tile: Tile) -> str:
        """Give a square's colour."""
        size = one.parts(tile)
        steps = self.colours(colours().gains if (tile.mean or 0.0) > 0 else colours().losses)
        return steps[place_in(size, self.edges)] if size else colours().paper


def steps_of(figures: Sequence[int]) -> list[int]:
    """Choose round limits of at most three classes: those of `edges_of` where they spread well.

    Else limits that grow by about 4 or 10 times, whichever leaves the fullest class emptiest.
    `figures` are sorted, above zero, in the smallest parts that are written.

    >>> steps_of([50, 90, 140])
    [50, 100, 150]
    >>> steps_of([2, 3, 4, 6, 8, 12, 15, 30, 45, 190])
    [0, 10, 50, 200]
    """
    usual = edges_of(figures, len(colours().gains))
    if not figures or figures[0] == figures[-1]:
        return usual
    most = {tuple(edges): fullest(figures, edges) for edges in _growing(figures[-1])}
    best = min(most, key=lambda edges: most[edges], default=())
    return list(best) if best and most[best] < EMPTIER * fullest(figures, usual) else usual


def _growing(high: int) -> Iterator[list[int]]:
    """Give limits of three classes up to the first round figure above `high`, two, three apart."""
    series = [1, 1, 1, 1, *(leading * 10**power for power in range(20) for leading in (1, 2, 5))]
    last = next(place for place, edge in enumerate(series) if edge > high)
    for apart in (2, 3):
        lower = [series[max(last - apart * back, 0)] for back in (2, 1)]
        if lower[0] > 1:
            yield [0, *lower, series[last]]


def draw_maps(maps: Sequence[Differences], words: Words) -> Figure:
    """Draw a map for each rule, two side by side, and the key of all below them."""
    drawn = list(maps)[:MOST]
    pitch = LARGE if len(drawn) == 1 else SMALLER
    rows = 1 + max(tile.row for tile in drawn[0].tiles)
    step = HEAD + rows * pitch + ENDS + GAP
    page = Page(words, -(-len(drawn) // ACROSS) * step + KEY, [each.named.rule for each in drawn])
    shades = Shades.of(drawn)
    wide = page.right - page.left if len(drawn) == 1 else (page.right - page.left - GAP) / ACROSS
    for number, each in enumerate(drawn):
        left = page.left + number % ACROSS * (wide + GAP)
        top = page.top + number // ACROSS * step
        _Map(page, each, shades, pitch, (left, left + wide)).draw(top)
    _key(page, shades, drawn[0].largest)
    return page.figure


@dataclass(frozen=True)
class _Map:
    """One map on its part of the sheet."""

    page: Page
    one: Differences
    shades: Shades
    pitch: float
    across: tuple[float, float]

    def draw(self, top: float) -> None:
        """Draw the squares under their heading, and below who gains and who loses most."""
        left, right = self.across
        self._heading(top)
        columns = 1 + max(tile.column for tile in self.one.tiles)
        rows = 1 + max(tile.row for tile in self.one.tiles)
        corner = (left + right - columns * self.pitch) / 2
        for tile in self.one.tiles:
            x, y = corner + tile.column * self.pitch, top + HEAD + tile.row * self.pitch
            self._square(tile, x, y)
        below = top + HEAD + rows * self.pitch + 2.5
        self._ends(say("Gain most"), self.one.gaining, below)
        self._ends(say("Lose most"), self.one.losing, below + BETWEEN)

    def _heading(self, top: float) -> None:
        left, right = self.across
        badge(self.page, left + RADIUS, top + RADIUS, self.one.named.letter, colours().ink)
        left += 2 * RADIUS + 2.0
        name = self.page.letters.drawable(self.one.named.short)
        lines = broken(name, Ruler(sizes().small, bold=True), (right - left) / POINT, 2)
        for row, line in enumerate(lines):
            middle = top + RADIUS + row * BETWEEN
            self.page.text(left, middle, line, sizes().small, bold=True)

    def _square(self, tile: Tile, x: float, y: float) -> None:
        side, alone = FILLED * self.pitch, self.pitch == LARGE
        colour = self.shades.colour(self.one, tile)
        self.page.shape(box(x, y, side, side), colour, edge=colours().rule)
        ink = colours().quiet if tile.mean is None else text_on(colour)
        for text, down, size, bold in (
            (tile.label, 0.3, sizes().small if alone else TINY, False),
            (self._said(tile, alone=alone), 0.69, sizes().label, True),
        ):
            at = x + side / 2, y + down * side
            fits = fitting(text, FULL * side, size, bold=bold)
            self.page.text(*at, text, fits, colour=ink, bold=bold, side="center")

    def _said(self, tile: Tile, *, alone: bool) -> str:
        """Write a square's difference; of a small one only if it is a gain, a loss, or open."""
        if tile.mean is None:
            return ""
        if alone:
            return self.one.said(tile) + ("?" if tile.opened else "")
        if tile.opened:
            return "?"
        return self.one.said(tile)[:1].replace("£", "0")

    def _ends(self, word: str, tiles: Sequence[Tile], middle: float) -> None:
        left, right = self.across
        members = [f"{tile.label} {self.one.said(tile)}" for tile in tiles[:NAMED]]
        told = [f"{word}: {' · '.join(members[:n])}" for n in range(len(members), 0, -1)]
        ruler, room = Ruler(TIGHT), (right - left) / POINT
        fits = (line for line in told if ruler.width(line) <= room)
        line = next(fits, told[-1] if told else f"{word}: {say('no foundation')}")
        self.page.text(left, middle, line, TIGHT, colour=colours().quiet)


def _key(page: Page, shades: Shades, largest: float) -> None:
    """Write which colour means what, gains above losses, and the one of no difference."""
    top = page.bottom - KEY + 3.0
    ranges = [class_of(max(low, 1), above - 1, largest) for low, above in pairwise(shades.edges)]
    wide = SWATCH + 2.0 + Ruler(sizes().small).widest(ranges) * POINT + 5.0
    gains, losses = say("Gains a head"), say("Losses a head")
    first = page.left + Ruler(sizes().small).widest([gains, losses]) * POINT + 4.0
    for row, (word, sign, steps) in enumerate(
        ((gains, "+", colours().gains), (losses, "−", colours().losses))
    ):
        middle = top + row * 6.0
        page.text(page.left, middle, word, sizes().small, colour=colours().quiet)
        for place, (colour, told) in enumerate(zip(shades.colours(steps), ranges, strict=True)):
            x = first + place * wide
            _swatch(page, x, middle, colour, sign)
            page.text(x + SWATCH + 2.0, middle, told, sizes().small)
    _swatch(page, first, top + 12.0, colours().paper, "0")
    page.text(first + SWATCH + 2.0, top + 12.0, say("no difference as written"), sizes().small)


def _swatch(page: Page, x: float, middle: float, colour: str, sign: str) -> None:
    page.shape(box(x, middle - 2.2, SWATCH, 4.4), colour, edge=colours().rule)
    at = x + SWATCH / 2
    page.text(at, middle, sign, sizes().small, colour=text_on(colour), bold=True, side="center")
