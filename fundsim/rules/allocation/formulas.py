"""Formulas of public programmes: weighted people, indicators, old money and new, nations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from fundsim.money import Real
from fundsim.rules.allocation.answers import TOLERANCE, AllocationRule, Amounts, Ratios
from fundsim.rules.allocation.bases import (
    Columns,
    Name,
    Towards,
    a_head,
    affordable,
    in_shares,
    in_steps,
    indexed,
    kept,
    pence_for,
    told_at,
)
from fundsim.rules.base import Fault
from fundsim.rules.levels import level
from fundsim.rules.round import Round
from fundsim.rules.working import Working, whole
from fundsim.units import Share

_FEW = 5


class TargetedCapitation(AllocationRule):
    """The same for every person, weighted by one index or several such as age, need and cost."""

    kind: Literal["targeted_capitation"] = "targeted_capitation"
    indices: Columns = Field(
        description="index columns that people are multiplied by, each over its mean for all "
        "people; need stands for the scenario's need"
    )

    def shares(self, round: Round) -> Ratios:
        """T_i = B · w_i / Σw, w_i = p_i · Π_k z_ik / z̄_k, where z̄_k = Σ p · z_k / Σp.

        Source: weighted capitation as in the English health service since 1976 (people times
        age and sex times mortality), and Carr-Hill's formula for practices.
        """
        return Ratios.of(indexed(round, self.indices))


def _at_most_one(indicators: dict[str, float]) -> dict[str, float]:
    together = math.fsum(indicators.values())
    if together > 1 + TOLERANCE:
        message = f"the shares sum to {together:.6g}, above 1; leave some money to go per head"
        raise ValueError(message)
    return indicators


Indicators = Annotated[dict[Name, Share], Field(min_length=1), AfterValidator(_at_most_one)]


class EfitAdditive(AllocationRule):
    """Part of the money by each of several indicators times people, the remainder per head."""

    kind: Literal["efit_additive"] = "efit_additive"
    indicators: Indicators = Field(
        description="columns, each with the share of the money that goes by it; need stands for "
        "the scenario's need"
    )

    def shares(self, round: Round) -> Ratios:
        """x_i / B = Σ_k d_k · p_i · v_ik / Σ(p · v_k) + (1 − Σd) · p_i / Σp.

        Source: extra funding of practices by inequality (pete4nhs, eFIT-tool, 17 May 2026).
        """
        left = max(1 - math.fsum(self.indicators.values()), 0.0)
        people = in_shares(round.people(), "people").times("what goes per head", left, "share")
        for name, share in sorted(self.indicators.items()):  # whatever order a file has
            points = round.people().times(name, self._indicator(round, name))
            part = in_shares(points, name, "indicators", name).times("its weight", share, "share")
            people = people.plus(f"by {name}", part, "share")
        return Ratios.of(people)

    def _indicator(self, round: Round, name: str) -> Working:
        with told_at("indicators", name):
            if name == "need":
                return round.need()
            return a_head(round, name, "", of="an indicator, which is a mean or a score")


class PhaseIn(Towards):
    """From what areas had to their targets, in yearly steps."""

    kind: Literal["phase_in"] = "phase_in"
    base: str = Field(description="column of pounds that each area had before")
    steps: list[Share] = Field(
        [1 / 3, 2 / 3, 1.0],
        min_length=1,
        description="how much of the way is gone in each year from the fund's first round, the "
        "last for ever",
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if sorted(self.steps) != self.steps:
            message = "the steps go back; each is at least the one before"
            raise Fault(message, "steps")
        return self

    def changes(self) -> bool:
        """Whether its answer depends on time: it does."""
        return True

    def remarks(self, round: Round) -> Iterator[str]:
        """Say how far it goes each year."""
        yield in_steps(self.steps, round)
        yield from super().remarks(round)

    def shares(self, round: Round) -> Ratios:
        """x_it = (1 − φ_t) · b_i · B / Σb + φ_t · t_i, with t_i = B · target share of i.

        Source: the three years from 2026-27 over which English councils move to their assessed
        shares (one third, two thirds, all; gov.uk, 9 February 2026).
        """
        step = self.steps[min(round.when.years, len(self.steps) - 1)]
        target = self.target_shares(round).times("so far on the way", step, "share")
        base = in_shares(round.pounds(self.base, key="base"), self.base, "base")
        old = base.times("what is left of the way", 1 - step, "share")
        return Ratios.of(old.plus("its target", target, "share"))


class Barnett(AllocationRule):
    """What each nation had, and a share of the change that goes by its people."""

    kind: Literal["barnett"] = "barnett"
    base: str = Field(description="column of pounds that each member had before")
    reference: str = Field(
        "England",
        min_length=1,
        description="the member whose own change is passed on to the others, by name",
    )
    comparability: Share = Field(
        1.0, description="how much of the reference's spending is for what the others do themselves"
    )
    needs: dict[Name, Annotated[float, Field(gt=0, strict=True)]] = Field(
        {}, description="factors for more need of others, by name; 1 where nothing is stated"
    )

    def needed(self, round: Round) -> int:
        """Give the pot in which nothing changes: below it, changes are losses."""
        return pence_for(round.pounds(self.base, key="base").values)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what passes for each pound of the reference's change."""
        weights = self._weights(round).values[:, 0]
        at = round.find(self.reference, "reference")
        few = [i for i in range(len(round)) if i != at][:_FEW]
        others = ", ".join(f"{weights[i]:.4f} to {round.titles[i]}" for i in few)
        if others:
            yield f"of each pound by which {self.reference} changes, as much more: {others}"

    def shares(self, round: Round) -> Amounts:
        """x_n = b_n + Δ_n, Δ_n = Δ_r · comparability · (p_n / p_r) · f_n for all but r.

        r is the reference, and Δ_r its own change: the formula speaks of the change of spending in
        England. The pot holds everybody's money, so that Δ_r is what the others leave of its whole
        change: Δ_r = (B − Σb) / (1 + Σ comparability · (p_n / p_r) · f_n). With comparability 1 and
        no factors the change is the same for every person. Bases are kept to the penny wherever
        B ≥ Σb. A smaller pot is a change for the worse by the same formula, where nobody goes below
        0 and Δ_r is the level at which Σx = B. Meant for the first level of a hierarchy by nation.

        Source: House of Commons Library, CBP-7386, The Barnett formula; HM Treasury's memorandum to
        the Lords' committee on it, 11 March 2009.
        """
        base, weights = round.pounds(self.base, key="base"), self._weights(round)
        change = level(round.money, weights.values, offset=base.values)
        own = weights.times(f"the change of {self.reference}", change, "pence")
        amounts = base.plus("its change", own, "pence").at_least("not below nothing", 0.0, "pence")
        # Where nothing is passed on, others keep bases that the pot may be too small for.
        fixed = np.where(weights.values > 0, 0.0, base.values)
        amounts = amounts.times("as far as the money goes", affordable(round, fixed), "pence")
        total = np.minimum(round.pot, np.rint(whole(amounts.values)[0]).astype(np.int64))
        return Amounts.of(amounts, total, at_least=kept(round, base.values))

    def _weights(self, round: Round) -> Working:
        at = round.find(self.reference, "reference")
        passed: Real = np.full(len(round), self.comparability)
        passed[at] = 1.0
        factors: Real = np.ones(len(round))
        for name, factor in self.needs.items():
            factors[round.find(name, "needs")] = factor
        if factors[at] != 1:
            message = f"others are compared with {self.reference}; leave its own factor out"
            raise Fault(message, "needs")
        return (
            round.people()
            .over(f"people of {self.reference}", round.population[at])
            .times("comparability", passed)
            .times("need factor", factors)
        )
