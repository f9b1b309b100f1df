"""Blocks put together, in order of their paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from fundsim.chance import UNIT
from fundsim.engine.block import Block
from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.money import Real
from fundsim.places.shares import Lot
from fundsim.results.cubes import Key, twins_of
from fundsim.results.funds import by_fund
from fundsim.results.shelf import Measures, Shelf
from fundsim.scenario import Scenario


class Gathered:
    """Blocks put together, in order of their paths."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._totals: dict[str, dict[str, Real]] = {}
        self._joined: dict[Key, Moments] = {}
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
        """Join each measure's units to those before, in their order."""
        for key, units in block.tallies.items():
            joined = self._joined_up_to(key, block.first, like=units[0])
            self._joined[key] = Moments.joined([*joined, *units])

    def _joined_up_to(self, key: Key, path: int, *, like: Moments) -> list[Moments]:
        """Give what is joined so far; units that posted nothing count as such, up to a path."""
        joined = [self._joined[key]] if key in self._joined else []
        begin = joined[0].count if joined else 0
        widths = (min(UNIT, path - first) for first in range(begin, path, UNIT))
        return joined + [Moments.nothing(width, like) for width in widths]

    def moments(self) -> dict[Key, Moments]:
        """Give each measure's moments over all paths."""
        paths, twins = self._scenario.paths, twins_of(self._scenario)
        found = {
            key: Moments.joined(self._joined_up_to(key, paths, like=joined))
            for key, joined in self._joined.items()
        }
        for twin, measure in twins.items():
            told = [k for k in found if k.level == "foundation" and k.measure == measure]
            found |= {replace(key, measure=twin): found[key] for key in told}
        return found

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
