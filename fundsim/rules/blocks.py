"""How long the blocks of a bootstrap should be, by the data's own memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.portable import exp1, log1

Scheme = Literal["stationary", "circular"]

_RATIO = {"stationary": 2.0, "circular": 4 / 3}  # of D to the squared spectrum at 0
_SIGNIFICANT = 2.0  # standard errors, on a scale of √(log₁₀ n / n)
_RUN = 5  # lags in a row that must be insignificant, at least


def autocovariances(values: Sequence[float], lags: int) -> list[float]:
    """Give the sample autocovariances at lags 0 to `lags`, each a sum over n."""
    n, mean = len(values), math.fsum(values) / len(values)
    away = [value - mean for value in values]
    return [
        math.fsum(a * b for a, b in zip(away, away[lag:], strict=False)) / n
        for lag in range(min(lags, n - 1) + 1)
    ]


def circular_autocovariances(values: Sequence[float], lags: int) -> list[float]:
    """Give the autocovariances of a series that begins again after its end."""
    n, mean = len(values), math.fsum(values) / len(values)
    away = [value - mean for value in values]
    return [
        math.fsum(away[i] * away[(i + lag) % n] for i in range(n)) / n for lag in range(lags + 1)
    ]


def best_length(values: Sequence[float], scheme: Scheme) -> float:
    """Choose the mean length of blocks for the mean of a series.

    b = (2 g² / D)^(1/3) n^(1/3), g = Σ |k| λ(k/M) R(k), D = 2 G² for the stationary bootstrap and
    4/3 G² for the circular one with G = Σ λ(k/M) R(k), λ the flat-top window; at least 1, at most
    the lesser of 3 √n and n/3 (Politis and White, Econometric Reviews 23, 2004, as corrected by
    Patton, Politis and White, Econometric Reviews 28, 2009).
    """
    n = len(values)
    longest = math.ceil(min(3 * math.sqrt(n), n / 3))
    scale = math.sqrt(log1(n) / log1(10.0))
    run = max(_RUN, math.floor(scale))
    furthest = math.ceil(math.sqrt(n)) + run
    covariances = autocovariances(values, furthest)
    if not covariances[0]:
        return 1.0
    width = _width([abs(value / covariances[0]) for value in covariances], n, run, scale)
    window = [
        _flat_top(lag / width) if width else float(lag == 0) for lag in range(len(covariances))
    ]
    spectrum = covariances[0] + 2 * math.fsum(
        w * r for w, r in zip(window[1:], covariances[1:], strict=True)
    )
    slope = 2 * math.fsum(
        lag * w * r
        for lag, (w, r) in enumerate(zip(window[1:], covariances[1:], strict=True), start=1)
    )
    if not slope:
        return 1.0
    cube = 2 * slope * slope / (_RATIO[scheme] * spectrum * spectrum) * n
    return min(max(exp1(log1(cube) / 3), 1.0), float(longest))


def drawn_rows(uniforms: Real, count: int, chance_of_break: Sequence[float]) -> NDArray[np.int64]:
    """Say which row of a history each step is, `(step, path)`, of `(step, 2, path)` uniforms.

    A step goes on to the next row, round to the first after the last, or with its chance begins a
    block in any row; the first step always does.
    """
    rows = np.empty((len(uniforms), uniforms.shape[2]), np.int64)
    for step, (breaks, places) in enumerate(uniforms):
        begins = np.minimum((places * count).astype(np.int64), count - 1)
        onward = begins if step == 0 else (rows[step - 1] + 1) % count
        rows[step] = np.where(breaks < chance_of_break[step], begins, onward)
    return rows


def _width(correlations: Sequence[float], n: int, run: int, scale: float) -> int:
    """Twice the last lag that counts: the first after which a run of lags is insignificant."""
    least = _SIGNIFICANT * scale / math.sqrt(n)
    lags = len(correlations) - 1
    for lag in range(lags - run + 1):
        if all(correlations[lag + k] < least for k in range(1, run + 1)):
            return min(2 * lag, lags)
    significant = [lag for lag in range(1, lags + 1) if correlations[lag] >= least]
    return min(2 * max(significant, default=0), lags)


def _flat_top(t: float) -> float:
    """Give the window: 1 up to a half, then down to 0 at 1."""
    return max(min(1.0, 2 * (1 - t)), 0.0)
