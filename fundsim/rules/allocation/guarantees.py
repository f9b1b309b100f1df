"""Formulas that promise each area something, and share the rest by need or by people.

All of them promise whole pence and keep them to the penny; where a pot is too small for all that is
promised, all of it is cut in proportion. B is the pot, b_i an area's base, t_i its target.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.rules.allocation.answers import AllocationRule, Amounts
from fundsim.rules.allocation.bases import (
    Parts,
    Towards,
    affordable,
    basis,
    in_shares,
    kept,
    mixed,
    names,
    pence_for,
    to_the_penny,
)
from fundsim.rules.base import Fault
from fundsim.rules.levels import level
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Money, Rate

_GOES = "as far as the money goes"
_BASE = "column of pounds that each area had before"
_TINY = 1e-300  # stands for a target share of 0, which nothing can be divided by


class MixWithFloor(AllocationRule):
    """By several measures with weights, and never less than a floor for any area."""

    kind: Literal["mix_with_floor"] = "mix_with_floor"
    parts: Parts = Field(
        description="what shares go by, with weights that sum to 1: population, equal, need "
        "(people times need) or a column"
    )
    floor: Money = Field(description="what every area gets at least")

    def needed(self, round: Round) -> int:
        """Give the pot that pays every area its floor: n · m."""
        return self.floor * len(round)

    def shares(self, round: Round) -> Amounts:
        """x_i = max(m, λ · mix_i), with the one λ at which Σx = B; B / n each if B < n · m.

        mix_i = Σ_k w_k · s_ik as in a mix, m the floor. The form is that in which the UK Shared
        Prosperity Fund is reported to have been shared inside England.
        """
        mix = mixed(round, self.parts, "parts")
        floors = np.full((len(round), 1), float(self.floor))
        scale = level(round.money, mix.values, low=floors)
        amounts = (
            mix.times("the level at which the money is used up", scale, "pence")
            .at_least("the floor", float(self.floor), "pence")
            .times(_GOES, affordable(round, floors), "pence")
        )
        return Amounts.of(amounts, round.pot, at_least=kept(round, floors))


class FloorDamping(Towards):
    """Nobody grows by less than a floor, which gains above it pay for in proportion."""

    kind: Literal["floor_damping"] = "floor_damping"
    base: str = Field(description=_BASE)
    floor: Rate = Field(ge=-1, description="the least growth of any area, below 0 the largest loss")

    def _floors(self, round: Round) -> Working:
        base = round.pounds(self.base, key="base")
        return to_the_penny(base.times("one, and the floor", 1 + self.floor, "pence"))

    def needed(self, round: Round) -> int:
        """Give the pot that pays all floors: (1 + f) · Σb."""
        return pence_for(self._floors(round).values)

    def shares(self, round: Round) -> Amounts:
        """x_i = (1 + f) · b_i below the floor, (1 + f) · b_i + s · (t_i − (1 + f) · b_i) above it.

        An area is below where g_i = t_i / b_i − 1 < f. t_i = B · target share of i, so that
        s = (B − (1 + f) · Σb) / Σ_above (t − (1 + f) · b) lies between 0 and 1 wherever the pot
        pays all floors, and Σx = B. Floors are to the nearest penny; where B < Σ floors, they are
        cut in proportion. Source of the mechanism: floor damping in the formula grant of English
        local government, 2006 to 2013 (Hansard, 4 December 2006); the closed form is ours.
        """
        floors = self._floors(round)
        target = self.target_shares(round).times("of the money", round.money, "pence")
        gain = target.minus("its floor", floors.values, "pence").at_least("no gain", 0.0, "pence")
        gains = whole(gain.values)
        over = np.maximum(round.money - whole(floors.values), 0.0)
        scale = np.divide(over, gains, out=np.zeros_like(gains), where=gains > 0)
        above = gain.times("the part of gains that is left", np.minimum(scale, 1.0), "pence")
        part = affordable(round, floors.values)
        amounts = floors.plus("its gain above the floor", above, "pence").times(_GOES, part)
        return Amounts.of(amounts, round.pot, at_least=kept(round, floors.values))


class FundingGuarantee(AllocationRule):
    """A grant by fixed shares, of which a part, no larger than need be, guarantees some growth."""

    kind: Literal["funding_guarantee"] = "funding_guarantee"
    core: str = Field(description="column of pounds that each area has without the grant")
    base: str = Field(description="column of pounds that each area had the year before")
    growth: Rate = Field(0.03, ge=-1, description="by how much everybody grows at least")
    grant: str = Field(
        "population",
        min_length=1,
        description="what shares of the grant go by: population, equal, need (people times need) "
        "or a column",
    )

    def _shortfall(self, round: Round) -> Working:
        base = round.pounds(self.base, key="base")
        due = to_the_penny(base.times("one, and the growth", 1 + self.growth, "pence"))
        core = round.pounds(self.core, key="core")
        return due.minus("what it has without the grant", core, "pence").at_least("nothing", 0.0)

    def needed(self, round: Round) -> int:
        """Give the pot that guarantees everybody its growth: Σ max(0, 1.03 · b_i − A_i)."""
        return pence_for(self._shortfall(round).values)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say who falls short of the growth without the grant."""
        short = self._shortfall(round).values[:, 0] > 0
        if short.any():
            count = f"{short.sum():,} of {len(round):,} areas"
            yield f"without the grant {count} grow by less than {self.growth:.6g}: " + names(
                round, short
            )

    def shares(self, round: Round) -> Amounts:
        """rest_i + x_i, where rest_i = s_i · (Y − X) and x_i = max(0, −C_i − rest_i), X = Σx least.

        Y is the pot, A_i the core, s_i the share of the grant (Σs = 1), C_i = A_i − 1.03 · b_i.
        With u = Y − X and D_i = max(0, −C_i), an area gets rest_i + x_i = max(s_i · u, D_i). These
        add up to Y, so that u is the level at which Σ max(s_i · u, D_i) = Y, found by sorting; of
        several, the largest, which is the least X. From X = 0 the iteration
        X' = Σ max(0, −C_i − s_i · (Y − X)) rises to the same X: it never passes a fixed point,
        since the right side rises with X. Feasible where X ≤ Y, which is u ≥ 0, which is Y ≥ ΣD;
        below that x_i = D_i · Y / ΣD. Due growth is to the nearest penny.

        Source: funding guarantee of the 2023-24 local government finance settlement, as told in
        Local-Policy-Analysis, settlement-guide (5 April 2023), which solves it as a linear
        programme; the closed form is ours.
        """
        short = self._shortfall(round)
        grant = in_shares(basis(round, self.grant, "grant"), self.grant, "grant")
        rest = level(round.money, grant.values, low=short.values)
        rest = np.where(round.money >= whole(short.values), rest, 0.0)
        own = grant.times("the rest of the grant", rest, "pence")
        lack = short.minus("its share of the rest", own.values, "pence")
        guarantee = lack.at_least("nothing", 0.0, "pence")
        part = affordable(round, short.values)
        amounts = own.plus("its guarantee", guarantee, "pence").times(_GOES, part, "pence")
        return Amounts.of(amounts, round.pot, at_least=kept(round, short.values))


