"""How money reaches a fund."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from fundsim.rules.base import Rule
from fundsim.units import Day, Money, parse_day

_YEAR = re.compile(r"[1-9]\d{3}")


class Inflow(Rule):
    """A rule that says which amounts arrive and when."""

    def arrivals(self, start: date) -> list[tuple[date, int]]:
        """List (day, pence) in order of day; `start` is the first day of the simulation."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


class Lump(Inflow):
    """One amount on one day."""

    kind: Literal["lump"] = "lump"
    amount: Money = Field(description="what arrives")
    on: Day | None = Field(None, description="the day; the start day if left out")

    def arrivals(self, start: date) -> list[tuple[date, int]]:
        """Give the one arrival."""
        return [(self.on or start, self.amount)]


class Schedule(Inflow):
    """Stated amounts in stated years or on stated days."""

    kind: Literal["schedule"] = "schedule"
    amounts: dict[str, Money] = Field(
        min_length=1,
        description="amount by year (arrives on the first day of that run year) or by day",
    )

    @field_validator("amounts")
    @classmethod
    def _keys_are_times(cls, amounts: dict[str, int]) -> dict[str, int]:
        for key in amounts:
            if not _YEAR.fullmatch(key):
                try:
                    parse_day(key)
                except ValueError:
                    message = f'"{key}" is neither a year (2021) nor a day (2021-10-01)'
                    raise ValueError(message) from None
        return amounts

    def arrivals(self, start: date) -> list[tuple[date, int]]:
        """Give each amount its day: a year means the anniversary of the start day in it."""
        return sorted((_day(key, start), pence) for key, pence in self.amounts.items())


def _day(key: str, start: date) -> date:
    if not _YEAR.fullmatch(key):
        return date.fromisoformat(key)
    year = int(key)
    lacks_day = (start.month, start.day) == (2, 29) and not isleap(year)
    return start.replace(year=year, day=28 if lacks_day else start.day)


class Releases(Inflow):
    """What the scenario's dormant assets scheme releases, for some nations and for one cause."""

    kind: Literal["releases"] = "releases"
    nations: list[str] | None = Field(
        None, min_length=1, description="whose part of each release; all nations' if left out"
    )
    cause: str | None = Field(
        None, description="the cause whose share it is; those of all causes if left out"
    )

    def arrivals(self, start: date) -> list[tuple[date, int]]:
        """Nothing is stated beforehand: each path of the scheme has its own amounts."""
        del start
        return []


AnyInflow = Annotated[Lump | Schedule | Releases, Field(discriminator="kind")]
