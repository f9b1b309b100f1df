"""One level for all: the point at which clipped lines, one a member, sum to a given total.

Floors and caps, claims that are rationed, gaps that are filled from the bottom: all share out a
total so that each member gets clip(slope · t + offset, low, high) with one t for everybody. The sum
rises with t in straight pieces, which meet where a member leaves its lower bound or reaches its
upper one. Sorting these points and adding up the pieces tells between which two of them t lies
(Brucker, Operations Research Letters 3, 1984). That is checked, and t worked out, from the members
themselves, since running differences lose small slopes beside great ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.rules.working import whole

Places = NDArray[np.intp]


def level(
    total: Real,
    slope: Real,
    *,
    offset: Real | float = 0.0,
    low: Real | float = 0.0,
    high: Real | float = np.inf,
) -> Real:
    """Find the level t at which Σ clip(slope · t + offset, low, high) is the total, `(1, path)`.

    `total` is `(1, path)`; the others are `(member, 1)`, `(member, path)` or numbers, slopes 0 or
    more, low finite, low ≤ high. Where the total is below what all get at least, t is the point
    below which nobody gets less; where it is above what all get at most, the point above which
    nobody gets more. Where several levels would do (all at a bound), it is the lowest.

    >>> claims = np.array([[10.0], [20.0], [30.0]])
    >>> level(np.array([[40.0]]), np.ones((3, 1)), high=claims).tolist()
    [[15.0]]
    """
    with np.errstate(over="ignore"):  # what happens beyond the range of float64 never happens
        lines = _Lines.of(slope, offset, low, high)
        meetings = _Meetings.of(lines)
        total = np.broadcast_to(total, (1, max(total.shape[1], meetings.at.shape[1])))
        place = meetings.last_below(total)
        begun = meetings.level(place)
        steep, step = lines.steep(begun), np.zeros(total.shape)
        np.divide(total - lines.reached(begun), steep, out=step, where=steep > 0)
        return np.asarray(np.minimum(begun + np.maximum(step, 0.0), meetings.after(place)))


@dataclass(frozen=True)
class _Lines:
    """Clipped lines, one a member, and the levels at which each leaves `low` and comes to `high`.

    The level of what never happens is infinite.
    """

    slope: Real
    offset: Real
    low: Real
    high: Real
    begins: Real
    ends: Real

    @classmethod
    def of(cls, slope: Real, offset: Real | float, low: Real | float, high: Real | float) -> _Lines:
        shape = np.broadcast_shapes(*(np.shape(each) for each in (slope, offset, low, high)))
        slope, offset, low, high = (
            np.broadcast_to(each, shape) for each in (slope, offset, low, high)
        )
        begins, ends = _crossing(low, slope, offset), _crossing(high, slope, offset)
        return cls(slope, offset, low, high, begins, ends)

    def reached(self, t: Real) -> Real:
        """Sum what all get at a level, `(1, path)`; it never falls as the level rises."""
        return whole(np.clip(self.slope * t + self.offset, self.low, self.high))

    def steep(self, t: Real) -> Real:
        """Sum the slopes of those who get more from a level on, `(1, path)`."""
        return whole(np.where((self.begins <= t) & (t < self.ends), self.slope, 0.0))


def _crossing(bound: Real, slope: Real, offset: Real) -> Real:
    found = np.full(slope.shape, np.inf)
    np.divide(bound - offset, slope, out=found, where=(slope > 0) & np.isfinite(bound))
    return found


@dataclass(frozen=True)
class _Meetings:
    """The levels at which straight pieces meet, in order, infinite ones last.

    `change` is that of the slope, `last` the place of the last finite level, -1 where none is.
    """

    lines: _Lines
    at: Real
    change: Real
    last: Places

    @classmethod
    def of(cls, lines: _Lines) -> _Meetings:
        at = np.concatenate([lines.begins, lines.ends])
        order = np.argsort(at, axis=0, kind="stable")
        change = np.concatenate([lines.slope, -lines.slope])
        at, change = (np.take_along_axis(each, order, axis=0) for each in (at, change))
        return cls(lines, at, change, np.isfinite(at).sum(axis=0, keepdims=True) - 1)

    def level(self, place: Places) -> Real:
        """Give the level of a place, `(1, path)`; 0 where nothing ever happens."""
        at = np.broadcast_to(self.at, (len(self.at), place.shape[1]))
        return np.where(self.last < 0, 0.0, np.take_along_axis(at, place, axis=0))

    def after(self, place: Places) -> Real:
        """Give the level of the next place, infinite where there is none."""
        return np.where(place < self.last, self.level(np.minimum(place + 1, self.last)), np.inf)

    def last_below(self, total: Real) -> Places:
        """Find the last place at which less than the total is reached, or the first of all.

        A guess is tried, then its neighbour, then what is left is halved. How good the guess is
        decides about time alone: a path ends where it would end by itself.
        """
        below = np.zeros(total.shape, np.intp)
        above = np.broadcast_to(np.maximum(self.last, 0) + 1, total.shape)
        probe, halving = self._guessed(total), False
        while (left := above - below > 1).any():
            probe = np.clip(probe, below + 1, above - 1)
            short = self.lines.reached(self.level(probe)) < total
            below = np.where(left & short, probe, below)
            above = np.where(left & ~short, probe, above)
            probe = (below + above) // 2 if halving else np.where(short, probe + 1, probe - 1)
            halving = True
        return below

    def _guessed(self, total: Real) -> Places:
        """Add up the pieces from the lowest level on."""
        steep = np.maximum(np.add.accumulate(self.change, axis=0)[:-1], 0.0)
        known = np.isfinite(self.at)
        at = np.where(known, self.at, 0.0)
        with np.errstate(all="ignore"):
            rise = np.where(known[1:], steep * (at[1:] - at[:-1]), 0.0)
            reached = self.lines.reached(self.at[:1]) + np.add.accumulate(rise, axis=0)
        if reached.shape[1] == 1:
            return np.searchsorted(reached[:, 0], total)
        return np.asarray((reached < total).sum(axis=0, keepdims=True))
