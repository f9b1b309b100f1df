"""Drawing two marks an assumption, its first index and its total one, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.figures import housed
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words
from fundsim.results import Table
from fundsim.scenario.keys import undotted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW = 11.0  # of an assumption, in millimetres
APART = 4.4  # its two marks, one below the other
RADIUS = 1.1  # of a mark
ABOVE, BELOW = 8.0, 8.0  # for what the marks are, and for the axis
NAMES = 56.0  # at most, for the assumptions' names
OFF = 1.6  # of a figure from its mark and interval
BETWEEN = 8.0  # what one kind of mark is, and the other


@dataclass(frozen=True)
class Index:
    """A share of the variance, and the interval that it is likely to lie in."""

    share: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """How far to the right it is drawn."""
        return max(self.share, self.high)

    @property
    def said(self) -> str:
        """The share as a whole percentage."""
        return percent(self.share)


@dataclass(frozen=True)
class Row:
    """An assumption, and what it accounts for: by itself, and with others too."""

    name: str
    first: Index
    total: Index


@dataclass(frozen=True)
class Dots:
    """One measure's indices, in the order in which they are drawn."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, table: Table) -> Dots:
        """Read the indices off their table."""
        made = [
            [
                Index(*map(float, each))
                for each in zip(
                    *(table.numbers(f"{kind}{end}") for end in ("", "_low", "_high")), strict=True
                )
            ]
            for kind in ("first", "total")
        ]
        names = map(in_words, table.column("assumption"))
        return cls(tuple(Row(*row) for row in zip(names, *made, strict=True)))

    @property
    def alone(self) -> float:
        """The share that all assumptions make one by one, from 0 to 1."""
        return float(np.clip(sum(row.first.share for row in self.rows), 0, 1))

    @property
    def span(self) -> tuple[float, float]:
        """What the axis has to show: nothing, and all marks with their intervals."""
        each = [index for row in self.rows for index in (row.first, row.total)]
        return min(0.0, *(min(i.low, i.share) for i in each)), max(i.reach for i in each)


def in_words(name: str) -> str:
    """Write a dotted key so that its words can stand on two lines; another name is left as it is.

    >>> in_words("markets.assets.global_equity.volatility"), in_words("managers' fee")
    ('markets: assets: global equity: volatility', "managers' fee")
    """
    try:
        return ": ".join(part.replace("_", " ") for part in undotted(name))
    except ValueError:
        return name


def percent(share: float) -> str:
    """Write a share as a whole percentage.

    >>> percent(0.426), percent(-0.031), percent(-0.001)
    ('43%', '−3%', '0%')
    """
    whole = round(100 * share)
    return housed(f"{'−' if whole < 0 else ''}{abs(whole)}%")


def draw_dots(dots: Dots, words: Words) -> Figure:
    """Draw all indices beside the line of nothing."""
    page = Page(words, ABOVE + ROW * len(dots.rows) + BELOW, [row.name for row in dots.rows])
    names = Ruler(sizes().label)
    clean = page.letters.drawable
    lines = [names.shortened(clean(row.name), NAMES / POINT, lines=2) for row in dots.rows]
    left = page.left + max(names.widest(each) for each in lines) * POINT + 4.0
    figures = Ruler(sizes().small)
    told = [index.said for row in dots.rows for index in (row.first, row.total)]
    right = page.right - figures.widest(told) * POINT - OFF - RADIUS
    low, high = dots.span
    place = _Place(left + RADIUS, (right - left - RADIUS) / (high - low), low)
    top, bottom = page.top + ABOVE, page.bottom - BELOW
    _key(page, left)
    _axis(page, place, (low, high), (top, bottom))
    for number, row in enumerate(dots.rows):
        middle = top + (number + 0.5) * ROW
        page.lines(page.left, middle, lines[number], sizes().label)
        for index, side, whole in ((row.first, -1, False), (row.total, 1, True)):
            _mark(page, place, index, middle + side * APART / 2, whole=whole)
    return page.figure


@dataclass(frozen=True)
class _Place:
    """Where the least share is on the sheet, and how many millimetres a share of all takes."""

    left: float
    scale: float
    least: float

    def along(self, share: float) -> float:
        """Say how far to the right a share is."""
        return self.left + self.scale * (share - self.least)


def _mark(page: Page, place: _Place, index: Index, middle: float, *, whole: bool) -> None:
    """Draw an index and its interval: a disc, or a ring where it is not the whole."""
    ends = place.along(index.low), place.along(index.high)
    page.line(ends, (middle, middle), colours().ink, 0.9)
    _disc(page, place.along(index.share), middle, whole=whole)
    beside = place.along(index.reach) + RADIUS + OFF
    page.text(beside, middle, index.said, sizes().small)


def _disc(page: Page, x: float, y: float, *, whole: bool) -> None:
    page.disc(x, y, RADIUS, colours().line if whole else colours().paper, edge=colours().line)


def _key(page: Page, left: float) -> None:
    """Say above the drawing which mark is which."""
    x, y = left, page.top + ABOVE / 2 - 1.0
    ruler = Ruler(sizes().small)
    for words, whole in ((say("by itself"), False), (say("with others too"), True)):
        _disc(page, x + RADIUS, y, whole=whole)
        page.text(x + 2 * RADIUS + OFF, y, words, sizes().small)
        x += 2 * RADIUS + OFF + ruler.width(words) * POINT + BETWEEN


def _axis(
    page: Page, place: _Place, across: tuple[float, float], down: tuple[float, float]
) -> None:
    """Draw thin lines at round shares, and write those below them."""
    for share in _ticks(*across):
        x = place.along(share)
        nothing = not round(share, 9)
        page.line(
            (x, x),
            down,
            colours().ink if nothing else colours().rule,
            0.9 if nothing else 0.7,
            behind=not nothing,
        )
        page.text(
            x,
            down[1] + 3.4,
            percent(share),
            sizes().small,
            colour=colours().quiet,
            side="center",
        )


def _ticks(low: float, high: float) -> Iterator[float]:
    from matplotlib.ticker import MaxNLocator

    for share in MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high):
        if low <= share <= high:
            yield float(share)
