"""Floors under what a rule shares out: who pays for them, and which pots could pay for them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.comparison.one_pot import round_of
from fundsim.money import LARGEST, Pence
from fundsim.rules.allocation import AllocationRule, Hierarchy, in_money
from fundsim.rules.levels import level
from fundsim.rules.pence import in_pence
from fundsim.rules.round import Round, Rows
from fundsim.scenario import Scenario

ROUNDING = 5  # pence: what rounding at each level can make of one area or part at most
_NEAR = 64  # pence: how far from the pot in proportion the exact one is looked for first


@dataclass(frozen=True)
class Parts:
    """The parts of a pot between which a fund's rule moves nothing, such as nations.

    `of_area` is each area's part, `(area,)`, `pence` what each part holds, `(part,)`.
    """

    names: Sequence[str]
    of_area: Rows
    pence: Pence

    def sums(self, pence: Pence) -> Pence:
        """Add areas up by part, `(part,)`."""
        sums = np.zeros(len(self.names), np.int64)
        np.add.at(sums, self.of_area, pence)
        return sums


def parts_of(scenario: Scenario, fund: str, amount: int) -> Parts:
    """Find the parts into which a fund's rule splits an amount before it shares between areas."""
    round_ = round_of(scenario, fund, amount)
    found = list(_parts(scenario.funds[fund].allocation, round_, "the pot"))
    of_area = np.empty(len(round_), np.intp)
    for number, (_, rows, _) in enumerate(found):
        of_area[rows] = number
    names = [name for name, _, _ in found]
    return Parts(names, of_area, np.array([pot for _, _, pot in found], np.int64))


def _parts(rule: AllocationRule, round: Round, name: str) -> Iterator[tuple[str, Rows, int]]:
    if not isinstance(rule, Hierarchy):
        yield name, round.rows, int(round.pot[0])
        return
    between = round.grouped(rule.first.by)
    pots = in_money(rule.first.shares(between), between).pence
    for (group, rows), pot in zip(round.groups(rule.first.by).items(), pots, strict=True):
        yield from _parts(rule.then, round.within(rows, group).with_pot(pot), group)


def short(pence: Pence, floors: Pence) -> NDArray[np.bool_]:
    """Say which areas have less than their floor, by more than rounding makes."""
    return np.asarray(floors - pence > ROUNDING)


def due(pence: Pence, floors: Pence) -> Pence:
    """Give floors as they bind, `(area,)`: one that is missed by rounding alone is met as it is."""
    return np.where(short(pence, floors), floors, np.minimum(floors, pence))


def raised(pence: Pence, floors: Pence, parts: Parts) -> Pence | None:
    """Raise areas to their floors, `(area,)`; None where a part cannot pay all of its own.

    Floors draw first on what their part of the pot has not shared, then on its other areas in
    proportion: x_i' = max(f_i, t · x_i) with one t ≤ 1 for each part. This is what `adjusted` does
    with a floor, kept to the penny.
    """
    pots = _payable(parts.sums(floors), parts.pence)
    if pots is None:
        return None
    answer = np.empty_like(pence)
    for number, pot in enumerate(pots.tolist()):
        inside = np.flatnonzero(parts.of_area == number)
        answer[inside] = _in_part(pence[inside], floors[inside], pot)
    return answer


def _payable(due: Pence, pots: Pence) -> Pence | None:
    """Give pots that can pay what is due, where they can but for pence of rounding."""
    over = np.maximum(due - pots, 0)
    if over.max() > ROUNDING or over.sum() > (pots - due + over).sum():
        return None
    lent = np.minimum(np.maximum(pots - due, 0).cumsum(), over.sum())
    return np.asarray(pots + over - np.diff(lent, prepend=0))


def _in_part(pence: Pence, floors: Pence, pot: int) -> Pence:
    wanted = np.maximum(pence, floors)
    total = min(int(wanted.sum()), pot)
    if total == wanted.sum():
        return wanted
    own, low = pence[:, np.newaxis].astype(np.float64), floors[:, np.newaxis]
    times = level(np.array([[float(total)]]), own, low=low.astype(np.float64))
    amounts = np.maximum(times * own, low)
    return in_pence(amounts, np.array([total]), at_least=low)[:, 0]


def pot_with_top_up(pence: Pence, floors: Pence, parts: Parts) -> int:
    """Give the pot that pays a rule's shares and, on top, all that is missing to the floors.

    What a part has not shared pays first.
    """
    return int(np.maximum(parts.sums(np.maximum(pence, floors)), parts.pence).sum())


def pot_for_floors(floors: Pence, parts: Parts, split: Callable[[int], Pence]) -> int | None:
    """Give the smallest pot that pays all floors, split into parts as `split` does; None if none.

    It is their sum where the parts can pay it, rounding aside. Otherwise, where a part gets a share
    of the pot, its floors need the pot of which they are that share.
    """
    due = parts.sums(floors)
    whole = int(due.sum())
    if len(due) == 1:
        return whole

    def enough(pot: int, spare: int = 0) -> bool:
        return bool((due - split(pot) <= spare).all())

    if whole <= LARGEST and enough(whole, ROUNDING):
        return whole
    if not enough(LARGEST):
        return None
    asked = zip(due.tolist(), split(LARGEST).tolist(), strict=True)
    near = max(-(-own * LARGEST // share) for own, share in asked if own)
    return smallest(enough, whole, LARGEST, near=near)


def smallest(enough: Callable[[int], bool], low: int, high: int, *, near: int | None = None) -> int:
    """Find the smallest amount that is enough: `low` is not, `high` is, near to a guess if any.

    >>> smallest(lambda pot: pot >= 42, 0, 10**9)
    42
    """
    if near is not None:
        around = max(near - _NEAR, low), min(near + _NEAR, high)
        if around[0] < around[1] and enough(around[1]):
            low, high = low if enough(around[0]) else around[0], around[1]
        elif around[0] < around[1]:
            low = around[1]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
