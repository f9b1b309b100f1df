"""The plain loop's foundations: what waits at each, what is awarded, and what is paid and when.

Nothing of fundsim is imported.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from statistics import median

import numpy as np

from tests.engine.plain_books import Areas, Books, Days
from tests.engine.plain_rules import Pence, Plain, months_later, share_out, whole

Dated = dict[date, Pence]


class Heap:
    """What a foundation has of one fund's one lot. `later` is promised, `back` will be returned.

    What lapses or is returned waits at `home`: elsewhere once another foundation has taken over.
    What is `direct` does not wait: communities award it as it comes.
    """

    def __init__(
        self,
        fund: str,
        books: Books,
        desk: Desk,
        lot: Hashable,
        areas: Areas,
        *,
        direct: bool = False,
    ) -> None:
        self.fund, self.books, self.lot, self.areas = fund, books, lot, areas
        self.direct = direct
        self.place, self.terms, self.home = desk.place, desk.terms, self
        self.now, self.since = books.now, books.now.day
        self.waiting = self.carried = self.now.nothing
        self.today: Pence | None = None  # to be paid
        self.later: Dated = {}
        self.back: Dated = {}

    def wait(self, amount: Pence) -> None:
        self.count(self.now.day)
        self.waiting = self.waiting + amount

    def count(self, until: date) -> None:
        """Count how long how much has waited since it last changed."""
        self.books.waited[self.place] += self.waiting * (until - self.since).days
        self.since = until

    def pay_today(self, amount: Pence) -> None:
        self.today = amount + (0 if self.today is None else self.today)

    @property
    def promised(self) -> Pence:
        return sum(self.later.values(), start=self.now.nothing)


def post(measure: str, *parts: tuple[Heap, Pence]) -> None:
    """Post what happens today to some of a foundation's heaps: one posting a lot."""
    lots: dict[Hashable, list[tuple[Heap, Pence]]] = {}
    for heap, amount in parts:
        lots.setdefault(heap.lot, []).append((heap, amount))
    for own in lots.values():
        first, shared = own[0][0], [(heap.areas, amount) for heap, amount in own]
        total = sum((amount for _, amount in own), start=first.now.nothing)
        first.books.post_at(first.place, measure, total, shared)


class Desk:
    """One foundation at work: its terms, its areas, its heaps, the first to be served first."""

    def __init__(
        self, place: int, terms: Plain, rows: list[int], now: Days, instalments: Plain
    ) -> None:
        self.place, self.terms, self.rows, self.now = place, terms, rows, now
        self.base: float | None = terms["base"]
        self.instalments = instalments
        self.heaps: list[Heap] = []

    def receive(self, heap: Heap, received: Pence) -> None:
        fee = part_of(received, self.terms["fee"])
        aside = whole((received - fee) * self.terms["carry_forward"])
        post("allocated", (heap, received))
        post("received", (heap, received))
        post("foundation_fees", (heap, fee))
        heap.carried = heap.carried + aside
        self.let_wait(heap, received - fee - aside)

    def let_wait(self, heap: Heap, amount: Pence) -> None:
        heap.wait(amount)
        if heap.direct:
            self.award(heap, heap.waiting)

    def come_back(self) -> None:
        """Let wait again what was carried, what lapses of today's instalments, what is returned."""
        day = self.now.day
        lapsed, returned = [], []
        for heap in self.heaps:
            if day in self.now.new_years:
                self.let_wait(heap, heap.carried)
                heap.carried = self.now.nothing
            if day in heap.later:
                due = heap.later.pop(day)
                lapsed.append((heap, whole(due * heap.terms["lapse"])))
                heap.pay_today(due - lapsed[-1][1])
            if day in heap.back:
                returned.append((heap, heap.back.pop(day)))
        post("lapsed", *lapsed)
        post("returned", *returned)
        for heap, amount in lapsed + returned:
            self.let_wait(heap.home, amount)

    def sit(self, priority: list[str]) -> None:
        """Award what waits, by priority of funds and then by age, as far as the purse reaches."""
        heaps = self.served()
        left = self.purse() if heaps else self.now.nothing
        for fund in priority:
            for heap in [heap for heap in heaps if heap.fund == fund and not heap.direct]:
                awarded = np.minimum(heap.waiting, left)
                left = left - awarded
                self.award(heap, awarded)

    def served(self) -> list[Heap]:
        """Those that a sitting today serves; without sittings, those where more waits today."""
        months, day = self.terms["sittings"], self.now.day
        if not months:
            return [heap for heap in self.heaps if heap.since == day]
        lost = any(on <= day < until for on, until in self.terms["lost"])
        return self.heaps if day.day == 1 and day.month in months and not lost else []

    def award(self, heap: Heap, awarded: Pence) -> None:
        post("awarded", (heap, awarded))
        heap.wait(-awarded)
        instalments = self.instalments[heap.fund] or self.terms["instalments"]
        first, *others = in_parts(awarded, instalments)
        heap.pay_today(first)
        day = self.now.day
        for instalment in others:
            day = months_later(day, 12)
            heap.later[day] = heap.later.get(day, 0) + instalment
            self.now.busy.add(day)

    def pay(self) -> None:
        paid = [(heap, heap.today) for heap in self.heaps if heap.today is not None]
        post("paid", *paid)
        for heap, amount in paid:
            day, returned = months_later(self.now.day, 12), whole(amount * heap.terms["clawback"])
            heap.back[day] = heap.back.get(day, 0) + returned
            self.now.busy.add(day)
            heap.today = None

    def purse(self) -> Pence:
        """What may be awarded today: this sitting's part of the run year's capacity."""
        if self.base is None:
            return self.now.nothing + np.iinfo(np.int64).max
        yearly = self.base * practice(self.terms["capacity"], self.now.year)
        year = whole(yearly * self.now.index_of_year)
        began, ends = self.now.new_years[self.now.year :][:2]
        months = [months_later(began.replace(day=1), number) for number in range(13)]
        sittings = [d for d in months if began <= d < ends and d.month in self.terms["sittings"]]
        number, count = sittings.index(self.now.day), len(sittings)
        return up_to(year, (number + 1) / count) - up_to(year, number / count)

    def take_over(self, other: Desk, *, capacity: bool) -> None:
        """Take another foundation's areas and heaps, and its capacity if that is kept.

        What waits and what is carried become lots of their own. What is promised or will be
        returned stays in its lot, on the terms of the foundation that awarded it.
        """
        self.now.busy.add(self.now.day)
        homes = {
            heap: Heap(heap.fund, heap.books, self, object(), heap.areas, direct=heap.direct)
            for heap in other.heaps
        }
        for heap, home in homes.items():
            hand_over(other, self, [heap], "waiting")
            home.waiting, home.carried = heap.waiting, heap.carried
        for fund in dict.fromkeys(heap.fund for heap in other.heaps):
            own = [heap for heap in other.heaps if heap.fund == fund]
            hand_over(other, self, own, "carried")
            hand_over(other, self, own, "promised")
        for heap in other.heaps:
            heap.count(self.now.day)
            heap.waiting = heap.carried = self.now.nothing
            heap.place, heap.home = self.place, homes[heap.home]
        self.heaps, other.heaps = [*self.heaps, *homes.values(), *homes], []
        self.rows, other.rows = sorted(self.rows + other.rows), []
        if capacity and self.base is not None:
            self.base = None if other.base is None else self.base + other.base


