"""A slim recorder: what areas are allotted and paid, year by year, on every path.

It stands in a model where `Recorder` stands otherwise, and keeps what a comparison of rules takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload

import numpy as np

from fundsim.engine.books import Books
from fundsim.ledger import Account, Rows, Side
from fundsim.metrics.series import BASES, Basis
from fundsim.money import Pence, Real, deflate
from fundsim.places.shares import Lot, areas_share

Key = tuple[str, Basis]
"""A measure (allocated, paid) and a basis."""


@dataclass(frozen=True)
class Stream:
    """One fund's money of one measure: cumulated pence at each year's end, `(member, path)`.

    Members are foundations where all rounds share one lot, else areas.
    """

    reached: Sequence[Pence]
    lot: Lot | None

    def at(self, year: int) -> Pence | int:
        """Give what areas had up to a year's end, `(area, path)`; -1 is before the first."""
        if year < 0:
            return 0
        return self.reached[year] if self.lot is None else areas_share(self.reached[year], self.lot)


@dataclass(frozen=True)
class Yearly(Sequence[Pence]):
    """What areas had in each year, `(area, path)`, worked out when it is asked for."""

    streams: Sequence[Stream]
    years: int
    nothing: Pence

    def __len__(self) -> int:
        return self.years

    @overload
    def __getitem__(self, year: int) -> Pence: ...
    @overload
    def __getitem__(self, year: slice) -> Sequence[Pence]: ...
    def __getitem__(self, year: int | slice) -> Pence | Sequence[Pence]:
        if isinstance(year, slice):
            return [self[one] for one in range(*year.indices(self.years))]
        if not -self.years <= year < self.years:
            raise IndexError(year)
        year %= self.years
        return self.between(year, year + 1)

    def between(self, begin: int, end: int) -> Pence:
        """Give what areas had in some years together, from one and before another."""
        whole = self.nothing.copy()
        for stream in self.streams:
            whole += stream.at(end - 1) - stream.at(begin - 1)
        return whole

    def __iter__(self) -> Iterator[Pence]:
        before: list[Pence | int] = [0] * len(self.streams)
        for year in range(self.years):
            whole = self.nothing.copy()
            for number, stream in enumerate(self.streams):
                reached = stream.at(year)
                whole += reached - before[number]
                before[number] = reached
            yield whole


@dataclass(frozen=True)
class Outcome:
    """What one rule makes of a block of paths: areas' money by measure and basis."""

    first: int
    yearly: Mapping[Key, Yearly]

    def over_all(self, measure: str, basis: Basis) -> Pence:
        """Give what areas had over the whole run, `(area, path)`."""
        yearly = self.yearly[measure, basis]
        return yearly.between(0, len(yearly))

    def by_year(self, measure: str, basis: Basis) -> Sequence[Pence]:
        """Give what areas had in each year, `(area, path)`."""
        return self.yearly[measure, basis]


class Tallied:
    """Counts what areas are allotted and paid."""

    def __init__(
        self, areas: int, paths: int, funds: Sequence[Books], measures: Sequence[str]
    ) -> None:
        self._measures = measures
        self._nothing = np.zeros((areas, paths), np.int64)
        self._funds = {books.name: books for books in funds}
        self._reached: dict[tuple[str, Key], Pence] = {}
        self._yearly: dict[tuple[str, Key], list[Pence]] = {}
        self._years = 0

    def posted(self, account: Account, side: Side, amount: Pence, index: Real, rows: Rows) -> None:
        """Hear of a posting, of which nothing is kept."""

    def waited(self, books: Books, day: date) -> None:
        """Hear that a queue changes, of which nothing is kept."""

    def served(self, books: Books, lot: Lot, measure: str, pence: Pence, index: Real) -> None:
        """Count what a posting brought each foundation, or each area where rounds differ."""
        if measure not in self._measures:
            return
        amounts: dict[Basis, Pence] = {"nominal": pence, "real": deflate(pence, index)}
        for basis, amount in amounts.items():
            key = books.name, (measure, basis)
            own = amount if books.lot is not None else areas_share(amount, lot)
            self._reached[key] = self._reached[key] + own if key in self._reached else own.copy()

    def close_year(self, year: int, index: Real) -> None:
        """Note what has been reached by a year's end."""
        del index
        for key, reached in self._reached.items():
            before = self._yearly.setdefault(key, [np.zeros_like(reached)] * year)
            before.append(reached)
        self._years = year + 1

    def outcome(self, first: int) -> Outcome:
        """Give what has been counted, at the end of a run whose first path has this number."""
        keys: list[Key] = [(measure, basis) for measure in self._measures for basis in BASES]
        return Outcome(
            first,
            {key: Yearly(list(self._streams(key)), self._years, self._nothing) for key in keys},
        )

    def _streams(self, key: Key) -> Iterator[Stream]:
        for name, books in self._funds.items():
            if (name, key) in self._yearly:
                yield Stream(self._yearly[name, key], books.lot)
