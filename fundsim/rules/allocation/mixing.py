"""Rules made of other rules: part by one and part by another, or level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from fundsim.money import Pence, Real, apportion, fractions
from fundsim.rules.allocation.answers import (
    TOLERANCE,
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    asked,
    in_money,
    least_pot,
    paid,
    shared,
)
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Step, deeper

if TYPE_CHECKING:  # the catalogue says of which rules, once it knows them all
    AnyPart = Any
    AnyLevel = Any
    AnyAllocation = AllocationRule


class Mix(AllocationRule):
    """Part of the money by one rule, part by another."""

    kind: Literal["mix"] = "mix"
    parts: list[AnyPart] = Field(
        min_length=1, description="rules, each with its weight; the weights sum to 1"
    )

    @field_validator("parts")
    @classmethod
    def _sum_to_one(cls, parts: list[Any]) -> list[Any]:
        together = sum(part.weight for part in parts)
        if abs(together - 1) > TOLERANCE:
            message = f"the weights sum to {together:.6g}, not to 1"
            raise ValueError(message)
        return parts

    def inside(self) -> Sequence[AllocationRule]:
        """List its parts."""
        return self.parts

    def needed(self, round: Round) -> int:
        """Give the pot in which every part has what it needs."""
        return least_pot(self._pots, [part.needed(round) for part in self.parts])

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what the parts have to say."""
        for part, pot in zip(self.parts, self._pots(round.pot), strict=True):
            yield from part.remarks(round.with_pot(pot))

    def _pots(self, pot: Pence) -> Pence:
        """Give each part's money, `(part, path)`."""
        weights = np.array([part.weight for part in self.parts])
        return apportion(pot, fractions(weights, of="the parts"))

    def shares(self, round: Round) -> Answer:
        """x_i = B · Σ_k w_k · s_ik, where s_ik is the share of area i under part k."""
        answers = [asked(part, round, "parts", number) for number, part in enumerate(self.parts)]
        ratios = [answer for answer in answers if isinstance(answer, Ratios)]
        weights, names = [part.weight for part in self.parts], list(self._names())
        if len(ratios) == len(answers):
            own = [shared(answer, round, "parts", i) for i, answer in enumerate(ratios)]
            return weighed(dict(zip(names, zip(weights, own, strict=True), strict=True)))
        pots = enumerate(zip(self.parts, self._pots(round.pot), strict=True))
        own_pence = [paid(part, round.with_pot(pot), "parts", i) for i, (part, pot) in pots]
        return added(dict(zip(names, own_pence, strict=True)))

    def _names(self) -> Iterator[str]:
        for number, part in enumerate(self.parts, start=1):
            yield f"part {number}, {part.kind}"


def weighed(parts: Mapping[str, tuple[float, Shared]]) -> Ratios:
    """Add up the shares of parts of the money, by name: how large each is, and how it is shared."""
    total = np.zeros(len(next(iter(parts.values()))[1].values))
    for weight, part in parts.values():
        total += weight * part.values

    def told(member: int, path: int) -> list[Step]:
        steps, reached = [], 0.0
        for number, (name, (weight, part)) in enumerate(parts.items()):
            own = weight * float(part.values[member])
            reached += own
            steps += deeper(part.told(member, path))
            steps.append(Step("its part of the money", "×", weight, own, "share", 1))
            steps.append(Step(name, "+" if number else "=", own, reached, "share"))
        return steps

    return Ratios(total, told)


def added(parts: Mapping[str, Amounts]) -> Amounts:
    """Add up the pence of parts of a pot, by name."""
    pence = np.add.reduce([part.pence for part in parts.values()])

    def told(member: int, path: int) -> list[Step]:
        steps, reached = [], 0.0
        for number, (name, part) in enumerate(parts.items()):
            own = float(part.pence[member, path])
            reached += own
            steps += deeper(part.told(member, path))
            steps.append(Step(name, "+" if number else "=", own, reached, "pence"))
        return steps

    direct = [part.direct for part in parts.values() if part.direct is not None]
    return Amounts(pence, told, np.add.reduce(direct) if direct else None)


