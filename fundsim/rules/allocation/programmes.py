"""Parts of a fund with rules of their own: programmes, and districts favoured for a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.money import Pence, Real, apportion, fractions
from fundsim.rules.allocation.adjusting import among_all
from fundsim.rules.allocation.answers import (
    TOLERANCE,
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    asked,
    in_money,
    shared,
)
from fundsim.rules.allocation.mixing import added, weighed
from fundsim.rules.allocation.plain import PerCapita
from fundsim.rules.base import Fault, Setting
from fundsim.rules.eligible import Eligible, Names
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Working, whole
from fundsim.units import Day, Share

if TYPE_CHECKING:  # the catalogue says of which rules, once it knows them all
    AnyAllocation = AllocationRule


class Spell(Setting):
    """Something that may begin and end."""

    begins: Day | None = Field(None, description="its first day; from the beginning if left out")
    until: Day | None = Field(None, description="the first day without it; for ever if left out")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.begins is not None and self.until is not None and self.until <= self.begins:
            message = f"found {self.until}, expected a day after it begins, {self.begins}"
            raise Fault(message, "until")
        return self

    @property
    def lasts(self) -> bool:
        """Whether it neither begins nor ends."""
        return self.begins is None and self.until is None

    def covers(self, day: date) -> bool:
        """Tell whether it is there on a day."""
        return (self.begins is None or self.begins <= day) and (
            self.until is None or day < self.until
        )


class Programme(Spell):
    """One programme of a fund: what part of the money it has, and who shares it, and how."""

    name: str = Field(min_length=1, description="what it is called")
    top_slice: Share | None = Field(
        None, description="its share of the whole, taken before all others"
    )
    weight: Share | None = Field(None, description="or: its share of what top slices leave")
    rule: AnyAllocation = Field(description="how its money is shared between areas")
    eligible: Eligible | None = Field(None, description="who may share; all if left out")
    decided_by: Literal["foundations", "communities"] = Field(
        "foundations",
        description="foundations: it waits for a sitting; communities: it is awarded on the day "
        "of receipt, without a sitting and outside a foundation's capacity",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.top_slice is None) == (self.weight is None):
            message = "state top_slice or weight, and exactly one of them"
            raise ValueError(message)
        return self


class Programmes(AllocationRule):
    """A fund in programmes, each with a part of the money, a rule and eligible areas of its own."""

    kind: Literal["programmes"] = "programmes"
    programmes: list[Programme] = Field(min_length=1, description="the programmes, by name")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        names = [programme.name for programme in self.programmes]
        for number, name in enumerate(names):
            if name in names[:number]:
                message = f'"{name}" is here twice; give each programme its own name'
                raise Fault(message, "programmes", number, "name")
        sliced = sum(programme.top_slice or 0.0 for programme in self.programmes)
        weights = [one.weight for one in self.programmes if one.weight is not None]
        if sliced > 1 + TOLERANCE:
            message = f"the top slices sum to {sliced:.6g}, more than all there is"
            raise Fault(message, "programmes")
        if weights and abs(sum(weights) - 1) > TOLERANCE:
            message = f"the weights sum to {sum(weights):.6g}, not to 1"
            raise Fault(message, "programmes")
        if not weights and abs(sliced - 1) > TOLERANCE:
            message = f"the top slices sum to {sliced:.6g} and nobody has the rest; state a weight"
            raise Fault(message, "programmes")
        return self

    def inside(self) -> Sequence[AllocationRule]:
        """List the programmes' rules."""
        return [programme.rule for programme in self.programmes]

    def changes(self) -> bool:
        """Whether a programme begins or ends, or its rule depends on time."""
        return super().changes() or not all(programme.lasts for programme in self.programmes)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what the programmes' rules have to say."""
        for number, programme in enumerate(self.programmes):
            within, members = self._among(round, number)
            if len(members) < len(round):
                yield f"{programme.name}: {len(members):,} of {len(round):,} areas may share"
            for text in programme.rule.remarks(within):
                yield f"{programme.name}: {text}"

    def parts(self, round: Round) -> dict[str, Share]:
        """Give each programme's share of the money on the round's day; who is not there has none.

        Where a programme is not there, its share goes to those that share what top slices leave, or
        to all in proportion where there are only top slices.
        """
        here = [one if one.covers(round.when.day) else None for one in self.programmes]
        slices = [one.top_slice or 0.0 if one else 0.0 for one in here]
        weights = [one.weight or 0.0 if one else 0.0 for one in here]
        sliced, weighted = math.fsum(slices), math.fsum(weights)
        if weighted:
            left = 1 - sliced
            parts = [s + left * w / weighted for s, w in zip(slices, weights, strict=True)]
        else:
            parts = [s / sliced if sliced else 0.0 for s in slices]
        return {p.name: part for p, part in zip(self.programmes, parts, strict=True)}

    def shares(self, round: Round) -> Answer:
        """x_i = B · Σ_k part_k · s_ik."""
        by_communities = any(one.decided_by == "communities" for one in self.programmes)
        if not by_communities:
            ratios = self._in_ratios(round)
            if ratios is not None:
                return ratios
        amounts = self.amounts(round)
        answer = added(amounts)
        if not by_communities:
            return answer
        direct = [amounts[p.name].pence for p in self.programmes if p.decided_by == "communities"]
        return replace(answer, direct=np.add.reduce(direct))

    def _in_ratios(self, round: Round) -> Ratios | None:
        """Answer with proportions; None where a programme's rule takes more than those."""
        parts = self.parts(round)
        found: dict[str, tuple[float, Shared]] = {}
        for number, programme in enumerate(self.programmes):
            if not parts[programme.name]:
                continue
            within, members = self._among(round, number)
            answer = asked(programme.rule, within, "programmes", number, "rule")
            if not isinstance(answer, Ratios):
                return None
            everyone = among_all(answer, members, len(round))
            assert isinstance(everyone, Ratios)  # noqa: S101 - of ratios come ratios
            own = shared(everyone, round, "programmes", number, "rule")
            found[programme.name] = parts[programme.name], own
        return weighed(found) if found else None

    def amounts(self, round: Round) -> dict[str, Amounts]:
        """Share each programme's part of the pot, in whole pence, by name."""
        shares = np.array(list(self.parts(round).values()))
        pots = np.zeros((len(shares), len(round.pot)), np.int64)
        if shares.any():
            pots = apportion(round.pot, fractions(shares, of="the programmes"))
        found = {}
        for number, (programme, pot) in enumerate(zip(self.programmes, pots, strict=True)):
            within, members = self._among(round, number)
            inner = within.with_pot(pot)
            answer = in_money(asked(programme.rule, inner, "programmes", number, "rule"), inner)
            found[programme.name] = among_all(answer, members, len(round))
        return found

    def _among(self, round: Round, number: int) -> tuple[Round, Rows]:
        programme = self.programmes[number]
        if programme.eligible is None:
            return round, np.arange(len(round))
        members = programme.eligible.members(round, "programmes", number, "eligible")
        return round.within(members, f"those who may share {programme.name}"), members


