"""Drawing dates: rows of text at the left, each with its marks on one axis of time at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundsim.charts.bars import Bar, Labels, width
from fundsim.charts.events import Event
from fundsim.charts.figures import day, money
from fundsim.charts.language import aloud, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.schedule import (
    APART,
    RELEASES,
    YEAR,
    Row,
    Schedule,
    by_day,
    rows_of,
    scheme_of,
    shocks_of,
)
from fundsim.charts.style import colours, sizes
from fundsim.charts.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = 62.0  # room for the words of a row, in millimetres
TITLE = 7.0  # height of a fund's title
BAR = 6.0  # of the bar of the largest amount
TIER = 3.2  # from amounts to those above them, where they would touch
CLEAR = 1.9  # from a bar to the middle of the amount above it
NAMED = 0.02  # of the largest release: smaller ones are drawn, and not written
LOW = 1.3  # half the height of an amount, so far that what passes behind it is hidden
CLOSE = 6  # so many payments are each joined to where they go
LINED = 3.2  # from line to line of a row's words
LINES = 3  # of a row's words, at most
PAD = 2.2  # between two rows
BELOW = 6.0  # for the years
TIGHT = 7.2  # size of a row's words
THICK = 2.6  # of a bar in time


class _Sheet:
    """Rows on a page, from above; heights are worked out before there is one."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        funds = dict.fromkeys(e.fund for e in schedule.events if e.kind not in APART)
        self.groups = [(schedule.titles[name], [*rows_of(schedule, name)]) for name in funds]
        for title, rows in (
            (say("Dormant assets"), [*scheme_of(schedule)]),
            (say("Shocks"), [*shocks_of(schedule)]),
        ):
            self.groups += [(title, rows)] if rows else []
        amounts = [by_day(row.events) for _, rows in self.groups for row in rows]
        self.largest = max((pence for days in amounts for pence in days.values()), default=0) or 1

    def lines(self, row: Row, clean: Callable[[str], str]) -> list[str]:
        """Break what is said of a row."""
        return Ruler(TIGHT).shortened(clean(row.what), (TEXT - 4.0) / POINT, lines=LINES)

    def high(self, row: Row, clean: Callable[[str], str]) -> float:
        """How high a row is."""
        text = (len(self.lines(row, clean)) + 1) * LINED + PAD
        if row.kind not in ("opening", "arrives", *RELEASES):
            return text
        return max(text, BAR + 2 * TIER + PAD + 1.0)


def draw_schedule(schedule: Schedule, words: Words) -> Figure:
    """Draw all rows, group by group, and the years below."""
    from fundsim.charts.lettering import Letters

    sheet, clean = _Sheet(schedule), Letters().drawable
    high = sum(TITLE + sum(sheet.high(row, clean) for row in rows) for _, rows in sheet.groups)
    names = [*schedule.titles.values(), *(aloud(e.what) for e in schedule.events)]
    page = Page(words, high + BELOW, names)
    axis = Axis(page, schedule)
    axis.years()
    top = page.top
    for title, rows in sheet.groups:
        line = Ruler(sizes().small, bold=True).shortened(
            clean(title), (page.right - page.left) / POINT, lines=1
        )
        page.line((page.left, page.right), (top + 0.4,) * 2, colours().rule)
        page.text(page.left, top + 0.6 * TITLE, line[0], sizes().small, bold=True)
        top += TITLE
        for row in rows:
            bottom = top + sheet.high(row, clean)
            lines = sheet.lines(row, clean)
            for number, text in enumerate(lines):
                page.text(page.left, top + (number + 0.5) * LINED, text, TIGHT)
            at = top + (len(lines) + 0.5) * LINED
            page.text(page.left, at, row.when, TIGHT, colour=colours().quiet)
            axis.marks(row, top, bottom - PAD, sheet.largest)
            top = bottom
    axis.passages()
    return page.figure


