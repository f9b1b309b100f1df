"""Accounts of whole pence, one row a path, and the one verb that changes them: move.

Double entry: what one account gives, another gets, so that all accounts together hold nothing on
every path. Outside accounts (dormant assets, markets, managers, grantees) may stand below zero;
an inside one that would raises Overdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import Overdrawn
from fundsim.money import Pence

Side = Literal["in", "out"]


@dataclass(eq=False)
class Account:
    """What one owner holds: pence, `(path,)` or `(foundation, path)`."""

    name: str
    inside: bool
    balance: Pence


Rows = slice | NDArray[np.intp]
ALL_ROWS = slice(None)
"""The rows of a move: every one, or some by their places."""
Listener = Callable[[Account, Side, Pence, str, Rows], None]
"""Told of each posting: the account, its side of the move, the amount moved, the memo, the rows."""


class Ledger:
    """All accounts of one block of paths.

    >>> ledger = Ledger(2, today=lambda: date(2021, 4, 1))
    >>> giver = ledger.open("dormant assets", inside=False)
    >>> fund = ledger.open("fund")
    >>> ledger.move(np.array([5, 7]), frm=giver, to=fund, memo="opening")
    >>> fund.balance.tolist(), ledger.imbalance().tolist()
    ([5, 7], [0, 0])
    """

    def __init__(
        self,
        paths: int,
        *,
        today: Callable[[], date],
        first: int = 0,
        listener: Listener | None = None,
    ) -> None:
        """Open an empty ledger; `first` is the number of its first path, for messages."""
        self._paths, self._first = paths, first
        self._today, self._listener = today, listener
        self._accounts: dict[str, Account] = {}

    def open(self, name: str, *leading: int, inside: bool = True) -> Account:
        """Open an account at zero; `leading` are the lengths of the axes before the paths."""
        if name in self._accounts:
            message = f"the account {name} is open already"
            raise ValueError(message)
        account = Account(name, inside, np.zeros((*leading, self._paths), np.int64))
        self._accounts[name] = account
        return account

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def move(
        self, amount: Pence, *, frm: Account, to: Account, memo: str, rows: Rows = ALL_ROWS
    ) -> None:
        """Move whole pence, of any sign, from one account to another.

        `amount` has the axes of at least one end; an end of fewer axes is posted the sum over the
        missing leading ones. `rows` are those that it is about, each once, where most have nothing
        to move. A float is a TypeError; an inside end below zero is Overdrawn.
        """
        if amount.dtype != np.int64:
            message = f"money is whole pence in int64, not {amount.dtype}: {memo}"
            raise TypeError(message)
        if np.may_share_memory(amount, frm.balance) or np.may_share_memory(amount, to.balance):
            amount = amount.copy()  # a balance itself was given, and it is about to change
        given, received = _reduced(amount, frm, rows), _reduced(amount, to, rows)
        self._post(frm, "out", given, memo, rows)
        self._post(to, "in", received, memo, rows)

    def _post(self, account: Account, side: Side, amount: Pence, memo: str, rows: Rows) -> None:
        if account.balance.ndim == 1:
            rows = ALL_ROWS
        held = changed(account.balance, rows, np.add if side == "in" else np.subtract, amount)
        if account.inside and held.min(initial=0) < 0:
            worst = np.unravel_index(account.balance.argmin(), account.balance.shape)
            pence = int(account.balance[worst])
            raise Overdrawn(account.name, self._today(), memo, self._first + int(worst[-1]), pence)
        if self._listener is not None:
            self._listener(account, side, amount, memo, rows)

    def imbalance(self) -> Pence:
        """Sum all accounts on each path, `(path,)`: zero unless a posting was altered."""
        total = np.zeros(self._paths, np.int64)
        for account in self:
            total += account.balance.reshape(-1, self._paths).sum(axis=0)
        return total


def changed(whole: Pence, rows: Rows, by: np.ufunc, amount: Pence) -> Pence:
    """Add to some rows of an array, or subtract from them, in place; give these rows as they are.

    `whole[rows] += amount` would write all rows twice over where `rows` are every one.
    """
    part: Pence = whole[rows]  # the array itself, or a copy of some rows
    by(part, amount, out=part)
    if not isinstance(rows, slice):
        whole[rows] = part
    return part


def _reduced(amount: Pence, account: Account, rows: Rows) -> Pence:
    extra = amount.ndim - account.balance.ndim
    if extra > 0:
        amount = amount.sum(axis=tuple(range(extra)))
    shape = account.balance.shape
    if len(shape) > 1 and not isinstance(rows, slice):
        shape = len(rows), *shape[1:]
    if amount.shape != shape:
        message = f"{account.name} is {shape}, the amount {amount.shape}"
        raise ValueError(message)
    return amount
