"""The calendar: SimPy's environment, dates, and the phases of a day.

A tick is (day, phase, rank): what happens on one day happens in the order of the phases, and within
a phase in the order of the stories in the scenario. Nothing is left to the order in which events
were made, but where amounts are only added up. Only dates wake stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import IntEnum

import simpy

from fundsim.units import months_after


class Phase(IntEnum):
    """The parts of a day, in order."""

    SHOCK = 0
    ARRIVE = 1
    PASS = 2
    INVEST = 3
    VALUE = 4
    DECIDE = 5
    CLOSE = 6
    RECEIVE = 7
    SIT = 8
    PAY = 9
    PRICE = 10
    RECORD = 11


_RANKS = 10_000
_DAY = len(Phase) * _RANKS


class Clock:
    """The days from the start of a run to the end of its last year."""

    def __init__(self, start: date, years: int) -> None:
        self.start, self.years = start, years
        self.env = simpy.Environment()
        quarters = [months_after(start, 3 * quarter) for quarter in range(4 * years + 1)]
        self.quarter_starts = tuple(quarters[:-1])
        self.quarter_ends = tuple(day - timedelta(days=1) for day in quarters[1:])
        self.year_starts = self.quarter_starts[::4]
        self.year_ends = self.quarter_ends[3::4]
        self.last_day = self.quarter_ends[-1]
        self.months = tuple(self._first_days_of_months())

    def _first_days_of_months(self) -> Iterator[date]:
        """List the first day of each month in the run."""
        day = self.start if self.start.day == 1 else months_after(self.start.replace(day=1), 1)
        while day <= self.last_day:
            yield day
            day = months_after(day, 1)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.start + timedelta(days=int(self.env.now) // _DAY)

    def until(self, day: date, phase: Phase, rank: int = 0) -> simpy.Event:
        """Wake the caller on a day, in a phase, in its rank."""
        return self.env.timeout(self._tick(day, phase, rank) - self.env.now)

    def after_shocks(self, day: date) -> simpy.Event:
        """Wake the caller on a day, once what befalls on it has befallen; at once if it has."""
        return self.env.timeout(max(self._tick(day, Phase.SHOCK, _RANKS - 1) - self.env.now, 0))

    def run(self) -> None:
        """Let the stories happen, to the end of the last day."""
        self.env.run(until=self._tick(self.last_day + timedelta(days=1), Phase.SHOCK, 0))

    def _tick(self, day: date, phase: Phase, rank: int) -> int:
        return (day - self.start).days * _DAY + phase * _RANKS + rank
