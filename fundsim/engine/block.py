"""One block of paths from its draws to what it leaves behind, and one path told in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from fundsim.engine import foundations, fund, shocks
from fundsim.engine.books import Books
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story
from fundsim.engine.journal import Journal
from fundsim.engine.markets import draw
from fundsim.engine.model import Model
from fundsim.engine.recorder import Recorder
from fundsim.engine.spending import settle_lot, spending
from fundsim.engine.yearbook import Yearbook, sum_of
from fundsim.ledger import Ledger
from fundsim.memory import given_back
from fundsim.metrics.inequality import gini_per_head
from fundsim.metrics.series import BY_AREA
from fundsim.metrics.statistics import Moments
from fundsim.metrics.targeting import share_to_most_deprived
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot, areas_share
from fundsim.results.cubes import Cubes, CubeWriter, Key, twins_of
from fundsim.results.shelf import Shelf
from fundsim.results.told import Told
from fundsim.rules.need import combined
from fundsim.scenario import Scenario
from fundsim.scenario.controls import control_values
from fundsim.scenario.schema import EVERY_FUND


@dataclass(frozen=True)
class Block:
    """What one block of paths leaves behind."""

    first: int
    paths: int
    tallies: Mapping[Key, list[Moments]]
    totals: Mapping[str, Mapping[str, Real]]
    lots: Mapping[str, Lot]


def run_block(scenario: Scenario, cubes: Cubes, shelf: Shelf, span: tuple[int, int]) -> Block:
    """Simulate paths `first` to `first + count`, in one process."""
    with given_back():
        return _run_block(scenario, cubes, shelf, span)


def _run_block(scenario: Scenario, cubes: Cubes, shelf: Shelf, span: tuple[int, int]) -> Block:
    first, _ = span
    geography, markets = scenario.geography_table, draw(scenario, *span)
    with closing(CubeWriter(cubes, first)) as writer:
        model = Model(scenario, geography, markets, first=first, keeping=recording(writer))
        recorder = played(model)
    for (name, measure, basis), pence in recorder.series.items():
        shelf.write(name, measure, basis, first, pence)
    return _block(model, recorder, first)


def recording(cubes: CubeWriter | None) -> Callable[[Model], Recorder]:
    """Say how all figures of a model are kept."""

    def recorder(model: Model) -> Recorder:
        clock, paths, funds = model.clock, model.paths, model.funds
        yearbook = Yearbook(model.geography, clock.years, paths, cubes, funds)
        return Recorder(clock, paths, funds, yearbook, twins=twins_of(model.scenario))

    return recorder


def tell(scenario: Scenario, path: int) -> Told:
    """Simulate one path alone, writing each move into a journal."""
    geography = scenario.geography_table
    journal = Journal([foundation.id for foundation in geography.foundations])
    markets = draw(scenario, path, 1)
    model = Model(
        scenario, geography, markets, first=path, keeping=recording(None), also=journal.posted
    )
    journal.clock = model.clock
    recorder = played(model)
    return Told(path, tuple(journal.lines), _areas_told(model, recorder))


def _areas_told(model: Model, recorder: Recorder) -> dict[tuple[str, str], Pence]:
    """What each area was allotted and paid on the one path, `(year, area)`, by fund and measure."""
    told: dict[tuple[str, str], Pence] = {}
    years, areas = model.clock.years, len(model.geography)
    for books in model.funds:
        for measure in BY_AREA:
            by_area = recorder.tallies.get(Key(books.name, "area", measure, "nominal"))
            by_foundation = recorder.tallies.get(Key(books.name, "foundation", measure, "nominal"))
            if by_area is not None:
                pence = by_area.of_path()[:years]
            elif by_foundation is not None and books.lot is not None:
                cumulated = by_foundation.of_path()[:years].cumsum(axis=0).T
                reached = areas_share(cumulated, books.lot).T
                pence = np.diff(reached, axis=0, prepend=0)
            else:
                pence = np.zeros((years, areas), np.int64)
            told[books.name, measure] = pence
    return told


def played(model: Model) -> Recorder:
    """Let the whole calendar run, and give what was recorded."""
    play(model, stories(model))
    recorder = recorder_of(model)
    for tally in recorder.tallies.values():
        tally.close()
    return recorder


def recorder_of(model: Model) -> Recorder:
    """Give what a model writes down, where that is all figures."""
    assert isinstance(model.recorder, Recorder)  # noqa: S101 - else it is compared, not recorded
    return model.recorder


def play(model: Model, stories: Iterable[Story]) -> None:
    """Start stories, in the order of the scenario, and let the calendar run."""
    for story in stories:
        model.clock.env.process(story)
    model.clock.run()
    _refuse_imbalance(model.ledger)


def _refuse_imbalance(ledger: Ledger) -> None:
    """Raise ArithmeticError, a fault of fundsim, if pence were made or lost on any path."""
    off = ledger.imbalance()
    if off.any():
        message = f"all accounts together hold {int(np.abs(off).max())} pence on one of the paths"
        raise ArithmeticError(message)


def stories(model: Model) -> Iterator[Story]:
    """Give the stories of all funds and foundations."""
    yield from delivery(model)
    yield from of_funds(model)


def delivery(model: Model) -> Iterator[Story]:
    """Give the stories of what foundations do with the rounds that reach them."""
    yield foundations.desk(model)
    yield foundations.years(model)
    yield foundations.panels(model)


def of_funds(model: Model) -> Iterator[Story]:
    """Give the stories of prices, shocks and funds, up to the rounds that are shared."""
    yield fund.prices(model)
    yield from shocks.stories(model)
    yield from fund.payments(model)
    for books in model.funds:
        settle_lot(model, books)
        yield fund.arrivals(model, books)
        yield fund.inflow(model, books)
        yield fund.investing(model, books)
        yield fund.valuation(model, books)
        yield spending(model, books)
        yield fund.closing(model, books)
    yield year_ends(model)


def year_ends(model: Model) -> Story:
    """At the end of each year its figures are written down."""
    for year, day in enumerate(model.clock.year_ends):
        yield model.clock.until(day, Phase.RECORD)
        model.recorder.close_year(year, model.index)


def _block(model: Model, recorder: Recorder, first: int) -> Block:
    tallies = {key: list(tally.units()) for key, tally in recorder.tallies.items()}
    lots = {books.name: books.lot for books in model.funds if books.lot is not None}
    return Block(first, model.paths, tallies, totals(model, recorder), lots)


def totals(model: Model, recorder: Recorder) -> dict[str, dict[str, Real]]:
    """How each fund's money, and all of it, is spread over people, on each path."""
    geography = model.geography
    population = geography.population.astype(np.float64)
    need = combined(geography, model.scenario.geography.need)
    paid = {books.name: _areas_paid(model, recorder, books) for books in model.funds}
    paid[EVERY_FUND] = sum_of(list(paid.values()))
    spread = {name: _spread(pence, population, need) for name, pence in paid.items()}
    for name, growth in model.markets.growth.items():
        spread[name] |= control_values(model.scenario, name, growth, model.markets.prices)
    return spread


def _spread(pence: Pence, population: Real, need: Real) -> dict[str, Real]:
    """How money is spread over people; no figure where nothing is paid at all."""
    figures = {
        "gini_per_head": gini_per_head(pence, population),
        "share_to_most_deprived_fifth": share_to_most_deprived(pence, population, need),
    }
    paid = pence.sum(axis=0) > 0
    return {name: np.where(paid, figure, np.nan) for name, figure in figures.items()}


def _areas_paid(model: Model, recorder: Recorder, books: Books) -> Pence:
    """Real pence paid in each area over the horizon, `(area, path)`."""
    level = "area" if books.lot is None else "foundation"
    tally = recorder.tallies.get(Key(books.name, level, "paid", "real"))
    if tally is None or tally.horizon is None:
        return np.zeros((len(model.geography), model.paths), np.int64)
    return tally.horizon if books.lot is None else areas_share(tally.horizon, books.lot)
