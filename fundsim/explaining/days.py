"""The days of a run: its years and quarters."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from fundsim.scenario import Scenario
from fundsim.units import months_after


@dataclass(frozen=True)
class Days:
    """The calendar of a run of some years from its start day."""

    start: date
    years: int

    @classmethod
    def of(cls, scenario: Scenario) -> Days:
        """Take the calendar of a scenario."""
        return cls(scenario.start, scenario.years)

    @cached_property
    def quarter_ends(self) -> tuple[date, ...]:
        """The last day of each quarter."""
        firsts = (months_after(self.start, 3 * number) for number in range(1, 4 * self.years + 1))
        return tuple(day - timedelta(days=1) for day in firsts)

    @cached_property
    def year_starts(self) -> tuple[date, ...]:
        """The first day of each year."""
        return tuple(months_after(self.start, 12 * number) for number in range(self.years))

    @property
    def year_ends(self) -> tuple[date, ...]:
        """The last day of each year."""
        return self.quarter_ends[3::4]

    @property
    def last(self) -> date:
        """The last day of the run."""
        return self.quarter_ends[-1]

    def year_of(self, day: date) -> int:
        """Give the row of the year that a day falls in."""
        return bisect_right(self.year_starts, day) - 1

    def firsts_of_months(self, year: int) -> list[date]:
        """List the first day of each month that begins in a year of the run."""
        begin, end = self.year_starts[year], self.year_ends[year]
        first = begin if begin.day == 1 else months_after(begin.replace(day=1), 1)
        days = (months_after(first, number) for number in range(12))
        return [day for day in days if day <= end]
