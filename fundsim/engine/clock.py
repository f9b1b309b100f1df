"""The calendar: SimPy's environment, dates, and the phases of a day.

A tick is (day, phase, rank): what happens on one day happens in the order of the phases, and within
a phase in the order of the stories in the scenario. Nothing is left to the order in which events
were made. Only dates wake stories.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum

import simpy

from fundsim.units import months_after


class Phase(IntEnum):
    """The parts of a day, in order."""

    ARRIVE = 0
    INVEST = 1
    VALUE = 2
    DECIDE = 3
    CLOSE = 4
    PAY = 5
    PRICE = 6
    RECORD = 7


_RANKS = 1_000
_DAY = len(Phase) * _RANKS


class Clock:
    """The days from the start of a run to the end of its last year."""

    def __init__(self, start: date, years: int) -> None:
        self.start, self.years = start, years
        self.env = simpy.Environment()
        quarters = [months_after(start, 3 * quarter) for quarter in range(4 * years + 1)]
        self.quarter_starts = tuple(quarters[:-1])
        self.quarter_ends = tuple(day - timedelta(days=1) for day in quarters[1:])
        self.year_ends = self.quarter_ends[3::4]
        self.last_day = self.quarter_ends[-1]

    @property
    def today(self) -> date:
        """The day it is."""
        return self.start + timedelta(days=int(self.env.now) // _DAY)

    def until(self, day: date, phase: Phase, rank: int = 0) -> simpy.Event:
        """Wake the caller on a day, in a phase, in its rank."""
        return self.env.timeout(self._tick(day, phase, rank) - self.env.now)

    def run(self) -> None:
        """Let the stories happen, to the end of the last day."""
        self.env.run(until=self._tick(self.last_day + timedelta(days=1), Phase.ARRIVE, 0))

    def _tick(self, day: date, phase: Phase, rank: int) -> int:
        return (day - self.start).days * _DAY + phase * _RANKS + rank
