"""A scenario's dates put in rows: what is said of each, and where the axis of time ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from fundsim.charts.events import Event, Kind
from fundsim.charts.figures import FIRM, as_given, day, money
from fundsim.charts.language import counted
from fundsim.charts.words import Facts
from fundsim.results import Table
from fundsim.units import months_after

YEAR = 365.25
LATER = 1.15  # the axis ends so much later than the last date, in parts of the way to it
NEAR = 0.6  # or at the horizon, where that takes more than this part of the way there
RELEASES: tuple[Kind, ...] = ("released", "modelled")
SCHEME: tuple[Kind, ...] = ("transfers", "delay")  # what the dormant assets scheme does itself
APART: tuple[Kind, ...] = (*SCHEME, "shock")  # these have groups of their own
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
            titles[fund] = as_given(title)
            end = date.fromisoformat(until) if until else None
            pence = round(float(pounds) * 100) if pounds else None
            begin = date.fromisoformat(on)
            found.append(Event(cast("Kind", kind), fund, begin, end, pence, to, as_given(what)))
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
        parts = f" on {days} days" if days > 1 else ""
        yield Row(arriving, f"{total} arrives{parts}", _span(arriving))
    released = tuple(e for e in own if e.kind in RELEASES)
    if released:
        yield Row(released, _released(released), _span(released))
    passed = tuple(e for e in schedule.events if e.to == fund)
    if passed:
        givers = ", ".join(dict.fromkeys(schedule.titles[e.fund] for e in passed))
        yield Row(passed, f"Receives from: {givers}", _span(passed), receives=fund)
    for event in own:
        if event.kind == "spends":
            until = f" to {_before(event.until)}" if event.until else " on"
            what = _DAY.sub(FIRM, _capital(event.what))
            yield Row((event,), what, f"from {day(event.on)}{until}")
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
            until = f" to {_before(event.until)}" if event.until else " on"
            yield Row((event,), event.what, f"from {day(event.on)}{until}")
        elif event.kind == "delay":
            yield Row((event,), event.what, f"first on {day(event.on)}")


def shocks_of(schedule: Schedule) -> Iterator[Row]:
    """Give each shock its row."""
    for event in schedule.events:
        if event.kind == "shock":
            until = f" to {_before(event.until)}" if event.until else ""
            yield Row((event,), event.what, f"{day(event.on)}{until}")


def _payments(paid: Sequence[Event]) -> str:
    amounts = {event.pence for event in paid}
    times = f", {counted(len(paid), 'time')}" if len(paid) > 1 else ""
    stated = amounts.pop() if len(amounts) == 1 else None
    what = _capital(paid[0].what)
    if stated is not None:
        what = what.replace("Pays ", f"Pays {money(stated / 100)} ", 1)
    return f"{what}{times}"


def _released(found: Sequence[Event]) -> str:
    """Sum what dormant assets release."""
    total = money(sum(event.pence or 0 for event in found) / 100)
    days = len({event.on for event in found})
    parts = f" on {days}{FIRM}days" if days > 1 else ""
    chance = ", with chance left out" if any(e.kind == "modelled" for e in found) else ""
    return f"{total} of dormant assets is released{parts}{chance}"


def _capital(what: str) -> str:
    return f"{what[0].upper()}{what[1:]}"


def by_day(found: Sequence[Event]) -> dict[date, int]:
    """Sum what is stated for each day, in pence."""
    by_day: dict[date, int] = {}
    for event in found:
        by_day[event.on] = by_day.get(event.on, 0) + (event.pence or 0)
    return by_day


def _before(until: date | None) -> str:
    return day(until - timedelta(days=1)) if until else ""


def _span(found: Sequence[Event]) -> str:
    first, last = min(e.on for e in found), max(e.on for e in found)
    return day(first) if first == last else f"{day(first)} to {day(last)}"
