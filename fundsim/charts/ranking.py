"""Drawing a ranking: every area in one column, and those at its ends by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fundsim.charts.figures import money, per_head, whole
from fundsim.charts.horizon import PER_HEAD
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 10  # areas named at either end
ALL_NAMED = 30  # so many areas can all be named
SINGLY = 120  # so many bars can be told apart
DRAWN = 1_000  # so many areas are drawn of very many

ROW = 6.4  # height of a named area, in millimetres
HEAD = 7.0  # height of a heading
SCALE = 5.0  # of a scale below named areas
GAP = 2.5  # between groups
NAME = 44.0  # room for a name
HALF = 58.0  # width of the ranking of all areas
TIGHT = 7.2  # size of a name of two lines
EDGE = 1.04  # room for the last dot, in parts of the scale
FOOT = 1.012  # room below the last rank


@dataclass(frozen=True)
class Ranking:
    """Areas from most to least: `(area,)` mean and quantiles of pounds a head a year.

    It is `certain` where all futures are the same.
    """

    names: tuple[str, ...]
    mean: Real
    low: Real
    high: Real
    quantile_paths: int
    certain: bool

    @classmethod
    def of(cls, table: Table) -> Ranking:
        """Read a ranking off its table."""
        rows = list(table.rows())
        kept = Table(table.name, table.columns, lambda: rows)
        low, mean, high, error = (
            kept.numbers(PER_HEAD.format(figure)) for figure in ("p05", "mean", "p95", "se")
        )
        return cls(
            names=tuple(kept.column("name")),
            mean=mean,
            low=low,
            high=high,
            quantile_paths=int(kept.column("quantile_paths")[0]),
            certain=bool((low == high).all() and not (error > 0).any()),
        )

    @property
    def middle(self) -> int:
        """The row of the area in the middle; of two, the one with more."""
        return (len(self.names) - 1) // 2

    @property
    def all_named(self) -> bool:
        """Whether the areas are so few that all are named."""
        return len(self.names) <= ALL_NAMED

    @property
    def figures(self) -> tuple[Real, Real, Real]:
        """Lower end, mean and upper end of each area's bar."""
        return self.low, self.mean, self.high

    @property
    def largest(self) -> float:
        """The largest figure to be drawn."""
        return float(max(self.mean.max(), self.high.max()))


def draw_ranking(ranking: Ranking, words: Words) -> Figure:
    """Draw areas by rank: by name where they are few, else all of them and the ends by name."""
    if ranking.all_named:
        members = range(len(ranking.names))
        page = Page(words, len(members) * ROW + SCALE, ranking.names)
        _Named(page, ranking, page.left, 1.5 * NAME).rows(page.top, members)
        return page.figure
    groups = _groups(ranking)
    count = sum(len(members) for _, members in groups)
    names = [ranking.names[row] for _, members in groups for row in members]
    blanks = len(groups) * (HEAD + SCALE) + (len(groups) - 1) * GAP
    page = Page(words, count * ROW + blanks, names)
    named = _Named(page, ranking, page.left + HALF + 8.0, NAME)
    top, places = page.top, []
    for heading, members in groups:
        page.text(named.left, top + HEAD - 3.0, heading, sizes().small, colour=colours().quiet)
        places.append((top + HEAD, named.rows(top + HEAD, members)))
        top = places[-1][1] + SCALE + GAP
    _everyone(page, ranking, [members for _, members in groups], places)
    return page.figure


