"""What a batch costs beside its simulations, and what a second worker gains, in one run.

    python benchmarks/batch.py [scenarios] [pairs]

A study of the flagship over 20 years with 1,000 paths each, one rate of spending after another,
first with figures of the fund alone, then with what foundations pay too, so that they are
simulated. One worker and two by turns, each pair a ratio; its median is the gain. What a scenario
costs beside its simulation is the time with one worker less that of the same simulations called
one after the other, a scenario. Memory is that of a process that leads two workers, at its highest,
over few scenarios and over many, each time anew. Then two workers and a Dask cluster of two on this
machine by turns, both started anew each time.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fundsim.engine.simulate import Draws, simulate_span
from fundsim.metrics.catalogue import METRICS, Figure
from fundsim.metrics.reading import read_by
from fundsim.metrics.series import FundSeries
from fundsim.scenario.spelling import toml
from fundsim.studies import Plan, load_study, planned
from fundsim.studies.cluster import cluster
from fundsim.studies.folder import begin, finish
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from fundsim.studies.workers import RunAll

RATE = "funds.luc.spending.rate"
OF_FUNDS = ("spending", "capital_kept_whole_at_20_years", "ends_below_whole")
KINDS = {"the fund alone": OF_FUNDS, "foundations too": (*OF_FUNDS, "paid", "mean_wait")}


def study(folder: Path, scenarios: int, measures: Sequence[str] = OF_FUNDS) -> Plan:
    """Plan a study of so many rates."""
    values = {
        "schema_version": 1,
        "name": "rates",
        "title": "Many rates",
        "base": "kruger-2020",
        "fund": "luc",
        "paths": 1000,
        "years": 20,
        "measures": [*measures],
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


def batch(
    scenarios: int, workers: int, measures: Sequence[str] = OF_FUNDS, crew: RunAll | None = None
) -> float:
    """Run a whole study, planning and table included, and give the seconds that it took."""
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        plan = study(Path(name) / "in", scenarios, measures)
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
        batch(scenarios, workers, crew=crew)
        return time.perf_counter() - began


def bare(scenarios: int, measures: Sequence[str] = OF_FUNDS) -> float:
    """Simulate the same scenarios, all made beforehand, and give the seconds that it took."""
    with tempfile.TemporaryDirectory() as name:
        plan = study(Path(name) / "in", scenarios, measures)
        made = [plan.scenario_of(run) for run in plan.runs]
    reads = frozenset().union(*(read_by(look.measure, look.basis) for look in plan.looks))
    draws = Draws(2)

    def looked_at(series: Mapping[str, FundSeries], _paths: int) -> list[Figure]:
        return [METRICS[look.measure].measure(series["luc"], look.basis) for look in plan.looks]

    began = time.perf_counter()
    for scenario in made:
        list(simulate_span(scenario, 0, scenario.paths, looked_at, reads=reads, draws=draws))
    return time.perf_counter() - began


def leading(scenarios: int) -> float:
    """Lead two workers through a study, and give the most memory this process has taken, in MB."""
    batch(scenarios, 2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def anew(scenarios: int) -> float:
    """Lead them in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as one:
        return one.submit(leading, scenarios).result()


def main() -> None:
    scenarios = int(sys.argv[1] if len(sys.argv) > 1 else 40)
    pairs = int(sys.argv[2] if len(sys.argv) > 2 else 5)
    for kind, measures in KINDS.items():
        print(f"{scenarios} scenarios, {kind}")
        by_turns(scenarios, pairs, measures)
    few, many = anew(2), anew(scenarios)
    print(f"leading takes {few:.0f} MB over 2 scenarios, {many:.0f} MB over {scenarios}")
    against_dask(scenarios, pairs)


def by_turns(scenarios: int, pairs: int, measures: Sequence[str]) -> None:
    ratios, beside, alone = [], [], 0.0
    for number in range(pairs):
        alone, together = batch(scenarios, 1, measures), batch(scenarios, 2, measures)
        only = bare(scenarios, measures)
        ratios.append(alone / together)
        beside.append(1000 * (alone - only) / scenarios)
        told = f"{alone:6.1f} s with 1 worker, {together:6.1f} s with 2, {only:6.1f} s bare"
        print(f"pair {number + 1}: {told}; {ratios[-1]:.2f} times")
    print(f"2 workers are {statistics.median(ratios):.2f} times as fast as 1 (median)")
    print(f"beside its simulation a scenario costs {statistics.median(beside):.1f} ms (median)")
    print(f"{scenarios / alone:.1f} scenarios a second with 1 worker")


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
