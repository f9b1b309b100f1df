"""One path in full: every move of money, and what each area had of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fundsim.money import Pence


class Line(NamedTuple):
    """One line of the journal; `balance` is the receiving account's after the move."""

    date: str
    event: str
    memo: str
    from_account: str
    to_account: str
    pence: int
    balance: int


@dataclass(frozen=True)
class Told:
    """The told path: its number, its journal, and pence by area, `(year, area)`."""

    path: int
    journal: tuple[Line, ...]
    areas: Mapping[tuple[str, str], Pence]
