"""Means, errors and quantiles over paths, the same to the bit in any blocks.

Sums of pence are exact. Squares are summed a unit of 250 paths at a time about the unit's own mean,
and units are joined in order (Chan, Golub and LeVeque, The American Statistician 37, 1983), so that
neither the size of a block nor the number of workers shows, and equal paths have an error of zero.

Where paths are not drawn independently, units form parts that are (`fundsim.sampling`), and errors
come from how the parts' means vary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fundsim.chance import UNIT
from fundsim.errors import RunError
from fundsim.money import Pence, Real

_FULL = 2**62  # what a unit adds is below it


@dataclass(frozen=True)
class Moments:
    """How many are observed, the exact sum of their pence, and of squares about their mean.

    An observation is a path, or the sum of a part of `size` paths.
    """

    count: int
    total: Pence | Real
    squares: Real
    size: int = 1

    @classmethod
    def over(cls, paths: int, parts: int, total: Pence | Real, squares: Real) -> Moments:
        """Give those of a number of paths, in independent parts where there is more than one."""
        return (
            cls(paths, total, squares) if parts == 1 else cls(parts, total, squares, paths // parts)
        )

    @classmethod
    def of_parts(cls, parts: Sequence[Moments]) -> Moments:
        """Take the moments of parts of as many paths each, which are observed whole."""
        if len(parts) == 1:
            return parts[0]
        totals = np.stack([np.asarray(part.total, np.int64) for part in parts], axis=-1)
        return replace(cls.of_unit(totals), size=parts[0].count)

    @classmethod
    def of_unit(cls, pence: Pence) -> Moments:
        """Take the moments of the paths of one unit, over the last axis."""
        count, total = pence.shape[-1], pence.sum(axis=-1)
        centre = total // count
        distance = (pence - centre[..., np.newaxis]).astype(np.float64)
        distance *= distance
        offset = (total - count * centre).astype(np.float64)
        return cls(count, total, distance.sum(axis=-1) - offset * offset / count)

    @classmethod
    def of_units(cls, pence: Pence) -> list[Moments]:
        """Take the moments of each unit of paths in turn; `pence` begins at a unit's first path."""
        whole = pence.shape[-1] // UNIT * UNIT
        together = cls.of_unit(pence[..., :whole].reshape(*pence.shape[:-1], -1, UNIT))
        units = [
            cls(UNIT, together.total[..., unit], together.squares[..., unit])
            for unit in range(whole // UNIT)
        ]
        return units + ([cls.of_unit(pence[..., whole:])] if whole < pence.shape[-1] else [])

    @classmethod
    def nothing(cls, count: int, like: Moments) -> Moments:
        """Give the moments of paths that all hold nothing."""
        return cls(count, np.zeros_like(like.total), np.zeros_like(like.squares))

    @classmethod
    def joined(cls, units: Sequence[Moments]) -> Moments:
        """Join the moments of units, in their order."""
        whole = units[0]
        for unit in units[1:]:
            whole = whole.with_(unit)
        return whole

    def with_(self, other: Moments) -> Moments:
        """Join the moments of other paths to these."""
        count = self.count + other.count
        own, rest = np.divmod(self.total, self.count)  # whole pence first: equal means differ by 0
        others, others_rest = np.divmod(other.total, other.count)
        apart = (others - own) + (others_rest / other.count - rest / self.count)
        squares = self.squares + other.squares
        squares = squares + apart * apart * (self.count * other.count / count)
        return Moments(count, _added(self.total, other.total, count), squares)

    @property
    def mean(self) -> Real:
        """Mean over paths, in pence."""
        return np.asarray(self.total / (self.count * self.size))

    @property
    def error(self) -> Real:
        """Monte Carlo standard error of the mean; nan for a single path, which shows none."""
        if self.count == 1:
            return np.full(self.squares.shape, np.nan)
        variance = np.maximum(self.squares, 0.0) / (self.count - 1)
        return np.asarray(np.sqrt(variance / self.count) / self.size)


def _added(one: Pence | Real, other: Pence | Real, count: int) -> Pence | Real:
    """Add sums up, or raise RunError before they no longer fit into 64 bits."""
    both: Pence | Real = one + other
    if np.abs(both).max(initial=0) > _FULL:
        message = (
            f"the pence of {count:,} paths together are too many to be added up exactly; simulate "
            "fewer paths or years, or less money"
        )
        raise RunError(message)
    return both


def moments(pence: Pence, parts: int = 1) -> Moments:
    """Take the moments of all paths, over the last axis; unit u is of part u modulo `parts`."""
    units = Moments.of_units(pence)
    return Moments.of_parts([Moments.joined(units[part::parts]) for part in range(parts)])


def mean_and_error(values: Real, parts: int = 1) -> tuple[float, float]:
    """Take the mean of one figure a path, and its standard error; nan where there is none.

    `values` is `(path,)` of floats that are not money, nan on paths that have no figure; sums go a
    unit at a time, in order. With parts the error is that of a ratio of sums over them: the square
    root of Σ (Σ of distances in a part)² · g / (g − 1), over the number of figures (Cochran,
    Sampling Techniques, 3rd edition, 1977, section 6.4).
    """
    there = ~np.isnan(values)
    known = values[there]
    count = len(known)
    if not count:
        return np.nan, np.nan
    mean = in_units(known) / count
    if count == 1:
        return mean, np.nan
    if parts == 1:
        return mean, float(np.sqrt(in_units((known - mean) ** 2) / (count - 1) / count))
    away = np.where(there, values - mean, 0.0)
    units = [float(away[i : i + UNIT].sum()) for i in range(0, len(away), UNIT)]
    squares = math.fsum(math.fsum(units[part::parts]) ** 2 for part in range(parts))
    return mean, math.sqrt(squares * parts / (parts - 1)) / count


def in_units(values: Real) -> float:
    """Add figures up a unit at a time, in order."""
    return sum(float(values[i : i + UNIT].sum()) for i in range(0, len(values), UNIT))


def quantiles(values: NDArray[np.int64] | Real, levels: Iterable[float]) -> Real:
    """Take exact quantiles over the last axis, linear between neighbours (type 7).

    The answer has the levels as its first axis. Hyndman and Fan, The American Statistician 50,
    1996.

    >>> quantiles(np.array([1, 2, 3, 4]), [0.5]).tolist()
    [2.5]
    """
    count = values.shape[-1]
    places = [level * (count - 1) for level in levels]
    below = [int(place) for place in places]
    above = [low + (place > low) for low, place in zip(below, places, strict=True)]
    ordered = np.partition(values, sorted({*below, *above}), axis=-1)
    answer = np.empty((len(places), *values.shape[:-1]))
    for row, (place, low, high) in enumerate(zip(places, below, above, strict=True)):
        gap = ordered[..., high] - ordered[..., low]
        answer[row] = ordered[..., low] + (place - low) * gap
    return answer
