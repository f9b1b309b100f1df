"""What is written down while a block runs: flows as they are posted, stocks at each year's end.

What no figure needs is not written down: of a fund alone its own measures, of areas a yearbook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from fundsim.engine.books import Books
from fundsim.engine.clock import Clock
from fundsim.engine.yearbook import InYear, Yearbook, sum_of
from fundsim.ledger import ALL_ROWS, Account, Rows, Side, changed
from fundsim.metrics.series import BASES, BY_AREA, BY_FOUNDATION, MEASURES, Basis
from fundsim.money import Pence, Real, deflate
from fundsim.places.shares import Lot, areas_share
from fundsim.results.cubes import Key
from fundsim.results.tally import Tally

SeriesKey = tuple[str, str, Basis]
AVERAGE = "waiting_on_average"


class Flow:
    """What was posted to some sides of accounts this year, nominal and real."""

    def __init__(self, *shape: int) -> None:
        self._shape = shape
        self._this_year: dict[Basis, Pence] | None = None

    def add(self, nominal: Pence, real: Pence, rows: Rows = ALL_ROWS) -> None:
        """Count one posting, of some rows."""
        if self._this_year is None and isinstance(rows, slice):
            self._this_year = {"nominal": nominal.copy(), "real": real.copy()}
            return
        if self._this_year is None:
            self._this_year = {basis: np.zeros(self._shape, np.int64) for basis in BASES}
        changed(self._this_year["nominal"], rows, np.add, nominal)
        changed(self._this_year["real"], rows, np.add, real)

    def close_year(self) -> dict[Basis, Pence] | None:
        """Give the year's sums, if there was any posting, and begin a new year."""
        done, self._this_year = self._this_year, None
        return done


class Queue:
    """What of a fund waits at all foundations, day by day: pence times days, this year."""

    def __init__(self, books: Books, start: date) -> None:
        self._books, self._since = books, start
        self._pence_days = np.zeros_like(books.invested.balance)

    def until(self, day: date) -> None:
        """Count what has waited since it last changed, until the beginning of a day."""
        days, self._since = (day - self._since).days, day
        if days:
            for account in self._books.waiting:
                self._pence_days += account.balance.sum(axis=0) * days

    def close_year(self, ended: date, days: int) -> Pence:
        """Give what waited on average over the year that has ended, `(path,)`."""
        self.until(ended + timedelta(days=1))
        average: Pence = np.rint(self._pence_days / days).astype(np.int64)
        self._pence_days[:] = 0
        return average


