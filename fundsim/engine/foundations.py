"""The story of the community foundations: a round arrives, the fee is taken, the rest is paid."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from fundsim.engine.books import Letter
from fundsim.engine.clock import Phase
from fundsim.engine.model import Model


def desk(model: Model) -> Generator[simpy.Event, Any, None]:
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
    ledger.move(received, frm=books.allocated, to=books.waiting, memo="received: by the foundation")
    ledger.move(fee, frm=books.waiting, to=books.running_costs, memo="foundation_fees: on receipt")
    ledger.move(rest, frm=books.waiting, to=books.promised, memo="awarded: to grantees")
    ledger.move(rest, frm=books.promised, to=books.grantees, memo="paid: to grantees")
    model.recorder.served(letter, received, rest, model.index)
