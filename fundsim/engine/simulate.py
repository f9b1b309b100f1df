"""The engine's door: a scenario in, frozen results out."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from fundsim.chance import UNIT
from fundsim.engine import foundations, fund
from fundsim.engine.clock import Phase
from fundsim.engine.journal import Journal
from fundsim.engine.model import Model, draw
from fundsim.engine.recorder import SeriesKey
from fundsim.errors import RunError
from fundsim.metrics.places import gini_per_head, share_to_most_deprived
from fundsim.metrics.series import BASES, MEASURES, FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot, areas_share
from fundsim.results.funds import by_fund
from fundsim.results.model import Keep, Results
from fundsim.results.told import Told
from fundsim.results.cubes import QUANTILE_PATHS, Cubes, Key
from fundsim.scenario import Scenario

BLOCK = 500  # paths computed together: the fastest multiple of a unit, and it changes no figure

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Block:
    """What one block of paths leaves behind."""

    first: int
    paths: int
    series: Mapping[SeriesKey, Pence]
    tallies: Mapping[Key, list[Moments]]
    totals: Mapping[str, Mapping[str, Real]]
    lots: Mapping[str, Lot]


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
    scratch = tempfile.TemporaryDirectory(prefix="fundsim-", ignore_cleanup_errors=True)
    kept = scenario.paths if keep else min(scenario.paths, QUANTILE_PATHS)
    cubes = Cubes(Path(scratch.name), scenario.years, kept)
    gathered = Gathered(scenario)
    for done in _blocks(scenario, cubes, workers, block):
        gathered.add(done)
        if progress is not None:
            progress(done.first + done.paths, scenario.paths)
    series = gathered.series()
    told = tell(scenario, path_of_median_spending(series["all"]) if path is None else path)
    return Results(
        scenario=scenario,
        series=series,
        tallies={key: Moments.joined(units) for key, units in gathered.tallies.items()},
        lots=gathered.lots,
        cubes=cubes,
        told=told,
        keep=keep,
        scratch=scratch,
    )


def path_of_median_spending(everything: FundSeries) -> int:
    """Find the path of rank ⌊(paths − 1) / 2⌋ of total real spending, ties to the lower path."""
    spending = everything.of("spending", "real").sum(axis=0)
    return int(np.argsort(spending, kind="stable")[(len(spending) - 1) // 2])


def _blocks(scenario: Scenario, cubes: Cubes, workers: int, block: int) -> Iterator[Block]:
    """Run all blocks, and give them in order; only a few are held at a time."""
    paths = scenario.paths
    spans = ((first, min(block, paths - first)) for first in range(0, paths, block))
    run = partial(run_block, scenario, cubes)
    if workers == 1 or paths <= block:
        yield from map(run, spans)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        waiting: deque[Future[Block]] = deque(
            pool.submit(run, span) for span in islice(spans, 2 * workers)
        )
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(run, span) for span in islice(spans, 1))
        except BrokenExecutor as error:
            message = "a worker process died; run again with fewer workers or more memory"
            raise RunError(message) from error
        finally:
            pool.shutdown(cancel_futures=True)


class Gathered:
    """Blocks put together, in order of their paths."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._series: dict[SeriesKey, Pence] = {}
        self._totals: dict[str, dict[str, Real]] = {}
        self.tallies: dict[Key, list[Moments]] = {}
        self.lots: Mapping[str, Lot] = {}

    def add(self, block: Block) -> None:
        """Put a block in its place."""
        scenario, place = self._scenario, slice(block.first, block.first + block.paths)
        for key, pence in block.series.items():
            shape = (scenario.years, scenario.paths)
            self._series.setdefault(key, np.zeros(shape, np.int64))[:, place] = pence
        for fund_name, figures in block.totals.items():
            own = self._totals.setdefault(fund_name, {})
            for name, values in figures.items():
                own.setdefault(name, np.empty(scenario.paths))[place] = values
        self._add_tallies(block)
        self.lots = block.lots

    def _add_tallies(self, block: Block) -> None:
        for key, units in block.tallies.items():
            before = self.tallies.setdefault(key, [])
            missing = block.first // UNIT - len(before)
            before += [Moments.nothing(UNIT, units[0])] * missing + units

    def series(self) -> dict[str, FundSeries]:
        """Give each fund's history, and that of all together."""
        scenario = self._scenario
        nothing = np.broadcast_to(np.int64(0), (scenario.years, scenario.paths))
        return by_fund(
            scenario,
            {
                name: (
                    *(
                        {m: self._series.get((name, m, basis), nothing) for m in MEASURES}
                        for basis in BASES
                    ),
                    self._totals[name],
                )
                for name in scenario.funds
            },
        )


