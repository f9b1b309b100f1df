"""What each run of a study comes to: the mean over its paths of each thing looked at."""

from __future__ import annotations

import numpy as np

from fundsim.errors import RunError
from fundsim.metrics.statistics import mean_and_error
from fundsim.money import Real
from fundsim.studies.answers.tornado import figures_of
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan


def means_of(plan: Plan, pieces: Pieces) -> Real:
    """Give the mean of each thing looked at in every run, `(look, run)`; pounds are given in pence.

    RunError: a run failed or is missing.
    """
    listed = pieces.listed()
    rows = [[mean_of(row) for row in figures_of(plan, run, pieces, listed)] for run in plan.runs]
    return np.array(rows).T


def mean_of(figures: Real) -> float:
    """Give a run's mean; nan where some path has none.

    >>> mean_of(np.array([1.0, 2.0])), mean_of(np.array([1.0, np.inf]))
    (1.5, nan)
    """
    return float(mean_and_error(figures)[0]) if np.isfinite(figures).all() else float("nan")


def refuse_gaps(look: Look, means: Real) -> None:
    """Raise a RunError where a run has no mean."""
    gaps = int((~np.isfinite(means)).sum())
    if gaps:
        message = (
            f"{look.measure} has no mean in {gaps:,} of {means.size:,} runs; choose a measure that "
            "every run has"
        )
        raise RunError(message)


def refuse_still(look: Look, means: Real) -> None:
    """Raise a RunError where a run has no mean, or where every run has the same."""
    refuse_gaps(look, means)
    if np.ptp(means) == 0:
        message = f"{look.measure} is the same in every run, so nothing accounts for its spread"
        raise RunError(message)
