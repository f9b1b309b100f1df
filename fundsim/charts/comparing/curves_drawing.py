"""Drawing curves of shares of money over shares of people, all rules in one square."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.key import RADIUS, Entry, Key, badge, rule_strokes, spots
from fundsim.charts.comparing.naming import MOST, Named
from fundsim.charts.figures import percent
from fundsim.charts.language import say
from fundsim.charts.page import Dash, Page
from fundsim.charts.ranking import evenly
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIDE = 92.0  # of the square, in millimetres
ABOVE = 6.0  # for what stands above it
BELOW = 10.2  # for shares of people and what they are
BEFORE = 11.0  # for shares of money
KEY = 44.0  # width of the key
PLACES = 60  # along a line, where its badge may be
DRAWN = 2_000  # points of a line, at most
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Curve:
    """Running shares of people and of money under a rule, both from 0 to 1, and what is said."""

    named: Named
    people: Real
    money: Real
    said: str

    @classmethod
    def of(cls, named: Named, rows: Table, said: str) -> Curve:
        """Read a curve off the rows of one rule; it begins with nothing of nothing."""
        people, money = (rows.numbers(column) for column in ("people_share", "money_share"))
        return cls(named, np.insert(people, 0, 0.0), np.insert(money, 0, 0.0), said)

    @property
    def order(self) -> float:
        """What curves are sorted by: the area below it."""
        height = (self.money[1:] + self.money[:-1]) / 2
        return float((height * np.diff(self.people)).sum())


@dataclass(frozen=True)
class Frame:
    """What stands along the square: shares of whom, in which order."""

    people: str


def draw_curves(curves: Sequence[Curve], frame: Frame, words: Words) -> Figure:
    """Draw the square with its curves and, at its right, the key from the highest curve down."""
    drawn = list(curves)[:MOST]
    strokes = dict(zip((each.named.letter for each in drawn), rule_strokes(), strict=False))
    inorder = sorted(drawn, key=lambda each: -each.order)
    key = Key([Entry(each.named, each.said, *strokes[each.named.letter]) for each in inorder], KEY)
    names = [each.named.rule for each in drawn]
    page = Page(words, max(ABOVE + SIDE + BELOW, ABOVE + key.high), names)
    left, top = page.left + BEFORE, page.top + ABOVE
    _square(page, frame, left, top, [(each, *strokes[each.named.letter]) for each in drawn])
    _badges(page, left, top, drawn)
    key.draw(page, page.right - KEY, top)
    return page.figure


def _square(
    page: Page,
    frame: Frame,
    left: float,
    top: float,
    strokes: Sequence[tuple[Curve, str, Dash]],
) -> None:
    """Draw the square, its diagonal and the lines."""
    axes = page.axes(left, top, left + SIDE, top + SIDE)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    written = [percent(tick) for tick in TICKS]
    axes.set_xticks(TICKS, written)
    axes.set_yticks(TICKS, written)
    axes.tick_params(labelsize=points(sizes().small), pad=points(4))
    axes.tick_params(axis="x", pad=points(5))
    axes.grid(color=colours().rule, linewidth=0.7)
    axes.plot(
        [0, 1], [0, 1], color=colours().quiet, linewidth=1.0, linestyle=(0, (5, 3)), zorder=1.5
    )
    for curve, colour, dash in strokes:
        shown = evenly(len(curve.people), DRAWN)
        (line,) = axes.plot(curve.people[shown], curve.money[shown], color=colour, linestyle=dash)
        line.set(linewidth=2.0, zorder=2.5, clip_on=False)
    page.text(
        page.left, top - 4.0, say("Share of the money"), sizes().small, colour=colours().quiet
    )
    below = top + SIDE + 8.2
    middle = left + SIDE / 2
    page.text(
        middle,
        below,
        say(frame.people),
        sizes().small,
        colour=colours().quiet,
        side="center",
    )


def _badges(page: Page, left: float, top: float, curves: Sequence[Curve]) -> None:
    """Set each rule's letter on its line."""
    across = np.linspace(0.1, 0.93, PLACES)
    lines = [
        [
            (left + float(x) * SIDE, top + (1 - float(y)) * SIDE)
            for x, y in zip(across, np.interp(across, each.people, each.money), strict=True)
        ]
        for each in curves
    ]
    for number, (curve, place) in enumerate(zip(curves, spots(lines, 2.6 * RADIUS), strict=True)):
        badge(page, *place, curve.named.letter, rule_strokes()[number][0])
