"""Drawing a row a policy: a dot a future, as far from the left as the policy is regretted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.figures import decimals, housed, money, whole
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page, Side
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words
from fundsim.metrics.catalogue import METRICS, Unit
from fundsim.money import Real
from fundsim.results import Table
from fundsim.studies.wording import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW = 12.0  # of a policy, in millimetres
ABOVE, BELOW = 3.0, 8.0  # and below it the axis
NAMES = 44.0  # at most, for the policies' names
DOT = 0.75  # how large a dot is, from its middle
APART = 6.5  # over how much of a row's height dots are strewn
TICK = 4.4  # half of the line at the largest regret
OFF = 3.0  # of words from dots
GOLDEN = 0.618034  # steps by it strew evenly, and alike for everybody
BINS = (6, 5, 4, 3, 2, 1)
DOTS, POLICIES = 240, 20  # that are drawn at most


@dataclass(frozen=True)
class Row:
    """A policy, what it is regretted for in each future, and in which of them it is acceptable."""

    name: str
    regrets: Real
    acceptable: tuple[bool, ...]

    @property
    def largest(self) -> float:
        """How much worse it is than the best policy of the same future, at most."""
        return float(self.regrets.max())

    @property
    def drawn(self) -> list[int]:
        """The futures that have a dot: all, or so many evenly by the size of the regret."""
        order = np.argsort(self.regrets, kind="stable")
        if len(order) > DOTS:
            order = order[np.linspace(0, len(order) - 1, DOTS).round().astype(int)]
        return sorted(order.tolist())


@dataclass(frozen=True)
class Strips:
    """The regrets of one measure, policy by policy, in the order in which they are drawn."""

    unit: Unit
    rows: tuple[Row, ...]
    asked: bool

    @classmethod
    def of(cls, table: Table) -> Strips:
        """Read the regrets off their table."""
        names, regrets = table.column("policy"), table.numbers("regret")
        told = table.column("acceptable")
        policies = dict.fromkeys(names)
        places = {name: [i for i, each in enumerate(names) if each == name] for name in policies}
        rows = tuple(
            Row(name, regrets[at], tuple(told[i] == "yes" for i in at))
            for name, at in places.items()
        )
        return cls(METRICS[table.column("measure")[0]].unit, rows, any(told))

    @property
    def shown(self) -> tuple[Row, ...]:
        """The policies that are drawn: the least regretted, where there are many."""
        return self.rows[:POLICIES]

    def said(self, value: float) -> str:
        """Write a regret: in pounds where it is money, in points where it is a chance."""
        if self.unit == "pounds":
            return money(value)
        if self.unit == "probability":
            return say("{number} points", number=decimals(100 * value, 1))
        return housed(said(value, self.unit))

    def beside(self, row: Row) -> list[str]:
        """Say what is written beside a policy's dots."""
        most = say("at most {figure}", figure=self.said(row.largest))
        good = say(
            "acceptable in {count} of {of}",
            count=whole(sum(row.acceptable)),
            of=whole(len(row.regrets)),
        )
        return [most, good] if self.asked else [most]


def draw_strips(strips: Strips, words: Words) -> Figure:
    """Draw all policies' dots to the right of no regret at all."""
    rows = strips.shown
    page = Page(words, ABOVE + ROW * len(rows) + BELOW, [row.name for row in rows])
    clean, names, small = page.letters.drawable, Ruler(sizes().label), Ruler(sizes().small)
    lines = [names.shortened(clean(row.name), NAMES / POINT, lines=2) for row in rows]
    beside = [strips.beside(row) for row in rows]
    left = page.left + max(names.widest(each) for each in lines) * POINT + 4.0
    right = page.right - max(small.widest(each) for each in beside) * POINT - OFF
    largest = max(row.largest for row in rows)
    scale = (right - left) / largest if largest else 0.0
    top, bottom = page.top + ABOVE, page.bottom - BELOW
    _axis(page, strips, (left, right, largest), (top, bottom))
    for number, row in enumerate(rows):
        middle = top + (number + 0.5) * ROW
        page.lines(page.left, middle, lines[number], sizes().label)
        _dots(page, strips, row, (left, scale), middle)
        at = left + scale * row.largest
        page.line((at, at), (middle - TICK, middle + TICK), colours().ink, 0.9)
        page.lines(right + OFF, middle, beside[number], sizes().small)
    return page.figure


def _dots(page: Page, strips: Strips, row: Row, place: tuple[float, float], middle: float) -> None:
    """Draw a policy's dots, strewn over the height of its row so that they hide each other less."""
    left, scale = place
    for future in row.drawn:
        y = middle + APART * ((future * GOLDEN) % 1 - 0.5)
        x = left + scale * float(row.regrets[future])
        good = row.acceptable[future] or not strips.asked
        colour = colours().line
        page.disc(x, y, DOT, colour if good else colours().paper, edge=colour)


def _axis(
    page: Page, strips: Strips, across: tuple[float, float, float], down: tuple[float, float]
) -> None:
    """Draw thin lines at round regrets, as many as there is room to write below them."""
    left, right, largest = across
    ticks = _ticks(strips, largest, right - left)
    for tick in ticks:
        x = left + (right - left) * (tick / largest if largest else 0.0)
        page.line((x, x), down, colours().grey if not tick else colours().rule, behind=True)
        side: Side = "center" if tick else "left"
        text = strips.said(tick)
        page.text(x, down[1] + 3.4, text, sizes().small, colour=colours().quiet, side=side)


def _ticks(strips: Strips, largest: float, room: float) -> Sequence[float]:
    """Find round regrets up to the largest, whose words do not touch."""
    from matplotlib.ticker import MaxNLocator

    if not largest:
        return [0.0]
    ruler = Ruler(sizes().small)
    for bins in BINS:
        places = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, largest)
        ticks = [float(tick) for tick in places if 0 <= tick <= largest]
        wide = max(ruler.width(strips.said(tick)) for tick in ticks) * POINT
        step = (ticks[1] - ticks[0]) / largest * room if len(ticks) > 1 else room
        if step >= 1.5 * wide + OFF or bins == 1:
            return ticks
    return [0.0]
