"""What an allocation rule answers, and what every such rule can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from fundsim.money import LARGEST, Pence, Real, apportion, fractions
from fundsim.rules.base import Fault, Rule
from fundsim.rules.pence import in_pence
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Step, Told, Working, whole

ROUNDING = "rounding to whole pence, so that all shares add up"
TOLERANCE = 1e-12  # shares are decimals, their sum a float
_PROBES = 66  # pots that are tried at once where the smallest that is enough is looked for


@dataclass(frozen=True)
class Ratios:
    """Proportions between the members of a round, the same on all paths, `(member,)`.

    `told` accounts for one member's weight.
    """

    weights: Real
    told: Told

    @classmethod
    def of(cls, weights: Working) -> Ratios:
        """Take weights that are the same on all paths, 0 or more."""
        return cls(weights.values[:, 0], weights.told)

    def among_all(self, members: Rows, count: int) -> Ratios:
        """Give the proportions of some members as those of all, in which the others get nothing."""
        if len(members) == count:
            return self
        weights = np.zeros(count)
        weights[members] = self.weights
        return Ratios(weights, _told_among(self.told, members, count))


@dataclass(frozen=True)
class Amounts:
    """Pence for each member and path, `(member, path)`; what is left over is not shared.

    `told` accounts for one member's pence on one path. `direct` is what of it communities decide on
    themselves, without a sitting of their foundation, `(member, path)`; None for nothing.
    """

    pence: Pence
    told: Told
    direct: Pence | None = None

    @classmethod
    def of(
        cls,
        amounts: Working,
        total: Pence | None = None,
        *,
        at_least: Pence | int = 0,
        at_most: Pence | None = None,
    ) -> Amounts:
        """Round amounts in pence, as `in_pence` does, and account for the rounding too."""
        pence = in_pence(amounts.values, total, at_least=at_least, at_most=at_most)
        rounding = pence - amounts.values
        return cls(pence, amounts.plus(ROUNDING, rounding, "pence").told)

    @property
    def direct_part(self) -> Real | None:
        """The part of each amount, 0 to 1, that communities decide on; None for nothing."""
        if self.direct is None:
            return None
        none = np.zeros(self.pence.shape)
        return np.divide(self.direct, self.pence, out=none, where=self.pence > 0)

    def with_direct(self, part: Real | None) -> Amounts:
        """Let communities decide on a part of each amount, 0 to 1, to the nearest penny."""
        if part is None:
            return self
        direct = np.rint(self.pence * part).astype(np.int64)
        return replace(self, direct=np.minimum(direct, self.pence))

    def among_all(self, members: Rows, count: int) -> Amounts:
        """Give the pence of some members as those of all, in which the others get nothing."""
        if len(members) == count:
            return self
        direct = None if self.direct is None else _rows(self.direct, members, count)
        told = _told_among(self.told, members, count)
        return Amounts(_rows(self.pence, members, count), told, direct)


Answer = Ratios | Amounts


class AllocationRule(Rule):
    """A rule that shares a round between its members.

    A rule sees nothing but the round. It answers for every pot, nothing included: where the money
    is too short for what it promises, all that is promised is cut in proportion.
    """

    told_by: ClassVar[str] = "shares"
    symbols: ClassVar[Mapping[str, str]] = {
        "x_i": "what area i gets of a round",
        "B": "the money of the round",
        "p_i": "the people of area i",
        "z_i^a": "its need to the power of the steepness",
        "s_i": "its share",
        "S_g": "the share of group g",
    }
    kind: str

    def shares(self, round: Round) -> Answer:
        """Answer with proportions, or with amounts."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def inside(self) -> Sequence[AllocationRule]:
        """List the rules that it is made of."""
        return ()

    def changes(self) -> bool:
        """Whether its answer depends on the day, or on the round before, and not only on places."""
        return any(rule.changes() for rule in self.inside())

    def doubts(self) -> Iterator[str]:
        """Say what about the rule itself, rather than about its figures, is unverified."""
        for rule in self.inside():
            yield from rule.doubts()

    def needed(self, round: Round) -> int:
        """Give the smallest pot, in pence, with which it keeps all that it promises."""
        del round
        return 0

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what a reader should know of its answer here, such as areas that tie."""
        del round
        yield from ()


@dataclass(frozen=True)
class Shared:
    """Shares of the whole, `(member,)`, summing to 1, and the account of each."""

    values: Real
    told: Told


def shared(answer: Ratios, round: Round, *key: str | int) -> Shared:
    """Give shares of the whole; weights that are all zero are a fault at `key`."""
    together = whole(answer.weights)[-1]
    if not together > 0:
        message = f"no area of {round.name} has any weight"
        raise Fault(message, *key)
    shares = np.asarray(answer.weights / together)

    def told(member: int, path: int) -> list[Step]:
        words, share = f"of all weights of {round.name}", float(shares[member])
        return [
            *answer.told(member, path),
            Step(words, "÷", float(together), share, "share"),
        ]

    return Shared(shares, told)


def _of_nothing(answer: Ratios) -> Told:
    """Account for a share of no money at all."""

    def told(member: int, path: int) -> list[Step]:
        return [*answer.told(member, path), Step("of no money", "×", 0.0, 0.0, "pence")]

    return told


def in_money(answer: Answer, round: Round, pence: Pence | None = None) -> Amounts:
    """Give an answer in whole pence of the round's pot, with the account down to the penny.

    `pence` is what proportions come to where they were shared out level by level already.
    """
    if isinstance(answer, Amounts):
        return answer
    if not (round.pot.any() or answer.weights.any()):  # of nothing, nobody has to get any
        return Amounts(np.zeros((len(round), len(round.pot)), np.int64), answer.told)
    shares = shared(answer, round)
    paid = (
        apportion(round.pot, fractions(answer.weights, of=round.name)) if pence is None else pence
    )

    def told(member: int, path: int) -> list[Step]:
        pot, share = float(round.pot[path]), float(shares.values[member])
        own = float(paid[member, path])
        return [
            *shares.told(member, path),
            Step("of the money to share", "×", pot, share * pot, "pence"),
            Step(ROUNDING, "+", own - share * pot, own, "pence"),
        ]

    return Amounts(paid, told)


def every(rule: AllocationRule) -> Iterator[AllocationRule]:
    """List a rule and all that it is made of."""
    yield rule
    for part in rule.inside():
        yield from every(part)


@contextmanager
def under(*key: str | int) -> Iterator[None]:
    """Tell a fault as seen from a rule that holds the one at fault at `key`."""
    try:
        yield
    except Fault as fault:
        raise fault.under(*key) from None


def asked(rule: AllocationRule, round: Round, *key: str | int) -> Answer:
    """Ask a rule that stands inside another; its fault is told as seen from `key`."""
    with under(*key):
        return rule.shares(round)


def paid(rule: AllocationRule, round: Round, *key: str | int) -> Amounts:
    """Ask a rule that stands inside another for whole pence.

    Weights that are all zero are a fault at `key` even where there is no money to share, so that
    they are told before the first round and not in it.
    """
    answer = asked(rule, round, *key)
    if isinstance(answer, Ratios):
        shared(answer, round, *key)
    return in_money(answer, round)


def _told_among(told: Told, members: Rows, count: int) -> Told:
    """Account for some members as ones of all."""
    place = np.full(count, -1)
    place[members] = np.arange(len(members))

    def told_of_all(member: int, path: int) -> Sequence[Step]:
        if place[member] < 0:
            return [Step("may not share", "=", 0.0, 0.0)]
        return told(int(place[member]), path)

    return told_of_all


def _rows(pence: Pence, members: Rows, count: int) -> Pence:
    spread: Pence = np.zeros((count, pence.shape[1]), np.int64)
    spread[members] = pence
    return spread


def least_pot(parts: Callable[[Pence], Pence], needed: Sequence[int]) -> int:
    """Find the smallest pot of which each part gets what it needs, in pence.

    `parts` gives the parts of pots, `(part, path)` of `(path,)`. A part that gets nothing of any
    pot is promised nothing. What no pot up to £100bn can keep is said to need that much.
    """
    wanted = np.array(needed, np.int64)[:, np.newaxis]
    wanted = np.where(parts(np.full(1, LARGEST)) > 0, wanted, 0)
    if not wanted.any():
        return 0
    low, high = 0, LARGEST
    while high - low > 1:
        pots = np.linspace(low, high, _PROBES)[1:-1].astype(np.int64)
        enough = np.append((parts(pots) >= wanted).all(axis=0), True)
        first = int(np.argmax(enough))
        low, high = ([low, *pots.tolist(), high][first + step] for step in (0, 1))
    return high
