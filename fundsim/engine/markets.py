"""What markets and prices do on some paths, all drawn before the stories begin."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fundsim.chance import Chance, Streams, units
from fundsim.money import Real
from fundsim.rules.returns import Tabled
from fundsim.sampling import Mirrored, Scrambled
from fundsim.scenario import Scenario
from fundsim.scenario.fingerprint import WORDS_ONLY
from fundsim.scenario.jolts import jolts_of, rises_of, together_of


@dataclass(frozen=True)
class Markets:
    """What each fund's holdings and prices do in each quarter, as factors, `(quarter, path)`."""

    growth: Mapping[str, Real]
    prices: Real


class Draws:
    """Draws of markets that are remembered, for scenarios that meet the same ones by turns."""

    def __init__(self, most: int) -> None:
        """Remember so many blocks at most, the latest ones."""
        self._most = most
        self._known: OrderedDict[tuple[str, int, int], Markets] = OrderedDict()

    def draw(self, scenario: Scenario, first: int, paths: int) -> Markets:
        """Draw as the function of that name does, or give what was drawn for another scenario."""
        key = _all_that_is_read(scenario), first, paths
        found = self._known.pop(key, None) or _frozen(draw(scenario, first, paths))
        self._known[key] = found
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return found


def _all_that_is_read(scenario: Scenario) -> str:
    """Stand for all that draws depend on; what money does afterwards is left out."""
    without = {*WORDS_ONLY, "paths", "geography", "foundations", "dormant_assets", "funds"}
    values = scenario.model_dump(mode="json", by_alias=True, exclude=without)
    if isinstance(scenario.markets, Tabled):
        values["table"] = scenario.markets.data.digest
    values["holds"] = {name: fund.holds for name, fund in scenario.funds.items()}
    return json.dumps(values)


def _frozen(markets: Markets) -> Markets:
    for factors in (*markets.growth.values(), markets.prices):
        factors.setflags(write=False)
    return markets


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
