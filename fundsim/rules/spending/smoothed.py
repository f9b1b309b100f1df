"""Rules that go on from what was spent last: by prices, by a weight, or step by step.

S is what is spent, V the newest valuation, π the change of prices since the last spending date.
Each rule names whose it is, and how that is known. On the first spending date nothing was spent
before: each of these rules then begins with its rate times the value that it reads, between its
bounds where it has any.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.money import Pence, Real
from fundsim.rules.spending.plain import whole_quarters
from fundsim.rules.spending.view import QUARTER, YEAR, SpendingRule, SpendingView
from fundsim.units import Duration, Rate


def percent(rate: float) -> str:
    """Write a rate in a message."""
    return f"{rate * 100:.6g}%"


class Bounded(SpendingRule):
    """A rule that spends neither less than one share of a value nor more than another."""

    rate: Rate = Field(ge=0, le=1, description="share of the value that spending begins with")
    low: Rate = Field(ge=0, le=1, description="share of the value that is spent at least")
    high: Rate = Field(ge=0, le=1, description="share of the value that is spent at most")

    @model_validator(mode="after")
    def _low_below_high(self) -> Self:
        if self.low > self.high:
            message = (
                f"low, {percent(self.low)}, is above high, {percent(self.high)}; "
                "expected low at most as much as high"
            )
            raise ValueError(message)
        return self

    def within(self, wish: Real, value: Real | Pence) -> Real:
        """Bring what is asked for between the two shares of a value, `(path,)`."""
        return np.clip(wish, self.low * value, self.high * value)


class BandedReal(Bounded):
    """Last year's spending raised with prices, within a band of shares of the value.

    Where the band has moved it, the next year goes on from there: spending sticks to the limits
    (Journal of Education Finance 31(2), 2005). After a year without spending it begins anew.
    """

    looks_back: ClassVar[bool] = True

    kind: Literal["banded_real"] = "banded_real"
    rate: Rate = Field(
        ge=0,
        le=1,
        description="share of the value spent on the first spending date, and after a year in "
        "which nothing was spent",
    )

    def spend(self, view: SpendingView) -> Real:
        """S = clamp(S(last) · (1 + π), low · V, high · V)."""
        return self.within(raised(self.rate, view), view.value)


def raised(rate: float, view: SpendingView) -> Real:
    """Raise last year's spending with prices; begin with a rate where there was none, `(path,)`."""
    anew, last = rate * view.value, view.last_at_prices_of_today
    return np.asarray(anew if last is None else np.where(last > 0, last, anew), dtype=np.float64)


class TargetCorridor(Bounded):
    """The same real amount every year, as long as it is between two shares of the value.

    Our plainest reading of a corridor: Harvard's is 5.0 to 5.5 per cent, and the formula by which
    it chooses within it is unverified and not this one. The amount itself is never moved: spending
    returns to it as soon as the corridor allows, where a banded rule sticks to the limit.
    """

    kind: Literal["target_corridor"] = "target_corridor"
    rate: Rate = Field(
        ge=0,
        le=1,
        description="share of the value on the first spending date; that amount is the target, in "
        "prices of its day",
    )

    def spend(self, view: SpendingView) -> Real:
        """S = clamp(rate · V(first) · index / index(first), low · V, high · V)."""
        target = self.rate * view.first_value * (view.index / view.first_index)
        return self.within(target, view.value)


class Hybrid(Bounded):
    """Mostly last year's spending, partly a share of last year's value, both in prices of today.

    Tobin's rule with Yale's figures of 2013 (endowmentinvestor.org, March 2014). The value is the
    one four quarters before the newest, or the oldest there is: what was the newest when last
    year's spending was decided, so that all that the rule reads, prices apart, is a year old. It is
    raised with prices as last year's spending is, and the bounds are shares of it. On the first
    spending date the newest value stands for it.
    """

    looks_back: ClassVar[bool] = True

    kind: Literal["hybrid"] = "hybrid"
    weight: Rate = Field(0.8, ge=0, le=1, description="part of last year's spending in this year's")
    rate: Rate = Field(
        0.0525,
        ge=0,
        le=1,
        description="share of last year's value that spending is drawn to; it begins with it on "
        "the first spending date",
    )
    low: Rate = Field(0.045, ge=0, le=1, description="share of that value that is spent at least")
    high: Rate = Field(0.06, ge=0, le=1, description="share of that value that is spent at most")

    def valuations(self) -> int:
        """Those of a year, and the one that it began with."""
        return YEAR + 1

    def spend(self, view: SpendingView) -> Real:
        """S = clamp(w · S(last) · (1 + π) + (1 − w) · rate · M, low · M, high · M).

        M = V(four quarters ago) · (1 + π); on the first spending date S = clamp(rate · V, ...).
        """
        last, dearer = view.last_at_prices_of_today, view.dearer
        if last is None or dearer is None:
            begun: Real = self.rate * view.value.astype(np.float64)
            return self.within(begun, view.value)
        value: Real = view.values[0] * dearer
        wish: Real = self.weight * last + (1 - self.weight) * (self.rate * value)
        return self.within(wish, value)