def run_block(scenario: Scenario, cubes: Cubes | None, span: tuple[int, int]) -> Block:
    """Simulate paths `first` to `first + count`, in one process."""
    first, count = span
    model = Model(
        scenario, scenario.geography_table, draw(scenario, first, count), first=first, cubes=cubes
    )
    _play(model)
    return _block(model, first)


def tell(scenario: Scenario, path: int) -> Told:
    """Simulate one path alone, writing each move into a journal."""
    geography = scenario.geography_table
    journal = Journal([foundation.id for foundation in geography.foundations])
    markets = draw(scenario, path, 1)
    model = Model(scenario, geography, markets, first=path, also=journal.posted)
    journal.clock = model.clock
    _play(model)
    return Told(path, tuple(journal.lines), _areas_told(model))


def _areas_told(model: Model) -> dict[tuple[str, str], Pence]:
    """What each area was allotted and paid on the one path, `(year, area)`, by fund and measure."""
    told: dict[tuple[str, str], Pence] = {}
    years, areas = model.clock.years, len(model.geography)
    for books in model.funds:
        for measure in ("allocated", "paid"):
            by_area = model.recorder.tallies.get(Key(books.name, "area", measure, "nominal"))
            by_foundation = model.recorder.tallies.get(
                Key(books.name, "foundation", measure, "nominal")
            )
            if by_area is not None:
                pence = by_area.units()[0].total[:years]
            elif by_foundation is not None and books.lot is not None:
                cumulated = by_foundation.units()[0].total[:years].cumsum(axis=0).T
                reached = areas_share(cumulated, books.lot, model.geography).T
                pence = np.diff(reached, axis=0, prepend=0)
            else:
                pence = np.zeros((years, areas), np.int64)
            told[books.name, measure] = pence
    return told


def _play(model: Model) -> None:
    """Start the stories, in the order of the scenario, and let the calendar run."""
    process = model.clock.env.process
    process(fund.prices(model))
    process(foundations.desk(model))
    for books in model.funds:
        for story in (
            fund.arrivals,
            fund.investing,
            fund.valuation,
            fund.spending,
            fund.closing,
        ):
            process(story(model, books))
    process(_year_ends(model))
    model.clock.run()


def _year_ends(model: Model) -> fund.Story:
    for year, day in enumerate(model.clock.year_ends):
        yield model.clock.until(day, Phase.RECORD)
        model.recorder.close_year(year, model.index)


def _block(model: Model, first: int) -> Block:
    recorder = model.recorder
    tallies = {key: list(tally.units()) for key, tally in recorder.tallies.items()}
    lots = {books.name: books.lot for books in model.funds if books.lot is not None}
    return Block(first, model.paths, recorder.series, tallies, _totals(model), lots)


def _totals(model: Model) -> dict[str, dict[str, Real]]:
    """How each fund's money, and all of it, is spread over people, on each path."""
    geography = model.geography
    population = geography.population.astype(np.float64)
    need = geography.combined(model.scenario.geography.need)
    paid = {books.name: _areas_paid(model, books.name) for books in model.funds}
    return {
        name: {
            "gini_per_head": gini_per_head(pence, population),
            "share_to_most_deprived_fifth": share_to_most_deprived(pence, population, need),
        }
        for name, pence in paid.items()
    }


def _areas_paid(model: Model, name: str) -> Pence:
    """Real pence paid in each area over the horizon, `(area, path)`."""
    by_area = model.recorder.tallies.get(Key(name, "area", "paid", "real"))
    if by_area is not None and by_area.latest is not None:
        return by_area.latest
    tally = model.recorder.tallies.get(Key(name, "foundation", "paid", "real"))
    (lot,) = (books.lot for books in model.funds if books.name == name)
    if tally is None or tally.latest is None or lot is None:
        return np.zeros((len(model.geography), model.paths), np.int64)
    return areas_share(tally.latest, lot, model.geography)
