"""The stories of shocks: what each one holds or changes, from its day until another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fundsim.engine.books import Books
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story, wake
from fundsim.engine.model import Model
from fundsim.ledger import Account
from fundsim.rules.shocks import Failure, InflowLate, Merger, PanelLost, in_order


def stories(model: Model) -> Iterator[Story]:
    """Give the story of each shock that has one; the others act where money is drawn or due.

    They stand in the order of their days, so that what ends on a day ends before what begins on it.
    """
    for rank, shock in enumerate(in_order(model.scenario.shocks), start=1):
        if isinstance(shock, PanelLost):
            yield panel_lost(model, shock, rank)
        elif isinstance(shock, InflowLate):
            yield inflow_late(model, shock, rank)
        elif isinstance(shock, (Merger, Failure)):
            yield handing_over(model, shock, rank)


def panel_lost(model: Model, shock: PanelLost, rank: int) -> Story:
    """A foundation's panel does not sit until a date."""
    row = model.row_of[shock.foundation]
    yield model.clock.until(shock.on, Phase.SHOCK, rank)
    model.practice.lost[row] = True
    yield model.clock.until(shock.until, Phase.SHOCK, rank)
    model.practice.lost[row] = False


def inflow_late(model: Model, shock: InflowLate, rank: int) -> Story:
    """A fund's inflow is held back until a date."""
    yield model.clock.until(shock.on, Phase.SHOCK, rank)
    model.held_back[shock.fund] = model.clock.env.event()
    yield model.clock.until(shock.until, Phase.SHOCK, rank)
    model.held_back.pop(shock.fund).succeed()


def handing_over(model: Model, shock: Merger | Failure, rank: int) -> Story:
    """A foundation's areas, and all that it holds for them, pass to another."""
    giver, taker = model.row_of[shock.foundation], model.row_of[shock.into]
    yield model.clock.until(shock.on, Phase.SHOCK, rank)
    model.practice.hand_over(giver, taker, with_capacity=isinstance(shock, Merger))
    model.hand_over(giver, taker)
    for books in model.funds:
        model.recorder.waited(books, model.clock.today)
        _hand_over_queue(model, books, giver, taker)
        _hand_over(model, books, (books.carried, giver), (books.carried, taker))
        _hand_over_promises(model, books, giver, taker)
    wake(model)


def _hand_over_queue(model: Model, books: Books, giver: int, taker: int) -> None:
    """What waits is served after what waits at its new foundation already, and before the rest."""
    for lane in list(books.lanes):
        heir = books.open_lane(lane.lot.handed_over(giver, taker), direct=lane.direct)
        _hand_over(model, books, (lane.waiting, giver), (heir.waiting, taker))
        lane.heirs[giver] = taker, heir


def _hand_over_promises(model: Model, books: Books, giver: int, taker: int) -> None:
    """What is promised is received and awarded: below zero by the one, and by the other above."""
    ids = [foundation.id for foundation in model.geography.foundations]
    promised = np.zeros_like(books.promised.balance)
    promised[taker] = books.promised.balance[giver]
    promised[giver] = -promised[taker]
    for what, frm, to in (
        ("received", books.handed_over, books.taken_over),
        ("awarded", books.taken_over, books.promised),
    ):
        memo = f"{what}: promises of {ids[giver]}, passed to {ids[taker]}"
        model.ledger.move(promised, frm=frm, to=to, memo=memo)


def _hand_over(
    model: Model, books: Books, frm: tuple[Account, int], to: tuple[Account, int]
) -> None:
    """Post what one foundation hands over as received below zero, and by the other as received."""
    (out_of, giver), (into, taker) = frm, to
    ids = [foundation.id for foundation in model.geography.foundations]
    given, taken = np.zeros_like(out_of.balance), np.zeros_like(into.balance)
    taken[taker] = out_of.balance[giver]
    given[giver] = -taken[taker]
    memo = f"received: handed over to {ids[taker]}"
    model.ledger.move(given, frm=books.handed_over, to=out_of, memo=memo)
    memo = f"received: taken over from {ids[giver]}"
    model.ledger.move(taken, frm=books.handed_over, to=into, memo=memo)
