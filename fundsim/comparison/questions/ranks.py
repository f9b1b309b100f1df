"""How far two orders of the same areas agree: Kendall, Spearman, and what the top ones share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """Pairs of areas by whether two figures order them alike, and the measures made of that.

    `flipped` pairs are ordered one way by the one figure and the other way by the other. `tau` and
    `rho` are 1 where the order is the same and -1 where it is turned round; where a figure is the
    same for all areas they are 1 if both are, and 0 if one is.
    """

    pairs: int
    alike: int
    flipped: int
    tau: float
    rho: float

    @property
    def share_flipped(self) -> float:
        """The share of pairs whose order is turned round, 0 where there are none."""
        return self.flipped / self.pairs if self.pairs else 0.0


def agreement(one: Real, other: Real) -> Agreement:
    """Hold the order of areas by one figure against that by another, `(area,)` both.

    Kendall's tau-b = (C − D) / √((P − T1)(P − T2)), of P pairs C alike and D flipped, T1 and T2
    tied in the one and in the other figure (Kendall, Biometrika 33, 1945). Spearman's rho is
    Pearson's correlation of places, equal figures sharing their mean place.
    """
    first, second = dense(one), dense(other)
    count = len(one)
    pairs = count * (count - 1) // 2
    tied_one, tied_other = tied_pairs(first), tied_pairs(second)
    together = tied_pairs(dense(first * (int(second.max(initial=0)) + 1) + second))
    order = np.lexsort((second, first))
    flipped = inversions(second[order])
    alike = pairs - tied_one - tied_other + together - flipped
    free_one, free_other = pairs - tied_one, pairs - tied_other
    tau = _over(alike - flipped, math.sqrt(free_one) * math.sqrt(free_other), free_one, free_other)
    return Agreement(pairs, alike, flipped, tau, spearman(one, other))


def _over(part: float, whole: float, one: float, other: float) -> float:
    """Divide; where a figure orders nothing, 1 if neither does and 0 if the other one does."""
    if not whole:
        return 1.0 if not one and not other else 0.0
    return min(max(part / whole, -1.0), 1.0)


def spearman(one: Real, other: Real) -> float:
    """Correlate the places of areas by two figures, equal figures sharing their mean place."""
    first, second = (mean_places(each) - (len(each) + 1) / 2 for each in (one, other))
    own, others = (float((each * each).sum()) for each in (first, second))
    return _over(float((first * second).sum()), math.sqrt(own) * math.sqrt(others), own, others)


def dense(figures: Real | Whole) -> Whole:
    """Number figures from the lowest up, from 0, equal ones alike.

    >>> dense(np.array([5.0, 1.0, 5.0])).tolist()
    [1, 0, 1]
    """
    _, number = np.unique(figures, return_inverse=True)
    return np.asarray(number.reshape(-1), np.int64)


def mean_places(figures: Real) -> Real:
    """Give places from the lowest, which is 1; equal figures share their mean place.

    >>> mean_places(np.array([5.0, 1.0, 5.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, number, many = np.unique(figures, return_inverse=True, return_counts=True)
    last = many.cumsum()
    return np.asarray((((last - many + 1) + last) / 2)[number.reshape(-1)])


def places(figures: Real) -> Whole:
    """Give places from the highest, which is 1; equal figures share the first of their places.

    >>> places(np.array([5.0, 1.0, 5.0])).tolist()
    [1, 3, 1]
    """
    _, number, many = np.unique(-figures, return_inverse=True, return_counts=True)
    return np.asarray((many.cumsum() - many + 1)[number.reshape(-1)], np.int64)


def tied_pairs(numbers: Whole) -> int:
    """Count pairs of equal numbers, from 0 up."""
    many = np.bincount(numbers)
    return int((many * (many - 1) // 2).sum())


def inversions(numbers: Whole) -> int:
    """Count pairs in which the larger number, from 0 up, stands before the smaller one.

    Bit by bit from the highest: among numbers that agree in all higher bits, kept together in their
    order, those with the bit before those without it. Takes n log n.

    >>> inversions(np.array([2, 0, 1, 1]))
    3
    """
    found, numbers = 0, np.asarray(numbers)
    for bit in reversed(range(int(numbers.max(initial=0)).bit_length())):
        ones = (numbers >> bit) & 1
        before = ones.cumsum() - ones
        group = numbers >> (bit + 1)
        starts = np.flatnonzero(np.append(True, np.diff(group) != 0))
        sizes = np.diff(np.append(starts, len(group)))
        found += int(((before - np.repeat(before[starts], sizes)) * (1 - ones)).sum())
        numbers = numbers[np.argsort(numbers >> bit, kind="stable")]
    return found


def top_shared(one: Real, other: Real, count: int) -> int:
    """Count the areas that are among the first `count` by both figures, ties by order."""
    first, second = (np.argsort(-each, kind="stable")[:count] for each in (one, other))
    return len(np.intersect1d(first, second))


def tied_below(figures: Real, count: int) -> int:
    """Count the areas that are not among the first `count` though equal to the last of them.

    >>> tied_below(np.array([5.0, 3.0, 3.0, 3.0]), 2)
    2
    """
    last = np.sort(-figures)[count - 1]
    return int((-figures <= last).sum()) - count
