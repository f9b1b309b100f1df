"""A fund in programmes, each with a part of the money, a rule and eligible areas of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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
from fundsim.wording import day as in_words

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

    def away(self, day: date) -> str:
        """Say why it is not there on a day; nothing where it is.

        >>> Spell(until=date(2028, 4, 1)).away(date(2030, 4, 1))
        'ended on 1 April 2028'
        """
        if self.covers(day):
            return ""
        if self.until is not None and self.until <= day:
            return f"ended on {in_words(self.until)}"
        return f"begins on {in_words(self.begins or day)}"

    def turns(self, name: str) -> Iterator[tuple[date, str]]:
        """Give the days on which it begins and ends, each with what then happens, in words.

        >>> list(Spell(until=date(2028, 4, 1)).turns("libraries"))
        [(datetime.date(2028, 4, 1), 'libraries ends')]
        """
        if self.begins is not None:
            yield self.begins, f"{name} begins"
        if self.until is not None:
            yield self.until, f"{name} ends"


def listed(names: Sequence[str]) -> str:
    """Write names as a list.

    >>> listed(["hubs"]), listed(["hubs", "grants", "parks"])
    ('hubs', 'hubs, grants and parks')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def percent(part: float) -> str:
    """Write a part of the money.

    >>> percent(0.4)
    '40%'
    """
    return f"{100 * part:.6g}%"


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
    programmes: list[Programme] = Field(min_length=1, description="the programmes, a list")

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
        """Say who begins and ends when, how much waits, and what the programmes' rules say."""
        yield from self._turns()
        parts = self.parts(round)
        waiting = 1 - math.fsum(parts.values())
        if waiting > TOLERANCE:
            yield f"{percent(waiting)} of the money waits, since no programme is there to share it"
        pots = pots_of(round.pot, list(parts.values()))
        for number, programme in enumerate(self.programmes):
            within, members = self._among(round, number)
            if len(members) < len(round):
                yield f"{programme.name}: {len(members):,} of {len(round):,} areas may share"
            for text in programme.rule.remarks(within.with_pot(pots[number])):
                yield f"{programme.name}: {text}"

    def _turns(self) -> Iterator[str]:
        """Say of each day on which programmes begin or end where their part of the money goes."""
        turns: dict[date, dict[int, str]] = {}
        for number, one in enumerate(self.programmes):
            for day, words in one.turns(one.name):
                turns.setdefault(day, {})[number] = words
        for day, happens in sorted(turns.items()):
            after = [one.covers(day) for one in self.programmes]
            if len(happens) > 1:
                goes = self._goes_to(self._parts(after))
                yield f"on {in_words(day)} {listed([*happens.values()])}; from then {goes}"
                continue
            ((number, words),) = happens.items()
            before = [there != (at == number) for at, there in enumerate(after)]
            when = "until then" if after[number] else "from then"
            mine, others = sorted((before, after), key=lambda there: not there[number])
            moves = self._moves(number, self._parts(mine), self._parts(others))
            yield f"{words} on {in_words(day)}; {when} {moves}"

    def _goes_to(self, parts: Mapping[str, Share]) -> str:
        """Say who has how much of the money."""
        some = [f"{name} ({percent(part)})" for name, part in parts.items() if part]
        waiting = 1 - math.fsum(parts.values())
        waits = f", and {percent(waiting)} waits" if waiting > TOLERANCE else ""
        return f"the money goes to {listed(some)}{waits}" if some else "all money waits"

    def _moves(self, number: int, there: Mapping[str, Share], without: Mapping[str, Share]) -> str:
        """Say where a programme's part of the money goes while it is not there."""
        its = f"its {percent(there[self.programmes[number].name])}"
        more = [name for name in without if without[name] - there[name] > TOLERANCE]
        if not more:
            return f"{its} waits, since no other is there to share it"
        if len(more) == 1:
            return f"{its} goes to {more[0]}"
        whose = "the others" if more == [n for n, part in without.items() if part] else listed(more)
        return f"{its} goes to {whose} in proportion"

    def parts(self, round: Round) -> dict[str, Share]:
        """Give each programme's share of the money on the round's day; who is not there has none.

        Where one with a weight is not there, its share goes to the others with weights; where none
        of them is there, what top slices leave waits for the next round. Where there are only top
        slices, the share of one that is not there goes to the others in proportion.
        """
        return self._parts([one.covers(round.when.day) for one in self.programmes])

    def _parts(self, there: Sequence[bool]) -> dict[str, Share]:
        """Give each programme's share of the money where these are there."""
        here = list(zip(self.programmes, there, strict=True))
        slices = [one.top_slice or 0.0 if among else 0.0 for one, among in here]
        weights = [one.weight or 0.0 if among else 0.0 for one, among in here]
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
        amounts, words = self.amounts(round), self._words(round)
        return added({words[name]: own for name, own in amounts.items()})

    def _words(self, round: Round) -> dict[str, str]:
        """Call each programme by its name; say of one that is away why, and who shares its part."""
        day = round.when.day
        there = [one.covers(day) for one in self.programmes]
        away = {one.name: f"{one.name} ({one.away(day)})" for one in self.programmes}
        parts, whose = self._parts(there), {one.name: list[str]() for one in self.programmes}
        for number, one in enumerate(self.programmes):
            with_it = [among or at == number for at, among in enumerate(there)]
            if there[number] or not self._fit(with_it):
                continue
            before = self._parts(with_it)
            more = [name for name in parts if parts[name] - before[name] > TOLERANCE]
            its = "its part of " if len(more) > 1 else ""
            for name in more:
                whose[name].append(f"{its}what {away[one.name]} would have")
        return {
            one.name: away[one.name] if not among else _with_parts_of(one.name, whose[one.name])
            for one, among in zip(self.programmes, there, strict=True)
        }

    def _fit(self, there: Sequence[bool]) -> bool:
        """Whether these could be there together: they slice no more off than there is."""
        both = zip(self.programmes, there, strict=True)
        return math.fsum(one.top_slice or 0.0 for one, among in both if among) <= 1 + TOLERANCE

    def _in_ratios(self, round: Round) -> Ratios | None:
        """Answer with proportions; None where a programme takes more than those, or money waits.

        A programme that is not there is asked too, so that what is wrong with it shows at once.
        """
        parts, words = self.parts(round), self._words(round)
        found: dict[str, tuple[float, Shared]] = {}
        in_ratios = math.fsum(parts.values()) >= 1 - TOLERANCE
        for number, programme in enumerate(self.programmes):
            key = ("programmes", number, "rule")
            within, members = self._among(round, number)
            answer = asked(programme.rule, within, *key)
            if not isinstance(answer, Ratios):
                in_ratios = False
                continue
            own = shared(answer.among_all(members, len(round)), round, *key)
            if parts[programme.name]:
                found[words[programme.name]] = parts[programme.name], own
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
            found[programme.name] = answer.among_all(members, len(round))
        return found

    def _among(self, round: Round, number: int) -> tuple[Round, Rows]:
        programme = self.programmes[number]
        if programme.eligible is None:
            return round, np.arange(len(round))
        members = programme.eligible.members(round, "programmes", number, "eligible")
        return round.within(members, f"those who may share {programme.name}"), members


def _with_parts_of(name: str, others: Sequence[str]) -> str:
    return f"{name}, with {listed(others)}" if others else name


def pots_of(pot: Pence, parts: Sequence[float]) -> Pence:
    """Give each part's pence, `(part, path)`; what parts leave of 1 is nobody's."""
    rest = max(1 - math.fsum(parts), 0.0)
    waits = rest if rest > TOLERANCE else 0.0
    return apportion(pot, fractions(np.array([*parts, waits]), of="the parts"))[:-1]
