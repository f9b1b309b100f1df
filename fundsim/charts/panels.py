"""Small pictures of years, side by side and below one another, on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.fan import round_years, spread_out
from fundsim.charts.figures import money
from fundsim.charts.language import phrase, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = 5.0  # height of the title of a row, in millimetres
HEAD = 5.0  # of a panel's heading
HIGH = 21.0  # of its picture
BETWEEN = 4.0  # from a panel to the one below
BELOW = 5.5  # for the years below the last one
APART = 3.3  # between two lines of figures
TIGHT = 7.2  # size of a figure
EARLY = 0.6  # a line that ends in this part of the years has room for figures beside it
CLEAR = 1.5  # from the axis to the middle of a figure
BESIDE = 6.0  # from one column to the next


def kept(table: Table) -> Table:
    """Keep a few rows, that they are not read again and again."""
    rows = list(table.rows())
    return Table(table.name, table.columns, lambda: rows)


@dataclass(frozen=True)
class Panel:
    """One measure year by year: a line, and a band about it where single paths are known.

    `low`, `line` and `high` are `(year,)` in pounds, nan where there is nothing to draw. Panels of
    one `scale` share it; `nothing` is written where there is nothing.
    """

    heading: str
    low: Real
    line: Real
    high: Real
    dashed: bool = False
    scale: str = ""
    nothing: str = phrase("nothing")

    @classmethod
    def of(
        cls,
        table: Table,
        heading: str,
        *,
        flow: bool,
        mean: bool = False,
        scale: str = "",
        nothing: str = phrase("nothing"),
    ) -> Panel:
        """Read a panel off the rows of one measure: the middle future, or the mean if asked for.

        Without quantiles it shows the mean alone, in dashes. Of a flow the years before it begins
        and after it has ended on every path are not drawn; what is below zero is handed over.
        """
        low, middle, high, average = (table.numbers(c) for c in ("p05", "p50", "p95", "mean"))
        dashed = not mean and bool(np.isnan(middle).all())
        line = np.array(average if mean or dashed else middle)
        moved = np.any([np.nan_to_num(f) != 0 for f in (low, average, high)], axis=0)
        if flow or not moved.any():
            rows = np.flatnonzero(moved)
            outside = np.ones(len(line), np.bool_)
            if len(rows):
                outside[rows[0] : rows[-1] + 1] = False
            for figures in (low, line, high):
                figures[outside] = np.nan
        return cls(heading, low, line, high, dashed, scale, nothing)

    @property
    def top(self) -> float:
        """The largest figure to be drawn; nan if there is none."""
        figures = np.concatenate([self.line, self.high])
        figures = figures[~np.isnan(figures)]
        return float(figures.max()) if len(figures) else np.nan

    @property
    def bottom(self) -> float:
        """The smallest figure to be drawn; nan if there is none."""
        figures = np.concatenate([self.line, self.low])
        figures = figures[~np.isnan(figures)]
        return float(figures.min()) if len(figures) else np.nan

    @property
    def certain(self) -> bool:
        """Whether the band has no width in any year, or there is none."""
        return bool((np.nan_to_num(self.high - self.low) == 0).all())

    @property
    def last(self) -> int | None:
        """The row of the last year that is drawn."""
        rows = np.flatnonzero(~np.isnan(self.line))
        return int(rows[-1]) if len(rows) else None

    @property
    def ends(self) -> list[float]:
        """What is written where the line ends: it and the band's edges, each once, from below."""
        if self.last is None:
            return []
        low, line, high = (float(f[self.last]) for f in (self.low, self.line, self.high))
        edges = [edge for edge in (low, high) if not np.isnan(edge) and money(edge) != money(line)]
        return sorted([line, *edges])


@dataclass(frozen=True)
class Grid:
    """Panels in columns, all on the same years; `years` are their names.

    `titles` stand above the rows, where these have any.
    """

    first: int
    years: Sequence[str]
    columns: Sequence[Sequence[Panel]]
    titles: Sequence[str] = ()

    @property
    def step(self) -> float:
        """From a row to the one below it."""
        return (TITLE if self.titles else 0.0) + HEAD + HIGH + BETWEEN

    @property
    def high(self) -> float:
        """How much of a sheet it takes."""
        return max(len(column) for column in self.columns) * self.step - BETWEEN + BELOW

    def ends(self, panel: Panel) -> tuple[float, float]:
        """Both ends of a panel's scale, zero or less and above it: its own, or of all alike."""
        alike = [p for column in self.columns for p in column if p.scale and p.scale == panel.scale]
        drawn = [p for p in (alike or [panel]) if p.last is not None]
        low = min([0.0, *(p.bottom for p in drawn)])
        high = max([0.0, *(p.top for p in drawn)])
        return low * 1.06, high * 1.06 or -low * 0.3 or 1.0


def draw_grid(page: Page, grid: Grid, top: float) -> None:
    """Draw panels from a height of a sheet on."""
    title = TITLE if grid.titles else 0.0
    for row, text in enumerate(grid.titles):
        _heading(page, text, page.left, top + row * grid.step, page.right - page.left, bold=True)
    count = len(grid.columns)
    wide = (page.right - page.left - (count - 1) * BESIDE) / count
    for number, column in enumerate(grid.columns):
        left = page.left + number * (wide + BESIDE)
        before = max(_room_before(grid, panel) for panel in column)
        after = max(_room_after(panel) for panel in column)
        for row, panel in enumerate(column):
            at = top + row * grid.step + title
            _heading(page, panel.heading, left, at, wide, bold=not grid.titles)
            last = row == len(column) - 1
            _draw(page, grid, panel, (left + before, left + wide - after), at + HEAD, last=last)


