"""The stories of the community foundations: money is received, waits, is awarded, and is paid."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from fundsim.engine.books import Books, Lane, Letter
from fundsim.engine.clock import Phase
from fundsim.engine.model import Model
from fundsim.ledger import ALL_ROWS, Account, Rows, changed
from fundsim.money import Pence
from fundsim.units import months_after

Story = Generator[simpy.Event, Any, None]

LAPSE, RECEIPT, RETURN, CLAWBACK = range(4)  # the order of what reaches foundations on one day


def desk(model: Model) -> Story:
    """Open each letter on its day, in order of arrival, and take the foundations' fee."""
    while True:
        letter: Letter = yield model.inbox.get()
        yield _reaching(model, letter.day, letter.books, RECEIPT)
        receive(model, letter)


def _reaching(model: Model, day: date, books: Books, kind: int) -> simpy.Event:
    return model.clock.until(day, Phase.RECEIVE, 4 * books.rank + kind)


def receive(model: Model, letter: Letter) -> None:
    """Take the fee on receipt, set aside what is carried forward, and let the rest wait."""
    ledger, books, practice = model.ledger, letter.books, model.practice
    lane, received = books.lane(letter), letter.pence
    model.recorder.waited(books, model.clock.today)
    fee = _share(received, practice.fee)
    ledger.move(received, frm=books.allocated, to=lane.waiting, memo="received: by the foundation")
    ledger.move(fee, frm=lane.waiting, to=books.running_costs, memo="foundation_fees: on receipt")
    model.recorder.served(books, lane.lot, "allocated", received, model.index)
    if practice.carry_forward.any():
        aside = _share(received - fee, practice.carry_forward)
        ledger.move(aside, frm=lane.waiting, to=books.carried, memo="carried: to the next year")
        model.clock.env.process(_carried(model, books, lane, aside))
    _let_decide(model, books, lane)


def _share(pence: Pence, share: Any) -> Pence:  # noqa: ANN401 - one share, or one a foundation
    rounded: Pence = np.rint(pence * share).astype(np.int64)
    return rounded


def _carried(model: Model, books: Books, lane: Lane, aside: Pence) -> Story:
    """Bring back on the first day of the next year what was set aside."""
    following = [day for day in model.clock.year_starts if day > model.clock.today]
    if following:
        yield _reaching(model, following[0], books, RETURN)
        let_wait(model, books, lane, aside, frm=books.carried, memo="waiting: carried forward")


def let_wait(
    model: Model, books: Books, lane: Lane, amount: Pence, *, frm: Account, memo: str
) -> None:
    """Put money into a lane, or into those that took over parts of it, `(foundation, path)`."""
    model.recorder.waited(books, model.clock.today)
    for row, (into, heir) in lane.heirs.items():
        part = np.zeros_like(amount)
        part[into] = amount[row]
        let_wait(model, books, heir, part, frm=frm, memo=memo)
    if lane.heirs:
        amount = amount.copy()
        amount[list(lane.heirs)] = 0
    model.ledger.move(amount, frm=frm, to=lane.waiting, memo=memo)
    _let_decide(model, books, lane)


def _let_decide(model: Model, books: Books, lane: Lane) -> None:
    """Let who decides on what has reached a lane do so: communities at once, others when they sit.

    What communities decide on does not count towards a foundation's capacity.
    """
    if not lane.direct:
        wake(model)
        return
    rows = rows_with_money(lane.waiting.balance)
    if len(rows):
        few = _few(rows, len(lane.waiting.balance))
        award(model, books, lane, lane.waiting.balance[few].copy(), few)


def wake(model: Model) -> None:
    """Let foundations without sittings award, today, what has just reached them."""
    today = model.clock.today
    if model.practice.always.any() and not model.sits_on(today) and today not in model.woken:
        model.woken.add(today)
        model.clock.env.process(_at_once(model))


def _at_once(model: Model) -> Story:
    yield model.clock.until(model.clock.today, Phase.SIT)
    sit(model)


def years(model: Model) -> Story:
    """At the beginning of each year foundations can award more, by prices and by practice."""
    for day in model.clock.year_starts:
        yield model.clock.until(day, Phase.SHOCK)
        model.practice.begin_year(model.index)


def panels(model: Model) -> Story:
    """Foundations sit on the first day of their months, all that share a day together."""
    for day in model.clock.months:
        if model.sits_on(day):
            yield model.clock.until(day, Phase.SIT)
            sit(model)


