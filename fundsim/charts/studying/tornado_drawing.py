"""Drawing two bars an assumption from the base to either end, each named where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundsim.charts.figures import housed, money
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words
from fundsim.metrics.catalogue import METRICS, Unit
from fundsim.results import Table
from fundsim.studies.wording import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW = 11.0  # of an assumption, in millimetres
THICK, APART = 3.6, 0.5  # a bar, and the gap between the two of an assumption
ABOVE, BELOW = 8.0, 8.0  # for the base's name, and for the axis
NAMES = 48.0  # at most, for the assumptions' names
ENDS = 34.0  # at most, for what an end changes
HALVINGS = 50
OFF = 1.2  # of the words from a bar
SEEN = 0.15  # a thin line shorter than this is none
SURE = 1.96  # standard errors to either side that hold 95 in 100 samples


@dataclass(frozen=True)
class End:
    """One end of an assumption: what it changes, what comes of it, and how sure that is."""

    changes: str
    mean: float
    difference: float
    error: float


@dataclass(frozen=True)
class Row:
    """An assumption and its two ends, the low one first."""

    name: str
    ends: tuple[End, End]


@dataclass(frozen=True)
class Bars:
    """One measure under every assumption, in the order in which they are drawn."""

    unit: Unit
    base: float
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, table: Table) -> Bars:
        """Read the bars off their table."""
        names, changes = table.column("assumption"), table.column("changes")
        figures = zip(*(table.numbers(name) for name in ("mean", "difference", "se")), strict=True)
        ends = [End(how, *map(float, each)) for how, each in zip(changes, figures, strict=True)]
        pairs = zip(names[::2], ends[::2], ends[1::2], strict=True)
        rows = tuple(Row(name, (low, high)) for name, low, high in pairs)
        return cls(METRICS[table.column("measure")[0]].unit, float(table.numbers("base")[0]), rows)

    @property
    def uncertain(self) -> bool:
        """Whether any difference has an error that could be seen."""
        reach = max(abs(end.difference) for row in self.rows for end in row.ends)
        return any(end.error > reach / 500 for row in self.rows for end in row.ends)

    def can_be(self, value: float) -> bool:
        """Whether the measure can have a value: no chance is above 1, and no less than none."""
        least = min(self.base, *(end.mean for row in self.rows for end in row.ends))
        return (value >= 0 or least < 0) and (value <= 1 or self.unit != "probability")

    def said(self, value: float) -> str:
        """Write a figure of the measure, in pounds where it is money."""
        if math.isinf(value):
            return say("never")
        return money(value) if self.unit == "pounds" else housed(said(value, self.unit))


@dataclass(frozen=True)
class _Place:
    """Where the base is on the sheet, and how many millimetres a unit of the measure takes."""

    zero: float
    scale: float

    def along(self, difference: float) -> float:
        """Say how far to the right a difference from the base is."""
        return self.zero + self.scale * difference


def draw_bars(bars: Bars, words: Words) -> Figure:
    """Draw all bars about the line of the base."""
    page = Page(words, ABOVE + ROW * len(bars.rows) + BELOW, _user_words(bars))
    clean, names = page.letters.drawable, Ruler(sizes().label)
    lines = [names.shortened(clean(row.name), NAMES / POINT, lines=2) for row in bars.rows]
    left = page.left + max(names.widest(each) for each in lines) * POINT + 4.0
    told = [tuple(_told(bars, end, clean(end.changes)) for end in row.ends) for row in bars.rows]
    place = _placed(bars, told, left, page.right)
    top, bottom = page.top + ABOVE, page.bottom - BELOW
    _axis(page, bars, place, (left, page.right), (top, bottom))
    for number, row in enumerate(bars.rows):
        middle = top + (number + 0.5) * ROW
        page.lines(page.left, middle, lines[number], sizes().label)
        looks = zip(row.ends, (colours().inner, colours().line), told[number], (-1, 1), strict=True)
        for end, colour, said_of_it, side in looks:
            beside = middle + side * (THICK + APART) / 2
            _bar(page, place, end, beside, (colour, said_of_it))
    page.line((place.zero,) * 2, (top - 1.0, bottom), colours().ink, 0.9)
    base = say("as assumed: {figure}", figure=bars.said(bars.base))
    half = Ruler(sizes().label, bold=True).width(base) * POINT / 2
    centre = min(max(place.zero, left + half), page.right - half)
    page.text(centre, top - 4.0, base, bold=True, side="center")
    return page.figure


def _user_words(bars: Bars) -> list[str]:
    return [text for row in bars.rows for text in (row.name, *(e.changes for e in row.ends))]


def _told(bars: Bars, end: End, changes: str) -> str:
    """Say what an end changes, shortened where it is long, and what comes of it."""
    (short,) = Ruler(sizes().small).shortened(changes, ENDS / POINT, lines=1)
    return f"{short}: {bars.said(end.mean)}"


def _placed(bars: Bars, told: Sequence[Sequence[str]], left: float, right: float) -> _Place:
    """Find the largest scale at which every bar has room, and its words beyond it.

    How much a bar and its words need grows with the scale, so it is found by halving.
    """
    ruler = Ruler(sizes().small)
    ends = [end for row in bars.rows for end in row.ends]
    wide = [ruler.width(text) * POINT + 2 * OFF for texts in told for text in texts]

    def needed(scale: float, sign: int) -> float:
        reach = (
            scale * (abs(end.difference) + SURE * end.error) + word
            for end, word in zip(ends, wide, strict=True)
            if sign * end.difference > 0 or (not end.difference and sign > 0)
        )
        return max(reach, default=0.0)

    longest = max(abs(end.difference) for end in ends)
    low, high = 0.0, (right - left) / longest if longest else 0.0
    for _ in range(HALVINGS):
        scale = (low + high) / 2
        fits = needed(scale, -1) + needed(scale, 1) <= right - left
        low, high = (scale, high) if fits else (low, scale)
    return _Place(left + needed(low, -1), low)


def _bar(page: Page, place: _Place, end: End, middle: float, look: tuple[str, str]) -> None:
    """Draw one bar, how sure its end is, and what it stands for; `look` is its colour and words."""
    colour, words = look
    tip, half = place.along(end.difference), THICK / 2
    above = [(place.zero, middle - half), (tip, middle - half)]
    page.shape([*above, (tip, middle + half), (place.zero, middle + half)], colour)
    error = place.scale * SURE * end.error
    if error > SEEN:
        page.line((tip - error, tip + error), (middle, middle), colours().ink, 0.9)
    left = end.difference < 0
    beside = tip - error - OFF if left else tip + error + OFF
    page.text(beside, middle, words, sizes().small, side="right" if left else "left")


def _axis(
    page: Page, bars: Bars, place: _Place, across: tuple[float, float], down: tuple[float, float]
) -> None:
    """Draw thin lines at round values, and write those below them."""
    from matplotlib.ticker import MaxNLocator

    ends = [bars.base + (x - place.zero) / place.scale for x in across] if place.scale else []
    ticks = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(*ends) if ends else []
    for tick in map(float, ticks):
        x = place.along(tick - bars.base)
        if across[0] <= x <= across[1] and bars.can_be(tick):
            page.line((x, x), down, colours().rule, behind=True)
            page.text(
                x,
                down[1] + 3.4,
                bars.said(tick),
                sizes().small,
                colour=colours().quiet,
                side="center",
            )
