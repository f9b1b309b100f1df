"""The told path in words: a listener that writes each move down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fundsim.engine.clock import Clock
from fundsim.ledger import Account, Rows, Side
from fundsim.money import Pence
from fundsim.results.told import Line


class Journal:
    """Lines of one path's moves, those of zero pence left out."""

    def __init__(self, foundations: Sequence[str]) -> None:
        self._foundations = foundations
        self._giver: Account
        self._given: Pence
        self.clock: Clock
        """The calendar of the model that is listened to; it exists only after its listener."""
        self.lines: list[Line] = []

    def posted(self, account: Account, side: Side, amount: Pence, memo: str, rows: Rows) -> None:
        """Write lines for a move, once its second posting is made."""
        if side == "out":
            self._giver, self._given = account, amount
            return
        by_foundation = amount if amount.ndim > 1 else self._given
        if by_foundation.ndim == 1:
            self._line(memo, _End(self._giver), _End(account), int(amount[0]))
            return
        places = np.arange(len(self._foundations))[rows]
        for row, pence in zip(places.tolist(), by_foundation[:, 0].tolist(), strict=True):
            foundation = self._foundations[row]
            giver, taker = _End(self._giver, row, foundation), _End(account, row, foundation)
            self._line(memo, giver, taker, pence)

    def _line(self, memo: str, giver: _End, taker: _End, pence: int) -> None:
        if pence:
            day, (event, _, what) = self.clock.today.isoformat(), memo.partition(": ")
            line = Line(day, event, what, giver.name, taker.name, pence, taker.balance)
            self.lines.append(line)


class _End:
    """One end of a line: an account, or one foundation's part of it."""

    def __init__(self, account: Account, row: int = 0, foundation: str = "") -> None:
        parts = account.balance.ndim > 1
        self.name = f"{account.name}, {foundation}" if parts else account.name
        self.balance = int(account.balance[row, 0] if parts else account.balance[0])
