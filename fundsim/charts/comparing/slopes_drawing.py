"""Drawing slopes from place to place: those that move furthest by name, the others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.key import RADIUS, TIGHTER, badge, broken
from fundsim.charts.comparing.naming import Named, shortened
from fundsim.charts.fan import spread_out
from fundsim.charts.figures import housed, whole
from fundsim.charts.language import aloud
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.ranking import DRAWN, evenly, round_ranks
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 6  # areas named that go up, and as many that go down
ALL_NAMED = 12  # so many areas can all be named
HEAD = 10.5  # for what stands on either side, in millimetres
ROW = 4.4  # from name to name
HIGH, LOW = 110.0, 30.0  # of the drawing: of many areas, and at least
EACH = 7.0  # of it, for each of a few areas
NAME = 62.0  # room for names
LEAD = 6.0  # from the drawing to a name
CLEAR = 2.0  # above the first and below the last place


@dataclass(frozen=True)
class Side:
    """What stands on one side: a rule with its letter, or something else without one."""

    letter: str
    text: str

    @property
    def told(self) -> str:
        """Name it in a sentence."""
        return f"{self.letter}, {shortened(self.text)}" if self.letter else self.text


@dataclass(frozen=True)
class Slopes:
    """Areas and their places before and after, `(area,)`."""

    before: Side
    after: Side
    names: Sequence[str]
    was: Real
    now: Real

    @classmethod
    def of(cls, table: Table) -> Slopes:
        """Read slopes off the chart's table."""
        first = dict(zip(table.columns, next(iter(table.rows())), strict=True))
        return cls(
            Side(first["letter_before"], aloud(first["before"])),
            Side(first["letter_after"], aloud(first["after"])),
            table.column("name"),
            table.numbers("rank_before"),
            table.numbers("rank_after"),
        )

    @property
    def rules(self) -> list[Named]:
        """The rules on either side, where these are rules."""
        return [Named(side.letter, side.text) for side in (self.before, self.after) if side.letter]

    @property
    def moved(self) -> Real:
        """How many places areas go up."""
        return self.was - self.now

    @property
    def ups(self) -> list[int]:
        """The rows of those that go up furthest."""
        order = np.argsort(-self.moved, kind="stable")[:NAMED].tolist()
        return [row for row in order if self.moved[row] > 0]

    @property
    def downs(self) -> list[int]:
        """The rows of those that go down furthest."""
        order = np.argsort(self.moved, kind="stable")[:NAMED].tolist()
        return [row for row in order if self.moved[row] < 0]

    @property
    def named(self) -> list[int]:
        """The rows that are named: those that move furthest, or all where they are few."""
        if len(self.names) <= ALL_NAMED:
            return list(range(len(self.names)))
        return [*self.ups, *self.downs]

    @property
    def last(self) -> float:
        """The last place there is."""
        return float(max(self.was.max(), self.now.max(), len(self.names)))

    def said(self, row: int) -> str:
        """Write an area's two places."""
        was, now = f"{self.was[row]:,g}", f"{self.now[row]:,g}"
        return f"{housed(was)} → {housed(now)}"

    def colour(self, row: int) -> str:
        """Choose the colour of a named area's line."""
        if self.moved[row] == 0:
            return colours().quiet
        return colours().gains[1] if self.moved[row] > 0 else colours().losses[1]


def draw_slopes(slopes: Slopes, words: Words) -> Figure:
    """Draw all areas from their place before, at the left, to that after."""
    count, named = len(slopes.names), slopes.named
    high = min(max(LOW, EACH * count, ROW * len(named)), HIGH)
    names = [slopes.names[row] for row in named]
    page = Page(words, HEAD + high, [*names, slopes.before.text, slopes.after.text])
    ranks = [whole(rank) for rank in round_ranks(count)]
    left = page.left + Ruler(sizes().small).widest(ranks) * POINT + 2.0
    right, top = page.right - NAME - LEAD, page.top + HEAD
    axes = page.axes(left, top, right, top + high)
    room = CLEAR / high * max(slopes.last - 1, 1.0)
    axes.set_ylim(slopes.last + room, 1 - room)
    axes.set_xlim(0.0, 1.0)
    axes.set_yticks(round_ranks(count), ranks)
    axes.set_xticks([])
    axes.tick_params(labelsize=points(sizes().small), pad=points(3))
    _lines(axes, slopes)
    _side(page, slopes.before, (page.left, right - 4.0))
    _side(page, slopes.after, (right - RADIUS, page.right))
    _names(page, axes, slopes, right, (top, high))
    return page.figure


def _lines(axes: Axes, slopes: Slopes) -> None:
    """Draw a line for each area; of very many some, evenly chosen, and the named ones on top."""
    from matplotlib.collections import LineCollection

    shown = evenly(len(slopes.names), DRAWN)
    order = np.argsort(slopes.now, kind="stable")[shown]
    lines = [
        [(0.0, was), (1.0, now)]
        for was, now in zip(slopes.was[order].tolist(), slopes.now[order].tolist(), strict=True)
    ]
    axes.add_collection(LineCollection(lines, color=colours().grey, linewidth=0.5, zorder=1))
    for row in slopes.named:
        ends = [slopes.was[row], slopes.now[row]]
        axes.plot([0.0, 1.0], ends, color=slopes.colour(row), linewidth=1.8, zorder=2)
    for at in (0.0, 1.0):
        axes.axvline(at, color=colours().ink, linewidth=0.8, zorder=2.5)


def _side(page: Page, side: Side, across: tuple[float, float]) -> None:
    left, right = across
    if side.letter:
        badge(page, left + RADIUS, page.top + RADIUS, side.letter, colours().ink)
        left += 2 * RADIUS + 2.0
    ruler = Ruler(sizes().small, bold=True)
    name = page.letters.drawable(shortened(side.text))
    for row, line in enumerate(broken(name, ruler, (right - left) / POINT, 2)):
        page.text(left, page.top + RADIUS + 3.7 * row, line, sizes().small, bold=True)


def _names(page: Page, axes: Axes, slopes: Slopes, right: float, down: tuple[float, float]) -> None:
    """Name areas at the right, each beside its place, and none on top of another."""
    top, high = down
    low, least = axes.get_ylim()
    inorder = sorted(slopes.named, key=lambda row: (-slopes.now[row], -row))
    at = [top + (float(slopes.now[row]) - least) / (low - least) * high for row in inorder]
    free = spread_out(at, ROW, top + high, top) if inorder else []
    lead = (right + 0.4, right + 2.0, right + LEAD - 2.0, right + LEAD - 0.8)
    for row, place, middle in zip(inorder, at, free, strict=True):
        page.line(lead, (place, place, middle, middle), slopes.colour(row), 0.8)
        said = slopes.said(row)
        page.text(page.right, middle, said, sizes().small, bold=True, side="right")
        room = NAME - Ruler(sizes().small, bold=True).width(said) * POINT - 2.0
        name = page.letters.drawable(slopes.names[row])
        (name,) = Ruler(sizes().small).shortened(name, TIGHTER * room / POINT, lines=1)
        page.text(right + LEAD, middle, name, sizes().small)
