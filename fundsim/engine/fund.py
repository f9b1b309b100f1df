"""The stories of a fund: money arrives, is invested, valued and passed on, and the fund closes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from fundsim.engine.books import Books
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story
from fundsim.engine.model import Model
from fundsim.errors import RunError
from fundsim.money import MOST, Pence, Real
from fundsim.rules.shocks import Reclaims
from fundsim.scenario.schema import Transfer

LEAST_PRICES = 1e-3  # of those of the start day


def prices(model: Model) -> Story:
    """Prices move on, on every quarter's last day, once that day's payments are made."""
    for quarter, day in enumerate(model.clock.quarter_ends):
        yield model.clock.until(day, Phase.PRICE)
        with np.errstate(over="ignore"):  # told below
            model.index = model.index * model.markets.prices[quarter]
        _refuse_odd_prices(model.index, day)
        if day in model.clock.year_ends:
            for books in model.funds:
                real = books.capital / model.index
                _refuse_too_large(books, real, day, " in prices of the start day")


def _refuse_odd_prices(index: Real, day: date) -> None:
    """Raise RunError where prices are such that amounts at those of the start day mean nothing."""
    if not (index.min() >= LEAST_PRICES and index.max() < np.inf):
        message = (
            f"on {day} prices are below a thousandth of those of the start day, or beyond all "
            "numbers, on one of the paths; look at what they do (fundsim show), and at markets"
        )
        raise RunError(message)


def _refuse_too_large(books: Books, value: Real, day: date, prices: str = "") -> None:
    """Raise RunError where what a fund is worth cannot be counted to the penny."""
    if not value.max() <= MOST:
        message = (
            f"on {day} {books.name} is worth more than £10 trillion{prices} on one of the paths, "
            "which cannot be counted to the penny; simulate fewer years or less money, or look at "
            "what a year of the markets is (fundsim show)"
        )
        raise RunError(message)


def arrivals(model: Model, books: Books) -> Story:
    """Opening money arrives on the start day."""
    yield model.clock.until(model.clock.start, Phase.ARRIVE, 2 * books.rank)
    amount = np.full(model.paths, books.terms.opening, np.int64)
    model.ledger.move(amount, frm=books.source, to=books.in_hand, memo="arrived: opening money")
    _note_arrival(model, books, amount)


def _note_arrival(model: Model, books: Books, amount: Pence) -> None:
    """Note what came today before the fund is valued: no rule reads it in today's value."""
    today = model.clock.today
    before = books.arrived_on.get(today)
    books.arrived_on[today] = amount if before is None else before + amount


def inflow(model: Model, books: Books) -> Story:
    """Inflow arrives on its days, less what stays behind for owners; or later, if held back."""
    clock = model.clock
    for day, pence in model.coming(books):
        if day >= clock.today:
            yield clock.after_shocks(day)
            if books.name in model.held_back:
                yield model.held_back[books.name]
        yield clock.until(clock.today, Phase.ARRIVE, 2 * books.rank + 1)
        due = np.full(model.paths, pence, np.int64)
        amount = due.copy()
        for shock in model.scenario.shocks:
            if isinstance(shock, Reclaims) and shock.fund == books.name and shock.covers(day):
                amount -= np.rint(shock.share * due).astype(np.int64)
        model.ledger.move(amount, frm=books.source, to=books.in_hand, memo="arrived: inflow")
        _note_arrival(model, books, amount)


def payments(model: Model) -> Iterator[Story]:
    """Give the story of each payment between funds, in the order in which a day's are made."""
    stated = [(books, terms) for books in model.funds for terms in books.terms.pays]
    for rank, (books, terms) in enumerate(stated):
        yield payment(model, books, terms, rank)


