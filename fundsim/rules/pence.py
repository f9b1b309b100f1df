"""From exact amounts to whole pence that add up, and keep the bounds that they were made with."""

from __future__ import annotations

import numpy as np

from fundsim.money import Pence, Real
from fundsim.rules.working import whole


def in_pence(
    amounts: Real,
    total: Pence | None = None,
    *,
    at_least: Pence | int = 0,
    at_most: Pence | None = None,
) -> Pence:
    """Round amounts to whole pence by cumulative rounding, `(member, path)`.

    `amounts` are pence as floats, `(member, path)` or `(member, 1)`, 0 or more. They come to
    `total`, `(path,)`, or to their own sum to the nearest penny; each is within a penny of its due,
    or two where a bound moves one. `at_least` and `at_most`, whole pence that broadcast to the
    amounts, are kept to the penny; where the total is more than all may get together, what is over
    is not shared, and where it is less than all are to get at least, that is cut in proportion.

    >>> in_pence(np.array([[33.4], [33.3], [33.3]])).ravel().tolist()
    [33, 34, 33]
    """
    if total is None:
        total = np.rint(whole(amounts)[0]).astype(np.int64)
    amounts = np.broadcast_to(amounts, (len(amounts), len(total)))
    least = _affordable(np.broadcast_to(np.asarray(at_least, np.int64), amounts.shape), total)
    beyond = np.maximum(amounts - least, 0.0)
    reached = np.add.accumulate(beyond, axis=0)
    room = np.maximum(total - least.sum(axis=0), 0)
    scale = np.zeros_like(reached[-1])
    np.divide(room, reached[-1], out=scale, where=reached[-1] > 0)
    upto = np.minimum(np.rint(reached * scale).astype(np.int64), room)
    shares = least + np.diff(upto, axis=0, prepend=0)
    return shares if at_most is None else _kept_below(shares, at_most, least + beyond * scale)


def _affordable(least: Pence, total: Pence) -> Pence:
    short = least.sum(axis=0) > total
    if not short.any():
        return least
    return np.where(short, in_pence(least.astype(np.float64), total), least)


def _kept_below(shares: Pence, at_most: Pence, dues: Real) -> Pence:
    """Cut shares to a bound, and give the pence that are over to others.

    A penny goes to each of the first that are behind their due; what is left after that, as where
    the dues themselves are above the bound, to the first that have room.
    """
    most = np.broadcast_to(at_most, shares.shape)
    kept = np.minimum(shares, most)
    left = (shares - kept).sum(axis=0)
    behind = (kept < dues) & (kept < most)
    given = behind & (behind.cumsum(axis=0) <= left)
    kept, left = kept + given, left - given.sum(axis=0)
    space = np.minimum(most - kept, left)
    before = space.cumsum(axis=0) - space
    return np.asarray(kept + np.clip(left - before, 0, space))
