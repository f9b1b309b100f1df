"""Floors, caps, least grants, damping and phasing in, around any rule, in a stated order.

Each step takes what the one before shares out and gives the same sum, or all that its own bounds
allow: floors draw first on what is not shared, then on the others in proportion; what caps cut off
goes to the others in proportion. A later step can undo an earlier one; the order is a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self, overload

import numpy as np
from pydantic import Field, model_validator

from fundsim.money import LARGEST, Pence, Real, pounds
from fundsim.rules.allocation.answers import (
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    asked,
    in_money,
    shared,
)
from fundsim.rules.base import Fault, Setting
from fundsim.rules.eligible import Eligible
from fundsim.rules.levels import level
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Step, Working, whole
from fundsim.units import Money, Rate, Share

if TYPE_CHECKING:  # the catalogue says of which rules, once it knows them all
    AnyAllocation = AllocationRule

StepName = Literal["phase_in", "damping", "floor", "cap", "minimum_grant"]
ORDER: tuple[StepName, ...] = ("phase_in", "damping", "floor", "cap", "minimum_grant")
_FORMS = ("pounds", "per_head", "of_per_capita", "column")
_HARDLY = 1e-6  # pence: a bound that a float misses by less is kept


class Bound(Setting):
    """How much an area gets at least, or at most, in a round."""

    pounds: Money | None = Field(None, description="the same amount for every area")
    per_head: Money | None = Field(None, description="or: an amount for each person")
    of_per_capita: Rate | None = Field(
        None, ge=0, description="or: a share of what it would get if all money went per head"
    )
    column: str | None = Field(None, description="or: the pounds that a column states")
    times: Rate = Field(1.0, ge=0, description="how much of the column's pounds")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        given = [form for form in _FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            message = f"found {found}; state {', '.join(_FORMS)}, and exactly one of them"
            raise ValueError(message)
        if self.column is None and "times" in self.model_fields_set:
            message = "this multiplies the pounds of a column; state column, or leave it out"
            raise Fault(message, "times")
        return self

    @property
    def scales(self) -> bool:
        """Whether it grows with the pot."""
        return self.of_per_capita is not None

    def of(self, round: Round, pot: Real) -> Working:
        """Work it out for each member, in the pot's own unit, `(member, 1)` or `(member, path)`."""
        if self.pounds is not None:
            return Working.start(
                "the same for every area", np.full(len(round), self.pounds), "pence"
            )
        if self.per_head is not None:
            return round.people().times("for each of them", float(self.per_head), "pence")
        if self.column is not None:
            stated = round.pounds(self.column, key="column")
            return stated if self.times == 1 else stated.times("of that", self.times, "pence")
        assert self.of_per_capita is not None  # noqa: S101 - the validator's promise
        people = round.people()
        share = people.over("all people", whole(people.values), "share")
        return share.times("of the money", pot).times("of that", self.of_per_capita)


class Damping(Setting):
    """How far an area's money may move from one round to the next."""

    fall: Rate | None = Field(None, ge=0, le=1, description="how much it may lose, at most")
    rise: Rate | None = Field(None, ge=0, description="how much it may gain, at most")
    base: str | None = Field(
        None, description="column of pounds that the first round is measured against, if any"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.fall is None and self.rise is None:
            message = "this says nothing; state fall, rise or both"
            raise ValueError(message)
        return self

    def before(self, round: Round) -> Working | None:
        """Give what members had in the round before; None in a first round without a base."""
        if round.before is not None and round.before.any():
            return Working.start("the round before", round.before.astype(np.float64), "pence")
        return None if self.base is None else round.pounds(self.base, key="base")


class Phasing(Setting):
    """How a new rule takes over from an old one, year by year from the fund's first round."""

    steps: list[Share] = Field(
        min_length=1, description="the new rule's part of the money in each year, the last for ever"
    )
    old: AnyAllocation | None = Field(None, description="the rule that is left")
    base: str | None = Field(None, description="or: column of pounds that was paid before")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.old is None) == (self.base is None):
            message = "state old, a rule, or base, a column of pounds, and exactly one of them"
            raise ValueError(message)
        return self

    def reached(self, round: Round) -> float:
        """Give the new rule's part of the money in a round."""
        return self.steps[min(round.when.years, len(self.steps) - 1)]


