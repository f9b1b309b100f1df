"""Drawing two bars an assumption from the base to either end, each named where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from fundsim.charts.figures import housed, money
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.studying.shares_drawing import in_words
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
NAMES = 48.0, 56.0  # for the assumptions' names at most, and where words leave room for that
BARS = 40.0  # which the bars then still have
AFTER = 4.0  # the names
ENDS = 34.0  # at most, for what an end changes
HALVINGS = 50
OFF = 1.2  # of the words from a bar
SEEN = 0.15  # a thin line shorter than this is none
BINS = (6, 5, 4, 3, 2, 1)  # between the axis's round values, as many as their words leave room for
PLACES = 12  # decimals of a round value, at most
NEAR = 0.001  # of a step, which is not seen where a value is written without it
SURE = 1.96  # standard errors to either side that hold 95 in 100 samples

_POUNDS = ((1e9, "bn"), (1e6, "m"), (1.0, ""))
_DECIMALS = {"probability": 1, "ratio": 2, "years": 2}  # at least, as figures elsewhere have them


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
        pairs = zip(map(in_words, names[::2]), ends[::2], ends[1::2], strict=True)
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
    told = [tuple(_told(bars, end, clean(end.changes)) for end in row.ends) for row in bars.rows]
    room = _room_for_names(bars, told, page.right - page.left) / POINT
    lines = [names.shortened(clean(row.name), room, lines=2) for row in bars.rows]
    left = page.left + max(names.widest(each) for each in lines) * POINT + AFTER
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


def _side(end: End) -> int:
    """Say on which side of the base an end and its words stand: −1 at the left, 1 at the right."""
    return -1 if end.difference < 0 else 1


def _wide(text: str) -> float:
    return Ruler(sizes().small).width(text) * POINT + 2 * OFF


def _room_for_names(bars: Bars, told: Sequence[Sequence[str]], wide: float) -> float:
    """Find how much of the sheet names may take, beside the words of the ends and some bars."""
    widest = {-1: 0.0, 1: 0.0}
    for row, texts in zip(bars.rows, told, strict=True):
        for end, text in zip(row.ends, texts, strict=True):
            widest[_side(end)] = max(widest[_side(end)], _wide(text))
    least, most = NAMES
    return min(most, max(least, wide - AFTER - BARS - sum(widest.values())))


def _placed(bars: Bars, told: Sequence[Sequence[str]], left: float, right: float) -> _Place:
    """Find the largest scale at which every bar has room, and its words beyond it.

    How much a bar and its words need grows with the scale, so it is found by halving.
    """
    ends = [end for row in bars.rows for end in row.ends]
    wide = [_wide(text) for texts in told for text in texts]

    def needed(scale: float, sign: int) -> float:
        """Measure what all bars and error lines take on one side, and words beyond their bars."""
        reach = (
            scale * (sign * end.difference + SURE * end.error) + word * (_side(end) == sign)
            for end, word in zip(ends, wide, strict=True)
        )
        return max(0.0, *reach)

    longest = max(abs(end.difference) + SURE * end.error for end in ends)
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
    ticks = _ticks(bars, place, across)
    for tick, text in zip(ticks, _evenly(bars, ticks), strict=True):
        x = place.along(tick - bars.base)
        page.line((x, x), down, colours().rule, behind=True)
        below = down[1] + 3.4
        page.text(x, below, text, sizes().small, colour=colours().quiet, side="center")


def _ticks(bars: Bars, place: _Place, across: tuple[float, float]) -> list[float]:
    """Find round values that the measure can have, and whose words do not touch."""
    from matplotlib.ticker import MaxNLocator

    if not place.scale:
        return []
    low, high = (bars.base + (x - place.zero) / place.scale for x in across)
    ruler = Ruler(sizes().small)
    for bins in BINS:
        found = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        ticks = [float(tick) for tick in found if low <= tick <= high and bars.can_be(tick)]
        wide = max(map(ruler.width, _evenly(bars, ticks)), default=0.0) * POINT + OFF
        if all(place.scale * (after - tick) >= wide for tick, after in pairwise(ticks)):
            return ticks
    return []


def _evenly(bars: Bars, ticks: Sequence[float]) -> list[str]:
    """Write round values with as many decimals as let equal steps read as equal."""
    step = min((after - tick for tick, after in pairwise(ticks)), default=math.inf)
    largest = max(map(abs, ticks), default=0.0)

    def off(written: Sequence[float]) -> bool:
        return any(abs(w - tick) > NEAR * step for w, tick in zip(written, ticks, strict=True))

    if bars.unit == "pounds":
        if not off([float(f"{tick:.2e}") for tick in ticks]):  # as `money` writes them
            return [bars.said(tick) for tick in ticks]
        scale, mark = next(each for each in _POUNDS if largest >= each[0] or each[0] == 1)
        least, sign = 0, "£"
    else:
        scale, mark = (0.01, "%") if bars.unit == "probability" else (1.0, "")
        least, sign = _DECIMALS.get(bars.unit, 0), ""
    places = least
    while places < PLACES and off([round(tick / scale, places) * scale for tick in ticks]):
        places += 1
    minus = "−" if sign else "-"
    return [
        f"{minus if tick < 0 else ''}{housed(f'{sign}{abs(tick) / scale:,.{places}f}{mark}')}"
        for tick in ticks
    ]