def _groups(ranking: Ranking) -> list[tuple[str, range]]:
    """Choose the areas that are named, and say why they are; in the order of their ranks.

    Where many get nothing, those with least are taken from the others.
    """
    count, middle = len(ranking.names), ranking.middle
    paid = int((ranking.mean > 0).sum())
    last, least, nothing = count, say("The {named} with least", named=NAMED), whole(count - paid)
    if count - paid > NAMED:
        least = say("The {named} with least; {more} more get nothing", named=NAMED, more=nothing)
        last = paid
    if last < 2 * NAMED:
        least = say("{named} of the {nothing} that get nothing", named=NAMED, nothing=nothing)
        last = count
    groups = [
        (say("The {named} with most", named=NAMED), range(NAMED)),
        (say("In the middle of {count}", count=whole(count)), range(middle, middle + 1)),
        (least, range(last - NAMED, last)),
    ]
    return sorted(groups, key=lambda group: group[1].start)


class _Named:
    """A column of areas by name, each with its dot, its bar and its figure."""

    def __init__(self, page: Page, ranking: Ranking, left: float, room: float) -> None:
        self.page, self.ranking, self.left, self.room = page, ranking, left, room
        figures = (
            Ruler(sizes().label, bold=True).widest([self._said(row) for row in (0, -1)]) * POINT
        )
        self.begin, self.end = left + room + 2.0, page.right - figures - 2.0
        self.axes = page.axes(self.begin, page.top, self.end, page.bottom)
        self.axes.set_ylim(page.bottom, page.top)  # so that a height on the sheet is one here
        self.axes.set_xlim(0.0, ranking.largest * EDGE)
        self.axes.set_xticks([])
        self.axes.set_yticks([])

    def _said(self, row: int) -> str:
        return per_head(float(self.ranking.mean[row]), largest=float(self.ranking.mean[0]))

    def rows(self, top: float, members: range) -> float:
        """Write some areas from a height on, a scale below them; the answer is where they end."""
        bottom = top + len(members) * ROW
        for place, row in enumerate(members):
            self._area(row, top + (place + 0.5) * ROW)
        for place in range(len(members) + 1):
            self.page.line(
                (self.left, self.page.right), (top + place * ROW,) * 2, colours().rule, 0.5
            )
        low, mean, high = (figures[members] for figures in self.ranking.figures)
        middles = top + (np.arange(len(members)) + 0.5) * ROW
        self._scale(top, bottom)
        self.axes.vlines(0.0, top, bottom, color=colours().quiet, linewidth=0.8)
        self.axes.hlines(middles, low, high, color=colours().inner, linewidth=4.0)
        self.axes.plot(mean, middles, "o", color=colours().line, markersize=5, clip_on=False)
        return bottom

    def _scale(self, top: float, bottom: float) -> None:
        """Draw light lines at a few round figures, and write below what they are."""
        middle, whole = bottom + 0.55 * SCALE, self.ranking.largest * EDGE
        ticks, names = _fitting_pounds(whole, (self.end - self.begin) / POINT)
        self.axes.vlines(ticks, top, bottom, color=colours().rule, linewidth=0.7, zorder=0.5)
        for tick, name in zip(ticks, names, strict=True):
            x = self.begin + (self.end - self.begin) * tick / whole
            self.page.text(x, middle, name, TIGHT, colour=colours().quiet, side="center")
        self.page.text(
            self.left, middle, say("Pounds a head a year"), TIGHT, colour=colours().quiet
        )

    def _area(self, row: int, middle: float) -> None:
        name, room = self.page.letters.drawable(self.ranking.names[row]), self.room / POINT
        if Ruler(sizes().small).width(name) <= room:
            self.page.text(self.left, middle, name, sizes().small)
        else:
            lines = Ruler(TIGHT).shortened(name, room, lines=2)
            self.page.lines(self.left, middle, lines, TIGHT)
        self.page.text(self.page.right, middle, self._said(row), bold=True, side="right")


