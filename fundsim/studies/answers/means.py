"""What each run of a study comes to: the mean over its paths of each thing looked at."""

from __future__ import annotations

from collections.abc import Iterable

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


def without_mean(look: Look, means: Real) -> str:
    """Say that some runs have no mean; nothing where all have one."""
    gaps = int((~np.isfinite(means)).sum())
    return f"{look.measure} has no mean in {gaps:,} of {means.size:,} runs" if gaps else ""


def still(look: Look, means: Real) -> str:
    """Say why nothing moves a mean: some runs have none, or all the same; nothing if it moves."""
    gaps = without_mean(look, means)
    if gaps or np.ptp(means) > 0:
        return gaps
    return f"{look.measure} is the same in every run, so that no assumption moves it"


def refuse(whys: Iterable[str]) -> None:
    """Raise the first reason as a RunError where every measure has one."""
    every = [*whys]
    if all(every):
        message = f"{every[0]}; choose another measure"
        raise RunError(message)
