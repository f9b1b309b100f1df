"""Small multiples: the same small picture for each member of a group, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fundsim.charts.figures import per_head, year_of
from fundsim.charts.heat import WHOLE
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 48  # pictures drawn; of more, those of the members that get most a head
HEADING = 6.6  # height of a name of two lines, in millimetres
ROOMY = 40.0  # width from which on a figure stands beside the name
TIGHTER = 0.95  # of the room beside it, that a name may fill: on pixels, text runs a little wider
TIGHT = 7.2  # size of a figure
NAME = 6.4  # size of a name where pictures are narrow
BELOW = 5.0  # for the years below the last row
BETWEEN = 2.0  # from a picture to the one beside it
A_HEAD = "{}_per_head"  # a column of pounds a head, by the figure it holds


@dataclass(frozen=True)
class Small:
    """One picture: pounds a head year by year, and a band about them where single paths are known.

    `low` and `high` are nan where they are not.
    """

    name: str
    low: Real
    line: Real
    high: Real
    mean: float

    @property
    def heading(self) -> str:
        """The name without the words that most of them share."""
        return core(self.name)

    @property
    def last(self) -> float:
        """The last year's figure; nothing after money has ended."""
        return float(np.nan_to_num(self.line[-1]))

    @property
    def top(self) -> float:
        """The largest figure."""
        return float(np.nan_to_num([*self.line, *self.high]).max())


@dataclass(frozen=True)
class Multiples:
    """Pictures in the order in which they are drawn, those with most a head first."""

    years: tuple[str, ...]
    pictures: tuple[Small, ...]

    @classmethod
    def of(cls, table: Table, group: str, start: date) -> Multiples:
        """Read pictures off a table, whose members stand in the column `group`."""
        labels = list(dict.fromkeys(int(year) for year in table.column("year")))
        shape = -1, len(labels)
        names = np.array(table.column(group)).reshape(shape)[:, 0]
        figures = {
            name: table.numbers(A_HEAD.format(name)).reshape(shape)
            for name in ("p05", "p50", "p95", "mean")
        }
        middle = np.where(np.isnan(figures["p50"]), figures["mean"], figures["p50"])
        rows = zip(names, figures["p05"], middle, figures["p95"], figures["mean"], strict=True)
        made = [
            Small(str(name), *_begun(mean, low, line, high), float(mean.mean()))
            for name, low, line, high, mean in rows
        ]
        order = sorted(made, key=lambda each: -each.mean)
        return cls(tuple(year_of(year, start) for year in labels), tuple(order))

    @property
    def drawn(self) -> Sequence[Small]:
        """Those that are drawn."""
        return self.pictures[:MOST]

    @property
    def top(self) -> float:
        """The largest figure that is drawn."""
        return max(each.top for each in self.drawn)

    @property
    def banded(self) -> bool:
        """Whether any picture has a band that is wider than its line."""
        return any(bool((each.high - each.low > 0).any()) for each in self.drawn)

    @property
    def shortened(self) -> bool:
        """Whether some name is written without the words that most share."""
        return any(each.heading != each.name for each in self.drawn)

    @property
    def columns(self) -> int:
        """How many pictures stand side by side."""
        return next(
            c for most, c in ((4, 2), (9, 3), (20, 4), (MOST, 6)) if len(self.drawn) <= most
        )

    @property
    def high(self) -> float:
        """How high a picture is, in millimetres."""
        return {2: 34.0, 3: 26.0, 4: 22.0, 6: 13.0}[self.columns]


@dataclass(frozen=True)
class Frame:
    """Where on the sheet a picture is, in millimetres, and the figure at its top."""

    left: float
    right: float
    top: float
    bottom: float
    most: float

    def down(self, pounds: Any) -> Any:  # noqa: ANN401 - one figure or many
        """Say how far down on the sheet one figure is, or each of many."""
        return self.bottom - pounds * (self.bottom - self.top) / self.most

    def across(self, years: NDArray[np.intp], count: int) -> Real:
        """Say where years are, of so many, from left to right."""
        return np.asarray(self.left + (self.right - self.left) * years / max(count - 1, 1))


def core(name: str) -> str:
    """Leave out of a foundation's name the words that most of them share.

    >>> core("Cumbria Community Foundation"), core("Community Foundation for Surrey")
    ('Cumbria', 'Surrey')
    >>> core("Community Foundation"), core("Wales")
    ('Community Foundation', 'Wales')
    """
    if WHOLE not in name:
        return name
    rest = name.replace(WHOLE, "").strip()
    for word in ("for ", "in ", "serving "):
        rest = rest.removeprefix(word)
    return rest or name