class District(Spell):
    """Some areas that are favoured for a time: by a multiplier, or by a sub-pot of their own."""

    name: str = Field(min_length=1, description="what it is called")
    areas: Names = Field(description="its areas, by name or code")
    multiplier: float | None = Field(
        None, ge=0, strict=True, description="times what the rule gives its areas"
    )
    share: Share | None = Field(None, description="or: share of the money that is its own")
    rule: AnyAllocation | None = Field(
        None, description="how its own share is shared between its areas; per head if left out"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.multiplier is None) == (self.share is None):
            message = "state multiplier or share, and exactly one of them"
            raise ValueError(message)
        if self.rule is not None and self.share is None:
            message = "a multiplier changes what the other rule gives; leave this out"
            raise Fault(message, "rule")
        return self


class Districts(AllocationRule):
    """Another rule, and districts of some areas that get more of the money for some years."""

    kind: Literal["districts"] = "districts"
    rule: AnyAllocation = Field(description="the rule for everybody")
    districts: list[District] = Field(min_length=1, description="the districts")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        together = sum(district.share or 0.0 for district in self.districts)
        if together > 1 + TOLERANCE:
            message = f"the districts' shares sum to {together:.6g}, more than all there is"
            raise Fault(message, "districts")
        return self

    def inside(self) -> Sequence[AllocationRule]:
        """List the rule for everybody, and those of the districts."""
        return [self.rule, *(one.rule for one in self.districts if one.rule is not None)]

    def changes(self) -> bool:
        """Whether a district begins or ends, or a rule depends on time."""
        return super().changes() or not all(district.lasts for district in self.districts)

    def needed(self, round: Round) -> int:
        """Give the pot that the rule for everybody needs."""
        return self.rule.needed(round)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what the rule for everybody has to say."""
        yield from self.rule.remarks(round)

    def shares(self, round: Round) -> Answer:
        """x_i = own share of i's districts + rest · s_i · Π m / Σ s · Π m."""
        own = self._sub_pots(round)
        rest = 1 - math.fsum(share for share, _ in own.values())
        answer = asked(self.rule, round, "rule")
        if isinstance(answer, Ratios):
            base = self._multiplied(round, shared(answer, round, "rule"))
            return weighed({"the rule for everybody": (rest, base), **own})
        shares = np.array([rest, *(share for share, _ in own.values())])
        pots = apportion(round.pot, fractions(shares, of="the districts"))
        inner = round.with_pot(pots[0])
        everybody = self._more_or_less(inner, in_money(asked(self.rule, inner, "rule"), inner))
        parts = {
            name: in_money(Ratios(part.values, part.told), round.with_pot(pot))
            for (name, (_, part)), pot in zip(own.items(), pots[1:], strict=True)
        }
        return added({"the rule for everybody": everybody, **parts})

    def _factors(self, round: Round) -> Real:
        """Multiply what districts that are there on the day say of each member, `(member, 1)`."""
        factors = np.ones((len(round), 1))
        for number, district in enumerate(self.districts):
            if district.multiplier is not None and district.covers(round.when.day):
                factors[self._members(round, number)] *= district.multiplier
        return factors

    def _members(self, round: Round, number: int) -> Rows:
        names = self.districts[number].areas
        return np.array([round.find(name, "districts") for name in names])

    def _multiplied(self, round: Round, base: Shared) -> Shared:
        factors = self._factors(round)
        if (factors == 1).all():
            return base
        working = Working.going_on(base.values, base.told)
        return shared(
            Ratios.of(working.times("the districts' multipliers", factors)), round, "rule"
        )

    def _more_or_less(self, round: Round, paid: Amounts) -> Amounts:
        """Multiply amounts, and bring them back to their sum."""
        factors = self._factors(round)
        if (factors == 1).all():
            return paid
        amounts = Working.going_on(paid.pence.astype(np.float64), paid.told)
        more = amounts.times("the districts' multipliers", factors)
        before, after = whole(amounts.values), whole(more.values)
        scale = np.divide(before, after, out=np.zeros_like(before), where=after > 0)
        total: Pence = np.where(after > 0, before, 0.0)[0].astype(np.int64)
        return Amounts.of(more.times("so that the sum stays", scale, "pence"), total)

    def _sub_pots(self, round: Round) -> dict[str, tuple[float, Shared]]:
        """Give the share of each district that has one and is there, and how its areas share it."""
        found: dict[str, tuple[float, Shared]] = {}
        for number, district in enumerate(self.districts):
            if not district.share or not district.covers(round.when.day):
                continue
            members = self._members(round, number)
            within = round.within(members, district.name)
            rule = district.rule or PerCapita()
            answer = asked(rule, within, "districts", number, "rule")
            if not isinstance(answer, Ratios):
                message = "a district's own share is shared in proportions; choose such a rule"
                raise Fault(message, "districts", number, "rule")
            everyone = among_all(answer, members, len(round))
            found[district.name] = district.share, shared(everyone, round, "districts", number)
        return found
