"""Drawing rules by two measures: the ones that no other beats, what they beat, and a key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Literal

import numpy as np

from fundsim.charts.comparing.key import Entry, Key, Place
from fundsim.charts.comparing.naming import Named, named_in
from fundsim.charts.comparing.reading import spanned
from fundsim.charts.figures import housed
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.comparison.choice import Aim
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HIGH = 84.0  # of the drawing, in millimetres
ABOVE = 6.5  # for what stands above it
BELOW = 11.0  # for the measure across
KEY = 44.0  # width of the key
BETWEEN = 6.0  # from the drawing to the key
DOT = 1.4  # radius of a point
OFF, SLANT = 3.6, 2.6  # from a point to its letter, straight and to either side at once
NEAR = 3.3  # so far a letter stands from other points and letters
ROOM = 0.12  # about the points, in parts of what they span


def aim_columns(axis: str) -> tuple[str, ...]:
    """Name the columns of the chart's table that say what an axis measures."""
    return axis, f"{axis}_title", f"{axis}_unit", f"{axis}_direction"


def aim_cells(aim: Aim) -> tuple[str, ...]:
    """Say in them what an axis measures."""
    return aim.name, aim.title, aim.unit, str(aim.direction)


def _aim_in(table: Table, axis: str) -> Aim:
    name, title, unit, direction = (table.column(column)[0] for column in aim_columns(axis))
    return Aim(name, title, unit, int(direction))


def better(aim: Aim, arrows: str) -> str:
    """Say which way a measure is better; `arrows` are that of less and that of more."""
    if aim.direction > 0:
        return say("{measure}: more is better {arrow}", measure=aim.name, arrow=arrows[1])
    return say("{measure}: less is better {arrow}", measure=aim.name, arrow=arrows[0])


@dataclass(frozen=True)
class Point:
    """A rule at its two figures, each with the ends of its interval."""

    named: Named
    across: tuple[float, float, float]
    up: tuple[float, float, float]
    unbeaten: bool
    beaten_by: str

    @property
    def certain(self) -> bool:
        """Whether neither figure has an interval."""
        return all(low == high for low, _, high in (self.across, self.up))


@dataclass(frozen=True)
class Scatter:
    """All rules, and what is measured across and upwards."""

    aims: tuple[Aim, Aim]
    points: tuple[Point, ...]

    @classmethod
    def of(cls, table: Table) -> Scatter:
        """Read all points off the chart's table."""
        axes = [
            spanned(table, *(f"{axis}_{figure}" for figure in ("mean", "low", "high")))
            for axis in ("across", "up")
        ]
        figures = np.array([*axes[0], *axes[1]]).T.tolist()
        rows = zip(named_in(table), figures, table.column("beaten_by"), strict=True)
        points = tuple(
            Point(named, (left, across, right), (low, up, high), not beaten, beaten)
            for named, (across, left, right, up, low, high), beaten in rows
        )
        return cls((_aim_in(table, "across"), _aim_in(table, "up")), points)


def draw_scatter(scatter: Scatter, words: Words) -> Figure:
    """Draw the rules, and at their right the key, those that are not beaten first."""
    inorder = sorted(scatter.points, key=lambda point: not point.unbeaten)
    key = Key([_entry(scatter, point) for point in inorder], KEY)
    names = [point.named.rule for point in scatter.points]
    page = Page(words, max(ABOVE + HIGH + BELOW, ABOVE + key.high), names)
    key.draw(page, page.right - KEY, page.top + ABOVE)
    _Picture(page, scatter).draw()
    return page.figure


def _entry(scatter: Scatter, point: Point) -> Entry:
    figures = zip(scatter.aims, (point.across[1], point.up[1]), strict=True)
    said = ", ".join(housed(aim.told(figure)) for aim, figure in figures)
    remark = "" if point.unbeaten else say("beaten by {rule}", rule=point.beaten_by)
    return Entry(
        point.named, said, colours().line if point.unbeaten else colours().beaten, remark=remark
    )


