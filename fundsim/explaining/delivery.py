"""What foundations did with a fund's money on the told path: queues, awards, and what was paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from fundsim.explaining.days import Days
from fundsim.explaining.postings import Posting
from fundsim.money import Pence, fractions
from fundsim.scenario import Fund, Scenario
from fundsim.units import months_after

Queue = tuple[int, int]
"""Where money waits: the number of a lane, and the row of a foundation."""

RECEIVED, FEE, ASIDE, AWARDED = "received", "fee", "set aside", "awarded"
BACK, LAPSED, RETURNED = "carried forward", "lapsed awards", "clawed back"
GIVEN, TAKEN = "handed over", "taken over"
BY_COMMUNITIES = "by communities"


class Entry(NamedTuple):
    """One change of what waits in a queue: when, why, and by how many pence."""

    number: int
    day: date
    year: int
    kind: str
    pence: int
    direct: bool = False


class Part(NamedTuple):
    """One instalment of an award: which, of how much, and what share of it."""

    awarded_on: date
    awarded: int
    number: int
    share: float
    pence: int


@dataclass(frozen=True)
class Paid:
    """What of a queue's awards was paid on a day: what fell due, less what of it lapsed.

    Nothing of today's awards lapses.
    """

    day: date
    year: int
    parts: Sequence[Part]
    lapse: float
    lapsed: int

    @property
    def earlier(self) -> int:
        """What of it was awarded before today, in pence."""
        return sum(part.pence for part in self.parts if part.number)

    @property
    def pence(self) -> int:
        """What was paid."""
        return sum(part.pence for part in self.parts) - self.lapsed


@dataclass
class Delivery:
    """A fund's queues at the foundations, and what was paid of each."""

    days: Days
    entries: Mapping[Queue, Sequence[Entry]]
    paid: Mapping[Queue, Sequence[Paid]]
    _waiting: dict[tuple[Queue, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, fund: str, postings: Iterable[Posting]) -> Delivery:
        """Read a fund's queues off the journal, and work out what fell due of each award."""
        days = Days.of(scenario)
        entries: dict[Queue, list[Entry]] = defaultdict(list)
        for one in postings:
            for queue, entry in _entries(fund, one):
                entries[queue].append(entry)
        instalments = _instalments(scenario, fund)
        lapses = [scenario.foundations.of(id_).lapse for id_ in _ids(scenario)]
        paid = {
            queue: list(_paid(days, own, instalments[queue[1]], lapses[queue[1]]))
            for queue, own in entries.items()
        }
        return cls(days, entries, paid)

    def of_year(self, queue: Queue, year: int) -> list[Entry]:
        """List what changed a queue in a year."""
        return [one for one in self.entries.get(queue, ()) if one.year == year]

    def paid_in(self, queue: Queue, year: int) -> list[Paid]:
        """List what was paid of a queue in a year, day by day."""
        return [one for one in self.paid.get(queue, ()) if one.year == year]

    def waiting_before(self, queue: Queue, year: int) -> int:
        """Give what waits in a queue when a year begins, in pence."""
        return sum(one.pence for one in self.entries.get(queue, ()) if one.year < year)

    def waiting_after(self, queue: Queue, day: date) -> int:
        """Give what waits in a queue when a day ends, in pence."""
        return sum(one.pence for one in self.entries.get(queue, ()) if one.day <= day)


def _ids(scenario: Scenario) -> list[str]:
    return [one.id for one in scenario.geography_table.foundations]


def _entries(fund: str, one: Posting) -> Iterator[tuple[Queue, Entry]]:
    """Find what a posting changes in a queue of the fund."""
    if one.taker.fund == fund and one.taker.word == "waiting":
        queue = one.taker.lane, one.taker.row
        yield queue, Entry(one.number, one.day, one.year, _came(one), one.pence)
    if one.giver.fund == fund and one.giver.word == "waiting":
        queue = one.giver.lane, one.giver.row
        kind = {"foundation_fees": FEE, "carried": ASIDE}.get(one.event, AWARDED)
        direct = one.memo == BY_COMMUNITIES
        yield queue, Entry(one.number, one.day, one.year, kind, -one.pence, direct)


def _came(one: Posting) -> str:
    """Say why money came into a queue."""
    if one.event != "received":
        return one.memo
    return next((kind for kind in (GIVEN, TAKEN) if one.memo.startswith(kind)), RECEIVED)


def _instalments(scenario: Scenario, fund: str) -> list[list[float]]:
    """Give for each foundation how much of an award has been paid by each instalment."""
    terms: Fund = scenario.funds[fund]
    each = [terms.instalments or scenario.foundations.of(id_).instalments for id_ in _ids(scenario)]
    return [fractions(np.array(parts)).tolist() for parts in each]


def _paid(
    days: Days, entries: Iterable[Entry], reached: Sequence[float], lapse: float
) -> Iterator[Paid]:
    """Work out what is paid of a queue's awards, day by day, by cumulative rounding."""
    due: dict[date, list[Part]] = defaultdict(list)
    for one in entries:
        if one.kind == AWARDED:
            for day, part in _parts(one.day, -one.pence, reached):
                if day <= days.last:
                    due[day].append(part)
    for day, parts in sorted(due.items()):
        earlier = sum(part.pence for part in parts if part.number)
        yield Paid(day, days.year_of(day), tuple(parts), lapse, round(earlier * lapse))


def _parts(day: date, awarded: int, reached: Sequence[float]) -> Iterator[tuple[date, Part]]:
    before, share = 0, 0.0
    for number, upto in enumerate(reached):
        pence = round(awarded * upto)
        part = Part(day, awarded, number, upto - share, pence - before)
        if part.share:
            yield months_after(day, 12 * number), part
        before, share = pence, upto


def by_year(paid: Iterable[Paid], years: int) -> Pence:
    """Sum what is paid by year, `(year,)`."""
    sums = np.zeros(years, np.int64)
    for one in paid:
        sums[one.year] += one.pence
    return sums