def _everyone(
    page: Page, ranking: Ranking, groups: Sequence[range], places: Sequence[tuple[float, float]]
) -> None:
    """Draw every area by rank, and show where the named ones stand."""
    count = len(ranking.names)
    ranks = round_ranks(count)
    left = page.left + Ruler(sizes().small).widest([whole(rank) for rank in ranks]) * POINT + 2.0
    right = page.left + HALF
    top, bottom = page.top + HEAD, page.bottom - 6.0
    down = (bottom - top) / (FOOT * count)
    for rows, (high, low) in zip(groups, places, strict=True):
        begin, end, far = top + rows.start * down, top + rows.stop * down, right + 6.5
        page.shape(
            [(left, begin), (right, begin), (far, high), (far, low), (right, end), (left, end)],
            colours().shade,
        )
    axes = page.axes(left, top, right, bottom)
    axes.set_ylim(0.5 + FOOT * count, 0.5)
    axes.set_xlim(0.0, ranking.largest * EDGE)
    _bars(axes, ranking)
    axes.set_yticks(ranks, [whole(rank) for rank in ranks])
    _pounds_below(axes)
    axes.tick_params(labelsize=points(sizes().small), pad=points(3))
    heading = say("All {count} by rank", count=whole(count))
    if count > DRAWN:
        heading = say(
            "All {count} by rank, {drawn} of them drawn", count=whole(count), drawn=whole(DRAWN)
        )
    page.text(page.left, top - 3.0, heading, sizes().small, colour=colours().quiet)


def _bars(axes: Axes, ranking: Ranking) -> None:
    """Draw every area's bar and mean; where they would run together, as a band and a line.

    Of very many areas some evenly chosen ones are drawn.
    """
    shown = evenly(len(ranking.names), DRAWN)
    ranks = shown + 1.0
    low, mean, high = (figures[shown] for figures in ranking.figures)
    if len(shown) > SINGLY:
        axes.fill_betweenx(ranks, low, high, color=colours().outer, linewidth=0, step="mid")
        axes.plot(mean, ranks, color=colours().line, linewidth=2.0)
    else:
        axes.hlines(ranks, low, high, color=colours().inner, linewidth=1.2)
        axes.plot(mean, ranks, "o", color=colours().line, markersize=2.4)


def evenly(count: int, most: int) -> NDArray[np.int64]:
    """Choose at most so many of `count` rows, evenly, the first and the last among them."""
    places = np.linspace(0, count - 1, min(count, most))
    return np.rint(places).astype(np.int64)


def round_ranks(count: int) -> list[int]:
    """Choose the ranks to be named: the first, the last, and round ones well between them.

    >>> round_ranks(361)
    [1, 50, 100, 150, 200, 250, 300, 361]
    """
    step = next(s * 10**k for k in range(1, 9) for s in (1, 2, 5) if count / (s * 10**k) < 8)
    between = range(step, count, step)
    return [1, *(rank for rank in between if count - rank > 0.4 * step), count]


def _pounds_below(axes: Axes) -> None:
    ticks, names = pounds_up_to(axes.get_xlim()[1], 4)
    axes.set_xticks(ticks, names)
    axes.grid(axis="x", color=colours().rule, linewidth=0.7)


def pounds_up_to(top: float, bins: int) -> tuple[list[float], list[str]]:
    """Choose round figures from zero up to `top`, about so many, and write them."""
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, top)
    ticks = [float(tick) for tick in found if 0 <= tick <= top]
    if all(tick == round(tick) for tick in ticks):
        return ticks, [money(tick) for tick in ticks]
    return ticks, [per_head(tick, largest=top) for tick in ticks]


def _fitting_pounds(top: float, room: float) -> tuple[list[float], list[str]]:
    """Choose as many round figures as can be written side by side: zero and one more, or that."""
    ruler = Ruler(TIGHT)
    choices = [pounds_up_to(top, bins) for bins in (4, 3, 2)]
    for ticks, names in choices:
        if room * ticks[1] / top > ruler.widest(names) + ruler.width("  "):
            return ticks, names
    ticks, names = choices[-1]
    ends = slice(0, None, len(ticks) - 1)
    fit = room * ticks[-1] / top > ruler.widest(names) + ruler.width("  ")
    return (ticks[ends], names[ends]) if fit else (ticks[-1:], names[-1:])