class PaceOfChange(Towards):
    """From what areas have towards their targets, with a least growth and the neediest lifted."""

    kind: Literal["pace_of_change"] = "pace_of_change"
    base: str = Field(description=_BASE)
    least: Rate = Field(ge=0, description="the growth that is paid to everybody not far over")
    most: Rate | None = Field(None, ge=0, description="the most that any area may grow by")
    full_until: Rate = Field(
        0.05, ge=-1, description="how far over its target an area still has the whole least growth"
    )
    none_from: Rate = Field(0.10, description="how far over its target it has none of it any more")
    lifted_to: Rate = Field(
        -0.05, ge=-1, le=0, description="how far under target areas are lifted before all else"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.none_from <= self.full_until:
            message = "the least growth must end farther over target than where it begins to fall"
            raise Fault(message, "none_from")
        if self.most is not None and self.most < self.least:
            message = "the most growth is below the least; raise it, or lower least"
            raise Fault(message, "most")
        return self

    def doubts(self) -> Iterator[str]:
        """Say that the steps are ours."""
        yield (
            "pace of change: what was published names the thresholds, and the order of steps "
            "between them is ours"
        )

    def _distance(self, base: Working, target: Working) -> Working:
        share = target.at_least("so that it can be divided by", _TINY)
        return (
            in_shares(base, self.base, "base")
            .over("its target share", share)
            .minus("one: its distance from target", 1.0)
        )

    def _least(self, base: Working, target: Working) -> Working:
        factor = (
            self._distance(base, target)
            .minus("where the least growth begins to fall", self.full_until)
            .over("over this much", self.none_from - self.full_until)
            .times("turned round", -1.0)
            .plus("one", 1.0)
            .at_least("none of it", 0.0)
            .at_most("all of it", 1.0)
            .times("the least growth", self.least)
            .plus("one", 1.0)
        )
        return to_the_penny(base.times("one, and its own least growth", factor, "pence"))

    def needed(self, round: Round) -> int:
        """Give the pot that pays everybody its own least growth."""
        base = round.pounds(self.base, key="base")
        return pence_for(self._least(base, self.target_shares(round)).values)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say who is so far over target that no growth is promised."""
        base = round.pounds(self.base, key="base")
        distance = self._distance(base, self.target_shares(round)).values[:, 0]
        far = distance >= self.none_from
        if far.any():
            who = f"{far.sum():,} of {len(round):,} areas"
            yield f"{who} are so far over target that no growth is promised: {names(round, far)}"

    def shares(self, round: Round) -> Amounts:
        """Share in five steps, each with what the one before leaves; their detail is ours.

        With target share s_i, base b_i, t_i = s_i · B and base shares b_i / Σb, the distance from
        target is d_i = (b_i / Σb) / s_i − 1, which does not depend on the pot.

        1. Least growth: m_i = b_i · (1 + least · c_i), to the nearest penny, where c_i is 1 up to
           d_i = full_until (+5 %), falls in a straight line, and is 0 from none_from (+10 %) on.
           Where B < Σm, all m_i are cut in proportion; otherwise nobody gets less.
        2. Lift: areas below (1 + lifted_to) · t_i (95 % of target) are raised to it; where the
           money is short, those farthest below first, all to the same distance:
           y_i = max(m_i, min(v · t_i, (1 + lifted_to) · t_i)), v as high as the money goes.
        3. By distance: z_i = y_i + r · max(0, t_i − y_i), with r between 0 and 1. Since targets are
           shares of B, Σz = B, and nobody is carried beyond its target.
        4. With `most`, steps 2 and 3 go no higher than b_i · (1 + most), to the nearest penny; what
           is left then goes to all by base, no higher than that either.
        5. What is left when all are there waits for the next round.

        Source of the thresholds: NHS England's allocations for 2016-17 on (HFMA, 1 February 2016;
        board paper of 17 December 2015).
        """
        base, target = round.pounds(self.base, key="base"), self.target_shares(round)
        least = self._least(base, target)
        share = Working.start("its target share", target.values, "share")  # told once, above
        most = self._most(base)
        amounts = self._by_distance(round, self._lifted(round, least, share, most), share, most)
        if most is not None:
            amounts = self._to_all(round, amounts, base, most)
        amounts = amounts.times(_GOES, affordable(round, least.values), "pence")
        caps = None if most is None else most.values.astype(np.int64)
        total = round.pot if caps is None else np.minimum(round.pot, caps.sum())
        return Amounts.of(amounts, total, at_least=kept(round, least.values), at_most=caps)

    def _most(self, base: Working) -> Working | None:
        if self.most is None:
            return None
        return to_the_penny(base.times("one, and the most growth", 1 + self.most, "pence"))

    def _to_all(self, round: Round, amounts: Working, base: Working, most: Working) -> Working:
        start = amounts.values
        more = level(round.money, base.values, offset=start, low=start, high=most.values)
        rest = base.times("what is left, by base", more, "pence")
        amounts = amounts.plus("its part of what is left", rest, "pence")
        return amounts.at_most("the most growth", most, "pence")

    def _lifted(
        self, round: Round, least: Working, share: Working, most: Working | None
    ) -> Working:
        near = share.times("of the money", round.money, "pence").times(
            "near enough to target", 1 + self.lifted_to, "pence"
        )
        if most is not None:
            near = near.at_most("the most growth", most, "pence")
        high = np.maximum(near.values, least.values)
        reach = level(round.money, share.values, low=least.values, high=high)
        lift = share.times("raised alike, as far as the money goes", reach, "pence")
        return least.at_least("the lift", lift.at_most("no nearer than this", near), "pence")

    def _by_distance(
        self, round: Round, lifted: Working, share: Working, most: Working | None
    ) -> Working:
        target = share.times("of the money", round.money, "pence")
        gap = target.minus("what it has by now", lifted.values, "pence").at_least("no gap", 0.0)
        start = lifted.values
        high = target.values if most is None else np.minimum(target.values, most.values)
        high = np.maximum(high, start)
        part = level(round.money, gap.values, offset=start, low=start, high=high)
        part = np.minimum(part, 1.0)
        amounts = lifted.plus("by its distance", gap.times("the part that is paid", part), "pence")
        return amounts if most is None else amounts.at_most("the most growth", most, "pence")
