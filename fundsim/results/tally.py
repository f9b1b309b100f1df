"""Moments over paths of one measure, for each member and each period, kept while a block runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fundsim.chance import UNIT
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence
from fundsim.results.periods import Periods


class Tally:
    """Sums and squares of one measure, `(period, member)`, unit by unit of 250 paths."""

    def __init__(self, periods: Periods, members: int, paths: int, *, longer: bool) -> None:
        """Start at nothing; without `longer` only years are kept, not decades and horizon."""
        self._longer = periods.longer if longer else {}
        self._sums: dict[int, Pence] = {}
        self._widths = [min(UNIT, paths - begin) for begin in range(0, paths, UNIT)]
        rows = periods.years + len(self._longer)
        self._total = np.zeros((len(self._widths), rows, members), np.int64)
        self._squares = np.zeros((len(self._widths), rows, members))

    def add(
        self, year: int, pence: Pence, moments: Sequence[Moments] | None = None
    ) -> Sequence[Moments]:
        """Count one year, `(member, path)`, and give its moments, unless they are known already.

        A year that is left out holds nothing.
        """
        moments = moments or Moments.of_units(pence)
        self._put(year, moments)
        for row, (begin, end) in self._longer.items():
            if begin <= year < end:
                self._sums[row] = self._sums[row] + pence if row in self._sums else pence
        return moments

    def close(self) -> None:
        """Write down the longer periods, once all years are counted."""
        for row, pence in self._sums.items():
            self._put(row, Moments.of_units(pence))

    @property
    def horizon(self) -> Pence | None:
        """The sum over the horizon, `(member, path)`; None where longer periods are not kept."""
        return self._sums.get(max(self._longer, default=-1))

    def _put(self, row: int, moments: Sequence[Moments]) -> None:
        for unit, found in enumerate(moments):
            self._total[unit, row], self._squares[unit, row] = found.total, found.squares

    def of_path(self) -> Pence:
        """Give the sums themselves, `(period, member)`, where there is but one path."""
        return np.asarray(self._total[0])

    def units(self) -> Sequence[Moments]:
        """Give the moments of each unit, in order."""
        return [
            Moments(width, self._total[unit], self._squares[unit])
            for unit, width in enumerate(self._widths)
        ]
