"""Running a study: what is not there yet is simulated, and each run's piece is kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from fundsim.engine.simulate import simulate
from fundsim.errors import RunError
from fundsim.files import clear_after_the_dead
from fundsim.metrics.catalogue import METRICS
from fundsim.money import Real
from fundsim.scenario import Scenario
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan
from fundsim.studies.state import state_of
from fundsim.studies.workers import Failed, RunAll, run_all

Progress = Callable[[int, int], None]
Shard = tuple[int, int]
"""Which of how many parts of a study, counted from 0."""

WHOLE: Shard = (0, 1)


def carry_out(
    plan: Plan,
    pieces: Pieces,
    *,
    workers: int = 1,
    crew: RunAll | None = None,
    retry: bool = False,
    shard: Shard = WHOLE,
    progress: Progress | None = None,
) -> None:
    """Simulate every run that has no piece yet; with `retry` also those that failed before.

    A run that fails leaves its reason, and the others go on. Pieces that are not whole are made
    again. Of a `shard` (which, of how many) only its own runs are made. `workers` are processes of
    this machine; a `crew` takes their place.
    """
    clear_after_the_dead(pieces.place)
    pieces.clear(pieces.broken())
    tasks = left_to_do(plan, pieces, retry=retry, shard=shard)
    work = partial(_figures, plan.loaded.study.fund, plan.looks)
    told = 0
    every = sum(scenario.paths for _, scenario in tasks)
    try:
        answers = crew(work, tasks) if crew is not None else run_all(work, tasks, workers)
        for (key, scenario), answer in answers:
            if isinstance(answer, Failed):
                pieces.keep_failure(key, str(answer))
            else:
                pieces.keep(key, answer)
            told += scenario.paths
            if progress is not None:
                progress(told, every)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        message = (
            f"a run could not be made: {error.strerror or error}{where}; make room, and go on: "
            "what is done is kept"
        )
        raise RunError(message) from error


def left_to_do(
    plan: Plan, pieces: Pieces, *, retry: bool = False, shard: Shard = WHOLE
) -> list[tuple[str, Scenario]]:
    """List the scenarios still to be simulated, by key.

    Runs that come to the same scenario are simulated once; shards take keys by turns.
    """
    which, of = shard
    mine = set(plan.keys[which::of])
    state = state_of(plan, pieces)
    runs = [*state.open, *(state.failed if retry else ())]
    tasks = {plan.key(run): run.scenario for run in runs if run.scenario is not None}
    return [(key, scenario) for key, scenario in tasks.items() if key in mine]


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