def hand_over(giver: Desk, taker: Desk, heaps: list[Heap], what: str) -> None:
    """Post what passes of a fund: received there and no longer here, and awarded if promised."""
    handed = sum((getattr(heap, what) for heap in heaps), start=giver.now.nothing)
    for desk, sign in ((giver, -1), (taker, 1)):
        for measure in ("received", "awarded") if what == "promised" else ("received",):
            heaps[0].books.post_at(desk.place, measure, sign * handed)


# The rounding of a fee, of instalments and of a year's capacity: tests plant half a penny here


def part_of(received: Pence, fee: float) -> Pence:
    return whole(received * fee)


def in_parts(awarded: Pence, instalments: list[float]) -> Pence:
    return share_out(awarded, instalments)


def up_to(year: Pence, share: float) -> Pence:
    return whole(year * share)


# What a foundation can award in a year


def practice(capacity: Plain, year: int) -> float:
    """How far the capacity has grown by practice, multiplied up once a year."""
    growth, most, reached = capacity["growth"], capacity["growth_years"], 1.0
    for _ in range(year if most is None else min(year, most)):
        reached *= 1 + growth
    return reached


def base(capacity: Plain | None, name: str, people: int, past: Plain) -> float | None:
    """Pence a year in the prices of the start day; `past` is (pounds granted, people) by name."""
    if capacity is None:
        return None
    if capacity["pounds"] is not None:
        return float(capacity["pounds"])
    if capacity["per_head"] is not None:
        return float(capacity["per_head"] * people)
    known = {member: pounds / served for member, (pounds, served) in past.items() if pounds}
    if name in known:
        return float(np.rint(capacity["multiple_of_past_grants"] * (past[name][0] * 100)))
    a_head = capacity["multiple_of_past_grants"] * median(known.values())
    return float(np.rint(a_head * people * 100))


def desks(scene: Plain, areas: Plain, now: Days) -> list[Desk]:
    """Open a desk for each foundation, in the order of the areas."""
    made, practised = [], scene["foundations"]
    instalments = {name: own["instalments"] for name, own in scene["funds"].items()}
    for place, name in enumerate(dict.fromkeys(areas["foundation"])):
        rows = [row for row, foundation in enumerate(areas["foundation"]) if foundation == name]
        own = practised["overrides"].get(name, {})
        terms = practised | {key: own[key] for key in own if own[key] is not None}
        people = sum(areas["population"][row] for row in rows)
        terms["base"] = base(terms["capacity"], name, people, scene["past_grants"])
        lost = [shock for shock in scene["shocks"] if shock["kind"] == "panel_lost"]
        terms["lost"] = [(s["on"], s["until"]) for s in lost if s["foundation"] == name]
        made.append(Desk(place, terms, rows, now, instalments))
    return made
