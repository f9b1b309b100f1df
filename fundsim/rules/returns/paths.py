"""Markets that somebody else has drawn: paths from a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from pydantic import Field

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.moments import Moments
from fundsim.rules.returns.history import History
from fundsim.rules.returns.tabled import Reader, Tabled


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

    def _reader(self, years: int, streams: Streams) -> Reader:
        """Read the paths of a unit, `(step, 250)`; after the last one the first again."""
        chosen = (streams.number * UNIT + np.arange(UNIT)) % self.data.paths
        steps = self.steps_a_year * years

        def read(column: str) -> Real:
            whole = self.data.columns[column].reshape(self.data.paths, -1)
            return np.ascontiguousarray(whole[chosen, :steps].T)

        return read

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
