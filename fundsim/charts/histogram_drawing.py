"""Drawing a histogram of what is left of every pound, and the closed form over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fundsim.charts.figures import per_head, percent, significant
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

HEIGHT = 78.0  # of the drawing, in millimetres
ABOVE = 7.0  # of that, for the names of what is drawn
BELOW = 11.0  # and for the figures below
_DOTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 3.2,
    "zorder": 3.1,
    "markeredgewidth": 0.6,
}


@dataclass(frozen=True)
class Histogram:
    """Shares of futures by class, `(class,)`; the last class has no upper limit."""

    year: int
    bounds: tuple[tuple[float, float], ...]
    shares: Real
    errors: Real
    expected: Real | None
    why: str

    @classmethod
    def of(cls, table: Table) -> Histogram:
        """Read a histogram off its table."""
        ends = [float(cell) if cell else np.inf for cell in table.column("to")]
        expected = table.numbers("closed_form")
        return cls(
            int(table.column("year")[0]),
            tuple(zip(map(float, table.column("from")), ends, strict=True)),
            table.numbers("share"),
            np.nan_to_num(table.numbers("se")),
            None if np.isnan(expected).any() else expected,
            table.column("why_none")[0],
        )

    @property
    def step(self) -> float:
        """How wide a class is."""
        return self.bounds[0][1] - self.bounds[0][0]

    @property
    def _below(self) -> int | None:
        """How many classes are below whole; None where it is inside one."""
        return next((at for at, (low, _) in enumerate(self.bounds) if low == 1.0), None)

    @property
    def below_whole(self) -> float | None:
        """The share of futures below whole, where a class ends there."""
        return None if self._below is None else float(self.shares[: self._below].sum())

    @property
    def expected_below_whole(self) -> float | None:
        """The same in closed form."""
        if self.expected is None or self._below is None:
            return None
        return float(self.expected[: self._below].sum())


def draw_histogram(shown: Histogram, words: Words) -> Figure:
    """Draw a bar a class, the open one apart, and a line through what theory expects of each."""
    page = Page(words, HEIGHT)
    expected = shown.expected if shown.expected is not None else shown.shares
    top = max(float(shown.shares.max()), float(expected.max())) * 1.06
    ticks = _ticks(top)
    left = page.left + Ruler(sizes().label).widest([percent(tick) for tick in ticks]) * POINT + 2.0
    axes = page.axes(left, page.top + ABOVE, page.right, page.bottom - BELOW)
    count = len(shown.bounds)
    axes.set_xlim(-0.2, count + 0.5)
    axes.set_ylim(0.0, top)
    axes.set_yticks(ticks, [percent(tick) for tick in ticks])
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    places = np.array([*range(count - 1), count - 0.7])  # the open class stands apart
    axes.bar(
        places + 0.5,
        shown.shares,
        0.94,
        color=colours().inner,
        edgecolor=colours().inner,
        linewidth=0,
        zorder=1.5,
    )
    if shown.expected is not None:
        at = places + 0.5
        axes.plot(at[:-1], shown.expected[:-1], color=colours().line, linewidth=1.6, zorder=3)
        axes.plot(
            at, shown.expected, color=colours().line, markeredgecolor=colours().paper, **_DOTS
        )
    _below_axis(page, axes, shown, places, (left, page.right))
    _names(page, shown, left)
    return page.figure


def _ticks(top: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(0.0, top)
    return [float(tick) for tick in found if 0 <= tick <= top]


def _round(value: float, highest: float) -> bool:
    """Whether every so many pounds are easily read, and few enough to be named."""
    return highest / value <= 8 and significant(value).strip("0.") in ("1", "2", "25", "5")


def _below_axis(
    page: Page, axes: Axes, shown: Histogram, places: Real, across: tuple[float, float]
) -> None:
    """Write the limits of classes below them, a line at whole, and what the figures are."""
    count, highest = len(shown.bounds), shown.bounds[-1][0]
    left, right = across
    step = (right - left) / (count + 0.7)
    last = left + step * (0.2 + float(places[-1]) + 1.0)
    more = say("{figure} or more", figure=per_head(highest, largest=highest))
    page.text(last, page.bottom - BELOW + 3.3, more, sizes().small, side="right")
    free = last - Ruler(sizes().small).width(more) * POINT - 2.0
    each = next((n for n in (1, 2, 4, 5, 10, 20) if _round(n * shown.step, highest)), 5)
    names = {at: per_head(shown.bounds[at][0], largest=highest) for at in range(0, count, each)}
    half = Ruler(sizes().small).widest([*names.values()]) * POINT / 2
    named = {at: name for at, name in names.items() if left + (at + 0.2) * step + half < free}
    axes.set_xticks([*map(float, named)], [*named.values()])
    axes.tick_params(
        axis="x",
        length=points(3),
        color=colours().quiet,
        pad=points(3),
        labelsize=points(sizes().small),
    )
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)
    under = say("What is left of every £1 put in, in prices of the start")
    page.text(
        (left + right) / 2,
        page.bottom - 2.0,
        under,
        sizes().small,
        colour=colours().quiet,
        side="center",
    )
    whole = next((at for at, (low, _) in enumerate(shown.bounds) if low == 1.0), None)
    if whole is not None:
        axes.axvline(whole, color=colours().ink, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2.5)


def _names(page: Page, shown: Histogram, left: float) -> None:
    """Name bars, line and mark, in one line above them."""
    y, x = page.top + 1.5, left
    page.swatch((x, y - 1.5, x + 5.0, y + 1.5), colours().inner)
    x = _name(page, x + 6.0, y, say("share of futures"))
    if shown.expected is not None:
        page.line((x, x + 6.0), (y, y), colours().line, 1.6)
        page.disc(x + 3.0, y, 0.6, colours().line)
        x = _name(page, x + 7.0, y, say("closed form"))
    if shown.below_whole is not None:
        page.line((x, x + 6.0), (y, y), colours().ink, 1.1, dash=(0, (5, 3)))
        share = percent(shown.below_whole)
        said = say("£1 = kept whole; {share} of futures are below it", share=share)
        _name(page, x + 7.0, y, said)


def _name(page: Page, x: float, y: float, text: str) -> float:
    page.text(x, y, text, sizes().small)
    return x + Ruler(sizes().small).width(text) * POINT + 5.0