class Hierarchy(AllocationRule):
    """First between nations, regions or foundations, then between the areas of each."""

    kind: Literal["hierarchy"] = "hierarchy"
    first: AnyLevel = Field(description="how the first level shares, and between what (by)")
    then: AnyAllocation = Field(description="how each group shares between its areas")

    def inside(self) -> Sequence[AllocationRule]:
        """List both levels."""
        return self.first, self.then

    def needed(self, round: Round) -> int:
        """Give the pot in which both levels have what they need."""
        groups, between = round.groups(self.first.by), round.grouped(self.first.by)

        def pots(pot: Pence) -> Pence:
            here = between.with_pot(pot)
            return in_money(asked(self.first, here, "first"), here).pence

        own = [self.then.needed(round.within(rows)) for rows in groups.values()]
        above: int = self.first.needed(between)
        return max(above, least_pot(pots, own) if any(own) else 0)

    def remarks(self, round: Round) -> Iterator[str]:
        """Say what both levels have to say, of the second group by group."""
        groups, between = round.groups(self.first.by), round.grouped(self.first.by)
        yield from self.first.remarks(between)
        answer = asked(self.first, between, "first")
        pots = in_money(answer, between).pence
        for number, (name, rows) in enumerate(groups.items()):
            if _may_have_some(answer, number):
                inner = round.within(rows, name).with_pot(pots[number])
                for text in self.then.remarks(inner):
                    yield f"{name}: {text}"

    def shares(self, round: Round) -> Answer:
        """x_i = B · S_g · s_i for the areas i of each group g."""
        groups, between = round.groups(self.first.by), round.grouped(self.first.by)
        answer = asked(self.first, between, "first")
        if isinstance(answer, Ratios):
            first = shared(answer, between, "first")
            inside = self._inside(round, first.values, groups.values())
            if inside is not None:
                return _in_ratios(_Places.of(round, groups), first, inside)
        above = in_money(answer, between)
        parts = []
        for number, (rows, pot) in enumerate(zip(groups.values(), above.pence, strict=True)):
            inner = round.within(rows).with_pot(pot)
            some = _may_have_some(answer, number)
            parts.append(paid(self.then, inner, "then") if some else _nothing(inner))
        return _in_pence(_Places.of(round, groups), above, parts)

    def _inside(
        self, round: Round, shares: Real, groups: Iterable[Rows]
    ) -> list[Shared | None] | None:
        """Ask within each group that gets anything; None where it takes more than proportions."""
        found: list[Shared | None] = []
        for share, rows in zip(shares, groups, strict=True):
            if not share > 0:
                found.append(None)
                continue
            inner = round.within(rows)
            answer = asked(self.then, inner, "then")
            if not isinstance(answer, Ratios):
                return None
            found.append(shared(answer, inner, "then"))
        return found


def _may_have_some(answer: Answer, group: int) -> bool:
    """Tell whether a group gets anything of any pot, as far as is known."""
    return isinstance(answer, Amounts) or bool(answer.weights[group] > 0)


def _nothing(round: Round) -> Amounts:
    """Share nothing out where there never is anything."""
    nothing: Pence = np.zeros((len(round), len(round.pot)), np.int64)
    return Amounts(nothing, lambda _member, _path: [Step("nothing", "=", 0.0, 0.0, "pence")])


@dataclass(frozen=True)
class _Places:
    """Which group each member is in, `(member,)`, its place there, and the groups' names."""

    group: NDArray[np.intp]
    place: NDArray[np.intp]
    names: Sequence[str]
    rows: Sequence[Rows]

    @classmethod
    def of(cls, round: Round, groups: Mapping[str, Rows]) -> _Places:
        group, place = np.empty(len(round), np.intp), np.empty(len(round), np.intp)
        for number, rows in enumerate(groups.values()):
            group[rows], place[rows] = number, np.arange(len(rows))
        return cls(group, place, list(groups), list(groups.values()))


def _in_ratios(places: _Places, first: Shared, inside: Sequence[Shared | None]) -> Ratios:
    total = np.zeros(len(places.group))
    for share, own, rows in zip(first.values, inside, places.rows, strict=True):
        if own is not None:
            total[rows] = share * own.values

    def told(member: int, path: int) -> list[Step]:
        group = int(places.group[member])
        own, share = inside[group], float(first.values[group])
        steps = [] if own is None else list(own.told(int(places.place[member]), path))
        steps += deeper(first.told(group, path))
        words = f"share of {places.names[group]}"
        if own is None:
            return [*steps, Step(words, "=", share, share, "share")]
        return [*steps, Step(words, "×", share, float(total[member]), "share")]

    return Ratios(total, told)


def _in_pence(places: _Places, first: Amounts, parts: Sequence[Amounts]) -> Amounts:
    pence: Pence = np.zeros((len(places.group), first.pence.shape[1]), np.int64)
    direct = np.zeros_like(pence)
    for part, rows in zip(parts, places.rows, strict=True):
        pence[rows] = part.pence
        direct[rows] = 0 if part.direct is None else part.direct

    def told(member: int, path: int) -> list[Step]:
        group = int(places.group[member])
        pot = float(first.pence[group, path])
        own = parts[group].told(int(places.place[member]), path)
        above = deeper(first.told(group, path))
        return [*above, Step(f"for {places.names[group]}", "=", pot, pot, "pence"), *own]

    by_communities = any(part.direct is not None for part in parts)
    return Amounts(pence, told, direct if by_communities else None)
