"""What a study would take, said before it is run: time, memory and disk."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fundsim.chance import UNIT
from fundsim.wording import counted

if TYPE_CHECKING:
    from fundsim.studies.plan import Plan
    from fundsim.studies.work import Part

TRIED = 8  # parts that are simulated to see what all take
FEW = 4 * UNIT  # paths of each at most
BYTES = 8  # of a figure on a path
LEAST = 0.1  # minutes


def cost(plan: Plan, parts: Sequence[Part], workers: int) -> Iterator[str]:
    """Say what it takes to simulate parts of a study.

    Where its plan has its first runs alone, these stand for all of them.
    """
    runs = plan.loaded.study.count
    here = sum(part.paths for part in parts), len({part.key for part in parts})
    paths, scenarios = (round(each * runs / len(plan.runs)) for each in here)
    yield f"to simulate: {counted(scenarios, 'scenario')}, {counted(paths, 'path')}"
    if not parts:
        return
    seconds = runs * _seconds_a_run(plan) + paths * _seconds_a_path(plan, parts) / workers
    each = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"about {max(seconds / 60, LEAST):,.1f} minutes with {counted(workers, 'worker')}"
    yield f"about {(workers + (workers > 1)) * each:,.0f} MB of memory"
    yield f"{BYTES * paths * len(plan.looks) / 1e6:,.1f} MB of disk, and the table"


def _seconds_a_run(plan: Plan) -> float:
    """Time how long it takes to plan one."""
    few = [run for run in plan.runs if run.scenario][:TRIED]
    began = time.perf_counter()
    for run in few:
        plan.scenario_of(run)
    return (time.perf_counter() - began) / len(few)


def _seconds_a_path(plan: Plan, parts: Sequence[Part]) -> float:
    """Time the first parts, on a few of their paths, with all that a scenario takes beside them."""
    from fundsim.studies.work import Work

    tried = [replace(p, span=(p.span[0], p.span[0] + min(p.paths, FEW))) for p in parts[:TRIED]]
    Work.of(plan)(tried[0])  # what is read or imported once is not counted
    work, began = Work.of(plan), time.perf_counter()
    for part in tried:
        work(part)
    return (time.perf_counter() - began) / sum(part.paths for part in tried)
