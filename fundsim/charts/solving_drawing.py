"""Drawing the share of paths that meet a target over the figure that is varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundsim.charts.figures import money, percent, rate
from fundsim.charts.language import phrase, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HIGH = 78.0  # of the drawing, in millimetres
ABOVE = 6.0  # of that, for what is measured upwards
BELOW = 10.0  # and for what is varied
BEFORE = 13.0  # room for shares
RADIUS = 1.3
ASIDE, OFF = 3.0, 3.2  # of the words from a disc
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
FIGURES = {"rate": phrase("rate"), "amount": phrase("amount")}


@dataclass(frozen=True)
class Look:
    """A curve as it is drawn: figures, shares and their intervals, `(trial,)`, and three places."""

    name: str
    pounds: bool
    values: Real
    shares: Real
    low: Real
    high: Real
    goal: float
    solved: int | None
    stated: int | None
    ends: tuple[float, float] | None

    @classmethod
    def of(cls, table: Table) -> Look:
        """Read a curve off its table."""
        notes = table.column("note")
        values = table.numbers("value")

        def place(word: str) -> int | None:
            return next((row for row, note in enumerate(notes) if word in note.split(", ")), None)

        begin, end = place("interval from"), place("interval to")
        first = float(values[0 if begin is None else begin])
        return cls(
            name=table.column("key")[0].rpartition(".")[2],
            pounds=table.column("unit")[0] == "pounds",
            values=values,
            shares=table.numbers("share"),
            low=table.numbers("low"),
            high=table.numbers("high"),
            goal=float(table.numbers("target")[0]),
            solved=place("solved"),
            stated=place("as stated"),
            ends=None if end is None else (first, float(values[end])),
        )

    def figure(self, row: int) -> str:
        """Write the figure of a trial."""
        return self.said(float(self.values[row]))

    def said(self, value: float) -> str:
        """Write a figure that is varied."""
        return money(value) if self.pounds else rate(value)


def figure_named(key: str) -> str:
    """Name a figure that is varied: in words where it is one of spending, else by its key."""
    return say(FIGURES[key]) if key in FIGURES else key


def draw_look(look: Look, words: Words) -> Figure:
    """Draw the curve, what is asked for, and the figure that was found."""
    page = Page(words, HIGH)
    asked = say("{share} asked for", share=percent(look.goal))
    left, right = page.left + BEFORE, page.right - Ruler(sizes().small).width(asked) * POINT - 2.5
    top, bottom = page.top + ABOVE, page.bottom - BELOW
    axes = page.axes(left, top, right, bottom)
    _curve(axes, look)
    _levels(axes, look)
    page.text(
        page.left,
        top - 4.2,
        say("Share of paths that meet it"),
        sizes().small,
        colour=colours().quiet,
    )
    page.text(left, page.bottom - 1.6, _below(look), sizes().small, colour=colours().quiet)
    place = _Place(look, (left, right), (top, bottom))
    page.text(right + 1.6, place.up(look.goal), asked, sizes().small)
    _marks(page, look, place)
    return page.figure


def _below(look: Look) -> str:
    name = figure_named(look.name)
    name = f"{name[0].upper()}{name[1:]}"
    return say("{name}, pounds", name=name) if look.pounds else say("{name} a year", name=name)


def _curve(axes: Axes, look: Look) -> None:
    """Draw the band, the line, and across them what is asked for."""
    axes.set_xlim(float(look.values[0]), float(look.values[-1]))
    axes.set_ylim(0.0, 1.0)
    if look.ends is not None:
        axes.axvspan(*look.ends, color=colours().shade, linewidth=0, zorder=0.5)
    axes.fill_between(
        look.values, look.low, look.high, color=colours().outer, linewidth=0, zorder=1
    )
    (line,) = axes.plot(look.values, look.shares, color=colours().line, linewidth=2.0, zorder=2.5)
    line.set_clip_on(False)
    axes.axhline(look.goal, color=colours().ink, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2)


def _levels(axes: Axes, look: Look) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_yticks(LEVELS, [percent(level) for level in LEVELS])
    found = MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]).tick_values(
        float(look.values[0]), float(look.values[-1])
    )
    shown = [float(t) for t in found if look.values[0] <= t <= look.values[-1]]
    axes.set_xticks(shown, [look.said(tick) for tick in shown])
    axes.tick_params(labelsize=points(sizes().small), pad=points(4))
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)


@dataclass(frozen=True)
class _Place:
    """Where figures and shares are on the sheet, in millimetres."""

    look: Look
    across: tuple[float, float]
    down: tuple[float, float]

    def along(self, value: float) -> float:
        """Say how far to the right a figure is."""
        first, last = float(self.look.values[0]), float(self.look.values[-1])
        left, right = self.across
        return left + (value - first) / (last - first) * (right - left)

    def up(self, share: float) -> float:
        """Say how far down the sheet a share is."""
        top, bottom = self.down
        return bottom - share * (bottom - top)


def _marks(page: Page, look: Look, place: _Place) -> None:
    """Mark the figure that was found, and the one that is stated."""
    if look.stated is not None and look.stated != look.solved:
        share = say("as stated: {share}", share=percent(float(look.shares[look.stated])))
        _mark(page, look, place, look.stated, share, ring=True)
    if look.solved is not None:
        _mark(page, look, place, look.solved, _interval(look), ring=False)


def _interval(look: Look) -> str:
    if look.ends is None:
        return ""
    begin, end = map(look.said, look.ends)
    return say("({begin} to {end})", begin=begin, end=end)


def _mark(page: Page, look: Look, place: _Place, row: int, said: str, *, ring: bool) -> None:
    """Set a disc on the curve, and write its figure above it to the right, of a ring below left.

    A curve that falls leaves both sides free; where the sheet does not, the other one is taken.
    """
    x, y = place.along(float(look.values[row])), place.up(float(look.shares[row]))
    page.disc(x, y, RADIUS, colours().paper if ring else colours().line, edge=colours().line)
    figure, (left, right), (top, bottom) = look.figure(row), place.across, place.down
    first = Ruler(sizes().label, bold=True).width(figure) * POINT + 1.2
    wide = first + Ruler(sizes().small).width(said) * POINT + ASIDE
    aside = (ring and x - wide >= left and y + 2 * OFF <= bottom) or x + wide > right
    begin = max(x - wide, left) if aside else x + ASIDE
    middle = y + OFF if aside else max(y - OFF, top + 2.0)
    page.text(begin, middle, figure, bold=True, colour=colours().line)
    page.text(begin + first, middle, said, sizes().small, colour=colours().quiet)
