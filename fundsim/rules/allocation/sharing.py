"""What is shared out so far, on the way from one adjustment to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fundsim.money import LARGEST, Pence, Real
from fundsim.rules.allocation.answers import Amounts, Answer, shared
from fundsim.rules.levels import level
from fundsim.rules.round import Round
from fundsim.rules.working import Unit, Working, whole

HARDLY = 1e-6  # pence: a bound that a float misses by less is kept


@dataclass(frozen=True)
class Sharing:
    """What is shared so far: amounts in the pot's `unit`, and bounds that the last penny keeps.

    `direct` is the part of each amount that communities decide on; None for nothing.
    """

    round: Round
    pot: Real
    unit: Unit
    amounts: Working
    direct: Real | None = None
    low: Real | float = 0.0
    high: Real | float = np.inf

    def after(self, amounts: Working) -> Sharing:
        """Go on with other amounts; bounds that they do not keep are given up."""
        values = amounts.values
        low = np.where(values >= self.low - HARDLY, self.low, 0.0)
        high = np.where(values <= self.high + HARDLY, self.high, np.inf)
        return replace(self, amounts=amounts, low=low, high=high)


def exactly(answer: Answer, round: Round, *key: str | int) -> tuple[Working, Real | None]:
    """Give an answer as amounts that are not rounded yet, and what communities decide on."""
    if isinstance(answer, Amounts):
        amounts = Working.going_on(answer.pence.astype(np.float64), answer.told)
        return amounts, answer.direct_part
    own = shared(answer, round, *key)
    shares = Working.going_on(own.values, own.told)
    return shares.times("of the money to share", round.money, "pence"), None


def mean_part(one: Real | None, of_one: Real, other: Real | None, of_other: Real) -> Real | None:
    """Give the part of two amounts together that communities decide on."""
    if one is None and other is None:
        return None
    direct = of_one * (0.0 if one is None else one) + of_other * (0.0 if other is None else other)
    together = of_one + of_other
    return np.divide(direct, together, out=np.zeros(direct.shape), where=together > 0)


def between(sharing: Sharing, low: Working, high: Working) -> Sharing:
    """Bring amounts between bounds, the others in proportion, and keep the sum where it can be."""
    values = sharing.amounts.values
    least, most = np.broadcast_arrays(low.values, high.values)
    together, floors = whole(values), whole(np.broadcast_to(least, values.shape) * 1.0)
    cut = np.minimum(ratio(np.broadcast_to(sharing.pot, floors.shape), floors), 1.0)
    least = np.minimum(least * cut, most)
    wanted = whole(np.clip(values, least, most))
    total = np.clip(wanted, together, np.broadcast_to(sharing.pot, wanted.shape))
    times = level(total, values, low=least, high=most)
    told = sharing.amounts.times("so that all add up", times)
    if low.lines:
        told = told.at_least("at least", low.times("as far as the money goes", cut))
    if high.lines:
        told = told.at_most("at most", high)
    kept = sharing.after(told)
    return replace(kept, low=np.maximum(kept.low, least), high=np.minimum(kept.high, most))


def ratio(part: Real, of: Real) -> Real:
    """Divide; 1 where there is nothing to divide by."""
    return np.divide(part, of, out=np.ones(np.broadcast_shapes(part.shape, of.shape)), where=of > 0)


def in_pence(done: Sharing) -> Amounts:
    """Round to pence that keep bounds of whole pence, and those that grow with the pot nearly."""
    values = done.amounts.values
    total = np.rint(np.minimum(whole(values), done.pot)[0]).astype(np.int64)
    low = np.floor(np.broadcast_to(done.low, values.shape) + HARDLY)
    high = np.broadcast_to(done.high, values.shape)
    most: Pence = np.ceil(np.minimum(high - HARDLY, LARGEST)).astype(np.int64)
    least = np.minimum(np.where(values > 0, low, 0.0).astype(np.int64), most)
    return Amounts.of(done.amounts, total, at_least=least, at_most=most)
