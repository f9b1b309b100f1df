"""The story of a fund's reviews: how much is spent, and how it is shared between foundations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, count, pairwise
from typing import NamedTuple

import numpy as np

from fundsim.engine.books import Books, Letter, Paths, Spent
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story
from fundsim.engine.fund import move_to_managers
from fundsim.engine.model import Model
from fundsim.engine.yearbook import sum_of
from fundsim.errors import RunError
from fundsim.money import LARGEST, MOST, Pence, Real, apportion, fractions, pounds
from fundsim.places.shares import Lot, areas_share, foundation_pence, foundation_weights
from fundsim.results.lots import lasting_weights
from fundsim.rules.allocation import Amounts, Answer, Ratios
from fundsim.rules.round import Round, When
from fundsim.rules.spending import SpendingView
from fundsim.units import months_after


class Event(NamedTuple):
    """What a fund does on a day: a review, a look for its alarm, or a later part of a year."""

    day: date
    number: int
    """Which review it is, which one a look may bring forward, or which one a part is of."""
    part: int = 0
    look: bool = False


def spending(model: Model, books: Books) -> Story:
    """On its dates, or earlier where an alarm rings, the fund decides how much to spend."""
    reviewed = np.zeros(model.paths, np.bool_)
    for event in diary(model, books):
        yield model.clock.until(event.day, Phase.DECIDE, books.rank)
        if event.look:
            breached = ~reviewed & _alarmed(books)
            if breached.any():
                review(model, books, event.number, breached, "review brought forward")
                reviewed |= breached
        elif event.part:
            pay_later(model, books, event, ~reviewed)
        else:
            review(model, books, event.number, ~reviewed, "review")
            reviewed = np.zeros(model.paths, np.bool_)


def diary(model: Model, books: Books) -> Iterator[Event]:
    """List all that a fund does until it closes or the run ends; a look is before a part."""
    dates = chain(review_dates(model, books), [None])
    for number, (day, then) in enumerate(pairwise(dates)):
        if day is None or day > model.clock.last_day:
            return
        yield Event(day, number)
        looks = [Event(look, number + 1, look=True) for look in _looks(model, books, day, then)]
        parts = list(_later_parts(model, books, number))
        yield from sorted([*looks, *parts], key=lambda event: (event.day, event.part))


def review_dates(model: Model, books: Books) -> Iterator[date]:
    """List the fund's spending dates before it closes, and the one after the run's last day."""
    rule = books.terms.spending
    first, last = rule.first or model.clock.start, rule.last()
    for number in count() if last is None else range(last):
        day = months_after(first, number * rule.every)
        if _closes_by(books, day):
            return
        yield day


def _later_parts(model: Model, books: Books, number: int) -> Iterator[Event]:
    """List the later parts of what a review decides, before the fund closes or the run ends."""
    rule = books.terms.spending
    first = rule.first or model.clock.start
    for part in range(1, rule.parts):
        day = months_after(first, number * rule.every + part * rule.every // rule.parts)
        if day <= model.clock.last_day and not _closes_by(books, day):
            yield Event(day, number, part)


def _closes_by(books: Books, day: date) -> bool:
    """Tell whether a fund spends nothing any more on a day: it closes on it, or has before."""
    return books.terms.closes is not None and day >= books.terms.closes.on


def _looks(model: Model, books: Books, day: date, then: date | None) -> Iterator[date]:
    """List the quarter-ends between two reviews on which a fund with an alarm listens for it."""
    if books.terms.alarm is not None and then is not None:
        yield from (look for look in model.clock.quarter_ends if day < look < then)


def _alarmed(books: Books) -> Paths:
    """Tell on which paths the fund has fallen too far since its last review, `(path,)`."""
    assert books.terms.alarm is not None  # noqa: S101 - only then is there a look
    assert books.after_review is not None  # noqa: S101 - a look comes after a review
    return np.asarray(books.values[-1] < (1 - books.terms.alarm.fall) * books.after_review)


def review(model: Model, books: Books, number: int, on: Paths, event: str) -> None:
    """Decide, spend the first part and share it, on those paths alone; on others nothing moves."""
    today = model.clock.today
    amount, own = decided(books, model, today, number)
    parts = in_parts(np.where(on, amount, 0), books, today)
    books.remember(on, parts, model.index, own)
    words = f", part 1 of {len(parts)}" if len(parts) > 1 else ""
    memo = f"spending: {event} {number + 1}, {books.terms.spending.kind}{words}"
    _spend(model, books, Spent(today, number, on, parts[0]), memo)
    if books.terms.alarm is not None:
        kept = books.capital if books.after_review is None else books.after_review
        books.after_review = np.where(on, books.capital, kept)


def in_parts(amount: Pence, books: Books, today: date) -> Pence:
    """Divide a year's spending into the equal parts in which it leaves, `(part, path)`."""
    parts = books.terms.spending.parts
    if parts == 1:
        return amount[np.newaxis]
    _refuse_too_much(books, amount, today)
    return apportion(amount, fractions(np.ones(parts)))


