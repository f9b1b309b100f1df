"""A fund's own history on the told path: what it held when, its reviews, and what each shared out.

All of it follows from the journal and the fund's terms; dates and their order are those of the
design's section on timing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from itertools import accumulate, chain, count, pairwise

from fundsim.explaining.days import Days
from fundsim.explaining.postings import Posting
from fundsim.scenario import Fund
from fundsim.units import months_after

OWN = ("invested", "in hand")
"""The accounts that hold a fund's capital."""
SHARED = "to be shared"
ON_CLOSING = "on closing"

Decided = dict[date, int]
"""What was decided to be spent, by day."""


class Moment(IntEnum):
    """When on a day capital changes, in order."""

    ARRIVE = 1
    PASS = 2
    VALUE = 3
    DECIDE = 4
    CLOSE = 5


@dataclass(frozen=True)
class Change:
    """One change of a fund's capital: when, by how much, and in which words."""

    day: date
    year: int
    moment: Moment
    pence: int
    words: str


@dataclass(frozen=True)
class Review:
    """One review of a fund's spending, or a later part of what it decided, and the round it gives.

    `on` is false where an earlier one took its place; nothing moves then. `values` are the
    valuations that there are by then, oldest first, with their days; `arrived` is in the newest and
    is not read, since it came on the day itself. What is shared out, the `pot`, is what was
    `decided` and what was `brought` along unshared. Where a year's spending leaves in parts,
    `decided` is the one that leaves on the day, and `part` says which: 0 at the review itself.
    """

    number: int
    day: date
    year: int
    on: bool
    early: bool
    capital: int
    values: Sequence[tuple[date, int]]
    arrived: int
    decided: int
    brought: int
    part: int = 0

    @property
    def round(self) -> str:
        """Which round it gives, in words."""
        later = f", part {self.part + 1}" if self.part else ""
        return f"round {self.number + 1}{later}"

    @property
    def pot(self) -> int:
        """What there is to be shared out, in pence."""
        return self.brought + self.decided if self.on else 0

    def read(self, valuations: int) -> list[tuple[date, int]]:
        """Give the newest valuations, the newest one without what arrived on the day itself."""
        newest = list(self.values[-valuations:])
        if self.arrived:
            newest[-1] = newest[-1][0], newest[-1][1] - self.arrived
        return newest


