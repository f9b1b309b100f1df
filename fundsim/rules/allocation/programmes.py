"""A fund in programmes, each with a part of the money, a rule and eligible areas of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.money import Pence, apportion, fractions
from fundsim.rules.allocation.adjusting import Adjusted
from fundsim.rules.allocation.answers import (
    TOLERANCE,
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    among_all,
    asked,
    every,
    least_pot,
    paid,
    shared,
)
from fundsim.rules.allocation.mixing import added, weighed
from fundsim.rules.base import Fault, Setting
from fundsim.rules.eligible import Eligible
from fundsim.rules.round import Round, Rows
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


def most_at_once(parts: Sequence[tuple[Spell, float]]) -> float:
    """Give the largest sum of parts that are there on the same day."""
    days = [spell.begins or date.min for spell, _ in parts]
    sums = [math.fsum(part for spell, part in parts if spell.covers(day)) for day in days]
    return max(sums, default=0.0)


def refuse_twice(names: Sequence[str], key: str) -> None:
    """Refuse a name that stands twice in the list under a key."""
    for number, name in enumerate(names):
        if name in names[:number]:
            message = f'"{name}" is here twice; give each its own name'
            raise Fault(message, key, number, "name")


def refuse_damping(rule: AllocationRule, *key: str | int) -> None:
    """Refuse to hold what an area had of the whole against what it gets of a part."""
    if any(isinstance(one, Adjusted) and one.damping is not None for one in every(rule)):
        message = (
            "damping looks at all that an area had the round before, not only at this part of it; "
            "put it around the whole: an adjusted rule whose rule is this one"
        )
        raise Fault(message, *key)


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
        refuse_twice([programme.name for programme in self.programmes], "programmes")
        for number, programme in enumerate(self.programmes):
            refuse_damping(programme.rule, "programmes", number, "rule")
        sliced = most_at_once([(one, one.top_slice or 0.0) for one in self.programmes])
        weights = [one.weight for one in self.programmes if one.weight is not None]
        if sliced > 1 + TOLERANCE:
            message = f"the top slices sum to {sliced:.6g}, more than all there is"
            raise Fault(message, "programmes")
        if weights and abs(math.fsum(weights) - 1) > TOLERANCE:
            message = f"the weights sum to {math.fsum(weights):.6g}, not to 1"
            raise Fault(message, "programmes")
        if not weights and sliced < 1 - TOLERANCE:
            message = f"the top slices sum to {sliced:.6g} and nobody has the rest; state a weight"
            raise Fault(message, "programmes")
        return self

    def inside(self) -> Sequence[AllocationRule]:
        """List the programmes' rules."""
        return [programme.rule for programme in self.programmes]

    def changes(self) -> bool:
        """Whether a programme begins or ends, or its rule depends on time."""
        return super().changes() or not all(programme.lasts for programme in self.programmes)

    def needed(self, round: Round) -> int:
        """Give the pot in which every programme that is there has what it needs."""
        parts = list(self.parts(round).values())
        own = [one.rule.needed(self._among(round, i)[0]) for i, one in enumerate(self.programmes)]
        return least_pot(lambda pot: pots_of(pot, parts), own)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what the programmes' rules have to say, and how much of the money waits."""
        parts = self.parts(round)
        waiting = 1 - math.fsum(parts.values())
        if waiting > TOLERANCE:
            yield f"{waiting:.6g} of the money waits, since no programme is there to share it"
        pots = pots_of(round.pot, list(parts.values()))
        for number, programme in enumerate(self.programmes):
            within, members = self._among(round, number)
            if len(members) < len(round):
                yield f"{programme.name}: {len(members):,} of {len(round):,} areas may share"
            for text in programme.rule.remarks(within.with_pot(pots[number])):
                yield f"{programme.name}: {text}"

    def parts(self, round: Round) -> dict[str, Share]:
        """Give each programme's share of the money on the round's day; who is not there has none.

        Where one with a weight is not there, its share goes to the others with weights; where none
        of them is there, what top slices leave waits for the next round. Where there are only top
        slices, the share of one that is not there goes to the others in proportion.
        """
        here = [one if one.covers(round.when.day) else None for one in self.programmes]
        slices = [one.top_slice or 0.0 if one else 0.0 for one in here]
        weights = [one.weight or 0.0 if one else 0.0 for one in here]
        sliced, weighted = math.fsum(slices), math.fsum(weights)
        if all(one.weight is None for one in self.programmes):
            parts = [s / sliced if sliced else 0.0 for s in slices]
        else:
            left = max(1 - sliced, 0.0) / (weighted or 1.0)
            parts = [s + left * w for s, w in zip(slices, weights, strict=True)]
        return {p.name: part for p, part in zip(self.programmes, parts, strict=True)}

    def shares(self, round: Round) -> Answer:
        """x_i = B · Σ_k part_k · s_ik."""
        if not any(one.decided_by == "communities" for one in self.programmes):
            ratios = self._in_ratios(round)
            if ratios is not None:
                return ratios
        return added(self.amounts(round))

    def _in_ratios(self, round: Round) -> Ratios | None:
        """Answer with proportions; None where a programme takes more than those, or money waits.

        A programme that is not there is asked too, so that what is wrong with it shows at once.
        """
        parts = self.parts(round)
        found: dict[str, tuple[float, Shared]] = {}
        in_ratios = math.fsum(parts.values()) >= 1 - TOLERANCE
        for number, programme in enumerate(self.programmes):
            key = ("programmes", number, "rule")
            within, members = self._among(round, number)
            answer = asked(programme.rule, within, *key)
            if not isinstance(answer, Ratios):
                in_ratios = False
                continue
            own = shared(among_all(answer, members, len(round)), round, *key)
            if parts[programme.name]:
                found[programme.name] = parts[programme.name], own
        return weighed(found) if in_ratios else None

    def amounts(self, round: Round) -> dict[str, Amounts]:
        """Share each programme's part of the pot, in whole pence, by name."""
        pots = pots_of(round.pot, list(self.parts(round).values()))
        found = {}
        for number, (programme, pot) in enumerate(zip(self.programmes, pots, strict=True)):
            within, members = self._among(round, number)
            answer = paid(programme.rule, within.with_pot(pot), "programmes", number, "rule")
            if programme.decided_by == "communities":
                answer = replace(answer, direct=answer.pence)
            found[programme.name] = among_all(answer, members, len(round))
        return found

    def _among(self, round: Round, number: int) -> tuple[Round, Rows]:
        programme = self.programmes[number]
        if programme.eligible is None:
            return round, np.arange(len(round))
        members = programme.eligible.members(round, "programmes", number, "eligible")
        return round.within(members, f"those who may share {programme.name}"), members


def pots_of(pot: Pence, parts: Sequence[float]) -> Pence:
    """Give each part's pence, `(part, path)`; what parts leave of 1 is nobody's."""
    rest = max(1 - math.fsum(parts), 0.0)
    waits = rest if rest > TOLERANCE else 0.0
    return apportion(pot, fractions(np.array([*parts, waits]), of="the parts"))[:-1]
