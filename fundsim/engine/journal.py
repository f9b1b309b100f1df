"""The told path in words: a listener that writes each move down."""

from __future__ import annotations

from collections.abc import Sequence

from fundsim.engine.clock import Clock
from fundsim.ledger import Account, Side
from fundsim.money import Pence
from fundsim.results.told import Line


class Journal:
    """Lines of one path's moves, those of zero pence left out."""

    def __init__(self, foundations: Sequence[str]) -> None:
        self._foundations = foundations
        self._giver: Account | None = None
        self.clock: Clock | None = None
        self.lines: list[Line] = []

    def posted(self, account: Account, side: Side, amount: Pence, memo: str) -> None:
        """Write a line for a move, once its second posting is made."""
        if side == "out":
            self._giver, self._given = account, amount
            return
        assert self._giver is not None
        assert self.clock is not None
        day = self.clock.today.isoformat()
        giver, taker = self._giver, account
        if giver.balance.ndim == taker.balance.ndim == 1:
            self._line(day, memo, giver.name, taker.name, int(amount[0]), int(taker.balance[0]))
            return
        pence = amount if amount.ndim > 1 else self._given
        for row, foundation in enumerate(self._foundations):
            if pence[row, 0]:
                names = (
                    f"{end.name}, {foundation}" if end.balance.ndim > 1 else end.name
                    for end in (giver, taker)
                )
                balance = taker.balance[row, 0] if taker.balance.ndim > 1 else taker.balance[0]
                self._line(day, memo, *names, int(pence[row, 0]), int(balance))

    def _line(
        self, day: str, memo: str, giver: str, taker: str, pence: int, balance: int
    ) -> None:
        if pence:
            event = memo.partition(":")[0]
            self.lines.append(Line(day, event, memo, giver, taker, pence, balance))
