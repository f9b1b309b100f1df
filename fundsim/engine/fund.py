"""The stories of a fund: money arrives, is invested and valued, is spent, and the fund closes."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from datetime import date
from itertools import count

import numpy as np
import simpy

from fundsim.engine.books import Books, Letter
from fundsim.engine.clock import Phase
from fundsim.engine.model import Model
from fundsim.errors import RunError
from fundsim.money import LARGEST, Pence, apportion, fractions, pounds
from fundsim.places.shares import Lot, foundation_pence, foundation_weights
from fundsim.rules.allocation import Amounts
from fundsim.rules.round import Round
from fundsim.rules.spending import SpendingView
from fundsim.units import months_after

Story = Generator[simpy.Event, object, None]


def prices(model: Model) -> Story:
    """Prices move on, on every quarter's last day, once that day's payments are made."""
    for quarter, day in enumerate(model.clock.quarter_ends):
        yield model.clock.until(day, Phase.PRICE)
        model.index = model.index * model.markets.prices[quarter]


def arrivals(model: Model, books: Books) -> Story:
    """Opening money and inflows arrive on their days."""
    start, inflow = model.clock.start, books.terms.inflow
    due = [(start, books.terms.opening, "arrived: opening money")]
    for day, pence in inflow.arrivals(start) if inflow else []:
        due.append((day, pence, "arrived: inflow"))
    for day, pence, memo in due:
        if day > model.clock.last_day:
            return
        yield model.clock.until(day, Phase.ARRIVE, books.rank)
        amount = np.full(model.paths, pence, np.int64)
        model.ledger.move(amount, frm=books.source, to=books.in_hand, memo=memo)
        books.arrived_on[day] = books.arrived_on.get(day, 0) + pence


def investing(model: Model, books: Books) -> Story:
    """What has arrived is invested on the next first day of a quarter, that day included."""
    for day in model.clock.quarter_starts:
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
    kept = math.sqrt(math.sqrt(1 - model.scenario.markets.fee))
    for quarter, day in enumerate(model.clock.quarter_ends):
        yield model.clock.until(day, Phase.VALUE, books.rank)
        grown = np.rint(invested.balance * model.markets.growth[quarter]).astype(np.int64)
        returns = grown - invested.balance
        ledger.move(returns, frm=books.markets, to=invested, memo="returns: of the quarter")
        fee = grown - np.rint(grown * kept).astype(np.int64)
        ledger.move(fee, frm=invested, to=books.managers, memo="fees: of the managers")
        books.values.append(books.capital)


def spending(model: Model, books: Books) -> Story:
    """On its dates the fund decides how much to spend, and shares it between foundations."""
    for number, day in spending_dates(model, books):
        yield model.clock.until(day, Phase.DECIDE, books.rank)
        amount = decided(books, model, day, number)
        at_hand = np.minimum(amount, books.in_hand.balance)
        move_to_managers(model, books, at_hand, "invested: at hand, and spent first")
        memo = f"spending: number {number + 1}, {books.terms.spending.kind}"
        model.ledger.move(amount, frm=books.invested, to=books.pot, memo=memo)
        shared, lot = allotted(books, model)
        memo = f"allocated: round {number + 1}, {books.terms.allocation.kind}"
        model.ledger.move(shared, frm=books.pot, to=books.allocated, memo=memo)
        model.inbox.put(Letter(books, day, lot))


def spending_dates(model: Model, books: Books) -> Iterator[tuple[int, date]]:
    """List the fund's spending dates: within the run, and before the fund closes."""
    rule, closes = books.terms.spending, books.terms.closes
    first = rule.first or model.clock.start
    last = rule.last()
    for number in count():
        day = months_after(first, number * rule.every)
        over = last is not None and number >= last
        if over or day > model.clock.last_day or (closes and day >= closes.on):
            return
        yield number, day


def decided(books: Books, model: Model, day: date, number: int) -> Pence:
    """Ask the rule, round once, and spend no more than there is, `(path,)`."""
    rule = books.terms.spending
    values = _values_read(books, model, day)
    if books.first_value is None or books.first_index is None:
        books.first_value, books.first_index = values[-1], model.index
    view = SpendingView(
        number=number,
        values=values,
        opening=books.terms.opening,
        index=model.index,
        first_value=books.first_value,
        first_index=books.first_index,
    )
    wish = rule.spend(view)
    if not np.isfinite(wish).all():
        message = f"{rule.kind} asks for an amount that is not a number"
        raise FloatingPointError(message)
    return np.clip(np.rint(wish).astype(np.int64), 0, books.capital)


def _values_read(books: Books, model: Model, day: date) -> Pence:
    """Give the newest valuations that the rule reads, `(valuation, path)`; nothing, if none yet.

    What arrives on a spending date is not in the value that is read on it, even where the fund is
    valued on that very day.
    """
    newest = books.values[-books.terms.spending.valuations() :]
    values = np.array(newest) if newest else np.zeros((1, model.paths), np.int64)
    if day in model.clock.quarter_ends:
        values[-1] -= books.arrived_on.get(day, 0)
    return values


def allotted(books: Books, model: Model) -> tuple[Pence, Lot]:
    """Share the pot between foundations, `(foundation, path)`, and give the areas' fractions."""
    pot, geography = books.pot.balance, model.geography
    if pot.max() > LARGEST:
        message = (
            f"on {model.clock.today} {books.name} would share out {pounds(int(pot.max()))} on one "
            "of the paths, and above £100bn pennies are lost; simulate fewer years, or less money"
        )
        raise RunError(message)
    if books.lot is None or books.reach is None:
        round_ = Round.over(geography, model.scenario.geography.need, pot.copy())
        answer = books.terms.allocation.shares(round_)
        if isinstance(answer, Amounts):
            lot = Lot.of(answer.pence.astype(np.float64), geography)
            return foundation_pence(answer.pence, geography), lot
        books.lot = Lot.of(answer.weights, geography)
        books.reach = fractions(foundation_weights(answer.weights, geography))
    return apportion(pot, books.reach), books.lot


def closing(model: Model, books: Books) -> Story:
    """On its last day a fund hands what is left, unshared money included, to an outside account."""
    closes = books.terms.closes
    if closes is None or closes.on > model.clock.last_day:
        return
    yield model.clock.until(closes.on, Phase.CLOSE, books.rank)
    ledger = model.ledger
    memo = "spending: unshared, taken back"
    ledger.move(-books.pot.balance, frm=books.in_hand, to=books.pot, memo=memo)
    move_to_managers(model, books, books.in_hand.balance, "invested: at hand, and passed on")
    memo = "passed_on: what a closing fund leaves"
    ledger.move(books.invested.balance, frm=books.invested, to=books.residue, memo=memo)