def _heading(page: Page, text: str, left: float, top: float, room: float, *, bold: bool) -> None:
    clean = page.letters.drawable(text)
    line = Ruler(sizes().small, bold=bold).shortened(clean, room / POINT, lines=1)[0]
    page.text(
        left,
        top + 2.0,
        line,
        sizes().small,
        bold=bold,
        colour=colours().ink if bold else colours().quiet,
    )


def _room_before(grid: Grid, panel: Panel) -> float:
    return Ruler(TIGHT).widest([money(tick) for tick in _ticks(*grid.ends(panel))]) * POINT + 1.5


def _room_after(panel: Panel) -> float:
    """Leave room for the figures at the end, unless the line ends long before."""
    if panel.last is None or panel.last + 1 < EARLY * len(panel.line):
        return 2.0
    return Ruler(TIGHT, bold=True).widest([money(end) for end in panel.ends]) * POINT + 2.5


def _ticks(low: float, high: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found if low <= tick <= high]


def _draw(
    page: Page, grid: Grid, panel: Panel, across: tuple[float, float], top: float, *, last: bool
) -> None:
    left, right = across
    bottom, ends = top + HIGH, grid.ends(panel)
    axes = page.axes(left, top, right, bottom)
    axes.set_ylim(*ends)
    _years(axes, grid, (right - left) / POINT, last=last)
    if panel.last is None:
        axes.set_yticks([])
        page.text(
            (left + right) / 2,
            (top + bottom) / 2,
            say(panel.nothing),
            TIGHT,
            colour=colours().quiet,
            side="center",
        )
        return
    ticks = _ticks(*ends)
    axes.set_yticks(ticks, [money(tick) for tick in ticks])
    axes.tick_params(axis="y", labelsize=points(TIGHT), pad=points(2))
    axes.grid(axis="y", color=colours().rule, linewidth=0.6)
    _line(axes, panel)
    _figures(page, panel, axes, (left, right), (top, bottom))


def _years(axes: Axes, grid: Grid, room: float, *, last: bool) -> None:
    """Put the same years below every panel, named below the last one of a column."""
    begin, count = grid.first, len(grid.years)
    end = begin + count - 1
    axes.set_xlim((begin, end) if count > 1 else (begin - 0.5, begin + 0.5))
    fitting = int(room / (Ruler(TIGHT).widest([*grid.years]) * 1.35))
    shown = round_years(begin, end, max(fitting, 2))
    names = [grid.years[year - begin] for year in shown] if last else []
    axes.set_xticks(shown, names if last else [""] * len(shown))
    axes.tick_params(
        axis="x", length=points(2.5), color=colours().quiet, pad=points(2), labelsize=points(TIGHT)
    )
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)


def _line(axes: Axes, panel: Panel) -> None:
    begin, _ = axes.get_xlim()
    years = np.arange(len(panel.line)) + np.ceil(begin)
    low, line, high = panel.low, panel.line, panel.high
    style = (0, (3, 1.5)) if panel.dashed else "solid"
    alone = int((~np.isnan(line)).sum()) == 1
    if alone:  # one year is drawn as wide as it is long
        year = float(years[~np.isnan(line)][0])
        years = np.array([year - 0.5, year + 0.5])
        low, line, high = (np.repeat(f[panel.last], 2) for f in (low, line, high))
    axes.fill_between(years, low, high, color=colours().outer, linewidth=0, zorder=1)
    axes.plot(years, line, color=colours().line, linewidth=1.5, linestyle=style, zorder=3)


def _figures(
    page: Page,
    panel: Panel,
    axes: Axes,
    across: tuple[float, float],
    between: tuple[float, float],
) -> None:
    """Write where line and band end, beside the last year that is drawn, clear of the axis."""
    assert panel.last is not None  # noqa: S101 - asked before, for the type checker
    (left, right), (top, bottom) = across, between
    begin, end = axes.get_xlim()
    year = np.ceil(begin) + panel.last
    x = left + (right - left) * (year - begin) / (end - begin) + 1.2
    if len(panel.line) == 1 or int((~np.isnan(panel.line)).sum()) == 1:
        x += (right - left) * 0.5 / (end - begin)
    least, most = axes.get_ylim()
    zero = top + (bottom - top) * most / (most - least)
    at = [zero - value * (bottom - top) / (most - least) for value in panel.ends]
    under = sum(value < 0 for value in panel.ends)
    free = spread_out(at[:under], APART, bottom + 1.2, zero + CLEAR) if under else []
    free += spread_out(at[under:], APART, zero - CLEAR, top) if under < len(at) else []
    for value, middle in zip(panel.ends, free, strict=True):
        own = value == panel.line[panel.last]
        page.text(
            x,
            middle,
            money(value),
            TIGHT,
            bold=own,
            colour=colours().line if own else colours().quiet,
        )
