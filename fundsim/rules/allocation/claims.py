"""Claims that the money may be short of: in proportion, equal awards, equal losses, half and half.

None of these rules gives an area more than it claims, and what is left over waits. Survey: Thomson,
Mathematical Social Sciences 45, 2003; compared by Herrero and Villar, Mathematical Social Sciences
42, 2001.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from fundsim.money import Real, pounds
from fundsim.rules.allocation.answers import AllocationRule, Amounts
from fundsim.rules.allocation.bases import affordable, to_the_penny
from fundsim.rules.base import Fault
from fundsim.rules.levels import level
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Money

_NOTHING = "never below nothing"


class _Claims(AllocationRule):
    """A rule about claims that a column states."""

    told_by: ClassVar[str] = "_awarded"
    claims: str = Field(description="column of pounds that each area claims")

    def shares(self, round: Round) -> Amounts:
        """Award every claim in full where the money is enough, else as `_awarded` says."""
        claims = self._claimed(round)
        return _paid(claims, self._awarded(claims, round), round)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what all claim together."""
        claims = whole(self._claimed(round).values)
        yield f"claims come to {pounds(int(claims[0, 0]))}; a pot beyond that waits"

    def _claimed(self, round: Round) -> Working:
        claims = round.pounds(self.claims, key="claims")
        if not claims.values.any():
            message = f"every area has 0 in {self.claims}"
            raise Fault(message, "claims")
        return claims

    def _awarded(self, claims: Working, round: Round) -> Working:
        raise NotImplementedError  # abstract: each rule says its own


class ProportionalClaims(_Claims):
    """The same part of every claim."""

    kind: Literal["proportional_claims"] = "proportional_claims"

    def _awarded(self, claims: Working, round: Round) -> Working:
        """x_i = λ · c_i with λ = min(1, B / Σc)."""
        return _in_proportion(claims, round)


class ConstrainedEqualAwards(_Claims):
    """The same amount for every area, but for none more than it claims."""

    kind: Literal["cea"] = "cea"

    def _awarded(self, claims: Working, round: Round) -> Working:
        """x_i = min(c_i, r), with r so that all add up to the pot. After Maimonides."""
        return _equal_awards(claims, _payable(claims, round), "what each gets at most")


class ConstrainedEqualLosses(_Claims):
    """Every area goes without the same amount of what it claims, but none pays in."""

    kind: Literal["cel"] = "cel"

    def _awarded(self, claims: Working, round: Round) -> Working:
        """x_i = max(0, c_i − r), with r so that all add up to the pot. After Maimonides."""
        return _equal_losses(claims, _payable(claims, round), "what each goes without")


class Talmud(_Claims):
    """Equal awards up to half of each claim, then equal losses of the other half."""

    kind: Literal["talmud"] = "talmud"

    def _awarded(self, claims: Working, round: Round) -> Working:
        """x_i = min(c_i / 2, r) + max(0, c_i / 2 − s); s is above all while r is below any half.

        Up to half of all claims r alone counts, then s alone. Aumann and Maschler, Journal of
        Economic Theory 36, 1985: what each two areas get together is shared between them as the
        Talmud shares a contested garment.
        """
        halves = claims.over("half of the claim", 2.0, "pence")
        money, half = _payable(claims, round), whole(halves.values)
        first = _equal_awards(halves, np.minimum(money, half), "what each gets at most of it")
        second = _equal_losses(
            halves, np.maximum(money - half, 0.0), "what each goes without of the other half"
        )
        return first.plus("of the other half", second, "pence")


class FillGap(AllocationRule):
    """Brings areas up to a level of pounds a head, counting what they have already."""

    kind: Literal["fill_gap"] = "fill_gap"
    already: str = Field(description="column of pounds that each area has already")
    up_to: Money | None = Field(
        None,
        description="pounds a head that every area is brought up to; the mean a head of the "
        "column over the whole table if left out",
    )
    short: Literal["worst_off_first", "in_proportion"] = Field(
        "worst_off_first",
        description="where the money does not fill every gap: worst_off_first raises the areas "
        "with the fewest pounds a head until they meet the next; in_proportion fills the same "
        "part of every gap",
    )

    def shares(self, round: Round) -> Amounts:
        """x_i = min(g_i, max(0, t · p_i − h_i)), or λ · g_i; the gap g_i is max(0, l · p_i − h_i).

        t, or λ, is as high as the money reaches.
        """
        gaps = self._gaps(round)
        if self.short == "in_proportion":
            return _paid(gaps, _in_proportion(gaps, round), round)
        had = round.pounds(self.already, key="already")
        people = round.people()
        reached = level(_payable(gaps, round), people.values, offset=-had.values, high=gaps.values)
        raised = (
            people.times("pounds a head that the money brings areas up to", reached, "pence")
            .minus(round.title_of(self.already), had, "pence")
            .at_least(_NOTHING, 0.0, "pence")
            .at_most("its gap", gaps, "pence")
        )
        return _paid(gaps, raised, round)

    def needed(self, round: Round) -> int:
        """Give the pot that fills every gap: Σg."""
        return int(whole(self._gaps(round).values)[0, 0])

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how many areas are below the level, and what it takes to fill their gaps."""
        gaps = self._gaps(round).values
        level = pounds(int(np.rint(self._level(round))))
        if not gaps.any():
            yield f"no area is below {level} a head, so that all money waits"
            return
        below, together = int((gaps > 0).sum()), pounds(int(whole(gaps)[0, 0]))
        yield (
            f"{below} of {len(gaps)} areas are below {level} a head; filling every gap takes "
            f"{together}, and a pot beyond that waits"
        )

    def _gaps(self, round: Round) -> Working:
        words = "pounds a head to be brought up to"
        if self.up_to is None:
            words = "the mean pounds a head of the whole table"
        had = round.pounds(self.already, key="already")
        gaps = (
            round.people()
            .times(words, self._level(round), "pence")
            .minus(round.title_of(self.already), had, "pence")
            .at_least(_NOTHING, 0.0, "pence")
        )
        return to_the_penny(gaps)

    def _level(self, round: Round) -> float:
        if self.up_to is not None:
            return float(self.up_to)
        table = Round.over(round.geography, round.need_by, round.pot)
        try:
            had = table.pounds(self.already, key="already")
        except Fault as fault:  # an area that does not share has an empty cell
            message = f"{fault.message}, or state up_to, so that no mean is needed"
            raise Fault(message, *fault.key) from None
        return float((whole(had.values) / whole(table.people().values))[0, 0])


def _payable(claims: Working, round: Round) -> Real:
    """Give what can be paid of all claims together, `(1, path)`."""
    return np.minimum(round.money, whole(claims.values))


def _in_proportion(claims: Working, round: Round) -> Working:
    return claims.times("as far as the money goes", affordable(round, claims.values), "pence")


def _equal_awards(claims: Working, money: Real, words: str) -> Working:
    return claims.at_most(words, level(money, np.ones((1, 1)), high=claims.values), "pence")


def _equal_losses(claims: Working, money: Real, words: str) -> Working:
    lost = 0.0 - level(money, np.ones((1, 1)), offset=claims.values, high=claims.values)
    return claims.minus(words, lost, "pence").at_least(_NOTHING, 0.0, "pence")


def _paid(claims: Working, awards: Working, round: Round) -> Amounts:
    """Pay awards of claims in whole pence, none more than its claim."""
    total = np.rint(_payable(claims, round)[0]).astype(np.int64)
    return Amounts.of(awards, total, at_most=claims.values.astype(np.int64))