@dataclass(frozen=True)
class Sharing:
    """What is shared so far: amounts in the pot's unit, and bounds that the last penny keeps."""

    round: Round
    pot: Real
    amounts: Working
    low: Real | float = 0.0
    high: Real | float = np.inf

    def after(self, amounts: Working) -> Sharing:
        """Go on with other amounts; bounds that they do not keep are given up."""
        values = amounts.values
        low = np.where(values >= self.low - _HARDLY, self.low, 0.0)
        high = np.where(values <= self.high + _HARDLY, self.high, np.inf)
        return Sharing(self.round, self.pot, amounts, low, high)


class Adjusted(AllocationRule):
    """Another rule, with floors, caps, a least grant, damping or a phasing in around it."""

    kind: Literal["adjusted"] = "adjusted"
    rule: AnyAllocation = Field(description="the rule whose answer is adjusted")
    eligible: Eligible | None = Field(None, description="who may share at all; all if left out")
    phase_in: Phasing | None = Field(None, description="how it takes over from an older rule")
    damping: Damping | None = Field(None, description="how far money may move between rounds")
    floor: Bound | None = Field(None, description="what every area gets at least")
    cap: Bound | None = Field(None, description="what every area gets at most")
    minimum_grant: Money | None = Field(
        None, description="the smallest grant that is worth making; who would get less gets nothing"
    )
    order: list[StepName] = Field(
        default=list(ORDER), description="the order in which the adjustments are made"
    )

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if all(getattr(self, name) is None for name in (*ORDER, "eligible")):
            message = "nothing is adjusted; state one of eligible, " + ", ".join(ORDER)
            raise ValueError(message)
        missing = [name for name in self._steps if name not in self.order]
        if missing:
            message = f"{' and '.join(missing)} has no place in the order; name it"
            raise Fault(message, "order")
        for number, name in enumerate(self.order):
            if name in self.order[:number]:
                message = f'"{name}" is here twice; name each adjustment once'
                raise Fault(message, "order", number)
        self._refuse_caps_below_floors()
        return self

    def _refuse_caps_below_floors(self) -> None:
        if self.floor is None or self.cap is None:
            return
        for form in _FORMS[:3]:
            low, high = getattr(self.floor, form), getattr(self.cap, form)
            if low is not None and high is not None and high < low:
                message = "the cap is below the floor; raise the one, or lower the other"
                raise Fault(message, "cap", form)

    @property
    def _steps(self) -> Sequence[StepName]:
        return [name for name in ORDER if getattr(self, name) is not None]

    def inside(self) -> Sequence[AllocationRule]:
        """List the rule that is adjusted, and the one that it takes over from."""
        old = self.phase_in.old if self.phase_in else None
        return (self.rule,) if old is None else (self.rule, old)

    def changes(self) -> bool:
        """Whether it depends on time: damping and phasing in do."""
        return self.damping is not None or self.phase_in is not None or super().changes()

    def remarks(self, round: Round) -> Iterator[str]:
        """Say in which order it adjusts, who may share, and what the inner rule has to say."""
        within, members = self._among(round)
        steps = [name for name in self.order if name in self._steps]
        if steps:
            yield f"adjusted in this order: {', then '.join(steps)}"
        if len(members) < len(round):
            yield f"{len(members):,} of {len(round):,} areas may share"
        yield from self.rule.remarks(within)

    def needed(self, round: Round) -> int:
        """Give the pot that pays for all floors, or for what the inner rule needs."""
        within, _ = self._among(round)
        own = self.rule.needed(within)
        if self.floor is None or self.floor.scales:
            return own
        floors = whole(self.floor.of(within, within.money[:, :1]).values)
        return max(own, int(np.ceil(floors[0, 0])))

    def shares(self, round: Round) -> Answer:
        """X = what each step makes of what the one before shares out."""
        within, members = self._among(round)
        answer = asked(self.rule, within, "rule")
        unit = np.ones((1, 1))
        if isinstance(answer, Ratios) and self._only_shares:
            own = shared(answer, within, "rule")
            done = self._adjusted(Sharing(within, unit, Working.going_on(own.values, own.told)))
            return among_all(Ratios.of(done.amounts), members, len(round))
        paid = in_money(answer, within)
        amounts = Working.going_on(paid.pence.astype(np.float64), paid.told)
        return among_all(
            _pence(self._adjusted(Sharing(within, within.money, amounts))), members, len(round)
        )

    @property
    def _only_shares(self) -> bool:
        """Whether all that is asked grows with the pot, so that the answer is in proportions."""
        bounds = [bound for bound in (self.floor, self.cap) if bound is not None]
        by_rule = self.phase_in is None or self.phase_in.old is None
        fixed = self.damping is not None or self.minimum_grant is not None
        return by_rule and not fixed and all(bound.scales for bound in bounds)

    def _among(self, round: Round) -> tuple[Round, Rows]:
        if self.eligible is None:
            return round, np.arange(len(round))
        members = self.eligible.members(round, "eligible")
        return round.within(members, "those who may share"), members

    def _adjusted(self, sharing: Sharing) -> Sharing:
        adjustments: dict[StepName, Callable[[Sharing], Sharing]] = {
            "phase_in": self._phased_in,
            "damping": self._damped,
            "floor": self._floored,
            "cap": self._capped,
            "minimum_grant": self._large_enough,
        }
        for name in self.order:
            if getattr(self, name) is not None:
                sharing = adjustments[name](sharing)
        return sharing

    def _phased_in(self, sharing: Sharing) -> Sharing:
        terms, amounts = self.phase_in, sharing.amounts
        assert terms is not None  # noqa: S101 - asked for only where it is stated
        new = terms.reached(sharing.round)
        old = self._old(terms, sharing).times("the old rule's part", 1 - new)
        return sharing.after(
            amounts.times("the new rule's part", new).plus("what is left of the old", old)
        )

    def _old(self, terms: Phasing, sharing: Sharing) -> Working:
        """What the old rule, or what was paid before, would make of the same sum."""
        together = whole(sharing.amounts.values)
        if terms.old is None:
            assert terms.base is not None  # noqa: S101 - the validator's promise
            paid = sharing.round.pounds(terms.base, key="phase_in")
            return paid.over("all that was paid before", whole(paid.values)).times(
                "the sum now", together
            )
        here = sharing.round.with_pot(np.rint(together[0]).astype(np.int64))
        answer = in_money(asked(terms.old, here, "phase_in", "old"), here)
        return Working.going_on(answer.pence.astype(np.float64), answer.told)

    def _damped(self, sharing: Sharing) -> Sharing:
        terms = self.damping
        assert terms is not None  # noqa: S101 - as above
        had = terms.before(sharing.round)
        if had is None:
            return sharing
        nothing, endless = np.zeros((1, 1)), np.full((1, 1), np.inf)
        low = had.times("may fall to", 1 - terms.fall) if terms.fall is not None else None
        high = had.times("may rise to", 1 + terms.rise) if terms.rise is not None else None
        return _between(sharing, low or Working(nothing), high or Working(endless))

    def _floored(self, sharing: Sharing) -> Sharing:
        assert self.floor is not None  # noqa: S101 - as above
        low = self.floor.of(sharing.round, sharing.pot)
        return _between(sharing, low, Working(np.full((1, 1), np.inf)))

    def _capped(self, sharing: Sharing) -> Sharing:
        assert self.cap is not None  # noqa: S101 - as above
        return _between(sharing, Working(np.zeros((1, 1))), self.cap.of(sharing.round, sharing.pot))

    def _large_enough(self, sharing: Sharing) -> Sharing:
        assert self.minimum_grant is not None  # noqa: S101 - as above
        values = sharing.amounts.values
        enough = (values >= self.minimum_grant).astype(np.float64)
        least = pounds(self.minimum_grant)
        left = sharing.amounts.times(f"at least {least}: 1, else 0", enough)
        more = _ratio(whole(values), whole(left.values))
        kept = sharing.after(left.times("what the smaller ones leave to the others", more))
        return replace(kept, low=np.maximum(kept.low, self.minimum_grant * enough))


