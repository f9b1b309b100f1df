"""What a simulation leaves behind: frozen arrays with coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.places.shares import Lot
from fundsim.results.cubes import Cubes, Key
from fundsim.results.scratch import Scratch
from fundsim.results.told import Told
from fundsim.scenario import Scenario

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
