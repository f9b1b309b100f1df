"""The plain loop's days, and the books in which each fund's postings are written down.

A path is the last axis. Nothing of fundsim is imported.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from tests.engine.plain_rules import Pence, Real, months_later, share_out, whole

Basis = Literal["nominal", "real"]
BASES: tuple[Basis, ...] = ("nominal", "real")
Key = tuple[str, Basis]
Figures = defaultdict[Key, Any]

IN_AREAS = ("allocated", "paid")


class Days:
    """Where the run stands: the day, the year, and what prices were at the last quarter-end."""

    def __init__(self, start: date, years: int, prices: Real) -> None:
        self.day, self.year, self.years, self.prices = start, 0, years, prices
        quarters = range(4 * years)
        self.firsts = {months_later(start, 3 * q): q for q in quarters}
        self.lasts = {months_later(start, 3 * q + 3) - timedelta(1): q for q in quarters}
        self.end = max(self.lasts)
        self.new_years = [months_later(start, 12 * year) for year in range(years + 1)]
        self.busy = set(self.new_years)  # days on which foundations have something to do
        self.nothing = np.zeros(prices.shape[1], np.int64)
        self.index = self.index_of_year = np.ones(prices.shape[1])

    @property
    def length_of_year(self) -> int:
        return (self.new_years[self.year + 1] - self.new_years[self.year]).days

    def price(self) -> None:
        if self.day in self.lasts:
            self.index = self.index * self.prices[self.lasts[self.day]]

    def next(self) -> None:
        self.day += timedelta(1)
        if self.day in self.new_years[1:]:
            self.year, self.index_of_year = self.year + 1, self.index


class Books:
    """A fund's pence by (measure, basis): `fund`, `(year, path)`; of `foundation` and `area`,
    `(year, member, path)`. What a fund has of its foundations' postings and stocks is their sum.
    """

    def __init__(self, now: Days, foundations: int, areas: int) -> None:
        years, paths = now.years, len(now.nothing)
        self.now = now
        self.fund = figures(years, paths)
        self.foundation = figures(years, foundations, paths)
        self.area = figures(years, areas, paths)
        self.waited = np.zeros((foundations, paths), np.int64)  # this year, pence times days

    def post(self, measure: str, amount: Pence) -> None:
        """Write one posting down; each is brought to the start day's prices by itself."""
        for basis, pence in in_both(amount, self.now.index):
            self.fund[measure, basis][self.now.year] += pence

    def post_at(
        self,
        place: int,
        measure: str,
        amount: Pence,
        shared: list[tuple[Areas, Pence]] | None = None,
    ) -> None:
        """Write a foundation's posting down, and its parts among areas where lots are several."""
        self.post(measure, amount)
        for basis, pence in in_both(amount, self.now.index):
            self.foundation[measure, basis][self.now.year, place] += pence
        for areas, part in shared or []:
            if areas and measure in IN_AREAS:
                for basis, pence in in_both(part, self.now.index):
                    self.area[measure, basis][self.now.year, areas[0]] += share_out(pence, areas[1])

    def stand(self, measure: str, stock: Pence) -> None:
        """Write down what stands at a year's end, of the fund or by foundation."""
        for basis, pence in in_both(stock, self.now.index):
            if stock.ndim > 1:
                self.foundation[measure, basis][self.now.year] = pence
            self.fund[measure, basis][self.now.year] = pence if stock.ndim == 1 else pence.sum(0)

    def share_by_year(self, districts: list[list[int]], found: Any) -> None:
        """Share what each foundation has reached by each year's end: one lot for all years."""
        for measure in IN_AREAS:
            for basis in BASES:
                reached = self.foundation[measure, basis].cumsum(axis=0)
                upto = np.array([shared_within(pence, districts, found) for pence in reached])
                years = np.diff(upto, axis=0, prepend=np.zeros_like(upto[:1]))
                self.area[measure, basis] += years


Areas = tuple[list[int], Any] | None  # rows of areas and their weights; none under one lot


def figures(*shape: int) -> Figures:
    return defaultdict(lambda: np.zeros(shape, np.int64))


def in_both(amount: Pence, index: Real) -> list[tuple[Basis, Pence]]:
    return [("nominal", amount), ("real", whole(amount / index))]


def shared_within(pence: Pence, districts: list[list[int]], found: Any) -> Pence:
    """Share each foundation's pence, `(foundation, path)`, among its areas."""
    shared = np.zeros((sum(map(len, districts)), pence.shape[1]), np.int64)
    for place, rows in enumerate(districts):
        shared[rows] = share_out(pence[place], somebody(found[rows]))
    return shared


def somebody(weights: Any) -> Any:
    """Where all weigh nothing there is nothing to share, by any weights."""
    return np.where(weights.sum(axis=0) == 0, 1.0, weights)


def together(all_books: list[Books], now: Days) -> Books:
    """Add up the books of all funds, without what passed between them."""
    foundations, areas = (
        figures["paid", "nominal"].shape[1]
        for figures in (all_books[0].foundation, all_books[0].area)
    )
    total = Books(now, foundations, areas)
    for books in all_books:
        for part in ("fund", "foundation", "area"):
            for key, pence in getattr(books, part).items():
                getattr(total, part)[key] += pence
    for basis in BASES:
        for measure in ("arrived", "passed_on"):
            total.fund[measure, basis] -= total.fund["passed_between", basis]
        total.fund["passed_between", basis] *= 0
    return total
