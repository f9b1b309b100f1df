"""Rules that look at the value, at prices or at the years left, and at nothing that was spent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate, repeat
from operator import mul
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.money import Real, fractions
from fundsim.rules.profiles import PROFILES
from fundsim.rules.spending.view import QUARTER, SpendingRule, SpendingView
from fundsim.units import Duration, Money, Rate


def whole_quarters(months: int) -> int:
    """Give a length of time back, or raise ValueError where valuations do not divide it."""
    if months % QUARTER:
        message = f"{months} months are not a whole number of quarters"
        raise ValueError(message)
    return months


def whole_years(months: int) -> int:
    """Give a length of time back, or raise ValueError where spending dates do not divide it."""
    if months % 12:
        message = f"{months} months are not a whole number of years"
        raise ValueError(message)
    return months


class PercentOfValue(SpendingRule):
    """A fixed share of the fund's value at the last valuation."""

    kind: Literal["percent_of_value"] = "percent_of_value"
    rate: Rate = Field(ge=0, le=1, description="share of the value spent each year")

    def spend(self, view: SpendingView) -> Real:
        """S = rate · V."""
        return np.asarray(self.rate * view.value, dtype=np.float64)


class ConstantReal(SpendingRule):
    """The same amount every year in the prices of the start day, for as long as it lasts."""

    kind: Literal["constant_real"] = "constant_real"
    amount: Money | None = Field(None, description="yearly amount in the prices of the start day")
    rate: Rate | None = Field(
        None, ge=0, le=1, description="or: share of the value on the first spending date"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.amount is None) == (self.rate is None):
            message = "constant_real takes either amount or rate, and exactly one of them"
            raise ValueError(message)
        return self

    def spend(self, view: SpendingView) -> Real:
        """S = amount · index, or rate · V(first) · index / index(first)."""
        if self.amount is not None:
            return self.amount * view.index
        assert self.rate is not None  # noqa: S101 - the validator's promise, for the type checker
        return self.rate * view.first_value * (view.index / view.first_index)


class MovingAverage(SpendingRule):
    """A fixed share of the fund's average value over the last quarters."""

    kind: Literal["moving_average"] = "moving_average"
    rate: Rate = Field(ge=0, le=1, description="share of the average value spent each year")
    over: Duration = Field(
        36,
        description="how far back the average looks; as far as valuations reach, in the beginning",
        json_schema_extra={"default": "12 quarters"},
    )

    @field_validator("over")
    @classmethod
    def _whole_quarters(cls, months: int) -> int:
        return whole_quarters(months)

    def valuations(self) -> int:
        """Quarters that the average looks back."""
        return self.over // QUARTER

    def spend(self, view: SpendingView) -> Real:
        """S = rate · mean of the last valuations (all there are, if fewer)."""
        mean = view.values.sum(axis=0) / len(view.values)
        return np.asarray(self.rate * mean, dtype=np.float64)


class SpendDown(SpendingRule):
    """The value shared evenly over the years that are left, until nothing is.

    With a real return that is counted on, what is spent is the yearly payment, level in real terms
    and made at the beginning of each year, that such a return would use the fund up with: the
    annuity in advance. It is worked out anew each year from the value that there is, so the last
    year leaves nothing, whatever the return was.
    """

    perpetual: ClassVar[bool] = False
    whole: ClassVar[str] = "the last year of spend_down leaves nothing only if it leaves at once"
    later_keys: ClassVar[Mapping[str, Any]] = {**SpendingRule.later_keys, "real_return": None}

    kind: Literal["spend_down"] = "spend_down"
    over: Duration = Field(description="how long the fund is to last")
    real_return: Rate | None = Field(
        None,
        gt=-1,
        le=1,
        description="yearly return above inflation that is counted on, so that spending is level "
        "in real terms; none is counted on if left out",
    )

    @field_validator("over")
    @classmethod
    def _whole_years(cls, months: int) -> int:
        return whole_years(months)

    def last(self) -> int | None:
        """One spending date a year."""
        return self.over // 12

    def years_left(self, number: int) -> float:
        """Give the years left, each later one counted as the less the more is earned until then.

        n, or 1 + v + ... + v^(n − 1) with v = 1 / (1 + real return).
        """
        left = self.over // 12 - number
        if self.real_return is None:
            return left
        discounts = repeat(1 / (1 + self.real_return), left - 1)
        return math.fsum(accumulate(discounts, mul, initial=1.0))

    def spend(self, view: SpendingView) -> Real:
        """S = V / years left."""
        return np.asarray(view.value / self.years_left(view.number), dtype=np.float64)


class Profile(SpendingRule):
    """Stated shares of the opening money, month by month; what it earns meanwhile is residue."""

    every: ClassVar[int] = 1
    perpetual: ClassVar[bool] = False
    whole: ClassVar[str] = "a profile has months of its own"

    kind: Literal["profile"] = "profile"
    profile: str | list[Rate] = Field(
        description="a named profile, or the share of the opening money for each month"
    )

    @field_validator("profile")
    @classmethod
    def _known_and_whole(cls, profile: str | list[float]) -> str | list[float]:
        if isinstance(profile, str):
            if profile not in PROFILES:
                message = f'there is no profile "{profile}"; known: {", ".join(PROFILES)}'
                raise ValueError(message)
            return profile
        if any(share < 0 for share in profile):
            message = "a share is negative"
            raise ValueError(message)
        if not abs(sum(profile) - 1) < 1e-9:  # noqa: PLR2004 - decimals as floats
            message = f"the shares sum to {sum(profile):.6g}, not to 1"
            raise ValueError(message)
        return profile

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the opening money for each month."""
        return PROFILES[self.profile] if isinstance(self.profile, str) else tuple(self.profile)

    def last(self) -> int | None:
        """One spending date for each month of the profile."""
        return len(self.shares)

    def spend(self, view: SpendingView) -> Real:
        """S = opening · share of this month, by cumulative rounding, so that all sum to it."""
        reached = np.rint(fractions(np.array(self.shares)) * view.opening)
        before = reached[view.number - 1] if view.number else 0.0
        return np.full(view.index.shape, reached[view.number] - before)
