"""What a batch costs beside its simulations, and what a second worker gains, in one run.

    python benchmarks/batch.py [scenarios] [pairs]

A study of the flagship over 20 years with 1,000 paths each, one rate of spending after another. One
worker and two by turns, each pair a ratio; its median is the gain. What a scenario costs beside its
simulation is the time with one worker less that of the same simulations called one after the other,
a scenario. Memory is that of the process that leads, at its highest, after few and after many. Then
two workers and a Dask cluster of two on this machine by turns, both started anew each time.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from fundsim import simulate
from fundsim.scenario.spelling import toml
from fundsim.studies import Plan, load_study, planned
from fundsim.studies.cluster import cluster
from fundsim.studies.folder import begin, finish
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from fundsim.studies.workers import RunAll

RATE = "funds.luc.spending.rate"


def study(folder: Path, scenarios: int) -> Plan:
    """Plan a study of so many rates."""
    values = {
        "schema_version": 1,
        "name": "rates",
        "title": "Many rates",
        "base": "kruger-2020",
        "fund": "luc",
        "paths": 1000,
        "years": 20,
        "measures": ["spending", "capital_kept_whole_at_20_years", "ends_below_whole"],
        "vary": {
            "rate": {
                "kind": "grid",
                "values": {RATE: [0.02 + 0.04 * n / scenarios for n in range(scenarios)]},
            }
        },
    }
    folder.mkdir(parents=True)
    (folder / "rates.toml").write_text(toml(values), "utf-8")
    return planned(load_study(folder / "rates.toml"))


def batch(scenarios: int, workers: int, crew: RunAll | None = None) -> float:
    """Run a whole study, planning and table included, and give the seconds that it took."""
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        plan = study(Path(name) / "in", scenarios)
        place = Path(name) / "out"
        pieces = begin(plan.loaded, place)
        carry_out(plan, pieces, workers=workers, crew=crew)
        finish(plan, pieces, place, state_of(plan, pieces))
        return time.perf_counter() - began


def by_dask(scenarios: int, workers: int) -> float:
    """Run the same study on a cluster of this machine, and give the seconds with its start."""
    from distributed import LocalCluster

    began = time.perf_counter()
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, **here) as local,
        cluster(local.scheduler_address, lambda _told: None) as crew,
    ):
        batch(scenarios, workers, crew)
        return time.perf_counter() - began


def bare(scenarios: int) -> float:
    """Simulate the same scenarios one after the other, and give the seconds that it took."""
    with tempfile.TemporaryDirectory() as name:
        plan = study(Path(name) / "in", scenarios)
    began = time.perf_counter()
    for run in plan.runs:
        simulate(plan.scenario_of(run))
    return time.perf_counter() - began


def highest() -> float:
    """Give the most memory that this process has taken so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    scenarios = int(sys.argv[1] if len(sys.argv) > 1 else 40)
    pairs = int(sys.argv[2] if len(sys.argv) > 2 else 5)
    batch(2, 2)
    few = highest()
    ratios, beside, alone = [], [], 0.0
    for number in range(pairs):
        alone, together = batch(scenarios, 1), batch(scenarios, 2)
        only = bare(scenarios)
        ratios.append(alone / together)
        beside.append(1000 * (alone - only) / scenarios)
        told = f"{alone:6.1f} s with 1 worker, {together:6.1f} s with 2, {only:6.1f} s bare"
        print(f"pair {number + 1}: {told}; {ratios[-1]:.2f} times")
    print(f"2 workers are {statistics.median(ratios):.2f} times as fast as 1 (median)")
    print(f"beside its simulation a scenario costs {statistics.median(beside):.1f} ms (median)")
    print(f"{scenarios / alone:.1f} scenarios a second with 1 worker")
    print(f"the process that leads took {few:.0f} MB after 2 scenarios, {highest():.0f} MB at last")
    against_dask(scenarios, pairs)


def against_dask(scenarios: int, pairs: int) -> None:
    ratios = []
    for number in range(pairs):
        processes, dask = batch(scenarios, 2), by_dask(scenarios, 2)
        ratios.append(dask / processes)
        told = f"{processes:6.1f} s with 2 workers, {dask:6.1f} s by Dask with 2"
        print(f"pair {number + 1}: {told}; {ratios[-1]:.2f} times")
    print(f"Dask's local cluster takes {statistics.median(ratios):.2f} times as long (median)")


if __name__ == "__main__":
    main()
