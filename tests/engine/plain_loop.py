"""The simulation told by a plain loop over days, to be held against the engine pence by pence.

Written from the contract's words: it imports nothing of fundsim and has its own calendar, rounding,
sharing and rules. Only the drawn factors of growth (by fund) and prices, `(quarter, path)`, are
given to it. A path is the last axis. Its foundations and its books stand in modules of their own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from tests.engine.plain_books import Books, Days, together
from tests.engine.plain_foundations import Heap, desks
from tests.engine.plain_rules import (
    Pence,
    Plain,
    Real,
    arrivals,
    due,
    in_order,
    later_days,
    lent_after,
    months_later,
    paying_days,
    share_out,
    spending_days,
    whole,
)
from tests.engine.plain_sharing import Part, Sharing

# A fund


class PlainFund:
    """One fund's money: what is at hand, what is invested, and in the pot what is to be shared."""

    def __init__(
        self, name: str, scene: Plain, growth: Real, books: Books, sharing: Sharing
    ) -> None:
        self.name, self.own, self.books, self.now = name, scene["funds"][name], books, books.now
        self.fee, self.growth, self.sharing = scene["fee"], growth, sharing
        self.closing = (self.own["closes"] or {"on": date.max})["on"]
        until = min(self.now.new_years[-1], self.closing)
        self.reviews = spending_days(self.own["spending"], self.now.day, until)
        self.later = later_days(self.own["spending"], self.now.day, self.reviews, until)
        self.arrivals = arrivals(name, self.own, self.now.day, scene["shocks"])
        horizon = self.now.new_years[-1]
        self.pays = [(pay, paying_days(pay, horizon)) for pay in self.own["pays"]]
        self.nothing = self.arrived = self.after = self.parts = self.now.nothing
        self.in_hand, self.invested, self.pot = self.nothing, self.nothing, self.nothing
        self.values = [self.nothing + self.own["opening"]] if self.own["opening"] else []
        self.first_read, self.last_read = Plain(), Plain()
        self.held, self.early, self.alarms = 0, self.nothing > 0, 0
        self.round: list[Part] = []
        self.heaps: dict[int, Heap] = {}  # where there is one lot

    @property
    def capital(self) -> Pence:
        return self.in_hand + self.invested

    def take(self, amount: Pence) -> None:
        self.in_hand, self.arrived = self.in_hand + amount, self.arrived + amount
        self.books.post("arrived", amount)

    def give(self, amount: Pence) -> None:
        """What is at hand goes first."""
        from_hand = np.minimum(amount, self.in_hand)
        self.in_hand, self.invested = self.in_hand - from_hand, self.invested - (amount - from_hand)

    def arrive(self, _funds: Funds) -> None:
        self.arrived = self.nothing
        for when, amount in self.arrivals:
            if when == self.now.day:
                self.take(self.nothing + amount)

    def pass_on(self, funds: Funds) -> None:
        for pay, days in self.pays:
            if self.now.day in days:
                stated = pay["share"] is None
                asked = pay["amount"] if stated else whole(pay["share"] * self.capital)
                amount = np.minimum(asked, self.capital)
                self.give(amount)
                self.pass_to(funds[pay["to"]], amount)

    def pass_to(self, fund: PlainFund, amount: Pence) -> None:
        self.books.post("passed_on", amount)
        self.books.post("passed_between", amount)
        fund.take(amount)

    def invest(self, _funds: Funds) -> None:
        if self.now.day in self.now.firsts:
            self.in_hand, self.invested = self.nothing, self.capital

    def value(self, _funds: Funds) -> None:
        if self.now.day in self.now.lasts:
            grown = whole(self.invested * self.growth[self.now.lasts[self.now.day]])
            left = whole(grown * np.sqrt(np.sqrt(1 - self.fee)))
            self.books.post("returns", grown - self.invested)
            self.books.post("fees", grown - left)
            self.invested = left
            self.values.append(self.capital)

    def decide(self, _funds: Funds) -> None:
        """Hold the review that is due, or upon an alarm the next one on the paths that ring it."""
        alarm, day = self.own["alarm"], self.now.day
        if day in self.reviews:
            self.review(self.reviews.index(day), ~self.early)
            self.held, self.early = self.reviews.index(day) + 1, self.nothing > 0
            return
        if alarm and self.held and day in self.now.lasts:
            fallen = (self.capital < (1 - alarm["fall"]) * self.after) & ~self.early
            first = self.own["spending"]["first"] or self.now.new_years[0]
            if months_later(first, 12 * self.held) < self.closing and fallen.any():
                self.review(self.held, fallen)
                self.early, self.alarms = self.early | fallen, self.alarms + 1
        if day in self.later:
            self.pay_part(self.later[day], ~self.early)

    def review(self, number: int, here: Any) -> None:
        """Spend on some of the paths, and share what is in the pot there."""
        read = list(self.values)
        if self.now.day in self.now.lasts:  # what came today is not in what is read
            read[-1] = read[-1] - self.arrived
        value = read[-1] if read else self.nothing
        index = self.now.index
        self.first_read = self.first_read or {"first_value": value, "first_index": index}
        seen = {"number": number, "value": value, "values": read, "index": index}
        seen = seen | self.first_read | self.last_read | {"opening": self.own["opening"]}
        asked = due(self.own["spending"], seen)
        year = np.where(here, np.clip(whole(asked), 0, self.capital), 0)
        parts = share_out(year, [1] * self.own["spending"].get("parts", 1))
        self.parts = np.where(here, parts, self.parts)
        before = self.last_read or {"last": year, "last_index": index}
        self.last_read = Plain(
            last=np.where(here, year, before["last"]),
            last_index=np.where(here, index, before["last_index"]),
            lent=np.where(
                here, lent_after(self.own["spending"], seen, year), before.get("lent", 0)
            ),
        )
        self.spend(parts[0], here)
        self.after = np.where(here, self.capital, self.after)

    def pay_part(self, number: int, here: Any) -> None:
        """A later part of the year leaves, or what there is of it; what is not there never does."""
        owed = np.where(here, self.parts[number], 0)
        spent = np.minimum(owed, self.capital)
        self.last_read["last"] = self.last_read["last"] - owed + spent
        self.after = self.after - spent
        self.spend(spent, here)

    def spend(self, spent: Pence, here: Any) -> None:
        self.give(spent)
        self.books.post("spending", spent)
        self.pot = self.pot + spent
        self.round += self.sharing.round(np.where(here, self.pot, 0), self.now.day, here)

    def close(self, funds: Funds) -> None:
        if self.now.day != self.closing:
            return
        residue, left = self.own["closes"]["residue"], self.capital + self.pot
        self.books.post("spending", -self.pot)
        self.in_hand = self.invested = self.pot = self.nothing
        if residue in funds:
            self.pass_to(funds[residue], left)
            funds[residue].invest(funds)
        else:
            self.books.post("passed_on", left)

    def hand_round(self) -> None:
        """Hand the foundations their parts of today's round: a lot of its own, or one for all."""
        for desk, pence, areas, direct in self.round:
            heap = self.heaps.get(desk.place)
            if heap is None:
                lot = (self.name, self.now.day, direct)
                one_lot = self.sharing.one_lot
                own = None if one_lot else areas
                heap = Heap(self.name, self.books, desk, lot, own, direct=direct)
                desk.heaps.append(heap)
                self.heaps |= {desk.place: heap} if one_lot else {}
            desk.receive(heap, pence)
            self.pot = self.pot - pence
        self.round = []

    def record(self) -> None:
        self.books.stand("closing_capital", self.capital)
        self.books.stand("unshared", self.pot)


