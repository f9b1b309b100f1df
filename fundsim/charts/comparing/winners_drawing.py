"""Drawing who gains and who loses: a panel a rule, areas as wide as their people, ends by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fundsim.charts.comparing.key import RADIUS, TIGHTER, badge
from fundsim.charts.comparing.naming import Named, named_in
from fundsim.charts.comparing.reading import each_rule, spanned
from fundsim.charts.figures import (
    money,
    more_or_less,
    parts_of_a_pound,
    per_head,
    percent,
)
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.ranking import DRAWN, evenly
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 5  # rules drawn; of more the first ones
NAMED = 3  # areas named at either end
HEAD = 10.5  # height of a panel's heading, in millimetres
HIGH = 30.0  # of its picture
TICKS = 5.5  # for shares of people below it
ROW = 4.3  # of a named area
LISTS = 4.5  # from shares of people to the middle of the first one
TIGHT = 7.2  # size of its figures
GAP = 5.0  # from panel to panel
COLUMN = 4.0  # between gains and losses
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Ranks:
    """Areas under a rule, from the largest gain a head to the largest loss, `(area,)`."""

    named: Named
    names: Sequence[str]
    people: Real
    mean: Real
    low: Real
    high: Real

    @classmethod
    def all_of(cls, table: Table) -> list[Ranks]:
        """Read all rules off the chart's table."""
        return [
            cls(
                named,
                rows.column("name"),
                rows.numbers("population"),
                *spanned(rows, "difference_per_head", "low_per_head", "high_per_head"),
            )
            for named, rows in zip(named_in(table), each_rule(table), strict=True)
        ]

    @property
    def largest(self) -> float:
        """The largest difference, signs aside."""
        return float(np.abs(self.mean).max())

    @property
    def certain(self) -> bool:
        """Whether no difference has an interval."""
        return bool((self.low == self.high).all())

    @property
    def gaining(self) -> int:
        """How many areas gain; they come first."""
        return int((self.mean > 0).sum())

    @property
    def losing(self) -> int:
        """How many areas lose; they come last."""
        return int((self.mean < 0).sum())

    @property
    def told(self) -> str:
        """Say which shares of people gain, lose, and do neither, and how many it is open for."""
        gain, lose, same, opened = (
            float(self.people[which].sum() / self.people.sum())
            for which in (self.mean > 0, self.mean < 0, self.mean == 0, self._opened)
        )
        told = say(
            "{gain} of people live in areas that gain, {lose} in areas that lose",
            gain=percent(gain),
            lose=percent(lose),
        )
        if same:
            told = say("{told}, {share} in neither", told=told, share=percent(same))
        if not opened:
            return told
        return say("{told}; for {share} the interval spans zero", told=told, share=percent(opened))

    @property
    def _opened(self) -> NDArray[np.bool_]:
        return (self.low < 0) & (self.high > 0)

    def said(self, row: int) -> str:
        """Write an area's difference."""
        return more_or_less(float(self.mean[row]), largest=self.largest)

    def give(self, row: int) -> str:
        """Write how far its interval reaches to either side, rounded up; nothing if it does not."""
        half = float(self.high[row] - self.low[row]) / 2
        parts = parts_of_a_pound(self.largest)
        return f"±{per_head(ceil(half * parts) / parts, largest=self.largest)}" if half else ""


def draw_ranks(ranks: Sequence[Ranks], words: Words) -> Figure:
    """Draw a panel for each rule, one below the other."""
    drawn = list(ranks)[:MOST]
    rows = max(min(NAMED, max(each.gaining, each.losing)) for each in drawn)
    step = HEAD + HIGH + TICKS + LISTS + rows * ROW + GAP
    names = [name for each in drawn for name in (*each.names[:NAMED], *each.names[-NAMED:])]
    page = Page(words, len(drawn) * step - GAP, names)
    for number, each in enumerate(drawn):
        top = page.top + number * step
        _heading(page, each, top)
        _panel(page, each, top + HEAD)
        _ends(page, each, top + HEAD + HIGH + TICKS + LISTS)
    return page.figure


def _heading(page: Page, ranks: Ranks, top: float) -> None:
    badge(page, page.left + RADIUS, top + RADIUS, ranks.named.letter, colours().ink)
    left = page.left + 2 * RADIUS + 2.0
    name = page.letters.drawable(ranks.named.short)
    (name,) = Ruler(sizes().label, bold=True).shortened(name, (page.right - left) / POINT, lines=1)
    page.text(left, top + RADIUS, name, sizes().label, bold=True)
    page.text(left, top + 2 * RADIUS + 1.8, f"{ranks.told}.", TIGHT, colour=colours().quiet)


