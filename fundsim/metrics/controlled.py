"""Means over paths that are corrected by control variates, and the errors that are left.

A control is a figure of a path whose mean is known to be 1. What the drawn paths miss it by says,
through how a figure moves with the controls, what they are likely to miss the figure's mean by: the
corrected mean is the intercept of a regression of the figure on the controls less 1, and its error
that of the intercept (Lavenberg and Welch, Management Science 27(3), 1981; Glasserman, Monte Carlo
Methods in Financial Engineering, 2003, section 4.1).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from fundsim.metrics.statistics import in_units
from fundsim.money import Real

HARDLY = 1e-10  # of a control's squares: with so little left it says nothing that others do not


@dataclass(frozen=True)
class _Direction:
    """What one control says besides those before it: about its mean, `(path,)`, and that mean."""

    values: Real
    mean: float
    squares: float


class Controls:
    """Controls of the same paths, each freed of what those before it say."""

    def __init__(self, controls: Iterable[Real]) -> None:
        """Take figures `(path,)` with a known mean of 1."""
        self._directions: list[_Direction] = []
        for values in controls:
            mean = in_units(values - 1) / len(values)
            centred = values - 1 - mean
            whole = in_units(centred * centred)
            for known in self._directions:
                share = in_units(centred * known.values) / known.squares
                centred, mean = centred - share * known.values, mean - share * known.mean
            left = in_units(centred * centred)
            if left > HARDLY * whole:
                self._directions.append(_Direction(centred, mean, left))

    def __len__(self) -> int:
        """Count those that say something of their own."""
        return len(self._directions)

    def mean_and_error(self, figures: Real) -> tuple[float, float]:
        """Give the corrected mean of one figure a path, `(path,)`, and its standard error.

        Without controls these are the plain ones. There must be more paths than controls, and two.
        """
        paths = len(figures)
        mean = in_units(figures) / paths
        rest, spread = figures - mean, 1 / paths
        for known in self._directions:
            share = in_units(rest * known.values) / known.squares
            rest, mean = rest - share * known.values, mean - share * known.mean
            spread += known.mean * known.mean / known.squares
        variance = in_units(rest * rest) / (paths - 1 - len(self))
        return mean, math.sqrt(variance * spread)
