"""What a simulation leaves behind: frozen arrays with coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Literal

from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence
from fundsim.places.shares import Lot
from fundsim.results.cubes import Cubes, Key, pair
from fundsim.results.scratch import Scratch
from fundsim.results.told import Told
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND

Keep = Literal["foundations", "paths"]


@dataclass(frozen=True)
class Records:
    """The arrays of a finished simulation.

    `series` has each fund's history on every path, and `all`. `tallies` has the moments over all
    paths of each measure by foundation (and by area, for a fund without one lot), `(period,
    member)`. `lots` has the areas' fractions of each fund whose rounds share them. `cubes` has
    single paths by foundation. `told` is one path in full. `scratch` holds their files.
    """

    scenario: Scenario
    series: Mapping[str, FundSeries]
    tallies: Mapping[Key, Moments]
    lots: Mapping[str, Lot]
    cubes: Cubes
    told: Told
    keep: Keep | None
    scratch: Scratch

    @property
    def names(self) -> tuple[str, ...]:
        """Whose figures there are: each fund, and all together where there are several."""
        funds = tuple(self.scenario.funds)
        return funds if len(funds) == 1 else (*funds, EVERY_FUND)

    def funds_of(self, name: str) -> tuple[str, ...]:
        """List the funds that a name in a table stands for."""
        return tuple(self.scenario.funds) if name == EVERY_FUND else (name,)

    def together(self, one: str, other: str) -> str:
        """Name the figures of two funds together."""
        return EVERY_FUND if len(self.scenario.funds) == len((one, other)) else pair(one, other)

    def paths_of(self, key: Key, members: int, unit: int | None = None) -> Pence:
        """Read single paths of a fund, or of all together, `(year, member, path)`.

        Those of quantiles; with `unit`, those of one unit.
        """
        keys = [replace(key, fund=fund) for fund in self.funds_of(key.fund)]
        if unit is None:
            return reduce(add, (self.cubes.read(key, members) for key in keys))
        return reduce(add, (self.cubes.read_unit(key, unit, members) for key in keys))