class Recorder:
    """The records of one block of paths."""

    def __init__(
        self,
        clock: Clock,
        paths: int,
        funds: Sequence[Books],
        yearbook: Yearbook | None,
        *,
        measures: Container[str] = MEASURES,
        twins: Container[str] = (),
    ) -> None:
        """Watch the accounts of some funds; what foundations have of `twins` is told elsewhere."""
        self._clock, self._paths, self._funds, self._twins = clock, paths, funds, twins
        self._measures, self._yearbook = measures, yearbook
        self._sides: dict[tuple[Account, Side], list[Flow]] = defaultdict(list)
        self._flows: dict[str, dict[str, Flow]] = defaultdict(dict)
        self._by_area: dict[tuple[str, str], Flow] = {}
        self._queues = {books.name: Queue(books, clock.start) for books in funds}
        self.series: dict[SeriesKey, Pence] = {}
        self.tallies: Mapping[Key, Tally] = {} if yearbook is None else yearbook.tallies
        for books in funds:
            self._watch(books)

    def _watch(self, books: Books) -> None:
        """Say which of a fund's postings make which flow."""
        for measure, sides in _flows_of(books, self._funds).items():
            if measure not in self._measures:
                continue
            account = books.allocated if measure in BY_FOUNDATION else books.invested
            flow = self._flows[books.name][measure] = Flow(*account.balance.shape)
            for side in sides:
                self._sides[side].append(flow)

    def posted(self, account: Account, side: Side, amount: Pence, index: Real, rows: Rows) -> None:
        """Count a posting towards its flows, at the prices of the last quarter-end."""
        flows = self._sides.get((account, side))
        if flows:
            real = deflate(amount, index)
            for flow in flows:
                flow.add(amount, real, rows)

    def waited(self, books: Books, day: date) -> None:
        """Count what of a fund has waited until a day, before it changes."""
        self._queues[books.name].until(day)

    def served(self, books: Books, lot: Lot, measure: str, pence: Pence, index: Real) -> None:
        """Count what a posting brought each area of a fund without one lot."""
        if books.lot is None and self._yearbook is not None:
            shape = len(lot.foundation_of), self._paths
            flow = self._by_area.setdefault((books.name, measure), Flow(*shape))
            flow.add(areas_share(pence, lot), areas_share(deflate(pence, index), lot))

    def close_year(self, year: int, index: Real) -> None:
        """Write a year down: `index` is the price index of its last day."""
        places: dict[str, dict[str, InYear]] = defaultdict(dict)
        for books in self._funds:
            for measure, found in self._of_year(books, year, index):
                if measure in BY_FOUNDATION:
                    places[measure][books.name] = found
                self._write(books.name, measure, year, found)
        if self._yearbook is None:
            return
        for measure, by_fund in places.items():
            if measure not in self._twins:
                self._yearbook.foundations(year, measure, by_fund)
        if any(books.lot is None for books in self._funds):
            for measure in BY_AREA:
                self._yearbook.areas(year, measure, self._areas(measure), places[measure])

    def _of_year(self, books: Books, year: int, index: Real) -> Iterator[tuple[str, InYear]]:
        """Give a fund's flows and stocks of a year, where there are any."""
        for measure, flow in self._flows[books.name].items():
            found = flow.close_year()
            if found is not None:
                yield measure, found
        for measure, stock in self._stocks(books, year):
            if stock.any():
                yield measure, {"nominal": stock, "real": deflate(stock, index)}

    def _stocks(self, books: Books, year: int) -> Iterator[tuple[str, Pence]]:
        for measure, accounts in _stocks_of(books).items():
            if accounts and measure in self._measures:
                yield measure, sum_of([account.balance for account in accounts])
        if AVERAGE not in self._measures:
            return
        begun, ended = self._clock.year_starts[year], self._clock.year_ends[year]
        queue = self._queues[books.name]
        yield AVERAGE, queue.close_year(ended, (ended - begun).days + 1)

    def _areas(self, measure: str) -> dict[str, InYear]:
        """Give what areas had this year of each fund without one lot, where they had any."""
        flows = {fund: flow for (fund, of), flow in self._by_area.items() if of == measure}
        found = {fund: flow.close_year() for fund, flow in flows.items()}
        return {fund: pence for fund, pence in found.items() if pence is not None}

    def _write(self, fund: str, measure: str, year: int, pence: InYear) -> None:
        shape = (self._clock.years, self._paths)
        for basis, amount in pence.items():
            series = self.series.setdefault((fund, measure, basis), np.zeros(shape, np.int64))
            series[year] = amount if amount.ndim == 1 else amount.sum(axis=0)


def _flows_of(books: Books, funds: Sequence[Books]) -> dict[str, list[tuple[Account, Side]]]:
    passages = list(books.passages.values())
    come_in = [other.passages[books.name] for other in funds if books.name in other.passages]
    return {
        "arrived": [(account, "out") for account in (books.source, *come_in)],
        "returns": [(books.markets, "out")],
        "fees": [(books.managers, "in")],
        "spending": [(books.pot, "in")],
        "passed_on": [(account, "in") for account in (books.residue, *passages)],
        "passed_between": [(account, "in") for account in passages],
        "allocated": [(books.allocated, "in")],
        "received": [(books.allocated, "out"), (books.handed_over, "out")],
        "foundation_fees": [(books.running_costs, "in")],
        "awarded": [(books.promised, "in")],
        "lapsed": [(books.lapsed, "in")],
        "paid": [(books.grantees, "in")],
        "returned": [(books.clawed_back, "in")],
    }


def _stocks_of(books: Books) -> dict[str, Sequence[Account]]:
    return {
        "closing_capital": [books.invested, books.in_hand],
        "unshared": [books.pot],
        "waiting": books.waiting,
        "carried": [books.carried],
        "promised": [books.promised],
    }
