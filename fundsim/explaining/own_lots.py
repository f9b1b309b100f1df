"""A fund whose rounds differ: the rule is asked again, and money is followed lane by lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np

from fundsim.explaining.accounts import Account, Part, Section
from fundsim.explaining.delivery import RECEIVED, Entry, Paid, Queue
from fundsim.explaining.lanes import Lane, Sent
from fundsim.explaining.of_foundation import (
    Waiting,
    add_instalments,
    add_receipt,
    queue_section,
)
from fundsim.explaining.of_fund import decision
from fundsim.explaining.told_fund import Ground, ToldFund, received_by
from fundsim.money import Pence, pounds
from fundsim.places.shares import areas_share
from fundsim.wording import day as in_words

MANY = 3  # rounds, or parts of what is paid, that people are shown one by one


class OfOwnLots(ToldFund):
    """A fund whose rounds differ: an area's part is taken of each posting of each round's money."""

    def __init__(self, ground: Ground, lanes: Sequence[Lane], rounds: Sequence[Sent]) -> None:
        super().__init__(ground)
        self.lanes, self.rounds = lanes, rounds

    @property
    def _shape(self) -> tuple[int, int]:
        return self.ground.days.years, len(self.ground.scenario.geography_table)

    @cached_property
    def allocated(self) -> Pence:
        """What each area is allocated, `(year, area)`."""
        sums = np.zeros(self._shape, np.int64)
        for one in self.rounds:
            sums[one.review.year] += one.areas
        return sums

    @cached_property
    def paid(self) -> Pence:
        """What each area is paid, `(year, area)`: its part of each posting of each lane."""
        sums = np.zeros(self._shape, np.int64)
        for (number, year, _), pence in self._postings().items():
            sums[year] += areas_share(pence, self.lanes[number - 1].lot)[:, 0]
        return sums

    def _postings(self) -> dict[tuple[int, int, date], Pence]:
        """Give what each lane paid on a day, `(foundation, 1)`, by lane, year and day."""
        foundations = len(self.ground.scenario.geography_table.foundations)
        found: dict[tuple[int, int, date], Pence] = {}
        for (number, row), paid in self.ground.delivery.paid.items():
            for one in paid:
                key = number, one.year, one.day
                empty: Pence = np.zeros((foundations, 1), np.int64)
                found.setdefault(key, empty)[row] = one.pence
        return found

    def _own(self, area: int) -> list[Lane]:
        """List the lanes in which an area has a part."""
        return [lane for lane in self.lanes if lane.width[area] > 0]

    def _delivered(self, area: int, year: int) -> Iterator[Section]:
        rounds = [one for one in self.rounds if one.review.year == year and one.review.pot]
        shares = [(f"of {one.review.round}", self._share(area, one)) for one in rounds]
        for one, (_, share) in zip(rounds, shares, strict=True):
            own = decision(self.ground.history, one.review, self.ground.prices.at)
            yield from _spared([own, share, *self._received(area, one)], many=len(rounds) > MANY)
        title = f"What is allocated for {self.ground.area(area)} in the year"
        yield from _together("allocated", shares, title)
        yield from self._queue(area, year)

    def _share(self, area: int, one: Sent) -> Section:
        account = Account.going_on(one.told(area)).rounded(int(one.areas[area]))
        left = one.review.pot - int(one.areas.sum())
        remark = f" {pounds(left)} of it is not shared yet, and waits for the next round."
        rule = self.rule(account) + (remark if left else "")
        return Section.of("share", self.allocated_for(area), account, rule)

    def _received(self, area: int, one: Sent) -> Iterator[Section]:
        """Account for what an area's foundation received of a round, and who decides on it."""
        lanes = [lane for lane in self.lanes if lane.sent is one and lane.width[area] > 0]
        for lane in lanes:
            queue = lane.of_area(area)
            entries = self.ground.delivery.of_year(queue, one.review.year)
            entries = [entry for entry in entries if entry.day == one.review.day]
            if any(entry.kind == RECEIVED for entry in entries):
                yield self._receipt(area, lane, entries, several=len(one.letters) > 1)

    def _receipt(
        self, area: int, lane: Lane, entries: Sequence[Entry], *, several: bool
    ) -> Section:
        row, name = lane.of_area(area)[1], self.ground.area(area)
        letter = lane.letter
        assert letter is not None  # noqa: S101 - only lanes of rounds receive
        decides = "communities decide" if lane.direct else "the foundation decides"
        words = f"for {name}, where {decides}" if several else f"for {name}"
        account = Account.of(words, int(letter.areas[area]))
        add_receipt(account, entries, self.ground.purses.terms[row], self.others(row))
        return Section.of("receipt", received_by(self.ground.foundation(row)), account)

    def _queue(self, area: int, year: int) -> Iterator[Section]:
        ground = self.ground
        queues = [lane.of_area(area) for lane in self._own(area)]
        known = [queue for queue in queues if queue in ground.delivery.entries]
        told = Waiting(ground.delivery, ground.purses, known, year).told()
        if told is not None:
            here = self._holders(known, year)
            yield queue_section(told, here, ground.days.year_ends[year])

    def _holders(self, queues: Sequence[Queue], year: int) -> str:
        """Name the foundations at whose queues anything is or happens in a year."""
        delivery = self.ground.delivery
        rows = {
            queue[1]
            for queue in queues
            if delivery.waiting_before(queue, year) or delivery.of_year(queue, year)
        }
        return " and ".join(self.ground.foundation(row) for row in sorted(rows))

    def _paid(self, area: int, year: int) -> Iterator[Section]:
        sections = []
        for lane in self._own(area):
            paid = self.ground.delivery.paid_in(lane.of_area(area), year)
            if any(one.pence for one in paid):
                words = _named(lane)
                sections.append((words, self._part(area, lane, paid, words)))
        yield from _spared([part for _, part in sections], many=len(sections) > MANY)
        title = f"What was paid in {self.ground.area(area)} in the year"
        yield from _together("paid", sections, title)

    def _part(self, area: int, lane: Lane, paid: Sequence[Paid], words: str) -> Section:
        """Account for an area's part of each payment of a lane's money."""
        parts = [(one.day, self._posting(area, lane, one)) for one in paid]
        title = f"What was paid in {self.ground.area(area)} of {words}"
        if len(parts) == 1:
            return Section.of("paid", title, parts[0][1])
        account = Account()
        for day, part in parts:
            account.plus(f"its part on {in_words(day)}", part, shown=True)
        return Section.of("paid", title, account)

    def _posting(self, area: int, lane: Lane, one: Paid) -> Account:
        account = add_instalments(Account(), [one])
        account.times(f"{self.ground.area(area)}’s share of that money", float(lane.width[area]))
        return account.rounded(lane.part(area, one.pence))


def _spared(sections: Iterable[Section], *, many: bool) -> Iterator[Section]:
    """Give sections; where there are many, people are spared all but their sum."""
    return (replace(section, shown=not many) for section in sections)


def _together(kind: Part, parts: Sequence[tuple[str, Section]], title: str) -> Iterator[Section]:
    """Add parts up, where there are several."""
    if len(parts) > 1:
        account = Account()
        for words, part in parts:
            account.plus(words, part.pence)
        remark = "The steps of each of these are in the table (--format csv)."
        yield Section.of(kind, title, account, remark if len(parts) > MANY else "")


def _named(lane: Lane) -> str:
    """Say whose money a lane holds: of which round, decided by whom."""
    sent = lane.of_round
    assert sent is not None  # noqa: S101 - every lane goes back to a round
    whose = ", decided by communities" if lane.direct else ""
    taken = ", taken over" if lane.taken is not None else ""
    day = in_words(sent.review.day)
    return f"{sent.review.round} ({day}{whose}{taken})"
