"""What models that draw from a user's own table have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PrivateAttr

from fundsim.chance import Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.rules.base import Fault, Rule
from fundsim.rules.inflation import (
    QUARTERS,
    AutoregressiveInflation,
    ConstantInflation,
    HistoricalInflation,
)
from fundsim.rules.moments import Moments
from fundsim.rules.returns.history import History
from fundsim.rules.returns.model import Held, Jolts, Markets, Mix, ReturnModel, mixed, spread
from fundsim.rules.returns.together import Raw

Key = tuple[str, ...]
Reader = Callable[[str], Real]
"""Gives what a column says in each step of each path of a unit, `(step, 250)`."""


class InColumn(Rule):
    """Prices rise as a column of the table says, in the same rows as the assets grow."""

    kind: Literal["column"] = "column"
    column: str = Field(min_length=1, description="the table's column of the rise of prices")


class InTable(Held):
    """One class of assets: its weight in the mix, and the column of the table that it follows."""

    column: str | None = Field(
        None, min_length=1, description="the table's column of simple returns; its name if left out"
    )


class Tabled(ReturnModel):
    """A return model that draws from a table of the user's, which the scenario reads for it."""

    file_key: ClassVar[str]
    by_path: ClassVar[bool]

    step: Literal["quarter", "year"] = Field("year", description="what a row of the table is")
    inflation: Annotated[
        InColumn | ConstantInflation | AutoregressiveInflation | HistoricalInflation,
        Field(discriminator="kind"),
    ] = Field(
        description="how prices rise: a rule of its own, or a column of the table, as in "
        '{ kind = "column", column = "prices" }'
    )
    assets: dict[str, InTable] = Field(min_length=1, description="the mix, by name of asset")

    _history: History | None = PrivateAttr(None)

    @property
    def file(self) -> str:
        """The path of the table, as the scenario states it."""
        return str(getattr(self, self.file_key))

    @property
    def wanted(self) -> dict[Key, str]:
        """The columns that are used, by the key that names each."""
        found: dict[Key, str] = {
            ("assets", name, "column"): self.column_of(name) for name in self.assets
        }
        if isinstance(self.inflation, InColumn):
            found["inflation", "column"] = self.inflation.column
        return found

    def column_of(self, asset: str) -> str:
        """Name the column of an asset."""
        return self.assets[asset].column or asset

    @property
    def data(self) -> History:
        """The table that was read."""
        if self._history is None:
            message = "the table of these markets has not been read; make a Scenario of them"
            raise ValueError(message)
        return self._history

    def take(self, history: History, columns: tuple[str, ...], *, years: int, paths: int) -> None:
        """Take a table that was read; Fault if it cannot serve, where `columns` are all it has."""
        for key, column in self.wanted.items():
            if column not in history.columns:
                message = f'{history.label} has no column "{column}"{nearest(column, columns)}'
                raise Fault(message, *key)
        self._refuse(history, years, paths)
        self._history = history

    def _refuse(self, history: History, years: int, paths: int) -> None:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        """Choose rows once, and read both assets and prices in these."""
        read, steps = self._reader(years, streams), self.steps_a_year
        grown = {
            name: 1 + read(self.column_of(name))
            for name in self.assets
            if any(mix.get(name) for mix in mixes)
        }
        growth = mixed(grown, steps * years, QUARTERS // steps, mixes, jolts)
        if not isinstance(self.inflation, InColumn):
            return Markets(growth, self.inflation.prices(years, streams))
        rises = 1 + read(self.inflation.column)
        return Markets(growth, rises if steps == QUARTERS else spread(rises))

    def _reader(self, years: int, streams: Streams) -> Reader:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        if isinstance(self.inflation, InColumn):
            return {}
        return self.inflation.normals(years)

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        if isinstance(self.inflation, InColumn):
            return self._yearly({self.inflation.column: 1.0})
        return self.inflation.moments()

    def _moments(self, mix: Mapping[str, float]) -> Moments:
        columns: dict[str, float] = {}
        for name, weight in mix.items():
            column = self.column_of(name)
            columns[column] = columns.get(column, 0.0) + weight
        return self._yearly(columns)

    @property
    def steps_a_year(self) -> int:
        """How often a year a mix returns to its weights."""
        return QUARTERS if self.step == "quarter" else 1

    def _step(self, mix: Mix) -> Raw:
        """Give the moments of all rows of the table."""
        rows = [
            weight * (1 + self.data.columns[self.column_of(name)]) for name, weight in mix.items()
        ]
        growth, *others = rows
        for other in others:
            growth = growth + other
        return math.fsum(growth) / growth.size, math.fsum(growth * growth) / growth.size

    def _yearly(self, columns: Mapping[str, float]) -> Moments:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own
