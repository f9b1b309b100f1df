"""The fan itself: two bands and a line, each named where it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.figures import year_of
from fundsim.charts.language import phrase, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEVELS = ("p05", "p25", "p50", "p75", "p95")
NAMES = (
    *(phrase("1 in 20 below"), phrase("1 in 4 below"), phrase("middle future")),
    *(phrase("1 in 4 above"), phrase("1 in 20 above")),
)

HEIGHT = 72.0  # of the drawing, in millimetres
BELOW = 6.0  # of that, for the years
NAME = 30.0  # room for the meaning of an edge
APART = 4.6  # between the middles of two lines of labels
TICKS = 6  # years named below a fan, at most


@dataclass(frozen=True)
class Fan:
    """Quantiles of the futures, `(level, year)`, for the years that are drawn."""

    years: tuple[int, ...]
    words: tuple[str, ...]
    levels: Real
    certain: bool

    @classmethod
    def of(cls, table: Table, start: date, *, flow: bool = False) -> Fan:
        """Read a fan off a table of years, without the years that have no figure.

        It is certain where all futures are the same: no spread, and no error of the mean.

        For a flow the years before it begins and after it has ended on every path go too.
        """
        levels = np.array([table.numbers(level) for level in LEVELS])
        labels = [int(label) for label in table.column("year")]
        shown = ~np.isnan(levels).any(axis=0)
        if flow:
            shown &= (levels > 0).any(axis=0) | (table.numbers("mean") > 0)
        rows = np.flatnonzero(shown)
        rows = np.arange(rows[0], rows[-1] + 1)
        years = tuple(labels[row] for row in rows)
        levels = levels[:, rows]
        certain = bool((levels[0] == levels[-1]).all() and not (table.numbers("se") > 0).any())
        return cls(years, tuple(year_of(year, start) for year in years), levels, certain)


@dataclass(frozen=True)
class Scale:
    """How a fan's figures are written, and the one that has a name of its own, if any."""

    ends: Callable[[float], str]
    ticks: Callable[[float], str]
    mark: tuple[float, str] | None = None


def draw_fan(fan: Fan, words: Words, scale: Scale) -> Figure:
    """Draw a fan from zero up."""
    page = Page(words, HEIGHT)
    top = float(fan.levels[-1].max()) * 1.05
    top = max(top, scale.mark[0] * 1.1) if scale.mark else top
    ticks = _ticks(top, scale.mark)
    left = page.left + _room_at_left([scale.ticks(tick) for tick in ticks], scale.mark)
    values = [scale.ends(float(value)) for value in fan.levels[:, -1]]
    right = (
        page.right - Ruler(sizes().label, bold=True).widest(values) * POINT - _room_for_names(fan)
    )
    axes = page.axes(left, page.top, right, page.bottom - BELOW)
    axes.set_ylim(0.0, top)
    _bands(axes, fan)
    _years_below(axes, fan)
    axes.set_yticks(ticks, [scale.ticks(tick) for tick in ticks])
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    down = (page.bottom - BELOW - page.top) / top
    if scale.mark:
        value, name = scale.mark
        axes.axhline(value, color=colours().ink, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2.5)
        page.text(left - 1.5, page.bottom - BELOW - value * down, name, sizes().small, side="right")
    _named_ends(page, fan, values, right, down)
    return page.figure


def _ticks(top: float, mark: tuple[float, str] | None) -> list[float]:
    """Choose round values, none so near a named one that their words would touch."""
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, top)
    named = mark[0] if mark else -top
    return [float(t) for t in found if 0 <= t <= top and abs(t - named) > 0.06 * top]


def _room_at_left(ticks: list[str], mark: tuple[float, str] | None) -> float:
    named = Ruler(sizes().small).width(mark[1]) if mark else 0.0
    return max(Ruler(sizes().label).widest(ticks), named) * POINT + 2.0


def _names(fan: Fan) -> list[str]:
    """Say what the edges are, from below; only the middle one is named where all are the same."""
    return [say("every future") if fan.certain else say(name) for name in NAMES]