def _panel(page: Page, ranks: Ranks, top: float) -> None:
    """Draw all areas side by side about zero."""
    low, high = min(0.0, float(ranks.low.min())), max(0.0, float(ranks.high.max()))
    room = 0.04 * (high - low) or 1.0
    ticks, names = signed_pounds(low - room, high + room)
    left = page.left + Ruler(TIGHT).widest(names) * POINT + 1.5
    axes = page.axes(left, top, page.right - 3.0, top + HIGH)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(low - room, high + room)
    axes.set_yticks(ticks, names)
    axes.set_xticks(SHARES, [percent(share) for share in SHARES])
    axes.tick_params(labelsize=points(TIGHT), pad=points(2))
    axes.tick_params(axis="x", length=points(2.5), color=colours().quiet)
    axes.grid(axis="y", color=colours().rule, linewidth=0.6)
    _areas(axes, ranks)
    axes.axhline(0, color=colours().ink, linewidth=0.9, zorder=3)


def signed_pounds(low: float, high: float) -> tuple[list[float], list[str]]:
    """Choose a few round differences between two figures, and write them with their signs."""
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in found if low <= tick <= high]
    largest = max(map(abs, ticks))
    if all(tick == round(tick) for tick in ticks):
        signs = {True: "+", False: ""}
        return ticks, [f"{signs[tick > 0]}{money(tick)}" for tick in ticks]
    return ticks, [more_or_less(tick, largest=largest) for tick in ticks]


def _areas(axes: Axes, ranks: Ranks) -> None:
    """Draw each area as a step as wide as its people; of very many, evenly chosen ones."""
    shown = evenly(len(ranks.names), DRAWN)
    reached = np.concatenate([[0.0], ranks.people.cumsum() / ranks.people.sum()])
    edges = np.append(reached[shown], 1.0)
    figures = np.array([ranks.mean, ranks.low, ranks.high])[:, shown]
    gaining, losing = int((figures[0] > 0).sum()), int((figures[0] < 0).sum())
    count = len(shown)
    for steps, first, last in (
        (colours().gains, 0, gaining),
        (colours().losses, count - losing, count),
    ):
        if first < last:
            _steps(axes, edges[first : last + 1], figures[:, first:last], steps)


def _steps(axes: Axes, edges: Real, figures: Real, steps: Sequence[str]) -> None:
    """Draw steps between edges: what they stand for, the band about it, and the mean."""
    pale, middle, dark = steps
    mean, low, high = np.append(figures, figures[:, -1:], axis=1)  # the last step ends too
    axes.fill_between(edges, mean, 0.0, step="post", color=pale, linewidth=0, zorder=1)
    axes.fill_between(edges, low, high, step="post", color=middle, linewidth=0, zorder=1.5)
    axes.step(edges, mean, where="post", color=dark, linewidth=1.3, zorder=2)


def _ends(page: Page, ranks: Ranks, top: float) -> None:
    """Name the areas that gain most, and at the right those that lose most, the largest first."""
    wide = (page.right - page.left - COLUMN) / 2
    gains = range(min(NAMED, ranks.gaining))
    count = len(ranks.names)
    losses = range(count - 1, count - 1 - min(NAMED, ranks.losing), -1)
    for left, members, nothing in (
        (page.left, gains, say("no area gains")),
        (page.left + wide + COLUMN, losses, say("no area loses")),
    ):
        if not members:
            page.text(left, top, nothing, sizes().small, colour=colours().quiet)
        for place, row in enumerate(members):
            _end(page, ranks, row, (left, left + wide), top + place * ROW)


def _end(
    page: Page,
    ranks: Ranks,
    row: int,
    across: tuple[float, float],
    middle: float,
) -> None:
    """Write an area's name, its difference, and how far the interval reaches."""
    left, right = across
    said, give = ranks.said(row), ranks.give(row)
    if give:
        page.text(right, middle, give, TIGHT, colour=colours().quiet, side="right")
        right -= Ruler(TIGHT).width(give) * POINT + 1.5
    page.text(right, middle, said, sizes().small, bold=True, side="right")
    right -= Ruler(sizes().small, bold=True).width(said) * POINT + 2.0
    name = page.letters.drawable(ranks.names[row])
    (name,) = Ruler(sizes().small).shortened(name, TIGHTER * (right - left) / POINT, lines=1)
    page.text(left, middle, name, sizes().small)
