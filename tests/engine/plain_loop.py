"""A fund told by a plain loop over days, to be held against the engine pence by pence.

Written from the contract's words: it imports nothing of fundsim and has its own calendar, rounding,
sharing and rules. Only the drawn factors of growth and prices, `(quarter, path)`, are given to it.
A path is the last axis.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from tests.engine.plain_rules import (
    Pence,
    Plain,
    Real,
    arrivals,
    due,
    in_order,
    months_later,
    running_sums,
    share_out,
    spending_days,
    weights,
    whole,
)

Basis = Literal["nominal", "real"]
Key = tuple[str, Basis]
Books = defaultdict[Key, Any]


# From a pot to foundations and areas


class Sharing:
    """How a fund's rounds are shared, and what each foundation has reached so far."""

    def __init__(self, rule: Plain, table: Plain) -> None:
        areas = in_order(table)
        self.codes: list[str] = areas["code"]
        self.foundations = list(dict.fromkeys(areas["foundation"]))
        named = [[r for r, f in enumerate(areas["foundation"]) if f == n] for n in self.foundations]
        self.rows_of = named
        self.found = weights(rule, [[row] for row in range(len(self.codes))], areas)
        self.in_pounds = rule.get("unit") == "pounds"
        self.reached: dict[Key, Pence] = {}
        self.claims: Any = None

    def to_foundations(self, pot: Pence) -> Pence:
        """Share all of a pot in proportion, or the pounds that areas are to get out of it."""
        if self.in_pounds:
            pennies = [float(np.rint(100 * pounds)) for pounds in self.found]
            self.claims = share_out(np.minimum(pot, int(sum(pennies))), pennies)
            return np.array([self.claims[rows].sum(axis=0) for rows in self.rows_of])
        together = [running_sums(self.found[row] for row in rows)[-1] for rows in self.rows_of]
        return share_out(pot, together)

    def to_areas(self, key: Key, pence: Pence) -> Pence:
        """Fixed proportions share all that was reached so far; stated pounds share each round."""
        if self.in_pounds:
            return self.within(self.claims, pence)
        before = self.reached.get(key, np.zeros_like(pence))
        after = self.reached[key] = before + pence
        found = np.array(self.found)
        return self.within(found, after) - self.within(found, before)

    def within(self, found: Any, pence: Pence) -> Pence:
        """Share each foundation's pence, `(foundation, path)`, among its areas."""
        shared = np.zeros((len(self.codes), pence.shape[1]), np.int64)
        for number, rows in enumerate(self.rows_of):
            mine = found[rows]
            nobody = mine.sum(axis=0) == 0  # then there is nothing to share, by any weights
            shared[rows] = share_out(pence[number], np.where(nobody, 1.0, mine))
        return shared


# The loop


