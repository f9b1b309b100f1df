"""Means over paths that are corrected by control variates, and the errors that are left.

A control is a figure of a path whose mean is known to be 1. What the drawn paths miss it by says,
through how a figure moves with the controls, what they are likely to miss the figure's mean by: of
each path's figure Σ b · (control − 1) is taken off, which is nothing in the mean (Glasserman, Monte
Carlo Methods in Financial Engineering, 2003, section 4.1).

How a figure moves with the controls is fitted to other paths than those that it corrects, a tenth
of them after the other: with coefficients of the same paths means are biased and errors too small
where growth is widely spread (Avramidis and Wilson, Operations Research 44(5), 1996, split samples
for the same reason).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.metrics.statistics import in_units, mean_and_error
from fundsim.money import Real

HARDLY = 1e-10  # of a control's squares: with so little left it says nothing that others do not
FOLDS = 10  # path i is corrected by what is fitted to all paths but every tenth from i modulo 10 on


@dataclass(frozen=True)
class _Direction:
    """What one control says besides those before it, of mean 0 over all that can happen, `(path,)`.

    `centre` and `squares` are its mean over the paths that are fitted to, and its squares about it.
    """

    values: Real
    centre: float
    squares: float


class _Fit:
    """Controls, each freed of what those before it say on some of the paths."""

    def __init__(self, controls: Iterable[Real], on: NDArray[np.bool_]) -> None:
        self._on, self._count = on, int(on.sum())
        self.directions: list[_Direction] = []
        for control in controls:
            values = control - 1
            whole = self._squares(values)
            for known in self.directions:
                values = values - self._share(values, known) * known.values
            left = self._squares(values)
            if left > HARDLY * whole:
                self.directions.append(_Direction(values, self._mean(values), left))

    def corrected(self, figures: Real) -> Real:
        """Take off what the controls say, `(path,)`; on the paths that were not fitted to, too."""
        rest = figures
        for known in self.directions:
            rest = rest - self._share(rest, known) * known.values
        return rest

    def _mean(self, values: Real) -> float:
        return in_units(np.where(self._on, values, 0.0)) / self._count

    def _squares(self, values: Real) -> float:
        away = np.where(self._on, values - self._mean(values), 0.0)
        return in_units(away * away)

    def _share(self, values: Real, known: _Direction) -> float:
        """Give the slope of values on a direction."""
        away = np.where(self._on, values, 0.0) * (known.values - known.centre)
        return in_units(away) / known.squares


class Controls:
    """Controls of the same paths."""

    def __init__(self, controls: Sequence[Real]) -> None:
        """Take figures `(path,)` with a known mean of 1, on twenty paths at least."""
        paths = len(controls[0]) if controls else 0
        self._fold = np.arange(paths) % FOLDS
        self._fits = [_Fit(controls, self._fold != fold) for fold in range(FOLDS if paths else 0)]

    def __len__(self) -> int:
        """Count those that say something of their own."""
        return len(self._fits[0].directions) if self._fits else 0

    def mean_and_error(self, figures: Real) -> tuple[float, float]:
        """Give the corrected mean of one figure a path, `(path,)`, and its standard error.

        Where the controls gain nothing, and without any, these are the plain ones.
        """
        plain = mean_and_error(figures)
        if not len(self):
            return plain
        corrected = np.empty_like(figures)
        for fold, fit in enumerate(self._fits):
            here = self._fold == fold
            corrected[here] = fit.corrected(figures)[here]
        found = mean_and_error(corrected)
        return found if found[1] < plain[1] or math.isnan(plain[1]) else plain
