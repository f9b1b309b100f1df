"""Rules around another rule: they let it ask, and keep what is spent within bounds of their own.

Formulae and known users: domain notes on endowment practice, sections 6.1 and 6.3.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.spending.plain import ConstantReal, MovingAverage, PercentOfValue
from fundsim.rules.spending.smoothed import (
    BandedReal,
    Guardrails,
    Hybrid,
    HybridGeneral,
    SmoothedTarget,
    TargetCorridor,
    percent,
)
from fundsim.rules.spending.view import SpendingRule, SpendingView
from fundsim.units import Money, Rate

Inside = Annotated[
    PercentOfValue
    | ConstantReal
    | BandedReal
    | MovingAverage
    | Hybrid
    | HybridGeneral
    | SmoothedTarget
    | TargetCorridor
    | Guardrails,
    Field(discriminator="kind"),
]
"""Any rule for a fund that is to last, but one that itself holds another."""


def undated(rule: SpendingRule) -> SpendingRule:
    """Give a rule inside another back, or raise Fault where it has dates of its own."""
    if rule.first is not None:
        message = "a rule inside another has no dates of its own; state first outside of it"
        raise Fault(message, "first")
    if rule.parts != 1:
        message = "a rule inside another does not pay; state parts outside of it"
        raise Fault(message, "parts")
    return rule


class Minimum(SpendingRule):
    """What another rule asks for, and never less than a share of the value.

    A private foundation in the United States spends at least 5 per cent, a charity in Canada 3.5
    per cent (domain notes, section 6.1). A rule inside that looks back sees what was spent in the
    end.
    """

    kind: Literal["minimum"] = "minimum"
    rule: Inside = Field(description="the rule that says how much is asked for")
    at_least: Rate = Field(ge=0, le=1, description="share of the value that is spent at least")
    at_most: Rate | None = Field(
        None,
        ge=0,
        le=1,
        description="share of the value that is spent at most; no limit if left out",
    )

    @field_validator("rule")
    @classmethod
    def _undated(cls, rule: SpendingRule) -> SpendingRule:
        return undated(rule)

    @model_validator(mode="after")
    def _least_below_most(self) -> Self:
        if self.at_most is not None and self.at_least > self.at_most:
            message = (
                f"at_least, {percent(self.at_least)}, is above at_most, {percent(self.at_most)}; "
                "expected at_least at most as much as at_most"
            )
            raise ValueError(message)
        return self

    def valuations(self) -> int:
        """As many as the rule inside reads."""
        return self.rule.valuations()

    def spend(self, view: SpendingView) -> Real:
        """S = max(S(rule), at_least · V), and then at most at_most · V."""
        wish: Real = np.maximum(self.rule.spend(view), self.at_least * view.value)
        return wish if self.at_most is None else np.minimum(wish, self.at_most * view.value)


class TotalReturn(SpendingRule):
    """What a rate or another rule asks for, and never any of an investment fund that is to be kept.

    A permanent endowment in England and Wales that is invested for total return (section 104A of
    the Charities Act 2011; Charities (Total Return) Regulations 2013) keeps what was given, the
    investment fund, and spends of what it is worth beyond that, its unapplied total return, which
    is nothing where it is worth less. What is spent is decided on the newest valuation, so that
    part of the investment fund can leave where markets fall before later parts of a year do. The
    release of a part of the investment fund, to be put back later, is not modelled.
    """

    kind: Literal["total_return"] = "total_return"
    investment_fund: Money = Field(
        description="what was given and is to be kept, in prices of the start day where it is "
        "indexed; later gifts that are to be kept included"
    )
    indexed: bool = Field(
        default=True,
        strict=True,
        description="whether the investment fund rises with prices, so that its real value is kept",
    )
    rate: Rate | None = Field(
        None, ge=0, le=1, description="share of the value that is asked for each year"
    )
    rule: Inside | None = Field(None, description="or: the rule that says how much is asked for")

    @field_validator("rule")
    @classmethod
    def _undated(cls, rule: SpendingRule | None) -> SpendingRule | None:
        return None if rule is None else undated(rule)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.rate is None) == (self.rule is None):
            message = "total_return takes either rate or rule, and exactly one of them"
            raise ValueError(message)
        return self

    def valuations(self) -> int:
        """As many as the rule inside reads."""
        return 1 if self.rule is None else self.rule.valuations()

    def kept(self, index: Real | float) -> Real | float:
        """Give the investment fund at prices so much higher than on the start day, in pence."""
        return self.investment_fund * index if self.indexed else float(self.investment_fund)

    def spend(self, view: SpendingView) -> Real:
        """S = min(W, max(V − F, 0)), with F the investment fund, times the index if indexed.

        W is rate · V, or what the rule inside asks for.
        """
        wish = (self.rate or 0.0) * view.value if self.rule is None else self.rule.spend(view)
        unapplied = np.maximum(view.value - self.kept(view.index), 0.0)
        return np.asarray(np.minimum(wish, unapplied), dtype=np.float64)
