"""Another rule, and districts of some areas that are favoured for a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, TypeVar

import numpy as np
from pydantic import Field, model_validator

from fundsim.money import Pence, Real
from fundsim.rules.allocation.answers import (
    TOLERANCE,
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    asked,
    least_pot,
    paid,
    shared,
)
from fundsim.rules.allocation.mixing import added, weighed
from fundsim.rules.allocation.plain import PerCapita
from fundsim.rules.allocation.programmes import (
    Spell,
    listed,
    most_at_once,
    percent,
    pots_of,
    refuse_damping,
    refuse_twice,
)
from fundsim.rules.allocation.targeting import members as members_of
from fundsim.rules.base import Fault
from fundsim.rules.eligible import Names
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Step, Told, Unit, Working, whole
from fundsim.units import Share
from fundsim.wording import day as in_words

if TYPE_CHECKING:  # the catalogue says of which rules, once it knows them all
    AnyAllocation = AllocationRule

_EVERYBODY = "the rule for everybody"
_Told = TypeVar("_Told", Shared, Amounts)


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
        refuse_twice([district.name for district in self.districts], "districts")
        refuse_damping(self.rule, "rule")
        for number, district in enumerate(self.districts):
            if district.rule is not None:
                refuse_damping(district.rule, "districts", number, "rule")
        together = most_at_once([(one, one.share or 0.0) for one in self.districts])
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
        """Give the pot in which the rule for everybody and those of districts have what they need.

        Multipliers can undo what the rule for everybody promises.
        """
        own = self._own(round, self._homes(round))
        needed = [self.rule.needed(round), *(one.rule.needed(one.round) for one in own)]
        return least_pot(lambda pot: pots_of(pot, _parts(own)), needed)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say when districts begin and end, and what the rules have to say."""
        homes = self._homes(round)
        for district, members in zip(self.districts, homes, strict=True):
            if len(members):
                yield from _turns(district)
        own = self._own(round, homes)
        first, *pots = pots_of(round.pot, _parts(own))
        yield from self.rule.remarks(round.with_pot(first))
        for one, pot in zip(own, pots, strict=True):
            for text in one.rule.remarks(one.round.with_pot(pot)):
                yield f"{one.name}: {text}"

    def shares(self, round: Round) -> Answer:
        """x_i = own share of i's districts + rest · s_i · Π m / Σ s · Π m."""
        # a district that is not there is asked too, so that what is wrong with it shows at once
        homes = self._homes(round)
        own, factors = self._own(round, homes), self._factors(round, homes)
        base = asked(self.rule, round, "rule")
        answers = [asked(one.rule, one.round, *one.key) for one in own]
        ratios = [answer for answer in answers if isinstance(answer, Ratios)]
        if not isinstance(base, Ratios) or len(ratios) < len(own):
            return self._in_pence(round, own, factors, homes)
        everybody, away = _everybody(own), self._away(round, homes)
        plain = _without(shared(base, round, "rule"), away, "share")
        parts = {everybody: _multiplied(round, plain, factors)}
        for one, answer in zip(own, ratios, strict=True):
            parts[one.name] = shared(answer.among_all(one.members, len(round)), round, *one.key)
        shares = zip(_parts(own), parts.items(), strict=True)
        return weighed({name: (share, part) for share, (name, part) in shares if share})

    def _in_pence(
        self, round: Round, own: Sequence[_Own], factors: Real, homes: Sequence[Rows]
    ) -> Amounts:
        first, *pots = pots_of(round.pot, _parts(own))
        base = paid(self.rule, round.with_pot(first), "rule")
        plain = _without(base, self._away(round, homes), "pence")
        amounts = {_everybody(own): _more_or_less(plain, factors)}
        for one, pot in zip(own, pots, strict=True):
            theirs = paid(one.rule, one.round.with_pot(pot), *one.key)
            if one.part:
                amounts[one.name] = theirs.among_all(one.members, len(round))
        return added(amounts)

    def _factors(self, round: Round, homes: Sequence[Rows]) -> Real:
        """Multiply what districts that are there on the day say of each member, `(member, 1)`."""
        factors = np.ones((len(round), 1))
        for district, members in zip(self.districts, homes, strict=True):
            if district.multiplier is not None and district.covers(round.when.day):
                factors[members] *= district.multiplier
        return factors

    def _away(self, round: Round, homes: Sequence[Rows]) -> dict[int, list[str]]:
        """Name for each member the districts whose multiplier it would have, were they there."""
        found: dict[int, list[str]] = {}
        for district, members in zip(self.districts, homes, strict=True):
            away = district.away(round.when.day)
            for member in members.tolist() if away and district.share is None else ():
                found.setdefault(member, []).append(f"{district.name} ({away})")
        return found

    def _homes(self, round: Round) -> list[Rows]:
        """Find each district's areas, but for those that share elsewhere, as in another nation."""
        places = [(n, at) for n, one in enumerate(self.districts) for at in range(len(one.areas))]
        names = [self.districts[number].areas[at] for number, at in places]
        try:
            found = members_of(round, enumerate(names), "districts")
        except Fault as fault:
            number, at = places[int(fault.key[1])]
            raise Fault(fault.message, "districts", number, "areas", at) from None
        homes: list[list[int]] = [[] for _ in self.districts]
        for (number, at), member in zip(places, found, strict=True):
            if member in homes[number]:
                message = f"{round.titles[member]} is here twice; name each area once"
                raise Fault(message, "districts", number, "areas", at)
            homes[number] += [] if member is None else [member]
        return [np.array(sorted(members), np.intp) for members in homes]

    def _own(self, round: Round, homes: Sequence[Rows]) -> list[_Own]:
        """List districts with a share and areas here; one that is not there has no part of it."""
        found = []
        for number, (district, members) in enumerate(zip(self.districts, homes, strict=True)):
            if district.share is None or not len(members):
                continue
            part = district.share if district.covers(round.when.day) else 0.0
            key = ("districts", number, "rule")
            within = round.within(members, district.name)
            rule = district.rule or PerCapita()
            away = district.away(round.when.day)
            whose = f"{percent(district.share)} of {district.name} ({away})" if away else ""
            name = f"district {district.name}"
            found.append(_Own(name, part, rule, within, members, key, whose))
        return found


