"""Drawing breadth against depth: areas along, pounds a year up, each amount named at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.fan import spread_out
from fundsim.charts.figures import money, percent, whole
from fundsim.charts.language import counted, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Dash, Page
from fundsim.charts.ranking import evenly
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.tiling import fitting
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HIGH = 84.0  # of the drawing, in millimetres
ABOVE = 6.0  # for what stands above it
BELOW = 10.0  # for numbers of areas and what they are
NAME = 62.0  # room for names
LEAD = 8.0  # from the drawing to a name
TIGHT = 7.2  # size of the second line of a name
ROW = 8.4  # from name to name, of two lines
NAMED = 9  # amounts that are named; of more some, evenly chosen
DASHES: tuple[Dash, ...] = ("solid", (0, (5, 2)), (0, (1.5, 1.5)))  # of each number of years
HEADROOM = 1.06  # room beyond the largest figures, in parts of the scale


@dataclass(frozen=True)
class Steps:
    """Amounts for each area: pounds, years, pounds a year, areas paid, and need reached.

    `chosen_by` is what areas are chosen by, `in_need` says who is in need.
    """

    each: Real
    years: Real
    a_year: Real
    areas: Real
    covered: Real
    pot: float
    chosen_by: str
    in_need: str

    @classmethod
    def of(cls, table: Table) -> Steps:
        """Read the chart's table."""
        columns = ("each", "years", "a_year", "areas", "share_of_people_in_need")
        each, years, a_year, areas, covered = (table.numbers(column) for column in columns)
        pot = float(table.numbers("paid")[0] + table.numbers("left_over")[0])
        words = table.column("chosen_by")[0], table.column("in_need_are")[0]
        return cls(each, years, a_year, areas, covered, pot, *words)

    @property
    def ends(self) -> tuple[int, int]:
        """The rows with the fewest and the most areas."""
        return int(np.argmin(self.areas)), int(np.argmax(self.areas))

    @property
    def spans(self) -> list[float]:
        """The numbers of years that there are."""
        return list(dict.fromkeys(self.years.tolist()))

    def of_span(self, span: float) -> list[int]:
        """Give the rows of a number of years, fewest areas first."""
        rows = np.flatnonzero(self.years == span)
        order = np.lexsort((-self.a_year[rows], self.areas[rows]))
        return [int(row) for row in rows[order]]

    @property
    def named(self) -> list[int]:
        """The rows that are named, from the most a year down."""
        order = np.lexsort((self.areas, -self.a_year))
        return [int(row) for row in order[evenly(len(order), NAMED)]]

    def said(self, row: int) -> tuple[str, str]:
        """Write an amount in two lines: what each area gets, and what that reaches."""
        first = say("{pounds} a year", pounds=money(float(self.a_year[row])))
        if len(self.spans) > 1:
            years = counted(int(self.years[row]), "year")
            first = say("{amount} for {years}", amount=first, years=years)
        return first, say(
            "{pounds} each, {areas}, {share} of need",
            pounds=money(float(self.each[row])),
            areas=counted(int(self.areas[row]), "area"),
            share=percent(float(self.covered[row])),
        )


def draw_steps(steps: Steps, words: Words) -> Figure:
    """Draw amounts by the areas that they reach, a line for each number of years."""
    named = steps.named
    high = max(HIGH, len(named) * ROW)
    page = Page(words, ABOVE + high + BELOW)
    ticks, names = _ticks(float(steps.a_year.max()) * HEADROOM)
    left = page.left + Ruler(sizes().small).widest(names) * POINT + 2.0
    right, top = page.right - NAME - LEAD, page.top + ABOVE
    axes = page.axes(left, top, right, top + high)
    across, up = float(steps.areas.max()) * HEADROOM, float(steps.a_year.max()) * HEADROOM
    axes.set_xlim(0.0, across)
    axes.set_ylim(0.0, up)
    axes.set_yticks(ticks, names)
    counts = _round_counts(across)
    axes.set_xticks(counts, [whole(count) for count in counts])
    axes.tick_params(labelsize=points(sizes().small), pad=points(4))
    axes.grid(color=colours().rule, linewidth=0.7)
    for span, dash in zip(steps.spans, cycle(DASHES), strict=False):
        rows = steps.of_span(span)
        axes.plot(
            steps.areas[rows], steps.a_year[rows], color=colours().quiet, linestyle=dash, zorder=1
        )
    axes.plot(
        steps.areas, steps.a_year, "o", color=colours().line, markersize=5, zorder=3, clip_on=False
    )
    _axes_named(page, (left, right), (top, top + high))
    wide = right - left
    places = [
        (row, left + steps.areas[row] / across * wide, top + (1 - steps.a_year[row] / up) * high)
        for row in named
    ]
    _names(page, steps, places, (right, top, top + high))
    return page.figure


def _axes_named(page: Page, across: tuple[float, float], down: tuple[float, float]) -> None:
    """Say what is measured upwards, and what to the right."""
    size, quiet = sizes().small, colours().quiet
    page.text(page.left, down[0] - 4.0, say("Pounds a year for each area"), size, colour=quiet)
    middle, below = sum(across) / 2, down[1] + 8.0
    page.text(middle, below, say("Areas paid"), size, colour=quiet, side="center")


def _ticks(most: float) -> tuple[list[float], list[str]]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, most)
    ticks = [float(tick) for tick in found if 0 <= tick <= most]
    return ticks, [money(tick) for tick in ticks]


def _round_counts(most: float) -> list[int]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=5, integer=True).tick_values(0.0, most)
    return [int(tick) for tick in found if 0 <= tick <= most]


def _names(
    page: Page,
    steps: Steps,
    places: Sequence[tuple[int, float, float]],
    frame: tuple[float, float, float],
) -> None:
    """Name amounts at the right, each at the end of a thin line from its point."""
    right, top, bottom = frame
    upwards = sorted(places, key=lambda place: -place[2])
    middles = spread_out([y for _, _, y in upwards], ROW, bottom - ROW / 2, top + ROW / 2)
    for (row, x, y), middle in zip(upwards, middles, strict=True):
        bend = (x + 1.4, right + 0.8, right + LEAD - 2.5, right + LEAD - 0.8)
        page.line(bend, (y, y, middle, middle), colours().grey, 0.5)
        first, second = steps.said(row)
        size = fitting(first, page.right - right - LEAD, sizes().small)
        page.text(right + LEAD, middle - 1.9, first, size, bold=True)
        page.text(right + LEAD, middle + 1.9, second, TIGHT, colour=colours().quiet)
