"""The story of a fund's reviews: how much is spent, and how it is shared between foundations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

import numpy as np

from fundsim.engine.books import Books, Letter, Paths, Spent
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story
from fundsim.engine.fund import move_to_managers
from fundsim.engine.model import Model
from fundsim.engine.yearbook import sum_of
from fundsim.errors import RunError
from fundsim.money import LARGEST, Pence, apportion, fractions, pounds
from fundsim.places.shares import Lot, areas_share, foundation_pence, foundation_weights
from fundsim.results.lots import lasting_weights
from fundsim.rules.allocation import Amounts, Answer, Ratios
from fundsim.rules.round import Round, When
from fundsim.rules.spending import SpendingView
from fundsim.units import months_after


def spending(model: Model, books: Books) -> Story:
    """On its dates, or earlier where an alarm rings, the fund decides how much to spend."""
    last_day, before = model.clock.last_day, None
    for number, day in enumerate(review_dates(model, books)):
        reviewed = np.zeros(model.paths, np.bool_)
        for look in _looks(model, books, before, day):
            yield model.clock.until(look, Phase.DECIDE, books.rank)
            breached = ~reviewed & _alarmed(books)
            if breached.any():
                review(model, books, number, breached, "review brought forward")
                reviewed |= breached
        if day > last_day:
            return
        yield model.clock.until(day, Phase.DECIDE, books.rank)
        review(model, books, number, ~reviewed, "review")
        before = day


def review_dates(model: Model, books: Books) -> Iterator[date]:
    """List the fund's spending dates before it closes, and the one after the run's last day."""
    rule, closes = books.terms.spending, books.terms.closes
    first = rule.first or model.clock.start
    last = rule.last()
    for number in count() if last is None else range(last):
        day = months_after(first, number * rule.every)
        if closes and day >= closes.on:
            return
        yield day


def _looks(model: Model, books: Books, before: date | None, day: date) -> Iterator[date]:
    """List the quarter-ends between two reviews on which a fund with an alarm listens for it."""
    if books.terms.alarm is None or before is None:
        return
    yield from (look for look in model.clock.quarter_ends if before < look < day)


def _alarmed(books: Books) -> Paths:
    """Tell on which paths the fund has fallen too far since its last review, `(path,)`."""
    assert books.terms.alarm is not None  # noqa: S101 - only then is there a look
    assert books.after_review is not None  # noqa: S101 - a look comes after a review
    return np.asarray(books.values[-1] < (1 - books.terms.alarm.fall) * books.after_review)


def review(model: Model, books: Books, number: int, on: Paths, event: str) -> None:
    """Decide, spend and share, on those paths alone; on others nothing moves."""
    amount = np.where(on, decided(books, model, model.clock.today, number), 0)
    at_hand = np.minimum(amount, books.in_hand.balance)
    move_to_managers(model, books, at_hand, "invested: at hand, and spent first")
    memo = f"spending: {event} {number + 1}, {books.terms.spending.kind}"
    model.ledger.move(amount, frm=books.invested, to=books.pot, memo=memo)
    books.rounds.append(Spent(model.clock.today, number, on, amount))
    books.remember(on, amount, model.index)
    share(model, books, number, on)
    if books.terms.alarm is not None:
        kept = books.capital if books.after_review is None else books.after_review
        books.after_review = np.where(on, books.capital, kept)


def share(model: Model, books: Books, number: int, on: Paths) -> None:
    """Share out what there is to be shared, and write to the foundations."""
    memo = f"allocated: round {number + 1}, {books.terms.allocation.kind}"
    for letter in allotted(books, model, on):
        model.ledger.move(letter.pence, frm=books.pot, to=books.allocated, memo=memo)
        model.inbox.put(letter)


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
        last=books.last_spent,
        last_index=books.last_index,
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
    if day in model.clock.quarter_ends and day in books.arrived_on:
        values[-1] -= books.arrived_on[day]
    return values


def allotted(books: Books, model: Model, on: Paths) -> Iterator[Letter]:
    """Share the pot between foundations, and give the areas' fractions with it."""
    pot, today = np.where(on, books.pot.balance, 0), model.clock.today
    if pot.max() > LARGEST:
        message = (
            f"on {today} {books.name} would share out {pounds(int(pot.max()))} on one "
            "of the paths, and above £100bn pennies are lost; simulate fewer years, or less money"
        )
        raise RunError(message)
    if books.lot is not None and books.reach is not None:
        yield Letter(books, today, apportion(pot, books.reach), books.lot)
        return
    answer = _answer(books, model, pot)
    served_by, foundations = model.foundation_of, len(model.geography.foundations)
    if isinstance(answer, Ratios):
        reach = fractions(foundation_weights(answer.weights, served_by, foundations))
        letters = [Letter(books, today, apportion(pot, reach), Lot.of(answer.weights, served_by))]
    else:
        letters = list(_letters(books, model, answer))
    if books.terms.allocation.changes():
        shared = sum_of([areas_share(letter.pence, letter.lot) for letter in letters])
        kept = np.zeros_like(shared) if books.shared_before is None else books.shared_before
        books.shared_before = np.where(on, shared, kept)
    yield from letters


def _answer(books: Books, model: Model, pot: Pence) -> Answer:
    """Ask the fund's rule how a pot is shared today."""
    when = When(model.clock.today, books.terms.spending.first or model.clock.start)
    before, need = books.shared_before, model.scenario.geography.need
    rule = books.terms.allocation
    return rule.shares(Round.over(model.geography, need, pot, when=when, before=before))


def _letters(books: Books, model: Model, answer: Amounts) -> Iterator[Letter]:
    """Write a letter for what foundations decide on, and one for what communities do."""
    served_by, foundations = model.foundation_of, len(model.geography.foundations)
    direct = answer.direct
    for pence in (answer.pence,) if direct is None else (answer.pence - direct, direct):
        lot = Lot.of(pence.astype(np.float64), served_by)
        theirs = foundation_pence(pence, served_by, foundations)
        yield Letter(books, model.clock.today, theirs, lot, direct=pence is direct)


def settle_lot(model: Model, books: Books) -> None:
    """Give a fund its one lot, where its rule's proportions are always the same."""
    weights = lasting_weights(model.scenario, books.name)
    if weights is not None:
        served_by, foundations = model.foundation_of, len(model.geography.foundations)
        books.lot = Lot.of(weights, served_by)
        books.reach = fractions(foundation_weights(weights, served_by, foundations))