class History:
    """What a fund held, decided and shared out, by day."""

    def __init__(self, name: str, terms: Fund, days: Days, postings: Sequence[Posting]) -> None:
        self.name, self.terms, self.days = name, terms, days
        self.changes = sorted(_changes(name, postings), key=lambda one: (one.day, one.moment))
        self._moments = [(one.day, one.moment) for one in self.changes]
        self._held = list(accumulate((one.pence for one in self.changes), initial=0))
        self._unshared, self._decided = _pots(name, postings)
        self.reviews = tuple(self._reviews())

    def capital(self, day: date, moment: Moment) -> int:
        """Give what the fund holds on a day, that moment's changes included."""
        return self._held[bisect_right(self._moments, (day, moment))]

    def capital_before(self, year: int) -> int:
        """Give what the fund holds when a year begins, before anything happens in it."""
        return self._held[bisect_left(self._moments, (self.days.year_starts[year], Moment.ARRIVE))]

    def of_year(self, year: int) -> list[Change]:
        """List a year's changes of capital."""
        return [one for one in self.changes if one.year == year]

    def review_of(self, part: Review) -> Review:
        """Find the review that decided on a part, itself where it is the first one."""
        held = (one for one in self.reviews if one.number == part.number and not one.part)
        return next(one for one in held if one.on or not part.on)

    def year_of(self, review: Review) -> int:
        """Give what a review decided on for a year, less what could not be paid of it.

        It is the sum of its parts. Parts that an alarm, the closing or the end of the run came
        before count as the first one, a penny more or less.
        """
        own = [one for one in self.reviews if (one.number, one.on) == (review.number, True)]
        return sum(one.decided for one in own) + review.decided * (
            self.terms.spending.parts - len(own)
        )

    def reviews_of(self, year: int) -> list[Review]:
        """List the reviews of a year at which anything was decided or shared."""
        return [one for one in self.reviews if one.year == year and one.pot]

    def _is_open(self, day: date) -> bool:
        return self.terms.closes is None or day <= self.terms.closes.on

    def _values(self, upto: date) -> list[tuple[date, int]]:
        """List the valuations up to a day, that day's included."""
        ends = [day for day in self.days.quarter_ends if day <= upto and self._is_open(day)]
        values = [(day, self.capital(day, Moment.VALUE)) for day in ends]
        return [(self.days.start, self.terms.opening), *values] if self.terms.opening else values

    def _reviews(self) -> Iterator[Review]:
        """Tell all reviews, on their dates and earlier where an alarm rang, and later parts."""
        early: date | None = None
        for number, (day, then) in enumerate(pairwise(chain(self._dates(), [None]))):
            if day is None or day > self.days.last:
                return
            yield self._review(number, day, on=early is None, early=False)
            left = self.capital(early or day, Moment.DECIDE)
            early = None
            looks = [(look, 0) for look in self._looks(day, then)]
            for event, part in sorted([*looks, *self._later_parts(number)]):
                if part:
                    later = self._review(number, event, on=early is None, early=False)
                    yield replace(later, part=part)
                    left -= later.decided
                elif early is None and self._alarmed(event, left):
                    early = event
                    yield self._review(number + 1, event, on=True, early=True)

    def _dates(self) -> Iterator[date]:
        """List the spending dates before the fund closes, and the one after the run's last day."""
        rule, closes = self.terms.spending, self.terms.closes
        first, last = rule.first or self.days.start, rule.last()
        for number in count() if last is None else range(last):
            day = months_after(first, number * rule.every)
            if closes and day >= closes.on:
                return
            yield day

    def _later_parts(self, number: int) -> Iterator[tuple[date, int]]:
        """List the days of the later parts of what a review decides, and which they are."""
        rule, closes = self.terms.spending, self.terms.closes
        first, end = rule.first or self.days.start, closes.on if closes else date.max
        for part in range(1, rule.parts):
            day = months_after(first, number * rule.every + part * rule.every // rule.parts)
            if day < end and day <= self.days.last:
                yield day, part

    def _looks(self, day: date, then: date | None) -> Iterator[date]:
        """List the quarter-ends between two reviews on which a fund with an alarm listens."""
        if self.terms.alarm is not None and then is not None:
            yield from (look for look in self.days.quarter_ends if day < look < then)

    def _alarmed(self, look: date, left: int) -> bool:
        """Tell whether the fund has fallen too far since its last review left so much."""
        alarm = self.terms.alarm
        return alarm is not None and self.capital(look, Moment.VALUE) < (1 - alarm.fall) * left

    def _review(self, number: int, day: date, *, on: bool, early: bool) -> Review:
        ends = day in self.days.quarter_ends
        return Review(
            number,
            day,
            self.days.year_of(day),
            on,
            early,
            self.capital(day, Moment.VALUE),
            self._values(day),
            self._arrived(day) if ends else 0,
            self._decided.get(day, 0),
            self.unshared_before(day),
        )

    def _arrived(self, day: date) -> int:
        """Give what came on a day before values were read."""
        came = [one for one in self.changes if one.day == day and one.moment <= Moment.PASS]
        return sum(one.pence for one in came if one.pence > 0)

    def unshared_before(self, day: date) -> int:
        """Give what was left unshared when a day began."""
        return self._unshared[1][bisect_left(self._unshared[0], day)]


def _pots(name: str, postings: Iterable[Posting]) -> tuple[tuple[list[date], list[int]], Decided]:
    """Give what was to be shared, by day and before each, and what was decided to be spent."""
    days: list[date] = []
    pence: list[int] = []
    decided: Decided = {}
    for one in postings:
        into = one.taker.fund == name and one.taker.word == SHARED
        if into or (one.giver.fund == name and one.giver.word == SHARED):
            days.append(one.day)
            pence.append(one.pence if into else -one.pence)
            if into and one.memo.startswith(("review", "part")):
                decided[one.day] = decided.get(one.day, 0) + one.pence
    return (days, list(accumulate(pence, initial=0))), decided


def _changes(name: str, postings: Iterable[Posting]) -> Iterator[Change]:
    """Find the postings that change a fund's capital."""
    for one in postings:
        out = one.giver.fund == name and one.giver.word in OWN
        into = one.taker.fund == name and one.taker.word in OWN
        if out != into:
            pence = one.pence if into else -one.pence
            yield Change(one.day, one.year, _moment(one), pence, f"{one.event}: {one.memo}")


def _moment(one: Posting) -> Moment:
    """Tell in which part of its day a posting is made."""
    if one.memo.endswith(ON_CLOSING) or one.memo in _WHEN_CLOSING:
        return Moment.CLOSE
    if one.event == "spending":
        return Moment.DECIDE
    if one.event in ("returns", "fees"):
        return Moment.VALUE
    from_fund = one.event == "passed_on" or one.memo.startswith("from ")
    return Moment.PASS if from_fund else Moment.ARRIVE


_WHEN_CLOSING = ("unshared, taken back", "what a closing fund leaves")
