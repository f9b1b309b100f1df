"""How much an area gets at least, or at most: as stated, or by what it had the round before."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.money import LARGEST, Real
from fundsim.rules.allocation.bases import to_the_penny
from fundsim.rules.base import Fault, Setting
from fundsim.rules.round import Round
from fundsim.rules.working import Unit, Working, whole
from fundsim.units import Money, Rate

FORMS = ("pounds", "per_head", "of_per_capita", "column")


class Bound(Setting):
    """How much an area gets at least, or at most, in a round."""

    pounds: Money | None = Field(None, description="the same amount for every area")
    per_head: Money | None = Field(None, description="or: an amount for each person")
    of_per_capita: Rate | None = Field(
        None, ge=0, description="or: a share of what it would get if all money went per head"
    )
    column: str | None = Field(None, description="or: the pounds that a column states")
    times: Rate | None = Field(
        None, ge=0, description="how much of the column's pounds; all of them if left out"
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        given = [form for form in FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            message = f"found {found}; state {', '.join(FORMS)}, and exactly one of them"
            raise ValueError(message)
        if self.column is None and self.times is not None:
            message = "this multiplies the pounds of a column; state column, or leave it out"
            raise Fault(message, "times")
        return self

    @property
    def form(self) -> str:
        """The key that says how much it is."""
        return next(form for form in FORMS if getattr(self, form) is not None)

    @property
    def scales(self) -> bool:
        """Whether it grows with the pot."""
        return self.of_per_capita is not None

    def of(self, round: Round, pot: Real, unit: Unit = "pence") -> Working:
        """Work it out for each member, in the pot's own unit, `(member, 1)` or `(member, path)`.

        A pot in shares is 1, and of such a one only what scales can be asked.
        """
        if self.pounds is not None:
            return Working.start(
                "the same for every area", np.full(len(round), self.pounds), "pence"
            )
        if self.per_head is not None:
            return round.people().times("for each of them", float(self.per_head), "pence")
        if self.column is not None:
            stated = round.pounds(self.column, key="column")
            if self.times is None:
                return stated
            return to_the_penny(stated.times("of that", self.times, "pence"))
        assert self.of_per_capita is not None  # noqa: S101 - the validator's promise
        people = round.people()
        share = people.over("all people", whole(people.values), "share")
        return share.times("of the money", pot, unit).times("of that", self.of_per_capita)


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

    def bounds(self, round: Round) -> tuple[Working, Working]:
        """Give what each area gets at least and at most, to the nearest penny."""
        had = self._had(round)
        low, high = Working(np.zeros((1, 1))), Working(np.full((1, 1), np.inf))
        if had is None:
            return low, high
        if self.fall is not None:
            low = to_the_penny(had.times("may fall to", 1 - self.fall, "pence"))
        if self.rise is not None:
            high = to_the_penny(had.times("may rise to", 1 + self.rise, "pence"))
            words = "no limit where nothing was shared before"
            free = np.where(whole(had.values) > 0, 0.0, float(LARGEST))
            high = high if round.before is None else high.at_least(words, free, "pence")
        return low, high

    def _had(self, round: Round) -> Working | None:
        """Give what areas had before: in the last round, or in the base where there was none."""
        base = None if self.base is None else self._read(round, self.base)
        if round.before is None:
            return base
        before, words = round.before.astype(np.float64), "the round before"
        if base is not None:
            before = np.where(before.any(axis=0), before, base.values)
            words = f"the round before, or {round.title_of(self.base or '')} where there was none"
        return Working.start(words, before, "pence")

    def _read(self, round: Round, base: str) -> Working:
        paid_before = round.pounds(base, key="base")
        if not paid_before.values.any():
            message = f"every area has 0 in {base}"
            raise Fault(message, "base")
        return paid_before