def _room_for_names(fan: Fan) -> float:
    """Give names the usual room, or what they take in a language of longer words."""
    return max(NAME, 6.0 + 1.6 + Ruler(sizes().small).widest(_names(fan)) * POINT)


def _bands(axes: Axes, fan: Fan) -> None:
    years, levels = np.array(fan.years, np.float64), fan.levels
    if len(years) == 1:  # one year is drawn as wide as it is long
        years, levels = np.array([years[0] - 0.5, years[0] + 0.5]), np.repeat(levels, 2, axis=1)
    for low, high, colour in ((0, 4, colours().outer), (1, 3, colours().inner)):
        axes.fill_between(years, levels[low], levels[high], color=colour, linewidth=0, zorder=1)
    axes.plot(
        years, levels[2], color=colours().line, linewidth=2.0, zorder=3, solid_capstyle="butt"
    )


def _years_below(axes: Axes, fan: Fan) -> None:
    first, last = fan.years[0], fan.years[-1]
    shown = round_years(first, last)
    axes.set_xlim((first, last) if last > first else (first - 0.5, first + 0.5))
    axes.set_xticks(shown, [fan.words[year - first] for year in shown])
    axes.tick_params(
        axis="x",
        length=points(3),
        color=colours().quiet,
        pad=points(3),
        labelsize=points(sizes().small),
    )
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)


def round_years(first: int, last: int, most: int = TICKS) -> list[int]:
    """Choose the years to be named: the first, the last, and round ones well between them.

    >>> round_years(2022, 2070)
    [2022, 2030, 2040, 2050, 2060, 2070]
    """
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200) if (last - first) / s < most)
    between = range(first - first % step + step, last, step)
    apart = 0.7 * step
    inside = [year for year in between if year - first >= apart and last - year >= apart]
    return sorted({first, *inside, last})


def _named_ends(page: Page, fan: Fan, values: list[str], right: float, down: float) -> None:
    """Write value and meaning of each edge at the right, no two on top of one another."""
    rows = [2] if fan.certain else list(range(len(LEVELS)))
    at = [page.bottom - BELOW - float(fan.levels[row, -1]) * down for row in rows]
    column = right + 6.0 + Ruler(sizes().label, bold=True).widest(values) * POINT
    lead = (right + 0.6, right + 1.8, right + 3.6, right + 4.4)
    free = spread_out(at, APART, page.bottom - BELOW + 1.0, page.top - 1.0)
    for row, place, middle in zip(rows, at, free, strict=True):
        page.line(lead, (place, place, middle, middle), colours().quiet, 0.5)
        colour = colours().line if row == 2 else colours().ink
        page.text(column, middle, values[row], bold=True, side="right", colour=colour)
        page.text(column + 1.6, middle, _names(fan)[row], sizes().small, colour=colours().quiet)


def spread_out(places: Sequence[float], apart: float, most: float, least: float) -> list[float]:
    """Move places that are too close, as little as may be, keeping their order and in bounds.

    Places descend. Neighbours that touch are joined in a group about their common middle, and
    groups that touch are joined in turn.

    >>> spread_out([10.0, 9.0, 2.0], 3.0, most=20.0, least=0.0)
    [11.0, 8.0, 2.0]
    >>> spread_out([10.0, 9.0, 2.0], 3.0, most=10.0, least=0.0)
    [10.0, 7.0, 2.0]
    """
    last = len(places) - 1
    groups: list[list[float]] = []
    for row, place in enumerate(places):
        inside = max(min(place, most - row * apart), least + (last - row) * apart)
        groups.append([inside])
        while len(groups) > 1 and _gap(groups[-2], groups[-1], apart) < 0:
            below = groups.pop()
            groups[-1] += below
    return [spot for group in groups for spot in _spots(group, apart)]


def _spots(group: list[float], apart: float) -> list[float]:
    middle, last = sum(group) / len(group), len(group) - 1
    return [middle + (last / 2 - row) * apart for row in range(len(group))]


def _gap(above: list[float], below: list[float], apart: float) -> float:
    return _spots(above, apart)[-1] - _spots(below, apart)[0] - apart
