"""Sharing that does the most good by a stated measure, from the worst off alone to the sum alone.

An area with h_i pounds already that gets x_i more has y_i = (h_i + x_i) / p_i a head. Its people
count w_i each, and alpha, here a, says how much less a further pound counts for those who have
more: with 0 as much, with 1 half as much where they have twice as much, and the higher it is, the
more the worst off alone count (Atkinson, Journal of Economic Theory 2, 1970; Mo and Walrand,
IEEE/ACM Transactions on Networking 8, 2000).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from fundsim.rules.allocation.answers import AllocationRule, Amounts, Answer, Ratios
from fundsim.rules.allocation.bases import names
from fundsim.rules.base import Fault
from fundsim.rules.levels import level
from fundsim.rules.round import Round
from fundsim.rules.working import Working

_MOST = 1e300  # a power that leaves nothing of any share below 1
_ALREADY = "column of pounds that each area has already; nothing if left out"


class Maximin(AllocationRule):
    """Raises the areas with the fewest pounds a head first, until all are level."""

    kind: Literal["maximin"] = "maximin"
    already: str | None = Field(None, description=_ALREADY)

    def shares(self, round: Round) -> Answer:
        """x_i = max(0, p_i · t − h_i), with t so that all add up to the pot.

        That makes the smallest y_i as large as it can be, then the next one, and so on (Sen,
        Collective Choice and Social Welfare, 1970, chapter 9, after Rawls).
        """
        return _levelled(round.people(), self.already, round)


class AlphaFair(AllocationRule):
    """A balance between the most good in sum and equality, struck by one figure."""

    kind: Literal["alpha_fair"] = "alpha_fair"
    alpha: float = Field(
        1.0,
        ge=0,
        strict=True,
        description="how much less a further pound counts for those who have more: 0 not at all, "
        "1 half as much with twice as much; the higher, the nearer to maximin",
    )
    steepness: float = Field(
        0.0,
        ge=0,
        le=5,
        strict=True,
        description="how much more people count where need is greater: 0 not at all, 1 twice as "
        "much with twice the need",
    )
    already: str | None = Field(None, description=_ALREADY)

    def shares(self, round: Round) -> Answer:
        """x_i = max(0, p_i · w_i^(1/a) · t − h_i), with t so that all add up to the pot.

        That maximises Σ w_i · p_i · u(y_i), where u(y) = y^(1−a) / (1−a), or ln y for a = 1, and
        w_i is need to the power of the steepness: at the best, w_i / y_i^a is the same wherever
        anything is given. With a = 0 all goes to the greatest w, there as near to even as can be:
        what smaller and smaller a tend to.
        """
        people = round.people()
        if not self.steepness:
            return _levelled(people, self.already, round)
        return _levelled(people.times("what need adds", self._weights(round)), self.already, round)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say who gets all money with an alpha of 0."""
        if self.alpha:
            return
        if not self.steepness:
            yield (
                "with alpha 0 and steepness 0 a pound does the same good everywhere; it is shared "
                "as with a very small alpha"
            )
            return
        need = round.need().values[:, 0]
        yield f"with alpha 0 all goes to where need is greatest: {names(round, need == need.max())}"

    def _weights(self, round: Round) -> Working:
        need = round.need()
        greatest = need.values.max()
        if not greatest:
            message = "no area has any need; choose another need, or steepness 0"
            raise Fault(message, "steepness")
        share = need.over("the greatest need", greatest)
        if not self.alpha:
            first = (share.values == 1).astype(np.float64)
            return share.times("where it is the greatest: 1, else 0", first)
        power = min(self.steepness / self.alpha, _MOST)
        return share.to_the_power("to the power of steepness over alpha", power)


def _levelled(weights: Working, already: str | None, round: Round) -> Answer:
    """Share in proportion to weights, counting what areas have already."""
    if already is None:
        return Ratios.of(weights)
    had = round.pounds(already, key="already")
    reached = level(round.money, weights.values, offset=-had.values)
    given = (
        weights.times("the level that the money reaches", reached, "pence")
        .minus(round.title_of(already), had, "pence")
        .at_least("never below nothing", 0.0, "pence")
    )
    return Amounts.of(given, round.pot)