Funds = dict[str, PlainFund]


# The loop


class PlainLoop:
    """All funds and foundations on every path; `tell` goes through the days.

    `books` has those of each fund, and afterwards those of all together.
    """

    def __init__(self, scene: Plain, table: Plain, growth: dict[str, Real], prices: Real) -> None:
        self.now, areas = Days(scene["start"], scene["years"], prices), in_order(table)
        self.codes: list[str] = areas["code"]
        self.foundations = list(dict.fromkeys(areas["foundation"]))
        self.desks = desks(scene, areas, self.now)
        self.joining = [s for s in scene["shocks"] if s["kind"] in ("merger", "failure")]
        steady = all(shock["on"] > self.now.end for shock in self.joining)
        self.funds: Funds = {}
        for name, own in sorted(scene["funds"].items()):
            books = Books(self.now, len(self.desks), len(self.codes))
            first = own["spending"]["first"] or self.now.day
            sharing = Sharing(own["allocation"], areas, self.desks, first, steady=steady)
            self.funds[name] = PlainFund(name, scene, growth[name], books, sharing)
        self.priority = scene["foundations"]["priority"] or list(self.funds)
        self.books = {name: fund.books for name, fund in self.funds.items()}

    def tell(self) -> PlainLoop:
        while self.now.day <= self.now.end:
            self.shock()
            self.go_through_funds()
            self.go_through_foundations()
            self.now.price()
            if self.now.day in self.now.lasts and self.now.lasts[self.now.day] % 4 == 3:
                self.record()
            self.now.next()
        for fund in self.funds.values():
            if fund.sharing.one_lot:
                districts = [desk.rows for desk in self.desks]
                fund.books.share_by_year(districts, np.array(fund.sharing.found))
        self.books["all"] = together(list(self.books.values()), self.now)
        return self

    def shock(self) -> None:
        """Let foundations join that join today, in the order in which they stand."""
        today = [shock for shock in self.joining if shock["on"] == self.now.day]
        for shock in sorted(today, key=lambda shock: self.foundations.index(shock["foundation"])):
            ended, into = (self.foundations.index(shock[key]) for key in ("foundation", "into"))
            self.desks[into].take_over(self.desks[ended], capacity=shock["kind"] == "merger")

    def go_through_funds(self) -> None:
        fund = PlainFund
        for step in (fund.arrive, fund.pass_on, fund.invest, fund.value, fund.decide, fund.close):
            for one in self.funds.values():
                step(one, self.funds)

    def go_through_foundations(self) -> None:
        busy = self.now.day.day == 1 or self.now.day in self.now.busy
        if not busy and not any(fund.round for fund in self.funds.values()):
            return
        for desk in self.desks:
            desk.come_back()
        for fund in self.funds.values():
            fund.hand_round()
        for desk in self.desks:
            desk.sit(self.priority)
            desk.pay()

    def record(self) -> None:
        """A year ends: write down what stands, and what waited on average over its days."""
        for fund in self.funds.values():
            fund.record()
            waited = fund.books.waited
            stocks = {name: np.zeros_like(waited) for name in ("waiting", "carried", "promised")}
            for heap in [heap for desk in self.desks for heap in desk.heaps]:
                if heap.fund == fund.name:
                    heap.count(self.now.new_years[self.now.year + 1])
                    stocks["waiting"][heap.place] += heap.waiting
                    stocks["carried"][heap.place] += heap.carried
                    stocks["promised"][heap.place] += heap.promised
            for measure, stock in stocks.items():
                fund.books.stand(measure, stock)
            for days in (waited, waited.sum(axis=0)):  # by foundation, and of the fund as a whole
                fund.books.stand("waiting_on_average", whole(days / self.now.length_of_year))
            waited *= 0
