"""The normal distribution with the same bits everywhere."""

from __future__ import annotations

import math

import numpy as np

from fundsim.portable import exp1, normal_quantile

_ROOT = 1 / math.sqrt(2 * math.pi)
_FAR = 8.5  # standard deviations beyond which float64 knows no further probability


def below(x: float) -> float:
    """Give the probability that a standard normal is below x, within 1e-15.

    Φ(x) = 1/2 + φ(x) · Σ x^(2n+1) / (1 · 3 · ... · (2n+1)) (Marsaglia, Evaluating the Normal
    Distribution, Journal of Statistical Software 11(4), 2004).

    >>> round(below(1.96), 6), below(0.0)
    (0.975002, 0.5)
    """
    if abs(x) > _FAR:
        return float(x > 0)
    term = total = x
    n = 1
    while total + term != total:
        n += 2
        term *= x * x / n
        total += term
    return 0.5 + total * _ROOT * exp1(-x * x / 2)


def quantile(share: float) -> float:
    """Give the number below which a standard normal lies with this probability.

    >>> round(quantile(0.975), 6)
    1.959964
    """
    return float(normal_quantile(np.array([share]))[0])