def sit(model: Model) -> None:
    """Award what waits, as far as the day's purse reaches: fund by fund, oldest lane first."""
    today = model.clock.today
    sitting = model.practice.sitting(today)
    queues = [
        (books, lane, rows)
        for books in model.by_priority
        for lane in books.lanes
        if len(rows := rows_with_money(lane.waiting.balance, sitting))
    ]
    if not queues:
        return
    members = len(sitting)
    every = np.unique(np.concatenate([rows for *_, rows in queues]))
    purse = model.practice.purse(today, _few(every, members))
    for books, lane, rows in queues:
        model.recorder.waited(books, today)
        few = _few(rows, members)
        agreed = np.minimum(lane.waiting.balance[few], purse[few])
        changed(purse, few, np.subtract, agreed)
        award(model, books, lane, agreed, few)


def rows_with_money(pence: Pence, among: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Find the foundations, among some, that have anything on any path."""
    some = pence.any(axis=1)
    return np.flatnonzero(some if among is None else some & among)


def _few(rows: NDArray[np.intp], members: int) -> Rows:
    """Say of all rows that they are all: arrays are then not copied."""
    return ALL_ROWS if len(rows) == members else rows


def award(model: Model, books: Books, lane: Lane, agreed: Pence, rows: Rows) -> None:
    """Promise an amount to grantees, and note each instalment's day: today, then yearly."""
    memo = "awarded: by communities" if lane.direct else "awarded: to grantees"
    model.ledger.move(agreed, frm=lane.waiting, to=books.promised, memo=memo, rows=rows)
    before: Pence | int = 0
    for number, reached in enumerate(model.instalments[books.name]):
        upto = agreed if (reached == 1).all() else _share(agreed, reached[rows])
        day = months_after(model.clock.today, 12 * number)
        if day <= model.clock.last_day:
            changed(_note(model, books, day, lane), rows, np.add, upto - before)
        before = upto


def _note(model: Model, books: Books, day: date, lane: Lane) -> Pence:
    """Give what is due of a lane on a day, to be added to; a new day's story is started."""
    if day not in books.due:
        books.due[day] = {}
        model.clock.env.process(_payment(model, books, day))
    due = books.due[day]
    if lane not in due:
        due[lane] = np.zeros_like(books.promised.balance)
    return due[lane]


def _payment(model: Model, books: Books, day: date) -> Story:
    """On its day some of what was promised earlier lapses, and the rest is paid with the new."""
    if day > model.clock.today:
        yield _reaching(model, day, books, LAPSE)
        if model.practice.lapse.any():
            _lapse(model, books, books.due[day])
    yield model.clock.until(day, Phase.PAY, books.rank)
    for lane, due in books.due.pop(day).items():
        _pay(model, books, lane, due)


def _lapse(model: Model, books: Books, due: dict[Lane, Pence]) -> None:
    """Cancel a part of what was promised before today, and of nothing that is awarded today."""
    lapsing = {lane: _share(amount, model.practice.lapse) for lane, amount in due.items()}
    for lane, lapsed in lapsing.items():
        due[lane] = due[lane] - lapsed
        memo = "lapsed: before payment"
        gone = model.routed(lapsed)
        model.ledger.move(gone, frm=books.promised, to=books.lapsed, memo=memo)
        let_wait(model, books, lane, lapsed, frm=books.lapsed, memo="waiting: lapsed awards")


def _pay(model: Model, books: Books, lane: Lane, due: Pence) -> None:
    memo, gone = "paid: to grantees", model.routed(due)
    rows = _few(rows_with_money(gone), len(gone))
    model.ledger.move(gone[rows], frm=books.promised, to=books.grantees, memo=memo, rows=rows)
    model.recorder.served(books, lane.lot, "paid", due, model.index)
    if model.practice.clawback.any():
        back = _share(due, model.practice.clawback)
        model.clock.env.process(_clawed_back(model, books, lane, back))


def _clawed_back(model: Model, books: Books, lane: Lane, back: Pence) -> Story:
    """A year after a payment, some of it comes back and waits again."""
    day = months_after(model.clock.today, 12)
    yield _reaching(model, day, books, CLAWBACK)
    memo = "returned: by grantees"
    model.ledger.move(model.routed(back), frm=books.grantees, to=books.clawed_back, memo=memo)
    let_wait(model, books, lane, back, frm=books.clawed_back, memo="waiting: clawed back")
