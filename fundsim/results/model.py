"""Results: everything that metrics, tables and charts ever see of a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fundsim.results.figures import Figures, area_figures, foundation_figures
from fundsim.results.frames import Tabled
from fundsim.results.records import Records
from fundsim.results.table import Table
from fundsim.results.tables import tables


@dataclass(frozen=True)
class Results(Records, Tabled):
    """A finished simulation: its records, and what is made of them when first asked for."""

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the run, by name."""
        return tables(self, self)

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
