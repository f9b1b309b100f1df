"""What foundations and areas had in each year: moments over paths, and some single paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from fundsim.engine.books import Books
from fundsim.metrics.series import BASES, BY_AREA, Basis
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence
from fundsim.places import Geography
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES, CubeWriter, Key, pair
from fundsim.results.periods import Periods
from fundsim.results.tally import Tally
from fundsim.scenario.schema import EVERY_FUND

InYear = Mapping[Basis, Pence]
"""One year's pence, nominal and real."""
ByFund = Mapping[str, InYear]


class Yearbook:
    """The yearly figures of one block of paths, by foundation and by area.

    Funds are written singly and together. Of more than two each pair is written too, since how an
    area's share of all funds varies follows from how its foundation's of each two does.
    """

    def __init__(
        self,
        geography: Geography,
        years: int,
        paths: int,
        cubes: CubeWriter | None,
        funds: Sequence[Books],
    ) -> None:
        self._geography, self._periods = geography, Periods(years)
        self._paths, self._cubes, self._funds = paths, cubes, funds
        names = [books.name for books in funds]
        self._pairs = {pair(*two): two for two in combinations(names, 2)} if names[2:] else {}
        self._reached: dict[Key, tuple[Pence, Pence]] = {}
        self.tallies: dict[Key, Tally] = {}

    def foundations(self, year: int, measure: str, by_fund: ByFund) -> None:
        """Write what foundations had of each fund, `(foundation, path)`, and of all."""
        groups = {EVERY_FUND: tuple(by_fund)} if len(self._funds) > 1 else {}
        if measure in BY_AREA:
            groups |= self._pairs
        for basis in BASES:
            told = {}
            for fund, found in by_fund.items():
                key = Key(fund, "foundation", measure, basis)
                told[fund] = found[basis], self._tell(key, year, found[basis])
                self._keep(key, year, found[basis])
            for name, funds in groups.items():
                parts = [told[fund] for fund in funds if fund in told]
                if parts:  # one alone has its moments already
                    moments = parts[0][1] if len(parts) == 1 else None
                    whole = sum_of([pence for pence, _ in parts])
                    self._tell(Key(name, "foundation", measure, basis), year, whole, moments)

    def areas(self, year: int, measure: str, theirs: ByFund, by_fund: ByFund) -> None:
        """Write what areas had of funds without one lot, `(area, path)`, and then of all.

        `by_fund` is what foundations had, of which the areas' follows for the other funds.
        """
        for basis in BASES:
            parts = []
            for books in self._funds:
                if books.lot is None:
                    if books.name not in theirs:
                        continue
                    key = Key(books.name, "area", measure, basis)
                    parts.append(theirs[books.name][basis])
                    self._tell(key, year, parts[-1])
                    self._keep(key, year, parts[-1])
                elif books.name in by_fund and len(self._funds) > 1:
                    parts.append(self._shared(books, measure, basis, by_fund[books.name][basis]))
            if parts and len(self._funds) > 1:
                self._tell(Key(EVERY_FUND, "area", measure, basis), year, sum_of(parts))

    def _shared(self, books: Books, measure: str, basis: Basis, pence: Pence) -> Pence:
        """Give the areas' part of a year: the difference of what was reached, each shared out."""
        assert books.lot is not None  # noqa: S101 - asked for one-lot funds only
        key = Key(books.name, "area", measure, basis)
        nothing = np.zeros((len(self._geography), self._paths), np.int64)
        cumulated, before = self._reached.get(key, (np.zeros_like(pence), nothing))
        cumulated = cumulated + pence
        reached = areas_share(cumulated, books.lot)
        self._reached[key] = cumulated, reached
        return reached - before

    def _tell(
        self, key: Key, year: int, pence: Pence, moments: Sequence[Moments] | None = None
    ) -> Sequence[Moments]:
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = Tally(
                self._periods, len(pence), self._paths, longer=key.measure in BY_AREA
            )
        return tally.add(year, pence, moments)

    def _keep(self, key: Key, year: int, pence: Pence) -> None:
        if self._cubes is not None and key.measure in CUBES:
            self._cubes.write(key, year, pence)


def sum_of(parts: Sequence[Pence]) -> Pence:
    """Add arrays up; one alone is given as it is."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole
