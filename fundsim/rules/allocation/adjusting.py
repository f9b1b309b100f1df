"""Floors, caps, least grants, damping and phasing in, around any rule, in a stated order.

Each step takes what the one before shares out and gives the same sum, or all that its own bounds
allow: floors draw first on what is not shared, then on the others in proportion; what caps cut off
goes to the others in proportion. A later step can undo an earlier one; the order is a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from fundsim.money import Real, pounds
from fundsim.rules.allocation.answers import (
    AllocationRule,
    Answer,
    Ratios,
    asked,
    in_money,
    shared,
    under,
)
from fundsim.rules.allocation.bases import in_shares, in_steps, names, pence_for, told_at
from fundsim.rules.allocation.bounds import FORMS, Bound, Damping
from fundsim.rules.allocation.sharing import (
    HARDLY,
    Sharing,
    between,
    exactly,
    in_pence,
    mean_part,
    ratio,
)
from fundsim.rules.base import Fault, Setting
from fundsim.rules.eligible import Eligible
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import Unit, Working, whole
from fundsim.units import Money, Share

if TYPE_CHECKING:  # the catalogue says of which rules, once it knows them all
    AnyAllocation = AllocationRule

StepName = Literal["phase_in", "damping", "floor", "cap", "minimum_grant"]
ORDER: tuple[StepName, ...] = ("phase_in", "damping", "floor", "cap", "minimum_grant")
_ALL = 1 - 1e-9  # of the whole: what is less leaves money over


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
        if sorted(self.steps) != self.steps:
            message = "the steps go back; each is at least the one before"
            raise Fault(message, "steps")
        return self

    def reached(self, round: Round) -> float:
        """Give the new rule's part of the money in a round."""
        return self.steps[min(round.when.years, len(self.steps) - 1)]


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
            message = f"{' and '.join(missing)} cannot be found here; name every adjustment"
            raise Fault(message, "order")
        for number, name in enumerate(self.order):
            if name in self.order[:number]:
                message = f'"{name}" is here twice; name each adjustment once'
                raise Fault(message, "order", number)
        self._refuse_bounds_for_ever()
        self._refuse_grants_above_floors()
        return self

    def _refuse_bounds_for_ever(self) -> None:
        """Refuse what no pot could keep, whatever the areas."""
        if self.floor is not None and (self.floor.of_per_capita or 0) > 1:
            message = "no pot gives everybody more than its part per head; give 100% or less"
            raise Fault(message, "floor", "of_per_capita")
        if self.floor is None or self.cap is None:
            return
        for form in FORMS[:3]:
            low, high = getattr(self.floor, form), getattr(self.cap, form)
            if low is not None and high is not None and high < low:
                message = "the cap is below the floor; raise the one, or lower the other"
                raise Fault(message, "cap", form)

    def _refuse_grants_above_floors(self) -> None:
        """Refuse a least grant that takes a floor in pounds away again from whoever is on it."""
        floor, least = self.floor.pounds if self.floor else None, self.minimum_grant
        if floor and least is not None and floor < least and self._cancels_floors:
            message = (
                f"the least grant, {pounds(least)}, is above the floor, {pounds(floor)}, and comes "
                "after it, so that who is on the floor would get nothing; lower the one, raise the "
                "other, or put minimum_grant before floor in the order"
            )
            raise Fault(message, "minimum_grant")

    @property
    def _cancels_floors(self) -> bool:
        """Whether the least grant comes after the floor."""
        return self._comes_before("minimum_grant", "floor")

    def _comes_before(self, later: StepName, earlier: StepName) -> bool:
        """Whether both of two steps are asked for, in that order."""
        both = getattr(self, earlier) is not None and getattr(self, later) is not None
        return both and self.order.index(later) > self.order.index(earlier)

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
        """Say in which order it adjusts, what it cannot, and what the inner rule has to say."""
        within, members = self._among(round)
        steps = [name for name in self.order if name in self._steps]
        if steps:
            yield f"adjusted in this order: {', then '.join(steps)}"
        if len(members) < len(round):
            yield f"{len(members):,} of {len(round):,} areas may share"
        if self.damping is not None and self.damping.base is None and round.before is None:
            yield "damping has no round before this one to hold it against, and changes nothing"
        clashing = self._capped_below_floors(within)
        if clashing.any() and round.pot.any():
            yield (
                f"the cap is below the floor for {names(within, clashing)}; of the two, the later "
                "in the order counts"
            )
        if self.phase_in is not None:
            yield in_steps(self.phase_in.steps, within)
        yield from self._left_without_floors(within)
        yield from self._taken_beyond(within)
        yield from self._shut_out()
        yield from self.rule.remarks(within)

    def _left_without_floors(self, round: Round) -> Iterator[str]:
        """Name those to whom the floor promises something of the first pot, and who get nothing."""
        here = round.with_pot(round.pot[:1])
        if not (self._cancels_floors and here.pot.any()):
            return
        promised = self._bound("floor", here, here.money).values[:, 0] > 0
        nothing = promised & (in_money(self._shared(here), here).pence[:, 0] == 0)
        if nothing.any():
            yield (
                f"the floor promises {names(round, nothing)} something, and the least grant of "
                f"{pounds(self.minimum_grant or 0)}, which comes after it, leaves them nothing"
            )

    def _taken_beyond(self, round: Round) -> Iterator[str]:
        """Name those whom the least grant takes beyond a bound that comes before it."""
        here = round.with_pot(round.pot[:1])
        bounds: dict[StepName, str] = {"cap": "the cap", "damping": "the rise that damping allows"}
        for which, words in bounds.items():
            high = self._high(which, here)
            if high is None or not self._comes_before("minimum_grant", which):
                continue
            told = f"what small grants leave goes to the others, and {{}} beyond {words}"
            if not here.pot.any():
                yield told.format("may take them")
                continue
            over = in_money(self._shared(here), here).pence[:, 0] > np.ceil(high - HARDLY)
            if over.any():
                yield told.format(f"takes {names(round, over)}")

    def _high(self, which: StepName, round: Round) -> Real | None:
        """Give what a cap, or damping, leaves areas at most, `(area,)`; None where none is."""
        if which == "cap" and self.cap is not None:
            high = self._bound("cap", round, round.money)
        elif which == "damping" and self.damping is not None and self.damping.rise is not None:
            with under("damping"):
                _, high = self.damping.bounds(round)
        else:
            return None
        return np.broadcast_to(high.values, (len(round), 1))[:, 0]

    def _shut_out(self) -> Iterator[str]:
        """Say who can never come back."""
        rises = self.damping is not None and self.damping.rise is not None
        if rises and self.minimum_grant is not None:
            yield (
                "who is left without a grant in one round gets none later, since what damping lets "
                "nothing rise to is nothing"
            )

    def needed(self, round: Round) -> int:
        """Give the pot that pays for all floors, or for what the inner rule needs."""
        within, _ = self._among(round)
        own = self.rule.needed(within)
        if self.floor is None or self.floor.scales:
            return own
        return max(own, pence_for(self._bound("floor", within, within.money[:, :1]).values))

    def shares(self, round: Round) -> Answer:
        """X = what each step makes of what the one before shares out."""
        within, members = self._among(round)
        self._refuse_caps_below_floors(within)
        return self._shared(within).among_all(members, len(round))

    def _shared(self, within: Round) -> Answer:
        """Share between those who may."""
        answer = asked(self.rule, within, "rule")
        if isinstance(answer, Ratios) and self._only_shares:
            own = shared(answer, within, "rule")
            working = Working.going_on(own.values, own.told)
            start = Sharing(within, np.ones((1, 1)), "share", working)
            done = self._adjusted(start).amounts
            if whole(done.values)[0, 0] >= _ALL:
                return Ratios.of(done)
        amounts, direct = exactly(answer, within, "rule")
        sharing = self._adjusted(Sharing(within, within.money, "pence", amounts, direct))
        return in_pence(sharing).with_direct(sharing.direct)

    def _bound(
        self, which: Literal["floor", "cap"], round: Round, pot: Real, unit: Unit = "pence"
    ) -> Working:
        bound = self.floor if which == "floor" else self.cap
        assert bound is not None  # noqa: S101 - asked for only where it is stated
        with under(which):
            return bound.of(round, pot, unit)

    def _capped_below_floors(self, round: Round) -> NDArray[np.bool_]:
        """Mark the members whose cap is below their floor with the round's first pot."""
        if self.floor is None or self.cap is None:
            return np.zeros(len(round), np.bool_)
        pot = round.money[:, :1]
        low, high = (self._bound(which, round, pot).values for which in ("floor", "cap"))
        return np.broadcast_to(high < low, (len(round), 1))[:, 0]

    def _refuse_caps_below_floors(self, round: Round) -> None:
        """Refuse bounds that contradict each other whatever the pot."""
        if not (self.floor and self.cap) or self.floor.scales or self.cap.scales:
            return
        clashing = self._capped_below_floors(round)
        if clashing.any():
            who = names(round, clashing)
            message = f"the cap is below the floor for {who}; raise the one, or lower the other"
            raise Fault(message, "cap", self.cap.form)

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
        part = terms.reached(sharing.round)
        now, direct = self._old(terms, sharing)
        new, old = amounts.times("the new rule's part", part), now.times("its part", 1 - part)
        both = new.plus("what is left of the old rule", old)
        mean = mean_part(sharing.direct, new.values, direct, old.values)
        return replace(sharing.after(both), direct=mean)

    def _old(self, terms: Phasing, sharing: Sharing) -> tuple[Working, Real | None]:
        """What the old rule, or what was paid before, would make of the same sum."""
        together = whole(sharing.amounts.values)
        if terms.old is None:
            assert terms.base is not None  # noqa: S101 - the validator's promise
            with told_at("phase_in", "base"):
                before = sharing.round.pounds(terms.base, key="base")
                part = in_shares(before, terms.base)
            return part.times("the sum now", together, sharing.unit), None
        here = sharing.round.with_pot(np.rint(together[0]).astype(np.int64))
        return exactly(asked(terms.old, here, "phase_in", "old"), here, "phase_in", "old")

    def _damped(self, sharing: Sharing) -> Sharing:
        assert self.damping is not None  # noqa: S101 - as above
        with under("damping"):
            return between(sharing, *self.damping.bounds(sharing.round))

    def _floored(self, sharing: Sharing) -> Sharing:
        low = self._bound("floor", sharing.round, sharing.pot, sharing.unit)
        return between(sharing, low, Working(np.full((1, 1), np.inf)))

    def _capped(self, sharing: Sharing) -> Sharing:
        high = self._bound("cap", sharing.round, sharing.pot, sharing.unit)
        return between(sharing, Working(np.zeros((1, 1))), high)

    def _large_enough(self, sharing: Sharing) -> Sharing:
        assert self.minimum_grant is not None  # noqa: S101 - as above
        values = sharing.amounts.values
        enough = (values >= self.minimum_grant - HARDLY).astype(np.float64)
        least = pounds(self.minimum_grant)
        left = sharing.amounts.times(f"at least {least}: 1, else 0", enough)
        more = ratio(whole(values), whole(left.values))
        kept = sharing.after(left.times("what the smaller ones leave to the others", more))
        return replace(kept, low=np.maximum(kept.low, self.minimum_grant * enough))
