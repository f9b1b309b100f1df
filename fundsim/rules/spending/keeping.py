"""Rules around another rule: they let it ask, and keep what is spent within bounds of their own."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.money import Pence, Real
from fundsim.rules.base import Fault
from fundsim.rules.spending.plain import (
    ConstantReal,
    MovingAverage,
    PercentOfValue,
    whole_years,
)
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
from fundsim.units import Duration, Money, Rate

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
    per cent (Internal Revenue Code, section 4942, and the disbursement quota of the Income Tax Act
    until 2022, both known here from secondary sources). A rule inside that looks back sees what was
    spent in the end.
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
    """What a rate or another rule asks for, and none of an investment fund but by release.

    A permanent endowment in England and Wales that is invested for total return (section 104A of
    the Charities Act 2011; Charities (Total Return) Regulations 2013) keeps what was given, the
    investment fund, and spends of what it is worth beyond that, its unapplied total return, which
    is nothing where it is worth less. Where that is too little, a part of the investment fund may
    be released if the trustees set a limit, and is then put back out of unapplied total return
    before any of it is spent; nothing more is released until all is back. That there is a limit and
    a duty to recoup is in the Commission's guidance (gov.uk, 14 June 2023); the figures of both are
    the user's, and the limit that the Regulations set is unverified here.

    What is spent is decided on the newest valuation, so that part of the investment fund can leave
    where markets fall before later parts of a year do.
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
    release: Rate | None = Field(
        None,
        gt=0,
        le=1,
        description="share of the investment fund, or of the value where that is less, that may be "
        "released where unapplied total return is too little; nothing more is released until the "
        "year after all of it is back; none if left out",
    )
    recouped_over: Duration | None = Field(
        None,
        ge=12,
        description="over how many years a release of all that may be is put back, in equal yearly "
        "parts that come before spending; a smaller one is back earlier",
    )

    @field_validator("recouped_over")
    @classmethod
    def _whole_years(cls, months: int | None) -> int | None:
        return None if months is None else whole_years(months)

    @field_validator("rule")
    @classmethod
    def _undated(cls, rule: SpendingRule | None) -> SpendingRule | None:
        return None if rule is None else undated(rule)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.rate is None) == (self.rule is None):
            message = "total_return takes either rate or rule, and exactly one of them"
            raise ValueError(message)
        if self.release is not None and self.recouped_over is None:
            message = "a release is to be put back; state over how long, such as 10 years"
            raise Fault(message, "recouped_over")
        if self.release is None and self.recouped_over is not None:
            message = "nothing is released that could be put back; state release, or leave this out"
            raise Fault(message, "recouped_over")
        return self

    def valuations(self) -> int:
        """As many as the rule inside reads."""
        return 1 if self.rule is None else self.rule.valuations()

    def kept(self, index: Real | float) -> Real | float:
        """Give the investment fund at prices so much higher than on the start day, in pence."""
        return self.investment_fund * index if self.indexed else float(self.investment_fund)

    def apart(self, value: Real, kept: Real, released: Real) -> tuple[Real, Real, Real]:
        """Say what may be spent without a release, with one, and what is put back before, in pence.

        U = max(V − (F − R), 0) is unapplied, F the investment fund and R what of it is released. Of
        U, B = min(U, R, release · F / years) is put back, all of R where less than a penny would be
        left of it. Where R is nothing, release · min(F, V) can be spent besides.
        """
        unapplied = np.maximum(value - (kept - released), 0.0)
        if self.release is None or self.recouped_over is None:
            return unapplied, unapplied, np.zeros_like(unapplied)
        yearly = self.release * kept / (self.recouped_over // 12)
        due = np.where(released < yearly + 1, released, yearly)
        back = np.minimum(unapplied, due)
        room = np.where(released > 0, 0.0, self.release * np.minimum(kept, value))
        return unapplied - back, unapplied - back + room, back

    def spend(self, view: SpendingView) -> Real:
        """S = min(W, what may be spent); W is rate · V, or what the rule inside asks for.

        That is max(V − F, 0) where there are no releases, with F the investment fund, times the
        index if indexed.
        """
        wish = (self.rate or 0.0) * view.value if self.rule is None else self.rule.spend(view)
        _, most, _ = self.apart(view.value.astype(np.float64), *self._investment_fund(view))
        return np.asarray(np.minimum(wish, most), dtype=np.float64)

    def remember(self, view: SpendingView, spent: Pence) -> Real | None:
        """Keep what is released as a share of the investment fund, so that it rises with prices."""
        if self.release is None:
            return None
        kept, released = self._investment_fund(view)
        left = self.released_after(view.value.astype(np.float64), kept, released, spent)
        return np.divide(left, kept, out=np.zeros_like(left), where=kept > 0)

    def released_after(self, value: Real, kept: Real, released: Real, spent: Pence) -> Real:
        """Give R − B + (S − what may be spent without a release), if that is a penny or more."""
        free, _, back = self.apart(value, kept, released)
        left: Real = released - back + np.where(spent - free >= 1, spent - free, 0.0)
        return left

    def _investment_fund(self, view: SpendingView) -> tuple[Real, Real]:
        """Give the investment fund, and what of it is released, in pence, `(path,)`."""
        kept = self.kept(view.index) + np.zeros_like(view.index)
        return kept, kept * (0.0 if view.remembered is None else view.remembered)