class PlainLoop:
    """One fund's years on every path; `tell` goes through them day by day.

    `fund` has pence by (measure, basis), `(year, path)`; `foundation` and `area`, `(year, member,
    path)`.
    """

    def __init__(self, scene: Plain, table: Plain, growth: Real, prices: Real) -> None:
        self.scene, self.growth, self.prices = scene, growth, prices
        self.own, self.start, self.years = scene["fund"], scene["start"], scene["years"]
        self.sharing = Sharing(self.own["allocation"], table)
        paths, quarters = growth.shape[1], range(4 * self.years)
        self.firsts = {months_later(self.start, 3 * q): q for q in quarters}
        self.lasts = {months_later(self.start, 3 * q + 3) - timedelta(1): q for q in quarters}
        self.end, self.closing = max(self.lasts), (self.own["closes"] or {"on": date.max})["on"]
        until = min(self.end + timedelta(days=1), self.closing)
        self.spending_days = spending_days(self.own["spending"], self.start, until)
        self.arrivals = arrivals(self.own, self.start)
        self.nothing = np.zeros(paths, np.int64)
        self.in_hand, self.invested, self.pot = self.nothing, self.nothing, self.nothing
        self.values = [self.nothing + self.own["opening"]] if self.own["opening"] else []
        self.index, self.first_read, self.year = np.ones(paths), Plain(), 0
        members = len(self.sharing.foundations), len(self.sharing.codes)
        self.fund: Books = books(self.years, paths)
        self.foundation: Books = books(self.years, members[0], paths)
        self.area: Books = books(self.years, members[1], paths)

    def tell(self) -> PlainLoop:
        day = self.start
        while day <= self.end:
            self.arrive(day)
            if day in self.firsts:
                self.invest()
            if day in self.lasts:
                self.value(self.growth[self.lasts[day]])
            if day in self.spending_days:
                self.share(self.spend(day))
            if day == self.closing:
                self.close()
            if day in self.lasts:
                self.index = self.index * self.prices[self.lasts[day]]
                self.end_year(quarters=self.lasts[day] + 1)
            day += timedelta(days=1)
        return self

    def arrive(self, day: date) -> None:
        for when, amount in self.arrivals:
            if when == day:
                self.in_hand = self.in_hand + amount
                self.book("arrived", self.nothing + amount)

    def invest(self) -> None:
        self.in_hand, self.invested = self.nothing, self.invested + self.in_hand

    def value(self, growth: Real) -> None:
        grown = whole(self.invested * growth)
        left = whole(grown * np.sqrt(np.sqrt(1 - self.scene["fee"])))
        self.book("returns", grown - self.invested)
        self.book("fees", grown - left)
        self.invested = left
        self.values.append(self.in_hand + self.invested)

    def spend(self, day: date) -> Pence:
        number, read = self.spending_days.index(day), list(self.values)
        if day in self.lasts:  # valued today, and today's own arrivals are not in what is read
            read[-1] = read[-1] - sum(amount for when, amount in self.arrivals if when == day)
        value = read[-1] if read else self.nothing
        self.first_read = self.first_read or {"first_value": value, "first_index": self.index}
        now = {"number": number, "value": value, "values": read, "index": self.index}
        asked = due(self.own["spending"], now | self.first_read | {"opening": self.own["opening"]})
        spent = np.clip(whole(asked), 0, self.in_hand + self.invested)
        from_hand = np.minimum(spent, self.in_hand)
        sold = spent - from_hand
        self.in_hand, self.invested = self.in_hand - from_hand, self.invested - sold
        self.book("spending", spent)
        return spent

    def share(self, spent: Pence) -> None:
        received = self.sharing.to_foundations(self.pot + spent)
        kept = whole(received * self.scene["foundation_fee"])
        self.pot = self.pot + spent - received.sum(axis=0)
        self.book_places("allocated", received)
        self.book_places("received", received)
        self.book_places("foundation_fees", kept)
        self.book_places("awarded", received - kept)
        self.book_places("paid", received - kept)

    def close(self) -> None:
        self.book("spending", -self.pot)
        self.book("passed_on", self.in_hand + self.pot + self.invested)
        self.in_hand = self.invested = self.pot = self.nothing

    def end_year(self, quarters: int) -> None:
        if quarters % 4 == 0:
            capital = self.in_hand + self.invested
            for measure, stock in (("closing_capital", capital), ("unshared", self.pot)):
                self.fund[measure, "nominal"][self.year] = stock
                self.fund[measure, "real"][self.year] = whole(stock / self.index)
            self.year = quarters // 4

    def book(self, measure: str, amount: Pence) -> None:
        """Write one posting down; each is brought to the start day's prices by itself."""
        self.fund[measure, "nominal"][self.year] += amount
        self.fund[measure, "real"][self.year] += whole(amount / self.index)

    def book_places(self, measure: str, pence: Pence) -> None:
        """Write each foundation's posting down; what a fund has of it is their sum."""
        amounts: dict[Basis, Pence] = {"nominal": pence, "real": whole(pence / self.index)}
        for basis, amount in amounts.items():
            self.foundation[measure, basis][self.year] += amount
            self.fund[measure, basis][self.year] += amount.sum(axis=0)
            if measure in ("allocated", "paid"):
                shared = self.sharing.to_areas((measure, basis), amount)
                self.area[measure, basis][self.year] += shared


def books(*shape: int) -> Books:
    return defaultdict(lambda: np.zeros(shape, np.int64))
