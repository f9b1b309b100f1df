"""How much leaves a fund for distribution on each of its spending dates.

A rule answers with a float amount in pence for every path; the engine rounds it once, and pays
no more than the fund holds. Formulae and known users: domain notes on endowment practice
(percentage, inflation-linked and moving-average rules; spend-down by years left).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.money import Pence, Real, fractions
from fundsim.rules.base import Rule
from fundsim.rules.profiles import PROFILES
from fundsim.units import Day, Duration, Money, Rate

QUARTER = 3  # months


@dataclass(frozen=True)
class SpendingView:
    """What a spending rule may see on a spending date; all of it read-only."""

    number: int
    """How many spending dates came before this one."""
    values: Pence
    """The fund's value at the valuations that the rule reads, `(valuation, path)`, newest last;
    one of nothing where it has never been valued."""
    opening: int
    """The fund's opening money, in pence."""
    index: Real
    """Prices at the last quarter-end over those of the start day, `(path,)`."""
    first_value: Pence
    """The value read on the first spending date, `(path,)`."""
    first_index: Real
    """The price index read on the first spending date, `(path,)`."""

    @property
    def value(self) -> Pence:
        """The newest valuation, `(path,)`."""
        return np.asarray(self.values[-1])


class SpendingRule(Rule):
    """A rule that says how much is spent on a spending date."""

    every: ClassVar[int] = 12
    """Months between two spending dates."""
    perpetual: ClassVar[bool] = True
    """False for a rule that is meant to use the fund up."""

    first: Day | None = Field(
        None, description="the first spending date; the start day if left out"
    )

    def valuations(self) -> int:
        """How many of the newest valuations the rule reads."""
        return 1

    def last(self) -> int | None:
        """How many spending dates there are at most; None for no end."""
        return None

    def spend(self, view: SpendingView) -> Real:
        """Answer with pence as floats, `(path,)`."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


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
        if months % QUARTER:
            message = f"{months} months are not a whole number of quarters"
            raise ValueError(message)
        return months

    def valuations(self) -> int:
        """Quarters that the average looks back."""
        return self.over // QUARTER

    def spend(self, view: SpendingView) -> Real:
        """S = rate · mean of the last valuations (all there are, if fewer)."""
        mean = view.values.sum(axis=0) / len(view.values)
        return np.asarray(self.rate * mean, dtype=np.float64)


class SpendDown(SpendingRule):
    """The value shared evenly over the years that are left, until nothing is."""

    perpetual: ClassVar[bool] = False

    kind: Literal["spend_down"] = "spend_down"
    over: Duration = Field(description="how long the fund is to last")

    @field_validator("over")
    @classmethod
    def _whole_years(cls, months: int) -> int:
        if months % 12:
            message = f"{months} months are not a whole number of years"
            raise ValueError(message)
        return months

    def last(self) -> int | None:
        """One spending date a year."""
        return self.over // 12

    def spend(self, view: SpendingView) -> Real:
        """S = V / years left."""
        return np.asarray(view.value / (self.over // 12 - view.number), dtype=np.float64)


class Profile(SpendingRule):
    """Stated shares of the opening money, month by month; what it earns meanwhile is residue."""

    every: ClassVar[int] = 1
    perpetual: ClassVar[bool] = False

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


AnySpending = Annotated[
    PercentOfValue | ConstantReal | MovingAverage | SpendDown | Profile,
    Field(discriminator="kind"),
]
