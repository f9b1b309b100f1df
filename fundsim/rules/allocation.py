"""How a round's money is shared between areas.

A rule answers with `Ratios`, of which only the proportions matter, or with `Amounts` in pence for
each path, together at most the pot. Formulae: domain notes on real allocation rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, field_validator

from fundsim.money import Pence, Real, apportion, fractions
from fundsim.portable import exp, log
from fundsim.rules.base import Fault, Rule, extended
from fundsim.rules.round import By, Round
from fundsim.units import Rate

TOLERANCE = 1e-12  # shares are decimals, their sum a float


@dataclass(frozen=True)
class Ratios:
    """Proportions between the members of a round, the same on all paths, `(member,)`."""

    weights: Real


@dataclass(frozen=True)
class Amounts:
    """Pence for each member and path, `(member, path)`; what is left over is not shared."""

    pence: Pence


class AllocationRule(Rule):
    """A rule that shares a round between its members."""

    def shares(self, round: Round) -> Ratios | Amounts:
        """Answer with proportions, or with amounts."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


class Equal(AllocationRule):
    """The same amount for every area, however many people live there."""

    kind: Literal["equal"] = "equal"

    def shares(self, round: Round) -> Ratios:
        """x_i = B / n."""
        return Ratios(np.ones(len(round)))


class PerCapita(AllocationRule):
    """The same amount for every person."""

    kind: Literal["per_capita"] = "per_capita"

    def shares(self, round: Round) -> Ratios:
        """x_i = B · p_i / Σp."""
        return Ratios(round.population)


class NeedWeighted(AllocationRule):
    """More for areas with more deprivation."""

    kind: Literal["need_weighted"] = "need_weighted"
    steepness: float = Field(
        1.0, ge=0, le=5, strict=True, description="0 is per head; 1 doubles as need doubles"
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · p_i · z_i^a / Σ p · z^a."""
        return Ratios(round.population * self._raised(round.need()))

    def _raised(self, need: Real) -> Real:
        if self.steepness in {0.0, 1.0}:  # exact, and where 0 to the power 0 is 1
            return need if self.steepness else np.ones_like(need)
        raised = np.zeros_like(need)
        some = need > 0
        raised[some] = exp(self.steepness * log(need[some]))
        return raised


class ThresholdPerHead(AllocationRule):
    """The same amount for every counted person, and only in areas that count enough of them."""

    kind: Literal["threshold_per_head"] = "threshold_per_head"
    people: str = Field(description="the column that counts the people, for instance lbn_pop")
    at_least: float = Field(
        0.0, ge=0, strict=True, description="areas that count fewer people than this get nothing"
    )

    def shares(self, round: Round) -> Ratios:
        """x_i = B · q_i / Σ_E q for areas in E, those with q_i > 0 and q_i ≥ at_least."""
        round.refuse_means(self.people, key="people")
        people = round.column(self.people, key="people")
        eligible = np.where(people >= self.at_least, people, 0.0)
        if not eligible.any():
            enough = f"{self.at_least:g}" if self.at_least else "any"
            message = f"no area counts {enough} people in {self.people}"
            raise Fault(message, "people")
        return Ratios(eligible)


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
        whole = sum(shares.values())
        if abs(whole - 1) > TOLERANCE:
            message = f"the shares sum to {whole:.6g}, not to 1"
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
        return Ratios(np.array([found[i] for i in range(len(round))]))


class Column(AllocationRule):
    """By a column of the table of areas: in proportion to it, or the pounds that it states."""

    kind: Literal["column"] = "column"
    column: str = Field(description="the column")
    unit: Literal["weight", "pounds"] = Field(
        "weight",
        description="weight: only proportions matter; pounds: each area gets what the column says "
        "every round, all less in proportion where the money is short, and what is left over waits",
    )

    def shares(self, round: Round) -> Ratios | Amounts:
        """x_i = B · c_i / Σc, or c_i · min(1, B / Σc)."""
        values = round.column(self.column, key="column")
        if not values.any():
            message = f"every area has 0 in {self.column}"
            raise Fault(message, "column")
        if self.unit == "weight":
            return Ratios(values)
        claims = np.rint(values * 100)
        payable = np.minimum(round.pot, int(claims.sum()))
        return Amounts(apportion(payable, fractions(claims, of=self.column)))


_SIMPLE = Annotated[
    Equal | PerCapita | NeedWeighted | ThresholdPerHead | Shares | Column,
    Field(discriminator="kind"),
]
_Part: Any = extended(
    _SIMPLE, "Part", weight=(Rate, Field(ge=0, le=1, description="the part's share of the money"))
)
_First: Any = extended(
    _SIMPLE, "Level", by=(By, Field(description="what the first level shares between"))
)


class Mix(AllocationRule):
    """Part of the money by one rule, part by another."""

    kind: Literal["mix"] = "mix"
    parts: list[_Part] = Field(
        min_length=1, description="rules, each with its weight; the weights sum to 1"
    )

    @field_validator("parts")
    @classmethod
    def _sum_to_one(cls, parts: list[Any]) -> list[Any]:
        whole = sum(part.weight for part in parts)
        if abs(whole - 1) > TOLERANCE:
            message = f"the weights sum to {whole:.6g}, not to 1"
            raise ValueError(message)
        return parts

    def shares(self, round: Round) -> Ratios:
        """x_i = B · Σ_k w_k · s_ik, where s_ik is the share of area i under part k."""
        total = np.zeros(len(round))
        for number, part in enumerate(self.parts):
            total += part.weight * proportions(part, round, "parts", number)
        return Ratios(total)


class Hierarchy(AllocationRule):
    """First between nations, regions or foundations, then between the areas of each."""

    kind: Literal["hierarchy"] = "hierarchy"
    first: _First = Field(description="how the first level shares, and between what (by)")
    then: AnyAllocation = Field(description="how each group shares between its areas")

    def shares(self, round: Round) -> Ratios:
        """x_i = B · S_g · s_i for the areas i of each group g."""
        groups = round.groups(self.first.by)
        between = proportions(self.first, round.grouped(self.first.by), "first")
        total = np.zeros(len(round))
        for share, rows in zip(between, groups.values(), strict=True):
            if share > 0:
                total[rows] = share * proportions(self.then, round.within(rows), "then")
        return Ratios(total)


def proportions(rule: AllocationRule, round: Round, *key: str | int) -> Real:
    """Give a rule's shares of the whole, summing to 1, or its fault as seen from `key`."""
    try:
        answer = rule.shares(round)
    except Fault as fault:
        raise fault.under(*key) from None
    if isinstance(answer, Amounts):
        message = "a rule that states pounds cannot be one part of another rule; use weights"
        raise Fault(message, *key)
    whole = np.add.accumulate(answer.weights)[-1]
    if not whole > 0:
        message = f"no area of {round.name} has any weight"
        raise Fault(message, *key)
    return np.asarray(answer.weights / whole)


AnyAllocation = Annotated[
    Equal | PerCapita | NeedWeighted | ThresholdPerHead | Shares | Column | Mix | Hierarchy,
    Field(discriminator="kind"),
]
Hierarchy.model_rebuild()
