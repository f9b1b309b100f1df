"""One fund's year for one area, part by part: where all rounds share alike, and where they do not.

Both kinds give the same: what each area had year by year, `(year, area)`, and the sections that
lead there. What is not an area's own is worked out once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from fundsim.explaining.accounts import Account, Section
from fundsim.explaining.days import Days
from fundsim.explaining.delivery import RECEIVED, Delivery, by_year
from fundsim.explaining.history import History
from fundsim.explaining.lanes import OneLot
from fundsim.explaining.of_foundation import (
    Waiting,
    add_instalments,
    add_receipt,
    queue_section,
)
from fundsim.explaining.of_fund import decisions, year_of_fund
from fundsim.explaining.purses import Prices, Purses
from fundsim.money import Pence
from fundsim.places.shares import areas_share
from fundsim.scenario import Scenario
from fundsim.wording import day as in_words


@dataclass(frozen=True)
class FundYear:
    """What a fund did for an area in a year: how it came about, and pence allocated and paid."""

    fund: str
    title: str
    sections: Sequence[Section]
    allocated: int
    paid: int


@dataclass(frozen=True)
class Ground:
    """What a fund's explanation stands on: the scenario, and what the journal says of the fund."""

    scenario: Scenario
    history: History
    delivery: Delivery
    purses: Purses
    prices: Prices

    @property
    def days(self) -> Days:
        """The calendar of the run."""
        return self.history.days

    def foundation(self, row: int) -> str:
        """Name a foundation."""
        return self.scenario.geography_table.foundations[row].name

    def area(self, area: int) -> str:
        """Name an area."""
        return self.scenario.geography_table.names[area]


class ToldFund(ABC):
    """A fund that can be told for any area and year."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.name, self.terms = ground.history.name, ground.history.terms

    @property
    @abstractmethod
    def allocated(self) -> Pence:
        """What each area is allocated, `(year, area)`."""

    @property
    @abstractmethod
    def paid(self) -> Pence:
        """What each area is paid, `(year, area)`."""

    @abstractmethod
    def _delivered(self, area: int, year: int) -> Iterator[Section]:
        """Account for an area's share, and for what its foundation did with it."""

    @abstractmethod
    def _paid(self, area: int, year: int) -> Iterator[Section]:
        """Account for what an area is paid."""

    def year(self, area: int, year: int) -> FundYear | None:
        """Tell a year; None where nothing of the fund reaches, or waits for, the area."""
        delivered, paid = list(self._delivered(area, year)), list(self._paid(area, year))
        if not delivered and not paid:
            return None
        own = self._of_fund(year)
        sections = [*([own] if own else []), *delivered, *paid]
        both = int(self.allocated[year, area]), int(self.paid[year, area])
        return FundYear(self.name, self.terms.title, sections, *both)

    @lru_cache(maxsize=512)  # noqa: B019 - it lives as long as the run that is explained
    def _of_fund(self, year: int) -> Section | None:
        return year_of_fund(self.ground.scenario, self.ground.history, year)

    def rule(self, account: Account) -> str:
        """Say how it shares, what need is where it is read, and what of it is unverified."""
        rule = self.terms.allocation
        sentences = [f"The rule: {rule.title()}"]
        if any(line.step.words == "need" for line in account.lines):
            sentences.append(self._need())
        sentences += [f"Unverified: {text}." for text in dict.fromkeys(rule.doubts())]
        return " ".join(sentences)

    def _need(self) -> str:
        """Say which columns need is, and which of them are turned round."""
        need = self.ground.scenario.geography.need
        about = self.ground.scenario.geography_table.about
        names = [need] if isinstance(need, str) else list(getattr(need, "columns", need))
        turned = getattr(need, "lower_is_worse", ())
        titles = [
            (about[name].title if name in about else name)
            + (" (less of it is more need)" if name in turned else "")
            for name in names
        ]
        return f"Need: {'; '.join(titles)}."

    def allocated_for(self, area: int) -> str:
        """Say what a share is."""
        return f"What of it is allocated for {self.ground.area(area)}"

    def others(self, row: int) -> str:
        """Say who gets what of a foundation's money is not an area's own."""
        return f"for other areas of {self.ground.foundation(row)}"


