"""The engine's door: a scenario in, frozen results out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import TypeVar

import numpy as np

from fundsim.chance import UNIT
from fundsim.engine.block import run_block, tell
from fundsim.engine.gathered import Gathered
from fundsim.engine.markets import Draws, draw
from fundsim.engine.several import Kept, Reduce, feeds_back, run_rules
from fundsim.engine.span import run_span
from fundsim.errors import Problem, RunError, ScenarioError
from fundsim.metrics.series import BY_AREA, FundSeries
from fundsim.processes import Hand, hands
from fundsim.results.cubes import QUANTILE_PATHS, Cubes, twins_of
from fundsim.results.model import Results
from fundsim.results.records import Keep
from fundsim.results.scratch import Scratch
from fundsim.results.shelf import Shelf
from fundsim.results.told import Told
from fundsim.scenario import Scenario

__all__ = [
    "BLOCK",
    "Draws",
    "Progress",
    "is_whole",
    "path_of_median_spending",
    "simulate",
    "simulate_rules",
    "simulate_span",
    "tell_path",
]

BLOCK = 500  # paths computed together: the fastest multiple of a unit, and it changes no figure
WIDE = 1000  # the same, where areas are left out
AHEAD = 2  # blocks asked of a worker: one is simulated, one waits at hand

Done = TypeVar("Done")
Progress = Callable[[int, int], None]


def simulate(
    scenario: Scenario,
    *,
    paths: int | None = None,
    seed: int | None = None,
    years: int | None = None,
    path: int | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Results:
    """Project a scenario's funds on every path, and tell one path in full.

    `paths`, `seed` and `years` replace the scenario's own. `path` chooses the path that is told;
    without it, that of median total real spending. `keep` holds on to foundations, or areas too, on
    every path. `workers` are processes; neither they nor `block`, a multiple of 250, change a
    figure. `progress` is told (paths done, of how many). A bad argument raises ValueError, a worker
    that dies RunError.
    """
    if block % UNIT or block <= 0:
        message = f"a block is a multiple of {UNIT} paths, not {block}"
        raise ValueError(message)
    changes = {"paths": paths, "seed": seed, "years": years}
    scenario = scenario.but({key: value for key, value in changes.items() if value is not None})
    if path is not None and not 0 <= path < scenario.paths:
        message = f"there is no path {path}: paths are numbered from 0 to {scenario.paths - 1}"
        raise ValueError(message)
    scratch = Scratch()
    kept = scenario.paths if keep else min(scenario.paths, QUANTILE_PATHS)
    cubes = Cubes(scratch.folder, scenario.years, kept, twins_of(scenario))
    shelf = Shelf(scratch.folder, scenario.years, scenario.paths)
    gathered = Gathered(scenario)
    for done in _blocks(partial(run_block, scenario, cubes, shelf), scenario.paths, workers, block):
        gathered.add(done)
        if progress is not None:
            progress(done.first + done.paths, scenario.paths)
    series = gathered.series(shelf, scratch)
    told = tell(scenario, path_of_median_spending(series["all"]) if path is None else path)
    return Results(
        scenario=scenario,
        series=series,
        tallies=gathered.moments(),
        lots=gathered.lots,
        cubes=cubes,
        told=told,
        keep=keep,
        scratch=scratch,
    )


def simulate_rules(
    scenarios: Sequence[Scenario],
    reduce: Reduce[Kept],
    *,
    measure: str = "paid",
    workers: int = 1,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Iterator[Kept]:
    """Simulate several scenarios of the same areas, years, paths and seed, path by path.

    Where they differ in allocation rules alone, markets are drawn once, and the funds' spending is
    decided once, for the first. `measure` is what areas are `paid`, or what they are `allocated`,
    which takes no foundations and is quick. `reduce` is given the outcomes of all scenarios on a
    block of paths, in order, and what it makes of them is yielded, block by block in the order of
    their paths. Another measure raises ValueError, and sampling in parts a ScenarioError: errors
    of differences are taken from paths that are each its own.
    """
    for scenario in scenarios:
        if scenario.parts > 1:
            message = (
                f'found "{scenario.sampling}", expected "plain": rules are compared path by path, '
                "and meet the same markets as it is"
            )
            raise ScenarioError([Problem(scenario.name, "sampling", message)])
    if measure not in BY_AREA:
        message = f"found {measure}, expected {' or '.join(BY_AREA)}"
        raise ValueError(message)
    run = partial(run_rules, scenarios, measure, reduce)
    for done, kept in _blocks(run, scenarios[0].paths, workers, block):
        if progress is not None:
            progress(done, scenarios[0].paths)
        yield kept


def simulate_span(
    scenario: Scenario,
    first: int,
    count: int,
    reduce: Callable[[Mapping[str, FundSeries], int], Kept],
    *,
    reads: Collection[str],
    draws: Draws | None = None,
) -> Iterator[Kept]:
    """Simulate `count` paths from `first` on, and give what `reduce` makes of each block.

    `reduce` is given the funds' series of a block and how many paths it has; in them the measures
    and totals that it `reads` are there and no others. What these do not depend on is not
    simulated, and nothing is kept, so that memory does not grow with the number of paths. `draws`
    remembers markets, for scenarios that meet the same ones.
    """
    drawn = draw if draws is None else draws.draw
    for begin in range(first, first + count, WIDE):
        paths = min(WIDE, first + count - begin)
        markets = drawn(scenario, begin, paths)
        yield reduce(run_span(scenario, markets, begin, reads), paths)


def is_whole(first: Scenario, other: Scenario) -> bool:
    """Tell whether `simulate_rules` simulates the funds again for another rule than the first."""
    return bool(feeds_back(first, other))


def tell_path(scenario: Scenario, path: int) -> Told:
    """Simulate one path alone and tell it in full: it is the same as among many others.

    A path below zero raises ValueError; one beyond the scenario's number of paths may be told too.
    """
    if path < 0:
        message = f"there is no path {path}: paths are numbered from 0"
        raise ValueError(message)
    return tell(scenario, path)


def path_of_median_spending(everything: FundSeries) -> int:
    """Find the path of rank ⌊(paths − 1) / 2⌋ of total real spending, ties to the lower path."""
    spending = everything.of("spending", "real").sum(axis=0)
    return int(np.argsort(spending, kind="stable")[(len(spending) - 1) // 2])


def _blocks(
    run: Callable[[tuple[int, int]], Done], paths: int, workers: int, block: int
) -> Iterator[Done]:
    """Run all blocks, and give them in order; only a few are held at a time."""
    spans = ((first, min(block, paths - first)) for first in range(0, paths, block))
    if workers == 1 or paths <= block:
        yield from map(run, spans)
        return
    crew = hands(run, min(workers, -(-paths // block)))
    try:
        asked = deque[Hand]()
        for hand, span in zip(cycle(crew), spans, strict=False):
            hand.ask(span)
            asked.append(hand)
            if len(asked) > AHEAD * len(crew):
                yield asked.popleft().told()
        while asked:
            yield asked.popleft().told()
    except EOFError as error:
        message = "a worker process died; run again with fewer workers or more memory"
        raise RunError(message) from error
    finally:
        for hand in crew:
            hand.end()
