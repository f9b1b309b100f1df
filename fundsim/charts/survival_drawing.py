"""Drawing shares of futures that last: a line a level, each named where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.fan import round_years, spread_out
from fundsim.charts.figures import percent, year_of
from fundsim.charts.language import phrase, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Dash, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 72.0  # of the drawing, in millimetres
BELOW = 6.0  # of that, for the years
SHARES = (0, 0.25, 0.5, 0.75, 1.0)
NAMES = {"1": phrase("whole"), "0.75": phrase("three quarters"), "0.5": phrase("half")}
DASHES: tuple[Dash, ...] = ("solid", (0, (5, 2)), (0, (1.5, 1.5)))
SURE = 1.96  # standard errors to either side that hold 95 in 100 samples
APART = 4.6  # between the middles of two lines of labels


@dataclass(frozen=True)
class Level:
    """Shares of futures that have never been below a level, `(year,)`, and how sure they are."""

    name: str
    shares: Real
    errors: Real


@dataclass(frozen=True)
class Survival:
    """One line a level, on the same years."""

    years: tuple[int, ...]
    words: tuple[str, ...]
    lines: tuple[Level, ...]

    @classmethod
    def of(cls, table: Table, start: date) -> Survival:
        """Read the lines off their table."""
        lines = []
        years: tuple[int, ...] = ()
        for level, name in NAMES.items():
            own = table.where(level=level)
            years = tuple(int(year) for year in own.column("year"))
            errors = np.nan_to_num(own.numbers("se"))
            lines.append(Level(name, own.numbers("share"), errors))
        return cls(years, tuple(year_of(year, start) for year in years), tuple(lines))

    @property
    def uncertain(self) -> bool:
        """Whether any share has an error."""
        return any(line.errors.any() for line in self.lines)


def draw_survival(survival: Survival, words: Words) -> Figure:
    """Draw the lines from none to all futures."""
    page = Page(words, HEIGHT)
    said = [f"{percent(float(line.shares[-1]))}" for line in survival.lines]
    names = [say("never below {level}", level=say(line.name)) for line in survival.lines]
    ruler, wide = Ruler(sizes().label, bold=True), Ruler(sizes().small)
    left = page.left + Ruler(sizes().label).width(percent(1)) * POINT + 2.0
    column = page.right - wide.widest(names) * POINT
    right = column - 1.6 - ruler.widest(said) * POINT - 6.0
    axes = page.axes(left, page.top, right, page.bottom - BELOW)
    axes.set_ylim(0.0, 1.0)
    _lines(axes, survival)
    _years_below(axes, survival)
    axes.set_yticks(SHARES, [percent(share) for share in SHARES])
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    high = page.bottom - BELOW - page.top
    order = sorted(range(len(names)), key=lambda row: float(survival.lines[row].shares[-1]))
    at = [page.bottom - BELOW - float(survival.lines[row].shares[-1]) * high for row in order]
    free = spread_out(at, APART, page.bottom - BELOW, page.top)
    for row, place, middle in zip(order, at, free, strict=True):
        page.line(
            (right + 0.6, right + 1.8, right + 3.6, right + 4.4),
            (place,) * 2 + (middle,) * 2,
            colours().quiet,
            0.5,
        )
        page.text(column - 1.6, middle, said[row], bold=True, side="right", colour=colours().line)
        page.text(column, middle, names[row], sizes().small, colour=colours().quiet)
    return page.figure


def _lines(axes: Axes, survival: Survival) -> None:
    years = np.array(survival.years, np.float64)
    for line, dash in zip(survival.lines, DASHES, strict=True):
        shares, away = line.shares, SURE * line.errors
        if len(years) == 1:  # one year is drawn as wide as it is long
            years = np.array([years[0] - 0.5, years[0] + 0.5])
        if len(shares) < len(years):
            shares, away = np.repeat(shares, 2), np.repeat(away, 2)
        low, high = np.clip(shares - away, 0, 1), np.clip(shares + away, 0, 1)
        axes.fill_between(
            years,
            low,
            high,
            color=colours().outer,
            edgecolor=colours().inner,
            linewidth=0.4,
            zorder=1,
        )
        axes.plot(years, shares, color=colours().line, linewidth=1.8, linestyle=dash, zorder=3)


def _years_below(axes: Axes, survival: Survival) -> None:
    first, last = survival.years[0], survival.years[-1]
    shown = round_years(first, last)
    axes.set_xlim((first, last) if last > first else (first - 0.5, first + 0.5))
    axes.set_xticks(shown, [survival.words[year - first] for year in shown])
    axes.tick_params(
        axis="x",
        length=points(3),
        color=colours().quiet,
        pad=points(3),
        labelsize=points(sizes().small),
    )
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)
