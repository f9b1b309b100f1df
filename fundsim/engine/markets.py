"""What markets and prices do on some paths, all drawn before the stories begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fundsim.chance import Chance, Streams, units
from fundsim.money import Real
from fundsim.sampling import Mirrored, Scrambled
from fundsim.scenario import Scenario
from fundsim.scenario.jolts import jolts_of, rises_of, together_of


@dataclass(frozen=True)
class Markets:
    """What each fund's holdings and prices do in each quarter, as factors, `(quarter, path)`."""

    growth: Mapping[str, Real]
    prices: Real


def draw(scenario: Scenario, first: int, paths: int) -> Markets:
    """Draw growth of each fund's holdings and prices of some paths, unit by unit."""
    own = scenario.markets.weights
    held = {name: fund.holds or own for name, fund in scenario.funds.items()}
    mixes: list[Mapping[str, float]] = []
    for mix in held.values():
        if mix not in mixes:
            mixes.append(mix)
    rises = rises_of(scenario)
    jolts, together = jolts_of(scenario), together_of(scenario)
    growth: list[list[Real]] = [[] for _ in mixes]
    prices = []
    for number, part in units(first, paths):
        streams = _streams(scenario, number)
        whole = scenario.markets.draw(scenario.years, streams, mixes, jolts, together)
        prices.append((whole.prices if rises is None else whole.prices * rises)[:, part])
        for place, grown in enumerate(whole.growth):
            growth[place].append(grown[:, part])
    joined = [np.concatenate(parts, axis=1) for parts in growth]
    return Markets(
        {name: joined[mixes.index(mix)] for name, mix in held.items()},
        np.concatenate(prices, axis=1),
    )


def _streams(scenario: Scenario, unit: int) -> Streams:
    """Give the streams of a unit, as the scenario samples them."""
    if scenario.sampling == "antithetic":
        return Mirrored(scenario.seed, unit)
    if scenario.sampling == "sobol":
        return Scrambled(scenario.seed, unit, scenario.markets.normals(scenario.years))
    return Chance(scenario.seed).unit(unit)
