"""How fast the engine is, as ratios measured in one run.

    python benchmarks/engine.py [paths ...]

Engine over plain loop: from draws to yearly results in blocks of 500, on the flagship `kruger-2020`
and on `kruger-endowment`, which it extends and which has no queues. The loop meets the same draws,
makes the same pence and keeps the same yearly figures, sums and squares, but has no calendar and no
ledger. Markets over normals: drawing growth of the mix and prices against drawing their normals
alone, with the portable exponential and without. Times are processor time of this process; each
ratio is the median of interleaved pairs.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import numpy as np
from plain import plain_block

from fundsim.chance import UNIT, Chance, units
from fundsim.engine.block import run_block
from fundsim.engine.gathered import Gathered
from fundsim.results.cubes import QUANTILE_PATHS, Cubes, twins_of
from fundsim.results.scratch import Scratch
from fundsim.results.shelf import Shelf
from fundsim.rules.returns import CHUNK, lognormal
from fundsim.scenario import Scenario, load

BLOCK, PAIRS = 500, 5


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    done = work()
    taken = time.process_time() - begin
    del done
    return taken


def engine(scenario: Scenario) -> Scratch:
    """Simulate, and give what holds the results, so that removing them is not timed."""
    scratch = Scratch()
    kept = min(scenario.paths, QUANTILE_PATHS)
    cubes = Cubes(scratch.folder, scenario.years, kept, twins_of(scenario))
    shelf = Shelf(scratch.folder, scenario.years, scenario.paths)
    gathered = Gathered(scenario)
    for first in range(0, scenario.paths, BLOCK):
        span = first, min(BLOCK, scenario.paths - first)
        gathered.add(run_block(scenario, cubes, shelf, span))
    gathered.moments()
    gathered.series(shelf, scratch)
    return scratch


def loop(scenario: Scenario) -> None:
    for first in range(0, scenario.paths, BLOCK):
        plain_block(scenario, first, min(BLOCK, scenario.paths - first))


def normals(scenario: Scenario) -> None:
    """Draw the normals of the markets alone, from the same streams in the same pieces."""
    chance = Chance(scenario.seed)
    for number, _ in units(0, scenario.paths):
        streams = chance.unit(number)
        for source, steps in scenario.markets.normals(scenario.years).items():
            generator = streams(source)
            for begin in range(0, steps, CHUNK):
                generator.standard_normal((min(CHUNK, steps - begin), UNIT))


def markets(scenario: Scenario) -> None:
    chance = Chance(scenario.seed)
    for number, _ in units(0, scenario.paths):
        scenario.markets.draw(scenario.years, chance.unit(number))


def markets_without_exp(scenario: Scenario) -> None:
    with patch.object(lognormal, "exp", lambda x: x):
        markets(scenario)


def compare(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    one(), other()
    pairs = [(seconds(one), seconds(other)) for _ in range(PAIRS)]
    ratios = [a / b for a, b in pairs]
    print(
        f"{name:34} {statistics.median(ratios):5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
        f"   {statistics.median(a for a, _ in pairs):6.2f} s"
        f" / {statistics.median(b for _, b in pairs):6.2f} s"
    )


def measure(scenario: Scenario) -> None:
    print(
        f"\n{scenario.name}, {scenario.paths:,} paths of {scenario.years} years, blocks of {BLOCK}"
    )
    print(f"{'':34} ratio   (least to most)  seconds")
    run = partial(engine, scenario)
    plain = partial(loop, scenario)
    alone = partial(normals, scenario)
    compare("engine / plain loop", run, plain)
    compare("plain loop / its normals", plain, alone)
    compare("markets / normals", partial(markets, scenario), alone)
    compare("markets without exp / normals", partial(markets_without_exp, scenario), alone)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak resident memory of this process so far: {peak:.0f} MB")


def main() -> None:
    for paths in [int(word) for word in sys.argv[1:]] or [1_000, 10_000]:
        for name in ("kruger-2020", "kruger-endowment"):
            measure(load(name, [f"paths={paths}"]))
    print(f"numpy {np.__version__}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
