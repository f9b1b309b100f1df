"""Markets that somebody else has drawn: paths from a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.returns.history import History
from fundsim.rules.returns.model import Jolts, Mix, mixed, spread
from fundsim.rules.returns.tabled import InColumn, Tabled


class OwnPaths(Tabled):
    """Paths of one's own, as drawn by another model: path 17 of the run is path 17 of the table.

    A CSV with the columns `path`, `year` (and `quarter`, 1 to 4) and columns of simple returns as
    shares of 1. Paths are taken in the order of their numbers, and years from the first one on.
    """

    kind: Literal["paths"] = "paths"
    file_key = "table"
    by_path = True

    table: str = Field(min_length=1, description="path of the CSV of returns by path and year")

    def _refuse(self, history: History, years: int, paths: int) -> None:
        steps, asked = len(history.times), self.steps_a_year * years
        if steps < asked:
            message = (
                f"{history.label} has {steps} steps a path, {history.times[0]} to "
                f"{history.times[-1]}; expected at least {asked} for {years} years"
            )
            raise Fault(message, self.file_key)
        if history.paths < paths:
            message = (
                f"{history.label} has {history.paths:,} paths; expected at least the {paths:,} "
                "that are simulated: state fewer paths"
            )
            raise Fault(message, self.file_key)

    def _of_unit(self, column: str, years: int, streams: Streams) -> Real:
        """Give growth of the paths of a unit, `(step, 250)`; after the last one the first again."""
        whole = self.data.columns[column].reshape(self.data.paths, -1)
        chosen = (streams.number * UNIT + np.arange(UNIT)) % self.data.paths
        return np.ascontiguousarray(1 + whole[chosen, : self.steps_a_year * years].T)

    def prices(self, years: int, streams: Streams) -> Real:
        """Give `(quarter, 250)` price factors of one unit of paths."""
        if not isinstance(self.inflation, InColumn):
            return self.inflation.prices(years, streams)
        rises = self._of_unit(self.inflation.column, years, streams)
        return rises if self.steps_a_year == QUARTERS else spread(rises)

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        grown = {
            name: self._of_unit(self.column_of(name), years, streams)
            for name in self.assets
            if any(mix.get(name) for mix in mixes)
        }
        return mixed(grown, self.steps_a_year * years, QUARTERS // self.steps_a_year, mixes, jolts)

    def _yearly(self, columns: Mapping[str, float]) -> Moments:
        """Give the moments of all whole years of all paths in the table."""
        first = next(iter(columns))
        growth = np.zeros(self.data.columns[first].shape)
        for name, weight in columns.items():
            growth += weight * (1 + self.data.columns[name])
        by_path = growth.reshape(self.data.paths, -1)
        whole = by_path.shape[1] // self.steps_a_year * self.steps_a_year
        quarters = by_path[:, :whole].reshape(-1, self.steps_a_year)
        years = quarters[:, 0].copy()
        for step in range(1, self.steps_a_year):
            years *= quarters[:, step]
        squares = years * years
        cubes = squares * years
        raw = tuple(float(power.mean()) for power in (years, squares, cubes))
        return Moments.of_growth((raw[0], raw[1], raw[2]))