def _begun(mean: Real, *figures: Real) -> tuple[Real, Real, Real]:
    """Leave out the years before money begins and after it has ended on every path."""
    there = np.flatnonzero(mean > 0)
    outside = np.ones(len(mean), np.bool_)
    if len(there):
        outside[there[0] : there[-1] + 1] = False
    low, line, high = (np.where(outside, np.nan, each) for each in figures)
    return low, line, high


def draw_multiples(shown: Multiples, words: Words) -> Figure:
    """Draw the pictures row by row, figures at the left of each row, years below the last ones."""
    columns, step = shown.columns, HEADING + shown.high + BETWEEN
    rows = -(-len(shown.drawn) // columns)
    page = Page(words, rows * step + BELOW, [each.heading for each in shown.drawn])
    top = shown.top * 1.08
    ticks = _ticks(top)
    left = page.left + Ruler(TIGHT).widest([_said(tick, top) for tick in ticks]) * POINT + 1.5
    wide = (page.right - left - (columns - 1) * BETWEEN) / columns
    for place, each in enumerate(shown.drawn):
        x, y = left + place % columns * (wide + BETWEEN), page.top + place // columns * step
        at = Frame(x, x + wide, y + HEADING, y + HEADING + shown.high, top)
        for tick in ticks:
            page.line((at.left, at.right), (at.down(tick),) * 2, colours().rule, 0.6, behind=True)
            if place % columns == 0:
                said = _said(tick, top)
                page.text(x - 1.5, at.down(tick), said, TIGHT, side="right", rise="center")
        _picture(page, each, at)
        _heading(page, each, (x, y + 3.1), wide, shown.top)
        if place + columns >= len(shown.drawn):
            _years(page, shown, (x, x + wide), at.bottom + 2.6)
    return page.figure


def _said(pounds: float, top: float) -> str:
    return per_head(pounds, largest=top)


def _ticks(top: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(0.0, top)
    return [float(tick) for tick in found if 0 <= tick <= top]


def _picture(page: Page, each: Small, at: Frame) -> None:
    """Draw band, line and axis; one year is drawn as wide as it is long."""
    there = np.flatnonzero(~np.isnan(each.line))
    low, line, high = (figures[there] for figures in (each.low, each.line, each.high))
    x = at.across(there, len(each.line))
    if len(there) == 1:
        x = np.array([at.left, at.right]) if len(each.line) == 1 else x + np.array([-0.5, 0.5])
        low, line, high = (np.repeat(figures, 2) for figures in (low, line, high))
    if len(there) and not np.isnan(low).any():
        edge = [*zip(x, at.down(high), strict=True), *zip(x[::-1], at.down(low[::-1]), strict=True)]
        page.shape([(float(across), float(down)) for across, down in edge], colours().outer)
    if len(there):
        page.line(tuple(x.tolist()), tuple(at.down(line).tolist()), colours().line, 1.3)
    page.line((at.left, at.right), (at.bottom, at.bottom), colours().ink, 0.8)


def _heading(page: Page, each: Small, at: tuple[float, float], wide: float, top: float) -> None:
    """Write a name, and the last year's figure: beside it where there is room, else below."""
    x, y = at
    said = _said(each.last, top)
    roomy = wide > ROOMY
    size = sizes().small if roomy else NAME
    beside = Ruler(size, bold=True).width(said) * POINT + 1.2 if roomy else 0.0
    name = page.letters.drawable(each.heading)
    room = TIGHTER * (wide - beside) if roomy else wide
    line = Ruler(size).cut(name, room / POINT)
    page.text(x, y if roomy else y - 1.5, line, size)
    below = (x + wide, y) if roomy else (x, y + 1.4)
    page.text(
        *below, said, size, bold=True, colour=colours().line, side="right" if roomy else "left"
    )


def _years(page: Page, shown: Multiples, across: tuple[float, float], y: float) -> None:
    """Name the first and the last year, where there is room for both."""
    left, right = across
    first, last = shown.years[0], shown.years[-1]
    page.text(right, y, last, NAME, colour=colours().quiet, side="right")
    if first != last and Ruler(NAME).width(first + last) * POINT + 2.0 < right - left:
        page.text(left, y, first, NAME, colour=colours().quiet)