class _Own(NamedTuple):
    """A district with a share of its own: its part of the money, by which rule, between whom.

    `away` names what it would have where it is not there, and why it is not.
    """

    name: str
    part: float
    rule: AllocationRule
    round: Round
    members: Rows
    key: tuple[str | int, ...]
    away: str


def _parts(own: Sequence[_Own]) -> list[float]:
    """Give what districts leave to the rule for everybody, and their own shares."""
    shares = [one.part for one in own]
    return [max(1 - math.fsum(shares), 0.0), *shares]


def _everybody(own: Sequence[_Own]) -> str:
    """Call the rule for everybody, and say whose share it has while they are not there."""
    away = [f"the {one.away}" for one in own if one.away]
    return f"{_EVERYBODY}, with {listed(away)}" if away else _EVERYBODY


def _turns(district: District) -> Iterator[str]:
    """Say when a district begins and ends, and what is done without it."""
    for day, words in district.turns(f"district {district.name}"):
        when = "until then" if day == district.begins else "from then"
        if district.share is None:
            goes = f"its multiplier, {district.multiplier:g}, does not count"
        else:
            goes = f"its {percent(district.share)} goes to {_EVERYBODY}"
        yield f"{words} on {in_words(day)}; {when} {goes}"


def _without(answer: _Told, away: Mapping[int, Sequence[str]], unit: Unit) -> _Told:
    """Say in the account of a member which districts it has nothing of, and why."""
    before: Told = answer.told

    def told(member: int, path: int) -> Sequence[Step]:
        steps: Sequence[Step] = before(member, path)
        if member not in away:
            return steps
        words = f"nothing for {listed(away[member])}"
        return [*steps, Step(words, "+", 0.0, steps[-1].result, unit)]

    return replace(answer, told=told)


def _multiplied(round: Round, base: Shared, factors: Real) -> Shared:
    if (factors == 1).all():
        return base
    working = Working.going_on(base.values, base.told)
    more = Ratios.of(working.times("the districts' multipliers", factors))
    return shared(more, round, "districts")


def _more_or_less(paid: Amounts, factors: Real) -> Amounts:
    """Multiply amounts, and bring them back to their sum."""
    if (factors == 1).all():
        return paid
    amounts = Working.going_on(paid.pence.astype(np.float64), paid.told)
    more = amounts.times("the districts' multipliers", factors)
    before, after = whole(amounts.values), whole(more.values)
    scale = np.divide(before, after, out=np.zeros_like(before), where=after > 0)
    total: Pence = np.where(after > 0, before, 0.0)[0].astype(np.int64)
    answer = Amounts.of(more.times("so that the sum stays", scale, "pence"), total)
    return answer.with_direct(paid.direct_part)
