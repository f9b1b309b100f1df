"""Moments of a mix of assets whose log growth is normal together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import product

from fundsim.portable import exp1


def raw_moments(
    mix: Mapping[str, float],
    log_means: Mapping[str, float],
    covariance: Callable[[str, str], float],
) -> tuple[float, float, float]:
    """Give the first three moments about zero of Σ w_i exp(x_i).

    E[G_i G_j ...] is the exponential of the sum of the log means plus half the variance of the sum
    (the moment-generating function of the normal).
    """
    names = list(mix)
    first, second, third = (
        math.fsum(
            math.prod([mix[name] for name in chosen])
            * exp1(
                math.fsum(log_means[name] for name in chosen)
                + math.fsum(covariance(a, b) for a in chosen for b in chosen) / 2
            )
            for chosen in product(names, repeat=power)
        )
        for power in (1, 2, 3)
    )
    return first, second, third
