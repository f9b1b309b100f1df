"""The story of the community foundations: a round arrives, the fee is taken, the rest is paid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import simpy

from fundsim.engine.clock import Phase
from fundsim.engine.books import Letter
from fundsim.engine.model import Model


def desk(model: Model) -> Iterator[simpy.Event]:
    """Open each letter on its day, in order of arrival, and pay its money out the same day."""
    while True:
        letter: Letter = yield model.inbox.get()
        yield model.clock.until(letter.day, Phase.PAY, letter.books.rank)
        serve(model, letter)


def serve(model: Model, letter: Letter) -> None:
    """Take the foundations' fee on receipt, then award and pay what remains."""
    ledger, books = model.ledger, letter.books
    received = books.allocated.balance.copy()
    fee = np.rint(received * model.scenario.foundations.fee).astype(np.int64)
    rest = received - fee
    ledger.move(fee, frm=books.allocated, to=books.running_costs, memo="fee on receipt")
    ledger.move(rest, frm=books.allocated, to=books.waiting, memo="received")
    ledger.move(rest, frm=books.waiting, to=books.promised, memo="awarded")
    ledger.move(rest, frm=books.promised, to=books.grantees, memo="paid")
    model.recorder.served(letter, received, rest, model.index)
