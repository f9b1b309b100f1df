"""Whole places: so many for each member, by the methods that share seats out in parliaments.

Largest remainder (`hamilton`): each member's quota, its part of all weights times the number of
places, is cut to a whole number, and what is left goes to the largest remainders. Divisor methods
give one place after the other to the member with the highest priority, its weight w over a figure
that grows with the places s that it holds:

    dhondt (Jefferson)      w / (s + 1)
    sainte_lague (Webster)  w / (s + ½)
    huntington_hill         w / √(s · (s + 1))
    dean                    w / (2 · s · (s + 1) / (2 · s + 1)), the harmonic mean of s and s + 1
    adams                   w / s

The last three put no price on a first place: as long as somebody with any weight has none, he comes
first, the largest before the others. Priorities are compared as fractions of whole numbers, that of
Huntington and Hill by its square, so that a tie is a tie and never an error of rounding. Those who
tie come in the order of the rows. Formulae and properties: Balinski and Young, Fair Representation,
2nd edition, 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heapreplace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real

Method = Literal["hamilton", "sainte_lague", "huntington_hill", "dhondt", "adams", "dean"]
Counts = NDArray[np.int64]
Rows = NDArray[np.intp]
_Divisor = Callable[[int, int], tuple[int, int]]

_DIVISORS: Mapping[Method, _Divisor] = {
    "sainte_lague": lambda weight, held: (weight, 2 * held + 1),
    "huntington_hill": lambda weight, held: (weight * weight, held * (held + 1)),
    "dhondt": lambda weight, held: (weight, held + 1),
    "adams": lambda weight, held: (weight, held),
    "dean": lambda weight, held: (weight * (2 * held + 1), 2 * held * (held + 1)),
}
"""The priority of a member that holds so many places, or its square, as a fraction."""
_FAR = 4  # more places a member than this are begun with a fresh start, not given one by one
_LARGEST = 2**62


def share_places(
    weights: Counts | Real,
    numbers: Counts,
    method: Method,
    *,
    at_least: Counts | int = 0,
    at_most: Counts | int | None = None,
) -> Counts:
    """Share whole places out, `(member, path)`.

    `weights` are `(member,)`, 0 or more; `numbers` are the places to share, `(path,)`. Nobody gets
    less than `at_least` or more than `at_most`, `(member,)` or one number for all. Where there are
    fewer places than that takes, nobody gets more than its least; where all have their most, the
    other places stay empty. A member without weight gets its least. A negative, missing or infinite
    weight raises ValueError.

    >>> votes = np.array([53, 24, 23])
    >>> share_places(votes, np.array([7, 8]), "sainte_lague").T.tolist()
    [[3, 2, 2], [4, 2, 2]]
    """
    house = _House.of(weights, at_least, at_most)
    distinct, which = np.unique(numbers, return_inverse=True)
    if method == "hamilton":
        counts = [house.by_remainders(number)[0] for number in distinct.tolist()]
    else:
        counts = list(_grown(house, _DIVISORS[method], distinct.tolist()))
    return np.stack(counts, axis=1)[:, which]


def priority_order(
    weights: Counts | Real,
    number: int,
    method: Method,
    *,
    at_least: Counts | int = 0,
    at_most: Counts | int | None = None,
) -> Rows:
    """Say who gets the first place, the second, and so on by a divisor method, `(place,)`.

    Shorter than `number` where all have their most. Arguments as in `share_places`.

    >>> priority_order(np.array([53, 24, 23]), 5, "dhondt").tolist()
    [0, 0, 1, 2, 0]
    """
    if method == "hamilton":
        message = "hamilton gives no place for itself alone; choose a divisor method"
        raise ValueError(message)
    queue = _Queue(_House.of(weights, at_least, at_most), _DIVISORS[method], number)
    return np.array(queue.give(number), np.intp)


def who_ties(
    weights: Counts | Real,
    number: int,
    method: Method,
    *,
    at_least: Counts | int = 0,
    at_most: Counts | int | None = None,
) -> Rows:
    """Name those who have the same claim to the last place, where not all of them can have one.

    Empty where nobody ties. Arguments as in `share_places`.

    >>> who_ties(np.array([5, 2, 2]), 3, "dhondt").tolist()
    [1, 2]
    """
    house = _House.of(weights, at_least, at_most)
    if method == "hamilton":
        return house.by_remainders(number)[1]
    queue = _Queue(house, _DIVISORS[method], number)
    queue.start(house.certain(number))
    queue.give(number - int(queue.held.sum()))
    return queue.tied()


class _House(NamedTuple):
    """Weights in whole numbers, and how many places each member may have."""

    weights: Sequence[int]
    least: Counts
    most: Counts

    @classmethod
    def of(
        cls, weights: Counts | Real, at_least: Counts | int, at_most: Counts | int | None
    ) -> _House:
        whole = _in_whole_numbers(np.asarray(weights))
        least = np.broadcast_to(np.asarray(at_least, np.int64), len(whole))
        anything = np.iinfo(np.int64).max // max(len(whole), 1)
        most = np.broadcast_to(np.int64(anything) if at_most is None else at_most, len(whole))
        if (least < 0).any() or (most < least).any():
            message = "a member's most is below its least, or its least below 0"
            raise ValueError(message)
        weightless = np.fromiter((not weight for weight in whole), np.bool_, len(whole))
        return cls(whole, least, np.where(weightless, least, most))

    def certain(self, number: int) -> Counts:
        """Give places that every divisor method is sure to give, to begin with.

        With s places a member's divisor is between s and s + 1. So at the priority at which the
        last place is given, quotas w / priority sum to no less than the places, less one a member.
        """
        spare = number - sum(map(bool, self.weights)) - int(self.least.sum())
        if spare <= 0:
            return np.zeros_like(self.least)
        total = max(sum(self.weights), 1)
        sure = [-(-weight * spare // total) - 1 for weight in self.weights]
        return np.clip(np.array(sure, np.int64), self.least, self.most)

    def by_remainders(self, number: int) -> tuple[Counts, Rows]:
        """Share by the largest remainder: the places, and who ties for the last of them.

        Nobody's whole quota is below its least or above its most. Where that gives too many places
        away, or leaves more than one for each remainder, quotas are reckoned anew.
        """
        low, high = self.least, np.minimum(self.most, number)
        if low.sum() > number:
            low, high = np.zeros_like(low), low
        number = min(number, int(high.sum()))
        largest = (len(low) + 1) * (number + 1) * (sum(self.weights) + 1)
        weights = np.array(self.weights, np.int64 if largest < _LARGEST else object)
        quota, total = weights * number, max(weights.sum(), 1)
        held = np.clip((quota // total).astype(np.int64), low, high)
        remainder = np.where(held < high, quota - held.astype(weights.dtype) * total, -1)
        if not 0 <= number - held.sum() <= (remainder >= 0).sum():
            held, remainder = _anew(weights, number, low, high)
        return _with_remainders(held, remainder, number - int(held.sum()))


def _with_remainders(held: Counts, remainder: NDArray[Any], left: int) -> tuple[Counts, Rows]:
    order = np.argsort(-remainder, kind="stable")
    held[order[:left]] += 1
    cut = remainder[order[left - 1 : left + 1]]
    same = left > 0 and len(cut) > 1 and cut[0] == cut[1]
    return held, np.flatnonzero(remainder == cut[0]) if same else np.array([], np.intp)


def _anew(
    weights: NDArray[Any], number: int, low: Counts, high: Counts
) -> tuple[Counts, NDArray[Any]]:
    """Cut quotas within bounds to whole numbers; also give remainders, below 0 for who has none.

    Members whose quota is beyond a bound stand at it, and the others share what is left: first
    those bounds are met that are missed by more (Bitran and Hax, Management Science 27, 1981).
    """
    held, free = low.copy(), weights > 0
    least, most = low.astype(weights.dtype), high.astype(weights.dtype)
    while True:
        total, quota = weights[free].sum(), weights * (number - int(held[~free].sum()))
        below, above = free & (quota < least * total), free & (quota > most * total)
        if not (below | above).any():
            break
        short, over = (least * total - quota)[below].sum(), (quota - most * total)[above].sum()
        if short >= over:
            free &= ~below
        if over >= short:
            free &= ~above
            held[above] = high[above]
    if not total:  # all with any weight stand at a bound: the others follow in their order
        room = high - held
        held += np.clip(number - held.sum() - (np.cumsum(room) - room), 0, room)
    total = max(total, 1)
    held[free] = quota[free] // total
    return held, np.where(free, quota % total, -1)


class _Queue:
    """Members in line for the next place, the highest priority first."""

    def __init__(self, house: _House, divisor: _Divisor, number: int) -> None:
        self.weights, self.divisor = house.weights, divisor
        self.least, self.most = house.least.tolist(), house.most.tolist()
        # Fractions with denominators below 2^b differ by more than 2^-2b where they differ at all.
        self.bits = 2 * (2 * (number + 1) * (number + 2)).bit_length()
        self.start(np.zeros_like(house.least))

    def start(self, held: Counts) -> None:
        """Begin with places that the members hold already, `(member,)`."""
        self.held, self.last, self.equal = held, (0, 0), list[int]()
        self.line = [
            self._claim(row, has)
            for row, (has, most) in enumerate(zip(held.tolist(), self.most, strict=True))
            if has < most
        ]
        heapify(self.line)

    def _claim(self, row: int, held: int) -> tuple[int, int, int, int]:
        """Give a member's claim to its next place, which sorts before every weaker one.

        Those below their least come first, then those whose first place has no price.
        """
        above, below = self.divisor(self.weights[row], held)
        rank = 2 * (held >= self.least[row]) + (below > 0)
        return rank, -((above << self.bits) // max(below, 1)), row, held

    def give(self, number: int) -> list[int]:
        """Give the next places, and say to whom."""
        given: list[int] = []
        while self.line and len(given) < number:
            rank, priority, row, held = self.line[0]
            if (rank, priority) != self.last:
                self.last, self.equal = (rank, priority), []
            self.equal.append(row)
            given.append(row)
            self.held[row] = held + 1
            if held + 1 < self.most[row]:
                heapreplace(self.line, self._claim(row, held + 1))
            else:
                heappop(self.line)
        return given

    def tied(self) -> Rows:
        """Name those with a claim like the last that got a place, if any of them waits."""
        waiting = [row for *claim, row, _ in self.line if tuple(claim) == self.last]
        return np.array(sorted({*self.equal, *waiting} if waiting and self.equal else ()), np.intp)


def _grown(house: _House, divisor: _Divisor, numbers: Sequence[int]) -> Iterator[Counts]:
    """Give the places for each of some numbers, from the smallest up."""
    queue = _Queue(house, divisor, numbers[-1])
    for number in numbers:
        if number - int(queue.held.sum()) > _FAR * len(house.weights):
            queue.start(np.maximum(queue.held, house.certain(number)))
        queue.give(number - int(queue.held.sum()))
        yield queue.held.copy()


def _in_whole_numbers(weights: NDArray[Any]) -> list[int]:
    """Give whole numbers in exactly the same proportions."""
    if not np.isfinite(weights).all():
        message = "a weight is missing or infinite"
        raise ValueError(message)
    if (weights < 0).any():
        message = "a weight is negative"
        raise ValueError(message)
    if (weights == np.rint(weights)).all() and (weights < _LARGEST).all():
        return list(map(int, weights.tolist()))
    part, power = np.frexp(weights)  # a float is a whole number times a power of two
    power -= power[part > 0].min()
    figures = zip(np.ldexp(part, 53).astype(np.int64).tolist(), power.tolist(), strict=True)
    return [figure << scale if figure else 0 for figure, scale in figures]
