"""An inspector that adds up every posting by itself, and holds the identities at every date."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fundsim.engine.books import Books
from fundsim.engine.model import Model
from fundsim.engine.recorder import _flows_of, _stocks_of
from fundsim.ledger import Account, Rows, Side
from fundsim.metrics.catalogue import METRICS
from fundsim.money import Pence
from fundsim.results.model import Results

# The contract's words. What was allocated is on its way until the foundations open it that day, and
# what one foundation hands over to another is received by the two with opposite signs.
OF_FUNDS = (
    ("arrived returns", "fees spending passed_on closing_capital"),
    ("spending", "allocated unshared"),
)
OF_FOUNDATIONS = (
    ("received lapsed returned", "foundation_fees awarded waiting carried"),
    ("awarded", "paid promised lapsed"),
    ("allocated handed_over", "received on_its_way"),
)


@dataclass
class Inspector:
    """Adds up each account's postings by itself, and holds the identities against them."""

    posted: dict[tuple[str, Side], Pence] = field(default_factory=dict)
    touched: dict[str, Account] = field(default_factory=dict)
    events: int = 0

    def listen(self, account: Account, side: Side, amount: Pence, _: str, rows: Rows) -> None:
        key = account.name, side
        held = self.posted.setdefault(key, np.zeros_like(account.balance))
        held[rows if account.balance.ndim > 1 else ...] += amount
        self.touched[account.name] = account

    def sum(self, account: Account, side: Side) -> Pence:
        """What was posted to one side of an account, `(path,)`, or `(foundation, path)`."""
        return self.posted.get((account.name, side), np.zeros_like(account.balance))

    def held(self, account: Account) -> Pence:
        return self.sum(account, "in") - self.sum(account, "out")

    def inspect(self, model: Model) -> None:
        """Hold every identity, if anything was posted since the last event."""
        self.events += 1
        if not self.touched:
            return
        assert (model.ledger.imbalance() == 0).all()
        for account in self.touched.values():
            assert (self.held(account) == account.balance).all(), account.name
            assert not account.inside or (account.balance >= 0).all(), account.name
        self.touched.clear()
        for books in model.funds:
            self.inspect_fund(books, model)
        self.inspect_all(model)

    def inspect_fund(self, books: Books, model: Model) -> None:
        flows, stocks = _flows_of(books, model.funds), _stocks_of(books)
        on = {name: self.total([self.sum(*side) for side in of]) for name, of in flows.items()}
        for name, accounts in stocks.items():
            on[name] = self.total([self.held(account) for account in accounts])
        on["on_its_way"] = self.held(books.allocated)
        on["handed_over"] = self.sum(books.handed_over, "out")
        for left, right in OF_FUNDS:
            self.agree(left, right, {name: by_path(pence) for name, pence in on.items()})
        for left, right in OF_FOUNDATIONS:
            self.agree(left, right, on)
        assert not by_path(on["handed_over"]).any()
        for account in (
            books.lapsed,
            books.clawed_back,
            books.taken_over,
            *books.passages.values(),
        ):
            assert not account.balance.any(), f"{account.name} keeps something"

    def inspect_all(self, model: Model) -> None:
        """All funds together, without what passes between them: from the outside accounts."""
        gap = np.zeros(model.paths, np.int64)
        for books in model.funds:
            gap += self.sum(books.source, "out") + self.sum(books.markets, "out")
            gap -= self.sum(books.managers, "in") + self.sum(books.residue, "in")
            gap -= self.sum(books.pot, "in") + books.capital
        assert not gap.any()

    @staticmethod
    def total(parts: list[Pence]) -> Pence:
        """Add up; of nothing, nothing."""
        return np.asarray(sum(parts, start=np.zeros(1, np.int64)))

    @staticmethod
    def agree(left: str, right: str, on: dict[str, Pence]) -> None:
        given, taken = (Inspector.total([on[term] for term in s.split()]) for s in (left, right))
        assert (given == taken).all(), f"{left} = {right}"


def by_path(pence: Pence) -> Pence:
    summed: Pence = pence.reshape(-1, pence.shape[-1]).sum(axis=0)
    return summed


def reconciliation(results: Results) -> Pence:
    """Pence by which the books of all funds fail to balance, path by path."""
    found = [METRICS["reconciliation"].measure(one, "nominal") for one in results.series.values()]
    return np.asarray(sum(np.asarray(off) for off in found)).astype(np.int64)
