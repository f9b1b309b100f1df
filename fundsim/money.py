"""Whole pence: how they are shared out, brought to the prices of the start date, and written.

Money is int64 pence everywhere. Floats appear in weights and markets and become pence here or in
one rounding per posting; they never go back before metrics.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Pence = NDArray[np.int64]
Real = NDArray[np.float64]

LARGEST = 100_000_000_000_00  # £100bn in pence: beyond it float64 loses pence in `apportion`
MOST = 100 * LARGEST  # in pence: 250 amounts as large still add up in 64 bits


def fractions(weights: Real, *, of: str = "weights") -> Real:
    """Turn weights into the running share of the whole that each one reaches.

    `weights` is `(n,)` or `(n, path)`; the answer has the same shape and its last row is 1. It is
    the running sum along the first axis over its own last row, so that a path alone gives what it
    gives among many. A negative, missing or infinite weight, or weights that are all zero, raise
    ValueError that names the group (`of`).

    >>> fractions(np.array([1.0, 1.0, 2.0])).tolist()
    [0.25, 0.5, 1.0]
    """
    if not np.isfinite(weights).all():
        message = f"{of}: a weight is missing or infinite"
        raise ValueError(message)
    if (weights < 0).any():
        message = f"{of}: a weight is negative"
        raise ValueError(message)
    with np.errstate(over="ignore"):  # told below
        running = np.add.accumulate(weights, axis=0, dtype=np.float64)
    whole = running[-1:]
    if not np.isfinite(whole).all():
        message = f"{of}: the weights are too large to be added up"
        raise ValueError(message)
    if not (whole > 0).all():
        message = f"{of}: the weights are all zero, so there is nobody to share with"
        raise ValueError(message)
    return np.asarray(running / whole)


def apportion(total: Pence, fractions: Real) -> Pence:
    """Share whole pence out, exactly in sum, each share within a penny of its due.

    `total` is `()` or `(path,)`, `fractions` `(n,)` or `(n, path)` as from `fractions`; the shares
    are `(n,)` or `(n, path)`. Cumulative rounding: differences of `rint(fractions * total)`, in the
    order of the rows. A total beyond £100bn, or fractions that do not end in 1, raise ValueError.

    >>> apportion(np.array(100), fractions(np.array([1.0, 1.0, 1.0]))).tolist()
    [33, 34, 33]
    """
    total = np.asarray(total)
    if ((total > LARGEST) | (total < -LARGEST)).any():
        message = "an amount above £100bn cannot be shared out to the penny"
        raise ValueError(message)
    if not (fractions[-1] == 1.0).all():
        message = "fractions must end in 1; make them with `fractions`"
        raise ValueError(message)
    if fractions.ndim == 1 and total.ndim:
        fractions = fractions[:, np.newaxis]
    reached = fractions * total
    shares = np.rint(reached, out=reached).astype(np.int64)
    shares[1:] -= shares[:-1].copy()
    return shares


def deflate(pence: Pence, index: Real) -> Pence:
    """Bring an amount to the prices of the start date, to the nearest penny.

    `index` is `(path,)`, 1 on the start day; `pence` is `(path,)` or `(n, path)`.

    >>> deflate(np.array([204]), np.array([1.02])).tolist()
    [200]
    """
    real = pence / index
    return np.rint(real, out=real).astype(np.int64)


def pounds(pence: int) -> str:
    """Write pence as pounds, exactly.

    >>> pounds(-123456)
    '-£1,234.56'
    """
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def decimal_pounds(pence: float) -> str:
    """Write pence as plain pounds with four decimals, as tables hold them.

    >>> decimal_pounds(123456)
    '1234.5600'
    """
    return f"{Decimal(pence) / 100:.4f}"
