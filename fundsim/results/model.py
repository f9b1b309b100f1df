"""Results: everything that metrics, tables and charts ever see of a simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.places.shares import Lot
from fundsim.results.cubes import Cubes, Key
from fundsim.results.figures import Figures, area_figures, foundation_figures
from fundsim.results.frames import Tabled
from fundsim.results.scratch import Scratch
from fundsim.results.table import Table
from fundsim.results.tables import tables
from fundsim.results.told import Told
from fundsim.scenario import Scenario

Keep = Literal["foundations", "paths"]


@dataclass(frozen=True)
class Results(Tabled):
    """A finished simulation.

    `series` has each fund's history on every path, and `all`. `tallies` has the moments over all
    paths of each measure by foundation (and by area, for a fund without one lot), `(period,
    member)`. `lots` has the areas' fractions of each fund whose rounds share them. `cubes` has
    single paths by foundation. `told` is one path in full. Tables are made when first asked for.
    """

    scenario: Scenario
    series: Mapping[str, FundSeries]
    tallies: Mapping[Key, Moments]
    lots: Mapping[str, Lot]
    cubes: Cubes
    told: Told
    keep: Keep | None
    scratch: Scratch

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the run, by name."""
        return tables(self)

    @property
    def quantile_paths(self) -> int:
        """How many paths the quantiles of foundations and areas are taken over."""
        return self.cubes.quantile_paths

    @cached_property
    def by_foundation(self) -> list[Figures]:
        """Moments and quantiles of each measure by foundation."""
        return list(foundation_figures(self))

    @cached_property
    def by_area(self) -> list[Figures]:
        """Moments and quantiles of each measure by area."""
        return list(area_figures(self))
