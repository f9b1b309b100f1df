"""The simplest rules: the same for all, by people, by need, by a column, as stated."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from fundsim.rules.allocation.answers import TOLERANCE, AllocationRule, Amounts, Answer, Ratios
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Rate


class Equal(AllocationRule):
    """The same amount for every area, however many people live there."""

    kind: Literal["equal"] = "equal"

    def shares(self, round: Round) -> Ratios:
        """x_i = B / n."""
        return Ratios.of(Working.start("the same for every area", np.ones(len(round))))


class PerCapita(AllocationRule):
    """The same amount for every person."""

    kind: Literal["per_capita"] = "per_capita"

    def shares(self, round: Round) -> Ratios:
        """x_i = B · p_i / Σp."""
        return Ratios.of(round.people())


class NeedWeighted(AllocationRule):
    """More for areas with more deprivation."""

    kind: Literal["need_weighted"] = "need_weighted"
    steepness: float = Field(
        1.0, ge=0, le=5, strict=True, description="0 is per head; 1 doubles as need doubles"
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · p_i · z_i^a / Σ p · z^a."""
        need = round.need()
        if self.steepness != 1:
            need = need.to_the_power("to the power of the steepness", self.steepness)
        return Ratios.of(round.people().times("need", need))


class ThresholdPerHead(AllocationRule):
    """The same amount for every counted person, and only in areas that count enough of them."""

    kind: Literal["threshold_per_head"] = "threshold_per_head"
    people: str = Field(description="the column that counts the people, for instance lbn_pop")
    at_least: float = Field(
        0.0, ge=0, strict=True, description="areas that count fewer people than this get nothing"
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · q_i / Σ_E q for areas in E, those with q_i > 0 and q_i ≥ at_least."""
        round.refuse_unlike(self.people, "people", "people")
        people = round.read(self.people, key="people")
        enough = (people.values >= self.at_least).astype(np.float64)
        eligible = people.times(f"at least {self.at_least:g} of them: 1, else 0", enough)
        if not eligible.values.any():
            least = f"{self.at_least:g}" if self.at_least else "any"
            message = f"no area counts {least} people in {self.people}"
            raise Fault(message, "people")
        return Ratios.of(eligible)


class Shares(AllocationRule):
    """Stated shares, by name."""

    kind: Literal["shares"] = "shares"
    shares_: dict[str, Rate] = Field(
        alias="shares", min_length=1, description="the share of each area or group, by name or code"
    )

    @field_validator("shares_")
    @classmethod
    def _sum_to_one(cls, shares: dict[str, float]) -> dict[str, float]:
        for name, share in shares.items():
            if share < 0:
                message = f"the share of {name} is negative"
                raise ValueError(message)
        together = sum(shares.values())
        if abs(together - 1) > TOLERANCE:
            message = f"the shares sum to {together:.6g}, not to 1"
            raise ValueError(message)
        return shares

    def shares(self, round: Round) -> Ratios:
        """x_i = B · s_i; every member needs its share, and every share a member."""
        found: dict[int, float] = {}
        for name, share in self.shares_.items():
            if share == 0 and not round.has(name):
                continue  # nothing for a group that is not there, as where leaves some out
            member = round.find(name, "shares", remedy="; one that is not there may only have 0")
            if member in found:
                message = f"{round.titles[member]} has two shares, by name and by code; state one"
                raise Fault(message, "shares", name)
            found[member] = share
        missing = [round.titles[i] for i in range(len(round)) if i not in found]
        if missing:
            few = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
            message = f"no share is stated for {few}; state 0 for one that is to get nothing"
            raise Fault(message, "shares")
        stated = np.array([found[i] for i in range(len(round))])
        return Ratios.of(Working.start("stated share", stated, "share"))


class Column(AllocationRule):
    """By a column of the table of areas: in proportion to it, or the pounds that it states."""

    kind: Literal["column"] = "column"
    column: str = Field(description="the column")
    unit: Literal["weight", "pounds"] = Field(
        "weight",
        description="weight: only proportions matter; pounds: each area gets what the column says "
        "every round, all less in proportion where the money is short, and what is left over waits",
    )

    def shares(self, round: Round) -> Answer:
        """x_i = B · c_i / Σc, or c_i · min(1, B / Σc)."""
        values = round.read(self.column, key="column")
        if not values.values.any():
            message = f"every area has 0 in {self.column}"
            raise Fault(message, "column")
        if self.unit == "weight":
            return Ratios.of(values)
        return as_far_as_it_goes(round.pounds(self.column, key="column"), round)


def as_far_as_it_goes(claims: Working, round: Round) -> Amounts:
    """Give what is claimed in pence, `(member, 1)`, all less in proportion where money is short."""
    together = whole(claims.values)
    payable = np.minimum(round.money, together)
    part = np.divide(payable, together, out=np.zeros_like(payable), where=together > 0)
    paid = claims.times("as far as the money goes", part, "pence")
    return Amounts.of(paid, np.rint(payable[0]).astype(np.int64))
