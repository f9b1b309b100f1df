"""Blocks put together, in order of their paths."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from fundsim.chance import UNIT
from fundsim.chance import units as parts
from fundsim.engine.block import Block
from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.money import Real
from fundsim.places.shares import Lot
from fundsim.results.cubes import Key
from fundsim.results.funds import by_fund
from fundsim.results.shelf import Measures, Shelf
from fundsim.scenario import Scenario


class Gathered:
    """Blocks put together, in order of their paths."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._totals: dict[str, dict[str, Real]] = {}
        self._units: dict[Key, dict[int, Moments]] = {}
        self.lots: Mapping[str, Lot] = {}

    def add(self, block: Block) -> None:
        """Put a block in its place."""
        scenario, place = self._scenario, slice(block.first, block.first + block.paths)
        for fund_name, figures in block.totals.items():
            own = self._totals.setdefault(fund_name, {})
            for name, values in figures.items():
                own.setdefault(name, np.empty(scenario.paths))[place] = values
        self._add_tallies(block)
        self.lots = block.lots

    def _add_tallies(self, block: Block) -> None:
        for key, units in block.tallies.items():
            first = block.first // UNIT
            self._units.setdefault(key, {}).update(enumerate(units, start=first))

    def moments(self) -> dict[Key, Moments]:
        """Join each measure's units in their order; a unit that posted nothing counts as such."""
        return {key: Moments.joined(self._whole(units)) for key, units in self._units.items()}

    def _whole(self, units: Mapping[int, Moments]) -> list[Moments]:
        like = next(iter(units.values()))
        widths = (part.stop - part.start for _, part in parts(0, self._scenario.paths))
        return [
            units[number] if number in units else Moments.nothing(width, like)
            for number, width in enumerate(widths)
        ]

    def series(self, shelf: Shelf, owner: object) -> dict[str, FundSeries]:
        """Give each fund's history, and that of all together."""
        return by_fund(
            self._scenario,
            {
                name: (
                    Measures(partial(shelf.read, name, basis="nominal"), owner),
                    Measures(partial(shelf.read, name, basis="real"), owner),
                    totals,
                )
                for name, totals in self._totals.items()
            },
        )
