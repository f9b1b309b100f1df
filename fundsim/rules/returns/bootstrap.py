"""Markets as they were: blocks of a history, put one after another anew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.portable import log, log1
from fundsim.rules.base import Fault
from fundsim.rules.blocks import (
    Scheme,
    autocovariances,
    best_length,
    circular_autocovariances,
    drawn_rows,
)
from fundsim.rules.inflation import FEWEST
from fundsim.rules.moments import Moments
from fundsim.rules.returns.history import History
from fundsim.rules.returns.tabled import Reader, Tabled


class Bootstrap(Tabled):
    """Rows of a history of one's own are drawn in blocks, all columns together.

    A block begins in any row, and after the last row comes the first. `stationary`: each row is
    followed by the next one, or with probability 1 / block by any (Politis and Romano, Journal of
    the American Statistical Association 89, 1994); `circular`: all blocks are of the same length
    (Politis and Romano 1992). The history is a CSV with a column `year` (and `quarter`, 1 to 4) and
    columns of simple returns as shares of 1.
    """

    kind: Literal["bootstrap"] = "bootstrap"
    file_key = "history"
    by_path = False

    history: str = Field(min_length=1, description="path of the CSV of yearly or quarterly returns")
    scheme: Scheme = Field("stationary", description="blocks of random length, or all of one")
    block: float | Literal["automatic"] = Field(
        "automatic",
        description="mean length of blocks in rows; automatic: the longest that a column asks for",
    )

    @field_validator("block", mode="before")
    @classmethod
    def _number_or_word(cls, block: object) -> object:
        if isinstance(block, str) and block != "automatic":
            message = f'found "{block}", expected a number of rows, as 5, or "automatic"'
            raise ValueError(message)
        return block

    def _refuse(self, history: History, years: int, paths: int) -> None:  # noqa: ARG002 - any will do
        rows = len(history.times)
        span = f"{history.label} has {rows} rows that can be used, {history.times[0]} to "
        span += history.times[-1]
        if rows < FEWEST:
            raise Fault(f"{span}; expected at least {FEWEST}", self.file_key)
        if self.block == "automatic":
            return
        if not 1 <= self.block <= rows:
            message = f"{span}; found a block of {self.block:g}, expected 1 to {rows}"
            raise Fault(message, "block")
        if self.scheme == "circular" and not float(self.block).is_integer():
            message = (
                f"found {self.block:g}, expected whole rows where all blocks are of one length"
            )
            raise Fault(message, "block")

    @cached_property
    def length(self) -> float:
        """The mean length of blocks, in rows."""
        if self.block != "automatic":
            return self.block
        asked = [best_length(self._logs(name).tolist(), self.scheme) for name in self._columns]
        longest = max(asked)
        return float(math.ceil(longest)) if self.scheme == "circular" else longest

    @property
    def _columns(self) -> list[str]:
        return list(dict.fromkeys(self.wanted.values()))

    def _logs(self, column: str) -> Real:
        return log(1 + self.data.columns[column])

    def _reader(self, years: int, streams: Streams) -> Reader:
        """Draw which row of the history each step is, `(step, 250)`, and read columns in these."""
        steps = self.steps_a_year * years
        uniforms = streams("markets.history").random((steps, 2, UNIT))
        chances = [self._chance_of_break(step) for step in range(steps)]
        rows = drawn_rows(uniforms, len(self.data.times), chances)
        return lambda column: self.data.columns[column][rows]

    def _chance_of_break(self, step: int) -> float:
        """Give the probability that a new block begins in a step after the first."""
        if self.scheme == "stationary":
            return 1 / self.length
        return float(step % round(self.length) == 0)

    def _yearly(self, columns: Mapping[str, float]) -> Moments:
        """Give a year's moments over all ways to draw it: the first year's, where blocks are fixed.

        E[G^k]: the growth of all ways that end in a row is carried on step by step, from each row
        to the next one, or spread over all where a block breaks. With a row a year these are the
        history's own moments, and the autocorrelation is (1 − 1/b) times its circular one (Politis
        and Romano 1994, lemma 1).
        """
        growth = np.zeros(len(self.data.times))
        for name, weight in columns.items():
            growth += weight * (1 + self.data.columns[name])
        raw = []
        for power in (1, 2, 3):
            figures = growth.copy()
            for _ in range(power - 1):
                figures *= growth
            raw.append(self._carried(figures.tolist()))
        found = Moments.of_growth((raw[0], raw[1], raw[2]))
        if self.steps_a_year > 1 or not found.sd:
            return found
        return self._with_logs(found, [log1(value) for value in growth.tolist()])

    def _carried(self, figures: Sequence[float]) -> float:
        count = len(figures)
        ending = [figure / count for figure in figures]
        for step in range(1, self.steps_a_year):
            chance = self._chance_of_break(step)
            anywhere = chance * math.fsum(ending) / count
            ending = [
                (anywhere + (1 - chance) * ending[row - 1]) * figure
                for row, figure in enumerate(figures)
            ]
        return math.fsum(ending)

    def _with_logs(self, found: Moments, logs: Sequence[float]) -> Moments:
        (variance,) = autocovariances(logs, 0)
        autocorrelation = None
        if self.scheme == "stationary":
            _, next_row = circular_autocovariances(logs, 1)
            autocorrelation = (1 - 1 / self.length) * next_row / variance
        return Moments(
            found.mean,
            found.sd,
            found.skewness,
            math.fsum(logs) / len(logs),
            math.sqrt(variance),
            autocorrelation,
        )