class Axis:
    """The axis of time on a page: where a day is, and the marks of rows."""

    def __init__(self, page: Page, schedule: Schedule) -> None:
        self.page, self.schedule = page, schedule
        self.left, self.right = page.left + TEXT, page.right - 5.0
        self._leaves: list[tuple[Event, float]] = []
        self._enters: dict[str, float] = {}

    def x(self, when: date) -> float:
        """Say where a day stands; what is beyond an end of the axis stands at that end."""
        whole = max(self.schedule.days(self.schedule.end), 1)
        part = min(max(self.schedule.days(when) / whole, 0.0), 1.0)
        return self.left + part * (self.right - self.left)

    def years(self) -> None:
        """Draw a light line at the first day of some calendar years, and write them below."""
        page, schedule = self.page, self.schedule
        bottom = page.bottom - BELOW
        page.line((self.left, self.right), (bottom, bottom), colours().ink, 0.8)
        first, last = schedule.start.year, schedule.end.year
        room = (self.right - self.left) / (Ruler(TIGHT).width("2000") * POINT + 3.0)
        span = max(schedule.days(schedule.end) / YEAR, 1e-9)
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if span / s < room)
        for year in range(first, last + 1):
            when = date(year, 1, 1)
            if year % step == 0 and schedule.start <= when <= schedule.end:
                x = self.x(when)
                page.line((x, x), (page.top, bottom + 1.0), colours().rule, 0.6, behind=True)
                page.text(x, bottom + 3.4, str(year), TIGHT, side="center")
        if not any(schedule.start <= date(y, 1, 1) <= schedule.end for y in range(first, last + 1)):
            page.text(self.left, bottom + 3.4, day(schedule.start), TIGHT)

    def marks(self, row: Row, top: float, bottom: float, largest: int) -> None:
        """Draw a row's marks."""
        middle = top + 0.5 * LINED
        match row.kind:
            case "opening" | "arrives":
                self._amounts(row.events, bottom, largest)
            case "released" | "modelled":
                self._released(row.events, bottom, largest)
            case "receives":
                self._enters[row.receives] = middle
                for event in row.events:
                    self._diamond(self.x(event.on), middle, colours().paper)
            case "pays":
                self._leave(row.events, middle)
                for event in row.events:
                    self._diamond(self.x(event.on), middle, colours().inner)
            case "closes":
                self._leave(row.events, middle)
                self._square(self.x(row.events[0].on), middle)
            case _:
                self._lasting(row.events[0], middle)

    def _lasting(self, event: Event, middle: float) -> None:
        """Draw what lasts as a bar in time, and what begins on a day as a diamond."""
        if event.kind == "delay" or (event.kind == "shock" and not event.until):
            self._diamond(
                self.x(event.on),
                middle,
                colours().line if event.kind == "shock" else colours().paper,
            )
        else:
            colour = colours().line if event.kind == "spends" else colours().inner
            self._bar(event.on, event.until, middle, colour)

    def _leave(self, found: Sequence[Event], middle: float) -> None:
        """Note what is to be joined to where it goes: few payments each, of many the first."""
        joined = found if len(found) <= CLOSE else found[:1]
        self._leaves += [(event, middle) for event in joined]

    def passages(self) -> None:
        """Join payments and residues to the rows of the funds that receive them."""
        for event, begin in self._leaves:
            if event.to in self._enters:
                end = self._enters[event.to]
                x, up = self.x(event.on), 1 if end > begin else -1
                self.page.line(
                    (x, x), (begin + 1.7 * up, end - 1.7 * up), colours().inner, 0.8, behind=True
                )

    def _amounts(self, found: Sequence[Event], bottom: float, largest: int) -> None:
        """Draw a bar a day as high as its money, and write it above, largest first, if it fits."""
        of_days = by_day(found)
        self.page.line((self.left, self.right), (bottom, bottom), colours().quiet, 0.5)
        tiers: list[list[tuple[float, float]]] = [[], []]
        for when in sorted(of_days, key=lambda when: (-of_days[when], when)):
            x, high = self.x(when), max(BAR * of_days[when] / largest, 0.3)
            self._box(x, bottom - high, x + 1.3, bottom, colours().line)
            name = money(of_days[when] / 100)
            half = Ruler(TIGHT).width(name) * POINT / 2 + 0.4
            centre = min(max(x + 0.65, self.left + half), self.right + 5.0 - half)
            for number, taken in enumerate(tiers):
                if all(centre + half < a or centre - half > b for a, b in taken):
                    taken.append((centre - half, centre + half))
                    at = bottom - (high if number == 0 else BAR) - CLEAR - TIER * number
                    self._amount(name, (x + 0.65, bottom - high), (centre, at))
                    break

    def _released(self, found: Sequence[Event], bottom: float, largest: int) -> None:
        """Draw a bar for each release, light where it is modelled, and write what fits above."""
        self.page.line((self.left, self.right), (bottom, bottom), colours().quiet, 0.5)
        names: dict[Bar, str] = {}
        bars = []
        of_days = by_day(found)
        for when, pence in of_days.items():
            name, high = money(pence / 100), max(BAR * pence / largest, 0.3)
            bars.append(Bar(self.x(when), high, Ruler(TIGHT).width(name) * POINT + 0.8))
            if pence >= NAMED * max(of_days.values()):
                names[bars[-1]] = name
        thick = width([bar.x for bar in bars])
        colour = (
            colours().inner if any(event.kind == "modelled" for event in found) else colours().line
        )
        for bar in bars:
            self._box(bar.x, bottom - bar.high, bar.x + thick, bottom, colour)
        labels = Labels(bars, (self.left, self.right + 5.0), top=BAR, tier=TIER, clear=CLEAR)
        for label in labels.place([*names]):
            top = label.bar.x + thick / 2, bottom - label.bar.high
            half, at = label.bar.written / 2, bottom - label.above
            self._box(label.centre - half, at - LOW, label.centre + half, at + LOW, colours().paper)
            self._amount(names[label.bar], top, (label.centre, at))

    def _amount(self, name: str, bar: tuple[float, float], at: tuple[float, float]) -> None:
        """Write an amount, with a line down to its bar where that is not just below."""
        if bar[1] - at[1] > TIER:
            self.page.line((bar[0], bar[0]), (at[1] + 1.5, bar[1]), colours().rule, 0.6)
        self.page.text(*at, name, TIGHT, side="center")

    def _bar(self, begin: date, until: date | None, middle: float, colour: str) -> None:
        """Draw a bar in time; one that goes on beyond the axis has a point."""
        left = self.x(begin)
        right = max(self.x(until or date.max), left + 0.6)
        half = THICK / 2
        self._box(left, middle - half, right, middle + half, colour)
        if until is None or until > self.schedule.end + timedelta(days=1):
            tip = right + 3.0
            self.page.shape([(right, middle - half), (tip, middle), (right, middle + half)], colour)

    def _box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.page.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def _diamond(self, x: float, middle: float, colour: str) -> None:
        corners = [(x - 1.3, middle), (x, middle - 1.7), (x + 1.3, middle), (x, middle + 1.7)]
        self.page.shape(corners, colour, edge=colours().line)

    def _square(self, x: float, middle: float) -> None:
        corners = [(-1.3, -1.3), (1.3, -1.3), (1.3, 1.3), (-1.3, 1.3)]
        self.page.shape(
            [(x + a, middle + b) for a, b in corners], colours().paper, edge=colours().line
        )