class _Picture:
    """The drawing, in its place on the sheet."""

    def __init__(self, page: Page, scatter: Scatter) -> None:
        self.page, self.scatter = page, scatter
        figures = np.array([[point.across, point.up] for point in scatter.points])
        self.ends = [_ends(figures[:, axis]) for axis in (0, 1)]
        self.ticks = [_ticks(*ends) for ends in self.ends]
        names = _written(scatter.aims[1], self.ticks[1])
        self.left = page.left + Ruler(sizes().small).widest(names) * POINT + 2.0
        self.right = page.right - KEY - BETWEEN
        self.top, self.bottom = page.top + ABOVE, page.top + ABOVE + HIGH

    def draw(self) -> None:
        """Draw what is beaten, the points with their intervals, and their letters."""
        across, up = self.scatter.aims
        axes = self.page.axes(self.left, self.top, self.right, self.bottom)
        axes.set_xlim(*self.ends[0])
        axes.set_ylim(*self.ends[1])
        axes.set_xticks(self.ticks[0], _written(across, self.ticks[0]))
        axes.set_yticks(self.ticks[1], _written(up, self.ticks[1]))
        axes.tick_params(labelsize=points(sizes().small), pad=points(4))
        axes.grid(color=colours().rule, linewidth=0.7)
        self._beaten(axes)
        for point in self.scatter.points:
            axes.hlines(
                point.up[1], point.across[0], point.across[2], color=colours().quiet, linewidth=1.2
            )
            axes.vlines(
                point.across[1], point.up[0], point.up[2], color=colours().quiet, linewidth=1.2
            )
        self._points()
        above = better(up, "↓↑")
        self.page.text(self.page.left, self.top - 4.5, above, sizes().small, colour=colours().quiet)
        middle = (self.left + self.right) / 2
        below = better(across, "←→")
        self.page.text(
            middle, self.bottom + 9.0, below, sizes().small, colour=colours().quiet, side="center"
        )

    def _beaten(self, axes: Axes) -> None:
        """Shade what the rules that are not beaten beat, and draw its edge."""
        front = sorted({(p.across[1], p.up[1]) for p in self.scatter.points if p.unbeaten})
        more_across, more_up = (aim.direction > 0 for aim in self.scatter.aims)
        ends = self.ends[0]
        xs, ys = [x for x, _ in front], [y for _, y in front]
        if more_across:  # a point beats what lies at its left, else what lies at its right
            xs, ys = [ends[0], *xs], [ys[0], *ys]
        else:
            xs, ys = [*xs, ends[1]], [*ys, ys[-1]]
        worst = self.ends[1][0 if more_up else 1]
        step: Literal["pre", "post"] = "pre" if more_across else "post"
        axes.fill_between(xs, ys, worst, step=step, color=colours().shade, linewidth=0, zorder=0.2)
        axes.step(
            xs,
            ys,
            where=step,
            color=colours().quiet,
            linewidth=1.0,
            linestyle=(0, (4, 2)),
            zorder=1,
        )

    def _at(self, point: Point) -> Place:
        (x0, x1), (y0, y1) = self.ends
        x = self.left + (point.across[1] - x0) / (x1 - x0) * (self.right - self.left)
        return x, self.bottom - (point.up[1] - y0) / (y1 - y0) * HIGH

    def _points(self) -> None:
        places = [self._at(point) for point in self.scatter.points]
        across, up = (aim.direction for aim in self.scatter.aims)
        letters = beside(places, (across, -up))
        for point, place, letter in zip(self.scatter.points, places, letters, strict=True):
            fill, edge = (
                (colours().line, colours().line)
                if point.unbeaten
                else (colours().paper, colours().quiet)
            )
            self.page.disc(*place, DOT, fill, edge=edge)
            ink = colours().line if point.unbeaten else colours().quiet
            name = point.named.letter
            self.page.text(*letter, name, sizes().label, colour=ink, bold=True, side="center")


def _ends(figures: Real) -> tuple[float, float]:
    """Give both ends of an axis, with room about all figures; a single one stands in the middle."""
    low, high = float(figures.min()), float(figures.max())
    room = ROOM * (high - low) or 0.1 * abs(high) or 0.1
    return low - room, high + room


def _ticks(low: float, high: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [round(float(tick), 12) + 0.0 for tick in found if low <= tick <= high]  # never −0


def _written(aim: Aim, ticks: Sequence[float]) -> list[str]:
    """Write figures of an axis, without decimals that none of them needs."""
    told = [aim.told(tick) for tick in ticks]
    while all(re.search(r"\.\d*0(%?)$", each) for each in told):
        told = [re.sub(r"(\.\d*)0(%?)$", r"\1\2", each) for each in told]
        told = [re.sub(r"\.(%?)$", r"\1", each) for each in told]
    return [housed(each) for each in told]


def beside(places: Sequence[Place], clear: tuple[int, int]) -> list[Place]:
    """Choose where each point's letter stands: beside it, and not on another point or letter.

    `clear` is where what is better lies, at the left or right (-1, 1) and above or below (-1, 1);
    nothing lies there beside a rule that is not beaten, so that a letter stands there if it can.

    >>> beside([(0.0, 0.0), (0.0, 0.0)], (-1, -1))
    [(-2.6, -2.6), (2.6, -2.6)]
    """
    x, y = clear
    around = [(x, y), (-x, y), (x, -y), (-x, -y)]
    slanted = [(right * SLANT, down * SLANT) for right, down in around]
    straight = [(x * OFF, 0.0), (0.0, y * OFF), (-x * OFF, 0.0), (0.0, -y * OFF)]
    chosen: list[Place] = []
    for number, (own_x, own_y) in enumerate(places):
        taken = [*chosen, *(place for at, place in enumerate(places) if at != number)]
        spots = [(own_x + right, own_y + down) for right, down in (*slanted, *straight)]
        far = [min((_far(spot, other) for other in taken), default=NEAR) for spot in spots]
        clearest = next((at for at, each in enumerate(far) if each >= NEAR), far.index(max(far)))
        chosen.append(spots[clearest])
    return chosen


def _far(one: Place, other: Place) -> float:
    return round(hypot(one[0] - other[0], one[1] - other[1]), 6)  # ties are ties everywhere