def payment(model: Model, books: Books, terms: Transfer, rank: int) -> Story:
    """On its dates a fund pays another one, as far as it can."""
    for day in terms.dates(model.clock.last_day):
        yield model.clock.until(day, Phase.PASS, rank)
        if terms.share is None:
            amount = np.full(model.paths, terms.amount, np.int64)
        else:
            amount = np.rint(books.capital * terms.share).astype(np.int64)
        amount = np.minimum(amount, books.capital)
        at_hand = np.minimum(amount, books.in_hand.balance)
        move_to_managers(model, books, at_hand, "invested: at hand, and paid first")
        _pass_on(model, books, amount, terms.to)
        _note_arrival(model, model.fund[terms.to], amount)


def _pass_on(model: Model, books: Books, amount: Pence, to: str, when: str = "") -> None:
    """Move invested money of one fund into the hand of another."""
    passage, receiver = books.passages[to], model.fund[to]
    memo = f"passed_on: to {to}{when}"
    model.ledger.move(amount, frm=books.invested, to=passage, memo=memo)
    memo = f"arrived: from {books.name}{when}"
    model.ledger.move(amount, frm=passage, to=receiver.in_hand, memo=memo)


def investing(model: Model, books: Books) -> Story:
    """What has arrived is invested on the next first day of a quarter, that day included."""
    for day in filter(books.is_open, model.clock.quarter_starts):
        yield model.clock.until(day, Phase.INVEST, books.rank)
        move_to_managers(model, books, books.in_hand.balance, "invested: by the managers")


def move_to_managers(model: Model, books: Books, amount: Pence, memo: str) -> None:
    """Put money at hand with the invested money, if there is any."""
    if amount.any():
        model.ledger.move(amount, frm=books.in_hand, to=books.invested, memo=memo)


def valuation(model: Model, books: Books) -> Story:
    """Growth and the managers' fee are posted on a quarter's last day, and the value is read."""
    if books.terms.opening:  # opening money is a valuation on the start day
        books.values.append(np.full(model.paths, books.terms.opening, np.int64))
    ledger, invested = model.ledger, books.invested
    growth = model.markets.growth[books.name]
    kept = math.sqrt(math.sqrt(1 - model.scenario.markets.fee))
    for quarter, day in enumerate(filter(books.is_open, model.clock.quarter_ends)):
        yield model.clock.until(day, Phase.VALUE, books.rank)
        worth = np.rint(invested.balance * growth[quarter])
        _refuse_too_large(books, worth, day)
        grown = worth.astype(np.int64)
        returns = grown - invested.balance
        ledger.move(returns, frm=books.markets, to=invested, memo="returns: of the quarter")
        fee = grown - np.rint(grown * kept).astype(np.int64)
        ledger.move(fee, frm=invested, to=books.managers, memo="fees: of the managers")
        books.values.append(books.capital)


def closing(model: Model, books: Books) -> Story:
    """On its last day a fund leaves what it has, unshared money included, to another or outside."""
    closes = books.terms.closes
    if closes is None or closes.on > model.clock.last_day:
        return
    yield model.clock.until(closes.on, Phase.CLOSE, books.rank)
    ledger = model.ledger
    memo = "spending: unshared, taken back"
    ledger.move(-books.pot.balance, frm=books.in_hand, to=books.pot, memo=memo)
    move_to_managers(model, books, books.in_hand.balance, "invested: at hand, and passed on")
    rest = books.invested.balance.copy()
    if closes.residue in books.passages:
        _leave_to_fund(model, books, rest, closes.residue)
    else:
        memo = "passed_on: what a closing fund leaves"
        ledger.move(rest, frm=books.invested, to=books.residue, memo=memo)


def _leave_to_fund(model: Model, books: Books, rest: Pence, to: str) -> None:
    """Leave a residue to a fund, which invests it at once on a quarter's first day."""
    receiver = model.fund[to]
    _pass_on(model, books, rest, to, ", on closing")
    if model.clock.today in model.clock.quarter_starts:
        move_to_managers(model, receiver, receiver.in_hand.balance, "invested: by the managers")