class HybridGeneral(SpendingRule):
    """Partly last year's spending raised with prices, partly a share of the value or its average.

    Dartmouth takes 0.7 of last year's and an average over four quarters, Queen's 0.7 with 4.5 per
    cent of an average over a year (NACUBO, February 2007), Yale 0.8.
    """

    looks_back: ClassVar[bool] = True

    kind: Literal["hybrid_general"] = "hybrid_general"
    weight: Rate = Field(ge=0, le=1, description="part of last year's spending in this year's")
    rate: Rate = Field(
        ge=0,
        le=1,
        description="share of the value that spending is drawn to; it begins with it on the first "
        "spending date",
    )
    over: Duration = Field(
        QUARTER,
        description="over how long values are averaged, as far as valuations reach; one quarter is "
        "the newest value alone",
        json_schema_extra={"default": "1 quarter"},
    )

    @field_validator("over")
    @classmethod
    def _whole_quarters(cls, months: int) -> int:
        return whole_quarters(months)

    def valuations(self) -> int:
        """Quarters that the average looks back."""
        return self.over // QUARTER

    def spend(self, view: SpendingView) -> Real:
        """S = w · S(last) · (1 + π) + (1 − w) · rate · mean of the last valuations."""
        drawn = self.rate * (view.values.sum(axis=0) / len(view.values))
        last = view.last_at_prices_of_today
        if last is None:
            return np.asarray(drawn, dtype=np.float64)
        return np.asarray(self.weight * last + (1 - self.weight) * drawn)


class SmoothedTarget(SpendingRule):
    """Last year's spending, moved a part of the way to a target share of the value.

    Stanford's target was 5.5 per cent (ai-cio.com). Prices play no part but through the value.
    """

    looks_back: ClassVar[bool] = True

    kind: Literal["smoothed_target"] = "smoothed_target"
    rate: Rate = Field(
        ge=0,
        le=1,
        description="the target, a share of the value; spending begins with it on the first "
        "spending date",
    )
    alpha: Rate = Field(
        ge=0, le=1, description="how much of the way to the target spending goes in a year"
    )

    def spend(self, view: SpendingView) -> Real:
        """S = S(last) + alpha · (rate · V − S(last))."""
        target = self.rate * view.value
        if view.last is None:
            return np.asarray(target, dtype=np.float64)
        return np.asarray(view.last + self.alpha * (target - view.last))


class Guardrails(SpendingRule):
    """Last year's spending raised with prices, cut or raised where it strays from the first rate.

    The rails of Guyton and Klinger (Journal of Financial Planning, March 2006): where the current
    rate, what would be spent over the value, is over a fifth above the first one, a tenth is cut;
    where it is over a fifth below, a tenth is added. Their other rules (no rise after a bad year,
    which asset is sold, no cut in the last 15 years) are left out. After a year without spending it
    begins anew.
    """

    looks_back: ClassVar[bool] = True

    kind: Literal["guardrails"] = "guardrails"
    rate: Rate = Field(
        ge=0,
        le=1,
        description="the first rate: share of the value spent on the first spending date, and "
        "after a year in which nothing was spent",
    )
    above: Rate = Field(
        0.2, ge=0, description="how far, as a share of the first rate, the current one may be above"
    )
    cut: Rate = Field(0.1, ge=0, le=1, description="what is cut where it is farther above")
    below: Rate = Field(
        0.2,
        ge=0,
        le=1,
        description="how far, as a share of the first rate, the current one may be below",
    )
    rise: Rate = Field(0.1, ge=0, description="what is added where it is farther below")

    @model_validator(mode="after")
    def _rails_apart(self) -> Self:
        if (1 + self.above) * (1 - self.cut) < 1 - self.below:
            message = (
                f"the guardrails cross: a cut of {percent(self.cut)} at the upper one, "
                f"{percent(self.above)} above the first rate, leads below the lower one, "
                f"{percent(self.below)} below it; cut less, or set them farther apart"
            )
            raise ValueError(message)
        if (1 - self.below) * (1 + self.rise) > 1 + self.above:
            message = (
                f"the guardrails cross: a rise of {percent(self.rise)} at the lower one, "
                f"{percent(self.below)} below the first rate, leads above the upper one, "
                f"{percent(self.above)} above it; raise less, or set them farther apart"
            )
            raise ValueError(message)
        return self

    @property
    def rails(self) -> tuple[float, float]:
        """The lower and the upper rate, beyond which spending is changed."""
        return (1 - self.below) * self.rate, (1 + self.above) * self.rate

    def spend(self, view: SpendingView) -> Real:
        """S = R, R · (1 − cut) where R > (1 + above) · rate · V, R · (1 + rise) where it is below.

        R = S(last) · (1 + π), or rate · V where nothing was spent; below means under
        (1 − below) · rate · V.
        """
        wish, (lower, upper) = raised(self.rate, view), self.rails
        changed = np.where(wish > upper * view.value, wish * (1 - self.cut), wish)
        return np.where(wish < lower * view.value, wish * (1 + self.rise), changed)
