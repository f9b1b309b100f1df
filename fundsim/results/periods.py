"""The spans of time that figures are given for: each year, each decade, the whole horizon."""

from __future__ import annotations

from dataclasses import dataclass

DECADE = 10


@dataclass(frozen=True)
class Periods:
    """Rows of a table of figures by time: the years, then the decades, then the horizon.

    Decades count from the start, and the last may be short; a horizon of one decade has none.

    >>> Periods(12).spans[-3:]
    [(0, 10), (10, 12), (0, 12)]
    """

    years: int

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First year and the year after the last, for each row."""
        years = [(year, year + 1) for year in range(self.years)]
        decades = [(d, min(d + DECADE, self.years)) for d in range(0, self.years, DECADE)]
        return [*years, *(decades if len(decades) > 1 else ()), (0, self.years)]

    @property
    def longer(self) -> dict[int, tuple[int, int]]:
        """The rows that are longer than years, with their spans."""
        return {row: span for row, span in enumerate(self.spans) if row >= self.years}
