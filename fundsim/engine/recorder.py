"""What is written down while a block runs: flows as they are posted, stocks at each year's end."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fundsim.engine.books import Books, Letter
from fundsim.ledger import Account, Side
from fundsim.metrics.series import BY_FOUNDATION, Basis
from fundsim.money import Pence, Real, deflate
from fundsim.places import Geography
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES, CubeWriter, Key
from fundsim.results.periods import Periods
from fundsim.results.tally import Tally

IN_PERIODS = ("allocated", "paid")

SeriesKey = tuple[str, str, Basis]


class Flow:
    """What was posted to one side of an account this year, nominal and real."""

    def __init__(self) -> None:
        self._this_year: dict[Basis, Pence] | None = None

    def add(self, nominal: Pence, real: Pence) -> None:
        """Count one posting."""
        before = self._this_year
        self._this_year = {
            "nominal": nominal if before is None else before["nominal"] + nominal,
            "real": real if before is None else before["real"] + real,
        }

    def close_year(self) -> dict[Basis, Pence] | None:
        """Give the year's sums, if there was any posting, and begin a new year."""
        done, self._this_year = self._this_year, None
        return done


class Recorder:
    """The records of one block of paths."""

    def __init__(
        self, geography: Geography, years: int, paths: int, cubes: CubeWriter | None
    ) -> None:
        self._geography, self._periods = geography, Periods(years)
        self._paths, self._cubes = paths, cubes
        self._sides: dict[tuple[Account, Side], Flow] = {}
        self._flows: dict[tuple[str, str], Flow] = {}
        self._stocks: dict[tuple[str, str], tuple[Account, ...]] = {}
        self._by_area: dict[tuple[str, str], Flow] = {}
        self.series: dict[SeriesKey, Pence] = {}
        self.tallies: dict[Key, Tally] = {}

    def watch(self, books: Books) -> None:
        """Say which of a fund's postings make which flow, and which balances which stock."""
        for measure, (account, side) in _flows_of(books).items():
            self._sides[account, side] = self._flows[books.name, measure] = Flow()
        for measure, accounts in _stocks_of(books).items():
            self._stocks[books.name, measure] = accounts

    def posted(self, account: Account, side: Side, amount: Pence, index: Real) -> None:
        """Count a posting towards its flow, at the prices of the last quarter-end."""
        flow = self._sides.get((account, side))
        if flow is not None:
            flow.add(amount, deflate(amount, index))

    def served(self, letter: Letter, allocated: Pence, paid: Pence, index: Real) -> None:
        """Count what a round brought each area, where a fund's rounds have different fractions."""
        if letter.lot is letter.books.lot:
            return
        for measure, pence in (("allocated", allocated), ("paid", paid)):
            flow = self._by_area.setdefault((letter.books.name, measure), Flow())
            flow.add(
                areas_share(pence, letter.lot, self._geography),
                areas_share(deflate(pence, index), letter.lot, self._geography),
            )

    def close_year(self, year: int, index: Real) -> None:
        """Write a year down: `index` is the price index of its last day."""
        for (fund, measure), flow in self._flows.items():
            found = flow.close_year()
            if found is not None:
                self._write(fund, measure, year, found)
        for (fund, measure), accounts in self._stocks.items():
            stock = sum((account.balance for account in accounts[1:]), accounts[0].balance)
            if stock.any():
                self._write(fund, measure, year, {"nominal": stock, "real": deflate(stock, index)})
        for (fund, measure), flow in self._by_area.items():
            for basis, pence in (flow.close_year() or {}).items():
                self._tell(Key(fund, "area", measure, basis), year, pence)

    def _write(self, fund: str, measure: str, year: int, pence: Mapping[Basis, Pence]) -> None:
        for basis, amount in pence.items():
            if measure in BY_FOUNDATION:
                self._tell(Key(fund, "foundation", measure, basis), year, amount)
                amount = amount.sum(axis=0)  # noqa: PLW2901 - the fund's own is the sum
            shape = (self._periods.years, self._paths)
            series = self.series.setdefault((fund, measure, basis), np.zeros(shape, np.int64))
            series[year] = amount

    def _tell(self, key: Key, year: int, pence: Pence) -> None:
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = Tally(
                self._periods, len(pence), self._paths, longer=key.measure in IN_PERIODS
            )
        tally.add(year, pence)
        if self._cubes is not None and key.measure in CUBES:
            self._cubes.write(key, year, pence)


def _flows_of(books: Books) -> dict[str, tuple[Account, Side]]:
    return {
        "arrived": (books.source, "out"),
        "returns": (books.markets, "out"),
        "fees": (books.managers, "in"),
        "spending": (books.pot, "in"),
        "passed_on": (books.residue, "in"),
        "allocated": (books.allocated, "in"),
        "received": (books.allocated, "out"),
        "foundation_fees": (books.running_costs, "in"),
        "awarded": (books.promised, "in"),
        "lapsed": (books.lapsed, "in"),
        "paid": (books.grantees, "in"),
        "returned": (books.clawed_back, "in"),
    }


def _stocks_of(books: Books) -> dict[str, tuple[Account, ...]]:
    return {
        "closing_capital": (books.invested, books.in_hand),
        "unshared": (books.pot,),
        "waiting": (books.waiting,),
        "carried": (books.carried,),
        "promised": (books.promised,),
    }
