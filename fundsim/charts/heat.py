"""Drawing a heat map: a row a foundation, a column a year, shaded in a few steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.fan import round_years
from fundsim.charts.figures import decimals, significant, year_of
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

DRAWN = 60  # foundations drawn; of more, those with the longest backlog
ROW = 3.9  # height of a row, in millimetres
HEAD = 5.0  # of a heading
KEY = 11.0  # of the key
BELOW = 5.5  # of the years
NAME = 47.0  # room for a name
FIGURE = 17.0  # and for a figure
TIGHT = 7.2  # size of both
LADDER = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
SHADES = 4  # of the classes' five: so that the lightest still stands out from paper
WHOLE = "Community Foundation"


@dataclass(frozen=True)
class Heat:
    """Rows of years: what waits in years of awards, inf where nothing is awarded.

    The first `never` rows are of foundations that never award though money waits.
    """

    full: tuple[str, ...]
    years: tuple[int, ...]
    cells: Real
    never: int

    @classmethod
    def of(cls, table: Table) -> Heat:
        """Read a heat map off its table."""
        ids, labels = table.column("foundation"), table.column("year")
        names = dict(zip(ids, table.column("name"), strict=True))
        years = tuple(dict.fromkeys(int(label) for label in labels))
        shape = len(names), len(years)
        cells = table.numbers("years_of_backlog").reshape(shape)
        awarded = table.numbers("awarded").reshape(shape)
        never = ~awarded.any(axis=1) & cells.any(axis=1)
        return cls(tuple(names.values()), years, cells, int(never.sum()))

    @property
    def names(self) -> list[str]:
        """The names, shortly."""
        return [short(name) for name in self.full]

    @property
    def shortened(self) -> bool:
        """Whether some drawn name is written shortly."""
        return any(WHOLE in name and short(name) != name for name in self.full[:DRAWN])

    @property
    def last(self) -> list[float]:
        """The last year's backlogs, longest first."""
        return [float(cell) for cell in self.cells[:, -1]]

    @property
    def edges(self) -> tuple[float, ...]:
        """The limits between the classes: the highest is reached by some backlog."""
        finite = self.cells[np.isfinite(self.cells)]
        most = float(finite.max()) if len(finite) else 0.0
        above = next((at for at, edge in enumerate(LADDER) if edge > most), len(LADDER))
        begin = max(0, above - (SHADES - 1))
        return LADDER[begin : begin + SHADES - 1]


def short(name: str) -> str:
    """Write a foundation's name without the words that most of them share.

    >>> short("Cumbria Community Foundation"), short("Community Foundation for Surrey")
    ('Cumbria CF', 'CF for Surrey')
    """
    return name.replace(WHOLE, "CF") if name.strip() != WHOLE else name


def draw_heat(heat: Heat, words: Words) -> Figure:
    """Draw rows in their order, those that never award apart, with the key above."""
    count = min(len(heat.names), DRAWN)
    groups = _groups(heat, count)
    heads = len(groups) * HEAD
    page = Page(words, KEY + heads + count * ROW + BELOW, heat.names[:count])
    _key(page, heat)
    top = page.top + KEY
    for number, (heading, rows) in enumerate(groups):
        page.text(page.left, top + 0.45 * HEAD, heading, sizes().small, colour=colours().quiet)
        if number == 0:
            end = year_of(heat.years[-1], words.facts.start)
            page.text(
                page.right, top + 0.45 * HEAD, end, TIGHT, colour=colours().quiet, side="right"
            )
        last = number == len(groups) - 1
        _rows(page, heat, rows, top + HEAD, words if last else None)
        top += HEAD + len(rows) * ROW
    return page.figure


def _groups(heat: Heat, count: int) -> list[tuple[str, range]]:
    """Set apart those that never award."""
    never = min(heat.never, count)
    groups = [
        (say("Never award, though money waits"), range(never)),
        (
            say("Award, most backlog first") if never else say("Most backlog first"),
            range(never, count),
        ),
    ]
    return [(heading, rows) for heading, rows in groups if len(rows)]