def _between(sharing: Sharing, low: Working, high: Working) -> Sharing:
    """Bring amounts between bounds, the others in proportion, and keep the sum where it can be."""
    amounts = sharing.amounts
    values = amounts.values
    least, most = np.broadcast_arrays(low.values, high.values)
    together, floors = whole(values), whole(np.broadcast_to(least, values.shape) * 1.0)
    cut = np.minimum(_ratio(np.broadcast_to(sharing.pot, floors.shape), floors), 1.0)
    least = np.minimum(least * cut, most)
    wanted = whole(np.clip(values, least, most))
    total = np.clip(wanted, together, np.broadcast_to(sharing.pot, wanted.shape))
    times = level(total, values, low=least, high=most)
    told = amounts.times("so that all add up", times)
    if low.is_long or low.lines:
        kept = low if (cut == 1).all() else low.times("as far as the money goes", cut)
        told = told.at_least("at least", kept)
    if high.is_long or high.lines:
        told = told.at_most("at most", high)
    return Sharing(sharing.round, sharing.pot, told, *_kept(sharing, told, least, most))


def _kept(sharing: Sharing, told: Working, low: Real, high: Real) -> tuple[Real, Real]:
    """Give the bounds, new and old, that the amounts keep."""
    before = sharing.after(told)
    return np.maximum(before.low, low), np.minimum(before.high, high)


