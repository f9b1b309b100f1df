"""Running a study: what is not there yet is simulated, and each run's piece is kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from fundsim.engine.simulate import simulate
from fundsim.metrics.catalogue import METRICS
from fundsim.money import Real
from fundsim.scenario import Scenario
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan, Run
from fundsim.studies.state import state_of
from fundsim.studies.workers import Failed, run_all

Progress = Callable[[int, int], None]


def carry_out(
    plan: Plan,
    pieces: Pieces,
    *,
    workers: int = 1,
    retry: bool = False,
    progress: Progress | None = None,
) -> None:
    """Simulate every run that has no piece yet; with `retry` also those that failed before.

    A run that fails leaves its reason, and the others go on. Pieces that are not whole are made
    again.
    """
    pieces.clear(pieces.broken())
    state = state_of(plan, pieces)
    tried = [run for run in state.failed if run.scenario is not None] if retry else []
    tasks = _once([*state.open, *tried], plan)
    work = partial(_figures, plan.loaded.study.fund, plan.looks)
    told = 0
    every = sum(scenario.paths for _, scenario in tasks)
    for (key, scenario), answer in run_all(work, tasks, workers):
        if isinstance(answer, Failed):
            pieces.keep_failure(key, str(answer))
        else:
            pieces.keep(key, answer)
        told += scenario.paths
        if progress is not None:
            progress(told, every)


def _once(runs: Sequence[Run], plan: Plan) -> list[tuple[str, Scenario]]:
    """Give each key but once: runs that come to the same scenario are simulated together."""
    tasks = {plan.key(run): run.scenario for run in runs}
    return [(key, scenario) for key, scenario in tasks.items() if scenario is not None]


def _figures(fund: str, looks: Sequence[Look], task: tuple[str, Scenario]) -> Real:
    """Simulate one scenario, and give what is looked at on each path, `(look, path)`."""
    _, scenario = task
    series = simulate(scenario).series[fund]
    figures = np.full((len(looks), scenario.paths), np.nan)
    for row, look in enumerate(looks):
        figure = METRICS[look.measure].measure(series, look.basis)
        if figure is not None:
            figures[row] = figure
    return figures
