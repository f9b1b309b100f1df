"""What of a fund's history a metric reads, so that no more than that need be simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import numpy as np

from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import MEASURES, Basis, FundSeries

YEARS = 100  # of the history that a metric is tried on: as long as any
TOTALS = ("gini_per_head", "share_to_most_deprived_fifth")

Figures = TypeVar("Figures")


class _Watched(Mapping[str, Figures]):
    """Gives the same figures under each of some names, and notes which were asked for."""

    def __init__(self, names: tuple[str, ...], figures: Figures, seen: set[str]) -> None:
        self._names, self._figures, self._seen = names, figures, seen

    def __getitem__(self, name: str) -> Figures:
        if name not in self._names:
            raise KeyError(name)
        self._seen.add(name)
        return self._figures

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_by(name: str, basis: Basis) -> frozenset[str]:
    """Name the measures and totals that a metric of the catalogue reads, by trying it.

    >>> sorted(read_by("ends_below_whole", "real"))
    ['arrived', 'closing_capital']
    """
    seen: set[str] = set()
    pence = _Watched(tuple(MEASURES), np.ones((YEARS, 1), np.int64), seen)
    totals = _Watched(TOTALS, np.ones(1), seen)
    years = tuple(range(YEARS))
    fund = FundSeries("", years, kept=True, first=0, nominal=pence, real=pence, totals=totals)
    METRICS[name].measure(fund, basis)
    return frozenset(seen)
