"""What one block of paths owns: its clock, its ledger, its markets and its books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
import simpy

from fundsim.engine.books import Books
from fundsim.engine.clock import Clock
from fundsim.engine.markets import Markets
from fundsim.engine.practice import Practice
from fundsim.engine.releases import releases
from fundsim.ledger import Account, Ledger, Listener, Rows, Side
from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.places.shares import Lot
from fundsim.scenario import Scenario


class Keeper(Protocol):
    """Keeps the figures of a block: told of postings, of what waits, and of each year's end."""

    def posted(self, account: Account, side: Side, amount: Pence, index: Real, rows: Rows) -> None:
        """Hear of a posting, at the prices of the last quarter-end."""

    def waited(self, books: Books, day: date) -> None:
        """Hear that what waits of a fund is about to change."""

    def served(self, books: Books, lot: Lot, measure: str, pence: Pence, index: Real) -> None:
        """Hear what a posting brought each foundation for the areas of a lot."""

    def close_year(self, year: int, index: Real) -> None:
        """Write a year down: `index` is the price index of its last day."""


class Model:
    """One block of paths on its calendar.

    `keeping` makes the keeper of its figures; `also` is told of each posting beside it.
    """

    def __init__(
        self,
        scenario: Scenario,
        geography: Geography,
        markets: Markets,
        *,
        first: int,
        keeping: Callable[[Model], Keeper],
        also: Listener | None = None,
    ) -> None:
        self.scenario, self.geography, self.markets = scenario, geography, markets
        self.paths = markets.prices.shape[1]
        self.index: Real = np.ones(self.paths)
        """Prices at the last quarter-end over those of the start day, `(path,)`."""
        self.clock = Clock(scenario.start, scenario.years)
        self._also = also
        self.ledger = Ledger(
            self.paths, first=first, today=lambda: self.clock.today, listener=self._posted
        )
        places = geography.foundations
        self.row_of = {foundation.id: row for row, foundation in enumerate(places)}
        self.foundation_of = geography.foundation_of
        """Which foundation serves each area today, `(area,)`."""
        self.funds = [
            Books.opened(name, rank, terms, self.ledger, len(places))
            for rank, (name, terms) in enumerate(scenario.funds.items())
        ]
        self.fund = {books.name: books for books in self.funds}
        order = scenario.foundations.priority or list(self.fund)
        self.by_priority = [self.fund[name] for name in order]
        self.recorder = keeping(self)
        self.inbox = simpy.Store(self.clock.env)
        self.held_back: dict[str, simpy.Event] = {}
        """By fund, what inflow waits for until it may arrive."""
        self.released = releases(scenario, first, self.paths)
        """By fund, what the dormant assets scheme releases for it, with its days."""
        self.woken: set[date] = set()
        """Days on which foundations without sittings award."""
        self._handed_over: list[tuple[int, int]] = []

    @cached_property
    def practice(self) -> Practice:
        """What foundations do with money; made where somebody asks for it."""
        return Practice(self.scenario, self.clock.months)

    @cached_property
    def instalments(self) -> dict[str, Real]:
        """By fund, in which parts each foundation pays awards."""
        return {name: self.practice.instalments(own.terms) for name, own in self.fund.items()}

    def coming(self, books: Books) -> Sequence[tuple[date, int | Pence]]:
        """List what a fund's inflow brings, in order of day: the same on all paths, or by path."""
        rule = books.terms.inflow
        if rule is None:
            return []
        return self.released.get(books.name) or rule.arrivals(self.clock.start)

    def sits_on(self, day: date) -> bool:
        """Tell whether any foundation sits on a day."""
        return self.practice.sits_on(day)

    def hand_over(self, giver: int, taker: int) -> None:
        """Let one foundation's areas belong to another from now on."""
        self._handed_over.append((giver, taker))
        self.foundation_of = np.where(self.foundation_of == giver, taker, self.foundation_of)

    def routed(self, amount: Pence) -> Pence:
        """Bring pence by foundation, `(foundation, path)`, to who holds them today."""
        if not self._handed_over:
            return amount
        amount = amount.copy()
        for giver, taker in self._handed_over:
            amount[taker] += amount[giver]
            amount[giver] = 0
        return amount

    def _posted(self, account: Account, side: Side, amount: Pence, memo: str, rows: Rows) -> None:
        self.recorder.posted(account, side, amount, self.index, rows)
        if self._also is not None:
            self._also(account, side, amount, memo, rows)