def _ratio(part: Real, of: Real) -> Real:
    """Divide; 1 where there is nothing to divide by."""
    return np.divide(part, of, out=np.ones(np.broadcast_shapes(part.shape, of.shape)), where=of > 0)


def _pence(done: Sharing) -> Amounts:
    """Round to pence that keep the bounds."""
    values = done.amounts.values
    total = np.rint(np.minimum(whole(values), done.pot)[0]).astype(np.int64)
    low = np.floor(np.broadcast_to(done.low, values.shape) + _HARDLY)
    high = np.broadcast_to(done.high, values.shape)
    most: Pence = np.floor(np.minimum(high + _HARDLY, LARGEST)).astype(np.int64)
    least = np.minimum(np.where(values > 0, low, 0.0).astype(np.int64), most)
    return Amounts.of(done.amounts, total, at_least=least, at_most=most)


@overload
def among_all(answer: Ratios, members: Rows, count: int) -> Ratios: ...
@overload
def among_all(answer: Amounts, members: Rows, count: int) -> Amounts: ...
def among_all(answer: Answer, members: Rows, count: int) -> Answer:
    """Give the answer of some members as one of all, in which the others get nothing."""
    if len(members) == count:
        return answer
    place = np.full(count, -1)
    place[members] = np.arange(len(members))

    def told(member: int, path: int) -> Sequence[Step]:
        if place[member] < 0:
            return [Step("may not share", "=", 0.0, 0.0)]
        return answer.told(int(place[member]), path)

    if isinstance(answer, Ratios):
        weights = np.zeros(count)
        weights[members] = answer.weights
        return Ratios(weights, told)
    pence: Pence = np.zeros((count, answer.pence.shape[1]), np.int64)
    pence[members] = answer.pence
    return Amounts(pence, told)
