"""Some paths of a scenario alone, of which no more is simulated than what is asked of them.

What funds do does not depend on what becomes of the money that they spend. So for measures of funds
foundations are left out; for those of foundations, areas; for totals over areas nothing is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial

import numpy as np

from fundsim.engine.block import of_funds, play, played, recorder_of, recording, stories, totals
from fundsim.engine.foundations import Story
from fundsim.engine.markets import Markets
from fundsim.engine.model import Model
from fundsim.engine.recorder import AVERAGE, Recorder
from fundsim.engine.several import counted
from fundsim.memory import given_back
from fundsim.metrics.series import FUND_FLOWS, FUND_STOCKS, MEASURES, Basis, FundSeries
from fundsim.money import Pence, Real
from fundsim.results.funds import BETWEEN, by_fund
from fundsim.results.shelf import Measures
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND

OF_FUNDS = frozenset({*FUND_FLOWS, *FUND_STOCKS, "allocated"} - {AVERAGE})
"""The measures that are the same without foundations."""


def run_span(
    scenario: Scenario, markets: Markets, first: int, reads: Collection[str]
) -> dict[str, FundSeries]:
    """Simulate the paths of some markets, from `first` on, and give the funds' series.

    `reads` are the measures and totals that will be asked for; no others are there (KeyError).
    """
    with given_back():
        return _run(scenario, markets, first, {*reads, BETWEEN})  # all funds together need the last


def _run(
    scenario: Scenario, markets: Markets, first: int, reads: set[str]
) -> dict[str, FundSeries]:
    if reads <= OF_FUNDS:
        model = _model(scenario, markets, first, reads)
        play(model, _of_funds_alone(model))
    elif MEASURES.keys() >= reads:
        model = _model(scenario, markets, first, MEASURES.keys())
        play(model, stories(model))
    else:
        return _whole(scenario, markets, first)
    return _series(model, MEASURES.keys() & reads, {})


def _model(scenario: Scenario, markets: Markets, first: int, measures: Collection[str]) -> Model:
    def keeping(model: Model) -> Recorder:
        return Recorder(model.clock, model.paths, model.funds, None, measures=measures)

    return Model(scenario, scenario.geography_table, markets, first=first, keeping=keeping)


def _of_funds_alone(model: Model) -> Iterator[Story]:
    yield counted(model)
    yield from of_funds(model)


def _whole(scenario: Scenario, markets: Markets, first: int) -> dict[str, FundSeries]:
    geography = scenario.geography_table
    model = Model(scenario, geography, markets, first=first, keeping=recording(None))
    return _series(model, MEASURES.keys(), totals(model, played(model)))


def _series(
    model: Model, measures: Collection[str], found: Mapping[str, Mapping[str, Real]]
) -> dict[str, FundSeries]:
    told, scenario = recorder_of(model).series, model.scenario  # no more of a model is held on to
    nothing = np.zeros((model.clock.years, model.paths), np.int64)

    def read(fund: str, basis: Basis, measure: str) -> Pence:
        if measure not in measures:
            raise KeyError(measure)
        return told.get((fund, measure, basis), nothing)

    def pence(fund: str, basis: Basis) -> Measures:
        return Measures(partial(read, fund, basis))

    names = [*scenario.funds, EVERY_FUND]
    return by_fund(
        scenario,
        {
            name: (pence(name, "nominal"), pence(name, "real"), found.get(name, {}))
            for name in names
        },
    )