class OfOneLot(ToldFund):
    """A fund whose rounds all share alike: an area's part is taken of cumulated pence."""

    def __init__(self, ground: Ground, lot: OneLot) -> None:
        super().__init__(ground)
        self.lot = lot

    @cached_property
    def allocated(self) -> Pence:
        """What each area is allocated, `(year, area)`."""
        delivery, years = self.ground.delivery, self.ground.days.years
        received = np.zeros((self._rows, years), np.int64)
        for (_, row), entries in delivery.entries.items():
            for one in entries:
                if one.kind == RECEIVED:
                    received[row, one.year] += one.pence
        return self._by_area(received)

    @cached_property
    def _reached(self) -> Pence:
        """What foundations have paid by each year's end, `(foundation, year)`."""
        sums = np.zeros((self._rows, self.ground.days.years), np.int64)
        for (_, row), paid in self.ground.delivery.paid.items():
            sums[row] = by_year(paid, self.ground.days.years)
        return sums.cumsum(axis=1)

    @cached_property
    def paid(self) -> Pence:
        """What each area is paid, `(year, area)`."""
        return self._by_area(np.diff(self._reached, axis=1, prepend=0))

    @property
    def _rows(self) -> int:
        return len(self.ground.scenario.geography_table.foundations)

    def _by_area(self, yearly: Pence) -> Pence:
        reached = areas_share(yearly.cumsum(axis=1), self.lot.lane.lot)
        return np.diff(reached, axis=1, prepend=0).T

    def _delivered(self, area: int, year: int) -> Iterator[Section]:
        ground, (_, row) = self.ground, self.lot.lane.of_area(area)
        decided, some = self._decisions(year), self.lot.shares.values[area] > 0
        if decided is not None:
            yield decided
            yield self._share(area, decided.pence, int(self.allocated[year, area]))
        if decided is not None and some:
            entries = ground.delivery.of_year((0, row), year)
            account = Account.of(f"for {ground.area(area)}", int(self.allocated[year, area]))
            add_receipt(account, entries, ground.purses.terms[row], self.others(row))
            yield Section.of("receipt", received_by(ground.foundation(row)), account)
        queue = self._queue(row, year) if some else None
        if queue is not None:
            yield queue

    @lru_cache(maxsize=512)  # noqa: B019 - as above
    def _decisions(self, year: int) -> Section | None:
        reviews = self.ground.history.reviews_of(year)
        if not reviews:
            return None
        return decisions(self.ground.history, reviews, self.ground.prices.at)

    def _share(self, area: int, pot: int, allocated: int) -> Section:
        account = Account.going_on(self.lot.told(area)).times("what there is to share", pot)
        account.rounded(allocated, _ROUNDED)
        return Section.of("share", self.allocated_for(area), account, self.rule(account))

    @lru_cache(maxsize=65536)  # noqa: B019 - as above
    def _queue(self, row: int, year: int) -> Section | None:
        ground = self.ground
        told = Waiting(ground.delivery, ground.purses, [(0, row)], year).told()
        if told is None:
            return None
        return queue_section(told, ground.foundation(row), ground.days.year_ends[year])

    @lru_cache(maxsize=65536)  # noqa: B019 - as above
    def _instalments(self, row: int, year: int) -> Section | None:
        paid = self.ground.delivery.paid_in((0, row), year)
        if not paid:
            return None
        account = add_instalments(Account(), paid)
        title = f"What {self.ground.foundation(row)} paid to grantees in the year"
        return Section.of("instalments", title, account)

    def _paid(self, area: int, year: int) -> Iterator[Section]:
        row = self.lot.lane.of_area(area)[1]
        instalments = self._instalments(row, year) if self.lot.shares.values[area] > 0 else None
        if instalments is None:
            return
        yield instalments
        yield self._part(area, row, year, instalments.pence)

    def _part(self, area: int, row: int, year: int, paid: int) -> Section:
        """Account for an area's part of what its foundation paid."""
        width, name = float(self.lot.lane.width[area]), self.ground.area(area)
        before = int(self._reached[row, year - 1]) if year else 0
        begins = self.ground.days.year_starts[year]
        account = Account.of(f"paid by it before {in_words(begins)}", before)
        account.plus("paid by it in this year", paid)
        account.times(f"{name}’s share of what it gets from this fund", width)
        account.rounded(self.lot.lane.part(area, before + paid))
        if before:
            had = Account.of("paid by it before this year", before).times("the same share", width)
            had.rounded(self.lot.lane.part(area, before))
            account.minus(f"what of that {name} had before", had)
        return Section.of("paid", f"What of that was paid in {name}", account)


_ROUNDED = "rounding of its foundation’s part and of its own"


def received_by(foundation: str) -> str:
    """Say what a receipt is."""
    return f"What {foundation} received, and could award of it"
