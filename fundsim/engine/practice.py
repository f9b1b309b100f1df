"""What the community foundations do with money, as arrays with a row for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fundsim.ledger import Rows
from fundsim.money import Pence, Real, fractions
from fundsim.scenario import Fund, Scenario
from fundsim.scenario.capacity import yearly_capacities

PLENTY = 2**62  # pence: the capacity of a foundation that has no limit


class Practice:
    """The foundations' settings, `(foundation, 1)`, and how much they can award at a sitting.

    What a merger or a lost panel changes of them is changed here.
    """

    def __init__(self, scenario: Scenario, months: Sequence[date]) -> None:
        places = scenario.geography_table.foundations
        self._terms = [scenario.foundations.of(place.id) for place in places]
        self.fee = _column([terms.fee for terms in self._terms])
        self.lapse = _column([terms.lapse for terms in self._terms])
        self.clawback = _column([terms.clawback for terms in self._terms])
        self.carry_forward = _column([terms.carry_forward for terms in self._terms])
        self.always = _mask([terms.sittings is None for terms in self._terms])
        """Who awards on any day, since it has no sittings, `(foundation, 1)`."""
        self.lost = np.zeros((len(places), 1), np.bool_)
        """Whose panel is not sitting for the time being, `(foundation, 1)`."""
        self.gone = np.zeros((len(places), 1), np.bool_)
        """Who has passed its areas to another, `(foundation, 1)`."""
        bases = yearly_capacities(scenario)
        self._limited = _mask([base is not None for base in bases])
        self._base = _column([float(base or 0) for base in bases])
        self._experience = np.ones_like(self._base)
        self._index: Real = np.ones(1)
        self._year = -1
        self._capacity: Real = np.zeros((len(places), 1))
        self._sits = self._parts_of_year(months)

    def _parts_of_year(self, months: Sequence[date]) -> dict[int, tuple[Real, Real]]:
        """Give for each month of sittings which part of a run year's capacity belongs to it.

        A part is from one share of the year to another, `(foundation, 1)`; a foundation that does
        not sit in the month has none. A run year begins with the first of `months`.
        """
        order = [day.month for day in months[:12]]
        parts = {}
        for month in sorted({month for terms in self._terms for month in terms.sittings or ()}):
            begin, end = np.zeros_like(self.fee), np.zeros_like(self.fee)
            for row, terms in enumerate(self._terms):
                sittings = sorted(terms.sittings or (), key=order.index)
                if month in sittings:
                    place = sittings.index(month)
                    begin[row], end[row] = place / len(sittings), (place + 1) / len(sittings)
            parts[month] = begin, end
        return parts

    def sits_on(self, day: date) -> bool:
        """Tell whether any foundation sits on a day."""
        return day.day == 1 and day.month in self._sits

    def begin_year(self, index: Real) -> None:
        """Raise capacity by prices, and by a year of practice."""
        self._year += 1
        self._index = index
        for row, terms in enumerate(self._terms):
            limit = terms.capacity
            if limit and 0 < self._year <= (limit.growth_years or self._year):
                self._experience[row] *= 1 + limit.growth
        self._raise()

    def _raise(self) -> None:
        capacity = np.rint((self._base * self._experience) * self._index)
        self._capacity = np.minimum(capacity, float(PLENTY))

    def hand_over(self, giver: int, taker: int, *, with_capacity: bool) -> None:
        """Let one foundation's panel take over another's areas, with or without its capacity."""
        self.gone[giver] = True
        if with_capacity:
            self._base[taker] += self._base[giver]
            self._limited[taker] &= self._limited[giver]
        self._raise()

    def sitting(self, day: date) -> NDArray[np.bool_]:
        """Tell who can award on a day, `(foundation,)`."""
        sits = self.always
        if self.sits_on(day):
            sits = sits | (self._sits[day.month][1] > 0)
        return (sits & ~self.lost & ~self.gone)[:, 0]

    def purse(self, day: date, rows: Rows) -> Pence:
        """Give what some of those that sit can award on a day, `(foundation, path)`.

        Rows of others mean nothing.
        """
        purse = np.empty((len(self.fee), len(self._index)), np.int64)
        if self.sits_on(day):
            begin, end = self._sits[day.month]
            whole = self._capacity[rows]
            part = np.rint(whole * end[rows])
            part -= np.rint(whole * begin[rows])
            purse[rows] = part
        if not self._limited.all():
            purse[~self._limited[:, 0]] = PLENTY
        return purse

    def instalments(self, fund: Fund) -> Real:
        """Give how much of an award is paid by each instalment, `(instalment, foundation, 1)`.

        A fund's own instalments come before those of a foundation.
        """
        each = [fund.instalments or terms.instalments for terms in self._terms]
        longest = max(len(parts) for parts in each)
        reached = np.ones((longest, len(each), 1))
        for row, parts in enumerate(each):
            reached[: len(parts), row, 0] = fractions(np.array(parts))
        return reached


def _column(values: Sequence[float]) -> Real:
    return np.array(values, np.float64)[:, np.newaxis]


def _mask(values: Sequence[bool]) -> NDArray[np.bool_]:
    return np.array(values, np.bool_)[:, np.newaxis]