def _rows(page: Page, heat: Heat, rows: range, top: float, words: Words | None) -> None:
    """Write some rows' names and figures, and draw their cells; below the last ones the years."""
    bottom = top + len(rows) * ROW
    axes = page.axes(page.left + NAME, top, page.right - FIGURE, bottom)
    axes.set_xlim(heat.years[0] - 0.5, heat.years[-1] + 0.5)
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.set_xticks([])
    for place, row in enumerate(rows):
        middle = top + (place + 0.5) * ROW
        name = page.letters.drawable(heat.names[row])
        line = Ruler(TIGHT).shortened(name, (NAME - 2.0) / POINT, lines=1)[0]
        page.text(page.left, middle, line, TIGHT)
        page.text(page.right, middle, _figure(heat.last[row]), TIGHT, bold=True, side="right")
        _cells(axes, heat, row, place)
    for place in range(len(rows) + 1):
        axes.axhline(place, color=colours().rule, linewidth=0.6, zorder=3)
    if words:
        first, last = heat.years[0], heat.years[-1]
        shown = round_years(first, last)
        axes.set_xticks(shown, [year_of(year, words.facts.start) for year in shown])
        axes.tick_params(
            axis="x",
            length=points(2.5),
            color=colours().quiet,
            pad=points(2),
            labelsize=points(TIGHT),
        )


def _figure(years: float) -> str:
    if math.isinf(years):
        return say("no awards")
    if not years:
        return "0"
    if years < LADDER[0]:
        return f"< {LADDER[0]}"
    return decimals(years, 2) if years < 1 else significant(years, 2)


def _cells(axes: Axes, heat: Heat, row: int, place: int) -> None:
    """Draw a row's cells, equal neighbours as one."""
    from matplotlib.patches import Rectangle

    for begin, end, value in _runs([_class(float(cell), heat.edges) for cell in heat.cells[row]]):
        if value is None:
            continue
        left = heat.years[0] - 0.5 + begin
        hatched = value < 0
        axes.add_patch(
            Rectangle(
                (left, place),
                end - begin,
                1,
                facecolor=colours().paper if hatched else colours().classes[-SHADES:][value],
                edgecolor=colours().ink if hatched else "none",
                hatch="///////" if hatched else None,
                linewidth=0,
            )
        )


def _class(years: float, edges: Sequence[float]) -> int | None:
    """Give the class of a backlog: None where nothing waits, −1 where nothing is awarded."""
    if not years:
        return None
    if math.isinf(years):
        return -1
    return sum(years >= edge for edge in edges)


def _runs(values: Sequence[int | None]) -> Iterator[tuple[int, int, int | None]]:
    """Give runs of equal values: first, after the last, value."""
    begin = 0
    for value, members in groupby(values):
        end = begin + len(list(members))
        yield begin, end, value
        begin = end


def _key(page: Page, heat: Heat) -> None:
    """Write which shade means what, from left to right."""
    edges = [f"{significant(edge, 2)}" for edge in heat.edges]
    names = [
        say("under {figure}", figure=edges[0]),
        *(say("{least} to {most}", least=a, most=b) for a, b in pairwise(edges)),
        say("{figure} or more", figure=edges[-1]),
    ]
    page.text(
        page.left,
        page.top + 1.5,
        say("Backlog in years of awards"),
        sizes().small,
        colour=colours().quiet,
    )
    entries: list[tuple[str, str, str | None]] = [(say("nothing waits"), colours().paper, None)]
    entries += [
        (name, colour, None)
        for name, colour in zip(names, colours().classes[-SHADES:], strict=True)
    ]
    if np.isinf(heat.cells).any():
        entries.append((say("no awards"), colours().paper, "///////"))
    x, middle = page.left, page.top + 6.5
    for name, colour, hatch in entries:
        page.swatch((x, middle - 1.5, x + 5.0, middle + 1.5), colour, hatch)
        page.text(x + 6.0, middle, name, TIGHT)
        x += 6.0 + Ruler(TIGHT).width(name) * POINT + 4.5
