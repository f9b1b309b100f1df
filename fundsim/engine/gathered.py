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
        self._joined: dict[Key, dict[int, Moments]] = {}  # by independent part
        self._units: dict[Key, int] = {}
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
            self._nothing_up_to(key, block.first, like=units[0])
            for found in units:
                self._join(key, found)

    def _join(self, key: Key, found: Moments) -> None:
        """Join the next unit to those of its part."""
        number = self._units.get(key, 0)
        self._units[key] = number + 1
        parts, part = self._joined.setdefault(key, {}), number % self._scenario.parts
        parts[part] = parts[part].with_(found) if part in parts else found

    def _nothing_up_to(self, key: Key, path: int, *, like: Moments) -> None:
        """Count units that posted nothing as such, up to a path."""
        for begin in range(self._units.get(key, 0) * UNIT, path, UNIT):
            self._join(key, Moments.nothing(min(UNIT, path - begin), like))

    def moments(self) -> dict[Key, Moments]:
        """Give each measure's moments over all paths."""
        paths, twins = self._scenario.paths, twins_of(self._scenario)
        for key, parts in self._joined.items():
            self._nothing_up_to(key, paths, like=next(iter(parts.values())))
        found = {
            key: Moments.of_parts([parts[part] for part in sorted(parts)])
            for key, parts in self._joined.items()
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
