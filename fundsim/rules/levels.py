"""One level for all: the point at which clipped lines, one a member, sum to a given total.

Floors and caps, claims that are rationed, gaps that are filled from the bottom: all share out a
total so that each member gets clip(slope · t + offset, low, high) with one t for everybody. The sum
rises with t in straight pieces, so that t is found by sorting the points where pieces meet
(Brucker, Operations Research Letters 3, 1984), without any search.
"""

from __future__ import annotations

import numpy as np

from fundsim.money import Real


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
    more, low ≤ high. Where the total is below what all get at least, t is the point below which
    nobody gets less; where it is above what all get at most, the point above which nobody gets
    more. Where several levels would do (all at a bound), it is the lowest.

    >>> claims = np.array([[10.0], [20.0], [30.0]])
    >>> level(np.array([[40.0]]), np.ones((3, 1)), high=claims).tolist()
    [[15.0]]
    """
    shape = np.broadcast_shapes(*(np.shape(each) for each in (slope, offset, low, high)))
    slope, offset, low, high = (np.broadcast_to(each, shape) for each in (slope, offset, low, high))
    begins, ends = _crossing(low, slope, offset), _crossing(high, slope, offset)
    at = np.concatenate([begins, ends])
    change = np.concatenate([slope, -slope])
    order = np.argsort(at, axis=0, kind="stable")
    at = np.take_along_axis(at, order, axis=0)
    steep = np.add.accumulate(np.take_along_axis(change, order, axis=0), axis=0)
    known = np.isfinite(at)
    width = np.where(known[1:] & known[:-1], at[1:] - np.where(known[:-1], at[:-1], 0.0), 0.0)
    fixed = np.where(slope > 0, low, np.clip(offset, low, high))
    least = np.add.accumulate(fixed, axis=0)[-1:]
    rise = np.maximum(steep[:-1], 0.0) * width
    reached = np.concatenate([least, least + np.add.accumulate(rise, axis=0)])
    return _between(total, at, steep, reached)


def _crossing(bound: Real, slope: Real, offset: Real) -> Real:
    """Say at which level a member's line meets a bound; infinity where it never does."""
    found = np.full(slope.shape, np.inf)
    np.divide(bound - offset, slope, out=found, where=(slope > 0) & np.isfinite(bound))
    return found


def _between(total: Real, at: Real, steep: Real, reached: Real) -> Real:
    """Go on from the last point at which less than the total is reached."""
    meeting = np.isfinite(at)
    last = np.maximum(meeting.sum(axis=0, keepdims=True) - 1, 0)
    paths = max(total.shape[1], at.shape[1])
    if at.shape[1] == 1:
        place = np.searchsorted(reached[: int(last[0, 0]) + 1, 0], total, side="left") - 1
    else:
        rows = np.arange(len(at))[:, np.newaxis]
        place = ((reached < total) & (rows <= last)).sum(axis=0, keepdims=True) - 1
    place = np.broadcast_to(np.clip(place, 0, last), (1, paths))

    def there(values: Real) -> Real:
        return np.take_along_axis(np.broadcast_to(values, (len(at), paths)), place, axis=0)

    begun = there(np.where(meeting, at, 0.0))
    ends = there(np.concatenate([at[1:], np.full_like(at[:1], np.inf)]))  # the next meeting
    more = np.maximum(total - there(reached), 0.0)
    step = np.zeros((1, paths))
    np.divide(more, there(steep), out=step, where=there(steep) > 0)
    return np.minimum(begun + step, ends)
