"""What an allocation rule answers, and what every such rule can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.money import Pence, Real, apportion, fractions
from fundsim.rules.base import Fault, Rule
from fundsim.rules.pence import in_pence
from fundsim.rules.round import Round
from fundsim.rules.working import Step, Told, Working, whole

ROUNDING = "rounding to whole pence, so that all shares add up"
TOLERANCE = 1e-12  # shares are decimals, their sum a float


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


Answer = Ratios | Amounts


class AllocationRule(Rule):
    """A rule that shares a round between its members.

    A rule sees nothing but the round. It answers for every pot, nothing included: where the money
    is too short for what it promises, all that is promised is cut in proportion.
    """

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


def in_money(answer: Answer, round: Round, pence: Pence | None = None) -> Amounts:
    """Give an answer in whole pence of the round's pot, with the account down to the penny.

    `pence` is what proportions come to where they were shared out level by level already.
    """
    if isinstance(answer, Amounts):
        return answer
    if not round.pot.any():  # nobody has to have any weight
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


def asked(rule: AllocationRule, round: Round, *key: str | int) -> Answer:
    """Ask a rule that stands inside another; its fault is told as seen from `key`."""
    try:
        return rule.shares(round)
    except Fault as fault:
        raise fault.under(*key) from None