def pay_later(model: Model, books: Books, event: Event, on: Paths) -> None:
    """Spend a later part and share it, as far as the fund has it; what is short is never paid.

    An alarm compares with what was left after the last review; what was decided then and leaves
    now is no fall.
    """
    assert books.parts is not None  # noqa: S101 - a part comes after its review
    assert books.last_spent is not None  # noqa: S101 - as above
    due = np.where(on, books.parts[event.part], 0)
    amount = np.minimum(due, books.capital)
    of = f"part {event.part + 1} of {len(books.parts)} of review {event.number + 1}"
    memo = f"spending: {of}, {books.terms.spending.kind}"
    _spend(model, books, Spent(event.day, event.number, on, amount, event.part), memo)
    books.last_spent = books.last_spent - (due - amount)
    if books.after_review is not None:
        books.after_review = books.after_review - amount


def _spend(model: Model, books: Books, spent: Spent, memo: str) -> None:
    """Let an amount leave the fund, what is at hand first, and share it as a round of its own."""
    at_hand = np.minimum(spent.amount, books.in_hand.balance)
    move_to_managers(model, books, at_hand, "invested: at hand, and spent first")
    model.ledger.move(spent.amount, frm=books.invested, to=books.pot, memo=memo)
    books.rounds.append(spent)
    share(model, books, spent)


def share(model: Model, books: Books, spent: Spent) -> None:
    """Share out what there is to be shared, and write to the foundations."""
    memo = f"allocated: {spent.round}, {books.terms.allocation.kind}"
    for letter in allotted(books, model, spent.on):
        model.ledger.move(letter.pence, frm=books.pot, to=books.allocated, memo=memo)
        model.inbox.put(letter)


def decided(books: Books, model: Model, day: date, number: int) -> tuple[Pence, Real | None]:
    """Ask the rule, round once, and spend no more than there is, `(path,)`.

    Beside it stands what the rule remembers of that.
    """
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
        remembered=books.remembered,
    )
    wish = rule.spend(view)
    if np.isnan(wish).any():
        message = f"{rule.kind} asks for an amount that is not a number"
        raise FloatingPointError(message)
    asked = np.rint(np.clip(wish, 0, MOST)).astype(np.int64)
    amount: Pence = np.minimum(asked, books.capital)
    return amount, rule.remember(view, amount)


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
    _refuse_too_much(books, pot, today)
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


def _refuse_too_much(books: Books, pot: Pence, today: date) -> None:
    """Raise RunError where an amount is too large to be shared out to the penny."""
    if pot.max() > LARGEST:
        message = (
            f"on {today} {books.name} would share out {pounds(int(pot.max()))} on one "
            "of the paths, and above £100bn pennies are lost; simulate fewer years, or less money"
        )
        raise RunError(message)


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
