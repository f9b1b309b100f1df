"""A scenario's dates put in rows: what is said of each, and where the axis of time ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from fundsim.charts.events import Event, Kind
from fundsim.charts.figures import FIRM, day, money
from fundsim.charts.language import aloud, counted, phrase, resaid, say
from fundsim.charts.words import Facts
from fundsim.results import Table
from fundsim.units import months_after

YEAR = 365.25
LATER = 1.15  # the axis ends so much later than the last date, in parts of the way to it
NEAR = 0.6  # or at the horizon, where that takes more than this part of the way there
RELEASES: tuple[Kind, ...] = ("released", "modelled")
SCHEME: tuple[Kind, ...] = ("transfers", "delay")  # what the dormant assets scheme does itself
APART: tuple[Kind, ...] = (*SCHEME, "shock")  # these have groups of their own
PAYS = phrase("pays {pounds} to {title}")
_DAY = re.compile(r"(?<=\d) (?=[A-Z])")  # the blank of a day and its month


@dataclass(frozen=True)
class Schedule:
    """Events, the titles of funds, and the axis: its first day and its last one."""

    events: tuple[Event, ...]
    titles: dict[str, str]
    start: date
    end: date
    horizon: date

    @classmethod
    def of(cls, table: Table, facts: Facts) -> Schedule:
        """Read a schedule off its table; where all is dated early, the axis ends soon after."""
        found, titles = [], {}
        for row in table.rows():
            fund, title, kind, on, until, pounds, to, what = row
            titles[fund] = title
            end = date.fromisoformat(until) if until else None
            pence = round(float(pounds) * 100) if pounds else None
            begin = date.fromisoformat(on)
            found.append(Event(cast("Kind", kind), fund, begin, end, pence, to, what))
        horizon = months_after(facts.start, 12 * facts.years) - timedelta(days=1)
        return cls(tuple(found), titles, facts.start, _end(found, facts.start, horizon), horizon)

    def days(self, when: date) -> int:
        """Count the days from the first one on."""
        return (when - self.start).days


def _end(found: Sequence[Event], start: date, horizon: date) -> date:
    """End the axis a little after the last date, or at the horizon if that is near."""
    last = max((day for e in found for day in (e.on, e.until or e.on)), default=horizon)
    shown = max((last - start).days * LATER, 3 * YEAR)
    return horizon if shown > NEAR * (horizon - start).days else start + timedelta(days=int(shown))


@dataclass(frozen=True)
class Row:
    """Some events of a kind: what is said of them, and of when.

    `receives` is the fund that they reach, where the row tells it from that fund's side.
    """

    events: tuple[Event, ...]
    what: str
    when: str
    receives: str = ""

    @property
    def kind(self) -> Kind | Literal["receives"]:
        """What all of them are."""
        return "receives" if self.receives else self.events[0].kind


def rows_of(schedule: Schedule, fund: str) -> Iterator[Row]:
    """Put a fund's events in rows: arrivals, from others, spending, payments, closing."""
    own = [e for e in schedule.events if e.fund == fund and e.kind not in APART]
    arriving = tuple(e for e in own if e.kind in ("opening", "arrives"))
    if arriving:
        total = money(sum(e.pence or 0 for e in arriving) / 100)
        days = len({e.on for e in arriving})
        what = say("{pounds} arrives", pounds=total)
        if days > 1:
            what = say("{pounds} arrives on {days}", pounds=total, days=counted(days, "day"))
        yield Row(arriving, what, _span(arriving))
    released = tuple(e for e in own if e.kind in RELEASES)
    if released:
        yield Row(released, _released(released), _span(released))
    passed = tuple(e for e in schedule.events if e.to == fund)
    if passed:
        givers = ", ".join(dict.fromkeys(schedule.titles[e.fund] for e in passed))
        what = say("Receives from: {funds}", funds=givers)
        yield Row(passed, what, _span(passed), receives=fund)
    for event in own:
        if event.kind == "spends":
            what = _DAY.sub(FIRM, _capital(event.what))
            yield Row((event,), what, _from(event))
    for what in dict.fromkeys(e.what for e in own if e.kind == "pays"):
        paid = tuple(e for e in own if e.kind == "pays" and e.what == what)
        yield Row(paid, _payments(paid), _span(paid))
    for event in own:
        if event.kind == "closes":
            yield Row((event,), _capital(event.what), day(event.on))


def scheme_of(schedule: Schedule) -> Iterator[Row]:
    """Give each class of dormant assets its row, and each nation that has its part later."""
    for event in schedule.events:
        if event.kind == "transfers":
            yield Row((event,), aloud(event.what), _from(event))
        elif event.kind == "delay":
            when = say("first on {day}", day=day(event.on))
            yield Row((event,), aloud(event.what), when)


def shocks_of(schedule: Schedule) -> Iterator[Row]:
    """Give each shock its row."""
    for event in schedule.events:
        if event.kind == "shock":
            when = day(event.on)
            if event.until:
                when = say("{first} to {last}", first=when, last=_before(event.until))
            yield Row((event,), aloud(event.what), when)


def _from(event: Event) -> str:
    """Say from when on something is so, and to when."""
    first = day(event.on)
    if event.until is None:
        return say("from {first} on", first=first)
    return say("from {first} to {last}", first=first, last=_before(event.until))


def _payments(paid: Sequence[Event]) -> str:
    amounts = {event.pence for event in paid}
    stated = amounts.pop() if len(amounts) == 1 else None
    what = _capital(paid[0].what)
    if stated is not None:
        pounds = money(stated / 100)
        what = _capital(resaid(paid[0].what, PAYS, pounds=pounds))
    if len(paid) == 1:
        return what
    return say("{what}, {times}", what=what, times=counted(len(paid), "time"))


def _released(found: Sequence[Event]) -> str:
    """Sum what dormant assets release."""
    total = money(sum(event.pence or 0 for event in found) / 100)
    days = len({event.on for event in found})
    what = say("{pounds} of dormant assets is released", pounds=total)
    if days > 1:
        of_days = counted(days, "day").replace(" ", FIRM)
        what = say("{pounds} of dormant assets is released on {days}", pounds=total, days=of_days)
    if any(event.kind == "modelled" for event in found):
        return say("{what}, with chance left out", what=what)
    return what


def _capital(what: str) -> str:
    said = aloud(what)
    return f"{said[0].upper()}{said[1:]}"


def by_day(found: Sequence[Event]) -> dict[date, int]:
    """Sum what is stated for each day, in pence."""
    by_day: dict[date, int] = {}
    for event in found:
        by_day[event.on] = by_day.get(event.on, 0) + (event.pence or 0)
    return by_day


def _before(until: date) -> str:
    return day(until - timedelta(days=1))


def _span(found: Sequence[Event]) -> str:
    first, last = min(e.on for e in found), max(e.on for e in found)
    if first == last:
        return day(first)
    return say("{first} to {last}", first=day(first), last=day(last))
