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

    `amounts` are pence as floats, `(member, path)`, 0 or more. They come to `total`, `(path,)`, or
    to their own sum to the nearest penny; each is within a penny of its due, or two where a bound
    moves one. `at_least` and `at_most`, whole pence that broadcast to the amounts, are kept to the
    penny; where the total is more than all may get together, what is over is not shared.

    >>> in_pence(np.array([[33.4], [33.3], [33.3]])).ravel().tolist()
    [33, 34, 33]
    """
    least = np.broadcast_to(np.asarray(at_least, np.int64), amounts.shape)
    beyond = np.maximum(amounts - least, 0.0)
    reached = np.add.accumulate(beyond, axis=0)
    if total is None:
        total = np.rint(whole(amounts)[0]).astype(np.int64)
    room = np.maximum(total - least.sum(axis=0), 0)
    scale = np.zeros_like(reached[-1])
    np.divide(room, reached[-1], out=scale, where=reached[-1] > 0)
    upto = np.minimum(np.rint(reached * scale).astype(np.int64), room)
    shares = least + np.diff(upto, axis=0, prepend=0)
    return shares if at_most is None else _kept_below(shares, at_most)


def _kept_below(shares: Pence, at_most: Pence) -> Pence:
    """Cut shares to a bound, and give the pence that are over to the first that have room."""
    most = np.broadcast_to(at_most, shares.shape)
    over = np.maximum(shares - most, 0)
    space = most - (shares - over)
    before = space.cumsum(axis=0) - space
    return np.asarray(shares - over + np.clip(over.sum(axis=0) - before, 0, space))
