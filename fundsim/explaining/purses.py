"""What foundations could award at their sittings, and what prices stood at, on the told path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from math import inf

from fundsim.explaining.accounts import Account
from fundsim.explaining.days import Days
from fundsim.explaining.delivery import AWARDED, Delivery
from fundsim.explaining.history import History, Review
from fundsim.explaining.source import Source
from fundsim.metrics.series import BASES, FOUNDATION_STOCKS, FUND_STOCKS, FundSeries
from fundsim.rules.shocks import Merger, PanelLost, in_order
from fundsim.scenario.capacity import yearly_capacities
from fundsim.wording import day as in_words

CLOSE_ENOUGH = 1e-11  # of an index: it is then known to the penny of a hundred million pounds
APART = 1.5  # pence that a sitting's purse is from its part of the unrounded capacity, at most

Bounds = tuple[float, float]


def narrowed(bounds: Bounds, low: float, high: float) -> Bounds:
    """Narrow bounds by others, unless they contradict each other in their last digits."""
    both = max(bounds[0], low), min(bounds[1], high)
    return both if both[0] <= both[1] else bounds


def middle(low: float, high: float) -> float | None:
    """Take the middle of bounds, or 1 where it is between them; None where there are none."""
    if low <= 1 <= high < inf:
        return 1.0
    return (low + high) / 2 if high < inf else None


class Prices:
    """The price index at the end of each year, as far as the tables tell it.

    A stock stands in `fund.parquet` in pounds of the day and in prices of the start day, both in
    whole pence; the index is between the bounds that these leave, and is taken in their middle.
    """

    def __init__(self, run: Source) -> None:
        self._run = run
        self._path = int(run.manifest["told_path"])

    def when_begins(self, year: int) -> float | None:
        """Give prices at the beginning of a year over those of the start day, if they are known."""
        return middle(*self.bounds(year))

    @lru_cache(maxsize=512)  # noqa: B019 - it lives as long as the run that is explained
    def bounds(self, year: int) -> Bounds:
        """Give what that index is at least and at most."""
        low, high = (0.0, inf) if year else (1.0, 1.0)
        for nominal, real in self._stocks(year - 1) if year else ():
            if real > 0:
                low, high = narrowed((low, high), nominal / (real + 0.5), nominal / (real - 0.5))
            if high - low < CLOSE_ENOUGH * low:
                break
        return low, high

    def _stocks(self, year: int) -> Iterator[tuple[int, int]]:
        for measure in ("closing_capital", *FOUNDATION_STOCKS, *FUND_STOCKS):
            for fund in self._run.scenario.funds:
                series: FundSeries = self._run.series[fund]
                nominal, real = (series.of(measure, basis)[year, self._path] for basis in BASES)
                yield int(nominal), int(real)

    def at(self, history: History, review: Review) -> float | None:
        """Give prices at a review over those of the start day, if they are known."""
        year, fund = review.year, self._run.series[history.name]
        if review.day == history.days.year_starts[year]:
            return self.when_begins(year)
        nominal, real = (int(fund.of("spending", basis)[year, self._path]) for basis in BASES)
        only_this = nominal == review.decided and real > 0
        return nominal / real if only_this else None


class Purses:
    """How much foundations could award at a sitting, from their capacity."""

    def __init__(self, run: Source, deliveries: Mapping[str, Delivery], prices: Prices) -> None:
        scenario = run.scenario
        self._scenario, self._deliveries, self._prices = scenario, deliveries, prices
        self.days = Days.of(scenario)
        places = scenario.geography_table.foundations
        self.ids = [one.id for one in places]
        self.terms = [scenario.foundations.of(id_) for id_ in self.ids]
        self._bases = yearly_capacities(scenario)

    @cached_property
    def _awarded(self) -> dict[tuple[int, date], int]:
        """What foundations awarded at each sitting, all funds together."""
        sums: dict[tuple[int, date], int] = {}
        for delivery in self._deliveries.values():
            for (_, row), entries in delivery.entries.items():
                for one in entries:
                    if one.kind == AWARDED and not one.direct:
                        sums[row, one.day] = sums.get((row, one.day), 0) - one.pence
        return sums

    def awarded(self, row: int, day: date) -> int:
        """Give what a foundation awarded at a sitting, all funds together."""
        return self._awarded.get((row, day), 0)

    def sittings(self, row: int, year: int) -> list[date]:
        """List the days on which a foundation sits in a year, lost ones included."""
        months = self.terms[row].sittings or ()
        return [day for day in self.days.firsts_of_months(year) if day.month in months]

    def lost(self, row: int, day: date) -> str:
        """Name the shock that keeps a foundation's panel from sitting on a day, if any does."""
        lost = [one for one in self._scenario.shocks if isinstance(one, PanelLost)]
        own = [one for one in lost if one.foundation == self.ids[row] and one.covers(day)]
        return own[0].name if own else ""

    def account(self, row: int, day: date, awarded: int) -> Account:
        """Account for what an exhausted purse left to money of which so much was awarded."""
        year, purse = self.days.year_of(day), self.awarded(row, day)
        account = self._capacity(row, day, year, purse)
        if purse != awarded:
            account.minus("awarded before it, of other money", purse - awarded)
        return account

    def _capacity(self, row: int, day: date, year: int, purse: int) -> Account:
        """Account for a sitting's purse, which the journal tells."""
        index, base = self._index(year), self._base(row, day)
        if index is None or not base:
            return Account.of("its purse at this sitting", purse)
        start = in_words(self.days.start)
        account = Account.of(f"what it can award in a year, in prices of {start}", base)
        practice, sittings = self._practice(row, year), len(self.terms[row].sittings or ())
        if practice != 1:
            account.times("practice that it has gained", practice)
        if year:
            begins = in_words(self.days.year_starts[year])
            account.times(f"prices of {begins} over those of {start}", index)
        if sittings > 1:
            account.times(f"its part of {sittings} sittings a year", 1 / sittings)
        return account.rounded(purse)

    @lru_cache(maxsize=512)  # noqa: B019 - it lives as long as the run that is explained
    def _index(self, year: int) -> float | None:
        """Give prices at a year's beginning; what exhausted purses tell of them helps."""
        bounds = self._prices.bounds(year)
        if bounds[1] - bounds[0] < CLOSE_ENOUGH * bounds[0]:
            return middle(*bounds)
        for (row, day), purse in self._awarded.items():
            sittings = len(self.terms[row].sittings or ())
            yearly = self._base(row, day) * self._practice(row, year) / max(sittings, 1)
            if self.days.year_of(day) == year and yearly and sittings and self._left(row, day):
                low, high = (purse - APART) / yearly, (purse + APART) / yearly
                bounds = narrowed(bounds, low, high)
        return middle(*bounds)

    def _left(self, row: int, day: date) -> bool:
        """Tell whether a sitting left anything waiting."""
        return any(
            delivery.waiting_after(queue, day)
            for delivery in self._deliveries.values()
            for queue in delivery.entries
            if queue[1] == row
        )

    def _practice(self, row: int, year: int) -> float:
        capacity, gained = self.terms[row].capacity, 1.0
        if capacity is not None:
            for number in range(1, year + 1):
                if number <= (capacity.growth_years or number):
                    gained *= 1 + capacity.growth
        return gained

    def _base(self, row: int, day: date) -> int:
        """Give a year's capacity with that of the foundations that merged into it by a day."""
        bases = [base or 0 for base in self._bases]
        mergers: Sequence[Merger] = [s for s in self._scenario.shocks if isinstance(s, Merger)]
        for merger in in_order(mergers):
            if merger.on <= day:
                giver, taker = self.ids.index(merger.foundation), self.ids.index(merger.into)
                bases[taker] += bases[giver]
        return bases[row]
